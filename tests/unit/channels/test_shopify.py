"""Shopify exports, written by hand; every expected figure is worked out beside its row."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channel_reading import Taken, csv_bytes, rows_of, take

COLUMNS = [
    name.strip()
    for name in [
        "Name",
        " Email",
        " Financial Status",
        " Paid at",
        " Fulfillment Status",
        " Fulfilled at",
        " Accepts Marketing",
        " Currency",
        " Subtotal",
        " Shipping",
        " Taxes",
        " Total",
        " Discount Code",
        " Discount Amount",
        " Shipping Method",
        " Created at",
        " Lineitem quantity",
        " Lineitem name",
        " Lineitem price",
        " Lineitem compare at price",
        " Lineitem sku",
        " Lineitem requires shipping",
        " Lineitem taxable",
        " Lineitem fulfillment status",
        " Billing Name",
        " Billing Street",
        " Billing Address1",
        " Billing Address2",
        " Billing Company",
        " Billing City",
        " Billing Zip",
        " Billing Province",
        " Billing Country",
        " Billing Phone",
        " Shipping Name",
        " Shipping Street",
        " Shipping Address1",
        " Shipping Address2",
        " Shipping Company",
        " Shipping City",
        " Shipping Zip",
        " Shipping Province",
        " Shipping Country",
        " Shipping Phone",
        " Notes",
        " Note Attributes",
        " Cancelled at",
        " Payment Method",
        " Payment Reference",
        " Refunded Amount",
        " Vendor",
        " Outstanding Balance",
        " Employee",
        " Location",
        " Device ID",
        " Id",
        " Tags",
        " Risk Level",
        " Source",
        " Lineitem discount",
        " Tax 1 Name",
        " Tax 1 Value",
        " Phone",
        " Receipt Number",
        " Duties",
        " Billing Province Name",
        " Shipping Province Name",
        " Payment ID",
    ]
]
#: The columns newer files have.
NEW = ("Outstanding Balance", "Employee", "Location", "Device ID")

Cells = dict[str, str]


def item(price: str, quantity: str = "1", sku: str = "A", discount: str = "0.00", **cells: str) -> Cells:
    return {
        "Lineitem price": price,
        "Lineitem quantity": quantity,
        "Lineitem sku": sku,
        "Lineitem name": f"Thing {sku}",
        "Lineitem discount": discount,
        "Lineitem fulfillment status": "pending",
        **cells,
    }


def order(name: str, *items: Cells, subtotal: str, total: str, **cells: str) -> list[Cells]:
    """Order cells on the first row, line cells on each."""
    base = {
        "Name": name,
        "Email": "a@example.com",
        "Created at": "2025-12-06 10:37:33 -0500",
    }
    head = {
        "Financial Status": "paid",
        "Paid at": "2025-12-06 10:38:00 -0500",
        "Fulfillment Status": "unfulfilled",
        "Currency": "USD",
        "Subtotal": subtotal,
        "Shipping": "0",
        "Taxes": "0.00",
        "Total": total,
        "Discount Amount": "0.00",
        "Refunded Amount": "0.00",
        "Outstanding Balance": "0.00",
        "Id": "5000000000001",
    }
    head |= {key.replace("_", " "): value for key, value in cells.items()}
    return [{**base, **(head if i == 0 else {}), **cells_of} for i, cells_of in enumerate(items)]


def taken_from(tmp_path: Path, *orders: list[Cells], columns: list[str] = COLUMNS, **options: str) -> Taken:
    path = tmp_path / "orders_export.csv"
    rows = [row for rows in orders for row in rows]
    path.write_bytes(csv_bytes(rows_of(columns, rows), newline="\n"))
    return take(path, **options)


def test_order_cells_stand_on_the_first_row_only(tmp_path: Path) -> None:
    # 2 × 20.00 + 10.00 − 2.00 on the line = 48.00; + 5.00 + 3.00 = 56.00
    taken = taken_from(
        tmp_path,
        order("#1001", item("20.00", "2", "A"), item("10.00", "1", "B", "2.00", **{"Lineitem compare at price": "15"}),
              subtotal="48.00", total="56.00", Shipping="5.00", Taxes="3.00", Notes="ring the bell,\nplease",
              Shipping_Zip="'02134", Shipping_Province="MA", Shipping_Province_Name="Massachusetts", Tags="vip, b2b"),
        order("#1000", item("25075", "1", "C"), subtotal="25075", total="25075"),
    )  # fmt: skip
    assert (taken.facts.profile, taken.facts.currency, taken.rows_read) == ("shopify-orders", "USD", 3)
    one = taken.one("orders", order_no="#1001")
    assert (one["goods_amount"], one["goods_list_amount"], one["qty"]) == (5000, 5500, 3)
    assert (one["merchant_discount"], one["freight_amount"], one["tax_amount"]) == (200, 500, 300)
    assert (one["buyer_paid"], one["merchant_receivable"]) == (5600, 5600)
    assert one["paid_at"] == datetime(2025, 12, 6, 15, 38, tzinfo=UTC)
    assert one["created_at"] == datetime(2025, 12, 6, 15, 37, 33, tzinfo=UTC)
    assert (one["receiver_postcode"], one["receiver_province"]) == ("02134", "Massachusetts")
    assert one["buyer_note"] == "ring the bell,\nplease"
    assert {"Notes", "Note Attributes", "Email", "Billing Street"} <= taken.facts.personal_headers
    lines = taken.tables["lines"].filter(taken.tables["lines"]["order_no"] == "#1001")
    assert lines["line_discount_merchant"].to_list() == [0, 200]
    assert lines["line_freight_share"].to_list() == [400, 100]
    # beyond the goods 8.00 was paid, shared 40 : 10
    assert lines["line_paid"].to_list() == [4000 + 640, 800 + 160]
    assert lines["status"].to_list() == ["paid", "paid"]
    assert "refunded_amount" not in taken.facts.provided["lines"]
    assert taken.one("orders", order_no="#1000")["buyer_paid"] == 2507500
    assert (taken.residuals, taken.rejects) == ([], [])


@pytest.mark.parametrize(
    ("subtotal", "total", "discount", "expected"),
    [
        ("36.00", "36.00", "10.00", [800, 600]),  # beside the line's 4.00: 10.00 shared 30 : 20 … 6.00 and 4.00
        ("40.00", "40.00", "10.00", [560, 440]),  # containing the line's 4.00: 6.00 more, shared 30 : 20
        ("46.00", "46.00", "5.00", [200, 200]),  # off the shipping: the goods keep the line discounts
    ],
)
def test_the_three_ways_discounts_are_stated(
    tmp_path: Path, subtotal: str, total: str, discount: str, expected: list[int]
) -> None:
    taken = taken_from(
        tmp_path,
        order("#1", item("15.00", "2", "A", "2.00"), item("20.00", "1", "B", "2.00"), subtotal=subtotal, total=total,
              Discount_Amount=discount, Discount_Code="HELLO"),
    )  # fmt: skip
    assert taken.column("lines", "line_discount_merchant") == expected
    assert taken.one("orders", order_no="#1")["merchant_discount"] == sum(expected)
    assert taken.residuals == []


def test_prices_that_include_tax_have_no_tax_of_their_own(tmp_path: Path) -> None:
    taken = taken_from(
        tmp_path,
        order("#1", item("11.90"), subtotal="11.90", total="16.80", Shipping="4.90", Taxes="2.68"),
        order("#2", item("10.00"), subtotal="10.00", total="15.50", Shipping="4.00", Taxes="1.00", Duties="0.50"),
        order("#3", item("10.00"), subtotal="9.00", total="12.00", Taxes="1.00"),
    )
    assert taken.column("orders", "tax_amount") == [None, 150, 100]
    # #3: 10.00 is not 9.00; 9.00 + 1.00 is not 12.00
    assert [(r.order_no, r.difference) for r in taken.residuals] == [("#3", -100), ("#3", 200)]


def test_states_of_money_and_goods(tmp_path: Path) -> None:
    def one(name: str, **cells: str) -> list[Cells]:
        return order(name, item("10.00"), subtotal="10.00", total="10.00", **cells)

    cod = {"Financial_Status": "pending", "Paid_at": "", "Payment_Method": "Cash on Delivery (COD)",
           "Outstanding_Balance": "10.00"}  # fmt: skip
    taken = taken_from(
        tmp_path,
        one("#1", **cod),
        one("#2", **cod, Fulfillment_Status="fulfilled"),
        one("#3", Financial_Status="refunded", Refunded_Amount="10.00", Cancelled_at="2025-12-07 08:00:00 -0500"),
        one("#4", Financial_Status="partially_refunded", Refunded_Amount="4.00", Fulfillment_Status="fulfilled"),
        one("#5", Financial_Status="voided", Paid_at="", Cancelled_at="2025-12-07 08:00:00 -0500"),
        one("#6", Financial_Status="in_dispute"),
        one("#7", Financial_Status="partially_paid", Paid_at="", Outstanding_Balance="7.50"),
        one("#8", Financial_Status="authorized", Paid_at=""),
        one("#9", Paid_at=""),
        one("#10", Risk_Level="High"),
        one("#11", Risk_Level="High", Fulfillment_Status="fulfilled"),
    )
    orders = {o["order_no"]: o for o in taken.tables["orders"].iter_rows(named=True)}
    assert {k: (o["status"], o["buyer_paid"], o["refunded_amount"], o["flags"]) for k, o in orders.items()} == {
        "#1": ("created", 0, 0, "cod"),
        "#2": ("shipped", 0, 0, "cod"),
        "#3": ("refunded", 1000, 1000, None),
        "#4": ("shipped", 1000, 400, "partial_refund"),
        "#5": ("cancelled", 0, 0, None),
        "#6": ("unknown", 1000, 0, None),
        "#7": ("created", 250, 0, None),
        "#8": ("created", 0, 0, None),
        "#9": ("paid", 1000, 0, None),
        "#10": ("paid", 1000, 0, "hold"),
        "#11": ("shipped", 1000, 0, None),
    }
    assert orders["#1"]["cod_amount"] == 1000
    assert orders["#7"]["deposit_paid"] == 250
    assert orders["#7"]["paid_at"] is None
    # an app created it as paid: the money status holds since then
    assert orders["#9"]["paid_at"] == orders["#9"]["created_at"]


def test_partly_shipped_lines_keep_their_own_state(tmp_path: Path) -> None:
    sent = {"Lineitem fulfillment status": "fulfilled"}
    taken = taken_from(
        tmp_path,
        order("#1", item("10.00", "1", "A", **sent), item("10.00", "1", "B"), subtotal="20.00", total="20.00",
              Fulfillment_Status="partial", Fulfilled_at="2025-12-08 08:00:00 -0500"),
    )  # fmt: skip
    assert taken.column("lines", "status") == ["shipped", "paid"]
    assert taken.column("lines", "shipped_at") == [datetime(2025, 12, 8, 13, 0, tzinfo=UTC), None]
    assert taken.one("orders", order_no="#1")["flags"] == "partial_ship"


def test_every_order_in_its_own_currency(tmp_path: Path) -> None:
    taken = taken_from(
        tmp_path,
        order("#1", item("1200", "2", "A"), item("300", "1", "B"), subtotal="2700", total="2700.00", Currency="JPY"),
        order("#2", item("12.34"), item("0.66"), subtotal="13.00", total="13.00"),
        order("#3", item("1.234"), subtotal="1.234", total="1.234", Currency="KWD"),
        order("#4", item("12.5"), subtotal="12.5", total="12.5", Currency="JPY"),
        order("#5", item("1.00"), subtotal="1.00", total="1.00", Currency="$"),
        currency="CNY",
    )
    paid = dict(taken.tables["orders"].select("order_no", "buyer_paid").iter_rows())
    assert paid == {"#1": 2700, "#2": 1300, "#3": 1234}
    assert taken.column("orders", "currency") == ["JPY", "USD", "KWD"]
    assert taken.column("lines", "line_amount") == [2400, 300, 1234, 66, 1234]
    assert [(r.row, r.reason) for r in taken.rejects] == [(7, "not_an_amount"), (8, "not_a_currency")]


def test_rows_without_their_first_row_are_refused_with_it(tmp_path: Path) -> None:
    broken = order("#2", item("1.00"), item("2.00"), subtotal="3.00", total="three")
    taken = taken_from(tmp_path, order("#1", item("1.00"), subtotal="1.00", total="1.00"), broken)
    assert taken.column("orders", "order_no") == ["#1"]
    assert [(r.row, r.column, r.reason) for r in taken.rejects] == [
        (3, "Total", "not_an_amount"),
        (4, "Total", "missing"),
    ]


def test_short_rows_are_refused_although_names_begin_like_notes(tmp_path: Path) -> None:
    path = tmp_path / "orders_export.csv"
    whole = csv_bytes(rows_of(COLUMNS, order("#1", item("1.00"), subtotal="1.00", total="1.00")), newline="\n")
    path.write_bytes(whole + b"#2,b@example.com,paid\n")
    taken = take(path)
    assert [(r.row, r.reason) for r in taken.rejects] == [(3, "too_few_cells")]
    assert taken.rows_read == 2


def test_older_files_and_the_same_lines_in_another_export(tmp_path: Path) -> None:
    cells = order("#1", item("10.00", "1", "A"), item("5.00", "1", "B"), subtotal="15.00", total="15.00")
    new = taken_from(tmp_path, cells)
    old_columns = [c for c in COLUMNS if c not in NEW]
    trimmed = [{k: v for k, v in row.items() if k not in NEW} for row in cells]
    old = taken_from(tmp_path, trimmed, columns=old_columns)
    assert old.column("lines", "line_no") == new.column("lines", "line_no")
    assert old.column("orders", "buyer_paid") == [1500]


def test_an_order_that_a_block_of_the_file_cuts_in_two_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhanggui.trade.channels.reading import texts

    monkeypatch.setattr(texts, "BLOCK", 4096)
    lines = [item("100", "1", f"S{n}") for n in range(40)]
    taken = taken_from(
        tmp_path,
        order("#1", item("1.00"), subtotal="1.00", total="1.00"),
        order("#2", *lines, subtotal="4000", total="4000", Currency="JPY"),
    )
    assert (taken.rejects, taken.residuals) == ([], [])
    assert taken.total("lines", "line_paid", order_no="#2") == 4000
    assert len(taken.tables["orders"]) == 2


PAYOUT = [
    "Transaction Date",
    "Type",
    "Order",
    "Card Brand",
    "Card Source",
    "Payout Status",
    "Payout Date",
    "Payout ID",
    "Available On",
    "Amount",
    "Fee",
    "Net",
    "Checkout",
    "Payment Method Name",
    "Presentment Amount",
    "Presentment Currency",
    "Currency",
    "VAT",
]


def test_payouts_give_an_entry_for_the_amount_and_one_for_the_fee(tmp_path: Path) -> None:
    def row(kind: str, amount: str, fee: str, net: str, status: str = "paid", vat: str = "0.00") -> Cells:
        return {"Transaction Date": "2026-07-01 07:33:09 +0200", "Type": kind, "Order": "#1001", "Card Brand": "visa",
                "Payout Status": status, "Payout Date": "2026-07-03", "Payout ID": "9001", "Amount": amount,
                "Fee": fee, "Net": net, "Currency": "EUR", "VAT": vat}  # fmt: skip

    rows = [
        row("charge", "49.99", "1.75", "48.24"),
        row("refund", "-10.00", "0.00", "-10.00"),
        row("dispute", "-20.00", "15.00", "-35.00", status="pending"),
        row("adjustment", "2.00", "0.00", "2.00"),
        row("payout", "-40.00", "0.00", "-40.00"),
        row("charge", "10.00", "1.00", "8.80", vat="0.20"),
        row("charge", "10.00", "1.00", "9.50"),
    ]
    path = tmp_path / "payment_transactions_export.csv"
    path.write_bytes(csv_bytes(rows_of(PAYOUT, rows)))
    taken = take(path)
    assert (taken.facts.profile, taken.facts.currency) == ("shopify-payouts", "EUR")
    assert taken.by_subject() == {
        "goods_receipt": 4999 + 1000 + 1000,
        "goods_refund": -1000 - 2000,
        "other": 200,
        "tax": -20,
        "tech_fee": -175 - 1500 - 100 - 100,
        "transfer_withdrawal": -4000,
    }
    assert [(r.row, r.difference) for r in taken.residuals] == [(8, 50)]
    dispute = taken.one("settlement", subject_raw="dispute")
    assert (dispute["settled_at"], dispute["statement_no"], dispute["direction"]) == (None, "9001", "out")
    charge = taken.tables["settlement"].row(0, named=True)
    assert (charge["order_no"], charge["occurred_at"]) == ("#1001", datetime(2026, 7, 1, 5, 33, 9, tzinfo=UTC))
    assert charge["settled_at"] == datetime(2026, 7, 3, tzinfo=UTC)
