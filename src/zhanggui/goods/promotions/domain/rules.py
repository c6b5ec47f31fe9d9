"""Compiled promotions: what the search calls. Amounts in minor units, rates in millionths."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from math import lcm
from typing import Any

from zhanggui.goods.promotions.contracts import Basket, Facts, Line
from zhanggui.goods.promotions.domain.common import Promotion
from zhanggui.goods.promotions.domain.lanes import INDEX
from zhanggui.goods.promotions.domain.values import ONE, half_up, minor, rate
from zhanggui.kernel.split import split

#: A refusal before pricing: reason code and numbers.
Refusal = tuple[str, dict[str, Any]]


class Rule:
    """What all compiled promotions share: who may use it (``gate``) and which lines it reaches (``reaches``)."""

    __slots__ = (
        "always",
        "base",
        "budget",
        "currency",
        "excludes",
        "key",
        "kind",
        "lane",
        "lane_name",
        "platform_rate",
        "promotion",
        "rank",
        "reaches",
        "stackable",
    )

    def __init__(self, promotion: Promotion, currency: str) -> None:
        self.promotion = promotion
        self.currency = currency
        self.key = promotion.key
        self.kind: str = promotion.kind  # type: ignore[attr-defined]
        self.lane_name = promotion.lane
        self.lane = INDEX[promotion.lane]
        self.rank = 0
        self.always = False
        share = promotion.platform_percent
        self.platform_rate = rate(share) if share is not None else promotion.default_platform
        self.excludes = sum(1 << INDEX[name] for name in promotion.excludes)
        self.stackable = promotion.stackable
        self.budget = self.money(promotion.budget) if promotion.budget is not None else None
        self.base: str = getattr(promotion, "threshold_base", "item")
        self.reaches: Callable[[Line], bool] = scope_test(promotion)

    def money(self, amount: Any) -> int:
        return minor(amount, self.currency)

    def gate(self, basket: Basket, facts: Facts) -> Refusal | None:
        """Why nobody needs to look further, or None."""
        p = self.promotion
        now = facts.now
        if p.starts_at is not None and now < p.starts_at:
            return "not_started", {"starts_at": p.starts_at, "now": now}
        if p.ends_at is not None and now >= p.ends_at:
            return "ended", {"ends_at": p.ends_at, "now": now}
        if p.channels and basket.channel not in p.channels:
            return "other_channel", {"channel": basket.channel, "channels": list(p.channels)}
        who = p.audience
        if who.tiers and facts.tier not in who.tiers:
            return "other_tier", {"tier": facts.tier, "tiers": list(who.tiers)}
        if who.segments and facts.segments.isdisjoint(who.segments):
            return "other_segment", {"segments": list(who.segments)}
        if who.first_order and facts.orders_before != 0:
            if facts.orders_before is None:
                return "orders_before_unknown", {}
            return "not_first_order", {"orders_before": facts.orders_before}
        if p.per_person is not None and facts.uses_by_buyer.get(self.key, 0) >= p.per_person:
            return "per_person_used_up", {"used": facts.uses_by_buyer[self.key], "limit": p.per_person}
        if p.total_uses is not None and facts.uses_total.get(self.key, 0) >= p.total_uses:
            return "uses_used_up", {"used": facts.uses_total[self.key], "limit": p.total_uses}
        if self.budget is not None and facts.spent.get(self.key, 0) >= self.budget:
            return "budget_used_up", {"spent": facts.spent[self.key], "budget": self.budget}
        return self.own_gate(facts)

    def own_gate(self, facts: Facts) -> Refusal | None:
        return None

    def asks_itself(self) -> bool:
        """Whether ``own_gate`` can refuse."""
        return type(self).own_gate is not Rule.own_gate

    def settle(self) -> None:
        """Note whether nothing but the time can close this rule, so that its gate need not be asked."""
        p = self.promotion
        asked = (p.starts_at, p.ends_at, p.per_person, p.total_uses, p.budget)
        who = p.audience
        self.always = (
            all(value is None for value in asked)
            and not (p.channels or who.tiers or who.segments or who.first_order)
            and not self.asks_itself()
        )


def scope_test(promotion: Promotion) -> Callable[[Line], bool]:
    """A quick test of one line against a scope."""
    s = promotion.scope
    skus, products, categories, brands = map(frozenset, (s.skus, s.products, s.categories, s.brands))
    shops = frozenset(s.shops)
    no_skus, no_products, no_categories = map(frozenset, (s.exclude_skus, s.exclude_products, s.exclude_categories))
    named = bool(skus or products or categories or brands)

    def reaches(line: Line) -> bool:
        if shops and line.shop not in shops:
            return False
        if line.sku in no_skus or (line.product and line.product in no_products):
            return False
        if no_categories and not no_categories.isdisjoint(line.categories):
            return False
        return not named or (
            line.sku in skus
            or line.product in products
            or line.brand in brands
            or not categories.isdisjoint(line.categories)
        )

    return reaches


class Entry:
    """The price of a piece: fixed, less a rate, or less an amount; with what is left of it."""

    __slots__ = ("fixed", "off", "per_buyer", "quota", "rate")

    def __init__(
        self,
        fixed: int | None = None,
        rate: int = 0,
        off: int = 0,
        quota: int | None = None,
        per_buyer: int | None = None,
    ) -> None:
        self.fixed, self.rate, self.off, self.quota, self.per_buyer = fixed, rate, off, quota, per_buyer

    def scaled(self, base: int) -> int:
        """The price of a piece in millionths of a minor unit."""
        if self.fixed is not None:
            return self.fixed * ONE
        if self.rate:
            return base * (ONE - self.rate)
        return max(base - self.off, 0) * ONE

    def saving(self, base: int, qty: int) -> int:
        """What ``qty`` pieces cost less; a rate is taken from the whole amount and rounded once."""
        if self.fixed is not None:
            return qty * (base - self.fixed)
        if self.rate:
            return half_up(base * qty * self.rate, ONE)
        return qty * min(self.off, base)


class PriceRule(Rule):
    """Prices of pieces, by SKU or for the whole scope."""

    __slots__ = ("default", "entries", "own", "presale")

    def __init__(
        self,
        promotion: Promotion,
        currency: str,
        *,
        entries: dict[str, Entry] | None = None,
        default: Entry | None = None,
        own: Callable[[Facts], Refusal | None] | None = None,
        presale: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(promotion, currency)
        self.entries = entries or {}
        self.default = default
        self.own = own
        self.presale = presale
        if default is None:
            in_scope, known = self.reaches, self.entries
            self.reaches = lambda line: line.sku in known and in_scope(line)

    def own_gate(self, facts: Facts) -> Refusal | None:
        return self.own(facts) if self.own is not None else None

    def asks_itself(self) -> bool:
        return self.own is not None or type(self).own_gate is not PriceRule.own_gate

    def entry(self, line: Line, facts: Facts) -> Entry | None:
        return self.entries.get(line.sku, self.default)


class BargainRule(PriceRule):
    """A price cut down by friends: the base price less what they have cut, not below the lowest price."""

    __slots__ = ()

    def own_gate(self, facts: Facts) -> Refusal | None:
        return None if self.key in facts.cuts else ("no_bargain", {})

    def entry(self, line: Line, facts: Facts) -> Entry | None:
        entry = self.entries[line.sku]
        lowest = entry.fixed or 0
        price = max(lowest, line.price - facts.cuts[self.key])
        return Entry(fixed=price, quota=entry.quota, per_buyer=entry.per_buyer)


class TierRule(PriceRule):
    """A rate by member tier."""

    __slots__ = ("rates",)

    def __init__(self, promotion: Promotion, currency: str, rates: dict[str, int]) -> None:
        super().__init__(promotion, currency, default=Entry())
        self.rates = {tier: Entry(rate=rate) for tier, rate in rates.items()}

    def own_gate(self, facts: Facts) -> Refusal | None:
        if facts.tier not in self.rates:
            return "other_tier", {"tier": facts.tier, "tiers": sorted(self.rates)}
        return None

    def entry(self, line: Line, facts: Facts) -> Entry | None:
        return self.rates[facts.tier or ""]


#: Equal pieces: part, pieces free, what the part costs, its pieces in all, SKU. Dearest first.
Pile = tuple[int, int, int, int, str]
#: What an item offer takes and gives: pieces by part, discount by part.
Taken = tuple[dict[int, int], dict[int, int]]


class UnitRule(Rule):
    """An offer over groups of pieces. Closed forms: the cost does not depend on quantities."""

    __slots__ = ("max_times",)

    max_times: int | None

    def times(self, piles: list[Pile]) -> int:
        """How often it can be applied to these piles."""
        raise NotImplementedError

    def take(self, piles: list[Pile], times: int) -> Taken:
        """What ``times`` applications take and give."""
        raise NotImplementedError

    def density(self, piles: list[Pile]) -> int:
        """The greatest share (millionths) of the worth of the pieces it takes that it can give."""
        raise NotImplementedError


def scale_of(piles: list[Pile]) -> int:
    """A common denominator of the prices of pieces."""
    return lcm(*{pile[3] for pile in piles}) if piles else 1


class GroupRule(UnitRule):
    """Of every ``size`` pieces, from the dearest down, the last ``tail`` are cheaper: by ``rate``, or at ``price``
    each, or (``together``) the whole group costs ``price``."""

    __slots__ = ("per_sku", "price", "rate", "size", "tail", "together")

    def __init__(
        self,
        promotion: Promotion,
        currency: str,
        *,
        size: int,
        tail: int,
        rate: int = 0,
        price: int | None = None,
        together: bool = False,
        per_sku: bool = False,
        max_times: int | None = None,
    ) -> None:
        super().__init__(promotion, currency)
        self.size, self.tail, self.rate, self.price = size, tail, rate, price
        self.together, self.per_sku, self.max_times = together, per_sku, max_times

    def _rows(self, piles: list[Pile]) -> list[list[Pile]]:
        """The piles that are counted together; the dearest SKU first."""
        if not self.per_sku:
            return [piles]
        rows: dict[str, list[Pile]] = {}
        for pile in piles:
            rows.setdefault(pile[4], []).append(pile)
        scale = scale_of(piles)
        return sorted(rows.values(), key=lambda row: (-row[0][2] * scale // row[0][3], row[0][4]))

    def _groups(self, row: list[Pile]) -> int:
        """How many groups a row gives; groups at one price only as long as they cost more apart."""
        high = sum([pile[1] for pile in row]) // self.size
        if not self.together:
            return high
        scale = scale_of(row)
        price = (self.price or 0) * scale
        low = 0
        while low < high:  # groups only get cheaper
            middle = (low + high + 1) // 2
            group = worth_of(row, middle * self.size, scale) - worth_of(row, (middle - 1) * self.size, scale)
            if group > price:
                low = middle
            else:
                high = middle - 1
        return low

    def times(self, piles: list[Pile]) -> int:
        most = sum([self._groups(row) for row in self._rows(piles)])
        return most if self.max_times is None else min(most, self.max_times)

    def take(self, piles: list[Pile], times: int) -> Taken:
        taken: dict[int, int] = {}
        given: dict[int, int] = {}
        for row in self._rows(piles):
            groups = min(self._groups(row), times)
            if groups:
                times -= groups
                self._take(row, groups, taken, given)
        return taken, given

    def _take(self, row: list[Pile], groups: int, taken: dict[int, int], given: dict[int, int]) -> None:
        end = groups * self.size
        position = cheap_before = 0
        scale = scale_of(row) if self.together else 1
        worth: dict[int, int] = {}
        for part, free, amount, qty, _sku in row:
            if position >= end:
                break
            count = min(free, end - position)
            taken[part] = taken.get(part, 0) + count
            position += count
            if self.together:
                worth[part] = amount * count * (scale // qty)
                continue
            cheap = self._tails(position) - cheap_before
            if cheap:
                cheap_before += cheap
                given[part] = given.get(part, 0) + self._saving(amount, qty, cheap)
        if self.together:
            share_out(worth, (self.price or 0) * groups, scale, given)

    def _tails(self, pieces: int) -> int:
        full, rest = divmod(pieces, self.size)
        rest -= self.size - self.tail
        return full * self.tail + rest if rest > 0 else full * self.tail

    def _saving(self, amount: int, qty: int, count: int) -> int:
        if self.price is not None:
            return max(0, half_up(amount * count, qty) - self.price * count)
        return half_up(amount * count * self.rate, qty * ONE)

    def density(self, piles: list[Pile]) -> int:
        if self.together:
            return max(first_density(row, self.take, self.price or 0) for row in self._rows(piles))
        return -(-(self.rate if self.price is None else ONE) * self.tail // self.size)


class BundleRule(UnitRule):
    """A set of SKUs at one price: ``needs`` pieces of each, ``price`` for the set."""

    __slots__ = ("needs", "price")

    def __init__(
        self, promotion: Promotion, currency: str, needs: dict[str, int], price: int, max_times: int | None
    ) -> None:
        super().__init__(promotion, currency)
        self.needs, self.price, self.max_times = needs, price, max_times
        in_scope = self.reaches
        self.reaches = lambda line: line.sku in needs and in_scope(line)

    def times(self, piles: list[Pile]) -> int:
        free = dict.fromkeys(self.needs, 0)
        for pile in piles:
            free[pile[4]] += pile[1]
        high = min([free[sku] // need for sku, need in self.needs.items()])
        if self.max_times is not None:
            high = min(high, self.max_times)
        scale = scale_of(piles)
        low = 0
        while low < high:  # sets only get cheaper from the top, so the gain falls
            middle = (low + high + 1) // 2
            if self._worth(piles, middle, scale) - self._worth(piles, middle - 1, scale) > self.price * scale:
                low = middle
            else:
                high = middle - 1
        return low

    def _worth(self, piles: list[Pile], times: int, scale: int) -> int:
        return sum([amount * count * (scale // qty) for _part, count, amount, qty in self._top(piles, times)])

    def _top(self, piles: list[Pile], times: int) -> list[tuple[int, int, int, int]]:
        """The dearest pieces that make ``times`` sets: part, pieces, amount and pieces of the part."""
        left = {sku: need * times for sku, need in self.needs.items()}
        found = []
        for part, free, amount, qty, sku in piles:
            count = min(free, left[sku])
            if count:
                left[sku] -= count
                found.append((part, count, amount, qty))
        return found

    def take(self, piles: list[Pile], times: int) -> Taken:
        scale = scale_of(piles)
        top = self._top(piles, times)
        given: dict[int, int] = {}
        share_out({part: amount * n * (scale // qty) for part, n, amount, qty in top}, self.price * times, scale, given)
        return {part: n for part, n, _amount, _qty in top}, given

    def density(self, piles: list[Pile]) -> int:
        return first_density(piles, self.take, self.price)


def worth_of(row: list[Pile], pieces: int, scale: int) -> int:
    """What the dearest ``pieces`` of a row cost, times ``scale``."""
    total = 0
    for _part, free, amount, qty, _sku in row:
        if pieces <= 0:
            break
        count = min(free, pieces)
        total += amount * count * (scale // qty)
        pieces -= count
    return total


def first_density(piles: list[Pile], take: Callable[[list[Pile], int], Taken], price: int) -> int:
    """What the dearest set saves of its worth; later sets save a smaller share."""
    taken, _given = take(piles, 1)
    scale = scale_of(piles)
    by_part = {part: amount * (scale // qty) for part, _free, amount, qty, _sku in piles}
    worth = sum([by_part[part] * count for part, count in taken.items()])
    return max(0, -(-(worth - price * scale) * ONE // worth)) if worth else 0


def share_out(worth: dict[int, int], price: int, scale: int, given: dict[int, int]) -> None:
    """Split what sets at ``price`` save over their parts by worth (in minor units times ``scale``)."""
    total = sum(worth.values())
    saving = half_up(max(0, total - price * scale), scale)
    if saving:
        parts = sorted(worth)
        for part, share in zip(parts, split(saving, [worth[part] for part in parts]), strict=True):
            given[part] = given.get(part, 0) + share


class AddOnRule(Rule):
    """Certain SKUs cheaper beside ``at`` worth of other goods, ``most`` pieces of them in all."""

    __slots__ = ("at", "most", "prices")

    def __init__(self, promotion: Promotion, currency: str, prices: dict[str, int], at: int, most: int | None) -> None:
        super().__init__(promotion, currency)
        self.prices, self.at, self.most = prices, at, most
        in_scope = self.reaches
        self.reaches = lambda line: line.sku in prices or in_scope(line)


#: A tier: from which measure (money or pieces), amount off, rate off.
TierRow = tuple[int, int, int]


class OrderRule(Rule):
    """Reductions of a sum: tiers or per-every, in money or pieces, an amount or a rate, with a cap."""

    __slots__ = ("cap", "claim", "every", "pieces", "tiers")

    def __init__(
        self,
        promotion: Promotion,
        currency: str,
        *,
        tiers: list[TierRow],
        every: bool = False,
        pieces: bool = False,
        cap: int | None = None,
        claim: Callable[[Facts], Refusal | None] | None = None,
    ) -> None:
        super().__init__(promotion, currency)
        self.tiers = sorted(tiers)
        self.every, self.pieces, self.cap, self.claim = every, pieces, cap, claim

    def own_gate(self, facts: Facts) -> Refusal | None:
        return self.claim(facts) if self.claim is not None else None

    def asks_itself(self) -> bool:
        return self.claim is not None or type(self).own_gate is not OrderRule.own_gate

    def discount(self, measure: int, current: int, limit: int) -> int:
        """What is off ``current`` when ``measure`` counts towards the threshold, before the cap by ``current``."""
        found = None
        for tier in self.tiers:
            if measure < tier[0]:
                break
            found = tier
        if found is None:
            return 0
        at, off, percent = found
        if self.every:
            off *= measure // at
        elif percent:
            off = (2 * current * percent + ONE) // (2 * ONE)
        return off if self.cap is None or off < self.cap else self.cap

    @property
    def top_rate(self) -> int:
        """The greatest rate, 0 when only amounts are given."""
        return max(tier[2] for tier in self.tiers)


class PointsRule(OrderRule):
    """Points as money: every ``step`` points are worth ``worth``; at most a share of what is to be paid."""

    __slots__ = ("share", "step", "worth")

    def __init__(
        self, promotion: Promotion, currency: str, *, step: int, worth: int, share: int, at: int, cap: int | None
    ) -> None:
        super().__init__(promotion, currency, tiers=[(at, 0, 0)], cap=cap)
        self.step, self.worth, self.share = step, worth, share

    def own_gate(self, facts: Facts) -> Refusal | None:
        if facts.points < self.step:
            return "not_enough_points", {"points": facts.points, "step": self.step}
        return None

    def discount(self, measure: int, current: int, limit: int) -> int:
        if measure < self.tiers[0][0]:
            return 0
        most = current * self.share // ONE
        if self.cap is not None:
            most = min(most, self.cap)
        return min(limit // self.step, most // self.worth) * self.worth


class FreightRule(Rule):
    """Freight off from ``at`` (money or pieces), up to ``cap``."""

    __slots__ = ("at", "cap", "pieces", "shops")

    def __init__(self, promotion: Promotion, currency: str, *, at: int, pieces: bool, cap: int | None) -> None:
        super().__init__(promotion, currency)
        self.at, self.pieces, self.cap = at, pieces, cap
        self.shops = frozenset(promotion.scope.shops)


class GiftRule(Rule):
    """Gifts from a threshold on: (at, ((sku, qty, value), …)); per-every repeats them up to ``max_times``."""

    __slots__ = ("every", "max_times", "pieces", "tiers")

    def __init__(
        self,
        promotion: Promotion,
        currency: str,
        *,
        tiers: list[tuple[int, tuple[tuple[str, int, int | None], ...]]],
        every: bool,
        pieces: bool,
        max_times: int | None,
    ) -> None:
        super().__init__(promotion, currency)
        self.tiers = sorted(tiers, key=lambda tier: tier[0])
        self.every, self.pieces, self.max_times = every, pieces, max_times

    def given(self, measure: int) -> dict[str, int]:
        """Pieces of each gift for a measure, whatever is in stock; empty below the threshold."""
        reached = [tier for tier in self.tiers if measure >= tier[0]]
        if not reached:
            return {}
        at, gifts = reached[-1]
        times = measure // at if self.every else 1
        if self.max_times is not None:
            times = min(times, self.max_times)
        return {sku: qty * times for sku, qty, _value in gifts}


class RebateRule(Rule):
    """A share of what is paid goes to the person who shared."""

    __slots__ = ("cap", "rate")

    def __init__(self, promotion: Promotion, currency: str, share: int, cap: int | None) -> None:
        super().__init__(promotion, currency)
        self.rate, self.cap = share, cap

    def own_gate(self, facts: Facts) -> Refusal | None:
        return None if facts.shared_by else ("not_shared", {})


def claim_gate(
    key: str, *, code: str, must_hold: bool, claim_from: Any, claim_until: Any, valid_days: int | None
) -> Callable[[Facts], Refusal | None] | None:
    """The test of a coupon in hand: its code was given, or it was claimed in its window and is still valid."""
    if not code and not must_hold and claim_from is None and claim_until is None and valid_days is None:
        return None

    def gate(facts: Facts) -> Refusal | None:
        if code:
            return None if code in facts.codes else ("code_not_given", {})
        if key not in facts.coupons:
            return "coupon_not_held", {}
        claimed = facts.coupons[key]
        if claimed is None:
            return None if claim_from is claim_until is valid_days is None else ("claim_moment_unknown", {})
        if claim_from is not None and claimed < claim_from:
            return "claimed_too_early", {"claimed_at": claimed, "claim_from": claim_from}
        if claim_until is not None and claimed >= claim_until:
            return "claimed_too_late", {"claimed_at": claimed, "claim_until": claim_until}
        if valid_days is not None and facts.now >= claimed + timedelta(days=valid_days):
            return "coupon_expired", {"claimed_at": claimed, "valid_days": valid_days}
        return None

    return gate
