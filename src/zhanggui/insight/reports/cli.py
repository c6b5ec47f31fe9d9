"""``zhanggui report``: write a daily, weekly or monthly report to a file."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone
from django.utils.translation import gettext as _

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.insight.metrics.domain.errors import ShopNotVisible
from zhanggui.insight.reports import operations, queries
from zhanggui.insight.reports.contracts import Kind
from zhanggui.insight.reports.domain import periods
from zhanggui.insight.reports.domain.codec import to_plain
from zhanggui.insight.reports.exports import files, markdown, words


class Period(StrEnum):
    daily = "daily"
    weekly = "weekly"
    monthly = "monthly"


class Form(StrEnum):
    html = "html"
    md = "md"
    xlsx = "xlsx"
    pdf = "pdf"


def report_command(
    kind: Annotated[Period, typer.Argument(help="daily, weekly or monthly.")],
    day: Annotated[
        str, typer.Option("--date", help="A day of the period; the newest that is over when left out.")
    ] = "",
    shop: Annotated[
        list[str] | None, typer.Option(help="Name or id of a shop; again for more, all when left out.")
    ] = None,
    form: Annotated[
        Form | None, typer.Option("--format", help="html, md, xlsx or pdf; else by the file's name.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the report to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON document.")] = False,
) -> None:
    """Write a report: overview, key findings, problem analysis, advice, action plan. It is kept as a new version."""
    period: Kind = kind.value
    written = _form(form, out)
    try:
        on = date.fromisoformat(day) if day else periods.newest(period, timezone.localdate())
    except ValueError:
        raise typer.BadParameter(_("must be a day such as 2026-11-01"), param_hint="--date") from None
    try:
        made = operations.make(kind=period, day=on, shop_ids=_shops(shop or []))
    except queries.CannotMeasure as error:
        raise error.spoken(_) from None
    if out is not None:
        _write(out, files.write(made.report, written))
    if as_json:
        sentences = [words.text(f.sentence) for f in made.report.findings]
        told = {"id": made.id, "version": made.version, "file": str(out) if out else None, "sentences": sentences}
        typer.echo(json.dumps({**told, "report": to_plain(made.report)}, ensure_ascii=False, indent=2))
    elif out is None:
        typer.echo(markdown.write(made.report))
    else:
        values = {"title": words.title(made.report), "n": len(made.report.findings), "file": out}
        typer.echo(_("%(title)s: %(n)s findings, written to %(file)s.") % values)


def _form(form: Form | None, out: Path | None) -> str:
    if form is not None:
        if out is None and form is not Form.md:
            raise typer.BadParameter(_("needs a file to write to"), param_hint="--format")
        return form.value
    ending = out.suffix.lstrip(".").lower() if out is not None else "md"
    if ending not in files.FORMS:
        raise typer.BadParameter(_("must end in .html, .md, .xlsx or .pdf"), param_hint="--out")
    return ending


def _shops(wanted: list[str]) -> frozenset[int]:
    active = accounts.shops()
    if not wanted:
        return frozenset(s.id for s in active)
    every = accounts.shops(include_inactive=True)
    by_name = {s.name: s.id for s in every} | {str(s.id): s.id for s in every}
    for text in wanted:
        if text not in by_name:
            raise ShopNotVisible(shop=text)
    return frozenset(by_name[text] for text in wanted)


def _write(out: Path, content: bytes) -> None:
    """The file appears whole or not at all."""
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=".report-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
