"""Metrics of buyers' histories (M090–M098): new and returning, repurchase, gaps, retention, churn.

Purchase days with their neighbours are laid down once; then every bucket of the period is one question. A buyer is
*new* where the shops of the group have no earlier paid order of that buyer; split orders of one day are one purchase.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from zhanggui.insight.metrics.domain import dimensions
from zhanggui.insight.metrics.domain.arithmetic import median, survival_median
from zhanggui.insight.metrics.domain.asking import Agg, Ask, Cond, Key, Purchases, Where
from zhanggui.insight.metrics.domain.asking import Any as AnyOf
from zhanggui.insight.metrics.domain.coverage import KNOWN
from zhanggui.insight.metrics.domain.errors import DimensionLacking, TooManyRows, gettext_noop
from zhanggui.insight.metrics.domain.measures import ORDERS, Buyers
from zhanggui.insight.metrics.reading.scene import Group, Scene

_EPOCH: Final = date(1970, 1, 1)
_ALLOWED: Final = frozenset({"shop", "channel", "day", "week", "month"})
_FILTERS: Final = frozenset({"channel", "currency", "province"})
#: Buckets asked one by one.
MOST_BUCKETS: Final = 400
#: Why a value is empty; words of the catalogue.
TOO_YOUNG: Final = gettext_noop("not every member is old enough yet")
NOT_OVER: Final = gettext_noop("the following month is not over")
NOT_A_MONTH: Final = gettext_noop("a cohort is a calendar month: ask by month")
CENSORED: Final = gettext_noop("fewer than half have come again")


@dataclass(frozen=True, slots=True)
class Found:
    """One value with its parts; ``why`` says why it is None."""

    value: Fraction | None
    over: Fraction | None = None
    under: Fraction | None = None
    why: str = ""


def number(day: date) -> int:
    """A day as a count of days since 1970."""
    return (day - _EPOCH).days


def collect(scene: Scene, wanted: Mapping[str, Buyers]) -> dict[str, dict[Group, Found]]:
    """Metric → group → value. Raises :class:`DimensionLacking` for dimensions a buyer has no history in."""
    for metric in wanted:
        for dimension in scene.by:
            if dimension not in _ALLOWED:
                raise _lacking(metric, dimension, _ALLOWED)
        for dimension in scene.where:
            if dimension not in _FILTERS:
                raise _lacking(metric, dimension, _FILTERS)
    scope = tuple("shop_id" if d == "shop" else d for d in scene.by if d in dimensions.OF_SHOP)
    everything = replace(scene, by=())
    source = Purchases(scope, everything.conditions(ORDERS, None))
    table = scene.engine.lay_down(source)
    found: dict[str, dict[Group, Found]] = {metric: {} for metric in wanted}
    order = scene.buckets.order
    if len(order) > MOST_BUCKETS:
        raise TooManyRows(limit=MOST_BUCKETS)
    for bucket in order:
        days = scene.buckets.days_in(bucket)
        _bucket(scene, table, scope, bucket, days, wanted, found)
    return found


def _lacking(metric: str, dimension: str, known: Iterable[str]) -> DimensionLacking:
    return DimensionLacking(
        metric=metric, dimension=dimension, known=", ".join(d for d in dimensions.ALL if d in known)
    )


def _bucket(
    scene: Scene, table: str, scope: tuple[str, ...], bucket: str, days: tuple[date, ...],
    wanted: Mapping[str, Buyers], found: dict[str, dict[Group, Found]],
) -> None:  # fmt: skip
    a, b = number(days[0]), number(days[-1])
    keys = tuple(Key(c) for c in scope)
    aggs: dict[str, Agg] = {}
    for formula in wanted.values():
        for agg in _aggs(formula, a, b):
            aggs[agg.name] = agg
    rows = scene.engine.ask(Ask(table, keys, tuple(aggs.values()))) if aggs else []
    told: dict[Group, dict[str, int]] = {}
    for row in rows:
        group = _group(scene, scope, row, bucket)
        told[group] = {name: int(v or 0) for name, v in zip(aggs, row[len(keys) :], strict=True)}
    for group in _all_groups(scene, scope, bucket):
        counts = defaultdict(int, told.get(group, {}))
        ends = _data_end(scene, group)
        for metric, formula in wanted.items():
            if formula.what == "gap":
                continue
            found[metric][group] = _value(formula, counts, days, ends)
    gaps = [metric for metric, formula in wanted.items() if formula.what == "gap"]
    if gaps:
        for group, value in _gaps(scene, table, scope, bucket, a, b).items():
            found[gaps[0]][group] = value


def _all_groups(scene: Scene, scope: tuple[str, ...], bucket: str) -> list[Group]:
    parts = {tuple(str(s.id) if c == "shop_id" else s.channel for c in scope) for s in scene.shops}
    return [_keys(scene, part, bucket) for part in sorted(parts)]


def _group(scene: Scene, scope: tuple[str, ...], row: tuple[Any, ...], bucket: str) -> Group:
    return _keys(scene, tuple(str(v) for v in row[: len(scope)]), bucket)


def _keys(scene: Scene, part: tuple[str, ...], bucket: str) -> Group:
    told = iter(part)
    return tuple(bucket if d in dimensions.TIME else next(told) for d in scene.by)


def _c(column: str, op: str, *values: int) -> Cond:
    return Cond(column, op, values)  # type: ignore[arg-type]


def aggregates(formula: Buyers, first: date, last: date) -> list[Agg]:
    """What counts its parts over purchase days: the whole first, the part of it last."""
    return _aggs(formula, number(first), number(last))


def _aggs(formula: Buyers, a: int, b: int) -> list[Agg]:
    inside: Where = (_c("n", "ge", a), _c("n", "le", b))
    first_inside: Where = (*inside, _c("prev", "lt", a))
    new: Where = (*inside, _c("prev", "eq", 0))
    buyers = Agg("buyers", "count", "", first_inside)
    what, n = formula.what, formula.n
    if what == "new":
        return [Agg("new", "count", "", new)]
    if what == "repeat":
        return [Agg("repeat", "distinct", "buyer_key", (*inside, _c("prev", "ge", a)))]
    if what == "window":
        w = b - n + 1
        window: Where = (_c("n", "ge", w), _c("n", "le", b))
        return [
            Agg(f"window{n}", "count", "", (*window, _c("prev", "lt", w))),
            Agg(f"again{n}", "distinct", "buyer_key", (*window, _c("prev", "ge", w))),
        ]
    if what == "cohort":
        soon: Where = (*new, _c("gap", "ge", 1), _c("gap", "le", n))
        return [Agg("new", "count", "", new), Agg(f"soon{n}", "count", "", soon)]
    if what == "returning":
        return [buyers, Agg("returning", "count", "", (*first_inside, _c("first", "lt", a)))]
    if what == "returning_paid":
        return [
            Agg("paid", "sum", "paid", inside),
            Agg("old_paid", "sum", "paid", (*inside, _c("first", "lt", a))),
        ]
    if what == "retained":
        ends = _next_month_end(_EPOCH + timedelta(days=b))
        later: Where = (_c("n", "gt", b), _c("n", "le", number(ends)), _c("first", "ge", a), _c("first", "le", b))
        return [Agg("new", "count", "", new), Agg("retained", "distinct", "buyer_key", later)]
    if what == "churned":
        quiet: Where = (_c("n", "lt", b - n), AnyOf(((_c("next", "eq", 0),), (_c("next", "gt", b),))))
        return [Agg("churned", "count", "", quiet)]
    return []


def _next_month_end(day: date) -> date:
    first = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return after - timedelta(days=1)


def _data_end(scene: Scene, group: Group) -> date | None:
    """The last day every shop of the group is known of, None when none is."""
    ends = []
    for shop_id in scene.shops_of(group):
        end = _known_until(scene, shop_id)
        if end is None:
            return None
        ends.append(end)
    return min(ends) if ends else None


def _known_until(scene: Scene, shop_id: int) -> date | None:
    """The last day known in full. A shop whose files name no moment is known up to the day before its newest fact."""
    found = scene.coverage.reach.get((shop_id, ORDERS))
    if found is None or found.first is None:
        return None
    day = max(found.days, default=found.first) if found.until is None else found.until.date() + timedelta(days=1)
    for back in range(4):
        if scene.coverage.state(shop_id, ORDERS, day - timedelta(days=back)) == KNOWN:
            return day - timedelta(days=back)
    return None


def _share(over: int, under: int) -> Found:
    value = Fraction(over, under) if under else None
    return Found(value, Fraction(over), Fraction(under))


def _value(formula: Buyers, counts: Mapping[str, int], days: tuple[date, ...], ends: date | None) -> Found:
    what, n, last = formula.what, formula.n, days[-1]
    if what in ("new", "repeat", "churned"):
        return Found(Fraction(counts[what]))
    if what == "window":
        return _share(counts[f"again{n}"], counts[f"window{n}"])
    if what == "cohort":
        if ends is None or last + timedelta(days=n) > ends:
            return Found(None, None, Fraction(counts["new"]), TOO_YOUNG)
        return _share(counts[f"soon{n}"], counts["new"])
    if what == "returning":
        return _share(counts["returning"], counts["buyers"])
    if what == "returning_paid":
        return _share(counts["old_paid"], counts["paid"])
    if days[0].day != 1 or (last + timedelta(days=1)).day != 1 or days[0].month != last.month:
        return Found(None, why=NOT_A_MONTH)
    if ends is None or _next_month_end(last) > ends:
        return Found(None, None, Fraction(counts["new"]), NOT_OVER)
    return _share(counts["retained"], counts["new"])


def _gaps(scene: Scene, table: str, scope: tuple[str, ...], bucket: str, a: int, b: int) -> dict[Group, Found]:
    """Median days from each purchase day of the bucket to the buyer's next one, censored ones kept in mind."""
    inside: Where = (_c("n", "ge", a), _c("n", "le", b))
    keys = tuple(Key(c) for c in scope)
    ended: dict[Group, Counter[int]] = defaultdict(Counter)
    running: dict[Group, Counter[int]] = defaultdict(Counter)
    rows = scene.engine.ask(Ask(table, (*keys, Key("gap")), (Agg("c", "count"),), (*inside, _c("gap", "gt", 0))))
    for row in rows:
        ended[_group(scene, scope, row, bucket)][int(row[-2])] += int(row[-1])
    rows = scene.engine.ask(Ask(table, (*keys, Key("n")), (Agg("c", "count"),), (*inside, _c("gap", "eq", 0))))
    ends: dict[Group, date | None] = {}
    for row in rows:
        group = _group(scene, scope, row, bucket)
        if group not in ends:
            ends[group] = _data_end(scene, group)
        end = ends[group]
        age = number(end) - int(row[-2]) if end is not None else 0
        running[group][max(age, 0)] += int(row[-1])
    found = {}
    for group in {*ended, *running}:
        done, open_ = sum(ended[group].values()), sum(running[group].values())
        if open_ * 2 > done + open_:
            value = survival_median(ended[group], running[group])
            found[group] = Found(value, Fraction(done), Fraction(done + open_), "" if value is not None else CENSORED)
        else:
            found[group] = Found(median(ended[group]), Fraction(done), Fraction(done + open_))
    return found
