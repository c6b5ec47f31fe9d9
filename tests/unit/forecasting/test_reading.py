"""Tables of series as people bring them, and the command that forecasts them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from zhanggui.config.cli import run
from zhanggui.insight.forecasting.reading import BadTable, read


def table(path: Path, rows: list[str], header: str = "unique_id,ds,y") -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_series_end_in_the_last_column_each_at_its_own_day(tmp_path: Path) -> None:
    file = table(tmp_path / "s.csv", ["0001,2026-01-01,1", "0001,2026-01-03,3", "b,2026/01/02,5"])
    given = read(file, freq="D", horizon=2)
    assert given.panel.ids == ("0001", "b")
    assert given.panel.y[0].tolist()[::2] == [1, 3]
    assert np.isnan(given.panel.y[0, 1])
    assert given.ahead.astype(str).tolist() == [["2026-01-04", "2026-01-05"], ["2026-01-03", "2026-01-04"]]
    assert given.remarks[0][1] == {"count": 1}


def test_months_and_weeks_keep_their_days(tmp_path: Path) -> None:
    months = read(table(tmp_path / "m.csv", ["a,2025-11-01,1", "a,2025-12-01,2"]), freq="MS", horizon=2)
    assert months.ahead.astype(str).tolist() == [["2026-01-01", "2026-02-01"]]
    weeks = read(table(tmp_path / "w.csv", ["a,2026-01-02,1", "a,2026-01-09,2"]), freq="W-FRI", horizon=1)
    assert weeks.ahead.astype(str).tolist() == [["2026-01-16"]]


def test_what_is_known_ahead_comes_from_its_own_table(tmp_path: Path) -> None:
    past = table(tmp_path / "s.csv", ["a,2026-01-01,1,9", "a,2026-01-02,2,8"], "unique_id,ds,y,price")
    future = table(tmp_path / "f.csv", ["a,2026-01-03,7", "a,2026-01-09,1", "zz,2026-01-03,1"], "unique_id,ds,price")
    given = read(past, freq="D", horizon=2, known=["price"], future=future)
    assert given.panel.known["price"][0, :3].tolist() == [9, 8, 7]
    assert given.remarks == (
        ("%(count)s values known ahead are not given; the method does without them.", {"count": 1}),
    )


def test_demand_cut_off_by_empty_shelves_is_not_believed(tmp_path: Path) -> None:
    file = table(tmp_path / "s.csv", ["a,2026-01-01,5,0", "a,2026-01-02,0,1"], "unique_id,ds,y,out")
    assert np.isnan(read(file, freq="D", horizon=1, censored="out").panel.y[0, 1])


@pytest.mark.parametrize(
    ("rows", "header", "says"),
    [
        (["a,2026-01-01,x"], "unique_id,ds,y", "row 2, column y: x is not a number"),
        (["a,yesterday,1"], "unique_id,ds,y", "row 2, column ds: yesterday is not a date"),
        (["a,2026-01-01,1", "a,2026-01-01,2"], "unique_id,ds,y", "more than one row of a"),
        (["a,2026-01-01,1"], "id,ds,y", "no column unique_id; it has id, ds, y"),
        ([], "unique_id,ds,y", "has no rows"),
    ],
)
def test_a_bad_table_is_refused_in_one_sentence(tmp_path: Path, rows: list[str], header: str, says: str) -> None:
    with pytest.raises(BadTable, match=says):
        read(table(tmp_path / "s.csv", rows, header), freq="D", horizon=1)


def test_an_unknown_step_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="Unknown step 5min"):
        read(table(tmp_path / "s.csv", ["a,2026-01-01,1"]), freq="5min", horizon=1)


def test_the_command_writes_what_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = date(2026, 1, 5)
    rows = [f"a,{first + timedelta(days=k)},{10 + 5 * (k % 7)}" for k in range(70)]
    series, out = table(tmp_path / "s.csv", rows), tmp_path / "out.parquet"
    asked = ["forecast", "--series", str(series), "--freq", "D", "--horizon", "7", "--quantiles", "0.1,0.5,0.9"]
    assert run([*asked, "--out", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    frame = pl.read_parquet(out)
    assert frame.columns == ["unique_id", "ds", "mean", "q0.1", "q0.5", "q0.9", "model"]
    assert (said["series"], said["rows"], frame.height) == (1, 7, 7)
    assert frame["ds"].to_list() == [first + timedelta(days=70 + k) for k in range(7)]
    assert frame["mean"].round(6).to_list() == pytest.approx([10.0, 15, 20, 25, 30, 35, 40], abs=1.5)


@pytest.mark.parametrize("levels", ["0", "1.2", "half", ""])
def test_levels_lie_between_none_and_all(tmp_path: Path, levels: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = table(tmp_path / "s.csv", ["a,2026-01-01,1"])
    assert run(["forecast", "--series", str(file), "--horizon", "1", "--quantiles", levels]) == 2
    assert "--quantiles" in capsys.readouterr().err
