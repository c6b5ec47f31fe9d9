"""The price guard (F26, R063, R064): one pure function that judges every new price, whatever its source.

It answers pass, warn or block, with a reason per finding and the numbers behind it. It never changes a price and
never lets one below floor or cost pass. All amounts are minor units of one currency; ratios are compared by
multiplying out, never by floats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

PASS, WARN, BLOCK = "pass", "warn", "block"
_WORSE: Final = {PASS: 0, WARN: 1, BLOCK: 2}
REGULAR, PROMO, LIST, FLOOR = KINDS = ("sale", "promo", "list", "floor")


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits in percent of the reference, as data. ``shift_tolerance``: how near a power of ten counts as a slip."""

    drop_warn: int = 30
    drop_block: int = 60
    rise_warn: int = 60
    rise_block: int = 300
    promo_drop_warn: int = 50
    promo_drop_block: int = 80
    gap_warn: int = 15
    gap_block: int = 50
    shift_tolerance: int = 12
    cost_times_warn: int = 20
    margin_warn: int = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A price somebody or something wants: of one SKU, in minor units of ``currency``."""

    amount: int
    currency: str
    kind: str = REGULAR


@dataclass(frozen=True, slots=True)
class World:
    """What is known about the SKU where the price is meant to stand. None is *unknown*, never zero.

    ``median_30d``: median of the regular price over the last 30 days. ``others``: name of another shop → its price
    in the same currency. ``lowest_stacked``: the lowest price a buyer can reach with this price under all offers of
    the period (None: nobody asked). ``fees``: everything the channel takes of this very price (None: no fee template).
    ``rates``: currency → hundred of its units in our currency's minor units, to recognise a swapped currency.
    ``packs``: pieces of the packs this SKU is sold in, to recognise a swapped unit.
    """

    currency: str
    cost: int | None = None
    floor: int | None = None
    current: int | None = None
    list_price: int | None = None
    median_30d: int | None = None
    others: Mapping[str, int] = field(default_factory=dict)
    lowest_stacked: int | None = None
    fees: int | None = None
    rates: Mapping[str, int] = field(default_factory=dict)
    packs: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """``code`` is a stable word; ``numbers`` are minor units, percents or names, as the sentence needs them."""

    verdict: str
    code: str
    numbers: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The worst of its reasons; no reason: pass."""

    verdict: str
    reasons: tuple[Reason, ...] = ()

    @property
    def needs_approval(self) -> bool:
        return self.verdict == BLOCK


def judge(new: Candidate, world: World, policy: Policy = Policy()) -> Verdict:
    """Judge one price.

    >>> judge(Candidate(9900, "CNY"), World("CNY", cost=40000, floor=60000, median_30d=99900)).verdict
    'block'
    >>> [r.code for r in judge(Candidate(9900, "CNY"), World("CNY", median_30d=99900)).reasons]
    ['decimal_shift', 'drop', 'floor_unknown']
    >>> judge(Candidate(89900, "CNY"), World("CNY", floor=60000, median_30d=99900)).verdict
    'pass'
    """
    if new.currency != world.currency:
        numbers = {"given": new.currency, "expected": world.currency}
        return Verdict(BLOCK, (Reason(BLOCK, "wrong_currency", numbers),))
    if new.amount <= 0:
        return Verdict(BLOCK, (Reason(BLOCK, "not_positive", {"price": new.amount}),))
    if new.kind == FLOOR:
        return _verdict(_floor_itself(new.amount, world))
    reasons = [*_bottom(new.amount, world, policy), *_slips(new, world, policy), *_against_history(new, world, policy)]
    if new.kind != LIST:
        reasons += _against_list(new.amount, world)
        reasons += _against_others(new, world, policy)
    reasons += _unknown(world)
    return _verdict(reasons)


def _verdict(reasons: Sequence[Reason]) -> Verdict:
    ordered = sorted(reasons, key=lambda r: -_WORSE[r.verdict])
    return Verdict(ordered[0].verdict if ordered else PASS, tuple(ordered))


def _floor_itself(amount: int, world: World) -> list[Reason]:
    """A floor below cost is a decision somebody else should see."""
    if world.cost is not None and amount < world.cost:
        return [Reason(BLOCK, "floor_below_cost", {"price": amount, "cost": world.cost})]
    return []


