"""The board: day facts of every room, assembled by channel, shop and day, currency by currency.

Pure: facts in, :class:`Board` out. The caller counts distinct buyers for the groups that :func:`groups` names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from zhanggui.insight.metrics.contracts import Board, BoardRow, Number, ShopCover, ShopGap, Value
from zhanggui.insight.metrics.domain.definitions import BOARD, METRICS, WITHOUT_MONEY
from zhanggui.insight.metrics.domain.values import FORMULAS, Sums, add, change, unknown_of
from zhanggui.kernel.period import Period
from zhanggui.trade.aftersales.contracts import RefundDay
from zhanggui.trade.orders.contracts import DayTotals, LateDay

KNOWN, PARTIAL, MISSING = "known", "partial", "missing"
#: Metrics of refunds to date, of refunds by day (needs after-sale files), and of ship deadlines.
_COHORT: Final = frozenset({"M046", "M110", "M111"})
_EVENT: Final = frozenset({"M044", "M045"})
_DEADLINE: Final = frozenset({"M151"})
_BUYERS: Final = frozenset({"M048", "M050"})
#: Series name of the count behind M151.
LATE: Final = "late"


@dataclass(frozen=True)
class Facts:
    """What the rooms told of the days; every list may hold days outside the period asked for."""

    totals: Sequence[DayTotals] = ()
    refunds: Sequence[RefundDay] = ()
    late: Sequence[LateDay] = ()


@dataclass(frozen=True)
class Span:
    """Business days, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


#: (shops, period) → (distinct buyers, orders without a known buyer); period is "now" or "before".
BuyerCounts = Mapping[tuple[frozenset[int], str], tuple[int, int]]


@dataclass
class _Book:
    """Facts by shop, day and currency, with what each shop's files reach and tell."""

    covers: dict[int, ShopCover]
    totals: dict[tuple[int, date, str], DayTotals] = field(default_factory=dict)
    refunds: dict[tuple[int, date, str], RefundDay] = field(default_factory=dict)
    late: dict[tuple[int, date], LateDay] = field(default_factory=dict)
    sold_on: set[tuple[int, date]] = field(default_factory=set)
    currencies: dict[int, list[str]] = field(default_factory=dict)
    with_deadlines: set[int] = field(default_factory=set)
    states: dict[tuple[int, date], str] = field(default_factory=dict)

    @classmethod
    def of(cls, covers: Iterable[ShopCover], facts: Facts) -> _Book:
        book = cls({c.shop_id: c for c in covers})
        spoken: dict[int, set[str]] = defaultdict(set)
        for t in facts.totals:
            if t.shop_id in book.covers:
                book.totals[t.shop_id, t.day, t.currency] = t
                book.sold_on.add((t.shop_id, t.day))
                spoken[t.shop_id].add(t.currency)
        for r in facts.refunds:
            if r.shop_id in book.covers:
                book.refunds[r.shop_id, r.day, r.currency] = r
                spoken[r.shop_id].add(r.currency)
        for l in facts.late:
            if l.shop_id in book.covers:
                book.late[l.shop_id, l.day] = l
                book.with_deadlines.add(l.shop_id)
        for shop_id, cover in book.covers.items():
            found = spoken[shop_id] or {cover.currency}
            book.currencies[shop_id] = sorted(found, key=lambda c: (c != cover.currency, c))
        return book

    def state(self, shop_id: int, day: date) -> str:
        key = (shop_id, day)
        if key not in self.states:
            self.states[key] = day_state(self.covers[shop_id], day, sold=key in self.sold_on)
        return self.states[key]

    def sums(self, shop_id: int, day: date, currency: str) -> Sums:
        """One shop-day that files reach, in one currency."""
        t = self.totals.get((shop_id, day, currency))
        paid = t.paid_amount if t else 0
        files = self.covers[shop_id].has_refund_files
        back = self.refunds.get((shop_id, day, currency))
        dues = shop_id in self.with_deadlines and currency == self.currencies[shop_id][0]
        due = self.late.get((shop_id, day))
        return Sums(
            orders=t.paid_orders if t else 0,
            paid=paid,
            amount_unknown=t.amount_unknown if t else 0,
            qty=t.qty if t else 0,
            refunded_to_date=(t.refunded_to_date or 0) if t else 0,
            refunded_orders=t.refunded_orders if t else 0,
            refund_unknown=t.refunded_orders if t and t.refunded_to_date is None else 0,
            refunds=(back.amount if back else 0) if files else None,
            paid_beside_refunds=paid if files else None,
            due=(due.due if due else 0) if dues else None,
            late=(due.late if due else 0) if dues else None,
        )

    def silent(self, shop_id: int, metric: str) -> bool:
        """Whether the shop's files never tell what the metric needs."""
        if metric in _EVENT:
            return not self.covers[shop_id].has_refund_files
        return metric in _DEADLINE and shop_id not in self.with_deadlines


