"""Who came to the simulated shop and what its adverts cost, day by day, in keeping with the orders it got.

Pure, with dice of its own, so that the orders stay what they were. Money in minor units. People of sources and goods
overlap, as on every platform; buyers and amounts of sources and goods add up to those of the shop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from zhanggui.kernel.split import split
from zhanggui.trade.channels.sample.tally import Seen, ShopTally
from zhanggui.trade.channels.sample.truth import Listing, Order, Plan


@dataclass(slots=True)
class Sales:
    """What was paid on a day, from the orders: the shop's figures, or those of one of its goods."""

    orders: int = 0
    qty: int = 0
    amount: int = 0
    buyers: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Till:
    """Sales by day, and by day and product."""

    days: dict[date, Sales] = field(default_factory=dict)
    goods: dict[tuple[date, str], Sales] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)

    def take(self, order: Order, seen: Seen) -> None:
        """An order as its authoritative export states it; its amount is shared over the goods by what each cost."""
        if seen.paid_at is None:
            return
        day, buyer = seen.paid_at.date(), seen.buyer or str(order.buyer.number)
        lines = [line for line in order.lines if not line.is_gift]
        sales = self.days.setdefault(day, Sales())
        sales.orders += 1
        sales.qty += sum(line.qty for line in lines)
        sales.amount += seen.paid or 0
        sales.buyers.add(buyer)
        shares = split(seen.paid or 0, [max(0, line.paid) for line in lines]) if any(x.paid > 0 for x in lines) else []
        for line, share in zip(lines, shares, strict=False):
            good = self.goods.setdefault((day, line.listing.product_no), Sales())
            good.orders += 1
            good.qty += line.qty
            good.amount += share
            good.buyers.add(buyer)
            self.listings.setdefault(line.listing.product_no, line.listing)


@dataclass(frozen=True, slots=True)
class People:
    """Visitors and what they did on a day: of the shop, a source or an article. ``bounces`` are visitors who left after
    one page, ``dwell`` the seconds all of them stayed."""

    visitors: int
    views: int
    bounces: int
    dwell: int
    new_visitors: int
    favourite_users: int
    cart_users: int
    cart_items: int
    order_buyers: int
    impressions: int
    clicks: int
    orders: int
    qty: int
    buyers: int
    amount: int


