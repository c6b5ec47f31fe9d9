"""Every event of 2025 to 2028 and the lead dates of the main ones, against tables worked out independently."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from zhanggui.foundation.calendar.domain.marketing import event_day, year_events
from zhanggui.foundation.calendar.domain.rules import Offset
from zhanggui.foundation.calendar.reading import shipped_book

TABLE = tomllib.loads((Path(__file__).parent / "calendar_2025_2028.toml").read_text(encoding="utf-8"))
YEARS = (2025, 2026, 2027, 2028)
DAYS = [(code, year, day) for code, days in TABLE["days"].items() for year, day in zip(YEARS, days, strict=True)]
LEADS = [(code, int(year), *days) for code, years in TABLE["leads"].items() for year, days in years.items()]


@pytest.mark.parametrize(("code", "year", "day"), DAYS)
def test_the_event_is_on_this_day(code: str, year: int, day: date) -> None:
    event = next(e for e in year_events(shipped_book(), year) if e.code == code.removesuffix("e"))
    assert (event.ends if code.endswith("e") else event.starts) == day


def test_the_table_names_every_event_and_no_other() -> None:
    assert {code.removesuffix("e") for code in TABLE["days"]} == {e.code for e in shipped_book().events}
    assert len(DAYS) == 39 * 4


@pytest.mark.parametrize(("code", "year", "day", "months_3", "months_2", "months_1", "days_7"), LEADS)
def test_lead_dates(
    code: str, year: int, day: date, months_3: date, months_2: date, months_1: date, days_7: date
) -> None:
    t = event_day(shipped_book(), code, year)
    offsets = [Offset.parse(text).of(t) for text in ("T", "T-3m", "T-2m", "T-1m", "T-7d")]
    assert offsets == [day, months_3, months_2, months_1, days_7]
    event = next(e for e in year_events(shipped_book(), year) if e.code == code)
    tasks = {k.code: (k.starts, k.ends) for k in event.tasks}
    assert tasks["select_goods"] == (months_3, months_2)
    assert tasks["stock_in"] == (months_2, months_1)
    assert tasks["general_promotion"][0] == days_7


def test_there_are_32_lead_rows() -> None:
    assert len(LEADS) == 32
