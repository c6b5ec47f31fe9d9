"""Reading the TOML documents of rules and announcements into the rule book, refusing what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, TypeVar

from zhanggui.foundation.calendar.domain.marketing import (
    STATUSES,
    CampaignRule,
    EventRule,
    Phase,
    PhaseRule,
    RuleBook,
    TaskRule,
    Window,
)
from zhanggui.foundation.calendar.domain.rules import BadRule, Offset, Rule
from zhanggui.kernel.records import CHANNELS

T = TypeVar("T")


class BadDocument(ValueError):
    """A rule or announcement that cannot be used; the text names entry, key, value and reason."""


@dataclass(frozen=True, slots=True)
class DaysOff:
    """A notice about the days off and make-up days of a year."""

    year: int
    days_off: frozenset[date]
    make_up: frozenset[date]
    source: str
    known_on: date


class _Table:
    """One table of a document, whose keys are taken one by one; a key left over is an error."""

    def __init__(self, place: str, values: Mapping[str, Any]) -> None:
        if not isinstance(values, Mapping):
            raise BadDocument(f"{place}: a table is needed")
        self.place = place
        self.values = dict(values)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        value = self.values.pop(key, default)
        if value is None:
            raise BadDocument(f"{self.place}: {key} is missing")
        if type(value) is not kind:
            raise BadDocument(f"{self.place}: {key} = {value!r} is no {kind.__name__}")
        return value

    def maybe(self, key: str, kind: type[T]) -> T | None:
        return self.take(key, kind) if key in self.values else None

    def tables(self, key: str) -> list[_Table]:
        return [_Table(f"{self.place}, {key} {n}", row) for n, row in enumerate(self.take(key, list), 1)]

    def offset(self, key: str, default: str | None = None) -> Offset:
        try:
            return Offset.parse(self.take(key, str, default))
        except BadRule as error:
            raise BadDocument(f"{self.place}: {key}: {error}") from error

    def rule(self, key: str) -> Rule:
        try:
            return Rule.parse(self.take(key, str))
        except BadRule as error:
            raise BadDocument(f"{self.place}: {key}: {error}") from error

    def end(self) -> None:
        if self.values:
            raise BadDocument(f"{self.place}: {', '.join(sorted(self.values))} is not known here")


def rule_book(
    events: Mapping[str, Any], campaigns: Mapping[str, Any], tasks: Mapping[str, Any], windows: Mapping[str, Any]
) -> RuleBook:
    """The rule book of four parsed documents. Raises ``BadDocument``."""
    event_rules = _events(events)
    codes = {e.code for e in event_rules}
    if len(codes) != len(event_rules):
        raise BadDocument("events: a code is used twice")
    by_code = {e.code: e for e in event_rules}
    book = RuleBook(event_rules, _campaigns(campaigns, by_code), _tasks(tasks, frozenset(codes)))
    return book.with_windows(parse_windows(windows, book))


def _events(document: Mapping[str, Any]) -> tuple[EventRule, ...]:
    top = _Table("events", document)
    source, _known_on = top.take("source", str), top.take("known_on", date)
    found = []
    for t in top.tables("event"):
        rule = EventRule(
            t.take("code", str),
            t.take("key", str),
            t.take("zh", str),
            t.take("en", str),
            t.rule("at"),
            t.offset("from", "T"),
            t.offset("to", "T"),
            t.take("promotes", bool, True),
            source,
        )
        t.end()
        found.append(rule)
    top.end()
    return tuple(found)


def _campaigns(document: Mapping[str, Any], events: Mapping[str, EventRule]) -> tuple[CampaignRule, ...]:
    top = _Table("campaigns", document)
    source, known_on = top.take("source", str), top.take("known_on", date)
    found = []
    for t in top.tables("campaign"):
        code, event = t.take("code", str), t.maybe("event", str)
        if event is not None and event not in events:
            raise BadDocument(f"{t.place}: there is no event {event!r}")
        at = t.rule("at") if event is None else events[event].at
        channels = t.maybe("channels", list)
        for name in channels or ():
            _channel(t, name)
        names = t.take("zh", str), t.take("en", str)
        phases = []
        for p in t.tables("phases"):
            phases.append(
                PhaseRule(p.take("code", str), p.take("zh", str), p.take("en", str), p.offset("from"), p.offset("to"))
            )
            p.end()
        t.end()
        limits = None if channels is None else frozenset(channels)
        found.append(CampaignRule(code, *names, event, at, tuple(phases), limits, source, known_on))
    top.end()
    return tuple(found)


def _tasks(document: Mapping[str, Any], codes: frozenset[str]) -> tuple[TaskRule, ...]:
    top = _Table("lead times", document)
    top.take("source", str), top.take("known_on", date)
    found = []
    for t in top.tables("task"):
        wanted = t.values.pop("events", None)
        if wanted != "campaigns" and not (isinstance(wanted, list) and wanted and codes.issuperset(wanted)):
            raise BadDocument(f'{t.place}: events = {wanted!r} is neither "campaigns" nor a list of event codes')
        rule = TaskRule(
            t.take("code", str),
            t.take("zh", str),
            t.take("en", str),
            t.take("rule", str),
            t.offset("from"),
            t.offset("to"),
            None if wanted == "campaigns" else frozenset(wanted),
        )
        t.end()
        found.append(rule)
    top.end()
    return tuple(found)


def _channel(t: _Table, name: str) -> str:
    if name not in CHANNELS:
        raise BadDocument(f"{t.place}: {name!r} is no channel; known: {', '.join(CHANNELS)}")
    return name


def parse_windows(document: Mapping[str, Any], book: RuleBook) -> tuple[Window, ...]:
    """The announced windows of a parsed document (tables ``window``). Raises ``BadDocument``."""
    top = _Table("windows", document)
    campaigns = {c.code: c for c in book.campaigns}
    found = []
    for t in top.tables("window"):
        campaign, year = t.take("campaign", str), t.take("year", int)
        if campaign not in campaigns:
            raise BadDocument(f"{t.place}: there is no campaign {campaign!r}; known: {', '.join(sorted(campaigns))}")
        channel = _channel(t, t.take("channel", str))
        platform = t.take("platform", str, CHANNELS[channel].name_en)
        status = t.take("status", str)
        if status not in STATUSES[1:]:
            raise BadDocument(f"{t.place}: status {status!r} is neither {' nor '.join(STATUSES[1:])}")
        source, known_on, note = t.take("source", str), t.take("known_on", date), t.take("note", str, "")
        phases = []
        for p in t.tables("phases"):
            phase = Phase(
                campaign,
                campaigns[campaign].name_zh,
                campaigns[campaign].name_en,
                year,
                p.take("code", str),
                p.take("zh", str),
                p.take("en", str),
                p.take("first", date),
                p.maybe("last", date),
                p.take("opens", time, time()),
                channel,
                platform,
                status,
                source,
                known_on,
                note,
            )
            p.end()
            _check_phase(p.place, phase)
            phases.append(phase)
        t.end()
        if not phases:
            raise BadDocument(f"{t.place}: a window has at least one phase")
        found.append(Window(campaign, year, channel, status, known_on, tuple(phases)))
    top.end()
    return tuple(found)


def _check_phase(place: str, phase: Phase) -> None:
    if phase.last is not None and phase.last < phase.first:
        raise BadDocument(f"{place}: last = {phase.last} is before first = {phase.first}")
    if not phase.year - 1 <= phase.first.year <= phase.year:
        raise BadDocument(f"{place}: first = {phase.first} is not of campaign year {phase.year}")


def parse_days_off(document: Mapping[str, Any]) -> tuple[DaysOff, ...]:
    """The notices of a parsed document (tables ``days_off``, spans as ``[first, last]``). Raises ``BadDocument``."""
    top = _Table("days off", document)
    found = []
    for t in top.tables("days_off"):
        year = t.take("year", int)
        off: set[date] = set()
        for span in t.take("off", list):
            if not (isinstance(span, list) and len(span) == 2 and all(type(d) is date for d in span)):
                raise BadDocument(f"{t.place}: off: {span!r} is no [first day, last day]")
            first, last = span
            if not 0 <= (last - first).days < 31:
                raise BadDocument(f"{t.place}: off: {first} to {last} is no span of up to 31 days")
            off |= {date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)}
        make_up = t.take("make_up", list)
        if not all(type(d) is date for d in make_up):
            raise BadDocument(f"{t.place}: make_up = {make_up!r} is no list of dates")
        found.append(DaysOff(year, frozenset(off), frozenset(make_up), t.take("source", str), t.take("known_on", date)))
        t.end()
    top.end()
    return tuple(found)
