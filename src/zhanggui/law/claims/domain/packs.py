"""Rule packs: dated data, read into frozen values. A pack that does not fit is refused with entry and reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhanggui.law.claims.contracts import Basis, Severity

SEVERITIES = ("block", "review", "info")


class BadPack(ValueError):
    """A rule pack with an entry that cannot be used."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Terms, or triggers with a pattern, of one class. Patterns see the sentence in its normal form."""

    id: str
    category: str
    severity: Severity
    step: int
    basis: str
    terms: tuple[str, ...]
    triggers: tuple[str, ...]
    pattern: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    only: frozenset[str]
    never: frozenset[str]
    channels: frozenset[str]
    guards: frozenset[str]
    advice: str
    replacement: str
    proof: str
    in_force: date
    until: date | None
    whole: bool
    evasion: bool
    reckon: str = ""
    #: Categories of goods, or cues of the text, with which a review becomes a block.
    block_in: frozenset[str] = frozenset()
    #: Words that are reported when they are the whole text, as in a list of words, whatever the goods.
    alone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """A context in which a term is lawful: words that hold it, or patterns before, after or around it."""

    id: str
    step: int
    reason: str
    classes: frozenset[str]
    words: tuple[str, ...]
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    around: re.Pattern[str] | None
    terms: re.Pattern[str] | None
    document: bool
    optional: bool
    scoped: bool


@dataclass(frozen=True, slots=True)
class Pack:
    name: str
    title: str
    version: str
    in_force: date
    until: date | None
    source: str
    rules: tuple[Rule, ...]
    guards: tuple[Guard, ...]
    bases: Mapping[str, tuple[tuple[date, date | None, Basis], ...]]


def parse_pack(document: Mapping[str, Any], name: str) -> Pack:
    """``document`` (a TOML file) as a pack. Raises ``BadPack`` naming the entry."""
    head = document.get("pack")
    if not isinstance(head, Mapping):
        raise BadPack(f"{name}: table [pack] is missing")
    in_force = _day(head, "in_force", name)
    if in_force is None:
        raise BadPack(f"{name}: [pack] in_force is missing")
    until = _day(head, "until", name)
    for key in ("title", "version", "source"):
        if not head.get(key):
            raise BadPack(f"{name}: [pack] {key} is missing")
    rules = tuple(_rule(entry, name, in_force, until) for entry in document.get("rule", ()))
    guards = tuple(_guard(entry, name) for entry in document.get("guard", ()))
    bases: dict[str, list[tuple[date, date | None, Basis]]] = {}
    for entry in document.get("basis", ()):
        day = _day(entry, "in_force", name)
        if day is None or not entry.get("id") or not entry.get("law"):
            raise BadPack(f"{name}: a basis needs id, law and in_force: {entry}")
        found = Basis(entry["law"], entry.get("article", ""), day, entry.get("text", ""))
        bases.setdefault(entry["id"], []).append((day, _day(entry, "until", name), found))
    return Pack(
        name,
        head["title"],
        head["version"],
        in_force,
        until,
        head["source"],
        rules,
        guards,
        {key: tuple(value) for key, value in bases.items()},
    )


def _rule(entry: Mapping[str, Any], pack: str, in_force: date, until: date | None) -> Rule:
    where = f"{pack}: rule {entry.get('id', '?')}"
    unknown = set(entry) - {
        *("id", "class", "severity", "step", "basis", "terms", "triggers", "pattern", "unless", "needs", "before"),
        *("after", "only", "never", "channels", "guards", "advice", "replacement", "proof", "in_force", "until"),
        *("whole", "evasion", "block_in", "alone"),
    }
    if unknown:
        raise BadPack(f"{where}: unknown keys {', '.join(sorted(unknown))}")
    for key in ("id", "class", "severity", "basis", "advice"):
        if not entry.get(key):
            raise BadPack(f"{where}: {key} is missing")
    if entry["severity"] not in SEVERITIES:
        raise BadPack(f"{where}: severity {entry['severity']!r}")
    terms, triggers = _texts(entry, "terms", where), _texts(entry, "triggers", where)
    given = str(entry.get("pattern", ""))
    reckon = given.removeprefix("calc:").strip() if given.startswith("calc:") else ""
    pattern = re.compile("$^") if reckon else _regex(entry, "pattern", where)
    if not terms and not (triggers and pattern):
        raise BadPack(f"{where}: needs terms, or triggers with a pattern")
    return Rule(
        id=entry["id"],
        category=entry["class"],
        severity=entry["severity"],
        step=int(entry.get("step", 3)),
        basis=entry["basis"],
        terms=terms,
        triggers=triggers,
        pattern=pattern,
        unless=_regex(entry, "unless", where),
        needs=_regex(entry, "needs", where),
        before=_regex(entry, "before", where, "(?:{})$"),
        after=_regex(entry, "after", where),
        only=frozenset(_texts(entry, "only", where)),
        never=frozenset(_texts(entry, "never", where)),
        channels=frozenset(_texts(entry, "channels", where)),
        guards=frozenset(_texts(entry, "guards", where)),
        advice=entry["advice"],
        replacement=entry.get("replacement", ""),
        proof=entry.get("proof", ""),
        in_force=_day(entry, "in_force", where) or in_force,
        until=_day(entry, "until", where) or until,
        whole=bool(entry.get("whole", False)),
        evasion=bool(entry.get("evasion", True)),
        reckon=reckon,
        block_in=frozenset(_texts(entry, "block_in", where)),
        alone=_texts(entry, "alone", where),
    )


def _guard(entry: Mapping[str, Any], pack: str) -> Guard:
    where = f"{pack}: guard {entry.get('id', '?')}"
    unknown = set(entry) - {
        *("id", "step", "reason", "classes", "words", "before", "after", "around", "terms", "document", "optional"),
        "scoped",
    }
    if unknown:
        raise BadPack(f"{where}: unknown keys {', '.join(sorted(unknown))}")
    for key in ("id", "step", "reason"):
        if not entry.get(key):
            raise BadPack(f"{where}: {key} is missing")
    return Guard(
        id=entry["id"],
        step=int(entry["step"]),
        reason=entry["reason"],
        classes=frozenset(_texts(entry, "classes", where)),
        words=_texts(entry, "words", where),
        before=_regex(entry, "before", where, "(?:{})$"),
        after=_regex(entry, "after", where),
        around=_regex(entry, "around", where),
        terms=_regex(entry, "terms", where, "^(?:{})$"),
        document=bool(entry.get("document", False)),
        optional=bool(entry.get("optional", False)),
        scoped=bool(entry.get("scoped", False)),
    )


def _texts(entry: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    """A list of texts, or one text with its parts divided by blanks."""
    value = entry.get(key, ())
    if isinstance(value, str):
        value = value.split()
    if not isinstance(value, Sequence) or not all(isinstance(v, str) and v for v in value):
        raise BadPack(f"{where}: {key} must be texts")
    return tuple(value)


def _regex(entry: Mapping[str, Any], key: str, where: str, frame: str = "{}") -> re.Pattern[str] | None:
    value = entry.get(key)
    if not value:
        return None
    try:
        return re.compile(frame.replace("{}", "".join(str(value).split())))
    except re.error as error:
        raise BadPack(f"{where}: {key}: {error}") from error


def _day(entry: Mapping[str, Any], key: str, where: str) -> date | None:
    value = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, date):
        raise BadPack(f"{where}: {key} must be a day")
    return value
