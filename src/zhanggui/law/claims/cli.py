"""``zhanggui check-text``: what may not be said, line by line."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from zhanggui.law.claims import queries
from zhanggui.law.claims.contracts import KINDS, AllowEntry, UnknownName, Verdict
from zhanggui.law.claims.domain.categories import known_category, known_channel

_ENCODINGS = ("utf-8-sig", "gb18030")


def check_text_command(
    file: Annotated[str, typer.Option("--file", "-f", help="Text file, .csv, or - for stdin.")],
    category: Annotated[str | None, typer.Option(help="Category of the goods, e.g. food, 化妆品.")] = None,
    channel: Annotated[str | None, typer.Option(help="Where it will stand, e.g. taobao, xiaohongshu.")] = None,
    on: Annotated[
        str | None, typer.Option("--date", help="Day whose law is asked, YYYY-MM-DD; today when left out.")
    ] = None,
    column: Annotated[str | None, typer.Option(help="Column of a .csv file with the texts.")] = None,
    kind: Annotated[str, typer.Option(help="What the text is: ad, chat, notice, label.")] = "ad",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per text.")] = False,
) -> None:
    """Check texts against advertising, price, fair-trade and privacy law: span, class, step, basis, suggestion."""
    if kind not in KINDS:
        raise typer.BadParameter(_("must be one of: %(list)s") % {"list": ", ".join(KINDS)}, param_hint="--kind")
    for value, known, hint in ((category, known_category, "--category"), (channel, known_channel, "--channel")):
        try:
            known(value)
        except UnknownName as error:
            raise typer.BadParameter(queries.explained(error), param_hint=hint) from None
    day = _day(on)
    texts = _texts(file, column)
    allow = _allowed(day)
    for start in range(0, len(texts), 2000):
        batch = texts[start : start + 2000]
        verdicts = queries.check_many(batch, category=category, channel=channel, on=day, kind=kind, allow=allow)
        for i, verdict in enumerate(verdicts, start + 1):
            if as_json:
                typer.echo(json.dumps(verdict.as_json(), ensure_ascii=False))
            else:
                _print(i, verdict)


def _day(text: str | None) -> date:
    if not text:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(_("must be a day like 2026-11-24"), param_hint="--date") from None


def _allowed(day: date) -> list[AllowEntry]:
    """The stored allow-list, or none of it when this machine has no home yet."""
    try:
        return queries.allowed(day)
    except DatabaseError:
        print(_("No home here: the allow-list was not read."), file=sys.stderr)
        return []


def _texts(file: str, column: str | None) -> list[str]:
    if file == "-":
        data = sys.stdin.buffer.read()
    else:
        path = Path(file)
        if not path.is_file():
            raise typer.BadParameter(_("There is no such file: %(file)s") % {"file": file}, param_hint="--file")
        data = path.read_bytes()
    text = _decoded(data)
    if column is None and not file.lower().endswith(".csv"):
        return [line for line in (raw.rstrip("\r") for raw in text.split("\n")) if line.strip()]
    csv.field_size_limit(10_000_000)
    reader = csv.DictReader(io.StringIO(text.replace("\x00", " "), newline=""))
    names = [name for name in (reader.fieldnames or []) if name]
    wanted = column or (names[0] if len(names) == 1 else next((n for n in names if n in {"text", "title", "标题"}), ""))
    if wanted not in names:
        raise typer.BadParameter(
            _("Name the column with --column; the file has: %(list)s") % {"list": ", ".join(names) or "—"},
            param_hint="--column",
        )
    return [value for row in reader if (value := row.get(wanted) or "").strip()]


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace")


def _print(number: int, verdict: Verdict) -> None:
    words = {"violation": _("violation"), "review": _("review"), "ok": _("ok")}
    typer.echo(f"{number}\t{words[verdict.verdict]}\t{verdict.text[:80]}")
    for one in verdict.findings:
        allowed = ""
        if one.allowed:
            allowed = _(" (allowed by %(owner)s until %(day)s)") % {
                "owner": one.allowed.owner,
                "day": one.allowed.expires_on,
            }
        typer.echo(
            f"\t[{one.start},{one.end}) {one.text} · {one.category} · {one.basis.law}{one.basis.article}{allowed}"
        )
        typer.echo(f"\t→ {one.suggestion}")
