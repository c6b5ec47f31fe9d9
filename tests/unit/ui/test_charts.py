"""Charts as data, tested without a browser."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.ui import charts
from zhanggui.foundation.ui.charts import Series, Unit

CNY = Unit("money", "CNY")


def test_a_gap_stays_a_gap() -> None:
    chart = charts.line(id="a", title="a", unit=CNY, labels=["1", "2", "3"], series=[Series("s", [100, None, 300])])
    assert chart.option["series"][0]["data"] == [100, None, 300]
    assert chart.option["series"][0]["connectNulls"] is False
    assert chart.rows == [["1", 100], ["2", None], ["3", 300]]
    assert not chart.empty


def test_seven_colours_and_not_one_more() -> None:
    series = [Series(str(n), [n]) for n in range(7)]
    chart = charts.bars(
        id="a", title="a", unit=Unit("number"), labels=["1"], series=[*series, Series("b", [1], before=True)]
    )
    colours = [s["color"] for s in chart.option["series"]]
    assert len(set(colours)) == 8
    assert colours[-1] == "var(--zg-series-before)"
    with pytest.raises(charts.TooManySeries, match="8 series"):
        charts.bars(id="a", title="a", unit=Unit("number"), labels=["1"], series=[*series, Series("8", [8])])


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(-(10**9), 10**9), max_size=9))
def test_a_waterfall_adds_up(start: int, amounts: list[int]) -> None:
    chart = charts.waterfall(
        id="w",
        title="w",
        unit=CNY,
        start=("start", start),
        steps=[(str(n), a) for n, a in enumerate(amounts)],
        end="end",
    )
    data = [item["value"] for item in chart.option["series"][0]["data"]]
    assert chart.rows[-1] == ["end", start + sum(amounts)]
    assert data[0][1:3] == [0, start]
    for earlier, later in itertools.pairwise(data[:-1]):
        assert later[1] == earlier[2]
    assert data[-1][2] == (data[-2][2] if amounts else start)


def test_what_the_browser_gets_is_json_and_money_stays_whole() -> None:
    chart = charts.line(id="a", title="t", unit=CNY, labels=["1"], series=[Series("s", [9_007_199_254_740_991])])
    payload = json.loads(json.dumps(chart.payload))
    assert payload["unit"] == {"kind": "money", "currency": "CNY", "scale": 2, "digits": 0}
    assert payload["option"]["series"][0]["data"] == [9_007_199_254_740_991]


def test_nothing_known_is_empty() -> None:
    assert charts.line(id="a", title="a", unit=CNY, labels=["1"], series=[Series("s", [None])]).empty


def test_spark_path_breaks_at_gaps_and_needs_two_values() -> None:
    path, last = charts.spark_path([1, 2, None, 4, Decimal(3)], width=96, height=28)
    assert path.count("M") == 2
    assert path.count("L") == 2
    assert last is not None
    assert charts.spark_path([None, 5], width=96, height=28) == ("", None)
    flat, _ = charts.spark_path([5, 5], width=96, height=28)
    assert flat == "M3.0 14.0L93.0 14.0"
