"""The engine for rooms above: documents in, prices out, and what an order used of the limits. No tables, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from zhanggui.goods.promotions.contracts import Evaluation
from zhanggui.goods.promotions.domain.common import Promotion
from zhanggui.goods.promotions.domain.evaluate import evaluate
from zhanggui.goods.promotions.domain.parts import BasketRefused
from zhanggui.goods.promotions.domain.prepare import Prepared, prepare
from zhanggui.goods.promotions.domain.values import CURRENCIES, ConfigurationRefused
from zhanggui.goods.promotions.reading import DocumentRefused, parsed, read_facts, read_promotions

__all__ = [
    "CURRENCIES",
    "BasketRefused",
    "ConfigurationRefused",
    "DocumentRefused",
    "Prepared",
    "Promotion",
    "Used",
    "evaluate",
    "limited",
    "parsed",
    "prepare",
    "read_facts",
    "read_promotions",
    "used_by",
]

#: Fields of a configuration whose answer depends on earlier orders.
_LIMITS: Final = frozenset({"per_person", "total_uses", "budget", "quota", "per_buyer"})


@dataclass(frozen=True, slots=True)
class Used:
    """What one order took: promotions used with the discount (minor units), and pieces by (promotion, SKU)."""

    offers: Mapping[str, int]
    units: Mapping[tuple[str, str], int]


def limited(promotions: Sequence[Promotion]) -> list[str]:
    """Keys of the promotions whose answer for one order depends on the orders before it."""
    return [promotion.key for promotion in promotions if _limits(promotion)]


def _limits(value: Any) -> bool:
    if isinstance(value, BaseModel):
        return any(
            getattr(value, name) is not None if name in _LIMITS else _limits(getattr(value, name))
            for name in type(value).model_fields
        )
    return isinstance(value, tuple) and any(_limits(item) for item in value)


def used_by(evaluation: Evaluation) -> Used:
    """What the order that was priced counts for in the facts of the next one."""
    outcome = evaluation.basis
    units: dict[tuple[str, str], int] = {}
    for part, rank, _saved, pieces in outcome.parts.priced:
        at = (outcome.prepared.rules[rank].key, outcome.lines[outcome.parts.line[part]].sku)
        units[at] = units.get(at, 0) + pieces
    return Used({v.promotion: v.amount for v in evaluation.verdicts if v.applied}, units)
