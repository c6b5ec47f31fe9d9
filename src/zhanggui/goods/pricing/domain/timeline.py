"""Which price holds when: windows of an append-only history, the word recorded last wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from zhanggui.goods.pricing.domain.guard import FLOOR, LIST, PROMO, REGULAR, median

DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the history. ``amount`` None ends the kind in its window; ``shop_id`` None means every shop."""

    id: int
    kind: str
    amount: int | None
    currency: str
    starts_at: datetime
    ends_at: datetime | None = None
    shop_id: int | None = None


def holds(entries: Sequence[Entry], kind: str, at: datetime, shop_id: int | None = None) -> Entry | None:
    """The entry of a kind that holds at a moment: a shop's own word before the general one, the later before the
    earlier; None when nothing holds or the kind was ended."""
    best: Entry | None = None
    for entry in entries:
        if entry.kind != kind or entry.shop_id not in (None, shop_id):
            continue
        if entry.starts_at > at or (entry.ends_at is not None and entry.ends_at <= at):
            continue
        if best is None or (entry.shop_id is not None, entry.id) > (best.shop_id is not None, best.id):
            best = entry
    return best if best is not None and best.amount is not None else None


def shown(entries: Sequence[Entry], at: datetime, shop_id: int | None = None) -> Entry | None:
    """What a buyer sees: the promotion while it runs (if it is lower), else the standard price."""
    regular, promo = holds(entries, REGULAR, at, shop_id), holds(entries, PROMO, at, shop_id)
    if promo is not None and (regular is None or (promo.amount or 0) <= (regular.amount or 0)):
        return promo
    return regular


def median_30d(entries: Sequence[Entry], at: datetime, shop_id: int | None = None, days: int = DAYS) -> int | None:
    """Median of the standard price at the end of each of the last ``days`` days before ``at``; days without a price
    are left out. None when there is none: then nothing is compared."""
    seen = []
    for n in range(1, days + 1):
        entry = holds(entries, REGULAR, at - timedelta(days=n), shop_id)
        if entry is not None and entry.amount is not None:
            seen.append(entry.amount)
    return median(seen)


def next_moment(entries: Sequence[Entry], at: datetime) -> datetime | None:
    """When anything begins or ends next."""
    moments = [m for e in entries for m in (e.starts_at, e.ends_at) if m is not None and m > at]
    return min(moments, default=None)


__all__ = ["DAYS", "FLOOR", "LIST", "PROMO", "REGULAR", "Entry", "holds", "median_30d", "next_moment", "shown"]
