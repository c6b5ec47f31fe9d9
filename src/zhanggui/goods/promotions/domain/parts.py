"""The first lane: lines with their lowest prices, cut into parts where a quota ends."""

from __future__ import annotations

from zhanggui.goods.promotions.contracts import Basket, Facts, Line
from zhanggui.goods.promotions.domain.lanes import ITEM_PRICE
from zhanggui.goods.promotions.domain.prepare import Prepared
from zhanggui.goods.promotions.domain.rules import PriceRule


class BasketRefused(ValueError):
    """A basket that has no price: a line twice, no pieces, a negative amount."""


class Parts:
    """Columns, one entry a part: pieces of one line at one price. Freight follows as parts without a line.

    ``amount`` is what the first lane leaves, ``floor`` the least a part may cost, ``touched`` and ``barred`` the
    lanes (bits) that took the part and that may not. ``cuts``: rule → what the floor took back.
    """

    __slots__ = (
        "amount",
        "barred",
        "cuts",
        "floor",
        "freight_from",
        "line",
        "listed",
        "priced",
        "qty",
        "short",
        "touched",
    )

    def __init__(self) -> None:
        self.line: list[int] = []
        self.qty: list[int] = []
        self.listed: list[int] = []
        self.amount: list[int] = []
        self.floor: list[int] | None = None
        self.touched: list[int] = []
        self.barred: list[int] = []
        #: (part, rule, saved, pieces)
        self.priced: list[tuple[int, int, int, int]] = []
        self.cuts: dict[int, int] = {}
        #: Rules whose quota ended at this basket, with what was left before.
        self.short: dict[int, int] = {}
        self.freight_from = 0

    def add(self, line: int, qty: int, listed: int, amount: int) -> int:
        self.line.append(line)
        self.qty.append(qty)
        self.listed.append(listed)
        self.amount.append(amount)
        self.touched.append(0)
        self.barred.append(0)
        return len(self.line) - 1


def checked(basket: Basket) -> list[Line]:
    """The lines in the order of their ids. Raises ``BasketRefused``."""
    lines = sorted(basket.lines, key=lambda line: line.id)
    before = None
    for line in lines:
        if line.id == before:
            raise BasketRefused(f"line {line.id} stands twice")
        if line.qty < 1:
            raise BasketRefused(f"line {line.id} has {line.qty} pieces")
        if line.price < 0:
            raise BasketRefused(f"line {line.id} has a negative price")
        before = line.id
    for shop, amount in basket.freight:
        if amount < 0:
            raise BasketRefused(f"freight of {shop or 'the basket'} is negative")
    return lines


def price_parts(
    lines: list[Line],
    candidates: list[list[int]],
    prepared: Prepared,
    basket: Basket,
    facts: Facts,
) -> Parts:
    """Give every line its lowest prices. ``candidates``: by line, the price rules that reach it and are open.

    Quotas count by rule and SKU; of lines of the same SKU the dearer is served first, then the smaller id.
    """
    parts = Parts()
    if not any(candidates):
        for i, line in enumerate(lines):
            amount = line.price * line.qty
            parts.line.append(i)
            parts.qty.append(line.qty)
            parts.listed.append(amount)
            parts.amount.append(amount)
        parts.touched = [0] * len(lines)
        parts.barred = [0] * len(lines)
    else:
        used: dict[tuple[int, str], int] = {}
        served = {
            i: _lowest(lines[i], candidates[i], prepared, facts, used, parts)
            for i in sorted(range(len(lines)), key=lambda i: (-lines[i].price, i))
            if candidates[i]
        }
        for i, line in enumerate(lines):
            for rule, pieces, saved in served.get(i, [(-1, line.qty, 0)]):
                listed = line.price * pieces
                part = parts.add(i, pieces, listed, listed - saved)
                if rule >= 0:
                    parts.priced.append((part, rule, saved, pieces))
                    parts.touched[part] = 1 << ITEM_PRICE
                    parts.barred[part] = prepared.rules[rule].excludes
    if facts.floors:
        _floors(lines, parts, basket.channel, facts)
    parts.freight_from = len(parts.line)
    for _shop, amount in sorted(basket.freight):
        parts.add(-1, 0, amount, amount)
        if parts.floor is not None:
            parts.floor.append(0)
    return parts


def _lowest(
    line: Line,
    candidates: list[int],
    prepared: Prepared,
    facts: Facts,
    used: dict[tuple[int, str], int],
    parts: Parts,
) -> list[tuple[int, int, int]]:
    """(rule or −1, pieces, saved) of one line, lowest price first."""
    offers = []
    for i in candidates:
        rule = prepared.rules[i]
        assert isinstance(rule, PriceRule)
        entry = rule.entry(line, facts)
        if entry is not None and (price := entry.scaled(line.price)) < line.price * 1_000_000:
            offers.append((price, i, entry))
    offers.sort(key=lambda offer: offer[:2])
    left = line.qty
    found = []
    for _price, i, entry in offers:
        pieces = left
        if entry.quota is not None or entry.per_buyer is not None:
            key = prepared.rules[i].key
            open_ = left
            if entry.quota is not None:
                open_ = min(open_, entry.quota - facts.units_sold.get((key, line.sku), 0) - used.get((i, line.sku), 0))
            if entry.per_buyer is not None:
                mine = facts.units_by_buyer.get((key, line.sku), 0) + used.get((i, line.sku), 0)
                open_ = min(open_, entry.per_buyer - mine)
            pieces = max(0, open_)
            if pieces < left:
                parts.short[i] = parts.short.get(i, 0) + pieces
            used[i, line.sku] = used.get((i, line.sku), 0) + pieces
        if pieces:
            found.append((i, pieces, entry.saving(line.price, pieces)))
            left -= pieces
        if not left:
            break
    if left:
        found.append((-1, left, 0))
    return found


def _floors(lines: list[Line], parts: Parts, channel: str, facts: Facts) -> None:
    floors = facts.floors
    by_part = []
    for part, i in enumerate(parts.line):
        sku = lines[i].sku
        price = floors.get((channel, sku), floors.get(("", sku), 0))
        by_part.append(min(price * parts.qty[part], parts.listed[part]))
    parts.floor = by_part
    for at, (part, rule, saved, pieces) in enumerate(parts.priced):
        missing = by_part[part] - parts.amount[part]
        if missing > 0:
            parts.amount[part] += missing
            parts.priced[at] = (part, rule, saved - missing, pieces)
            parts.cuts[rule] = parts.cuts.get(rule, 0) + missing
