"""Kuaishou shop: orders (one article per order), settlement statement, account movements; all xlsx."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Final

from zhanggui.trade.channels.sample.forms import names, stamp, yuan
from zhanggui.trade.channels.sample.sheets import Event, FileSpec, Form
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Order, Plan, Traits

TRAITS: Final = Traits(
    several_lines=(0, 0, 0),
    merchant=250,
    platform=200,
    creator=120,
    payment=80,
    coupons=(100, 200, 300, 500),
    presale=20,
)
SHOPS: Final = (("山月快手小店", TRAITS),)

ORDERS: Final = names(
    """
    订单号, 赠品订单号, 活动订单编号, 订单创建时间, 订单支付时间, 预售定金支付时间, 订单状态, 实付款, 快递费,
    店铺优惠, 平台补贴, 主播补贴, 混资活动优惠, 支付优惠, 支付方式, 成交数量, 买家留言, 账号类型, 账号明细,
    订单备注, 旗帜颜色, 售后状态, 活动订单, 预售/承诺发货时间, 订单载体, 商品名称, 商品ID, 商品规格, SKU编码,
    商品单价, 渠道, CPS达人ID, CPS达人昵称, 预估推广佣金, 预估推广者分佣比例, 团长ID, 团长昵称, 快赚客ID,
    快赚客昵称, 授权推广者ID, 授权推广者昵称, 收货人姓名, 收货人电话, 收货地址-省, 收货地址-市, 收货地址-区,
    收货地址-街道, 收货地址, 发货时间, 快递公司, 快递单号, 物流信息, 集运类型, 直邮类型, 仓库名称, 仓库地址,
    实名姓名, 服务门店ID, 服务门店名称, 服务门店地址, 国补/类国补/消费券
    """
)
SETTLEMENT: Final = names(
    """
    商家ID, 订单号, 商品ID, 商品名称, 商品数量, 订单创建时间, 订单实付(元), 政府补贴, 支付营销补贴, 平台补贴,
    商家补贴(元), 达人补贴, 达人补贴明细, 合计收入(元), 订单退款(元), 支付营销回退（元）, 技术服务费(元),
    预售增收技术服务费（元）, 达人ID, MCN机构ID, 达人佣金(元), 团长id, 团长佣金(元), 佣金模式, 快赚客ID,
    快赚客佣金(元), 服务商ID, 服务商佣金(元), 分账基数, 其他收费, 其他收费明细, 合计支出(元), 实际结算金额(元),
    实际结算时间, 结算规则, 资金渠道, 账户名称, 结算商户号, 备注, 消费金信息
    """
)
LEDGER: Final = names(
    "账务流水号, 关联业务单号, 入账时间, 账务方向, 发生额（元）, 期末余额（元）, 业务类型, 描述, 备注"
)


def order_no(order: Order) -> str:
    return f"26{order.serial:011d}{order.index * 37 % 1000:03d}"


def status(order: Order, at: datetime) -> tuple[str, str, str]:
    """订单状态, 售后状态, canonical state."""
    line = order.lines[0]
    state, advance = order.state(line, at), order.advance(line, at)
    if order.odd_status:
        return "风控处理中", "", "unknown"
    if state == "refunded":
        return "交易关闭", "退款成功", "refunded"
    text = {
        "created": "待付款",
        "paid": "待发货",
        "shipped": "已发货",
        "delivered": "已收货",
        "completed": "交易成功",
        "cancelled": "交易关闭",
    }[advance]
    return (text, "退款中", "refunding") if state == "refunding" else (text, "", advance)


def _rows(order: Order, at: datetime) -> tuple[list[dict[str, Any]], Seen]:
    line = order.lines[0]
    text, service, state = status(order, at)
    paid_at = order.paid_by(at)
    package = order.shipped_by(line, at)
    province, city, district, _ = order.buyer.place
    creator, creator_name = order.creator or ("", "")
    money = "¥" if order.shade % 25 == 2 else ""
    cells: dict[str, Any] = {
        "订单号": order_no(order),
        "订单创建时间": stamp(order.created_at),
        "订单支付时间": stamp(paid_at),
        "预售定金支付时间": stamp(order.deposit_at),
        "订单状态": text,
        "实付款": money + yuan(line.paid),
        "快递费": money + yuan(line.freight),
        "店铺优惠": yuan(line.merchant),
        "平台补贴": yuan(line.platform),
        "主播补贴": yuan(line.creator),
        "支付优惠": yuan(line.payment),
        "支付方式": "微信支付" if order.shade % 2 else "支付宝",
        "成交数量": line.qty,
        "买家留言": order.note,
        "旗帜颜色": ("红", "黄", "绿", "蓝", "紫")[order.flag] if order.flag < 5 else "",
        "售后状态": service,
        "预售/承诺发货时间": stamp(order.deadline_at if paid_at else None),
        "商品名称": line.sku.title,
        "商品ID": line.listing.product_no,
        "商品规格": ",".join(line.sku.values),
        "SKU编码": line.sku.sku_code,
        "商品单价": money + yuan(line.unit_list),
        "渠道": "直播" if order.creator else "商品卡",
        "CPS达人ID": creator,
        "CPS达人昵称": creator_name,
        "收货人姓名": f"{order.buyer.surname}*",
        "收货人电话": order.buyer.phone,
        "收货地址-省": province,
        "收货地址-市": city,
        "收货地址-区": district,
        "收货地址": "和平路***",
        "发货时间": stamp(package.shipped_at if package else None),
        "快递公司": package.carrier if package else "",
        "快递单号": package.waybill if package else "",
    }
    return [cells], Seen(order_no(order), state, paid_at, line.paid, None, lines=[state], qty=line.qty)


def _settled(order: Order, at: datetime) -> tuple[datetime, dict[str, int]] | None:
    """A day after completion; a refund paid out before is deducted, a fully refunded order is not settled."""
    line = order.lines[0]
    if order.completed_at is None or order.odd_status or not order.packages:
        return None
    moment = order.completed_at + timedelta(days=1)
    early = line.refund.amount if line.refund and line.refund.paid_out(moment) else 0
    if moment > at or early >= line.paid:
        return None
    income = line.paid + line.platform + line.creator + line.payment
    fee = -((income - early) * 2 // 100)
    commission = -((income - early) * 12 // 100) if order.creator else 0
    return moment, {
        "income": income,
        "early": early,
        "fee": fee,
        "commission": commission,
        "net": income - early + fee + commission,
    }


def _settlement(order: Order, at: datetime) -> Iterable[Event]:
    found = _settled(order, at)
    if found is None:
        return
    moment, money = found
    line = order.lines[0]
    creator, creator_name = order.creator or ("", "")
    entries = (
        ("goods_receipt", line.paid),
        ("platform_subsidy", line.payment),
        ("platform_subsidy", line.platform),
        ("creator_subsidy", line.creator),
        ("goods_refund", -money["early"]),
        ("tech_fee", money["fee"]),
        ("creator_commission", money["commission"]),
    )
    yield Event(
        moment,
        {
            "商家ID": "880017",
            "订单号": order_no(order),
            "商品ID": line.listing.product_no,
            "商品名称": line.sku.title,
            "商品数量": line.qty,
            "订单创建时间": stamp(order.created_at),
            "订单实付(元)": yuan(line.paid),
            "政府补贴": "0.00",
            "支付营销补贴": yuan(line.payment),
            "平台补贴": yuan(line.platform),
            "商家补贴(元)": yuan(line.merchant),
            "达人补贴": yuan(line.creator),
            "合计收入(元)": yuan(money["income"]),
            "订单退款(元)": yuan(-money["early"]),
            "支付营销回退（元）": "0.00",
            "技术服务费(元)": yuan(money["fee"]),
            "达人ID": creator,
            "达人佣金(元)": yuan(money["commission"]),
            "佣金模式": "分销" if creator_name else "",
            "合计支出(元)": yuan(-money["early"] + money["fee"] + money["commission"]),
            "实际结算金额(元)": yuan(money["net"]),
            "实际结算时间": stamp(moment),
            "结算规则": "确认收货后",
            "资金渠道": "微信",
        },
        tuple((subject, amount) for subject, amount in entries if amount),
        flow=money["net"],
    )


def _movement(
    moment: datetime, serial: str, amount: int, kind: str, subject: str, order: str = "", note: str = ""
) -> Event:
    cells = {
        "账务流水号": serial,
        "关联业务单号": order,
        "入账时间": stamp(moment),
        "账务方向": "收" if amount > 0 else "支",
        "发生额（元）": yuan(abs(amount)),
        "业务类型": kind,
        "描述": note or kind,
    }
    return Event(moment, cells, ((subject, amount),) if subject else (), flow=amount if subject else 0)


def _ledger(order: Order, at: datetime) -> Iterable[Event]:
    found = _settled(order, at)
    if found is None:
        return
    moment, money = found
    serial = f"91{order.serial:011d}"
    yield _movement(moment, serial + "01", money["net"], "货款结算", "goods_receipt", order_no(order))
    refund = order.lines[0].refund
    if refund and refund.paid_out(at) and refund.finished_at > moment:
        yield _movement(refund.finished_at, serial + "02", -refund.amount, "售后退款", "goods_refund", order_no(order))
    if order.shade % 40 == 6:  # frozen money has not moved: no entry
        yield _movement(moment + timedelta(hours=1), serial + "03", -100, "资金冻结", "", order_no(order))


def _withdraw(moment: datetime, amount: int) -> Event:
    return _movement(moment, f"92{moment:%Y%m%d}00001", -amount, "提现", "transfer_withdrawal", note="提现到银行卡")


def specs(plan: Plan) -> list[FileSpec]:
    first, end = plan.moments[0], plan.moments[-1]
    since = first - (first - datetime.combine(plan.first_day, time())) / 2
    orders: dict[str, Any] = {
        "grain": "both",
        "rows": _rows,
        "damage": ("订单号",),
        "damaged_as": 2.026e27,
        "quirks": ("currency_signs", "numeric_cells", "damaged_ids"),
    }
    form = Form(ORDERS, "xlsx", sheet="订单")
    return [
        FileSpec(f"快手订单_{first:%Y%m%d%H%M%S}", "orders", "kuaishou.orders", form, first, **orders),
        FileSpec(f"快手订单_{end:%Y%m%d%H%M%S}", "orders", "kuaishou.orders", form, end, since=since, **orders),
        FileSpec(
            f"货款结算_{end:%Y%m%d}",
            "settlement",
            "kuaishou.settlement",
            Form(SETTLEMENT, "xlsx", sheet="结算明细"),
            end,
            events=_settlement,
            quirks=("mixed_brackets", "wide_rows"),
        ),
        FileSpec(
            f"账户动账_{end:%Y%m%d}",
            "ledger",
            "kuaishou.ledger",
            Form(LEDGER, "xlsx", sheet="动账明细"),
            end,
            events=_ledger,
            withdraw=_withdraw,
            balance_column="期末余额（元）",
            quirks=("frozen_money_rows", "amount_always_positive", "transfers"),
        ),
    ]
