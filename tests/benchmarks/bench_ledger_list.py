"""How fast the order list answers over a large book: server time per question, p50, p95, worst.

    python tests/benchmarks/bench_ledger_list.py [--orders 1000000] [--home DIR]

The book (eight shops, two years) is made once below ``--home`` and kept there when that is given.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)
SHOPS = (("taobao", 40), ("taobao", 15), ("jd", 15), ("pinduoduo", 15), ("douyin", 8), ("xiaohongshu", 4),
         ("kuaishou", 2), ("amazon", 1))  # fmt: skip
COMMON = ("连衣裙", "收纳盒", "保温杯", "蓝牙耳机", "四件套", "登山包", "数据线", "儿童雨衣", "电热毯", "空气炸锅")
BATCH = 65_536


def _dice(first: int, n: int, seed: int) -> pl.Series:
    """``n`` even numbers in [0, 1), the same for the same seed."""
    return (pl.int_range(first, first + n, eager=True).hash(seed) // 2048).cast(pl.Float64) / 2**53


def _pick(dice: pl.Series, shares: dict[str, float]) -> pl.Series:
    edges, total = [], 0.0
    for share in list(shares.values())[:-1]:
        total += share
        edges.append(total)
    return dice.cut(edges, labels=list(shares)).cast(pl.String)


def _batches(share: int, seed: int) -> Any:
    """Orders of one shop, each with one line, as one frame of header and line columns."""
    for start in range(0, share, BATCH):
        n = min(BATCH, share - start)
        rolls = iter([_dice(start, n, seed * 100 + k) for k in range(9)])
        age = (next(rolls) * 730 * 86_400).cast(pl.Int64)
        roll = next(rolls)
        fresh = _pick(roll, {"created": 0.1, "paid": 0.6, "shipped": 0.28, "refunding": 0.02})
        later = _pick(
            roll,
            {"completed": 0.83, "refunded": 0.08, "cancelled": 0.06, "shipped": 0.0279, "paid": 0.002, "unknown": 1e-4},
        )
        article = (8_000 * next(rolls) ** 3).cast(pl.Int64)
        amount = (2.718281828 ** (7.5 + 3 * next(rolls) ** 1.5)).cast(pl.Int64)
        number = pl.format("{}{}", pl.lit(seed), 4_000_000_000_000_000 + pl.col("i") * 977)
        yield (
            pl.DataFrame({"i": pl.int_range(start, start + n, eager=True), "age": age, "article": article,
                          "status": fresh.zip_with(age < 3 * 86_400, later), "buyer_paid": amount,
                          "buyer": (next(rolls) * max(share // 3, 1)).cast(pl.Int64), "flag": next(rolls),
                          "qty": (next(rolls) * 3 + 1).cast(pl.Int64)})
            .with_columns(
                order_no=number, line_no=number, row=pl.col("i") + 2, status_raw="status",
                created_at=(pl.lit(int(NOW.timestamp())) - pl.col("age")) * 1_000_000,
                refunded_amount=pl.when(pl.col("status") == "refunded").then("buyer_paid").otherwise(0),
                buyer_ref=pl.format("buyer{}", "buyer"),
                flags=pl.when(pl.col("flag") < 0.0005).then(pl.lit("hold")),
                title=pl.format("{} 新款 型号{} 包邮", (pl.col("article") % 10).replace_strict(dict(enumerate(COMMON))),
                                "article"),
                product_no=pl.format("6{}", pl.col("article").cast(pl.String).str.zfill(11)),
                line_amount="buyer_paid", line_paid="buyer_paid",
                waybill=pl.format("SF{}{}", pl.lit(seed), pl.col("i").cast(pl.String).str.zfill(12)),
            )
            .with_columns(pl.col("created_at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"))
            .with_columns(
                paid_at=pl.when(~pl.col("status").is_in(["created", "cancelled"])).then(
                    pl.col("created_at") + pl.duration(minutes=2)),
                ship_deadline_at=pl.col("created_at") + pl.duration(hours=48),
                shipped_at=pl.when(pl.col("status").is_in(["completed", "shipped"])).then(
                    pl.col("created_at") + pl.duration(hours=20)),
            )
        )  # fmt: skip


def build(orders: int) -> frozenset[int]:
    from django.db import transaction

    from zhanggui.foundation.accounts import operations as accounts
    from zhanggui.trade.orders.operations import record_batch

    header = ["order_no", "row", "status", "status_raw", "created_at", "paid_at", "buyer_paid", "refunded_amount",
              "buyer_ref", "flags", "ship_deadline_at", "shipped_at"]  # fmt: skip
    lines = ["order_no", "line_no", "row", "title", "product_no", "qty", "line_amount", "line_paid", "waybill",
             "status"]  # fmt: skip
    ids = []
    for n, (channel, percent) in enumerate(SHOPS, start=1):
        shop = accounts.create_shop(name=f"Shop {n}", channel=channel)
        ids.append(shop.id)
        with transaction.atomic():
            for frame in _batches(orders * percent // 100, n):
                record_batch(shop_id=shop.id, file_id=n, observed_at=NOW, grain="order", orders=frame.select(header),
                             lines=frame.select(lines), provided={})  # fmt: skip
    return frozenset(ids)


def questions(shops: frozenset[int]) -> dict[str, Callable[[], object]]:
    from zhanggui.trade.orders import queries
    from zhanggui.trade.orders.contracts import OrderFilter as F

    rnd = random.Random(3)

    def page(where: F | None = None, **more: Any) -> Callable[[], object]:
        return lambda: queries.list_orders(shop_ids=shops, where=where, now=NOW, **more)

    def count(where: F | None = None) -> Callable[[], object]:
        return lambda: queries.count_orders(shop_ids=shops, where=where, now=NOW)

    week, month = NOW - timedelta(days=7), NOW - timedelta(days=30)
    deep = queries.list_orders(shop_ids=shops, now=NOW, limit=500)
    number = deep.rows[250].order_no
    buyer = next(r.buyer_key for r in deep.rows if r.buyer_key)
    filters = {
        "nothing": F(),
        "channel jd": F(channels=frozenset({"jd"})),
        "smallest shop": F(shops=frozenset({max(shops)})),
        "to ship": F(states=frozenset({"paid", "allocated"})),
        "to ship, jd": F(states=frozenset({"paid"}), channels=frozenset({"jd"})),
        "unknown state": F(states=frozenset({"unknown"})),
        "completed": F(states=frozenset({"completed"})),
        "held": F(flags=frozenset({"hold"})),
        "with refund": F(has_refund=True),
        "without refund": F(has_refund=False),
        "refund, last month": F(has_refund=True, created_from=month, created_to=NOW),
        "overdue": F(due="overdue"),
        "due soon": F(due="soon"),
        "paid last week": F(paid_from=week, paid_to=NOW),
        "created a year ago": F(created_from=NOW - timedelta(days=372), created_to=NOW - timedelta(days=365)),
        "amount above 250": F(amount_from=25_000),
        "amount above 340": F(amount_from=34_000),
        "amount 90 to 110, last month": F(amount_from=9_000, amount_to=11_000, created_from=month, created_to=NOW),
        "one buyer": F(buyer_key=buyer),
        "order number": F(q=number),
        "number prefix": F(q=number[:15]),
        "waybill": F(q="SF1000000000123"),
        "two characters, common": F(q="耳机"),
        "title fragment, rare": F(q="型号7654 "),
        "product number": F(q="600000000017"),
        "common title, to ship": F(q="收纳", states=frozenset({"paid"})),
        "common title, last month": F(q="连衣裙", created_from=month, created_to=NOW),
        "nothing found": F(q="没有这个词"),
    }
    asked: dict[str, Callable[[], object]] = {}
    for name, where in filters.items():
        asked[f"page: {name}"] = page(where)
        asked[f"count: {name}"] = count(where)
    asked["page: second"] = page(cursor=queries.list_orders(shop_ids=shops, now=NOW).next_cursor)
    asked["page: deep"] = page(cursor=deep.next_cursor)
    asked["page: by amount"] = page(sort="amount")
    asked["page: by deadline"] = page(F(states=frozenset({"paid"})), sort="due", descending=False)
    asked["page: by payment"] = page(sort="paid")
    asked["detail"] = lambda: queries.order_detail(shop_ids=shops, order_id=rnd.choice(deep.rows).id)
    asked["neighbours"] = lambda: queries.neighbours(shop_ids=shops, order_id=rnd.choice(deep.rows).id, now=NOW)
    day = date(2026, 10, 30)
    asked["home: day"] = lambda: queries.day_totals(shop_ids=shops, first=day, last=day)
    asked["home: month"] = lambda: queries.day_totals(shop_ids=shops, first=day - timedelta(days=29), last=day)
    asked["home: duties"] = lambda: queries.shipping_duties(shop_ids=shops, now=NOW)
    asked["home: late days, week"] = lambda: queries.late_days(
        shop_ids=shops, first=day - timedelta(days=6), last=day, now=NOW
    )
    return asked


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=1_000_000)
    options.add_argument("--home", default="")
    options.add_argument("--rounds", type=int, default=15)
    given = options.parse_args()
    home = given.home or tempfile.mkdtemp(prefix="zhanggui-bench-")
    os.environ["ZHANGGUI_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhanggui.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from zhanggui.foundation.accounts import queries as accounts

    call_command("migrate", verbosity=0)
    shops = frozenset(s.id for s in accounts.shops())
    if not shops:
        started = time.perf_counter()
        shops = build(given.orders)
        print(f"book of {given.orders:,} orders made in {time.perf_counter() - started:.0f} s")
    every: list[float] = []
    worked: list[float] = []
    for name, ask in questions(shops).items():
        ask()
        times, work = [], []
        for _ in range(given.rounds):
            started, busy = time.perf_counter(), time.process_time()
            answer = ask()
            times.append((time.perf_counter() - started) * 1000)
            work.append((time.process_time() - busy) * 1000)
        every += times
        worked += work
        rows = getattr(answer, "rows", None)
        shown = len(rows) if rows is not None else str(answer)[:40]
        print(
            f"{name:40} p50 {statistics.median(times):7.1f} ms  worst {max(times):7.1f} ms  "
            f"cpu {statistics.median(work):6.1f} ms  {shown}",
            flush=True,
        )
    every.sort()
    worked.sort()
    late, busy = every[int(len(every) * 0.95)], worked[int(len(worked) * 0.95)]
    print(f"all: p50 {statistics.median(every):.1f} ms, p95 {late:.1f} ms (below 100), worst {every[-1]:.1f} ms; "
          f"of the processor p95 {busy:.1f} ms")  # fmt: skip
    if not given.home:
        sys.stdout.flush()
        for path in sorted(Path(home).rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()


if __name__ == "__main__":
    main()
