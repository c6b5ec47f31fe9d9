"""Rows of the order list and the item list, with the platform's ids and status texts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from zhanggui.trade.channels.sample.forms import formula, stamp, yuan
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Line, Order, Refund, derive

# --- ids and states -----------------------------------------------------------------------------------------------


def order_no(order: Order) -> str:
    return f"35{order.serial:011d}{order.index * 7919 % 100:02d}{order.buyer.number % 10000:04d}"


def line_no(order: Order, number: int) -> str:
    """Equal to the order's own number when it has one line; else a number of its own."""
    if len(order.lines) == 1:
        return order_no(order)
    return f"36{order.serial:011d}{number:02d}{order.buyer.number % 10000:04d}"


def payment_no(order: Order) -> str:
    return f"{order.created_at:%Y%m%d}{order.serial:014d}{order.shade:06d}"


WAIT_PAY = "等待买家付款"
STATUS: Final = {
    "created": WAIT_PAY,
    "paid": "买家已付款，等待卖家发货",
    "shipped": "卖家已发货，等待买家确认",
    "delivered": "卖家已发货，等待买家确认",
    "completed": "交易成功",
    "cancelled": "交易关闭",
    "refunded": "交易关闭",
}
ODD_STATUS: Final = "交易已归档"


def visible(state: str) -> str:
    """A state as the list can show it: delivery is not visible."""
    return "shipped" if state == "delivered" else state


def order_status(order: Order, at: datetime) -> tuple[str, str]:
    """Text of the order list and the canonical state it stands for. An open refund is not shown in this list."""
    if order.odd_status:
        return ODD_STATUS, "unknown"
    states = [
        "refunded" if order.state(line, at) == "refunded" else visible(order.advance(line, at)) for line in order.lines
    ]
    moving = [state for state in states if state != "refunded"]
    if {"paid", "shipped"} <= set(moving):
        return "卖家部分发货", "shipped"
    state = derive(states)
    return STATUS[state], state


def _address(order: Order) -> str:
    province, city, district, postcode = order.buyer.place
    return f"{province} {city} {district or 'null'} 幸福街道***({postcode})"


def _stages(order: Order, at: datetime) -> str:
    if not order.presale:
        return ""
    final = "已付" if order.paid_by(at) else "未付"
    return f"阶段1：定金{yuan(order.deposit)}元 已付；阶段2：尾款 {final}"


def order_cells(order: Order, at: datetime, shop: str, *, net: bool) -> tuple[dict[str, Any], Seen]:
    text, state = order_status(order, at)
    due, freight = order.total("paid"), order.total("freight")
    paid_at = order.paid_by(at)
    refunded = order.refunded(at)
    shown = (due - refunded if net else due) if paid_at else 0
    package = order.first_shipped(at)
    finished = order.completed_at if state == "completed" else None
    number = order_no(order)
    lines = order.lines
    cells = {
        "订单编号": formula(number),
        "买家会员名": f"tb{order.buyer.number * 7919 % 10**7:07d}",
        "买家会员昵称": f"{order.buyer.surname}**",
        "买家支付宝账号": f"{order.buyer.phone[:3]}****{order.buyer.phone[-2:]}",
        "支付单号": formula(payment_no(order)) if paid_at else formula(""),
        "买家应付货款": yuan(due - freight),
        "买家应付邮费": yuan(freight),
        "买家支付积分": "0",
        "总金额": yuan(due),
        "总金额(旧版)": yuan(due),
        "返点积分": "0",
        "买家实际支付金额": yuan(shown),
        "买家实付金额": yuan(shown),
        "买家实际支付积分": "0",
        "订单状态": text,
        "买家留言": order.note or ("null" if order.shade % 3 else ""),
        "收货人姓名": f"{order.buyer.surname}*",
        "收货地址": _address(order),
        "运送方式": "快递",
        "联系电话": "'" if order.shade % 50 == 3 else "",
        "联系手机": f"'{order.buyer.phone}",
        "订单创建时间": stamp(order.created_at),
        "订单付款时间": stamp(paid_at),
        "宝贝标题": "，".join(line.sku.title for line in lines),
        "商品标题": "，".join(line.sku.title for line in lines),
        "宝贝种类": str(len(lines)),
        "物流单号": f"No:{package.waybill}" if package else "",
        "物流公司": package.carrier if package else "",
        "订单备注": "-" if order.shade % 40 == 7 else "",
        "商家备注": "",
        "宝贝总数量": str(order.qty),
        "店铺Id": "0",
        "店铺名称": shop,
        "订单关闭原因": {"cancelled": "买家未付款", "refunded": "退款"}.get(state, "订单未关闭"),
        "卖家服务费": "0",
        "买家服务费": "0元",
        "是否手机订单": "手机订单",
        "分阶段订单信息": _stages(order, at),
        "特权订金订单id": formula(""),
        "是否上传合同照片": "否",
        "是否上传小票": "否",
        "是否代付": "否",
        "退款金额": yuan(refunded),
        "确认收货时间": stamp(finished),
        "打款商家金额": f"{yuan(due - refunded if finished else 0)}元",
        "确认收货打款金额": yuan(due - refunded if finished else 0),
        "主订单编号": formula(number),
        "是否信用购": "否",
        "预售订单": "是" if order.presale else "否",
        "发货时间": stamp(package.shipped_at if package else None),
        "虚拟号过期时间": stamp(order.created_at + timedelta(days=60)) if order.shade % 4 else "null",
        "返现金额": "NULL" if order.shade % 5 == 0 else "",
        "商家编码": lines[0].sku.sku_code if len(lines) == 1 else "",
        "商品属性SKU": _attributes(lines[0]) if len(lines) == 1 else "",
        "是否主动赔付": "否",
    }
    if order.index % 97 == 11:
        cells["买家留言"] = "请写𠮷祥如意"  # a character that only GB18030 of the GB family can carry
    # the ≤2016 layout has no refund column: what it shows is all that can be known of the payment
    # the number of an order of one kind of goods is also that of its line
    known = [state] if len(lines) == 1 else []
    seen = Seen(number, state, paid_at, due, refunded, buyer=cells["买家会员名"], lines=known, qty=order.qty)
    return cells, seen


