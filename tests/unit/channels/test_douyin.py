"""Douyin files, written by hand; every expected figure is worked out beside its row."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channel_reading import Taken, csv_bytes, rows_of, take, words, write_xlsx

LONG = words(
    "主订单编号 子订单编号 选购商品 商品规格 商品数量 商品ID 商家编码 商品单价 订单应付金额 运费 优惠总金额 "
    "平台优惠 商家优惠 "
    "达人优惠 商家改价 支付优惠 红包抵扣 支付方式 手续费 收件人 收件人手机号 省 市 区 街道 详细地址 买家留言 "
    "订单提交时间 "
    "旗帜颜色 商家备注 订单完成时间 支付完成时间 APP渠道 流量来源 订单状态 承诺发货时间 订单类型 达人ID 达人昵称 "
    "售后状态 "
    "取消原因 流量体裁 发货时间 降价类优惠 平台实际承担优惠金额 商家实际承担优惠金额 达人实际承担优惠金额"
)
NEW = words(
    "主订单编号 子订单编号 支付方式 选购商品 货号 商品ID 商家编码 商品数量 商品金额 订单提交时间 支付完成时间 "
    "订单完成时间 "
    "旗帜颜色 商家备注 订单状态 取消原因 售后状态 订单类型 发货时间 订单应付金额 运费 优惠总金额 平台优惠 商家优惠 "
    "达人优惠 "
    "商家改价 支付优惠 红包抵扣 平台实际承担优惠金额 商家实际承担优惠金额 达人实际承担优惠金额 收件人 收件人手机号 "
    "省 市 区 "
    "详细地址 快递信息 达人ID 商品单价是否含税 税费 流量体裁"
)
MAIN = "69179267688247466"


def row(number: str, line: str | None = None, **cells: str) -> dict[str, str]:
    base = {
        "主订单编号": f"\t{MAIN}{number}",
        "子订单编号": f"\t{MAIN}{line or number}",
        "选购商品": "\t连衣裙",
        "商品规格": "\t红色;M",
        "商品数量": "2",
        "商品ID": "\t3500000000000000000",
        "商家编码": "\tDR-1",
        "商品单价": "99.00",
        "订单应付金额": "198.00",
        "运费": "0.00",
        "平台优惠": "0.00",
        "商家优惠": "0.00",
        "达人优惠": "0.00",
        "商家改价": "0.00",
        "支付优惠": "0.00",
        "红包抵扣": "0.00",
        "收件人": "##cGFk",
        "收件人手机号": "$$MTM4",
        "省": "浙江省",
        "街道": "-",
        "详细地址": "##YWRk",
        "订单提交时间": "2026-06-12 09:00:00",
        "旗帜颜色": "红",
        "支付完成时间": "2026-06-12 09:12:00",
        "订单完成时间": "-",
        "订单状态": "备货中",
        "订单类型": "普通订单",
        "达人ID": "0",
        "售后状态": "-",
        "取消原因": "-",
        "流量体裁": "商品卡",
        "发货时间": "-",
        "平台实际承担优惠金额": "0.00",
        "商家实际承担优惠金额": "0.00",
        "达人实际承担优惠金额": "0.00",
    }
    return {**base, **cells}


ROWS = [
    # two lines: 2 × 99.00 + 6.00 − 10.00 − 5.00 − 3.00 − 2.00 = 184.00. The platform issued 10.00 but bears 6.00,
    # the shop bears 9.00 instead of 5.00; due to the shop: 184.00 + 6.00 + 3.00 + 2.00 = 195.00
    row("61", 运费="6.00", 平台优惠="10.00", 商家优惠="5.00", 达人优惠="3.00", 支付优惠="2.00", 订单应付金额="184.00",
        平台实际承担优惠金额="6.00", 商家实际承担优惠金额="9.00", 达人实际承担优惠金额="3.00", 订单状态="已发货",
        发货时间="2026-06-13 10:00:00", 达人ID="\t998877", 流量体裁="直播"),
    row("61", "75", 商品数量="1", 商品单价="50.00", 订单应付金额="50.00", 订单状态="待发货"),
    row("62", 订单状态="已完成", 售后状态="同意退款，退款成功", 订单完成时间="2026-06-17 09:00:00"),
    row("63", 订单状态="已关闭", 支付完成时间="-", 取消原因="超时未支付", 售后状态="售后关闭"),
    row("64", 订单状态="已关闭"),
    row("65", 订单状态="待支付", 支付完成时间="-"),
    row("66", 售后状态="待商家处理"),
    row("67", 售后状态="等待星星"),
    row("68", 订单状态="待跟进"),
    row("69", 订单状态="已发货", 售后状态="换货成功"),
    row("70", 订单状态="部分发货", 订单类型="预售订单"),
    # the payment discount did not lower 订单应付金额: nothing is added for it
    row("71", 支付优惠="4.00"),
    # changed by hand to 180.00, written without a sign
    row("72", 商家改价="18.00", 订单应付金额="180.00"),
    # 198.00 − 20.00 = 178.00: red packet
    row("73", 红包抵扣="20.00", 订单应付金额="178.00"),
    row("74", 订单应付金额="200.00"),  # nothing explains 200.00
    row("2.026E+27", "00", 主订单编号="2.026E+27"),
    row("76", 商品单价="0.00", 订单应付金额="0.00", 商品数量="1", 订单类型="赠品订单"),
]  # fmt: skip


@pytest.fixture
def orders(tmp_path: Path) -> Taken:
    path = tmp_path / "1781492400_41a046826005f3b0.csv"
    path.write_bytes(csv_bytes(rows_of(LONG, ROWS), encoding="utf-8-sig"))
    return take(path)


def test_order_export_is_recognised_with_its_tabs_and_moment(orders: Taken) -> None:
    assert (orders.facts.profile, orders.facts.grain, orders.rows_read) == ("douyin-orders", "items", 17)
    assert orders.facts.exported_at == datetime(2026, 6, 15, 3, 0, tzinfo=UTC)
    line = orders.one("lines", line_no=f"{MAIN}61")
    assert (line["title"], line["sku_text"], line["outer_sku_code"]) == ("连衣裙", "红色;M", "DR-1")
    assert [(r.row, r.column, r.reason) for r in orders.rejects] == [(17, "主订单编号", "id_damaged")]


def test_who_pays_for_a_discount_counts_not_who_issued_it(orders: Taken) -> None:
    line = orders.one("lines", line_no=f"{MAIN}61")
    assert (line["unit_price"], line["line_amount"], line["line_freight_share"]) == (9900, 19800, 600)
    assert (line["line_discount_merchant"], line["line_discount_platform"]) == (900, 600)
    assert (line["line_discount_creator"], line["line_discount_payment"]) == (300, 200)
    assert (line["line_paid"], line["line_receivable"]) == (18400, 19500)
    order = orders.one("orders", order_no=f"{MAIN}61")
    assert (order["qty"], order["goods_amount"], order["freight_amount"]) == (3, 24800, 600)
    assert (order["buyer_paid"], order["merchant_receivable"]) == (23400, 24500)
    assert (order["creator_id"], order["sales_channel"], order["seller_flag"]) == ("998877", "live", "red")


def test_what_lowered_the_payment_is_found_by_the_sum(orders: Taken) -> None:
    lines = {r["line_no"][-2:]: r for r in orders.tables["lines"].iter_rows(named=True)}
    assert (lines["71"]["line_discount_payment"], lines["71"]["line_receivable"]) == (0, 19800)
    assert (lines["72"]["line_paid"], lines["72"]["line_receivable"]) == (18000, 18000)
    assert orders.one("orders", order_no=f"{MAIN}72")["adjust_amount"] == -1800
    assert (lines["73"]["line_discount_platform"], lines["73"]["line_receivable"]) == (2000, 19800)
    assert [(r.order_no[-2:], r.expected, r.actual) for r in orders.residuals] == [("74", 19800, 20000)]


def test_after_sale_comes_before_the_order_state(orders: Taken) -> None:
    states = {
        row["line_no"][-2:]: (row["status"], row["refund_state"])
        for row in orders.tables["lines"].iter_rows(named=True)
    }
    assert states["61"] == ("shipped", "none")
    assert states["75"] == ("paid", "none")
    assert states["62"] == ("refunded", "refunded")
    assert states["63"] == ("cancelled", "none")
    assert states["64"] == ("refunded", "none")
    assert states["65"] == ("created", "none")
    assert states["66"] == ("refunding", "refunding")
    assert states["67"] == ("unknown", "unknown")
    assert states["68"] == ("unknown", "none")
    assert states["69"] == ("shipped", "none")
    assert states["70"] == ("shipped", "none")
    flags = {row["order_no"][-2:]: row["flags"] for row in orders.tables["orders"].iter_rows(named=True)}
    assert (flags["61"], flags["70"], flags["76"]) == (None, "partial_ship presale_deposit", "gift")
    assert orders.one("orders", order_no=f"{MAIN}63")["buyer_paid"] == 0
    # gross stays although it was refunded; how much went back this file does not say
    assert orders.one("orders", order_no=f"{MAIN}62")["buyer_paid"] == 19800
    assert set(orders.column("orders", "refunded_amount")) == {None}


def test_cipher_texts_are_no_names(orders: Taken) -> None:
    order = orders.one("orders", order_no=f"{MAIN}61")
    assert (order["receiver_name"], order["receiver_phone"], order["receiver_address"]) == (None, None, None)
    assert (order["receiver_cipher"], order["receiver_province"]) == ("$$MTM4", "浙江省")
    assert {"收件人", "收件人手机号", "详细地址"} <= orders.facts.personal_headers


def test_form_of_75_columns(tmp_path: Path) -> None:
    def new(number: str, **cells: str) -> dict[str, str]:
        kept = {k: v for k, v in row(number).items() if k in NEW}
        return {**kept, "商品金额": "99.00", **cells}

    rows = [
        new("61", 快递信息="\tYT123-圆通速递,连衣裙×2", 货号="SPU-1", 收件人="张*", 收件人手机号="138****0000"),
        new("62", 快递信息="SF1-顺丰速运,连衣裙×1;YT2-圆通速递,连衣裙×1", 税费="18.00", 商品单价是否含税="否",
            订单应付金额="216.00"),
        new("63", 税费="18.00", 商品单价是否含税="是"),
    ]  # fmt: skip
    table = rows_of(NEW, rows)
    table[0] = [f"\t{name}" for name in table[0]]
    taken = take(write_xlsx(tmp_path / "订单.xlsx", table))
    assert (taken.facts.profile, taken.residuals) == ("douyin-orders", [])
    # 商品金额 is the price of one piece
    assert taken.column("lines", "line_amount") == [19800, 19800, 19800]
    assert taken.column("lines", "waybill") == ["YT123", "SF1;YT2", None]
    assert taken.column("lines", "carrier") == ["圆通速递", "顺丰速运", None]
    assert taken.column("lines", "outer_product_code") == ["SPU-1", None, None]
    assert taken.column("orders", "tax_amount") == [None, 1800, 0]
    first = taken.one("orders", order_no=f"{MAIN}61")
    assert (first["receiver_name"], first["receiver_phone"], first["receiver_cipher"]) == (
        "张*",
        "138****0000",
        "##YWRk",
    )


def test_income_stated_by_the_platform_wins_and_is_compared(tmp_path: Path) -> None:
    names = [*LONG, "商家收入金额"]
    rows = [
        {**row("61"), "商家收入金额": "198.00"},
        {**row("62"), "商家收入金额": "190.00"},
    ]
    taken = take(write_xlsx(tmp_path / "a.xlsx", rows_of(names, rows)))
    assert taken.column("lines", "line_receivable") == [19800, 19000]
    assert [(r.order_no[-2:], r.expected, r.actual) for r in taken.residuals] == [("62", 19800, 19000)]


def test_aftersale_list(tmp_path: Path) -> None:
    names = words(
        "售后单号 订单号 商品单号 商品名称 应付金额（元） 商品运费（元） 商品发货状态 售后类型 退商品金额（元） "
        "退运费金额（元） "
        "退支付优惠（元） 退税费金额（元） 售后状态 售后申请时间 售后原因 退货物流单号 自动处理截止时间 "
        "同意售后申请时间 "
        "用户到账时间 售后关闭时间 纠纷责任方 售后完结时间 商家编码"
    )
    base = {
        "订单号": f"\t{MAIN}61", "商品单号": f"\t{MAIN}75", "商品发货状态": "已发货", "售后类型": "退货退款",
        "退商品金额（元）": "40.00", "退运费金额（元）": "6.00", "退支付优惠（元）": "2.00",
             "退税费金额（元）": "1.00",
        "售后申请时间": "2026-06-18 09:00:00",
    }  # fmt: skip
    rows = [
        {**base, "售后单号": "\t7001", "售后状态": "同意退款，退款成功", "用户到账时间": "2026-06-20 09:00:00",
         "售后完结时间": "-", "纠纷责任方": "商家"},
        {**base, "售后单号": "\t7002", "售后状态": "售后关闭", "售后关闭时间": "2026-06-19 09:00:00",
             "商品发货状态": "未发货",
         "售后类型": "仅退款"},
        {**base, "售后单号": "\t7003", "售后状态": "待商家处理", "自动处理截止时间": "2026-06-20 09:00:00"},
        {**base, "售后单号": "\t7004", "售后状态": "等待星星", "售后类型": "换货"},
    ]  # fmt: skip
    path = tmp_path / "售后单.csv"
    path.write_bytes(csv_bytes(rows_of(names, rows), encoding="utf-8-sig"))
    taken = take(path)
    assert (taken.facts.profile, taken.rejects) == ("douyin-aftersale", [])
    assert taken.column("refunds", "state") == ["success", "closed", "seller_pending", "unknown"]
    # 40.00 + 6.00 + 1.00 reach the buyer, 2.00 whoever funded the payment discount
    assert taken.column("refunds", "refund_to_buyer") == [4700, None, None, None]
    assert taken.column("refunds", "refund_to_platform") == [200, None, None, None]
    assert taken.column("refunds", "freight_refund") == [600, None, None, None]
    assert taken.column("refunds", "apply_amount") == [4700] * 4
    assert taken.column("refunds", "kind") == ["return_refund", "refund_only", "return_refund", "exchange"]
    assert taken.column("refunds", "stage") == ["shipped", "unshipped", "shipped", "shipped"]
    one = taken.one("refunds", refund_no="7001")
    assert (one["order_no"], one["line_no"], one["responsible"]) == (f"{MAIN}61", f"{MAIN}75", "seller")
    assert one["finished_at"] == datetime(2026, 6, 20, 1, 0, tzinfo=UTC)


BILL = words(
    "结算时间 订单号 子订单号 结算金额 结算账户 结算单类型 有结算前退款 下单时间 商品ID 商品数量 业务类型 订单类型 "
    "订单总价 "
    "商品总价 运费 店铺劵 结算前退款金额 平台补贴 达人补贴 抖音支付补贴 抖音月付营销补贴 用户实付 收入合计 "
    "平台服务费 佣金 "
    "渠道分成 招商服务费 站外推广费 其他分成 其他分成说明 支出合计 是否免佣 免佣金额 备注"
)


def settled(line: str, net: str, **cells: str) -> dict[str, str]:
    base = {"结算时间": "2026-06-25 10:00:00", "订单号": f"\t{MAIN}61", "子订单号": f"\t{MAIN}{line}",
         "结算金额": net,
            "结算账户": "聚合账户"}  # fmt: skip
    return {**base, **cells}


BILL_ROWS = [
    # 184.00 + 6.00 + 2.00 + 3.00 − 9.20 − 18.40 = 167.40
    settled("61", "167.40", 用户实付="184.00", 平台补贴="6.00", 抖音支付补贴="2.00", 达人补贴="3.00",
         收入合计="195.00",
            平台服务费="-9.20", 佣金="-18.40", 支出合计="-27.60"),
    # costs without signs, a refund before settlement: 50.00 − 10.00 − 2.00 = 38.00
    settled("75", "38.00", 用户实付="50.00", 结算前退款金额="10.00", 收入合计="40.00", 平台服务费="2.00",
         支出合计="2.00"),
    # the parts do not explain 5.00
    settled("76", "5.00", 用户实付="50.00", 收入合计="50.00", 平台服务费="-2.00", 支出合计="-2.00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("second_row", "residuals"),
    [
        (None, 1),
        (["合计", "-", "-", "210.40"], 1),
        (["合计", "-", "-", "999.00"], 2),
        (["", "", "", "210.40"], 1),
    ],
)
def test_bill_with_and_without_a_row_of_sums(tmp_path: Path, second_row: list[str] | None, residuals: int) -> None:
    table = rows_of(BILL, BILL_ROWS)
    if second_row is not None:
        table.insert(1, [*second_row, *["-"] * (len(BILL) - 4)])
    path = tmp_path / "结算账单.csv"
    path.write_bytes(csv_bytes(table, encoding="utf-8-sig"))
    taken = take(path)
    assert (taken.facts.profile, taken.facts.kind, taken.rejects) == ("douyin-bill", "settlement", [])
    assert taken.by_subject() == {
        "creator_commission": -1840,
        "creator_subsidy": 300,
        "goods_receipt": 18400 + 5000 + 500,
        "goods_refund": -1000,
        "platform_subsidy": 800,
        "tech_fee": -920 - 200,
    }
    assert taken.total("settlement", "amount") == 16740 + 3800 + 500
    assert len(taken.residuals) == residuals
    odd = next(r for r in taken.residuals if r.order_no)
    assert (odd.expected, odd.actual) == (4800, 500)


def test_wallet_movements(tmp_path: Path) -> None:
    names = words(
        "动账时间 动帐流水号 动账方向 动账金额 动账账户 动账场景 计费类型 子订单号 订单号 售后编号 订单实付应结 "
        "运费实付 "
        "实际平台补贴_运费 实际平台补贴 实际达人补贴 实际抖音支付补贴 订单退款 平台服务费 佣金 站外推广费 备注"
    )

    def moved(number: str, way: str, amount: str, scene: str, **cells: str) -> dict[str, str]:
        return {
            "动账时间": "2026-06-25 10:00:00", "动帐流水号": f"\t{number}", "动账方向": way, "动账金额": amount,
            "动账账户": "聚合账户", "动账场景": scene, **cells,
        }  # fmt: skip

    order = {"订单号": f"\t{MAIN}61", "子订单号": f"\t{MAIN}61"}
    rows = [
        # 178.00 + 6.00 + 6.00 + 3.00 + 2.00 − 9.20 − 18.40 = 167.40
        moved("8801", "入账", "167.40", "货款结算入账", **order, 订单实付应结="178.00", 运费实付="6.00",
             实际平台补贴="6.00",
              实际达人补贴="3.00", 实际抖音支付补贴="2.00", 平台服务费="-9.20", 佣金="-18.40"),
        moved("8802", "出账", "30.00", "退款-结算后退款-退用户", **order, 售后编号="7001", 订单退款="30.00"),
        moved("8803", "出账", "5.00", "消费者赔付", **order),
        moved("8804", "出账", "100.00", "提现"),
        moved("8805", "出账", "50.00", "货款充值保证金"),
        moved("8806", "入账", "1.50", "退款-订单退款触发-退分账", **order),
        moved("8807", "入账", "9.00", "货款结算入账", **order, 订单实付应结="10.00"),  # 10.00 does not explain 9.00
        moved("8808", "出账", "1.00", "从未见过的场景"),
        moved("8809", "转", "1.00", "提现"),
    ]  # fmt: skip
    path = tmp_path / "资金明细.csv"
    path.write_bytes(csv_bytes(rows_of(names, rows), encoding="utf-8-sig"))
    taken = take(path)
    assert (taken.facts.profile, taken.facts.kind) == ("douyin-wallet", "ledger")
    assert [(r.row, r.column, r.value, r.reason) for r in taken.rejects] == [(10, "动账方向", "转", "unreadable")]
    assert taken.by_subject() == {
        "commission": 150,
        "compensation": -500,
        "creator_commission": -1840,
        "creator_subsidy": 300,
        "freight": 600,
        "goods_receipt": 17800 + 900,
        "goods_refund": -3000,
        "other": -100,
        "platform_subsidy": 800,
        "tech_fee": -920,
        "transfer_deposit": -5000,
        "transfer_withdrawal": -10000,
    }
    numbers = taken.column("settlement", "entry_no")
    assert len(set(numbers)) == len(numbers)
    assert taken.one("settlement", entry_no="8801/平台服务费")["subject"] == "tech_fee"
    assert taken.one("settlement", entry_no="8804")["amount"] == -10000
    refund = taken.one("settlement", subject="goods_refund")
    assert (refund["refund_no"], refund["order_no"], refund["direction"]) == ("7001", f"{MAIN}61", "out")
    assert [(r.row, r.expected, r.actual) for r in taken.residuals] == [(8, 1000, 900)]
