"""The board worked out by hand, and what must hold whatever the facts are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.insight.metrics.contracts import Board, BoardRow, ShopCover
from zhanggui.insight.metrics.domain import board as boards
from zhanggui.insight.metrics.domain.board import Facts, Span
from zhanggui.insight.metrics.domain.definitions import ADDITIVE, BOARD, METRICS, WITHOUT_MONEY
from zhanggui.insight.metrics.domain.values import FORMULAS, Sums, add, average, change, ratio
from zhanggui.trade.aftersales.contracts import RefundDay
from zhanggui.trade.orders.contracts import DayTotals, LateDay

D1, D2 = date(2026, 11, 20), date(2026, 11, 21)
LATER = datetime(2026, 11, 30, tzinfo=UTC)
TB = ShopCover(1, "taobao", "CNY", "Asia/Shanghai", LATER, tells_refunds=True, has_refund_files=True)
TB2 = ShopCover(2, "taobao", "CNY", "Asia/Shanghai", LATER, tells_refunds=False)
JD = ShopCover(3, "jd", "CNY", "Asia/Shanghai", LATER)
US = ShopCover(4, "shopify", "USD", "UTC", LATER)


def sold(shop: ShopCover, day: date, orders: int, paid: int | None, **more: Any) -> DayTotals:
    given = {
        "amount_unknown": 0, "qty": orders, "buyers": orders, "buyers_unknown": 0,
        "refunded_to_date": None, "refunded_orders": 0, "currency": shop.currency, **more,
    }  # fmt: skip
    return DayTotals(shop_id=shop.shop_id, channel=shop.channel, day=day, paid_orders=orders, paid_amount=paid, **given)


def made(
    covers: list[ShopCover], facts: Facts, buyers: dict[Any, Any] | None = None, *, days: tuple[date, date] = (D2, D2)
) -> Board:
    length = (days[1] - days[0]).days + 1
    before = Span(days[0] - timedelta(days=length), days[0] - timedelta(days=1))
    return boards.assemble(covers, facts, now=Span(*days), before=before, buyers=buyers or {})


def row(board: Board, channel: str, currency: str) -> BoardRow:
    rows = [r for r in board.rows if (r.channel, r.currency) == (channel, currency)]
    assert len(rows) == 1
    return rows[0]


def golden() -> Board:
    facts = Facts(
        totals=[
            sold(TB, D2, 3, 30_000, qty=5, refunded_to_date=6_000, refunded_orders=1),
            sold(TB2, D2, 2, 10_001, qty=2),
            sold(JD, D2, 4, 20_000, qty=4, amount_unknown=1),
            sold(US, D2, 1, 2_500),
            sold(TB, D1, 2, 20_000, qty=2),
            sold(JD, D1, 5, 25_000),
        ],
        refunds=[RefundDay(1, "taobao", D2, "CNY", 2, 9_000, 0)],
        late=[LateDay(1, "taobao", D2, 4, 1), LateDay(1, "taobao", D1, 5, 0)],
    )
    buyers = {
        (frozenset({1, 2}), "now"): (4, 0),
        (frozenset({1, 2}), "before"): (2, 0),
        (frozenset({3}), "now"): (3, 1),
        (frozenset({1, 2, 3}), "now"): (7, 1),
        (frozenset({4}), "now"): (1, 0),
        (frozenset({1, 2, 3, 4}), "now"): (8, 1),
    }
    return made([TB, TB2, JD, US], facts, buyers)


#: (channel, currency, metric) → (now, before, change), worked out by hand from ``golden``.
GOLDEN = {
    ("taobao", "CNY", "M041"): (40_001, 20_000, Decimal("1.00005")),
    ("taobao", "CNY", "M044"): (9_000, 0, None),  # nothing to divide by
    ("taobao", "CNY", "M045"): (21_000, 20_000, Decimal("0.05")),  # only shop 1 brings after-sale files
    ("taobao", "CNY", "M046"): (34_001, 20_000, Decimal("0.70005")),
    ("taobao", "CNY", "M047"): (5, 2, Decimal("1.5")),
    ("taobao", "CNY", "M048"): (4, 2, Decimal("1")),
    ("taobao", "CNY", "M049"): (7, 2, Decimal("2.5")),
    ("taobao", "CNY", "M050"): (10_000, 10_000, Decimal("0")),  # 40,001 ÷ 4 = 10,000.25
    ("taobao", "CNY", "M051"): (8_000, 10_000, Decimal("-0.2")),  # 40,001 ÷ 5 = 8,000.2
    ("taobao", "CNY", "M110"): (Decimal("0.2"), Decimal("0"), Decimal("0.2")),
    ("taobao", "CNY", "M151"): (Decimal("0.25"), Decimal("0"), Decimal("0.25")),
    ("jd", "CNY", "M041"): (20_000, 25_000, Decimal("-0.2")),
    ("jd", "CNY", "M044"): (None, None, None),  # no after-sale file: unknown, not 0
    ("jd", "CNY", "M050"): (None, None, None),  # one order names no buyer
    ("jd", "CNY", "M051"): (6_667, 5_000, Decimal("0.3334")),  # 20,000 ÷ 3 orders of known amount, half up
    ("jd", "CNY", "M151"): (None, None, None),  # its files give no deadline
    ("shopify", "USD", "M041"): (2_500, 0, None),
}


@pytest.mark.parametrize("key", GOLDEN)
def test_values_by_hand(key: tuple[str, str, str]) -> None:
    channel, currency, metric = key
    value = row(golden(), channel, currency).values[metric]
    assert (value.now, value.before, value.change) == GOLDEN[key]


def test_totals_by_hand() -> None:
    board = golden()
    cny, usd = board.by_currency
    assert (cny.currency, cny.values["M041"].now, cny.values["M046"].now) == ("CNY", 60_001, 54_001)
    assert (usd.currency, usd.values["M041"].now) == ("USD", 2_500)
    assert cny.values["M048"].now == 7  # counted over the group, not 4 + 3 + …
    assert cny.values["M111"].now == Decimal(6_000) / Decimal(60_001)
    total = board.total.values
    assert (total["M047"].now, total["M048"].now, total["M049"].now) == (10, 8, 12)
    assert (total["M110"].numerator, total["M110"].denominator) == (1, 10)
    assert "M041" not in total  # no sum of yuan and dollars
    assert [r.channel for r in board.rows] == ["taobao", "jd", "shopify"]  # largest first, currency by currency


def test_shops_whose_files_never_told_of_a_refund_are_named() -> None:
    value = row(golden(), "taobao", "CNY").values["M046"]
    assert value.assumed == (2,)
    assert value.missing == ()


def test_a_refund_of_unknown_amount_is_counted_as_unknown() -> None:
    board = made([TB], Facts(totals=[sold(TB, D2, 3, 900, refunded_orders=2)]))
    value = board.by_currency[0].values["M046"]
    assert (value.now, value.unknown) == (900, 2)
    assert board.by_currency[0].values["M110"].numerator == 2
    assert board.by_currency[0].values["M041"].unknown == 0


def test_a_day_no_file_reaches_is_missing_and_not_zero() -> None:
    late = replace(JD, order_files_until=datetime(2026, 11, 20, 16, tzinfo=UTC))  # midnight of the 21st in Shanghai
    board = made([TB, late], Facts(totals=[sold(TB, D2, 1, 100), sold(TB, D1, 1, 50), sold(late, D1, 9, 900)]))
    assert row(board, "jd", "CNY").values["M041"].now is None
    assert row(board, "jd", "CNY").values["M047"].now is None
    assert row(board, "jd", "CNY").values["M041"].before == 900
    whole = board.by_currency[0].values["M041"]
    assert (whole.now, whole.missing) == (100, (3,))
    # compared like for like: without the shop that lacks the day
    assert (whole.change, whole.compared_shops) == (Decimal(1), 1)
    assert [(g.shop_id, g.missing, g.partial) for g in board.gaps] == [(3, (D2,), ())]
    assert board.series["M041", "CNY", "jd"][-2:] == (900, None)
    assert board.series["M041", "CNY", ""][-2:] == (950, 100)


def test_a_day_the_files_end_in_is_partial_and_a_quiet_known_day_is_zero() -> None:
    noon = replace(JD, order_files_until=datetime(2026, 11, 21, 4, tzinfo=UTC))
    board = made([noon, TB], Facts(totals=[sold(noon, D2, 2, 200)]))
    value = row(board, "jd", "CNY").values["M041"]
    assert (value.now, value.partial) == (200, (3,))
    quiet = row(board, "taobao", "CNY").values
    assert (quiet["M041"].now, quiet["M047"].now, quiet["M051"].now) == (0, 0, None)
    assert board.as_of == noon.order_files_until


def test_orders_without_any_file_known_are_partial() -> None:
    bare = replace(JD, order_files_until=None)
    assert boards.day_state(bare, D2, sold=True) == boards.PARTIAL
    assert boards.day_state(bare, D2, sold=False) == boards.MISSING


def test_business_days_are_those_of_the_shop() -> None:
    until = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    assert boards.day_state(replace(TB, order_files_until=until), D2, sold=False) == boards.KNOWN
    assert boards.day_state(replace(US, order_files_until=until), D2, sold=False) == boards.PARTIAL


def test_a_shop_that_sells_in_two_currencies_has_two_rows_and_no_buyers_in_either() -> None:
    facts = Facts(totals=[sold(US, D2, 1, 500), sold(US, D2, 2, 900, currency="EUR")])
    board = made([US], facts, {(frozenset({4}), "now"): (3, 0)})
    assert row(board, "shopify", "EUR").values["M041"].now == 900
    assert row(board, "shopify", "EUR").values["M048"].now is None
    assert board.total.values["M048"].now == 3


def test_buyers_never_add() -> None:
    with pytest.raises(ValueError, match="distinct"):
        Sums(buyers=1) + Sums()


def test_a_change_of_buyers_needs_every_shop_in_both_periods() -> None:
    half = replace(JD, order_files_until=datetime(2026, 11, 20, 20, tzinfo=UTC))
    facts = Facts(totals=[sold(TB, D2, 1, 100), sold(TB, D1, 1, 100)])
    both = frozenset({1, 3})
    full = made([TB, JD], facts, {(both, "now"): (4, 0), (both, "before"): (2, 0)})
    assert full.total.values["M048"].change == Decimal(1)
    broken = made([TB, replace(half, order_files_until=None)], facts, {(both, "now"): (4, 0), (both, "before"): (2, 0)})
    assert broken.total.values["M048"].change is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "wanted"), [(1, 0, None), (0, 5, Decimal(0)), (None, 5, None), (1, None, None)]
)
def test_a_denominator_of_nothing_gives_nothing(numerator: Any, denominator: Any, wanted: Any) -> None:
    assert ratio(numerator, denominator) == wanted


def test_averages_round_once_half_up() -> None:
    assert average(25, 10) == 3
    assert average(24, 10) == 2
    assert average(-25, 10) == -3
    assert average(5, 0) is None


def test_change_of_ratios_is_a_difference() -> None:
    assert change("percent", Decimal("0.03"), Decimal("0.05")) == Decimal("-0.02")
    assert change("money", -50, -100) == Decimal("0.5")


def test_every_metric_says_what_it_is_in_both_languages() -> None:
    assert set(BOARD) == set(FORMULAS)
    for m in METRICS.values():
        texts = (m.name_zh, m.name_en, m.formula_zh, m.formula_en, m.null_zh, m.null_en, m.refunds_zh, m.refunds_en)
        assert all(texts), m.id
        assert m.name("zh-hans") == m.name_zh
        assert m.name("en") == m.name_en
        assert m.additivity in "ASDRQN"
        assert (m.unit in ("percent", "times")) <= (m.additivity == "R")
    assert not set(ADDITIVE) & {"M048", "M050", "M051", "M110", "M111", "M151"}
    assert all(METRICS[m].unit != "money" for m in WITHOUT_MONEY)


# whatever the facts

_few = settings(max_examples=40, deadline=None)

_covers = [TB, TB2, JD, US]
_known = st.builds(
    sold,
    st.sampled_from(_covers),
    st.sampled_from([D1 - timedelta(days=1), D1, D2]),
    st.integers(20, 50),
    st.one_of(st.none(), st.integers(0, 10**9)),
    qty=st.integers(0, 99),
    refunded_to_date=st.one_of(st.none(), st.integers(0, 10**6)),
    refunded_orders=st.integers(0, 20),
)
_facts = st.lists(_known, max_size=12, unique_by=lambda t: (t.shop_id, t.day)).map(lambda t: Facts(totals=t))


@_few
@given(_facts)
def test_rows_add_up_to_their_currency(facts: Facts) -> None:
    board = made(_covers, facts)
    for whole in board.by_currency:
        parts = [r for r in board.rows if r.currency == whole.currency]
        for metric in ("M041", "M046", "M047", "M049"):
            known = [r.values[metric].now for r in parts if r.values[metric].now is not None]
            unknown_money = metric == "M046" and len(known) != len(parts)
            if not unknown_money:  # refunds of orders without any amount have no row to be taken from
                assert (whole.values[metric].now or 0) == sum(known)
    assert board.total.values["M047"].now == sum(w.values["M047"].now for w in board.by_currency)


@_few
@given(_facts)
def test_days_add_up_to_the_period(facts: Facts) -> None:
    long = made(_covers, facts, days=(D1, D2))
    one, two = made(_covers, facts, days=(D1, D1)), made(_covers, facts, days=(D2, D2))
    for metric in ("M041", "M047", "M049"):
        for w, a, b in zip(long.by_currency, one.by_currency, two.by_currency, strict=True):
            parts = [v for v in (a.values[metric].now, b.values[metric].now) if v is not None]
            assert (w.values[metric].now or 0) == sum(parts)
    chart = [v for v in long.series["M047", "", ""][-2:] if v is not None]
    assert sum(chart) == long.total.values["M047"].now


@_few
@given(_facts)
def test_ratios_lie_between_those_of_their_parts(facts: Facts) -> None:
    board = made(_covers, facts)
    for whole in board.by_currency:
        parts = [r.values["M110"].now for r in board.rows if r.currency == whole.currency]
        known = [p for p in parts if p is not None]
        if known and whole.values["M110"].now is not None:
            assert min(known) <= whole.values["M110"].now <= max(known)


@given(st.lists(st.builds(Sums, orders=st.integers(0, 9), paid=st.one_of(st.none(), st.integers(0, 9))), max_size=6))
def test_sums_do_not_depend_on_order(parts: list[Sums]) -> None:
    assert add(parts) == add(reversed(parts))
