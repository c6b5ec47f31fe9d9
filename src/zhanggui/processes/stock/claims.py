"""What an imported order asks of stock. Pure: canonical states in, pieces owed and gone out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

#: Goods are still owed; a refund asked for but not granted keeps its pieces.
OWED: Final = frozenset({"paid", "allocated", "refunding"})
#: Goods have left.
GONE: Final = frozenset({"shipped", "delivered", "completed"})
#: The end of a line; whether goods had left by then is told by its shipping moment.
ENDED: Final = frozenset({"refunded", "cancelled", "closed"})


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line as the order book tells it. ``codes``: merchant codes, the most exact first."""

    line_no: str
    codes: tuple[str, ...]
    title: str
    qty: int | None
    status: str | None
    shipped_at: datetime | None


@dataclass
class Claim:
    """Pieces by SKU. ``unmatched``: (code or title, pieces) of lines nobody could match; ``unknown``: lines without a
    quantity or with a state nobody could read."""

    owed: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    unmatched: list[tuple[str, int | None]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    shipped_at: datetime | None = None


def claim_of(
    lines: Iterable[OrderLine],
    *,
    order_status: str | None,
    order_shipped_at: datetime | None,
    skus: dict[str, str],
    since: datetime,
) -> Claim:
    """What the lines of one order claim. ``skus``: code → SKU. What was shipped before ``since`` (the begin of the
    book) claims nothing; a shipped line without a moment counts as shipped since."""
    found = Claim()
    for line in lines:
        status = line.status or order_status
        shipped_at = line.shipped_at or order_shipped_at
        left = status in GONE or (status in ENDED | {"refunding"} and shipped_at is not None)
        if left and shipped_at is not None and shipped_at < since:
            continue
        if status is None or status == "unknown" or line.qty is None:
            if status not in ENDED and status != "created":
                found.unknown.append(line.line_no)
            continue
        if not left and status not in OWED:
            continue
        if line.qty < 1:
            continue
        sku = next((skus[c] for c in line.codes if c in skus), None)
        if sku is None:
            found.unmatched.append((next(iter(line.codes), "") or line.title, line.qty))
            continue
        side = found.gone if left else found.owed
        side[sku] = side.get(sku, 0) + line.qty
        if left and shipped_at is not None:
            found.shipped_at = max(shipped_at, found.shipped_at or shipped_at)
    return found


def digest_of(claim: Claim) -> str:
    """Two claims with the same digest ask the same."""
    told: list[Any] = [
        sorted(claim.owed.items()),
        sorted(claim.gone.items()),
        sorted(map(str, claim.unmatched)),
        claim.unknown,
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:32]
