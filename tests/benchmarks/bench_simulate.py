"""How long the simulator takes for many baskets × 20 promotions, without the order book.

    python tests/benchmarks/bench_simulate.py [--baskets 100000] [--skus 300] [--processes 2] [--quota]

Baskets have one to four lines with the popularity of goods falling like 1/rank; equal ones are priced once. The twenty
promotions are those of bench_promotions.py without the quota of its flash sale; ``--quota`` keeps it, so that orders
are priced one after the other in the order of payment.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from bench_promotions import FACTS, NOW, promotions

from zhanggui.goods.promotions.queries import read_promotions
from zhanggui.processes.simulating.replay import Draft, replay, replay_in_turn
from zhanggui.processes.simulating.tally import Bought, Key, Piece


def bites(count: int, skus: int, bite: int = 20_000) -> Iterator[list[Bought]]:
    dice = random.Random(11)
    goods = [
        Piece(f"S{i}", dice.randint(500, 9900), 1, f"P{i // 3}", (f"c{i % 5}",), "", 300 if i % 3 else None)
        for i in range(skus)
    ]
    weights = [1 / (i + 1) for i in range(skus)]
    found: list[Bought] = []
    for n in range(count):
        size = dice.choices((1, 2, 3, 4), (60, 25, 10, 5))[0]
        pieces = [p._replace(qty=dice.choices((1, 2, 3), (85, 12, 3))[0]) for p in dice.choices(goods, weights, k=size)]
        pieces.sort(key=lambda p: p[:6])
        key = Key("taobao", "shop", dice.choice((0, 800)), tuple(pieces))
        found.append(Bought(key, 1, f"N{n}", f"b{n % 1000}", NOW + timedelta(seconds=n)))
        if len(found) == bite:
            yield found
            found = []
    yield found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baskets", type=int, default=100_000)
    parser.add_argument("--skus", type=int, default=300)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--quota", action="store_true")
    given = parser.parse_args()
    rows = promotions()
    if not given.quota:
        for row in rows:
            for price in row.get("prices", ()):
                price.pop("quota", None)
    draft = Draft("bench", tuple(read_promotions(rows)), FACTS)
    started = time.perf_counter()
    for _bite in bites(given.baskets, given.skus):
        pass
    making = time.perf_counter() - started
    started = time.perf_counter()
    if given.quota:
        turns = (one for bite in bites(given.baskets, given.skus) for one in bite)
        tallies, priced = replay_in_turn([draft], turns, "CNY", stack_percent=40)
    else:
        tallies, priced = replay(
            [draft], bites(given.baskets, given.skus), "CNY", stack_percent=40, processes=given.processes
        )
    spent = time.perf_counter() - started
    assert tallies[0].orders == given.baskets
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{given.baskets:,} baskets × {len(rows)} promotions: {spent:.1f} s ({making:.1f} s of it makes the baskets); "
        f"{priced:,} priced, {priced / spent:,.0f}/s; peak {peak} MB"
    )


if __name__ == "__main__":
    main()
