"""The simulated merchant: which orders come, and when what happens to each of them.

Pure: the same plan gives the same orders, whatever machine, day or process it runs on. Everything an order will ever
go through is decided when it is made (its *timeline*); a file shows the part that lies before its export moment.
Moments are naive and local to the shop's zone, amounts are whole minor units of the shop's currency.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final, TypeVar

from zhanggui.kernel.split import split
from zhanggui.trade.channels.sample import catalogue
from zhanggui.trade.channels.sample.catalogue import Sku
from zhanggui.trade.channels.sample.truth import Buyer, Line, Listing, Order, Package, Plan, Refund

T = TypeVar("T")

#: The hour of the end day at which the last export is taken.
END_TIME: Final = time(20, 0)
PROMISED_HOURS: Final = 48

_WEEKDAY: Final = (92, 95, 96, 100, 112, 128, 121)
_HOUR: Final = (12, 7, 4, 3, 3, 5, 12, 22, 38, 56, 68, 66, 60, 62, 64, 62, 60, 58, 62, 76, 94, 100, 78, 40)
_MONTH: Final = (86, 72, 90, 95, 104, 126, 98, 100, 106, 112, 150, 124)
_FEASTS: Final = {(6, 1): 180, (6, 18): 320, (9, 9): 150, (11, 1): 220, (11, 11): 420, (12, 12): 210}


class World:
    """Walks through the orders of one plan in the order of their creation; constant memory."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rng = Random(f"{plan.seed}/{plan.channel}/{plan.shop}")  # noqa: S311  # nosec B311
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
        if self.chance(30):  # forgotten in the warehouse and sent days too late
            ready = order.deadline_at + self.lag(86_400, 4 * 86_400)
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
