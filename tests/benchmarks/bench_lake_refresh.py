"""What a refresh of the lake costs, beside the floor, in one run: everything, one month, and opening a reader.

    python tests/benchmarks/bench_lake_refresh.py [--orders 1000000] [--months 12] [--database postgresql://…]

Floor of one month: a bare select of the same rows and columns over the driver, then Polars writes them to Parquet. What
a month costs must not depend on how much history lies beside it: rows read are printed for both.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

LINES_PER_ORDER = 3  # for every two orders
GOODS = 4_000
BATCH = 50_000


def start(home: str) -> Any:
    os.environ["ZHANGGUI_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhanggui.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from zhanggui.foundation.accounts import operations as accounts

    return accounts.ensure_shop(name="Benchmark", channel="taobao")


def fill(shop_id: int, orders: int, months: int) -> None:
    """Orders and lines straight into the tables: how they got there is measured elsewhere."""
    from django.db import transaction

    from zhanggui.trade.orders.models import Article, Line, Order
    from zhanggui.trade.orders.store import bulk

    with transaction.atomic():
        goods = pl.DataFrame({"n": range(GOODS)}).select(
            bulk.allocate(Article, GOODS), shop_id=pl.lit(shop_id), digest=pl.format("d{}", "n"),
            title=pl.format("春季新款 保温杯 {}", "n"), product_no=pl.format("6000{}", "n"),
            outer_sku_code=pl.format("P{}", "n"), search_text=pl.lit(""),
        )  # fmt: skip
        bulk.insert(Article, goods)
    first, seconds = datetime(2026, 1, 1, tzinfo=UTC), months * 30 * 86_400
    for begin in range(0, orders, BATCH):
        n = pl.int_range(begin, min(begin + BATCH, orders), eager=True).alias("n")
        at = pl.lit(first) + pl.duration(seconds=pl.col("n") * seconds // orders)
        with transaction.atomic():
            base = n.to_frame().with_columns(bulk.allocate(Order, len(n)), at=at)
            moment = {"source_file_id": pl.lit(1), "source_row": pl.col("n"), "layer_id": pl.lit(1)}
            bulk.insert(Order, base.select(
                "id", shop_id=pl.lit(shop_id), order_no=pl.format("40000000000{}", "n"), currency=pl.lit("CNY"),
                status=pl.lit("completed"), status_raw=pl.lit("交易成功"), header_reached=pl.lit(0),
                lines_partial=pl.lit(0), held=pl.lit(False), line_count=pl.lit(1), created_at="at",
                paid_at=pl.col("at") + timedelta(minutes=3), shipped_at=pl.col("at") + timedelta(hours=20),
                completed_at=pl.col("at") + timedelta(days=9), listed_at="at", goods_amount=pl.col("n") % 50_000,
                freight_amount=pl.lit(0), merchant_discount=pl.col("n") % 700, buyer_paid=pl.col("n") % 49_000,
                merchant_receivable=pl.col("n") % 49_000, qty=pl.lit(1), receiver_province=pl.lit("广东省"),
                receiver_city=pl.format("城市{}", pl.col("n") % 300),
                buyer_key=pl.format("{}-4f1c2a7be09d4f6a8f1c2a7be09d4f6a", pl.col("n") * 7919 % (orders // 2)),
                items_observed_at="at", **moment,
            ))  # fmt: skip
            both = pl.concat([base, base.filter(pl.col("n") % 2 == 0)]).with_columns(k=pl.int_range(pl.len()))
            article = int(goods["id"][0]) + (pl.col("n") * 31 + pl.col("k")) % GOODS
            bulk.insert(Line, both.select(
                bulk.allocate(Line, len(both)), order_id="id", line_no=pl.format("40000000000{}-{}", "n", "k"),
                article_id=article, qty=pl.lit(1), unit_price=pl.col("n") % 50_000, line_amount=pl.col("n") % 50_000,
                line_discount_merchant=pl.col("n") % 700, line_paid=pl.col("n") % 49_000,
                line_receivable=pl.col("n") % 49_000, status=pl.lit("completed"), status_raw=pl.lit("交易成功"),
                reached=pl.lit(0), is_gift=pl.lit(False), observed_at="at", carrier=pl.lit("中通快递"),
                waybill=pl.format("7{}", "n"), shipped_at=pl.col("at") + timedelta(hours=20), **moment,
            ))  # fmt: skip


class Peak:
    """The most memory of this process while the block runs, in MB, and what it had before."""

    def __enter__(self) -> Peak:
        self.before = self.most = self._now()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            self.most = max(self.most, self._now())

    @staticmethod
    def _now() -> int:
        try:
            return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 20
        except OSError:
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def floor(shop: Any, month: date, place: Path) -> tuple[float, float]:
    """Seconds of a bare select of the month's orders and lines, and of a bare Polars write of them."""
    from django.db import connection

    from zhanggui.foundation.lake.contracts import month_period
    from zhanggui.trade.orders import facts

    period = month_period(month, shop.zone)
    between = [shop.id, *(connection.ops.adapt_datetimefield_value(m) for m in (period.starts_at, period.ends_at))]
    scope = "o.shop_id = %s AND o.listed_at >= %s AND o.listed_at < %s"
    sign = "" if connection.vendor == "postgresql" else "+"
    orders = ", ".join(f"{sign}o.{name}" for name in facts._ORDER_COLUMNS)
    lines = ", ".join(f"{sign}l.{name}" for name in facts._LINE_COLUMNS)
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {orders} FROM orders_order o WHERE {scope} ORDER BY o.listed_at", between)
        count = len(cursor.fetchall())
        cursor.execute(
            f"SELECT {lines} FROM orders_order o JOIN orders_line l ON l.order_id = o.id WHERE {scope}", between
        )
        count += len(cursor.fetchall())
    selected = time.perf_counter() - began
    held = [pl.concat(list(read(shop, month))) for read in (facts.read_orders, facts.read_lines)]
    began = time.perf_counter()
    for n, frame in enumerate(held):
        frame.write_parquet(place / f"floor-{n}.parquet", compression="zstd", compression_level=1)
    return selected, time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    if options.database:
        os.environ["ZHANGGUI_DATABASE_URL"] = options.database
    with tempfile.TemporaryDirectory() as home:
        shop = start(home)
        fill(shop.id, options.orders, options.months)
        from zhanggui.foundation.lake import operations, queries

        with Peak() as peak:
            whole = operations.rebuild(tables=["orders", "lines"])
        print(f"all of {options.months} months: {whole.read:,} rows in {whole.seconds:.1f} s "
              f"({whole.read / whole.seconds:,.0f} rows/s), memory {peak.before} → {peak.most} MB")  # fmt: skip

        month = date(2026, 1 + options.months // 2, 1)
        rounds = []
        for _ in range(3):  # in turn, so that both meet the same load and the same warm pages
            operations.mark_stale(table="orders", shop_id=shop.id, months=[month])
            operations.mark_stale(table="lines", shop_id=shop.id, months=[month])
            one = operations.refresh()
            selected, written = floor(shop, month, Path(home))
            rounds.append((one.seconds / (selected + written), one.seconds, selected, written))
        ratio, seconds, selected, written = sorted(rounds)[1]
        print(f"one month: {one.read:,} of {whole.read:,} rows in {seconds:.2f} s; floor {selected:.2f} s bare select "
              f"+ {written:.2f} s bare write; ratio {ratio:.2f}")  # fmt: skip

        snap = queries.snapshot()
        queries.connect(snap).execute("SELECT 1")
        times = []
        for _ in range(50):
            began = time.perf_counter()
            with queries.connect() as db:
                db.execute("SELECT count(*) FROM orders WHERE order_day = ?", [month]).fetchall()
            times.append((time.perf_counter() - began) * 1000)
        count = sum(len(state.files) for state in snap.tables.values())
        print(f"snapshot, connect and a query over {count} files: p50 {statistics.median(times):.1f} ms, "
              f"p95 {statistics.quantiles(times, n=20)[-1]:.1f} ms")  # fmt: skip
        found = operations.verify(tables=["orders", "lines"], months=[month])
        print(f"compared with the ledger: {found.rows:,} rows, {len(found.differences)} differences")
        sys.exit(1 if found.differences else 0)


if __name__ == "__main__":
    main()
