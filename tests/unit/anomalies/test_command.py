"""``zhanggui anomalies``: files in, rows out, refusals with their place."""

from __future__ import annotations

import csv
import json
import math
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from zhanggui.config.cli import run
from zhanggui.insight.anomalies.reading import BadSeries, read


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHANGGUI_LANG", "en")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Ninety days with a fall on the 80th; the 30th has no row, the 40th no value."""
    rng = random.Random(4)
    lines = ["ds,y"]
    for i in range(90):
        if i != 30:
            value = round(1000 * (1.5 if i % 7 == 5 else 1) * math.exp(rng.gauss(0, 0.03)) * (0.5 if i == 80 else 1))
            lines.append(f"{date(2024, 1, 1) + timedelta(days=i)},{'' if i == 40 else value}")
    file = tmp_path / "visits.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_the_rows_come_back_judged(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["anomalies", "--series", str(shop), "--json"]) == 0
    said = capsys.readouterr()
    rows = json.loads(said.out)
    assert len(rows) == 89
    assert list(rows[0]) == ["ds", "y", "expected", "low", "high", "score", "anomaly", "note"]
    assert [row["ds"] for row in rows if row["anomaly"]] == [str(date(2024, 1, 1) + timedelta(days=80))]
    assert [row["ds"] for row in rows if row["note"] == "missing"] == [str(date(2024, 1, 1) + timedelta(days=40))]
    assert rows[0]["expected"] is rows[0]["score"] is None
    for part in ("1 step is not in the file", "1 value is missing", "The first 21 values are history"):
        assert part in said.err


def test_a_table_for_people_and_a_file_for_programs(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["anomalies", "--series", str(shop)]) == 0
    said = capsys.readouterr().out
    assert "1 of 67 judged values are unusual." in said
    assert str(date(2024, 1, 1) + timedelta(days=80)) in said
    out = tmp_path / "judged.csv"
    assert run(["anomalies", "--series", str(shop), "--out", str(out)]) == 0
    with out.open(encoding="utf-8") as file:
        assert sum(row["anomaly"] == "True" for row in csv.DictReader(file)) == 1


def test_the_season_may_be_given(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["anomalies", "--series", str(shop), "--season", "7", "--alarms", "0.1", "--json"]) == 0
    assert sum(row["anomaly"] for row in json.loads(capsys.readouterr().out)) == 1
    assert run(["anomalies", "--series", str(shop), "--season", "weekly"]) == 2
    assert run(["anomalies", "--series", str(shop), "--alarms", "0"]) == 2


def test_order_and_repeats_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.csv"
    file.write_text("日期,访客\n2024/01/03,3\n2024/01/01,1\n2024/01/01,2\n", encoding="gb18030")
    assert run(["anomalies", "--series", str(file), "--json"]) == 0
    said = capsys.readouterr()
    assert [row["y"] for row in json.loads(said.out)] == [1, 2, 3]
    for part in ("come twice: 2024/01/01", "not in order of time", "nothing could be judged"):
        assert part in said.err


def test_another_form_of_dates(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("date,users\n2/1/20,5\n1/2/20,6\n", encoding="utf-8")
    assert [m.month for m in read(file, date_format="%d/%m/%y").moments] == [1, 2]
    with pytest.raises(BadSeries, match="Row 1, column date: “2/1/20” is not a moment"):
        read(file)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no rows"),
        ("ds,y\n", "has no rows"),
        ("a,b,c\n1,2,3\n", "needs the columns ds and y, or just two columns; it has: a, b, c"),
        ("ds,y\n2024-01-01,many\n", "Row 1, column y: “many” is not a number"),
        ("ds,y\n2024-01-01,inf\n", "“inf” is not a number"),
        ("ds,y\n2024-01-01,1_000\n", "“1_000” is not a number"),
        ("ds,y\n2024-13-01,1\n", "“2024-13-01” is not a moment"),
        ("ds,y\n2024-01-01T00:00,1\n2024-01-01T01:00+08:00,1\n", "mixes moments with and without a time zone"),
    ],
)
def test_what_is_no_series_is_refused_with_its_place(
    tmp_path: Path, text: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.csv"
    file.write_text(text, encoding="utf-8")
    assert run(["anomalies", "--series", str(file), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["error"] == "BadSeries"
    assert says in found["message"]
