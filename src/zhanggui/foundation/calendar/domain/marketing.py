"""Events, campaign phases and lead-time tasks of a year, computed from a rule book."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from zhanggui.foundation.calendar.domain.lunar import FIRST_YEAR, LAST_YEAR, OutOfRange
from zhanggui.foundation.calendar.domain.rules import Offset, Rule

#: The marketing calendar counts its days here.
UTC8: Final = timezone(timedelta(hours=8))
#: From the weakest to the strongest.
STATUSES: Final = ("assumed", "announced", "confirmed")
#: A shop goes deep on at most this many festivals a year (R149).
FOCUS_LIMIT: Final = 3
#: No phase or task lies further from the day of its event than this.
_REACH: Final = 1


class UnknownEvent(ValueError):
    """An event code that is not in the rule book."""


@dataclass(frozen=True, slots=True)
class PhaseRule:
    code: str
    name_zh: str
    name_en: str
    begins: Offset
    ends: Offset


@dataclass(frozen=True, slots=True)
class CampaignRule:
    """Default phases of a campaign, counted from an event (``event``) or a date of its own (``at``)."""

    code: str
    name_zh: str
    name_en: str
    event: str | None
    at: Rule
    phases: tuple[PhaseRule, ...]
    channels: frozenset[str] | None
    source: str
    known_on: date


@dataclass(frozen=True, slots=True)
class EventRule:
    code: str
    key: str
    name_zh: str
    name_en: str
    at: Rule
    begins: Offset
    ends: Offset
    promotes: bool
    source: str


@dataclass(frozen=True, slots=True)
class TaskRule:
    """``events``: codes, or None for every event that has a campaign."""

    code: str
    name_zh: str
    name_en: str
    rule: str
    begins: Offset
    ends: Offset
    events: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a campaign, days in UTC+8, both included; ``last`` None: no end was published.

    ``channel`` None and status ``assumed``: the default for every channel without an announcement. ``opens`` is the
    moment of the first day at which it begins, midnight where none was published.
    """

    campaign: str
    campaign_zh: str
    campaign_en: str
    year: int
    code: str
    name_zh: str
    name_en: str
    first: date
    last: date | None
    opens: time
    channel: str | None
    platform: str | None
    status: str
    source: str
    known_on: date
    note: str = ""

    @property
    def starts_at(self) -> datetime:
        """The beginning as a UTC moment: 20:00 in UTC+8 is 12:00 the same day, midnight is 16:00 the day before."""
        return datetime.combine(self.first, self.opens, tzinfo=UTC8).astimezone(UTC)

    @property
    def ends_at(self) -> datetime | None:
        """The first UTC moment after the last day; None without a published end."""
        if self.last is None:
            return None
        return datetime.combine(self.last + timedelta(days=1), time(), tzinfo=UTC8).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """What a platform announced for a campaign and year: all its phases, replacing the default as a whole."""

    campaign: str
    year: int
    channel: str
    status: str
    known_on: date
    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do from ``starts`` to ``ends``, both included; ``rule`` names where the lead time comes from."""

    code: str
    name_zh: str
    name_en: str
    event: str
    event_zh: str
    event_en: str
    year: int
    starts: date
    ends: date
    rule: str


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one campaign year. ``day`` is T; a season has ``starts`` before and ``ends`` after it, included.

    ``kind``: fixed, lunar, weekday, solar_term or event (counted from another one).
    """

    code: str
    key: str
    name_zh: str
    name_en: str
    kind: str
    year: int
    day: date
    starts: date
    ends: date
    promotes: bool
    phases: tuple[Phase, ...]
    tasks: tuple[Task, ...]
    source: str


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules and announcements the marketing calendar is computed from."""

    events: tuple[EventRule, ...]
    campaigns: tuple[CampaignRule, ...]
    tasks: tuple[TaskRule, ...]
    windows: tuple[Window, ...] = ()

    def with_windows(self, more: Iterable[Window]) -> RuleBook:
        """The book with further announcements; for the same campaign, year and channel the better known one counts."""
        return replace(self, windows=(*self.windows, *more))

    def event(self, code: str) -> EventRule:
        """The rule of an event. Raises ``UnknownEvent``."""
        found = next((e for e in self.events if e.code == code), None)
        if found is None:
            raise UnknownEvent(f"there is no event {code!r}")
        return found


def event_day(book: RuleBook, code: str, year: int) -> date:
    """The day T of an event in a campaign year. Raises ``UnknownEvent`` and ``OutOfRange``."""
    found = book.event(code)
    if not FIRST_YEAR <= year <= LAST_YEAR + 1:
        raise OutOfRange(f"year {year} is outside {FIRST_YEAR} to {LAST_YEAR}")
    return found.at.day(year, lambda other, other_year: event_day(book, other, other_year))


def announced_window(book: RuleBook, campaign: str, year: int, channel: str) -> Window | None:
    """The announcement that counts: the stronger status, then the later knowledge, then the one loaded last."""
    known = [w for w in book.windows if (w.campaign, w.year, w.channel) == (campaign, year, channel)]
    if not known:
        return None
    return max(enumerate(known), key=lambda item: (STATUSES.index(item[1].status), item[1].known_on, item[0]))[1]


def phases(book: RuleBook, campaign: CampaignRule, year: int, channel: str | None) -> tuple[Phase, ...]:
    """The phases of one campaign: announced for that channel where they are, the assumed template otherwise.

    Never a mixture. Empty where the campaign is not one of that channel.
    """
    if channel is not None:
        window = announced_window(book, campaign.code, year, channel)
        if window is not None:
            return window.phases
        if campaign.channels is not None and channel not in campaign.channels:
            return ()
    day = campaign.at.day(year, lambda code, other_year: event_day(book, code, other_year))
    return tuple(
        Phase(
            campaign.code,
            campaign.name_zh,
            campaign.name_en,
            year,
            p.code,
            p.name_zh,
            p.name_en,
            p.begins.of(day),
            p.ends.of(day),
            time(),
            channel=None,
            platform=None,
            status="assumed",
            source=campaign.source,
            known_on=campaign.known_on,
        )
        for p in campaign.phases
    )


def warm_up_start(found: Iterable[Phase]) -> date | None:
    """Where dependent work starts: the warm-up, or else the first phase that is more than a registration."""
    known = list(found)
    warm = [p.first for p in known if p.code == "warm_up"] or [p.first for p in known if p.code != "registration"]
    return min(warm, default=None)


def year_events(book: RuleBook, year: int, channel: str | None = None) -> tuple[Event, ...]:
    """Every event of a campaign year, by first day. The New-Year goods festival may start in the year before.

    With ``channel`` the phases announced for it count, and the tasks that hang on them move along.
    """
    found = []
    for rule in book.events:
        day = event_day(book, rule.code, year)
        own = [c for c in book.campaigns if c.event == rule.code]
        event_phases = tuple(p for c in own for p in phases(book, c, year, channel))
        found.append(
            Event(
                rule.code,
                rule.key,
                rule.name_zh,
                rule.name_en,
                rule.at.kind,
                year,
                day,
                rule.begins.of(day),
                rule.ends.of(day),
                rule.promotes,
                tuple(sorted(event_phases, key=lambda p: (p.starts_at, p.code))),
                _tasks(book, rule, year, day, event_phases, has_campaign=bool(own)),
                rule.source,
            )
        )
    return tuple(sorted(found, key=lambda e: (e.starts, e.code)))


def _tasks(
    book: RuleBook, rule: EventRule, year: int, day: date, found: tuple[Phase, ...], *, has_campaign: bool
) -> tuple[Task, ...]:
    anchors = {"T": day, "W": warm_up_start(found)}
    tasks = []
    for t in book.tasks:
        wanted = has_campaign if t.events is None else rule.code in t.events
        begins, ends = anchors[t.begins.anchor], anchors[t.ends.anchor]
        if rule.promotes and wanted and begins is not None and ends is not None:
            dates = (t.begins.of(begins), t.ends.of(ends))
            about = (rule.code, rule.name_zh, rule.name_en, year)
            tasks.append(Task(t.code, t.name_zh, t.name_en, *about, *dates, rule=t.rule))
    return tuple(sorted(tasks, key=lambda t: (t.starts, t.ends, t.code)))


def campaign_years(first: date, last: date) -> range:
    """Campaign years that can touch the days from ``first`` to ``last``. Raises ``OutOfRange`` and ``ValueError``."""
    if last < first:
        raise ValueError(f"{last} is before {first}")
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        raise OutOfRange(f"the calendar covers {FIRST_YEAR} to {LAST_YEAR}, not {first} to {last}")
    return range(max(first.year - _REACH, FIRST_YEAR), last.year + _REACH + 1)


def all_phases(book: RuleBook, year: int, channel: str | None) -> list[Phase]:
    """Phases of every campaign of a year. Without a channel: the templates and, beside them, every announcement."""
    found = [p for c in book.campaigns for p in phases(book, c, year, channel)]
    if channel is None:
        for campaign in book.campaigns:
            channels = sorted({w.channel for w in book.windows if (w.campaign, w.year) == (campaign.code, year)})
            for name in channels:
                window = announced_window(book, campaign.code, year, name)
                found += window.phases if window else ()
    return found


def beyond_focus(chosen: Iterable[str]) -> tuple[str, ...]:
    """Event codes past the third key festival of a shop and year, in the order chosen: worth a warning (R149).

    >>> beyond_focus(["C07", "C18", "C31", "C27"])
    ('C27',)
    """
    return tuple(dict.fromkeys(chosen))[FOCUS_LIMIT:]


def live_lead(starts_at: datetime) -> tuple[datetime, datetime]:
    """When the warm-up of a live show starts (7 days before, R114) and its room opens (15 minutes before, R115)."""
    if starts_at.tzinfo is None:
        raise ValueError("a live show starts at a moment with a time zone")
    return starts_at - timedelta(days=7), starts_at - timedelta(minutes=15)
