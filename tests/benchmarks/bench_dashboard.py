# ruff: noqa: E501 (SQL of the peers)
"""The dashboard over ten million order lines: seven tiles from rollups, beside plain scans of the same facts.

Run: ``python tests/benchmarks/bench_dashboard.py [--lines 10000000] [--peers duckdb,polars,pandas]``. Data are made with
a seed in a temporary folder and removed. Prints milliseconds and ratios; ends with an error where answers differ.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from zhanggui.insight.metrics.contracts import Days, Tiles
from zhanggui.insight.metrics.reading import tiles
from zhanggui.insight.metrics.store import rollups

CHANNELS = {1: "taobao", 2: "taobao", 3: "taobao", 4: "jd", 5: "jd", 6: "pinduoduo", 7: "douyin", 8: "douyin"}
START, MONTHS = date(2023, 1, 1), 36
BUYERS_PER_ORDER = 0.28


def months() -> list[date]:
    return [date(START.year + n // 12, n % 12 + 1, 1) for n in range(MONTHS)]


def make(folder: Path, lines: int) -> list[rollups.Month]:
    """Orders and lines by month, 1.6 lines an order; buyers differ widely in how often they come."""
    db = duckdb.connect(config={"memory_limit": "1GB", "threads": 2, "temp_directory": str(folder / "tmp")})
    per_month = lines / 1.6 / MONTHS
    buyers = int(lines / 1.6 * BUYERS_PER_ORDER)
    found = []
    for n, month in enumerate(months()):
        following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        days = (following - month).days
        count = int(per_month * (0.6 + 0.8 * n / MONTHS))
        db.execute(f"SELECT setseed({(n + 1) / 100})")
        # every number of an order comes from a hash of its own number, so that a run repeats exactly
        db.execute(
            f"""CREATE OR REPLACE TABLE o AS
            SELECT *, map_extract({{map}}, shop_id)[1] AS channel,
                   DATE '{month}' + CAST(hash(i, 1) % {days} AS INTEGER) AS paid_day,
                   'b' || shop_channel || '-' || CAST(floor(power((hash(i, 2) % 1000000) / 1e6, 2.2) * {buyers}) AS BIGINT)
                       AS key
            FROM (SELECT i, CAST(1 + hash(i, 3) % 8 AS BIGINT) AS shop_id, hash(i, 3) % 8 // 2 AS shop_channel
                  FROM (SELECT {n}::BIGINT * 1000000000 + range AS i FROM range({count})))""".format(
                map="MAP {" + ", ".join(f"{k}: '{v}'" for k, v in CHANNELS.items()) + "}"
            )
        )
        db.execute("""CREATE OR REPLACE TABLE l AS
            SELECT o.i, shop_id, channel, paid_day, key, n AS line_no, 'K' || lpad(CAST(k AS VARCHAR), 5, '0') AS sku, k,
                   CAST(1 + hash(o.i, n, 5) % 3 AS BIGINT) AS qty, CAST(500 + hash(k, 6) % 30000 AS BIGINT) AS price
            FROM (SELECT *, CAST(floor(power((hash(i, n, 4) % 1000000) / 1e6, 3) * 20000) AS BIGINT) AS k
                  FROM o, (SELECT unnest([0, 1, 2]) AS n) WHERE n = 0 OR hash(i, 7) % 10 < 4 - n) o""")
        files = {}
        for table, sql in {
            "lines": """SELECT shop_id, channel, 'CNY' AS currency, CAST(i AS VARCHAR) AS order_no, paid_day,
                        NULL::VARCHAR AS outer_product_code, sku AS outer_sku_code, NULL::VARCHAR AS sku_no,
                        NULL::VARCHAR AS product_no, 'Thing ' || sku AS title, qty, qty * price AS line_paid,
                        paid_day::TIMESTAMPTZ AS created_at FROM l ORDER BY shop_id, paid_day""",
            "orders": """SELECT o.shop_id, o.channel, 'CNY' AS currency, CAST(o.i AS VARCHAR) AS order_no, o.paid_day,
                         CASE WHEN hash(o.i, 8) % 100 > 0 THEN o.key END AS buyer_key,
                         CAST(s.paid + 600 AS BIGINT) AS buyer_paid, CAST(s.qty AS BIGINT) AS qty
                         FROM o JOIN (SELECT i, sum(qty * price) AS paid, sum(qty) AS qty FROM l GROUP BY i) s
                         ON s.i = o.i ORDER BY o.shop_id, o.paid_day""",
        }.items():
            path = folder / f"{table}-{month:%Y-%m}.parquet"
            db.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
            files[table] = (path, path.name)
        found.append(rollups.Month(f"{month:%Y-%m}", files))
    path = folder / "categories.parquet"
    db.execute("COPY (SELECT 'K' || lpad(CAST(range AS VARCHAR), 5, '0') AS code, 'cat' || range % 20 AS category "
               f"FROM range(20000)) TO '{path}' (FORMAT parquet)")  # fmt: skip
    db.close()
    return found


def engine(folder: Path, memory: str = "768MB") -> Any:
    db = duckdb.connect(config={"memory_limit": memory, "threads": 2, "temp_directory": str(folder / "tmp")})
    db.execute("SET TimeZone = 'UTC'; SET parquet_metadata_cache = true")
    return db


def plain(folder: Path, shops: frozenset[int], days: Days, known_until: date, db: Any) -> dict[str, Any]:
    """The same seven tiles straight from the detail, in DuckDB SQL."""
    orders, lines = f"'{folder}/orders-*.parquet'", f"'{folder}/lines-*.parquet'"
    own = f"shop_id IN ({', '.join(map(str, sorted(shops)))})"
    inside = f"paid_day BETWEEN DATE '{days.first}' AND DATE '{days.last}'"
    recent = days.last - timedelta(days=29)
    step = "paid_day" if days.count <= 92 else "date_trunc('month', paid_day)::DATE"
    one = db.execute(
        f"SELECT count(*), sum(buyer_paid)::BIGINT, sum(qty)::BIGINT, count(DISTINCT buyer_key) FROM {orders} "
        f"WHERE {own} AND {inside}"
    ).fetchone()
    by_day = db.execute(
        f"SELECT {step}, channel, category, sum(line_paid)::BIGINT FROM {lines} l "
        f"JOIN '{folder}/categories.parquet' c ON c.code = l.outer_sku_code WHERE {own} AND {inside} GROUP BY ALL"
    ).fetchall()
    db.execute(f"""CREATE OR REPLACE TEMP TABLE d AS SELECT buyer_key, paid_day, sum(buyer_paid) AS paid,
        FROM {orders} WHERE {own} AND buyer_key IS NOT NULL GROUP BY ALL""")
    db.execute("""CREATE OR REPLACE TEMP TABLE h AS SELECT *, lead(paid_day) OVER w AS following,
        min(paid_day) OVER (PARTITION BY buyer_key) AS first FROM d WINDOW w AS (PARTITION BY buyer_key ORDER BY paid_day)
        """)
    new, old_paid = db.execute(
        f"SELECT count(DISTINCT buyer_key) FILTER (first BETWEEN DATE '{days.first}' AND DATE '{days.last}'), "
        f"sum(paid) FILTER (first < DATE '{days.first}')::BIGINT FROM h WHERE {inside}"
    ).fetchone()
    repurchase = []
    for span in (30, 90):
        again = db.execute(
            f"SELECT count_if(following - paid_day <= {span}), count(*) FROM h WHERE first = paid_day AND {inside}"
        ).fetchone()
        window = db.execute(
            f"SELECT count(*), count_if(c > 1) FROM (SELECT count(*) AS c FROM d WHERE paid_day > DATE '{days.last}' - "
            f"{span} AND paid_day <= DATE '{days.last}' GROUP BY buyer_key)"
        ).fetchone()
        repurchase.append((again[0] if days.last + timedelta(days=span) <= known_until else None, again[1], *window))
    top = [
        db.execute(
            f"SELECT outer_sku_code, sum(line_paid)::BIGINT AS p, sum(qty)::BIGINT AS u FROM {lines} WHERE {own} {more} "
            "GROUP BY 1 ORDER BY p DESC, u DESC, 1 LIMIT 10"
        ).fetchall()
        for more in (f"AND paid_day BETWEEN DATE '{recent}' AND DATE '{days.last}'", "")
    ]
    cohorts = db.execute(
        "SELECT date_trunc('month', first)::DATE AS c, date_trunc('month', paid_day)::DATE AS m, "
        "count(DISTINCT buyer_key) FROM h GROUP BY ALL"
    ).fetchall()
    return {"one": one, "by_day": by_day, "new": (new, old_paid or 0), "repurchase": repurchase, "top": top,
            "cohorts": cohorts}  # fmt: skip


def compare(found: Tiles, detail: dict[str, Any], known_until: date) -> list[str]:
    wrong = []
    if (found.orders, found.paid, found.units, found.buyers) != detail["one"]:
        wrong.append(f"totals {(found.orders, found.paid, found.units, found.buyers)} {detail['one']}")
    named = {k: v[0] for k, v in found.by_day.items() if k[2] is not None}
    if named != {(d, c, g): p for d, c, g, p in detail["by_day"]}:
        wrong.append("day x channel x category")
    if sum(v[0] for v in found.by_day.values()) != found.paid:
        wrong.append("parts do not add up to the whole")
    if (found.new_buyers, found.returning_paid) != detail["new"]:
        wrong.append(f"new {(found.new_buyers, found.returning_paid)} {detail['new']}")
    if [(r.again, r.first_buyers, r.window_buyers, r.window_again) for r in found.repurchase] != detail["repurchase"]:
        wrong.append(f"repurchase {found.repurchase} {detail['repurchase']}")
    for mine, theirs in zip((found.top_recent, found.top_ever), detail["top"], strict=True):
        if [(t.code, t.paid, t.units) for t in mine] != theirs:
            wrong.append("top articles")
    matrix = {(r.month, k): n for r in found.cohorts for k, n in enumerate(r.active) if n}
    told = {(c, (m.year - c.year) * 12 + m.month - c.month): n for c, m, n in detail["cohorts"]}
    if matrix != told:
        wrong.append("cohorts")
    return wrong


def polars_peer(folder: Path, shops: frozenset[int], days: Days) -> None:
    import polars as pl

    inside = pl.col("paid_day").is_between(days.first, days.last)
    orders = pl.scan_parquet(f"{folder}/orders-*.parquet").filter(pl.col("shop_id").is_in(list(shops)))
    lines = pl.scan_parquet(f"{folder}/lines-*.parquet").filter(pl.col("shop_id").is_in(list(shops)))
    names = pl.scan_parquet(f"{folder}/categories.parquet")
    orders.filter(inside).select(pl.len(), pl.sum("buyer_paid", "qty"), buyers=pl.col("buyer_key").n_unique()).collect()
    joined = lines.filter(inside).join(names, left_on="outer_sku_code", right_on="code")
    joined.group_by("paid_day", "channel", "category").agg(pl.sum("line_paid")).collect()
    bought = (
        orders.filter(pl.col("buyer_key").is_not_null()).group_by("buyer_key", "paid_day").agg(pl.sum("buyer_paid"))
    )
    history = bought.collect().sort("buyer_key", "paid_day").with_columns(
        following=pl.col("paid_day").shift(-1).over("buyer_key"), first=pl.col("paid_day").min().over("buyer_key")
    )  # fmt: skip
    history.filter(inside).select(pl.col("buyer_key").filter(pl.col("first") >= days.first).n_unique())
    for span in (30, 90):
        history.filter(inside & (pl.col("first") == pl.col("paid_day"))).select(
            ((pl.col("following") - pl.col("paid_day")) <= timedelta(days=span)).sum()
        )
    for some in (lines.filter(inside), lines):
        some.group_by("outer_sku_code").agg(pl.sum("line_paid")).top_k(10, by="line_paid").collect()
    history.group_by(pl.col("first").dt.month_start(), pl.col("paid_day").dt.month_start()).agg(
        pl.col("buyer_key").n_unique()
    )


def pandas_peer(folder: Path, shops: frozenset[int], days: Days) -> None:
    """Two tiles only: totals and day × channel; the whole would not fit into a small machine."""
    import pandas as pd

    frames = [pd.read_parquet(p, columns=["shop_id", "channel", "paid_day", "buyer_key", "buyer_paid", "qty"])
              for p in sorted(folder.glob("orders-*.parquet"))]  # fmt: skip
    data = pd.concat(frames)
    inside = data[(data.paid_day >= days.first) & (data.paid_day <= days.last) & data.shop_id.isin(shops)]
    inside.buyer_key.nunique(), inside.buyer_paid.sum()
    inside.groupby(["paid_day", "channel"]).buyer_paid.sum()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begins = time.perf_counter()
    found = work()
    return (time.perf_counter() - begins) * 1000, found


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--lines", type=int, default=10_000_000)
    arguments.add_argument("--peers", default="duckdb,polars,pandas")
    arguments.add_argument("--rounds", type=int, default=12)
    chosen = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="zhanggui-bench-"))
    try:
        return run(folder, chosen.lines, chosen.peers.split(","), chosen.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(folder: Path, lines: int, peers: list[str], rounds: int) -> int:
    spent, found = timed(lambda: make(folder, lines))
    print(f"made {lines:,} lines in {spent / 1000:.0f} s")
    db, place = engine(folder), folder / "rollups"
    names = folder / "categories.parquet"
    spent, built = timed(lambda: rollups.build(db, place, found, categories=names))
    size = sum(p.stat().st_size for p in place.glob("*/*")) / 1e6
    print(f"rollups from nothing: {spent / 1000:.1f} s, {size:.0f} MB")
    last = months()[-1]
    known_until = date(last.year, 12, 31)
    again = [m if n < MONTHS - 1 else rollups.Month(m.name, {t: (p, c + "+") for t, (p, c) in m.files.items()})
             for n, m in enumerate(found)]  # fmt: skip
    spent, built = timed(lambda: rollups.build(db, place, again, categories=names))
    print(f"rollups after one changed month: {spent / 1000:.1f} s")
    print(f"peak memory of building: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    scopes = {
        "all, 30 days": (frozenset(CHANNELS), Days(known_until - timedelta(days=29), known_until)),
        "all, a year": (frozenset(CHANNELS), Days(date(last.year, 1, 1), known_until)),
        "all, everything": (frozenset(CHANNELS), Days(START, known_until)),
        "one shop, 30 days": (
            frozenset({2}),
            Days(known_until - timedelta(days=129), known_until - timedelta(days=100)),
        ),
        "one channel, a quarter": (frozenset({4, 5}), Days(date(last.year, 4, 1), date(last.year, 6, 30))),
        "two shops of two channels (other)": (frozenset({1, 7}), Days(date(last.year, 4, 1), date(last.year, 4, 30))),
    }
    wrong = []
    for name, (shops, days) in scopes.items():
        board = tiles.Board(db, built, CHANNELS, shops, "CNY", known_until)
        times = []
        for _ in range(rounds if "other" not in name else 2):
            spent, answer = timed(lambda board=board, days=days: tiles.assemble(board, days))
            times.append(spent)
        times.sort()
        p95 = times[min(len(times) - 1, round(len(times) * 0.95))]
        line = f"{name:36} median {statistics.median(times):7.0f} ms  p95 {p95:7.0f} ms"
        if "duckdb" in peers:
            fresh = engine(folder, "4GB")
            spent, detail = timed(
                lambda shops=shops, days=days, fresh=fresh: plain(folder, shops, days, known_until, fresh)
            )
            fresh.close()
            differing = compare(answer, detail, known_until)
            wrong += [f"{name}: {what}" for what in differing]
            line += f"  plain DuckDB {spent:8.0f} ms = {spent / p95:5.1f}x  {'EQUAL' if not differing else 'DIFFERENT'}"
        print(line, flush=True)
    print(f"peak memory so far: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    shops, days = scopes["all, 30 days"]
    for peer, work in (("polars", polars_peer), ("pandas", pandas_peer)):
        if peer in peers:
            spent, _nothing = timed(lambda work=work: work(folder, shops, days))
            print(f"{peer} on “all, 30 days”: {spent:.0f} ms", flush=True)
    for what in wrong:
        print("DIFFERENT", what)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
