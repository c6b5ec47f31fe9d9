"""Amazon: all-orders report and settlement reports V1 and V2, all tab-separated and unquoted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from zhanggui.trade.channels.sample import catalogue
from zhanggui.trade.channels.sample.forms import comma_decimal, names, yuan
from zhanggui.trade.channels.sample.sheets import Event, FileSpec, Form, Totals
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Line, Order, Plan, Traits, with_traits

US: Final = Traits(
    price=(1, 5),
    step=50,
    merchant=150,
    coupons=(100, 200, 300),
    freight=300,
    freight_sizes=(399, 599),
    tax_basis_points=825,
    part_refunds=False,
    languages="en",
)
SHOPS: Final = (
    ("Qingyu US", US, "USD", "UTC"),
    ("Qingyu DE", with_traits(US, tax_basis_points=0), "EUR", "UTC"),
    ("Qingyu CA", US, "CAD", "UTC"),
)
_MARKET: Final = {"USD": ("amazon.com", "US"), "EUR": ("amazon.de", "DE"), "CAD": ("Amazon.ca", "CA")}

ORDERS: Final = names(
    """
    amazon-order-id, merchant-order-id, purchase-date, last-updated-date, order-status, fulfillment-channel,
    sales-channel, order-channel, url, ship-service-level, product-name, sku, asin, item-status, quantity,
    currency, item-price, item-tax, shipping-price, shipping-tax, gift-wrap-price, gift-wrap-tax,
    item-promotion-discount, ship-promotion-discount, ship-city, ship-state, ship-postal-code, ship-country,
    promotion-ids
    """
)
ORDERS_32: Final = (*ORDERS, "is-business-order", "purchase-order-number", "price-designation")
SETTLEMENT_V2: Final = names(
    """
    settlement-id, settlement-start-date, settlement-end-date, deposit-date, total-amount, currency,
    transaction-type, order-id, merchant-order-id, adjustment-id, shipment-id, marketplace-name, amount-type,
    amount-description, amount, fulfillment-id, posted-date, posted-date-time, order-item-code,
    merchant-order-item-id, merchant-adjustment-item-id, sku, quantity-purchased, promotion-id
    """
)
SETTLEMENT_V1: Final = names(
    """
    settlement-id, settlement-start-date, settlement-end-date, deposit-date, total-amount, currency,
    transaction-type, order-id, merchant-order-id, adjustment-id, shipment-id, marketplace-name,
    shipment-fee-type, shipment-fee-amount, order-fee-type, order-fee-amount, fulfillment-id, posted-date,
    order-item-code, merchant-order-item-id, merchant-adjustment-item-id, sku, quantity-purchased, price-type,
    price-amount, item-related-fee-type, item-related-fee-amount, misc-fee-amount, other-fee-amount,
    other-fee-reason-description, promotion-id, promotion-type, promotion-amount, direct-payment-type,
    direct-payment-amount, other-amount
    """
)


def order_no(order: Order) -> str:
    digits = f"{order.serial:011d}{order.index * 31 % 1000:03d}"
    return f"1{10 + order.shade % 5}-{digits[:7]}-{digits[7:]}"


def item_no(order: Order, number: int) -> str:
    return f"{order.serial:011d}{number:03d}"


def status(order: Order, at: datetime) -> tuple[str, str, list[str]]:
    """Order status, its canonical state, and the canonical state of each item. Refunds are not in this report."""
    items = []
    for line in order.lines:
        advance = order.advance(line, at)
        refund = line.refund
        if refund and refund.stage == "unshipped" and refund.paid_out(at):
            advance = "cancelled"
        items.append("shipped" if advance in ("delivered", "completed") else advance)
    if order.odd_status:
        return "Backordered", "unknown", ["unknown"] * len(items)
    alive = [state for state in items if state != "cancelled"]
    if not alive:
        return "Cancelled", "cancelled", items
    if {"paid", "shipped"} <= set(alive):
        return "PartiallyShipped", "shipped", items
    return {"created": "Pending", "paid": "Unshipped", "shipped": "Shipped"}[alive[0]], alive[0], items


_ITEM: Final = {"created": "Unshipped", "paid": "Unshipped", "shipped": "Shipped", "cancelled": "Cancelled"}


def _orders(currency: str) -> Any:
    market, country = _MARKET[currency]
    places = catalogue.PLACES_ABROAD[country]

    def rows(order: Order, at: datetime) -> tuple[Sequence[dict[str, Any]], Seen]:
        text, state, items = status(order, at)
        city, code, region, postcode = places[order.buyer.number % len(places)]
        zulu = order.shade % 2
        suffix = "Z" if zulu else "+00:00"
        shown, total = [], 0
        for line, item in zip(order.lines, items, strict=True):
            priced = state != "created" and item != "cancelled"
            if priced:
                total += line.paid
            shown.append(
                {
                    "amazon-order-id": order_no(order),
                    "merchant-order-id": order_no(order) if order.shade % 3 == 0 else "",
                    "purchase-date": order.created_at.isoformat() + suffix,
                    "last-updated-date": _updated(order, at).isoformat() + suffix,
                    "order-status": text,
                    "fulfillment-channel": "Merchant",
                    "sales-channel": market.capitalize(),
                    "ship-service-level": "Standard",
                    "product-name": line.sku.title_en + (" – Größe" if country == "DE" else ""),
                    "sku": line.sku.sku_code,
                    "asin": f"B0{int(line.listing.sku_no) % 10**8:08d}",
                    "item-status": "Unshipped" if item == "unknown" else _ITEM[item],
                    "quantity": str(line.qty if item != "cancelled" else 0),
                    "currency": currency if priced else "",
                    "item-price": yuan(line.amount) if priced else "",
                    "item-tax": yuan(line.tax) if priced and line.tax else "",
                    "shipping-price": yuan(line.freight) if priced and line.freight else "",
                    "item-promotion-discount": yuan(line.merchant) if priced and line.merchant else "",
                    "ship-city": city,
                    "ship-state": region if country == "DE" else code,
                    "ship-postal-code": postcode,
                    "ship-country": country,
                    "promotion-ids": "Summer deal" if priced and line.merchant else "",
                    "is-business-order": "false",
                }
            )
        # the report has no pay time: an order counts as paid from its purchase once its state says so
        paid_at = order.created_at if state in ("paid", "shipped") else None
        quantity = sum(line.qty for line, item in zip(order.lines, items, strict=True) if item != "cancelled")
        seen = Seen(order_no(order), state, paid_at, total, None, lines=items, line_paid=total, qty=quantity)
        return shown, seen

    return rows


def _updated(order: Order, at: datetime) -> datetime:
    moments = [
        order.created_at,
        order.paid_by(at),
        order.cancelled_at,
        order.packages[0].shipped_at if order.packages else None,
    ]
    return max(moment for moment in moments if moment is not None and moment <= at)


# --- settlement ------------------------------------------------------------------------------------------------------

Part = tuple[str, str, int, str]


def _parts(line: Line, *, withheld: bool) -> list[Part]:
    """amount-type, amount-description, amount, subject of a shipped item; the tax is withheld by the market place."""
    commission = -(line.amount * 15 // 100)
    found: list[Part] = [
        ("ItemPrice", "Principal", line.amount, "goods_receipt"),
        ("ItemPrice", "Tax", line.tax, "tax"),
        ("ItemPrice", "Shipping", line.freight, "freight"),
        ("Promotion", "Principal", -line.merchant, "goods_receipt"),
        ("ItemFees", "Commission", commission, "commission"),
        ("ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", -line.tax if withheld else 0, "tax"),
    ]
    return [part for part in found if part[2]]


def _back(line: Line) -> list[Part]:
    commission = line.amount * 15 // 100
    kept = -(commission * 20 // 100)
    found: list[Part] = [
        ("ItemPrice", "Principal", -line.amount, "goods_refund"),
        ("ItemPrice", "Tax", -line.tax, "tax"),
        ("ItemPrice", "Shipping", -line.freight, "freight"),
        ("Promotion", "Principal", line.merchant, "goods_refund"),
        ("ItemFees", "Commission", commission, "commission"),
        ("ItemFees", "RefundCommission", kept, "commission"),
        ("ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", line.tax, "tax"),
    ]
    return [part for part in found if part[2]]


def _movements(order: Order, at: datetime) -> Iterable[tuple[datetime, str, int, Line, list[Part]]]:
    for number, line in enumerate(order.lines):
        package = order.shipped_by(line, at)
        if package is None or line.paid <= 0 or order.odd_status:
            continue
        refund = line.refund
        if refund and refund.stage == "unshipped" and refund.outcome == "success":
            continue
        yield package.shipped_at, "Order", number, line, _parts(line, withheld=True)
        if refund and refund.paid_out(at):
            yield max(refund.finished_at, package.shipped_at), "Refund", number, line, _back(line)


class _Statement:
    """The cells every row of one settlement report carries."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.market = _MARKET[plan.currency][0]
        self.number = f"{11_000_000_000 + plan.ordinal * 97_003 + plan.seed}"
        self.european = plan.currency == "EUR"
        self.money = comma_decimal if self.european else yuan

    def moment(self, moment: datetime) -> str:
        return f"{moment:%d.%m.%Y %H:%M:%S} UTC" if self.european else f"{moment:%Y-%m-%d %H:%M:%S} UTC"

    def day(self, moment: datetime) -> str:
        return f"{moment:%d.%m.%Y}" if self.european else f"{moment:%Y-%m-%d}"

    def order(self, order: Order, at: datetime) -> Iterable[Event]:
        for moment, kind, number, line, parts in _movements(order, at):
            for amount_type, description, amount, subject in parts:
                principal = description == "Principal" and amount_type == "ItemPrice"
                cells = {
                    "settlement-id": self.number,
                    "transaction-type": kind,
                    "order-id": order_no(order),
                    "adjustment-id": f"ADJ-{item_no(order, number)}" if kind == "Refund" else "",
                    "shipment-id": f"D{order.serial:x}" if kind == "Order" else "",
                    "marketplace-name": self.market,
                    "amount-type": amount_type,
                    "amount-description": description,
                    "amount": self.money(amount),
                    "fulfillment-id": "MFN",
                    "posted-date": self.day(moment),
                    "posted-date-time": self.moment(moment),
                    "order-item-code": item_no(order, number),
                    "sku": line.sku.sku_code,
                    "quantity-purchased": str(line.qty) if principal else "",
                }
                yield Event(moment, cells, ((subject, amount),), flow=amount)
        if order.index == 0:
            yield from self.other(order.created_at, at)

    def other(self, start: datetime, at: datetime) -> Iterable[Event]:
        """Money without an order: subscription, held reserve."""
        for moment, kind, description, amount, subject in (
            (start, "other-transaction", "Previous Reserve Amount Balance", 12_000, "transfer_deposit"),
            (start + timedelta(hours=6), "ServiceFee", "Subscription Fee", -3_999, "tech_fee"),
            (at - timedelta(minutes=1), "other-transaction", "Current Reserve Amount", -9_000, "transfer_deposit"),
        ):
            cells = {
                "settlement-id": self.number,
                "transaction-type": kind,
                "marketplace-name": self.market,
                "amount-type": "other-transaction",
                "amount-description": description,
                "amount": self.money(amount),
                "posted-date": self.day(moment),
                "posted-date-time": self.moment(moment),
            }
            yield Event(moment, cells, ((subject, amount),), flow=amount)

    def summary(self, totals: Totals) -> list[dict[str, str]]:
        first = datetime.combine(self.plan.first_day, datetime.min.time())
        end = self.plan.moments[-1]
        return [
            {
                "settlement-id": self.number,
                "settlement-start-date": self.moment(first),
                "settlement-end-date": self.moment(end),
                "deposit-date": self.moment(end + timedelta(days=2)),
                "total-amount": self.money(totals.sum_in + totals.sum_out),
                "currency": self.plan.currency,
            }
        ]

    # --- the wide form of V1: one filled amount column per row -------------------------------------------------------

    def order_v1(self, order: Order, at: datetime) -> Iterable[Event]:
        columns = {
            "ItemPrice": ("price-type", "price-amount"),
            "ItemFees": ("item-related-fee-type", "item-related-fee-amount"),
            "ItemWithheldTax": ("item-related-fee-type", "item-related-fee-amount"),
            "Promotion": ("promotion-type", "promotion-amount"),
        }
        for moment, kind, number, line, parts in _movements(order, at):
            base = {
                "settlement-id": self.number,
                "transaction-type": kind,
                "order-id": order_no(order),
                "merchant-order-id": order_no(order),
                "adjustment-id": f"ADJ-{item_no(order, number)}" if kind == "Refund" else "",
                "shipment-id": f"B{order.serial:x}" if kind == "Order" else "",
                "marketplace-name": self.market,
                "fulfillment-id": "MFN",
                "posted-date": moment.isoformat() + "+00:00",
                "order-item-code": item_no(order, number),
                "sku": line.sku.sku_code,
            }
            if kind == "Order":  # the pieces stand on a row of their own, without an amount
                yield Event(moment, {**base, "quantity-purchased": str(line.qty)})
            for amount_type, description, amount, subject in parts:
                name, value = columns[amount_type]
                extra = {"promotion-id": "Summer deal"} if amount_type == "Promotion" else {}
                yield Event(
                    moment, {**base, **extra, name: description, value: yuan(amount)}, ((subject, amount),), flow=amount
                )
        if order.index % 40 == 0:
            moment = order.created_at + timedelta(hours=1)
            base = {
                "settlement-id": self.number,
                "transaction-type": "ServiceFee",
                "posted-date": moment.isoformat() + "+00:00",
            }
            yield Event(
                moment,
                {**base, "item-related-fee-type": "Cost of Advertising", "item-related-fee-amount": yuan(-1_250)},
                (("ads", -1_250),),
                flow=-1_250,
            )
            yield Event(
                moment,
                {**base, "other-fee-amount": yuan(-163), "other-fee-reason-description": "TaxAmount"},
                (("tax", -163),),
                flow=-163,
            )

    def summary_v1(self, totals: Totals) -> list[dict[str, str]]:
        first = datetime.combine(self.plan.first_day, datetime.min.time())
        end = self.plan.moments[-1]
        return [
            {
                "settlement-id": self.number,
                "settlement-start-date": first.isoformat() + "+00:00",
                "settlement-end-date": end.isoformat() + "+00:00",
                "deposit-date": (end + timedelta(days=2)).isoformat() + "+00:00",
                "total-amount": yuan(totals.sum_in + totals.sum_out),
                "currency": self.plan.currency,
            }
        ]


