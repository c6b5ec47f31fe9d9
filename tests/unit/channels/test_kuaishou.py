"""Kuaishou files, written by hand; every expected figure is worked out beside its row."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channel_reading import csv_bytes, rows_of, take, words, write_xlsx

ORDERS = words(
    "订单号 赠品订单号 活动订单编号 订单创建时间 订单支付时间 预售定金支付时间 订单状态 实付款 快递费 店铺优惠 "
    "平台补贴 主播补贴 混资活动优惠 支付优惠 支付方式 成交数量 买家留言 账号类型 账号明细 订单备注 旗帜颜色 "
    "售后状态 活动订单 预售/承诺发货时间 订单载体 商品名称 商品ID 商品规格 SKU编码 商品单价 渠道 CPS达人ID "
    "CPS达人昵称 收货人姓名 收货人电话 收货地址-省 收货地址-市 收货地址-区 收货地址-街道 收货地址 发货时间 "
    "快递公司 快递单号 仓库名称 国补/类国补/消费券"
)


def order(number: str, **cells: str) -> dict[str, str]:
    base = {
        "订单号": number,
        "订单创建时间": "2026-06-12 09:00:00",
        "订单支付时间": "2026-06-12 09:01:00",
        "订单状态": "待发货",
        "快递费": "0.00",
        "成交数量": "1",
        "商品名称": "陶瓷杯",
        "商品ID": "20000000000001",
        "SKU编码": "CUP-1",
        "商品单价": "¥45.00",
        "收货人姓名": "李*",
        "收货地址-省": "广东省",
    }
    return {**base, **cells}


@pytest.fixture
def orders_file(tmp_path: Path) -> Path:
    rows = [
        # 2 × 45.00 + 6.00 − 3.00 − 4.00 − 1.00 − 0.50 − 2.00 = 85.50; the merchant gets + 4.00 + 1.00 + 2.00 = 92.50
        order(
            "2600100001000001", 成交数量="2", 快递费="6.00", 店铺优惠="3.00", 平台补贴="4.00", 主播补贴="1.00",
            混资活动优惠="0.50", 支付优惠="2.00", 实付款="¥85.50", 旗帜颜色="红旗", CPS达人ID="998877665544332211",
        ),
        order("2600100001000002", 订单支付时间="", 订单状态="待付款", 实付款="45.00"),
        order("2600100001000003", 订单状态="交易关闭", 售后状态="退款成功", 实付款="45.00"),
        order("2600100001000004", 订单支付时间="", 订单状态="交易关闭", 实付款="45.00"),
        order("2600100001000005", 订单状态="已发货", 售后状态="售后处理中", 实付款="45.00"),
        order("2600100001000006", 订单状态="等待天亮", 实付款="45.00"),
        order("2600100001000007", 售后状态="等待星星", 实付款="45.00"),
        order("2.60010E+15", 实付款="45.00"),
        order("2600100001000009", 实付款="45.00元五角"),
        # the buyer pays 40.00 although 45.00 − 3.00 = 42.00: taken, and reported
        order("2600100001000010", 店铺优惠="3.00", 实付款="40.00", 订单状态="已收货"),
        order("2600100001000011", 订单支付时间="", 预售定金支付时间="2026-06-12 09:05:00", 订单状态="待付款"),
    ]  # fmt: skip
    return write_xlsx(tmp_path / "快手订单.xlsx", [["快手小店 订单导出"], *rows_of(ORDERS, rows)], "订单")


def test_orders_keep_who_pays_for_what(orders_file: Path) -> None:
    taken = take(orders_file)
    assert (taken.facts.channel, taken.facts.profile, taken.facts.header_row) == ("kuaishou", "kuaishou-orders", 2)
    one = taken.one("orders", order_no="2600100001000001")
    assert one["goods_amount"] == 9000
    assert one["merchant_discount"] == 350  # 店铺优惠 and the jointly funded part
    assert (one["platform_discount"], one["creator_discount"], one["payment_discount"]) == (400, 100, 200)
    assert (one["buyer_paid"], one["merchant_receivable"]) == (8550, 9250)
    assert one["created_at"] == datetime(2026, 6, 12, 1, 0, tzinfo=UTC)
    assert (one["seller_flag"], one["creator_id"]) == ("red", "998877665544332211")
    line = taken.one("lines", order_no="2600100001000001")
    assert (line["line_no"], line["qty"], line["line_amount"]) == ("2600100001000001#1", 2, 9000)
    assert (line["line_paid"], line["line_receivable"]) == (8550, 9250)
    assert (line["line_discount_merchant"], line["line_freight_share"]) == (350, 600)


def test_states_follow_pay_time_and_after_sale(orders_file: Path) -> None:
    taken = take(orders_file)
    states = dict(zip(taken.column("orders", "order_no"), taken.column("orders", "status"), strict=True))
    assert states == {
        "2600100001000001": "paid",
        "2600100001000002": "created",
        "2600100001000003": "refunded",
        "2600100001000004": "cancelled",
        "2600100001000005": "refunding",
        "2600100001000006": "unknown",
        "2600100001000007": "paid",
        "2600100001000010": "delivered",
        "2600100001000011": "created",
    }
    assert taken.column("orders", "status") == taken.column("lines", "status")
    assert taken.one("orders", order_no="2600100001000007")["flags"] == "hold"
    assert taken.one("orders", order_no="2600100001000011")["flags"] == "presale_deposit"
    unpaid = taken.one("orders", order_no="2600100001000002")
    assert (unpaid["paid_at"], unpaid["buyer_paid"], unpaid["merchant_receivable"]) == (None, 0, 0)
    refunded = taken.one("orders", order_no="2600100001000003")
    assert (refunded["buyer_paid"], refunded["refunded_amount"]) == (4500, None)
    assert "refunded_amount" not in taken.facts.provided["orders"]


def test_damaged_cells_refuse_their_row_and_differences_are_reported(orders_file: Path) -> None:
    taken = take(orders_file)
    assert [(r.row, r.column, r.reason) for r in taken.rejects] == [
        (10, "订单号", "id_damaged"),
        (11, "实付款", "not_an_amount"),
    ]
    assert [(r.order_no, r.difference) for r in taken.residuals] == [("2600100001000010", -200)]
    assert taken.rows_read == 11


def test_a_file_without_the_subsidy_columns_does_not_state_a_receivable(tmp_path: Path) -> None:
    columns = [c for c in ORDERS if c not in ("平台补贴", "主播补贴", "支付优惠")]
    path = tmp_path / "orders.csv"
    path.write_bytes(csv_bytes(rows_of(columns, [order("2600100001000001", 实付款="45.00")]), encoding="gb18030"))
    taken = take(path)
    assert "merchant_receivable" not in taken.facts.provided["orders"]
    assert taken.one("orders", order_no="2600100001000001")["merchant_receivable"] is None


SETTLEMENT = words(
    "商家ID 订单号 商品ID 商品名称 商品数量 订单创建时间 订单实付(元) 政府补贴 支付营销补贴 平台补贴 "
    "商家补贴(元) 达人补贴 达人补贴明细 合计收入(元) 订单退款(元) 支付营销回退（元） 技术服务费(元) "
    "预售增收技术服务费（元） 达人ID MCN机构ID 达人佣金(元) 团长id 团长佣金(元) 佣金模式 快赚客ID "
    "快赚客佣金(元) 服务商ID 服务商佣金(元) 分账基数 其他收费 其他收费明细 合计支出(元) 实际结算金额(元) "
    "实际结算时间 结算规则 资金渠道 账户名称 结算商户号 备注 消费金信息"
)

_SETTLED = {
    "订单号": "2600100001000001",
    "订单实付(元)": "85.50",
    "支付营销补贴": "2.00",
    "平台补贴": "4.00",
    "商家补贴(元)": "3.00",
    "达人补贴": "1.00",
    "合计收入(元)": "92.50",
    "订单退款(元)": "10.00",
    "支付营销回退（元）": "0.50",
    "技术服务费(元)": "4.60",
    "达人佣金(元)": "7.00",
    "团长佣金(元)": "1.40",
    "其他收费": "1.00",
    "合计支出(元)": "24.50",
    "实际结算金额(元)": "68.00",
    "实际结算时间": "2026-06-20 08:00:00",
    "资金渠道": "微信",
}

#: 92.50 in, 24.50 out
_SETTLED_SUMS = {
    "affiliate_commission": -140,
    "creator_commission": -700,
    "creator_subsidy": 100,
    "goods_receipt": 8550,
    "goods_refund": -1000,
    "other": -100,
    "platform_subsidy": 200 + 400 - 50,
    "tech_fee": -460,
}


@pytest.mark.parametrize("sign", ["", "-"])
def test_settlement_entries_add_up_to_what_was_settled(tmp_path: Path, sign: str) -> None:
    costs = (
        "订单退款(元)",
        "支付营销回退（元）",
        "技术服务费(元)",
        "达人佣金(元)",
        "团长佣金(元)",
        "其他收费",
        "合计支出(元)",
    )
    row = {**_SETTLED, **{c: sign + _SETTLED[c] for c in costs}}
    path = tmp_path / "结算.csv"
    path.write_bytes(csv_bytes(rows_of(SETTLEMENT, [row]), encoding="utf-8-sig"))
    taken = take(path)
    assert taken.facts.profile == "kuaishou-settlement"
    assert taken.by_subject() == _SETTLED_SUMS
    assert sum(_SETTLED_SUMS.values()) == 6800
    assert taken.residuals == []
    receipt = taken.one("settlement", subject_raw="订单实付")
    assert (receipt["direction"], receipt["account"], receipt["entry_no"]) == ("in", "微信", None)
    assert receipt["settled_at"] == datetime(2026, 6, 20, 0, 0, tzinfo=UTC)


def test_settlement_that_does_not_add_up_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "结算.csv"
    path.write_bytes(csv_bytes(rows_of(SETTLEMENT, [{**_SETTLED, "实际结算金额(元)": "67.00"}])))
    assert [(r.identity, r.difference) for r in take(path).residuals] == [("合计收入 − 合计支出 = 实际结算金额", -100)]


def test_ledger_skips_frozen_money_and_keeps_transfers_apart(tmp_path: Path) -> None:
    columns = (
        "账务流水号",
        "关联业务单号",
        "入账时间",
        "财务方式",
        "发生额（元）",
        "期末余额（元）",
        "业务类型",
        "描述",
        "备注",
    )
    rows = [
        ["700001", "2600100001000001", "2026-06-20 08:00:00", "收", "68.00", "68.00", "货款结算", "", ""],
        ["700002", "2600100001000001", "2026-06-20 09:00:00", "支", "5.00", "63.00", "资金冻结", "", ""],
        ["700003", "2600100001000003", "2026-06-20 10:00:00", "支", "3.00", "60.00", "赔付", "晚发赔付", "平台追回"],
        ["700004", "TX2026062001", "2026-06-21 10:00:00", "支", "50.00", "10.00", "提现", "", ""],
        ["700005", "2600100001000001", "2026-06-21 11:00:00", "?", "1.00", "10.00", "货款结算", "", ""],
        ["700006", "2600100001000001", "2026-06-21 12:00:00", "收", "5.00", "15.00", "资金解冻", "", ""],
    ]
    path = tmp_path / "动账.csv"
    path.write_bytes(csv_bytes([columns, *rows]))
    taken = take(path)
    assert taken.by_subject() == {"compensation": -300, "goods_receipt": 6800, "transfer_withdrawal": -5000}
    assert [(r.row, r.column) for r in taken.rejects] == [(6, "财务方式")]
    moved = taken.one("settlement", entry_no="700004")
    assert (moved["order_no"], moved["statement_no"]) == (None, "TX2026062001")
    assert taken.one("settlement", entry_no="700001")["order_no"] == "2600100001000001"


def test_freight_insurance_costs_only_the_merchants_part(tmp_path: Path) -> None:
    columns = ("订单编号", "服务费用（元）", "商家承担服务费用（元）", "平台补贴费用（元）", "生效时间", "收费编号")
    rows = [
        ["2600100001000001", "2.00", "1.25", "0.75", "2026-06-12 09:01:00", "F1"],
        ["2600100001000002", "3.00", "2.50", "0.40", "2026-06-12 09:02:00", "F2"],
    ]
    path = tmp_path / "运费险.csv"
    path.write_bytes(csv_bytes([["快手运费险账单", "", "", "", "", ""], columns, *rows]))
    taken = take(path)
    assert taken.by_subject() == {"insurance": -375}
    assert [(r.order_no, r.difference) for r in taken.residuals] == [("2600100001000002", 10)]
    assert taken.one("settlement", entry_no="F1")["amount"] == -125
