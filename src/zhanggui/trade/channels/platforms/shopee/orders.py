"""Order export (Order.all, Order.toship, cancelled, failed delivery): one row per item, order cells repeated.

Headers are in the language of the seller centre; English and Indonesian are known. Order-level amounts are counted once
per order and shared over its lines by product subtotal.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from zhanggui.trade.channels.domain.lines import numbered, once, shares
from zhanggui.trade.channels.domain.profiles import (
    ID,
    INT,
    MONEY,
    TIME,
    Column,
    Context,
    Profile,
    Tables,
    add_flags,
    column,
    identity_residuals,
    total,
)
from zhanggui.trade.channels.platforms.shopee.status import return_state, state

_TIMES = ("%Y-%m-%d %H:%M",)


def _time(name: str, *headers: str) -> Column:
    return column(name, *headers, kind=TIME, formats=_TIMES)


COLUMNS = (
    column("order_no", "Order ID", kind=ID, key=True),
    column("status_raw", "Order Status", "Status Pesanan"),
    column("close_reason", "Cancel reason", "Alasan Pembatalan"),
    column("failed_delivery", "Failed Delivery Status", "Status pengiriman gagal"),
    column("refund_state_raw", "Return / Refund Status", "Status Pembatalan/ Pengembalian"),
    column("waybill", "Tracking Number*", "Tracking Number", "No. Resi", kind=ID),
    column("carrier", "Shipping Option", "Opsi Pengiriman"),
    _time(
        "ship_deadline_at",
        "Estimated Ship Out Date",
        "Pesanan Harus Dikirimkan Sebelum (Menghindari keterlambatan)",
    ),
    _time("shipped_at", "Ship Time", "Waktu Pengiriman Diatur"),
    _time("created_at", "Order Creation Date", "Waktu Pesanan Dibuat"),
    _time("paid_at", "Order Paid Time", "Waktu Pembayaran Dilakukan"),
    _time("completed_at", "Order Complete Time", "Waktu Pesanan Selesai"),
    column("payment_method", "Payment Method", "Metode Pembayaran"),
    column("outer_product_code", "Parent SKU Reference No.", "SKU Induk"),
    column("title", "Product Name", "Nama Produk"),
    column("outer_sku_code", "SKU Reference No.", "Nomor Referensi SKU"),
    column("sku_text", "Variation Name", "Nama Variasi"),
    column("unit_list_price", "Original Price", "Harga Awal", kind=MONEY),
    column("unit_price", "Deal Price", "Harga Setelah Diskon", kind=MONEY),
    column("qty", "Quantity", "Jumlah", kind=INT),
    column("refunded_qty", "Returned quantity", kind=INT),
    column("subtotal", "Product Subtotal", "Total Harga Produk", kind=MONEY),
    column("seller_cut", "Seller Discount", "Price Discount(from Seller)", "Diskon Dari Penjual", kind=MONEY),
    column("shopee_cut", "Shopee Rebate", "Diskon Dari Shopee", kind=MONEY),
    column(
        "seller_voucher",
        "Seller Voucher",
        "Discount Voucher Amount Sponsored by Seller",
        "Seller Voucher / Discount Voucher Amount Sponsored by Seller",
        "Voucher Ditanggung Penjual",
        kind=MONEY,
    ),
    column(
        "shopee_voucher",
        "Shopee Voucher",
        "Discount Voucher Amount Sponsored by Shopee",
        "Shopee Voucher / Discount Voucher Amount Sponsored by Shopee",
        "Voucher Ditanggung Shopee",
        kind=MONEY,
    ),
    column("shopee_bundle", "Shopee Bundle Discount", "Paket Diskon (Diskon dari Shopee)", kind=MONEY),
    column("seller_bundle", "Seller Bundle Discount", "Paket Diskon (Diskon dari Penjual)", kind=MONEY),
    column(
        "coins",
        "Shopee Coins Offset",
        "Shopee Coins Offset / Coin Cashback Voucher Amount Sponsored by Shopee",
        "Potongan Koin Shopee",
        kind=MONEY,
    ),
    column("card", "Credit Card Discount Total", "Diskon Kartu Kredit", kind=MONEY),
    column("total", "Total Amount", "Total Pembayaran", "Dibayar Pembeli", kind=MONEY),
    column("freight_amount", "Buyer Paid Shipping Fee", "Ongkos Kirim Dibayar oleh Pembeli", kind=MONEY),
    column("buyer_ref", "Username (Buyer)", "Username (Pembeli)", personal=True),
    column("receiver_name", "Receiver Name", "Nama Penerima", personal=True),
    column("receiver_phone", "Phone Number", "No. Telepon", personal=True),
    column("receiver_address", "Delivery Address", "Alamat Pengiriman", personal=True),
    column("receiver_town", "Town", personal=True),
    column("receiver_district", "District"),
    column("receiver_city", "City", "Kota/Kabupaten"),
    column("receiver_province", "Province", "Provinsi"),
    column("receiver_country", "Country"),
    column("receiver_postcode", "Zip Code", personal=True),
    column("buyer_note", "Remark from buyer", "Catatan dari Pembeli", personal=True),
    column("seller_note", "Note", "Catatan", personal=True),
)

_ORDER = (
    "status", "status_raw", "close_reason", "failed_delivery", "ship_deadline_at", "shipped_at", "created_at",
    "paid_at", "completed_at", "payment_method", "title", "total", "freight_amount", "seller_voucher", "shopee_voucher",
    "shopee_bundle", "seller_bundle", "coins", "card", "buyer_ref", "receiver_name", "receiver_phone",
    "receiver_address", "receiver_town", "receiver_district", "receiver_city", "receiver_province", "receiver_country",
    "receiver_postcode", "buyer_note", "seller_note",
)  # fmt: skip


def _rebate() -> pl.Expr:
    """Shopee's part of the price cut of a whole row. Files state it per piece or per row: the row's own price cut
    (original price × quantity − subtotal) tells which."""
    cut = pl.col("unit_list_price") * pl.col("qty") - pl.col("subtotal")
    both = total("seller_cut", "shopee_cut").abs()
    per_piece = (both * pl.col("qty") == cut) & (both != cut)
    return pl.when(per_piece).then(pl.col("shopee_cut").abs() * pl.col("qty")).otherwise(pl.col("shopee_cut").abs())


def build(frame: pl.DataFrame, context: Context) -> Tables:
    """Lines are valued at deal price plus Shopee's rebate, which the seller gets from Shopee.

    The buyer's payment is the order's total when there is a pay time. Refunds show as states only: the export has no
    refund amounts. Line numbers come from the seller's codes and the
    variation, else the title, which stay the same in later exports of the order.
    """
    frame = frame.with_columns(
        subtotal=pl.coalesce(pl.col("subtotal"), pl.col("unit_price") * pl.col("qty")),
        status=state("status_raw", "paid_at"),
        _name=pl.when(pl.col("outer_sku_code").is_null() & pl.col("outer_product_code").is_null()).then("title"),
    )
    frame = frame.with_columns(
        _rebate=_rebate().fill_null(0),
        line_no=numbered(frame, ["outer_product_code", "outer_sku_code", "sku_text", "_name"]),
        refund_state=return_state("refund_state_raw"),
    ).with_columns(line_amount=pl.col("subtotal") + pl.col("_rebate"))
    # a parcel with an open return request must not leave, either
    sold = pl.col("status").is_in(["paid", "allocated", "shipped", "delivered", "completed"])
    back = pl.col("refund_state").is_in(["refunding", "refunded"]) & sold
    frame = frame.with_columns(
        _order_status=pl.when(
            back.all().over("order_no") & (pl.col("refund_state") == "refunded").all().over("order_no")
        )
        .then(pl.lit("refunded"))
        .when((back & (pl.col("refund_state") == "refunding")).any().over("order_no"))
        .then(pl.lit("refunding"))
        .otherwise(pl.col("status")),
        status=pl.when(back).then(pl.col("refund_state")).otherwise(pl.col("status")),
    )
    orders = once(frame.with_columns(status=pl.col("_order_status")), list(_ORDER)).join(
        frame.group_by("order_no", maintain_order=True).agg(
            pl.col("qty").sum(),
            goods_list_amount=(pl.col("unit_list_price") * pl.col("qty")).sum(),
            goods_amount=pl.col("line_amount").sum(),
            _rebates=pl.col("_rebate").sum(),
            _returned=(pl.col("refunded_qty").fill_null(0) > 0).any(),
        ),
        on="order_no",
        maintain_order="left",
    )
    cod = pl.col("payment_method").str.contains(r"(?i)cod|cash on delivery|bayar di tempat").fill_null(False)
    paid = pl.col("paid_at").is_not_null()
    orders = orders.with_columns(
        merchant_discount=total("seller_voucher", "seller_bundle").abs().fill_null(0),
        platform_discount=pl.col("_rebates") + total("shopee_voucher", "shopee_bundle").abs().fill_null(0),
        points_amount=pl.col("coins").abs(),
        payment_discount=pl.col("card").abs(),
        currency=pl.lit(context.currency),
        buyer_paid=pl.when(paid).then(pl.col("total")).otherwise(pl.lit(0)),
        cod_amount=pl.when(cod).then(pl.col("total")),
        close_reason=pl.coalesce("close_reason", "failed_delivery"),
        cancelled_at=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
    ).with_columns(
        merchant_receivable=pl.when(paid)
        .then(pl.sum_horizontal("buyer_paid", "platform_discount", "points_amount", "payment_discount"))
        .otherwise(pl.lit(0)),
        flags=add_flags(
            cod=cod,
            hold=pl.col("status_raw") == "IN_CANCEL",
            partial_refund=pl.col("_returned") & (pl.col("status") != "refunded"),
        ),
    )
    residuals = identity_residuals(
        orders,
        "Total Amount = subtotals + shipping − vouchers − coins − card discount",
        pl.sum_horizontal("goods_amount", "freight_amount")
        - pl.sum_horizontal("merchant_discount", "platform_discount", "points_amount", "payment_discount"),
        pl.col("total"),
    )
    return Tables(orders=orders, lines=_lines(frame, orders), residuals=residuals)


def _lines(frame: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    amounts = ("buyer_paid", "merchant_receivable", "merchant_discount", "payment_discount", "_vouchers", "_freight")
    of_order = orders.select(
        "order_no",
        "buyer_paid",
        "merchant_receivable",
        "merchant_discount",
        "payment_discount",
        _vouchers=pl.col("platform_discount") - pl.col("_rebates"),
        _freight=pl.col("freight_amount"),
    )
    wide = frame.join(of_order, on="order_no", maintain_order="left")
    part = {name: shares(wide, pl.col(name), pl.col("subtotal"), pl.col("qty")) for name in amounts}
    return wide.with_columns(
        line_paid=part["buyer_paid"],
        line_receivable=part["merchant_receivable"],
        line_discount_merchant=part["merchant_discount"],
        line_discount_payment=part["payment_discount"],
        line_discount_platform=part["_vouchers"] + pl.col("_rebate"),
        line_freight_share=part["_freight"],
        refund_state=pl.when(pl.col("status") == "refunded").then(pl.lit("refunded")).otherwise("refund_state"),
    )


ORDERS = Profile(
    channel="shopee",
    kind="orders",
    name="shopee-orders",
    columns=COLUMNS,
    required=("order_no", "status_raw", "created_at", "title", "qty", "total"),
    build=build,
    grain="order",
    group="order_no",
    decimal_comma=None,
)

#: The Indonesian seller centre sells in rupiah and keeps Jakarta time, and does not say so in its files.
ORDERS_ID = replace(
    ORDERS,
    name="shopee-orders-id",
    columns=tuple(replace(c, headers=("No. Pesanan",)) if c.name == "order_no" else c for c in COLUMNS),
    stated_currency="IDR",
    stated_zone="Asia/Jakarta",
)
