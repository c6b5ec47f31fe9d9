"""What orders say of goods: articles to be matched, pieces per week, lines sold at a wrong price, prices seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.goods.catalog import operations as catalog
from zhanggui.goods.catalog import queries as library
from zhanggui.goods.catalog.contracts import ArticleSeen, Collected, MappingInfo
from zhanggui.goods.catalog.domain.matching import Identity
from zhanggui.trade.orders import facts as orders

TEXTS: Final = ("title", "sku_text", "product_no", "sku_no", "outer_product_code", "outer_sku_code")
#: Weeks a sales curve looks back.
WEEKS: Final = 52
#: Lines that were never paid or were voided sold nothing.
_NOTHING_SOLD: Final = ("cancelled", "created")


def _lines(shop: ShopInfo, first: date | None = None) -> Iterator[pl.DataFrame]:
    """Order lines of a shop by month, from the month of ``first`` on."""
    source = next(s for s in orders.SOURCES if s.table.name == "lines")
    months = sorted(m for m in source.months(shop) if m is not None)
    for month in months:
        if first is None or month >= first.replace(day=1):
            yield from source.read(shop, month)


def _shops(shop_ids: frozenset[int] | None) -> list[ShopInfo]:
    return [s for s in accounts.shops() if shop_ids is None or s.id in shop_ids]


def collect_articles(*, shop_ids: frozenset[int] | None = None) -> Collected:
    """Every article of the order books becomes a draft, or refreshes one, unless it is matched already."""
    found: list[ArticleSeen] = []
    for shop in _shops(shop_ids):
        kept: list[pl.DataFrame] = []
        for frame in _lines(shop):
            if frame.is_empty():
                continue
            kept.append(
                frame.with_columns(pl.col(TEXTS).fill_null(""))
                .group_by(*TEXTS)
                .agg(
                    lines=pl.len(),
                    pieces=pl.col("qty").sum(),
                    price=pl.col("unit_price").drop_nulls().mode().max(),
                    currency=pl.col("currency").first(),
                    last_sold_at=pl.col("listed_at").max(),
                )
            )
        if not kept:
            continue
        whole = (
            pl.concat(kept)
            .sort("last_sold_at")
            .group_by(*TEXTS)
            .agg(
                pl.col("lines").sum(),
                pl.col("pieces").sum(),
                pl.col("price", "currency", "last_sold_at").last(),
            )
            .sort(*TEXTS)
        )
        found += [ArticleSeen(shop_id=shop.id, **row) for row in whole.iter_rows(named=True)]
    return catalog.collect(articles=found)


class Matcher:
    """Says which SKU a line is, by what people confirmed; asked once per distinct article, not per line."""

    def __init__(self, shop_id: int) -> None:
        self._by_identity: dict[tuple[str, ...], list[MappingInfo]] = defaultdict(list)
        for m in library.mappings(shop_ids=[shop_id]):
            key = (m.product_no, m.sku_no, m.outer_product_code, m.outer_sku_code, m.words)
            self._by_identity[key].append(m)

    def __len__(self) -> int:
        return len(self._by_identity)

    def held(self, row: dict[str, Any]) -> list[MappingInfo]:
        one = Identity.of(row)
        key = (one.product_no, one.sku_no, one.outer_product_code, one.outer_sku_code, one.words)
        return self._by_identity.get(key, [])

    def at(self, row: dict[str, Any], moment: datetime) -> MappingInfo | None:
        return library.mapping_at(self.held(row), moment)


def refresh_stages(*, today: date, shop_ids: frozenset[int] | None = None) -> dict[str, int]:
    """Life stages of every SKU from the last year of sales over all shops; bundles count for themselves.

    Whole weeks only, the last one ending before ``today``. Returns how many SKUs stand in each stage.
    """
    end = today - timedelta(days=today.weekday())  # the Monday of this week: weeks end before it
    first = end - timedelta(weeks=WEEKS)
    pieces: dict[int, list[int]] = defaultdict(lambda: [0] * WEEKS)
    for shop in _shops(shop_ids):
        matcher = Matcher(shop.id)
        if not len(matcher):
            continue
        zone = ZoneInfo(shop.zone)
        for frame in _lines(shop, first):
            sold = frame.filter(
                pl.col("paid_at").is_not_null()
                & pl.col("qty").is_not_null()
                & ~pl.col("status").fill_null("").is_in(_NOTHING_SOLD)
            ).with_columns(pl.col(TEXTS).fill_null(""), day=pl.col("paid_at").dt.convert_time_zone(shop.zone).dt.date())
            daily = sold.group_by(*TEXTS, "day").agg(pl.col("qty").sum(), pl.col("paid_at").min())
            for row in daily.iter_rows(named=True):
                week = (row["day"] - first).days // 7
                if 0 <= week < WEEKS:
                    match = matcher.at(row, row["paid_at"].astimezone(zone))
                    if match is not None:
                        pieces[match.sku_id][week] += row["qty"] * match.pieces
    return catalog.set_stages(weekly=pieces)


@dataclass(frozen=True, slots=True)
class AffectedLine:
    """One line sold while a wrong price was live."""

    shop_id: int
    shop_name: str
    order_no: str
    qty: int | None
    unit_price: int | None
    currency: str
    at: datetime
    status: str | None


def affected_lines(
    *, sku_id: int, shop_ids: frozenset[int], live_from: datetime, live_to: datetime | None, wrong: int, right: int
) -> list[AffectedLine]:
    """Lines of a SKU ordered while its price was wrong, and sold nearer to the wrong price than to the right one.

    Lines without a price are kept: whether they are affected is for a person to say. Cancelled ones are left out.
    """
    found = []
    for shop in _shops(shop_ids):
        matcher = Matcher(shop.id)
        for frame in _lines(shop, live_from.astimezone(ZoneInfo(shop.zone)).date()):
            inside = pl.col("listed_at") >= live_from
            if live_to is not None:
                inside &= pl.col("listed_at") < live_to
            for row in frame.filter(inside).iter_rows(named=True):
                match = matcher.at(row, row["listed_at"])
                if match is None or match.sku_id != sku_id or row["status"] == "cancelled":
                    continue
                price = row["unit_price"]
                if price is None or abs(price - wrong * match.pieces) <= abs(price - right * match.pieces):
                    found.append(
                        AffectedLine(
                            shop.id, shop.name, row["order_no"], row["qty"], price, row["currency"], row["listed_at"],
                            row["status"],
                        )
                    )  # fmt: skip
    return sorted(found, key=lambda line: line.at)


@dataclass(frozen=True, slots=True)
class SeenProduct:
    """What the newest orders show of a product on its channel."""

    product_no: str
    title: str | None
    prices: dict[int, int]
    at: datetime


def products_seen(shop: ShopInfo, since: datetime) -> dict[str, SeenProduct]:
    """Product number → title and prices of the last line since a moment; titles of lines are the channel's words."""
    matcher = Matcher(shop.id)
    found: dict[str, SeenProduct] = {}
    for frame in _lines(shop, since.date()):
        rows = frame.filter((pl.col("listed_at") >= since) & pl.col("product_no").is_not_null()).sort("listed_at")
        for row in rows.iter_rows(named=True):
            held = found.get(row["product_no"])
            prices = dict(held.prices) if held else {}
            match = matcher.at(row, row["listed_at"])
            if match is not None and match.pieces == 1 and row["unit_list_price"] is not None:
                prices[match.sku_id] = row["unit_list_price"]
            found[row["product_no"]] = SeenProduct(
                row["product_no"], row["title"] or (held.title if held else None), prices, row["listed_at"]
            )
    return found


__all__ = [
    "AffectedLine",
    "Matcher",
    "SeenProduct",
    "affected_lines",
    "collect_articles",
    "products_seen",
    "refresh_stages",
]
