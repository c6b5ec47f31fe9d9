"""The guard, fees, methods and the timeline of prices, without a database."""

# ruff: noqa: E501  one case of a table is one line

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.goods.pricing.domain import fees, guard, methods, pricefile, stoploss, timeline
from zhanggui.goods.pricing.domain.guard import Candidate, World, judge
from zhanggui.goods.pricing.reading import policy

KNOWN = {"cost": 40000, "floor": 60000, "current": 99900, "median_30d": 99900, "list_price": 129900}

TABLE = [
    # name, price, world, verdict, a reason it must name (or None)
    ("unchanged", 99900, {}, "pass", None),
    ("a little off", 89900, {}, "pass", None),
    ("999 typed as 99", 9900, {}, "block", "decimal_shift"),
    ("99 typed as 999", 99900, {"current": 9900, "median_30d": 9900, "list_price": None, "cost": 4000, "floor": 5000}, "block", "decimal_shift"),
    ("999 typed as 9.99", 999, {}, "block", "decimal_shift"),
    ("yuan typed as fen", 9990000, {}, "block", "decimal_shift"),
    ("another price and a slip: 1099 as 109.9", 10990, {"floor": None, "cost": None}, "block", "decimal_shift"),
    ("first digit lost", 29900, {"current": 129900, "median_30d": 129900, "cost": 20000, "floor": 25000}, "block", "lost_digit"),
    ("last digit lost", 12900, {"current": 129900, "median_30d": 129900, "cost": 9000, "floor": 10000}, "block", "decimal_shift"),
    ("a digit typed twice", 199900, {"current": 19900, "median_30d": 19900, "list_price": None, "cost": 9000, "floor": 10000}, "block", "decimal_shift"),
    ("dollars typed for yuan", 13900, {"cost": None, "floor": None, "list_price": None, "rates": {"USD": 71870}}, "block", "currency_swapped"),
    ("price of the box of twelve", 1198800, {"packs": (12,), "list_price": None}, "block", "unit_swapped"),
    ("price of one piece for the box", 8325, {"packs": (12,), "cost": 4000, "floor": 5000, "list_price": None}, "block", "unit_swapped"),
    ("below the floor by a fen", 59999, {}, "block", "below_floor"),
    ("at the floor", 60000, {}, "warn", "drop"),
    ("below cost, no floor set", 39999, {"floor": None}, "block", "below_cost"),
    ("nine tenths off", 9990, {"floor": None, "cost": 500}, "block", "drop"),
    ("sixty percent off", 39960, {"floor": None, "cost": 500}, "block", "drop"),
    ("a third off", 65000, {}, "warn", "drop"),
    ("offers stack below the floor", 89900, {"lowest_stacked": 59900}, "block", "stacked_below_floor"),
    ("offers stack below cost", 89900, {"floor": None, "lowest_stacked": 39000}, "block", "stacked_below_cost"),
    ("offers stack above the floor", 89900, {"lowest_stacked": 69900}, "pass", None),
    ("fees eat the margin", 62000, {"fees": 25000}, "block", "loss_after_fees"),
    ("thin margin", 62000, {"fees": 20000}, "warn", "thin_margin"),
    ("half of another channel", 64900, {"others": {"B": 139900}, "current": None, "median_30d": None}, "block", "below_other_channel"),
    ("a fifth below another channel", 79900, {"others": {"B": 99900}}, "warn", "below_other_channel"),
    ("far above every other channel", 99900, {"others": {"B": 55900, "C": 58000}}, "warn", "above_other_channel"),
    ("above the list price", 139900, {}, "warn", "above_list"),
    ("zero", 0, {}, "block", "not_positive"),
    ("negative", -100, {}, "block", "not_positive"),
    ("nothing known", 9900, {"cost": None, "floor": None, "current": None, "median_30d": None, "list_price": None}, "warn", "floor_unknown"),
    ("new goods far above cost", 99900, {"cost": 4000, "floor": None, "current": None, "median_30d": None, "list_price": None}, "warn", "far_above_cost"),
    ("the slip is live, the right price comes back", 99900, {"current": 9900}, "pass", None),
    ("the slip is live and typed again", 9900, {"current": 9900, "cost": None, "floor": None}, "block", "drop"),
    ("99 becomes 109", 10900, {"current": 9900, "median_30d": 9900, "list_price": None, "cost": 4000, "floor": 5000}, "pass", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "price", "world", "verdict", "reason"), TABLE, ids=[row[0] for row in TABLE])
