"""The simulated merchant: which orders come, and when what happens to each of them.

Pure: the same plan gives the same orders, whatever machine, day or process it runs on. Everything an order will ever
go through is decided when it is made (its *timeline*); a file shows the part that lies before its export moment.
Moments are naive and local to the shop's zone, amounts are whole minor units of the shop's currency.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final, TypeVar

from zhanggui.kernel.split import split
from zhanggui.trade.channels.sample import catalogue
from zhanggui.trade.channels.sample.catalogue import Sku

T = TypeVar("T")

#: The hour of the end day at which the last export is taken.
END_TIME: Final = time(20, 0)
PROMISED_HOURS: Final = 48

_WEEKDAY: Final = (92, 95, 96, 100, 112, 128, 121)
_HOUR: Final = (12, 7, 4, 3, 3, 5, 12, 22, 38, 56, 68, 66, 60, 62, 64, 62, 60, 58, 62, 76, 94, 100, 78, 40)
_MONTH: Final = (86, 72, 90, 95, 104, 126, 98, 100, 106, 112, 150, 124)
_FEASTS: Final = {(6, 1): 180, (6, 18): 320, (9, 9): 150, (11, 1): 220, (11, 11): 420, (12, 12): 210}


@dataclass(frozen=True, slots=True)
class Traits:
    """How people buy in a shop. Chances are per mille; ``price`` turns fen into the shop's minor units."""

    price: tuple[int, int] = (1, 1)
    step: int = 1
    #: shares of an order's discounts and freight are multiples of this (currencies shown without decimals)
    unit: int = 1
    several_lines: tuple[int, int, int] = (150, 50, 20)
    merchant: int = 300
    platform: int = 0
    creator: int = 0
    payment: int = 0
    coupons: tuple[int, ...] = (300, 500, 1000, 2000)
    freight: int = 180
    freight_sizes: tuple[int, ...] = (500, 800, 1200)
    tax_basis_points: int = 0
    presale: int = 0
    group: int = 0
    hold: int = 0
    cod: int = 0
    gift: int = 0
    deleted: int = 0
    unpaid: int = 70
    refund: int = 110
    split_ship: int = 120
    #: merchant discounts are a cut of the unit price
    unit_cut: bool = False
    #: exports may meet a refund that is still open, or an order of which a part is shipped
    open_refunds: bool = True
    part_shipped: bool = True
    #: no refund may touch only one line of an order
    whole_refunds: bool = False
    #: refunds of a part of a line's money
    part_refunds: bool = True
    languages: str = "zh"


