"""Shopify: orders_export.csv, one row per line item, order cells on the first row of each order only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from zhanggui.trade.channels.sample import catalogue
from zhanggui.trade.channels.sample.forms import names, shifted, yuan
from zhanggui.trade.channels.sample.sheets import FileSpec, Form
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Order, Plan, Traits

TRAITS: Final = Traits(
    price=(1, 5),
    step=50,
    merchant=300,
    coupons=(200, 300, 500),
    freight=600,
    freight_sizes=(499, 799, 1200),
    tax_basis_points=725,
    cod=40,
    languages="en",
)
SHOPS: Final = (("Qingyu Outdoor", TRAITS),)

#: The shop's own clock, in hours from UTC.
_OFFSET: Final = -5

ORDERS: Final = names(
    """
    Name, Email, Financial Status, Paid at, Fulfillment Status, Fulfilled at, Accepts Marketing, Currency,
    Subtotal, Shipping, Taxes, Total, Discount Code, Discount Amount, Shipping Method, Created at,
    Lineitem quantity, Lineitem name, Lineitem price, Lineitem compare at price, Lineitem sku,
    Lineitem requires shipping, Lineitem taxable, Lineitem fulfillment status, Billing Name, Billing Street,
    Billing Address1, Billing Address2, Billing Company, Billing City, Billing Zip, Billing Province,
    Billing Country, Billing Phone, Shipping Name, Shipping Street, Shipping Address1, Shipping Address2,
    Shipping Company, Shipping City, Shipping Zip, Shipping Province, Shipping Country, Shipping Phone, Notes,
    Note Attributes, Cancelled at, Payment Method, Payment Reference, Refunded Amount, Vendor,
    Outstanding Balance, Employee, Location, Device ID, Id, Tags, Risk Level, Source, Lineitem discount,
    Tax 1 Name, Tax 1 Value, Tax 2 Name, Tax 2 Value, Tax 3 Name, Tax 3 Value, Tax 4 Name, Tax 4 Value,
    Tax 5 Name, Tax 5 Value, Phone, Receipt Number, Duties, Billing Province Name, Shipping Province Name,
    Payment ID, Payment Terms Name, Next Payment Due At, Payment References
    """
)


def order_no(order: Order) -> str:
    return f"#{1001 + order.index}"


def _stamp(moment: datetime | None) -> str:
    local = shifted(moment, _OFFSET)
    return "" if local is None else f"{local:%Y-%m-%d %H:%M:%S} -0500"


def status(order: Order, at: datetime) -> tuple[str, str, str]:
    """Financial status, fulfilment status, canonical state of the order.

    Refunded money decides first, then a cancellation, then how far the goods are; an unshipped cash-on-delivery
    order is still ``created``.
    """
    refunded, total = order.refunded(at), order.total("paid")
    shipped = [order.shipped_by(line, at) is not None for line in order.lines]
    goods = "fulfilled" if all(shipped) else "partial" if any(shipped) else "unfulfilled"
    if order.cancelled_at and order.cancelled_at <= at:
        return "voided", goods, "cancelled"
    if refunded and refunded >= total:
        return "refunded", "restocked" if goods == "unfulfilled" else goods, "refunded"
    money = "partially_refunded" if refunded else "paid" if order.paid_by(at) else "pending"
    if order.odd_status:
        return "in_dispute", goods, "unknown"
    if goods != "unfulfilled":
        return money, goods, "shipped"
    return money, goods, "paid" if order.paid_by(at) else "created"


def _short(minor: int, order: Order) -> str:
    """Whole amounts are sometimes written without decimals."""
    return str(minor // 100) if minor % 100 == 0 and order.shade % 7 == 0 else yuan(minor)


def _rows(order: Order, at: datetime) -> tuple[list[dict[str, Any]], Seen]:
    money, goods, state = status(order, at)
    line_discount = order.shade % 3 == 0
    discount = order.total("merchant")
    subtotal = order.total("amount") - discount
    freight, tax, total = order.total("freight"), order.total("tax"), order.total("paid")
    paid_at = order.paid_by(at)
    places = catalogue.PLACES_ABROAD["US"]
    city, code, region, postcode = places[order.buyer.number % len(places)]
    email = f"buyer{order.buyer.number:05d}@example.com"
    name = f"{order.buyer.name_en} {order.buyer.number:05d}"
    who = {
        "Name": name,
        "Street": "1 Example Road",
        "Address1": "1 Example Road",
        "City": city,
        "Zip": f"'{postcode}",
        "Province": code,
        "Country": "US",
        "Phone": f"+1503555{order.buyer.number % 10000:04d}",
    }
    head: dict[str, Any] = {
        "Financial Status": money,
        "Paid at": _stamp(paid_at),
        "Fulfillment Status": goods,
        "Fulfilled at": _stamp(order.packages[-1].shipped_at) if goods == "fulfilled" and order.packages else "",
        "Accepts Marketing": "yes" if order.buyer.number % 3 == 0 else "no",
        "Currency": "USD",
        "Subtotal": _short(subtotal, order),
        "Shipping": _short(freight, order),
        "Taxes": _short(tax, order),
        "Total": _short(total, order),
        "Discount Code": "HELLO" if discount and not line_discount else "",
        "Discount Amount": yuan(0 if line_discount else discount),
        "Shipping Method": "Standard",
        **{f"Billing {part}": value for part, value in who.items()},
        **{f"Shipping {part}": value for part, value in who.items()},
        "Billing Province Name": region,
        "Shipping Province Name": region,
        "Notes": "Please leave at the door,\nnot in the lobby" if order.shade % 11 == 0 else "",
        "Note Attributes": "gift: no\ndelivery-day: any" if order.shade % 4 == 0 else "",
        "Cancelled at": _stamp(order.cancelled_at if order.cancelled_at and order.cancelled_at <= at else None),
        "Payment Method": "Cash on Delivery (COD)" if order.cod else "Shopify Payments",
        "Payment Reference": f"c{order.serial:020d}.1",
        "Refunded Amount": yuan(order.refunded(at)),
        "Outstanding Balance": yuan(0 if paid_at else total),
        "Id": f"{5_000_000_000_000 + order.serial}",
        "Tags": "repeat, newsletter" if order.buyer.number % 5 == 0 else "",
        "Risk Level": "Low",
        "Source": "web",
        "Tax 1 Name": "Sales Tax 7.25%" if tax else "",
        "Tax 1 Value": yuan(tax) if tax else "",
    }
    rows = []
    for number, line in enumerate(order.lines):
        sent = order.shipped_by(line, at) is not None
        rows.append(
            {
                "Name": order_no(order),
                "Email": email,
                "Created at": _stamp(order.created_at),
                "Lineitem quantity": str(line.qty),
                "Lineitem name": f"{line.sku.title_en} - {' / '.join(line.sku.values_en)}",
                "Lineitem price": yuan(line.unit_list),
                "Lineitem compare at price": yuan(line.unit_list * 12 // 10) if order.shade % 2 else "",
                "Lineitem sku": line.sku.sku_code,
                "Lineitem requires shipping": "true",
                "Lineitem taxable": "true",
                "Lineitem fulfillment status": "fulfilled" if sent else "pending",
                "Lineitem discount": yuan(line.merchant if line_discount else 0),
                "Vendor": "Qingyu",
                **(head if number == 0 else {}),
            }
        )
    whole = state in ("cancelled", "refunded", "unknown")
    lines = [state if whole else one for one in _line_states(order, at)]
    seen = Seen(order_no(order), state, paid_at, total, order.refunded(at), buyer=email, lines=lines, qty=order.qty)
    return rows, seen


def _line_states(order: Order, at: datetime) -> list[str]:
    """Per line only its own fulfilment is in the file."""
    bare = "paid" if order.paid_by(at) else "created"
    return ["shipped" if order.shipped_by(line, at) else bare for line in order.lines]


def specs(plan: Plan) -> list[FileSpec]:
    first, end = plan.moments[0], plan.moments[-1]
    since = first - timedelta(days=max(1, (first.date() - plan.first_day).days // 2))
    form = Form(ORDERS, encoding="utf-8", quote="needed", newline="\n")
    orders: dict[str, Any] = {
        "grain": "both",
        "rows": _rows,
        "quirks": ("order_cells_on_first_row", "newlines_in_cells", "offset_times", "quote_zip", "mixed_decimals"),
    }
    return [
        FileSpec(f"orders_export_{first:%Y%m%d%H%M}", "orders", "shopify.orders", form, first, **orders),
        FileSpec(f"orders_export_{end:%Y%m%d%H%M}", "orders", "shopify.orders", form, end, since=since, **orders),
    ]