def day_state(cover: ShopCover, day: date, *, sold: bool) -> str:
    """Whether files reach the whole business day, a part of it, or none; ``sold``: the book has orders of that day."""
    period = Period.of_days(day, day, cover.zone)
    until = cover.order_files_until
    if until is not None and until >= period.ends_at:
        return KNOWN
    if sold or (until is not None and until > period.starts_at):
        return PARTIAL
    return MISSING


@dataclass(frozen=True)
class Group:
    """Shops that make one row. ``one_currency``: none of them also sells in another, so that buyers can be told."""

    channel: str
    currency: str
    shop_ids: tuple[int, ...]
    one_currency: bool

    @property
    def shops(self) -> frozenset[int]:
        return frozenset(self.shop_ids)


def groups(covers: Iterable[ShopCover], facts: Facts) -> list[Group]:
    """Channel × currency, then one group per currency (channel empty), then all shops (both empty)."""
    return _groups(_Book.of(covers, facts))


def _groups(book: _Book) -> list[Group]:
    by_channel: dict[tuple[str, str], list[int]] = defaultdict(list)
    by_currency: dict[str, list[int]] = defaultdict(list)
    for shop_id in sorted(book.covers):
        for currency in book.currencies[shop_id]:
            by_channel[book.covers[shop_id].channel, currency].append(shop_id)
            by_currency[currency].append(shop_id)

    def group(channel: str, currency: str, ids: list[int]) -> Group:
        return Group(channel, currency, tuple(ids), all(len(book.currencies[i]) == 1 for i in ids))

    ranked = sorted(by_currency, key=lambda c: (-len(by_currency[c]), c))
    found = [group(ch, cur, by_channel[ch, cur]) for ch, cur in sorted(by_channel)]
    found += [group("", currency, by_currency[currency]) for currency in ranked]
    return [*found, Group("", "", tuple(sorted(book.covers)), one_currency=True)]


@dataclass(frozen=True)
class _Side:
    """One group in one period: its sums, and the shops that lack days."""

    by_shop: Mapping[int, Sums]
    missing: frozenset[int]
    partial: frozenset[int]

    def sums(self, shops: Iterable[int]) -> Sums | None:
        told = [self.by_shop[i] for i in shops if i in self.by_shop]
        return add(told) if told else None


def _side(book: _Book, group: Group, span: Span) -> _Side:
    by_shop: dict[int, Sums] = {}
    missing, partial = set(), set()
    for shop_id in group.shop_ids:
        currencies = [group.currency] if group.currency else book.currencies[shop_id]
        told = []
        for day in span.days:
            state = book.state(shop_id, day)
            if state == MISSING:
                missing.add(shop_id)
                continue
            if state == PARTIAL:
                partial.add(shop_id)
            told += [book.sums(shop_id, day, currency) for currency in currencies]
        if told:
            by_shop[shop_id] = add(told)
    return _Side(by_shop, frozenset(missing), frozenset(partial))


def assemble(
    covers: Sequence[ShopCover],
    facts: Facts,
    *,
    now: Span,
    before: Span | None,
    buyers: BuyerCounts,
    series_days: int = 14,
) -> Board:
    """The whole board. ``buyers`` answers for every group of :func:`groups` that keeps one currency."""
    book = _Book.of(covers, facts)
    rows, currencies, total = [], [], None
    for group in _groups(book):
        row = _row(book, group, now, before, buyers)
        if group.channel:
            rows.append(row)
        elif group.currency:
            currencies.append(row)
        else:
            total = row
    rank = {row.currency: n for n, row in enumerate(currencies)}
    rows.sort(key=lambda r: (rank[r.currency], -(r.values["M041"].now or 0), r.channel))
    span = Span(min(now.first, now.last - timedelta(days=series_days - 1)), now.last)
    untils = [c.order_files_until for c in covers]
    told = [u for u in untils if u is not None]
    return Board(
        first=now.first,
        last=now.last,
        before_first=before.first if before else None,
        before_last=before.last if before else None,
        rows=tuple(rows),
        by_currency=tuple(currencies),
        total=total or BoardRow("", "", (), {}),
        days=tuple(span.days),
        series=_series(book, span),
        gaps=tuple(_gaps(book, now)),
        shops=len(book.covers),
        as_of=min(told) if told else None,
    )


