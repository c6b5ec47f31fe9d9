"""Everything a search left of one basket, for the answers that are written from it."""

from __future__ import annotations

from dataclasses import dataclass

from zhanggui.goods.promotions.contracts import Basket, Facts, Gift, Line
from zhanggui.goods.promotions.domain.parts import Parts
from zhanggui.goods.promotions.domain.prepare import Prepared
from zhanggui.goods.promotions.domain.rules import Refusal
from zhanggui.goods.promotions.domain.search import Application, Offer, Search, State


@dataclass(slots=True)
class Outcome:
    """``refusals`` and ``offers`` by rank of the rule; ``applied`` in the order of effect; ``state`` is the last."""

    prepared: Prepared
    basket: Basket
    facts: Facts
    lines: list[Line]
    parts: Parts
    refusals: dict[int, Refusal]
    offers: dict[int, Offer]
    applied: list[Application]
    state: State
    search: Search
    gifts: list[Gift]
    gift_notes: dict[int, Refusal]
