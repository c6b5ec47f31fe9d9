"""WeChat shop: orders (order cells repeated on each product row) and the ledger; both xlsx."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Final

from zhanggui.trade.channels.sample.forms import names, stamp, yuan
from zhanggui.trade.channels.sample.sheets import Event, FileSpec, Form
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Order, Plan, Traits, derive

TRAITS: Final = Traits(
    merchant=250,
    platform=150,
    coupons=(200, 300, 500, 1000),
    open_refunds=False,
    whole_refunds=True,
    part_refunds=False,
    part_shipped=False,
)
SHOPS: Final = (("云栖微信小店", TRAITS),)

ORDERS: Final = names(
    """
    订单号, 订单下单时间, 订单发货时间, 订单确认收货时间, 订单完成结算时间, 订单状态, 发货方式, 收件人姓名,
    收件人地址, 省, 市, 区, 收件人手机, 买家备注, 商家备注, 打标颜色, 商品总价, 订单实际支付金额,
    订单实际收款金额, 订单运费, 商品优惠, 跨店优惠, 商品改价, 积分抵扣, 支付方式, 支付时间, 交易单号, 物流公司,
    快递单号, 技术服务费, 技术服务费（将以人气卡形式返还）, 运费险预计投保费用, 带货方式, 带货账号类型,
    带货账号昵称, 带货费用渠道, 带货费用类型, 带货费用, 带货佣金率, 礼物单号, 商品名称, 商品编码(平台),
    商品编码(自定义), SKU编码(自定义), 商品属性, 商品价格(单件), 商品实际价格(单件), 商品实际价格(总共),
    是否预售, 商品数量, 商品平台券优惠, 商品平均运费, 定制信息, 定制预览图, 商品发货, 商品售后, 商品已退款金额
    """
)
LEDGER: Final = names(
    """
    流水单号, 记账时间, 动帐类型, 收支类型, 收支金额, 账户余额, 关联订单号, 关联售后单号, 关联提现单号,
    关联保单号, 关联礼物单号, 详情
    """
)


def order_no(order: Order) -> str:
    return f"372{order.serial:011d}{order.shade:04d}{order.buyer.number % 10}"


def status(order: Order, at: datetime) -> tuple[str, str]:
    if order.odd_status:
        return "待核销", "unknown"
    state = derive(order.states(at))
    text = {
        "created": "待付款",
        "paid": "待发货",
        "shipped": "待收货",
        "delivered": "待收货",
        "completed": "已完成",
        "cancelled": "已取消",
        "refunded": "已取消",
    }[state]
    return text, "shipped" if state == "delivered" else state


def _rows(order: Order, at: datetime) -> tuple[list[dict[str, Any]], Seen]:
    text, state = status(order, at)
    paid_at = order.paid_by(at)
    due, platform = order.total("paid"), order.total("platform")
    package = order.first_shipped(at)
    completed = order.completed_at if text == "已完成" else None
    province, city, district, _ = order.buyer.place
    sign = "¥" if order.shade % 25 == 4 else ""
    rows = []
    for line in order.lines:
        refund = line.refund
        back = refund.amount if refund and refund.paid_out(at) else 0
        rows.append(
            {
                "订单号": order_no(order),
                "订单下单时间": stamp(order.created_at),
                "订单发货时间": stamp(package.shipped_at if package else None),
                "订单确认收货时间": stamp(completed),
                "订单完成结算时间": stamp(completed),
                "订单状态": text,
                "发货方式": "自寄快递",
                "收件人姓名": f"{order.buyer.surname}*",
                "收件人地址": "长乐街***",
                "省": province,
                "市": city,
                "区": district,
                "收件人手机": order.buyer.phone,
                "买家备注": order.note,
                "商品总价": sign + yuan(order.total("amount")),
                "订单实际支付金额": sign + yuan(due),
                "订单实际收款金额": sign + yuan(due + platform),
                "订单运费": yuan(order.total("freight")),
                "商品优惠": yuan(order.total("merchant")),
                "跨店优惠": yuan(platform),
                "支付方式": "微信支付",
                "支付时间": stamp(paid_at),
                "交易单号": f"42000{order.serial:011d}{order.shade:06d}" if paid_at else "",
                "物流公司": package.carrier if package else "",
                "快递单号": package.waybill if package else "",
                "商品名称": line.sku.title,
                "商品编码(平台)": line.listing.product_no,
                "商品编码(自定义)": line.sku.product_code,
                "SKU编码(自定义)": line.sku.sku_code,
                "商品属性": ";".join(line.sku.values),
                "商品价格(单件)": yuan(line.unit_list),
                "商品实际价格(单件)": yuan(line.unit_price),
                "商品实际价格(总共)": yuan(line.amount),
                "是否预售": "否",
                "商品数量": line.qty,
                "商品平台券优惠": yuan(line.platform),
                "商品平均运费": yuan(line.freight),
                "商品发货": "已发货" if order.shipped_by(line, at) else "未发货",
                "商品售后": "售后完成" if back else "",
                "商品已退款金额": yuan(back),
            }
        )
    seen = Seen(order_no(order), state, paid_at, due, order.refunded(at), lines=[state] * len(rows), qty=order.qty)
    return rows, seen


def _ledger(order: Order, at: datetime) -> Iterable[Event]:
    """Paid money in at payment, service fee at completion, refunds when paid out."""
    paid_at = order.paid_by(at)
    if paid_at is None or order.odd_status:
        return
    serial = f"93{order.serial:011d}"
    received = order.total("paid") + order.total("platform")
    yield _movement(paid_at, serial + "01", received, "订单支付", "goods_receipt", order_no(order))
    if order.completed_at and order.completed_at <= at and order.packages:
        fee = -((order.total("paid") - order.refunded(order.completed_at)) * 5 // 100)
        if fee:
            yield _movement(order.completed_at, serial + "02", fee, "技术服务费", "tech_fee", order_no(order))
    for number, (_, refund) in enumerate(order.refunds(at)):
        if refund.paid_out(at):
            yield _movement(
                max(refund.finished_at, paid_at + timedelta(seconds=1)),
                f"{serial}1{number}",
                -refund.amount,
                "订单退款",
                "goods_refund",
                order_no(order),
                f"20{refund.serial}",
            )


def _movement(
    moment: datetime, serial: str, amount: int, kind: str, subject: str, order: str = "", refund: str = ""
) -> Event:
    cells = {
        "流水单号": serial,
        "记账时间": stamp(moment),
        "动帐类型": kind,
        "收支类型": "收入" if amount > 0 else "支出",
        "收支金额": yuan(abs(amount)),
        "关联订单号": order,
        "关联售后单号": refund,
        "关联提现单号": serial if kind == "提现" else "",
    }
    return Event(moment, cells, ((subject, amount),), flow=amount)


def _withdraw(moment: datetime, amount: int) -> Event:
    return _movement(moment, f"94{moment:%Y%m%d}0001", -amount, "提现", "transfer_withdrawal")


def specs(plan: Plan) -> list[FileSpec]:
    first, end = plan.moments[0], plan.moments[-1]
    since = first - (first - datetime.combine(plan.first_day, time())) / 2
    form = Form(ORDERS, "xlsx", sheet="Sheet1")
    orders: dict[str, Any] = {
        "grain": "both",
        "rows": _rows,
        "damage": ("订单号",),
        "damaged_as": 2.026e27,
        "quirks": ("repeated_totals", "currency_signs", "numeric_cells", "damaged_ids"),
    }
    return [
        FileSpec(f"微信小店订单{first:%Y%m%d%H%M%S}", "orders", "wechat.orders", form, first, **orders),
        FileSpec(f"微信小店订单{end:%Y%m%d%H%M%S}", "orders", "wechat.orders", form, end, since=since, **orders),
        FileSpec(
            f"资金流水{end:%Y%m%d}",
            "ledger",
            "wechat.ledger",
            Form(LEDGER, "xlsx", sheet="Sheet1"),
            end,
            events=_ledger,
            withdraw=_withdraw,
            balance_column="账户余额",
            quirks=("amount_always_positive", "old_spelling_of_header", "transfers"),
        ),
    ]
