"""Which lots go out: what expires first, never what has expired."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Stand:
    """So many units of a lot at a place."""

    lot_id: int
    place_id: int
    qty: int
    expires_on: date | None = None


def expired(expires_on: date | None, today: date) -> bool:
    """Goods may be sold up to and including the day before they expire."""
    return expires_on is not None and expires_on <= today


def pick(stands: Iterable[Stand], wanted: int, today: date) -> tuple[list[Stand], int]:
    """Take ``wanted`` units, first expired first out, smallest remainders first; returns what to take and what lacks.

    >>> stands = [Stand(1, 1, 5), Stand(2, 1, 5, date(2026, 5, 1)), Stand(3, 1, 5, date(2026, 1, 1))]
    >>> taken, lacking = pick(stands, 7, date(2026, 2, 1))
    >>> [(s.lot_id, s.qty) for s in taken], lacking
    ([(2, 5), (1, 2)], 0)
    """
    good = [s for s in stands if s.qty > 0 and not expired(s.expires_on, today)]
    good.sort(key=lambda s: (s.expires_on or date.max, s.qty, s.place_id, s.lot_id))
    taken, left = [], wanted
    for stand in good:
        if left <= 0:
            break
        take = min(left, stand.qty)
        taken.append(Stand(stand.lot_id, stand.place_id, take, stand.expires_on))
        left -= take
    return taken, left
