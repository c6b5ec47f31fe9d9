"""Income report (sheet Income, preamble rows above the header): one row per order, one column per kind of money."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.entries import component_entries
from zhanggui.trade.channels.domain.profiles import ID, MONEY, TIME, Context, Profile, Tables, column

#: column name → (header, subject); fees are negative in the file
PARTS: Final = {
    "goods": ("Harga Asli Produk", "goods_receipt"),
    "discount": ("Total Diskon Produk", "goods_receipt"),
    "refund": ("Jumlah Pengembalian Dana ke Pembeli", "goods_refund"),
    "shopee_cut": ("Diskon Produk dari Shopee", "platform_subsidy"),
    "seller_voucher": ("Voucher disponsor oleh Penjual", "goods_receipt"),
    "seller_coins": ("Cashback Koin disponsori Penjual", "goods_receipt"),
    "freight": ("Ongkir Dibayar Pembeli", "freight"),
    "carrier_cut": ("Diskon Ongkir Ditanggung Jasa Kirim", "freight"),
    "shopee_freight": ("Gratis Ongkir dari Shopee", "freight"),
    "freight_passed_on": ("Ongkir yang Diteruskan oleh Shopee ke Jasa Kirim", "logistics"),
    "return_freight": ("Ongkos Kirim Pengembalian Barang", "logistics"),
    "affiliate": ("Biaya Komisi AMS", "affiliate_commission"),
    "admin": ("Biaya Administrasi", "commission"),
    "service": ("Biaya Layanan", "tech_fee"),
    "processing": ("Biaya Proses Pesanan", "tech_fee"),
    "insurance": ("Premi", "insurance"),
    "transaction": ("Biaya Transaksi", "tech_fee"),
    "campaign": ("Biaya Kampanye", "ads"),
    "duty": ("Bea Masuk, PPN & PPh", "tax"),
}
_TOTAL = "Total Penghasilan"


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Each stated amount becomes an entry. What the columns known here leave of ``Total Penghasilan`` is one more entry
    ``other``, so that the entries of an order always add up to the money released for it."""
    known = pl.sum_horizontal([pl.col(n).fill_null(0) for n in PARTS])
    frame = frame.with_columns(_rest=pl.col("total") - known)
    parts = {**PARTS, "_rest": (f"{_TOTAL} − Σ", "other")}
    base = frame.select("row", "order_no", "refund_no", "occurred_at", "settled_at", *parts)
    entries = component_entries(base, parts).with_columns(currency=pl.lit(context.currency), account=pl.lit("shopee"))
    return Tables(settlement=entries)


INCOME = Profile(
    channel="shopee",
    kind="settlement",
    name="shopee-income-id",
    columns=(
        column("order_no", "No. Pesanan", kind=ID, key=True),
        column("refund_no", "No. Pengajuan", kind=ID),
        column("buyer", "Username (Pembeli)", personal=True),
        column("created_at", "Waktu Pesanan Dibuat", kind=TIME),
        column("settled_at", "Tanggal Dana Dilepaskan", kind=TIME),
        column("occurred_at", "Tanggal Dana Dilepaskan", kind=TIME),
        *(column(name, header, kind=MONEY) for name, (header, _) in PARTS.items()),
        column("total", _TOTAL, kind=MONEY),
    ),
    required=("order_no", "settled_at", "goods", "total"),
    build=build,
    grain="none",
    totals=("total",),
    decimal_comma=None,
    currency="IDR",
    zone="Asia/Jakarta",
)
