"""Counting: what differs, what is suspicious, what is due (R213, X16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

#: Days between two counts by class (X16: A weekly, B monthly, C quarterly).
CYCLE_DAYS: Final = {"A": 7, "B": 30, "C": 91}
#: Below this many, "half of them to zero" is an ordinary day.
FEW: Final = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """Counted against the book, in base units."""

    item_id: int
    lot_id: int
    book: int
    counted: int

    @property
    def qty(self) -> int:
        return self.counted - self.book


@dataclass(frozen=True, slots=True)
class Blast:
    """How much of what is there a list of levels would wipe out: items of ``before`` that go to zero."""

    before: int
    to_zero: int

    @property
    def needs_approval(self) -> bool:
        """Half of the catalogue or more to zero is far more often a wrong file than an empty house."""
        return self.to_zero >= FEW and 2 * self.to_zero >= self.before


def blast(before: Mapping[int, int], after: Mapping[int, int]) -> Blast:
    """Compare stock by item before and after; an item missing in ``after`` keeps what it has.

    >>> blast({1: 5, 2: 5, 3: 1, 4: 2, 5: 9}, {1: 0, 2: 0, 3: 0, 4: 0}).needs_approval
    True
    """
    had = [i for i, q in before.items() if q > 0]
    return Blast(len(had), sum(1 for i in had if after.get(i, before[i]) == 0))


def accuracy(differences: Iterable[Difference]) -> tuple[int, int]:
    """(counted as booked, counted): numerator and denominator of stock accuracy (M144)."""
    counted = list(differences)
    return sum(1 for d in counted if d.qty == 0), len(counted)


def abc(values: Mapping[int, int]) -> dict[int, str]:
    """Class by share of consumption value: the first 80 % are A, the next 15 % B, the rest C; no consumption is C.

    The item that crosses a line still belongs above it, so one dominant item is an A.

    >>> abc({1: 80, 2: 15, 3: 5, 4: 0})
    {1: 'A', 2: 'B', 3: 'C', 4: 'C'}
    """
    total = sum(v for v in values.values() if v > 0)
    found, running = {}, 0
    for item_id, value in sorted(values.items(), key=lambda pair: (-pair[1], pair[0])):
        if value <= 0:
            found[item_id] = "C"
            continue
        found[item_id] = "A" if 100 * running < 80 * total else "B" if 100 * running < 95 * total else "C"
        running += value
    return found


def due_at(abc_class: str, last_counted_at: datetime | None, known_since: datetime) -> datetime:
    """When an item is to be counted next."""
    return (last_counted_at or known_since) + timedelta(days=CYCLE_DAYS.get(abc_class, CYCLE_DAYS["C"]))
