"""Saved column mappings: any table a person can describe becomes a layout. A mapping is plain JSON::

    {"name": "…", "channel": "other", "kind": "orders",
     "columns":   {"order_no": "InvoiceNo", "qty": "Quantity", …},   canonical column → header
     "constants": {"currency": "GBP", "status": "completed", …},     canonical column → value of every row
     "options":   {"rows": "line", "cancel_prefix": "C", …}}         see OPTIONS

``kind`` is ``orders``, ``refunds``, ``settlement``, ``visits`` or ``ads``; columns are those of
:mod:`zhanggui.kernel.records` and of :data:`EXTRA`. Two headers may not serve one column, one header may serve several
(a single date for order and payment).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from zhanggui.kernel import records
from zhanggui.trade.channels.domain import cells, mapped
from zhanggui.trade.channels.domain.headers import normal
from zhanggui.trade.channels.domain.profiles import (
    COUNT,
    DURATION,
    FLAG,
    ID,
    INT,
    MONEY,
    RATE,
    TEXT,
    TIME,
    Column,
    Profile,
)

KINDS: Final = ("orders", "refunds", "settlement", "visits", "ads")

#: Columns that only mappings have, per kind: a settlement may state money in and out apart; a report's days (``when``:
#: a day, or its first and last), its rates and averages, and the words for how an order is credited.
EXTRA: Final[dict[str, dict[str, str]]] = {
    "orders": {},
    "refunds": {},
    "settlement": {"amount_in": MONEY, "amount_out": MONEY},
    "visits": {"when": TEXT, "bounce_rate": RATE, "dwell_average": DURATION},
    "ads": {"when": TEXT, "window": TEXT, "view_raw": TEXT, "spend_total": MONEY},
}
#: Canonical columns of reports that follow from others and are never taken from a column.
MADE: Final = frozenset({
    "day", "first_day", "last_day", "source_depth", "grain", "window_days", "view", "basis", "bounce_unit",
})  # fmt: skip
REPORTS: Final = ("visits", "ads")

#: Option → allowed values (None: free text, list or object), the first being the default.
OPTIONS: Final[dict[str, tuple[Any, ...] | None]] = {
    # one row is an order line, or an order
    "rows": ("line", "order"),
    # order-level amounts repeat on an order's rows and count once, or are parts to be added up
    "order_amounts": ("once", "sum"),
    # line_no is unique by itself, only within its order, or made from the line's content
    "line_id": ("unique", "within_order", "content"),
    # order numbers that begin so are cancellations of earlier sales
    "cancel_prefix": None,
    # what a cancellation becomes: a refund, or a line with its negative amount
    "cancelled_as": ("refund", "line"),
    # order numbers that begin so are entries of the books (write-offs), never sales
    "adjustment_prefix": None,
    # sold quantities are written as positive or as negative numbers
    "quantity_sign": ("positive", "negative"),
    # a negative quantity outside cancellations: kept as a line that is no sale, a refund, or refused
    "negative_quantity": ("line", "refund", "reject"),
    "decimal_comma": (None, True, False),
    "time_format": None,
    "zone": None,
    "status_map": None,
    "subject_map": None,
    # headers to be masked although no column takes them
    "personal": None,
}

_KINDS_OF_FIELD: Final = {
    records.TEXT: TEXT,
    records.INT: INT,
    records.MINOR: MONEY,
    records.UTC: TIME,
    records.BOOL: FLAG,
    records.DAY: TEXT,
}
_IDS: Final = ("_no", "waybill", "buyer_ref", "balance_id", "bundle_id")
#: Columns a mapping must take or state, each as a choice.
NEEDED: Final = {
    "orders": (("order_no",),),
    "refunds": (("refund_no", "order_no"), ("refund_to_buyer", "apply_amount")),
    "settlement": (("amount", "amount_in", "amount_out"),),
    "visits": (("visitors", "visits", "views"),),
    "ads": (("spend", "spend_total", "spend_credit"),),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a mapping cannot be used, as a sentence in Chinese and English."""

    code: str
    column: str
    zh: str
    en: str


