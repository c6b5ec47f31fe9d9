"""Tables offered to the lake: what goods cost by day, and in which category they stand, by the code order lines carry.

A code is the merchant's own where a line has one, else the channel's (``coalesce`` in the metric store). Costs and
categories do not belong to a shop, while the lake files everything under one: a code lies once, under the first shop.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.lake.contracts import DAY, MINOR, TEXT, Source, Table
from zhanggui.goods.catalog.models import ArticleSku, Cost, Sku
from zhanggui.goods.catalog.queries.library import category_names

COSTS: Final = Table(
    name="costs",
    grain="one row per code, currency and first day",
    key=("code", "currency", "from_day"),
    columns={
        "code": TEXT, "currency": TEXT, "from_day": DAY, "to_day": DAY, "unit_cost": MINOR, "handling_cost": MINOR,
    },
    month_of="from_day",
    notes="to_day is not included; null: until further notice. handling_cost is null: nobody has given it.",
)  # fmt: skip
CATEGORIES: Final = Table(
    name="categories",
    grain="one row per code",
    key=("code",),
    columns={"code": TEXT, "category": TEXT, "since_day": DAY},
    month_of="since_day",
    notes="The tree as it is today; since_day is always null.",
)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A code means so many pieces of a SKU from a day until before another."""

    sku_id: int
    pieces: int
    from_day: date
    to_day: date | None


def first_shop() -> int | None:
    return min((s.id for s in accounts.shops(include_inactive=True)), default=None)


def _stretches() -> dict[str, list[_Stretch]]:
    """Code → what it meant when. A confirmed match goes before an equal merchant code; codes that two shops use for
    different goods are left out, for a line's cost would be a guess."""
    said: dict[str, dict[int, list[_Stretch]]] = defaultdict(lambda: defaultdict(list))
    for m in ArticleSku.objects.select_related("shop").order_by("starts_at", "pk"):
        code = m.outer_sku_code or m.sku_no or m.outer_product_code or m.product_no
        if not code:
            continue
        zone = ZoneInfo(m.shop.zone)
        starts = m.starts_at.astimezone(zone).date()
        ends = m.ends_at.astimezone(zone).date() if m.ends_at else None
        if ends is None or ends > starts:
            said[code][m.shop_id].append(_Stretch(m.sku_id, m.pieces, starts, ends))
    found: dict[str, list[_Stretch]] = {}
    for code, by_shop in said.items():
        lists = list(by_shop.values())
        if all(one == lists[0] for one in lists):
            found[code] = lists[0]
        elif len({(s.sku_id, s.pieces) for one in lists for s in one}) == 1:
            found[code] = min(lists, key=lambda one: one[0].from_day)
    for pk, code in Sku.objects.values_list("pk", "code"):
        if code not in said:
            found[code] = [_Stretch(pk, 1, date.min, None)]
    return found


def cost_rows() -> list[dict[str, Any]]:
    """Every row of ``costs``: for each code and currency, stretches that do not overlap."""
    costs: dict[int, dict[str, dict[date, int]]] = defaultdict(lambda: defaultdict(dict))
    for sku, amount, currency, starts in Cost.objects.order_by("pk").values_list(
        "sku_id", "amount", "currency", "starts_date"
    ):
        costs[sku][currency][starts] = amount
    rows = []
    for code, stretches in sorted(_stretches().items()):
        for stretch in stretches:
            for currency, by_day in costs.get(stretch.sku_id, {}).items():
                days = sorted(by_day)
                for starts, ends in zip(days, [*days[1:], None], strict=True):
                    first = max(starts, stretch.from_day)
                    last = min((d for d in (ends, stretch.to_day) if d is not None), default=None)
                    if last is None or first < last:
                        unit = by_day[starts] * stretch.pieces
                        rows.append(
                            {
                                "code": code, "currency": currency, "from_day": first, "to_day": last,
                                "unit_cost": unit, "handling_cost": None,
                            }
                        )  # fmt: skip
    return rows


def category_rows() -> list[dict[str, Any]]:
    """Every row of ``categories``; codes without a category are left out."""
    names = category_names()
    nodes = dict(Sku.objects.filter(product__category__isnull=False).values_list("pk", "product__category_id"))
    rows = []
    for code, stretches in sorted(_stretches().items()):
        node = nodes.get(stretches[-1].sku_id)
        if node is not None:
            rows.append({"code": code, "category": names[node], "since_day": None})
    return rows


_TYPES: Final = {TEXT: pl.String, DAY: pl.Date, MINOR: pl.Int64}


def _frame(table: Table, rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema={name: _TYPES[kind] for name, kind in table.columns.items()})


def _read_costs(shop: ShopInfo, month: date | None) -> Iterator[pl.DataFrame]:
    if shop.id == first_shop() and month is not None:
        yield _frame(COSTS, (r for r in cost_rows() if r["from_day"].replace(day=1) == month))


def _cost_months(shop: ShopInfo) -> set[date | None]:
    return {r["from_day"].replace(day=1) for r in cost_rows()} if shop.id == first_shop() else set()


def _read_categories(shop: ShopInfo, month: date | None) -> Iterator[pl.DataFrame]:
    if shop.id == first_shop() and month is None:
        yield _frame(CATEGORIES, category_rows())


def _category_months(shop: ShopInfo) -> set[date | None]:
    return {None} if shop.id == first_shop() else set()


SOURCES: Final = (
    Source(COSTS, _read_costs, _cost_months),
    Source(CATEGORIES, _read_categories, _category_months),
)


def stale_months() -> tuple[int | None, set[date]]:
    """(shop the costs lie under, every month that can hold a row), for ``lake.operations.mark_stale``."""
    days = set(Cost.objects.order_by().values_list("starts_date", flat=True).distinct())
    days |= {s.from_day for one in _stretches().values() for s in one if s.from_day != date.min}
    return first_shop(), {d.replace(day=1) for d in days}
