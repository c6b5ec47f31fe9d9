"""Mappings of published layouts, ready to use: UCI Online Retail and the Olist marketplace of Brazil."""

from __future__ import annotations

from typing import Any, Final

from zhanggui.trade.channels.domain.mapping import profile

#: Wholesale invoices: one row per line, cancellations ``C…`` without a reference to the sale they undo, write-offs
#: ``A…``, prices of up to three decimals, equal rows that are separate sales. The invoice date is also the pay date.
ONLINE_RETAIL: Final[dict[str, Any]] = {
    "name": "online-retail",
    "channel": "other",
    "kind": "orders",
    "columns": {
        "order_no": "InvoiceNo",
        "outer_sku_code": "StockCode",
        "title": "Description",
        "qty": "Quantity",
        "created_at": "InvoiceDate",
        "paid_at": "InvoiceDate",
        "unit_price": "UnitPrice",
        "buyer_ref": "CustomerID",
        "receiver_country": "Country",
    },
    "constants": {"currency": "GBP", "status": "completed"},
    "options": {
        "rows": "line",
        "line_id": "content",
        "cancel_prefix": "C",
        "adjustment_prefix": "A",
        "negative_quantity": "line",
        "zone": "Europe/London",
    },
}

_BRAZIL: Final = {"zone": "America/Sao_Paulo"}

OLIST_ORDERS: Final[dict[str, Any]] = {
    "name": "olist-orders",
    "channel": "other",
    "kind": "orders",
    "columns": {
        "order_no": "order_id",
        "buyer_ref": "customer_id",
        "status_raw": "order_status",
        "created_at": "order_purchase_timestamp",
        "paid_at": "order_approved_at",
        "shipped_at": "order_delivered_carrier_date",
        "delivered_at": "order_delivered_customer_date",
    },
    "constants": {"currency": "BRL"},
    "options": {
        "rows": "order",
        "status_map": {"processing": "allocated", "invoiced": "paid", "unavailable": "cancelled"},
        **_BRAZIL,
    },
}

#: One row per piece; ``order_item_id`` counts 1, 2, 3 within the order.
OLIST_ITEMS: Final[dict[str, Any]] = {
    "name": "olist-items",
    "channel": "other",
    "kind": "orders",
    "columns": {
        "order_no": "order_id",
        "line_no": "order_item_id",
        "product_no": "product_id",
        "ship_deadline_at": "shipping_limit_date",
        "unit_price": "price",
        "line_freight_share": "freight_value",
    },
    "constants": {"currency": "BRL", "qty": "1"},
    "options": {"rows": "line", "line_id": "within_order", **_BRAZIL},
}

#: Several payments per order, anywhere in the file: what an order was paid is their sum.
OLIST_PAYMENTS: Final[dict[str, Any]] = {
    "name": "olist-payments",
    "channel": "other",
    "kind": "orders",
    "columns": {"order_no": "order_id", "payment_method": "payment_type", "buyer_paid": "payment_value"},
    "constants": {"currency": "BRL"},
    "options": {"rows": "order", "order_amounts": "sum", **_BRAZIL},
}

#: Facebook's advert export as it is published for study: one row per advert over an unnamed period; an enquiry is a
#: conversion, an approved one a sale. Spend carries the tail of a binary number, which is read at the cent.
FACEBOOK_ADS: Final[dict[str, Any]] = {
    "name": "facebook-adverts",
    "channel": "other",
    "kind": "ads",
    "columns": {
        "creative_no": "ad_id",
        "campaign_no": "xyz_campaign_id",
        "unit_no": "fb_campaign_id",
        "audience": "interest",
        "impressions": "Impressions",
        "clicks": "Clicks",
        "spend": "Spent",
        "conversions": "Total_Conversion",
        "orders": "Approved_Conversion",
    },
    "constants": {"tool": "facebook", "conversion_kind": "enquiry"},
    "options": {},
}

PRESETS: Final = (ONLINE_RETAIL, OLIST_ORDERS, OLIST_ITEMS, OLIST_PAYMENTS, FACEBOOK_ADS)

PROFILES = tuple(profile(preset, manual=False) for preset in PRESETS)
FLATTENERS = ()
