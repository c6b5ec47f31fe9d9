"""Which offers together leave the buyer least to pay: an exact search, lane by lane, with bounds that never lie.

See docs/algorithms/promotions.md for the words. A *stage* is a group of offers of one lane that want the same pieces;
stages of a lane do not touch each other. At a stage the search tries every sequence of its offers; an offer takes all
pieces of its scope that nobody before it in the lane took.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from zhanggui.goods.promotions.contracts import Facts, Line
from zhanggui.goods.promotions.domain.lanes import SHOP_ORDER
from zhanggui.goods.promotions.domain.parts import Parts
from zhanggui.goods.promotions.domain.rules import (
    AddOnRule,
    BundleRule,
    FreightRule,
    GroupRule,
    OrderRule,
    Pile,
    PointsRule,
    Rule,
    UnitRule,
)
from zhanggui.goods.promotions.domain.values import ONE, half_up

#: Nodes after which the search stops and says so.
LIMIT = 200_000
#: How many times less than most often an item offer is tried when others want its pieces.
FEWER = 12
_END = 1 << 40


class Offer:
    """A rule meeting this basket: the parts it works on, those its threshold counts, the most it can give."""

    __slots__ = ("bit", "counted", "density", "given_back", "left", "limit", "most", "parts", "rate", "rule", "scope")

    def __init__(self, rule: Rule, parts: list[int], counted: list[int], facts: Facts) -> None:
        self.rule = rule
        self.parts = parts
        self.counted = counted
        self.scope = 0
        for part in parts:
            self.scope |= 1 << part
        self.bit = 0
        self.most = 0
        self.rate = 0
        self.density = ONE
        self.limit = facts.points if isinstance(rule, PointsRule) else 0
        self.left = rule.budget - facts.spent.get(rule.key, 0) if rule.budget is not None else None


class Application:
    """What one offer gave: discount by part, pieces used, what the floor took back, what its threshold measured."""

    __slots__ = ("cut", "measure", "offer", "shares", "taken", "times", "total")

    def __init__(
        self,
        offer: Offer,
        shares: list[tuple[int, int]],
        total: int,
        cut: int,
        taken: Any,
        times: int = 1,
        measure: int = 0,
    ) -> None:
        self.offer, self.shares, self.total, self.cut = offer, shares, total, cut
        self.taken, self.times, self.measure = taken, times, measure


class Stage:
    """Offers of one lane that want the same parts."""

    __slots__ = ("alone", "fixed", "lane", "offers", "rates", "together", "units")

    def __init__(self, lane: int, offers: list[Offer]) -> None:
        self.lane = lane
        self.offers = sorted(offers, key=lambda offer: (-offer.most, offer.rule.rank))
        for bit, offer in enumerate(self.offers):
            offer.bit = 1 << bit
        self.units = isinstance(offers[0].rule, UnitRule)
        self.alone = not self.units and all(
            (a.scope == b.scope) and not (a.rule.stackable and b.rule.stackable)
            for i, a in enumerate(offers)
            for b in offers[i + 1 :]
        )
        self.together = sum(offer.most for offer in offers)
        self.fixed = max((offer.most for offer in offers if not offer.rate), default=0)
        self.rates = [(offer.most, offer.rate) for offer in offers if offer.rate]


State = tuple[
    list[int],  # cur: amount by part
    list[int] | None,  # item: amounts after the item lanes, once they are over
    list[int] | None,  # free: pieces by part that no item offer took
    list[int],  # touched lanes by part
    list[int],  # barred lanes by part
]


class Search:
    """One basket's search. ``run`` returns the applications of the best outcome, in the order of effect."""

    def __init__(self, stages: list[Stage], parts: Parts, lines: list[Line], guarded: bool) -> None:
        self.stages = stages
        self.parts = parts
        self.lines = lines
        self.guarded = guarded
        self.best: int | None = None
        self.best_path: tuple[int, ...] = ()
        self.best_leaf: tuple[Any, State] | None = None
        self.nodes = 0

    def run(self) -> tuple[list[Application], State]:
        parts = self.parts
        start: State = (parts.amount, None, None, parts.touched, parts.barred)
        for stage in self.stages:
            if stage.units:
                stage.together = self._rest(stage, start, 0)
        self._walk(0, start, sum(parts.amount), (), None, 0, 0, 0, None, -1)
        assert self.best_leaf is not None
        chain, state = self.best_leaf
        found = []
        while chain is not None:
            chain, application = chain
            found.append(application)
        return found[::-1], state

    @property
    def exact(self) -> bool:
        return self.nodes < LIMIT

    def _lowest(self, at: int, pay: int) -> int:
        """No outcome of the stages from ``at`` on leaves less than this of ``pay``."""
        stages = self.stages
        for i in range(at, len(stages)):
            stage = stages[i]
            if stage.alone:
                drop = stage.fixed
                for most, rate in stage.rates:
                    part = -(-pay * rate // ONE)
                    if part > most:
                        part = most
                    if part > drop:
                        drop = part
            else:
                drop = stage.together
            pay = pay - drop if drop < pay else 0
        return pay

    def _hopeless(self, lowest: int, path: tuple[int, ...]) -> bool:
        best = self.best
        if best is None:
            return False
        return lowest > best or (lowest == best and path > self.best_path)

    def _walk(
        self,
        at: int,
        state: State,
        pay: int,
        path: tuple[int, ...],
        chain: Any,
        used: int,
        hard: int,
        soft: int,
        last: Offer | None,
        stacked: int,
    ) -> None:
        stages = self.stages
        if at == len(stages):
            if self.best is None or pay < self.best or (pay == self.best and path < self.best_path):
                self.best, self.best_path, self.best_leaf = pay, path, (chain, state)
            return
        self.nodes += 1
        if self.nodes >= LIMIT and self.best is not None:
            return
        stage = stages[at]
        if not used and state[1] is None and stage.lane >= SHOP_ORDER:
            state = (state[0], state[0], state[2], state[3], state[4])
        if not (used and stage.alone):
            whole = self._rest(stage, state, used) if stage.units else 0
            for offer in stage.offers:
                if used & offer.bit:
                    continue
                rank = offer.rule.rank
                if offer.rule.stackable and rank < stacked:
                    continue
                if last is not None and not last.scope & offer.scope and rank < last.rule.rank:
                    continue
                most = offer.most
                if stage.alone:
                    if offer.rate:
                        most = min(most, -(-pay * offer.rate // ONE))
                else:
                    most += self._rest(stage, state, used | offer.bit)
                    if stage.units:
                        most = min(most, whole)
                if self._hopeless(self._lowest(at + 1, max(0, pay - most)), (*path, rank)):
                    continue
                if stage.units:
                    self._units(at, stage, offer, state, pay, path, chain, used)
                    continue
                blocked = hard if offer.rule.stackable else hard | soft
                application = self._apply(offer, state, blocked)
                if application is None:
                    continue
                taken = application.taken
                after = self._after(application, state, stage.lane)
                stackable = offer.rule.stackable
                self._walk(
                    at,
                    after,
                    pay - application.total,
                    (*path, rank, 0),
                    (chain, application),
                    used | offer.bit,
                    hard if stackable else hard | taken,
                    soft | taken if stackable else soft,
                    offer,
                    rank if stackable else stacked,
                )
        closed = (*path, _END)
        if not self._hopeless(self._lowest(at + 1, pay), closed):
            self._walk(at + 1, state, pay, closed, chain, 0, 0, 0, None, -1)

    def _rest(self, stage: Stage, state: State, used: int) -> int:
        """The most that offers of a stage not yet used can still give together. For item offers also: no piece
        gives more than its worth times the best share of the offers that reach it (a fractional relaxation)."""
        total = sum(offer.most for offer in stage.offers if not used & offer.bit)
        if not stage.units or not total:
            return total
        cur, free = state[0], state[2] or self.parts.qty
        parts = self.parts
        dearest: dict[int, int] = {}
        for offer in stage.offers:
            if not used & offer.bit:
                for part in offer.parts:
                    if offer.density > dearest.get(part, 0):
                        dearest[part] = offer.density
        bound = sum(
            -(-parts.amount[part] * free[part] * density // (parts.qty[part] * ONE)) + 1
            for part, density in dearest.items()
            if free[part] and cur[part]
        )
        return min(total, bound)

    def _units(
        self,
        at: int,
        stage: Stage,
        offer: Offer,
        state: State,
        pay: int,
        path: tuple[int, ...],
        chain: Any,
        used: int,
    ) -> None:
        piles = self.piles(offer, state)
        rule = offer.rule
        assert isinstance(rule, UnitRule)
        most = rule.times(piles) if piles else 0
        fewest = most if len(stage.offers) == 1 else max(1, most - FEWER + 1)
        for times in range(most, fewest - 1, -1):
            application = self.apply_units(offer, state, piles, times)
            if application is None:
                continue
            after = self._after(application, state, stage.lane)
            free = list(state[2] or self.parts.qty)
            for part, count in application.taken.items():
                free[part] -= count
            self._walk(
                at,
                (after[0], after[1], free, after[3], after[4]),
                pay - application.total,
                (*path, rule.rank, most - times),
                (chain, application),
                used | offer.bit,
                0,
                0,
                offer,
                -1,
            )

    def piles(self, offer: Offer, state: State) -> list[Pile]:
        """The pieces an item offer may take, dearest first."""
        parts, free, lines = self.parts, state[2] or self.parts.qty, self.lines
        found: list[Pile] = []
        for part in offer.parts:
            if not free[part] or (self.guarded and self._shut(part, offer.rule, state)):
                continue
            amount, qty = parts.amount[part], parts.qty[part]
            price = amount // qty if amount % qty == 0 else Fraction(amount, qty)
            found.append((part, free[part], price, lines[parts.line[part]].sku))
        return found

    def apply_units(self, offer: Offer, state: State, piles: list[Pile], times: int) -> Application | None:
        rule = offer.rule
        assert isinstance(rule, UnitRule)
        taken, given = rule.take(piles, times)
        return self._granted(offer, sorted(given.items()), state[0], taken, times, 0)

    def _shut(self, part: int, rule: Rule, state: State) -> bool:
        return bool(state[4][part] >> rule.lane & 1 or state[3][part] & rule.excludes)

    def _apply(self, offer: Offer, state: State, blocked: int) -> Application | None:
        rule = offer.rule
        if isinstance(rule, OrderRule):
            return self.apply_order(offer, state, blocked)
        if isinstance(rule, AddOnRule):
            return self.add_on(offer, rule, state, blocked, rule.at)
        assert isinstance(rule, FreightRule)
        return self._freight(offer, rule, state, blocked)

    def unbounded(self, offer: Offer, state: State) -> Application | None:
        """What an offer gives alone, whatever its budget."""
        left, offer.left = offer.left, None
        application = self._apply(offer, state, 0)
        offer.left = left
        return application

    def measure(self, rule: Rule, counted: Sequence[int], state: State, pieces: bool) -> int:
        """What counts towards a threshold: money of the rule's base, or pieces."""
        if pieces:
            column: list[int] = self.parts.qty
        elif rule.base == "item":
            column = state[1] if state[1] is not None else state[0]
        elif rule.base == "list":
            column = self.parts.listed
        else:
            column = state[0]
        return sum([column[part] for part in counted])

    def apply_order(self, offer: Offer, state: State, blocked: int) -> Application | None:
        rule = offer.rule
        assert isinstance(rule, OrderRule)
        parts = offer.parts
        mask = offer.scope
        if blocked & mask:
            parts = [part for part in parts if not blocked >> part & 1]
            mask &= ~blocked
        if self.guarded:
            parts = [part for part in parts if not self._shut(part, rule, state)]
            mask = sum(1 << part for part in parts)
        if not parts:
            return None
        cur = state[0]
        measure = self.measure(rule, parts, state, rule.pieces)
        weights = [cur[part] for part in parts]
        total = sum(weights)
        discount = rule.discount(measure, total, offer.limit)
        if discount > total:
            discount = total
        if discount <= 0:
            return None
        shares = list(zip(parts, spread(discount, weights, total), strict=True))
        return self._granted(offer, shares, cur, mask, 1, measure)

    def add_on(self, offer: Offer, rule: AddOnRule, state: State, blocked: int, need: int) -> Application | None:
        cur = state[0]
        measure = self.measure(rule, offer.counted, state, pieces=False)
        if measure < need:
            return None
        shares = []
        left = rule.most
        mask = 0
        for part in offer.parts:
            if blocked >> part & 1 or (self.guarded and self._shut(part, rule, state)):
                continue
            qty = self.parts.qty[part]
            count = qty if left is None else min(qty, left)
            price = rule.prices[self.lines[self.parts.line[part]].sku]
            saving = half_up(cur[part] * count, qty) - price * count
            if count and saving > 0:
                shares.append((part, saving))
                mask |= 1 << part
                left = None if left is None else left - count
        return self._granted(offer, sorted(shares), cur, mask, 1, measure)

    def _freight(self, offer: Offer, rule: FreightRule, state: State, blocked: int) -> Application | None:
        cur = state[0]
        measure = self.measure(rule, offer.counted, state, rule.pieces)
        parts = [part for part in offer.parts if not blocked >> part & 1]
        weights = [cur[part] for part in parts]
        total = sum(weights)
        if measure < rule.at or not total:
            return None
        discount = total if rule.cap is None else min(rule.cap, total)
        shares = list(zip(parts, spread(discount, weights, total), strict=True))
        return self._granted(offer, shares, cur, sum(1 << part for part in parts), 1, measure)

    def _granted(
        self, offer: Offer, shares: list[tuple[int, int]], cur: list[int], taken: Any, times: int, measure: int
    ) -> Application | None:
        """Cut shares at zero and at the floor; None when nothing is left or the budget is too small."""
        floor = self.parts.floor
        cut = 0
        if floor is not None or isinstance(offer.rule, (UnitRule, AddOnRule)):
            kept = []
            for part, share in shares:
                room = cur[part] - (floor[part] if floor is not None else 0)
                if share > room:
                    cut += share - max(room, 0)
                    share = max(room, 0)
                kept.append((part, share))
            shares = kept
        total = 0
        for _part, share in shares:
            total += share
        if total <= 0 or (offer.left is not None and total > offer.left):
            return None
        return Application(offer, shares, total, cut, taken, times, measure)

    def _after(self, application: Application, state: State, lane: int) -> State:
        cur = state[0].copy()
        for part, share in application.shares:
            cur[part] -= share
        if not self.guarded:
            return (cur, state[1], state[2], state[3], state[4])
        touched, barred = state[3].copy(), state[4].copy()
        excludes = application.offer.rule.excludes
        for part in parts_of(application):
            touched[part] |= 1 << lane
            barred[part] |= excludes
        return (cur, state[1], state[2], touched, barred)


def parts_of(application: Application) -> list[int]:
    """The parts an application took, with a discount or without."""
    taken = application.taken
    if isinstance(taken, dict):
        return list(taken)
    return [part for part in application.offer.parts if taken >> part & 1]


def spread(amount: int, weights: list[int], total: int) -> list[int]:
    """``kernel.split`` for an amount from 0 to ``total`` over weights not below zero, without its checks."""
    if len(weights) == 1:
        return [amount]
    shares = [amount * weight // total for weight in weights]
    missing = amount - sum(shares)
    if missing:
        rests = [amount * weight % total for weight in weights]
        order = sorted(range(len(weights)), key=lambda i: (-rests[i], -weights[i], i))
        for i in order[:missing]:
            shares[i] += 1
    return shares


def density(rule: Rule, piles: list[Pile]) -> int:
    """The greatest share (millionths) of the worth of the pieces it takes that an item offer can give."""
    if isinstance(rule, GroupRule) and not rule.together:
        return -(-(rule.rate if rule.price is None else ONE) * rule.tail // rule.size)
    if isinstance(rule, (GroupRule, BundleRule)):
        taken, _given = rule.take(piles, 1)
        prices = {part: price for part, _free, price, _sku in piles}
        worth = sum((Fraction(prices[part]) * count for part, count in taken.items()), Fraction(0))
        if worth > 0:
            return max(0, -int(-(1 - Fraction(rule.price or 0) / worth) * ONE // 1))
    return ONE