@dataclass(frozen=True, slots=True)
class Plan:
    """One shop to simulate. ``moments`` are the export moments, in order; the last one is the end."""

    seed: int
    channel: str
    shop: str
    ordinal: int
    orders: int
    first_day: date
    last_day: date
    moments: tuple[datetime, ...]
    traits: Traits
    currency: str
    zone: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A sku as the channel knows it."""

    sku: Sku
    product_no: str
    sku_no: str
    price: int


@dataclass(slots=True)
class Refund:
    """A refund of one line. ``goods`` + ``freight`` is what the buyer gets when the outcome is ``success``."""

    serial: int
    kind: str
    stage: str
    outcome: str
    reason: int
    full: bool
    qty: int
    goods: int
    freight: int
    applied_at: datetime
    finished_at: datetime

    @property
    def amount(self) -> int:
        return self.goods + self.freight

    def paid_out(self, at: datetime) -> bool:
        return self.outcome == "success" and self.finished_at <= at

    def is_open(self, at: datetime) -> bool:
        return self.applied_at <= at < self.finished_at


@dataclass(slots=True)
class Line:
    """One article of an order: amount − merchant − platform − creator − payment + freight + tax = paid."""

    listing: Listing
    qty: int
    unit_list: int
    unit_price: int
    amount: int
    merchant: int = 0
    platform: int = 0
    creator: int = 0
    payment: int = 0
    freight: int = 0
    tax: int = 0
    is_gift: bool = False
    package: int = 0
    refund: Refund | None = None

    @property
    def paid(self) -> int:
        return self.amount - self.merchant - self.platform - self.creator - self.payment + self.freight + self.tax

    @property
    def sku(self) -> Sku:
        return self.listing.sku


@dataclass(slots=True)
class Package:
    shipped_at: datetime
    carrier: str
    waybill: str


@dataclass(slots=True)
class Buyer:
    number: int
    surname: str
    name_en: str
    phone: str
    place: tuple[str, str, str, str]


@dataclass(slots=True)
class Order:
    """One order with its whole timeline. ``packages`` may be empty: never shipped, or stuck."""

    index: int
    serial: int
    buyer: Buyer
    lines: list[Line]
    created_at: datetime
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    deposit_at: datetime | None = None
    deposit: int = 0
    grouped_at: datetime | None = None
    group_fails: bool = False
    packages: list[Package] = field(default_factory=list)
    delivered_at: datetime | None = None
    completed_at: datetime | None = None
    deadline_at: datetime | None = None
    hold: str = ""
    hold_from: datetime | None = None
    hold_to: datetime | None = None
    cod: bool = False
    presale: bool = False
    deleted: bool = False
    odd_status: bool = False
    #: its id is damaged by a spreadsheet in the last export
    fragile: bool = False
    creator: tuple[str, str] | None = None
    note: str = ""
    flag: int = 0
    shade: int = 0

    def total(self, part: str) -> int:
        """Σ of an amount (``paid``, ``freight``, ``merchant`` …) over the lines."""
        found: int = sum(getattr(line, part) for line in self.lines)
        return found

    @property
    def qty(self) -> int:
        return sum(line.qty for line in self.lines)

    # --- what can be seen at a moment -------------------------------------------------------------------------

    def paid_by(self, at: datetime) -> datetime | None:
        return self.paid_at if self.paid_at is not None and self.paid_at <= at else None

    def shipped_by(self, line: Line, at: datetime) -> Package | None:
        if line.package < len(self.packages):
            package = self.packages[line.package]
            if package.shipped_at <= at:
                return package
        return None

    def first_shipped(self, at: datetime) -> Package | None:
        found = [package for package in self.packages if package.shipped_at <= at]
        return found[0] if found else None

    def held(self, at: datetime) -> str:
        inside = self.hold_from is not None and self.hold_to is not None and self.hold_from <= at < self.hold_to
        return self.hold if inside else ""

    def advance(self, line: Line, at: datetime) -> str:
        """How far the line has come, refunds left aside."""
        if self.cancelled_at is not None and self.cancelled_at <= at:
            return "cancelled"
        if self.shipped_by(line, at) is not None:
            if self.completed_at is not None and self.completed_at <= at:
                return "completed"
            if self.delivered_at is not None and self.delivered_at <= at:
                return "delivered"
            return "shipped"
        return "paid" if self.paid_by(at) else "created"

    def state(self, line: Line, at: datetime) -> str:
        """Canonical state of a line at a moment."""
        refund = line.refund
        if refund is not None and refund.applied_at <= at:
            if refund.is_open(at):
                return "refunding"
            if refund.full and refund.outcome == "success":
                return "refunded"
        return self.advance(line, at)

    def states(self, at: datetime) -> list[str]:
        return [self.state(line, at) for line in self.lines]

    def refunded(self, at: datetime) -> int:
        """Σ paid back to the buyer up to a moment."""
        return sum(line.refund.amount for line in self.lines if line.refund and line.refund.paid_out(at))

    def refunds(self, at: datetime) -> list[tuple[Line, Refund]]:
        return [(line, line.refund) for line in self.lines if line.refund and line.refund.applied_at <= at]


_ORDER: Final = ("created", "paid", "allocated", "shipped", "delivered", "completed")
_RANK: Final = {name: rank for rank, name in enumerate(_ORDER)}


def derive(states: Sequence[str]) -> str:
    """The order's state from its lines: all equal → that one; else the least advanced line that still moves;
    only side states left → ``refunding`` before ``unknown`` before ``refunded``."""
    if len(set(states)) == 1:
        return states[0]
    moving = [state for state in states if state in _RANK]
    if moving:
        return min(moving, key=_RANK.__getitem__)
    for side in ("refunding", "unknown", "refunded", "closed"):
        if side in states:
            return side
    return "cancelled"


class World:
    """Walks through the orders of one plan in the order of their creation; constant memory."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rng = Random(f"{plan.seed}/{plan.channel}/{plan.shop}")  # noqa: S311  # nosec: a simulation, no secret
        self._offset = int(self.rng.random() * 10**9)
        self._pool = max(12, plan.orders * 3 // 5)
        self._next_fragile = plan.orders // 2 + 2
        self.end = plan.moments[-1]
        self.listings = [self._list(number, sku) for number, sku in enumerate(catalogue.SKUS)]
        self.gift = self._list(len(catalogue.SKUS), catalogue.GIFT)

    # --- dice: only Random.random() is used, whose values are the same in every version of Python --------------

    def chance(self, per_mille: int) -> bool:
        return self.rng.random() * 1000 < per_mille

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self.rng.random() * len(items))]

    def between(self, low: int, high: int) -> int:
        return low + int(self.rng.random() * (high - low + 1))

    def lag(self, low: int, high: int) -> timedelta:
        """Seconds between low and high, most of them near low."""
        share = self.rng.random()
        return timedelta(seconds=low + int((high - low) * share * share * share))

    # --- goods, days, people -------------------------------------------------------------------------------------

    def _list(self, number: int, sku: Sku) -> Listing:
        plan = self.plan
        numerator, denominator = plan.traits.price
        price = sku.price * numerator // denominator
        step = plan.traits.step
        product = sum(ord(letter) * 31**place for place, letter in enumerate(sku.product_code)) % 10_000_000
        head = 6 + plan.ordinal % 4
        return Listing(
            sku,
            product_no=f"{head}{plan.ordinal:02d}{product * 7 + plan.seed % 97:09d}",
            sku_no=f"{head + 1}{plan.ordinal:02d}{(product * 13 + number * 101 + plan.seed % 89):010d}",
            price=max(step, price // step * step) if price else 0,
        )

    def _days(self) -> list[tuple[date, int]]:
        plan = self.plan
        days = [plan.first_day + timedelta(days=n) for n in range((plan.last_day - plan.first_day).days + 1)]
        weights = []
        for day in days:
            weight = _WEEKDAY[day.weekday()] * _MONTH[day.month - 1] * _FEASTS.get((day.month, day.day), 100)
            weights.append(weight * (90 + int(self.rng.random() * 21)))
        return list(zip(days, split(plan.orders, weights), strict=True))

    def _moments(self) -> Iterator[datetime]:
        for day, count in self._days():
            last = END_TIME.hour if day == self.plan.last_day else 24
            for hour, in_hour in enumerate(split(count, _HOUR[:last])):
                start = datetime.combine(day, time(hour))
                for second in sorted(int(self.rng.random() * 3600) for _ in range(in_hour)):
                    yield start + timedelta(seconds=second)

    def _buyer(self) -> Buyer:
        regulars = max(4, self._pool // 8)
        number = int(self.rng.random() * (regulars if self.rng.random() < 0.35 else self._pool))
        mixed = (number * 7919 + self.plan.ordinal * 104729) % 99991
        places = catalogue.PLACES
        return Buyer(
            number,
            surname=catalogue.SURNAMES[mixed % len(catalogue.SURNAMES)],
            name_en=catalogue.GIVEN_EN[mixed % len(catalogue.GIVEN_EN)],
            phone=f"1{3 + mixed % 6}{mixed % 10}****{mixed % 10000:04d}",
            place=places[mixed % len(places)],
        )

    # --- orders ------------------------------------------------------------------------------------------------

    def orders(self) -> Iterator[Order]:
        for index, moment in enumerate(self._moments()):
            yield self._order(index, moment)

    def _order(self, index: int, moment: datetime) -> Order:
        traits = self.plan.traits
        order = Order(
            index=index,
            serial=self.plan.ordinal * 10**9 + (index * 387_420_489 + self._offset) % 10**9,
            buyer=self._buyer(),
            lines=self._lines(),
            created_at=moment,
        )
        order.shade = int(self.rng.random() * 10_000)
        order.note = self.pick(catalogue.NOTES)
        order.flag = self.between(0, 30)
        order.odd_status = index % 173 == 29
        self._price(order)
        self._live(order)
        if self.chance(traits.gift) and not any(line.refund for line in order.lines):
            gift = self.gift
            order.lines.append(Line(gift, 1, 0, 0, 0, is_gift=True, package=0))
        if index >= self._next_fragile and len(order.lines) == 1 and order.lines[0].qty == 1 and order.paid_at:
            order.fragile = True
            self._next_fragile = index + 4001
        return order

    def _lines(self) -> list[Line]:
        traits = self.plan.traits
        dice = self.rng.random() * 1000
        two, three, four = traits.several_lines
        count = 4 if dice < four else 3 if dice < four + three else 2 if dice < four + three + two else 1
        start = int(self.rng.random() * len(self.listings))
        lines = []
        for number in range(count):
            listing = self.listings[(start + number * 13) % len(self.listings)]
            dice = self.rng.random()
            qty = 1 if dice < 0.8 else 2 if dice < 0.94 else self.between(3, 5)
            unit = listing.price
            lines.append(Line(listing, qty, listing.price, unit, unit * qty))
        return lines

    def _price(self, order: Order) -> None:
        """Discounts, freight and tax, each shared over the lines by amount; every line keeps a positive price."""
        traits = self.plan.traits
        amounts = [line.amount for line in order.lines]
        goods = sum(amounts)
        left = goods * 6 // 10
        if self.chance(traits.merchant):
            if traits.unit_cut:
                for line in order.lines:
                    cut = line.unit_list * self.pick((5, 10, 15)) // 100 // traits.step * traits.step
                    line.merchant = cut * line.qty
                    left -= line.merchant
            else:
                left = self._share(order, "merchant", amounts, left)
        for part, chance in (("platform", traits.platform), ("creator", traits.creator), ("payment", traits.payment)):
            if chance and self.chance(chance):
                left = self._share(order, part, amounts, left)
                if part == "creator":
                    order.creator = self.pick(catalogue.CREATORS)
        if self.chance(traits.freight):
            size = self.pick(traits.freight_sizes) // traits.unit
            for line, share in zip(order.lines, split(size, amounts), strict=True):
                line.freight = share * traits.unit
        if traits.tax_basis_points:
            for line in order.lines:
                line.tax = (line.amount - line.merchant) * traits.tax_basis_points // 10_000

    def _share(self, order: Order, part: str, amounts: list[int], left: int) -> int:
        size, unit = self.pick(self.plan.traits.coupons), self.plan.traits.unit
        if size > left:
            return left
        for line, share in zip(order.lines, split(size // unit, amounts), strict=True):
            setattr(line, part, share * unit)
        return left - size

    def _live(self, order: Order) -> None:
        """The timeline: pay or not, hold, ship, deliver, complete, refund."""
        traits = self.plan.traits
        if self.chance(traits.presale):
            order.presale = True
            order.deposit_at = order.created_at + self.lag(20, 600)
            order.deposit = sum(line.paid for line in order.lines) // 1000 * 100
            if self.chance(800):
                order.paid_at = order.created_at + self.lag(86_400, 5 * 86_400)
        elif self.chance(traits.unpaid):
            if self.chance(800):
                order.cancelled_at = order.created_at + self.lag(1800, 86_400)
            return
        elif self.chance(traits.cod):
            order.cod = True
        else:
            order.paid_at = order.created_at + self.lag(8, 900)
        ready = order.paid_at or order.created_at
        if order.paid_at is None and not order.cod:
            return
        if self.chance(traits.group):
            order.group_fails = self.chance(200)
            wait = 86_400 if order.group_fails else self.between(600, 86_400)
            order.grouped_at = ready + timedelta(seconds=wait)
            if order.group_fails:
                self._refund(order, order.lines, order.grouped_at, "unshipped", full=True, quick=True)
                return
            ready = order.grouped_at
        order.deadline_at = ready + timedelta(hours=PROMISED_HOURS)
        order.deleted = self.chance(traits.deleted)
        if order.deleted:
            return
        if self.chance(traits.hold):
            order.hold = "pause" if self.chance(500) else "lock"
            order.hold_from = ready + self.lag(60, 7200)
            order.hold_to = order.hold_from + self.lag(7200, 4 * 86_400)
            ready = order.hold_to
        refund = self.chance(traits.refund) and order.paid_at is not None
        whole = traits.whole_refunds or len(order.lines) == 1 or self.chance(600)
        targets = order.lines if whole else [self.pick(order.lines)]
        when = self.between(1, 100)
        if refund and when <= 35:
            self._refund(order, targets, ready + self.lag(600, 36_000), "unshipped", full=True)
            if any(line.refund and line.refund.outcome == "success" for line in targets) and whole:
                return
        if not self.chance(30):  # the rest never gets out of the warehouse
            self._ship(order, ready)
        if refund and when > 35 and order.packages and order.delivered_at:
            full = not traits.part_refunds or when <= 80
            late = when > 92 and order.completed_at is not None
            base = order.completed_at if late and order.completed_at else order.delivered_at
            stage = "received" if when > 60 else "shipped"
            applied = (
                base + self.lag(600, 2 * 86_400)
                if stage == "received"
                else order.packages[-1].shipped_at + self.lag(3600, 86_400)
            )
            self._refund(order, targets, applied, stage, full=full)

    def _ship(self, order: Order, ready: datetime) -> None:
        packages = 2 if len(order.lines) > 1 and self.chance(self.plan.traits.split_ship) else 1
        moment = ready + self.lag(2 * 3600, 52 * 3600)
        for number in range(packages):
            carrier, prefix = self.pick(catalogue.CARRIERS)
            waybill = f"{prefix}{(order.serial * 10 + number) % 10**13:013d}"
            order.packages.append(Package(moment, carrier, waybill))
            moment += self.lag(3600, 30 * 3600)
        if packages == 2:
            first, last = order.packages[0].shipped_at, order.packages[1].shipped_at
            if not self.plan.traits.part_shipped and any(first <= at < last for at in self.plan.moments):
                order.packages.pop()
            else:
                for number, line in enumerate(order.lines):
                    line.package = number % 2
        order.delivered_at = order.packages[-1].shipped_at + self.lag(86_400, 4 * 86_400)
        order.completed_at = order.delivered_at + self.lag(7200, 7 * 86_400)
        if order.cod:
            order.paid_at = order.delivered_at + timedelta(hours=6)

    def _refund(
        self, order: Order, lines: Sequence[Line], applied: datetime, stage: str, *, full: bool, quick: bool = False
    ) -> None:
        traits = self.plan.traits
        finished = applied + (timedelta(minutes=1) if quick else self.lag(1800, 5 * 86_400))
        if not traits.open_refunds and any(applied <= at < finished for at in self.plan.moments):
            return
        outcome = "success" if quick or self.chance(880) else self.pick(("refused", "withdrawn"))
        reason = int(self.rng.random() * len(catalogue.REASONS))
        kind = "return_refund" if stage == "received" else "refund_only"
        for number, line in enumerate(lines):
            if line.paid <= 0:
                continue
            goods = line.paid - line.freight
            freight = line.freight
            if not full:
                goods, freight = max(1, goods * self.pick((10, 20, 30, 50)) // 100 // traits.step * traits.step), 0
                goods = max(goods, min(traits.step, line.paid - line.freight))
            line.refund = Refund(
                serial=order.serial * 10 + number,
                kind=kind,
                stage=stage,
                outcome=outcome,
                reason=reason,
                full=full,
                qty=line.qty if full else 0,
                goods=goods,
                freight=freight,
                applied_at=applied,
                finished_at=finished,
            )


def with_traits(traits: Traits, **changes: object) -> Traits:
    return replace(traits, **changes)  # type: ignore[arg-type]
