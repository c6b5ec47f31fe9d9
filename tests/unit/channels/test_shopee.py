"""Shopee: order exports in English and Indonesian, income report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from export_reading import read, workbook

ENGLISH = [
    "Order ID", "Order Status", "Cancel reason", "Return / Refund Status", "Tracking Number*", "Shipping Option",
    "Estimated Ship Out Date", "Ship Time", "Order Creation Date", "Order Paid Time", "Parent SKU Reference No.",
    "Product Name", "SKU Reference No.", "Variation Name", "Original Price(PHP)", "Deal Price(PHP)", "Quantity",
    "Returned quantity", "Product Subtotal(PHP)", "Seller Discount(PHP)", "Shopee Rebate(PHP)", "Seller Voucher(PHP)",
    "Shopee Voucher(PHP)", "Shopee Coins Offset(PHP)", "Credit Card Discount Total(PHP)", "Total Amount(PHP)",
    "Buyer Paid Shipping Fee(PHP)", "Username (Buyer)", "Receiver Name", "Phone Number", "Province",
    "Order Complete Time",
]  # fmt: skip
INDONESIAN = {
    "Order ID": "No. Pesanan", "Order Status": "Status Pesanan", "Cancel reason": "Alasan Pembatalan",
    "Return / Refund Status": "Status Pembatalan/ Pengembalian", "Tracking Number*": "No. Resi",
    "Shipping Option": "Opsi Pengiriman", "Ship Time": "Waktu Pengiriman Diatur",
    "Estimated Ship Out Date": "Pesanan Harus Dikirimkan Sebelum (Menghindari keterlambatan)",
    "Order Creation Date": "Waktu Pesanan Dibuat", "Order Paid Time": "Waktu Pembayaran Dilakukan",
    "Parent SKU Reference No.": "SKU Induk", "Product Name": "Nama Produk", "SKU Reference No.": "Nomor Referensi SKU",
    "Variation Name": "Nama Variasi", "Original Price": "Harga Awal", "Deal Price": "Harga Setelah Diskon",
    "Quantity": "Jumlah", "Product Subtotal": "Total Harga Produk", "Seller Discount": "Diskon Dari Penjual",
    "Shopee Rebate": "Diskon Dari Shopee", "Seller Voucher": "Voucher Ditanggung Penjual",
    "Shopee Voucher": "Voucher Ditanggung Shopee", "Shopee Coins Offset": "Potongan Koin Shopee",
    "Credit Card Discount Total": "Diskon Kartu Kredit", "Total Amount": "Total Pembayaran",
    "Buyer Paid Shipping Fee": "Ongkos Kirim Dibayar oleh Pembeli", "Username (Buyer)": "Username (Pembeli)",
    "Receiver Name": "Nama Penerima", "Phone Number": "No. Telepon", "Province": "Provinsi",
    "Order Complete Time": "Waktu Pesanan Selesai",
}  # fmt: skip


def item(number: str, status: str, *, paid: str = "2026-06-13 07:50", **cells: Any) -> dict[str, Any]:
    return {
        "Order ID": number, "Order Status": status, "Order Creation Date": "2026-06-13 07:47", "Order Paid Time": paid,
        "Product Name": "Cup", "Quantity": 1, **{k.replace("_", " "): v for k, v in cells.items()},
    }  # fmt: skip


def export(headers: list[str], *rows: dict[str, Any]) -> bytes:
    plain = [h.removesuffix("(PHP)") for h in headers]
    return workbook({"orders": [headers, *([row.get(h, "") for h in plain] for row in rows)]})


ORDER = {"Total_Amount": "90.00", "Buyer_Paid_Shipping_Fee": "10.00", "Seller_Voucher": "5.00",
         "Shopee_Voucher": "8.00", "Shopee_Coins_Offset": "2.00", "Credit_Card_Discount_Total": "5.00"}  # fmt: skip
# 30 × 2 + 40 + 10 − 5 − 8 − 2 − 5 = 90; Shopee's rebate is 1 per piece on the first row
FIRST = item("260613AAAA0001", "Completed", **ORDER, Deal_Price="30.00", Original_Price="33.00",
             Product_Subtotal="60.00", Seller_Discount="2.00", Shopee_Rebate="1.00") | {
    "Quantity": 2, "SKU Reference No.": "A", "Order Complete Time": "2026-06-20 10:00"}  # fmt: skip
SECOND = item("260613AAAA0001", "Completed", **ORDER, Deal_Price="40.00", Original_Price="45.00",
              Product_Subtotal="40.00", Seller_Discount="5.00", Shopee_Rebate="0.00") | {
    "SKU Reference No.": "B"}  # fmt: skip


def test_order_amounts_repeat_and_count_once() -> None:
    got = read(export(ENGLISH, FIRST, SECOND), "orders.xlsx")
    assert (got.facts.channel, got.facts.profile, got.facts.currency) == ("shopee", "shopee-orders", "PHP")
    assert (got.rejects, got.residuals) == ([], [])
    order = got.orders.row(0, named=True)
    assert (order["goods_amount"], order["freight_amount"], order["buyer_paid"]) == (10200, 1000, 9000)
    assert (order["merchant_discount"], order["platform_discount"]) == (500, 1000)
    assert (order["points_amount"], order["payment_discount"]) == (200, 500)
    # 90 from the buyer; Shopee adds its rebate 2, its voucher 8, coins 2 and the card's 5
    assert order["merchant_receivable"] == 10700
    assert order["paid_at"] == datetime(2026, 6, 12, 23, 50, tzinfo=UTC)
    assert got.column("lines", "line_amount") == [6200, 4000]
    assert got.column("lines", "line_paid") == [5400, 3600]
    assert got.total("lines", "line_receivable") == 10700
    assert got.column("lines", "line_discount_platform") == [200 + 480, 320]
    assert got.total("lines", "line_discount_merchant") == 500


def test_line_numbers_survive_a_later_export() -> None:
    early = read(export(ENGLISH, FIRST, SECOND), "orders.xlsx")
    late = read(export(ENGLISH, SECOND | {"Order Status": "Completed"}, FIRST), "orders.xlsx")
    assert sorted(early.column("lines", "line_no")) == sorted(late.column("lines", "line_no"))
    assert len(set(early.column("lines", "line_no"))) == 2


def test_states() -> None:
    got = read(
        export(
            ENGLISH,
            item("260613AAAA0001", "Unpaid", paid="-", Total_Amount="10.00", Product_Subtotal="10.00"),
            item("260613AAAA0002", "Cancelled", Total_Amount="10.00", Product_Subtotal="10.00", Cancel_reason="Late"),
            item("260613AAAA0003", "Cancelled", paid="", Total_Amount="10.00", Product_Subtotal="10.00"),
            item("260613AAAA0004", "IN_CANCEL", Total_Amount="10.00", Product_Subtotal="10.00"),
            item("260613AAAA0005", "Order Received, but buyer can still return until 2026-06-30", Total_Amount="10.00",
                 Product_Subtotal="10.00"),
            item("260613AAAA0006", "Teleported", Total_Amount="10.00", Product_Subtotal="10.00"),
            item("260613AAAA0007", "Completed", Total_Amount="10.00", Product_Subtotal="10.00")
            | {"Return / Refund Status": "Refund Paid", "Returned quantity": 1},
        ),
        "orders.xlsx",
    )  # fmt: skip
    assert got.column("orders", "status") == [
        "created", "refunded", "cancelled", "refunding", "delivered", "unknown", "refunded"
    ]  # fmt: skip
    assert got.column("orders", "flags") == [None, None, None, "hold", None, None, None]
    assert got.column("orders", "buyer_paid") == [0, 1000, 0, 1000, 1000, 1000, 1000]
    # the export states no refund amounts
    assert "refunded_amount" not in got.facts.provided["orders"]
    assert got.column("orders", "close_reason")[1] == "Late"
    assert got.column("lines", "status")[-1] == "refunded"


def test_indonesian_export_groups_thousands_by_dots() -> None:
    headers = [INDONESIAN.get(h.removesuffix("(PHP)"), h.removesuffix("(PHP)")) for h in ENGLISH]
    rows = [
        item("260613AAAA0001", "Sedang Dikirim", Deal_Price="10.000", Product_Subtotal="20.000",
             Total_Amount="1.025.000", Buyer_Paid_Shipping_Fee="5.000", Original_Price="12.000",
             Seller_Discount="4.000") | {"Quantity": 2},
        item("260613AAAA0001", "Sedang Dikirim", Deal_Price="1.000.000", Product_Subtotal="1.000.000",
             Total_Amount="1.025.000", Buyer_Paid_Shipping_Fee="5.000", Variation_Name="XL"),
    ]  # fmt: skip
    plain = [h.removesuffix("(PHP)") for h in ENGLISH]
    data = workbook({"orders": [headers, *([row.get(h, "") for h in plain] for row in rows)]})
    got = read(data, "Order.all.20260601_20260630.xlsx", currency="IDR", zone="Asia/Jakarta")
    assert (got.facts.currency, got.rejects, got.residuals) == ("IDR", [], [])
    assert got.column("orders", "buyer_paid") == [102500000]
    assert got.column("orders", "goods_amount") == [102000000]
    assert got.column("orders", "created_at") == [datetime(2026, 6, 13, 0, 47, tzinfo=UTC)]
    assert got.total("lines", "line_paid") == 102500000


def test_total_that_does_not_follow_from_its_parts_is_reported() -> None:
    got = read(
        export(ENGLISH, item("260613AAAA0009", "To ship", Total_Amount="99.00", Product_Subtotal="10.00")), "o.xlsx"
    )
    assert [(r.order_no, r.difference) for r in got.residuals] == [("260613AAAA0009", 8900)]


def test_income_entries_add_up_to_the_money_released() -> None:
    header = [
        "No.", "No. Pesanan", "No. Pengajuan", "Username (Pembeli)", "Waktu Pesanan Dibuat", "Tanggal Dana Dilepaskan",
        "Harga Asli Produk", "Total Diskon Produk", "Jumlah Pengembalian Dana ke Pembeli", "Biaya Komisi AMS",
        "Biaya Administrasi", "Biaya Layanan", "Total Penghasilan",
    ]  # fmt: skip
    rows = [
        ["Laporan Penghasilan"],
        ["Dari", "2026-06-01"],
        header,
        ["1", "260613AAAA0001", "", "b***", "2026-06-13", "2026-06-20", "100.000", "-10.000", "0", "-500", "-4.500",
         "-1.000", "83.500"],
        ["2", "260613AAAA0002", "R1", "c***", "2026-06-14", "2026-06-21", "50.000", "0", "-50.000", "0", "0", "0", "0"],
    ]  # fmt: skip
    got = read(workbook({"Summary": [["x"]], "Income": rows}), "Income.xlsx")
    assert (got.facts.profile, got.facts.sheet, got.facts.header_row) == ("shopee-income-id", "Income", 3)
    assert (got.facts.currency, got.facts.zone, got.rejects) == ("IDR", "Asia/Jakarta", [])
    first = got.settlement.filter(order_no="260613AAAA0001")
    # 100,000 − 10,000 − 500 − 4,500 − 1,000 = 84,000; 500 less arrived, by a column not in this file
    assert first["amount"].to_list() == [10000000, -1000000, -50000, -450000, -100000, -50000]
    assert first["subject"].to_list()[-1] == "other"
    second = got.settlement.filter(order_no="260613AAAA0002")
    assert second["subject"].to_list() == ["goods_receipt", "goods_refund"]
    assert got.total("settlement", "amount") == 8350000
