"""Facts → report: pure, the same facts give the same report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median

from zhanggui.insight.metrics.contracts import Cell
from zhanggui.insight.metrics.domain.arithmetic import delta, shown, whole
from zhanggui.insight.reports.contracts import (
    Action,
    Advice,
    Book,
    BookFacts,
    Facts,
    Finding,
    Number,
    PeriodFacts,
    Report,
    Sentence,
    Tile,
    Word,
)
from zhanggui.insight.reports.domain import causes, rules
from zhanggui.insight.reports.domain.rules import Rule


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A finding with its stake as a part of the usual paid amount: the order of findings of several currencies."""

    weight: Fraction
    finding: Finding


def build(facts: Facts) -> Report:
    """The report. At most :data:`rules.MOST` findings, largest stake first; none when nothing qualifies."""
    weighed = [w for book in facts.books for w in _findings(facts, book)]
    weighed.sort(key=lambda w: -w.weight)
    findings = tuple(w.finding for w in weighed[: rules.MOST])
    advice, actions = _answers(facts, findings)
    return Report(
        kind=facts.kind, first=facts.first, last=facts.last, before_first=facts.before_first,
        before_last=facts.before_last, compared=facts.compared, shops=facts.shops, zones=facts.zones,
        as_of=facts.as_of, books=tuple(_book(facts, book) for book in facts.books), findings=findings,
        advice=tuple(advice), actions=tuple(actions), notes=tuple(_notes(facts, findings)),
        missing=tuple(_missing(facts)),
    )  # fmt: skip


def number_of(
    cell: Cell | None, metric: str, facts: Facts, book: BookFacts, at: PeriodFacts, channel: str = ""
) -> Number:
    """A cell as a number that knows its question."""
    unit = facts.units[metric]
    where = {"shop": tuple(str(i) for i in book.shop_ids)} | ({"channel": (channel,)} if channel else {})
    return Number(
        value=cell.value if cell else None,
        unit=unit,
        currency=book.currency if unit == "money" else "",
        metric=metric,
        first=at.first,
        last=at.last,
        where=where,
        missing=cell.missing if cell else tuple(book.shop_ids),
    )


def _whole(cell: Cell | None) -> Fraction | None:
    """The exact value of a cell that lacks nothing; None otherwise."""
    return None if cell is None or cell.missing or cell.partial else cell.exact


def usual(values: Sequence[Fraction | None]) -> tuple[Fraction, Fraction, int] | None:
    """(median, usual variation, how many values) of the known values; None when too few are known.

    >>> usual([Fraction(n) for n in (98, 100, 102, 100)])
    (Fraction(100, 1), Fraction(2, 1), 4)
    """
    known = [v for v in values if v is not None]
    if len(known) < rules.LEAST_KNOWN:
        return None
    middle = Fraction(median(known))
    spread = rules.ROBUST * Fraction(median([abs(v - middle) for v in known]))
    return middle, max(spread, rules.LEAST_SPREAD * abs(middle)), len(known)


def _findings(facts: Facts, book: BookFacts) -> list[_Weighed]:
    paid = usual([_whole(p.total.get("M041")) for p in book.usual])
    if paid is None or paid[0] <= 0:
        return []
    found = []
    for rule in rules.RULES:
        if not rule.by_channel:
            found.append(_judge(facts, book, rule, "", paid[0]))
        elif len(book.now.by_channel) > 1:
            found += [_judge(facts, book, rule, channel, paid[0]) for channel in sorted(book.now.by_channel)]
    return [f for f in found if f is not None]


def _cells(at: PeriodFacts, channel: str) -> Mapping[str, Cell]:
    return at.by_channel.get(channel, {}) if channel else at.total


def _judge(facts: Facts, book: BookFacts, rule: Rule, channel: str, paid: Fraction) -> _Weighed | None:
    cells = _cells(book.now, channel)
    cell = cells.get(rule.metric)
    value = _whole(cell)
    normal = usual([_whole(_cells(p, channel).get(rule.metric)) for p in book.usual])
    if cell is None or value is None or normal is None:
        return None
    middle, spread, known = normal
    off = value - middle
    direction = "up" if off > 0 else "down"
    if direction not in rule.directions or off == 0 or abs(off) < rules.SPREADS * spread:
        return None
    stake = _stake(rule, off, cell, cells)
    if stake is None or abs(stake) < rules.MONEY * paid:
        return None
    unit = facts.units[rule.metric]
    currency = book.currency if unit == "money" else ""
    money = Number(whole(stake), "money", book.currency, how=f"stake_{rule.worth}", signed=True)
    if unit == "percent":
        change = Number(shown(off, unit), "points", signed=True, how="change")
    elif middle:
        change = Number(shown(off / abs(middle), "percent"), "percent", signed=True, how="change")
    else:  # nothing to be relative to
        change = Number(shown(off, unit), unit, currency, signed=True, how="change")
    parts: dict[str, Number | Word] = {
        "now": number_of(cell, rule.metric, facts, book, book.now, channel),
        "usual": Number(shown(middle, unit), unit, currency, how="usual"),
        "change": change,
        "periods": Number(known, "number", how="periods"),
        "stake": money,
    }
    if channel:
        parts["channel"] = Word("channel", channel)
    good = (direction == "up") == (facts.up_is[rule.metric] == "good")
    return _Weighed(
        abs(stake) / paid,
        Finding(
            rule.code, "up" if off > 0 else "down", "good" if good and rule.code != "spend" else "bad",
            Sentence(f"{rule.code}_{direction}", parts), money,
        ),
    )  # fmt: skip


