"""Refund list and Alipay ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from zhanggui.trade.channels.sample import catalogue
from zhanggui.trade.channels.sample.forms import stamp, yuan
from zhanggui.trade.channels.sample.layouts.taobao.columns import ALIPAY, REFUNDS
from zhanggui.trade.channels.sample.layouts.taobao.rows import line_no, order_no, payment_no, refund_text
from zhanggui.trade.channels.sample.sheets import Event, FileSpec, Form, Totals
from zhanggui.trade.channels.sample.truth import Order, Plan


def _refund_events(order: Order, at: datetime) -> Iterable[Event]:
    for number, line in enumerate(order.lines):
        refund = line.refund
        if refund is None or refund.applied_at > at:
            continue
        done = refund.paid_out(at)
        kind = "退货退款" if refund.kind == "return_refund" else "仅退款"
        yield Event(
            refund.applied_at,
            {
                "订单编号": line_no(order, number),
                "退款编号": f"4{refund.serial:017d}",
                "支付宝交易号": payment_no(order),
                "订单付款时间": stamp(order.paid_at),
                "商品ID": line.listing.product_no,
                "商家编码": line.sku.sku_code,
                "退款完结时间": stamp(refund.finished_at if not refund.is_open(at) else None),
                "买家会员名": f"tb{order.buyer.number * 7919 % 10**7:07d}",
                "买家实际支付金额": yuan(line.paid),
                "宝贝标题": line.sku.title,
                "买家退款金额": yuan(refund.amount),
                "退给平台金额": "0.00",
                "退款总额": yuan(refund.amount),
                "售后类型": kind,
                "退款的申请时间": stamp(refund.applied_at),
                "退款状态": refund_text(refund, at),
                "货物状态": "买家未收到货" if refund.stage != "received" else "买家已收到货",
                "买家退款原因": catalogue.REASONS[refund.reason],
                "退款操作人": "商家",
                "退款阶段": "售前" if refund.stage == "unshipped" else "售中",
                "业务类型": "普通退款",
                "部分退款/全部退款": "全部退款" if refund.full else "部分退款",
            },
            refund=refund.amount if done else 0,
        )


# --- Alipay ledger -------------------------------------------------------------------------------------------------


def _ledger_events(order: Order, at: datetime) -> Iterable[Event]:
    """Receipt at confirmation (what had been refunded before is not paid out), commission, later refunds."""
    number = order_no(order)
    finished = order.completed_at
    if finished is None or finished > at or not order.packages or order.odd_status:
        return
    early = order.refunded(finished)
    received = order.total("paid") - early
    base = {
        "商户订单号": f"T200P{number}",
        "业务基础订单号": number,
        "业务流水号": payment_no(order),
        "商品名称": order.lines[0].sku.title,
        "对方账号": f"{order.buyer.phone[:3]}***@buyer",
    }
    serial = f"{finished:%Y%m%d}{order.serial:014d}"

    def row(
        moment: datetime, suffix: str, amount: int, kind: str, text: str, note: str, subject: str, **more: str
    ) -> Event:
        cells = {
            **base,
            "账务流水号": serial + suffix,
            "发生时间": stamp(moment),
            "收入金额（+元）": yuan(amount) if amount > 0 else "",
            "支出金额（-元）": yuan(amount) if amount < 0 else "",
            "交易渠道": "支付宝",
            "业务类型": kind,
            "备注": note,
            "业务描述": text,
            **more,
        }
        return Event(moment, cells, ((subject, amount),), flow=amount)

    if received > 0:
        yield row(finished, "01", received, "在线支付", "0010001|交易收款-交易收款", "", "goods_receipt")
        fee = -(received * 5 // 1000)
        if fee:
            yield row(
                finished,
                "02",
                fee,
                "其它",
                "0030001|技术服务费-佣金",
                f"佣金代扣tradeid:{number}",
                "commission",
                商户订单号="",
                业务基础订单号="",
            )
    for index, (_, refund) in enumerate(order.refunds(at)):
        if refund.paid_out(at) and refund.finished_at > finished:
            yield row(
                refund.finished_at,
                f"1{index}",
                -refund.amount,
                "交易退款",
                "0020001|交易退款-售后退款",
                "售后退款",
                "goods_refund",
            )


def _withdraw(moment: datetime, amount: int) -> Event:
    return Event(
        moment,
        {
            "账务流水号": f"{moment:%Y%m%d}99000000000001",
            "发生时间": stamp(moment),
            "支出金额（-元）": yuan(-amount),
            "业务类型": "提现",
            "备注": "提现到银行卡",
            "业务描述": "0100001|提现-账户提现",
        },
        (("transfer_withdrawal", -amount),),
        flow=-amount,
    )


def _ledger_footer(totals: Totals) -> list[str]:
    return [
        "#-----------------------------------------账务明细列表结束------------------------------------",
        f"#支出合计：{totals.rows_out}笔，共{yuan(totals.sum_out)}元",
        f"#收入合计：{totals.rows_in}笔，共{yuan(totals.sum_in)}元",
    ]


def money_files(plan: Plan, end: datetime) -> list[FileSpec]:
    alipay = Form(
        ALIPAY,
        encoding="gb18030",
        quote="needed",
        before=(
            "#支付宝账务明细查询",
            "#账号：[20880000000000000156]",
            f"#起始日期：[{plan.first_day:%Y年%m月%d日} 00:00:00]   终止日期：[{plan.last_day:%Y年%m月%d日} 23:59:59]",
            "#-----------------------------------------账务明细列表----------------------------------------",
        ),
    )
    return [
        FileSpec(
            f"退款管理_{end:%Y%m%d%H%M%S}",
            "refunds",
            "taobao.refunds",
            Form(REFUNDS, "xlsx", sheet="退款"),
            end,
            events=_refund_events,
        ),
        FileSpec(
            f"20880000000000000156_{end:%Y%m%d}_账务明细",
            "ledger",
            "taobao.alipay",
            alipay,
            end,
            events=_ledger_events,
            balance_column="账户余额（元）",
            withdraw=_withdraw,
            footer=_ledger_footer,
            quirks=("preamble", "footer", "fullwidth_brackets", "transfers"),
        ),
    ]
