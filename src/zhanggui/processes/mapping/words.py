"""Words for canonical columns and mapping options, in the groups in which a person thinks of them."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Word = str | Promise

COLUMNS: Final[dict[str, Word]] = {
    # the order
    "order_no": _("Order number"),
    "line_no": _("Line number"),
    "parent_order_no": _("Parent order number"),
    "status_raw": _("Order state"),
    "status": _("Order state (own word of this system)"),
    "flags": _("Marks"),
    "close_reason": _("Reason of cancellation"),
    "sales_channel": _("Sales channel"),
    "buyer_ref": _("Buyer"),
    "payment_method": _("Payment method"),
    "currency": _("Currency"),
    # moments
    "created_at": _("Ordered at"),
    "paid_at": _("Paid at"),
    "ship_deadline_at": _("To be shipped by"),
    "shipped_at": _("Shipped at"),
    "delivered_at": _("Delivered at"),
    "completed_at": _("Completed at"),
    "cancelled_at": _("Cancelled at"),
    "updated_at": _("Changed at"),
    # goods
    "title": _("Goods title"),
    "sku_text": _("Variant"),
    "product_no": _("Product id of the platform"),
    "sku_no": _("Variant id of the platform"),
    "outer_product_code": _("Own product code"),
    "outer_sku_code": _("Own variant code"),
    "qty": _("Pieces"),
    "unit_price": _("Unit price"),
    "unit_list_price": _("List price"),
    "line_amount": _("Line amount"),
    "is_gift": _("Is a gift"),
    "bundle_id": _("Bundle"),
    # amounts
    "buyer_paid": _("Paid by the buyer"),
    "goods_amount": _("Goods amount of the order"),
    "goods_list_amount": _("Goods at list price"),
    "freight_amount": _("Freight of the order"),
    "tax_amount": _("Tax"),
    "merchant_discount": _("Shop discount"),
    "platform_discount": _("Platform discount"),
    "creator_discount": _("Creator discount"),
    "payment_discount": _("Payment discount"),
    "points_amount": _("Points"),
    "adjust_amount": _("Price change by hand"),
    "merchant_receivable": _("Shop is due, before fees"),
    "refunded_amount": _("Refunded"),
    "refunded_qty": _("Pieces refunded"),
    "cod_amount": _("To collect on delivery"),
    "deposit_paid": _("Deposit paid"),
    "line_paid": _("Paid for the line"),
    "line_receivable": _("Shop is due for the line"),
    "line_discount_merchant": _("Shop discount of the line"),
    "line_discount_platform": _("Platform discount of the line"),
    "line_discount_creator": _("Creator discount of the line"),
    "line_discount_payment": _("Payment discount of the line"),
    "line_freight_share": _("Freight of the line"),
    # parcel and receiver
    "carrier": _("Carrier"),
    "waybill": _("Tracking number"),
    "package_no": _("Parcel number"),
    "warehouse_code": _("Warehouse"),
    "receiver_country": _("Country"),
    "receiver_province": _("Province"),
    "receiver_city": _("City"),
    "receiver_district": _("District"),
    "receiver_town": _("Town"),
    "receiver_name": _("Receiver's name"),
    "receiver_phone": _("Receiver's phone"),
    "receiver_address": _("Receiver's address"),
    "receiver_postcode": _("Postcode"),
    "receiver_cipher": _("Receiver cipher"),
    "buyer_note": _("Buyer's note"),
    "seller_note": _("Seller's note"),
    "seller_flag": _("Seller's mark"),
    "creator_id": _("Creator"),
    "invoice_title": _("Invoice title"),
    "refund_state": _("Refund state of the line"),
    "refund_state_raw": _("Refund state of the line, as written"),
    # refunds
    "refund_no": _("Refund number"),
    "kind": _("Kind of refund"),
    "stage": _("Before or after shipping"),
    "state": _("Refund state"),
    "state_raw": _("Refund state, as written"),
    "reason": _("Reason"),
    "apply_amount": _("Amount asked"),
    "refund_to_buyer": _("Amount refunded to the buyer"),
    "refund_to_platform": _("Amount refunded to the platform"),
    "freight_refund": _("Freight refunded"),
    "applied_at": _("Asked at"),
    "agreed_at": _("Agreed at"),
    "returned_at": _("Goods came back at"),
    "finished_at": _("Refunded at"),
    "deadline_at": _("To be answered by"),
    "return_waybill": _("Tracking number of the return"),
    "responsible": _("Who is responsible"),
    # settlement
    "entry_no": _("Entry number"),
    "statement_no": _("Statement number"),
    "amount": _("Amount, in positive, out negative"),
    "amount_in": _("Amount in"),
    "amount_out": _("Amount out"),
    "direction": _("In or out"),
    "subject_raw": _("What it is for"),
    "subject": _("What it is for (own word of this system)"),
    "account": _("Account"),
    "occurred_at": _("Booked at"),
    "settled_at": _("Settled at"),
    "balance_after": _("Balance afterwards"),
    "note": _("Remark"),
    # reports of visitors
    "when": _("Day, or first and last day"),
    "level": _("What a row speaks of (own word of this system)"),
    "device": _("Device"),
    "source": _("Kind of source (own word of this system)"),
    "source_raw": _("Source"),
    "page": _("Page"),
    "keyword": _("Keyword"),
    "item_no": _("Product id of the platform"),
    "outer_code": _("Own product code"),
    "impressions": _("Times shown"),
    "impression_users": _("People shown to"),
    "clicks": _("Clicks"),
    "clickers": _("People who clicked"),
    "visitors": _("Visitors"),
    "views": _("Page views"),
    "visits": _("Visits"),
    "bounces": _("Left after one page"),
    "bounce_rate": _("Bounce rate"),
    "dwell_seconds": _("Seconds stayed, all together"),
    "dwell_average": _("Average stay"),
    "new_visitors": _("New visitors"),
    "favourite_users": _("People who added to favourites"),
    "favourites": _("Favourites"),
    "cart_users": _("People who added to the cart"),
    "cart_items": _("Pieces added to the cart"),
    "order_buyers": _("Ordering buyers"),
    "orders": _("Orders"),
    "order_qty": _("Pieces ordered"),
    "placed_amount": _("Amount ordered"),
    "pay_buyers": _("Paying buyers"),
    "pay_orders": _("Paid orders"),
    "pay_qty": _("Pieces paid"),
    "paid_amount": _("Amount paid"),
    "new_buyers": _("New buyers"),
    "refund_amount": _("Refunded, by day of refund"),
    "refund_amount_by_pay": _("Refunded, by day of payment"),
    # reports of adverts
    "tool": _("Advert tool (own word of this system)"),
    "tool_raw": _("Advert tool or scene"),
    "campaign_no": _("Campaign id"),
    "campaign": _("Campaign"),
    "unit_no": _("Ad group id"),
    "unit": _("Ad group"),
    "creative_no": _("Creative id"),
    "creative": _("Creative"),
    "audience": _("Audience"),
    "subject_no": _("Id of what is advertised"),
    "subject_type": _("Kind of what is advertised"),
    "window": _("Attribution window"),
    "view_raw": _("Credited by click or by view"),
    "spend": _("Spend, real money"),
    "spend_credit": _("Spend from rebates and coupons"),
    "spend_total": _("Spend, credits included"),
    "carts": _("Added to carts"),
    "direct_orders": _("Direct orders"),
    "indirect_orders": _("Indirect orders"),
    "direct_amount": _("Direct amount"),
    "indirect_amount": _("Indirect amount"),
    "attributed_amount": _("Amount credited"),
    "net_orders": _("Orders after early refunds"),
    "net_amount": _("Amount after early refunds"),
    "new_customers": _("New customers"),
    "conversions": _("Conversions"),
    "conversion_kind": _("Kind of conversion (own word of this system)"),
}

#: Columns shown first, per kind; the others wait behind “More columns” unless the file seems to have them.
FIRST: Final = {
    "orders": (
        "order_no", "line_no", "status_raw", "created_at", "paid_at", "buyer_ref", "title", "outer_sku_code",
        "sku_text", "qty", "unit_price", "line_amount", "buyer_paid", "freight_amount", "merchant_discount",
        "refunded_amount", "currency",
    ),
    "refunds": (
        "refund_no", "order_no", "state", "kind", "reason", "apply_amount", "refund_to_buyer", "applied_at",
        "finished_at", "currency",
    ),
    "settlement": (
        "entry_no", "order_no", "occurred_at", "subject_raw", "amount", "amount_in", "amount_out", "direction",
        "balance_after", "currency",
    ),
    "visits": (
        "when", "source_raw", "item_no", "title", "device", "visitors", "views", "visits", "bounce_rate",
        "dwell_average", "cart_users", "pay_buyers", "pay_orders", "paid_amount", "currency",
    ),
    "ads": (
        "when", "tool_raw", "campaign_no", "campaign", "unit", "keyword", "creative_no", "item_no", "window",
        "impressions", "clicks", "spend", "spend_credit", "orders", "attributed_amount", "currency",
    ),
}  # fmt: skip

KINDS: Final[dict[str, Word]] = {
    "orders": _("Orders"),
    "refunds": _("Refunds and after-sale cases"),
    "settlement": _("Money: settlement or wallet entries"),
    "visits": _("Visitors: by day, source or article"),
    "ads": _("Adverts: spend and what it brought"),
}

#: option → (label, ((value, words), …)); empty choices: free text.
OPTIONS: Final[dict[str, tuple[Word, tuple[tuple[str, Word], ...]]]] = {
    "rows": (_("One row is"), (("line", _("one line of an order")), ("order", _("one whole order")))),
    "order_amounts": (
        _("Order amounts on several rows"),
        (("once", _("repeat the same figure: count once")), ("sum", _("are parts: add them up"))),
    ),
    "line_id": (
        _("Line numbers"),
        (
            ("unique", _("are unique by themselves")),
            ("within_order", _("count from 1 in every order")),
            ("content", _("are missing: make one from the goods")),
        ),
    ),
    "decimal_comma": (
        _("Decimals are written"),
        (("", _("as the file shows")), ("false", _("with a point: 1,234.50")), ("true", _("with a comma: 1.234,50"))),
    ),
    "time_format": (
        _("Dates are written"),
        (
            ("", _("as the file shows")),
            ("%d/%m/%Y %H:%M", _("day first: 31/12/2026 18:30")),
            ("%m/%d/%Y %H:%M", _("month first: 12/31/2026 18:30")),
            ("%d.%m.%Y %H:%M", _("with dots: 31.12.2026 18:30")),
            ("%d/%m/%Y", _("day first, no time: 31/12/2026")),
            ("%m/%d/%Y", _("month first, no time: 12/31/2026")),
            ("%d.%m.%Y", _("with dots, no time: 31.12.2026")),
            ("%Y%m%d", _("digits only: 20261231")),
        ),
    ),
    "quantity_sign": (
        _("Sold pieces are"),
        (("positive", _("positive numbers")), ("negative", _("negative numbers"))),
    ),
    "negative_quantity": (
        _("A row with the opposite sign"),
        (("line", _("is kept, but is no sale")), ("refund", _("is a refund")), ("reject", _("is refused"))),
    ),
    "cancel_prefix": (_("Cancellations have order numbers that begin with"), ()),
    "cancelled_as": (
        _("A cancellation becomes"),
        (("refund", _("a refund")), ("line", _("a line with a negative amount"))),
    ),
    "adjustment_prefix": (_("Book entries, never sales, have order numbers that begin with"), ()),
    "zone": (_("Time zone of the file"), ()),
    "status_map": (_("Words for states"), ()),
    "subject_map": (_("Words for what money is for"), ()),
}
#: Options per kind, those asked first and those behind “More”.
ASKED: Final = {
    "orders": ("rows", "line_id", "order_amounts", "decimal_comma", "time_format"),
    "refunds": ("decimal_comma", "time_format"),
    "settlement": ("decimal_comma", "time_format"),
    "visits": ("decimal_comma",),
    "ads": ("decimal_comma",),
}
RARE: Final = {
    "orders": (
        "cancel_prefix", "cancelled_as", "adjustment_prefix", "quantity_sign", "negative_quantity", "zone",
        "status_map",
    ),
    "refunds": ("zone", "status_map"),
    "settlement": ("zone", "subject_map"),
    "visits": ("zone",),
    "ads": ("zone",),
}  # fmt: skip
#: Options that hold a table of words, written one ``word = meaning`` a line.
TABLES: Final = ("status_map", "subject_map")

HELP: Final[dict[str, Word]] = {
    "cancel_prefix": _("For instance C, when C536365 takes back order 536365."),
    "zone": _("A name such as Asia/Shanghai or Europe/London; empty: the zone of the shop."),
    "status_map": _("One a line, such as: Versendet = shipped"),
    "subject_map": _("One a line, such as: Provision = commission"),
}

TABLE_NAMES: Final[dict[str, Word]] = {
    "orders": pgettext_lazy("canonical table", "Orders"),
    "lines": pgettext_lazy("canonical table", "Lines"),
    "refunds": pgettext_lazy("canonical table", "Refunds"),
    "settlement": pgettext_lazy("canonical table", "Money entries"),
    "visits": pgettext_lazy("canonical table", "Visitors"),
    "ads": pgettext_lazy("canonical table", "Adverts"),
}
