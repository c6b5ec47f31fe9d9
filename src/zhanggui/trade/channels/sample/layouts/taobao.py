"""Taobao/Tmall: order list, item list, refund list, Alipay ledger, each in the layouts of several years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from zhanggui.trade.channels.sample import catalogue
from zhanggui.trade.channels.sample.forms import formula, names, stamp, yuan
from zhanggui.trade.channels.sample.sheets import Event, FileSpec, Form, Totals
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.world import Line, Order, Plan, Refund, Traits, derive, with_traits

TRAITS: Final = Traits(merchant=450, presale=25, gift=30)

# --- order list: the columns of the years ---------------------------------------------------------------------------

ORDERS_2012: Final = names(
    """
    订单编号, 买家会员名, 买家支付宝账号, 买家应付货款, 买家应付邮费, 买家支付积分, 总金额, 返点积分,
    买家实际支付金额, 买家实际支付积分, 订单状态, 买家留言, 收货人姓名, 收货地址, 运送方式, 联系电话, 联系手机,
    订单创建时间, 订单付款时间, 宝贝标题, 宝贝种类, 物流单号, 物流公司, 订单备注, 宝贝总数量, 店铺Id, 店铺名称,
    订单关闭原因, 卖家服务费, 买家服务费, 发票抬头, 是否手机订单, 分阶段订单信息, 特权订金订单id, 定金排名,
    修改后的sku, 修改后的收货地址, 异常信息, 天猫卡券抵扣, 集分宝抵扣, 是否是O2O交易
    """
)


def _insert(columns: Sequence[str], anchor: str, *names: str, after: bool = False) -> tuple[str, ...]:
    at = columns.index(anchor) + (1 if after else 0)
    return (*columns[:at], *names, *columns[at:])


def _renamed(columns: Sequence[str], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(names.get(column, column) for column in columns)


_2017 = (*_insert(ORDERS_2012, "定金排名", "是否上传合同照片", "是否上传小票", "是否代付"), "退款金额", "预约门店")
_2018 = _insert(_2017, "买家支付宝账号", "支付单号", "支付详情", after=True)
_2018 = _insert(
    _2018,
    "退款金额",
    "新零售交易类型",
    "新零售导购门店名称",
    "新零售导购门店id",
    "新零售发货门店名称",
    "新零售发货门店id",
)
ORDERS_2018: Final = (*_2018, "确认收货时间", "打款商家金额", "含应开票给个人的个人红包")
ORDERS_2019: Final = (*ORDERS_2018, "是否信用购", "体验期结束时间", "前N有礼", "配送类型", "主订单编号")
_2020 = _insert(_renamed(ORDERS_2019, {"买家支付宝账号": "买家会员昵称"}), "联系手机", "虚拟号过期时间", after=True)
ORDERS_2020: Final = (
    *_2020,
    "直播返现状态",
    "返现金额",
    "延迟发货自动赔付金额",
    "新零售成交门店昵称",
    "新零售成交门店id",
    "新零售成交经销商id",
    "预售订单",
    "发货时间",
    "商家备忘",
)
ORDERS_2025: Final = (
    *_renamed(
        ORDERS_2020,
        {
            "买家实际支付金额": "买家实付金额",
            "打款商家金额": "确认收货打款金额",
            "宝贝标题": "商品标题",
            "订单备注": "商家备注",
        },
    ),
    "商家编码",
    "商品属性SKU",
    "是否主动赔付",
    "主动赔付金额",
    "主动赔付出账时间",
    "C2B小额收款",
    "含应开票给个人红包",
    "总金额(旧版)",
)

#: Headers that end in a blank in the CSV files.
_BLANK_AFTER: Final = {"收货地址", "联系电话", "订单付款时间", "宝贝标题", "宝贝种类", "物流单号"}

ITEMS_2018: Final = names(
    """
    订单编号, 标题, 价格, 购买数量, 外部系统编号, 商品属性, 套餐信息, 备注, 订单状态, 商家编码
    """
)
ITEMS_2019: Final = names(
    """
    子订单编号, 主订单编号, 标题, 价格, 购买数量, 外部系统编号, 商品属性, 套餐信息, 备注, 订单状态, 商家编码,
    支付单号, 买家应付货款, 买家实际支付金额, 退款状态, 退款金额, 订单创建时间, 订单付款时间
    """
)
ITEMS_2024: Final = (
    *_renamed(ITEMS_2019, {"备注": "联系方式备注"}),
    "商品id",
    "分阶段订单信息",
    "备注标签",
    "商家备注",
    "主订单买家留言",
    "发货时间",
    "物流单号",
    "物流公司",
    "是否赔付",
    "延迟发货主动赔付金额",
    "赔付出账时间",
)
ITEMS_2025: Final = (
    *_renamed(
        ITEMS_2019,
        {"备注": "联系方式备注", "标题": "商品标题", "价格": "商品价格", "买家实际支付金额": "买家实付金额"},
    ),
    "淘鲜达渠道",
    "商品ID",
    "分阶段信息",
    "备注标签",
    "商家备注",
    "主订单买家留言",
    "发货时间",
    "物流单号",
    "物流公司",
    "是否主动赔付",
    "主动赔付金额",
    "主动赔付出账时间",
    "应发货时间",
    "飞猪购订单信息",
    "免单资格",
    "免单金额",
    "百亿补贴超链订单信息",
    "超链半托管订单信息",
)

REFUNDS: Final = names(
    """
    订单编号, 退款编号, 支付宝交易号, 订单付款时间, 商品ID, 商家编码, 退款完结时间, 买家会员名,
    买家实际支付金额, 宝贝标题, 买家退款金额, 退给平台金额, 退款总额, 售后类型, 退款的申请时间, 超时时间,
    退款状态, 货物状态, 退货物流信息, 发货物流信息, 客服介入状态, 卖家真实姓名, 卖家退货地址, 退货物流公司,
    买家退款原因, 买家退款说明, 退款操作人, 责任方, 退款阶段, 业务类型, 部分退款/全部退款
    """
)
ALIPAY: Final = names(
    """
    账务流水号, 业务流水号, 商户订单号, 商品名称, 发生时间, 对方账号, 收入金额（+元）, 支出金额（-元）,
    账户余额（元）, 交易渠道, 业务类型, 备注, 业务描述, 业务基础订单号
    """
)

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


def _order_cells(order: Order, at: datetime, shop: str, *, net: bool) -> tuple[dict[str, Any], Seen]:
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
    seen = Seen(number, state, paid_at, due, refunded, buyer=cells["买家会员名"], qty=order.qty)
    return cells, seen


def _attributes(line: Line) -> str:
    return ";".join(f"{name}：{value}" for name, value in line.sku.attributes)


def _plain(cells: dict[str, Any]) -> dict[str, Any]:
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


def _item_cells(order: Order, at: datetime, *, net: bool, dated: bool) -> tuple[list[dict[str, Any]], Seen]:
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


# --- shops ---------------------------------------------------------------------------------------------------------


def _csv(columns: tuple[str, ...], *, blanks: bool = True) -> Form:
    header = tuple(f"{name} " if blanks and name in _BLANK_AFTER else name for name in columns)
    return Form(columns, encoding="gb18030", header=header)


def _order_file(plan: Plan, stem: str, layout: str, form: Form, at: datetime, *, net: bool, **more: Any) -> FileSpec:
    text_only = form.container == "xlsx"

    def rows(order: Order, moment: datetime) -> tuple[list[dict[str, Any]], Seen]:
        cells, seen = _order_cells(order, moment, plan.shop, net=net)
        if "退款金额" not in form.columns:
            seen.paid = (seen.paid or 0) - (seen.refunded or 0)
            seen.refunded = None
        return [_plain(cells) if text_only else cells], seen

    quirks = (
        ("text_cells",) if text_only else ("formula_ids", "header_blanks", "quote_phone", "null_words", "unit_suffix")
    )
    return FileSpec(
        stem,
        "orders",
        layout,
        form,
        at,
        grain="order",
        rows=rows,
        damage=("订单编号",),
        quirks=(*quirks, "paid_net_of_refunds" if net else "paid_gross", "damaged_ids"),
        **more,
    )


def _item_file(
    stem: str, layout: str, form: Form, at: datetime, *, net: bool, dated: bool = True, **more: Any
) -> FileSpec:
    quirks = ("null_words", "no_waybill_prefix", "fullwidth_colon") + (
        ("paid_net_of_refunds" if net else "paid_gross",) if dated else ()
    )
    return FileSpec(
        stem,
        "items",
        layout,
        form,
        at,
        grain="items",
        quirks=(*quirks, "damaged_ids"),
        rows=lambda order, moment: _item_cells(order, moment, net=net, dated=dated),
        damage=("主订单编号", "子订单编号") if dated else ("订单编号",),
        **more,
    )


def _money_files(plan: Plan, end: datetime) -> list[FileSpec]:
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


#: A shop with both lists shows no open refund and no order half shipped at its export moment, so that both agree.
_BOTH: Final = with_traits(TRAITS, open_refunds=False, part_shipped=False)
SHOPS: Final = (
    ("青屿旧岁旗舰店", _BOTH),
    ("云栖家居专营店", TRAITS),
    ("山月零食旗舰店", _BOTH),
    ("花间女装店", TRAITS),
    ("青屿生活馆", _BOTH),
)


def specs(plan: Plan) -> list[FileSpec]:
    first, end = plan.moments[0], plan.moments[-1]
    since = first - (first - datetime.combine(plan.first_day, time())) / 2
    number = f"{end:%Y%m%d%H%M}"
    form: Form
    match [name for name, _ in SHOPS].index(plan.shop):
        case 0:
            return [
                _order_file(plan, f"ExportOrderList{number}", "taobao.orders.2012", _csv(ORDERS_2012), end, net=True),
                _item_file(
                    f"ExportOrderDetailList{number}", "taobao.items.2018", _csv(ITEMS_2018), end, net=True, dated=False
                ),
            ]
        case 1:
            form = _csv(ORDERS_2018)
            return [
                _order_file(plan, f"ExportOrderList{first:%Y%m%d%H%M}", "taobao.orders.2018", form, first, net=True),
                _order_file(plan, f"ExportOrderList{number}", "taobao.orders.2018", form, end, net=True, since=since),
                *_money_files(plan, end),
            ]
        case 2:
            return [
                _order_file(plan, f"ExportOrderList{number}", "taobao.orders.2020", _csv(ORDERS_2020), end, net=True),
                _item_file(f"ExportOrderDetailList{number}", "taobao.items.2019", _csv(ITEMS_2019), end, net=True),
            ]
        case 3:
            form = Form(ITEMS_2024, "xlsx", sheet="ExportOrderList", empty="null")
            return [
                _item_file(f"ExportOrderList{first:%Y%m%d%H%M}", "taobao.items.2024", form, first, net=False),
                _item_file(f"ExportOrderList{number}", "taobao.items.2024", form, end, net=False, since=since),
            ]
        case _:
            return [
                _order_file(
                    plan,
                    f"ExportOrderList{number}",
                    "taobao.orders.2025",
                    Form(ORDERS_2025, "xlsx", sheet=f"ExportOrderList{number}"),
                    end,
                    net=False,
                ),
                _item_file(
                    f"ExportOrderDetailList{number}",
                    "taobao.items.2025",
                    Form(ITEMS_2025, "xlsx", sheet=f"ExportOrderDetailList{number}", empty="null"),
                    end,
                    net=False,
                ),
                *_money_files(plan, end),
            ]
