"""What is refused, and which pair the sentence names; what a file may look like."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from zhanggui.config.cli import run
from zhanggui.insight.decomposition.contracts import Cell, Row
from zhanggui.insight.decomposition.domain import errors
from zhanggui.insight.decomposition.domain.explain import explain
from zhanggui.insight.decomposition.domain.identities import (
    PARTS,
    PEOPLE,
    PEOPLE_AND_ORDERS,
    PEOPLE_ORDERS_UNITS,
    VISITS_AND_ORDERS,
    check_chain,
)
from zhanggui.insight.decomposition.reading import BadCell, BadFile, read

FACTORS = ["M001", "M024", "M050"]


def row(period: int, *cells: str | None, segment: str = "", total: int | None = None, rows: int | None = None) -> Row:
    found = []
    for cell in cells:
        above, _slash, below = (cell or "").partition("/")
        found.append(Cell(Fraction(above) if above else None, Fraction(below) if below else None))
    return Row(period, segment, tuple(found), total, rows)


GOOD = row(0, "10000", "350/10000", "98000/350", total=9_800_000)


@pytest.mark.parametrize("factors", [PEOPLE, VISITS_AND_ORDERS, PEOPLE_AND_ORDERS, PEOPLE_ORDERS_UNITS])
def test_the_chains_of_the_dictionary_hold(factors: tuple[str, ...]) -> None:
    check_chain(factors, "M041")
    assert all(name in PARTS for name in factors)


@pytest.mark.parametrize(
    ("factors", "total", "says"),
    [
        (["M001", "M024", "M051"], "M041", "“M024” and “M051” do not match: M024 ends in paying buyers, M051 is per "),
        (["M003", "M028", "M050"], "M041", "“M028” and “M050” do not match: M028 ends in orders, M050 is per paying"),
        (["M001", "M023", "M050"], "M041", "“M023” and “M050” do not match: M023 ends in ordering buyers, M050 is "),
        (["M001", "M028", "M051"], "M041", "“M001” and “M028” do not match: M001 ends in visitors, M028 is per visits"),
        (["M001", "M024", "M050"], "M040", "“M050” and “M040” do not match: the chain ends in paid amount, the total "),
        (["M024", "M001", "M050"], "M041", "The chain begins with “M024”, which is a ratio"),
        (
            ["M001", "M048", "M050"],
            "M041",
            "“M001” and “M048” do not match: M001 ends in visitors, M048 is per nothing",
        ),
    ],
)
def test_a_mixed_identity_is_refused_naming_the_pair(factors: list[str], total: str, says: str) -> None:
    rows = [row(0, "10000", "0.035", "280"), row(1, "12000", "0.03", "300")]
    with pytest.raises(errors.CannotExplain) as caught:
        explain(factors=factors, rows=rows, total=total, currency="CNY")
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (
            row(1, "12000", "372/12000", "108000/360", total=10_800_000),
            "“M024” and “M050” do not match in period 1: M024 has 372 above the line, M050 has 360 below it.",
        ),
        (
            row(1, "12500", "360/12000", "108000/360", total=10_800_000),
            "“M001” and “M024” do not match in period 1: M001 has 12500 above the line, M024 has 12000 below it.",
        ),
        (
            row(1, "12000", "360/12000", "108000/360", total=10_900_000),
            "“M050” and “M041” do not match in period 1: M050 has 108000 above the line, the total is 109000.",
        ),
        (
            row(1, "12000", "0.03", "300", total=10_900_000),
            "“M001 × M024 × M050” and “M041” do not match in period 1: the product is 108000, the total says 109000, "
            "and at most 1.8 may come from rounding.",
        ),
        (row(1, "12000", None, "300", total=10_800_000), "“M024” is missing in period 1. Missing is not zero"),
        (row(1, None, "0.03", "300", total=10_800_000), "“M001” is missing in period 1."),
        (row(1, "100", "0", None, total=100), "“M001 × M024 × M050” and “M041” do not match in period 1"),
        (row(1, "-1", "0.03", "300", total=-900), "“M001” is -1 in period 1; a count cannot be negative."),
    ],
)
def test_numbers_that_do_not_meet_are_refused_naming_the_pair(after: Row, says: str) -> None:
    with pytest.raises(errors.CannotExplain) as caught:
        explain(factors=FACTORS, rows=[GOOD, after], total="M041", currency="CNY")
    assert str(caught.value).startswith(says)


def test_the_sentence_names_the_segment() -> None:
    rows = [
        row(0, "10", "0.5", "10", segment="search", total=5_000),
        row(1, "10", "0.5", "10", segment="search", total=6_000),
    ]
    with pytest.raises(errors.ProductDiffers, match=r"period 1 \(search\): the product is 50"):
        explain(factors=FACTORS, rows=rows, total="M041", currency="CNY")


@pytest.mark.parametrize(
    ("total", "fits"), [(10_000_05, True), (10_000_06, False), (9_999_95, True), (9_999_94, False)]
)
def test_half_a_cent_per_row_may_come_from_rounding(total: int, fits: bool) -> None:
    """Ten buyers, each value rounded to the cent: five cents may be missing, and the last factor takes them up."""
    rows = [row(0, "100", "0.1", "1000", total=10_000_00), row(1, "100", "0.1", "1000", total=total)]
    if not fits:
        with pytest.raises(errors.ProductDiffers):
            explain(factors=FACTORS, rows=rows, total="M041", currency="CNY")
        return
    found = explain(factors=FACTORS, rows=rows, total="M041", currency="CNY")
    assert [e.amount for e in found.effects] == [0, 0, total - 10_000_00]


def test_the_number_of_rows_may_be_stated() -> None:
    rows = [row(0, "100", "0.1", "10", total=100_00), row(1, "100", "0.1", "10", total=101_00, rows=200)]
    assert explain(factors=FACTORS, rows=rows, total="M041", currency="CNY").change == 100
    with pytest.raises(errors.ProductDiffers):
        explain(factors=FACTORS, rows=[rows[0], row(1, "100", "0.1", "10", total=101_00, rows=199)], currency="CNY")


@pytest.mark.parametrize(
    ("rows", "error", "says"),
    [
        ([], errors.RowMissing, "Period 0 has no row for “—”"),
        ([row(0, "1", "1", "1", segment="a")], errors.RowMissing, "Period 1 has no row for “a”. Missing is not zero"),
        ([GOOD, GOOD], errors.RowTwice, "Period 0 has two rows for “—”."),
    ],
)
def test_rows_must_be_there_once(rows: list[Row], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        explain(factors=FACTORS, rows=rows, currency="CNY")


def test_lmdi_refuses_negative_amounts_and_names_a_method_that_takes_them() -> None:
    rows = [row(0, "10", "0.5", "-4"), row(1, "10", "0.5", "4")]
    with pytest.raises(errors.NeedsPositive, match=r"“M050” is -4 in period 0\. Use shapley\."):
        explain(factors=FACTORS, rows=rows, currency="CNY", method="lmdi")
    assert explain(factors=FACTORS, rows=rows, currency="CNY").effects[2].amount == 4_000


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"factors": ["M001"]}, errors.NoFactors),
        ({"factors": ["a", "a", "b"]}, errors.NoFactors),
        ({"factors": ["M001", "mix", "M050"]}, errors.ReservedName),
        ({"order": ["M001", "M024", "M050"]}, errors.OrderNotUsed),
        ({"method": "chain", "order": ["M001", "M024"]}, errors.BadOrder),
        ({"method": "chain", "order": ["M001", "M024", "M024"]}, errors.BadOrder),
    ],
)
def test_wrong_questions_are_refused(arguments: dict[str, object], error: type[Exception]) -> None:
    rows = [row(0, "1", "1", "1"), row(1, "1", "1", "1")]
    with pytest.raises(error):
        explain(**{"factors": FACTORS, "rows": rows, "currency": "CNY", **arguments})  # type: ignore[arg-type]


def test_the_mix_follows_the_count_in_a_chain_that_does_not_name_it() -> None:
    rows = [row(p, str(10 + p), "0.5", "10", segment=s) for s in ("a", "b") for p in (0, 1)]
    found = explain(factors=FACTORS, rows=rows, currency="CNY", method="chain", order=["M050", "M001", "M024"])
    assert found.order == ("M050", "M001", "mix", "M024")


CSV = """period,segment,M001,M024,M050,M041
before,search,6000,300/6000,260,78000.00
after,search,5000,5.5%,260,71500.00
before,feed,4000,0.0125,260,13000.00
after,feed,9000,0.014,260,32760.00
"""


def test_the_command_answers_from_csv_and_json_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "shop.csv"
    table.write_text(CSV, encoding="utf-8")
    body = {
        "currency": "CNY",
        "total": "M041",
        "factors": FACTORS,
        "rows": [
            {"period": 0, "segment": "search", "M001": 6000, "M024": 0.05, "M050": 260, "M041": 78000},
            {"period": 1, "segment": "search", "M001": 5000, "M024": 0.055, "M050": 260, "M041": 71500},
            {"period": 0, "segment": "feed", "M001": 4000, "M024": 0.0125, "M050": 260, "total": "13000.00"},
            {
                "period": 1,
                "segment": "feed",
                "M001": 9000,
                "M024": {"numerator": 126, "denominator": 9000},
                "M050": 260,
                "total": 32760,
            },
        ],
    }
    document = tmp_path / "shop.json"
    document.write_text(json.dumps(body), encoding="utf-8")
    answers = []
    for file in (table, document):
        assert run(["explain-file", str(file), "--method", "lmdi", "--json"]) == 0
        answers.append(json.loads(capsys.readouterr().out))
    assert answers[0] == answers[1]
    assert {e["name"]: e["amount"] for e in answers[0]["effects"]} == {
        "M001": "32328.98",
        "mix": "-28611.81",
        "M024": "9542.83",
        "M050": "0.00",
    }
    assert answers[0]["waterfall"][-1] == {"name": "after", "kind": "total", "start": 0, "end": 10_426_000}
    assert run(["explain-file", str(table), "--method", "chain"]) == 0
    said = capsys.readouterr().out
    assert "M001 → " in said
    assert "+13,260.00" in said


def test_the_command_refuses_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "shop.csv"
    file.write_text(CSV.replace("M050", "M051"), encoding="utf-8")
    assert run(["explain-file", str(file), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "ChainBroken"
    assert run(["explain-file", str(file), "--method", "lucky"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("", BadFile, "is empty"),
        ("period,a,a,total\n0,1,1,1\n", BadFile, "stands twice"),
        ("period,a,b,total,M041\n0,1,1,1,1\n", BadFile, "more than one column is a total"),
        ("period,a,b\nyesterday,1,1\n", BadCell, "Row 1, column period: “yesterday” is not before or after"),
        ('period,a,b\n0,"1,000",1\n', BadCell, "Row 1, column a: “1,000” is not a number"),
        ("period,a,b\n0,1e5,1\n", BadCell, "“1e5” is not a number"),
        ("period,a,b,total\n0,1,1,1.001\n", BadCell, "Row 1, column total: “1.001” has more decimals"),
        ("period,a,b,rows\n0,1,1,0\n", BadCell, "Row 1, column rows: “0” is not a count of rows"),
        ("period,a,b\n0,1,1,9\n", BadCell, "Row 1, column 4: “9” stands in a column without a name"),
        ("period,a,b,currency\n0,1,1,CNY\n1,1,1,USD\n", BadFile, "mixes currencies"),
        ("period,a,b,currency\n0,1,1,RMB!\n1,1,1,RMB!\n", BadFile, "no ISO code"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, text: str, error: type[Exception], says: str) -> None:
    file = tmp_path / "x.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=says):
        read(file)


@pytest.mark.parametrize("text", ["[]", "{", '{"factors": ["a", "b"]}', '{"factors": "ab", "rows": []}'])
def test_a_document_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadFile, match=r"x\.json cannot be read"):
        read(file)


def test_a_column_nobody_declared_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text('{"factors": ["a", "b"], "rows": [{"period": 0, "a": 1, "b": 2, "c": 3}]}', encoding="utf-8")
    with pytest.raises(BadCell, match="column c: “3” belongs to no factor"):
        read(file)


def test_plain_counts_and_a_chinese_file(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes("period,segment,访客,转化\n0,搜索,100,0.1\n1,搜索,200,0.1\n".encode("gb18030"))
    case = read(file, currency="none")
    found = explain(factors=case.factors, rows=case.rows, currency=case.currency)
    assert (found.currency, found.before, found.after) == ("", 10, 20)
    assert [(e.name, e.amount) for e in found.effects] == [("访客", 10), ("转化", 0)]
