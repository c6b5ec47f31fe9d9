"""How far the facts of every shop reach, table by table and day by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Final, Literal

from zhanggui.insight.metrics.contracts import Days, ShopDays
from zhanggui.kernel.period import Period

KNOWN, PARTIAL, MISSING = "known", "partial", "missing"
#: Tables that the same files tell.
FILES_OF: Final = {"orders": "orders", "lines": "orders"}


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop as the metric store needs it."""

    id: int
    name: str
    channel: str
    currency: str
    zone: str


@dataclass(frozen=True, slots=True)
class Reach:
    """One shop and table. ``first``: day of the oldest fact; ``until``: moment up to which the newest file speaks;
    ``days``: the days that have facts, within the days asked; ``each_day``: the files tell every day, so that a day
    without a fact is a day nobody told of (traffic), not a day on which nothing happened (orders)."""

    first: date | None
    until: datetime | None
    days: frozenset[date] = frozenset()
    each_day: bool = False


@dataclass(frozen=True)
class Coverage:
    """The reach of every shop and table."""

    shops: Mapping[int, Shop]
    reach: Mapping[tuple[int, str], Reach]
    silent: frozenset[int] = field(default_factory=frozenset)

    def state(self, shop_id: int, table: str, day: date) -> str:
        """Whether files reach the whole business day, a part of it, or none."""
        found = self.reach.get((shop_id, FILES_OF.get(table, table)))
        if found is None or found.first is None or day < found.first:
            return MISSING
        if found.each_day:
            return KNOWN if day in found.days else MISSING
        starts, ends = _bounds(day, self.shops[shop_id].zone)
        if found.until is not None and found.until >= ends:
            return KNOWN
        if day in found.days or (found.until is not None and found.until > starts):
            return PARTIAL
        return MISSING

    def of(self, shops: Iterable[int], tables: Iterable[str], days: Iterable[date]) -> Reached:
        """The shops that lack days, and whether anything is known at all."""
        missing, partial, known = set(), set(), False
        days, tables = tuple(days), tuple(dict.fromkeys(FILES_OF.get(t, t) for t in tables))
        for shop_id in shops:
            for day in days:
                states = {self.state(shop_id, table, day) for table in tables}
                if MISSING in states:
                    missing.add(shop_id)
                    continue
                known = True
                if PARTIAL in states:
                    partial.add(shop_id)
        return Reached(tuple(sorted(missing)), tuple(sorted(partial)), known)

    def told(self, table: str, days: Days) -> Iterable[ShopDays]:
        """One line per shop for the answer."""
        for shop in self.shops.values():
            states = {day: self.state(shop.id, table, day) for day in days.all()}
            missing = tuple(d for d, s in states.items() if s == MISSING)
            partial = tuple(d for d, s in states.items() if s == PARTIAL)
            found = self.reach.get((shop.id, table), Reach(None, None))
            word: Literal["known", "partial", "missing"] = "known"
            if missing or partial:
                word = "missing" if len(missing) == days.count else "partial"
            yield ShopDays(
                shop.id,
                shop.name,
                shop.channel,
                table,
                word,
                found.first,
                found.until,
                missing,
                partial,
            )


@dataclass(frozen=True, slots=True)
class Reached:
    missing: tuple[int, ...]
    partial: tuple[int, ...]
    known: bool


@lru_cache(maxsize=4096)
def _bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    period = Period.of_days(day, day, zone)
    return period.starts_at, period.ends_at
