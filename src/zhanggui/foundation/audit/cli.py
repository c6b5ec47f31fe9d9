"""``zhanggui audit …``: prove the log whole, or write it out."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.console import Console

from zhanggui.foundation.audit import queries
from zhanggui.foundation.audit.contracts import Filter

app = typer.Typer(no_args_is_help=True, help="The append-only log of who did what.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]


def _anchor(text: str) -> tuple[int, str]:
    seq, _sep, digest = text.partition(":")
    if not seq.isdigit() or len(digest) != 64:
        raise typer.BadParameter(f"{text!r} is not NUMBER:HASH as verify prints it")
    return int(seq), digest.lower()


@app.command()
def verify(
    anchor: Annotated[list[str] | None, typer.Option(help="NUMBER:HASH noted down earlier; repeatable.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check every record against the hash chain. Exit code 1 when anything was changed, removed or reordered."""
    anchors = [_anchor(a) for a in anchor or ()]
    found = queries.verify(anchors=anchors)
    head = queries.head()
    if as_json:
        typer.echo(
            json.dumps(
                {"whole": not found, "records": head.seq, "head": head.hash, "breaks": [asdict(b) for b in found]}
            )
        )
    elif found:
        err = Console(stderr=True)
        err.print(f"[red]✘[/red] {_('The audit log does not hold:')}")
        for item in found:
            err.print(f"  {item.seq}: {item.message}", markup=False)
    else:
        Console().print(
            f"[green]✔[/green] {_('The audit log is whole. Note this end of the chain:')} {head.seq}:{head.hash}",
            soft_wrap=True,
        )
    if found:
        raise typer.Exit(1)


@app.command("list")
def list_entries(
    action: Annotated[str | None, typer.Option(help="Beginning of an action, e.g. role.")] = None,
    subject: Annotated[str | None, typer.Option(help="Fragment of a subject, e.g. user:7.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The newest records."""
    found = queries.entries(Filter(action=action, subject=subject), limit=limit)
    if as_json:
        typer.echo(json.dumps([asdict(e) for e in found], ensure_ascii=False, default=str))
        return
    for entry in found:
        detail = json.dumps(entry.detail, ensure_ascii=False)
        when = f"{entry.at:%Y-%m-%d %H:%M:%S}Z"
        typer.echo(f"{entry.seq}  {when}  {entry.actor_id or '–'}  {entry.action}  {entry.subject}  {detail}")


@app.command()
def export(
    out: Annotated[Path | None, typer.Argument(help="File to write; standard output when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write every record as JSON lines, oldest first."""
    count = 0
    if out is None:
        for line in queries.export_lines():
            sys.stdout.write(line)
        return
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for line in queries.export_lines():
            file.write(line)
            count += 1
    typer.echo(json.dumps({"records": count, "file": str(out)}) if as_json else f"{count} → {out}")
