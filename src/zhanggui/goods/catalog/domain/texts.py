"""Titles and descriptions as they are kept: nothing invisible, nothing that runs, nothing without bound."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Final

LONGEST_TITLE: Final = 500
LONGEST_DESCRIPTION: Final = 200_000
_TAGS: Final = frozenset(
    {
        "a", "b", "blockquote", "br", "caption", "code", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
        "img", "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot",
        "th", "thead", "tr", "u", "ul",
    }
)  # fmt: skip
_VOID: Final = frozenset({"br", "hr", "img"})
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
#: Elements whose content goes with them.
_WHOLE: Final = frozenset(
    {
        "script", "style", "iframe", "object", "embed", "applet", "noscript", "template", "svg", "math", "form",
        "textarea", "select", "title",
    }
)  # fmt: skip
_SCHEMES: Final = ("https://", "http://", "/", "mailto:", "tel:", "#")


class BadText(ValueError):
    """A text that is refused; ``reason`` is a stable word with numbers."""

    def __init__(self, reason: str, **numbers: object) -> None:
        self.reason, self.numbers = reason, numbers
        super().__init__(f"{reason} {numbers}" if numbers else reason)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text that may be kept, and what was taken out of it, each once, in order of first sight."""

    text: str
    removed: tuple[str, ...] = ()


def visible(text: str) -> Cleaned:
    """Without control and format characters (zero-width joiners inside an emoji stay); blanks become single.

    >>> visible("防\\u200b晒  喷雾\\x07")
    Cleaned(text='防晒 喷雾', removed=('U+200B', 'U+0007'))
    """
    removed: dict[str, None] = {}
    kept: list[str] = []
    for n, char in enumerate(text):
        if char == "\u200d" and kept and unicodedata.category(kept[-1]) in {"So", "Sk", "Mn"} and n + 1 < len(text):
            kept.append(char)
            continue
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} and char not in "\t\r\n":
            removed[f"U+{ord(char):04X}"] = None
            continue
        kept.append(char)
    return Cleaned(" ".join("".join(kept).split()), tuple(removed))


def clean_title(text: str) -> Cleaned:
    """A title on one line. Raises :class:`BadText`: ``empty``, ``too_long`` (with the length)."""
    if len(text) > 20 * LONGEST_TITLE:
        raise BadText("too_long", length=len(text), longest=LONGEST_TITLE)
    cleaned = visible(text)
    if not cleaned.text:
        raise BadText("empty")
    if len(cleaned.text) > LONGEST_TITLE:
        raise BadText("too_long", length=len(cleaned.text), longest=LONGEST_TITLE)
    return cleaned


def clean_html(text: str) -> Cleaned:
    """A description in a small, safe set of tags; scripts, handlers, frames, foreign schemes are taken out and named.

    Raises :class:`BadText` ``too_long``.

    >>> clean_html('<p onclick="x()">好<script>alert(1)</script></p>')
    Cleaned(text='<p>好</p>', removed=('onclick', 'script'))
    """
    if len(text) > LONGEST_DESCRIPTION:
        raise BadText("too_long", length=len(text), longest=LONGEST_DESCRIPTION)
    reader = _Reader()
    reader.feed(text.replace("\x00", ""))
    reader.close()
    return Cleaned(reader.result(), tuple(reader.removed))


def plain(html: str) -> str:
    """The words of a description without its tags, for checks and searches."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.words).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.removed: dict[str, None] = {}
        self.open: list[str] = []
        self.skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipping or tag in _WHOLE:
            self.removed[tag] = None
            if tag in _WHOLE and tag != "embed":
                self.skipping.append(tag)
            return
        if tag not in _TAGS:
            self.removed[tag] = None
            return
        kept = []
        for name, value in attrs:
            if name not in _ATTRIBUTES.get(tag, ()):
                self.removed[name] = None
                continue
            value = "".join(c for c in value or "" if c.isprintable())
            if name in {"href", "src"} and not _safe(value):
                self.removed[f"{name}={value[:30]}"] = None
                continue
            kept.append(f' {name}="{escape(value, quote=True)}"')
        self.out.append(f"<{tag}{''.join(kept)}>")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _WHOLE:
            self.removed[tag] = None
            return
        self.handle_starttag(tag, attrs)
        if tag in self.open and tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.skipping:
            if tag in self.skipping:
                while self.skipping.pop() != tag:
                    pass
            return
        if tag in self.open:
            while True:
                inner = self.open.pop()
                self.out.append(f"</{inner}>")
                if inner == tag:
                    return

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.out.append(escape(data, quote=False))

    def handle_comment(self, data: str) -> None:
        self.removed["<!-- -->"] = None

    def unknown_decl(self, data: str) -> None:
        self.removed["<![ ]>"] = None

    def result(self) -> str:
        return "".join(self.out) + "".join(f"</{tag}>" for tag in reversed(self.open))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"b", "i", "em", "strong", "span", "a", "u", "s", "small", "sub", "sup"}:
            self.words.append(" ")


def _safe(address: str) -> bool:
    plain_form = "".join(address.split()).casefold()
    return plain_form.startswith(_SCHEMES) or (":" not in plain_form.split("/")[0])
