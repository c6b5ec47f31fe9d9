"""Order rows: ids, status texts, cells of both column lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from zhanggui.trade.channels.sample.forms import names, stamp, tab_first, yuan
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Line, Order, Refund, derive

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


def order_rows(order: Order, at: datetime) -> tuple[list[dict[str, Any]], Seen]:
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