def test_the_guard_judges(name: str, price: int, world: dict[str, object], verdict: str, reason: str | None) -> None:
    found = judge(Candidate(price, "CNY"), World("CNY", **{**KNOWN, **world}))  # type: ignore[arg-type]
    assert (found.verdict, reason in {r.code for r in found.reasons} if reason else True) == (verdict, True), found


def test_another_currency_is_stopped_before_anything_else() -> None:
    assert [r.code for r in judge(Candidate(99900, "USD"), World("CNY", **KNOWN)).reasons] == ["wrong_currency"]  # type: ignore[arg-type]


AMOUNTS = st.integers(1, 10**9)
MAYBE = st.none() | AMOUNTS
WORLDS = st.builds(
    World,
    currency=st.just("CNY"),
    cost=MAYBE,
    floor=MAYBE,
    current=MAYBE,
    list_price=MAYBE,
    median_30d=MAYBE,
    others=st.dictionaries(st.sampled_from("ABC"), AMOUNTS, max_size=3),
    lowest_stacked=MAYBE,
    fees=MAYBE,
    rates=st.dictionaries(st.sampled_from(["USD", "JPY"]), st.integers(1, 10**6), max_size=2),
    packs=st.lists(st.integers(1, 24), max_size=2),
)


@given(AMOUNTS, WORLDS, st.sampled_from(["sale", "promo", "list"]))
def test_nothing_below_floor_or_cost_passes_without_approval(amount: int, world: World, kind: str) -> None:
    found = judge(Candidate(amount, "CNY", kind), world)
    lowest = min(amount, world.lowest_stacked) if world.lowest_stacked is not None else amount
    for bottom in (world.floor, world.cost):
        if bottom is not None and lowest < bottom:
            assert found.needs_approval
    assert found.needs_approval is (found.verdict == "block") is any(r.verdict == "block" for r in found.reasons)


@given(AMOUNTS, WORLDS)
def test_a_fall_of_nine_tenths_against_the_median_is_always_stopped(amount: int, world: World) -> None:
    if world.median_30d is not None and amount * 10 <= world.median_30d:
        assert judge(Candidate(amount, "CNY", "sale"), world).needs_approval
        assert judge(Candidate(amount, "CNY", "promo"), world).needs_approval


