"""A set of promotions, checked together and compiled once, then used for any number of baskets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from zhanggui.goods.promotions.contracts import Line
from zhanggui.goods.promotions.domain.common import Promotion, amounts
from zhanggui.goods.promotions.domain.kinds.price import FlashSale, TimedDiscount
from zhanggui.goods.promotions.domain.rules import PriceRule, Rule
from zhanggui.goods.promotions.domain.values import ConfigurationRefused, gettext_noop, minor

_REMEMBERED = 100_000


class Prepared:
    """Compiled promotions of one currency, in order of rank (priority, then key). Remembers which reach what."""

    __slots__ = ("_matches", "currency", "foreign", "guarded", "rules")

    def __init__(self, rules: list[Rule], foreign: list[Promotion], currency: str) -> None:
        self.rules = tuple(rules)
        self.foreign = tuple(foreign)
        self.currency = currency
        self.guarded = any(rule.excludes for rule in rules)
        self._matches: dict[Any, tuple[tuple[int, ...], tuple[int, ...]]] = {}

    def match(self, line: Line) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Positions of the rules that reach a line: price rules, all others."""
        key = (line.sku, line.product, line.categories, line.brand, line.shop)
        found = self._matches.get(key)
        if found is None:
            reached = [i for i, rule in enumerate(self.rules) if rule.reaches(line)]
            prices = tuple(i for i in reached if isinstance(self.rules[i], PriceRule))
            found = (prices, tuple(i for i in reached if not isinstance(self.rules[i], PriceRule)))
            if len(self._matches) >= _REMEMBERED:
                self._matches.clear()
            self._matches[key] = found
        return found


def prepare(promotions: Sequence[Promotion], currency: str) -> Prepared:
    """Check a set as a whole and compile it for baskets in ``currency``. The order of the set does not matter.

    Raises ``ConfigurationRefused`` when two promotions share a key, two prices of a SKU overlap in time, or an
    amount has more decimals than the currency.
    """
    problems = [*_twice(promotions), *_overlaps(promotions)]
    rules, foreign = [], []
    for i, promotion in enumerate(promotions):
        if promotion.currency not in (None, currency):
            foreign.append(promotion)
            continue
        wrong = _decimals(promotion, currency, f"[{i}]")
        problems += wrong
        if not wrong:
            rules.append(promotion.compile(currency))
    if problems:
        raise ConfigurationRefused(problems)
    rules.sort(key=lambda rule: (-rule.promotion.priority, rule.key))
    for rank, rule in enumerate(rules):
        rule.rank = rank
        rule.settle()
    return Prepared(rules, sorted(foreign, key=lambda p: p.key), currency)


def _twice(promotions: Sequence[Promotion]) -> list[tuple[str, str, dict[str, Any]]]:
    seen: set[str] = set()
    found = []
    for i, promotion in enumerate(promotions):
        if promotion.key in seen:
            found.append((f"[{i}].key", gettext_noop("The key “{key}” stands twice."), {"key": promotion.key}))
        seen.add(promotion.key)
    return found


def _decimals(promotion: Promotion, currency: str, path: str) -> list[tuple[str, str, dict[str, Any]]]:
    found = []
    for name, amount in amounts(promotion):
        try:
            minor(amount, currency)
        except ValueError:
            values = {"amount": str(amount), "currency": currency}
            found.append((f"{path}.{name}", gettext_noop("{amount} has more decimals than {currency} allows."), values))
    return found


def _overlaps(promotions: Sequence[Promotion]) -> list[tuple[str, str, dict[str, Any]]]:
    """Two timed or flash prices of one SKU for the same buyers at the same time: nobody could say which holds."""
    found = []
    priced = [(i, p) for i, p in enumerate(promotions) if isinstance(p, (TimedDiscount, FlashSale)) and p.prices]
    for (_i, one), (j, two) in combinations(priced, 2):
        if one.kind != two.kind or not _meet(one, two):
            continue
        for sku in sorted({entry.sku for entry in one.prices} & {entry.sku for entry in two.prices}):
            values = {"sku": sku, "other": one.key}
            text = gettext_noop("“{sku}” already has a price of this kind at that time, in “{other}”.")
            found.append((f"[{j}].prices", text, values))
    return found


def _meet(one: Promotion, two: Promotion) -> bool:
    if one.starts_at and two.ends_at and one.starts_at >= two.ends_at:
        return False
    if two.starts_at and one.ends_at and two.starts_at >= one.ends_at:
        return False
    for a, b in (
        (one.channels, two.channels),
        (one.scope.shops, two.scope.shops),
        (one.audience.tiers, two.audience.tiers),
        (one.audience.segments, two.audience.segments),
    ):
        if a and b and not set(a) & set(b):
            return False
    return True