def _tsv(columns: tuple[str, ...], encoding: str = "utf-8", newline: str = "\r\n", *, trim: bool = False) -> Form:
    return Form(columns, "tsv", encoding=encoding, delimiter="\t", quote="never", newline=newline, trim=trim)


def specs(plan: Plan) -> list[FileSpec]:
    end = plan.moments[-1]
    statement = _Statement(plan)
    european = plan.currency == "EUR"
    columns = ORDERS_32 if plan.currency == "CAD" else ORDERS
    found = [
        FileSpec(
            f"{plan.ordinal}{end:%Y%m%d%H%M%S}",
            "orders",
            f"amazon.orders.{len(columns)}",
            _tsv(columns, "cp1252" if european else "utf-8", trim=plan.currency == "USD"),
            end,
            grain="both",
            rows=_orders(plan.currency),
            paid_basis="state",
            quirks=("unquoted", "price_is_line_total", "empty_price_while_pending")
            + (("trailing_columns_cut",) if plan.currency == "USD" else ()),
        )
    ]
    name = f"settlement_{statement.number}"
    if plan.currency == "CAD":
        found.append(
            FileSpec(
                name,
                "settlement",
                "amazon.settlement.v1",
                _tsv(SETTLEMENT_V1, newline="\n"),
                end,
                events=statement.order_v1,
                summary=statement.summary_v1,
                quirks=("summary_row", "quantity_rows_without_amount"),
            )
        )
    else:
        found.append(
            FileSpec(
                name,
                "settlement",
                "amazon.settlement.v2",
                _tsv(SETTLEMENT_V2, newline="\n"),
                end,
                events=statement.order,
                summary=statement.summary,
                quirks=("summary_row", "carry_down") + (("decimal_comma", "dotted_dates") if european else ()),
            )
        )
    return found
