"""TikTok Shop: order export, one row per article, a row of explanations below the header; xlsx."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from zhanggui.trade.channels.sample import catalogue
from zhanggui.trade.channels.sample.forms import dots, letters, names, tab_first
from zhanggui.trade.channels.sample.sheets import FileSpec, Form
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Order, Plan, Traits, derive

TRAITS: Final = Traits(
    price=(2200, 1),
    step=100_000,
    unit=100,
    merchant=400,
    platform=250,
    coupons=(500_000, 1_000_000, 2_000_000),
    freight=600,
    freight_sizes=(900_000, 1_500_000),
    hold=30,
    whole_refunds=True,
    open_refunds=False,
    part_refunds=False,
    part_shipped=False,
    languages="en",
)
SHOPS: Final = (("Huajian TikTok ID", TRAITS),)

ORDERS: Final = names(
    """
    Order ID, Order Status, Order Substatus, Cancelation/Return Type, Normal or Pre-order, SKU ID, Seller SKU,
    Product Name, Variation, Quantity, Sku Quantity of return, SKU Unit Original Price,
    SKU Subtotal Before Discount, SKU Platform Discount, SKU Seller Discount, SKU Subtotal After Discount,
    Shipping Fee After Discount, Original Shipping Fee, Shipping Fee Seller Discount,
    Shipping Fee Platform Discount, Distance Shipping Fee, Distance Fee, Order Refund Amount,
    Payment platform discount, Buyer Service Fee, Handling Fee, Shipping Insurance, Item Insurance,
    Order Amount, Created Time, Paid Time, RTS Time, Shipped Time, Delivered Time, Cancelled Time, Cancel By,
    Cancel Reason, Fulfillment Type, Warehouse Name, Tracking ID, Delivery Option, Shipping Provider Name,
    Buyer Message, Buyer Username, Recipient, Phone #, Zipcode, Country, Province, Regency and City, Districts,
    Villages, Detail Address, Additional address information, Payment Method, Weight(kg), Product Category,
    Package ID, Purchase Channel, Seller Note, Checked Status, Checked Marked by, Tokopedia Invoice Number
    """
)
_EXPLAINED: Final = {
    "Order ID": "Platform unique order ID.",
    "Order Status": "The status of the order.",
    "SKU ID": "Platform SKU ID.",
    "Quantity": "SKU sold quantity in the order.",
    "Order Amount": "Total amount paid by the buyer.",
    "Created Time": "Order created time.",
}


def order_no(order: Order) -> str:
    return f"58{order.serial:011d}{order.shade:04d}{order.index % 10}"


def status(order: Order, at: datetime) -> tuple[str, str, str]:
    """Status, substatus, canonical state. A refund before shipping ends as Cancelled, one after it stays Completed."""
    if order.odd_status:
        return "Verifying", "Verifying", "unknown"
    state = derive(order.states(at))
    advance = derive([order.advance(line, at) for line in order.lines])
    if state == "cancelled" or (state == "refunded" and advance == "paid"):
        return "Cancelled", "Cancelled", "cancelled"
    if state == "refunded":
        return "Completed", "Completed", "completed"
    if advance == "paid":
        if order.held(at):
            return "On hold", "On hold", "paid"
        return (
            ("To ship", "Awaiting shipment", "paid")
            if order.shade % 3
            else ("Awaiting collection", "Awaiting collection", "allocated")
        )
    return {
        "created": ("Unpaid", "Unpaid", "created"),
        "shipped": ("Shipped", "In transit", "shipped"),
        "delivered": ("Delivered", "Delivered", "delivered"),
        "completed": ("Completed", "Completed", "completed"),
    }[advance]


def _time(moment: datetime | None) -> str:
    return "" if moment is None else tab_first(f"{moment:%d/%m/%Y %H:%M:%S}")


def _rows(order: Order, at: datetime) -> tuple[list[dict[str, Any]], Seen]:
    text, sub, state = status(order, at)
    paid_at = order.paid_by(at)
    package = order.first_shipped(at)
    places = catalogue.PLACES_ABROAD["ID"]
    city, _, region, postcode = places[order.buyer.number % len(places)]
    refunded = order.refunded(at)
    total = order.total("paid")
    buyer = f"user{letters(order.buyer.number, 5).lower()}"
    sign = "IDR " if order.shade % 4 else ""

    def money(minor: int) -> str:
        return sign + dots(minor) if sign else str(minor // 100)

    rows: list[dict[str, Any]] = []
    for line in order.lines:
        cells = {
            "Order ID": tab_first(order_no(order)),
            "Order Status": text,
            "Order Substatus": sub,
            "Cancelation/Return Type": "Cancel" if text == "Cancelled" else "Return/Refund" if refunded else "",
            "Normal or Pre-order": "Normal",
            "SKU ID": tab_first(f"17{line.listing.sku_no}"),
            "Seller SKU": line.sku.sku_code,
            "Product Name": line.sku.title_en,
            "Variation": ", ".join(line.sku.values_en),
            "Quantity": str(line.qty),
            "Sku Quantity of return": str(line.qty if refunded and text == "Completed" else 0),
            "SKU Unit Original Price": money(line.unit_list),
            "SKU Subtotal Before Discount": money(line.amount),
            "SKU Platform Discount": money(line.platform),
            "SKU Seller Discount": money(line.merchant),
            "SKU Subtotal After Discount": money(line.amount - line.platform - line.merchant),
            "Shipping Fee After Discount": money(order.total("freight")),
            "Original Shipping Fee": money(order.total("freight")),
            "Shipping Fee Seller Discount": money(0),
            "Shipping Fee Platform Discount": money(0),
            "Order Refund Amount": money(refunded),
            "Payment platform discount": money(0),
            "Buyer Service Fee": money(0),
            "Handling Fee": money(0),
            "Order Amount": money(total),
            "Created Time": _time(order.created_at),
            "Paid Time": _time(paid_at),
            "RTS Time": _time(package.shipped_at if package else None),
            "Shipped Time": _time(package.shipped_at if package else None),
            "Delivered Time": _time(order.delivered_at if text in ("Delivered", "Completed") else None),
            "Cancelled Time": _time(order.cancelled_at if text == "Cancelled" and not paid_at else None),
            "Cancel By": "User" if text == "Cancelled" else "",
            "Fulfillment Type": "Fulfillment by seller",
            "Tracking ID": package.waybill if package else "",
            "Buyer Username": buyer,
            "Recipient": f"{order.buyer.name_en[0]}*****",
            "Phone #": "(+62)8**********",
            "Zipcode": postcode,
            "Country": "Indonesia",
            "Province": region,
            "Regency and City": city,
            "Payment Method": "GoPay",
            "Weight(kg)": f"{line.sku.weight_g / 1000:.2f}",
            "Package ID": tab_first(f"11{order.serial:013d}") if package else "",
            "Checked Status": "Unchecked",
        }
        rows.append(cells)
    seen = Seen(order_no(order), state, paid_at, total, refunded, buyer=buyer, lines=[state] * len(rows), qty=order.qty)
    return rows, seen


def specs(plan: Plan) -> list[FileSpec]:
    explained = tuple(_EXPLAINED.get(column, "") for column in ORDERS)
    form = Form(ORDERS, "xlsx", sheet="OrderSKUList", after_header=(explained,))
    end = plan.moments[-1]
    return [
        FileSpec(
            f"Semua pesanan-{end:%Y-%m-%d-%H_%M}",
            "orders",
            "tiktok.orders",
            form,
            end,
            grain="both",
            rows=_rows,
            damage=("Order ID",),
            quirks=("explanation_row", "leading_tabs", "currency_words", "day_first_dates", "damaged_ids"),
        )
    ]
