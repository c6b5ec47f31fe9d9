"""WooCommerce: orders as REST v3 JSON, and the CSV of a widespread export plugin."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from zhanggui.trade.channels.sample import catalogue
from zhanggui.trade.channels.sample.forms import names, shifted, stamp, yuan
from zhanggui.trade.channels.sample.sheets import FileSpec, Form
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Order, Plan, Traits, derive

TRAITS: Final = Traits(
    price=(1, 5),
    step=50,
    merchant=250,
    coupons=(200, 300, 500),
    freight=500,
    freight_sizes=(599, 999),
    tax_basis_points=600,
    whole_refunds=True,
    open_refunds=False,
    part_shipped=False,
    languages="en",
)
SHOPS: Final = (("Qingyu Store", TRAITS), ("Yunqi Home", TRAITS))

#: The site's clock in the JSON, in hours from UTC: only the ``_gmt`` twins are safe to read.
_SITE: Final = -5

ORDERS: Final = names(
    """
    order_id, order_number, order_date, paid_date, status, shipping_total, shipping_tax_total, fee_total,
    tax_total, cart_discount, order_discount, discount_total, order_total, order_subtotal, order_currency,
    payment_method, payment_method_title, transaction_id, customer_email, billing_first_name, billing_last_name,
    billing_address_1, billing_city, billing_state, billing_postcode, billing_country, billing_phone,
    shipping_first_name, shipping_last_name, shipping_address_1, shipping_city, shipping_state,
    shipping_postcode, shipping_country, customer_note, line_item_1, line_item_2, line_item_3, line_item_4,
    shipping_items, fee_items, tax_items, coupon_items, refund_items
    """
)


def order_no(order: Order) -> str:
    """The number people see; it is not the id."""
    return f"Q-{20_000 + order.index}"


def status(order: Order, at: datetime) -> tuple[str, str]:
    """A shop that marks an order ``completed`` when it leaves the house."""
    if order.odd_status:
        return "awaiting-pickup", "unknown"
    state = derive(order.states(at))
    if state == "created":
        return ("on-hold" if order.shade % 3 == 0 else "pending"), "created"
    if state == "cancelled":
        return ("failed" if order.shade % 4 == 0 else "cancelled"), "cancelled"
    if state in ("shipped", "delivered", "completed"):
        return "completed", "completed"
    return {"paid": ("processing", "paid"), "refunded": ("refunded", "refunded")}[state]


def _place(order: Order) -> tuple[str, str, str, str]:
    places = catalogue.PLACES_ABROAD["US"]
    return places[order.buyer.number % len(places)]


def _email(order: Order) -> str:
    return f"customer{order.buyer.number:05d}@example.com"


def _seen(order: Order, at: datetime, state: str, refunded: int | None) -> Seen:
    return Seen(
        order_no(order),
        state,
        order.paid_by(at),
        order.total("paid"),
        refunded,
        buyer=_email(order),
        lines=[state] * len(order.lines),
        qty=order.qty,
    )


def _iso(moment: datetime | None, hours: int = 0) -> str | None:
    local = shifted(moment, hours)
    return None if local is None else local.isoformat()


def _document(order: Order, at: datetime) -> tuple[list[dict[str, Any]], Seen]:
    text, state = status(order, at)
    paid_at = order.paid_by(at)
    done = order.packages[0].shipped_at if state == "completed" and order.packages else None
    city, code, _, postcode = _place(order)
    order_id = 700 + order.index * 3
    who = {
        "first_name": order.buyer.name_en,
        "last_name": f"{order.buyer.number:05d}",
        "company": "",
        "address_1": "1 Example Road",
        "address_2": "",
        "city": city,
        "state": code,
        "postcode": postcode,
        "country": "US",
    }
    changed = max(moment for moment in (order.created_at, paid_at, done) if moment is not None)
    tax, freight = order.total("tax"), order.total("freight")
    items = []
    for number, line in enumerate(order.lines):
        sku = line.sku
        net = line.amount - line.merchant
        items.append(
            {
                "id": order_id * 10 + number,
                "name": sku.title_en,
                "product_id": int(line.listing.product_no[-6:]),
                "variation_id": int(line.listing.sku_no[-7:]),
                "quantity": line.qty,
                "tax_class": "",
                "subtotal": yuan(line.amount),
                "subtotal_tax": yuan(line.tax),
                "total": yuan(net),
                "total_tax": yuan(line.tax),
                "taxes": [{"id": 75, "total": yuan(line.tax), "subtotal": yuan(line.tax)}],
                "meta_data": [
                    {"id": order_id * 10 + place, "key": name.lower(), "value": value}
                    for place, (name, value) in enumerate(sku.attributes_en)
                ],
                "sku": sku.sku_code,
                "price": _number(net, line.qty),
            }
        )
    refunds = [
        {"id": refund.serial, "reason": catalogue.REASONS_EN[refund.reason], "total": yuan(-refund.amount)}
        for _, refund in order.refunds(at)
        if refund.paid_out(at)
    ]
    document = {
        "id": order_id,
        "parent_id": 0,
        "number": order_no(order),
        "order_key": f"wc_order_{order.serial:x}",
        "created_via": "checkout",
        "version": "8.6.1",
        "status": text,
        "currency": "USD",
        "date_created": _iso(order.created_at, _SITE),
        "date_created_gmt": _iso(order.created_at),
        "date_modified": _iso(changed, _SITE),
        "date_modified_gmt": _iso(changed),
        "discount_total": yuan(order.total("merchant")),
        "discount_tax": "0.00",
        "shipping_total": yuan(freight),
        "shipping_tax": "0.00",
        "cart_tax": yuan(tax),
        "total": yuan(order.total("paid")),
        "total_tax": yuan(tax),
        "prices_include_tax": False,
        "customer_id": 0 if order.buyer.number % 3 == 0 else 1000 + order.buyer.number,
        "customer_note": "Leave it at the door" if order.shade % 9 == 0 else "",
        "billing": {**who, "email": _email(order), "phone": f"(555) 555-{order.buyer.number % 10000:04d}"},
        "shipping": who,
        "payment_method": "stripe",
        "payment_method_title": "Credit card",
        "transaction_id": f"ch_{order.serial:x}" if paid_at else "",
        "date_paid": _iso(paid_at, _SITE),
        "date_paid_gmt": _iso(paid_at),
        "date_completed": _iso(done, _SITE),
        "date_completed_gmt": _iso(done),
        "meta_data": [],
        "line_items": items,
        "tax_lines": [
            {
                "id": order_id * 10 + 7,
                "rate_code": "US-STATE TAX",
                "rate_id": 75,
                "label": "State Tax",
                "compound": False,
                "tax_total": yuan(tax),
                "shipping_tax_total": "0.00",
            }
        ],
        "shipping_lines": [
            {
                "id": order_id * 10 + 8,
                "method_title": "Flat Rate",
                "method_id": "flat_rate",
                "total": yuan(freight),
                "total_tax": "0.00",
            }
        ],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": refunds,
    }
    seen = _seen(order, at, state, order.refunded(at))
    seen.refund_records = [refund.amount for _, refund in order.refunds(at) if refund.paid_out(at)]
    return [document], seen


def _number(minor: int, qty: int) -> float | int:
    """The unit price, which the REST answer gives as a JSON number."""
    value = minor / qty / 100
    return int(value) if value == int(value) else value


def _row(order: Order, at: datetime) -> tuple[list[dict[str, Any]], Seen]:
    text, state = status(order, at)
    city, code, _, postcode = _place(order)
    goods, discount = order.total("amount"), order.total("merchant")
    cells: dict[str, Any] = {
        "order_id": str(700 + order.index * 3),
        "order_number": order_no(order),
        "order_date": stamp(order.created_at),
        "paid_date": stamp(order.paid_by(at)),
        "status": f"wc-{text}",
        "shipping_total": yuan(order.total("freight")),
        "shipping_tax_total": "0.00",
        "fee_total": "0.00",
        "tax_total": yuan(order.total("tax")),
        "cart_discount": yuan(discount),
        "order_discount": "0.00",
        "discount_total": yuan(discount),
        "order_total": yuan(order.total("paid")),
        "order_subtotal": yuan(goods),
        "order_currency": "USD",
        "payment_method": "stripe",
        "payment_method_title": "Credit card",
        "transaction_id": f"ch_{order.serial:x}" if order.paid_by(at) else "",
        "customer_email": _email(order),
        "customer_note": "Please call, then deliver" if order.shade % 9 == 0 else "",
        "shipping_items": "items:|method_id:flat_rate|taxes:",
    }
    for side in ("billing", "shipping"):
        cells |= {
            f"{side}_first_name": order.buyer.name_en,
            f"{side}_last_name": f"{order.buyer.number:05d}",
            f"{side}_address_1": "1 Example Road",
            f"{side}_city": city,
            f"{side}_state": code,
            f"{side}_postcode": postcode,
            f"{side}_country": "US",
        }
    cells["billing_phone"] = f"'+1555{order.buyer.number % 10**7:07d}"
    for number, line in enumerate(order.lines, start=1):
        cells[f"line_item_{number}"] = (
            f"name:{line.sku.title_en}|product_id:{line.listing.product_no[-6:]}|sku:{line.sku.sku_code}"
            f"|quantity:{line.qty}|total:{yuan(line.amount - line.merchant)}|sub_total:{yuan(line.amount)}"
        )
    return [cells], _seen(order, at, state, None)


def specs(plan: Plan) -> list[FileSpec]:
    end = plan.moments[-1]
    if plan.shop == SHOPS[0][0]:
        return [
            FileSpec(
                f"orders-{end:%Y%m%d%H%M%S}",
                "orders",
                "woocommerce.rest",
                Form((), "json"),
                end,
                grain="both",
                rows=_document,
                quirks=("number_is_not_id", "site_time_beside_gmt", "negative_refund_totals"),
            )
        ]
    form = Form(ORDERS, encoding="utf-8-sig", quote="needed", newline="\n")
    return [
        FileSpec(
            f"order_export_{end:%Y-%m-%d-%H-%M-%S}",
            "orders",
            "woocommerce.webtoffee",
            form,
            end,
            grain="both",
            rows=_row,
            quirks=("items_packed_in_cells", "prefixed_status", "quote_phone"),
        )
    ]
