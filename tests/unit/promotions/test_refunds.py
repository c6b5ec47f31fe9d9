"""Refunds of random baskets in random steps: never below zero, never more than paid, whole in the end."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest

import promotion_baskets
from zhanggui.goods.promotions.contracts import Evaluation, RefundResult, Returned
from zhanggui.goods.promotions.domain.evaluate import evaluate
from zhanggui.goods.promotions.domain.prepare import prepare
from zhanggui.goods.promotions.domain.refunds import ReturnRefused, refund
from zhanggui.goods.promotions.reading import read_basket, read_facts, read_promotions

NOW = datetime(2026, 11, 10, 16, tzinfo=UTC)
SEEDS = 400


def drawn(dice: random.Random, policy: str | None = None) -> Evaluation:
    basket, facts = promotion_baskets.basket(dice), promotion_baskets.facts(dice)
    basket["tax_rate"], basket["tax_included"] = dice.choice(["0", "13"]), dice.random() < 0.5
    promotions: list[dict[str, Any]] = promotion_baskets.promotions(dice)
    if dice.random() < 0.3:
        tier = {"at": "80", "gifts": [{"sku": "G", "qty": 2, "value": "9.90"}]}
        promotions.append({"key": "gift", "kind": "full_gift", "tiers": [tier]})
    for p in promotions:
        p["on_return"] = policy or dice.choice(["keep", "clawback", "clawback", "reprice"])
    return evaluate(read_basket(basket), prepare(read_promotions(promotions), "CNY"), read_facts(facts, "CNY", now=NOW))


def everything(evaluation: Evaluation, dice: random.Random) -> list[list[Returned]]:
    """All pieces and gifts, in random steps of random sizes."""
    pieces = [Returned(line.id, 1) for line in evaluation.lines for _ in range(line.qty)]
    pieces += [Returned("", 1, gift=gift.sku) for gift in evaluation.gifts for _ in range(gift.qty)]
    dice.shuffle(pieces)
    steps = []
    while pieces:
        size = dice.randint(1, len(pieces))
        steps.append(pieces[:size])
        pieces = pieces[size:]
    return steps


def test_partial_refunds_add_up_to_what_was_paid() -> None:
    for seed in range(SEEDS):
        dice = random.Random(seed)
        evaluation = drawn(dice)
        done: list[RefundResult] = []
        for step in everything(evaluation, dice):
            done.append(refund(evaluation, step, done))
            assert done[-1].amount >= 0, f"seed {seed}"
            assert sum(r.amount for r in done) <= evaluation.payable, f"seed {seed}"
        assert sum(r.amount for r in done) == evaluation.payable, f"seed {seed}"
        assert sum(r.points_returned for r in done) == evaluation.points_used, f"seed {seed}"


def test_a_full_return_in_one_step_pays_everything_back() -> None:
    for seed in range(SEEDS):
        evaluation = drawn(random.Random(seed))
        step = [Returned(line.id, line.qty) for line in evaluation.lines]
        step += [Returned("", gift.qty, gift=gift.sku) for gift in evaluation.gifts]
        assert refund(evaluation, step).amount == evaluation.payable, f"seed {seed}"


def test_what_is_kept_and_what_is_paid_back_never_exceed_what_was_paid_under_keep() -> None:
    for seed in range(SEEDS):
        dice = random.Random(seed)
        evaluation = drawn(dice, "keep")
        line = dice.choice(evaluation.lines)
        qty = dice.randint(1, line.qty)
        whole = all(other.qty == 0 for other in evaluation.lines if other.id != line.id) and qty == line.qty
        result = refund(evaluation, [Returned(line.id, qty)])
        if len(evaluation.lines) > 1 and not whole:
            assert result.amount == result.goods + result.tax
            assert not result.clawbacks


def test_a_clawback_pays_back_no_more_than_keeping_would() -> None:
    for seed in range(SEEDS):
        kept, clawed = drawn(random.Random(seed), "keep"), drawn(random.Random(seed), "clawback")
        assert kept.payable == clawed.payable
        step = [Returned(kept.lines[0].id, 1)]
        assert refund(clawed, step).amount <= refund(kept, step).amount, f"seed {seed}"


@pytest.mark.parametrize("step", [Returned("no", 1), Returned("L0", 99), Returned("", 1, gift="G")])
def test_what_was_not_bought_cannot_come_back(step: Returned) -> None:
    evaluation = evaluate(
        read_basket({"currency": "CNY", "lines": [{"id": "L0", "sku": "A", "price": "5", "qty": 2}]}),
        [],
        read_facts({}, "CNY", now=NOW),
    )
    with pytest.raises(ReturnRefused):
        refund(evaluation, [step])
