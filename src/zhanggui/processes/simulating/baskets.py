"""Real orders of a period as baskets, in bites: what cannot be a basket is counted and named, never dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.goods.catalog import queries as catalog
from zhanggui.goods.pricing import queries as pricing
from zhanggui.processes.simulating.tally import Bought, Key, Piece
from zhanggui.trade.orders import exports as orders
from zhanggui.trade.orders import facts
from zhanggui.trade.orders.contracts import OrderFilter

CODES: Final = ("outer_sku_code", "sku_no", "outer_product_code", "product_no")
#: Orders named for each reason of being left out.
NAMED: Final = 20


@dataclass
class Seen:
    """What was read: orders, orders left out (reason → count and the first numbers), lines given as gifts, prices
    taken from the other column, orders without a known buyer or known freight."""

    orders: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    named: dict[str, list[str]] = field(default_factory=dict)
    gift_lines: int = 0
    other_price: int = 0
    unknown_buyers: int = 0
    unknown_freight: int = 0

    def leave(self, reason: str, order_no: str) -> None:
        self.left_out[reason] = self.left_out.get(reason, 0) + 1
        names = self.named.setdefault(reason, [])
        if len(names) < NAMED:
            names.append(order_no)


class Reader:
    """Reads baskets of ``shops`` paid from ``first`` to ``last`` (business days of each shop, both included).

    ``price``: ``unit`` (asked for a piece before discounts; where it is missing the line's amount when it divides by
    its pieces, then the list price) or ``list`` (the price struck out; where it is missing the unit price, then that
    amount).
    """

    def __init__(self, shops: list[ShopInfo], first: date, last: date, currency: str, price: str) -> None:
        self.shops, self.first, self.last, self.currency, self.price = shops, first, last, currency, price
        self.seen = Seen()
        self._buyers: dict[tuple[int, str], str] = {}
        self._goods: dict[tuple[int, str], tuple[str, tuple[str, ...], str, int | None]] = {}

    def bites(self) -> Iterator[list[Bought]]:
        """All baskets, each order by itself, bite by bite, in no order of time."""
        for shop in self.shops:
            starts, ends = self._period(shop)
            yield from self._read(shop, starts, ends)

    def in_turn(self) -> Iterator[Bought]:
        """All baskets in the order in which they were paid, a day in memory at a time."""
        periods = [(shop, *self._period(shop)) for shop in self.shops]
        if not periods:
            return
        at, end = min(p[1] for p in periods), max(p[2] for p in periods)
        while at < end:
            until = at + timedelta(days=1)
            day: list[Bought] = []
            for shop, starts, ends in periods:
                if max(starts, at) < min(ends, until):
                    for bite in self._read(shop, max(starts, at), min(ends, until)):
                        day += bite
            day.sort(key=lambda one: (one.paid_at, one.key.channel, one.key.shop, one.order_no))
            yield from day
            at = until

    def _period(self, shop: ShopInfo) -> tuple[datetime, datetime]:
        zone = ZoneInfo(shop.zone)
        starts = datetime.combine(self.first, time(), zone).astimezone(UTC)
        return starts, datetime.combine(self.last + timedelta(days=1), time(), zone).astimezone(UTC)

    def _read(self, shop: ShopInfo, starts: datetime, ends: datetime) -> Iterator[list[Bought]]:
        own: dict[str, Any] = {
            "shop_ids": frozenset({shop.id}), "filters": OrderFilter(paid_from=starts, paid_to=ends),
        }  # fmt: skip
        all_lines = orders.export_frame_batches(table="lines", **own)
        for frame in orders.export_frame_batches(table="orders", **own):
            lines = next(all_lines)
            if frame.is_empty():
                continue
            codes = {c for name in CODES for c in lines[name].drop_nulls().unique().to_list()}
            self._learn(shop, codes)
            columns = ("order_no", "qty", "unit_list_price", "unit_price", "line_amount", "is_gift", *CODES)
            by_order: dict[str, list[tuple[Any, ...]]] = {}
            for row in lines.select(columns).iter_rows():
                by_order.setdefault(row[0], []).append(row[1:])
            found = []
            told = frame.select("order_no", "currency", "freight_amount", "paid_at")
            for order_no, currency, freight, paid_at in told.iter_rows():
                self.seen.orders += 1
                key = self._key(shop, order_no, currency, freight, by_order.get(order_no, []))
                if key is not None:
                    buyer = self._buyers.get((shop.id, order_no), "")
                    self.seen.unknown_buyers += 1 if self._buyers and not buyer else 0
                    found.append(Bought(key, 1, order_no, buyer, paid_at))
            yield found

    def know_buyers(self) -> None:
        """Learn who bought what, for personal limits: keyed hashes, of orders placed up to two months before."""
        numbers: dict[str, str] = {}
        for shop in self.shops:
            starts, ends = (moment.astimezone(ZoneInfo(shop.zone)).date() for moment in self._period(shop))
            earliest = (starts.replace(day=1) - timedelta(days=45)).replace(day=1)
            for month in sorted(m for m in facts.months(shop) if m is not None and earliest <= m <= ends):
                for frame in facts.read_orders(shop, month):
                    held = frame.filter(frame["buyer_key"].is_not_null()).select("order_no", "buyer_key")
                    for order_no, buyer in held.iter_rows():
                        self._buyers[shop.id, order_no] = numbers.setdefault(buyer, str(len(numbers) + 1))

    def _learn(self, shop: ShopInfo, codes: set[str]) -> None:
        """Product, categories, brand and floor of the codes this shop has not shown before."""
        new = [code for code in codes if (shop.id, code) not in self._goods]
        if not new:
            return
        ids = catalog.sku_ids_of(new)
        every = sorted(set(ids.values()))
        rows = {
            row.sku_id: row
            for start in range(0, len(every), 500)
            for row in catalog.sku_rows(every[start : start + 500], today=self.last)
        }
        floors = pricing.prices_now(every, shop_id=shop.id) if every else {}
        for code in new:
            row = rows.get(ids.get(code, -1))
            if row is None:
                self._goods[shop.id, code] = ("", (), "", None)
                continue
            held = floors.get(row.sku_id)
            floor = held.floor if held is not None and held.currency == self.currency else None
            self._goods[shop.id, code] = (row.product_code, _tree(row.category), row.brand, floor)

    def _key(
        self, shop: ShopInfo, order_no: str, currency: str | None, freight: int | None, lines: list[tuple[Any, ...]]
    ) -> Key | None:
        reason, pieces = "", []
        for qty, listed, unit, amount, gift, *codes in lines:
            if gift:
                self.seen.gift_lines += 1
                continue
            code = next((c for c in codes if c), "")
            price = self._price(qty, listed, unit, amount)
            if not code:
                reason = reason or "line_without_code"
            elif qty is None or qty < 1:
                reason = reason or "line_without_quantity"
            elif price is None or price < 0:
                reason = reason or "line_without_price"
            else:
                product, categories, brand, floor = self._goods[shop.id, code]
                named = product or codes[2] or codes[3] or ""
                pieces.append(Piece(code, price, qty, named, categories, brand, floor))
        if (currency or shop.currency) != self.currency:
            reason = "other_currency"
        elif not lines:
            reason = "no_lines"
        elif not pieces and not reason:
            reason = "only_gifts"
        elif freight is not None and freight < 0:
            reason = reason or "negative_freight"
        if reason:
            self.seen.leave(reason, order_no)
            return None
        if freight is None:
            self.seen.unknown_freight += 1
        pieces.sort(key=lambda p: p[:6])
        return Key(shop.channel, shop.name, freight or 0, tuple(pieces))

    def _price(self, qty: int | None, listed: int | None, unit: int | None, amount: int | None) -> int | None:
        wanted, other = (listed, unit) if self.price == "list" else (unit, listed)
        if wanted is not None:
            return wanted
        whole = amount // qty if amount is not None and qty and amount % qty == 0 else None
        found = unit if self.price == "list" else whole
        if found is None:
            found = whole if self.price == "list" else other
        if found is not None:
            self.seen.other_price += 1
        return found


def _tree(category: str) -> tuple[str, ...]:
    """A category by its full name, its parents' full names, and its own name: what scopes may say."""
    steps = category.split(" > ") if category else []
    names = [" > ".join(steps[: i + 1]) for i in range(len(steps))]
    return tuple(dict.fromkeys([*names, *steps[-1:]]))
