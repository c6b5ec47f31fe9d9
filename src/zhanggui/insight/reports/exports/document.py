"""A report as one HTML file that asks nobody for anything, and as PDF made from it."""

from __future__ import annotations

from typing import Any, Never
from unicodedata import category

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from zhanggui.insight.reports.contracts import Report
from zhanggui.insight.reports.exports import page


class NoFont(RuntimeError):
    """The system has no font that holds every character of the report."""


def html(report: Report) -> str:
    """A whole HTML document in the language at hand."""
    return render_to_string("reports/document.html", {"view": page.view(report), "heads": page.heads()})


def pdf(report: Report) -> bytes:
    """PDF with embedded fonts of this system. Raises :class:`NoFont` rather than writing boxes for Chinese."""
    from weasyprint import HTML  # type: ignore[import-untyped]

    missing: set[str] = set()

    def look(document: Any, _pdf: Any) -> None:
        for font in document.fonts.values():
            missing.update(chr(c) for c in font.missing)

    made = HTML(string=html(report), url_fetcher=_refuse).write_pdf(finisher=look, pdf_variant=None)
    absent = sorted(c for c in missing if not c.isspace() and category(c) not in ("Cc", "Cf"))
    if absent:
        raise NoFont(
            _("No font on this system holds “%(characters)s”; install a Chinese one, such as fonts-wqy-zenhei.")
            % {"characters": "".join(absent[:10])}
        )
    return bytes(made)


def _refuse(url: str, *_arguments: object, **_more: object) -> Never:
    raise ValueError(f"a report asks no address: {url}")