class WrongMapping(ValueError):
    """A saved mapping that cannot become a layout; ``problems`` says why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(p.en for p in problems))
        self.problems = tuple(problems)


def fields(kind: str, rows: str = "line") -> dict[str, str]:
    """Canonical columns a mapping of this kind may take, with how their texts are read."""
    tables = {
        "orders": (records.LINE, records.ORDER) if rows == "line" else (records.ORDER,),
        "refunds": (records.REFUND,),
        "settlement": (records.SETTLEMENT,),
        "visits": (records.VISIT,),
        "ads": (records.AD,),
    }[kind]
    found: dict[str, str] = {}
    for table in tables:
        for f in table:
            if kind in REPORTS and f.name in MADE:
                continue
            if kind in REPORTS and f.kind == records.INT:
                found[f.name] = COUNT
                continue
            how = _KINDS_OF_FIELD[f.kind]
            found.setdefault(f.name, ID if how == TEXT and f.name.endswith(_IDS) else how)
    return found | EXTRA[kind]


def _personal() -> frozenset[str]:
    return frozenset(f.name for table in records.TABLES.values() for f in table if f.personal)


def validate(mapping: Mapping[str, Any], headers: Sequence[str] | None = None) -> list[Problem]:
    """What is wrong with a mapping, in sentences; with ``headers``, also what the file lacks. Empty: it can be used."""
    problems: list[Problem] = []

    def say(code: str, column: str, zh: str, en: str) -> None:
        problems.append(Problem(code, column, zh, en))

    kind, channel = mapping.get("kind"), mapping.get("channel", "other")
    columns, constants = mapping.get("columns") or {}, mapping.get("constants") or {}
    options = mapping.get("options") or {}
    if kind not in KINDS:
        say("kind", "", f"不认识的种类「{kind}」，只能是订单、退款、账单、流量或推广。", f"Unknown kind “{kind}”.")
        return problems
    if channel not in records.CHANNELS:
        say("channel", "", f"不认识的渠道「{channel}」。", f"Unknown channel “{channel}”.")
    for name, value in options.items():
        allowed = OPTIONS.get(name, ())
        if name not in OPTIONS:
            say("option", name, f"没有「{name}」这个选项。", f"There is no option “{name}”.")
        elif allowed is not None and value not in allowed:
            say("option", name, f"选项「{name}」不能是「{value}」。", f"Option “{name}” cannot be “{value}”.")
    zone = options.get("zone")
    if zone:
        try:
            ZoneInfo(str(zone))
        except (ZoneInfoNotFoundError, ValueError):
            say("option", "zone", f"没有「{zone}」这个时区。", f"There is no time zone “{zone}”.")
    known = fields(kind, options.get("rows") or "line")
    for name in (*columns, *constants):
        if name not in known:
            say("column", name, f"没有「{name}」这个字段。", f"There is no column “{name}”.")
    for name in constants:
        if name in columns:
            say("twice", name, f"「{name}」既取自一列又写死了值。", f"“{name}” is both taken from a column and fixed.")
    for name, value in constants.items():
        if not _is_readable(str(value), known.get(name, TEXT)):
            say("constant", name, f"「{value}」不能作为「{name}」的值。", f"“{value}” cannot be a value of “{name}”.")
    if "currency" in constants and not _is_currency(constants["currency"]):
        say(
            "currency", "currency", "币种要写成三个大写字母，如 CNY。", "A currency is three capital letters, e.g. CNY."
        )
    for choice in NEEDED[kind]:
        if not any(name in columns or name in constants for name in choice):
            zh, en = "、".join(choice), " or ".join(choice)
            say("missing", choice[0], f"还没有指定 {zh}（任选其一）。", f"Choose a column for {en}.")
    if headers is not None:
        present = {normal(h) for h in headers}
        for name, header in columns.items():
            if normal(str(header)) not in present:
                say("absent", name, f"文件里没有「{header}」这一列。", f"The file has no column “{header}”.")
    return problems


def _is_readable(text: str, kind: str) -> bool:
    """Whether a fixed value can be read as a column of this kind."""
    cell = pl.Series("x", [text], dtype=pl.String)
    if kind == INT:
        return not cells.to_int(cell)[1][0]
    if kind == COUNT:
        return not cells.to_count(cell)[1][0]
    if kind == MONEY:
        return not cells.scaled(cell, mapped.PRICE_DIGITS)[1][0]
    return kind != TIME or not cells.to_utc(cell, "UTC")[1][0]


def _is_currency(text: object) -> bool:
    return isinstance(text, str) and len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


def profile(mapping: Mapping[str, Any], *, manual: bool = True) -> Profile:
    """The layout a saved mapping describes. It fits files that have all of its headers.

    Raises :class:`WrongMapping` when the mapping contradicts itself or names what does not exist.
    """
    problems = validate(mapping)
    if problems:
        raise WrongMapping(problems)
    kind = str(mapping["kind"])
    options = dict(mapping.get("options") or {})
    rows = str(options.get("rows") or "line")
    constants = {str(k): str(v) for k, v in (mapping.get("constants") or {}).items()}
    columns = _columns(mapping, fields(kind, rows), options)
    rule = mapped.Rule(
        kind=kind,
        constants=constants,
        options=options,
        names=frozenset(mapping.get("columns") or {}),
    )
    summed = kind == "orders" and rows == "order" and options.get("order_amounts") == "sum"
    has_currency = "currency" in (mapping.get("columns") or {})
    return Profile(
        channel=str(mapping.get("channel") or "other"),
        kind={"orders": "order_items" if rows == "line" else "orders"}.get(kind, kind),
        name=str(mapping.get("name") or "mapping"),
        columns=columns,
        required=tuple(c.name for c in columns),
        build=rule.build,
        grain={"orders": "items" if rows == "line" else "order"}.get(kind, "none"),
        group="order_no" if kind == "orders" and not summed else None,
        decimal_comma=options.get("decimal_comma"),
        currency_column="currency" if has_currency else None,
        stated_currency=constants.get("currency"),
        stated_zone=options.get("zone") or None,
        manual=manual,
    )


def _columns(mapping: Mapping[str, Any], known: Mapping[str, str], options: Mapping[str, Any]) -> tuple[Column, ...]:
    formats = (str(options["time_format"]),) if options.get("time_format") else ()
    personal = _personal()
    result = []
    taken: Mapping[str, str] = mapping.get("columns") or {}
    for name, header in taken.items():
        how = known[name]
        result.append(
            Column(
                name,
                (str(header),),
                how,
                personal=name in personal,
                key=name == "order_no" and mapping["kind"] == "orders",
                scale=mapped.PRICE_DIGITS if name in mapped.PRICES else None,
                formats=formats if how == TIME else (),
            )
        )
    for i, header in enumerate(options.get("personal") or ()):
        if header not in taken.values():
            result.append(Column(f"_personal_{i}", (str(header),), TEXT, personal=True))
    return tuple(result)
