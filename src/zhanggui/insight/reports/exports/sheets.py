"""A report as a workbook: one sheet per part, numbers as numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from zhanggui.foundation.accounts.labels import ROLE_NAMES
from zhanggui.insight.reports.contracts import Number, Report
from zhanggui.insight.reports.exports import page, words
from zhanggui.kernel.money import exponent


def write(report: Report) -> bytes:
    """The bytes of an xlsx file. Amounts in major units; a percentage is a ratio shown as one; unknown is empty."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": words.title(report), "created": report.as_of.replace(tzinfo=None)} if report.as_of else {}
    )
    writer = _Writer(book)
    heads = page.heads()
    writer.sheet(heads["overview"], _overview(report))
    writer.sheet(heads["findings"], _findings(report))
    writer.sheet(heads["analysis"], _analysis(report))
    writer.sheet(heads["advice"], _advice(report))
    writer.sheet(heads["plan"], _plan(report))
    book.close()
    return sink.getvalue()


def _overview(report: Report) -> list[list[Any]]:
    rows: list[list[Any]] = [[words.title(report)], [", ".join(s.name for s in report.shops)], []]
    rows.append([_("Metric"), _("Number"), _("Unit"), _("Now"), words.compared(report), _("change")])
    for book in report.books:
        for t in book.tiles:
            change = Number(t.change, "points" if t.points else "percent")
            rows.append([t.metric, words.metric_name(t.metric), t.now.currency or t.now.unit, t.now, t.before, change])
    return [*rows, [], *([words.text(s)] for s in (*report.missing, *report.notes))]


def _findings(report: Report) -> list[list[Any]]:
    rows: list[list[Any]] = [[
        _("No."), _("Finding"), _("Metric"), _("From"), _("To"), _("Now"), _("Usual"), _("change"), _("Money at stake"),
        _("Currency"),
    ]]  # fmt: skip
    for n, found in enumerate(report.findings, 1):
        parts = found.sentence.parts
        now = parts["now"]
        if isinstance(now, Number) and now.first and now.last:
            rows.append([
                n, words.text(found.sentence), now.metric, now.first.isoformat(), now.last.isoformat(), now,
                parts["usual"], parts["change"], found.stake, found.stake.currency,
            ])  # fmt: skip
    return rows if report.findings else [*rows, ["", _("None.")]]


def _analysis(report: Report) -> list[list[Any]]:
    rows: list[list[Any]] = [[_("Cut"), _("Part"), _("Effect"), _("Currency")]]
    for book in report.books:
        if book.change:
            rows.append([_("Paid amount"), words.compared(report), book.change, book.currency])
        rows += [[_("By factor"), words.word(e.name), e.amount, book.currency] for e in book.by_factor]
        rows += [[_("By channel"), words.word(e.name), e.amount, book.currency] for e in book.by_channel]
        rows += [["", words.text(s)] for s in book.why]
    return rows


def _advice(report: Report) -> list[list[Any]]:
    rows: list[list[Any]] = [[_("Finding no."), _("Advice")]]
    return rows + [[a.finding or "", words.text(a.sentence)] for a in report.advice]


def _plan(report: Report) -> list[list[Any]]:
    rows: list[list[Any]] = [[_("Finding no."), _("Who"), _("Due by"), _("What")]]
    return rows + [
        [a.finding or "", str(ROLE_NAMES[a.role]), a.due.isoformat(), words.text(a.sentence)] for a in report.actions
    ]


class _Writer:
    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True})
        self.formats: dict[str, Any] = {}

    def sheet(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        sheet = self.book.add_worksheet(name)
        widths: dict[int, int] = {}
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, Number):
                    self._number(sheet, r, c, value)
                elif isinstance(value, int):
                    sheet.write_number(r, c, value)
                elif value:
                    sheet.write_string(r, c, str(value), self.bold if r == 0 else None)
                if len(row) > 1:
                    widths[c] = max(widths.get(c, 8), min(60, 2 * len(str(value)) if isinstance(value, str) else 14))
        for c, width in widths.items():
            sheet.set_column(c, c, width)

    def _number(self, sheet: Any, r: int, c: int, n: Number) -> None:
        if n.value is None:
            return
        value, pattern = Decimal(n.value), "#,##0"
        if n.unit == "money":
            digits = exponent(n.currency)
            value, pattern = value.scaleb(-digits), "#,##0" + ("." + "0" * digits if digits else "")
        elif n.unit in ("percent", "points"):
            pattern = "0.00%"
        elif n.unit == "times":
            pattern = "0.00"
        if pattern not in self.formats:
            self.formats[pattern] = self.book.add_format({"num_format": pattern})
        sheet.write_number(r, c, value, self.formats[pattern])
