"""Pinduoduo: order export in the current and the longer form, ledger with preamble and counted footer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Final

from zhanggui.trade.channels.sample.forms import names, slashed, stamp, tab_last, yuan
from zhanggui.trade.channels.sample.sheets import Event, FileSpec, Form, Totals
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Order, Plan, Traits

TRAITS: Final = Traits(
    several_lines=(0, 0, 0), merchant=250, platform=300, payment=200, coupons=(9, 100, 300, 500), group=60, hold=20
)
SHOPS: Final = (("山月拼多多店", TRAITS), ("云栖百货拼多多店", TRAITS))

ORDERS: Final = names(
    """
    商品, 订单号, 订单状态, 商品总价(元), 邮费(元), 店铺优惠折扣(元), 平台优惠折扣(元), 多多支付立减金额(元),
    用户实付金额(元), 商家实收金额(元), 商品数量(件), 发货时间, 确认收货时间, 商品id, 商品规格, 样式ID,
    商家编码-规格维度, 商家编码-商品维度, 商家备注, 售后状态, 快递单号, 快递公司, 订单成交时间, 是否分期,
    分期期数, 手续费承担方, 分期方式
    """
)
ORDERS_LONG: Final = names(
    """
    商品, 订单号, 订单状态, 商品总价(元), 邮费(元), 店铺优惠折扣(元), 平台优惠折扣(元), 多多支付立减金额(元),
    上门安装费(元), 送货入户费(元), 送货入户并安装费(元), 用户实付金额(元), 商家实收金额(元), 商品数量(件),
    支付时间, 拼单成功时间, 承诺发货时间, 发货时间, 确认收货时间, 商品id, 商品规格, 规格ID, 商家编码-SKU维度,
    商家编码-商品维度, 收货人, 手机, 省, 市, 区, 街道, 地址, 是否审核中, 是否抽奖或0元试用, 是否顺丰加价,
    是否门店自提, 订单来源, 商家备注, 售后状态, 退款金额(元), 快递单号, 快递公司, 支付方式, 团id, 订单成交时间
    """
)
LEDGER: Final = names(
    """
    商户订单号, 发生时间, 收入金额（+元）, 支出金额（-元）, 账务类型, 备注, 业务描述
    """
)

_TABBED: Final = frozenset(
    [
        "商品总价(元)",
        "邮费(元)",
        "店铺优惠折扣(元)",
        "平台优惠折扣(元)",
        "多多支付立减金额(元)",
        "用户实付金额(元)",
        "商家实收金额(元)",
        "商品数量(件)",
        "商品id",
        "商品规格",
        "样式ID",
        "商家编码-规格维度",
        "商家编码-商品维度",
        "订单号",
    ]
)


def order_no(order: Order) -> str:
    return f"{order.created_at:%y%m%d}-{order.serial:011d}{order.buyer.number % 10000:04d}"


def status(order: Order, at: datetime) -> tuple[str, str, str]:
    """订单状态, 售后状态 and the canonical state."""
    calm = "无售后或售后取消"
    line = order.lines[0]
    state = order.state(line, at)
    advance = order.advance(line, at)
    if order.odd_status:
        return "待补寄", calm, "unknown"
    if state == "refunded":
        if order.group_fails:
            return "未成交，退款成功", "退款成功", "refunded"
        return {"paid": "未发货", "shipped": "已发货"}.get(advance, "已收货") + "，退款成功", "退款成功", "refunded"
    if state == "cancelled":
        return "已取消", calm, "cancelled"
    if advance == "paid" and order.grouped_at is not None and order.grouped_at > at:
        return "待成团", calm, "created"
    long = order.shade % 2
    text = {
        "created": "待支付",
        "paid": "已付款，待发货" if long else "待发货",
        "shipped": "已发货，待签收" if long else "已发货，待收货",
    }.get(advance, "已签收" if long else "已收货")
    if state == "refunding":
        return text, "退款中" if order.shade % 3 else "售后处理中", "refunding"
    return text, calm, "delivered" if advance == "completed" else advance


def _rows(order: Order, at: datetime, *, long: bool) -> tuple[list[dict[str, Any]], Seen]:
    line = order.lines[0]
    text, service, state = status(order, at)
    paid_at = order.paid_by(at)
    closed_deal = order.grouped_at or order.paid_at if state not in ("created", "cancelled") else None
    if order.group_fails or (closed_deal is not None and closed_deal > at):
        closed_deal = None
    package = order.shipped_by(line, at)
    received = order.delivered_at if order.delivered_at and order.delivered_at <= at and package else None
    province, city, district, _ = order.buyer.place
    spec = " ".join(line.sku.values)
    show = slashed if long and order.shade % 10 == 1 else stamp
    cells: dict[str, Any] = {
        "商品": line.sku.title,
        "订单号": order_no(order),
        "订单状态": text,
        "商品总价(元)": yuan(line.amount),
        "邮费(元)": yuan(line.freight),
        "店铺优惠折扣(元)": yuan(line.merchant),
        "平台优惠折扣(元)": yuan(line.platform),
        "多多支付立减金额(元)": yuan(line.payment),
        "用户实付金额(元)": yuan(line.paid),
        "商家实收金额(元)": yuan(line.paid + line.platform + line.payment),
        "商品数量(件)": str(line.qty),
        "发货时间": show(package.shipped_at if package else None),
        "确认收货时间": show(received),
        "商品id": line.listing.product_no,
        "商品规格": spec,
        "样式ID": line.listing.sku_no,
        "规格ID": line.listing.sku_no,
        "商家编码-规格维度": line.sku.sku_code,
        "商家编码-SKU维度": line.sku.sku_code,
        "商家编码-商品维度": line.sku.product_code,
        "售后状态": service,
        "快递单号": package.waybill if package else "",
        "快递公司": package.carrier if package else "",
        "订单成交时间": show(closed_deal),
        "是否分期": "否",
        "支付时间": show(paid_at),
        "拼单成功时间": show(closed_deal),
        "承诺发货时间": show(order.deadline_at if closed_deal else None),
        "上门安装费(元)": "0.00",
        "送货入户费(元)": "0.00",
        "送货入户并安装费(元)": "0.00",
        "收货人": "" if package else f"{order.buyer.surname}*",
        "手机": "" if package else order.buyer.phone,
        "省": province,
        "市": city,
        "区": district,
        "地址": "" if package else "****",
        "是否审核中": "是" if state == "paid" and order.held(at) else "否",
        "是否抽奖或0元试用": "否",
        "是否顺丰加价": "否",
        "是否门店自提": "否",
        "订单来源": "普通订单",
        "支付方式": "微信" if order.shade % 3 else "支付宝",
        "团id": str(order.serial * 3) if order.grouped_at else "",
        "退款金额(元)": yuan(order.refunded(at)),
    }
    seen = Seen(
        order_no(order),
        state,
        paid_at if long else closed_deal,
        line.paid,
        order.refunded(at) if long else None,
        lines=[state],
        qty=line.qty,
    )
    if not long:
        cells = {name: tab_last(value) if name in _TABBED else value for name, value in cells.items()}
    return [cells], seen


def _ledger(order: Order, at: datetime) -> Iterable[Event]:
    """Goods money at receipt, the service fee with it, refunds when they are paid out."""
    moment = order.delivered_at
    if moment is None or moment > at or order.odd_status or not order.packages:
        return
    line = order.lines[0]
    if line.refund and line.refund.stage == "unshipped" and line.refund.outcome == "success":
        return

    def row(when: datetime, amount: int, kind: str, text: str, subject: str, note: str = "") -> Event:
        cells = {
            "商户订单号": order_no(order),
            "发生时间": stamp(when),
            "收入金额（+元）": yuan(amount) if amount >= 0 else "",
            "支出金额（-元）": yuan(amount) if amount < 0 else "",
            "账务类型": kind,
            "备注": note,
            "业务描述": text,
        }
        return Event(when, cells, ((subject, amount),), flow=amount)

    receivable = line.paid + line.platform + line.payment
    yield row(moment, receivable, "交易收入", "0010002|交易收入-订单收入", "goods_receipt")
    fee = -(receivable * 6 // 1000)
    if fee:
        yield row(moment, fee, "技术服务费", "0030002|技术服务费-基础技术服务费", "tech_fee")
    if order.shade % 12 == 0:  # two events that are equal in every cell, both real
        for _ in range(2):
            yield row(
                moment + timedelta(seconds=5), -50, "营销费用", "0060001|营销费用-多多进宝", "affiliate_commission"
            )
    if order.shade % 25 == 1:
        yield row(
            moment + timedelta(seconds=9), 0, "交易收入", "0010002|交易收入-订单收入", "goods_receipt", "零元活动"
        )
    refund = line.refund
    if refund and refund.paid_out(at):
        when = max(refund.finished_at, moment)
        yield row(when, -refund.amount, "退款", "0020002|交易退款-订单退款", "goods_refund")


def _withdraw(moment: datetime, amount: int) -> Event:
    cells = {
        "发生时间": stamp(moment),
        "支出金额（-元）": yuan(-amount),
        "账务类型": "提现",
        "备注": "提现到银行卡",
        "业务描述": "",
    }
    return Event(moment, cells, (("transfer_withdrawal", -amount),), flow=-amount)


def _footer(totals: Totals) -> list[str]:
    return [
        "交易记录明细列表结束",
        f"收入合计：{totals.rows_in}笔 共{yuan(totals.sum_in)}元",
        f"支出合计：{totals.rows_out}笔 共{yuan(totals.sum_out)}元",
    ]


def specs(plan: Plan) -> list[FileSpec]:
    first, end = plan.moments[0], plan.moments[-1]
    since = first - (first - datetime.combine(plan.first_day, time())) / 2
    if plan.shop == SHOPS[1][0]:
        return [
            FileSpec(
                f"orders_export{end:%Y-%m-%d-%H-%M-%S}",
                "orders",
                "pinduoduo.orders.long",
                Form(ORDERS_LONG, encoding="gbk", quote="needed"),
                end,
                grain="both",
                rows=lambda order, at: _rows(order, at, long=True),
                quirks=("spreadsheet_dates", "masked_receiver_blank_after_shipping", "under_review"),
            ),
        ]
    form = Form(ORDERS, encoding="utf-8-sig", quote="needed")
    orders: dict[str, Any] = {
        "grain": "both",
        "rows": lambda order, at: _rows(order, at, long=False),
        "damage": ("订单号",),
        "paid_basis": "deal_time",
        "quirks": ("trailing_tabs", "empty_deal_time", "refund_keeps_amount", "damaged_ids"),
    }
    ledger = Form(
        LEDGER,
        encoding="gb18030",
        quote="needed",
        before=(
            "拼多多商家账务明细查询",
            "",
            f"起始时间：{plan.first_day} 00:00:00   终止时间：{plan.last_day} 23:59:59",
            "---------------------------交易记录明细列表---------------------------",
        ),
    )
    return [
        FileSpec(f"orders_export{first:%Y-%m-%d-%H-%M-%S}", "orders", "pinduoduo.orders", form, first, **orders),
        FileSpec(
            f"orders_export{end:%Y-%m-%d-%H-%M-%S}", "orders", "pinduoduo.orders", form, end, since=since, **orders
        ),
        FileSpec(
            f"pdd-mall-bill-detail-{end:%Y%m%d%H%M%S}",
            "ledger",
            "pinduoduo.ledger",
            ledger,
            end,
            events=_ledger,
            withdraw=_withdraw,
            footer=_footer,
            quirks=("preamble_with_blank_row", "footer_counts_zero_amounts", "equal_rows", "transfers"),
        ),
    ]
