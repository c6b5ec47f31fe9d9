"""One hot SKU, 32 clients: durable reservations with their ledger row, beside the usual way and beside the ceiling.

    python tests/benchmarks/bench_hot_sku.py [--clients 32] [--seconds 5] [--only sqlite,postgresql] [--rounds 1]

Every answered request is one row of the ledger of promises, committed to disk. PostgreSQL (a private server with
fsync on): grouped commits beside the usual transaction per request (lock the row, look, insert, update, commit) by the
same number of clients with a connection each, written bare with psycopg. SQLite (WAL, synchronous=FULL): grouped
commits beside the ceiling, which is the bare driver writing the same rows in groups of the same size, with nobody to
answer. Afterwards the ledger is replayed: nothing sold twice, caches equal.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import with_postgres as servers

STOCK = 100_000_000


def start(home: str, url: str) -> int:
    os.environ |= {"ZHANGGUI_HOME": home, "DJANGO_SETTINGS_MODULE": "zhanggui.config.settings"}
    os.environ["ZHANGGUI_DATABASE_URL"] = url
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from zhanggui.supply.inventory import operations as stock
    from zhanggui.supply.inventory.contracts import ReceiptLine

    item_id = stock.put_item(sku="HOT")
    stock.receive_goods(lines=[ReceiptLine("HOT", str(STOCK))], source="all")
    return item_id


def race(clients: int, seconds: float, act: Any) -> tuple[int, list[float], float]:
    """``act(client)`` is called again and again by every client; returns count, latencies, wall seconds."""
    done: list[list[float]] = [[] for _ in range(clients)]
    go = threading.Barrier(clients + 1)
    stop = threading.Event()

    def work(client: int) -> None:
        call, mine = act(client), done[client]
        go.wait()
        while not stop.is_set():
            began = time.perf_counter()
            call(len(mine))
            mine.append(time.perf_counter() - began)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    go.wait()
    began = time.perf_counter()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - began
    every = sorted(x for part in done for x in part)
    return len(every), every, wall


def told(name: str, clients: int, count: int, latencies: list[float], wall: float) -> dict[str, Any]:
    p50, p99 = (latencies[min(len(latencies) - 1, int(len(latencies) * q))] * 1000 for q in (0.5, 0.99))
    return {"name": name, "clients": clients, "rate": count / wall, "p50_ms": p50, "p99_ms": p99}


def ours(clients: int, seconds: float) -> dict[str, Any]:
    from zhanggui.supply.inventory import operations as stock

    def act(client: int) -> Any:
        def call(n: int) -> None:
            ref = f"c{client}-{n}"
            assert stock.reserve_grouped(order_ref=ref, lines={"HOT": 1}).ok

        return call

    stock.reserve_grouped(order_ref="warm", lines={"HOT": 1})
    return told("grouped", clients, *race(clients, seconds, act))


def usual(url: str, item_id: int, clients: int, seconds: float) -> dict[str, Any]:
    import psycopg

    def act(client: int) -> Any:
        db = psycopg.connect(url)

        def call(n: int) -> None:
            with db.transaction(), db.cursor() as cursor:
                cursor.execute("SELECT on_hand - reserved FROM inventory_pool WHERE item_id = %s FOR UPDATE", [item_id])
                row = cursor.fetchone()
                assert row is not None
                assert row[0] >= 1
                cursor.execute(
                    "INSERT INTO inventory_reservationentry (kind, item_id, qty, order_ref, at, key)"
                    " VALUES ('reserve', %s, 1, %s, now(), %s) RETURNING id",
                    [item_id, f"u{client}-{n}", f"u{client}-{n}#0"],
                )
                entry = cursor.fetchone()
                assert entry is not None
                cursor.execute(
                    "INSERT INTO inventory_openhold (entry_id, item_id, order_ref, qty) VALUES (%s, %s, %s, 1)",
                    [entry[0], item_id, f"u{client}-{n}"],
                )
                cursor.execute(
                    "UPDATE inventory_pool SET reserved = reserved + 1, version = version + 1 WHERE item_id = %s",
                    [item_id],
                )

        return call

    return told("usual", clients, *race(clients, seconds, act))


def ceiling(file: str, item_id: int, clients: int, seconds: float) -> dict[str, Any]:
    import sqlite3

    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA synchronous=FULL")
    began, n = time.perf_counter(), 0
    waits = []
    while time.perf_counter() - began < seconds:
        start = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        (free,) = db.execute("SELECT on_hand - reserved FROM inventory_pool WHERE item_id = ?", [item_id]).fetchone()
        assert free >= clients
        (last,) = db.execute("SELECT coalesce(max(id), 0) FROM inventory_reservationentry").fetchone()
        rows = [("reserve", item_id, 1, f"x{n + i}", "2026-03-02 08:00:00", f"x{n + i}#0") for i in range(clients)]
        db.executemany(
            "INSERT INTO inventory_reservationentry (kind, item_id, qty, order_ref, at, key) VALUES (?, ?, ?, ?, ?, ?)",
            rows,
        )
        db.execute(
            "INSERT INTO inventory_openhold (entry_id, item_id, order_ref, qty)"
            " SELECT id, item_id, order_ref, qty FROM inventory_reservationentry WHERE id > ?",
            [last],
        )
        db.execute(
            "UPDATE inventory_pool SET reserved = reserved + ?, version = version + 1 WHERE item_id = ?",
            [clients, item_id],
        )
        db.execute("COMMIT")
        n += clients
        waits.append(time.perf_counter() - start)
    wall = time.perf_counter() - began
    db.close()
    return told("ceiling", clients, n, sorted(waits), wall)


def checked() -> None:
    from zhanggui.supply.inventory import queries
    from zhanggui.supply.inventory.models import Pool

    result = queries.verify()
    assert result.ok, result.mismatches[:5]
    pool = Pool.objects.get()
    assert 0 <= pool.reserved <= pool.on_hand == STOCK


def one(arguments: argparse.Namespace) -> None:
    """One measure in this process, on an empty database; prints JSON."""
    with tempfile.TemporaryDirectory(prefix="zhanggui-bench-") as home:
        item_id = start(home, arguments.url)
        if arguments.measure == "ours":
            found = ours(arguments.clients, arguments.seconds)
        elif arguments.measure == "usual":
            found = usual(arguments.url, item_id, arguments.clients, arguments.seconds)
        else:
            from django.conf import settings

            file = str(settings.DATABASES["default"]["NAME"])
            found = ceiling(file, item_id, arguments.clients, arguments.seconds)
        checked()
        print(json.dumps(found))


def durable_server(folder: str) -> tuple[subprocess.Popen[bytes], str]:
    programs = servers.binaries()
    assert programs is not None
    user, port = servers.server_user(), servers.free_port()
    place = Path(folder)
    if user is not None:
        shutil.chown(place, user)
    own: dict[str, Any] = {"user": user, "cwd": folder, "env": {**os.environ, "HOME": folder, "LC_ALL": "C.UTF-8"}}
    command = [programs / "initdb", "-D", place / "data", "-U", "zhanggui", "--auth=trust", "--encoding=UTF8"]
    subprocess.run([*command, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, **own)
    options = ["listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={folder}", "max_connections=100",
               "shared_buffers=256MB"]  # fmt: skip
    settings = [part for option in options for part in ("-c", option)]
    log = (place / "log").open("wb")
    server = subprocess.Popen([programs / "postgres", "-D", place / "data", *settings], stdout=log, stderr=log, **own)
    servers.wait_until_ready(programs, port, server, place / "log")
    return server, f"postgresql://zhanggui@127.0.0.1:{port}"


def fresh(measure: str, url: str, clients: int, seconds: float) -> dict[str, Any]:
    command = [sys.executable, __file__, "--measure", measure, "--url", url]
    done = subprocess.run(
        [*command, "--clients", str(clients), "--seconds", str(seconds)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def show(database: str, found: dict[str, Any]) -> dict[str, Any]:
    print(
        f"{database:10} {found['name']:8} {found['clients']:3} clients {found['rate']:8,.0f}/s"
        f"  p50 {found['p50_ms']:6.1f} ms  p99 {found['p99_ms']:6.1f} ms",
        flush=True,
    )
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--only", default="sqlite,postgresql")
    parser.add_argument("--measure", default="")
    parser.add_argument("--url", default="")
    arguments = parser.parse_args()
    if arguments.measure:
        one(arguments)
        return
    clients, seconds = arguments.clients, arguments.seconds
    if "sqlite" in arguments.only:
        top = show("sqlite", fresh("ceiling", "", clients, seconds))
        mine = show("sqlite", fresh("ours", "", clients, seconds))
        print(f"sqlite     grouped / ceiling {mine['rate'] / top['rate']:.2f}  (at least 0.50)")
    if "postgresql" in arguments.only and servers.binaries() is not None:
        import psycopg

        with tempfile.TemporaryDirectory(prefix="zhanggui-postgres-") as folder:
            server, base = durable_server(folder)
            try:
                for name in ("usual", "ours"):
                    with psycopg.connect(f"{base}/postgres", autocommit=True) as db:
                        db.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
                slow = show("postgresql", fresh("usual", f"{base}/usual", clients, seconds))
                mine = show("postgresql", fresh("ours", f"{base}/ours", clients, seconds))
                print(
                    f"postgresql grouped / usual {mine['rate'] / slow['rate']:.1f}  (at least 10),"
                    f" p99 {mine['p99_ms']:.1f} ms  (below 50)"
                )
            finally:
                server.terminate()
                server.wait()


if __name__ == "__main__":
    main()
