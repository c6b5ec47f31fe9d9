"""Answers of the Orders API v0: ``getOrders`` / ``getOrder`` and ``getOrderItems``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from zhanggui.trade.channels.domain.profiles import (
    ID,
    INT,
    MONEY,
    TIME,
    Context,
    Profile,
    Tables,
    add_flags,
    column,
)
from zhanggui.trade.channels.platforms.amazon.lines import orders_of, priced, with_line_no
from zhanggui.trade.channels.platforms.amazon.status import PARTLY_SHIPPED, is_paid, state, tax_on_top


def _payloads(document: Any) -> Iterator[dict[str, Any]]:
    """The payload of every answer in a document that holds one answer, a list of them, or bare payloads."""
    for answer in document if isinstance(document, list) else [document]:
        if isinstance(answer, dict):
            payload = answer.get("payload", answer)
            if isinstance(payload, dict):
                yield payload


def _flat(value: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested fields as dotted names; lists of plain values joined by blanks, other lists left out."""
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _flat(inner, f"{prefix}{name}.")
        elif isinstance(inner, list):
            if all(isinstance(v, str) for v in inner):
                yield prefix + name, " ".join(inner)
        elif inner is not None:
            yield prefix + name, str(inner)


def flatten_orders(document: Any) -> list[dict[str, str]] | None:
    """One record per order; ``getOrder`` answers with the order itself."""
    records: list[dict[str, str]] = []
    known = False
    for payload in _payloads(document):
        if isinstance(payload.get("Orders"), list):
            known = True
            records.extend(dict(_flat(order)) for order in payload["Orders"] if isinstance(order, dict))
        elif "AmazonOrderId" in payload and "PurchaseDate" in payload:
            known = True
            records.append(dict(_flat(payload)))
    return records if known else None


def flatten_items(document: Any) -> list[dict[str, str]] | None:
    """One record per item, each with its order's number. An amount whose currency is not that of the item's price is
    written as ``41.99 GBP``, so that it is refused instead of being added to another currency."""
    records: list[dict[str, str]] = []
    known = False
    for payload in _payloads(document):
        if not isinstance(payload.get("OrderItems"), list):
            continue
        known = True
        for item in payload["OrderItems"]:
            if not isinstance(item, dict):
                continue
            record = {"AmazonOrderId": str(payload.get("AmazonOrderId") or "")} | dict(_flat(item))
            currency = record.get("ItemPrice.CurrencyCode", "")
            for name in [n for n in record if n.endswith(".CurrencyCode")]:
                amount = name.removesuffix("CurrencyCode") + "Amount"
                if currency and record[name] != currency and amount in record:
                    record[amount] = f"{record[amount]} {record[name]}"
            records.append(record)
    return records if known else None


def build_orders(frame: pl.DataFrame, context: Context) -> Tables:
    orders = frame.with_columns(status=state("status_raw")).with_columns(
        paid_at=pl.when(is_paid("status")).then(pl.col("created_at")),
        receiver_address=pl.concat_str(["address_1", "address_2", "address_3"], separator=" ", ignore_nulls=True),
        flags=add_flags(
            partial_ship=pl.col("status_raw").is_in(list(PARTLY_SHIPPED)), cod=pl.col("payment_method") == "COD"
        ),
    )
    paid = pl.when(pl.col("paid_at").is_not_null()).then(pl.col("total")).otherwise(pl.lit(0))
    return Tables(orders=orders.with_columns(buyer_paid=paid, merchant_receivable=paid))


ORDERS_API = Profile(
    channel="amazon",
    kind="orders",
    name="amazon-orders-api",
    columns=(
        column("order_no", "AmazonOrderId", kind=ID, key=True),
        column("created_at", "PurchaseDate", kind=TIME),
        column("updated_at", "LastUpdateDate", kind=TIME),
        column("status_raw", "OrderStatus"),
        column("sales_channel", "SalesChannel"),
        column("currency", "OrderTotal.CurrencyCode"),
        column("total", "OrderTotal.Amount", kind=MONEY),
        column("payment_method", "PaymentMethod"),
        column("ship_deadline_at", "LatestShipDate", kind=TIME),
        column("buyer_ref", "BuyerInfo.BuyerEmail", "BuyerEmail", personal=True),
        column("buyer_name", "BuyerInfo.BuyerName", "BuyerName", personal=True),
        column("receiver_name", "ShippingAddress.Name", personal=True),
        column("receiver_phone", "ShippingAddress.Phone", personal=True),
        column("address_1", "ShippingAddress.AddressLine1", personal=True),
        column("address_2", "ShippingAddress.AddressLine2", personal=True),
        column("address_3", "ShippingAddress.AddressLine3", personal=True),
        column("receiver_city", "ShippingAddress.City"),
        column("receiver_province", "ShippingAddress.StateOrRegion"),
        column("receiver_postcode", "ShippingAddress.PostalCode", personal=True),
        column("receiver_country", "ShippingAddress.CountryCode"),
    ),
    required=("order_no", "created_at", "status_raw"),
    build=build_orders,
    grain="order",
    currency_column="currency",
)


def build_items(frame: pl.DataFrame, context: Context) -> Tables:
    frame = with_line_no(frame.with_columns(sales_channel=pl.lit(None, dtype=pl.String)))
    lines = priced(frame, tax_on_top("sales_channel", "currency")).with_columns(line_receivable=pl.col("line_paid"))
    orders = orders_of(lines, "currency")
    return Tables(orders=orders, lines=lines)


ITEMS_API = Profile(
    channel="amazon",
    kind="order_items",
    name="amazon-order-items-api",
    columns=(
        column("order_no", "AmazonOrderId", kind=ID, key=True),
        column("order_item_id", "OrderItemId", kind=ID, key=True),
        column("product_no", "ASIN", kind=ID),
        column("outer_sku_code", "SellerSKU"),
        column("title", "Title"),
        column("qty", "QuantityOrdered", kind=INT),
        column("currency", "ItemPrice.CurrencyCode"),
        column("item_price", "ItemPrice.Amount", kind=MONEY),
        column("item_tax", "ItemTax.Amount", kind=MONEY),
        column("shipping_price", "ShippingPrice.Amount", kind=MONEY),
        column("shipping_tax", "ShippingTax.Amount", kind=MONEY),
        column("gift_wrap_price", "BuyerInfo.GiftWrapPrice.Amount", "GiftWrapPrice.Amount", kind=MONEY),
        column("gift_wrap_tax", "BuyerInfo.GiftWrapTax.Amount", "GiftWrapTax.Amount", kind=MONEY),
        column("item_promotion", "PromotionDiscount.Amount", kind=MONEY),
        column("ship_promotion", "ShippingDiscount.Amount", kind=MONEY),
    ),
    required=("order_no", "order_item_id", "qty"),
    build=build_items,
    grain="items",
    group="order_no",
    currency_column="currency",
)
