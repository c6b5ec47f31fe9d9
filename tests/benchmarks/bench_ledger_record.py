"""How fast the order book takes a large item list in, beside the floor and beside ``bulk_create``, in one run.

    python tests/benchmarks/bench_ledger_record.py [--lines 1000000] [--database postgresql://…]

Floor: the same bare parse, then ``executemany`` upserts (SQLite) or staged ``COPY`` and upsert (PostgreSQL) of the
columns the book fills, ids known beforehand, into the same tables with the same indexes. Peer: ``bulk_create`` of the
same rows (on a part of them). Every measure runs in a process of its own on an empty database.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
import ledger_items as items

OBSERVED = datetime(2026, 11, 1, tzinfo=UTC)
PEER_SHARE = 10


def start(home: str) -> int:
    os.environ["ZHANGGUI_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhanggui.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from zhanggui.foundation.accounts import operations as accounts

    return accounts.ensure_shop(name="Benchmark", channel="taobao").id


def ours(path: Path, shop_id: int) -> dict[str, Any]:
    from django.db import transaction

    from zhanggui.trade.orders.operations import record_batch

    done = []
    started = time.perf_counter()
    with transaction.atomic():
        for orders, lines in items.parse(path):
            provided = {"orders": frozenset(orders.columns), "lines": frozenset(lines.columns)}
            done.append(
                record_batch(shop_id=shop_id, file_id=1, observed_at=OBSERVED, grain="items", orders=orders,
                             lines=lines, provided=provided)
            )  # fmt: skip
    seconds = time.perf_counter() - started
    total = sum(done[1:], done[0])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    cpu = time.process_time()
    started = time.perf_counter()
    with transaction.atomic():
        for orders, lines in items.parse(path):
            provided = {"orders": frozenset(orders.columns), "lines": frozenset(lines.columns)}
            again = record_batch(shop_id=shop_id, file_id=1, observed_at=OBSERVED, grain="items", orders=orders,
                                 lines=lines, provided=provided)  # fmt: skip
            assert again.lines_new == again.lines_updated == again.orders_new == again.orders_updated == 0
    return {"seconds": seconds, "lines": total.lines_new, "orders": total.orders_new,
            "peak_mb": peak, "cpu": cpu, "again": time.perf_counter() - started}  # fmt: skip


def _physical(path: Path, shop_id: int) -> Any:
    """The rows as the book would hold them, ids known beforehand: what the floor and the peer write."""
    from zhanggui.trade.orders.domain import vector
    from zhanggui.trade.orders.operations.dictionaries import ARTICLE, Layers, intern_articles

    layer = Layers.intern({})
    next_order = 1
    moment = pl.lit(OBSERVED).cast(pl.Datetime("us", "UTC"))
    for orders, lines in items.parse(path):
        ids = orders.select("order_no").with_columns(order_id=pl.int_range(pl.len()) + next_order)
        next_order += len(orders)
        books = {"layer_id": pl.lit(layer), "source_file_id": pl.lit(1), "source_row": pl.col("row")}
        texts = lines.with_columns([pl.lit(None, dtype=pl.String).alias(n) for n in ARTICLE if n not in lines.columns])
        lines = lines.with_columns(
            article_id=intern_articles(shop_id, texts), reached=vector.reached_of(pl.col("status")), observed_at=moment,
            **books,
        ).join(ids, on="order_no", how="left")  # fmt: skip
        lines = lines.drop("row", "order_no", *[n for n in ARTICLE if n in lines.columns])
        state = vector.derive_orders(texts, "order_no")
        count = texts.group_by("order_no").agg(line_count=pl.len())
        orders = (
            orders.join(ids, on="order_no").join(state, on="order_no").join(count, on="order_no")
            .with_columns(
                id="order_id", shop_id=pl.lit(shop_id), status="lines_status", header_reached=pl.lit(0),
                held=pl.lit(False), listed_at="created_at", items_observed_at=moment, **books,
            )
            .drop("order_id", "row", "title", "buyer_note")
        )  # fmt: skip
        yield orders, lines


def floor(path: Path, shop_id: int) -> dict[str, Any]:
    from django.db import connection, transaction

    from zhanggui.trade.orders.store import bulk

    postgres = connection.vendor == "postgresql"
    started, count = time.perf_counter(), 0
    with transaction.atomic():
        for orders, lines in _physical(path, shop_id):
            for table, frame, key in (
                ("orders_order", orders, ("shop_id", "order_no")),
                ("orders_line", lines, ("order_id", "line_no")),
            ):
                names = frame.columns
                sets = ", ".join(f'"{n}" = excluded."{n}"' for n in names if n not in (*key, "id"))
                columns = ", ".join(f'"{n}"' for n in names)
                if postgres:
                    with connection.cursor() as cursor:
                        cursor.execute(f"CREATE TEMP TABLE stage AS SELECT {columns} FROM {table} WITH NO DATA")
                        bulk._copy("stage", names, frame)
                        cursor.execute(
                            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM stage "
                            f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}"
                        )
                        cursor.execute("DROP TABLE stage")
                    continue
                sql = (
                    f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(names))}) "
                    f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}"
                )
                connection.connection.executemany(sql, bulk._sqlite_rows(frame))
            count += len(lines)
    return {"seconds": time.perf_counter() - started, "lines": count}


def peer(path: Path, shop_id: int) -> dict[str, Any]:
    from django.db import transaction

    from zhanggui.trade.orders.models import Line, Order

    started, count = time.perf_counter(), 0
    with transaction.atomic():
        for orders, lines in _physical(path, shop_id):
            Order.objects.bulk_create([Order(**row) for row in orders.iter_rows(named=True)], batch_size=2000)
            Line.objects.bulk_create([Line(**row) for row in lines.iter_rows(named=True)], batch_size=2000)
            count += len(lines)
    return {"seconds": time.perf_counter() - started, "lines": count}


def measure(name: str, path: Path, database: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="zhanggui-bench-") as home:
        environment = {**os.environ, "ZHANGGUI_DATABASE_URL": database}
        out = subprocess.run(
            [sys.executable, __file__, "--measure", name, "--file", str(path), "--home", home],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if out.returncode:
        raise SystemExit(out.stderr)
    return dict(json.loads(out.stdout.splitlines()[-1]))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=1_000_000)
    options.add_argument("--database", default="")
    options.add_argument("--only", default="floor,ours,peer")
    options.add_argument("--measure", help=argparse.SUPPRESS)
    options.add_argument("--file", help=argparse.SUPPRESS)
    options.add_argument("--home", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.measure:
        shop_id = start(given.home)
        from django.db import connection

        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE orders_order, orders_line, orders_article, orders_layer CASCADE")
        found = {"floor": floor, "ours": ours, "peer": peer}[given.measure](Path(given.file), shop_id)
        found.setdefault("peak_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        found.setdefault("cpu", time.process_time())
        print(json.dumps(found))
        return
    with tempfile.TemporaryDirectory(prefix="zhanggui-bench-") as folder:
        whole, part = Path(folder) / "items.csv", Path(folder) / "part.csv"
        items.write(whole, given.lines)
        items.write(part, max(given.lines // PEER_SHARE, 1))
        found = {}
        for name in given.only.split(","):
            found[name] = measure(name, part if name == "peer" else whole, given.database)
            rate = found[name]["lines"] / found[name]["seconds"]
            print(f"{name:6} {found[name]['lines']:>9,} lines {found[name]['seconds']:7.2f} s {rate:>9,.0f} lines/s "
                  f"cpu {found[name]['cpu']:6.1f} s peak {found[name]['peak_mb']} MB", flush=True)  # fmt: skip
        if "ours" in found:
            print(f"the same file again: {found['ours']['again']:.2f} s, nothing changed")
        if {"ours", "floor"} <= found.keys():
            print(f"ours / floor       {found['ours']['seconds'] / found['floor']['seconds']:.2f}  (at most 1.7)")
        if {"ours", "peer"} <= found.keys():
            ratio = (
                found["ours"]["lines"] / found["ours"]["seconds"] * found["peer"]["seconds"] / found["peer"]["lines"]
            )
            print(f"ours / bulk_create {ratio:.2f}  (at least 3.5)")


if __name__ == "__main__":
    main()
