"""The price file: columns and reading of its rows. One row is one new price of one SKU."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from zhanggui.goods.pricing.domain.guard import KINDS
from zhanggui.kernel.money import exponent

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("商家编码", "SKU code", "sku"),
    "shop": ("店铺", "Shop"),
    "kind": ("价格类型", "Kind"),
    "price": ("价格", "Price", "新价格"),
    "currency": ("币种", "Currency"),
    "starts_at": ("开始时间", "Starts at", "Start"),
    "ends_at": ("结束时间", "Ends at", "End"),
}
_KIND_WORDS: Final = {
    "sale": "sale", "日常价": "sale", "售价": "sale", "标准价": "sale", "regular": "sale", "promo": "promo",
    "活动价": "promo", "促销价": "promo", "promotion": "promo", "list": "list", "划线价": "list", "吊牌价": "list",
    "floor": "floor", "底价": "floor", "最低价": "floor",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row as read. ``shop`` empty: every shop. Moments aware UTC; ``starts_at`` None: now."""

    row: int
    code: str
    shop: str
    kind: str
    amount: int
    currency: str
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reject:
    row: int
    column: str
    value: str
    reason: str


def heads(cells: Sequence[Any]) -> dict[str, int] | None:
    """Canonical column → position; None when code or price is missing."""
    known = {_plain(word): name for name, words in COLUMNS.items() for word in (*words, name)}
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        name = known.get(_plain(str(cell or "")))
        if name is not None:
            found.setdefault(name, at)
    return found if {"code", "price"} <= set(found) else None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).replace("_", "")


def read(
    rows: Sequence[tuple[int, Sequence[Any]]], at: Mapping[str, int], *, currency: str, zone: tzinfo
) -> tuple[list[Row], list[Reject]]:
    """Rows and rejects. Amounts are exact: more decimals than the currency has, thousands in doubt, words, all are
    rejected. Naive times are of ``zone``. The same SKU, shop, kind and start twice is rejected at the second place."""
    found: list[Row] = []
    rejects: list[Reject] = []
    seen: set[tuple[str, str, str, datetime | None]] = set()
    for number, cells in rows:
        cell = {name: _text(cells[p] if p < len(cells) else None) for name, p in at.items()}
        raw = {name: cells[p] if p < len(cells) else None for name, p in at.items()}
        if not any(cell.values()):
            continue
        bad = len(rejects)

        def no(column: str, reason: str, number: int = number, cell: Mapping[str, str] = cell) -> None:
            rejects.append(Reject(number, column, cell.get(column, "")[:80], reason))

        unit = cell.get("currency", "").upper() or currency
        if len(unit) != 3 or not unit.isascii() or not unit.isalpha():
            no("currency", "currency_unknown")
            continue
        kind = _KIND_WORDS.get(cell.get("kind", "").casefold() or "sale")
        if kind not in KINDS:
            no("kind", "kind_unknown")
        amount = _amount(cell.get("price", ""), unit)
        if isinstance(amount, str):
            no("price", amount)
        moments = {}
        for name in ("starts_at", "ends_at"):
            try:
                moments[name] = _moment(raw.get(name), cell.get(name, ""), zone)
            except ValueError:
                no(name, "time_unreadable")
        if not cell.get("code"):
            no("code", "code_empty")
        if len(rejects) > bad or isinstance(amount, str) or kind is None:
            continue
        starts, ends = moments["starts_at"], moments["ends_at"]
        if starts is not None and ends is not None and ends <= starts:
            no("ends_at", "ends_before_start")
            continue
        key = (cell["code"].casefold(), cell.get("shop", ""), kind, starts)
        if key in seen:
            no("code", "price_twice")
            continue
        seen.add(key)
        found.append(Row(number, cell["code"], cell.get("shop", ""), kind, amount, unit, starts, ends))
    return found, rejects


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value == int(value) and abs(value) < 10**15:
        return str(int(value))
    return str(value).strip()


def _amount(text: str, currency: str) -> int | str:
    plain = unicodedata.normalize("NFKC", text).replace("¥", "").replace("元", "").strip()
    head, dot, tail = plain.partition(".")
    if "," in head:
        groups = head.split(",")
        if not all(len(g) == 3 for g in groups[1:]) or not 1 <= len(groups[0]) <= 3:
            return "amount_in_doubt"
        head = "".join(groups)
    if "," in tail:
        return "amount_in_doubt"
    try:
        value = Decimal(head + dot + tail)
    except InvalidOperation:
        return "not_an_amount"
    if not value.is_finite() or value <= 0 or value >= 10**12:
        return "not_an_amount"
    minor = value.scaleb(exponent(currency))
    return int(minor) if minor == minor.to_integral_value() else "too_many_decimals"


def _moment(raw: Any, text: str, zone: tzinfo) -> datetime | None:
    if not text:
        return None
    if isinstance(raw, datetime):
        value = raw
    else:
        value = datetime.fromisoformat(text.replace("/", "-").replace("T", " "))
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
