"""Forecasting: error against seasonal naive and against the best single method of statsforecast, and speed.

``python tests/benchmarks/bench_forecast.py [accuracy] [speed] [SERIES]``. Accuracy holds back the last horizon of each
public set (its folder in ZHANGGUI_DATA) and prints weighted absolute percentage error (Σ|a−f| ÷ Σa), root mean squared
error and the share of values below each quantile. Speed forecasts SERIES × 730 made-up days, 28 days ahead.
"""

from __future__ import annotations

import os
import resource
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from zhanggui.insight.forecasting.domain.panel import Numbers, Panel
from zhanggui.insight.forecasting.queries import outlook_of

LEVELS = [0.1, 0.25, 0.5, 0.75, 0.9]


def build(frame: pl.DataFrame, step: str, horizon: int, known: list[str]) -> tuple[Panel, Numbers]:
    """``id, at`` (whole steps), ``day``, ``y`` and known columns → the panel without its last horizon, and that."""
    spans = frame.group_by("id", maintain_order=True).agg(last=pl.col("at").max(), first=pl.col("at").min())
    length = int((spans["last"] - spans["first"]).to_numpy().max()) + 1
    place = frame.join(spans.with_row_index("row"), on="id", how="left")
    row, column = place["row"].to_numpy(), (length - 1 - (place["last"] - place["at"])).to_numpy()

    def grid(name: str) -> Numbers:
        out = np.full((len(spans), length), np.nan)
        out[row, column] = place[name].cast(pl.Float64).to_numpy()
        return out

    y = grid("y")
    steps = {"W": 7, "M": 30.4375, "D": 1}[step]
    newest = frame.group_by("id", maintain_order=True).agg(pl.col("day").last())["day"].to_numpy()
    back = (np.arange(length) - length + 1) * steps
    moments = newest.astype("datetime64[D]")[:, None] + back.round().astype("timedelta64[D]")[None]
    panel = Panel(tuple(spans["id"].to_list()), step, horizon, y[:, :-horizon], moments, {k: grid(k) for k in known})
    return panel, y[:, -horizon:]