def _row(book: _Book, group: Group, now: Span, before: Span | None, buyers: BuyerCounts) -> BoardRow:
    side = _side(book, group, now)
    other = _side(book, group, before) if before else None
    metrics = tuple(BOARD) if group.currency else WITHOUT_MONEY
    values = {m: _value(book, group, m, side, other, buyers) for m in metrics}
    return BoardRow(group.channel, group.currency, group.shop_ids, values)


def _value(book: _Book, group: Group, metric: str, side: _Side, other: _Side | None, buyers: BuyerCounts) -> Value:
    silent = frozenset(i for i in group.shop_ids if book.silent(i, metric))
    able = [i for i in group.shop_ids if i not in silent]
    now = _with_buyers(side.sums(able), group, "now", metric, buyers)
    then = _with_buyers(other.sums(able), group, "before", metric, buyers) if other else None
    value, numerator, denominator = FORMULAS[metric](now) if now else (None, None, None)
    moved, compared = None, 0
    if other is not None:
        both = [i for i in able if i not in side.missing | other.missing]
        one, two = side.sums(both), other.sums(both)
        if metric in _BUYERS:
            one, two = (now, then) if len(both) == len(group.shop_ids) else (None, None)
        if one and two:
            compared = len(both)
            moved = change(METRICS[metric].unit, FORMULAS[metric](one)[0], FORMULAS[metric](two)[0])
    return Value(
        metric=metric,
        now=value,
        before=FORMULAS[metric](then)[0] if then else None,
        change=moved,
        compared_shops=compared,
        numerator=numerator,
        denominator=denominator,
        missing=tuple(sorted(side.missing | silent)),
        partial=tuple(sorted(side.partial)),
        assumed=tuple(i for i in able if metric in _COHORT and not book.covers[i].tells_refunds),
        unknown=unknown_of(metric, now) if now else 0,
    )


def _with_buyers(sums: Sums | None, group: Group, period: str, metric: str, buyers: BuyerCounts) -> Sums | None:
    if sums is None or metric not in _BUYERS or not group.one_currency:
        return sums
    found = buyers.get((group.shops, period))
    return sums.with_buyers(*found) if found else sums


def _series(book: _Book, span: Span) -> dict[tuple[str, str, str], tuple[Number | None, ...]]:
    """By day: M041 and M046 per currency and per channel, M047, M110, M151 and the late count over all shops."""
    found: dict[tuple[str, str, str], list[Number | None]] = defaultdict(list)
    for day in span.days:
        parts: dict[tuple[str, str], list[Sums]] = defaultdict(list)
        for shop_id, cover in book.covers.items():
            known = book.state(shop_id, day) != MISSING
            for currency in book.currencies[shop_id]:
                sums = [book.sums(shop_id, day, currency)] if known else []
                for key in ((currency, ""), (currency, cover.channel), ("", "")):
                    parts[key].extend(sums)
        for (currency, channel), sums in parts.items():
            whole = add(sums) if sums else None
            for metric in ("M041", "M046") if currency else ("M047", "M110", "M151"):
                found[metric, currency, channel].append(FORMULAS[metric](whole)[0] if whole else None)
            if not currency:
                found[LATE, "", ""].append(whole.late if whole else None)
    return {key: tuple(values) for key, values in found.items()}


def _gaps(book: _Book, span: Span) -> Iterable[ShopGap]:
    for shop_id in sorted(book.covers):
        states = {day: book.state(shop_id, day) for day in span.days}
        missing = tuple(d for d, s in states.items() if s == MISSING)
        partial = tuple(d for d, s in states.items() if s == PARTIAL)
        if missing or partial:
            cover = book.covers[shop_id]
            yield ShopGap(shop_id, cover.channel, cover.order_files_until, missing, partial)
