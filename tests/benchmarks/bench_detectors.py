"""How long the watchers take over 1,000,000 orders: ``python tests/benchmarks/bench_detectors.py [orders]``.

The lake is written as Parquet by DuckDB itself (three shops, 90 days, 1.3 lines an order, a statement line each), so
that the time is that of the questions and judgements, not of an import.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import django
import duckdb

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings")
_HOME = tempfile.mkdtemp(prefix="zhanggui-bench-")
os.environ["ZHANGGUI_HOME"] = _HOME
django.setup()

from django.core.management import call_command  # noqa: E402

from zhanggui.foundation.accounts import operations as accounts  # noqa: E402
from zhanggui.foundation.lake import queries as lake  # noqa: E402
from zhanggui.foundation.lake.contracts import TYPES  # noqa: E402
from zhanggui.foundation.loop.contracts import Scan, detectors  # noqa: E402
from zhanggui.insight.metrics.contracts import FileCover  # noqa: E402
from zhanggui.processes.watching import detectors as _watchers  # noqa: E402, F401
from zhanggui.processes.watching import look  # noqa: E402

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAYS = 90
ORDERS = """
shop_id: 1 + i % 3 | order_no: 'N' || i | currency: 'CNY' | title: 'T' || (i % 500)
status: CASE WHEN i % 50 = 0 THEN 'refunded' WHEN age < 2 THEN 'paid' WHEN age < 6 THEN 'shipped' ELSE 'completed' END
paid_at: moment | created_at: moment | listed_at: moment
shipped_at: CASE WHEN age >= 2 THEN moment + INTERVAL 1 DAY END
completed_at: CASE WHEN age >= 6 THEN moment + INTERVAL 5 DAY END | paid_day: moment::DATE | order_day: moment::DATE
buyer_paid: 3000 + i % 20000 | merchant_receivable: 3000 + i % 20000 | freight_amount: 0 | qty: 1 + i % 3
refunded_to_date: CASE WHEN i % 50 = 0 THEN 3000 ELSE 0 END | buyer_key: 'B' || hash(i) % 400000
receiver_city: 'C' || hash(i + 1) % 300 | receiver_district: 'D' || hash(i + 2) % 3000
"""
LINES = """
shop_id: 1 + i % 3 | order_no: 'N' || i | line_no: 'N' || i || '-' || n
currency: 'CNY' | title: 'T' || (i % 500)
product_no: 'P' || i % 500 | outer_sku_code: 'S' || i % 1500 | qty: 1 | unit_price: 2000 + i % 500 * 10
line_paid: 2000 + i % 500 * 10 | line_amount: 2000 + i % 500 * 10 | is_gift: FALSE | paid_at: moment
paid_day: moment::DATE
status: CASE WHEN i % 50 = 0 THEN 'refunded' ELSE 'completed' END
"""
SETTLEMENT = """
shop_id: 1 + i % 3 | entry_key: 'E' || i | book: 'settlement' | order_no: 'N' || i | subject: 'goods_receipt'
amount: 3000 + i % 20000 | currency: 'CNY' | entry_day: (moment + INTERVAL 8 DAY)::DATE
"""


def table(db: duckdb.DuckDBPyConnection, folder: Path, name: str, spec: str, rows: str) -> None:
    given = {}
    for part in spec.replace("\n", " | ").split(" | "):
        if ":" in part:
            column, _, value = part.strip().partition(":")
            given[column.strip()] = value.strip()
    schema = lake.source(name).table.schema
    cells = ", ".join(f'({given.get(c, "NULL")})::{TYPES[kind]} AS "{c}"' for c, kind in schema.items())
    source = f"SELECT *, date_diff('day', moment, TIMESTAMPTZ '{NOW.isoformat()}') AS age FROM ({rows})"
    path = folder / f"{name}.parquet"
    db.execute(f"COPY (SELECT {cells}, strftime(moment, '%Y-%m') AS month FROM ({source})) TO '{path}'")
    db.execute(f"CREATE VIEW {name} AS SELECT * FROM '{path}'")


def main(orders: int) -> None:
    call_command("migrate", verbosity=0)
    shops = tuple(accounts.create_shop(name=f"S{n}", channel="pinduoduo") for n in range(3))
    folder = Path(_HOME)
    db = duckdb.connect(config={"threads": 2, "memory_limit": "768MB"})
    db.execute("SET TimeZone = 'UTC'")
    when = f"TIMESTAMPTZ '{NOW.isoformat()}' - to_seconds(((hash(i) % {DAYS * 86400})::BIGINT))"
    one = f"SELECT i, 0 AS n, {when} AS moment FROM range({orders}) t(i)"
    table(db, folder, "orders", ORDERS, one)
    more = f"SELECT i, 1 AS n, {when} AS moment FROM range({orders * 3 // 10}) t(i)"
    table(db, folder, "lines", LINES, f"{one} UNION ALL {more}")
    table(db, folder, "settlement", SETTLEMENT, one)
    for name in ("refunds", "visits", "ads"):
        table(db, folder, name, "", "SELECT 0 AS i, now() AS moment WHERE FALSE")
    covers = [FileCover(s.id, kind, NOW, NOW, 0, "") for s in shops for kind in ("orders", "settlement")]
    whole = 0.0
    with mock.patch.object(look.lake, "connect", return_value=db), mock.patch.object(
        look.metrics, "coverage", return_value=covers
    ):  # fmt: skip
        for code, found in sorted(detectors().items()):
            if code.startswith("watch."):
                start = time.perf_counter()
                count = len(list(found.detect(Scan(now=NOW + timedelta(minutes=1), shops=shops))))
                spent = time.perf_counter() - start
                whole += spent
                print(f"{code:18} {spent:7.2f} s  {count} findings")
    print(f"{'all':18} {whole:7.2f} s over {orders:,} orders (must stay below 30 s)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
