"""The engine against trying everything: ``ZHANGGUI_ORACLE_BASKETS`` sets how many random baskets."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime

import promotion_baskets
from promotion_oracle import Oracle
from zhanggui.goods.promotions.domain.evaluate import evaluate
from zhanggui.goods.promotions.domain.prepare import prepare
from zhanggui.goods.promotions.reading import read_basket, read_facts, read_promotions

NOW = datetime(2026, 11, 10, 16, tzinfo=UTC)


def check(seed: int) -> None:
    dice = random.Random(seed)
    basket, facts = promotion_baskets.basket(dice), promotion_baskets.facts(dice)
    promotions = promotion_baskets.promotions(dice)
    least, outcomes = Oracle(basket, promotions, facts).best()
    read = read_basket(basket)
    found = evaluate(read, prepare(read_promotions(promotions), "CNY"), read_facts(facts, "CNY", now=NOW))
    assert found.exact
    assert found.payable == least, f"seed {seed}: {found.payable}, but {least} is possible"
    paid = {line.id: line.paid for line in found.lines}
    freight = found.freight - sum(share.amount for share in found.freight_shares)
    assert (*(paid[key] for key in sorted(paid)), freight) in outcomes, f"seed {seed}"


def test_no_combination_of_offers_is_cheaper_than_the_one_found() -> None:
    for seed in range(int(os.environ.get("ZHANGGUI_ORACLE_BASKETS", "1500"))):
        check(seed)
