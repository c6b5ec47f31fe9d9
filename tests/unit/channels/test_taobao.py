"""Taobao and Tmall files of all eras, written by hand; every expected figure is worked out beside its row."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channel_reading import Taken, csv_bytes, rows_of, take, words, write_xlsx

ORDERS = words(
    "订单编号 买家会员名 买家支付宝账号 支付单号 买家应付货款 买家应付邮费 买家支付积分 总金额 返点积分 "
    "买家实际支付金额 "
    "订单状态 买家留言 收货人姓名 收货地址 运送方式 联系电话 联系手机 订单创建时间 订单付款时间 宝贝标题 宝贝种类 "
    "物流单号 物流公司 订单备注 宝贝总数量 店铺名称 订单关闭原因 卖家服务费 分阶段订单信息 天猫卡券抵扣 集分宝抵扣 "
    "退款金额 确认收货时间 打款商家金额 主订单编号 预售订单 发货时间"
)
#: Headers that end in a blank in the CSV files.
BLANKS = {"收货地址", "联系电话", "订单付款时间", "宝贝标题", "宝贝种类", "物流单号"}
PAID = "2020-06-12 09:18:00"


def order(number: str, **cells: str) -> dict[str, str]:
    base = {
        "订单编号": f'="{number}"',
        "买家会员名": "tb***",
        "支付单号": '=""',
        "买家应付货款": "100.00",
        "买家应付邮费": "8.00",
        "总金额": "108.00",
        "买家实际支付金额": "108.00",
        "订单状态": "买家已付款，等待卖家发货",
        "买家留言": "null",
        "收货地址": "浙江省 杭州市 null 测试街道 1号***(310000)",
        "联系手机": "'139****0000",
        "订单创建时间": "2020-06-12 09:17:00",
        "订单付款时间": PAID,
        "宝贝标题": "陶瓷杯",
        "宝贝种类": "1",
        "宝贝总数量": "2",
        "订单关闭原因": "订单未关闭",
        "卖家服务费": "0元",
        "退款金额": "0.00",
        "打款商家金额": "0.00元",
    }
    return {**base, **cells}


def orders_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    table = rows_of(ORDERS, rows)
    table[0] = [f"{name} " if name in BLANKS else name for name in table[0]]
    path.write_bytes(csv_bytes(table, encoding="gb18030"))
    return path


@pytest.fixture
def orders(tmp_path: Path) -> Taken:
    rows = [
        order("351531314701000001"),
        # net of refunds: 108.00 were paid, 108.00 went back, so the column shows 0.00
        order("351531314701000002", 订单状态="交易关闭", 买家实际支付金额="0.00", 退款金额="108.00",
             订单关闭原因="退款"),
        # a part went back: 108.00 − 30.00 = 78.00 are shown
        order("351531314701000003", 订单状态="交易成功", 买家实际支付金额="78.00", 退款金额="30.00"),
        # never paid: the pay time decides
        order("351531314701000004", 订单状态="交易关闭", 订单付款时间="", 买家实际支付金额="0.00",
             订单关闭原因="买家未付款"),
        order("351531314701000005", 订单状态="等待买家付款", 订单付款时间="", 买家实际支付金额="0.00"),
        # a platform card paid 10.00 of 108.00: the merchant still gets 108.00
        order("351531314701000006", 买家实际支付金额="98.00", 天猫卡券抵扣="8.00", 集分宝抵扣="2.00"),
        # the same, refunded in full: 0.00 are left, 98.00 had been paid
        order("351531314701000007", 订单状态="交易关闭", 买家实际支付金额="0.00", 退款金额="98.00",
             天猫卡券抵扣="10.00"),
        order("351531314701000008", 订单状态="卖家部分发货", 宝贝种类="2", 宝贝标题="陶瓷杯，茶壶"),
        order("351531314701000009", 订单状态="交易已归档"),
        # 100.00 + 8.00 is not 109.00, and 109.00 is not what was paid: taken and reported
        order("351531314701000010", 总金额="109.00"),
        order("2.026E+27"),
        order("351531314701000012", 分阶段订单信息="阶段1：定金20.50元 已付；阶段2：尾款 未付", 订单付款时间="",
             订单状态="等待买家付款",
              买家实际支付金额="0.00", 预售订单="是"),
        order("351531314701000013", 主订单编号='="351531314701000099"', 物流单号="No:YT0001", 物流公司="圆通速递",
              订单状态="卖家已发货，等待买家确认", 发货时间="2020-06-13 10:00:00"),
    ]  # fmt: skip
    return take(orders_csv(tmp_path / "ExportOrderList202006151650.csv", rows))


def test_order_list_is_recognised_with_its_quirks(orders: Taken) -> None:
    facts = orders.facts
    assert (facts.profile, facts.encoding, facts.grain) == ("taobao-orders", "gb18030", "order")
    assert facts.exported_at == datetime(2020, 6, 15, 8, 50, tzinfo=UTC)
    first = orders.one("orders", order_no="351531314701000001")
    assert first["created_at"] == datetime(2020, 6, 12, 1, 17, tzinfo=UTC)
    assert (first["receiver_province"], first["receiver_city"], first["receiver_district"]) == (
        "浙江省",
        "杭州市",
        None,
    )
    assert (first["receiver_address"], first["receiver_postcode"]) == ("测试街道 1号***", "310000")
    assert (first["receiver_phone"], first["buyer_note"], first["close_reason"]) == ("139****0000", None, None)
    assert orders.one("orders", order_no="351531314701000002")["close_reason"] == "退款"


def test_paid_is_gross_and_refunds_stand_apart(orders: Taken) -> None:
    money = {
        row["order_no"][-2:]: (row["buyer_paid"], row["refunded_amount"], row["merchant_receivable"])
        for row in orders.tables["orders"].iter_rows(named=True)
    }
    assert money["01"] == (10800, 0, 10800)
    assert money["02"] == (10800, 10800, 10800)
    assert money["03"] == (10800, 3000, 10800)
    assert money["04"] == (0, 0, 0)
    assert money["06"] == (9800, 0, 10800)
    assert money["07"] == (9800, 9800, 10800)
    assert orders.one("orders", order_no="351531314701000006")["platform_discount"] == 1000
    assert orders.one("orders", order_no="351531314701000001")["platform_discount"] is None


def test_order_states_and_flags(orders: Taken) -> None:
    states = {
        row["order_no"][-2:]: (row["status"], row["flags"]) for row in orders.tables["orders"].iter_rows(named=True)
    }
    assert states["02"] == ("refunded", None)
    assert states["03"] == ("completed", "partial_refund")
    assert states["04"] == ("cancelled", None)
    assert states["05"] == ("created", None)
    assert states["08"] == ("shipped", "partial_ship")
    assert states["09"] == ("unknown", None)
    assert states["12"] == ("created", "presale_deposit")
    assert orders.one("orders", order_no="351531314701000012")["deposit_paid"] == 2050
    assert orders.one("orders", order_no="351531314701000013")["parent_order_no"] == "351531314701000099"


def test_damaged_ids_are_refused_and_identities_reported(orders: Taken) -> None:
    assert [(r.row, r.column, r.value, r.reason) for r in orders.rejects] == [
        (12, "订单编号", '="2.026E+27"', "id_damaged")
    ]
    assert {(r.order_no[-2:], r.expected, r.actual) for r in orders.residuals} == {
        ("10", 10800, 10900),
        ("10", 10900, 10800),
    }


def test_a_single_kind_of_goods_is_a_line_of_its_own(orders: Taken) -> None:
    assert "351531314701000008" not in orders.column("lines", "order_no")
    line = orders.one("lines", order_no="351531314701000013")
    assert (line["line_no"], line["qty"], line["status"]) == ("351531314701000013", 2, "shipped")
    # the amounts of the line itself stand in the item list: these are the order's, freight included
    assert (line["line_amount"], line["line_freight_share"], line["line_paid"]) == (None, None, None)
    assert (line["waybill"], line["carrier"]) == ("YT0001", "圆通速递")


def test_later_lists_that_show_gross_payments(tmp_path: Path) -> None:
    names = [
        {"买家实际支付金额": "买家实付金额", "宝贝标题": "商品标题", "订单备注": "商家备注"}.get(name, name)
        for name in ORDERS
    ]
    rows = [
        order("351531314701000001", 订单状态="交易成功", 退款金额="30.00"),  # 108.00 = total: shown gross
        # fits neither (a red packet nobody lists): the file's other row says gross
        order("351531314701000002", 订单状态="交易成功", 买家实际支付金额="100.00", 退款金额="20.00"),
    ]
    cells = [[row.get(name, "").strip('="') for name in ORDERS] for row in rows]
    taken = take(write_xlsx(tmp_path / "ExportOrderList22334455.xlsx", [names, *cells]))
    assert taken.facts.exported_at is None
    assert taken.column("orders", "buyer_paid") == [10800, 10000]
    assert taken.column("orders", "refunded_amount") == [3000, 2000]
    assert [(r.expected, r.actual) for r in taken.residuals] == [(10800, 10000)]


def test_a_trimmed_report_without_states_claims_none(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text(
        "订单编号,总金额,买家实际支付金额,收货地址 ,订单创建时间,订单付款时间 ,退款金额\r\n"
        "1,178.80,0.00,上海,2020-02-21 00:00:00,2020-02-21 00:00:00,178.80\r\n"
        "2,21.00,0.00,广东省,2020-02-20 23:59:54,,0.00\r\n",
        encoding="utf-8",
    )
    taken = take(path)
    assert taken.column("orders", "buyer_paid") == [17880, 0]
    assert taken.column("orders", "status") == [None, None]
    assert "lines" not in taken.tables
    assert "status" not in taken.facts.provided["orders"]


ITEMS = words(
    "子订单编号 主订单编号 标题 价格 购买数量 外部系统编号 商品属性 套餐信息 联系方式备注 订单状态 商家编码 支付单号 "
    "买家应付货款 买家实际支付金额 退款状态 退款金额 订单创建时间 订单付款时间 商品id 分阶段订单信息 备注标签 "
    "商家备注 "
    "主订单买家留言 发货时间 物流单号 物流公司 应发货时间"
)


def item(line: str, main: str, **cells: str) -> dict[str, str]:
    base = dict.fromkeys(ITEMS, "null") | {
        "子订单编号": line,
        "主订单编号": main,
        "标题": "连衣裙",
        "价格": "199.00",
        "购买数量": "1",
        "商品属性": "颜色：红;尺码：M(160/84A)",
        "订单状态": "买家已付款，等待卖家发货",
        "商家编码": "DR-1",
        "买家应付货款": "173.00",
        "买家实际支付金额": "173.00",
        "退款状态": "没有申请退款",
        "退款金额": "无退款申请",
        "订单创建时间": "2024-03-21 10:20:00",
        "订单付款时间": "2024-03-21 10:24:29",
        "商品id": "760000000001",
        "商家备注": "",
    }
    return {**base, **cells}


@pytest.fixture
def items(tmp_path: Path) -> Taken:
    main = "9500000000000000100"
    rows = [
        item("9500000000000000001", "9500000000000000001"),
        # one order of two lines: 173.00 and 2 × 50.00 less 10.00; the second went back in full, the first stays
        item("9500000000000000101", main, 订单状态="交易成功", 发货时间="2024-03-22 08:00:00", 物流单号="No:YT9"),
        item("9500000000000000102", main, 价格="50.00", 购买数量="2", 买家应付货款="90.00", 买家实际支付金额="0.00",
             订单状态="交易关闭", 退款状态="退款成功", 退款金额="90.00"),
        # only a part of the money went back: the line goes on
        item("9500000000000000003", "9500000000000000003", 订单状态="交易成功", 退款状态="退款成功", 退款金额="20.00",
             买家实际支付金额="153.00"),
        # asked for, not paid out: 退款金额 stands there but counts for nothing
        item("9500000000000000004", "9500000000000000004", 退款状态="买家已经申请退款，等待卖家同意",
             退款金额="173.00"),
        item("9500000000000000005", "9500000000000000005", 退款状态="退款关闭", 退款金额="173.00"),
        item("9500000000000000006", "9500000000000000006", 退款状态="等待星星", 退款金额="173.00"),
        item("9500000000000000007", "9500000000000000007", 订单状态="交易关闭", 订单付款时间="null",
             买家实际支付金额="0.00"),
        item("9500000000000000008", "9500000000000000008", 订单状态="PAID_FORBID_CONSIGN"),
    ]  # fmt: skip
    return take(write_xlsx(tmp_path / "ExportOrderDetailList.xlsx", rows_of(ITEMS, rows)))


def test_item_list_lines(items: Taken) -> None:
    assert (items.facts.profile, items.facts.grain, items.rejects) == ("taobao-items", "items", [])
    lines = {row["line_no"][-3:]: row for row in items.tables["lines"].iter_rows(named=True)}
    assert {n: row["status"] for n, row in lines.items()} == {
        "001": "paid",
        "101": "completed",
        "102": "refunded",
        "003": "completed",
        "004": "refunding",
        "005": "paid",
        "006": "unknown",
        "007": "cancelled",
        "008": "paid",
    }
    assert [lines[n]["refunded_amount"] for n in ("001", "102", "003", "004", "005", "006")] == [
        0,
        9000,
        2000,
        0,
        0,
        None,
    ]
    assert [lines[n]["line_paid"] for n in ("001", "102", "003", "004", "007")] == [17300, 9000, 17300, 17300, 0]
    assert (lines["102"]["line_amount"], lines["102"]["line_discount_merchant"]) == (10000, 1000)
    assert (lines["101"]["waybill"], lines["001"]["waybill"], lines["001"]["sku_text"]) == (
        "YT9",
        None,
        "颜色：红;尺码：M(160/84A)",
    )


def test_item_list_orders_are_sums_of_their_lines(items: Taken) -> None:
    order_ = items.one("orders", order_no="9500000000000000100")
    assert (order_["qty"], order_["goods_list_amount"], order_["goods_amount"]) == (3, 29900, 26300)
    assert (order_["buyer_paid"], order_["refunded_amount"], order_["status"]) == (26300, 9000, None)
    assert order_["flags"] == "partial_refund"
    assert items.one("orders", order_no="9500000000000000003")["flags"] == "partial_refund"
    assert items.one("orders", order_no="9500000000000000008")["flags"] == "hold"
    assert items.one("orders", order_no="9500000000000000001")["flags"] is None


@pytest.mark.parametrize("spelling", ["商品ID", "商品id", "商品Id"])
def test_item_list_of_2025_and_either_spelling_of_the_product_id(tmp_path: Path, spelling: str) -> None:
    renamed = {
        "标题": "商品标题", "价格": "商品价格", "买家实际支付金额": "买家实付金额", "商品id": spelling,
        "分阶段订单信息": "分阶段信息",
    }  # fmt: skip
    rows = [
        item(
            "9500000000000000001",
            "9500000000000000001",
            应发货时间="2024-03-23 10:24:29",
            分阶段订单信息="阶段1：定金20元 已付",
        )
    ]
    table = rows_of(ITEMS, rows)
    table[0] = [renamed.get(name, name) for name in table[0]]
    taken = take(write_xlsx(tmp_path / "items.xlsx", table))
    line = taken.tables["lines"].row(0, named=True)
    assert (line["product_no"], line["title"], line["unit_price"]) == ("760000000001", "连衣裙", 19900)
    assert line["ship_deadline_at"] == datetime(2024, 3, 23, 2, 24, 29, tzinfo=UTC)
    order_ = taken.tables["orders"].row(0, named=True)
    assert (order_["flags"], order_["deposit_paid"]) == ("presale_deposit", 2000)


def test_item_list_of_ten_columns(tmp_path: Path) -> None:
    names = words("订单编号 标题 价格 购买数量 外部系统编号 商品属性 套餐信息 备注 订单状态 商家编码")
    common = {"标题": "杯", "价格": "5.00", "购买数量": "3", "订单状态": "交易关闭"}
    rows = [
        {"订单编号": "'1930679858170647", **common, "订单状态": "交易成功"},
        {"订单编号": "`1930679858170648", **common},
        {"订单编号": "`1930679858170648", **common},
    ]
    path = tmp_path / "items.csv"
    path.write_bytes(csv_bytes(rows_of(names, rows), encoding="gbk"))
    taken = take(path)
    assert taken.facts.profile == "taobao-items-2018"
    assert taken.column("lines", "line_no") == ["1930679858170647", "1930679858170648#1", "1930679858170648#2"]
    assert taken.column("lines", "line_amount") == [1500, 1500, 1500]
    # paid and refunded, or never paid: without pay times only that it is over is known
    assert taken.column("lines", "status") == ["completed", "closed", "closed"]
    assert "orders" not in taken.tables


def test_refund_list(tmp_path: Path) -> None:
    names = words(
        "订单编号 退款编号 宝贝标题 商家编码 退款的申请时间 退款完结时间 退给买家金额 退给平台金额 退款总额 售后类型 "
        "买家退款原因 退款状态 货物状态 退款阶段 责任方"
    )
    base = {
        "退款的申请时间": "2024-03-21 10:20:00",
        "退给买家金额": "90.00",
        "退给平台金额": "5.00",
        "退款总额": "95.00",
    }
    rows = [
        {**base, "订单编号": "9500000000000000102", "退款编号": "120001", "售后类型": "退货退款",
             "退款状态": "退款成功",
         "货物状态": "买家已收到货", "退款完结时间": "2024-03-25 10:00:00", "责任方": "卖家"},
        {**base, "订单编号": "9500000000000000103", "退款编号": "120002", "售后类型": "仅退款",
         "退款状态": "买家已经申请退款，等待卖家同意", "货物状态": "买家未收到货", "退款阶段": "售前"},
        {**base, "订单编号": "9500000000000000104", "退款编号": "120003", "售后类型": "换货", "退款状态": "退款关闭"},
        {**base, "订单编号": "9500000000000000105", "退款编号": "120004", "售后类型": "仅退款",
             "退款状态": "等待星星"},
    ]  # fmt: skip
    taken = take(write_xlsx(tmp_path / "退款管理.xlsx", rows_of(names, rows)))
    assert (taken.facts.profile, taken.facts.kind) == ("taobao-refunds", "refunds")
    assert taken.column("refunds", "state") == ["success", "seller_pending", "closed", "unknown"]
    assert taken.column("refunds", "kind") == ["return_refund", "refund_only", "exchange", "refund_only"]
    assert taken.column("refunds", "stage") == ["received", "unshipped", None, None]
    # only the success moved money; what was asked for is kept beside it
    assert taken.column("refunds", "refund_to_buyer") == [9000, None, None, None]
    assert taken.column("refunds", "refund_to_platform") == [500, None, None, None]
    assert taken.column("refunds", "apply_amount") == [9500] * 4
    assert taken.column("refunds", "responsible") == ["seller", None, None, None]


ALIPAY = words(
    "账务流水号 业务流水号 商户订单号 商品名称 发生时间 对方账号 收入金额（+元） 支出金额（-元） 账户余额（元） "
    "业务类型 "
    "备注 业务描述 业务基础订单号"
)
ORDER = "351531314701000001"


def ledger(number: str, **cells: str) -> dict[str, str]:
    return {"账务流水号": f"{number}\t", "发生时间": "2024-03-21 10:20:00", **cells}


LEDGER_ROWS = [
    ledger("900001", 商户订单号=f"T200P{ORDER}", **{"收入金额（+元）": "108.00", "账户余额（元）": "1108.00"},
         业务类型="在线支付",
           业务描述="0010001|交易收款-交易收款"),
    ledger("900002", 备注=f"代扣返点积分-佣金tradeid:{ORDER}", **{"支出金额（-元）": "-0.54"}, 业务类型="其它",
           业务描述="0030001|技术服务费-佣金"),
    ledger("900003", 业务基础订单号=ORDER, **{"支出金额（-元）": "30.00"}, 业务类型="交易退款",
         业务描述="0020001|交易退款-售后退款"),
    ledger("900004", 备注=f"天猫佣金(KY_ITEM)({ORDER})扣款", **{"支出金额（-元）": "-1.00"}, 业务类型="收费"),
    ledger("900005", 备注="提现到银行卡", **{"支出金额（-元）": "-50.00"}, 业务类型="提现"),
    ledger("900006", 备注="余额宝-单次转入", **{"支出金额（-元）": "-20.00"}, 业务类型="转账"),
    ledger("900006", 备注="余额宝-收益发放", **{"收入金额（+元）": "20.00"}, 业务类型="转账"),
    ledger("900007", 备注="退货运费险", **{"支出金额（-元）": "-0.30"}, 业务类型="其它"),
    ledger("900008", 备注="店铺保证金充值", **{"支出金额（-元）": "-10.00"}, 业务类型="其它"),
    ledger("900009", 备注="直通车充值", **{"支出金额（-元）": "-5.00"}, 业务类型="其它"),
    ledger("900010", 备注="某种新的东西", **{"收入金额（+元）": "1.00"}, 业务类型="其它"),
    ledger("900011", 备注="没有金额", 业务类型="其它"),
]  # fmt: skip
#: in: 108 + 20 + 1; out: 0.54 + 30 + 1 + 50 + 20 + 0.30 + 10 + 5
FOOTER = ["#支出合计：8笔，共-116.84元", "#收入合计：3笔，共129.00元"]


def alipay_csv(path: Path, footer: list[str], *, empty_first: bool = False, encoding: str = "gb18030") -> Path:
    before = [
        "#支付宝账务明细查询",
        "#账号：[20880000000000000156]",
        "#起始日期：[2024年03月21日 00:00:00]   终止日期：[2024年03月22日 00:00:00]",
        "#-----------------------------------------账务明细列表----------------------------------------",
    ]
    after = ["#-----------------------------账务明细列表结束----------------------------", *footer]
    table = rows_of(ALIPAY, LEDGER_ROWS)
    if empty_first:
        table = [["", *row] for row in table]
    body = csv_bytes(table, encoding=encoding)
    path.write_bytes("\r\n".join([*before, ""]).encode(encoding) + body + "\r\n".join([*after, ""]).encode(encoding))
    return path


@pytest.mark.parametrize("empty_first", [False, True])
def test_alipay_ledger(tmp_path: Path, empty_first: bool) -> None:
    taken = take(alipay_csv(tmp_path / "账务明细.csv", FOOTER, empty_first=empty_first))
    assert (taken.facts.profile, taken.facts.header_row, taken.facts.encoding) == ("alipay-ledger", 5, "gb18030")
    assert [(r.row, r.reason) for r in taken.rejects] == [(17, "missing")]
    assert taken.residuals == []
    entries = taken.tables["settlement"]
    assert entries["amount"].to_list() == [10800, -54, -3000, -100, -5000, -2000, 2000, -30, -1000, -500, 100]
    assert entries["order_no"].to_list() == [ORDER] * 4 + [None] * 7
    assert entries["subject"].to_list() == [
        "goods_receipt", "commission", "goods_refund", "commission", "transfer_withdrawal", "transfer_withdrawal",
        "transfer_topup", "insurance", "transfer_deposit", "transfer_topup", "other",
    ]  # fmt: skip
    assert entries["direction"].to_list() == ["in", "out", "out", "out", "out", "out", "in", "out", "out", "out", "in"]
    # both legs of the transfer are kept apart; everything else keeps the platform's number
    assert entries["entry_no"].to_list()[:7] == [
        "900001", "900002", "900003", "900004", "900005/out", "900006/out", "900006/in",
    ]  # fmt: skip
    assert taken.one("settlement", entry_no="900001")["balance_after"] == 110800


def test_alipay_footer_that_does_not_add_up_is_reported(tmp_path: Path) -> None:
    taken = take(alipay_csv(tmp_path / "a.csv", ["#支出合计：8笔，共-116.84元", "#收入合计：5笔，共130.00元"]))
    # one row without any amount may stand for one of the five, not for two
    assert {(r.identity, r.expected, r.actual) for r in taken.residuals} == {
        ("footer:收入合计", 13000, 12900),
        ("footer:收入笔数", 5, 3),
    }


def test_qianniu_entries_in_both_layouts(tmp_path: Path) -> None:
    long = words(
        "商家昵称 入帐日期 入帐时间 支付流水号 主订单id 子订单id 入帐类型 收入金额(元) 支出金额(元) 业务描述 备注 "
        "收/付渠道"
    )
    row = {
        "入帐日期": "2024-03-21", "支付流水号": "2024032122001", "主订单id": ORDER, "子订单id": ORDER,
        "入帐类型": "交易", "业务描述": "0010001|交易收款-交易收款", "收/付渠道": "支付宝",
    }  # fmt: skip
    rows = [
        {**row, "入帐时间": "10:20:00", "收入金额(元)": "108.00", "支出金额(元)": "0.00"},
        {**row, "入帐时间": "2024-03-22 00:30:00", "支出金额(元)": "-1.08", "业务描述": "淘宝客佣金代扣",
             "收/付渠道": "微信"},
        {**row, "入帐时间": "soon", "收入金额(元)": "1.00"},
    ]  # fmt: skip
    first = take(write_xlsx(tmp_path / "动账.xlsx", rows_of(long, rows)))
    assert first.facts.profile == "qianniu-entries"
    assert first.column("settlement", "amount") == [10800, -108]
    assert first.column("settlement", "subject") == ["goods_receipt", "affiliate_commission"]
    assert first.column("settlement", "account") == ["alipay", "wechat"]
    assert first.column("settlement", "entry_no") == [None, None]
    assert first.column("settlement", "occurred_at") == [
        datetime(2024, 3, 21, 2, 20, tzinfo=UTC),
        datetime(2024, 3, 21, 16, 30, tzinfo=UTC),
    ]
    assert [(r.row, r.value, r.reason) for r in first.rejects] == [(4, "soon", "not_a_moment")]

    short = words("入账时间 支付流水号 淘宝订单编号 入账类型 收入金额（元） 支出金额 业务描述")
    cells = ["2024-03-21 10:20:00", "2024032122001", ORDER, "退款", "", "30.00", "交易退款"]
    second = take(write_xlsx(tmp_path / "动账2.xlsx", [short, cells]))
    assert second.one("settlement", order_no=ORDER)["amount"] == -3000
    assert second.one("settlement", order_no=ORDER)["subject"] == "goods_refund"
