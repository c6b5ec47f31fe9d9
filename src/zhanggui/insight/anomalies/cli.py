"""``zhanggui anomalies``: which values of a series are unusual."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.table import Table

from zhanggui.insight.anomalies.contracts import Judged, Rhythm
from zhanggui.insight.anomalies.domain.clock import steps
from zhanggui.insight.anomalies.domain.detect import ALARMS_PER_MONTH, detect
from zhanggui.insight.anomalies.reading import BadSeries, Series, read

_COLUMNS = ("ds", "y", "expected", "low", "high", "score", "anomaly", "note")


def anomalies_command(
    series: Annotated[Path, typer.Option(help="FILE.csv with the columns ds and y.", exists=True, dir_okay=False)],
    season: Annotated[
        str, typer.Option(help="Steps after which it repeats, e.g. 7 or 24,168; found when left out.")
    ] = "",
    alarms: Annotated[float, typer.Option(help="False alarms a month you accept.")] = ALARMS_PER_MONTH,
    watched: Annotated[int, typer.Option(min=1, help="How many series share that number.")] = 1,
    date_format: Annotated[str | None, typer.Option(help="Form of ds when it is not ISO, e.g. %d/%m/%y.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the rows to this CSV file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as one JSON list.")] = False,
) -> None:
    """Find unusual values, each judged only by the values before it: expected, band, score (above 1 is outside)."""
    if alarms <= 0:
        raise typer.BadParameter(_("must be above zero"), param_hint="--alarms")
    given = _season(season)
    try:
        found = read(series, date_format=date_format)
    except BadSeries as error:
        raise error.spoken(_) from None
    at, rhythm = steps(found.moments)
    if given:
        rhythm = Rhythm((given,), rhythm.steps_per_month)
    judged = detect(at, found.values, rhythm=rhythm, alarms_per_month=alarms, watched=watched)
    rows = [_row(ds, one) for ds, one in zip(found.written, judged, strict=True)]
    for line in _remarks(found, at, judged):
        print(line, file=sys.stderr)
    if out is not None:
        with out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, _COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
    elif out is None:
        _print(rows)


def _season(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and 2 <= int(part) <= 10_000 for part in parts):
        raise typer.BadParameter(_("must be whole numbers from 2, with commas"), param_hint="--season")
    return tuple(int(part) for part in parts)


def _row(ds: str, one: Judged) -> dict[str, Any]:
    return {
        "ds": ds,
        "y": one.y,
        "expected": one.expected,
        "low": one.low,
        "high": one.high,
        "score": one.score,
        "anomaly": one.anomaly,
        "note": one.note,
    }


def _remarks(series: Series, at: list[int], judged: list[Judged]) -> list[str]:
    """What the reader of the rows should know about the file."""
    lines = []
    gaps = at[-1] + 1 - len(set(at))
    blanks = sum(1 for value in series.values if value is None)
    learning = sum(1 for one in judged if one.note == "learning")
    if gaps:
        text = ngettext("%(n)d step is not in the file.", "%(n)d steps are not in the file.", gaps)
        lines.append(text % {"n": gaps})
    if blanks:
        text = ngettext("%(n)d value is missing.", "%(n)d values are missing.", blanks)
        lines.append(text % {"n": blanks})
    if series.twice:
        lines.append(_("These moments come twice: %(list)s.") % {"list": ", ".join(series.twice[:5])})
    if series.reordered:
        lines.append(_("The rows were not in order of time and were put so."))
    if learning == len(judged):
        lines.append(_("Too little history: nothing could be judged."))
    elif learning:
        text = ngettext(
            "The first %(n)d value is history and not judged.",
            "The first %(n)d values are history and not judged.",
            learning,
        )
        lines.append(text % {"n": learning})
    return lines


def _print(rows: list[dict[str, Any]]) -> None:
    console = Console()
    unusual = [row for row in rows if row["anomaly"]]
    judged = sum(1 for row in rows if row["score"] is not None)
    console.print(
        _("%(unusual)d of %(judged)d judged values are unusual.") % {"unusual": len(unusual), "judged": judged},
        markup=False,
    )
    if not unusual:
        return
    table = Table(box=None, pad_edge=False)
    heads = (_("When"), _("Value"), _("Expected"), _("Band"), _("Score"))
    for i, head in enumerate(heads):
        table.add_column(head, justify="left" if i == 0 else "right")
    for row in unusual:
        band = f"{row['low']:.6g} – {row['high']:.6g}"
        table.add_row(row["ds"], f"{row['y']:.6g}", f"{row['expected']:.6g}", band, f"{row['score']:.1f}")
    console.print(table)
