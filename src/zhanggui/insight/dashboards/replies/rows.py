"""The rows behind a number, a page of them, with the sum of all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhanggui.foundation.ui.domain import formats
from zhanggui.foundation.ui.domain.scope import Scope
from zhanggui.foundation.ui.status import status as status_of
from zhanggui.insight.dashboards.replies import words
from zhanggui.insight.metrics import queries as metrics
from zhanggui.insight.metrics.contracts import BehindPage, Metric
from zhanggui.insight.metrics.domain.dimensions import COLUMNS
from zhanggui.insight.metrics.domain.measures import FORMULAS, Ratio

LIMIT: Final = 100
#: Rows read at a time for a file.
BITE: Final = 5000
#: Columns in minor units of the row's currency.
MONEY: Final = frozenset(
    {"buyer_paid", "refunded_to_date", "line_paid", "refunded", "spend", "attributed_amount", "paid"}
)


@dataclass(frozen=True)
class CellText:
    text: str
    number: bool
    href: str = ""


@dataclass(frozen=True)
class Rows:
    """``amount``: the sum over all ``count`` rows, which is the number itself. ``parts``: the sides of a ratio."""

    metric: Metric
    title: str
    heads: list[tuple[str, bool]]
    lines: list[list[CellText]]
    amount: str
    amount_minor: int
    count: int
    shown: str
    where: list[tuple[str, str]]
    parts: list[tuple[str, str, bool]]
    previous: str
    following: str
    csv: str


def asked_where(get: Mapping[str, Any]) -> dict[str, list[str]]:
    """``where-channel=jd`` in the address; dimensions the store does not know are refused there."""
    return {
        key.removeprefix("where-"): get.getlist(key)  # type: ignore[attr-defined]
        for key in get
        if key.startswith("where-") and key.removeprefix("where-") in COLUMNS
    }


def page(get: Any, scope: Scope, names: Mapping[int, str], currencies: Mapping[int, str]) -> Rows:
    """The rows of one number. Raises ``CannotMeasure``."""
    metric = metrics.definition(get.get("metric", ""))
    offset_text = get.get("offset", "")
    offset = int(offset_text) if offset_text.isascii() and offset_text.isdigit() else 0
    where = asked_where(get)
    part = get.get("part", "") if get.get("part") in ("numerator", "denominator") else ""
    found = metrics.rows_behind(
        metric=metric.id, shop_ids=scope.shop_ids, first=scope.first, last=scope.last, where=where, part=part,
        limit=LIMIT, offset=offset,
    )  # fmt: skip
    currency = next(iter(sorted({currencies[i] for i in scope.shop_ids if i in currencies})), "CNY")
    money = _is_money(metric, found)
    lines = [_line(found, row, names, currency, money) for row in found.rows]
    pairs = [(k, v) for k in get for v in get.getlist(k) if k not in ("offset", "part")]
    ratio = isinstance(FORMULAS.get(metric.id), Ratio)

    def address(name: str, **more: str | int) -> str:
        return f"{reverse(name)}?{urlencode([*pairs, *((k, str(v)) for k, v in more.items() if v != '')])}"

    return Rows(
        metric=metric,
        title=metric.name(words.language()),
        heads=[(_head(c), c in MONEY or c in ("amount", "qty", "rows")) for c in found.columns],
        lines=lines,
        amount=formats.money(found.amount, currency, words.language())
        if money
        else formats.number(found.amount, words.language()),
        amount_minor=found.amount,
        count=found.count,
        shown=f"{offset + 1}–{offset + len(found.rows)}" if found.rows else "0",
        where=[(_(d), ", ".join(v)) for d, v in where.items()],
        parts=[
            (_("Above the line"), address("metrics-rows", part="numerator"), found.part != "denominator"),
            (_("Below the line"), address("metrics-rows", part="denominator"), found.part == "denominator"),
        ]
        if ratio
        else [],
        previous=address("metrics-rows", part=part, offset=max(0, offset - LIMIT)) if offset else "",
        following=address("metrics-rows", part=part, offset=found.next_offset) if found.next_offset else "",
        csv=address("metrics-rows-csv", part=part),
    )


def _is_money(metric: Metric, found: BehindPage) -> bool:
    """What is added up: the money of the rows, or the rows themselves."""
    if metric.unit == "money":
        return found.part != "denominator"
    return metric.id in ("M111", "M095", "M075", "M055", "M080") and bool(MONEY & set(found.columns))


def _head(column: str) -> str:
    heads = {
        "shop_id": _("Shop"), "order_no": _("Order"), "created_at": _("Placed"), "paid_at": _("Paid at"),
        "status": _("State"), "currency": _("Currency"), "buyer_paid": _("Buyer paid"),
        "refunded_to_date": _("Refunded so far"), "qty": _("Pieces"), "line_no": _("Line"), "title": _("Title"),
        "sku": _("SKU"), "line_paid": _("Paid for the line"), "shipped_at": _("Shipped"), "refund_no": _("Refund"),
        "kind": _("Kind"), "state": _("State"), "refunded": _("Refunded"), "finished_at": _("Finished"),
        "day": _("Day"), "level": _("Level"), "device": _("Device"), "source": _("Source"),
        "visitors": _("Visitors"), "views": _("Views"), "visits": _("Visits"), "row_key": _("Row"),
        "tool": _("Tool"), "campaign": _("Campaign"), "item_no": _("Article"), "spend": _("Spend"),
        "clicks": _("Clicks"), "orders": _("Orders"), "attributed_amount": _("Amount credited"),
        "buyer_key": _("Buyer"), "rows": _("Rows"), "first_day": _("First day"), "last_day": _("Last day"),
        "purchase_days": _("Days of purchase"), "paid": _("Paid"), "amount": pgettext("rows", "Counts"),
    }  # fmt: skip
    return heads.get(column, column)


def _line(
    found: BehindPage, row: Sequence[Any], names: Mapping[int, str], currency: str, money: bool
) -> list[CellText]:
    told = dict(zip(found.columns, row, strict=True))
    own = str(told.get("currency") or currency)
    return [_cell(column, value, names, own, money) for column, value in told.items()]


def _cell(column: str, value: Any, names: Mapping[int, str], currency: str, money: bool) -> CellText:
    if value is None:
        return CellText(formats.MISSING, column in MONEY or column == "amount")
    if column == "shop_id":
        return CellText(names.get(int(value), str(value)), False)
    if column in MONEY or (column == "amount" and money):
        return CellText(formats.money(int(value), currency, words.language()), True)
    if column == "status":
        return CellText(str(status_of("line", str(value)).label), False)
    if column == "order_no":
        return CellText(str(value), False, f"{reverse('orders')}?{urlencode([('q', str(value))])}")
    if column == "buyer_key":
        return CellText(f"{str(value)[:8]}…", False)
    if isinstance(value, datetime):
        return CellText(formats.moment(value, settings.TIME_ZONE), False)
    if isinstance(value, date):
        return CellText(value.isoformat(), False)
    if isinstance(value, int) and not isinstance(value, bool):
        return CellText(formats.number(value, words.language()), True)
    return CellText(str(value), False)


def csv_lines(get: Any, scope: Scope) -> Iterator[str]:
    """All rows as CSV in the store's own units (minor units for money), the sum in the last line."""
    metric = metrics.definition(get.get("metric", ""))
    part = get.get("part", "") if get.get("part") in ("numerator", "denominator") else ""
    offset: int | None = 0
    yield "\ufeff"
    while offset is not None:
        found = metrics.rows_behind(
            metric=metric.id, shop_ids=scope.shop_ids, first=scope.first, last=scope.last, where=asked_where(get),
            part=part, limit=BITE, offset=offset,
        )  # fmt: skip
        sink = io.StringIO()
        out = csv.writer(sink)
        if offset == 0:
            out.writerow(found.columns)
        for row in found.rows:
            out.writerow([_plain(c) for c in row])
        offset = found.next_offset
        if offset is None:
            out.writerow([_("Sum"), *[""] * (len(found.columns) - 2), found.amount])
        yield sink.getvalue()


def _plain(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    told = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
    return f"'{told}" if isinstance(value, str) and told[:1] in ("=", "+", "-", "@", "\t", "\r") else told
