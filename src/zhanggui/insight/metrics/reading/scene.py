"""One question over one period: which shops, days, groups and filters, and what was told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import product
from typing import Any, Final
from zoneinfo import ZoneInfo

from zhanggui.insight.metrics.contracts import Days
from zhanggui.insight.metrics.domain import dimensions
from zhanggui.insight.metrics.domain.arithmetic import Rates
from zhanggui.insight.metrics.domain.asking import Cond, Plain, Where
from zhanggui.insight.metrics.domain.coverage import Coverage, Reached, Shop
from zhanggui.insight.metrics.domain.dimensions import Buckets
from zhanggui.insight.metrics.domain.errors import DimensionLacking, TooManyRows
from zhanggui.insight.metrics.store.engines import Engine

MOST_ROWS: Final = 200_000
#: The key values of one group, in the order of ``by``.
Group = tuple["str | None", ...]


@dataclass
class Scene:
    """What one period is asked for. ``where`` holds the filters other than shops, as columns hold them."""

    engine: Engine
    shops: tuple[Shop, ...]
    coverage: Coverage
    by: tuple[str, ...]
    where: Mapping[str, tuple[Plain, ...]]
    days: Days
    now: datetime
    rates: Rates | None = None
    buckets: Buckets = field(init=False)
    _zones: dict[int, ZoneInfo] = field(init=False, default_factory=dict)
    _reached: dict[tuple[object, ...], Reached] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        times = [d for d in self.by if d in dimensions.TIME]
        self.buckets = Buckets(times[0] if times else "", self.days)
        self._zones = {s.id: ZoneInfo(s.zone) for s in self.shops}

    def whole(self) -> Scene:
        """The same question without groups."""
        return replace(self, by=())

    def by_also(self, *more: str) -> Scene:
        return replace(self, by=(*self.by, *(d for d in more if d not in self.by)))

    def by_only(self, dims: Iterable[str]) -> Scene:
        kept = set(dims)
        return replace(self, by=tuple(d for d in self.by if d in kept))

    @property
    def asked(self) -> tuple[str, ...]:
        return (*self.by, *self.where)

    @property
    def by_item(self) -> bool:
        return bool(dimensions.ITEM & set(self.asked))

    def check(self, metric: str, table: str) -> None:
        """Raises :class:`DimensionLacking` when the table does not hold a dimension asked for."""
        for dimension in self.asked:
            if table not in dimensions.tables_of(dimension):
                known = ", ".join(d for d in dimensions.ALL if table in dimensions.tables_of(d))
                raise DimensionLacking(metric=metric, dimension=dimension, known=known)

    def conditions(self, table: str, day: str | None) -> Where:
        """Shops, days, filters and the level of the rows."""
        found: list[Cond] = [Cond("shop_id", "in", tuple(s.id for s in self.shops))]
        if day is not None:
            found += [Cond(day, "ge", (self.days.first,)), Cond(day, "le", (self.days.last,))]
        for dimension, values in self.where.items():
            found.append(Cond(dimensions.COLUMNS[dimension][table], "in", values))
        return (*found, *dimensions.level_of(table, self.asked))

    def text(self, dimension: str, value: Any, shop_id: int | None = None) -> str | None:
        """A key as the answer shows it."""
        if value is None:
            return None
        if dimension == "hour":
            moment = datetime.fromtimestamp(value * 900, tz=self._zones[shop_id or self.shops[0].id])
            return f"{moment.hour:02}"
        if dimension == "weekday":
            return str(value + 1)
        if isinstance(value, datetime):
            return value.date().isoformat()
        if isinstance(value, date):
            return value.isoformat()
        return str(value)

    def shops_of(self, group: Group, *, channels: tuple[str, ...] = ()) -> tuple[int, ...]:
        """The shops a group speaks of."""
        keys = dict(zip(self.by, group, strict=True))
        return tuple(
            s.id
            for s in self.shops
            if ("shop" not in keys or keys["shop"] == str(s.id))
            and ("channel" not in keys or keys["channel"] == s.channel)
            and (not channels or s.channel in channels)
        )

    def bucket_of(self, group: Group) -> str:
        for dimension, key in zip(self.by, group, strict=True):
            if dimension in dimensions.TIME:
                return key or ""
        return ""

    def days_of(self, group: Group) -> tuple[date, ...]:
        return self.buckets.days_in(self.bucket_of(group))

    def reached(self, group: Group, tables: tuple[str, ...], channels: tuple[str, ...] = ()) -> Reached:
        shops, bucket = self.shops_of(group, channels=channels), self.bucket_of(group)
        key = (shops, bucket, tables)
        if key not in self._reached:
            self._reached[key] = self.coverage.of(shops, tables, self.buckets.days_in(bucket))
        return self._reached[key]

    def groups(self, observed: Iterable[Group]) -> list[Group]:
        """Every group of the answer in order: those with facts, and those of shops and days without any."""
        seen = set(observed)
        still = [i for i, d in enumerate(self.by) if d not in dimensions.TIME]
        parts = {tuple(group[i] for i in still) for group in seen}
        names = [self.by[i] for i in still]
        if set(names) <= dimensions.OF_SHOP:
            parts |= {tuple(str(s.id) if n == "shop" else s.channel for n in names) for s in self.shops}
        times = self.buckets.order if len(still) < len(self.by) else ("",)
        if len(parts) * len(times) > MOST_ROWS:
            raise TooManyRows(limit=MOST_ROWS)
        found = []
        for part, time in product(sorted(parts, key=_order), times):
            values = dict(zip(names, part, strict=True))
            found.append(tuple(values.get(d, time) for d in self.by))
        position = {bucket: n for n, bucket in enumerate(times)}
        at = next((i for i, d in enumerate(self.by) if d in dimensions.TIME), None)
        if at is None:
            return found
        return sorted(found, key=lambda g: tuple(
            (0, position[g[i] or ""], "") if i == at else (key is None, 0, key or "") for i, key in enumerate(g)
        ))  # fmt: skip


def _order(part: tuple[str | None, ...]) -> tuple[tuple[bool, str], ...]:
    return tuple((key is None, key or "") for key in part)
