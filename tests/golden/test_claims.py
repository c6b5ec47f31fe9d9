"""Sentences written for this repository, and the labelled sheet when ``ZHANGGUI_SHEETS`` names its folder."""

from __future__ import annotations

import csv
import os
import re
from datetime import date
from pathlib import Path

import pytest

from zhanggui.law.claims.reading import checker

DAY = date(2026, 11, 24)
ROWS = list(csv.DictReader((Path(__file__).parent / "claims.csv").open(encoding="utf-8")))
#: Never looked at while rules were written: a fall here says that a change does not generalise.
HELD_BACK = list(csv.DictReader((Path(__file__).parent / "claims_held_back.csv").open(encoding="utf-8")))


def _counts(rows: list[tuple[str, bool]]) -> tuple[float, float, list[str]]:
    """Recall, precision and the sentences judged wrongly."""
    judge = checker(DAY)
    said = [(text, wanted, judge.check(text).verdict != "ok") for text, wanted in rows]
    right = sum(1 for _t, wanted, found in said if wanted and found)
    wrong = [text for text, wanted, found in said if wanted != found]
    return right / sum(w for _t, w, _f in said), right / max(1, sum(f for _t, _w, f in said)), wrong


def test_own_sentences() -> None:
    assert len(ROWS) >= 600
    recall, precision, wrong = _counts([(row["text"], row["label"] != "ok") for row in ROWS])
    assert recall >= 0.99, wrong
    assert precision >= 0.99, wrong


def test_violations_are_told_from_reviews() -> None:
    """The severities of the term base: what must not go out, and what somebody looks at first."""
    judge = checker(DAY)
    wrong = [
        (row["label"], found, row["text"])
        for row in ROWS
        if (found := judge.check(row["text"]).verdict) != row["label"]
    ]
    assert len(wrong) <= len(ROWS) // 100, wrong


def test_held_back_sentences() -> None:
    recall, precision, _wrong = _counts([(row["text"], row["label"] != "ok") for row in HELD_BACK])
    assert recall >= 0.90
    assert precision >= 0.90


def test_the_labelled_sheet() -> None:
    place = Path(os.environ.get("ZHANGGUI_SHEETS", "")) / "compliance.md"
    if not os.environ.get("ZHANGGUI_SHEETS") or not place.is_file():
        pytest.skip("ZHANGGUI_SHEETS does not name the folder of compliance.md")
    found = re.findall(r"^(.+),(violation|ok),[^,\n]+：.*$", place.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(found) == 179
    recall, precision, wrong = _counts([(text, label == "violation") for text, label in found])
    assert recall >= 0.97, wrong
    assert precision >= 0.97, wrong
