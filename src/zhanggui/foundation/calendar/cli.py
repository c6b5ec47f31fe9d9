"""``zhanggui calendar``: events, phases and lead times of a span of days; takes in announcements."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from zhanggui.foundation.calendar import operations, queries
from zhanggui.foundation.calendar.contracts import BadDocument, Event, OutOfRange, Phase, Task
from zhanggui.kernel.records import CHANNELS

#: Days shown when no end is named.
SPAN = timedelta(days=92)


def calendar_command(
    first: Annotated[str | None, typer.Option("--from", help="First day, YYYY-MM-DD; today when left out.")] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="Last day, included; three months later if left out.")
    ] = None,
    channel: Annotated[str | None, typer.Option(help="Phases as announced for this channel, e.g. taobao.")] = None,
    load: Annotated[Path | None, typer.Option(help="First take in a TOML file of announcements.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Festivals, campaigns, what to prepare and which days are worked."""
    begins = _day(first, "--from") or timezone.localdate()
    ends = _day(last, "--to") or begins + SPAN
    if ends < begins:
        raise typer.BadParameter(_("the last day is before the first"), param_hint="--to")
    if channel is not None and channel not in CHANNELS:
        raise typer.BadParameter(_("known channels: {names}").format(names=", ".join(CHANNELS)), param_hint="--channel")
    loaded = None if load is None else _load(load)
    try:
        events = queries.events(begins, ends, channel=channel)
        phases = queries.phases(begins, ends, channel=channel)
        tasks = queries.tasks(begins, ends, channel=channel)
    except OutOfRange as error:
        span = _("the calendar covers {first} to {last}").format(first=queries.FIRST_YEAR, last=queries.LAST_YEAR)
        raise typer.BadParameter(span, param_hint="--from / --to") from error
    worked = queries.count_working_days(begins, ends, queries.working_days())
    if as_json:
        answer = {
            "from": begins,
            "to": ends,
            "channel": channel,
            "loaded": loaded,
            "working_days": asdict(worked),
            "events": [asdict(e) for e in events],
            "phases": [{**asdict(p), "starts_at": p.starts_at, "ends_at": p.ends_at} for p in phases],
            "tasks": [asdict(t) for t in tasks],
        }
        typer.echo(json.dumps(answer, ensure_ascii=False, default=_plain))
        return
    console = Console()
    if loaded is not None:
        console.print(_("Announcement taken in.") if loaded else _("This announcement was known already."))
    _show(console, events, phases, tasks)
    console.print(_("Working days: {count}").format(count=worked.count))
    if not worked.is_certain:
        console.print(_("Provisional: days off and make-up days of part of this time are not announced yet."))


def _day(text: str | None, option: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        message = _("{text} is not a date of the form YYYY-MM-DD").format(text=text)
        raise typer.BadParameter(message, param_hint=option) from error


def _load(path: Path) -> bool:
    try:
        return operations.announce(text=path.read_text(encoding="utf-8"), actor_id=None)
    except UnicodeDecodeError as error:
        raise BadDocument(_("{name} is not UTF-8 text").format(name=path.name)) from error


def _plain(value: object) -> str:
    """Dates and times of the JSON in ISO form."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _chosen(zh: str, en: str) -> str:
    return zh if (get_language() or "").startswith("zh") else en


def _span(first: date, last: date | None) -> str:
    if last is None:
        return _("{day} – not announced").format(day=f"{first:%Y-%m-%d}")
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} – {last:%Y-%m-%d}"


def _show(console: Console, events: tuple[Event, ...], phases: tuple[Phase, ...], tasks: tuple[Task, ...]) -> None:
    statuses = {
        "assumed": pgettext("calendar", "assumed"),
        "announced": pgettext("calendar", "announced"),
        "confirmed": pgettext("calendar", "confirmed"),
    }
    days = pgettext("calendar", "Days")
    table = _table(
        pgettext("calendar", "Events"), days, "", pgettext("calendar", "Event"), pgettext("calendar", "Code")
    )
    for e in events:
        note = "" if e.promotes else " " + pgettext("calendar", "(no promotion)")
        table.add_row(
            _span(e.starts, e.ends), _weekdays()[e.starts.weekday()], _chosen(e.name_zh, e.name_en) + note, e.code
        )
    console.print(table)
    if phases:
        table = _table(
            pgettext("calendar", "Campaign phases"),
            days,
            pgettext("calendar", "Campaign"),
            pgettext("calendar", "Phase"),
            pgettext("calendar", "Platform"),
            pgettext("calendar", "Status"),
        )
        for p in phases:
            campaign, where = _chosen(p.campaign_zh, p.campaign_en), p.platform or pgettext("calendar", "default")
            table.add_row(_span(p.first, p.last), campaign, _chosen(p.name_zh, p.name_en), where, statuses[p.status])
        console.print(table)
    if tasks:
        table = _table(
            pgettext("calendar", "To prepare and follow up"),
            days,
            pgettext("calendar", "To do"),
            pgettext("calendar", "Event"),
            pgettext("calendar", "Rule"),
        )
        for t in tasks:
            about = f"{_chosen(t.event_zh, t.event_en)} {queries.day_of(t.event, t.year):%Y-%m-%d}"
            table.add_row(_span(t.starts, t.ends), _chosen(t.name_zh, t.name_en), about, t.rule)
        console.print(table)


def _table(title: str, *columns: str) -> Table:
    return Table(*columns, title=title, title_justify="left")


def _weekdays() -> list[str]:
    return [
        pgettext("calendar", "Mon"),
        pgettext("calendar", "Tue"),
        pgettext("calendar", "Wed"),
        pgettext("calendar", "Thu"),
        pgettext("calendar", "Fri"),
        pgettext("calendar", "Sat"),
        pgettext("calendar", "Sun"),
    ]
