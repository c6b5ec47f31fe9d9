"""How many baskets a second the promotion engine prices, in one process, beside a bare integer loop.

    python tests/benchmarks/bench_promotions.py [--seconds 3]

The bare loop visits every line for every promotion and does one multiplication and one addition: what any engine that
looks at all pairs must at least do.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from zhanggui.goods.promotions.contracts import Basket, Facts, Line
from zhanggui.goods.promotions.domain.evaluate import evaluate
from zhanggui.goods.promotions.domain.prepare import Prepared, prepare
from zhanggui.goods.promotions.reading import read_promotions

NOW = datetime(2026, 11, 11, 4, tzinfo=UTC)
FACTS = Facts(now=NOW, tier="gold", points=3000)


def promotions() -> list[dict[str, Any]]:
    """Twenty promotions of a large sale: every lane, half of them for parts of the goods."""
    window = {"starts_at": "2026-11-10T20:00:00+08:00", "ends_at": "2026-11-12T00:00:00+08:00"}
    cat = [{"categories": [f"c{i}"]} for i in range(5)]
    return [
        {"key": "01", "kind": "timed_discount", "percent_off": "5", "scope": cat[0], **window},
        {"key": "02", "kind": "timed_discount", "amount_off": "3", "scope": cat[1], **window},
        {"key": "03", "kind": "flash_sale", "prices": [{"sku": "S3", "price": "9.90", "quota": 50}], **window},
        {"key": "04", "kind": "member_price", "prices": [{"sku": "S7", "price": "19.90"}]},
        {"key": "05", "kind": "tier_discount", "tiers": [{"tier": "gold", "percent_off": "3"}], "scope": cat[2]},
        {"key": "06", "kind": "nth_item", "n": 2, "percent_off": "50", "scope": cat[3]},
        {"key": "07", "kind": "buy_m_get_n", "m": 3, "n": 1, "scope": cat[4]},
        {"key": "08", "kind": "bundle", "items": [{"sku": "S1"}, {"sku": "S2"}], "price": "30"},
        {"key": "09", "kind": "add_on", "at": "199", "items": [{"sku": "S9", "price": "9.90"}]},
        {"key": "10", "kind": "full_reduction", "tiers": [{"at": "200", "off": "20"}, {"at": "400", "off": "50"}]},
        {"key": "11", "kind": "full_discount", "tiers": [{"pieces": 3, "percent_off": "8"}], "scope": cat[0]},
        {"key": "12", "kind": "coupon", "at": "299", "off": "30"},
        {"key": "13", "kind": "coupon", "at": "99", "off": "10"},
        {"key": "14", "kind": "coupon", "percent_off": "10", "cap": "20", "scope": cat[2]},
        {"key": "15", "kind": "cross_shop_reduction", "every": {"at": "300", "off": "40"}, "cap": "400"},
        {"key": "16", "kind": "coupon", "issuer": "platform", "at": "500", "off": "60"},
        {"key": "17", "kind": "red_packet", "off": "3"},
        {"key": "18", "kind": "points", "points": 100, "worth": "1", "max_percent": "5"},
        {"key": "19", "kind": "free_freight", "at": "99"},
        {"key": "20", "kind": "full_gift", "tiers": [{"at": "300", "gifts": [{"sku": "G", "value": "15"}]}]},
    ]  # fmt: skip


def baskets(lines: int, count: int = 200) -> list[Basket]:
    dice = random.Random(7)
    return [
        Basket(
            "CNY",
            tuple(
                Line(
                    f"{i:03}",
                    f"S{dice.randint(0, 39)}",
                    dice.randint(500, 9900),
                    dice.randint(1, 3),
                    categories=(f"c{dice.randint(0, 4)}",),
                )
                for i in range(lines)
            ),
            freight=(("", 800),),
        )
        for _ in range(count)
    ]


def bare(lines: list[tuple[int, int]], rates: list[int]) -> int:
    total = 0
    for price, qty in lines:
        for rate in rates:
            total += price * qty * rate // 1000
    return total


def per_second(call: Callable[[int], object], seconds: float) -> float:
    call(0)
    started = time.process_time()
    done = 0
    while (spent := time.process_time() - started) < seconds:
        for _ in range(20):
            call(done)
            done += 1
    return done / spent


def measure(prepared: Prepared, given: list[Basket], seconds: float) -> float:
    return per_second(lambda i: evaluate(given[i % len(given)], prepared, FACTS), seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    seconds = parser.parse_args().seconds
    prepared = prepare(read_promotions(promotions()), "CNY")
    for lines in (20, 100):
        engine = measure(prepared, baskets(lines), seconds)
        pairs = [(line.price, line.qty) for line in baskets(lines, 1)[0].lines]
        floor = per_second(lambda _i, pairs=pairs: bare(pairs, list(range(20))), seconds)
        print(f"{lines} lines × 20 promotions: {engine:,.0f}/s; bare loop {floor:,.0f}/s; ratio {engine / floor:.2f}")
    for qty in (1, 9_999):
        line = Line("1", "S1", 4990, qty, categories=("c3",))
        one = measure(prepared, [Basket("CNY", (line, Line("2", "S5", 990, 1, categories=("c4",))))], seconds)
        print(f"{qty:,} pieces of one item: {one:,.0f}/s")


if __name__ == "__main__":
    main()
