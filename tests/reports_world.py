"""A small known world for reports: two shops, eleven weeks of the same days, and one day that differs.

Every day shop 1 (Taobao) sells ten orders of ¥100 to ten buyers, 200 visitors; shop 2 (JD) four of ¥50, 100 visitors.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import metric_world
from metric_world import SHOPS, moment
from zhanggui.insight.metrics.queries.state import State

#: A Wednesday without a campaign; the week before is without one, too.
DAY = date(2026, 4, 22)
START = DAY - timedelta(days=80)
NOW = moment(1, DAY + timedelta(days=1), 8)
TWO = {i: SHOPS[i] for i in (1, 2)}
USUAL = {1: (10, 10_000, 200), 2: (4, 5_000, 100)}


def make(
    folder: Path,
    special: dict[tuple[int, date], tuple[int, int, int]] | None = None,
    *,
    refunds: dict[date, int] | None = None,
    without: frozenset[int] = frozenset(),
    wobble: int = 0,
) -> State:
    """The world as a state. ``special``: (shop, day) → (orders, amount of each, visitors). ``refunds``: refunded on a
    day at shop 1. ``without``: shops whose order files end before ``DAY``. ``wobble``: amounts vary by so much."""
    rows: dict[str, list[dict[str, Any]]] = {"orders": [], "visits": [], "refunds": []}
    for n in range(82):
        day = START + timedelta(days=n)
        for shop_id, usual in USUAL.items():
            if shop_id in without and day >= DAY:
                continue
            orders, amount, visitors = (special or {}).get((shop_id, day), usual)
            amount += (n * 7919 % (2 * wobble + 1)) - wobble if wobble else 0
            rows["orders"] += [_order(shop_id, day, i, amount) for i in range(orders)]
            rows["visits"].append({
                "shop_id": shop_id, "row_key": f"v{shop_id}-{day}", "day": day, "level": "shop", "visitors": visitors,
                "views": 3 * visitors, "pay_buyers": orders, "currency": "CNY", "counts": True, "device": "all",
            })  # fmt: skip
    for day, amount in (refunds or {}).items():
        at = moment(1, day, 15)
        rows["refunds"].append({
            "shop_id": 1, "refund_no": f"R{day}", "order_no": f"1-{day}-0", "currency": "CNY", "state": "success",
            "kind": "refund_only", "refunded": amount, "qty": 1, "applied_at": at, "finished_at": at, "dated_at": at,
        })  # fmt: skip
    state = metric_world.state(metric_world.write(folder, rows), shops=TWO, until=moment(1, DAY + timedelta(days=2), 0))
    for shop_id in without:
        state.until = {**state.until, (shop_id, "orders"): moment(shop_id, DAY, 0)}
    return state


def _order(shop_id: int, day: date, i: int, amount: int) -> dict[str, Any]:
    at = moment(shop_id, day, 10, i)
    return {
        "shop_id": shop_id, "order_no": f"{shop_id}-{day}-{i}", "currency": "CNY", "status": "paid",
        "created_at": at, "listed_at": at, "paid_at": at, "buyer_paid": amount, "buyer_key": f"b{shop_id}-{i}",
    }  # fmt: skip