def sets(folder: Path) -> Iterator[tuple[str, Panel, Numbers]]:
    first = pl.date(1990, 1, 1)
    m3 = pl.read_parquet(folder / "demand/m3/m3_train.parquet")
    facts = pl.read_csv(folder / "demand/m3/m3_series.csv", infer_schema=False)
    monthly = facts.filter(pl.col("period").str.to_uppercase() == "MONTHLY").select("series_id")
    m3 = m3.join(monthly, on="series_id", how="semi").select(
        id="series_id", at="t", y="y", day=first.dt.offset_by("0d") + pl.duration(days=(pl.col("t") * 30.4375).round())
    )
    yield "M3 monthly", *build(m3, "M", 18, [])
    m4 = pl.read_parquet(folder / "demand/m4/m4_weekly_train.parquet")
    m4 = m4.select(id=pl.col(m4.columns[0]), at="t", y="y", day=first + pl.duration(days=pl.col("t") * 7))
    yield "M4 weekly", *build(m4, "W", 13, [])
    walmart = pl.read_csv(folder / "demand/walmart/Walmart_Store_sales_to_2012-07-27.csv", infer_schema=False)
    walmart = walmart.rename({c: c.strip() for c in walmart.columns})
    day = pl.col("Date").str.split(", ").list.last().str.strip_chars().str.to_date("%d %B %Y")
    walmart = walmart.select(
        id="Store", day=day, y=pl.col("Weekly_Sales").str.replace_all(r"[$, ]", "").cast(pl.Float64),
        holiday=pl.col("Holiday_Flag").cast(pl.Float64),
    ).with_columns(at=pl.col("day").cast(pl.Int32) // 7).sort("id", "day")  # fmt: skip
    yield "Walmart weekly", *build(walmart, "W", 13, ["holiday"])
    juice = pl.read_parquet(folder / "demand/orange_juice/oj_weekly_to_w140.parquet").sort("store", "brand", "week")
    prices = [c for c in juice.columns if c.startswith("price")]
    own = pl.coalesce(pl.when(pl.col("brand") == int(c.removeprefix("price"))).then(pl.col(c)) for c in prices)
    juice = juice.with_columns(
        own=own, id=pl.format("{}-{}", "store", "brand"), at="week", y=pl.col("units").cast(pl.Float64),
        day=pl.date(1989, 9, 14) + pl.duration(days=(pl.col("week") - 1) * 7),
    )  # fmt: skip
    yield "Orange juice", *build(juice, "W", 8, ["own", "deal", "feat", *prices])
    parts = pl.read_parquet(folder / "demand/carparts/carparts_to_2001-09.parquet")
    parts = parts.select(
        id=pl.col("part_id").cast(pl.String), day=(pl.col("month") + "-01").str.to_date(), y=pl.col("qty"),
    ).with_columns(at=pl.col("day").dt.year() * 12 + pl.col("day").dt.month()).sort("id", "day")  # fmt: skip
    yield "Car parts", *build(parts, "M", 6, [])


def singles(panel: Panel) -> dict[str, Numbers]:
    """What single methods of statsforecast say of the same panel."""
    from statsforecast import models as sf

    from zhanggui.insight.forecasting.domain.panel import filled

    season = panel.season
    rare = float(np.nanmean(panel.y == 0)) > 0.3
    chosen = [sf.SeasonalNaive(season), sf.HistoricAverage(), sf.WindowAverage(8),
              sf.SimpleExponentialSmoothingOptimized(), sf.DynamicOptimizedTheta(1),
              sf.DynamicOptimizedTheta(season if panel.y.shape[1] > 2 * season else 1),
              sf.AutoETS(season if season <= 24 else 1), sf.AutoCES(season if season <= 24 else 1)]  # fmt: skip
    if rare:
        chosen += [sf.CrostonSBA(), sf.TSB(0.1, 0.1), sf.ADIDA(), sf.IMAPA()]
    y, lengths = filled(panel.y), panel.lengths()
    out = {}
    for model in chosen:
        rows = np.full((len(panel.ids), panel.horizon), np.nan)
        for i, size in enumerate(lengths):
            try:
                rows[i] = model.forecast(y[i, -size:] if size else y[i], panel.horizon)["mean"]
            except Exception:
                continue
        out[f"{model!r} {getattr(model, 'season_length', '')}"] = rows
    return out


def error(made: Numbers, came: Numbers) -> tuple[float, float]:
    seen = np.isfinite(made) & np.isfinite(came)
    off = made[seen] - came[seen]
    return float(np.abs(off).sum() / np.abs(came[seen]).sum()), float(np.sqrt((off**2).mean()))


def accuracy(folder: Path) -> None:
    print(
        f"{'set':<16}{'series':>7}{'seconds':>9}{'naive':>9}{'best single':>13}"
        f"{'ours':>9}{'ratio':>7}{'RMSE ratio':>12}"
    )
    for name, panel, came in sets(folder):
        begun = time.perf_counter()
        found = outlook_of(panel, LEVELS)
        seconds = time.perf_counter() - begun
        others = {k: error(v, came) for k, v in singles(panel).items()}
        ours, best = error(found.mean, came), min(others, key=lambda k: others[k][0])
        naive = next(v for k, v in others.items() if k.startswith("SeasonalNaive"))
        least = min(v[1] for v in others.values())
        print(
            f"{name:<16}{len(panel.ids):>7}{seconds:>9.0f}{naive[0]:>9.4f}{others[best][0]:>13.4f}{ours[0]:>9.4f}"
            f"{ours[0] / others[best][0]:>7.3f}{ours[1] / least:>12.3f}   best: {best}"
        )
        shares = [np.nanmean(np.where(np.isfinite(came), came <= q, np.nan)) for q in found.quantiles]
        print("   below the quantile: " + "  ".join(f"{a:g}: {s:.3f}" for a, s in zip(LEVELS, shares, strict=True)))


def speed(series: int) -> None:
    chance = np.random.default_rng(11)
    days = 730
    week = 1 + 0.4 * np.sin(2 * np.pi * np.arange(days) / 7)
    rate = chance.gamma(0.8, 6, (series, 1)) * week[None] * np.exp(0.2 * np.sin(2 * np.pi * np.arange(days) / 365))
    y = chance.poisson(rate).astype(float)
    moments = np.tile(np.datetime64("2024-11-25") + np.arange(days + 28), (series, 1))
    begun = time.perf_counter()
    outlook_of(Panel(tuple(map(str, range(series))), "D", 28, y, moments, {}), LEVELS)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(
        f"{series} series × {days} days, 28 ahead: {seconds:.0f} s, "
        f"{series / seconds:.0f} series/s, peak {peak // 1024} MB"
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    wanted = [a for a in sys.argv[1:] if not a.isdigit()] or ["accuracy", "speed"]
    if "accuracy" in wanted:
        place = os.environ.get("ZHANGGUI_DATA")
        if place:
            accuracy(Path(place))
        else:
            print("ZHANGGUI_DATA does not name the folder of the public data sets: accuracy is not measured.")
    if "speed" in wanted:
        speed(next((int(a) for a in sys.argv[1:] if a.isdigit()), 10_000))
