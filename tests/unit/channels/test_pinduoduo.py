"""Pinduoduo files, written by hand; every expected figure is worked out beside its row."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channel_reading import Taken, csv_bytes, rows_of, take, words, write_xlsx

SHORT = words(
    "商品 订单号 订单状态 商品总价(元) 邮费(元) 店铺优惠折扣(元) 平台优惠折扣(元) 多多支付立减金额(元) "
    "用户实付金额(元) "
    "商家实收金额(元) 商品数量(件) 发货时间 确认收货时间 商品id 商品规格 样式ID 商家编码-规格维度 商家编码-商品维度 "
    "商家备注 售后状态 快递单号 快递公司 订单成交时间 是否分期 分期期数 手续费承担方 分期方式"
)
TAIL = "833629687074913"


def order(number: str, **cells: str) -> dict[str, str]:
    base = {
        "商品": "垃圾袋",
        "订单号": f"{number}\t",
        "订单状态": "待发货",
        "商品总价(元)": "17.80\t",
        "邮费(元)": "0.00\t",
        "店铺优惠折扣(元)": "1.00\t",
        "平台优惠折扣(元)": "3.00\t",
        "多多支付立减金额(元)": "0.09\t",
        # 17.80 − 1.00 − 3.00 − 0.09 = 13.71; the merchant gets 13.71 + 3.00 + 0.09 = 16.80
        "用户实付金额(元)": "13.71\t",
        "商家实收金额(元)": "16.80\t",
        "商品数量(件)": "2\t",
        "商品id": "750000000000\t",
        "商品规格": "红色 大号",
        "样式ID": "1500000000000\t",
        "商家编码-规格维度": "SKU-0\t",
        "售后状态": "无售后或售后取消",
        "订单成交时间": "2026-06-12 14:50:13",
    }
    return {**base, **cells}


REFUNDED = {"售后状态": "退款成功"}
ROWS = [
    order(f"260612-{TAIL[:-2]}01"),
    order(f"260612-{TAIL[:-2]}02", 订单状态="已签收，退款成功", **REFUNDED),
    order(f"260611-{TAIL[:-2]}03", 订单状态="已取消", 订单成交时间=""),
    order(f"260612-{TAIL[:-2]}04", 订单状态="待支付"),
    order(f"260612-{TAIL[:-2]}05", 订单状态="已发货，待收货", 售后状态="退款中", 发货时间="2026/6/13 12:46"),
    order(f"260612-{TAIL[:-2]}06", 订单状态="未成交,退款成功", 订单成交时间="", **REFUNDED),
    order(f"260612-{TAIL[:-2]}07", 订单状态="待成团", 订单成交时间=""),
    order(f"260612-{TAIL[:-2]}08", 订单状态="待补寄"),
    order(f"260612-{TAIL[:-2]}09", 订单状态="已收货", 售后状态="等待星星"),
    order(f"260612-{TAIL[:-2]}10", **{"用户实付金额(元)": "13.00\t"}),  # 13.71 and 16.80 − 3.09 say otherwise
    order(f"260611-{TAIL[:-2]}11", 商品="#爆款# 垃圾袋", 订单状态="已收货", 订单成交时间="2026-06-12 00:01:00"),
    order("2.606E+20"),
    order(f"260612-{TAIL[:-2]}13", 样式ID="1500000000001"),
    order(f"260612-{TAIL[:-2]}13", 样式ID="1500000000002", 订单状态="已发货，退款成功", **REFUNDED),
]


@pytest.fixture(params=["utf-8-sig", "gbk", "xlsx"])
def orders(request: pytest.FixtureRequest, tmp_path: Path) -> Taken:
    table = [*rows_of(SHORT, ROWS), ["合计", "-", *[""] * 25]]
    if request.param == "xlsx":
        return take(write_xlsx(tmp_path / "orders_export.xlsx", table))
    path = tmp_path / "orders_export.csv"
    path.write_bytes(csv_bytes(table, encoding=request.param))
    return take(path)


def test_orders_and_who_funds_what(orders: Taken) -> None:
    assert (orders.facts.profile, orders.facts.grain, orders.rows_read) == ("pinduoduo-orders", "items", 14)
    one = orders.one("orders", order_no=f"260612-{TAIL[:-2]}01")
    assert (one["goods_amount"], one["merchant_discount"], one["platform_discount"]) == (1780, 100, 300)
    assert (one["payment_discount"], one["freight_amount"]) == (9, 0)
    assert (one["buyer_paid"], one["merchant_receivable"]) == (1371, 1680)
    line = orders.one("lines", order_no=f"260612-{TAIL[:-2]}01")
    assert (line["line_no"], line["qty"], line["unit_price"]) == (f"260612-{TAIL[:-2]}01-1500000000000", 2, 890)
    assert (line["line_amount"], line["line_paid"], line["line_receivable"]) == (1780, 1371, 1680)
    assert (line["outer_sku_code"], line["product_no"]) == ("SKU-0", "750000000000")


def test_composite_states(orders: Taken) -> None:
    states = {
        (row["order_no"][-2:], row["sku_no"][-1]): (row["status"], row["refund_state"])
        for row in orders.tables["lines"].iter_rows(named=True)
    }
    assert states == {
        ("01", "0"): ("paid", "none"),
        ("02", "0"): ("refunded", "refunded"),
        ("03", "0"): ("cancelled", "none"),
        ("04", "0"): ("created", "none"),
        ("05", "0"): ("refunding", "refunding"),
        ("06", "0"): ("refunded", "refunded"),
        ("07", "0"): ("created", "none"),
        ("08", "0"): ("unknown", "none"),
        ("09", "0"): ("unknown", "unknown"),
        ("10", "0"): ("paid", "none"),
        ("11", "0"): ("delivered", "none"),
        ("13", "1"): ("paid", "none"),
        ("13", "2"): ("refunded", "refunded"),
    }
    assert orders.one("orders", order_no=f"260612-{TAIL[:-2]}07")["flags"] == "hold"
    assert orders.one("orders", order_no=f"260612-{TAIL[:-2]}13")["flags"] == "partial_refund"


def test_gross_paid_stays_when_refunded_and_unpaid_rows_count_nothing(orders: Taken) -> None:
    paid = {row["order_no"][-2:]: row["buyer_paid"] for row in orders.tables["orders"].iter_rows(named=True)}
    assert [paid[n] for n in ("02", "03", "04", "06", "07", "13")] == [1371, 0, 0, 1371, 0, 2742]
    assert set(orders.column("orders", "refunded_amount")) == {None}


def test_the_number_gives_the_day_when_no_time_is_given(orders: Taken) -> None:
    found = {row["order_no"][-2:]: row for row in orders.tables["orders"].iter_rows(named=True)}
    assert (found["03"]["created_at"], found["03"]["paid_at"]) == (datetime(2026, 6, 10, 16, tzinfo=UTC), None)
    # the real time wins over the number of the day before
    assert found["11"]["created_at"] == datetime(2026, 6, 11, 16, 1, tzinfo=UTC)
    assert (found["04"]["created_at"], found["04"]["paid_at"]) == (datetime(2026, 6, 12, 6, 50, 13, tzinfo=UTC), None)
    assert found["05"]["shipped_at"] == datetime(2026, 6, 13, 4, 46, tzinfo=UTC)


def test_titles_like_footers_stay_and_what_is_odd_is_reported(orders: Taken) -> None:
    assert orders.one("lines", order_no=f"260611-{TAIL[:-2]}11")["title"] == "#爆款# 垃圾袋"
    assert [(r.row, r.column, r.reason) for r in orders.rejects] == [(13, "订单号", "id_damaged")]
    assert {(r.order_no[-2:], r.expected, r.actual) for r in orders.residuals} == {
        ("10", 1371, 1300),
        ("10", 1609, 1680),
    }


def test_longer_form(tmp_path: Path) -> None:
    names = words(
        "商品 订单号 订单状态 商品总价(元) 邮费(元) 店铺优惠折扣(元) 平台优惠折扣(元) 多多支付立减金额(元) "
        "上门安装费(元) "
        "顾客实付金额(元) 商家实收金额(元) 商品数量(件) 支付时间 拼单成功时间 承诺发货时间 商品id 商品规格 规格ID "
        "商家编码-SKU维度 收货人 手机 省 市 区 地址 是否审核中 售后状态 退款金额(元) 支付方式 订单成交时间"
    )
    base = {
        "商品": "床垫", "订单状态": "已收货", "商品总价(元)": "100.00", "上门安装费(元)": "20.00",
             "顾客实付金额(元)": "120.00",
        "商家实收金额(元)": "120.00", "商品数量(件)": "1", "支付时间": "2026/6/6 13:41", "规格ID": "1500000000000",
        "商家编码-SKU维度": "BED", "省": "广东省", "是否审核中": "否", "售后状态": "无售后或售后取消",
             "退款金额(元)": "0.00",
        "承诺发货时间": "2026-06-08 13:41:00", "订单成交时间": "2026/6/6 13:45",
    }  # fmt: skip
    rows = [
        {**base, "订单号": "260606-000000000000001"},
        {**base, "订单号": "260606-000000000000002", "订单状态": "已付款，待发货", "是否审核中": "是"},
        # a part went back: the line goes on, the order is flagged
        {**base, "订单号": "260606-000000000000003", "售后状态": "退款成功", "退款金额(元)": "30.00"},
    ]
    path = tmp_path / "long.csv"
    path.write_bytes(csv_bytes(rows_of(names, rows), encoding="gbk"))
    taken = take(path)
    assert (taken.facts.profile, taken.residuals) == ("pinduoduo-orders", [])
    first = taken.one("orders", order_no="260606-000000000000001")
    assert (first["buyer_paid"], first["adjust_amount"], first["receiver_province"]) == (12000, 2000, "广东省")
    assert first["paid_at"] == datetime(2026, 6, 6, 5, 41, tzinfo=UTC)
    assert first["ship_deadline_at"] == datetime(2026, 6, 8, 5, 41, tzinfo=UTC)
    assert taken.column("lines", "status") == ["delivered", "paid", "delivered"]
    assert taken.column("orders", "flags") == [None, "hold", "partial_refund"]
    assert taken.column("orders", "refunded_amount") == [0, 0, 3000]
    assert taken.column("lines", "outer_sku_code") == ["BED"] * 3


def test_lines_without_a_sku_id_keep_their_number(tmp_path: Path) -> None:
    names = [n for n in SHORT if n != "样式ID"]
    number = f"260612-{TAIL}"
    rows = [{k: v for k, v in order(number).items() if k != "样式ID"}] * 2
    one = take(write_xlsx(tmp_path / "a.xlsx", rows_of(names, rows))).column("lines", "line_no")
    again = take(write_xlsx(tmp_path / "b.xlsx", rows_of(names, rows[:1]))).column("lines", "line_no")
    assert len(set(one)) == 2
    assert again == one[:1]


LEDGER = words("商户订单号 发生时间 收入金额（+元） 支出金额（-元） 账务类型 备注 业务描述")


def ledger_csv(path: Path, footer: list[str]) -> Path:
    def entry(amount: str, kind: str, text: str, number: str = f"260612-{TAIL}", note: str = "") -> list[str]:
        income = "" if amount.startswith("-") else amount
        return [number, "2026-06-20 10:00:00", income, "" if income else amount, kind, note, text]

    rows = [
        entry("16.80", "交易收入", "0010002|交易收入-订单收入"),
        entry("-0.10", "技术服务费", "0030002|技术服务费-基础技术服务费"),
        entry("-0.50", "营销费用", "0060001|营销费用-多多进宝"),
        entry("-0.50", "营销费用", "0060001|营销费用-多多进宝"),
        entry("0.00", "交易收入", "0010002|交易收入-订单收入"),
        entry("-5.00", "退款", "0020002|交易退款-订单退款"),
        entry("-2.00", "其他", "0140028|其他支出-合作费追回"),
        entry("-3.00", "转账", "", "", "转广告账户"),
        entry("-4.00", "提现", "", "", "提现到银行卡"),
        entry("-1.00", "其他", "0990001|保证金-店铺保证金"),
        entry("-0.70", "新费用", "0990002|谁也没见过"),
    ]
    before = [
        "拼多多商家账务明细查询",
        "",
        "起始时间：2026-06-01 终止时间：2026-06-30",
        "-------交易记录明细列表-------",
    ]
    after = ["交易记录明细列表结束", *footer]
    path.write_bytes(
        "\r\n".join([*before, ""]).encode("gb18030")
        + csv_bytes([LEDGER, *rows], encoding="gb18030")
        + "\r\n".join([*after, ""]).encode("gb18030")
    )
    return path


def test_ledger(tmp_path: Path) -> None:
    # 16.80 in; 0.10 + 0.50 + 0.50 + 5.00 + 2.00 + 3.00 + 4.00 + 1.00 + 0.70 = 16.80 out; the zero row counts as income
    taken = take(ledger_csv(tmp_path / "a.csv", ["收入合计：2笔 共16.80元", "支出合计：9笔 共-16.80元"]))
    assert (taken.facts.profile, taken.facts.header_row) == ("pinduoduo-ledger", 5)
    assert (taken.rejects, taken.residuals, taken.rows_read) == ([], [], 11)
    assert taken.by_subject() == {
        "affiliate_commission": -100,
        "goods_receipt": 1680,
        "goods_refund": -500,
        "other": -270,
        "tech_fee": -10,
        "transfer_deposit": -100,
        "transfer_topup": -300,
        "transfer_withdrawal": -400,
    }
    # equal rows are both real: no number could tell them apart
    assert set(taken.column("settlement", "entry_no")) == {None}
    assert taken.total("settlement", "amount", subject="affiliate_commission") == -100


@pytest.mark.parametrize(
    ("footer", "reported"),
    [
        ("收入合计：1笔 共16.80元", set()),
        ("收入合计：3笔 共16.80元", {("footer:收入笔数", 3, 1)}),
        ("收入合计：2笔 共16.81元", {("footer:收入合计", 1681, 1680)}),
        ("支出合计,9,16.80", set()),
        ("支出合计：8笔 共-16.80元", {("footer:支出笔数", 8, 9)}),
    ],
)
def test_ledger_footer_amounts_are_strict_and_counts_loose(
    tmp_path: Path, footer: str, reported: set[tuple[str, int, int]]
) -> None:
    taken = take(ledger_csv(tmp_path / "a.csv", [footer]))
    assert {(r.identity, r.expected, r.actual) for r in taken.residuals} == reported
