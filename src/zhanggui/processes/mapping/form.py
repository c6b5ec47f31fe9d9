"""The mapping page's form: from what was posted to a mapping, and from a mapping to the rows of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhanggui.kernel import records
from zhanggui.processes.mapping import words
from zhanggui.processes.mapping.looking import Look
from zhanggui.trade.channels.domain import mapping as mappings
from zhanggui.trade.channels.domain.guesses import SYNONYMS
from zhanggui.trade.channels.domain.headers import normal, without_currency

HEADER, FIXED = "h:", "="
#: Canonical columns that the kind of the file decides, never one of its columns.
GIVEN = frozenset({"book"})


@dataclass(frozen=True)
class Row:
    """One canonical column on the page. ``needed``: it, or one of its kin, must be given."""

    name: str
    label: str
    header: str
    constant: str | None
    example: str
    needed: bool
    personal: bool
    problem: str = ""


@dataclass(frozen=True)
class Option:
    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    value: str
    help: str
    is_table: bool


@dataclass(frozen=True)
class FormPage:
    """Everything the form shows. ``problems`` are sentences that belong to no single row."""

    mapping: dict[str, Any]
    headers: tuple[str, ...]
    first: list[Row]
    more: list[Row]
    more_open: bool
    asked: list[Option]
    rare: list[Option]
    rare_open: bool
    kinds: list[tuple[str, str]]
    channels: list[tuple[str, str]]
    #: header, example, whether it is to be hidden, whether a column takes it
    unused: list[tuple[str, str, bool, bool]]
    problems: list[str] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        return not self.problems and not any(r.problem for r in (*self.first, *self.more))


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def read(post: QueryDict, headers: Sequence[str]) -> dict[str, Any]:
    """The mapping a posted form describes. Names and headers that do not exist are dropped."""
    kind = post.get("kind", "")
    kind = kind if kind in mappings.KINDS else "orders"
    options = {name: value for name in words.OPTIONS if (value := _option(name, post)) not in (None, "", {})}
    allowed = (*words.ASKED[kind], *words.RARE[kind])
    options = {name: value for name, value in options.items() if name in allowed}
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    for name in known({"kind": kind, "options": options}):
        chosen = post.get(f"col.{name}", "")
        if chosen.startswith(HEADER) and chosen.removeprefix(HEADER) in headers:
            columns[name] = chosen.removeprefix(HEADER)
        elif chosen == FIXED:
            constants[name] = post.get(f"const.{name}", "").strip()
    hidden = [h for h in post.getlist("personal") if h in headers and h not in columns.values()]
    if hidden:
        options["personal"] = hidden
    channel = post.get("layout_channel", "other")
    return {
        "name": " ".join(post.get("name", "").split())[:80],
        "channel": channel if channel in records.CHANNELS else "other",
        "kind": kind,
        "columns": columns,
        "constants": constants,
        "options": options,
    }


def guessed(kind: str, headers: Sequence[str]) -> dict[str, str]:
    """Canonical column → header by the words of the headers, for a kind that a person chose."""
    by_key = {_key(h): h for h in reversed(headers)}
    found: dict[str, str] = {}
    for name, spellings in SYNONYMS[kind].items():
        header = next((by_key[_key(s)] for s in spellings.split("|") if _key(s) in by_key), None)
        if header is not None and header not in found.values():
            found[name] = header
    return found


def _key(header: str) -> str:
    return re.sub(r"[_.-]", "", without_currency(normal(header)))


def _option(name: str, post: QueryDict) -> Any:
    text = post.get(f"opt.{name}", "").strip()
    if name in words.TABLES:
        pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
        return {left.strip(): right.strip() for left, _equals, right in pairs if left.strip() and right.strip()}
    if name == "decimal_comma":
        return {"true": True, "false": False}.get(text)
    return text


def known(mapping: Mapping[str, Any]) -> dict[str, str]:
    """The canonical columns a mapping of this form may take."""
    options = mapping.get("options") or {}
    found = mappings.fields(mapping["kind"], str(options.get("rows") or "line"))
    return {name: how for name, how in found.items() if name not in GIVEN}


def problems_of(mapping: Mapping[str, Any], headers: Sequence[str]) -> list[mappings.Problem]:
    """What keeps a mapping from being used, empty constants included."""
    found = mappings.validate(mapping, headers)
    for name, text in mapping["constants"].items():
        if not text and not any(p.column == name for p in found):
            found.append(mappings.Problem("empty", name, "写上固定的值。", "Write the value that every row has."))
    return found


def page(mapping: dict[str, Any], look: Look, *, judged: bool) -> FormPage:
    """The form as the page shows it; ``judged`` puts the problems beside their columns."""
    kind = mapping["kind"]
    options = mapping.get("options") or {}
    found = problems_of(mapping, look.headers) if judged else []
    told = {p.column: _words_of(p, kind) for p in found}
    needed = {name for choice in mappings.NEEDED[kind] for name in choice}
    rows = {name: _row(name, mapping, look, name in needed, told.get(name, "")) for name in known(mapping)}
    used = [n for n, r in rows.items() if r.header or r.constant is not None or r.problem]
    first = [n for n in dict.fromkeys((*words.FIRST[kind], *used)) if n in rows]
    rest = [n for n in rows if n not in first and n in words.COLUMNS]
    rare = [_shown_option(n, options) for n in words.RARE[kind]]
    taken = set(mapping["columns"].values())
    hidden = set(options.get("personal") or ())
    return FormPage(
        mapping=mapping,
        headers=look.headers,
        first=[rows[n] for n in first],
        more=[rows[n] for n in rest],
        more_open=False,
        asked=[_shown_option(n, options) for n in words.ASKED[kind]],
        rare=rare,
        rare_open=any(o.value and o.value != (o.choices[0][0] if o.choices else "") for o in rare),
        kinds=[(k, str(v)) for k, v in words.KINDS.items()],
        channels=[(c.code, c.name_zh if _chinese() else c.name_en) for c in records.CHANNELS.values()],
        unused=[(h, look.example(h), h in hidden, h in taken) for h in look.headers],
        problems=[text for column, text in told.items() if column not in rows],
    )


def _words_of(problem: mappings.Problem, kind: str) -> str:
    """A problem in words; what is missing is called as the page calls it."""
    if problem.code == "missing":
        choice = next(c for c in mappings.NEEDED[kind] if problem.column in c)
        names = _(" or ").join(f"“{words.COLUMNS[name]}”" for name in choice)
        return _("Choose a column for %(names)s.") % {"names": names}
    return problem.zh if _chinese() else problem.en


def _row(name: str, mapping: dict[str, Any], look: Look, needed: bool, problem: str) -> Row:
    header = _same_header(mapping["columns"].get(name, ""), look.headers)
    return Row(
        name=name,
        label=str(words.COLUMNS.get(name, name)),
        header=header,
        constant=mapping["constants"].get(name) if name in mapping["constants"] else None,
        example=look.example(header) if header in look.headers else "",
        needed=needed,
        personal=is_personal(name),
        problem=problem,
    )


def is_personal(name: str) -> bool:
    """Whether a canonical column holds personal data."""
    return any(f.name == name and f.personal for table in records.TABLES.values() for f in table)


def _same_header(wanted: str, headers: Sequence[str]) -> str:
    """A header as this file spells it."""
    return next((h for h in headers if normal(h) == normal(wanted)), wanted) if wanted else ""


def _shown_option(name: str, options: Mapping[str, Any]) -> Option:
    label, choices = words.OPTIONS[name]
    value = options.get(name)
    if isinstance(value, dict):
        text = "\n".join(f"{left} = {right}" for left, right in value.items())
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = str(value or "")
    shown = tuple((v, str(t)) for v, t in choices)
    if shown and text not in {v for v, _t in shown}:
        shown = (*shown, (text, text)) if text else shown
    return Option(name, str(label), shown, text, str(words.HELP.get(name, "")), name in words.TABLES)
