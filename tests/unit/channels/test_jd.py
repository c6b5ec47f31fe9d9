"""JD files, written by hand; every expected figure is worked out beside its row."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channel_reading import Taken, csv_bytes, rows_of, take, words, write_xlsx

ORDERS = words(
    "订单号 商品ID 商品名称 订购数量 支付方式 下单时间 京东价 订单金额 结算金额 余额支付 应付金额 订单状态 "
    "订单类型 下单帐号 "
    "客户姓名 客户地址 联系电话 订单备注 发票类型 发票抬头 发票内容 商家备注 商家备注等级（等级1-5为由高到低） "
    "运费金额 "
    "付款确认时间 增值税发票 货号 订单完成时间 订单来源 订单渠道 服务费 商家SKUID"
)


def row(number: str, sku: str, **cells: str) -> dict[str, str]:
    base = {
        "订单号": number,
        "商品ID": sku,
        "商品名称": "保温杯 红 500ml",
        "订购数量": "1",
        "支付方式": "在线支付",
        "下单时间": "2026-06-12 09:00:00",
        "京东价": "59.90",
        "订单金额": "59.90",
        "结算金额": "59.90",
        "余额支付": "0.00",
        "应付金额": "59.90",
        "订单状态": "等待出库",
        "下单帐号": "jd_test",
        "客户地址": "北京朝阳区测试路***",
        "运费金额": "0.00",
        "付款确认时间": "2026-06-12 09:01:00",
        "订单完成时间": "0001-01-01 00:00:00",
        "货号": "CUP-1",
    }
    return {**base, **cells}


# 59.90 + 2 × 19.00 + 0.00 (gift) = 97.90; the shop gives 10.00; freight 6.00; of 93.90 the buyer pays 70.00 + 18.90,
# JD bears 5.00
SPLIT = {
    "订单金额": "97.90",
    "结算金额": "87.90",
    "余额支付": "18.90",
    "应付金额": "70.00",
    "运费金额": "6.00",
    "订单状态": "等待确认收货",
}
ROWS = [
    row("'330000001001", "10160000000001", 订单状态="完成", 订单完成时间="2026-06-17 14:29:00"),
    row("330000001002", "10160000000001.0", 商家SKUID="SKU-9", **SPLIT),
    row("330000001002", "10160000000002\t", 京东价="19.00", 订购数量="2", **SPLIT),
    row("330000001002", "10160000000003", 京东价="0.00", **SPLIT),
    row("330000001003", "10160000000001", 订单状态="等待付款", 付款确认时间="1970-01-01 00:00:00"),
    row("330000001004", "10160000000001", 订单状态="(删除)等待出库"),
    row("330000001005", "10160000000001", 订单状态="（删除）等待出库", 商家备注="订单拆分为 330000001006 330000001007"),
    row("330000001006", "10160000000001"),
    row("330000001008", "10160000000001", 订单状态="暂停"),
    row("330000001009", "10160000000001", 订单状态="锁定"),
    row("330000001010", "10160000000001", 订单状态="父单取消"),
    row("330000001011", "10160000000001", 订单状态="等待门店接单"),
    row("330000001012", "10160000000001", 支付方式="货到付款", 付款确认时间="", 订单状态="等待确认收货"),
    row("330000001013", "10160000000001", 订购数量="3"),  # 3 × 59.90 is not 59.90
    row("330000001014", "10160000000001", 应付金额="70.00"),  # more than 59.90 + 0.00
    row("330000001015", "1.0160000000001E+15"),
    row("330000001016", "10160000000007"),
    row("330000001016", "10160000000007"),
    row("330000001017", "10160000000001", 服务费="20.00", 应付金额="79.90"),
]


@pytest.fixture
def orders(tmp_path: Path) -> Taken:
    path = tmp_path / "订单导出_20260615110000.csv"
    path.write_bytes(csv_bytes(rows_of(ORDERS, ROWS), encoding="gbk"))
    return take(path)


def test_order_totals_are_taken_once_and_say_who_funds_what(orders: Taken) -> None:
    assert (orders.facts.profile, orders.facts.encoding, orders.facts.grain) == ("jd-orders", "gb18030", "order")
    assert orders.facts.exported_at == datetime(2026, 6, 15, 3, 0, tzinfo=UTC)
    one = orders.one("orders", order_no="330000001002")
    assert (one["goods_amount"], one["goods_list_amount"], one["qty"]) == (9790, 9790, 4)
    assert (one["merchant_discount"], one["platform_discount"], one["freight_amount"]) == (1000, 500, 600)
    # 70.00 + 18.90 from the buyer, 5.00 from JD
    assert (one["buyer_paid"], one["merchant_receivable"]) == (8890, 9390)
    assert one["receiver_province"] == "北京"


def test_lines_share_the_order_exactly(orders: Taken) -> None:
    lines = orders.tables["lines"].filter(orders.tables["lines"]["order_no"] == "330000001002")
    assert lines["line_no"].to_list() == [
        "330000001002-10160000000001",
        "330000001002-10160000000002",
        "330000001002-10160000000003",
    ]
    assert lines["line_amount"].to_list() == [5990, 3800, 0]
    # 1000 × 5990/9790 = 611.8…, 1000 × 3800/9790 = 388.1…: the left-over fen goes to the larger remainder
    assert lines["line_discount_merchant"].to_list() == [612, 388, 0]
    # 500 × 5990/9790 = 305.9…, 194.07…
    assert lines["line_discount_platform"].to_list() == [306, 194, 0]
    # 600 × 5990/9790 = 367.1…, 232.8…
    assert lines["line_freight_share"].to_list() == [367, 233, 0]
    assert lines["line_paid"].to_list() == [5990 - 612 - 306 + 367, 3800 - 388 - 194 + 233, 0]
    assert lines["line_paid"].sum() == 8890
    assert lines["line_receivable"].sum() == 9390
    assert lines["is_gift"].to_list() == [False, False, True]
    assert lines["outer_sku_code"].to_list() == ["SKU-9", "CUP-1", "CUP-1"]


def test_repeated_skus_of_an_order_are_told_apart(orders: Taken) -> None:
    lines = orders.tables["lines"].filter(orders.tables["lines"]["order_no"] == "330000001016")
    assert lines["line_no"].to_list() == ["330000001016-10160000000007", "330000001016-10160000000007#2"]


def test_order_states_flags_and_never_dates(orders: Taken) -> None:
    found = {r["order_no"][-2:]: r for r in orders.tables["orders"].iter_rows(named=True)}
    states = {number: (r["status"], r["flags"]) for number, r in found.items()}
    assert states["01"] == ("completed", None)
    assert states["03"] == ("created", None)
    assert states["04"] == ("cancelled", None)
    assert states["05"] == ("cancelled", "split_parent")
    assert states["08"] == ("paid", "hold")
    assert states["09"] == ("refunding", "hold")
    assert states["10"] == ("closed", "split_parent")
    assert states["11"] == ("unknown", None)
    assert states["12"] == ("shipped", "cod")
    assert found["06"]["parent_order_no"] == "330000001005"
    assert (found["03"]["paid_at"], found["03"]["buyer_paid"], found["03"]["merchant_receivable"]) == (None, 0, 0)
    assert (found["12"]["buyer_paid"], found["12"]["cod_amount"]) == (0, 5990)
    assert found["02"]["completed_at"] is None
    assert found["01"]["completed_at"] == datetime(2026, 6, 17, 6, 29, tzinfo=UTC)


def test_what_does_not_add_up_is_taken_and_reported(orders: Taken) -> None:
    assert [(r.row, r.column, r.reason) for r in orders.rejects] == [(17, "商品ID", "id_damaged")]
    assert {(r.order_no[-2:], r.expected, r.actual) for r in orders.residuals} == {
        ("13", 17970, 5990),
        ("16", 11980, 5990),
        ("14", 5990, 7000),
    }
    assert orders.one("orders", order_no="330000001014")["platform_discount"] is None
    # the shares still add up to what the order states: 59.90 over two equal lines
    lines = orders.tables["lines"].filter(orders.tables["lines"]["order_no"] == "330000001016")
    assert lines["line_paid"].to_list() == [2995, 2995]
    served = orders.one("orders", order_no="330000001017")
    assert (served["adjust_amount"], served["buyer_paid"], served["platform_discount"]) == (2000, 7990, 0)
    assert orders.one("lines", order_no="330000001017")["line_paid"] == 7990


SETTLEMENT = words(
    "订单编号 父单号 订单状态 订单下单时间 订单完成时间 售后服务单号 售后退款时间 商品编号 商品名称 商品数量 "
    "扣点类型 "
    "佣金比例 费用名称 应结金额 币种 收支方向 结算状态 预计结算时间 账单生成时间 到账时间 商户订单号 资金动账备注"
)


def fee(name: str, amount: str, **cells: str) -> dict[str, str]:
    way = "支出" if amount.startswith("-") else "收入"
    base = {
        "订单编号": "330000001002",
        "商品编号": "10160000000001",
        "费用名称": name,
        "应结金额": amount,
        "币种": "CNY",
        "收支方向": way,
        "账单生成时间": "20260620",
        "到账时间": "2026-06-21 10:00:00",
    }
    return {**base, **cells}


FEES = [
    fee("货款", "53.78"),
    fee("佣金", "-2.69"),
    fee("货款", "-20.00", 售后服务单号="70001"),
    fee("代收配送费", "6.00"),
    fee("运费保险服务费", "-0.30"),
    fee("售后卖家赔付费", "3.00", 收支方向="支出"),  # written without its sign
    fee("提现", "-30.00", 订单编号="", 商品编号="", 到账时间="2026-06-22 00:00:01"),
    fee("提现", "-30.00", 订单编号="", 商品编号="", 到账时间="2026-06-22 08:00:00"),
    fee("保证金", "-100.00", 订单编号="", 商品编号=""),
    fee("说不清的费用", "-1.00"),
]


@pytest.mark.parametrize("note", [True, False])
def test_settlement_with_and_without_a_note_row(tmp_path: Path, note: bool) -> None:
    before = [["说明：应结金额为负表示支出", *[""] * 21]] if note else []
    path = tmp_path / "货款明细.csv"
    path.write_bytes(csv_bytes([*before, *rows_of(SETTLEMENT, FEES)], encoding="utf-8-sig"))
    taken = take(path)
    assert (taken.facts.profile, taken.facts.header_row) == ("jd-settlement", 2 if note else 1)
    assert (taken.rejects, taken.residuals) == ([], [])
    assert taken.by_subject() == {
        "commission": -269,
        "compensation": -300,
        "freight": 600,
        "goods_receipt": 5378,
        "goods_refund": -2000,
        "insurance": -30,
        "other": -100,
        "transfer_deposit": -10000,
        "transfer_withdrawal": -6000,
    }
    numbers = taken.column("settlement", "entry_no")
    assert numbers[0] == "330000001002||10160000000001|货款|5378|20260620"
    assert len(set(numbers)) == 10
    refund = taken.one("settlement", subject="goods_refund")
    assert (refund["refund_no"], refund["line_no"]) == ("70001", "330000001002-10160000000001")
    assert refund["occurred_at"] == datetime(2026, 6, 19, 16, 0, tzinfo=UTC)


def test_a_settlement_entry_keeps_its_key_once_it_is_paid_out(tmp_path: Path) -> None:
    keys = []
    for arrived in ("", "2026-06-21 10:00:00"):
        row_ = fee("货款", "53.78", 到账时间=arrived, 结算状态="已结算" if arrived else "未结算")
        keys.append(take(write_xlsx(tmp_path / "a.xlsx", rows_of(SETTLEMENT, [row_]))).column("settlement", "entry_no"))
    assert keys[0] == keys[1]


def test_aftersale_list_with_two_header_rows(tmp_path: Path) -> None:
    names = words(
        "服务单号 服务单状态 申请时间 客户期望 一级申请原因 退款金额 申请数量 订单号 商品编号 商品名称 货号 "
        "审核时间 处理完成时间"
    )
    base = {
        "订单号": "330000001002",
        "商品编号": "10160000000001",
        "申请时间": "2026-06-18 09:00:00",
        "退款金额": "20.00",
    }
    rows = [
        {**base, "服务单号": "70001", "服务单状态": "完成", "客户期望": "退货", "审核时间": "2026-06-18 10:00:00",
         "处理完成时间": "2026-06-19 10:00:00", "申请数量": "1"},
        {**base, "服务单号": "70002", "服务单状态": "待审核", "客户期望": "售前退款"},
        {**base, "服务单号": "70003", "服务单状态": "审核关闭", "客户期望": "仅退款",
             "审核时间": "2026-06-18 10:00:00"},
        {**base, "服务单号": "70004", "服务单状态": "取消", "客户期望": "换货"},
        {**base, "服务单号": "70005", "服务单状态": "等待星星", "客户期望": "维修"},
    ]  # fmt: skip
    groups = ["申请信息", *[""] * 6, "订单信息", *[""] * 3, "审核信息", "处理信息"]
    taken = take(write_xlsx(tmp_path / "售后服务单.xlsx", [groups, *rows_of(names, rows)]))
    assert (taken.facts.profile, taken.facts.header_row, taken.rejects) == ("jd-aftersale", 2, [])
    assert taken.column("refunds", "state") == ["success", "seller_pending", "closed", "withdrawn", "unknown"]
    assert taken.column("refunds", "kind") == ["return_refund", "refund_only", "refund_only", "exchange", "repair"]
    assert taken.column("refunds", "stage") == ["received", "unshipped", None, "received", "received"]
    assert taken.column("refunds", "refund_to_buyer") == [2000, None, None, None, None]
    assert taken.column("refunds", "apply_amount") == [2000] * 5
    first = taken.one("refunds", refund_no="70001")
    assert (first["line_no"], first["qty"]) == ("330000001002-10160000000001", 1)
    assert first["agreed_at"] == datetime(2026, 6, 18, 2, 0, tzinfo=UTC)
    assert taken.one("refunds", refund_no="70003")["agreed_at"] is None
