"""Douyin shop: order export (long form, 75-column variant), after-sale list, wallet movements, settlement bill."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Final

from zhanggui.trade.channels.sample import catalogue
from zhanggui.trade.channels.sample.forms import names, stamp, tab_first, yuan
from zhanggui.trade.channels.sample.sheets import Event, FileSpec, Form
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.world import Line, Order, Plan, Refund, Traits, derive

TRAITS: Final = Traits(
    merchant=250,
    platform=200,
    creator=150,
    payment=80,
    coupons=(200, 300, 500, 1000),
    presale=20,
    gift=30,
    part_refunds=False,
)
SHOPS: Final = (("花间抖音小店", TRAITS), ("青屿抖音小店", TRAITS))

ORDERS: Final = names(
    """
    主订单编号, 子订单编号, 选购商品, 商品规格, 商品数量, 商品ID, 商家编码, 商品单价, 订单应付金额, 运费,
    优惠总金额, 平台优惠, 商家优惠, 达人优惠, 商家改价, 支付优惠, 红包抵扣, 支付方式, 手续费, 收件人,
    收件人手机号, 省, 市, 区, 街道, 详细地址, 是否修改过地址, 地址修改时段, 买家留言, 订单提交时间, 旗帜颜色,
    商家备注, 订单完成时间, 支付完成时间, APP渠道, 流量来源, 订单状态, 承诺发货时间, 订单类型, 鲁班落地页ID,
    达人ID, 达人昵称, 所属门店ID, 售后状态, 取消原因, 预约发货时间, 仓库ID, 仓库名称, 序列号, 是否安心购,
    广告渠道, 流量类型, 流量体裁, 流量渠道, 发货主体, 发货主体明细, 发货时间, 降价类优惠, 平台实际承担优惠金额,
    商家实际承担优惠金额, 达人实际承担优惠金额, 预计送达时间, 是否平台仓自流转, 车型, 商品69码, 发货SN码,
    发货IMEI码1, 发货IMEI码2, 预约送达时间, 建议发货时间（起）, 建议发货时间（止）, 物流SN码, 物流IMEI码1,
    物流IMEI码2
    """
)
ORDERS_75: Final = names(
    """
    主订单编号, 子订单编号, 支付方式, 选购商品, 货号, 商品ID, 商家编码, 商品数量, 商品金额, 订单提交时间,
    支付完成时间, 订单完成时间, 承诺发货时间, 预约发货时间, 买家留言, 旗帜颜色, 商家备注, APP渠道, 订单状态,
    取消原因, 售后状态, 订单类型, 发货时间, 车型, 是否是以旧换新, 换新额外补贴, 换新额外补贴发放状态,
    订单应付金额, 运费, 优惠总金额, 平台优惠, 商家优惠, 达人优惠, 商家改价, 支付优惠, 手续费, 红包抵扣,
    降价类优惠, 平台实际承担优惠金额, 商家实际承担优惠金额, 达人实际承担优惠金额, 收件人, 收件人手机号, 省, 市,
    区, 街道, 详细地址, 是否修改过地址, 快递信息, 序列号, 达人ID, 达人昵称, 拼团订单团编号, 商品单价是否含税,
    税费, 鲁班落地页ID, 所属门店ID, 流量来源, 仓库ID, 仓库名称, 是否安心购, 广告渠道, 流量类型, 流量体裁,
    流量渠道, 发货主体, 发货主体明细, 教育优惠, 预计送达时间, 是否平台仓自流转, 是否是渠道商品, 预约送达时间,
    建议发货时间（起）, 建议发货时间（止）
    """
)
AFTERSALE: Final = names(
    """
    售后单号, 订单号, 商品单号, 商品名称, 商品ID, 应付金额（元）, 商品运费（元）, 支付优惠（元）,
    商品税费（元）, 商品发货状态, 售后类型, 退商品金额（元）, 退运费金额（元）, 退支付优惠（元）,
    退税费金额（元）, 售后状态, 售后申请时间, 退款方式, 是否已上传退款凭证, 售后原因, 售后原因标签,
    退货物流单号, 退货异常, 退货发货时间, 退货物流公司, 自动处理截止时间, 同意售后申请时间, 商家退款时间,
    用户到账时间, 售后关闭时间, 商家退货地址, 商家退货联系人姓名, 商家退货联系人电话, 仲裁状态, 纠纷责任方,
    是否极速退款, 是否拒签后退款, 发货物流单号, 发货物流状态, 换货物流单号, 退货物流状态, 售后完结时间,
    订单备注, 用户售后说明, 售后备注, 操作人, 协商记录, 换货商品信息, 商家编码, 门店名称
    """
)
BILL: Final = names(
    """
    结算时间, 订单号, 子订单号, 结算金额, 结算账户, 结算单类型, 有结算前退款, 下单时间, 商品ID, 商品数量,
    业务类型, 订单类型, 订单总价, 商品总价, 运费, 店铺劵, 结算前退款金额, 平台补贴, 达人补贴, 抖音支付补贴,
    抖音月付营销补贴, 用户实付, 收入合计, 平台服务费, 佣金, 渠道分成, 招商服务费, 站外推广费, 其他分成,
    其他分成说明, 支出合计, 是否免佣, 免佣金额, 备注
    """
)
WALLET: Final = names(
    """
    动账时间, 动帐流水号, 动账方向, 动账金额, 动账账户, 动账场景, 计费类型, 子订单号, 订单号, 售后编号,
    下单时间, 商品ID, 商品名称, 达人ID, 达人名称, 订单类型, 订单实付应结, 运费实付, 实际平台补贴_运费,
    实际平台补贴, 其他平台补贴, 以旧换新抵扣, 政府补贴平台垫资, 实际达人补贴, 实际抖音支付补贴,
    实际抖音月付营销补贴, 银行补贴, 订单退款, 平台服务费, 佣金, 服务商佣金, 渠道分成, 招商服务费, 站外推广费,
    其他分成, 是否免佣, 免佣金额, 商户主体名称, 备注
    """
)

_TABBED: Final = frozenset(("主订单编号", "子订单编号", "选购商品", "商品ID", "商家编码", "货号", "达人ID", "快递信息"))


def order_no(order: Order) -> str:
    return f"69{order.serial:011d}{order.shade:04d}{order.buyer.number % 100:02d}"


def line_no(order: Order, number: int) -> str:
    """The first sub-order carries the number of the order."""
    if number == 0:
        return order_no(order)
    return f"69{order.serial:011d}{order.shade:04d}{(order.buyer.number + 37 * number) % 100:02d}"


def service(refund: Refund | None, at: datetime) -> str:
    if refund is None or refund.applied_at > at:
        return "-"
    if refund.is_open(at):
        return "待商家处理" if refund.serial % 2 else "待买家退货"
    return "同意退款，退款成功" if refund.outcome == "success" else "售后关闭"


def status(order: Order, line: Line, at: datetime) -> tuple[str, str]:
    state = order.state(line, at)
    advance = order.advance(line, at)
    if order.odd_status:
        return "待跟进", "unknown"
    if state == "refunded":
        return ("已完成" if advance == "completed" else "已关闭"), "refunded"
    texts = {
        "created": "待支付",
        "cancelled": "已关闭",
        "shipped": "已发货",
        "delivered": "已发货",
        "completed": "已完成",
    }
    text = texts.get(advance, ("备货中", "待发货", "已支付")[order.shade % 3])
    if text == "已发货" and line.qty > 1 and order.shade % 5 == 0 and advance == "shipped":
        text = "部分发货"
    if state == "refunding":
        return text, "refunding"
    return text, "shipped" if advance == "delivered" else advance


def _rows(order: Order, at: datetime) -> tuple[list[dict[str, Any]], Seen]:
    rows, states = [], []
    paid_at = order.paid_by(at)
    province, city, district, _ = order.buyer.place
    creator, creator_name = order.creator or ("0", "-")
    for number, line in enumerate(order.lines):
        text, state = status(order, line, at)
        states.append(state)
        package = order.shipped_by(line, at)
        unit = yuan(line.unit_list)
        cells: dict[str, Any] = {
            "主订单编号": order_no(order),
            "子订单编号": line_no(order, number),
            "选购商品": line.sku.title,
            "商品规格": ";".join(line.sku.values),
            "商品数量": str(line.qty),
            "商品ID": line.listing.product_no,
            "货号": line.sku.product_code,
            "商家编码": line.sku.sku_code,
            "商品单价": unit,
            "商品金额": unit,
            "订单应付金额": yuan(line.paid),
            "运费": yuan(line.freight),
            "优惠总金额": yuan(line.platform + line.merchant + line.creator + line.payment),
            "平台优惠": yuan(line.platform),
            "商家优惠": yuan(line.merchant),
            "达人优惠": yuan(line.creator),
            "商家改价": "0.00",
            "支付优惠": yuan(line.payment),
            "红包抵扣": "0.00",
            "支付方式": "支付宝" if order.shade % 2 else "微信支付",
            "手续费": "0.00",
            "收件人": f"##{order.serial:x}{order.buyer.number:x}",
            "收件人手机号": f"$${order.buyer.number:x}{order.serial:x}",
            "省": province,
            "市": city,
            "区": district or "-",
            "详细地址": f"##{order.serial * 31:x}",
            "是否修改过地址": "否",
            "买家留言": order.note or "-",
            "订单提交时间": stamp(order.created_at),
            "旗帜颜色": ("红", "黄", "绿", "蓝", "紫")[order.flag] if order.flag < 5 else "灰",
            "订单完成时间": stamp(order.completed_at if text == "已完成" else None, "-"),
            "支付完成时间": stamp(paid_at, "-"),
            "APP渠道": "抖音",
            "流量来源": "直播" if order.creator else "小店自卖",
            "订单状态": text,
            "承诺发货时间": stamp(order.deadline_at if paid_at else None, "-"),
            "订单类型": "预售订单" if order.presale else "赠品订单" if line.is_gift else "普通订单",
            "达人ID": creator,
            "达人昵称": creator_name,
            "售后状态": service(line.refund, at),
            "取消原因": "超时未支付" if state == "cancelled" else "-",
            "是否安心购": "否",
            "流量体裁": "直播" if order.creator else "商品卡",
            "发货时间": stamp(package.shipped_at if package else None, "-"),
            "降价类优惠": "0.00",
            "平台实际承担优惠金额": yuan(line.platform),
            "商家实际承担优惠金额": yuan(line.merchant),
            "达人实际承担优惠金额": yuan(line.creator),
            "快递信息": f"{package.waybill}-{package.carrier},{line.sku.title}×{line.qty}" if package else "-",
        }
        rows.append(
            {name: tab_first(value) if name in _TABBED and value != "-" else value for name, value in cells.items()}
        )
    seen = Seen(
        order_no(order),
        derive(states),
        paid_at,
        order.total("paid"),
        None,
        lines=states,
        line_paid=order.total("paid"),
        qty=order.qty,
    )
    return rows, seen


def _aftersales(order: Order, at: datetime) -> Iterable[Event]:
    for number, line in enumerate(order.lines):
        refund = line.refund
        if refund is None or refund.applied_at > at:
            continue
        done, is_open = refund.paid_out(at), refund.is_open(at)
        agreed = refund.applied_at + (refund.finished_at - refund.applied_at) / 3
        package = order.shipped_by(line, at)
        yield Event(
            refund.applied_at,
            {
                "售后单号": tab_first(f"7{refund.serial:018d}"),
                "订单号": tab_first(order_no(order)),
                "商品单号": tab_first(line_no(order, number)),
                "商品名称": line.sku.title,
                "商品ID": tab_first(line.listing.product_no),
                "应付金额（元）": yuan(line.paid),
                "商品运费（元）": yuan(line.freight),
                "支付优惠（元）": yuan(line.payment),
                "商品税费（元）": "0.00",
                "商品发货状态": "未发货" if refund.stage == "unshipped" else "已发货",
                "售后类型": "退货退款" if refund.kind == "return_refund" else "仅退款",
                "退商品金额（元）": yuan(refund.goods),
                "退运费金额（元）": yuan(refund.freight),
                "退支付优惠（元）": "0.00",
                "退税费金额（元）": "0.00",
                "售后状态": service(refund, at),
                "售后申请时间": stamp(refund.applied_at),
                "退款方式": "原路退款",
                "售后原因": catalogue.REASONS[refund.reason],
                "同意售后申请时间": stamp(agreed if done and agreed <= at else None, "-"),
                "商家退款时间": stamp(refund.finished_at if done else None, "-"),
                "用户到账时间": stamp(refund.finished_at if done else None, "-"),
                "售后关闭时间": stamp(refund.finished_at if not done and not is_open else None, "-"),
                "发货物流单号": package.waybill if package else "-",
                "售后完结时间": stamp(None if is_open else refund.finished_at, "-"),
                "商家编码": tab_first(line.sku.sku_code),
            },
            refund=refund.amount if done else 0,
        )


def _settled(order: Order, at: datetime) -> Iterable[tuple[int, Line, datetime, dict[str, int]]]:
    """Lines settled by a moment: a day after completion, without the lines refunded in full before that."""
    if order.completed_at is None or order.odd_status or not order.packages:
        return
    moment = order.completed_at + timedelta(days=1)
    if moment > at:
        return
    for number, line in enumerate(order.lines):
        early = line.refund.amount if line.refund and line.refund.paid_out(moment) else 0
        if line.paid <= 0 or early >= line.paid:
            continue
        income = line.paid + line.platform + line.creator + line.payment - early
        fee = -(income * 5 // 100)
        commission = -(income * 10 // 100) if order.creator else 0
        yield (
            number,
            line,
            moment,
            {
                "early": early,
                "income": income,
                "fee": fee,
                "commission": commission,
                "net": income + fee + commission,
            },
        )


def _bill(order: Order, at: datetime) -> Iterable[Event]:
    for number, line, moment, money in _settled(order, at):
        entries = (
            ("goods_receipt", line.paid),
            ("platform_subsidy", line.platform + line.payment),
            ("creator_subsidy", line.creator),
            ("goods_refund", -money["early"]),
            ("tech_fee", money["fee"]),
            ("creator_commission", money["commission"]),
        )
        yield Event(
            moment,
            {
                "结算时间": stamp(moment),
                "订单号": tab_first(order_no(order)),
                "子订单号": tab_first(line_no(order, number)),
                "结算金额": yuan(money["net"]),
                "结算账户": "聚合账户",
                "结算单类型": "已结算",
                "有结算前退款": "是" if money["early"] else "否",
                "下单时间": stamp(order.created_at),
                "商品ID": tab_first(line.listing.product_no),
                "商品数量": str(line.qty),
                "业务类型": "直播" if order.creator else "自卖",
                "订单类型": "普通订单",
                "订单总价": yuan(line.amount + line.freight),
                "商品总价": yuan(line.amount),
                "运费": yuan(line.freight),
                "店铺劵": yuan(-line.merchant),
                "结算前退款金额": yuan(-money["early"]),
                "平台补贴": yuan(line.platform),
                "达人补贴": yuan(line.creator),
                "抖音支付补贴": yuan(line.payment),
                "抖音月付营销补贴": "0.00",
                "用户实付": yuan(line.paid),
                "收入合计": yuan(money["income"]),
                "平台服务费": yuan(money["fee"]),
                "佣金": yuan(money["commission"]),
                "渠道分成": "0.00",
                "招商服务费": "0.00",
                "站外推广费": "0.00",
                "其他分成": "0.00",
                "支出合计": yuan(money["fee"] + money["commission"]),
                "是否免佣": "否",
                "免佣金额": "0.00",
            },
            tuple((subject, amount) for subject, amount in entries if amount),
            flow=money["net"],
        )


def _movement(moment: datetime, serial: str, amount: int, scene: str, subject: str, **more: str) -> Event:
    cells = {
        "动账时间": stamp(moment),
        "动帐流水号": tab_first(serial),
        "动账方向": "入账" if amount > 0 else "出账",
        "动账金额": yuan(abs(amount)),
        "动账账户": "聚合账户",
        "动账场景": scene,
        **more,
    }
    return Event(moment, cells, ((subject, amount),), flow=amount)


def _wallet(order: Order, at: datetime) -> Iterable[Event]:
    for number, line, moment, money in _settled(order, at):
        known = {
            "子订单号": tab_first(line_no(order, number)),
            "订单号": tab_first(order_no(order)),
            "下单时间": stamp(order.created_at),
            "商品ID": tab_first(line.listing.product_no),
            "商品名称": line.sku.title,
            "订单类型": "普通订单",
        }
        serial = f"88{order.serial:011d}{number:02d}"
        yield _movement(
            moment,
            serial + "1",
            money["net"],
            "货款结算入账",
            "goods_receipt",
            计费类型="货款",
            **known,
            订单实付应结=yuan(line.paid - line.freight),
            运费实付=yuan(line.freight),
            实际平台补贴=yuan(line.platform),
            实际达人补贴=yuan(line.creator),
            实际抖音支付补贴=yuan(line.payment),
            订单退款=yuan(-money["early"]),
            平台服务费=yuan(money["fee"]),
            佣金=yuan(money["commission"]),
        )
        refund = line.refund
        if refund and refund.paid_out(at) and refund.finished_at > moment:
            yield _movement(
                refund.finished_at,
                serial + "2",
                -refund.amount,
                "退款-结算后退款-退用户",
                "goods_refund",
                售后编号=tab_first(f"7{refund.serial:018d}"),
                订单退款=yuan(-refund.amount),
                **known,
            )
        if order.shade % 60 == 9:
            yield _movement(
                moment + timedelta(hours=2),
                serial + "3",
                -500,
                "消费者赔付",
                "compensation",
                备注="延迟发货赔付",
                **known,
            )


def _withdraw(moment: datetime, amount: int) -> Event:
    return _movement(moment, f"89{moment:%Y%m%d}000001", -amount, "提现", "transfer_withdrawal")


def _file_name(at: datetime) -> str:
    """Unix seconds of the export moment (the platform's clock is UTC+8) and a hash-like tail."""
    seconds = int((at - datetime(1970, 1, 1)).total_seconds()) - 8 * 3600  # noqa: DTZ001
    return f"{seconds}_{seconds * 2654435761 % 2**64:016x}"


def specs(plan: Plan) -> list[FileSpec]:
    first, end = plan.moments[0], plan.moments[-1]
    since = first - (first - datetime.combine(plan.first_day, time())) / 2
    quirks = ("leading_tabs", "dash_is_empty", "cipher_receiver", "done_but_refunded", "damaged_ids")
    orders: dict[str, Any] = {"grain": "both", "rows": _rows, "damage": ("主订单编号", "子订单编号"), "quirks": quirks}
    money: dict[str, Any] = {"encoding": "utf-8-sig", "quote": "needed", "empty": "-"}
    if plan.shop == SHOPS[1][0]:
        return [
            FileSpec(
                _file_name(end),
                "orders",
                "douyin.orders.75",
                Form(ORDERS_75, encoding="utf-8-sig", quote="all", empty="-"),
                end,
                **orders,
            )
        ]
    form = Form(ORDERS, encoding="utf-8-sig", quote="needed", empty="-")
    notes = ("合计", *("-" for _ in BILL[1:]))
    return [
        FileSpec(_file_name(first), "orders", "douyin.orders", form, first, **orders),
        FileSpec(_file_name(end), "orders", "douyin.orders", form, end, since=since, **orders),
        FileSpec(
            f"售后单_{end:%Y%m%d%H%M%S}",
            "refunds",
            "douyin.aftersale",
            Form(AFTERSALE, **money),
            end,
            events=_aftersales,
            quirks=("leading_tabs", "dash_is_empty", "fullwidth_brackets"),
        ),
        FileSpec(
            f"结算账单_{end:%Y%m%d}",
            "settlement",
            "douyin.bill",
            Form(BILL, after_header=(notes,), **money),
            end,
            events=_bill,
            quirks=("notes_row_before_data", "wide_rows"),
        ),
        FileSpec(
            f"资金明细_{end:%Y%m%d}",
            "ledger",
            "douyin.wallet",
            Form(WALLET, **money),
            end,
            events=_wallet,
            withdraw=_withdraw,
            quirks=("amount_always_positive", "old_spelling_of_header", "transfers"),
        ),
    ]
