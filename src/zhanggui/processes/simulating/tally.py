"""Prices of many baskets under one draft, added up. Pure; counters of two runs over different baskets can be joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from zhanggui.goods.promotions.contracts import Basket, Evaluation, Facts, Line
from zhanggui.goods.promotions.queries import Prepared, evaluate, used_by

#: Offers that met and orders that show them, kept by name.
SHOWN = 20


class Piece(NamedTuple):
    """One line of a real order. ``floor``: lowest price of a piece in the price centre, None: none is set."""

    sku: str
    price: int
    qty: int
    product: str
    categories: tuple[str, ...]
    brand: str
    floor: int | None


class Key(NamedTuple):
    """All of an order that its price depends on; equal keys are priced once."""

    channel: str
    shop: str
    freight: int
    pieces: tuple[Piece, ...]


class Bought(NamedTuple):
    """``orders`` orders with the same basket; ``order_no`` names the first, ``buyer`` (when asked) who bought."""

    key: Key
    orders: int
    order_no: str
    buyer: str = ""
    paid_at: datetime | None = None


def basket_of(key: Key, currency: str) -> Basket:
    """The basket that is priced: lines in order of their contents, numbered so that equal orders split alike."""
    lines = tuple(
        Line(f"{i:05}", p.sku, p.price, p.qty, p.product, p.categories, p.brand, key.shop)
        for i, p in enumerate(key.pieces)
    )
    return Basket(currency, lines, key.channel, (("", key.freight),) if key.freight else ())


@dataclass
class SkuTally:
    """Pieces and minor units of one SKU: before offers, paid by buyers, and what the platform adds to that."""

    units: int = 0
    listed: int = 0
    paid: int = 0
    platform: int = 0


@dataclass
class OfferTally:
    """Orders that used a promotion, its discounts, and reason → orders for those that did not."""

    orders: int = 0
    amount: int = 0
    platform: int = 0
    refused: dict[str, int] = field(default_factory=dict)


@dataclass
class Breach:
    """Pieces of a SKU sold below its floor; ``lowest`` is the smallest whole price seen, ``below`` all that is missing
    to the floor."""

    units: int = 0
    orders: int = 0
    below: int = 0
    lowest: int = 0
    floor: int = 0
    order_no: str = ""


@dataclass
class Stack:
    """Offers that met in an order: how often, how much, and the order with the largest part of its worth taken."""

    orders: int = 0
    discount: int = 0
    worst_listed: int = 1
    worst_discount: int = 0
    order_no: str = ""


@dataclass
class Tally:
    """Everything counted of one draft, in minor units and orders."""

    orders: int = 0
    changed: int = 0
    inexact: int = 0
    listed: int = 0
    freight: int = 0
    payable: int = 0
    merchant: int = 0
    platform: int = 0
    freight_merchant: int = 0
    rebates: int = 0
    points: int = 0
    offers: dict[str, OfferTally] = field(default_factory=dict)
    skus: dict[str, SkuTally] = field(default_factory=dict)
    gifts: dict[str, int] = field(default_factory=dict)
    breaches: dict[str, Breach] = field(default_factory=dict)
    stacks: dict[tuple[str, ...], Stack] = field(default_factory=dict)
    stacked: int = 0

    def add(self, bought: Bought, e: Evaluation, stack_percent: int) -> None:
        """Count an evaluated basket ``bought.orders`` times."""
        n = bought.orders
        self.orders += n
        self.inexact += 0 if e.exact else n
        self.listed += e.list_amount * n
        self.freight += e.freight * n
        self.payable += e.payable * n
        self.merchant += e.merchant * n
        self.platform += e.platform * n
        self.freight_merchant += sum(s.amount - s.platform for s in e.freight_shares) * n
        self.rebates += sum(amount for _key, amount in e.rebates) * n
        self.points += e.points_used * n
        self.changed += n if e.discount or e.gifts else 0
        met = []
        for verdict in e.verdicts:
            offer = self.offers.get(verdict.promotion)
            if offer is None:
                offer = self.offers[verdict.promotion] = OfferTally()
            if verdict.applied:
                offer.orders += n
                offer.amount += verdict.amount * n
                offer.platform += verdict.platform * n
                if verdict.amount and verdict.lane != "rebate":
                    met.append(verdict.promotion)
            else:
                offer.refused[verdict.reason] = offer.refused.get(verdict.reason, 0) + n
        for piece, line in zip(bought.key.pieces, e.lines, strict=True):
            self._line(piece, line.list_amount, line.paid, sum(s.platform for s in line.shares), bought)
        for gift in e.gifts:
            self.gifts[gift.sku] = self.gifts.get(gift.sku, 0) + gift.qty * n
        worth = e.list_amount + e.freight
        if len(met) >= 2 and e.discount * 100 > worth * stack_percent:
            self.stacked += n
            self._stack(tuple(sorted(met)), n, worth, e.discount, bought.order_no)

    def _line(self, piece: Piece, listed: int, paid: int, platform: int, bought: Bought) -> None:
        n = bought.orders
        sku = self.skus.get(piece.sku)
        if sku is None:
            sku = self.skus[piece.sku] = SkuTally()
        sku.units += piece.qty * n
        sku.listed += listed * n
        sku.paid += paid * n
        sku.platform += platform * n
        if piece.floor is not None and paid < piece.floor * piece.qty and paid < listed:
            breach = self.breaches.get(piece.sku)
            price = paid // piece.qty
            if breach is None:
                breach = self.breaches[piece.sku] = Breach(lowest=price, floor=piece.floor, order_no=bought.order_no)
            breach.units += piece.qty * n
            breach.orders += n
            breach.below += (piece.floor * piece.qty - paid) * n
            if price < breach.lowest:
                breach.lowest, breach.floor, breach.order_no = price, piece.floor, bought.order_no

    def _stack(self, met: tuple[str, ...], n: int, worth: int, discount: int, order_no: str) -> None:
        stack = self.stacks.get(met)
        if stack is None:
            stack = self.stacks[met] = Stack()
        stack.orders += n
        stack.discount += discount * n
        if discount * stack.worst_listed > stack.worst_discount * worth:
            stack.worst_listed, stack.worst_discount, stack.order_no = worth, discount, order_no

    def join(self, other: Tally) -> None:
        """Add another tally of the same draft over other baskets."""
        for name in (
            "orders", "changed", "inexact", "listed", "freight", "payable", "merchant", "platform",
            "freight_merchant", "rebates", "points", "stacked",
        ):  # fmt: skip
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for key, offer in other.offers.items():
            mine = self.offers.setdefault(key, OfferTally())
            mine.orders += offer.orders
            mine.amount += offer.amount
            mine.platform += offer.platform
            for reason, count in offer.refused.items():
                mine.refused[reason] = mine.refused.get(reason, 0) + count
        for sku, theirs in other.skus.items():
            own = self.skus.setdefault(sku, SkuTally())
            own.units += theirs.units
            own.listed += theirs.listed
            own.paid += theirs.paid
            own.platform += theirs.platform
        for sku, count in other.gifts.items():
            self.gifts[sku] = self.gifts.get(sku, 0) + count
        for sku, breach in other.breaches.items():
            seen = self.breaches.get(sku)
            if seen is None:
                self.breaches[sku] = replace(breach)
                continue
            seen.units += breach.units
            seen.orders += breach.orders
            seen.below += breach.below
            if breach.lowest < seen.lowest:
                seen.lowest, seen.floor, seen.order_no = breach.lowest, breach.floor, breach.order_no
        for met, stack in other.stacks.items():
            held = self.stacks.get(met)
            if held is None:
                self.stacks[met] = replace(stack)
                continue
            held.orders += stack.orders
            held.discount += stack.discount
            if stack.worst_discount * held.worst_listed > held.worst_discount * stack.worst_listed:
                held.worst_listed, held.worst_discount = stack.worst_listed, stack.worst_discount
                held.order_no = stack.order_no


def price_all(
    bought: Iterable[Bought], prepared: Prepared, facts: Facts, *, stack_percent: int, into: Tally | None = None
) -> Tally:
    """Price every basket by itself, no order knowing of another."""
    tally = into or Tally()
    for one in bought:
        tally.add(one, evaluate(basket_of(one.key, prepared.currency), prepared, facts), stack_percent)
    return tally


class InTurn:
    """Prices orders one after the other: what earlier ones used of quotas, budgets and personal limits is gone.

    A buyer nobody knows counts as a buyer of their own.
    """

    def __init__(self, prepared: Prepared, facts: Facts, stack_percent: int) -> None:
        self.prepared, self.stack_percent = prepared, stack_percent
        self.tally = Tally()
        self._uses, self._spent = dict(facts.uses_total), dict(facts.spent)
        self._units, self._gifts = dict(facts.units_sold), dict(facts.gift_stock)
        self._facts = replace(
            facts, uses_total=self._uses, spent=self._spent, units_sold=self._units, gift_stock=self._gifts
        )
        self._buyers: dict[str, tuple[dict[str, int], dict[tuple[str, str], int]]] = {}

    def add(self, one: Bought) -> Evaluation:
        """Price the next order (``orders`` is one) and remember what it used."""
        mine = self._buyers.get(one.buyer) if one.buyer else None
        if mine is None:
            mine = (dict(self._facts.uses_by_buyer), dict(self._facts.units_by_buyer))
            if one.buyer:
                self._buyers[one.buyer] = mine
        facts = replace(self._facts, uses_by_buyer=mine[0], units_by_buyer=mine[1])
        found = evaluate(basket_of(one.key, self.prepared.currency), self.prepared, facts)
        self.tally.add(one, found, self.stack_percent)
        used = used_by(found)
        for key, amount in used.offers.items():
            for counts in (self._uses, mine[0]):
                counts[key] = counts.get(key, 0) + 1
            self._spent[key] = self._spent.get(key, 0) + amount
        for at, pieces in used.units.items():
            for sold in (self._units, mine[1]):
                sold[at] = sold.get(at, 0) + pieces
        for gift in found.gifts:
            if gift.sku in self._gifts:
                self._gifts[gift.sku] -= gift.qty
        return found
