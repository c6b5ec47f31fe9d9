"""JD: order export (one row per SKU line, order totals repeated), settlement of 22 columns, after-sale list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Final

from zhanggui.trade.channels.sample import catalogue
from zhanggui.trade.channels.sample.forms import names, stamp, yuan
from zhanggui.trade.channels.sample.sheets import Event, FileSpec, Form
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Order, Plan, Traits, derive

TRAITS: Final = Traits(
    merchant=300, platform=250, hold=40, deleted=12, whole_refunds=True, part_refunds=False, part_shipped=False
)
SHOPS: Final = (("青屿京东旗舰店", TRAITS),)

ORDERS: Final = names(
    """
    订单号, 商品ID, 商品名称, 订购数量, 支付方式, 下单时间, 京东价, 订单金额, 结算金额, 余额支付, 应付金额,
    订单状态, 订单类型, 下单帐号, 客户姓名, 客户地址, 联系电话, 订单备注, 发票类型, 发票抬头, 发票内容,
    商家备注, 商家备注等级（等级1-5为由高到低）, 运费金额, 付款确认时间, 增值税发票, 货号, 订单完成时间,
    订单来源, 订单渠道, 送装服务, 服务费, 仓库id, 仓库名称, 商家SKUID
    """
)
SETTLEMENT: Final = names(
    """
    订单编号, 父单号, 订单状态, 订单下单时间, 订单完成时间, 售后服务单号, 售后退款时间, 商品编号, 商品名称,
    商品数量, 扣点类型, 佣金比例, 费用名称, 应结金额, 币种, 收支方向, 结算状态, 预计结算时间, 账单生成时间,
    到账时间, 商户订单号, 资金动账备注
    """
)
AFTERSALE_GROUPS: Final = (("申请信息", 9), ("订单信息", 6), ("审核信息", 5), ("处理信息", 4))
AFTERSALE: Final = names(
    """
    服务单号, 服务单状态, 申请时间, 客户期望, 一级申请原因, 二级申请原因, 问题描述, 退款金额, 申请数量, 订单号,
    商品编号, 商品名称, 货号, 客户账号, 客户姓名, 审核时间, 审核结果, 审核人, 审核意见, 审核原因,
    商家首次处理时间, 处理结果, 处理完成时间, 退货运单号
    """
)


def order_no(order: Order) -> str:
    return str(300_000_000_000 + order.serial)


STATUS: Final = {
    "created": "等待付款",
    "paid": "等待出库",
    "shipped": "等待确认收货",
    "completed": "完成",
    "cancelled": "取消",
    "refunded": "取消",
}


def status(order: Order, at: datetime) -> tuple[str, str]:
    """Text and canonical state. A refund before shipping shows as 锁定 while open and 取消 once done; a refund after
    shipping is not visible in this export, the order goes on to 完成."""
    if order.odd_status:
        return "等待门店接单", "unknown"
    state = derive(order.states(at))
    early = any(line.refund and line.refund.stage == "unshipped" for line in order.lines)
    if order.deleted and order.paid_by(at):
        return "(删除)等待出库", "cancelled"
    if state == "refunding" and early:
        return "锁定", "refunding"
    if state == "refunded" and early:
        return "取消", "cancelled"
    moving = derive([order.advance(line, at) for line in order.lines])
    moving = "shipped" if moving == "delivered" else moving
    if moving == "paid" and order.held(at):
        return ("暂停", "paid") if order.hold == "pause" else ("锁定", "refunding")
    return STATUS[moving], moving


def _rows(order: Order, at: datetime) -> tuple[list[dict[str, Any]], Seen]:
    text, state = status(order, at)
    goods, merchant, platform = order.total("amount"), order.total("merchant"), order.total("platform")
    freight, due = order.total("freight"), order.total("paid")
    balance = due // 4 if order.shade % 20 == 3 else 0
    paid_at = order.paid_by(at)
    completed = order.completed_at if state == "completed" else None
    never = "1970-01-01 00:00:00" if order.shade % 2 else "0001-01-01 00:00:00"
    province, city, district, _ = order.buyer.place
    rows = []
    for line in order.lines:
        sku_id = f"10{int(line.listing.sku_no) % 10**12:012d}"
        rows.append(
            {
                "订单号": order_no(order),
                "商品ID": f"{sku_id}.0" if order.shade % 60 == 5 else sku_id,
                "商品名称": f"{line.sku.title} {' '.join(line.sku.values)}",
                "订购数量": str(line.qty),
                "支付方式": "在线支付",
                "下单时间": stamp(order.created_at),
                "京东价": yuan(line.unit_list),
                "订单金额": yuan(goods),
                "结算金额": yuan(goods - merchant),
                "余额支付": yuan(balance),
                "应付金额": yuan(due - balance),
                "订单状态": text,
                "订单类型": "SOP",
                "下单帐号": f"jd_{order.buyer.number * 104729 % 10**8:08d}",
                "客户姓名": f"{order.buyer.surname}*",
                "客户地址": f"{province}{city}{district}平安路***",
                "联系电话": order.buyer.phone,
                "订单备注": order.note,
                "商家备注": f"订单拆分为 {order.serial % 10**8} {order.serial % 10**8 + 1}" if order.deleted else "",
                "商家备注等级（等级1-5为由高到低）": str(order.flag) if 1 <= order.flag <= 5 else "",
                "运费金额": yuan(freight),
                "付款确认时间": stamp(paid_at, never),
                "货号": "" if order.shade % 30 == 4 else line.sku.sku_code,
                "订单完成时间": stamp(completed, "" if order.shade % 3 else never),
                "订单来源": "移动端订单",
                "订单渠道": "暂无来源",
                "送装服务": "",
                "服务费": "0.00",
                "仓库id": "0",
                "仓库名称": "",
                "商家SKUID": line.sku.sku_code,
            }
        )
    if platform != goods - merchant + freight - due:
        raise AssertionError("the order's amounts do not close")
    seen = Seen(
        order_no(order), state, paid_at, due, None, buyer=rows[0]["下单帐号"], lines=[state] * len(rows), qty=order.qty
    )
    return rows, seen


def _settlement(order: Order, at: datetime) -> Iterable[Event]:
    """Per line: goods money, commission; per order: delivery money; a refund is goods money going out."""
    if order.completed_at is None or order.completed_at > at or order.deleted or order.odd_status:
        return
    moment = order.completed_at + timedelta(hours=3)
    if moment > at:
        return

    def row(line_index: int, name: str, amount: int, subject: str, when: datetime, **more: str) -> Event:
        line = order.lines[line_index]
        return Event(
            when,
            {
                "订单编号": order_no(order),
                "父单号": "0",
                "订单状态": "完成",
                "订单下单时间": stamp(order.created_at),
                "订单完成时间": stamp(order.completed_at),
                "商品编号": f"10{int(line.listing.sku_no) % 10**12:012d}",
                "商品名称": line.sku.title,
                "商品数量": str(line.qty),
                "扣点类型": "佣金" if name == "佣金" else "",
                "佣金比例": "5.00%" if name == "佣金" else "",
                "费用名称": name,
                "应结金额": yuan(amount),
                "币种": "CNY",
                "收支方向": "收入" if amount > 0 else "支出",
                "结算状态": "已结算",
                "预计结算时间": stamp(when + timedelta(days=1)),
                "账单生成时间": f"{when:%Y%m%d}",
                "到账时间": stamp(when + timedelta(hours=1)),
                "商户订单号": f"{order_no(order)}{line_index:02d}",
                **more,
            },
            ((subject, amount),),
            flow=amount,
        )

    for index, line in enumerate(order.lines):
        money = line.amount - line.merchant
        if money <= 0:
            continue
        yield row(index, "货款", money, "goods_receipt", moment)
        fee = -(money * 5 // 100)
        if fee:
            yield row(index, "佣金", fee, "commission", moment)
        refund = line.refund
        if refund and refund.paid_out(at):
            yield row(
                index,
                "货款",
                -refund.goods,
                "goods_refund",
                max(refund.finished_at, moment),
                售后服务单号=str(refund.serial),
                售后退款时间=stamp(refund.finished_at),
            )
    freight = order.total("freight")
    if freight:
        yield row(0, "代收配送费", freight, "freight", moment)


def _withdraw(moment: datetime, amount: int) -> Event:
    cells = {
        "费用名称": "提现",
        "应结金额": yuan(-amount),
        "币种": "CNY",
        "收支方向": "支出",
        "结算状态": "已结算",
        "账单生成时间": f"{moment:%Y%m%d}",
        "到账时间": stamp(moment),
        "资金动账备注": "提现到对公账户",
    }
    return Event(moment, cells, (("transfer_withdrawal", -amount),), flow=-amount)


_EXPECT: Final = {"unshipped": "售前退款", "shipped": "仅退款", "received": "退货"}


def _aftersales(order: Order, at: datetime) -> Iterable[Event]:
    for line, refund in order.refunds(at):
        is_open = refund.is_open(at)
        done = refund.paid_out(at)
        yield Event(
            refund.applied_at,
            {
                "服务单号": str(refund.serial),
                "服务单状态": "待审核"
                if is_open
                else "完成"
                if done
                else "审核关闭"
                if refund.outcome == "refused"
                else "取消",
                "申请时间": stamp(refund.applied_at),
                "客户期望": _EXPECT[refund.stage],
                "一级申请原因": catalogue.REASONS[refund.reason],
                "退款金额": yuan(refund.amount),
                "申请数量": str(refund.qty),
                "订单号": order_no(order),
                "商品编号": f"10{int(line.listing.sku_no) % 10**12:012d}",
                "商品名称": line.sku.title,
                "货号": line.sku.sku_code,
                "客户账号": f"jd_{order.buyer.number * 104729 % 10**8:08d}",
                "客户姓名": f"{order.buyer.surname}*",
                "审核时间": "" if is_open else stamp(refund.applied_at + (refund.finished_at - refund.applied_at) / 2),
                "商家首次处理时间": ""
                if is_open
                else stamp(refund.applied_at + (refund.finished_at - refund.applied_at) / 2),
                "处理结果": "退款" if done else "",
                "处理完成时间": "" if is_open else stamp(refund.finished_at),
            },
            refund=refund.amount if done else 0,
        )


def specs(plan: Plan) -> list[FileSpec]:
    first, end = plan.moments[0], plan.moments[-1]
    since = plan.moments[0] - (plan.moments[0] - datetime.combine(plan.first_day, time())) / 2
    form = Form(ORDERS, encoding="gbk")
    groups = tuple(name if place == 0 else "" for name, width in AFTERSALE_GROUPS for place in range(width))
    quirks = ("repeated_totals", "sentinel_dates", "deleted_prefix", "float_sku_ids", "blank_codes", "damaged_ids")
    orders: dict[str, Any] = {"grain": "both", "rows": _rows, "damage": ("订单号",), "quirks": quirks}
    return [
        FileSpec(f"订单导出_{first:%Y%m%d%H%M%S}", "orders", "jd.orders", form, first, **orders),
        FileSpec(f"订单导出_{end:%Y%m%d%H%M%S}", "orders", "jd.orders", form, end, since=since, **orders),
        FileSpec(
            f"货款明细_{end:%Y%m%d}",
            "settlement",
            "jd.settlement",
            Form(SETTLEMENT, encoding="utf-8-sig", before=(("说明：应结金额为负表示支出", *[""] * 21),)),
            end,
            events=_settlement,
            withdraw=_withdraw,
            quirks=("note_row", "transfers"),
        ),
        FileSpec(
            f"售后服务单_{end:%Y%m%d}",
            "refunds",
            "jd.aftersale",
            Form(AFTERSALE, "xlsx", sheet="售后单", before=(groups,)),
            end,
            events=_aftersales,
            quirks=("two_header_rows",),
        ),
    ]