def _attributes(line: Line) -> str:
    return ";".join(f"{name}：{value}" for name, value in line.sku.attributes)


def plain(cells: dict[str, Any]) -> dict[str, Any]:
    """The text-only xlsx has no formula ids."""
    return {name: value.strip("\x01\x02") if isinstance(value, str) else value for name, value in cells.items()}


REFUND_TEXT: Final = {"requested": "买家已经申请退款，等待卖家同意", "agreed": "卖家已经同意退款，等待买家退货"}


def refund_text(refund: Refund | None, at: datetime) -> str:
    if refund is None or refund.applied_at > at:
        return "没有申请退款"
    if refund.is_open(at):
        return REFUND_TEXT["agreed" if refund.kind == "return_refund" and refund.serial % 2 else "requested"]
    if refund.outcome == "success":
        return "退款成功"
    return "退款关闭"


def item_cells(order: Order, at: datetime, *, net: bool, dated: bool) -> tuple[list[dict[str, Any]], Seen]:
    """``dated``: the layout has pay time and refund columns; without them a closed line cannot be told apart."""
    rows, states = [], []
    paid_at = order.paid_by(at)
    total = refunds = 0
    for number, line in enumerate(order.lines):
        truth = order.state(line, at)
        text = STATUS[visible(order.advance(line, at) if truth == "refunding" else truth)]
        state = visible(truth)
        if order.odd_status:
            text, state = ODD_STATUS, "unknown"
        elif not dated:
            state = visible(order.advance(line, at)) if truth == "refunding" else state
            state = "closed" if text == "交易关闭" else state
        states.append(state)
        refund = line.refund
        back = refund.goods if refund and refund.paid_out(at) else 0
        due = line.paid - line.freight
        total += due
        refunds += back
        package = order.shipped_by(line, at)
        rows.append(
            {
                "订单编号": order_no(order),
                "子订单编号": line_no(order, number),
                "主订单编号": order_no(order),
                "标题": line.sku.title,
                "商品标题": line.sku.title,
                "价格": yuan(line.unit_list),
                "商品价格": yuan(line.unit_list),
                "购买数量": str(line.qty),
                "外部系统编号": line.sku.sku_code,
                "商品属性": _attributes(line),
                "订单状态": text,
                "商家编码": line.sku.sku_code,
                "支付单号": payment_no(order) if paid_at else "null",
                "买家应付货款": yuan(due),
                "买家实际支付金额": yuan((due - back if net else due) if paid_at else 0),
                "买家实付金额": yuan((due - back if net else due) if paid_at else 0),
                "退款状态": refund_text(refund, at),
                "退款金额": yuan(refund.goods) if refund and refund.applied_at <= at else "无退款申请",
                "订单创建时间": stamp(order.created_at),
                "订单付款时间": stamp(paid_at, "null"),
                "商品id": line.listing.product_no,
                "商品ID": line.listing.product_no,
                "分阶段订单信息": _stages(order, at) or "null",
                "分阶段信息": _stages(order, at) or "null",
                "商家备注": "",
                "主订单买家留言": order.note or "null",
                "发货时间": stamp(package.shipped_at if package else None, "null"),
                "物流单号": f"No:{package.waybill}" if package else "null",
                "物流公司": package.carrier if package else "null",
                "是否赔付": "否",
                "是否主动赔付": "否",
                "应发货时间": stamp(order.deadline_at if paid_at else None, "null"),
            }
        )
    seen = Seen(
        order_no(order),
        derive(states),
        paid_at if dated else None,
        total if dated else None,
        refunds if dated else None,
        lines=states,
        line_paid=total if dated else None,
        qty=order.qty,
    )
    return rows, seen
