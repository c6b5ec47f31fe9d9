"""Lazada: unit rows, signs of discounts, date styles, cash on delivery, income."""

from __future__ import annotations

from datetime import UTC, datetime

from export_reading import read, table, workbook

HEADER = [
    "orderItemId", "orderType", "sellerSku", "lazadaSku", "wareHouse", "createTime", "updateTime", "rtsSla", "ttsSla",
    "orderNumber", "deliveredDate", "customerName", "customerEmail", "shippingName", "shippingAddress", "shippingPhone",
    "shippingCity", "shippingCountry", "payMethod", "paidPrice", "unitPrice", "sellerDiscountTotal", "shippingFee",
    "walletCredit", "itemName", "variation", "shippingProvider", "trackingCode", "status", "buyerFailedDeliveryReason",
    "bundleId", "refundAmount", "sellerNote",
]  # fmt: skip


def unit(line: str, order: str, status: str, **cells: str) -> dict[str, str]:
    return {
        "orderItemId": line, "orderNumber": order, "status": status, "createTime": "12 Jun 2026 07:47",
        "updateTime": "13 Jun 2026 08:00", "payMethod": "MIXEDCARD", "unitPrice": "19.90", "paidPrice": "14.40",
        "sellerDiscountTotal": "-5.00", "shippingFee": "1.00", "sellerSku": "S", "itemName": "Cup", **cells,
    }  # fmt: skip


def test_three_pieces_are_three_lines() -> None:
    rows = [unit(f"44000000100000{i}", "430000001000000", "shipped") for i in range(3)]
    got = read(table(HEADER, *rows, separator=";"), "orders.csv")
    assert (got.facts.channel, got.facts.profile, got.rejects, got.residuals) == ("lazada", "lazada-orders", [], [])
    assert got.column("lines", "qty") == [1, 1, 1]
    assert got.column("lines", "line_discount_merchant") == [500, 500, 500]
    assert got.column("lines", "line_discount_platform") == [50, 50, 50]
    order = got.orders.row(0, named=True)
    # 3 × (14.40 + 1.00) from the buyer, 3 × (19.90 − 5.00 + 1.00) for the merchant
    assert (order["goods_amount"], order["buyer_paid"], order["merchant_receivable"]) == (5970, 4620, 4770)
    assert order["paid_at"] == datetime(2026, 6, 11, 23, 47, tzinfo=UTC)


def test_damaged_ids_are_refused_by_row() -> None:
    rows = [
        [r.get(h, "") for h in HEADER]
        for r in (
            unit("440000001000001", "430000001000000", "pending"),
            unit("4.40000001E+14", "430000001000000", "pending"),
        )
    ]
    got = read(workbook({"sheet1": [HEADER, *rows]}), "orders.xlsx")
    assert got.refused() == [(3, "orderItemId", "id_damaged")]
    assert len(got.lines) == 1


def test_states_and_pay_times() -> None:
    cod = {"payMethod": "COD"}
    rows = [
        unit("1", "A", "unpaid"),
        unit("2", "B", "canceled"),
        unit("3", "C", "canceled", refundAmount="15.40"),
        unit("4", "D", "shipped", **cod),
        unit("5", "E", "confirmed", **cod, deliveredDate="2026-06-15 10:00"),
        unit("6", "F", "In Transit: Returning to seller"),
        unit("7", "G", "Package Returned"),
        unit("8", "H", "ready_to_ship"),
        unit("9", "I", "beamed"),
        unit("10", "J", "lost_by_3pl"),
    ]
    got = read(table(HEADER, *rows, separator=";"), "orders.csv", zone="Asia/Kuala_Lumpur")
    assert got.column("lines", "status") == [
        "created", "cancelled", "refunded", "shipped", "completed", "refunding", "refunded", "allocated", "unknown",
        "refunded",
    ]  # fmt: skip
    assert got.column("lines", "line_paid") == [0, 0, 1540, 0, 1540, 1540, 1540, 1540, 0, 1540]
    assert got.column("orders", "paid_at")[4] == datetime(2026, 6, 15, 2, 0, tzinfo=UTC)
    assert [f for f in got.column("orders", "flags") if f] == ["cod", "cod"]
    assert got.column("orders", "cod_amount")[3] == 1540


def test_without_the_discount_column_the_split_stays_unknown() -> None:
    header = [h for h in HEADER if h != "sellerDiscountTotal"]
    got = read(table(header, unit("1", "A", "shipped"), separator=";"), "orders.csv")
    assert got.column("lines", "line_discount_merchant") == [None]
    assert got.column("orders", "merchant_receivable") == [None]
    assert got.column("orders", "buyer_paid") == [1540]


def test_income_in_indonesian() -> None:
    header = [
        "Periode Laporan", "Nomor Laporan", "Tanggal Transaksi", "Nama Biaya", "Jumlah (Termasuk Pajak)", "VAT Amount",
        "Status Pelepasan Dana", "Tanggal Dilepas", "Komentar", "Tanggal Pesanan Dibuat", "Nomor Pesanan", "ID Pesanan",
        "SKU Penjual", "Lazada SKU",
    ]  # fmt: skip
    base = {"Nomor Laporan": "ID1-2026", "Tanggal Transaksi": "12 Jun 2026", "Tanggal Dilepas": "19 Jun 2026",
            "Nomor Pesanan": "430000001000000", "ID Pesanan": "440000001000001"}  # fmt: skip
    amounts = [("Harga Produk", "100.000"), ("Komisi", "-4.500"), ("Biaya Pembayaran", "-1.800,50"), ("Xyz", "-1")]
    rows = [{**base, "Nama Biaya": name, "Jumlah (Termasuk Pajak)": amount} for name, amount in amounts]
    got = read(table(header, *rows, separator=";"), "income.csv", currency="IDR", zone="Asia/Jakarta")
    assert (got.facts.profile, got.rejects) == ("lazada-income", [])
    assert got.column("settlement", "amount") == [10000000, -450000, -180050, -100]
    assert got.column("settlement", "subject") == ["goods_receipt", "commission", "tech_fee", "other"]
    assert got.column("settlement", "line_no")[0] == "440000001000001"
