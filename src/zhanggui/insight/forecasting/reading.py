"""Many series from one table (CSV or Parquet): ``unique_id, ds, y`` and what is known ahead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhanggui.insight.forecasting.domain.panel import Panel

#: Step codes as people write them, and the code of the panel.
FREQUENCIES: Final = {"D": "D", "W": "W", "MS": "M", "M": "M", "ME": "M", "QS": "Q", "Q": "Q"}
_MONTHS: Final = {"M": 1, "Q": 3}


def gettext_noop(text: str) -> str:
    """Marks a text for the catalogue; reading itself speaks English."""
    return text


class BadTable(ValueError):
    """A table that holds no series; one sentence with row, column, value and reason."""

    def __init__(self, template: str, **values: object) -> None:
        self.template, self.values = template, values
        super().__init__(template % values)

    def spoken(self, translate: Callable[[str], str]) -> Self:
        self.args = (translate(self.template) % self.values,)
        return self


@dataclass(frozen=True)
class Given:
    """The panel, the moment of each series' steps ahead (n, horizon), and what to tell about the table."""

    panel: Panel
    ahead: NDArray[np.datetime64]
    remarks: tuple[tuple[str, dict[str, object]], ...]


def read(
    series: Path, *, freq: str, horizon: int, known: Sequence[str] = (), future: Path | None = None,
    censored: str | None = None,
) -> Given:  # fmt: skip
    """Read series of one step length into a panel.

    ``known`` columns stand beside ``y`` in the past and, for the steps ahead, in ``future`` (``unique_id, ds`` and
    those columns); other columns are left alone. A step that a series skips, an empty y, and a y whose ``censored``
    column is true (demand that stock cut off) are missing, not zero. Raises :class:`BadTable`.
    """
    step = step_of(freq)
    frame = _table(series)
    need = ["unique_id", "ds", "y", *known, *([censored] if censored else [])]
    _columns(frame, need, series.name)
    rows = _typed(frame, step, [*known], series.name).with_columns(y=_number(frame, "y", series.name))
    if censored:
        cut = frame[censored].cast(pl.String).str.to_lowercase().is_in(["1", "true", "yes", "是"])
        rows = rows.with_columns(y=pl.when(cut).then(None).otherwise(pl.col("y")))
    rows = rows.sort("unique_id", "at")
    _once(rows, series.name)
    if rows.height == 0:
        raise BadTable(gettext_noop("%(name)s has no rows."), name=series.name)
    ids = rows["unique_id"].unique(maintain_order=True)
    spans = rows.group_by("unique_id", maintain_order=True).agg(first=pl.col("at").min(), last=pl.col("at").max())
    last = spans["last"].to_numpy()
    length = int((spans["last"] - spans["first"]).to_numpy().max(initial=0)) + 1
    place = rows.join(spans.with_row_index("row"), on="unique_id", how="left")
    row, column = place["row"].to_numpy(), (length - 1 - (place["last"] - place["at"])).to_numpy()
    shape = (len(ids), length + horizon)
    y = np.full((len(ids), length), np.nan)
    y[row, column] = place["y"].to_numpy()
    values = {name: np.full(shape, np.nan) for name in known}
    for name in known:
        values[name][row, column] = place[name].to_numpy()
    steps = last[:, None] + np.arange(-length + 1, horizon + 1)[None]
    anchor = rows.group_by("unique_id", maintain_order=True).agg(pl.col("offset").last())["offset"].to_numpy()
    moments = moments_of(steps, step, anchor)
    remarks: list[tuple[str, dict[str, object]]] = []
    gaps = int((spans["last"] - spans["first"] + 1).sum()) - rows.height
    if gaps:
        remarks.append(
            (gettext_noop("%(count)s steps are absent from the table and count as missing."), {"count": gaps})
        )
    if known:
        absent = _ahead(future, known, step, spans, values, length, horizon)
        if absent:
            text = gettext_noop("%(count)s values known ahead are not given; the method does without them.")
            remarks.append((text, {"count": absent}))
    panel = Panel(tuple(ids.to_list()), step, horizon, y, moments, values)
    return Given(panel, moments[:, length:], tuple(remarks))


def step_of(freq: str) -> str:
    """The panel's step of a frequency code; weekdays after W- are read from the table itself."""
    code = FREQUENCIES.get(freq.upper().partition("-")[0])
    if code is None:
        raise BadTable(gettext_noop("Unknown step %(freq)s; use D, W, MS or QS."), freq=freq)
    return code


