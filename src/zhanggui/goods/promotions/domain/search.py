"""Which offers together leave the buyer least to pay: an exact search, lane by lane, with bounds that never lie.

See docs/algorithms/promotions.md for the words. A *stage* is a group of offers of one lane that want the same pieces;
stages of a lane do not touch each other. At a stage the search tries every sequence of its offers; an offer takes all
pieces of its scope that nobody before it in the lane took.

Sums are enough to choose; what each part was given is worked out when somebody asks (``State.amounts``).
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from zhanggui.goods.promotions.contracts import Facts, Line
from zhanggui.goods.promotions.domain.lanes import ADD_ON, SHOP_ORDER
from zhanggui.goods.promotions.domain.parts import Parts
from zhanggui.goods.promotions.domain.rules import (
    AddOnRule,
    FreightRule,
    OrderRule,
    Pile,
    PointsRule,
    Rule,
    UnitRule,
)
from zhanggui.goods.promotions.domain.values import ONE, half_up

#: Nodes after which the search stops and says so.
LIMIT = 200_000
#: An item offer is tried up to this many times less than most often when others want its pieces, less one.
FEWER = 12
_END = 1 << 40
_BY_PRICE = itemgetter(0, 1)


class Offer:
    """A rule meeting this basket: the parts it works on, those its threshold counts, the most it can give."""

    __slots__ = (
        "bit",
        "counted",
        "counted_scope",
        "density",
        "left",
        "limit",
        "most",
        "parts",
        "rate",
        "rule",
        "scope",
    )

    def __init__(self, rule: Rule, parts: list[int], counted: list[int], facts: Facts) -> None:
        self.rule = rule
        self.parts = parts
        self.counted = counted
        self.scope = mask_of(parts)
        self.counted_scope = self.scope if counted is parts else mask_of(counted)
        self.bit = 0
        self.most = 0
        self.rate = 0
        self.density = ONE
        self.limit = facts.points if isinstance(rule, PointsRule) else 0
        self.left = rule.budget - facts.spent.get(rule.key, 0) if rule.budget is not None else None


class Application:
    """What one offer gave. ``shares``: discount by part, once worked out; ``mask``: the parts it took; ``taken``: the
    pieces by part (item offers); ``cut``: what the floor took back; ``measure``: what its threshold counted."""

    __slots__ = ("cut", "mask", "measure", "offer", "parts", "shares", "taken", "times", "total")

    def __init__(self, offer: Offer, total: int, mask: int, measure: int) -> None:
        self.offer, self.total, self.mask, self.measure = offer, total, mask, measure
        self.parts: list[int] = offer.parts
        self.shares: list[tuple[int, int]] | None = None
        self.taken: dict[int, int] = {}
        self.times = 1
        self.cut = 0


class Snapshot:
    """Amounts by part at one moment, with the sums asked for so far."""

    __slots__ = ("amounts", "sums")

    def __init__(self, amounts: list[int]) -> None:
        self.amounts = amounts
        self.sums: dict[int, int] = {}

    def sum(self, mask: int, parts: list[int]) -> int:
        """The sum over ``parts``, which are those of ``mask``."""
        found = self.sums.get(mask)
        if found is None:
            amounts = self.amounts
            found = self.sums[mask] = sum([amounts[part] for part in parts])
        return found


class State:
    """Where a search stands: ``pay`` is left to pay, ``off`` was given since ``item`` was taken."""

    __slots__ = ("_amounts", "application", "barred", "before", "free", "item", "off", "pay", "touched")

    def __init__(
        self,
        before: State | None,
        application: Application | None,
        pay: int,
        item: Snapshot | None,
        off: int,
        free: list[int] | None,
        touched: list[int],
        barred: list[int],
    ) -> None:
        self.before, self.application = before, application
        self.pay, self.item, self.off = pay, item, off
        self.free, self.touched, self.barred = free, touched, barred
        self._amounts: list[int] | None = None

    def amounts(self) -> list[int]:
        """What is left to pay by part. An order discount is split over its parts by what they cost before it."""
        found = self._amounts
        if found is None:
            before, application = self.before, self.application
            assert before is not None
            if application is None:
                found = before.amounts()
            else:
                found = before.amounts().copy()
                shares = application.shares
                if shares is None:
                    parts = application.parts
                    weights = [found[part] for part in parts]
                    shares = list(zip(parts, spread(application.total, weights, sum(weights)), strict=True))
                    application.shares = shares
                for part, share in shares:
                    found[part] -= share
            self._amounts = found
        return found

    def applications(self) -> list[Application]:
        """What was applied so far, in the order of effect."""
        found = []
        state: State | None = self
        while state is not None:
            if state.application is not None:
                found.append(state.application)
            state = state.before
        return found[::-1]


class Stage:
    """Offers of one lane that want the same parts. ``alone``: one of them at most can be applied."""

    __slots__ = ("alone", "fixed", "lane", "offers", "rates", "snapshot", "together", "units", "whole")

    def __init__(self, lane: int, offers: list[Offer], guarded: bool) -> None:
        self.lane = lane
        self.snapshot = False
        self.units = isinstance(offers[0].rule, UnitRule)
        #: An offer takes all of its scope that is left; item offers, add-ons and offers that exclude may leave pieces.
        self.whole = not guarded and not isinstance(offers[0].rule, (UnitRule, AddOnRule))
        scopes = {offer.scope for offer in offers}
        self.alone = len(offers) == 1 or (
            self.whole and len(scopes) == 1 and sum(offer.rule.stackable for offer in offers) < 2
        )
        if self.alone:
            self.offers = sorted(offers, key=lambda offer: (-offer.most, offer.rule.rank))
        else:  # who wants little first: it leaves most to the others
            self.offers = sorted(offers, key=lambda o: (o.scope.bit_count(), -o.most, o.rule.rank))
        for bit, offer in enumerate(self.offers):
            offer.bit = 1 << bit
        self.together = 0
        self.fixed = 0
        self.rates: list[tuple[int, int]] = []
        self.bound()

    def bound(self) -> None:
        """Set what one offer can give: an amount, and rates with the amounts they cannot pass."""
        self.fixed = max([offer.most for offer in self.offers if not offer.rate], default=0)
        self.rates = [(offer.most, offer.rate) for offer in self.offers if offer.rate]


class Search:
    """One basket's search. ``run`` finds the last state of the best outcome."""

    def __init__(self, parts: Parts, lines: list[Line], guarded: bool) -> None:
        self.stages: list[Stage] = []
        self.bounds: list[list[tuple[int, list[tuple[int, int]]]]] = []
        #: The same for order stages, from what the item lanes really left.
        self.order_bounds = self.bounds
        self.orders_from = 0
        self.parts = parts
        self.lines = lines
        self.guarded = guarded
        self.first = Snapshot(parts.amount)
        #: What the order stages are bounded by at the moment.
        self.bounded = self.first
        self.listed = Snapshot(parts.listed)
        self.pieces = Snapshot(parts.qty)
        self.goods = (1 << parts.freight_from) - 1
        self.freight = sum(parts.amount[parts.freight_from :])
        self.start = State(None, None, sum(parts.amount), None, 0, None, parts.touched, parts.barred)
        self.start._amounts = parts.amount
        self.best: int | None = None
        self.best_path: tuple[int, ...] = ()
        self.best_state: State = self.start
        self.nodes = 0

    def run(self, stages: list[Stage]) -> State:
        """The last state of the best outcome over ``stages``."""
        self.stages = stages
        lane = -1
        for stage in stages:
            stage.snapshot = (stage.lane >= ADD_ON > lane) or (stage.lane >= SHOP_ORDER > lane)
            lane = stage.lane
            if not stage.alone:
                stage.together = self._rest(stage, self.start, 0, 0)
        self.orders_from = next((i for i, stage in enumerate(stages) if stage.lane >= SHOP_ORDER), len(stages))
        self.bounds = self.order_bounds = self._bounds(0)
        self._walk(0, self.start, ())
        return self.best_state

    @property
    def exact(self) -> bool:
        return self.nodes < LIMIT

    def _bounds(self, start: int) -> list[list[tuple[int, list[tuple[int, int]]]]]:
        """For each stage, what it and those after it can take off at most: (amount, rates), neighbours without a rate
        added up."""
        tail: list[tuple[int, list[tuple[int, int]]]] = []
        found = [tail]
        for stage in reversed(self.stages[start:]):
            rates = stage.rates if stage.alone else []
            drop = stage.fixed if stage.alone else stage.together
            if not rates and tail and not tail[0][1]:
                tail = [(drop + tail[0][0], []), *tail[1:]]
            else:
                tail = [(drop, rates), *tail]
            found.append(tail)
        return [[]] * start + found[::-1]

    def _lowest(self, at: int, pay: int) -> int:
        """No outcome of the stages from ``at`` on leaves less than this of ``pay``."""
        for drop, rates in (self.bounds if at <= self.orders_from else self.order_bounds)[at]:
            for most, rate in rates:
                part = -(-pay * rate // ONE)
                if part > most:
                    part = most
                if part > drop:
                    drop = part
            pay -= drop
        return pay if pay > 0 else 0

    def _hopeless(self, lowest: int, path: tuple[int, ...]) -> bool:
        best = self.best
        return best is not None and (lowest > best or (lowest == best and path > self.best_path))

    def _walk(self, at: int, state: State, path: tuple[int, ...]) -> None:
        """Every way on from the start of stage ``at``."""
        pay = state.pay
        if at == len(self.stages):
            if self.best is None or pay < self.best or (pay == self.best and path < self.best_path):
                self.best, self.best_path, self.best_state = pay, path, state
            return
        stage = self.stages[at]
        if stage.snapshot:
            item = Snapshot(state.amounts()) if pay != self.start.pay else self.first
            state = State(state, None, pay, item, 0, state.free, state.touched, state.barred)
            if at == self.orders_from and self.bounded is not item and self._tighten(at, state, item, path):
                return
        if stage.units and not stage.alone:
            self._walk_units(at, state, path, 0, None)
            return
        ways: list[tuple[int, tuple[int, ...], State]] = []
        self._collect(at, state, path, 0, 0, 0, None, -1, ways)
        ways.sort(key=_BY_PRICE)
        for left, way, after in ways:
            if self.best is None or not self._hopeless(self._lowest(at + 1, left), way):
                self._walk(at + 1, after, way)

    def _tighten(self, at: int, state: State, item: Snapshot, path: tuple[int, ...]) -> bool:
        """Bound the order stages by what the item lanes left. Whether nothing better can follow."""
        self.bounded = item
        for stage in self.stages[at:]:
            for offer in stage.offers:
                offer.most = self.most(offer, state)
            stage.bound()
            if not stage.alone:
                stage.together = self._rest(stage, state, 0, 0)
        self.order_bounds = self._bounds(at)
        lowest = state.pay
        for drop, rates in self.order_bounds[at]:
            for most, rate in rates:
                drop = max(drop, min(most, -(-lowest * rate // ONE)))
            lowest -= drop
        return self._hopeless(max(lowest, 0), path)

    def most(self, offer: Offer, state: State) -> int:
        """The most an offer can give from ``state`` on: alone, on the whole of its scope."""
        rule = offer.rule
        if isinstance(rule, OrderRule):
            item = state.item
            assert item is not None
            total = item.sum(offer.scope, offer.parts)
            measure = self.measure(rule, offer.parts, offer.scope, state, rule.pieces)
            return min(total, rule.discount(measure, total, offer.limit))
        left, offer.left = offer.left, None
        application = self.apply(offer, state, 0)
        offer.left = left
        return application.total if application is not None else 0

    def _collect(
        self,
        at: int,
        state: State,
        path: tuple[int, ...],
        used: int,
        hard: int,
        soft: int,
        last: Offer | None,
        stacked: int,
        ways: list[tuple[int, tuple[int, ...], State]],
    ) -> None:
        """Every sequence of offers of stage ``at`` that may still be best. ``used``: its offers so far; ``hard``,
        ``soft``: parts taken by offers that share with nobody, and by stackable ones."""
        self.nodes += 1
        ways.append((state.pay, (*path, _END), state))
        stage = self.stages[at]
        if self.nodes >= LIMIT or (used and stage.alone):
            return
        for offer in stage.offers:
            if used & offer.bit or not offer.most:
                continue
            rule = offer.rule
            rank = rule.rank
            if rule.stackable and rank < stacked:
                continue
            if last is not None and not last.scope & offer.scope and rank < last.rule.rank:
                continue
            if self.best is not None:
                most = offer.most if stage.alone else offer.most + self._rest(stage, state, used | offer.bit, hard)
                if self._hopeless(self._lowest(at + 1, state.pay - most), (*path, rank)):
                    continue
            stackable = rule.stackable
            application = self.apply(offer, state, hard if stackable else hard | soft)
            if application is None:
                continue
            self._collect(
                at,
                self._after(application, state),
                (*path, rank, 0),
                used | offer.bit,
                hard if stackable else hard | application.mask,
                soft | application.mask if stackable else soft,
                offer,
                rank if stackable else stacked,
                ways,
            )

    def _walk_units(self, at: int, state: State, path: tuple[int, ...], used: int, last: Offer | None) -> None:
        """The same for a stage of item offers, deep first: each is tried most often first, then less often."""
        self.nodes += 1
        if self.nodes >= LIMIT and self.best is not None:
            return
        stage = self.stages[at]
        for offer in stage.offers:
            rule = offer.rule
            if used & offer.bit or (last is not None and not last.scope & offer.scope and rule.rank < last.rule.rank):
                continue
            if self.best is not None:
                most = offer.most + self._rest(stage, state, used | offer.bit, 0)
                most = min(most, self._rest(stage, state, used, 0))
                if self._hopeless(self._lowest(at + 1, state.pay - most), (*path, rule.rank)):
                    continue
            assert isinstance(rule, UnitRule)
            piles = self.piles(offer, state)
            times = rule.times(piles) if piles else 0
            others = self._rest(stage, state, used | offer.bit, 0)
            for fewer in range(min(times, FEWER)):
                application = self.apply_units(offer, state, piles, times - fewer)
                if application is not None:
                    if self.best is not None:  # less often gives no more: the rest of the loop is hopeless too
                        left = self._lowest(at + 1, state.pay - application.total - others)
                        if self._hopeless(left, (*path, rule.rank, fewer)):
                            break
                    after = self._after(application, state)
                    self._walk_units(at, after, (*path, rule.rank, fewer), used | offer.bit, offer)
        closed = (*path, _END)
        if self.best is None or not self._hopeless(self._lowest(at + 1, state.pay), closed):
            self._walk(at + 1, state, closed)

    def _rest(self, stage: Stage, state: State, used: int, hard: int) -> int:
        """The most that offers of a stage not yet used can still give together. Of offers with the same scope that
        share with nobody one can be applied. For item offers also: no piece gives more than its worth times the best
        share of the offers that reach it (a fractional relaxation)."""
        total = 0
        if not stage.units:
            by_scope: dict[int, int] = {}
            for offer in stage.offers:
                if used & offer.bit or not offer.scope & ~hard:
                    continue
                if offer.rule.stackable or not stage.whole:
                    total += offer.most
                elif offer.most > by_scope.get(offer.scope, 0):
                    by_scope[offer.scope] = offer.most
            return total + sum(by_scope.values())
        parts, free = self.parts, state.free or self.parts.qty
        dearest: dict[int, int] = {}
        for offer in stage.offers:
            if not used & offer.bit:
                total += offer.most
                for part in offer.parts:
                    if offer.density > dearest.get(part, 0):
                        dearest[part] = offer.density
        bound = 0
        for part, density in dearest.items():
            if free[part]:
                bound += 2 - (-parts.amount[part] * free[part] * density // (parts.qty[part] * ONE))
        return min(total, bound)

    # -- one offer ---------------------------------------------------------------------------------------------

    def piles(self, offer: Offer, state: State) -> list[Pile]:
        """The pieces an item offer may take, dearest first."""
        parts, free, lines = self.parts, state.free or self.parts.qty, self.lines
        found: list[Pile] = []
        for part in offer.parts:
            if not free[part] or (self.guarded and self._shut(part, offer.rule, state)):
                continue
            found.append((part, free[part], parts.amount[part], parts.qty[part], lines[parts.line[part]].sku))
        return found

    def apply_units(self, offer: Offer, state: State, piles: list[Pile], times: int) -> Application | None:
        rule = offer.rule
        assert isinstance(rule, UnitRule)
        taken, given = rule.take(piles, times)
        application = Application(offer, 0, mask_of(taken), 0)
        application.taken, application.times = taken, times
        return self._cut(application, sorted(given.items()), state)

    def _shut(self, part: int, rule: Rule, state: State) -> bool:
        return bool(state.barred[part] >> rule.lane & 1 or state.touched[part] & rule.excludes)

    def apply(self, offer: Offer, state: State, blocked: int) -> Application | None:
        """One offer, as often as it can be, ``blocked`` parts left out; None when it gives nothing."""
        rule = offer.rule
        if isinstance(rule, OrderRule):
            return self._order(offer, rule, state, blocked)
        if isinstance(rule, UnitRule):
            piles = self.piles(offer, state)
            times = rule.times(piles) if piles else 0
            return self.apply_units(offer, state, piles, times) if times else None
        if isinstance(rule, AddOnRule):
            return self.add_on(offer, rule, state, blocked, rule.at)
        assert isinstance(rule, FreightRule)
        return self._freight(offer, rule, state, blocked)

    def measure(self, rule: Rule, counted: list[int], mask: int, state: State, pieces: bool) -> int:
        """What counts towards a threshold: money of the rule's base, or pieces."""
        if pieces:
            return self.pieces.sum(mask, counted)
        if rule.base == "item":
            return (state.item or Snapshot(state.amounts())).sum(mask, counted)
        if rule.base == "list":
            return self.listed.sum(mask, counted)
        return self.current(mask, counted, state)

    def current(self, mask: int, parts: list[int], state: State) -> int:
        """What is left to pay of some parts."""
        if not state.off and state.item is not None:
            return state.item.sum(mask, parts)
        if mask == self.goods and state.item is not None:
            return state.pay - self.freight  # freight comes last
        amounts = state.amounts()
        return sum([amounts[part] for part in parts])

    def _order(self, offer: Offer, rule: OrderRule, state: State, blocked: int) -> Application | None:
        parts, mask = offer.parts, offer.scope
        if blocked & mask:
            mask &= ~blocked
            parts = [part for part in parts if mask >> part & 1]
        if self.guarded:
            parts = [part for part in parts if not self._shut(part, rule, state)]
            mask = mask_of(parts)
        if not parts:
            return None
        measure = self.measure(rule, parts, mask, state, rule.pieces)
        if measure < rule.tiers[0][0]:
            return None
        item = state.item
        assert item is not None
        if offer.rate:
            current = self.current(mask, parts, state)
            discount = min(current, rule.discount(measure, current, offer.limit))
        else:
            discount = rule.discount(measure, 0, 0)
            if discount > item.sum(mask, parts) - state.off:
                discount = min(discount, self.current(mask, parts, state))
        if discount <= 0:
            return None
        application = Application(offer, discount, mask, measure)
        application.parts = parts
        if self.parts.floor is not None:
            amounts = state.amounts()
            weights = [amounts[part] for part in parts]
            return self._cut(application, list(zip(parts, spread(discount, weights, sum(weights)), strict=True)), state)
        return application if offer.left is None or discount <= offer.left else None

    def add_on(self, offer: Offer, rule: AddOnRule, state: State, blocked: int, need: int) -> Application | None:
        """Targets at their prices when ``need`` of other goods is there (before any add-on)."""
        item = state.item or self.first
        measure = item.sum(offer.counted_scope, offer.counted)
        if measure < need:
            return None
        amounts = state.amounts()
        shares = []
        left = rule.most
        for part in offer.parts:
            if blocked >> part & 1 or (self.guarded and self._shut(part, rule, state)):
                continue
            qty = self.parts.qty[part]
            count = qty if left is None else min(qty, left)
            saving = half_up(amounts[part] * count, qty) - rule.prices[self.lines[self.parts.line[part]].sku] * count
            if count and saving > 0:
                shares.append((part, saving))
                left = None if left is None else left - count
        application = Application(offer, 0, mask_of([part for part, _share in shares]), measure)
        return self._cut(application, sorted(shares), state)

    def _freight(self, offer: Offer, rule: FreightRule, state: State, blocked: int) -> Application | None:
        measure = self.measure(rule, offer.counted, offer.counted_scope, state, rule.pieces)
        parts = [part for part in offer.parts if not blocked >> part & 1]
        if measure < rule.at or not parts:
            return None
        amounts = state.amounts() if blocked or len(offer.parts) > 1 else self.parts.amount
        total = sum([amounts[part] for part in parts])
        discount = total if rule.cap is None else min(rule.cap, total)
        if discount <= 0 or (offer.left is not None and discount > offer.left):
            return None
        application = Application(offer, discount, mask_of(parts), measure)
        application.parts = parts
        return application

    def _cut(self, application: Application, shares: list[tuple[int, int]], state: State) -> Application | None:
        """Shares cut at zero and at the floor; None when nothing is left or the budget is too small."""
        amounts, floor = state.amounts(), self.parts.floor
        kept = []
        total = 0
        for part, share in shares:
            room = amounts[part] - (floor[part] if floor is not None else 0)
            if share > room:
                application.cut += share - max(room, 0)
                share = max(room, 0)
            kept.append((part, share))
            total += share
        left = application.offer.left
        if total <= 0 or (left is not None and total > left):
            return None
        application.shares, application.total = kept, total
        return application

    def _after(self, application: Application, state: State) -> State:
        total = application.total
        after = State(
            state,
            application,
            state.pay - total,
            state.item,
            state.off + total,
            state.free,
            state.touched,
            state.barred,
        )
        if application.taken:
            after.free = list(state.free or self.parts.qty)
            for part, count in application.taken.items():
                after.free[part] -= count
        if self.guarded:
            rule = application.offer.rule
            after.touched, after.barred = state.touched.copy(), state.barred.copy()
            for part in range(len(after.touched)):
                if application.mask >> part & 1:
                    after.touched[part] |= 1 << rule.lane
                    after.barred[part] |= rule.excludes
        return after


def mask_of(parts: Sequence[int] | dict[int, int]) -> int:
    """Parts as bits."""
    mask = 0
    for part in parts:
        mask |= 1 << part
    return mask


def spread(amount: int, weights: list[int], total: int) -> list[int]:
    """``kernel.split`` for an amount from 0 to ``total`` over weights not below zero, without its checks.

    >>> spread(100, [29, 71], 100)
    [29, 71]
    """
    if len(weights) == 1:
        return [amount]
    shares = [amount * weight // total for weight in weights]
    missing = amount - sum(shares)
    if missing:
        rests = [amount * weight % total for weight in weights]
        order = sorted(
            range(len(weights)), key=[*zip(rests, weights, range(0, -len(weights), -1), strict=True)].__getitem__
        )
        for i in order[-missing:]:
            shares[i] += 1
    return shares
