"""What the metric store and the calendar say about the days of a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from zhanggui.foundation.calendar import queries as calendar
from zhanggui.foundation.calendar.domain.lunar import OutOfRange
from zhanggui.insight.metrics import queries as metrics
from zhanggui.insight.metrics.contracts import Answer, ShopDays
from zhanggui.insight.metrics.domain.errors import BeforeFirstData, NoData, NoShop
from zhanggui.insight.metrics.queries.state import State
from zhanggui.insight.reports.contracts import BookFacts, Compared, Facts, Gap, Kind, PeriodFacts, ShopName, Word
from zhanggui.insight.reports.domain import periods, rules


def facts(state: State, *, kind: Kind, day: date, now: datetime) -> Facts:
    """Everything a report of the period around ``day`` needs, for the shops of the state.

    Raises ``NoShop``, ``NoData`` when the shops never had orders, ``BeforeFirstData`` when the period lies before.
    """
    if not state.shops:
        raise NoShop()
    first, last = periods.days_of(kind, day)
    definitions = {m: metrics.definition(m) for m in rules.ASKED}
    ids = {c: sorted(s.id for s in state.shops.values() if s.currency == c) for c in _currencies(state)}
    told = {c: _ask(state, shops, first, last, now) for c, shops in ids.items()}
    if all(answer is None for answer in told.values()):
        metrics.measure_with(state, metrics=["M041"], by=["currency"], first=first, last=last, now=now)  # says why
    compared, before = _compared(state, ids, kind, first, last, now)
    books = tuple(
        BookFacts(
            currency=c,
            shop_ids=tuple(shops),
            now=_period(told[c], first, last),
            before=_period(_ask(state, shops, *before, now), *before),
            usual=tuple(
                _period(_ask(state, shops, *days, now), *days)
                for days in (periods.earlier(kind, first, n + 1) for n in range(periods.USUAL[kind]))
            ),
        )
        for c, shops in ids.items()
    )
    zones = tuple(sorted({s.zone for s in state.shops.values()}))
    today = now.astimezone(ZoneInfo(zones[0])).date()
    working = calendar.working_days()
    return Facts(
        kind=kind, first=first, last=last, before_first=before[0], before_last=before[1], compared=compared,
        shops=tuple(ShopName(s.id, s.name, s.channel) for s in sorted(state.shops.values(), key=lambda s: s.name)),
        zones=zones, as_of=state.as_of, books=books, gaps=_gaps(told.values()),
        events=_events(first, last), events_before=_events(*before),
        units={m: d.unit for m, d in definitions.items()}, up_is={m: d.up_is for m, d in definitions.items()},
        dues={n: calendar.add_working_days(today, n, working).day for n in range(1, 8)},
    )  # fmt: skip


def _currencies(state: State) -> list[str]:
    counts: dict[str, int] = {}
    for shop in state.shops.values():
        counts[shop.currency] = counts.get(shop.currency, 0) + 1
    return sorted(counts, key=lambda c: (-counts[c], c))


def _ask(state: State, shops: Sequence[int], first: date, last: date, now: datetime) -> Answer | None:
    """None where these shops have no orders up to these days."""
    try:
        return metrics.measure_with(
            state, metrics=rules.ASKED, by=["channel"], where={"shop": [str(i) for i in shops]},
            first=first, last=last, now=now,
        )  # fmt: skip
    except (NoData, BeforeFirstData):
        return None


def _period(answer: Answer | None, first: date, last: date) -> PeriodFacts:
    if answer is None:
        return PeriodFacts(first, last, {}, {})
    total = answer.total.cells if answer.total else {}
    return PeriodFacts(first, last, total, {r.keys[0]: r.cells for r in answer.rows if r.keys[0] is not None})


def _compared(
    state: State, ids: dict[str, list[int]], kind: Kind, first: date, last: date, now: datetime
) -> tuple[Compared, tuple[date, date]]:
    """Near a lunar event the same distance from it a year earlier, where that is known; else the period before."""
    before = periods.earlier(kind, first)
    try:
        anchor = calendar.moving_anchor(first, last)
        if anchor is not None:
            found = calendar.align(first, last, anchor=anchor)
            days = found.other_first, found.other_last
            answers = [_ask(state, shops, *days, now) for shops in ids.values()]
            if all(a and a.total and not a.total.cells["M041"].missing for a in answers):
                return "aligned", days
    except OutOfRange:
        pass
    return periods.compared_as(kind), before


def _events(first: date, last: date) -> tuple[Word, ...]:
    try:
        found = calendar.events(first, last)
    except OutOfRange:
        return ()
    return tuple(Word("event", e.name_zh, e.name_en) for e in found if e.promotes)


def _gaps(answers: Iterable[Answer | None]) -> tuple[Gap, ...]:
    """Shops and tables with days no file reaches; a table a shop never had a file of is no gap, orders excepted."""
    found = []
    for answer in answers:
        for line in answer.completeness if answer else ():
            if line.missing and (line.table == "orders" or line.first is not None):
                found.append(_gap(line))  # noqa: PERF401
    return tuple(sorted(found, key=lambda g: (g.table != "orders", g.shop, g.table)))


def _gap(line: ShopDays) -> Gap:
    return Gap(line.name, line.channel, line.table, line.missing[0], len(line.missing))
