"""Laws of an evaluation that no single basket shows."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import promotion_baskets
from zhanggui.goods.promotions.contracts import Evaluation
from zhanggui.goods.promotions.domain.evaluate import evaluate
from zhanggui.goods.promotions.domain.prepare import prepare
from zhanggui.goods.promotions.domain.search import spread
from zhanggui.goods.promotions.labels import REASONS, reason
from zhanggui.goods.promotions.reading import read_basket, read_facts, read_promotions
from zhanggui.goods.promotions.replies import numbers
from zhanggui.kernel.split import split

NOW = datetime(2026, 11, 10, 16, tzinfo=UTC)


def drawn(seed: int) -> tuple[Evaluation, dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    dice = random.Random(seed)
    basket, facts = promotion_baskets.basket(dice), promotion_baskets.facts(dice)
    promotions = promotion_baskets.promotions(dice, 8)
    for p in promotions:
        if dice.random() < 0.3:
            p["platform_percent"] = dice.choice(["33.33", "50", "100"])
    return priced(basket, promotions, facts), basket, promotions, facts


def priced(basket: dict[str, Any], promotions: list[dict[str, Any]], facts: dict[str, Any]) -> Evaluation:
    prepared = prepare(read_promotions(_apart(promotions)), "CNY")
    return evaluate(read_basket(basket), prepared, read_facts(facts, "CNY", now=NOW))


def _apart(promotions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Flash sales beyond the first are left out: their windows may not overlap."""
    flash = [p["key"] for p in promotions if p["kind"] == "flash_sale"]
    return [p for p in promotions if p["key"] not in sorted(flash)[1:]]


def test_sums_are_kept_to_the_minor_unit() -> None:
    for seed in range(500):
        e, _basket, promotions, _facts = drawn(seed)
        for line in e.lines:
            assert line.paid == line.list_amount - sum(s.amount for s in line.shares)
            assert line.paid == sum(qty * price for qty, price in line.units)
            assert sum(qty for qty, _price in line.units) == line.qty
            assert line.paid >= 0
            assert all(0 <= s.platform <= s.amount for s in line.shares)
        shares = [s for line in e.lines for s in line.shares] + list(e.freight_shares)
        assert e.discount == sum(s.amount for s in shares) == sum(v.amount for v in e.verdicts)
        assert e.platform == sum(s.platform for s in shares) == sum(v.platform for v in e.verdicts)
        assert e.merchant + e.platform == e.discount
        assert e.payable == e.list_amount + e.freight - e.discount + e.tax_added
        assert {v.promotion for v in e.verdicts} == {p["key"] for p in _apart(promotions)}


def test_no_line_falls_below_its_floor() -> None:
    seen = 0
    for seed in range(500):
        e, basket, _promotions, facts = drawn(seed)
        floors = read_facts(facts, "CNY", now=NOW).floors
        prices = {line.id: line.price for line in read_basket(basket).lines}
        for line in e.lines:
            floor = min(floors.get(("", line.sku), 0), prices[line.id])
            assert line.paid >= floor * line.qty
            seen += line.paid == floor * line.qty and floor > 0
    assert seen > 20


def test_the_order_of_lines_and_promotions_changes_nothing() -> None:
    for seed in range(200):
        first, basket, promotions, facts = drawn(seed)
        dice = random.Random(seed)
        lines = dice.sample(basket["lines"], len(basket["lines"]))
        turned = priced({**basket, "lines": lines}, dice.sample(promotions, len(promotions)), facts)
        assert turned == first, f"seed {seed}"


def test_one_more_promotion_never_makes_a_basket_dearer_beyond_the_first_lane() -> None:
    for seed in range(300):
        e, basket, promotions, facts = drawn(seed)
        order = [p for p in promotions if p["kind"] in ("coupon", "red_packet", "cross_shop_reduction", "points")]
        for p in order:
            without = priced(basket, [q for q in promotions if q is not p], facts)
            assert e.payable <= without.payable, f"seed {seed}"


def test_every_reason_has_a_sentence() -> None:
    seen = set()
    for seed in range(500):
        for v in drawn(seed)[0].verdicts:
            assert reason(v.reason, numbers(v.numbers, "CNY"))
            seen.add(v.reason)
    assert seen <= set(REASONS)
    assert {"applied", "better_offer", "below_threshold", "excluded", "floor", "better_price"} <= seen


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any), st.integers(0, 10**6))
def test_the_quick_split_is_the_split(weights: list[int], amount: int) -> None:
    amount = min(amount, sum(weights))
    assert spread(amount, weights, sum(weights)) == split(amount, weights)


def test_thousands_of_pieces_take_no_more_steps_than_one() -> None:
    promotions = read_promotions(
        [
            {"key": "n", "kind": "nth_item", "n": 2, "percent_off": "50"},
            {"key": "t", "kind": "buy_m_get_n", "m": 2, "n": 1},
            {"key": "b", "kind": "bundle", "any": 5, "price": "30"},
        ]
    )
    nodes = []
    for qty in (30, 9_999):
        basket = read_basket({"currency": "CNY", "lines": [{"id": "1", "sku": "A", "price": "10", "qty": qty}]})
        e = evaluate(basket, prepare(promotions, "CNY"), read_facts({}, "CNY", now=NOW))
        assert e.exact
        nodes.append(e.basis.search.nodes)
    assert nodes[1] <= 2 * nodes[0]
