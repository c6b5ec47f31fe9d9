"""The order list: a page, its neighbours, how many there are."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.trade.orders.contracts import Count, OrderFilter, OrderPage, OrderRow
from zhanggui.trade.orders.models import Line, Order
from zhanggui.trade.orders.queries import plan as planning
from zhanggui.trade.orders.queries.plan import Keyset

SOON = timedelta(hours=12)
#: Titles shown per order.
TITLES = 2
SORT_KEYS = tuple(planning.SORTS)
LARGEST_PAGE = 500


class BadCursor(ValueError):
    """A cursor that this list did not hand out."""


def scope(shop_ids: frozenset[int], where: OrderFilter) -> dict[int, ShopInfo]:
    """The shops a filter speaks of, among those that may be seen."""
    known = {s.id: s for s in accounts.shops(include_inactive=True) if s.id in shop_ids}
    return {
        i: s
        for i, s in known.items()
        if (not where.shops or i in where.shops) and (not where.channels or s.channel in where.channels)
    }


def list_orders(
    *,
    shop_ids: frozenset[int],
    where: OrderFilter | None = None,
    sort: str = "created",
    descending: bool = True,
    cursor: str = "",
    limit: int = 50,
    now: datetime | None = None,
    soon: timedelta = SOON,
) -> OrderPage:
    """One page of orders of the shops ``shop_ids`` that may be seen.

    ``sort``: created, paid, due or amount; orders without that value come last. ``cursor`` is one the last page
    handed out. Raises ``ValueError`` for an unknown sort or limit, :class:`BadCursor`.
    """
    if sort not in planning.SORTS:
        raise ValueError(f"sort is one of {', '.join(SORT_KEYS)}, not {sort!r}")
    if not 1 <= limit <= LARGEST_PAGE:
        raise ValueError(f"limit is between 1 and {LARGEST_PAGE}")
    where, now = where or OrderFilter(), now or timezone.now()
    shops = scope(shop_ids, where)
    plan = planning.make_plan(tuple(shops), where, now, soon)
    backward, after = _read_cursor(cursor)
    found = planning.page_of(plan, sort, descending, after, limit + 1, backward=backward)
    more = len(found) > limit
    found = found[:limit]
    if backward:
        found.reverse()
    has_next = bool(found) and (more or backward)
    has_previous = bool(found) and (more if backward else after is not None)
    return OrderPage(
        tuple(order_rows([i for i, _ in found], shops)),
        _write_cursor(found[-1], backward=False) if has_next else "",
        _write_cursor(found[0], backward=True) if has_previous else "",
        now,
    )


def count_orders(
    *,
    shop_ids: frozenset[int],
    where: OrderFilter | None = None,
    now: datetime | None = None,
    soon: timedelta = SOON,
) -> Count:
    """How many orders the filter leaves, exact up to 10,000; beyond that (or beyond the orders that can be looked
    at in time) a lower bound, ``capped``."""
    where = where or OrderFilter()
    plan = planning.make_plan(tuple(scope(shop_ids, where)), where, now or timezone.now(), soon)
    return Count(*planning.count_of(plan))


def neighbours(
    *,
    shop_ids: frozenset[int],
    order_id: int,
    where: OrderFilter | None = None,
    sort: str = "created",
    descending: bool = True,
    now: datetime | None = None,
) -> tuple[int | None, int | None]:
    """(previous, next) order id around one order of the list that the filter makes."""
    where = where or OrderFilter()
    column = planning.SORTS[sort][0]
    here = Order.objects.filter(pk=order_id, shop_id__in=shop_ids).values_list(column, "id").first()
    if here is None:
        return None, None
    plan = planning.make_plan(tuple(scope(shop_ids, where)), where, now or timezone.now(), SOON)
    at = Keyset(here[0], here[1])
    before = planning.page_of(plan, sort, descending, at, 1, backward=True)
    after = planning.page_of(plan, sort, descending, at, 1)
    return (before[0][0] if before else None), (after[0][0] if after else None)


def _write_cursor(pair: tuple[int, Any], *, backward: bool) -> str:
    ident, value = pair
    if isinstance(value, datetime):
        value = (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    text = json.dumps([value, ident, int(backward)], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[bool, Keyset | None]:
    if not cursor:
        return False, None
    try:
        value, ident, backward = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        ident, backward = int(ident), bool(backward)
        if isinstance(value, str):
            value = parse_datetime(value)
            if value is None:
                raise ValueError
            value = value if value.tzinfo else value.replace(tzinfo=UTC)
        elif value is not None:
            value = int(value)
    except (ValueError, TypeError, NotBase64) as error:
        raise BadCursor("this page address is not one the list handed out") from error
    return backward, Keyset(value, ident)


_COLUMNS = (
    "id", "shop_id", "order_no", "status", "status_raw", "flags", "held", "currency", "created_at", "paid_at",
    "listed_at", "due_at", "shipped_at", "buyer_paid", "refunded_amount", "refunded_seen", "qty", "line_count",
    "buyer_key", "article__title", "contact__masked",
)  # fmt: skip


def order_rows(ids: Sequence[int], shops: dict[int, ShopInfo]) -> Iterable[OrderRow]:
    """Rows of known ids in the order given."""
    found = {row["id"]: row for row in Order.objects.filter(id__in=ids).values(*_COLUMNS)}
    titles: dict[int, list[str]] = defaultdict(list)
    lines = Line.objects.filter(order_id__in=ids).order_by("order_id", "id")
    for order_id, title in lines.values_list("order_id", "article__title"):
        titles[order_id].append(title or "")
    for i in ids:
        row = found[i]
        shop = shops[row["shop_id"]]
        named = titles.get(i) or ([row["article__title"]] if row["article__title"] else [])
        masked = json.loads(row["contact__masked"] or "{}")
        refunds = [v for v in (row["refunded_amount"], row["refunded_seen"]) if v is not None]
        yield OrderRow(
            id=i,
            shop_id=shop.id,
            shop_name=shop.name,
            channel=shop.channel,
            order_no=row["order_no"],
            status=row["status"],
            status_raw=row["status_raw"],
            flags=tuple((row["flags"] or "").split()),
            held=row["held"],
            currency=row["currency"],
            created_at=row["created_at"],
            paid_at=row["paid_at"],
            listed_at=row["listed_at"],
            due_at=row["due_at"],
            shipped_at=row["shipped_at"],
            buyer_paid=row["buyer_paid"],
            refunded=max(refunds) if refunds else None,
            qty=row["qty"],
            line_count=row["line_count"],
            titles=tuple(named[:TITLES]),
            more_lines=max(len(named) - TITLES, 0),
            buyer_key=row["buyer_key"],
            buyer_mask=masked.get("buyer_ref") or masked.get("receiver_name"),
        )
