"""What a refund is worth, and what a refund is called that has no number."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Final

SUCCESS: Final = "success"
#: Kinds in which goods travel instead of money: what was applied for says nothing about money that went back.
WITHOUT_MONEY: Final = frozenset({"exchange", "repair", "resend", "reject"})
#: States in which somebody still has to act.
OPEN: Final = frozenset({"requested", "seller_pending", "buyer_return", "returning", "seller_receive", "approved",
                         "arbitration"})  # fmt: skip
#: Open states in which it is the seller's turn.
SELLERS_TURN: Final = frozenset({"requested", "seller_pending", "seller_receive"})
#: First sign of a number made here: no channel uses it.
OWN: Final = "~"


def refunded(state: str | None, kind: str | None, refund_to_buyer: int | None, apply_amount: int | None) -> int | None:
    """What went back to the buyer, in minor units; None unless the refund succeeded and its amount is known.

    >>> refunded("success", "refund_only", None, 1200), refunded("success", "exchange", None, 1200)
    (1200, None)
    >>> refunded("requested", "refund_only", 1200, 1200) is None
    True
    """
    if state != SUCCESS:
        return None
    if refund_to_buyer is not None:
        return refund_to_buyer
    return None if kind in WITHOUT_MONEY else apply_amount


def own_number(
    order_no: str | None, line_no: str | None, outer_sku_code: str | None, applied_at: datetime | None, nth: int
) -> str:
    """A stable number for a refund without one: made of what never changes, ``nth`` among equals of one file."""
    parts: Iterable[str] = (
        order_no or "",
        line_no or "",
        outer_sku_code or "",
        applied_at.isoformat() if applied_at else "",
        str(nth),
    )
    raw = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=15).digest()
    return OWN + urlsafe_b64encode(raw).decode("ascii")