def _table(path: Path) -> pl.DataFrame:
    try:
        if path.suffix.lower() == ".parquet":
            return pl.read_parquet(path)
        raw = path.read_bytes()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("gb18030", errors="replace")
        return pl.read_csv(text.encode(), infer_schema=False, truncate_ragged_lines=True)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadTable(gettext_noop("%(name)s cannot be read: %(why)s"), name=path.name, why=reason) from None


def _columns(frame: pl.DataFrame, need: Sequence[str], name: str) -> None:
    for column in need:
        if column not in frame.columns:
            raise BadTable(
                gettext_noop("%(name)s has no column %(column)s; it has %(found)s."),
                name=name,
                column=column,
                found=", ".join(frame.columns),
            )


def _number(frame: pl.DataFrame, column: str, name: str) -> pl.Series:
    given = frame[column]
    if given.dtype == pl.Boolean or given.dtype.is_numeric():
        found = given.cast(pl.Float64)
        return found.set(found.is_nan() | found.is_infinite(), None)
    text = given.cast(pl.String).str.strip_chars()
    text = text.set(text.str.to_lowercase().is_in(["", "na", "nan", "null", "none", "-", "--", "—"]), None)
    found = text.str.replace_all(",", "").cast(pl.Float64, strict=False)
    bad = (text.is_not_null() & found.is_null()).arg_true()
    if bad.len():
        at = int(bad[0])
        raise BadTable(
            gettext_noop("%(name)s row %(row)s, column %(column)s: %(value)s is not a number."),
            name=name,
            row=at + 2,
            column=column,
            value=text[at],
        )
    return found


def _typed(frame: pl.DataFrame, step: str, known: Sequence[str], name: str) -> pl.DataFrame:
    """``unique_id``, ``at`` (whole steps since a fixed day), ``offset`` (days into the step), known columns."""
    given = frame["ds"]
    if given.dtype == pl.String:
        text = given.str.strip_chars().str.replace_all("/", "-", literal=True)
        days = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        bad = days.is_null().arg_true()
        if bad.len():
            row = int(bad[0])
            raise BadTable(
                gettext_noop("%(name)s row %(row)s, column ds: %(value)s is not a date like 2026-11-24."),
                name=name,
                row=row + 2,
                value=given[row],
            )
    else:
        try:
            days = given.cast(pl.Date)
        except pl.exceptions.PolarsError:
            raise BadTable(gettext_noop("%(name)s: column ds holds no dates."), name=name) from None
    number = days.cast(pl.Int32).cast(pl.Int64)
    at: pl.Series
    offset: pl.Series
    if step == "D":
        at, offset = number, number * 0
    elif step == "W":
        at, offset = (number + 3) // 7, (number + 3) % 7
    else:
        months = days.dt.year().cast(pl.Int64) * 12 + days.dt.month().cast(pl.Int64) - 1
        at, offset = months // _MONTHS[step], number * 0
    typed = pl.DataFrame({"unique_id": frame["unique_id"].cast(pl.String), "at": at, "offset": offset})
    return typed.with_columns(_number(frame, column, name).alias(column) for column in known)


def _once(rows: pl.DataFrame, name: str) -> None:
    twice = rows.filter(rows.select("unique_id", "at").is_duplicated())
    if twice.height:
        raise BadTable(
            gettext_noop("%(name)s holds more than one row of %(id)s for the same step; add them up or remove one."),
            name=name,
            id=twice["unique_id"][0],
        )


def moments_of(steps: NDArray[np.int64], step: str, anchor: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Days of step numbers; weeks keep the weekday of the series' newest row, months and quarters their first day."""
    if step == "D":
        return steps.astype("datetime64[D]")
    if step == "W":
        return (steps * 7 - 3 + anchor[:, None]).astype("datetime64[D]")
    months = steps * _MONTHS[step] - 1970 * 12
    return months.astype("datetime64[M]").astype("datetime64[D]")


def _ahead(
    future: Path | None, known: Sequence[str], step: str, spans: pl.DataFrame, values: dict[str, NDArray[np.float64]],
    length: int, horizon: int,
) -> int:  # fmt: skip
    """Write the future rows into ``values``; returns how many cells ahead stay unknown."""
    if future is not None:
        frame = _table(future)
        _columns(frame, ["unique_id", "ds", *known], future.name)
        rows = _typed(frame, step, known, future.name)
        _once(rows, future.name)
        place = rows.join(spans.with_row_index("row"), on="unique_id", how="inner")
        place = place.with_columns(ahead=pl.col("at") - pl.col("last")).filter(pl.col("ahead").is_between(1, horizon))
        for name in known:
            values[name][place["row"].to_numpy(), length - 1 + place["ahead"].to_numpy()] = place[name].to_numpy()
    return sum(int(np.isnan(v[:, length:]).sum()) for v in values.values())
