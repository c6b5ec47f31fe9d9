"""Lazada: order export, one row per unit; xlsx."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from zhanggui.kernel.split import split
from zhanggui.trade.channels.sample import catalogue
from zhanggui.trade.channels.sample.forms import day_month, names, yuan
from zhanggui.trade.channels.sample.sheets import FileSpec, Form
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Line, Order, Plan, Traits, derive

TRAITS: Final = Traits(
    price=(7, 1),
    step=100,
    merchant=400,
    platform=250,
    coupons=(1000, 2000, 5000),
    freight=600,
    freight_sizes=(4500, 6500),
    part_refunds=False,
    languages="en",
)
SHOPS: Final = (("Qingyu PH", TRAITS),)

ORDERS: Final = names(
    """
    orderItemId, orderType, Guarantee, deliveryType, lazadaId, sellerSku, lazadaSku, wareHouse, createTime,
    updateTime, rtsSla, ttsSla, orderNumber, invoiceRequired, invoiceNumber, deliveredDate, customerName,
    customerEmail, nationalRegistrationNumber, shippingName, shippingAddress, shippingAddress2,
    shippingAddress3, shippingAddress4, shippingAddress5, shippingPhone, shippingPhone2, shippingCity,
    shippingPostCode, shippingCountry, shippingRegion, billingName, billingAddr, billingAddr2, billingAddr3,
    billingAddr4, billingAddr5, billingPhone, billingPhone2, billingCity, billingPostCode, billingCountry,
    taxCode, branchNumber, taxInvoiceRequested, payMethod, paidPrice, unitPrice, sellerDiscountTotal,
    shippingFee, walletCredit, itemName, variation, cdShippingProvider, shippingProvider, shipmentTypeName,
    shippingProviderType, cdTrackingCode, trackingCode, trackingUrl, shippingProviderFM, trackingCodeFM,
    trackingUrlFM, promisedShippingTime, premium, status, buyerFailedDeliveryReturnInitiator,
    buyerFailedDeliveryReason, buyerFailedDeliveryDetail, buyerFailedDeliveryUserName, bundleId, semiManaged,
    flexibleDeliveryTime, bundleDiscount, refundAmount, sellerNote
    """
)


def order_no(order: Order) -> str:
    return f"43{order.serial:011d}{order.shade % 100:02d}"


def status(order: Order, line: Line, at: datetime) -> tuple[str, str]:
    if order.odd_status:
        return "awaiting_verification", "unknown"
    state, advance = order.state(line, at), order.advance(line, at)
    if state == "refunded":
        return ("canceled" if advance == "paid" else "returned"), "refunded"
    if state == "refunding":
        return ("shipped_back", "refunding") if advance != "paid" else ("pending", "paid")
    if advance in ("shipped", "delivered", "completed") and order.shade % 70 == 11:
        return "lost_by_3pl", "refunded"
    if advance == "paid":
        return (("pending", "paid"), ("packed", "allocated"), ("ready_to_ship", "allocated"))[order.shade % 3]
    return {
        "created": ("unpaid", "created"),
        "shipped": ("shipped", "shipped"),
        "delivered": ("delivered", "delivered"),
        "completed": ("confirmed", "completed"),
        "cancelled": ("canceled", "cancelled"),
    }[advance]


def _rows(order: Order, at: datetime) -> tuple[list[dict[str, Any]], Seen]:
    rows, states = [], []
    places = catalogue.PLACES_ABROAD["PH"]
    city, _, region, postcode = places[order.buyer.number % len(places)]
    item = 0
    refunded = 0
    for line in order.lines:
        text, state = status(order, line, at)
        package = order.shipped_by(line, at)
        ones = [1] * line.qty
        paid = split(line.amount - line.merchant - line.platform, ones)
        cut, freight = split(line.merchant, ones), split(line.freight, ones)
        done = line.refund is not None and line.refund.full and line.refund.paid_out(at)
        updated = package.shipped_at if package else order.paid_by(at) or order.created_at
        for unit in range(line.qty):
            states.append(state)
            back = paid[unit] + freight[unit] if done else 0
            refunded += back
            rows.append(
                {
                    "orderItemId": f"44{order.serial:011d}{order.shade % 100:02d}{item:02d}",
                    "orderType": "Normal",
                    "deliveryType": "dropship",
                    "sellerSku": line.sku.sku_code,
                    "lazadaSku": f"{line.listing.product_no}_PH-{line.listing.sku_no}",
                    "wareHouse": "dropshipping",
                    "createTime": day_month(order.created_at),
                    "updateTime": day_month(updated),
                    "rtsSla": day_month(order.deadline_at),
                    "orderNumber": order_no(order),
                    "deliveredDate": day_month(order.delivered_at if text in ("delivered", "confirmed") else None),
                    "customerName": f"{order.buyer.name_en[0]}***",
                    "shippingName": f"{order.buyer.name_en[0]}***",
                    "shippingPhone": "63*********",
                    "shippingCity": city,
                    "shippingPostCode": postcode,
                    "shippingCountry": "Philippines",
                    "shippingRegion": region,
                    "payMethod": "MIXEDCARD",
                    "paidPrice": yuan(paid[unit]),
                    "unitPrice": yuan(line.unit_list),
                    "sellerDiscountTotal": yuan(-cut[unit]),
                    "shippingFee": yuan(freight[unit]),
                    "itemName": line.sku.title_en,
                    "variation": ", ".join(f"{name}:{value}" for name, value in line.sku.attributes_en),
                    "trackingCode": package.waybill if package else "",
                    "status": text,
                    "refundAmount": yuan(back) if done else "",
                }
            )
            item += 1
    state = derive(states)
    # no pay time in this export: paid from creation, once the state says so
    paid_at = None if state in ("created", "cancelled", "unknown") else order.created_at.replace(second=0)
    total = order.total("paid")
    seen = Seen(order_no(order), state, paid_at, total, refunded, lines=states, line_paid=total, qty=order.qty)
    return rows, seen


def specs(plan: Plan) -> list[FileSpec]:
    first, end = plan.moments[0], plan.moments[-1]
    since = first - timedelta(days=max(1, (first.date() - plan.first_day).days // 2))
    form = Form(ORDERS, "xlsx", sheet="sheet1")
    orders: dict[str, Any] = {
        "grain": "both",
        "rows": _rows,
        "paid_basis": "state",
        "damage": ("orderItemId", "orderNumber"),
        "damaged_as": 4.3e26,
        "quirks": ("row_per_unit", "negative_discount", "month_names", "damaged_ids"),
    }
    return [
        FileSpec(f"lazada_orders_{first:%Y%m%d%H%M}", "items", "lazada.orders", form, first, **orders),
        FileSpec(f"lazada_orders_{end:%Y%m%d%H%M}", "items", "lazada.orders", form, end, since=since, **orders),
    ]
