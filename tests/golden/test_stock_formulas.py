"""Textbook results, through the command, to the digits printed in the books."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from zhanggui.supply.purchasing.cli import formulas_app
from zhanggui.supply.purchasing.domain.formulas import FORMULAS

ROWS = json.loads((Path(__file__).parent / "stock_formulas.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['formula']}: {row['source']}")
def test_the_book_says_so(row: dict[str, Any]) -> None:
    line = [row["formula"], "--json"]
    for name, value in row["given"].items():
        line += ["--" + name.replace("_", "-"), ",".join(map(str, value)) if isinstance(value, list) else str(value)]
    answer = CliRunner().invoke(formulas_app, line)
    assert answer.exit_code == 0, answer.output
    got = json.loads(answer.stdout)
    for name, value in row["expected"].items():
        assert got[name] == (value if value is None else pytest.approx(value, abs=6e-5)), name


def test_every_formula_has_a_subcommand() -> None:
    assert {c.name for c in formulas_app.registered_commands} == set(FORMULAS)


@pytest.mark.parametrize(
    "line",
    [
        ["eoq", "--fixed-cost", "0", "--holding", "1", "--demand", "1"],
        ["eoq", "--fixed-cost", "8", "--holding", "1"],
        ["eoq", "--fixed-cost", "nan", "--holding", "1", "--demand", "1"],
        ["epq", "--fixed-cost", "8", "--holding", "1", "--demand", "5", "--production", "5"],
        ["wagner-whitin", "--fixed-cost", "8", "--holding", "1", "--demands", "1,x"],
        ["wagner-whitin", "--fixed-cost", "8", "--holding", "1", "--demands", "1,-2"],
        ["safety-stock", "--service", "1", "--mean", "1", "--sd", "1", "--lead-time", "1"],
        ["ss", "--fixed-cost", "8", "--holding", "1", "--stockout", "4", "--chances", "0.5,0.4"],
        ["discount-all-units", "--fixed-cost", "8", "--holding-rate", "1", "--demand", "1", "--breaks", "0,9",
         "--prices", "1,2"],
    ],
    ids=lambda line: " ".join(line),
)  # fmt: skip
def test_values_outside_the_model_are_refused(line: list[str]) -> None:
    assert CliRunner().invoke(formulas_app, [*line, "--json"]).exit_code == 2
