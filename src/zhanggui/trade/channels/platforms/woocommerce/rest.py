"""REST v3 orders (``/wp-json/wc/v3/orders``): a single order, a list, or one order a line."""

from __future__ import annotations

import html
import json
from typing import Any, Final

import polars as pl

from zhanggui.trade.channels.contracts import Reject
from zhanggui.trade.channels.domain import cells
from zhanggui.trade.channels.domain.profiles import ID, MONEY, TIME, Context, Profile, Tables, column
from zhanggui.trade.channels.platforms.woocommerce.book import (
    cash_on_delivery,
    finish_lines,
    finish_orders,
    joined,
    total_residuals,
    zero,
)

_PLAIN: Final = (
    "id", "number", "status", "currency", "discount_total", "shipping_total", "total", "total_tax", "customer_id",
    "customer_note", "payment_method", "payment_method_title", "transaction_id", "created_via",
)  # fmt: skip
_MOMENTS: Final = ("date_created", "date_modified", "date_paid", "date_completed")
_PERSON: Final = ("first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode",
                  "country", "email", "phone")  # fmt: skip
_ITEM: Final = ("id", "name", "product_id", "variation_id", "quantity", "subtotal", "total", "total_tax", "sku")
_REFUND: Final = ("id", "reason", "total")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_order(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("line_items"), list) and "total" in value and "id" in value


def _variation(item: dict[str, Any]) -> str:
    """The choices of an article, ``pa_color: black; size: M``; fields that begin with ``_`` are the shop's own."""
    parts = []
    for meta in item.get("meta_data") or ():
        if isinstance(meta, dict):
            key = _text(meta.get("display_key") or meta.get("key"))
            value = meta.get("display_value") or meta.get("value")
            if key and not key.startswith("_") and isinstance(value, str):
                parts.append(f"{key}: {value}")
    return "; ".join(parts)


def _packed(items: Any, names: tuple[str, ...]) -> str:
    """The fields of some nested records as JSON of texts."""
    found = []
    for item in items or ():
        if isinstance(item, dict):
            record = {name: _text(item.get(name)) for name in names}
            if "&" in record.get("name", ""):
                record["name"] = html.unescape(record["name"])
            if names is _ITEM:
                record["variation"] = _variation(item)
            found.append(record)
    return json.dumps(found, ensure_ascii=False)


def flatten(document: Any) -> list[dict[str, str]] | None:
    """One record per order, nested lists packed into a cell. Moments of the ``_gmt`` fields are marked as UTC; those
    without are the site's own time and only used where the twin is missing."""
    orders = document if isinstance(document, list) else [document]
    if not orders or not _is_order(orders[0]):
        return None
    records = []
    for order in orders:
        if not isinstance(order, dict):
            order = {}
        record = {name: _text(order.get(name)) for name in _PLAIN}
        for name in _MOMENTS:
            moment = _text(order.get(f"{name}_gmt"))
            record[f"{name}_gmt"] = f"{moment.rstrip('Z')}Z" if moment else ""
            record[name] = _text(order.get(name))
        for side in ("billing", "shipping"):
            person = order.get(side)
            person = person if isinstance(person, dict) else {}
            record |= {f"{side}.{name}": _text(person.get(name)) for name in _PERSON}
        fees = [fee for fee in order.get("fee_lines") or () if isinstance(fee, dict)]
        record["fees"] = json.dumps([_text(fee.get("total")) for fee in fees])
        record["line_items"] = _packed(order.get("line_items"), _ITEM)
        record["refunds"] = _packed(order.get("refunds"), _REFUND)
        records.append(record)
    return records


def _unpacked(frame: pl.DataFrame, name: str, fields: tuple[str, ...]) -> pl.DataFrame:
    """One row per nested record, beside ``order_no``, ``row`` and ``currency`` of its order."""
    shape = pl.List(pl.Struct([pl.Field(f, pl.String) for f in fields]))
    return (
        frame.select("order_no", "row", "currency", packed=pl.col(name).fill_null("[]").str.json_decode(shape))
        .explode("packed")
        .drop_nulls("packed")
        .with_columns([pl.col("packed").struct.field(f).alias(f) for f in fields])
        .drop("packed")
    )


