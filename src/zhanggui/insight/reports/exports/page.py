"""A report as a page shows it: every text ready, every measured number with its place in :func:`numbers`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from zhanggui.foundation.accounts.labels import ROLE_NAMES
from zhanggui.foundation.ui.domain import formats
from zhanggui.insight.reports.contracts import Effect, Number, Report, Sentence, Tile
from zhanggui.insight.reports.exports import words


@dataclass(frozen=True, slots=True)
class Piece:
    """``n``: place of the number among those that have rows; None for plain text."""

    text: str
    n: int | None = None


@dataclass(frozen=True, slots=True)
class TileView:
    name: str
    value: str
    n: int
    before: str
    change: Decimal | None
    change_text: str
    points: str
    up_is: str
    incomplete: bool


@dataclass(frozen=True, slots=True)
class Line:
    pieces: tuple[Piece, ...]
    tone: str = ""
    finding: int = 0
    who: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class BookView:
    currency: str
    tiles: tuple[TileView, ...]
    change: str
    by_factor: tuple[Part, ...]
    by_channel: tuple[Part, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    title: str
    compared: str
    shops: str
    zones: str
    as_of: str
    books: tuple[BookView, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...]
    findings: tuple[Line, ...]
    advice: tuple[Line, ...]
    actions: tuple[Line, ...]
    language: str


def numbers(report: Report) -> tuple[Number, ...]:
    """Every measured number of the report in a fixed order: tiles, then findings."""
    of_tiles = [n for b in report.books for t in b.tiles for n in (t.now, t.before)]
    of_findings = [p for f in report.findings for p in f.sentence.parts.values() if isinstance(p, Number) and p.metric]
    return (*of_tiles, *of_findings)


def view(report: Report) -> View:
    """The page in the language at hand."""
    places = {id(n): place for place, n in enumerate(numbers(report))}

    def line(sentence: Sentence, **more: object) -> Line:
        pieces = (Piece(s.text, places.get(id(s.number)) if s.number else None) for s in words.segments(sentence))
        return Line(tuple(pieces), **more)  # type: ignore[arg-type]

    zone = report.zones[0] if report.zones else "UTC"
    return View(
        title=words.title(report),
        compared=words.compared(report),
        shops=", ".join(s.name for s in report.shops),
        zones=", ".join(report.zones),
        as_of=formats.moment(report.as_of, zone),
        books=tuple(
            BookView(
                currency=b.currency,
                tiles=tuple(_tile(t, places) for t in b.tiles),
                change=words.number(b.change) if b.change else "",
                by_factor=_parts(b.by_factor),
                by_channel=_parts(b.by_channel),
                why=tuple(words.text(s) for s in b.why),
            )
            for b in report.books
        ),
        notes=tuple(words.text(s) for s in report.notes),
        missing=tuple(words.text(s) for s in report.missing),
        findings=tuple(line(f.sentence, tone=f.tone, finding=n) for n, f in enumerate(report.findings, 1)),
        advice=tuple(line(a.sentence, finding=a.finding) for a in report.advice),
        actions=tuple(
            line(a.sentence, finding=a.finding, who=str(ROLE_NAMES[a.role]), due=a.due) for a in report.actions
        ),
        language=words.language(),
    )


def _parts(effects: tuple[Effect, ...]) -> tuple[Part, ...]:
    return tuple(Part(words.word(e.name), words.number(e.amount)) for e in effects)


def _tile(tile: Tile, places: dict[int, int]) -> TileView:
    change = Number(tile.change, "points" if tile.points else "percent", signed=True)
    return TileView(
        name=words.metric_name(tile.metric),
        value=words.number(tile.now),
        n=places[id(tile.now)],
        before=words.number(tile.before),
        change=tile.change,
        change_text=words.number(change),
        points="yes" if tile.points else "",
        up_is=tile.up_is,
        incomplete=bool(tile.now.missing),
    )


def heads() -> dict[str, str]:
    """The names of the five parts, in order."""
    return {
        "overview": _("Overview"),
        "findings": _("Key findings"),
        "analysis": _("Problem analysis"),
        "advice": _("Advice"),
        "plan": _("Action plan"),
    }
