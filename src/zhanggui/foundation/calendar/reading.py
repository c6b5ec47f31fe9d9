"""The documents of this room and the days off of the ``chinesecalendar`` package, read once per process."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from chinese_calendar.constants import holidays, workdays

from zhanggui.foundation.calendar.domain.announcements import rule_book
from zhanggui.foundation.calendar.domain.marketing import RuleBook
from zhanggui.foundation.calendar.domain.working_days import WorkingDays


def _document(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / "data" / name).read_text(encoding="utf-8"))


@cache
def shipped_book() -> RuleBook:
    """Rules and announcements as shipped."""
    return rule_book(
        _document("events.toml"),
        _document("campaigns.toml"),
        _document("lead_times.toml"),
        _document("windows.toml"),
    )


@cache
def shipped_days() -> WorkingDays:
    """Chinese working days of every year whose notice the package knows; it raises for others, we do not ask it."""
    years = frozenset(range(min(holidays).year, max(holidays).year + 1))
    return WorkingDays(frozenset(holidays), frozenset(workdays), years)
