"""The worked examples of the metric dictionary, to the cent."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from zhanggui.insight.decomposition.contracts import Cell, Explanation, Row
from zhanggui.insight.decomposition.domain import methods
from zhanggui.insight.decomposition.domain.explain import explain
from zhanggui.insight.decomposition.domain.waterfall import waterfall

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))
FACTORS = ["M001", "M024", "M050"]


def rows_of(case: dict[str, Any]) -> list[Row]:
    return [
        Row(period, segment, tuple(Cell(None if v is None else Fraction(v)) for v in values))
        for segment, periods in case["rows"].items()
        for period, values in enumerate(periods)
    ]


def explained(case: dict[str, Any]) -> Explanation:
    return explain(
        factors=FACTORS,
        rows=rows_of(case),
        total="M041",
        currency="CNY",
        method=case["method"],
        order=case["order"],
    )


def minor(text: str) -> int:
    return int(Decimal(text).scaleb(2))


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda c: c["name"])
def test_the_effects_are_those_of_the_worked_example(case: dict[str, Any]) -> None:
    found = explained(case)
    assert (found.before, found.after) == (minor(case["before"]), minor(case["after"]))
    assert {e.name: e.amount for e in found.effects} == {k: minor(v) for k, v in case["effects"].items()}
    assert sum(e.amount for e in found.effects) == found.change


def test_the_logarithmic_mean_is_the_printed_one() -> None:
    golden = GOLDEN["logarithmic_mean"]
    before, after = Fraction(golden["before"]), Fraction(golden["after"])
    visitors, _per_visitor = methods.lmdi([Fraction(10000), before / 10000], [Fraction(12000), after / 12000])
    assert f"{float(visitors) / math.log(12000 / 10000):.4f}" == golden["value"]  # E = L·ln(x1/x0)


def test_replacing_one_factor_at_a_time_is_not_offered() -> None:
    """It leaves 2,600 of 12,600 unexplained in the worked example."""
    first = GOLDEN["cases"][0]
    with pytest.raises(ValueError, match="no method “one-at-a-time”"):
        explained({**first, "method": "one-at-a-time"})


def test_total_conversion_falls_while_both_channels_convert_better() -> None:
    case = next(c for c in GOLDEN["cases"] if c["name"] == "two channels, LMDI")
    found = explained(case)
    conversion = next(f for f in found.factors if f.name == "M024")
    golden = GOLDEN["conversion_of_all_channels"]
    assert conversion.before == Fraction(golden["before"])
    assert conversion.after is not None
    assert f"{float(conversion.after):.6f}" == golden["after"]
    by_name = {e.name: e.amount for e in found.effects}
    assert by_name["M024"] > 0 > by_name["mix"]


def test_a_split_without_the_channels_blames_conversion() -> None:
    """Why the mix line is always shown: the same shop as one whole says the opposite about conversion."""
    whole = [
        Row(0, "", (Cell(Fraction(10000)), Cell(Fraction(350), Fraction(10000)), Cell(Fraction(260)))),
        Row(1, "", (Cell(Fraction(14000)), Cell(Fraction(401), Fraction(14000)), Cell(Fraction(260)))),
    ]
    found = explain(factors=FACTORS, rows=whole, total="M041", currency="CNY", method="lmdi")
    by_name = {e.name: e.amount for e in found.effects}
    by_hand = (104260 - 91000) / math.log(104260 / 91000) * math.log((401 / 14000) / (350 / 10000))
    assert by_name["M024"] == round(by_hand * 100) < 0
    assert "mix" not in by_name


def test_each_channel_adds_up_to_its_own_change() -> None:
    case = next(c for c in GOLDEN["cases"] if c["name"] == "two channels, LMDI")
    found = explained(case)
    assert [(s.segment, s.before, s.after) for s in found.segments] == [
        ("search", 7_800_000, 7_150_000),
        ("feed", 1_300_000, 3_276_000),
    ]
    for segment in found.segments:
        assert sum(segment.amounts) == segment.after - segment.before
    for i, effect in enumerate(found.effects):
        assert sum(s.amounts[i] for s in found.segments) == effect.amount


def test_the_waterfall_goes_from_before_to_after_without_a_gap() -> None:
    bars = waterfall(explained(GOLDEN["cases"][0]))
    assert [(b.name, b.kind, b.start, b.end) for b in bars] == [
        ("before", "total", 0, 9_800_000),
        ("M001", "effect", 9_800_000, 11_683_334),
        ("M024", "effect", 11_683_334, 10_086_667),
        ("M050", "effect", 10_086_667, 10_800_000),
        ("after", "total", 0, 10_800_000),
    ]
    assert bars[1].amount == 1_883_334


@pytest.mark.parametrize("value", ["300", "280.5", "282.7", "100"])
def test_shares_add_up_to_one(value: str) -> None:
    rows = [
        Row(0, "", (Cell(Fraction(100)), Cell(Fraction("0.5")), Cell(Fraction(280)))),
        Row(1, "", (Cell(Fraction(110)), Cell(Fraction("0.5")), Cell(Fraction(value)))),
    ]
    found = explain(factors=FACTORS, rows=rows, total="M041", currency="CNY")
    shares = [e.share for e in found.effects if e.share is not None]
    assert len(shares) == 3
    assert abs(sum(shares) - 1) < Decimal("1e-20")


@pytest.mark.parametrize(("after", "shown"), [("101", True), ("100.99", False), ("100", False), ("99", True)])
def test_shares_of_a_change_below_one_percent_are_hidden(after: str, shown: bool) -> None:
    rows = [
        Row(0, "", (Cell(Fraction(100)), Cell(Fraction(1)), Cell(Fraction(100)))),
        Row(1, "", (Cell(Fraction(100)), Cell(Fraction(1)), Cell(Fraction(after)))),
    ]
    found = explain(factors=FACTORS, rows=rows, total="M041", currency="CNY")
    assert all((e.share is not None) is shown for e in found.effects)
