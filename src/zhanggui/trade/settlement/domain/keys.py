"""What makes a movement of money the same movement in every export that shows it."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

IN, OUT = "in", "out"
#: With a number of its own: a transfer has a leg on each side under one number, and one number may carry several
#: fees, so side, amount and subject belong to the key.
NUMBERED: Final = ("book", "entry_no", "direction", "currency", "amount", "subject_raw")
#: Without a number: everything that never changes. When it was settled may be filled in later.
NUMBERLESS: Final = (
    "book", "statement_no", "order_no", "line_no", "refund_no", "direction", "currency", "amount", "subject_raw",
    "account", "occurred_at", "balance_after", "note",
)  # fmt: skip


def entry_key(parts: Sequence[str | None], nth: int = 1) -> str:
    """128 bits of the parts as 22 letters; ``nth`` among equal entries of one file, which are different movements.

    >>> entry_key(["a", None]) == entry_key(["a", ""])
    False
    """
    text = "\x1f".join("\x00" if part is None else part for part in parts)
    text = f"{text}\x1e{nth}" if nth > 1 else text
    raw = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return urlsafe_b64encode(raw).decode("ascii").rstrip("=")