@dataclass(frozen=True, slots=True)
class Advert:
    """One campaign and article on a day. ``credited`` by attribution window: days → (orders, direct, indirect)."""

    campaign: int
    listing: Listing
    impressions: int
    clicks: int
    spend: int
    carts: int
    favourites: int
    credited: dict[int, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    shop: People
    sources: dict[tuple[str, ...], People]
    goods: list[tuple[Listing, People]]
    adverts: list[Advert]


#: Kinds of sources by weight of visitors, of buyers; layouts give them the platform's names.
SOURCES: Final = (
    ("search", 34, 40), ("recommendation", 26, 18), ("paid", 18, 20), ("direct", 12, 18), ("social", 6, 3),
    ("live", 4, 1),
)  # fmt: skip


class Attention:
    """Walks through the days of a plan."""

    def __init__(self, plan: Plan, till: Till) -> None:
        self.plan, self.till = plan, till
        self.rng = Random(f"{plan.seed}/{plan.channel}/{plan.shop}/attention")  # noqa: S311  # nosec B311

    def between(self, low: int, high: int) -> int:
        return low + int(self.rng.random() * (high - low + 1))

    def days(self) -> list[Day]:
        last = self.plan.last_day
        count = (last - self.plan.first_day).days + 1
        return [self._day(self.plan.first_day + timedelta(days=n)) for n in range(count)]

    def _people(self, sales: Sales, buyers: int, visitors: int, *, amount: int) -> People:
        """``visitors`` people of whom ``buyers`` paid; every count is possible beside the others."""
        left = visitors - buyers
        carts = buyers + left * self.between(4, 9) // 100
        views = visitors * self.between(210, 420) // 100 + sales.qty
        impressions = visitors * self.between(8, 14)
        return People(
            visitors=visitors,
            views=views,
            bounces=left * self.between(35, 55) // 100,
            dwell=visitors * self.between(28, 75),
            new_visitors=left * self.between(55, 75) // 100,
            favourite_users=left * self.between(2, 5) // 100,
            cart_users=carts,
            cart_items=carts * self.between(110, 150) // 100,
            order_buyers=min(visitors, buyers + buyers * self.between(2, 12) // 100),
            impressions=impressions,
            clicks=min(impressions, views),
            orders=sales.orders,
            qty=sales.qty,
            buyers=buyers,
            amount=amount,
        )

    def _day(self, day: date) -> Day:
        sales = self.till.days.get(day, Sales())
        buyers = len(sales.buyers)
        visitors = buyers * self.between(22, 34) + self.between(30, 90)
        shop = self._people(sales, buyers, visitors, amount=sales.amount)
        sources: dict[tuple[str, ...], People] = {}
        # some people come by two ways: sources together have a few more visitors than the shop
        come = split(visitors + visitors * self.between(3, 9) // 100, [w for _, w, _ in SOURCES])
        bought = split(buyers, [w for _, _, w in SOURCES])
        money = split(sales.amount, bought) if any(bought) else [0] * len(SOURCES)
        pieces = split(sales.qty, bought) if any(bought) else [0] * len(SOURCES)
        made = split(sales.orders, bought) if any(bought) else [0] * len(SOURCES)
        for place, (name, _, _) in enumerate(SOURCES):
            part = Sales(orders=made[place], qty=pieces[place])
            sources[(name,)] = self._people(part, bought[place], max(come[place], bought[place]), amount=money[place])
        goods = []
        for (when, product), good in sorted(self.till.goods.items()):
            if when == day:
                of_good = len(good.buyers)
                goods.append(
                    (
                        self.till.listings[product],
                        self._people(good, of_good, of_good * self.between(12, 30) + self.between(4, 20),
                                     amount=good.amount),
                    )
                )  # fmt: skip
        return Day(day, shop, sources, goods, self._adverts(day, sales, goods))

    def _adverts(self, day: date, sales: Sales, goods: list[tuple[Listing, People]]) -> list[Advert]:
        """Adverts of the day's best sold goods: a budget of about a ninth of what was sold."""
        unit = self.plan.traits.unit
        best = sorted(goods, key=lambda g: (-g[1].amount, g[0].product_no))[:4]
        budget = sales.amount * self.between(7, 15) // 100
        found = []
        weights = [self.between(1, 4) for _ in best]
        for number, ((listing, people), spend) in enumerate(zip(best, split(budget // unit, weights), strict=True)):
            spend *= unit
            if not spend:
                continue
            clicks = max(1, people.visitors * self.between(20, 60) // 100)
            soon = people.amount * self.between(10, 40) // 100 // unit * unit
            late = soon + people.amount * self.between(5, 25) // 100 // unit * unit
            orders = max(1, people.orders * self.between(20, 60) // 100)
            other = (late - soon) // 2 // unit * unit
            found.append(
                Advert(
                    campaign=number % 3,
                    listing=listing,
                    impressions=clicks * self.between(18, 60),
                    clicks=clicks,
                    spend=spend,
                    carts=people.cart_users * self.between(10, 40) // 100,
                    favourites=people.favourite_users * self.between(10, 60) // 100,
                    credited={1: (orders, soon, 0), 15: (orders + 1, late - other, other)},
                )
            )
        return found


def days_of(plan: Plan, till: Till) -> list[Day]:
    """The days of a shop, from the first to the last of the plan."""
    return Attention(plan, till).days()


def tell(tally: ShopTally, days: list[Day], *, visits: bool, window: int | None) -> None:
    """Write down what the shop's reports must add up to; ``visits``: people are not counted but visits."""
    for day in days:
        people = day.shop
        tally.visits[day.day.isoformat()] = {
            "visitors": None if visits else people.visitors,
            "views": people.views,
            "pay_buyers": None if visits else people.buyers,
            "paid_amount": people.amount,
        }
        if window is not None and day.adverts:
            credited = [a.credited[window] for a in day.adverts]
            tally.ads[day.day.isoformat()] = {
                "spend": sum(a.spend for a in day.adverts),
                "clicks": sum(a.clicks for a in day.adverts),
                "impressions": sum(a.impressions for a in day.adverts),
                "attributed_amount": sum(direct + indirect for _, direct, indirect in credited),
            }
