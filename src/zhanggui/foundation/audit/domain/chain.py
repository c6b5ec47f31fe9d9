"""A chain of records, each sealed with SHA-256 over its canonical JSON, the previous seal included.

The sealed form of a record is the JSON object with the keys ``action, actor_id, at, detail, prev_hash, seq, subject``:
keys sorted, no blanks, UTF-8, ``at`` as ISO 8601 in UTC with microseconds. Anybody can check an export with ten
lines of any language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

#: What the first record points back to.
GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Record:
    """One record as stored; ``detail`` is canonical JSON text."""

    seq: int
    at: datetime
    actor_id: int | None
    action: str
    subject: str
    detail: str
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold. ``kind``: changed, missing, unlinked, truncated or anchor."""

    seq: int
    kind: str
    message: str


def canonical(value: Any) -> str:
    """``value`` as canonical JSON text. Raises ``ValueError`` or ``TypeError`` for what JSON cannot say.

    >>> canonical({"b": 1, "a": "掌柜"})
    '{"a":"掌柜","b":1}'
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")  # a lone surrogate stays a JSON escape


def moment(at: datetime) -> str:
    """``at`` in the sealed form: ``2026-11-11T00:00:00.000000+00:00``."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def sealed_form(record: Record) -> dict[str, Any]:
    """The object that is hashed, and, with ``hash`` added, one line of an export."""
    return {
        "seq": record.seq,
        "at": moment(record.at),
        "actor_id": record.actor_id,
        "action": record.action,
        "subject": record.subject,
        "detail": json.loads(record.detail),
        "prev_hash": record.prev_hash,
    }


def seal(record: Record) -> str:
    """The hash the record must carry: 64 hexadecimal digits."""
    return hashlib.sha256(canonical(sealed_form(record)).encode()).hexdigest()


def breaks(
    records: Iterable[Record], head: tuple[int, str], anchors: Iterable[tuple[int, str]] = ()
) -> Iterator[Break]:
    """Every place where ``records`` (ascending by ``seq``) are not the unbroken chain that ends at ``head``.

    ``head`` is the (seq, hash) of the last record ever written, (0, GENESIS) for none. ``anchors`` are (seq, hash)
    pairs noted down outside, e.g. in last month's printed report: they catch a chain rewritten from end to end.
    """
    wanted_anchors = dict(anchors)
    last_seq, last_hash = 0, GENESIS
    for record in records:
        if record.seq != last_seq + 1:
            yield Break(last_seq + 1, "missing", f"records {last_seq + 1} to {record.seq - 1} are missing")
        elif record.prev_hash != last_hash:
            yield Break(record.seq, "unlinked", f"record {record.seq} does not follow record {last_seq}")
        try:
            expected = seal(record)
        except ValueError:
            expected = ""
        if expected != record.hash:
            yield Break(record.seq, "changed", f"record {record.seq} was changed after it was written")
        anchor = wanted_anchors.pop(record.seq, None)
        if anchor is not None and anchor != record.hash:
            yield Break(record.seq, "anchor", f"record {record.seq} is not the one noted down as {anchor[:12]}…")
        last_seq, last_hash = record.seq, record.hash
    if (last_seq, last_hash) != head:
        yield Break(
            last_seq + 1, "truncated", f"the chain ends at {last_seq}, but the last record written was {head[0]}"
        )
    for seq, anchor in sorted(wanted_anchors.items()):
        yield Break(seq, "anchor", f"record {seq}, noted down as {anchor[:12]}…, is missing")
