"""TikTok Shop: description row, tabs, IDR amounts, order cells repeated, income."""

from __future__ import annotations

from datetime import UTC, datetime

from export_reading import read, table, workbook

HEADER = [
    "Order ID", "Order Status", "Order Substatus", "Cancelation/Return Type", "Normal or Pre-order", "SKU ID",
    "Seller SKU", "Product Name", "Variation", "Quantity", "Sku Quantity of return", "SKU Unit Original Price",
    "SKU Subtotal Before Discount", "SKU Platform Discount", "SKU Seller Discount", "SKU Subtotal After Discount",
    "Shipping Fee After Discount", "Original Shipping Fee", "Order Refund Amount", "Payment platform discount",
    "Buyer Service Fee", "Order Amount", "Created Time", "Paid Time", "RTS Time", "Shipped Time", "Delivered Time",
    "Cancelled Time", "Cancel Reason", "Warehouse Name", "Tracking ID", "Buyer Username", "Recipient", "Phone #",
    "Payment Method", "Package ID",
]  # fmt: skip
TOLD = {
    "Order ID": "Platform unique order ID.",
    "Quantity": "Number of items.",
    "Order Amount": "Total paid by the buyer.",
}


def sku(order: str, code: str, status: str = "To ship", **cells: str) -> dict[str, str]:
    return {
        "Order ID": f"\t{order}", "SKU ID": f"\t{code}", "Order Status": status, "Quantity": "1",
        "Created Time": "05/06/2026 10:00:00\t", "Paid Time": "05/06/2026 10:05:00\t", **cells,
    }  # fmt: skip


FIRST = sku("578000000000000001", "1729000000000000001", **{
    "SKU Subtotal Before Discount": "IDR 100.000", "SKU Platform Discount": "IDR 5.000",
    "SKU Seller Discount": "IDR 10.000", "SKU Subtotal After Discount": "IDR 85.000",
    "Shipping Fee After Discount": "IDR 7.000", "Order Amount": "IDR 108.000", "Buyer Service Fee": "IDR 1.000",
})  # fmt: skip
SECOND = FIRST | {
    "SKU ID": "\t1729000000000000002", "SKU Subtotal Before Discount": "IDR 15.000", "SKU Platform Discount": "0",
    "SKU Seller Discount": "0", "SKU Subtotal After Discount": "IDR 15.000",
}  # fmt: skip


def test_description_row_tabs_and_dotted_amounts() -> None:
    got = read(workbook({"OrderSKUList": [HEADER, *([r.get(h, "") for h in HEADER] for r in (TOLD, FIRST, SECOND))]}))
    assert (got.facts.channel, got.facts.profile, got.facts.currency) == ("tiktok", "tiktok-orders", "IDR")
    assert (got.rejects, got.residuals, got.rows_read) == ([], [], 2)
    order = got.orders.row(0, named=True)
    assert (order["order_no"], order["row"]) == ("578000000000000001", 3)
    assert (order["goods_amount"], order["freight_amount"], order["adjust_amount"]) == (11500000, 700000, 100000)
    assert (order["platform_discount"], order["merchant_discount"], order["buyer_paid"]) == (500000, 1000000, 10800000)
    assert order["merchant_receivable"] == 11300000
    # day first, in Jakarta's time
    assert order["created_at"] == datetime(2026, 6, 5, 3, 0, tzinfo=UTC)
    # 108,000 by 85 : 15
    assert got.column("lines", "line_paid") == [9180000, 1620000]


def test_without_description_row_the_first_row_is_data() -> None:
    got = read(table(HEADER, FIRST, SECOND), "orders.csv")
    assert (len(got.lines), got.rows_read) == (2, 2)


def test_states_refunds_and_cash_on_delivery() -> None:
    money = {"SKU Subtotal Before Discount": "10000", "SKU Subtotal After Discount": "10000", "Order Amount": "10000"}
    rows = [
        sku("1001", "1", "Unpaid", **money) | {"Paid Time": ""},
        sku("1002", "1", "On hold", **money),
        sku("1003", "1", "To ship", **{"Order Substatus": "Awaiting collection"}, **money),
        sku("1004", "1", "Shipped", **{"Order Substatus": "Delivered"}, **money),
        sku("1005", "1", "Cancelled", **money) | {"Paid Time": ""},
        sku("1006", "1", "Cancelled", **{"Order Refund Amount": "10000", "Cancel Reason": "Late"}, **money),
        sku("1007", "1", "Completed", **{"Order Refund Amount": "4000", "Sku Quantity of return": "1"}, **money),
        sku("1008", "1", "Wandering", **{"Payment Method": "Cash on delivery"}, **money),
    ]
    got = read(table(HEADER, *rows), "orders.csv")
    assert got.column("orders", "status") == [
        "created", "paid", "allocated", "delivered", "cancelled", "cancelled", "completed", "unknown"
    ]  # fmt: skip
    assert got.column("orders", "flags") == [None, "hold", None, None, None, None, "partial_refund", "cod"]
    assert got.column("orders", "refunded_amount")[5:7] == [1000000, 400000]
    assert got.column("lines", "refund_state")[5:7] == ["refunded", "refunded"]
    assert got.column("orders", "buyer_paid")[0] == 0


def test_income_rows_add_up_to_what_was_settled() -> None:
    header = [
        "Order/adjustment ID", "Type", "Order created time", "Order settled time", "Currency",
        "Total settlement amount", "Total Revenue", "Subtotal after seller discounts", "Subtotal before discounts",
        "Seller discounts", "Total Fees", "Platform commission fee", "Affiliate Commission", "Related order ID",
    ]  # fmt: skip
    row = {
        "Order/adjustment ID": "578000000000000001", "Type": "Order", "Order created time": "2026/06/05",
        "Order settled time": "2026/06/15", "Currency": "MYR", "Total settlement amount": "80.00",
        "Subtotal before discounts": "100.00", "Seller discounts": "-10.00", "Platform commission fee": "-5.50",
        "Affiliate Commission": "-3.00",
    }  # fmt: skip
    got = read(table(header, row), "income.csv")
    assert (got.facts.profile, got.facts.currency) == ("tiktok-income", "MYR")
    assert got.column("settlement", "amount") == [10000, -1000, -550, -300, -150]
    assert got.column("settlement", "subject")[-2:] == ["affiliate_commission", "other"]
    assert got.total("settlement", "amount") == 8000
