"""The totals of ``expected.json`` against a second, slow summation of the written files.

The reader here is the plainest possible one and shares no code with the product: for each layout it only knows which
column holds the id, the pay time, the money, and what the sheets of the platforms say about the status texts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from unit.sample.conftest import Sample

Cells = dict[str, Any]


def minor(value: Any, decimal: str = ".") -> int:
    """Text of an amount to minor units, digit by digit."""
    text = re.sub(r"[¥元\s]|IDR", "", str(value))
    if text in ("", "-", "null", "NULL", "无退款申请"):
        return 0
    sign = -1 if text.startswith("-") else 1
    whole, _, rest = text.lstrip("-").partition(decimal)
    return sign * (int(whole.replace(",", "").replace(".", "")) * 100 + int((rest + "00")[:2]))


def rupiah(value: Any) -> int:
    return int(re.sub(r"[^\d-]", "", str(value))) * 100


def moment(value: Any) -> datetime | None:
    text = str(value).strip()
    if text in ("", "-", "null", "NULL") or text.startswith(("0001", "1970")):
        return None
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%d/%m/%Y %H:%M:%S", "%d %b %Y %H:%M"):
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    if found := re.fullmatch(r"(.{19}) ([+-]\d\d)(\d\d)", text):
        return datetime.fromisoformat(found[1]) - timedelta(hours=int(found[2]), minutes=int(found[3]))
    return datetime.fromisoformat(text).replace(tzinfo=None)


@dataclass
class Found:
    """One order as the slow reader adds it up."""

    state: str = ""
    paid_at: datetime | None = None
    paid: int = 0
    refunded: int = 0
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class How:
    """How to read a layout: ``per`` tells whether money stands on each row or once per order."""

    id: str
    paid_at: str
    paid: Callable[[Cells], int]
    state: Callable[[Cells], str]
    refunded: Callable[[Cells], int] = lambda cells: 0
    per: str = "row"
    lines: bool = True
    order_state: Callable[[list[str], Cells], str] | None = None


def text_map(column: str, **states: str) -> Callable[[Cells], str]:
    return lambda cells: states.get(str(cells[column]), "unknown")


RANK = ("created", "paid", "allocated", "shipped", "delivered", "completed")


def least(states: list[str]) -> str:
    moving = [state for state in states if state in RANK]
    if moving:
        return min(moving, key=RANK.index)
    return next(state for state in ("refunding", "unknown", "refunded", "closed", "cancelled") if state in states)


TAOBAO = {
    "等待买家付款": "created",
    "买家已付款，等待卖家发货": "paid",
    "卖家部分发货": "shipped",
    "卖家已发货，等待买家确认": "shipped",
    "交易成功": "completed",
}


def taobao(cells: Cells) -> str:
    if cells["订单状态"] == "交易关闭":
        if "订单付款时间" not in cells:
            return "closed"
        return "refunded" if moment(cells["订单付款时间"]) else "cancelled"
    return TAOBAO.get(cells["订单状态"], "unknown")


def taobao_item(cells: Cells) -> str:
    state = taobao(cells)
    service = cells.get("退款状态", "")
    if state == "unknown":
        return state
    if service.startswith(("买家已经", "卖家已经")):
        return "refunding"
    return "refunded" if service == "退款成功" and state == "cancelled" else state


def item_refund(cells: Cells) -> int:
    return minor(cells["退款金额"]) if cells["退款状态"] == "退款成功" else 0


def jd(cells: Cells) -> str:
    text = cells["订单状态"]
    if text.startswith("(删除)"):
        return "cancelled"
    known = {
        "等待付款": "created",
        "等待出库": "paid",
        "暂停": "paid",
        "锁定": "refunding",
        "等待确认收货": "shipped",
        "完成": "completed",
        "取消": "cancelled",
    }
    return known.get(text, "unknown")


def pinduoduo(cells: Cells) -> str:
    text, service = cells["订单状态"], cells["售后状态"]
    if text.endswith("退款成功"):
        return "refunded"
    if service in ("退款中", "售后处理中"):
        return "refunding"
    known = {
        "待支付": "created",
        "待成团": "created",
        "已取消": "cancelled",
        "待发货": "paid",
        "已付款，待发货": "paid",
        "已发货，待收货": "shipped",
        "已发货，待签收": "shipped",
        "已收货": "delivered",
        "已签收": "delivered",
    }
    return known.get(text, "unknown")


def douyin(cells: Cells) -> str:
    known = {
        "待支付": "created",
        "已支付": "paid",
        "备货中": "paid",
        "待发货": "paid",
        "部分发货": "shipped",
        "已发货": "shipped",
        "已完成": "completed",
        "已关闭": "cancelled",
    }
    state = known.get(cells["订单状态"], "unknown")
    if state == "unknown":
        return state
    if cells["售后状态"] == "同意退款，退款成功":
        return "refunded"
    if cells["售后状态"].startswith("待"):
        return "refunding"
    return state


def kuaishou(cells: Cells) -> str:
    known = {
        "待付款": "created",
        "待发货": "paid",
        "已发货": "shipped",
        "已收货": "delivered",
        "交易成功": "completed",
        "交易关闭": "cancelled",
    }
    if cells["售后状态"] == "退款成功":
        return "refunded"
    state = known.get(cells["订单状态"], "unknown")
    return "refunding" if cells["售后状态"] == "退款中" else state


def xiaohongshu(cells: Cells) -> str:
    known = {
        "已下单待付款": "created",
        "待配货": "paid",
        "待发货": "paid",
        "已发货": "shipped",
        "已签收": "delivered",
        "已完成": "completed",
        "已关闭": "refunded",
        "已取消": "cancelled",
    }
    state = known.get(cells["订单状态"], "unknown")
    return "refunding" if cells["售后状态"] == "售后处理中" else state


def wechat(cells: Cells) -> str:
    text = cells["订单状态"]
    if text == "已取消":
        return "refunded" if moment(cells["支付时间"]) else "cancelled"
    known = {"待付款": "created", "待发货": "paid", "待收货": "shipped", "已完成": "completed"}
    return known.get(text, "unknown")


def shopify_order(states: list[str], head: Cells) -> str:
    if head["Financial Status"] == "voided":
        return "cancelled"
    if head["Financial Status"] == "refunded":
        return "refunded"
    if head["Financial Status"] not in ("paid", "pending", "partially_refunded"):
        return "unknown"
    if head["Fulfillment Status"] in ("fulfilled", "partial"):
        return "shipped"
    return "paid" if head["Paid at"] else "created"


AMAZON = {
    "Pending": "created",
    "Unshipped": "paid",
    "PartiallyShipped": "shipped",
    "Shipped": "shipped",
    "Cancelled": "cancelled",
}


def amazon_paid(cells: Cells) -> int:
    plus = sum(minor(cells[name]) for name in ("item-price", "item-tax", "shipping-price", "shipping-tax"))
    return plus - minor(cells["item-promotion-discount"]) - minor(cells["ship-promotion-discount"])


def shopee(status: str, back: str) -> Callable[[Cells], str]:
    known = {
        "Unpaid": "created",
        "To ship": "paid",
        "Shipping": "shipped",
        "Completed": "completed",
        "Cancelled": "cancelled",
        "Belum Bayar": "created",
        "Perlu Dikirim": "paid",
        "Sedang Dikirim": "shipped",
        "Selesai": "completed",
        "Batal": "cancelled",
    }

    def state(cells: Cells) -> str:
        if cells[back] == "REFUND_PAID":
            return "refunded"
        return "refunding" if cells[back] == "REQUESTED" else known.get(cells[status], "unknown")

    return state


LAZADA = {
    "unpaid": "created",
    "pending": "paid",
    "packed": "allocated",
    "ready_to_ship": "allocated",
    "shipped": "shipped",
    "delivered": "delivered",
    "confirmed": "completed",
    "returned": "refunded",
    "lost_by_3pl": "refunded",
    "shipped_back": "refunding",
}


def lazada(cells: Cells) -> str:
    if cells["status"] == "canceled":
        return "refunded" if cells["refundAmount"] else "cancelled"
    return LAZADA.get(cells["status"], "unknown")


TIKTOK = text_map(
    "Order Status",
    Unpaid="created",
    Cancelled="cancelled",
    Shipped="shipped",
    Delivered="delivered",
    Completed="completed",
    **{"To ship": "paid", "On hold": "paid", "Awaiting collection": "allocated"},
)


def net(paid: str) -> Callable[[Cells], int]:
    return lambda cells: minor(cells[paid]) + minor(cells["退款金额"])


def column(name: str, read: Callable[[Any], int] = minor) -> Callable[[Cells], int]:
    return lambda cells: read(cells[name])


ITEMS: dict[str, Any] = {"id": "主订单编号", "paid_at": "订单付款时间", "state": taobao_item, "refunded": item_refund}
LAYOUTS: dict[str, How] = {
    "taobao.orders.2012": How("订单编号", "订单付款时间", column("买家实际支付金额"), taobao, lines=False),
    "taobao.orders.2018": How(
        "订单编号", "订单付款时间", net("买家实际支付金额"), taobao, column("退款金额"), lines=False
    ),
    "taobao.orders.2020": How(
        "订单编号", "订单付款时间", net("买家实际支付金额"), taobao, column("退款金额"), lines=False
    ),
    "taobao.orders.2025": How(
        "订单编号", "订单付款时间", column("买家实付金额"), taobao, column("退款金额"), lines=False
    ),
    "taobao.items.2018": How("订单编号", "", lambda cells: 0, taobao),
    "taobao.items.2019": How(paid=lambda cells: minor(cells["买家实际支付金额"]) + item_refund(cells), **ITEMS),
    "taobao.items.2024": How(paid=column("买家实际支付金额"), **ITEMS),
    "taobao.items.2025": How(paid=column("买家实付金额"), **ITEMS),
    "jd.orders": How(
        "订单号", "付款确认时间", lambda cells: minor(cells["应付金额"]) + minor(cells["余额支付"]), jd, per="order"
    ),
    "pinduoduo.orders": How("订单号", "订单成交时间", column("用户实付金额(元)"), pinduoduo),
    "pinduoduo.orders.long": How("订单号", "支付时间", column("用户实付金额(元)"), pinduoduo, column("退款金额(元)")),
    "douyin.orders": How("主订单编号", "支付完成时间", column("订单应付金额"), douyin),
    "douyin.orders.75": How("主订单编号", "支付完成时间", column("订单应付金额"), douyin),
    "kuaishou.orders": How("订单号", "订单支付时间", column("实付款"), kuaishou),
    "xiaohongshu.orders": How("订单号", "支付时间", column("用户应付金额(元)"), xiaohongshu),
    "wechat.orders": How(
        "订单号", "支付时间", column("订单实际支付金额"), wechat, column("商品已退款金额"), per="order"
    ),
    "shopify.orders": How(
        "Name",
        "Paid at",
        column("Total"),
        lambda cells: cells["Lineitem fulfillment status"],
        column("Refunded Amount"),
        order_state=shopify_order,
    ),
    "woocommerce.webtoffee": How(
        "order_number",
        "paid_date",
        column("order_total"),
        text_map(
            "status",
            **{
                "wc-pending": "created",
                "wc-on-hold": "created",
                "wc-processing": "paid",
                "wc-completed": "completed",
                "wc-cancelled": "cancelled",
                "wc-failed": "cancelled",
                "wc-refunded": "refunded",
            },
        ),
        lines=False,
    ),
    "amazon.orders.29": How(
        "amazon-order-id",
        "purchase-date",
        amazon_paid,
        lambda cells: {"Unshipped": "", "Shipped": "shipped", "Cancelled": "cancelled"}[cells["item-status"]],
        order_state=lambda states, head: AMAZON.get(head["order-status"], "unknown"),
    ),
    "shopee.orders.en": How(
        "Order ID",
        "Order Paid Time",
        column("Total Amount"),
        shopee("Order Status", "Return / Refund Status"),
        per="order",
    ),
    "shopee.orders.id": How(
        "No. Pesanan",
        "Waktu Pembayaran Dilakukan",
        column("Total Pembayaran", rupiah),
        shopee("Status Pesanan", "Status Pembatalan/ Pengembalian"),
        per="order",
    ),
    "lazada.orders": How(
        "orderNumber",
        "createTime",
        lambda cells: minor(cells["paidPrice"]) + minor(cells["shippingFee"]),
        lazada,
        column("refundAmount"),
    ),
    "tiktok.orders": How(
        "Order ID",
        "Paid Time",
        column("Order Amount", rupiah),
        TIKTOK,
        column("Order Refund Amount", rupiah),
        per="order",
    ),
}
LAYOUTS["amazon.orders.32"] = LAYOUTS["amazon.orders.29"]
#: Layouts whose refund column stands on every row of an order, and those without a pay time.
REFUND_ONCE = {"tiktok.orders"}
BY_STATE = {"amazon.orders.29", "amazon.orders.32", "lazada.orders"}


def slow(sample: Sample, file: dict[str, Any]) -> tuple[dict[str, Found], list[int], int]:
    """Orders of a file, physical numbers of rows that cannot be taken, and the number of rows."""
    how = LAYOUTS[file["layout"]]
    found: dict[str, Found] = {}
    heads: dict[str, Cells] = {}
    rejects: list[int] = []
    rows = 0
    for number, cells in sample.records(file, how.id):
        key = cells[how.id]
        if file["layout"] == "tiktok.orders" and key.startswith("Platform"):
            continue
        rows += 1
        if isinstance(key, float) or re.fullmatch(r"[\d.]+E\+\d+", key):
            rejects.append(number)
            continue
        key = re.sub(r'^="|"$', "", key)
        first = key not in found
        order = found.setdefault(key, Found())
        head = heads.setdefault(key, cells)
        order.lines.append(how.state(cells))
        if first or how.per == "row":
            order.paid += how.paid(cells)
        if first or file["layout"] not in REFUND_ONCE:
            order.refunded += how.refunded(cells)
        if first and how.paid_at:
            order.paid_at = moment(cells[how.paid_at])
        if how.order_state:
            order.state = how.order_state(order.lines, head)
        else:
            order.state = least(order.lines)
    for key, order in found.items():
        if file["layout"] == "shopify.orders":
            bare = "paid" if heads[key]["Paid at"] else "created"
            whole = order.state in ("cancelled", "refunded", "unknown")
            order.lines = [order.state if whole else "shipped" if line == "fulfilled" else bare for line in order.lines]
        if file["layout"].startswith("amazon"):
            unknown = order.state == "unknown"
            order.lines = [
                "unknown" if unknown else line or {"created": "created"}.get(order.state, "paid")
                for line in order.lines
            ]
        if file["layout"] in BY_STATE and order.state in ("created", "cancelled", "unknown"):
            order.paid_at = None
        if not how.lines:
            # an order of one kind of goods is its own line
            order.lines = [order.state] if heads[key].get("宝贝种类") == "1" else []
    return found, rejects, rows


def order_files(sample: Sample) -> list[dict[str, Any]]:
    return [file for file in sample.manifest["files"] if file["layout"] in LAYOUTS]


def test_every_order_layout_is_summed(sample: Sample) -> None:
    kinds = {file["layout"] for file in sample.manifest["files"] if file["kind"] in ("orders", "items")}
    assert kinds == set(LAYOUTS) | {"woocommerce.rest"}


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_file_totals(sample: Sample, layout: str) -> None:
    files = [file for file in sample.manifest["files"] if file["layout"] == layout]
    assert files
    for file in files:
        expected = sample.expected["files"][file["path"]]
        found, rejects, rows = slow(sample, file)
        paid = [order for order in found.values() if order.paid_at]
        assert rows == expected["rows"]
        assert rejects == [reject["row"] for reject in expected["rejects"]]
        assert expected["accepted"] == rows - len(rejects)
        assert len(found) == expected["orders"]
        assert dict(Counter(order.state for order in found.values())) == expected["orders_by_state"]
        if layout != "woocommerce.webtoffee":
            assert sum(len(order.lines) for order in found.values()) == expected["lines"]
            assert dict(Counter(line for order in found.values() for line in order.lines)) == expected["lines_by_state"]
        assert len(paid) == expected["paid_orders"]
        assert sum(order.paid for order in paid) == expected["paid_amount"]
        assert sum(order.refunded for order in found.values()) == expected["refunded_amount"]


def test_shop_totals(sample: Sample) -> None:
    """The latest export in which an order can be read counts; order lists before item lists."""
    checked = 0
    for shop in sample.manifest["shops"]:
        files = [file for file in order_files(sample) if file["shop"] == shop["name"]]
        if not files:
            continue
        latest: dict[str, Found] = {}
        lines: dict[str, list[str]] = {}
        items: set[str] = set()
        for wanted in (("items",), ("order", "both")):
            for file in sorted(files, key=lambda file: file["exported_at"]):
                if file["grain"] in wanted:
                    found = slow(sample, file)[0]
                    latest |= found
                    stated = {key: order.lines for key, order in found.items() if order.lines}
                    lines |= stated if file["grain"] != "order" else {k: v for k, v in stated.items() if k not in items}
                    items |= set(stated) if file["grain"] == "items" else set()
        for key in latest:
            if set(lines.get(key, ())) == {"closed"}:  # the list without pay times only says that it is over
                latest[key].state = "closed"
        expected = sample.expected["shops"][shop["name"]]
        paid = [order for order in latest.values() if order.paid_at]
        assert len(latest) == expected["orders"], shop
        assert dict(Counter(order.state for order in latest.values())) == expected["orders_by_state"], shop
        assert len(paid) == expected["paid_orders"], shop
        assert sum(order.paid for order in paid) == expected["paid_amount"], shop
        assert sum(order.refunded for order in latest.values()) == expected["refunded_amount"], shop
        if shop["name"] != "Yunqi Home":  # its items are packed into cells, several to a row
            assert dict(Counter(line for found in lines.values() for line in found)) == expected["lines_by_state"], shop
            assert sum(map(len, lines.values())) == expected["lines"], shop
        days: dict[str, list[int]] = {}
        for order in paid:
            day = days.setdefault(str(order.paid_at)[:10], [0, 0])
            day[0] += 1
            day[1] += order.paid
        assert expected["days"] == {
            day: {"paid_orders": orders, "paid_amount": amount} for day, (orders, amount) in sorted(days.items())
        }
        checked += 1
    assert checked >= 20


def test_rest_documents(sample: Sample) -> None:
    file = sample.files("woocommerce.rest")[0]
    expected = sample.expected["files"][file["path"]]
    documents = sample.documents(file)
    known = {
        "pending": "created",
        "on-hold": "created",
        "processing": "paid",
        "completed": "completed",
        "cancelled": "cancelled",
        "failed": "cancelled",
        "refunded": "refunded",
    }
    assert len(documents) == expected["rows"] == expected["orders"]
    assert sum(len(document["line_items"]) for document in documents) == expected["lines"]
    paid = [document for document in documents if document["date_paid_gmt"]]
    assert len(paid) == expected["paid_orders"]
    assert sum(minor(document["total"]) for document in paid) == expected["paid_amount"]
    refunds = [refund["total"] for document in documents for refund in document["refunds"]]
    assert -sum(minor(total) for total in refunds) == expected["refunded_amount"]
    assert (len(refunds), expected["refund_success_amount"]) == (expected["refunds"], expected["refunded_amount"])
    assert Counter(known.get(d["status"], "unknown") for d in documents) == expected["orders_by_state"]
    for document in documents:
        lines = sum(minor(item["total"]) for item in document["line_items"])
        tax, freight = minor(document["total_tax"]), minor(document["shipping_total"])
        assert lines + tax + freight == minor(document["total"])


@pytest.mark.parametrize(
    ("layout", "header", "amount"),
    [
        ("taobao.alipay", "账务流水号", lambda c: minor(c["收入金额（+元）"]) + minor(c["支出金额（-元）"])),
        ("pinduoduo.ledger", "商户订单号", lambda c: minor(c["收入金额（+元）"]) + minor(c["支出金额（-元）"])),
        ("jd.settlement", "订单编号", lambda c: minor(c["应结金额"])),
        ("douyin.bill", "结算时间", lambda c: minor(c["结算金额"])),
        ("douyin.wallet", "动账时间", lambda c: minor(c["动账金额"]) * (1 if c["动账方向"] == "入账" else -1)),
        ("kuaishou.settlement", "订单号", lambda c: minor(c["实际结算金额(元)"])),
        (
            "kuaishou.ledger",
            "账务流水号",
            lambda c: (
                0 if c["业务类型"] == "资金冻结" else minor(c["发生额（元）"]) * (1 if c["账务方向"] == "收" else -1)
            ),
        ),
        ("xiaohongshu.settlement", "订单号", lambda c: minor(c["动账金额"])),
        ("wechat.ledger", "流水单号", lambda c: minor(c["收支金额"]) * (1 if c["收支类型"] == "收入" else -1)),
    ],
)
def test_money_files(sample: Sample, layout: str, header: str, amount: Callable[[Cells], int]) -> None:
    files = sample.files(layout)
    assert files
    for file in files:
        expected = sample.expected["files"][file["path"]]
        rows = [cells for _, cells in sample.records(file, header) if _is_entry(cells, header)]
        assert len(rows) == expected["rows"]
        assert sum(amount(cells) for cells in rows) == expected["settlement_total"]
        for balance in ("账户余额（元）", "期末余额（元）", "账户余额"):
            if balance in rows[0]:
                assert minor(rows[-1][balance]) == expected["settlement_total"]


def _is_entry(cells: Cells, header: str) -> bool:
    values = [str(value) for value in cells.values()]
    return not values[0].startswith(("#", "合计", "交易记录", "收入合计", "支出合计")) and any(values)


def test_amazon_settlements_add_up_to_their_summary(sample: Sample) -> None:
    for file in sample.files("amazon.settlement"):
        expected = sample.expected["files"][file["path"]]
        decimal = "," if file["shop"] == "Qingyu DE" else "."
        rows = [cells for _, cells in sample.records(file, "settlement-id")]
        columns = [name for name in rows[0] if name.endswith("amount") and name != "total-amount"]
        total = sum(minor(cells[name], decimal) for cells in rows for name in columns)
        assert minor(rows[0]["total-amount"], decimal) == total == expected["settlement_total"]
        assert len(rows) - 1 == expected["rows"]
        if file["layout"].endswith("v1"):
            assert all(sum(bool(cells[name]) for name in columns) <= 1 for cells in rows[1:])


@pytest.mark.parametrize(
    ("layout", "amount", "done"),
    [
        ("taobao.refunds", "买家退款金额", lambda c: c["退款状态"] == "退款成功"),
        ("jd.aftersale", "退款金额", lambda c: c["处理结果"] == "退款"),
        ("douyin.aftersale", "退商品金额（元）", lambda c: c["售后状态"] == "同意退款，退款成功"),
    ],
)
def test_refund_files(sample: Sample, layout: str, amount: str, done: Callable[[Cells], bool]) -> None:
    for file in sample.files(layout):
        expected = sample.expected["files"][file["path"]]
        rows = [cells for _, cells in sample.records(file, amount)]
        assert len(rows) == expected["rows"] == expected["refunds"]
        total = sum(minor(cells[amount]) + minor(cells.get("退运费金额（元）", "")) for cells in rows if done(cells))
        assert total == expected["refund_success_amount"]


def test_row_identities(sample: Sample) -> None:
    """The identities the platforms state, on every row of every file that carries the terms."""
    rows = 0
    for file in sample.files("pinduoduo.orders"):
        for _, c in sample.records(file, "订单号"):
            cuts = sum(minor(c[n]) for n in ("店铺优惠折扣(元)", "平台优惠折扣(元)", "多多支付立减金额(元)"))
            assert minor(c["用户实付金额(元)"]) == minor(c["商品总价(元)"]) + minor(c["邮费(元)"]) - cuts
            others = minor(c["平台优惠折扣(元)"]) + minor(c["多多支付立减金额(元)"])
            assert minor(c["商家实收金额(元)"]) == minor(c["用户实付金额(元)"]) + others
            rows += 1
    for layout in ("taobao.orders.2018", "taobao.orders.2020"):
        for file in sample.files(layout):
            for _, c in sample.records(file, "订单编号"):
                assert minor(c["总金额"]) == minor(c["买家应付货款"]) + minor(c["买家应付邮费"])
                if moment(c["订单付款时间"]):
                    assert minor(c["买家实际支付金额"]) == minor(c["总金额"]) - minor(c["退款金额"])
                rows += 1
    for file in sample.files("douyin.orders"):
        for _, c in sample.records(file, "主订单编号"):
            unit = minor(c.get("商品单价") or c["商品金额"])
            assert minor(c["订单应付金额"]) == unit * int(c["商品数量"]) + minor(c["运费"]) - minor(c["优惠总金额"])
            rows += 1
    for file in sample.files("kuaishou.orders"):
        for _, c in sample.records(file, "订单号"):
            cuts = sum(minor(c[n]) for n in ("店铺优惠", "平台补贴", "主播补贴", "支付优惠"))
            assert minor(c["实付款"]) == minor(c["商品单价"]) * int(c["成交数量"]) + minor(c["快递费"]) - cuts
            rows += 1
    for file in sample.files("xiaohongshu.orders"):
        for _, c in sample.records(file, "订单号"):
            cuts = sum(minor(c[n]) for n in ("平台优惠(元)", "店铺优惠(元)", "支付渠道优惠(元)"))
            assert minor(c["用户应付金额(元)"]) == minor(c["商品总价(元)"]) - cuts
            rows += 1
    assert rows > 1500


def test_shopify_subtotals(sample: Sample) -> None:
    sums: dict[str, int] = {}
    heads: dict[str, Cells] = {}
    for _, c in sample.records(sample.files("shopify.orders")[-1], "Name"):
        line = minor(c["Lineitem price"]) * int(c["Lineitem quantity"]) - minor(c["Lineitem discount"])
        sums[c["Name"]] = sums.get(c["Name"], 0) + line
        heads.setdefault(c["Name"], c)
    assert len(heads) > 100
    for name, head in heads.items():
        assert minor(head["Subtotal"]) == sums[name] - minor(head["Discount Amount"])
        assert minor(head["Total"]) == minor(head["Subtotal"]) + minor(head["Shipping"]) + minor(head["Taxes"])


def test_channel_days_are_the_sum_of_the_shops(sample: Sample) -> None:
    for channel, found in sample.expected["channels"].items():
        total = sum(day["paid_amount"] for day in found["days"].values())
        shops = [shop for shop in sample.expected["shops"].values() if shop["channel"] == channel]
        assert total == sum(shop["paid_amount"] for shop in shops)
        assert sum(d["paid_orders"] for d in found["days"].values()) == sum(s["paid_orders"] for s in shops)
