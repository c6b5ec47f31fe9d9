"""Laws that hold for every identity: sums to the minor unit, fairness of Shapley, segments and mix."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, permutations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zhanggui.insight.decomposition.contracts import METHODS, Cell, Explanation, Method, Row
from zhanggui.insight.decomposition.domain import methods
from zhanggui.insight.decomposition.domain.closing import close, close_table
from zhanggui.insight.decomposition.domain.explain import explain
from zhanggui.insight.decomposition.domain.waterfall import waterfall

few = settings(max_examples=40, deadline=None)
positive = st.fractions(min_value=Fraction(1, 1000), max_value=5000, max_denominator=1000)
anything = st.fractions(min_value=-50, max_value=50, max_denominator=100)


@st.composite
def pairs(draw: st.DrawFn, values: st.SearchStrategy[Fraction] = anything) -> tuple[list[Fraction], list[Fraction]]:
    n = draw(st.integers(1, 5))
    return draw(st.lists(values, min_size=n, max_size=n)), draw(st.lists(values, min_size=n, max_size=n))


def product(values: list[Fraction]) -> Fraction:
    result = Fraction(1)
    for value in values:
        result *= value
    return result


@few
@given(pairs())
def test_shapley_is_the_average_over_all_orders(case: tuple[list[Fraction], list[Fraction]]) -> None:
    before, after = case
    orders = list(permutations(range(len(before))))
    each = [methods.chain(before, after, order) for order in orders]
    assert methods.shapley(before, after) == [sum(column) / len(orders) for column in zip(*each, strict=True)]


@few
@given(pairs(), st.randoms(use_true_random=False))
def test_shapley_does_not_depend_on_the_order_of_factors(
    case: tuple[list[Fraction], list[Fraction]], random: object
) -> None:
    before, after = case
    positions = list(range(len(before)))
    random.shuffle(positions)  # type: ignore[attr-defined]
    moved = methods.shapley([before[i] for i in positions], [after[i] for i in positions])
    assert moved == [methods.shapley(before, after)[i] for i in positions]


@few
@given(pairs(positive))
def test_every_method_is_exact_and_mirrors_when_the_periods_change_places(
    case: tuple[list[Fraction], list[Fraction]],
) -> None:
    before, after = case
    change = product(after) - product(before)
    for method in (methods.shapley, methods.lmdi):
        there, back = method(before, after), method(after, before)
        assert sum(there) == change
        assert all(abs(a + b) < Fraction(1, 10**30) for a, b in zip(there, back, strict=True))
    assert sum(methods.chain(before, after, range(len(before)))) == change


@few
@given(pairs(positive), st.data())
def test_a_factor_that_did_not_move_did_nothing(
    case: tuple[list[Fraction], list[Fraction]], data: st.DataObject
) -> None:
    before, after = case
    still = data.draw(st.integers(0, len(before) - 1))
    after[still] = before[still]
    order = data.draw(st.permutations(range(len(before))))
    assert methods.shapley(before, after)[still] == 0
    assert methods.chain(before, after, order)[still] == 0
    if len(before) > 1:
        assert methods.lmdi(before, after)[still] == 0 or product(after) == product(before)


@few
@given(st.lists(anything, min_size=1, max_size=4), st.data())
def test_two_factors_with_the_same_story_get_the_same(values: list[Fraction], data: st.DataObject) -> None:
    before = [*values, values[0]]
    after = [data.draw(anything) for _ in values]
    effects = methods.shapley(before, [*after, after[0]])
    assert effects[0] == effects[-1]


@few
@given(st.lists(st.fractions(max_denominator=97), min_size=1, max_size=8))
def test_closing_keeps_the_sum_whole_numbers_and_signs(parts: list[Fraction]) -> None:
    amount = round(sum(parts))
    parts[0] += amount - sum(parts)
    closed = close(amount, parts)
    assert sum(closed) == amount
    for part, exact in zip(closed, parts, strict=True):
        assert abs(part - exact) < 1
        assert exact.denominator != 1 or part == exact
    assert close(-amount, [-x for x in parts]) == [-x for x in closed]


@few
@given(st.integers(1, 5), st.integers(1, 6), st.data())
def test_a_closed_table_adds_up_both_ways(columns: int, height: int, data: st.DataObject) -> None:
    cell = st.fractions(min_value=-100, max_value=100, max_denominator=12)
    exact = [data.draw(st.lists(cell, min_size=columns, max_size=columns)) for _ in range(height)]
    for row in exact:
        row[-1] += round(sum(row)) - sum(row)
    amounts = [int(sum(row)) for row in exact]
    closed = close_table(amounts, exact)
    for amount, line, row in zip(amounts, closed, exact, strict=True):
        assert sum(line) == amount
        for part, x in zip(line, row, strict=True):
            assert abs(part - x) < 1
            assert x.denominator != 1 or part == x
    for j in range(columns):
        assert abs(sum(line[j] for line in closed) - sum(row[j] for row in exact)) < max(2, height)


@st.composite
def shops(draw: st.DrawFn) -> tuple[list[str], list[Row]]:
    """Consistent channels built from counts and amounts: visitors ≥ buyers ≥ orders…, zeros included."""
    length = draw(st.integers(2, 4))
    rows = []
    for segment in range(draw(st.integers(1, 4))):
        for period in (0, 1):
            counts = [Fraction(draw(st.integers(0, 2000))) for _ in range(length - 1)]
            for i in range(1, len(counts)):
                if not counts[i - 1]:
                    counts[i] = Fraction(0)
            amount = draw(st.integers(0, 10**8)) if counts[-1] else 0
            levels = [*counts, Fraction(amount, 100)]
            cells = [Cell(counts[0])] + [Cell(b, a) for a, b in pairwise(levels)]
            rows.append(Row(period, f"channel {segment}", tuple(cells), amount))
    return [f"factor {i}" for i in range(length)], rows


def check_sums(found: Explanation, rows: list[Row]) -> None:
    assert found.before == sum(r.total or 0 for r in rows if r.period == 0)
    assert found.after == sum(r.total or 0 for r in rows if r.period == 1)
    assert sum(e.amount for e in found.effects) == found.change
    for segment in found.segments:
        assert sum(segment.amounts) == segment.after - segment.before
    for i, effect in enumerate(found.effects):
        assert sum(s.amounts[i] for s in found.segments) == effect.amount
        assert abs(effect.amount - effect.exact) < max(2, len(found.segments))
    bars = waterfall(found)
    assert bars[-2].end == bars[-1].end == found.after


@few
@given(shops(), st.sampled_from(METHODS))
def test_effects_add_up_to_the_change_by_line_and_by_segment(shop: tuple[list[str], list[Row]], method: Method) -> None:
    factors, rows = shop
    check_sums(explain(factors=factors, rows=rows, currency="CNY", method=method), rows)


@few
@given(shops())
def test_the_order_of_segments_does_not_matter_to_the_exact_effects(shop: tuple[list[str], list[Row]]) -> None:
    factors, rows = shop
    one = explain(factors=factors, rows=rows, currency="CNY")
    other = explain(factors=factors, rows=rows[::-1], currency="CNY")
    assert [(e.name, e.exact) for e in one.effects] == [(e.name, e.exact) for e in other.effects]


@few
@given(shops())
def test_the_mix_is_nothing_when_every_segment_keeps_its_share(shop: tuple[list[str], list[Row]]) -> None:
    factors, rows = shop
    kept = [r for r in rows if r.period == 0]
    assume(len(kept) > 1)
    doubled = [
        Row(1, r.segment, (Cell(2 * (r.cells[0].value or Fraction(0))), *r.cells[1:]), 2 * (r.total or 0)) for r in kept
    ]
    plain = [Row(r.period, r.segment, tuple(Cell(c.value) for c in r.cells), r.total) for r in [*kept, *doubled]]
    found = explain(factors=factors, rows=plain, currency="CNY")
    by_name = {e.name: e.amount for e in found.effects}
    assert by_name["mix"] == 0
    assert by_name["factor 0"] == found.change


@few
@given(shops())
def test_one_segment_has_no_mix_and_its_factors_are_the_plain_ones(shop: tuple[list[str], list[Row]]) -> None:
    factors, rows = shop
    alone = [r for r in rows if r.segment == "channel 0"]
    found = explain(factors=factors, rows=alone, currency="CNY")
    assert [e.name for e in found.effects][: len(factors)] == factors
    for k, change in enumerate(found.factors):
        values = [r.cells[k].value for r in alone]
        assert [change.before, change.after] == values
