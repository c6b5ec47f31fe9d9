"""After-sale list, settlement bill, wallet movements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from zhanggui.trade.channels.sample import catalogue
from zhanggui.trade.channels.sample.forms import names, stamp, tab_first, yuan
from zhanggui.trade.channels.sample.layouts.douyin.rows import line_no, order_no, service
from zhanggui.trade.channels.sample.sheets import Event
from zhanggui.trade.channels.sample.truth import Line, Order

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


def aftersales(order: Order, at: datetime) -> Iterable[Event]:
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


def bill(order: Order, at: datetime) -> Iterable[Event]:
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


def _movement(
    moment: datetime, serial: str, amount: int, scene: str, parts: tuple[tuple[str, int], ...], **more: str
) -> Event:
    """One row; ``parts`` are the entries it is made of."""
    cells = {
        "动账时间": stamp(moment),
        "动帐流水号": tab_first(serial),
        "动账方向": "入账" if amount > 0 else "出账",
        "动账金额": yuan(abs(amount)),
        "动账账户": "聚合账户",
        "动账场景": scene,
        **more,
    }
    return Event(moment, cells, parts, flow=amount)


def wallet(order: Order, at: datetime) -> Iterable[Event]:
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
        parts = (
            ("goods_receipt", line.paid - line.freight),
            ("freight", line.freight),
            ("platform_subsidy", line.platform),
            ("creator_subsidy", line.creator),
            ("platform_subsidy", line.payment),
            ("goods_refund", -money["early"]),
            ("tech_fee", money["fee"]),
            ("creator_commission", money["commission"]),
        )
        yield _movement(
            moment,
            serial + "1",
            money["net"],
            "货款结算入账",
            tuple((subject, amount) for subject, amount in parts if amount),
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
                (("goods_refund", -refund.amount),),
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
                (("compensation", -500),),
                备注="延迟发货赔付",
                **known,
            )


def withdraw(moment: datetime, amount: int) -> Event:
    return _movement(moment, f"89{moment:%Y%m%d}000001", -amount, "提现", (("transfer_withdrawal", -amount),))
