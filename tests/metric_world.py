# ruff: noqa: E501 (rows of a made-up world)
"""A small known world for the metric store: made-up orders, lines, refunds, visits and adverts as Parquet files.

Money in minor units. Three shops: 1 Taobao and 2 JD in CNY (Shanghai), 3 Shopify in USD (New York).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from zhanggui.foundation.lake.contracts import Table
from zhanggui.insight.metrics.domain.coverage import Shop
from zhanggui.insight.metrics.queries.state import State
from zhanggui.insight.metrics.store import engines
from zhanggui.trade.aftersales.facts import REFUNDS
from zhanggui.trade.orders.facts import LINES, ORDERS
from zhanggui.trade.settlement.facts import SETTLEMENT
from zhanggui.traffic.ads.facts import ADS
from zhanggui.traffic.visits.facts import VISITS

TABLES: dict[str, Table] = {t.name: t for t in (ORDERS, LINES, REFUNDS, SETTLEMENT, VISITS, ADS)}
SHOPS = {
    1: Shop(1, "East", "taobao", "CNY", "Asia/Shanghai"),
    2: Shop(2, "West", "jd", "CNY", "Asia/Shanghai"),
    3: Shop(3, "Abroad", "shopify", "USD", "America/New_York"),
}
FIRST, LAST = date(2026, 1, 1), date(2026, 4, 30)
UNTIL = datetime(2026, 5, 2, tzinfo=UTC)
_POLARS = {
    "text": pl.String, "int": pl.Int64, "minor": pl.Int64, "utc": pl.Datetime("us", "UTC"), "bool": pl.Boolean,
    "day": pl.Date,
}  # fmt: skip
COSTS = {"code": "text", "currency": "text", "from_day": "day", "to_day": "day", "unit_cost": "minor",
         "handling_cost": "minor"}  # fmt: skip
CATEGORIES = {"code": "text", "category": "text"}


def frame(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as a frame with exactly these columns; what a row does not name is null."""
    rows = list(rows)
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, unknown
    return pl.DataFrame(
        {name: pl.Series(name, [row.get(name) for row in rows], dtype=_POLARS[kind]) for name, kind in columns.items()}
    )


