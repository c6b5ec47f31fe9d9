"""Recall and false alarms on real series, beside a plain three-sigma rule that gets the same history.

Two ad exchanges with labelled windows; two web sites without labels, where known falls and rises are planted one at a
time. The figures stand in the README of the room; the assertions print those of the run.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from zhanggui.insight.anomalies.contracts import DAILY, HOURLY, Rhythm
from zhanggui.insight.anomalies.domain.clock import steps
from zhanggui.insight.anomalies.domain.detect import detect

Judge = Callable[[list[int], list[float]], list[bool]]


def ours(rhythm: Rhythm) -> Judge:
    return lambda at, values: [one.anomaly for one in detect(at, values, rhythm=rhythm)]


def three_sigma(history: int) -> Judge:
    """Farther than three standard deviations from the mean of everything before."""

    def judge(_at: list[int], values: list[float]) -> list[bool]:
        flags, mean, squares = [], 0.0, 0.0
        for n, value in enumerate(values):
            flags.append(n >= history and abs(value - mean) > 3 * math.sqrt(squares / n))
            moved = value - mean
            mean += moved / (n + 1)
            squares += moved * (value - mean)
        return flags

    return judge


def labelled(folder: Path, judge: Judge) -> tuple[int, int, int, float]:
    """(windows hit, windows, alarms outside, months outside) over the four series."""
    hit = windows = alarms = 0
    months = 0.0
    for name, pairs in json.loads((folder / "anomaly_windows.json").read_text()).items():
        with (folder / name).open() as file:
            rows = [(datetime.fromisoformat(r["timestamp"]), float(r["value"])) for r in csv.DictReader(file)]
        spans = [tuple(datetime.fromisoformat(end).replace(microsecond=0) for end in pair) for pair in pairs]
        at, rhythm = steps([moment for moment, _value in rows])
        assert rhythm == HOURLY
        flags = judge(at, [value for _moment, value in rows])
        raised = [moment for (moment, _value), flag in zip(rows, flags, strict=True) if flag]
        windows += len(spans)
        hit += sum(any(first <= moment <= last for moment in raised) for first, last in spans)
        alarms += sum(not any(first <= moment <= last for first, last in spans) for moment in raised)
        outside = [m for m, _value in rows[72:] if not any(first <= m <= last for first, last in spans)]
        months += len(outside) / HOURLY.steps_per_month
    return hit, windows, alarms, months


def test_labelled_windows_of_the_ad_exchanges(public_data: Path) -> None:
    folder = public_data / "ads" / "nab_ad_exchange"
    hit, windows, alarms, months = labelled(folder, ours(HOURLY))
    peer_hit, _windows, peer_alarms, _months = labelled(folder, three_sigma(72))
    said = (
        f"ours {hit}/{windows} windows, {alarms / months:.2f} alarms a month outside; "
        f"three sigma {peer_hit}/{windows}, {peer_alarms / months:.2f}"
    )
    print(said)
    assert windows == 7, said
    assert hit >= 6, said
    assert hit > peer_hit, said
    assert alarms / months < 2.5, said
    assert alarms < peer_alarms / 2, said


def series(path: Path, column: str, form: str) -> tuple[list[int], list[float]]:
    with path.open() as file:
        rows = [(datetime.strptime(r["date"], form), float(r[column])) for r in csv.DictReader(file)]
    at, rhythm = steps([moment for moment, _value in rows])
    assert rhythm == DAILY
    return at, [value for _moment, value in rows]


def planted(at: list[int], values: list[float], judge: Judge, times: float) -> tuple[int, int]:
    """(found, planted): every ninth day from the sixtieth on, multiplied; judged with nothing after it."""
    places = range(60, len(values), 9)
    found = 0
    for place in places:
        changed = [*values[:place], values[place] * times]
        found += judge(at[: place + 1], changed)[place]
    return found, len(places)


@pytest.mark.parametrize(
    ("times", "least"), [(0.3, 0.9), (0.5, 0.6), (1.5, 0.8), (2.0, 0.9)], ids=["-70%", "-50%", "+50%", "x2"]
)
def test_falls_and_rises_planted_in_the_visits_of_a_site(public_data: Path, times: float, least: float) -> None:
    path = public_data / "traffic" / "website_visits_cienciadedatos_train.csv"
    at, values = series(path, "users", "%d/%m/%y")
    found, count = planted(at, values, ours(DAILY), times)
    peer, _count = planted(at, values, three_sigma(21), times)
    said = f"times {times}: ours {found}/{count}, three sigma {peer}/{count}"
    print(said)
    assert found >= least * count, said
    assert found > peer, said


@pytest.mark.parametrize(
    ("name", "column", "form", "in_logs", "most"),
    [
        ("website_visits_cienciadedatos_train.csv", "users", "%d/%m/%y", False, 1.5),
        ("wikipedia_daily_views_train.csv", "y", "%Y-%m-%d", True, 1.0),
    ],
)
def test_alarms_a_month_on_untouched_web_series(
    public_data: Path, name: str, column: str, form: str, in_logs: bool, most: float
) -> None:
    at, values = series(public_data / "traffic" / name, column, form)
    if in_logs:
        values = [math.exp(value) for value in values]
    months = (len(values) - 21) / DAILY.steps_per_month
    alarms = sum(ours(DAILY)(at, values))
    peer = sum(three_sigma(21)(at, values))
    said = f"{name}: ours {alarms / months:.2f} alarms a month, three sigma {peer / months:.2f}"
    print(said)
    assert alarms / months < most, said


def test_christmas_is_noticed(public_data: Path) -> None:
    path = public_data / "traffic" / "website_visits_cienciadedatos_train.csv"
    at, values = series(path, "users", "%d/%m/%y")
    christmas = (datetime(2020, 12, 25) - datetime(2020, 7, 1)).days
    judged = detect(at, values, rhythm=DAILY)[christmas]
    assert judged.note == "below"
    assert judged.y == values[christmas]
