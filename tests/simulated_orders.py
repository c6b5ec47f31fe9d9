"""Made-up paid orders and drafts for tests of the simulator."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from ledger_frames import T0

SKUS = tuple(f"S{i}" for i in range(8))

#: Offers of several lanes, payers and kinds.
PLAIN: list[dict[str, Any]] = [
    {"key": "time", "kind": "timed_discount", "percent_off": "7.5", "scope": {"skus": ["S0", "S1"]}},
    {"key": "second", "kind": "nth_item", "n": 2, "percent_off": "50", "scope": {"skus": ["S2", "S3", "S4"]}},
    {"key": "full", "kind": "full_reduction", "every": {"at": "80", "off": "7"}, "cap": "35"},
    {"key": "cross", "kind": "cross_shop_reduction", "every": {"at": "100", "off": "11"}, "platform_percent": "60"},
    {"key": "coupon", "kind": "coupon", "percent_off": "12", "cap": "20", "scope": {"skus": ["S5", "S6", "S1"]}},
    {"key": "free", "kind": "free_freight", "at": "99"},
    {"key": "gift", "kind": "full_gift", "tiers": [{"at": "150", "gifts": [{"sku": "G", "qty": 2, "value": "5"}]}]},
    {"key": "gold", "kind": "tier_discount", "tiers": [{"tier": "gold", "percent_off": "9"}]},
]  # fmt: skip
#: Offers that earlier orders use up.
LIMITED: list[dict[str, Any]] = [
    {"key": "flash", "kind": "flash_sale", "prices": [{"sku": "S0", "price": "5", "quota": 30, "per_buyer": 3}],
     "starts_at": "2026-11-11T00:00:00+08:00", "ends_at": "2026-11-12T00:00:00+08:00"},
    {"key": "budget", "kind": "coupon", "at": "50", "off": "6", "budget": "60"},
    {"key": "once", "kind": "full_reduction", "tiers": [{"at": "30", "off": "4"}], "per_person": 1},
    {"key": "few", "kind": "red_packet", "off": "3", "total_uses": 25},
]  # fmt: skip


def paid_orders(count: int, seed: int, *, days: int = 5) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Orders and their lines, paid within ``days`` of ``T0``; many baskets occur several times."""
    dice = random.Random(seed)
    prices = {sku: dice.randint(990, 8990) for sku in SKUS}
    orders, lines = [], []
    for n in range(count):
        number = f"N{n:05}"
        paid: datetime = T0 + timedelta(seconds=dice.randrange(days * 86_400))
        orders.append(
            {"order_no": number, "status": "paid", "created_at": paid, "paid_at": paid, "currency": "CNY",
             "freight_amount": dice.choice([0, 0, 800]), "buyer_ref": f"buyer{dice.randrange(count // 3 + 1)}"}
        )  # fmt: skip
        for k in range(dice.choice([1, 1, 1, 2, 2, 3])):
            sku = dice.choice(SKUS)
            lines.append(
                {"order_no": number, "line_no": f"{number}-{k}", "outer_sku_code": sku, "title": sku,
                 "qty": dice.choice([1, 1, 2, 3]), "unit_price": prices[sku]}
            )  # fmt: skip
    return orders, lines