def _stake(rule: Rule, off: Fraction, cell: Cell, cells: Mapping[str, Cell]) -> Fraction | None:
    """The money a deviation is about; None when what it is per is unknown."""
    if rule.worth == "own":
        return off
    if cell.denominator is None:
        return None
    if rule.worth == "per":
        return off * cell.denominator
    value = _whole(cells.get("M050"))
    return None if value is None else off * cell.denominator * value


def _book(facts: Facts, book: BookFacts) -> Book:
    tiles = tuple(_tile(facts, book, metric) for metric in rules.OVERVIEW if _told(book, metric))
    now, before = _whole(book.now.total.get("M041")), _whole(book.before.total.get("M041"))
    if now is None or before is None:
        return Book(book.currency, tiles, None, (), (), (Sentence("no_comparison"),))
    change = Number(whole(now) - whole(before), "money", book.currency, how="difference", signed=True)
    by_factor, why = causes.by_factor(book)
    by_channel = causes.by_channel(book)
    return Book(book.currency, tiles, change, by_factor, by_channel, why)


def _told(book: BookFacts, metric: str) -> bool:
    """Whether any file ever told of it: what was never told is no tile; what is missing now is one, empty."""
    return any(
        (cell := at.total.get(metric)) is not None and cell.exact is not None
        for at in (book.now, book.before, *book.usual)
    )


def _tile(facts: Facts, book: BookFacts, metric: str) -> Tile:
    one, two = book.now.total.get(metric), book.before.total.get(metric)
    found = delta(_whole(one), _whole(two))
    points = facts.units[metric] == "percent"
    exact = found.absolute if points else found.relative
    change = shown(exact, "percent")
    return Tile(
        metric,
        number_of(one, metric, facts, book, book.now),
        number_of(two, metric, facts, book, book.before),
        None if change is None else Decimal(change),
        points,
        facts.up_is[metric],
    )


def _answers(facts: Facts, findings: Sequence[Finding]) -> tuple[list[Advice], list[Action]]:
    advice, actions = [], []
    if facts.gaps:
        advice.append(Advice(0, Sentence("advice_missing")))
        actions.append(Action(0, rules.MISSING.role, Sentence("do_missing"), facts.dues[rules.MISSING.days]))
    for n, found in enumerate(findings, 1):
        answer = rules.ANSWERS[found.rule, found.direction]
        parts = {k: v for k, v in found.sentence.parts.items() if k == "channel"}
        key = f"{found.rule}_{found.direction}"
        advice.append(Advice(n, Sentence(f"advice_{key}", parts)))
        actions.append(Action(n, answer.role, Sentence(f"do_{key}", parts), facts.dues[answer.days]))
    return advice, actions


def _notes(facts: Facts, findings: Sequence[Finding]) -> list[Sentence]:
    notes = [Sentence("event_now", {"event": e}) for e in facts.events]
    notes += [Sentence("event_before", {"event": e}) for e in facts.events_before if e not in facts.events]
    if not findings:
        judged = any(usual([_whole(p.total.get("M041")) for p in book.usual]) for book in facts.books)
        known = all(_whole(book.now.total.get("M041")) is not None for book in facts.books)
        code = "nothing_qualifies" if judged and known else "nothing_known" if not known else "nothing_judged"
        notes.append(Sentence(code, {"least": Number(rules.LEAST_KNOWN, "number", how="periods")}))
    return notes


def _missing(facts: Facts) -> list[Sentence]:
    return [
        Sentence(
            f"missing_{gap.table}",
            {
                "shop": Word("text", gap.shop),
                "channel": Word("channel", gap.channel),
                "first": Word("day", gap.first.isoformat()),
                "days": Number(gap.days, "number", how="days"),
            },
        )
        for gap in facts.gaps
    ]
