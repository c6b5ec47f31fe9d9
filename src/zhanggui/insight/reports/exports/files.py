"""The four forms of a report as bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from zhanggui.insight.reports.contracts import Report
from zhanggui.insight.reports.exports import document, markdown, sheets

_MAKE: Final[dict[str, Callable[[Report], bytes]]] = {
    "html": lambda report: document.html(report).encode(),
    "md": lambda report: markdown.write(report).encode(),
    "xlsx": sheets.write,
    "pdf": document.pdf,
}
FORMS: Final = tuple(_MAKE)
TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def write(report: Report, form: str) -> bytes:
    """One of ``FORMS``, in the language at hand. Raises ``document.NoFont``."""
    return _MAKE[form](report)


def name(report: Report, form: str) -> str:
    """
    >>> from types import SimpleNamespace
    >>> name(SimpleNamespace(kind="daily", first="2026-11-11"), "pdf")  # type: ignore[arg-type]
    'report-daily-2026-11-11.pdf'
    """
    return f"report-{report.kind}-{report.first}.{form}"
