"""What the watchers judge by: for every rule one case that is told and one near it that is not."""

from __future__ import annotations

from fractions import Fraction

import pytest

from zhanggui.processes.watching import judging
from zhanggui.processes.watching.judging import OrderFacts


def test_wilson_is_the_published_interval() -> None:
    low, high = judging.wilson(10, 20, 1.96)  # Newcombe 1998, table I: 10 of 20
    assert (round(low, 4), round(high, 4)) == (0.2993, 0.7007)
    assert judging.wilson(0, 0, 1.96) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("hits", "of", "base_hits", "base_of", "shop", "told"),
    [
        (18, 20, 4, 200, 0.05, True),
        (6, 20, 4, 200, 0.05, True),  # 30 % against 5 %: the lower bound is 9.7 %
        (5, 20, 1, 50, 0.10, False),  # lucky before, usual now
        (4, 4, 0, 100, 0.01, False),  # too few to be more than single cases
        (60, 1000, 45, 1000, 0.045, False),  # certain, and no half more
    ],
)
def test_a_spike_is_certain_and_large(
    hits: int, of: int, base_hits: int, base_of: int, shop: float, told: bool
) -> None:
    assert judging.spiked(hits, of, base_hits, base_of, shop) is told


def test_sales_that_miss_orders() -> None:
    assert judging.missing_orders(6, 72.0) > 4
    assert judging.missing_orders(45, 72.0) < 4


def test_one_source_of_visitors() -> None:
    told = judging.concentrated({"search": 840, "paid": 100, "live": 60})
    assert told == ("search", Fraction(21, 25), Fraction(840**2 + 100**2 + 60**2, 1000**2))
    assert judging.concentrated({"search": 650, "paid": 200, "live": 150}) is None
    assert judging.concentrated({"search": 90, "paid": 10}) is None  # too few people to say anything
    assert judging.concentrated({"search": 1000}) is None  # one source told is a report without sources


@pytest.mark.parametrize(
    ("facts", "score"),
    [
        (OrderFacts(10_000, 1_000, qty=20), 60),
        (OrderFacts(9_999, 1_000, qty=20), 40),
        (OrderFacts(10_000, 1_000, qty=19), 40),
        (OrderFacts(1_000, 1_000, buyer_orders=4, buyer_refunded=3, buyer_today=5), 55),
        (OrderFacts(5_000, 1_000, buyer_orders=6, buyer_refunded=3, buyer_today=5), 75),
        (OrderFacts(5_000, 1_000, buyer_orders=7, buyer_refunded=3, buyer_today=4), 20),
        (OrderFacts(1_000, 1_000, has_district=False, districts_known=Fraction(9, 10), alike_within_hour=8), 45),
        (OrderFacts(1_000, 1_000, has_district=False, districts_known=Fraction(8, 10), alike_within_hour=7), 0),
        (OrderFacts(3_000, 1_000, is_cod=True), 15),
        (OrderFacts(10_000, 0), 0),  # a shop without a median: an amount cannot be large
    ],
)
def test_signs_of_risk_add_up(facts: OrderFacts, score: int) -> None:
    assert sum(sign.points for sign in judging.risk(facts)) == score


def test_a_price_out_of_line_with_the_others_and_with_the_habit() -> None:
    paid = {(code, shop): Fraction(price) for shop, factor in ((1, 100), (2, 100), (3, 80))
            for code, price in (("A", 50 * factor), ("B", 90 * factor), ("C", 20 * factor))}  # fmt: skip
    assert judging.odd_prices(paid) == []  # shop 3 is cheaper on everything
    paid["B", 2] = Fraction(4500)
    assert [(code, shop, int(price), int(expected)) for code, shop, price, expected in judging.odd_prices(paid)] == [
        ("B", 2, 4500, 9000)
    ]
    paid["B", 2] = Fraction(7200)
    assert judging.odd_prices(paid) == []  # a fifth away: a coupon


def test_two_shops_disagree_and_only_one_is_named() -> None:
    paid = {(f"S{n}", shop): Fraction(1000) for n in range(4) for shop in (1, 2)}
    paid["S0", 2] = Fraction(300)
    assert [(code, shop) for code, shop, _, _ in judging.odd_prices(paid)] == [("S0", 2)]


def test_statements_are_compared_by_what_they_mean() -> None:
    rows = [(f"{n}", 900, {"paid": 1000, "receivable": 900}) for n in range(30)]
    assert judging.differing(rows) == ("receivable", [])
    rows[7] = ("7", 880, rows[7][2])
    assert judging.differing(rows) == ("receivable", [("7", 880, 900)])
    rows[7] = ("7", 896, rows[7][2])
    assert judging.differing(rows) == ("receivable", [])  # shares were rounded
    assert judging.differing(rows[:19]) is None  # too few to know what they mean
    assert judging.differing([(no, told + int(no) * 10, of) for no, told, of in rows]) is None