@given(st.integers(100, 10**8), WORLDS, st.sampled_from([10, 100, 1000]))
def test_a_moved_decimal_point_is_always_stopped(price: int, world: World, factor: int) -> None:
    """With only the median to go by: a current price that is itself a slip must not hide another."""
    only = World("CNY", median_30d=price)
    assert judge(Candidate(price * factor, "CNY"), only).needs_approval
    if price >= factor:
        assert judge(Candidate(max(price // factor, 1), "CNY"), only).needs_approval


@given(AMOUNTS, WORLDS)
def test_judging_is_the_same_every_time_and_every_reason_has_its_numbers(amount: int, world: World) -> None:
    first = judge(Candidate(amount, "CNY"), world)
    assert judge(Candidate(amount, "CNY"), world) == first
    assert all(r.numbers or r.code in {"floor_unknown", "no_history"} for r in first.reasons)
    order = ["block", "warn"]
    assert [order.index(r.verdict) for r in first.reasons] == sorted(order.index(r.verdict) for r in first.reasons)


def test_the_shipped_policy_is_the_default() -> None:
    assert policy() == guard.Policy()


LINES = fees.read_lines(
    [
        {"name": "commission", "kind": "rate", "rate": "5%"},
        {"name": "payment", "kind": "rate", "rate": "0.006", "base": "price"},
        {"name": "promotion service", "kind": "rate", "rate": "0.01", "least": 10, "most": 500},
        {"name": "parcel", "kind": "fixed", "amount": 350},
    ]
)


def test_margin_after_all_fees_and_coupons() -> None:
    found = fees.margin(9990, 4000, LINES, coupons=1000)
    assert found.fees == {"commission": 450, "payment": 60, "promotion service": 90, "parcel": 350}
    assert (found.received, found.fee_total, found.margin, found.margin_rate) == (8990, 950, 4040, Decimal("0.4494"))


def test_without_cost_or_template_the_margin_is_unknown() -> None:
    assert fees.margin(9990, None, LINES).margin is None
    assert fees.margin(9990, 4000, None).unknown == ("fees",)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"kind": "rate", "rate": "0.05"}, "name_empty"),
        ({"name": "x", "kind": "percent"}, "kind_unknown"),
        ({"name": "x", "kind": "rate", "rate": 0.05}, "rate_is_a_float"),
        ({"name": "x", "kind": "rate", "rate": "105%"}, "rate_range"),
        ({"name": "x", "kind": "fixed", "amount": 3.5}, "not_minor_units"),
        ({"name": "x", "kind": "fixed", "amount": 5, "least": 9, "most": 3}, "bounds_crossed"),
        ({"name": "x", "kind": "rate", "rate": "0.1", "base": "moon"}, "base_unknown"),
    ],
)
def test_a_fee_line_that_cannot_be_used_is_refused_when_saved(line: dict[str, object], reason: str) -> None:
    with pytest.raises(fees.BadFee) as caught:
        fees.read_lines([line])
    assert caught.value.reason == reason


@given(st.integers(1, 10**6), st.integers(0, 80), st.integers(0, 15))
def test_cost_plus_reaches_the_margin_and_one_fen_less_does_not(cost: int, percent: int, commission: int) -> None:
    lines = (fees.FeeLine("c", "rate", Decimal(commission) / 100), fees.FeeLine("post", "fixed", amount=300))
    rate = Decimal(percent) / 100
    price = methods.cost_plus(cost, rate, lines).amount
    here, below = fees.margin(price, cost, lines), fees.margin(price - 1, cost, lines)
    assert here.margin is not None
    assert here.margin >= rate * here.received
    assert below.margin is None or below.received <= 0 or below.margin < rate * below.received


def test_cost_plus_says_when_rates_eat_everything() -> None:
    with pytest.raises(methods.NoPrice):
        methods.cost_plus(1000, Decimal("0.5"), (fees.FeeLine("c", "rate", Decimal("0.6")),))


def test_the_value_method_takes_the_price_that_earns_most_and_needs_answers() -> None:
    assert methods.value_based({9900: 100, 12900: 80, 19900: 30}, 5000).amount == 12900
    with pytest.raises(methods.NoPrice):
        methods.value_based({}, 100)
    with pytest.raises(methods.NoPrice):
        methods.value_based({900: 10}, 1000)


@given(st.integers(100, 10**7), st.none() | st.integers(1, 10**7))
def test_endings_stay_near_and_above_the_floor(amount: int, floor: int | None) -> None:
    for name, price in methods.endings(amount, floor=floor).items():
        assert abs(price - amount) * 10 <= amount
        assert floor is None or price >= floor
        shown = f"{price / 100:.2f}"
        assert {".9": shown.endswith(".90"), ".99": shown.endswith(".99")}.get(name, shown.endswith(f"{name}.00"))


T0 = datetime(2026, 11, 1, tzinfo=UTC)