def with_days(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """The business days of a row in the zone of its shop, as the lake derives them."""
    shop = SHOPS[row["shop_id"]]
    days = {
        day: row[moment].astimezone(ZoneInfo(shop.zone)).date()
        for day, moment in table.days.items()
        if row.get(moment) is not None
    }
    return {"channel": shop.channel, **row, **days}


def write(folder: Path, rows: Mapping[str, list[dict[str, Any]]], goods: Mapping[str, Any] | None = None) -> Any:
    """The files of a world: table → (columns, paths), as engines take them."""
    files: dict[str, Any] = {}
    for name, table in TABLES.items():
        told = [with_days(table, row) for row in rows.get(name, [])]
        path = folder / f"{name}.parquet"
        frame(table.schema, told).write_parquet(path)
        files[name] = (table.schema, [path])
    for name, columns in (("costs", COSTS), ("categories", CATEGORIES)):
        if goods and name in goods:
            path = folder / f"{name}.parquet"
            frame(columns, goods[name]).write_parquet(path)
            files[name] = (columns, [path])
    return files


def state(files: Any, engine: str = "duckdb", *, until: datetime = UNTIL, shops: Mapping[int, Shop] = SHOPS) -> State:
    """A state over the files whose every shop has files of every kind up to ``until``."""
    return State(
        engine=engines.of_files(engine, files),
        shops=shops,
        until={(i, t): until for i in shops for t in ("orders", "refunds", "ads", "settlement")},
        as_of=until,
    )


def moment(shop_id: int, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(SHOPS[shop_id].zone)).astimezone(UTC)


def make(*, orders: int = 600, seed: int = 7, days: int = 120) -> dict[str, list[dict[str, Any]]]:
    """A seeded world of every table with nulls, splits, cancellations, late shipments and refunds in it."""
    chance = random.Random(seed)
    made: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for n in range(orders):
        _order(made, chance, n, days)
    for shop_id in SHOPS:
        for d in range(days):
            _traffic(made, chance, shop_id, FIRST + timedelta(days=d))
    return made


def _order(made: dict[str, list[dict[str, Any]]], chance: random.Random, n: int, days: int) -> None:
    shop_id = chance.choice([1, 1, 1, 2, 2, 3])
    currency = SHOPS[shop_id].currency
    created = moment(
        shop_id, FIRST + timedelta(days=chance.randrange(days)), chance.randrange(24), chance.randrange(60)
    )
    paid = created + timedelta(minutes=chance.randrange(1, 600)) if chance.random() < 0.85 else None
    shipped = paid + timedelta(hours=chance.randrange(2, 90)) if paid and chance.random() < 0.9 else None
    status = "completed" if shipped else ("paid" if paid else "created")
    cancelled = None
    if not shipped and chance.random() < 0.4:
        status, cancelled = "cancelled", created + timedelta(hours=chance.randrange(30))
    lines, total, listed = [], 0, 0
    for i in range(chance.choice([1, 1, 2, 3])):
        sku = f"K{chance.randrange(12):02}"
        qty, price = chance.randrange(1, 4), chance.randrange(500, 9000)
        amount = qty * price
        total, listed = total + amount, listed + qty * (price + 500)
        told = chance.random() < 0.95
        lines.append({
            "shop_id": shop_id, "order_no": f"N{n}", "line_no": f"N{n}-{i}", "outer_sku_code": sku,
            "outer_product_code": sku[:2] + "X", "title": f"Thing {sku}", "qty": qty, "unit_price": price,
            "unit_list_price": price + 500, "line_paid": amount if told else None, "currency": currency,
            "created_at": created, "listed_at": created, "paid_at": paid, "shipped_at": shipped, "status": status,
            "completed_at": shipped + timedelta(days=5) if shipped else None,
        })  # fmt: skip
    freight = chance.choice([0, 0, 800])
    back = None
    order_status = status
    if paid and chance.random() < 0.15:
        back = chance.choice([total // 3, total])
        order_status = "refunded" if back == total else status
        finished = paid + timedelta(hours=chance.randrange(5, 400))
        made["refunds"].append({
            "shop_id": shop_id, "refund_no": f"R{n}", "order_no": f"N{n}", "currency": currency, "state": "success",
            "kind": chance.choice(["refund_only", "return_refund"]), "refunded": back, "qty": 1,
            "outer_sku_code": lines[0]["outer_sku_code"], "applied_at": paid + timedelta(hours=1),
            "finished_at": finished, "dated_at": paid + timedelta(hours=1),
            "returned_at": None,
        })  # fmt: skip
        lines[0]["refunded_amount"] = min(back, lines[0]["line_paid"] or 0) or None
    elif paid and chance.random() < 0.03:
        order_status = "refunded"
    buyer = f"{SHOPS[shop_id].channel}-b{chance.randrange(150)}" if chance.random() < 0.97 else None
    made["orders"].append({
        "shop_id": shop_id, "order_no": f"N{n}", "currency": currency, "status": order_status,
        "created_at": created, "listed_at": created, "paid_at": paid, "shipped_at": shipped,
        "delivered_at": shipped + timedelta(hours=40) if shipped and chance.random() < 0.9 else None,
        "completed_at": shipped + timedelta(days=5) if shipped else None, "cancelled_at": cancelled,
        "ship_deadline_at": paid + timedelta(hours=48) if paid and shop_id != 3 else None,
        "goods_list_amount": listed, "goods_amount": total, "freight_amount": freight,
        "merchant_discount": chance.choice([0, 0, 300]), "buyer_paid": (total + freight) if paid and chance.random() < 0.98
        else (None if paid else 0), "refunded_to_date": back, "qty": sum(line["qty"] for line in lines),
        "buyer_key": buyer, "receiver_province": chance.choice(["浙江", "广东", None]), "line_count": len(lines),
    })  # fmt: skip
    for line in lines:
        line["buyer_key"], line["order_status"] = buyer, order_status
        made["lines"].append(line)
    if paid:
        made["settlement"].append({
            "shop_id": shop_id, "entry_key": f"E{n}", "book": "settlement", "order_no": f"N{n}", "currency": currency,
            "amount": -(total // 20), "subject": "commission", "occurred_at": paid, "dated_at": paid,
        })  # fmt: skip


def _traffic(made: dict[str, list[dict[str, Any]]], chance: random.Random, shop_id: int, day: date) -> None:
    base = {"shop_id": shop_id, "day": day, "counts": True, "currency": SHOPS[shop_id].currency}
    people = {**base, "device": "all"}
    visitors = chance.randrange(50, 400)
    if chance.random() < 0.96:  # a day nobody sent a file for now and then
        made["visits"].append({
            **people, "row_key": f"s{shop_id}{day}", "level": "shop", "visitors": visitors, "views": visitors * 3,
            "visits": visitors + 20, "bounces": visitors // 3, "bounce_unit": "visitor", "dwell_seconds": visitors * 41,
            "new_visitors": visitors // 2, "favourite_users": visitors // 9, "cart_users": visitors // 7,
            "order_buyers": visitors // 30, "pay_buyers": visitors // 40, "orders": visitors // 28,
            "impressions": visitors * 20,
        })  # fmt: skip
        for source, share in (("search", 2), ("paid", 4), ("recommendation", 5)):
            made["visits"].append({
                **people, "row_key": f"{source}{shop_id}{day}", "level": "source", "source": source,
                "visitors": visitors // share, "pay_buyers": visitors // share // 40,
            })  # fmt: skip
    for n in range(6):
        spend = chance.randrange(1000, 9000)
        made["ads"].append({
            **base, "row_key": f"a{n}{shop_id}{day}", "tool": "zhitongche", "level": "item", "item_no": f"I{n}",
            "campaign": f"C{n % 2}", "window_days": 15, "view": "click", "impressions": spend // 2, "clicks": spend // 90,
            "spend": spend, "orders": spend // 2000, "attributed_amount": spend * chance.randrange(1, 5),
        })  # fmt: skip
        made["ads"].append({
            **base, "row_key": f"b{n}{shop_id}{day}", "counts": False, "tool": "zhitongche", "level": "keyword",
            "keyword": f"w{n}", "spend": spend, "clicks": spend // 90, "impressions": spend // 2,
        })  # fmt: skip
