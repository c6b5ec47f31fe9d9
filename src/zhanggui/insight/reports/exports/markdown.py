"""A report as Markdown."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from zhanggui.insight.reports.contracts import Report
from zhanggui.insight.reports.exports import page
from zhanggui.insight.reports.exports.page import Line, Part

_MARKUP = re.compile(r"([\\`*_\[\]<>|#])")


def write(report: Report) -> str:
    """The five parts under their heads, in the language at hand."""
    view, heads = page.view(report), page.heads()
    about = _("As of %(moment)s · days of %(zones)s") % {"moment": view.as_of, "zones": view.zones}
    out = [f"# {view.title}", "", _plain(view.shops), "", about, "", f"## {heads['overview']}", ""]
    for book in view.books:
        out += [f"| {_('Number')} | {book.currency} | {_plain(view.compared)} | {_('change')} |", "|---|--:|--:|--:|"]
        for t in book.tiles:
            star = " \\*" if t.incomplete else ""
            out.append(f"| {_plain(t.name)} | {t.value}{star} | {t.before} | {t.change_text} |")
        out.append("")
    out += [f"- {_plain(text)}" for text in (*view.missing, *view.notes)]
    out += ["", f"## {heads['findings']}", ""]
    out += [f"{line.finding}. {_line(line)}" for line in view.findings] or [_("None.")]
    out += ["", f"## {heads['analysis']}", ""]
    for book in view.books:
        if book.change:
            out += [
                _("Paid amount (%(currency)s): %(change)s") % {"currency": book.currency, "change": book.change},
                "",
            ]
        out += [*_table(_("By factor"), book.by_factor), *_table(_("By channel"), book.by_channel)]
        out += [_plain(text) for text in book.why]
    out += ["", f"## {heads['advice']}", ""]
    out += [f"- {_ref(line)}{_line(line)}" for line in view.advice] or [_("None.")]
    out += ["", f"## {heads['plan']}", ""]
    if view.actions:
        out += [f"| {_('Who')} | {_('Due by')} | {_('What')} |", "|---|---|---|"]
        out += [f"| {_plain(a.who)} | {a.due} | {_ref(a)}{_line(a)} |" for a in view.actions]
    else:
        out.append(_("None."))
    return "\n".join(out) + "\n"


def _table(head: str, parts: tuple[Part, ...]) -> list[str]:
    if not parts:
        return []
    return [f"| {head} | {_('Effect')} |", "|---|--:|", *(f"| {_plain(p.name)} | {p.amount} |" for p in parts), ""]


def _ref(line: Line) -> str:
    return _("(finding %(n)s) ") % {"n": line.finding} if line.finding else ""


def _line(line: Line) -> str:
    return _plain("".join(p.text for p in line.pieces))


def _plain(text: str) -> str:
    """Names of shops and goods say what they say, whatever signs are in them."""
    return _MARKUP.sub(r"\\\1", text)