def _bottom(amount: int, world: World, policy: Policy) -> list[Reason]:
    """Floor, cost, cost and fees; each also for the lowest price a buyer can reach by stacking offers."""
    found = []
    if world.floor is not None and amount < world.floor:
        found.append(Reason(BLOCK, "below_floor", {"price": amount, "floor": world.floor}))
    if world.cost is not None and amount < world.cost:
        found.append(Reason(BLOCK, "below_cost", {"price": amount, "cost": world.cost}))
    elif world.cost is not None and world.fees is not None:
        left = amount - world.fees - world.cost
        if left < 0:
            numbers = {"price": amount, "fees": world.fees, "cost": world.cost, "margin": left}
            found.append(Reason(BLOCK, "loss_after_fees", numbers))
        elif left * 100 < amount * policy.margin_warn:
            numbers = {"price": amount, "margin": left, "percent": left * 100 // amount}
            found.append(Reason(WARN, "thin_margin", numbers))
    stacked = world.lowest_stacked
    if stacked is not None and stacked < amount:
        if world.floor is not None and stacked < world.floor:
            found.append(Reason(BLOCK, "stacked_below_floor", {"stacked": stacked, "floor": world.floor}))
        if world.cost is not None and stacked < world.cost:
            found.append(Reason(BLOCK, "stacked_below_cost", {"stacked": stacked, "cost": world.cost}))
    return found


def references(world: World) -> dict[str, int]:
    """What a new price is compared with, best first: 30-day median, current price, list price."""
    given = {"median_30d": world.median_30d, "current": world.current, "list_price": world.list_price}
    return {name: value for name, value in given.items() if value is not None and value > 0}


def _slips(new: Candidate, world: World, policy: Policy) -> list[Reason]:
    """Typing slips: a moved decimal point, a digit lost or doubled, yuan and fen, a foreign currency, a pack price.

    A slip is only seen where the price leaves the usual range (below half or above double of every reference):
    99 → 109 inserts a digit and is an ordinary change.
    """
    known = references(world)
    if new.kind == LIST and world.list_price is not None:
        known = {"list_price": world.list_price}
    if any(value < new.amount * 2 and new.amount < value * 2 for value in known.values()):
        return []
    for name, reference in known.items():
        numbers: dict[str, int | str] = {"price": new.amount, "reference": reference, "against": name}
        power = decimal_shift(new.amount, reference, policy.shift_tolerance)
        if power:
            return [Reason(BLOCK, "decimal_shift", {**numbers, "power": power})]
        for currency, rate in world.rates.items():
            if rate > 0 and _near(new.amount * rate, reference * 10_000, 4):
                return [Reason(BLOCK, "currency_swapped", {**numbers, "currency": currency})]
            if rate > 0 and _near(new.amount * 10_000, reference * rate, 4):
                return [Reason(BLOCK, "currency_swapped", {**numbers, "currency": currency})]
        for pack in world.packs:
            if pack > 1 and (_near(new.amount, reference * pack, 10) or _near(new.amount * pack, reference, 10)):
                return [Reason(BLOCK, "unit_swapped", {**numbers, "pieces": pack})]
        if lost_digit(new.amount, reference):
            return [Reason(BLOCK, "lost_digit", numbers)]
    return []


def decimal_shift(amount: int, reference: int, tolerance: int) -> int:
    """The power of ten by which ``amount`` seems moved against ``reference``; 0: none. ``tolerance`` in percent.

    >>> decimal_shift(9900, 99900, 12), decimal_shift(99900, 9900, 12), decimal_shift(99900, 999, 12)
    (-1, 1, 2)
    >>> decimal_shift(50000, 99900, 12)
    0
    """
    for power in (1, 2, 3, 4):
        factor = 10**power
        if _near(amount * factor, reference, tolerance):
            return -power
        if _near(amount, reference * factor, tolerance):
            return power
    return 0


def lost_digit(amount: int, reference: int) -> bool:
    """Whether one is the other with one digit left out or put in, trailing zeros of the currency aside.

    >>> lost_digit(129_00, 1299_00), lost_digit(299_00, 1299_00), lost_digit(899_00, 1299_00)
    (True, True, False)
    """
    one, other = str(amount).rstrip("0") or "0", str(reference).rstrip("0") or "0"
    pairs = {(one, other), (str(amount), str(reference))}
    if amount % 100 == 0 and reference % 100 == 0:
        pairs.add((str(amount // 100), str(reference // 100)))
    return any(_one_less(a, b) or _one_less(b, a) for a, b in pairs)


def _one_less(short: str, long: str) -> bool:
    return len(long) == len(short) + 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


def _near(one: int, other: int, percent: int) -> bool:
    """Within so many percent of the larger."""
    return abs(one - other) * 100 <= percent * max(one, other)


def _against_history(new: Candidate, world: World, policy: Policy) -> list[Reason]:
    """Drops and rises against the best reference; a promotion may go deeper before it is stopped."""
    known = references(world)
    if new.kind == LIST:
        known = {"list_price": world.list_price} if world.list_price else known
    if not known:
        if world.cost and new.amount > world.cost * policy.cost_times_warn:
            times = new.amount // world.cost
            return [Reason(WARN, "far_above_cost", {"price": new.amount, "cost": world.cost, "times": times})]
        return []
    name, reference = next(iter(known.items()))
    warn, block = (
        (policy.promo_drop_warn, policy.promo_drop_block)
        if new.kind == PROMO
        else (policy.drop_warn, policy.drop_block)
    )
    numbers: dict[str, int | str] = {"price": new.amount, "reference": reference, "against": name}
    drop, rise = reference - new.amount, new.amount - reference
    if drop * 100 >= reference * block:
        return [Reason(BLOCK, "drop", {**numbers, "percent": drop * 100 // reference})]
    if drop * 100 > reference * warn:
        return [Reason(WARN, "drop", {**numbers, "percent": drop * 100 // reference})]
    if rise * 100 >= reference * policy.rise_block:
        return [Reason(BLOCK, "rise", {**numbers, "percent": rise * 100 // reference})]
    if rise * 100 > reference * policy.rise_warn:
        return [Reason(WARN, "rise", {**numbers, "percent": rise * 100 // reference})]
    return []


def _against_list(amount: int, world: World) -> list[Reason]:
    if world.list_price is not None and amount > world.list_price:
        return [Reason(WARN, "above_list", {"price": amount, "list_price": world.list_price})]
    return []


def _against_others(new: Candidate, world: World, policy: Policy) -> list[Reason]:
    """The gap to the lowest and the highest other channel, in percent of theirs (R027)."""
    others = {shop: price for shop, price in world.others.items() if price > 0}
    if not others:
        return []
    low_shop, low = min(others.items(), key=lambda item: (item[1], item[0]))
    high_shop, high = max(others.items(), key=lambda item: (item[1], item[0]))
    below, above = low - new.amount, new.amount - high
    block = policy.promo_drop_block if new.kind == PROMO else policy.gap_block
    warn = policy.promo_drop_warn if new.kind == PROMO else policy.gap_warn
    if below * 100 >= low * block:
        numbers: dict[str, int | str] = {
            "price": new.amount,
            "other": low,
            "shop": low_shop,
            "percent": below * 100 // low,
        }
        return [Reason(BLOCK, "below_other_channel", numbers)]
    if below * 100 > low * warn:
        numbers = {"price": new.amount, "other": low, "shop": low_shop, "percent": below * 100 // low}
        return [Reason(WARN, "below_other_channel", numbers)]
    if above * 100 > high * max(warn, policy.rise_warn):
        numbers = {"price": new.amount, "other": high, "shop": high_shop, "percent": above * 100 // high}
        return [Reason(WARN, "above_other_channel", numbers)]
    return []


def _unknown(world: World) -> list[Reason]:
    """What could not be judged is said, so that silence is never read as approval."""
    found = []
    if world.floor is None and world.cost is None:
        found.append(Reason(WARN, "floor_unknown"))
    if not references(world):
        found.append(Reason(WARN, "no_history"))
    return found


def median(values: Sequence[int]) -> int | None:
    """The median in whole minor units, rounded half up; None of nothing.

    >>> median([100, 300, 200]), median([100, 201]), median([])
    (200, 151, None)
    """
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle] + 1) // 2
