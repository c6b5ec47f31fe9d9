"""``zhanggui import`` and ``zhanggui export``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from zhanggui.kernel import records
from zhanggui.processes.importing.contracts import ImportResult
from zhanggui.processes.importing.operations import import_file
from zhanggui.processes.lake.operations import after_import_by_command

_IGNORED = {"manifest.json", "expected.json"}
#: Endings under which a folder is searched for tables; a file named on the command line is read whatever its name.
_TABLES = frozenset(
    {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsb", ".ods", ".json", ".html", ".htm", ".zip", ".gz", ".parquet"}
)


def files_below(paths: list[Path]) -> Iterator[tuple[Path, str | None, str | None]]:
    """(file, shop name, channel) of everything to import.

    A folder is walked for tables; other files are named and left out. A file in one of its sub-folders belongs to the
    shop named by that sub-folder, where ``taobao-My shop`` names channel and shop.
    """
    for path in paths:
        if not path.is_dir():
            yield path, None, None
            continue
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            if file.name.lower() in _IGNORED or file.name.startswith((".", "~$")):
                continue
            if file.suffix.lower() not in _TABLES:
                typer.echo(_("Left out, not a table: %(path)s") % {"path": file}, err=True)
                continue
            inside = file.relative_to(path).parts
            folder = inside[0] if len(inside) > 1 else path.name
            channel, _dash, shop = folder.partition("-")
            if channel in records.CHANNELS and shop:
                yield file, shop, channel
            else:
                yield file, inside[0] if len(inside) > 1 else None, None


def import_command(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders to import.")],
    shop: Annotated[str | None, typer.Option(help="The shop the files belong to.")] = None,
    channel: Annotated[str | None, typer.Option(help=f"One of: {', '.join(records.CHANNELS)}.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list of results.")] = False,
) -> None:
    """Take in export files of any channel."""
    console = Console(stderr=True)
    if channel is not None and channel not in records.CHANNELS:
        raise typer.BadParameter(_("Unknown channel “%(name)s”.") % {"name": channel}, param_hint="--channel")
    missing = [p for p in paths if not p.exists()]
    if missing:
        raise typer.BadParameter(_("There is no file “%(name)s”.") % {"name": missing[0]}, param_hint="PATH")
    results: list[ImportResult] = []
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=as_json or not sys.stderr.isatty(),
        transient=True,
    ) as bar:
        for file, folder_shop, folder_channel in files_below(paths):
            task = bar.add_task(file.name, total=None)

            def show(step: str, done: int, total: int | None, task: int = task) -> None:
                bar.update(task, completed=done, total=total)  # type: ignore[arg-type]

            results.append(
                import_file(
                    path=file,
                    shop_name=shop or folder_shop,
                    channel=channel or folder_channel,
                    dry_run=dry_run,
                    progress=show,
                )
            )
            bar.remove_task(task)
        troubles = _refresh_lake(bar) if not dry_run and any(r.error is None for r in results) else None
    if troubles:
        typer.echo(troubles, err=True)
    if as_json:
        sys.stdout.write(json.dumps([r.as_json() for r in results], ensure_ascii=False, indent=2) + "\n")
    else:
        _print(results)
    if any(r.error for r in results) or not results:
        raise typer.Exit(1)


def _refresh_lake(bar: Progress) -> str | None:
    """Bring the numbers up to the books; a sentence when that fails."""
    task = bar.add_task(_("Bringing the numbers up to date"), total=None)

    def show(done: int, total: int, table: str, month: date | None) -> None:
        bar.update(task, completed=done, total=total)

    return after_import_by_command(progress=show)


def _print(results: list[ImportResult]) -> None:
    console = Console()
    chinese = (get_language() or "").startswith("zh")
    table = Table(box=None, pad_edge=False)
    heads = (
        _("File"),
        _("Shop"),
        _("Rows"),
        _("Taken"),
        _("Refused"),
        _("Known"),
        _("New"),
        _("Updated"),
        _("Time"),
    )
    for i, head in enumerate(heads):
        table.add_column(head, justify="left" if i < 2 else "right", overflow="fold")
    for r in results:
        if r.error is None:
            new = r.orders_new + r.visits_new + r.ads_new
            updated = r.orders_updated + r.visits_updated + r.ads_updated
            numbers = (r.rows_read, r.accepted, r.rejected, r.duplicates, new, updated)
            table.add_row(r.file, r.shop, *(f"{n:,}" for n in numbers), f"{r.seconds:.1f} s")
    if table.rows:
        console.print(table)
    for r in results:
        if r.error is not None:
            console.print(f"✗ {r.error['zh' if chinese else 'en']}", style="red", markup=False)
        elif r.rejects_file:
            text = _("%(name)s: %(count)d rows refused, listed in %(path)s")
            console.print(text % {"name": r.file, "count": r.rejected, "path": r.rejects_file}, markup=False)
        if r.notice is not None:
            console.print(r.notice["zh" if chinese else "en"], markup=False)
        if r.residuals_total:
            text = _("%(name)s: %(count)d amounts do not add up; see the file's page.")
            console.print(text % {"name": r.file, "count": r.residuals_total}, style="yellow", markup=False)


def export_command(
    table: Annotated[str, typer.Argument(help="orders | lines | refunds | settlement | visits | ads")],
    out: Annotated[Path, typer.Option("--out", help="FILE.csv, FILE.parquet or FILE.xlsx")],
    shop: Annotated[str | None, typer.Option(help="Only this shop.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write orders, lines, refunds, settlement, visits or ads in canonical columns (money in minor units)."""
    from zhanggui.processes.exporting import ExportFailed, export_table

    try:
        written = export_table(table=table, out=out, shop_name=shop)
    except ExportFailed as error:
        raise typer.BadParameter(str(error)) from error
    if as_json:
        sys.stdout.write(json.dumps(written, ensure_ascii=False) + "\n")
    else:
        Console().print(
            _("%(rows)s rows written to %(path)s") % {"rows": f"{written['rows']:,}", "path": written["file"]},
            markup=False,
        )
