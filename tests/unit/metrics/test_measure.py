"""What answers keep, whatever is asked: parts and wholes, distinct people, missing days, refusals, comparisons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from hypothesis import given, settings
from hypothesis import strategies as st

import metric_world as world
from zhanggui.insight.metrics import queries
from zhanggui.insight.metrics.contracts import Answer, Rate
from zhanggui.insight.metrics.domain import errors
from zhanggui.insight.metrics.domain.arithmetic import parse_rate
from zhanggui.insight.metrics.domain.definitions import METRICS
from zhanggui.insight.metrics.domain.measures import FORMULAS
from zhanggui.insight.metrics.queries.state import State

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)
NOW = datetime(2026, 5, 2, tzinfo=UTC)
CNY = {"currency": ["CNY"]}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> State:
    return world.state(world.write(tmp_path_factory.mktemp("world"), world.make()))


def ask(state: State, metrics: list[str], **more: Any) -> Answer:
    asked: dict[str, Any] = {"first": FIRST, "last": LAST, "now": NOW, "where": CNY} | more
    return queries.measure_with(state, metrics=metrics, **asked)


ADDITIVE = sorted(i for i, m in METRICS.items() if m.additivity == "A" and i in FORMULAS and m.id not in
                  {"M060", "M062", "M063", "M064"})  # fmt: skip


@pytest.mark.parametrize("by", [["day"], ["month", "shop"], ["channel", "week"], ["weekday"]])
def test_parts_of_additive_metrics_add_up_to_the_whole(state: State, by: list[str]) -> None:
    asked = [m for m in ADDITIVE if m != "M090"]
    found = ask(state, asked, by=by)
    assert found.total is not None
    for metric in asked:
        cells = [row.cells[metric] for row in found.rows]
        whole = found.total.cells[metric].exact
        assert sum(c.exact for c in cells if c.exact is not None) == whole, metric
        assert whole, metric


@pytest.mark.parametrize("by", [["day"], ["week"], ["month"]])
def test_new_customers_add_up_over_days(state: State, by: list[str]) -> None:
    found = ask(state, ["M090"], by=by, where={"shop": ["1"]})
    assert found.total is not None
    assert sum(row.cells["M090"].exact or 0 for row in found.rows) == found.total.cells["M090"].exact > 0


@pytest.mark.parametrize("by", [["product"], ["sku", "day"]])
def test_articles_and_what_no_line_tells_add_up_to_the_orders(state: State, by: list[str]) -> None:
    asked = ["M041", "M043", "M046"]
    found = ask(state, asked, by=by)
    whole = ask(state, asked).rows[0].cells
    for metric in asked:
        assert sum(row.cells[metric].exact or 0 for row in found.rows) == whole[metric].exact
    assert any(row.keys[0] is None for row in found.rows)


@pytest.mark.parametrize("by", [["day"], ["shop"], ["channel"], ["week"], ["province"]])
def test_distinct_people_lie_between_the_largest_part_and_the_sum(state: State, by: list[str]) -> None:
    found = ask(state, ["M048"], by=by)
    parts = [row.cells["M048"].exact or Fraction(0) for row in found.rows]
    assert found.total is not None
    whole = found.total.cells["M048"].exact
    assert whole is not None
    assert max(parts) <= whole <= sum(parts)


def test_ratios_are_recomputed_from_parts_and_never_averaged(state: State) -> None:
    asked = ["M051", "M053", "M075", "M110", "M111", "M024", "M150"]
    found = ask(state, asked, by=["shop", "day"])
    assert found.total is not None
    for metric in asked:
        cells = [row.cells[metric] for row in found.rows if row.cells[metric].numerator is not None]
        over = sum(c.numerator or 0 for c in cells)
        under = sum(c.denominator or 0 for c in cells)
        assert found.total.cells[metric].exact == Fraction(over) / Fraction(under), metric


def test_the_identity_of_people_holds_where_the_parts_are_known(state: State) -> None:
    found = ask(state, ["M041", "M047", "M051"], by=["shop"], where={"shop": ["1", "2"]})
    for row in found.rows:
        paid, orders, average = (row.cells[m] for m in ("M041", "M047", "M051"))
        assert average.exact is not None
        assert average.denominator == orders.value - paid.unknown
        assert average.exact * average.denominator == paid.exact


def test_an_order_at_midnight_belongs_to_the_day_of_its_shop(tmp_path: Any) -> None:
    # 2026-02-01 15:59:59 UTC is still that day in Shanghai, 16:00 is the next; New York is on the first until 05:00 UTC
    rows = []
    for n, (shop, moment) in enumerate([
        (1, datetime(2026, 2, 1, 15, 59, 59, tzinfo=UTC)), (1, datetime(2026, 2, 1, 16, 0, tzinfo=UTC)),
        (3, datetime(2026, 2, 2, 4, 59, 59, tzinfo=UTC)), (3, datetime(2026, 2, 2, 5, 0, tzinfo=UTC)),
    ]):  # fmt: skip
        rows.append({"shop_id": shop, "order_no": f"{n}", "currency": "CNY" if shop == 1 else "USD", "paid_at": moment,
                     "created_at": moment, "listed_at": moment, "buyer_paid": 100, "buyer_key": "b"})  # fmt: skip
    own = world.state(world.write(tmp_path, {"orders": rows}))
    found = ask(own, ["M047"], by=["shop", "day"], first=date(2026, 2, 1), last=date(2026, 2, 2), where={})
    told = {row.keys: row.cells["M047"].value for row in found.rows}
    assert told["1", "2026-02-01"] == told["1", "2026-02-02"] == told["3", "2026-02-01"] == told["3", "2026-02-02"] == 1
    hours = ask(own, ["M047"], by=["shop", "hour"], first=date(2026, 2, 1), last=date(2026, 2, 2), where={})
    assert {r.keys for r in hours.rows if r.cells["M047"].value} == {("1", "23"), ("1", "00"), ("3", "23"), ("3", "00")}


# missing is not zero


def test_days_no_file_reaches_are_empty_and_named(state: State) -> None:
    until = datetime(2026, 2, 10, 16, 0, tzinfo=UTC)  # midnight after the 10th in Shanghai
    early = {key: until if key[0] == 2 else moment for key, moment in state.until.items()}
    own = replace(state, until=early)
    found = ask(own, ["M041", "M047"], by=["shop", "day"], first=date(2026, 4, 20), last=date(2026, 5, 1), where={})
    cells = {row.keys: row.cells["M047"] for row in found.rows}
    assert cells["1", "2026-05-01"].value == 0  # known and nothing sold
    assert cells["2", "2026-05-01"].value is None
    assert cells["2", "2026-05-01"].missing == (2,)
    assert cells["2", "2026-05-01"].why == "no file reaches these days"
    lines = {c.shop_id: c for c in found.completeness if c.table == "orders"}
    assert (lines[1].state, lines[2].state) == ("known", "partial")
    assert date(2026, 5, 1) in lines[2].missing
    assert lines[3].partial == (date(2026, 5, 1),)  # the files end in the evening of New York
    assert (found.known_shops, found.shops) == (1, 3)


def test_a_day_without_a_traffic_file_is_no_day_without_visitors(state: State) -> None:
    found = ask(state, ["M002"], by=["shop", "day"], first=world.FIRST, last=world.LAST, where={})
    empty = [row for row in found.rows if row.cells["M002"].value is None]
    assert empty
    assert all(row.cells["M002"].missing for row in empty)
    assert not any(row.cells["M002"].value == 0 for row in found.rows)


def test_days_before_the_first_fact_are_missing(state: State) -> None:
    found = ask(state, ["M047"], by=["day"], first=date(2025, 12, 25), last=date(2026, 1, 10), where={"shop": ["1"]})
    assert found.rows[0].cells["M047"].value is None
    assert found.rows[-1].cells["M047"].value is not None


def test_a_denominator_of_nothing_is_empty_and_a_numerator_of_nothing_is_zero(tmp_path: Any) -> None:
    moment = world.moment(1, date(2026, 2, 3), 9)
    order = {"shop_id": 1, "order_no": "1", "currency": "CNY", "status": "created", "created_at": moment,
             "listed_at": moment, "goods_amount": 100, "buyer_paid": 0}  # fmt: skip
    own = world.state(world.write(tmp_path, {"orders": [order]}))
    where = {"shop": ["1"]}
    cells = ask(own, ["M051", "M110", "M047", "M041", "M040"], where=where).rows[0].cells
    assert (cells["M051"].value, cells["M051"].why) == (None, "nothing to divide by")
    assert (cells["M110"].value, cells["M047"].value, cells["M041"].value, cells["M040"].value) == (None, 0, 0, 100)
    order |= {"paid_at": moment, "buyer_paid": 100, "status": "paid"}
    own = world.state(world.write(tmp_path, {"orders": [order]}))
    assert ask(own, ["M110"], where=where).rows[0].cells["M110"].value == 0


# compare


def test_comparisons_follow_the_rules_of_the_dictionary(state: State) -> None:
    found = ask(state, ["M041", "M110"], compare="previous", where={"shop": ["1"]})
    before = ask(state, ["M041", "M110"], first=date(2026, 1, 4), last=date(2026, 1, 31), where={"shop": ["1"]})
    assert found.before_days is not None
    assert (found.before_days.first, found.before_days.last) == (date(2026, 1, 4), date(2026, 1, 31))
    (row,), (other,) = found.rows, before.rows
    now, then = row.cells["M041"].exact, other.cells["M041"].exact
    assert now is not None
    assert then is not None
    assert row.before["M041"] == other.cells["M041"]
    assert row.deltas["M041"].absolute == now - then
    assert row.deltas["M041"].relative == (now - then) / abs(then)
    share = row.deltas["M110"]
    assert share.absolute == (row.cells["M110"].exact or 0) - (other.cells["M110"].exact or 0)


def test_days_are_matched_by_their_place(state: State) -> None:
    found = ask(state, ["M047"], by=["day"], first=date(2026, 2, 8), last=date(2026, 2, 14), compare="previous",
                where={"shop": ["1"]})  # fmt: skip
    plain = ask(state, ["M047"], by=["day"], first=date(2026, 2, 1), last=date(2026, 2, 7), where={"shop": ["1"]})
    assert [r.before["M047"].value for r in found.rows] == [r.cells["M047"].value for r in plain.rows]


def test_a_change_with_missing_days_is_no_change(state: State) -> None:
    found = ask(state, ["M041"], compare="year", where={"shop": ["1"]})
    assert found.rows[0].deltas["M041"] == replace(found.rows[0].deltas["M041"], absolute=None, relative=None)
    assert not found.rows[0].deltas["M041"].comparable


# currencies


def test_two_currencies_are_never_added(state: State) -> None:
    with pytest.raises(errors.MixedCurrencies):
        ask(state, ["M041"], where={})
    found = ask(state, ["M041"], by=["currency"], where={})
    assert {row.keys[0]: row.currency for row in found.rows} == {"CNY": "CNY", "USD": "USD"}
    assert found.total is None
    assert ask(state, ["M047"], where={}).rows[0].cells["M047"].value > 0
    by_shop = ask(state, ["M041"], by=["shop"], where={})
    assert [row.currency for row in by_shop.rows] == ["CNY", "CNY", "USD"]


def test_dated_rates_turn_each_day_by_its_own(state: State) -> None:
    rates = [parse_rate("USD=7.1@2025-10-01"), parse_rate("USD=7.2@2026-02-15")]
    found = ask(state, ["M041"], where={}, rates=rates)
    days = ask(state, ["M041"], by=["currency", "day"], where={})
    whole = Fraction(0)
    for row in days.rows:
        currency, day = row.keys
        rate = 1 if currency == "CNY" else Fraction("7.1") if (day or "") < "2026-02-15" else Fraction("7.2")
        whole += (row.cells["M041"].exact or 0) * rate
    assert found.rows[0].currency == "CNY"
    assert found.rows[0].cells["M041"].exact == whole
    with pytest.raises(errors.RateMissing):
        ask(state, ["M041"], where={}, rates=[Rate("USD", Fraction(7), date(2026, 2, 20))])


# refusals

REFUSALS: list[tuple[type[errors.CannotMeasure], list[str], dict[str, Any]]] = [
    (errors.NoMetric, [], {}),
    (errors.UnknownMetric, ["M999"], {}),
    (errors.NeedsFacts, ["M130"], {}),
    (errors.NeedsFacts, ["M103"], {}),
    (errors.UnknownDimension, ["M041"], {"by": ["colour"]}),
    (errors.UnknownDimension, ["M041"], {"where": {"colour": ["red"]}}),
    (errors.DimensionLacking, ["M041"], {"by": ["source"]}),
    (errors.DimensionLacking, ["M090"], {"by": ["sku"]}),
    (errors.DimensionLacking, ["M048"], {"by": ["hour"]}),
    (errors.DimensionLacking, ["M001"], {"by": ["province"]}),
    (errors.DimensionTwice, ["M041"], {"by": ["day", "month"]}),
    (errors.EmptyPeriod, ["M041"], {"first": LAST, "last": FIRST}),
    (errors.BeforeFirstData, ["M041"], {"first": date(2020, 1, 1), "last": date(2020, 1, 31)}),
    (errors.ShopNotVisible, ["M041"], {"where": {"shop": ["99"]}}),
    (errors.BadFilter, ["M041"], {"where": {"channel": ["ebay"]}}),
    (errors.BadFilter, ["M070"], {"where": {"window": ["long"]}}),
    (errors.NoShop, ["M041"], {"where": {"channel": ["douyin"]}}),
    (errors.MixedCurrencies, ["M041"], {"where": {}}),
    (errors.NotAdditive, ["M001"], {}),
    (errors.NotAdditive, ["M001"], {"by": ["day"]}),
    (errors.UnknownComparison, ["M041"], {"compare": "lastweek"}),
    (errors.DimensionLacking, ["M008"], {}),
]


@pytest.mark.parametrize(("refusal", "metrics", "more"), REFUSALS)
def test_what_cannot_be_answered_is_refused_with_one_sentence(
    state: State, refusal: type[errors.CannotMeasure], metrics: list[str], more: dict[str, Any]
) -> None:
    with pytest.raises(refusal) as caught:
        ask(state, metrics, **more)
    english = str(caught.value)
    assert english
    assert "%(" not in english
    with translation.override("zh-hans"):
        chinese = caught.value.say(gettext)
    assert chinese != english
    assert any("一" <= letter <= "鿿" for letter in chinese)


def test_no_shops_and_no_data_are_told_apart(state: State, tmp_path: Any) -> None:
    with pytest.raises(errors.NoShop):
        ask(replace(state, shops={}), ["M041"])
    with pytest.raises(errors.NoData):
        ask(world.state(world.write(tmp_path, {})), ["M041"])


def test_rates_that_are_none_are_refused() -> None:
    for text in ("USD", "USD=x@2026-01-01", "USD=7.1", "USD=0@2026-01-01", "US=7@2026-01-01", "USD=7@soon"):
        with pytest.raises(errors.BadRate):
            parse_rate(text)


# rows behind


@given(st.sampled_from(["M041", "M044", "M046", "M047", "M048", "M049", "M090", "M091", "M070", "M098"]),
       st.sampled_from([{"shop": ["1"]}, {"channel": ["jd"]}, {"shop": ["1", "2"]}]),
       st.integers(0, 60), st.integers(0, 40))  # fmt: skip
@settings(max_examples=5)
def test_rows_behind_add_up_to_the_number(metric: str, where: dict[str, list[str]], start: int, length: int) -> None:
    state = _shared()
    first = date.fromordinal(world.FIRST.toordinal() + start)
    asked = {"first": first, "last": date.fromordinal(first.toordinal() + length), "where": where, "now": NOW}
    cell = queries.measure_with(state, metrics=[metric], **asked).rows[0].cells[metric]
    amount, offset = 0, 0
    while True:
        page = queries.rows_behind_with(state, metric=metric, limit=7, offset=offset, **asked)
        amount += sum(int(row[-1]) for row in page.rows)  # type: ignore[call-overload]
        if page.next_offset is None:
            break
        offset = page.next_offset
    assert amount == page.amount
    assert page.amount == (cell.exact if cell.exact is not None else 0)


_kept: list[State] = []


def _shared() -> State:
    if not _kept:
        import tempfile
        from pathlib import Path

        _kept.append(world.state(world.write(Path(tempfile.mkdtemp(prefix="zhanggui-test-")), world.make())))
    return _kept[0]


@pytest.mark.parametrize("metric", ["M051", "M110", "M150", "M024", "M075", "M094", "M093"])
def test_both_parts_of_a_ratio_have_their_rows(state: State, metric: str) -> None:
    where = {"shop": ["1"]}
    cell = ask(state, [metric], where=where).rows[0].cells[metric]
    for part, value in (("numerator", cell.numerator), ("denominator", cell.denominator)):
        page = queries.rows_behind_with(
            state, metric=metric, first=FIRST, last=LAST, now=NOW, where=where, part=part, limit=1000
        )
        assert page.amount == value
        assert sum(int(row[-1]) for row in page.rows) == value  # type: ignore[call-overload]


def test_a_number_of_two_tables_has_the_rows_of_each(state: State) -> None:
    asked = {"first": FIRST, "last": LAST, "now": NOW, "where": {"shop": ["1"]}}
    net = queries.measure_with(state, metrics=["M045"], **asked).rows[0].cells["M045"].exact
    paid = queries.rows_behind_with(state, metric="M045", **asked)
    back = queries.rows_behind_with(state, metric="M045", table="refunds", **asked)
    assert paid.amount + back.amount == net
    with pytest.raises(errors.NotByRows):
        queries.rows_behind_with(state, metric="M149", **asked)


# costs


def test_profit_follows_the_costs_and_says_what_lacks(tmp_path: Any) -> None:
    moment = world.moment(1, date(2026, 2, 3), 9)
    base = {"shop_id": 1, "currency": "CNY", "paid_at": moment, "created_at": moment, "listed_at": moment}
    rows = {
        "orders": [{**base, "order_no": "1", "buyer_paid": 30_000, "buyer_key": "b"}],
        "lines": [
            {**base, "order_no": "1", "line_no": "1", "outer_sku_code": "A", "qty": 2, "line_paid": 20_000},
            {**base, "order_no": "1", "line_no": "2", "outer_sku_code": "B", "qty": 1, "line_paid": 10_000,
             "refunded_amount": 10_000, "refunded_qty": 1},
        ],
        "settlement": [{"shop_id": 1, "entry_key": "e", "book": "settlement", "currency": "CNY", "amount": -1_500,
                        "subject": "commission", "occurred_at": moment, "dated_at": moment},
                       {"shop_id": 1, "entry_key": "f", "book": "ledger", "currency": "CNY", "amount": -1_500,
                        "subject": "commission", "occurred_at": moment, "dated_at": moment}],
    }  # fmt: skip
    cost = {"currency": "CNY", "from_day": date(2026, 1, 1), "to_day": date(2026, 2, 3)}
    newer = {"currency": "CNY", "from_day": date(2026, 2, 3), "to_day": None, "handling_cost": 250}
    costs = [{**cost, "code": "A", "unit_cost": 1}, {**newer, "code": "A", "unit_cost": 5_500},
             {**newer, "code": "B", "unit_cost": 4_000}]  # fmt: skip
    own = world.state(world.write(tmp_path, rows, {"costs": costs}))
    where = {"shop": ["1"]}
    cells = ask(own, ["M060", "M061", "M062", "M063", "M064", "M067"], where=where).rows[0].cells
    assert cells["M060"].value == cells["M062"].value == 30_000 - 10_000 - 2 * 5_500
    assert cells["M061"].exact == Fraction(9_000, 20_000)
    assert cells["M063"].value == 9_000 - 1_500 - 3 * 250  # one book of the two
    assert cells["M067"].exact == Fraction(20_000, 6_750)
    assert (cells["M064"].value, cells["M064"].why) == (None, "no file reaches these days")
    by_sku = ask(own, ["M060"], by=["sku"], where=where)
    assert {row.keys[0]: row.cells["M060"].value for row in by_sku.rows} == {"A": 9_000, "B": 0}
    own = world.state(world.write(tmp_path, rows, {"costs": costs[:2]}))
    lacking = ask(own, ["M060"], where=where).rows[0].cells["M060"]
    assert (lacking.value, lacking.unknown, lacking.why) == (None, 1, "articles sold have no cost")


def test_rfm_scores_share_ties_and_keep_their_cuts(state: State) -> None:
    found = queries.rfm_with(state, day=date(2026, 4, 30), currency="CNY")
    assert sum(n for n, _amount in found.segments.values()) == found.customers
    assert all(len(cuts) == 4 and list(cuts) == sorted(cuts) for cuts in found.cuts.values())
    assert found.nameless > 0
    with pytest.raises(errors.MixedCurrencies):
        queries.rfm_with(state, day=date(2026, 4, 30))
