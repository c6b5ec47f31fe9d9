"""Configurations that nobody could explain are refused, each with its place and a sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from zhanggui.goods.promotions.domain.prepare import prepare
from zhanggui.goods.promotions.domain.registry import KINDS, ONE_PROMOTION
from zhanggui.goods.promotions.domain.values import ConfigurationRefused
from zhanggui.goods.promotions.reading import CHINESE_KINDS, parsed, read_basket, read_facts, read_promotions, schema

WEEK = {"starts_at": "2026-11-01T00:00:00+08:00", "ends_at": "2026-11-08T00:00:00+08:00"}


def price(sku: str = "A", amount: str = "9") -> dict[str, Any]:
    return {"sku": sku, "price": amount}


def tiers(*rows: tuple[str, str]) -> list[dict[str, str]]:
    return [{"at": at, "off": off} for at, off in rows]


REFUSED = [
    ({"kind": "full_reduction", "tiers": tiers(("100", "20"), ("200", "10"))}, "[0]", "gives no more"),
    ({"kind": "full_reduction", "tiers": tiers(("100", "20"), ("100", "30"))}, "[0]", "Two tiers"),
    ({"kind": "full_reduction", "tiers": tiers(("100", "101"))}, "[0].tiers[0]", "more than the goods"),
    ({"kind": "full_reduction", "tiers": tiers(("100", "20")), "cap": "10"}, "[0]", "below the first"),
    ({"kind": "full_reduction"}, "[0]", "exactly one"),
    ({"kind": "coupon", "percent_off": "101"}, "[0].percent_off", "at most 100"),
    ({"kind": "timed_discount", "prices": [price(amount="0")]}, "[0].prices[0].price", "greater than 0"),
    ({"kind": "timed_discount", "prices": [price(amount="-1")]}, "[0].prices[0].price", "greater than 0"),
    ({"kind": "timed_discount", "prices": [price(), price()]}, "[0]", "two prices"),
    ({"kind": "timed_discount", "percent_off": "5", "amount_off": "5"}, "[0]", "exactly one"),
    ({"kind": "flash_sale", "prices": [price()]}, "[0]", "a start and an end"),
    ({"kind": "coupon", "off": "5", "currency": "XYZ"}, "[0].currency", "not a currency"),
    ({"kind": "coupon", "off": "5.001", "currency": "CNY"}, "[0]", "more decimals"),
    ({"kind": "coupon", "off": "5.001"}, "[0].off", "more decimals"),
    ({"kind": "coupon", "off": "5", "at": "3"}, "[0]", "more than the goods"),
    ({"kind": "coupon", "off": "5", "cap": "3"}, "[0]", "belongs to a percentage"),
    ({"kind": "coupon", "off": "5", **dict(zip(WEEK, reversed(WEEK.values()), strict=True))}, "[0]", "ends before"),
    ({"kind": "coupon", "off": "5", "starts_at": "2026-11-01T00:00:00"}, "[0].starts_at", "time zone"),
    ({"kind": "coupon", "off": "5", "excludes": ["shop_coupon"]}, "[0]", "own lane"),
    ({"kind": "coupon", "off": "5", "surprise": 1}, "[0].surprise", "no such field"),
    ({"kind": "coupon", "off": "NaN"}, "[0].off", "amount such as"),
    ({"kind": "coupon", "off": True}, "[0].off", "as text"),
    ({"kind": "bundle", "items": [price()], "price": "5"}, "[0].items[0].price", "no such field"),
    ({"kind": "nth_item", "n": 1, "percent_off": "50"}, "[0].n", "at least 2"),
    ({"kind": "nosuch"}, "[0]", "no kind of promotion"),
    ({}, "[0]", "kind"),
    ({"kind": "presale", "sku": "A", "price": "100", "deposit": "20.01", **WEEK, "balance_from": WEEK["ends_at"],
      "balance_until": "2026-11-20T00:00:00+08:00"}, "[0]", "20 %"),
]  # fmt: skip


@pytest.mark.parametrize(("promotion", "path", "words"), REFUSED)
def test_a_contradiction_is_refused_where_it_stands(promotion: dict[str, Any], path: str, words: str) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        prepare(read_promotions([{"key": "k", **promotion}]), "CNY")
    found_path, text, values = refused.value.problems[0]
    assert found_path == path
    assert words in text.format(**values)


def test_two_prices_of_a_sku_may_follow_each_other_but_not_overlap() -> None:
    one = {"key": "1", "kind": "timed_discount", "prices": [price()], **WEEK}
    later = {**one, "key": "2", "starts_at": WEEK["ends_at"], "ends_at": "2026-11-09T00:00:00+08:00"}
    prepare(read_promotions([one, later]), "CNY")
    with pytest.raises(ConfigurationRefused, match="already has a price"):
        prepare(read_promotions([one, {**later, "starts_at": "2026-11-07T23:59:59+08:00"}]), "CNY")


def test_a_key_stands_once() -> None:
    with pytest.raises(ConfigurationRefused, match="stands twice"):
        prepare(read_promotions([{"key": "k", "kind": "coupon", "off": "5"}] * 2), "CNY")


def test_numbers_in_json_are_exact() -> None:
    (promotion,) = read_promotions(
        parsed("promotions", '[{"key": "k", "kind": "满减", "every": {"at": 19.9, "off": 0.1}}]')
    )
    assert prepare([promotion], "CNY").rules[0].tiers == [(1990, 10, 0)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["{", "[1, NaN]", '{"a": 1, "a": 2}', "[" * 100_000])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationRefused):
        parsed("basket", text)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ({"price": "-1"}, "lines[0].price"),
        ({"qty": 0}, "lines[0].qty"),
        ({"qty": "2"}, "lines[0].qty"),
        ({"price": "1.005"}, "lines[0].price"),
        ({"sku": ""}, "lines[0].sku"),
        ({"tax_rate": "101"}, "lines[0].tax_rate"),
    ],
)
def test_a_basket_is_refused_where_it_is_wrong(line: dict[str, Any], path: str) -> None:
    whole = {"id": "1", "sku": "A", "price": "1", "qty": 1, **line}
    with pytest.raises(ConfigurationRefused) as refused:
        read_basket({"currency": "CNY", "lines": [whole]})
    assert refused.value.problems[0][0] == path


def test_facts_are_refused_where_they_are_wrong() -> None:
    from datetime import UTC, datetime

    with pytest.raises(ConfigurationRefused) as refused:
        read_facts({"spent": {"a": "x"}}, "CNY", now=datetime(2026, 1, 1, tzinfo=UTC))
    assert refused.value.problems[0][0] == "spent.a"


def test_every_kind_is_in_the_schema_and_has_a_chinese_name() -> None:
    named = schema()["promotions"]["items"]["discriminator"]["mapping"]
    assert set(named) == set(KINDS) == set(CHINESE_KINDS.values())
    assert ONE_PROMOTION.validate_python({"key": "k", "kind": "buy_m_get_n", "m": 1, "n": 1}).lane == "item_offer"


def test_the_examples_of_the_reference_are_accepted_and_show_every_kind() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "promotion-json.md"
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page.read_text(encoding="utf-8"), re.S)]
    promotions = [block for block in blocks if "kind" in block]
    assert {p["kind"] for p in promotions} == set(KINDS)
    prepare(read_promotions(promotions), "CNY")
    assert read_basket(blocks[0]).lines[0].price == 9900
