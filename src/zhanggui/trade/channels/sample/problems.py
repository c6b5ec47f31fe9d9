"""Problems planted into the simulated shops, so that finding them can be scored.

A problem changes what happened (an order, a visitor, a line of a statement) before anything is written: every file and
``expected.json`` tell the same story. Pure. What was planted is told in ``problems.json``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from zhanggui.trade.channels.sample.attention import Advert, Day, People
from zhanggui.trade.channels.sample.truth import Buyer, Line, Order, Plan, Refund
from zhanggui.trade.channels.sample.world import World

#: Shorter samples hold no four weeks to compare a week with.
LEAST_DAYS: Final = 42
LEAST_ORDERS: Final = 2000

#: (channel, number of the shop) → kinds planted there. Kinds are those of the findings they must lead to.
PLACES: Final[dict[tuple[str, int], tuple[str, ...]]] = {
    ("taobao", 0): ("watch.advert",),
    ("taobao", 1): ("watch.brushing",),
    ("taobao", 3): ("watch.source",),
    ("taobao", 4): ("watch.payout",),
    ("jd", 0): ("watch.funnel", "watch.idle"),
    ("pinduoduo", 0): ("watch.parcels",),
    ("pinduoduo", 1): ("watch.sales",),
    ("douyin", 0): ("watch.refunds", "watch.returns"),
    ("douyin", 1): ("watch.price",),
    ("xiaohongshu", 0): ("watch.risk",),
}
#: Goods the problems are about, by product code of the catalogue.
REFUNDED, RETURNED, IDLE, ODD_PRICE, BOUGHT, RISKY = "FZ01", "NZ01", "JJ06", "JJ02", "NZ05", "JJ01"


@dataclass(slots=True)
class Planted:
    """One planted problem. ``label``: title of the goods it is about, empty when it is about the shop. ``money``: what
    is at stake as the planter knows it, in minor units; None where only an estimate can tell."""

    id: str
    kind: str
    shop: str
    label: str
    money: int | None
    currency: str
    count: int = 0

    def report(self) -> dict[str, object]:
        return {
            "id": self.id, "kind": self.kind, "shop": self.shop, "label": self.label, "money": self.money,
            "currency": self.currency, "count": self.count,
        }  # fmt: skip


class Planter:
    """Plants the problems of one shop."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan, self.end = plan, plan.moments[-1]
        self.kinds = PLACES.get((plan.channel, number), ())
        self.planted: dict[str, Planted] = {}
        self._buyer: Buyer | None = None
        self._unsettled: set[int] = set()

    def _note(self, kind: str, money: int | None, label: str = "") -> Planted:
        plan = self.plan
        one = self.planted.setdefault(kind, Planted(f"{kind}@{plan.shop}", kind, plan.shop, label, None, plan.currency))
        one.count += 1
        if money is not None:
            one.money = (one.money or 0) + money
        return one

    def count(self, kind: str) -> int:
        return self.planted[kind].count if kind in self.planted else 0

    # --- orders ------------------------------------------------------------------------------------------------

    def orders(self, world: World) -> Iterator[Order]:
        """The orders of the shop with its problems in them."""
        if "watch.price" in self.kinds:
            at = next(n for n, x in enumerate(world.listings) if x.sku.product_code == ODD_PRICE)
            listing = world.listings[at]
            world.listings[at] = replace(listing, price=listing.price // 2)
            self._note("watch.price", None, listing.sku.title)
        for order in world.orders():
            if self._keep(order):
                self._change(order, world)
                yield order

    def _keep(self, order: Order) -> bool:
        if "watch.sales" in self.kinds and self._within(order, 1, 3) and order.serial % 8:
            self._note("watch.sales", order.total("paid") if order.paid_at else 0)
            return False
        if "watch.idle" in self.kinds and self._within(order, 0, 20):
            of = [line for line in order.lines if line.sku.product_code == IDLE]
            if of:
                self._note("watch.idle", sum(line.paid for line in of) if order.paid_at else 0, of[0].sku.title)
                return False
        return True

    def _within(self, order: Order, first: int, last: int) -> bool:
        """Whether the order was created from ``last`` to ``first`` days before the last day."""
        return first <= (self.plan.last_day - order.created_at.date()).days <= last

    def _change(self, order: Order, world: World) -> None:
        for kind in self.kinds:
            match kind:
                case "watch.parcels":
                    self._lose(order)
                case "watch.refunds":
                    self._send_back(order, REFUNDED, kind)
                case "watch.returns":
                    self._send_back(order, RETURNED, kind)
                case "watch.brushing":
                    self._buy(order, world)
                case "watch.payout":
                    self._keep_money(order)
                case "watch.risk":
                    self._endanger(order, world)

    def _plain(self, order: Order) -> bool:
        return (
            order.paid_at is not None
            and not order.fragile
            and not order.odd_status
            and not (order.cod or order.presale or order.deleted or order.hold or order.grouped_at)
            and not any(line.refund for line in order.lines)
        )

    def _lose(self, order: Order) -> None:
        """Sent weeks ago, never arrived."""
        if self.count("watch.parcels") >= 7 or not self._plain(order) or len(order.packages) != 1:
            return
        age = self.end - order.packages[0].shipped_at
        if order.delivered_at and timedelta(days=20) <= age <= timedelta(days=38):
            order.delivered_at = order.completed_at = None
            self._note("watch.parcels", order.total("paid"))

    def _send_back(self, order: Order, product: str, kind: str) -> None:
        """Nearly everybody who bought it in the last week wants their money back."""
        if not self._within(order, 1, 7) or not self._plain(order) or order.paid_at is None:
            return
        returned = kind == "watch.returns"
        base = order.delivered_at if returned else order.paid_at
        if base is None or base + timedelta(hours=10) > self.end:
            return
        for number, line in enumerate(order.lines):
            if line.sku.product_code != product or line.paid <= 0:
                continue
            line.refund = Refund(
                serial=order.serial * 10 + number,
                kind="return_refund" if returned else "refund_only",
                stage="received" if returned else "shipped",
                outcome="success",
                reason=0,
                full=True,
                qty=line.qty,
                goods=line.paid - line.freight,
                freight=line.freight,
                applied_at=base + timedelta(hours=2),
                finished_at=base + timedelta(hours=8),
            )
            self._note(kind, line.refund.amount, line.sku.title)

    def _only(self, order: Order, world: World, product: str, qty: int) -> Line:
        """Make the order one of ``qty`` pieces of a product, without discounts."""
        listing = next(x for x in world.listings if x.sku.product_code == product)
        line = Line(listing, qty, listing.price, listing.price, listing.price * qty)
        order.lines = [line]
        order.packages = order.packages[:1]
        order.creator = None
        return line

    def _buy(self, order: Order, world: World) -> None:
        """One buyer, one product, one piece, again and again."""
        if self.count("watch.brushing") >= 7 or not self._within(order, 4, 8) or not self._plain(order):
            return
        self._buyer = self._buyer or order.buyer
        order.buyer = self._buyer
        line = self._only(order, world, BOUGHT, 1)
        self._note("watch.brushing", line.paid, line.sku.title)

    def _keep_money(self, order: Order) -> None:
        """Finished long ago; no statement names it."""
        if self.count("watch.payout") >= 5 or not self._plain(order) or order.completed_at is None:
            return
        if timedelta(days=20) <= self.end - order.completed_at <= timedelta(days=30):
            self._unsettled.add(order.serial)
            self._note("watch.payout", order.total("paid"))

    def is_settled(self, order: Order) -> bool:
        """Whether money files may tell of the order."""
        return order.serial not in self._unsettled

    def _endanger(self, order: Order, world: World) -> None:
        """Very many of the dearest goods, not sent yet."""
        if self.count("watch.risk") or not self._within(order, 1, 1) or not self._plain(order):
            return
        line = self._only(order, world, RISKY, 60)
        order.packages, order.delivered_at, order.completed_at = [], None, None
        self._note("watch.risk", line.paid)

    # --- visitors and adverts ------------------------------------------------------------------------------------

    def days(self, days: Sequence[Day]) -> list[Day]:
        """The days of visitors and adverts with the shop's problems in them."""
        return [self._day(day) for day in days]

    def _day(self, day: Day) -> Day:
        if "watch.funnel" in self.kinds and self._last(day.day, 3):
            self._note("watch.funnel", None)
            day = replace(day, shop=_without_cart(day.shop))
        if "watch.source" in self.kinds:
            self._note("watch.source", None)
            day = replace(day, sources={k: _many(p) if k == ("search",) else p for k, p in day.sources.items()})
        if "watch.advert" in self.kinds and self._last(day.day, 20):
            day = replace(day, adverts=[self._waste(a) if a.campaign == 0 else a for a in day.adverts])
        return day

    def _last(self, day: date, days: int) -> bool:
        return (self.plan.last_day - day).days < days

    def _waste(self, advert: Advert) -> Advert:
        """A fifth of what it costs comes back."""
        unit = self.plan.traits.unit
        sold = advert.spend // 5 // unit * unit
        self._note("watch.advert", advert.spend - sold)
        return replace(advert, credited=dict.fromkeys(advert.credited, (1, sold, 0)))


def _without_cart(people: People) -> People:
    """Only who pays still reaches the cart: its button does not answer the others."""
    return replace(people, cart_users=people.buyers, cart_items=people.buyers, order_buyers=people.buyers)


def _many(people: People) -> People:
    """Ten times as many visitors, and no more buyers."""
    names = ("visitors", "views", "bounces", "dwell", "new_visitors", "favourite_users", "impressions", "clicks")
    return replace(people, **{name: getattr(people, name) * 10 for name in names})
