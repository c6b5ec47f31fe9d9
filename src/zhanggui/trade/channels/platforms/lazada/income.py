"""Income: one row per fee or credit, Indonesian headers or the names of the finance interface."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.entries import Words, direction, subject_by_words
from zhanggui.trade.channels.domain.profiles import ID, MONEY, TIME, Context, Profile, Tables, column

WORDS: Final[Words] = (
    ("goods_refund", ("reversal item price", "refund", "pengembalian dana")),
    ("goods_receipt", ("item price", "harga produk", "harga barang")),
    ("affiliate_commission", ("affiliate", "afiliasi")),
    ("commission", ("commission", "komisi")),
    ("tech_fee", ("payment fee", "biaya pembayaran", "service fee", "biaya layanan", "order processing")),
    ("ads", ("sponsored", "advert", "iklan", "campaign", "kampanye", "lazpick")),
    ("compensation", ("claim", "compensation", "kompensasi", "lost", "damaged")),
    ("penalty", ("penalty", "penalti", "denda", "fine")),
    ("tax", ("tax", "wht", "vat", "pajak", "ppn")),
    ("freight", ("paid by customer", "paid by buyer", "dibayar pelanggan", "dibayar pembeli")),
    ("logistics", ("shipping", "ongkos kirim", "ongkir", "handling", "logistic", "delivery")),
    ("platform_subsidy", ("subsidy", "subsidi")),
    ("transfer_withdrawal", ("payout", "withdraw", "penarikan")),
)
_TIMES = ("%d %b %Y", "%Y-%m-%d")


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Amounts include tax and are signed as in the file. What the fee's name does not tell becomes ``other``."""
    entries = frame.filter(pl.col("amount").is_not_null()).with_columns(
        currency=pl.lit(context.currency),
        account=pl.lit("lazada"),
        direction=direction(pl.col("amount")),
        subject=subject_by_words("subject_raw", WORDS),
    )
    return Tables(settlement=entries)


INCOME = Profile(
    channel="lazada",
    kind="settlement",
    name="lazada-income",
    columns=(
        column("occurred_at", "Tanggal Transaksi", "transaction_date", kind=TIME, formats=_TIMES),
        column("subject_raw", "Nama Biaya", "fee_name", key=True),
        column("amount", "Jumlah (Termasuk Pajak)", "amount", kind=MONEY),
        column("statement_no", "Nomor Laporan", "statement"),
        column("entry_no", "transaction_number", kind=ID),
        column("settled_at", "Tanggal Dilepas", kind=TIME, formats=_TIMES),
        column("order_no", "Nomor Pesanan", "order_no", kind=ID),
        column("line_no", "ID Pesanan", "orderItem_no", kind=ID),
        column("note", "Komentar", "comment"),
        column("outer_sku_code", "SKU Penjual", "seller_sku"),
        column("paid_status", "Status Pelepasan Dana", "paid_status"),
    ),
    required=("occurred_at", "subject_raw", "amount", "statement_no", "order_no"),
    build=build,
    grain="none",
    totals=("amount",),
    decimal_comma=None,
)
