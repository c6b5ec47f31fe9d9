"""``zhanggui forecast``: quantiles of many series, from anybody's table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from zhanggui.insight.forecasting.domain.policy import Outlook
from zhanggui.insight.forecasting.queries import outlook_of
from zhanggui.insight.forecasting.reading import BadTable, Given, read


def forecast_command(
    series: Annotated[Path, typer.Option(help="FILE.csv or .parquet: unique_id, ds, y.", exists=True, dir_okay=False)],
    horizon: Annotated[int, typer.Option(min=1, max=1000, help="Steps ahead.")],
    out: Annotated[Path | None, typer.Option(help="Write the forecast to this .parquet or .csv file.")] = None,
    freq: Annotated[str, typer.Option(help="Length of a step: D, W, MS or QS.")] = "D",
    quantiles: Annotated[str, typer.Option(help="Levels between 0 and 1, with commas.")] = "0.1,0.5,0.9",
    known: Annotated[str, typer.Option(help="Columns that are known ahead, with commas.")] = "",
    future: Annotated[
        Path | None, typer.Option(help="FILE with unique_id, ds and the known columns.", exists=True, dir_okay=False)
    ] = None,
    censored: Annotated[
        str | None, typer.Option(help="Column that is true where stock cut demand off; such a y is not believed.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False,
) -> None:
    """Forecast every series of a table: mean, quantiles and the method, chosen by forecasts tried on the past."""
    levels = _levels(quantiles)
    names = tuple(part.strip() for part in known.split(",") if part.strip())
    if future is not None and not names:
        raise typer.BadParameter(_("names a file, but no column is named in --known"), param_hint="--future")
    if out is not None and out.suffix.lower() not in {".parquet", ".csv"}:
        raise typer.BadParameter(_("must end in .parquet or .csv"), param_hint="--out")
    try:
        given = read(series, freq=freq, horizon=horizon, known=names, future=future, censored=censored)
    except BadTable as error:
        raise error.spoken(_) from None
    found = outlook_of(given.panel, [level for _text, level in levels])
    frame = table_of(given, found, [text for text, _level in levels])
    if out is not None:
        frame.write_parquet(out) if out.suffix.lower() == ".parquet" else frame.write_csv(out)
    remarks = [_(text) % values for text, values in given.remarks]
    done = {
        "series": len(given.panel.ids),
        "rows": frame.height,
        "windows": found.windows,
        "error": found.error,
        "seasonal_naive_error": found.naive_error,
        "worse_than_best": found.worse,
        "remarks": remarks,
        "out": str(out) if out else None,
    }
    if as_json:
        typer.echo(json.dumps(done if out else {**done, "forecast": _plain(frame)}, ensure_ascii=False))
        return
    for line in remarks:
        typer.echo(line, err=True)
    if out is None:
        _print(frame)
    if found.error is not None and found.naive_error is not None:
        line = _(
            "Tried on the past %(windows)s times: error %(error).3f, seasonal naive %(naive).3f (in typical steps)."
        )
        typer.echo(line % {"windows": found.windows, "error": found.error, "naive": found.naive_error})
    else:
        typer.echo(_("The series are too short to try the forecast on their past."))


def table_of(given: Given, found: Outlook, levels: list[str]) -> pl.DataFrame:
    """One row per series and step: ``unique_id, ds, mean, q…, model``; a series without a value has nulls."""
    horizon = found.mean.shape[1]
    columns: dict[str, object] = {
        "unique_id": [i for i in given.panel.ids for _step in range(horizon)],
        "ds": given.ahead.ravel(),
        "mean": found.mean.ravel(),
    }
    columns |= {f"q{text}": found.quantiles[k].ravel() for k, text in enumerate(levels)}
    columns["model"] = [m for m in found.model for _step in range(horizon)]
    return pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))


def _levels(text: str) -> list[tuple[str, float]]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    try:
        levels = sorted({(part, float(part)) for part in parts}, key=lambda pair: pair[1])
    except ValueError:
        levels = []
    if not levels or not all(0 < level < 1 for _part, level in levels):
        raise typer.BadParameter(_("must be numbers between 0 and 1, with commas"), param_hint="--quantiles")
    return levels


def _plain(frame: pl.DataFrame) -> list[dict[str, object]]:
    return frame.with_columns(pl.col("ds").cast(pl.String)).to_dicts()


def _print(frame: pl.DataFrame) -> None:
    table = Table()
    for column in frame.columns:
        table.add_column(column, justify="left" if column in {"unique_id", "ds", "model"} else "right")
    for row in frame.head(200).iter_rows():
        table.add_row(*("—" if v is None else f"{v:,.2f}" if isinstance(v, float) else str(v) for v in row))
    Console().print(table)
