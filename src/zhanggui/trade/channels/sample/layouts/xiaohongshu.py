"""Xiaohongshu 千帆: orders (one row per article of a package) and the goods-money settlement; both xlsx."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Final

from zhanggui.trade.channels.sample.forms import names, stamp, yuan
from zhanggui.trade.channels.sample.sheets import Event, FileSpec, Form
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Line, Order, Plan, Traits, derive

TRAITS: Final = Traits(
    merchant=250, platform=250, payment=60, coupons=(300, 500, 1000), freight=0, gift=40, part_refunds=False
)
SHOPS: Final = (("花间小红书店", TRAITS),)

ORDERS: Final = names(
    """
    订单号, 订单状态, 售后状态, 订单类型, 订单标记, 收件人姓名, 收件人电话, 收件人地址, 省, 市, 区, 区域编码,
    小红书编码, 条形码, 规格ID, 达人ID, 达人名称, SKU名称, SKU规格, SKU件数, 是否为赠品, 发票/Invoice,
    商品总价(元), 用户应付金额(元), 平台优惠(元), 店铺优惠(元), 支付渠道优惠(元), SKU商家改价(元),
    商家应收金额(元)（支付金额）, 支付方式, 支付渠道订单号, 支付期数, 利息费用, 手续费承担方, 支付时间,
    sku净重(kg), 包裹总净重(kg), 包裹总运费(元), 快递公司, 快递单号, 发货链接, 大头笔/Paint Marker,
    集包地/Express Extend 1, 三段码/Express Extend 2, 订购人身份证姓名/ID Name, 订购人身份证号/ID Number,
    收件人身份证姓名, 收件人身份证号, 订单创建时间, 预售订单开始发货时间, 预售订单截止发货时间, 承诺发货时间,
    订单发货时间, 订单完成时间, 发货仓库, 确认收货类型, 是否延迟收货, 用户备注, 包裹备注标记, 包裹备注信息,
    异常原因, 店铺名称, 用户编号, 运费模版名称, 物流方案名称, 第三方机构订单号, 国补模式, 供应商id, 供应商名称,
    商家编码, 商品ID, 商品名称
    """
)
SETTLEMENT: Final = names(
    """
    订单号, 售后单号, 下单时间, 结算时间, 交易类型, 结算账户, 动账金额, 计佣基数, 商品实付/实退, 运费实付/实退,
    平台优惠补贴, 平台运费补贴, 跨境税代缴, 商品税金, 运费税金, 佣金, 支付渠道费, 分销佣金, 代运营服务商佣金,
    代开发服务商佣金, 花呗分期手续费, 国补订单毛保金额, 备注
    """
)


def order_no(order: Order) -> str:
    return f"P{order.serial:011d}{order.shade:04d}{order.index * 7 % 1000:03d}"


def status(order: Order, line: Line, at: datetime) -> tuple[str, str, str]:
    state, advance = order.state(line, at), order.advance(line, at)
    if order.odd_status:
        return "待质检", "无售后", "unknown"
    if state == "refunded":
        return "已关闭", "售后完成", "refunded"
    text = {
        "created": "已下单待付款",
        "shipped": "已发货",
        "delivered": "已签收",
        "completed": "已完成",
        "cancelled": "已取消",
    }.get(advance, "待配货" if order.shade % 2 else "待发货")
    if state == "refunding":
        return text, "售后处理中", "refunding"
    return text, "无售后", advance


def _rows(order: Order, at: datetime) -> tuple[list[dict[str, Any]], Seen]:
    rows, states = [], []
    paid_at = order.paid_by(at)
    province, city, district, _ = order.buyer.place
    buyer = f"{order.buyer.number * 104729 % 16**12:012x}"
    for line in order.lines:
        text, service, state = status(order, line, at)
        states.append(state)
        package = order.shipped_by(line, at)
        rows.append(
            {
                "订单号": order_no(order),
                "订单状态": text,
                "售后状态": service,
                "订单类型": "普通订单",
                "收件人姓名": f"{order.buyer.surname}*",
                "收件人电话": order.buyer.phone,
                "收件人地址": "安宁街道***",
                "省": province,
                "市": city,
                "区": district,
                "小红书编码": f"XHS{line.listing.sku_no}",
                "规格ID": f"65{int(line.listing.sku_no):022x}",
                "SKU名称": f"{line.sku.title} {' '.join(line.sku.values)}",
                "SKU规格": " ".join(line.sku.values),
                "SKU件数": line.qty,
                "是否为赠品": "是" if line.is_gift else "否",
                "商品总价(元)": yuan(line.amount),
                "用户应付金额(元)": yuan(line.paid),
                "平台优惠(元)": yuan(line.platform),
                "店铺优惠(元)": yuan(line.merchant),
                "支付渠道优惠(元)": yuan(line.payment),
                "商家应收金额(元)（支付金额）": yuan(line.paid + line.platform + line.payment),
                "支付方式": "微信支付",
                "支付时间": stamp(paid_at),
                "sku净重(kg)": f"{line.sku.weight_g / 1000:.3f}",
                "包裹总运费(元)": "0.00",
                "快递公司": package.carrier if package else "",
                "快递单号": package.waybill if package else "",
                "订单创建时间": stamp(order.created_at),
                "承诺发货时间": stamp(order.deadline_at if paid_at else None),
                "订单发货时间": stamp(package.shipped_at if package else None),
                "订单完成时间": stamp(order.completed_at if text == "已完成" else None),
                "用户备注": order.note,
                "用户编号": buyer,
                "商家编码": line.sku.sku_code,
                "商品ID": f"64{int(line.listing.product_no):022x}",
                "商品名称": line.sku.title,
            }
        )
    paid = order.total("paid")
    return rows, Seen(
        order_no(order), derive(states), paid_at, paid, None, buyer=buyer, lines=states, line_paid=paid, qty=order.qty
    )


def _settlement(order: Order, at: datetime) -> Iterable[Event]:
    """One row per line a day after completion; a refund after that is a row of the opposite sign."""
    if order.completed_at is None or order.odd_status or not order.packages:
        return
    moment = order.completed_at + timedelta(days=1)
    for line in order.lines:
        refund = line.refund
        if moment > at or line.paid <= 0 or (refund and refund.paid_out(moment)):
            continue
        subsidy = line.platform + line.payment
        fee = -((line.paid + subsidy) * 5 // 100)
        yield _row(order, moment, "", "结算", "goods_receipt", line.paid, subsidy, fee)
        if refund and refund.paid_out(at):
            yield _row(
                order, refund.finished_at, f"R{refund.serial}", "退款", "goods_refund", -refund.amount, -subsidy, -fee
            )


def _row(
    order: Order, moment: datetime, refund_no: str, kind: str, subject: str, goods: int, subsidy: int, fee: int
) -> Event:
    entries = ((subject, goods), ("platform_subsidy", subsidy), ("commission", fee))
    net = goods + subsidy + fee
    cells = {
        "订单号": order_no(order),
        "售后单号": refund_no,
        "下单时间": stamp(order.created_at),
        "结算时间": stamp(moment),
        "交易类型": kind,
        "结算账户": "微信",
        "动账金额": yuan(net),
        "计佣基数": yuan(goods + subsidy),
        "商品实付/实退": yuan(goods),
        "运费实付/实退": "0.00",
        "平台优惠补贴": yuan(subsidy),
        "平台运费补贴": "0.00",
        "佣金": yuan(fee),
        "支付渠道费": "0.00",
        "分销佣金": "0.00",
    }
    return Event(moment, cells, tuple((name, amount) for name, amount in entries if amount), flow=net)


def specs(plan: Plan) -> list[FileSpec]:
    first, end = plan.moments[0], plan.moments[-1]
    since = first - (first - datetime.combine(plan.first_day, time())) / 2
    form = Form(ORDERS, "xlsx", sheet="订单信息")
    orders: dict[str, Any] = {
        "grain": "both",
        "rows": _rows,
        "damage": ("订单号",),
        "quirks": ("mixed_brackets", "numeric_cells", "gift_lines", "damaged_ids"),
    }
    return [
        FileSpec(f"小红书订单查询{first:%Y-%m-%d-%H%M%S}", "orders", "xiaohongshu.orders", form, first, **orders),
        FileSpec(
            f"小红书订单查询{end:%Y-%m-%d-%H%M%S}", "orders", "xiaohongshu.orders", form, end, since=since, **orders
        ),
        FileSpec(
            f"货款结算明细{end:%Y%m%d}",
            "settlement",
            "xiaohongshu.settlement",
            Form(SETTLEMENT, "xlsx", sheet="货款"),
            end,
            events=_settlement,
            quirks=("wide_rows",),
        ),
    ]
