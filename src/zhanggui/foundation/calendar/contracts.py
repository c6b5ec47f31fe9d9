"""What other rooms receive from the calendar."""

from __future__ import annotations

from zhanggui.foundation.calendar.domain.alignment import Alignment
from zhanggui.foundation.calendar.domain.announcements import BadDocument
from zhanggui.foundation.calendar.domain.clocks import Clock
from zhanggui.foundation.calendar.domain.lunar import OutOfRange
from zhanggui.foundation.calendar.domain.marketing import Event, Phase, Task, UnknownEvent
from zhanggui.foundation.calendar.domain.service import Due, NeverOpen, ServiceCalendar, Shift
from zhanggui.foundation.calendar.domain.working_days import DayKind, DayReckoned, DaysCounted, WorkingDays

__all__ = [
    "Alignment",
    "BadDocument",
    "Clock",
    "DayKind",
    "DayReckoned",
    "DaysCounted",
    "Due",
    "Event",
    "NeverOpen",
    "OutOfRange",
    "Phase",
    "ServiceCalendar",
    "Shift",
    "Task",
    "UnknownEvent",
    "WorkingDays",
]