def entry(
    n: int, amount: int | None, *, kind: str = "sale", day: int = 0, end: int | None = None, shop: int | None = None
) -> timeline.Entry:
    ends = None if end is None else T0 + timedelta(days=end)
    return timeline.Entry(n, kind, amount, "CNY", T0 + timedelta(days=day), ends, shop)


def test_the_later_word_holds_a_shops_own_word_goes_first_and_windows_are_half_open() -> None:
    rows = [entry(1, 100), entry(2, 90, day=5), entry(3, 80, day=7, end=9), entry(4, 70, day=6, shop=7)]

    def sale(day: int, shop: int | None = None) -> int | None:
        held = timeline.holds(rows, "sale", T0 + timedelta(days=day), shop)
        return held.amount if held else None

    assert [sale(d) for d in (0, 4, 5, 7, 8, 9)] == [100, 100, 90, 80, 80, 90]
    assert [sale(d, 7) for d in (5, 6, 8)] == [90, 70, 70]
    assert sale(-1) is None


def test_a_promotion_is_shown_while_it_runs_and_an_ended_one_is_not() -> None:
    rows = [entry(1, 100), entry(2, 60, kind="promo", day=2, end=10), entry(3, None, kind="promo", day=5)]
    shown = [timeline.shown(rows, T0 + timedelta(days=d)) for d in (1, 3, 6)]
    assert [e.amount if e else None for e in shown] == [100, 60, 100]


def test_the_median_of_thirty_days_ignores_days_without_a_price_and_one_day_of_error() -> None:
    rows = [entry(1, 99900), entry(2, 9900, day=20, end=21)]
    assert timeline.median_30d(rows, T0 + timedelta(days=25)) == 99900
    assert timeline.median_30d(rows, T0) is None


def test_the_price_file_is_read_exactly_and_its_faults_are_named() -> None:
    at = pricefile.heads(["商家编码", "店铺", "价格类型", "价格", "开始时间", "结束时间"])
    assert at is not None
    rows = [
        ["A", "", "", "1,299.00", "", ""], ["A", "", "活动价", 99.5, "2026-11-11", "2026-11-12 00:00"],
        ["B", "", "", "12,99", "", ""], ["B", "", "", "9.999", "", ""], ["C", "", "", "免费", "", ""],
        ["C", "", "怪价", "9", "", ""], ["C", "", "", "9", "2026-02-30", ""], ["A", "", "", "5", "", ""],
        ["D", "", "", "-3", "", ""], ["D", "", "", "5", "2026-11-12", "2026-11-11"], ["", "", "", "5", "", ""],
    ]  # fmt: skip
    found, rejects = pricefile.read(list(enumerate(rows, 2)), at, currency="CNY", zone=ZoneInfo("Asia/Shanghai"))
    assert [(r.code, r.kind, r.amount) for r in found] == [("A", "sale", 129900), ("A", "promo", 9950)]
    assert found[1].starts_at == datetime(2026, 11, 10, 16, tzinfo=UTC)
    assert [(r.row, r.reason) for r in rejects] == [
        (4, "amount_in_doubt"), (5, "too_many_decimals"), (6, "not_an_amount"), (7, "kind_unknown"),
        (8, "time_unreadable"), (9, "price_twice"), (10, "not_an_amount"), (11, "ends_before_start"), (12, "code_empty"),
    ]  # fmt: skip


def test_the_damage_of_a_wrong_price_counts_what_is_known_and_says_what_is_not() -> None:
    lines = [
        {"order_no": "1", "qty": 2, "unit_price": 9900}, {"order_no": "1", "qty": 1, "unit_price": 9900},
        {"order_no": "2", "qty": None, "unit_price": 9900},
    ]  # fmt: skip
    found = stoploss.damage(lines, 99900, 40000)
    assert (found.orders, found.pieces, found.missed, found.loss, found.unknown_orders) == (2, 3, 270000, 90300, 1)
    assert stoploss.damage(lines, 99900, None).loss is None
