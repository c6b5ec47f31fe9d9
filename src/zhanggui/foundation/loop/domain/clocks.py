"""Promises and the moment each ends: on the wall clock or while the service desk is open. Bounds are inclusive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from zhanggui.foundation.calendar.domain.clocks import Clock, binding, upgrade
from zhanggui.foundation.calendar.domain.service import Due, ServiceCalendar, add_service_time

__all__ = [
    "PROMISES",
    "Clock",
    "Promise",
    "UnknownPromise",
    "binding",
    "due",
    "is_late",
    "start",
    "upgrade",
    "with_changes",
]


class UnknownPromise(KeyError):
    """A promise that is not in the table."""


@dataclass(frozen=True, slots=True)
class Promise:
    """So much time. ``on_service_time``: it runs only while the service calendar is open (when one is given)."""

    code: str
    within: timedelta
    on_service_time: bool
    #: A law or platform rule bounds it: an installation may shorten it, never lengthen it past this.
    at_most: timedelta | None = None


def _table(*promises: Promise) -> dict[str, Promise]:
    return {p.code: p for p in promises}


#: Defaults; an installation changes them with :func:`with_changes`.
PROMISES: Final[Mapping[str, Promise]] = _table(
    Promise("chat.reply", timedelta(seconds=30), True),  # R156
    Promise("case.acknowledge", timedelta(minutes=30), True),  # X05, every level
    Promise("case.level1", timedelta(hours=2), True),  # R168
    Promise("case.level2", timedelta(hours=12), True),  # R169
    Promise("case.level3", timedelta(hours=24), True),  # R170
    Promise("return.approve", timedelta(hours=24), True, at_most=timedelta(days=7)),  # R177, X17
    Promise("refund.pay", timedelta(hours=48), True, at_most=timedelta(days=7)),  # R178, X17
    # platforms count the hours of the calendar, holidays included, from payment
    Promise("ship.24h", timedelta(hours=24), False),
    Promise("ship.48h", timedelta(hours=48), False),
    Promise("ship.72h", timedelta(hours=72), False),
)


def with_changes(changes: Mapping[str, timedelta]) -> dict[str, Promise]:
    """The table with other times. Raises :class:`UnknownPromise`; ``ValueError`` for a time that is not positive or
    longer than the law allows."""
    table = dict(PROMISES)
    for code, within in changes.items():
        if code not in table:
            raise UnknownPromise(code)
        bound = table[code].at_most
        if within <= timedelta() or (bound is not None and within > bound):
            raise ValueError(f"{code}: {within} is not positive or exceeds what is allowed")
        table[code] = replace(table[code], within=within)
    return table


def due(
    code: str,
    started_at: datetime,
    *,
    calendar: ServiceCalendar | None = None,
    table: Mapping[str, Promise] = PROMISES,
) -> Due:
    """The last moment that keeps a promise. Without ``calendar`` every promise runs on the wall clock.

    Raises :class:`UnknownPromise`; what ``add_service_time`` raises.
    """
    if code not in table:
        raise UnknownPromise(code)
    promise = table[code]
    return add_service_time(started_at, promise.within, calendar if promise.on_service_time else None)


def start(
    code: str,
    started_at: datetime,
    *,
    calendar: ServiceCalendar | None = None,
    table: Mapping[str, Promise] = PROMISES,
) -> Clock:
    """A running clock for a promise; ``upgrade(clocks, fresh)`` raises a case's level and never gives more time."""
    return Clock(code, started_at, due(code, started_at, calendar=calendar, table=table).at)


def is_late(due_at: datetime, now: datetime) -> bool:
    """Exactly at the deadline is on time."""
    return now > due_at
