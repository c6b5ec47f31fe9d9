"""Spend counted once: which rows of overlapping reports say what was really spent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Order of levels where totals are equal: the coarser report is the simpler statement.
_COARSE = ("account", "campaign", "unit", "item", "sku", "creative", "audience", "keyword")


@dataclass(frozen=True, slots=True)
class Told:
    """One row of a report of one shop, tool, period and currency. ``thing`` tells what was advertised within its grain;
    ``spent`` is real money and credit in minor units, None where the report does not say."""

    id: int
    grain: str
    level: str
    basis: str
    thing: tuple[str | None, ...]
    window_days: int | None
    view: str | None
    spent: int | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What one grain and basis says in all, each thing once."""

    grain: str
    basis: str
    spent: int
    things: int
    counted: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """The ids of the rows that count, and what every grain says: their differences are what nobody may add up."""

    ids: frozenset[int]
    statements: tuple[Statement, ...]


def count_once(rows: Iterable[Told]) -> Counted:
    """Choose the rows whose spend counts.

    The same spend is told again by every grain (account, campaign, keyword …), basis (advertised, ordered), attribution
    window and view. So: within a grain and basis a thing's spend is the largest that any of its windows and views
    tells (they repeat it; a report cut short tells less). Of the grains the one with the largest sum counts: it is the
    most complete, since finer reports leave out what they cannot split. Equal sums: what was advertised before what
    was ordered, then the coarser level, then the name of the grain. One row per thing counts: the one whose window
    and view the grain tells most completely, the longer window first.

    >>> rows = [Told(1, "campaign", "campaign", "advertised", ("a",), 1, None, 500),
    ...         Told(2, "campaign", "campaign", "advertised", ("a",), 15, None, 500),
    ...         Told(3, "keyword", "keyword", "advertised", ("a", "k"), 15, None, 420)]
    >>> sorted(count_once(rows).ids), [s.spent for s in count_once(rows).statements]
    ([2], [500, 420])
    """
    grouped: dict[tuple[str, str], list[Told]] = {}
    for row in rows:
        grouped.setdefault((row.grain, row.basis), []).append(row)
    sums = {place: _spent(told) for place, told in grouped.items()}

    def rank(place: tuple[str, str]) -> tuple[int, bool, int, int, str]:
        grain, basis = place
        finest = max(_COARSE.index(r.level) if r.level in _COARSE else len(_COARSE) for r in grouped[place])
        return (-sum(sums[place].values()), basis != "advertised", finest, grain.count("+"), grain)

    order = sorted(grouped, key=rank)
    if not order:
        return Counted(frozenset(), ())
    statements = tuple(
        Statement(grain, basis, sum(sums[grain, basis].values()), len(sums[grain, basis]), (grain, basis) == order[0])
        for grain, basis in order
    )
    return Counted(frozenset(_rows(grouped[order[0]])), statements)


def _spent(rows: Sequence[Told]) -> dict[tuple[str | None, ...], int]:
    """Thing → the largest spend told of it."""
    found: dict[tuple[str | None, ...], int] = {}
    for row in rows:
        found[row.thing] = max(found.get(row.thing, 0), row.spent or 0)
    return found


def _rows(rows: Sequence[Told]) -> list[int]:
    """One row per thing: its largest spend, in the window and view that tell most of the whole."""
    of_window: dict[tuple[int | None, str | None], int] = {}
    for row in rows:
        place = row.window_days, row.view
        of_window[place] = of_window.get(place, 0) + (row.spent or 0)
    best: dict[tuple[str | None, ...], tuple[tuple[int, int, int, str, int], int]] = {}
    for row in rows:
        place = row.window_days, row.view
        rank = (row.spent or 0, of_window[place], row.window_days or 0, row.view or "", -row.id)
        if row.thing not in best or rank > best[row.thing][0]:
            best[row.thing] = rank, row.id
    return [chosen for _rank, chosen in best.values()]
