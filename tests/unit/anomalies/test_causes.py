"""Which dimension explains a deviation."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.insight.anomalies.contracts import Part
from zhanggui.insight.anomalies.domain.causes import PartsDiffer, causes, rank

#: Paid amount fell from 1,200 to 900, all of it on one channel; provinces fell alike.
FELL = {
    "channel": [Part("taobao", 500, 505), Part("jd", 300, 295), Part("douyin", 400, 100)],
    "province": [Part("浙江", 480, 360), Part("广东", 360, 270), Part("江苏", 360, 270)],
    "device": [Part("mobile", 1080, 800), Part("desktop", 120, 100)],
}


def test_the_dimension_with_one_guilty_value_comes_first() -> None:
    first, *others = rank(FELL)
    assert first.dimension == "channel"
    assert [cause.value for cause in first.causes] == ["douyin"]
    assert first.explained == 1
    assert first.causes[0].change == -300
    assert all((first.surprise or 0) > 10 * (other.surprise or 0) for other in others)


def test_powers_and_surprise_are_those_of_the_formulas() -> None:
    by_value = {cause.value: cause for cause in causes(FELL["channel"])}
    assert by_value["taobao"].power == Decimal(5) / Decimal(-300)
    assert by_value["douyin"].power == 1
    p, q = 400 / 1200, 100 / 900
    expected = (p * math.log(2 * p / (p + q)) + q * math.log(2 * q / (p + q))) / 2
    assert math.isclose(by_value["douyin"].surprise or 0, expected)


def test_a_ratio_is_explained_by_the_part_that_would_move_it() -> None:
    """Conversion falls from 4 % to 3 % because one source stops converting, while visitors grow elsewhere."""
    sources = [
        Part("search", 300, 300, 5000, 5000),
        Part("live", 80, 5, 2500, 2500),
        Part("share", 20, 20, 2500, 2500),
    ]
    (found,) = rank({"source": sources})
    assert [cause.value for cause in found.causes] == ["live"]
    assert sum(c.power for c in causes(sources)) == 1
    growing = [Part("search", 300, 300, 5000, 5000), Part("feed", 100, 105, 5000, 9000)]
    assert rank({"source": growing})[0].causes[0].value == "feed"


def test_nothing_to_explain_gives_nothing() -> None:
    assert rank({"channel": [Part("a", 5, 5), Part("b", 7, 7)]}) == []
    assert rank({"channel": []}) == []
    assert causes([Part("a", 1, 2, 0, 0)]) == []


def test_a_dimension_of_many_small_parts_explains_nothing() -> None:
    items = [Part(f"item {i}", 100, 95) for i in range(40)]
    assert rank({"item": items}) == []


def test_negative_parts_have_power_but_no_surprise() -> None:
    parts = [Part("a", 100, -50), Part("b", 100, 100)]
    (found,) = rank({"x": parts})
    assert found.causes[0].value == "a"
    assert found.surprise is None


def test_cuts_that_do_not_add_up_to_the_same_are_refused() -> None:
    with pytest.raises(PartsDiffer, match="channel: 10, 5, 0, 0; province: 10, 6, 0, 0"):
        rank({"channel": [Part("a", 10, 5)], "province": [Part("b", 10, 6)]})


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([Part("a", 1, 2), Part("a", 1, 2)], "stands twice"),
        ([Part("a", 1, 2), Part("b", 1, 2, 3, 4)], "mixes ratios"),
        ([Part("a", 1, 2, 3, None)], "mixes ratios"),
    ],
)
def test_wrong_parts_are_refused(parts: list[Part], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        rank({"x": parts})


amounts = st.integers(0, 10**6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=8))
def test_powers_add_up_to_one_and_surprise_has_its_bounds(values: list[tuple[int, int]]) -> None:
    parts = [Part(str(i), before, after) for i, (before, after) in enumerate(values)]
    found = causes(parts)
    if sum(a for _b, a in values) == sum(b for b, _a in values):
        assert found == []
        return
    assert abs(sum(c.power for c in found) - 1) < Decimal("1e-20")
    known = [c.surprise for c in found if c.surprise is not None]
    assert all(0 <= s <= math.log(2) for s in known)
    assert sum(known) <= math.log(2) + 1e-9
