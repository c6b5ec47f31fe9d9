"""Find the texts of every room and add the new ones to its Chinese catalogue, with an empty translation.

Only new texts are written and nothing is ever removed; texts that are no longer used are named. The extraction needs
no gettext tools: Django turns templates into calls, Babel reads Python.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "zhanggui"
CATALOGUE = Path("locale") / "zh_Hans" / "LC_MESSAGES" / "django.po"
#: Header lines that a version-controlled file does not need.
EMPTY_HEADERS = tuple(
    f'"{name}:'
    for name in (
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)
#: Name of the call -> positions of context, text and plural.
CALLS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
    # sentences kept with their values, see foundation/loop/contracts/words.py
    "phrase": (None, 0, 1),
    "term": (None, 0, None),
}


@dataclass(frozen=True, order=True)
class Text:
    """One text to translate, and where it is used."""

    text: str
    plural: str
    context: str
    place: str

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.text


def owners(source: Path = SOURCE) -> list[Path]:
    """The packages that own texts: every room, and the floors that are one room."""
    found = {path.parent for path in source.rglob("apps.py")}
    found.add(source / "config")
    return sorted(found)


def texts(owner: Path) -> list[Text]:
    """Every text used in the Python files and templates of one room."""
    found: list[Text] = []
    for path in sorted(owner.rglob("*.py")):
        found += _in_python(path, path.relative_to(owner).as_posix())
    for path in sorted(owner.rglob("templates/**/*")):
        if path.suffix in {".html", ".txt", ".xml"}:
            found += _in_template(path, path.relative_to(owner).as_posix())
    return sorted(set(found))


def catalogue(owner: Path) -> Catalog | None:
    path = owner / CATALOGUE
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def save(known: Catalog, path: Path) -> None:
    """Write a catalogue with the header lines that say something, so that nothing changes but texts."""
    buffer = io.BytesIO()
    write_po(buffer, known, width=120, include_lineno=False)
    lines = [
        line for line in buffer.getvalue().decode().splitlines(keepends=True) if not line.startswith(EMPTY_HEADERS)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), encoding="utf-8")


def _in_python(path: Path, place: str) -> Iterator[Text]:
    keywords = {
        name: tuple((n + 1, "c") if i == 0 else n + 1 for i, n in enumerate(spec) if n is not None)
        for name, spec in CALLS.items()
    }
    with path.open("rb") as file:
        for _line, name, arguments, _comments in extract_python(file, keywords, [], {"encoding": "utf-8"}):
            values = list(arguments) if isinstance(arguments, (tuple, list)) else [arguments]
            text = _text(name, values, place)
            if text is not None:
                yield text


def _in_template(path: Path, place: str) -> Iterator[Text]:
    from django.utils.translation.template import templatize

    code = templatize(path.read_text(encoding="utf-8"))
    for match in re.finditer(r"\b(n?p?gettext|_)\(", code):
        for end in re.finditer(r"\)", code[match.start() :]):
            try:
                call = ast.parse(code[match.start() : match.start() + end.end()], mode="eval").body
            except SyntaxError:
                continue
            if isinstance(call, ast.Call):
                values = [a.value if isinstance(a, ast.Constant) else None for a in call.args]
                text = _text(match[1], values, place)
                if text is not None:
                    yield text
            break


def _text(name: str, values: list[object], place: str) -> Text | None:
    context_at, text_at, plural_at = CALLS[name]

    def at(position: int | None) -> str:
        if position is None or position >= len(values) or not isinstance(values[position], str):
            return ""
        return str(values[position])

    text = at(text_at)
    return Text(text, at(plural_at), at(context_at), place) if text else None


def add_new(owner: Path) -> tuple[int, list[str]]:
    """Add the texts that the catalogue lacks; returns how many, and the texts it has that nobody uses."""
    used = {text.key: text for text in texts(owner)}
    known = catalogue(owner)
    if known is None:
        if not used:
            return 0, []
        known = Catalog(locale="zh_Hans", charset="utf-8", header_comment="", fuzzy=False)
    have = {(m.context or "", m.id[0] if isinstance(m.id, tuple) else m.id) for m in known if m.id}
    new = [text for key, text in used.items() if key not in have]
    for text in new:
        message_id = (text.text, text.plural) if text.plural else text.text
        known.add(message_id, context=text.context or None)
    if new:
        save(known, owner / CATALOGUE)
    return len(new), sorted(text for _context, text in have - set(used))


if __name__ == "__main__":
    for room in owners():
        added, unused = add_new(room)
        name = room.relative_to(SOURCE).as_posix()
        if added:
            print(f"{name}: {added} new")
        for text in unused:
            print(f"{name}: no longer used: {text!r}")
