"""Amazon: order reports, shipments, settlements and interface answers, on rows written here."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from export_reading import read, table, words

HEADER_29 = words(
    "amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel "
    "sales-channel order-channel url ship-service-level product-name sku asin item-status quantity "
    "currency item-price item-tax shipping-price shipping-tax gift-wrap-price gift-wrap-tax "
    "item-promotion-discount ship-promotion-discount ship-city ship-state ship-postal-code ship-country "
    "promotion-ids "
)
HEADER_32 = [*HEADER_29, "is-business-order", "purchase-order-number", "price-designation"]
BASE = {"purchase-date": "2024-03-01T08:04:21+00:00", "last-updated-date": "2024-03-02T09:00:00Z"}


def order(number: str, status: str, **cells: str) -> dict[str, str]:
    fields = {k.replace("_", "-"): v for k, v in cells.items()}
    return {**BASE, "amazon-order-id": number, "order-status": status, "sales-channel": "Amazon.com", **fields}


def test_all_orders_sum_lines_and_take_promotions_off() -> None:
    text = table(
        HEADER_29,
        order("111-0000001-0000001", "Shipped", sku="A", quantity="2", currency="USD", item_price="20.00",
              item_tax="1.60", shipping_price="5.00", item_promotion_discount="3.00", product_name='6" ruler'),
        order("111-0000001-0000001", "Shipped", sku="B", quantity="1", currency="USD", item_price="7.50",
              gift_wrap_price="2.00"),
        order("111-0000001-0000002", "Pending", sku="A", quantity="1", item_status="Unshipped"),
        order("111-0000001-0000003", "Cancelled", sku="A", quantity="0", item_status="Cancelled"),
        separator="\t",
    )  # fmt: skip
    got = read(text, "orders.txt")
    assert (got.facts.profile, got.facts.channel, got.rejects) == ("amazon-all-orders", "amazon", [])
    assert got.column("lines", "title")[0] == '6" ruler'
    assert got.column("lines", "line_no")[:2] == ["111-0000001-0000001#A", "111-0000001-0000001#B"]
    assert got.column("lines", "line_amount") == [2000, 750, None, None]
    assert got.column("lines", "unit_price")[:2] == [1000, 750]
    # 20.00 + 1.60 + 5.00 − 3.00 and 7.50 + 2.00
    assert got.column("lines", "line_paid") == [2360, 950, 0, 0]
    first = got.orders.row(0, named=True)
    assert (first["goods_amount"], first["freight_amount"], first["tax_amount"]) == (2750, 500, 160)
    assert (first["merchant_discount"], first["adjust_amount"], first["buyer_paid"]) == (300, 200, 3310)
    assert first["paid_at"] == datetime(2024, 3, 1, 8, 4, 21, tzinfo=UTC)
    assert got.column("orders", "status") == ["shipped", "created", "cancelled"]
    # items of pending orders call themselves unshipped already
    assert got.column("lines", "status")[2:] == ["created", "cancelled"]
    assert got.column("orders", "paid_at")[1:] == [None, None]


def test_prices_of_european_markets_hold_their_tax() -> None:
    text = table(
        HEADER_32,
        order("304-0000001-0000001", "Shipped", sku="Ä", quantity="1", currency="EUR", item_price="11,90",
              item_tax="1,90", sales_channel="Amazon.de", product_name="Kissenhülle"),
        separator="\t",
    ).encode("cp1252")  # fmt: skip
    got = read(text, "bestellungen.txt")
    assert got.facts.encoding == "cp1252"
    assert got.column("lines", "title") == ["Kissenhülle"]
    assert got.column("orders", "currency") == ["EUR"]
    assert got.column("orders", "buyer_paid") == [1190]


def test_japanese_report_in_shift_jis_has_no_decimals() -> None:
    text = table(
        HEADER_29,
        order("250-0000001-0000001", "Shipped", sku="S", quantity="1", currency="JPY", item_price="1980",
              sales_channel="Amazon.co.jp", product_name="木のスプーン"),
        separator="\t",
    ).encode("cp932")  # fmt: skip
    got = read(text, "orders.txt")
    assert (got.facts.encoding, got.facts.currency) == ("cp932", "JPY")
    assert got.column("lines", "title") == ["木のスプーン"]
    assert got.column("orders", "buyer_paid") == [1980]


def test_each_row_is_read_in_its_own_currency() -> None:
    text = table(
        HEADER_29,
        order("1-1-1", "Shipped", sku="S", quantity="1", currency="USD", item_price="5.00"),
        order("1-1-2", "Shipped", sku="S", quantity="1", currency="JPY", item_price="5.00", sales_channel="x.jp"),
        order("1-1-3", "Shipped", sku="S", quantity="1", currency="JPY", item_price="5.25"),
        order("1-1-4", "Shipped", sku="S", quantity="1", currency="dollars", item_price="5.25"),
        separator="\t",
    )
    got = read(text, "orders.txt", currency="EUR")
    assert got.column("orders", "currency") == ["USD", "JPY"]
    assert got.column("orders", "goods_amount") == [500, 5]
    assert got.refused() == [(4, "item-price", "not_an_amount"), (5, "currency", "not_a_currency")]


def test_cut_trailing_cells_repeated_skus_other_shops_and_unknown_words() -> None:
    full = table(
        HEADER_29,
        order("1-1-1", "Shipped", sku="S", quantity="1", currency="USD", item_price="5.00"),
        order("1-1-1", "PartiallyShipped", sku="S", quantity="1", currency="USD", item_price="6.00"),
        order("1-1-2", "Shipped", sku="S", quantity="1", currency="USD", sales_channel="Non-Amazon US"),
        order("1-1-3", "Beamed", sku="S", quantity="1", currency="USD", item_price="1.00"),
        separator="\t",
    )
    header, *rows = full.rstrip("\n").split("\n")
    got = read("\n".join([header, *(row.rstrip("\t") for row in rows)]), "orders.txt")
    assert got.rejects == []
    assert got.column("lines", "line_no")[:2] == ["1-1-1#S", "1-1-1#S-2"]
    assert got.column("lines", "status") == ["shipped", "shipped", "shipped", "unknown"]
    assert got.column("orders", "paid_at")[1] is None
    assert got.column("orders", "buyer_paid")[1:] == [0, 0]


def test_item_sent_in_two_parcels_is_one_line() -> None:
    header = words(
        "amazon-order-id merchant-order-id shipment-id shipment-item-id amazon-order-item-id "
        "merchant-order-item-id purchase-date payments-date shipment-date reporting-date buyer-email "
        "buyer-name buyer-phone-number sku product-name quantity-shipped currency item-price item-tax "
        "shipping-price shipping-tax gift-wrap-price gift-wrap-tax ship-service-level recipient-name "
        "ship-address-1 ship-address-2 ship-address-3 ship-city ship-state ship-postal-code ship-country "
        "item-promotion-discount ship-promotion-discount carrier tracking-number fulfillment-center-id "
        "fulfillment-channel sales-channel "
    )
    parcel = {
        "amazon-order-id": "1-1-1", "amazon-order-item-id": "77", "purchase-date": "2024-03-01T08:00:00+00:00",
        "payments-date": "2024-03-02T08:00:00+00:00", "sku": "S", "quantity-shipped": "1", "currency": "CAD",
        "item-price": "10.00", "item-tax": "1.30", "sales-channel": "Amazon.ca", "ship-address-1": "1 Road",
    }  # fmt: skip
    text = table(
        header,
        {
            **parcel,
            "shipment-id": "P1",
            "shipment-date": "2024-03-03T08:00:00+00:00",
            "carrier": "UPS",
            "tracking-number": "Z1",
        },
        {
            **parcel,
            "shipment-id": "P2",
            "shipment-date": "2024-03-04T08:00:00+00:00",
            "carrier": "UPS",
            "tracking-number": "Z2",
        },
        separator="\t",
    )
    got = read(text, "shipments.txt")
    assert got.facts.profile == "amazon-fulfilled-shipments"
    line = got.lines.row(0, named=True)
    assert len(got.lines) == 1
    assert (line["line_no"], line["qty"], line["line_amount"], line["line_paid"]) == ("1-1-1#S", 2, 2000, 2260)
    assert (line["waybill"], line["carrier"], line["shipped_at"]) == (
        "Z1 Z2",
        "UPS",
        datetime(2024, 3, 4, 8, tzinfo=UTC),
    )
    assert got.column("orders", "paid_at") == [datetime(2024, 3, 2, 8, tzinfo=UTC)]
    assert "recipient-name" in got.facts.personal_headers


def test_unshipped_report_has_quantities_and_no_prices() -> None:
    header = words(
        "order-id order-item-id purchase-date payments-date promise-date buyer-email buyer-name sku "
        "product-name quantity-purchased quantity-shipped quantity-to-ship recipient-name ship-address-1 "
        "ship-city ship-country "
    )
    row = {
        "order-id": "1-1-1", "order-item-id": "9", "purchase-date": "2024-03-01T08:00:00+00:00", "sku": "S",
        "payments-date": "2024-03-01T09:00:00+00:00", "promise-date": "2024-03-05T08:00:00+00:00",
        "quantity-purchased": "3", "quantity-shipped": "1", "quantity-to-ship": "2",
    }  # fmt: skip
    got = read(table(header, row, separator="\t"), "unshipped.txt")
    assert got.facts.profile == "amazon-unshipped"
    assert got.column("lines", "qty") == [3]
    assert got.column("orders", "flags") == ["partial_ship"]
    assert "line_amount" not in got.facts.provided["lines"]
    assert got.column("orders", "ship_deadline_at") == [datetime(2024, 3, 5, 8, tzinfo=UTC)]


V2 = words(
    "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency "
    "transaction-type order-id merchant-order-id adjustment-id shipment-id marketplace-name amount-type "
    "amount-description amount fulfillment-id posted-date posted-date-time order-item-code "
    "merchant-order-item-id merchant-adjustment-item-id sku quantity-purchased promotion-id "
)


def v2(total: str, *rows: tuple[str, str, str, str], currency: str = "EUR", day: str = "06.03.2026") -> str:
    top = {"settlement-id": "9", "deposit-date": f"{day} 00:00:00 UTC", "total-amount": total, "currency": currency}
    money = [
        {"settlement-id": "9", "transaction-type": kind, "order-id": "303-1-1", "sku": "S", "amount-type": group,
         "amount-description": text, "amount": amount, "posted-date": day}
        for kind, group, text, amount in rows
    ]  # fmt: skip
    return table(V2, top, *money, separator="\t")


def test_settlement_with_decimal_commas_adds_up() -> None:
    got = read(
        v2(
            "1.008,37",
            ("Order", "ItemPrice", "Principal", "1.016,00"),
            ("Order", "ItemFees", "Commission", "-9,63"),
            ("Refund", "ItemPrice", "Principal", "-8,00"),
            ("other-transaction", "other-transaction", "Current Reserve Amount", "10,00"),
            ("Order", "ItemPrice", "Neues", "0,00"),
        ),
        "settlement.txt",
    )
    assert (got.facts.profile, got.facts.currency, got.residuals) == ("amazon-settlement-v2", "EUR", [])
    assert got.rows_read == 5
    assert got.column("settlement", "amount") == [101600, -963, -800, 1000, 0]
    assert got.column("settlement", "subject") == [
        "goods_receipt", "commission", "goods_refund", "transfer_deposit", "other"
    ]  # fmt: skip
    assert got.column("settlement", "subject_raw")[1] == "Order/ItemFees/Commission"
    assert set(got.column("settlement", "settled_at")) == {datetime(2026, 3, 6, tzinfo=UTC)}
    assert got.column("settlement", "line_no")[0] == "303-1-1#S"


def test_settlement_that_does_not_add_up_says_so() -> None:
    got = read(v2("10.00", ("Order", "ItemPrice", "Principal", "9.99"), currency="USD"), "settlement.txt")
    assert [(r.identity, r.expected, r.actual, r.row) for r in got.residuals] == [
        ("total-amount = Σ amount", 1000, 999, 2)
    ]


def test_wide_settlement_gives_one_entry_per_amount() -> None:
    header = words(
        "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency "
        "transaction-type order-id merchant-order-id adjustment-id shipment-id marketplace-name "
        "shipment-fee-type shipment-fee-amount order-fee-type order-fee-amount fulfillment-id posted-date "
        "order-item-code merchant-order-item-id merchant-adjustment-item-id sku quantity-purchased price-type "
        "price-amount item-related-fee-type item-related-fee-amount misc-fee-amount other-fee-amount "
        "other-fee-reason-description direct-payment-type direct-payment-amount other-amount "
    )
    same = {"settlement-id": "5", "posted-date": "2025-08-18T02:48:54+00:00", "order-id": "9-1-1", "sku": "S"}
    text = table(
        header,
        {"settlement-id": "5", "deposit-date": "2025-08-30T22:07:19+00:00", "total-amount": "-4.63", "currency": "CAD"},
        {**same, "transaction-type": "Order", "quantity-purchased": "1"},
        {**same, "transaction-type": "Order", "price-type": "Principal", "price-amount": "60.00"},
        {
            **same,
            "transaction-type": "Order",
            "item-related-fee-type": "Commission",
            "item-related-fee-amount": "-9.63",
        },
        {**same, "transaction-type": "Subscription Fee", "other-amount": "-55.00"},
        separator="\t",
    )
    got = read(text, "settlement.txt")
    assert (got.facts.profile, got.residuals) == ("amazon-settlement-v1", [])
    assert got.column("settlement", "amount") == [6000, -963, -5500]
    assert got.column("settlement", "subject") == ["goods_receipt", "commission", "tech_fee"]
    assert set(got.column("settlement", "currency")) == {"CAD"}


def test_second_statement_in_another_currency_is_refused() -> None:
    second = v2("5.00", ("Order", "ItemPrice", "Principal", "5.00"), currency="USD").replace("9\t", "8\t")
    text = v2("5.00", ("Order", "ItemPrice", "Principal", "5.00")) + "\n".join(second.split("\n")[1:])
    got = read(text.replace("5.00\tEUR", "5.00\tGBP"), "settlement.txt")
    assert got.column("settlement", "currency") == ["GBP"]
    assert got.refused() == [(5, "settlement-id", "several_currencies_in_one_file")]


def test_orders_and_items_of_the_interface() -> None:
    one = {
        "AmazonOrderId": "902-1-1", "PurchaseDate": "2024-01-20T19:49:35Z", "OrderStatus": "Unshipped",
        "OrderTotal": {"CurrencyCode": "USD", "Amount": "27.25"}, "BuyerInfo": {"BuyerEmail": "a@b"},
    }  # fmt: skip
    got = read(
        json.dumps({"payload": {"Orders": [one, {**one, "AmazonOrderId": "902-1-2", "OrderStatus": "Pending"}]}})
    )
    assert got.facts.profile == "amazon-orders-api"
    assert got.column("orders", "buyer_paid") == [2725, 0]
    assert got.column("orders", "status") == ["paid", "created"]
    item = {
        "OrderItemId": "1", "SellerSKU": "S", "QuantityOrdered": 2,
        "ItemPrice": {"CurrencyCode": "USD", "Amount": "25.99"},
        "ShippingPrice": {"CurrencyCode": "USD", "Amount": "1.26"},
    }  # fmt: skip
    strange = {**item, "OrderItemId": "2", "ShippingPrice": {"CurrencyCode": "GBP", "Amount": "1.26"}}
    got = read(json.dumps([{"payload": {"AmazonOrderId": "902-1-1", "OrderItems": [item, strange]}}]), "items.json")
    assert got.column("lines", "line_paid") == [2725]
    assert got.column("lines", "line_no") == ["902-1-1#S"]
    assert [(r.row, r.value) for r in got.rejects] == [(3, "1.26 GBP")]
