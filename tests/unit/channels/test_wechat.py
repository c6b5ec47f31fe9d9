"""WeChat shop files, written by hand; every expected figure is worked out beside its row."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channel_reading import csv_bytes, rows_of, take, words, write_xlsx

ORDERS = words(
    "订单号 订单下单时间 订单发货时间 订单确认收货时间 订单完成结算时间 订单状态 发货方式 收件人姓名 收件人地址 省 "
    "市 区 收件人手机 买家备注 商家备注 打标颜色 商品总价 订单实际支付金额 订单实际收款金额 订单运费 商品优惠 "
    "跨店优惠 商品改价 积分抵扣 支付方式 支付时间 交易单号 物流公司 快递单号 技术服务费 "
    "技术服务费（将以人气卡形式返还） 带货账号昵称 礼物单号 商品名称 商品编码(平台) 商品编码(自定义) "
    "SKU编码(自定义) 商品属性 商品价格(单件) 商品实际价格(单件) 商品实际价格(总共) 是否预售 商品数量 商品平台券优惠 "
    "商品平均运费 商品发货 商品售后 商品已退款金额"
)
ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN = (f"372000000000100000{n}" for n in range(1, 8))


def order(number: str, *lines: dict[str, str], **cells: str) -> list[dict[str, str]]:
    base = {
        "订单号": number,
        "订单下单时间": "2026-06-12 09:00:00",
        "支付时间": "2026-06-12 09:01:00",
        "订单状态": "待发货",
        "支付方式": "微信支付",
    }
    return [{**base, **cells, **line} for line in lines]


def line(sku: str, price: str, qty: str, total: str, refund: str = "0.00", **cells: str) -> dict[str, str]:
    return {
        "商品名称": "陶瓷杯",
        "商品编码(平台)": "10000000001",
        "SKU编码(自定义)": sku,
        "商品价格(单件)": price,
        "商品实际价格(单件)": price,
        "商品实际价格(总共)": total,
        "商品数量": qty,
        "商品已退款金额": refund,
        **cells,
    }


@pytest.fixture
def orders_file(tmp_path: Path) -> Path:
    rows = [
        # 60.00 + 25.00 − 5.00 − 3.00 + 6.00 = 83.00 paid; 86.00 received: the platform funds 3.00, the shop 5.00
        *order(ONE, line("A", "30.00", "2", "60.00"), line("B", "12.50", "2", "25.00"), 商品总价="¥85.00",
               订单运费="6.00", 商品优惠="5.00", 跨店优惠="3.00", 订单实际支付金额="¥83.00",
               订单实际收款金额="86.00", 打标颜色="红色"),
        # points of 1.00 are made good by the platform, the cross-shop 2.00 are not
        *order(TWO, line("A", "30.00", "1", "30.00"), 商品总价="30.00", 跨店优惠="2.00", 积分抵扣="1.00",
               订单实际支付金额="27.00", 订单实际收款金额="28.00"),
        *order(THREE, line("A", "30.00", "1", "30.00"), 商品总价="30.00", 订单实际支付金额="30.00", 支付时间="",
               订单实际收款金额="30.00", 订单状态="已取消"),
        # everything went back
        *order(FOUR, line("A", "30.00", "1", "30.00", "30.00"), 商品总价="30.00", 订单实际支付金额="30.00",
               订单实际收款金额="0.00", 订单状态="已取消"),
        # one line sent, the other fully refunded; the third kept, partly refunded
        *order(FIVE, line("A", "30.00", "1", "30.00", 商品发货="已发货"), line("B", "20.00", "1", "20.00", "20.00"),
               line("C", "10.00", "1", "10.00", "4.00", 商品发货="未发货"), 商品总价="60.00", 订单状态="部分发货",
               订单实际支付金额="60.00", 订单实际收款金额="60.00", 订单发货时间="2026-06-13 10:00:00"),
        # two rows that are equal in everything
        *order(SIX, line("A", "30.00", "1", "30.00"), line("A", "30.00", "1", "30.00"), 商品总价="60.00",
               订单实际支付金额="61.00", 订单实际收款金额="61.00", 订单状态="待核销"),
        *order("3.72E+18", line("A", "30.00", "1", "30.00"), 商品总价="30.00", 订单实际支付金额="30.00"),
        *order(SEVEN, line("A", "30.00", "1", "三十"), 商品总价="30.00", 订单实际支付金额="30.00"),
    ]  # fmt: skip
    return write_xlsx(tmp_path / "微信小店订单.xlsx", rows_of(ORDERS, rows))


def test_repeated_order_cells_count_once(orders_file: Path) -> None:
    taken = take(orders_file)
    assert taken.facts.profile == "wechat-orders"
    one = taken.one("orders", order_no=ONE)
    assert (one["goods_amount"], one["freight_amount"], one["qty"]) == (8500, 600, 4)
    assert (one["merchant_discount"], one["platform_discount"]) == (500, 300)
    assert (one["buyer_paid"], one["merchant_receivable"]) == (8300, 8600)
    assert one["seller_flag"] == "red"
    lines = taken.tables["lines"].filter(taken.tables["lines"]["order_no"] == ONE)
    assert lines["line_amount"].to_list() == [6000, 2500]
    # 500 × 60/85 = 352.9, 300 × 60/85 = 211.8, 600 × 60/85 = 423.5 (the larger weight rounds up)
    assert lines["line_discount_merchant"].to_list() == [353, 147]
    assert lines["line_discount_platform"].to_list() == [212, 88]
    assert lines["line_freight_share"].to_list() == [424, 176]
    assert lines["line_paid"].to_list() == [6000 - 353 - 212 + 424, 2500 - 147 - 88 + 176]
    assert lines["line_paid"].sum() == 8300
    assert lines["line_receivable"].sum() == 8600


def test_points_are_funded_only_as_far_as_the_receipt_shows(orders_file: Path) -> None:
    two = take(orders_file).one("orders", order_no=TWO)
    assert (two["points_amount"], two["platform_discount"], two["merchant_discount"]) == (100, 0, 200)
    assert (two["buyer_paid"], two["merchant_receivable"]) == (2700, 2800)


def test_states_and_refunds(orders_file: Path) -> None:
    taken = take(orders_file)
    states = dict(taken.tables["orders"].select("order_no", "status").iter_rows())
    assert states == {
        ONE: "paid", TWO: "paid", THREE: "cancelled", FOUR: "refunded", FIVE: "shipped", SIX: "unknown",
    }  # fmt: skip
    five = taken.tables["lines"].filter(taken.tables["lines"]["order_no"] == FIVE)
    assert five["status"].to_list() == ["shipped", "refunded", "paid"]
    assert five["refund_state"].to_list() == ["none", "refunded", "none"]
    order = taken.one("orders", order_no=FIVE)
    assert (order["refunded_amount"], order["flags"]) == (2400, "partial_refund partial_ship")
    assert order["shipped_at"] == datetime(2026, 6, 13, 2, 0, tzinfo=UTC)
    four = taken.one("orders", order_no=FOUR)
    # the receipt is shown after the refund; what was paid is kept gross
    assert (four["buyer_paid"], four["merchant_receivable"], four["refunded_amount"]) == (3000, 3000, 3000)
    assert taken.one("orders", order_no=THREE)["buyer_paid"] == 0


def test_equal_rows_stay_two_lines_with_numbers_of_their_own(orders_file: Path) -> None:
    taken = take(orders_file)
    six = taken.tables["lines"].filter(taken.tables["lines"]["order_no"] == SIX)
    first, second = six["line_no"].to_list()
    assert first[:-2] == second[:-2]
    assert (first[-2:], second[-2:]) == ("-1", "-2")
    assert [(r.order_no, r.difference) for r in taken.residuals] == [(SIX, 100)]
    assert six["line_paid"].sum() == 6100  # what the file says was paid, shared, not corrected


def test_damaged_rows(orders_file: Path) -> None:
    assert [(r.row, r.column, r.reason) for r in take(orders_file).rejects] == [
        (12, "订单号", "id_damaged"),
        (13, "商品实际价格(总共)", "not_an_amount"),
    ]


def test_prices_that_already_contain_the_discount_are_not_discounted_again(tmp_path: Path) -> None:
    lines = (
        line("A", "30.00", "1", "28.00", **{"商品实际价格(单件)": "28.00"}),
        line("B", "20.00", "1", "19.00", **{"商品实际价格(单件)": "19.00"}),
    )
    rows = order(
        ONE,
        *lines,
        商品总价="50.00",
        商品优惠="3.00",
        订单运费="6.00",
        订单实际支付金额="53.00",
        订单实际收款金额="53.00",
    )
    taken = take(write_xlsx(tmp_path / "o.xlsx", rows_of(ORDERS, rows)))
    assert taken.column("lines", "line_amount") == [2800, 1900]
    assert taken.column("lines", "line_discount_merchant") == [None, None]
    # 6.00 × 28/47 = 3.57
    assert taken.column("lines", "line_paid") == [2800 + 357, 1900 + 243]
    assert taken.residuals == []


def test_platform_coupons_beside_the_discount_columns(tmp_path: Path) -> None:
    lines = (line("A", "30.00", "1", "30.00", 商品平台券优惠="4.00"),)
    rows = order(ONE, *lines, 商品总价="30.00", 订单实际支付金额="26.00", 订单实际收款金额="30.00")
    taken = take(write_xlsx(tmp_path / "o.xlsx", rows_of(ORDERS, rows)))
    one = taken.one("orders", order_no=ONE)
    assert (one["platform_discount"], one["merchant_discount"], one["merchant_receivable"]) == (400, 0, 3000)
    assert taken.residuals == []


def test_ledger(tmp_path: Path) -> None:
    columns = words("流水单号 记账时间 动帐类型 收支类型 收支金额 账户余额 关联订单号 关联售后单号 关联提现单号 详情")
    rows = [
        ["1", "2026-06-12 09:01:00", "订单支付", "收入", "83.00", "83.00", ONE, "", "", ""],
        ["2", "2026-06-15 09:01:00", "订单退款", "支出", "20.00", "63.00", ONE, "S1", "", ""],
        ["3", "2026-06-16 09:01:00", "技术服务费", "支出", "-4.15", "58.85", ONE, "", "", ""],
        ["4", "2026-06-16 09:01:00", "达人佣金", "支出", "8.30", "50.55", ONE, "", "", ""],
        ["5", "2026-06-17 09:01:00", "提现", "支出", "50.00", "0.55", "", "", "TX1", ""],
        ["6", "2026-06-17 09:01:00", "保证金", "划拨", "50.00", "0.55", "", "", "", ""],
    ]
    path = tmp_path / "资金流水.csv"
    path.write_bytes(csv_bytes([columns, *rows], encoding="gb18030"))
    taken = take(path)
    assert taken.facts.profile == "wechat-ledger"
    assert taken.by_subject() == {
        "creator_commission": -830,
        "goods_receipt": 8300,
        "goods_refund": -2000,
        "tech_fee": -415,
        "transfer_withdrawal": -5000,
    }
    assert [(r.row, r.column, r.value) for r in taken.rejects] == [(7, "收支类型", "划拨")]
    assert taken.one("settlement", entry_no="2")["refund_no"] == "S1"
    assert taken.one("settlement", entry_no="5")["statement_no"] == "TX1"
