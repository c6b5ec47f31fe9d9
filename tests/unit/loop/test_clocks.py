"""Promises on the wall clock and on the service calendar: just inside, exactly on, just outside; upgrades (X05)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from zhanggui.foundation.calendar.domain.service import office_hours
from zhanggui.foundation.calendar.domain.working_days import WorkingDays
from zhanggui.foundation.loop.domain import clocks

ZONE = ZoneInfo("Asia/Shanghai")
#: Friday before a week of holidays; the Saturday after it is a make-up day.
DAYS = WorkingDays(
    frozenset(date(2026, 10, n) for n in range(1, 8)), frozenset({date(2026, 10, 10)}), frozenset({2025, 2026, 2027})
)
DESK = office_hours(DAYS)


@pytest.mark.parametrize("code", sorted(clocks.PROMISES))
def test_a_promise_is_kept_up_to_its_last_moment_and_not_after(code: str) -> None:
    start = datetime(2026, 11, 11, 1, tzinfo=UTC)
    due = clocks.due(code, start).at
    assert due - start == clocks.PROMISES[code].within
    tick = timedelta(microseconds=1)
    assert [clocks.is_late(due, at) for at in (due - tick, due, due + tick)] == [False, False, True]


def test_service_time_stands_still_over_holidays_and_runs_on_make_up_days() -> None:
    evening = datetime(2026, 9, 30, 17, tzinfo=ZONE)
    assert clocks.due("case.level1", evening, calendar=DESK).at == datetime(2026, 10, 8, 10, tzinfo=ZONE)
    friday = datetime(2026, 10, 9, 17, tzinfo=ZONE)
    assert clocks.due("case.level1", friday, calendar=DESK).at == datetime(2026, 10, 10, 10, tzinfo=ZONE)
    assert clocks.due("chat.reply", datetime(2026, 9, 30, 18, tzinfo=ZONE), calendar=DESK).at == datetime(
        2026, 10, 8, 9, 0, 30, tzinfo=ZONE
    )


def test_platforms_count_every_hour() -> None:
    paid = datetime(2026, 9, 30, 17, tzinfo=ZONE)
    assert clocks.due("ship.48h", paid, calendar=DESK).at == paid + timedelta(hours=48)


def test_raising_the_level_never_gives_more_time() -> None:
    start = datetime(2026, 11, 11, 1, tzinfo=UTC)
    later = start + timedelta(minutes=20)
    running = clocks.upgrade(
        [clocks.start("case.acknowledge", start), clocks.start("case.level1", start)],
        [clocks.start("case.acknowledge", later), clocks.start("case.level3", later)],
    )
    first = clocks.binding(running)
    assert first is not None
    assert (first.code, first.due_at) == ("case.acknowledge", start + timedelta(minutes=30))
    assert {c.code: c.due_at for c in running}["case.level1"] == start + timedelta(hours=2)


def test_a_parameter_takes_effect_within_what_the_law_allows() -> None:
    start = datetime(2026, 11, 11, 1, tzinfo=UTC)
    table = clocks.with_changes({"refund.pay": timedelta(hours=12)})
    assert clocks.due("refund.pay", start, table=table).at == start + timedelta(hours=12)
    assert clocks.with_changes({"refund.pay": timedelta(days=7)})["refund.pay"].within == timedelta(days=7)
    for code, within in (("refund.pay", timedelta(days=7, seconds=1)), ("chat.reply", timedelta())):
        with pytest.raises(ValueError, match="allowed"):
            clocks.with_changes({code: within})
    with pytest.raises(clocks.UnknownPromise):
        clocks.due("no.such", start)
