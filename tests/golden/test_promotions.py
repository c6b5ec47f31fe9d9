"""Baskets and what they must cost: the table of docs/algorithms/promotions.md."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zhanggui.goods.promotions.domain.evaluate import evaluate
from zhanggui.goods.promotions.domain.prepare import prepare
from zhanggui.goods.promotions.domain.refunds import refund
from zhanggui.goods.promotions.reading import parsed, read_basket, read_facts, read_promotions, read_returns
from zhanggui.goods.promotions.replies import written, written_refund

CASES = parsed("cases", (Path(__file__).parent / "promotions.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 11, tzinfo=UTC)


def priced(case: dict[str, Any]) -> Any:
    basket = read_basket(case["basket"])
    facts = read_facts(case["facts"], basket.currency, now=NOW)
    return evaluate(basket, prepare(read_promotions(case["promotions"]), basket.currency), facts)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_price_of_a_basket(case: dict[str, Any]) -> None:
    evaluation = priced(case)
    found = json.loads(json.dumps(written(evaluation)))
    assert found["payable"] == case["payable"]
    if "paid" in case:
        assert [line["paid"] for line in found["lines"]] == case["paid"]
    if "tax" in case:
        assert [line["tax"] for line in found["lines"]] == case["tax"]
    if "shares" in case:
        given = [[line["id"], share["amount"]] for line in found["lines"] for share in line["discounts"]]
        assert given == case["shares"]
    for name in ("pay_now", "pay_later"):
        if name in case:
            assert found[name] == case[name]
    for name in ("merchant", "platform"):
        if name in case:
            assert found[f"{name}_discount"] == case[name]
    for key, reason in case.get("reasons", {}).items():
        assert {v["promotion"]: v["reason"] for v in found["promotions"]}[key] == reason
    if "hints" in case:
        assert [[h["promotion"], h["add"], h["save"]] for h in found["hints"]] == case["hints"]
    steps: list[Any] = []
    for step in read_returns(case.get("returns", [])):
        steps.append(refund(evaluation, step, steps))
    if "refunds" in case:
        assert [written_refund(step, found["currency"])["amount"] for step in steps] == case["refunds"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_order_of_lines_and_promotions_changes_nothing(case: dict[str, Any]) -> None:
    first = written(priced(case))
    for lines in itertools.islice(itertools.permutations(case["basket"]["lines"]), 6):
        for promotions in itertools.islice(itertools.permutations(case["promotions"]), 6):
            turned = {**case, "basket": {**case["basket"], "lines": lines}, "promotions": list(promotions)}
            assert written(priced(turned)) == first
