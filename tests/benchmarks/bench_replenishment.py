"""Replenishment played over public demand series: stock needed for the same fill rate as a fixed-days-of-cover rule.

    ZHANGGUI_DATA=... python tests/benchmarks/bench_replenishment.py [--series 150] [--periods 40]

Every period both rules see the demand so far, order, and get goods two periods later; unmet demand waits. Ours:
order-up-to from quantiles through ``supply/purchasing``; the forecast is the one of four simple methods that was best
on the series' own past (squared error, past only), its quantiles are that method's own past errors. Theirs:
order up to so many periods of the mean of the newest periods, the number set to reach, over the whole set, the fill
rate that ours reached. Stock: end-of-period pieces ÷ mean demand, averaged over periods and series.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import numpy as np
import polars as pl

from zhanggui.insight.forecasting.domain import classical
from zhanggui.supply.purchasing.contracts import Outlook, Policy, Position
from zhanggui.supply.purchasing.domain.replenishment import suggest

LEAD, REVIEW = 2, 1
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98)
HORIZON = LEAD + REVIEW


def walmart(folder: Path) -> tuple[list[np.ndarray], int]:
    table = pl.read_csv(folder / "walmart" / "Walmart_Store_sales_to_2012-07-27.csv", infer_schema_length=0)
    table = (
        table.rename({c: c.strip() for c in table.columns})
        .with_columns(
            pl.col("Weekly_Sales").str.replace_all(r"[$,\s]", "").cast(pl.Float64, strict=False),
            pl.col("Days").str.strip_chars().str.to_date("%d, %b, %y", strict=False).alias("day"),
        )
        .drop_nulls(["Weekly_Sales", "day"])
    )
    groups = table.sort("day").group_by("Store", maintain_order=True)
    return [g["Weekly_Sales"].to_numpy() for _key, g in groups], 52


def plain(table: pl.DataFrame, key: list[str], order: str, value: str, season: int) -> tuple[list[np.ndarray], int]:
    groups = table.sort(*key, order).group_by(key, maintain_order=True)
    return [g[value].cast(pl.Float64).to_numpy() for _key, g in groups], season


def sets(folder: Path) -> dict[str, tuple[list[np.ndarray], int]]:
    m3 = pl.read_parquet(folder / "m3" / "m3_train.parquet")
    about = pl.read_csv(folder / "m3" / "m3_series.csv", infer_schema_length=0)
    monthly = about.filter(pl.any_horizontal(pl.all().str.to_lowercase().is_in(["monthly", "month", "m"])))
    name = next(c for c in about.columns if set(monthly[c].str.strip_chars()) <= set(m3["series_id"]))
    m3 = m3.filter(pl.col("series_id").is_in(monthly[name].str.strip_chars().to_list()))
    juice = pl.read_parquet(folder / "orange_juice" / "oj_weekly_to_w140.parquet")
    return {
        "M3 monthly": plain(m3, ["series_id"], "t", "y", 12),
        "M4 weekly": plain(pl.read_parquet(folder / "m4" / "m4_weekly_train.parquet"), ["series_id"], "t", "y", 52),
        "Walmart weekly": walmart(folder),
        "orange juice": plain(juice, ["store", "brand"], "week", "units", 52),
        "car parts": plain(
            pl.read_parquet(folder / "carparts" / "carparts_to_2001-09.parquet"), ["part_id"], "month", "qty", 12
        ),
    }


def methods(y: np.ndarray, season: int) -> dict[str, float]:
    return {
        "recent": float(classical.recent_mean(y, 1, season)[0]),
        "long": float(classical.long_mean(y, 1, season)[0]),
        "season": float(classical.seasonal_naive(y, 1, season)[0]),
        "year": float(classical.year_ago(y, 1, season)[0]),
    }


def outlooks(y: np.ndarray, first: int, season: int) -> list[Outlook]:
    """One forecast per period from ``first`` on, each from the values before it only."""
    begin = max(4, first - max(24, season // 2))
    past = {t: methods(y[:t], season) for t in range(begin, len(y))}
    runs = {
        "recent": classical.recent_mean, "long": classical.long_mean, "season": classical.seasonal_naive,
        "year": classical.year_ago,
    }  # fmt: skip
    found = []
    for t in range(first, len(y)):
        errors = {name: np.array([y[s] - past[s][name] for s in range(begin, t)]) for name in runs}
        # a few large orders decide the stock of an intermittent series, so errors count squared
        name = min(errors, key=lambda n: float(np.sqrt((errors[n] ** 2).mean())))
        mean = np.maximum(runs[name](y[:t], HORIZON, season), 0)
        own = errors[name] - errors[name].mean()
        rows = np.maximum(mean[None, :] + np.quantile(own, LEVELS)[:, None], 0)
        found.append(Outlook(tuple(map(float, mean)), LEVELS, tuple(tuple(map(float, row)) for row in rows)))
    return found


def play(y: np.ndarray, first: int, target) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """(fill rate, mean stock ÷ mean demand) of ``target(t, position) -> order``."""
    stock, pipe = 3.0 * y[:first].mean(), [0.0] * LEAD
    served = asked = held = 0.0
    warm = first + LEAD + REVIEW
    for t in range(first, len(y)):
        pipe.append(target(t, stock, sum(pipe)))
        stock += pipe.pop(0)
        if t >= warm:
            served += min(y[t], max(stock, 0.0))
            asked += y[t]
        stock -= y[t]
        if t >= warm:
            held += max(stock, 0.0)
    return (served / asked if asked else 1.0), held / (len(y) - warm) / max(y[:first].mean(), 1e-9)


def compare(name: str, series: list[np.ndarray], season: int, service: float, periods: int) -> None:
    policy = Policy("core", "A", service, REVIEW, 0, 7)
    ours, plays = [], []
    for raw in series:
        y = raw * (1000 / raw.mean()) if name != "car parts" else raw
        first = len(y) - periods
        views = outlooks(y, first, season)

        def order(t: int, stock: float, inbound: float, views=views, first=first) -> float:  # type: ignore[no-untyped-def]
            place = Position("S", round(stock), round(inbound), (float(LEAD),))
            return suggest(place, views[t - first], policy).order

        ours.append(play(y, first, order))
        plays.append((y, first, [classical.recent_mean(y[:t], 1, season)[0] for t in range(first, len(y))]))
    fill, stock = (float(np.mean(column)) for column in zip(*ours, strict=True))

    def fixed(cover: float) -> tuple[float, float]:
        got = [
            play(y, first, lambda t, s, i, m=means, f=first: max(0.0, cover * m[t - f] - s - i))
            for y, first, means in plays
        ]
        return tuple(float(np.mean(column)) for column in zip(*got, strict=True))  # type: ignore[return-value]

    low, high = 0.0, 40.0
    for _step in range(22):
        middle = (low + high) / 2
        low, high = (low, middle) if fixed(middle)[0] >= fill else (middle, high)
    other_fill, other = fixed(high)
    saved = 1 - stock / other
    print(
        f"{name:15} {len(series):5} series  service {service:.2f}  fill {fill:.4f} / {other_fill:.4f}"
        f"  stock {stock:6.3f} / {other:6.3f} (cover {high:.2f})  less stock {saved:6.1%}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=int, default=150)
    parser.add_argument("--periods", type=int, default=40)
    chosen = parser.parse_args()
    place = os.environ.get("ZHANGGUI_DATA", "")
    if not place:
        sys.exit("ZHANGGUI_DATA does not name the folder of the public data sets")
    print("ours / fixed days of cover, at the same mean fill rate")
    for name, (series, season) in sets(Path(place) / "demand").items():
        periods = min(chosen.periods, 24) if season == 12 else chosen.periods
        need = periods + (season * 2 if name not in ("car parts",) else 18)
        if name in ("orange juice", "Walmart weekly"):
            need = periods + 56
        long = [y for y in series if len(y) >= need and y[: len(y) - periods].sum() > 0]
        chosen_series = long[:: max(1, len(long) // chosen.series)][: chosen.series]
        for service in (0.8, 0.95):
            compare(name, chosen_series, season, service, periods)


if __name__ == "__main__":
    main()
