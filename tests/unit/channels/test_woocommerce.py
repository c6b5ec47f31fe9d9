"""WooCommerce answers and exports, written by hand; every expected figure is worked out beside its row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from channel_reading import Taken, csv_bytes, rows_of, take, words
from zhanggui.trade.channels.platforms.woocommerce.analytics import formatted_amount

# --- REST v3 --------------------------------------------------------------------------------------------------------


def item(number: int, subtotal: str, total: str, tax: str = "0.00", quantity: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "name": "Mug &ndash; blue", "product_id": 93, "variation_id": 0, "quantity": quantity,
        "subtotal": subtotal, "total": total, "total_tax": tax, "sku": "MUG", "price": 3.3333333,
        "meta_data": [{"key": "pa_color", "value": "blue"}, {"key": "_reduced_stock", "value": "1"}], **more,
    }  # fmt: skip


def document(number: str, *items: dict[str, Any], total: str, **more: Any) -> dict[str, Any]:
    base = {
        "id": int(number) + 7000, "number": number, "status": "processing", "currency": "USD",
        "date_created": "2024-03-01T09:00:00", "date_created_gmt": "2024-03-01T14:00:00",
        "date_paid": "2024-03-01T09:01:00", "date_paid_gmt": "2024-03-01T14:01:00",
        "date_modified_gmt": "2024-03-01T15:00:00", "date_completed": None, "date_completed_gmt": None,
        "discount_total": "0.00", "shipping_total": "0.00", "total": total, "total_tax": "0.00",
        "prices_include_tax": False, "customer_id": 0, "customer_note": "",
        "billing": {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com", "phone": "555"},
        "shipping": {"first_name": "Ann", "last_name": "Lee", "city": "Salem", "state": "OR", "country": "US"},
        "payment_method": "stripe", "payment_method_title": "Card", "line_items": list(items), "fee_lines": [],
        "refunds": [],
    }  # fmt: skip
    return {**base, **more}


def from_json(tmp_path: Path, content: Any, **options: str) -> Taken:
    path = tmp_path / "orders.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return take(path, **options)


#: 2 × 10.00 and 5.00; 3.00 off; 4.00 shipping; a fee of 1.00 and one of −0.50; tax 1.61: 28.11
FULL = document(
    "1001",
    item(315, "20.00", "17.60", "1.23", 2, variation_id=95),
    item(316, "5.00", "4.40", "0.31"),
    total="28.11", discount_total="3.00", shipping_total="4.00", total_tax="1.61",
    fee_lines=[{"id": 1, "total": "1.00"}, {"id": 2, "total": "-0.50"}],
    refunds=[{"id": 9, "reason": "broken", "total": "-4.40"}, {"id": 10, "reason": "", "total": "-1.00"}],
    status="completed", date_completed_gmt="2024-03-03T10:00:00",
)  # fmt: skip


def test_rest_order_adds_up_and_keeps_refunds_apart(tmp_path: Path) -> None:
    taken = from_json(tmp_path, [FULL])
    assert (taken.facts.profile, taken.rows_read, taken.residuals) == ("woocommerce-rest", 1, [])
    order = taken.one("orders", order_no="1001")
    assert (order["goods_amount"], order["merchant_discount"], order["freight_amount"]) == (2500, 300, 400)
    assert (order["adjust_amount"], order["tax_amount"]) == (50, 161)
    assert (order["buyer_paid"], order["merchant_receivable"], order["refunded_amount"]) == (2811, 2811, 540)
    assert (order["status"], order["flags"], order["qty"]) == ("completed", "partial_refund", 3)
    assert order["created_at"] == datetime(2024, 3, 1, 14, 0, tzinfo=UTC)
    assert order["paid_at"] == datetime(2024, 3, 1, 14, 1, tzinfo=UTC)
    assert (order["buyer_ref"], order["receiver_name"], order["receiver_province"]) == (
        "ann@example.com",
        "Ann Lee",
        "OR",
    )
    lines = taken.tables["lines"]
    assert lines["line_no"].to_list() == ["315", "316"]
    assert lines["line_discount_merchant"].to_list() == [240, 60]
    assert lines["unit_price"].to_list() == [1000, 500]
    # beyond lines and their tax 4.57 was paid (shipping, its tax, fees), shared 20 : 5
    assert lines["line_paid"].to_list() == [1760 + 123 + 366, 440 + 31 + 91]
    assert (lines["sku_no"].to_list(), lines["product_no"].to_list()) == (["95", "93"], ["93", "93"])
    assert (lines["title"][0], lines["sku_text"][0]) == ("Mug – blue", "pa_color: blue")
    refunds = taken.tables["refunds"]
    assert refunds.select("refund_no", "order_no", "refund_to_buyer", "state", "reason").rows() == [
        ("9", "1001", 440, "success", "broken"),
        ("10", "1001", 100, "success", None),
    ]


def test_a_single_order_and_one_order_a_line(tmp_path: Path) -> None:
    assert from_json(tmp_path, FULL).column("orders", "order_no") == ["1001"]
    two = [document("1", item(1, "5.00", "5.00"), total="5.00"), document("2", item(2, "6.00", "6.00"), total="6.00")]
    taken = from_json(tmp_path, "\n".join(json.dumps(d) for d in two))
    assert taken.column("orders", "buyer_paid") == [500, 600]


def test_rest_states(tmp_path: Path) -> None:
    def one(number: str, **more: Any) -> dict[str, Any]:
        return document(number, item(int(number), "10.00", "10.00"), total="10.00", **more)

    unpaid = {"date_paid": None, "date_paid_gmt": None}
    taken = from_json(
        tmp_path,
        [
            one("1", status="pending", **unpaid),
            one("2", status="on-hold", **unpaid),
            one("3", status="on-hold"),
            one("4", payment_method="cod", payment_method_title="Cash on delivery", **unpaid),
            one("5", status="refunded", refunds=[{"id": 1, "reason": "", "total": "-10.00"}]),
            one("6", status="failed", **unpaid),
            one("7", status="awaiting-pickup"),
            one("8", status="trash"),
            one("9", status="cancelled", refunds=[{"id": 2, "reason": "", "total": "-10.00"}]),
        ],
    )
    orders = {o["order_no"]: o for o in taken.tables["orders"].iter_rows(named=True)}
    assert {k: (o["status"], o["buyer_paid"], o["flags"]) for k, o in orders.items()} == {
        "1": ("created", 0, None),
        "2": ("created", 0, None),
        "3": ("created", 1000, "hold"),
        "4": ("paid", 0, "cod"),
        "5": ("refunded", 1000, None),
        "6": ("cancelled", 0, None),
        "7": ("unknown", 1000, None),
        "9": ("refunded", 1000, None),
    }
    assert orders["4"]["cod_amount"] == 1000
    assert taken.column("lines", "order_no") == ["1", "2", "3", "4", "5", "6", "7", "9"]


def test_rest_amounts_in_the_orders_own_currency_and_unreadable_ones(tmp_path: Path) -> None:
    taken = from_json(
        tmp_path,
        [
            document("1", item(1, "500", "500"), total="500", currency="JPY"),
            document("2", item(2, "5.00", "5.00"), total="5.00"),
            document("3", item(3, "5.00", "five"), total="5.00"),
            document("4", item(4, "5.00", "5.00"), total="6.00"),
            document("5", item(5, "5.00", "5.00"), total="5.00", refunds=[{"id": 1, "total": "-1,0,0.0.1"}]),
        ],
    )
    assert dict(taken.tables["orders"].select("order_no", "buyer_paid").iter_rows()) == {"1": 500, "2": 500, "4": 600}
    assert [(r.row, r.column, r.value) for r in taken.rejects] == [
        (4, "line_items.total", "five"),
        (6, "refunds.total", "-1,0,0.0.1"),
    ]
    assert [(r.order_no, r.difference) for r in taken.residuals] == [("4", 100)]


def test_site_time_is_used_only_without_its_twin(tmp_path: Path) -> None:
    order = document("1", item(1, "5.00", "5.00"), total="5.00", date_paid_gmt=None)
    taken = from_json(tmp_path, [order], zone="America/New_York")
    assert taken.one("orders", order_no="1")["paid_at"] == datetime(2024, 3, 1, 14, 1, tzinfo=UTC)


# --- WebToffee ------------------------------------------------------------------------------------------------------

WEBTOFFEE = words(
    "order_id order_number order_date paid_date status shipping_total shipping_tax_total fee_total tax_total "
    "cart_discount order_discount discount_total order_total order_subtotal order_currency payment_method "
    "payment_method_title customer_email billing_phone shipping_first_name shipping_last_name shipping_city "
    "customer_note refund_items line_item_1 line_item_2"
)


def packed(name: str, sku: str, quantity: str, total: str, sub_total: str, more: str = "") -> str:
    return f"name:{name}|product_id:22|sku:{sku}|quantity:{quantity}|total:{total}|sub_total:{sub_total}{more}"


def webtoffee(number: str, *items: str, **cells: str) -> dict[str, str]:
    base = {
        "order_id": f"9{number}", "order_number": number, "order_date": "2024-03-01 09:00:00",
        "paid_date": "2024-03-01 09:01:00", "status": "wc-processing", "order_currency": "EUR",
        "customer_email": "ann@example.com", "billing_phone": "'+49 555",
    }  # fmt: skip
    return {**base, **{f"line_item_{n}": cell for n, cell in enumerate(items, start=1)}, **cells}


def test_webtoffee_lines_stand_in_cells(tmp_path: Path) -> None:
    rows = [
        # 20.00 + 5.00 − 3.00 + 4.00 + 1.00 + tax 1.54 + tax on shipping 0.28 = 28.82
        webtoffee("1001", packed("Mug: blue, large", "MUG", "2", "17.60", "20.00", "|meta:color:blue|meta:size:L"),
                  packed("Plate", "", "1", "4.40", "5.00"), order_total="28.82", order_subtotal="25.00",
                  discount_total="3.00", shipping_total="4.00", shipping_tax_total="0.28", fee_total="1.00",
                  tax_total="1.54",
                  refund_items="amount:4.40|reason:broken|date:2024-03-05 10:00:00;"
                               "amount:1.00|reason:|date:2024-03-06"),
        webtoffee("1002", packed("Plate", "P", "zwei", "5.00", "5.00"), order_total="5.00", order_subtotal="5.00"),
        webtoffee("1003", packed("Plate", "P", "1", "5.00", "5.00"), order_total="5.00", order_subtotal="6.00",
                  status="pending", paid_date=""),
    ]  # fmt: skip
    path = tmp_path / "order_export.csv"
    path.write_bytes(csv_bytes(rows_of(WEBTOFFEE, rows), encoding="utf-8-sig", newline="\n"))
    taken = take(path, zone="Europe/Berlin")
    assert (taken.facts.profile, taken.facts.currency) == ("woocommerce-webtoffee", "EUR")
    order = taken.one("orders", order_no="1001")
    assert (order["goods_amount"], order["merchant_discount"], order["tax_amount"]) == (2500, 300, 182)
    assert (order["adjust_amount"], order["buyer_paid"], order["refunded_amount"]) == (100, 2882, 540)
    assert order["paid_at"] == datetime(2024, 3, 1, 8, 1, tzinfo=UTC)
    lines = taken.tables["lines"].filter(pl.col("order_no") == "1001")
    assert lines["line_no"].to_list() == ["1001#1", "1001#2"]
    assert (lines["title"][0], lines["sku_text"][0], lines["qty"][0]) == ("Mug: blue, large", "color:blue; size:L", 2)
    assert (lines["outer_sku_code"].to_list(), lines["line_amount"].to_list()) == (["MUG", None], [2000, 500])
    assert lines["line_paid"].sum() == 2882
    assert [(r.row, r.column, r.reason) for r in taken.rejects] == [(3, "line_item_1", "not_a_whole_number")]
    refunds = taken.tables["refunds"]
    assert refunds["refund_to_buyer"].to_list() == [440, 100]
    assert refunds["finished_at"][0] == datetime(2024, 3, 5, 9, 0, tzinfo=UTC)
    assert len(set(refunds["refund_no"].to_list())) == 2
    assert taken.one("orders", order_no="1003")["buyer_paid"] == 0
    assert [(r.order_no, r.identity, r.difference) for r in taken.residuals] == [
        ("1003", "order_subtotal = Σ sub_total", 100)
    ]


def test_webtoffee_refund_numbers_do_not_move_when_another_refund_joins(tmp_path: Path) -> None:
    def numbers(cell: str) -> set[str]:
        row = webtoffee("1", packed("Plate", "P", "1", "9.00", "9.00"), order_total="9.00", refund_items=cell)
        path = tmp_path / "order_export.csv"
        path.write_bytes(csv_bytes(rows_of(WEBTOFFEE, [row])))
        return set(take(path).column("refunds", "refund_no"))

    one = "amount:1.00|reason:|date:2024-03-05 10:00:00"
    assert numbers(one) < numbers(f"amount:1.00|reason:|date:2024-03-07 10:00:00;{one}")


# --- Advanced Order Export ------------------------------------------------------------------------------------------

ADVANCED = [
    "Order Number", "Order Status", "Order Date", "Customer Note", "First Name (Billing)", "Email (Billing)",
    "Payment Method Title", "Cart Discount Amount", "Order Subtotal Amount", "Shipping Method Title",
    "Order Shipping Amount", "Order Refund Amount", "Order Total Amount", "Order Total Tax Amount", "SKU", "Item #",
    "Item Name", "Quantity (- Refund)", "Item Cost", "Coupon Code", "Discount Amount", "Discount Amount Tax",
]  # fmt: skip


def article(number: str, name: str, kept: str, cost: str) -> dict[str, str]:
    return {"Item #": number, "Item Name": name, "SKU": name.upper(), "Quantity (- Refund)": kept, "Item Cost": cost}


def advanced(number: str, *articles: dict[str, str], repeated: bool, **cells: str) -> list[dict[str, str]]:
    base = {
        "Order Number": number, "Order Status": "Processing", "Order Date": "2024-03-01 09:00",
        "Email (Billing)": "ann@example.com", "Payment Method Title": "Card",
    }  # fmt: skip
    head = {**base, **{key.replace("_", " "): value for key, value in cells.items()}}
    return [{**(head if repeated or i == 0 else {}), **one} for i, one in enumerate(articles)]


@pytest.mark.parametrize("repeated", [True, False])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_advanced_export_with_and_without_repeated_order_cells(tmp_path: Path, repeated: bool, delimiter: str) -> None:
    # Item Cost is after discounts: 2 × 9.00 + 3.60 = 21.60 = 24.00 − 2.40; + 5.00 + 1.40 = 28.00
    first = advanced("1001", article("1", "mug", "2", "9.00"), article("2", "plate", "1", "3.60"), repeated=repeated,
                     Cart_Discount_Amount="2.40", Order_Subtotal_Amount="24.00", Order_Shipping_Amount="5.00",
                     Order_Total_Amount="28.00", Order_Total_Tax_Amount="1.40", Coupon_Code="A")  # fmt: skip
    coupon = {**(first[0] if repeated else {}), **dict.fromkeys(article("", "", "", ""), ""), "Coupon Code": "B"}
    second = advanced("1002", article("1", "plate", "1", "4.00"), repeated=repeated, Order_Status="Pending payment",
                      Order_Subtotal_Amount="4.00", Order_Total_Amount="4.00")  # fmt: skip
    path = tmp_path / "orders.csv"
    path.write_bytes(csv_bytes(rows_of(ADVANCED, [*first, coupon, *second]), delimiter=delimiter))
    taken = take(path)
    assert (taken.facts.profile, taken.residuals, taken.rejects) == ("woocommerce-advanced", [], [])
    order = taken.one("orders", order_no="1001")
    assert (order["goods_amount"], order["merchant_discount"], order["buyer_paid"]) == (2400, 240, 2800)
    assert (order["tax_amount"], order["qty"], order["status"]) == (140, 3, "paid")
    assert order["paid_at"] == order["created_at"]  # the default columns have no pay time
    lines = taken.tables["lines"].filter(pl.col("order_no") == "1001")
    assert lines["line_no"].to_list() == ["1001#1", "1001#2"]
    # the 2.40 are shared back 18 : 3.60
    assert lines["line_amount"].to_list() == [2000, 400]
    assert lines["line_discount_merchant"].to_list() == [200, 40]
    assert lines["line_paid"].sum() == 2800
    pending = taken.one("orders", order_no="1002")
    assert (pending["status"], pending["paid_at"], pending["buyer_paid"]) == ("created", None, 0)


def test_advanced_export_tells_what_was_sold_from_what_was_kept(tmp_path: Path) -> None:
    def one(number: str, *articles: dict[str, str], subtotal: str, refund: str) -> list[dict[str, str]]:
        return advanced(number, *articles, repeated=True, Order_Subtotal_Amount=subtotal, Order_Total_Amount=subtotal,
                        Order_Refund_Amount=refund, Order_Status="Completed")  # fmt: skip

    rows = [
        *one("1", article("1", "mug", "1", "9.00"), subtotal="27.00", refund="18.00"),  # 3 sold, 2 came back
        *one(
            "2", article("1", "mug", "2", "9.00"), article("2", "plate", "1", "4.00"), subtotal="22.00", refund="2.00"
        ),
        *one(
            "3", article("1", "mug", "1", "9.00"), article("2", "plate", "1", "4.00"), subtotal="22.00", refund="9.00"
        ),
    ]
    path = tmp_path / "orders.csv"
    path.write_bytes(csv_bytes(rows_of(ADVANCED, rows)))
    taken = take(path)
    lines = taken.tables["lines"]
    assert lines.select("order_no", "qty", "refunded_qty", "line_amount").rows() == [
        ("1", 3, 2, 2700),
        ("2", 2, 0, 1800),
        ("2", 1, 0, 400),
        ("3", None, None, None),
        ("3", None, None, None),
    ]
    assert taken.column("orders", "refunded_amount") == [1800, 200, 900]
    assert taken.column("orders", "qty") == [3, 3, None]
    assert taken.column("orders", "buyer_paid") == [2700, 2200, 2200]
    assert taken.residuals == []


def test_advanced_export_rows_without_an_order_above_are_refused(tmp_path: Path) -> None:
    rows = [article("2", "plate", "1", "4.00"), *advanced("1", article("1", "mug", "1", "9.00"), repeated=False,
            Order_Subtotal_Amount="9.00", Order_Total_Amount="9.00")]  # fmt: skip
    path = tmp_path / "orders.csv"
    path.write_bytes(csv_bytes(rows_of(ADVANCED, rows)))
    taken = take(path)
    assert [(r.row, r.reason) for r in taken.rejects] == [(2, "missing")]
    assert taken.column("lines", "title") == ["mug"]


def test_rows_without_a_number_stay_with_their_order_across_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhanggui.trade.channels.reading import texts

    monkeypatch.setattr(texts, "BLOCK", 2048)
    articles = [article(str(n), f"thing {n}", "1", "1.00") for n in range(1, 61)]
    rows = advanced("7", *articles, repeated=False, Order_Subtotal_Amount="60.00", Order_Total_Amount="60.00")
    path = tmp_path / "orders.csv"
    path.write_bytes(csv_bytes(rows_of(ADVANCED, rows)))
    taken = take(path)
    assert (taken.rejects, taken.residuals, len(taken.tables["lines"])) == ([], [], 60)
    assert set(taken.column("lines", "order_no")) == {"7"}


# --- Analytics ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("$29.35", "USD", 2935),
        ("$1,299.00", "USD", 129900),
        ("2.999,00 €", "EUR", 299900),
        ("৳2,999", "BDT", 299900),
        ("€ 7,5", "EUR", 750),
        ("1 234,56 zł", "PLN", 123456),
        ("¥1,200", "JPY", 1200),
        ("KD 1.234", "KWD", 1234),
        ("$100.00 $80.00", "USD", 10000),
        ("CHF 1'250.50", "CHF", 125050),
    ],
)
def test_amounts_as_sites_show_them(text: str, currency: str, minor: int) -> None:
    values, failed = formatted_amount(pl.Series([text]), currency)
    assert (values.to_list(), failed.to_list()) == ([minor], [False])


def test_analytics_download(tmp_path: Path) -> None:
    columns = ["Date", "Order #", "N. Revenue (formatted)", "Status", "Customer", "Customer type", "Product(s)",
               "Items sold", "Coupon(s)", "Net Sales", "Attribution"]  # fmt: skip
    rows = [
        ["2024-03-01 09:00:00", "1001", "$29.35", "processing", "Ann Lee", "new", "2× Mug, 1× Plate, blue", "3", "",
         "18.00", "Direct"],
        ["2024-03-01 10:00:00", "1002", "$100.00 $80.00", "completed", "Bo", "new", "1× Lamp", "1", "", "80.00", ""],
        ["2024-03-01 11:00:00", "1003", "$5.00", "pending", "Cy", "new", "1× Plate", "1", "", "5.00", ""],
        ["2024-03-02 11:00:00", "1001", "-$10.00", "completed", "Ann Lee", "new", "", "-1", "", "-9.00", ""],
        ["2024-03-02 12:00:00", "1004", "free", "completed", "Di", "new", "1× Plate", "1", "", "0", ""],
    ]  # fmt: skip
    path = tmp_path / "orders.csv"
    path.write_bytes(csv_bytes([columns, *rows]))
    taken = take(path)
    assert taken.facts.profile == "woocommerce-analytics"
    orders = taken.tables["orders"].select("order_no", "status", "buyer_paid", "refunded_amount", "qty").rows()
    assert orders == [
        ("1001", "paid", 2935, 1000, 3),
        ("1002", "completed", 10000, 2000, 1),
        ("1003", "created", 0, None, 1),
    ]
    assert taken.tables["lines"].select("line_no", "title", "qty").rows() == [
        ("1001#1", "Mug", 2),
        ("1001#2", "Plate, blue", 1),
        ("1002#1", "Lamp", 1),
        ("1003#1", "Plate", 1),
    ]
    assert taken.tables["refunds"].select("order_no", "refund_to_buyer", "state").rows() == [("1001", 1000, "success")]
    assert [(r.row, r.value) for r in taken.rejects] == [(6, "free")]
