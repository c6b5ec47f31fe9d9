"""``zhanggui sample``: writes the exports of a simulated merchant."""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from zhanggui.trade.channels.sample import bulk, generate, problems


def _progress(enabled: bool) -> generate.Report | None:
    if not enabled or not sys.stderr.isatty():
        return None

    def report(shop: str, done: int, total: int) -> None:
        typer.echo(f"\r{shop}: {done}/{total}", nl=False, err=True)

    return report


def sample_command(
    directory: Annotated[Path, typer.Argument(help="Folder to write into; one folder per shop is made in it.")],
    seed: Annotated[int, typer.Option(help="The same seed always writes the same bytes.")] = 1,
    days: Annotated[
        int | None, typer.Option(min=1, help="Days simulated, the end date being the last: 14, with problems 42.")
    ] = None,
    orders: Annotated[
        int | None, typer.Option(min=1, help="Orders per channel (with --bulk: lines): 200, with problems 2000.")
    ] = None,
    channels: Annotated[str, typer.Option(help="Channel codes separated by commas; all channels when left out.")] = "",
    end_date: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD.")] = generate.END_DATE.isoformat(),
    bulk_list: Annotated[
        bool, typer.Option("--bulk", help="Only one Taobao item list with exactly --orders lines, for benchmarks.")
    ] = False,
    with_problems: Annotated[
        bool, typer.Option("--with-problems", help="Plant known problems and tell them in problems.json.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Write realistic export files of every channel, with the totals they must add up to."""
    try:
        end = date.fromisoformat(end_date)
    except ValueError as error:
        raise typer.BadParameter(
            f"{end_date!r} is not a date of the form YYYY-MM-DD", param_hint="--end-date"
        ) from error
    chosen = [channel.strip() for channel in channels.split(",") if channel.strip()]
    if unknown := [channel for channel in chosen if channel not in generate.LAYOUTS]:
        known = ", ".join(generate.LAYOUTS)
        raise typer.BadParameter(f"unknown: {', '.join(unknown)}; known: {known}", param_hint="--channels")
    if bulk_list and chosen not in ([], ["taobao"]):
        raise typer.BadParameter("--bulk writes Taobao files only", param_hint="--channels")
    days = days or (problems.LEAST_DAYS if with_problems else 14)
    orders = orders or (2000 if with_problems else 200)
    if with_problems and (bulk_list or days < problems.LEAST_DAYS or orders < problems.LEAST_ORDERS):
        raise typer.BadParameter(
            f"needs at least {problems.LEAST_DAYS} days and {problems.LEAST_ORDERS} orders, and no --bulk",
            param_hint="--with-problems",
        )
    started = time.perf_counter()
    report = _progress(not as_json)
    if bulk_list:
        result = bulk.write_item_list(directory, seed=seed, lines=orders, days=days, end=end, report=report)
    else:
        result = generate.write_all(
            directory,
            seed=seed,
            days=days,
            orders=orders,
            channels=chosen or None,
            end=end,
            report=report,
            problems=with_problems,
        )
    seconds = round(time.perf_counter() - started, 2)
    if report:
        typer.echo("\r", nl=False, err=True)
    if as_json:
        found = {"directory": str(directory), "files": result.files, "rows": result.rows, "seconds": seconds}
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        shops = len(result.manifest["shops"])
        typer.echo(f"{result.files} files of {shops} shops, {result.rows} rows, in {directory} ({seconds} s)")
