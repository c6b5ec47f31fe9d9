"""One movement after the other applied to balances and cost layers. Writing and verifying use this same rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from zhanggui.supply.inventory.domain import costing
from zhanggui.supply.inventory.domain.places import CUSTOMER, INTERNAL, SELLABLE


@dataclass(frozen=True, slots=True)
class Move:
    """``qty`` base units of one lot of one item from a place to another.

    ``cost``: minor units for the whole quantity; for goods that come in, what they cost (None: unknown), for goods that
    go out, decided by :func:`apply`. ``undoes``: the cost of the movement this one reverses, with ``reverses`` True.
    """

    item_id: int
    lot_id: int
    from_id: int
    to_id: int
    qty: int
    cost: int | None = None
    reverses: bool = False


class NotEnoughOnHand(ValueError):
    """A movement would take more than is there."""

    def __init__(self, item_id: int, lot_id: int, place_id: int, has: int, wants: int) -> None:
        super().__init__(f"item {item_id}, lot {lot_id}, place {place_id}: {has} there, {wants} wanted")
        self.item_id, self.lot_id, self.place_id, self.has, self.wants = item_id, lot_id, place_id, has, wants


class SamePlace(ValueError):
    """A movement from a place to itself moves nothing."""


@dataclass
class Book:
    """Balances by (item, lot, place) and cost layers by item, as far as they are loaded."""

    kinds: Mapping[int, str]
    methods: Mapping[int, str]
    balances: dict[tuple[int, int, int], int] = field(default_factory=dict)
    layers: dict[int, costing.Layers] = field(default_factory=dict)

    def apply(self, move: Move) -> Move:
        """Book one movement; returns it with its cost. Raises :class:`NotEnoughOnHand`, :class:`SamePlace`."""
        if move.from_id == move.to_id:
            raise SamePlace(str(move.from_id))
        if move.qty <= 0:
            raise ValueError("a movement moves at least one unit")
        out, into = self.kinds[move.from_id], self.kinds[move.to_id]
        here = (move.item_id, move.lot_id, move.from_id)
        has = self.balances.get(here, 0)
        if out in INTERNAL and has < move.qty:
            raise NotEnoughOnHand(move.item_id, move.lot_id, move.from_id, max(0, has), move.qty)
        move = self._cost(move, out, into)
        there = (move.item_id, move.lot_id, move.to_id)
        self.balances[here] = has - move.qty
        self.balances[there] = self.balances.get(there, 0) + move.qty
        return move

    def _cost(self, move: Move, out: str, into: str) -> Move:
        """Cost layers belong to the whole house: only goods that enter or leave it change them."""
        layers, method = self.layers.get(move.item_id, ()), self.methods[move.item_id]
        if out not in INTERNAL and into in INTERNAL:
            value = move.cost
            if value is None and out == CUSTOMER:
                value = costing.average(layers, move.qty)  # goods that come back are worth what their like is worth
            self.layers[move.item_id] = costing.receive(layers, move.qty, value, method)
            return replace(move, cost=value)
        if out in INTERNAL and into not in INTERNAL:
            if move.reverses:
                rest, value = costing.withdraw(layers, move.qty, move.cost, method)
            else:
                rest, value = costing.issue(layers, move.qty, method)
            self.layers[move.item_id] = rest
            return replace(move, cost=value)
        return replace(move, cost=None)

    def on_hand(self, item_id: int) -> int:
        """Units of an item that stand where they may be sold from."""
        return sum(q for (i, _l, p), q in self.balances.items() if i == item_id and self.kinds[p] in SELLABLE)


def conserved(moves: Iterable[Move], balances: Mapping[tuple[int, int, int], int]) -> bool:
    """Whether the balances of every item add up to nothing: what one place gained another gave."""
    sums: dict[int, int] = {}
    for (item_id, _lot, _place), qty in balances.items():
        sums[item_id] = sums.get(item_id, 0) + qty
    return all(total == 0 for total in sums.values())


def before_close(occurred_at: datetime, closed_until: datetime | None) -> bool:
    """Whether a moment lies in a closed period (its end is not included)."""
    return closed_until is not None and occurred_at < closed_until
