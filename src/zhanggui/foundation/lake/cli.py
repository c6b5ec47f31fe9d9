"""``zhanggui lake …``: how far the lake is, refresh, compare, rebuild."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from zhanggui.foundation.lake import operations, queries
from zhanggui.foundation.lake.contracts import Refreshed, TableState
from zhanggui.foundation.lake.domain.months import month_named, name_of
from zhanggui.foundation.lake.operations.refreshing import Progress as Step

app = typer.Typer(no_args_is_help=True, help="The facts copied for analysis: state, refresh, compare, rebuild.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]
Tables = Annotated[list[str] | None, typer.Option("--table", help="Only this table; may be given several times.")]


@app.command()
def status(as_json: AsJson = False) -> None:
    """What lies in the lake and which months wait to be written."""
    states = queries.snapshot().tables.values()
    if as_json:
        typer.echo(json.dumps({"tables": [_state(s) for s in states]}))
        return
    table = Table(box=None, pad_edge=False)
    for i, head in enumerate((_("Table"), _("Rows"), _("Months"), _("Bytes"), _("Up to"), _("Waiting"))):
        table.add_column(head, justify="right" if i in (1, 2, 3) else "left", overflow="fold")
    for state in states:
        size = sum(f.bytes for f in state.files)
        as_of = f"{state.as_of:%Y-%m-%d %H:%M:%S} UTC" if state.as_of else "—"
        waits = ", ".join(sorted(name_of(m) for m in state.stale))
        table.add_row(state.table.name, f"{state.rows:,}", f"{len(state.files):,}", f"{size:,}", as_of, waits)
    Console().print(table)


@app.command()
def refresh(tables: Tables = None, as_json: AsJson = False) -> None:
    """Write the months that wait; leave all others alone."""
    with _progress(as_json) as step:
        done = operations.refresh(tables=tables, progress=step)
    _say(done, as_json)


@app.command()
def rebuild(tables: Tables = None, as_json: AsJson = False) -> None:
    """Write every month anew from the ledgers."""
    with _progress(as_json) as step:
        done = operations.rebuild(tables=tables, progress=step)
    _say(done, as_json)


@app.command()
def verify(
    tables: Tables = None,
    month: Annotated[list[str] | None, typer.Option(help="Only this month, YYYY-MM, or undated.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare lake and ledgers row by row; ends with code 1 when they differ."""
    with _progress(as_json) as step:
        found = operations.verify(tables=tables, months=_months(month), progress=step)
    if as_json:
        document: dict[str, Any] = {
            "months": found.months,
            "rows": found.rows,
            "waiting": [{"table": table, "month": name_of(m)} for table, m in found.waiting],
            "differences": [{**asdict(d), "month": name_of(d.month)} for d in found.differences],
        }
        typer.echo(json.dumps(document))
    else:
        typer.echo(
            _("%(months)d months with %(rows)s rows compared, %(count)d differences.")
            % {"months": found.months, "rows": f"{found.rows:,}", "count": len(found.differences)}
        )
        for table, m in found.waiting:
            typer.echo(_("%(table)s %(month)s waits to be written.") % {"table": table, "month": name_of(m)})
        for d in found.differences:
            typer.echo(
                _("%(table)s %(month)s, shop %(shop)d, %(column)s: lake %(lake)s, ledger %(ledger)s")
                % {**asdict(d), "month": name_of(d.month), "shop": d.shop_id}
            )
    if found.differences:
        raise typer.Exit(1)


def _months(names: list[str] | None) -> list[date | None] | None:
    try:
        return [month_named(name) for name in names] if names else None
    except ValueError as error:
        raise typer.BadParameter(_("write a month as YYYY-MM, or undated"), param_hint="--month") from error


def _state(state: TableState) -> dict[str, Any]:
    return {
        "table": state.table.name,
        "rows": state.rows,
        "bytes": sum(f.bytes for f in state.files),
        "as_of": state.as_of.isoformat() if state.as_of else None,
        "months": [
            {"month": name_of(f.month), "rows": f.rows, "bytes": f.bytes, "id": f.content_id} for f in state.files
        ],
        "waiting": [
            {"month": name_of(m), "shops": sorted(shops)}
            for m, shops in sorted(state.stale.items(), key=lambda item: name_of(item[0]))
        ],
    }


def _say(done: Refreshed, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(done)))
        return
    typer.echo(
        _("%(months)d months written: %(read)s rows read from the ledgers, %(copied)s copied, in %(seconds).1f s.")
        % {"months": done.partitions, "read": f"{done.read:,}", "copied": f"{done.copied:,}", "seconds": done.seconds}
    )


@contextmanager
def _progress(as_json: bool) -> Iterator[Step]:
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        disable=as_json or not sys.stderr.isatty(),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)

        def step(done: int, total: int, table: str, month: date | None) -> None:
            bar.update(task, completed=done, total=total, description=f"{table} {name_of(month)}")

        yield step