def _read(
    frame: pl.DataFrame, header: str, money: tuple[str, ...], whole: tuple[str, ...] = ()
) -> tuple[pl.DataFrame, list[Reject]]:
    """Typed amounts and counts of unpacked records; a record that cannot be read refuses its order's row."""
    rejects: list[Reject] = []
    made = []
    for name in (*money, *whole):
        if name in money:
            values, failed = cells.to_minor_each(frame[name], frame["currency"])
        else:
            values, failed = cells.to_int(frame[name])
        reason = "not_an_amount" if name in money else "not_a_whole_number"
        bad = frame.filter(failed)
        rejects += [Reject(r, f"{header}.{name}", v or "", reason) for r, v in zip(bad["row"], bad[name], strict=True)]
        made.append(values.alias(name))
    return frame.with_columns(made), rejects


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Orders, their lines (numbered by WooCommerce's own item id) and their refunds.

    Amounts of lines are without tax, whether prices include it or not: total = Σ subtotal − discounts + shipping + fees
    + tax. A refund's total is negative in the answer; the summary inside an order gives neither its time nor its items.
    """
    frame = frame.with_columns(
        [pl.coalesce(n, f"{n}_site").alias(n) for n in ("created_at", "updated_at", "paid_at", "completed_at")]
    ).with_columns(pl.coalesce("order_no", "id").alias("order_no"))
    unpacked = _unpacked(frame, "line_items", (*_ITEM, "variation"))
    items, bad_items = _read(unpacked, "line_items", ("subtotal", "total", "total_tax"), ("quantity",))
    refunds, bad_refunds = _read(_unpacked(frame, "refunds_packed", _REFUND), "refunds", ("total",))
    fees = frame.select(
        "order_no", "row", "currency", total=pl.col("fees").fill_null("[]").str.json_decode(pl.List(pl.String))
    )
    fees, bad_fees = _read(fees.explode("total").drop_nulls("total"), "fee_lines", ("total",))
    rejects: dict[int, Reject] = {}
    for reject in (*bad_items, *bad_refunds, *bad_fees):
        rejects.setdefault(reject.row, reject)
    refused = list(rejects)
    frame, items, refunds, fees = (f.filter(~pl.col("row").is_in(refused)) for f in (frame, items, refunds, fees))

    sums = items.group_by("order_no").agg(
        goods_amount=pl.col("subtotal").sum(), qty=pl.col("quantity").sum(), title=pl.col("name").first()
    )
    added = fees.group_by("order_no").agg(adjust_amount=pl.col("total").sum())
    back = refunds.group_by("order_no").agg(back=-pl.col("total").sum())
    orders = frame
    for more in (sums, added, back):
        orders = orders.join(more, on="order_no", how="left", maintain_order="left")
    orders = orders.with_columns(
        refunded_amount=zero("back"),
        cod=cash_on_delivery("payment_method", "payment_method_title"),
        buyer_ref=pl.coalesce("billing_email", pl.when(pl.col("customer_id") != "0").then(pl.col("customer_id"))),
        receiver_name=joined("first_name", "last_name"),
        receiver_address=joined("address_1", "address_2", "company", separator=", "),
        receiver_phone=pl.coalesce("shipping_phone", "billing_phone"),
    )
    orders = finish_orders(orders, dated=True)
    lines = items.rename(
        {
            "id": "line_no",
            "name": "title",
            "quantity": "qty",
            "subtotal": "line_amount",
            "total": "net",
            "total_tax": "line_tax",
            "variation": "sku_text",
        }
    )
    chosen = pl.col("variation_id").replace({"0": None, "": None})
    lines = lines.with_columns(
        product_no=pl.col("product_id").replace({"0": None, "": None}),
        sku_no=pl.coalesce(chosen, pl.col("product_id").replace({"0": None, "": None})),
        outer_sku_code=pl.col("sku").replace("", None),
        sku_text=pl.col("sku_text").replace("", None),
    )
    known = refunds.join(orders.select("order_no"), on="order_no", how="semi", maintain_order="left")
    returned = known.select(
        "row", "order_no", "currency",
        refund_no=pl.col("id"),
        state=pl.lit("success"),
        state_raw=pl.lit("refunded"),
        reason=pl.col("reason").replace("", None),
        apply_amount=-pl.col("total"),
        refund_to_buyer=-pl.col("total"),
    )  # fmt: skip
    return Tables(
        orders=orders,
        lines=finish_lines(lines, orders),
        refunds=returned if len(returned) else None,
        rejects=list(rejects.values()),
        residuals=total_residuals(orders),
    )


def _moments(name: str, field: str) -> tuple[Any, Any]:
    return column(name, f"{field}_gmt", kind=TIME), column(f"{name}_site", field, kind=TIME)


REST = Profile(
    channel="woocommerce",
    kind="orders",
    name="woocommerce-rest",
    columns=(
        column("order_no", "number", kind=ID),
        column("id", "id", kind=ID, key=True),
        column("status_raw", "status"),
        column("currency", "currency"),
        *_moments("created_at", "date_created"),
        *_moments("updated_at", "date_modified"),
        *_moments("paid_at", "date_paid"),
        *_moments("completed_at", "date_completed"),
        column("merchant_discount", "discount_total", kind=MONEY),
        column("freight_amount", "shipping_total", kind=MONEY),
        column("tax_amount", "total_tax", kind=MONEY),
        column("total", "total", kind=MONEY),
        column("customer_id", "customer_id", kind=ID),
        column("buyer_note", "customer_note", personal=True),
        column("payment_method", "payment_method"),
        column("payment_method_title", "payment_method_title"),
        column("sales_channel", "created_via"),
        column("billing_first_name", "billing.first_name", personal=True),
        column("billing_last_name", "billing.last_name", personal=True),
        column("billing_company", "billing.company", personal=True),
        column("billing_address_1", "billing.address_1", personal=True),
        column("billing_address_2", "billing.address_2", personal=True),
        column("billing_postcode", "billing.postcode", personal=True),
        column("billing_email", "billing.email", personal=True),
        column("billing_phone", "billing.phone", personal=True),
        column("first_name", "shipping.first_name", personal=True),
        column("last_name", "shipping.last_name", personal=True),
        column("company", "shipping.company", personal=True),
        column("address_1", "shipping.address_1", personal=True),
        column("address_2", "shipping.address_2", personal=True),
        column("receiver_city", "shipping.city"),
        column("receiver_province", "shipping.state"),
        column("receiver_postcode", "shipping.postcode", personal=True),
        column("receiver_country", "shipping.country"),
        column("shipping_phone", "shipping.phone", personal=True),
        column("line_items", "line_items"),
        column("refunds_packed", "refunds"),
        column("fees", "fees"),
    ),
    required=("order_no", "id", "status_raw", "total", "line_items", "refunds_packed", "created_at"),
    build=build,
    currency_column="currency",
)
