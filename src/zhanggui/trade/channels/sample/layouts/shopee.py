"""Shopee: order export with English and with Indonesian headers; order cells repeat on each item row; xlsx."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from zhanggui.trade.channels.sample import catalogue
from zhanggui.trade.channels.sample.forms import dots, letters, minute, names
from zhanggui.trade.channels.sample.sheets import FileSpec, Form
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Order, Plan, Traits, derive

PH: Final = Traits(
    price=(7, 1),
    step=100,
    merchant=500,
    platform=250,
    coupons=(1000, 2000, 5000),
    freight=700,
    freight_sizes=(4500, 6500),
    unit_cut=True,
    whole_refunds=True,
    part_refunds=False,
    part_shipped=False,
    languages="en",
)
ID: Final = Traits(
    price=(2200, 1),
    step=100_000,
    unit=100,
    merchant=500,
    platform=250,
    coupons=(500_000, 1_000_000),
    freight=700,
    freight_sizes=(900_000, 1_500_000),
    unit_cut=True,
    whole_refunds=True,
    part_refunds=False,
    part_shipped=False,
    languages="en",
)
SHOPS: Final = (("Shanyue PH", PH, "PHP", "Asia/Manila"), ("Shanyue ID", ID, "IDR", "Asia/Jakarta"))

ORDERS_EN: Final = names(
    """
    Order ID, Order Status, Cancel reason, Return / Refund Status, Tracking Number*, Shipping Option,
    Shipment Method, Estimated Ship Out Date, Ship Time, Order Creation Date, Order Paid Time,
    Parent SKU Reference No., Product Name, SKU Reference No., Variation Name, Original Price, Deal Price,
    Quantity, Returned quantity, Product Subtotal, Seller Rebate, Seller Discount, Shopee Rebate,
    SKU Total Weight, No of product in order, Order Total Weight, Voucher Code, Seller Voucher, Shopee Voucher,
    Bundle Deal Indicator, Shopee Bundle Discount, Seller Bundle Discount, Shopee Coins Offset,
    Credit Card Discount Total, Total Amount, Buyer Paid Shipping Fee, Shipping Rebate Estimate,
    Reverse Shipping Fee, Transaction Fee, Commission Fee, Service Fee, Grand Total, Estimated Shipping Fee,
    Username (Buyer), Receiver Name, Phone Number, Delivery Address, Town, District, City, Province, Country,
    Zip Code, Remark from buyer, Order Complete Time, Note
    """
)
ORDERS_ID: Final = names(
    """
    No. Pesanan, Status Pesanan, Shipped by Advance Fulfilment, Status Pembatalan/ Pengembalian, No. Resi,
    Opsi Pengiriman, Antar ke counter/ pick-up, Pesanan Harus Dikirimkan Sebelum (Menghindari keterlambatan),
    Waktu Pengiriman Diatur, Waktu Pesanan Dibuat, Waktu Pembayaran Dilakukan, Metode Pembayaran, SKU Induk,
    Nama Produk, Nomor Referensi SKU, Nama Variasi, Harga Awal, Harga Setelah Diskon, Jumlah, Returned quantity,
    Total Harga Produk, Total Diskon, Diskon Dari Penjual, Diskon Dari Shopee, Berat Produk,
    Jumlah Produk di Pesan, Total Berat, Voucher Ditanggung Penjual, Cashback Koin, Voucher Ditanggung Shopee,
    Paket Diskon, Paket Diskon (Diskon dari Shopee), Paket Diskon (Diskon dari Penjual), Potongan Koin Shopee,
    Diskon Kartu Kredit, Ongkos Kirim Dibayar oleh Pembeli, Estimasi Potongan Biaya Pengiriman,
    Ongkos Kirim Pengembalian Barang, Total Pembayaran, Perkiraan Ongkos Kirim, Catatan dari Pembeli, Catatan,
    Username (Pembeli), Nama Penerima, No. Telepon, Alamat Pengiriman, Kota/Kabupaten, Provinsi,
    Waktu Pesanan Selesai
    """
)
#: Indonesian names of the English columns where the two mean the same.
_TO_ID: Final = {
    "Order ID": "No. Pesanan",
    "Order Status": "Status Pesanan",
    "Return / Refund Status": "Status Pembatalan/ Pengembalian",
    "Tracking Number*": "No. Resi",
    "Shipping Option": "Opsi Pengiriman",
    "Shipment Method": "Antar ke counter/ pick-up",
    "Estimated Ship Out Date": "Pesanan Harus Dikirimkan Sebelum (Menghindari keterlambatan)",
    "Ship Time": "Waktu Pengiriman Diatur",
    "Order Creation Date": "Waktu Pesanan Dibuat",
    "Order Paid Time": "Waktu Pembayaran Dilakukan",
    "Parent SKU Reference No.": "SKU Induk",
    "Product Name": "Nama Produk",
    "SKU Reference No.": "Nomor Referensi SKU",
    "Variation Name": "Nama Variasi",
    "Original Price": "Harga Awal",
    "Deal Price": "Harga Setelah Diskon",
    "Quantity": "Jumlah",
    "Returned quantity": "Returned quantity",
    "Product Subtotal": "Total Harga Produk",
    "Seller Discount": "Diskon Dari Penjual",
    "Shopee Rebate": "Diskon Dari Shopee",
    "SKU Total Weight": "Berat Produk",
    "No of product in order": "Jumlah Produk di Pesan",
    "Order Total Weight": "Total Berat",
    "Seller Voucher": "Voucher Ditanggung Penjual",
    "Shopee Voucher": "Voucher Ditanggung Shopee",
    "Shopee Coins Offset": "Potongan Koin Shopee",
    "Credit Card Discount Total": "Diskon Kartu Kredit",
    "Buyer Paid Shipping Fee": "Ongkos Kirim Dibayar oleh Pembeli",
    "Total Amount": "Total Pembayaran",
    "Remark from buyer": "Catatan dari Pembeli",
    "Note": "Catatan",
    "Username (Buyer)": "Username (Pembeli)",
    "Receiver Name": "Nama Penerima",
    "Phone Number": "No. Telepon",
    "Delivery Address": "Alamat Pengiriman",
    "City": "Kota/Kabupaten",
    "Province": "Provinsi",
    "Order Complete Time": "Waktu Pesanan Selesai",
}
STATUS: Final = {
    "created": ("Unpaid", "Belum Bayar"),
    "paid": ("To ship", "Perlu Dikirim"),
    "shipped": ("Shipping", "Sedang Dikirim"),
    "delivered": ("Shipping", "Sedang Dikirim"),
    "completed": ("Completed", "Selesai"),
    "cancelled": ("Cancelled", "Batal"),
    "refunded": ("Cancelled", "Batal"),
}


def order_no(order: Order) -> str:
    return f"{order.created_at:%y%m%d}{letters(order.serial, 8)}"


def status(order: Order, at: datetime) -> tuple[tuple[str, str], str, str]:
    """Status text in both languages, return status, canonical state."""
    if order.odd_status:
        return ("Awaiting customs", "Menunggu bea cukai"), "", "unknown"
    state = derive(order.states(at))
    if state == "refunding":
        advance = derive([order.advance(line, at) for line in order.lines])
        return STATUS[advance], "REQUESTED", "refunding"
    return STATUS[state], "REFUND_PAID" if state == "refunded" else "", "shipped" if state == "delivered" else state


def grouped(minor: int) -> str:
    """``1,234.50``"""
    sign, size = ("-", -minor) if minor < 0 else ("", minor)
    return f"{sign}{size // 100:,}.{size % 100:02d}"


def _rows(money: Callable[[int], str], country: str, language: int) -> Any:
    places = catalogue.PLACES_ABROAD[country]

    def rows(order: Order, at: datetime) -> tuple[list[dict[str, Any]], Seen]:
        texts, back, state = status(order, at)
        paid_at = order.paid_by(at)
        package = order.first_shipped(at)
        city, _, region, postcode = places[order.buyer.number % len(places)]
        total = order.total("paid")
        goods = sum(line.amount - line.merchant for line in order.lines)
        commission, fee = goods * 5 // 100 // 100 * 100, goods * 2 // 100 // 100 * 100
        buyer = f"buyer_{letters(order.buyer.number, 4).lower()}"
        seconds = {"Order Paid Time": minute(paid_at, "-")}
        found = []
        for line in order.lines:
            cells: dict[str, Any] = {
                "Order ID": order_no(order),
                "Order Status": texts[language],
                "Cancel reason": "Cancelled by buyer" if texts[0] == "Cancelled" else "",
                "Return / Refund Status": back,
                "Tracking Number*": package.waybill if package else "",
                "Shipping Option": "Standard Delivery",
                "Shipment Method": "Pickup",
                "Estimated Ship Out Date": minute(order.deadline_at or order.created_at + timedelta(days=3)),
                "Ship Time": minute(package.shipped_at if package else None),
                "Order Creation Date": minute(order.created_at),
                **seconds,
                "Parent SKU Reference No.": line.sku.product_code,
                "Product Name": line.sku.title_en,
                "SKU Reference No.": line.sku.sku_code,
                "Variation Name": ",".join(line.sku.values_en),
                "Original Price": money(line.unit_list),
                "Deal Price": money(line.unit_list - line.merchant // line.qty),
                "Quantity": line.qty,
                "Returned quantity": line.qty if state == "refunded" else 0,
                "Product Subtotal": money(line.amount - line.merchant),
                "Total Diskon": money(line.merchant),
                "Seller Rebate": money(0),
                "Seller Discount": money(line.merchant),
                "Shopee Rebate": money(0),
                "SKU Total Weight": f"{line.sku.weight_g * line.qty} gr",
                "No of product in order": order.qty,
                "Order Total Weight": f"{sum(one.sku.weight_g * one.qty for one in order.lines)} gr",
                "Seller Voucher": money(0),
                "Shopee Voucher": money(order.total("platform")),
                "Bundle Deal Indicator": "N",
                "Shopee Bundle Discount": money(0),
                "Seller Bundle Discount": money(0),
                "Shopee Coins Offset": money(0),
                "Credit Card Discount Total": money(0),
                "Total Amount": money(total),
                "Buyer Paid Shipping Fee": money(order.total("freight")),
                "Transaction Fee": money(fee),
                "Commission Fee": money(commission),
                "Service Fee": money(0),
                "Grand Total": money(total - fee - commission),
                "Username (Buyer)": buyer,
                "Receiver Name": f"{order.buyer.name_en[0]}***",
                "Phone Number": f"******{order.buyer.number % 100:02d}",
                "Delivery Address": "****",
                "City": city,
                "Province": region,
                "Country": country,
                "Zip Code": postcode,
                "Order Complete Time": minute(order.completed_at if texts[0] == "Completed" else None),
                "Metode Pembayaran": "ShopeePay",
                "Shipped by Advance Fulfilment": "No",
                "Cashback Koin": money(0),
            }
            found.append({_TO_ID.get(name, name): value for name, value in cells.items()} if language else cells)
        shown = None if paid_at is None else paid_at.replace(second=0)
        seen = Seen(order_no(order), state, shown, total, None, buyer=buyer, lines=[state] * len(found), qty=order.qty)
        return found, seen

    return rows


def specs(plan: Plan) -> list[FileSpec]:
    indonesian = plan.currency == "IDR"
    first, end = plan.moments[0], plan.moments[-1]
    form = Form(ORDERS_ID if indonesian else ORDERS_EN, "xlsx", sheet="orders")
    rows = _rows(dots, "ID", 1) if indonesian else _rows(grouped, "PH", 0)
    layout = "shopee.orders.id" if indonesian else "shopee.orders.en"
    quirks = ("repeated_totals", "numeric_cells", "dot_thousands" if indonesian else "comma_thousands")
    name = f"Order.all.{plan.first_day:%Y%m%d}_"
    moments = (first, end) if first.date() < end.date() else (end,)
    return [
        FileSpec(f"{name}{moment:%Y%m%d}", "orders", layout, form, moment, grain="both", rows=rows, quirks=quirks)
        for moment in moments
    ]
