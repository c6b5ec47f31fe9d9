"""Xiaohongshu files, written by hand; every expected figure is worked out beside its row."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channel_reading import csv_bytes, rows_of, take, words, write_xlsx

ORDERS = [
    *words(
        "订单号 订单状态 售后状态 订单类型 订单标记 收件人姓名 收件人电话 收件人地址 省 市 区 小红书编码 条形码 "
        "规格ID 达人ID 达人名称 SKU名称 SKU规格 SKU件数 是否为赠品 商品总价(元) 用户应付金额(元) 平台优惠(元) "
        "店铺优惠(元) 支付渠道优惠(元) SKU商家改价(元) 商家应收金额(元)（支付金额） 支付方式 支付时间 "
        "包裹总运费(元) 快递公司 快递单号"
    ),
    "订购人身份证姓名/ID Name",
    "订购人身份证号/ID Number",
    *words(
        "订单创建时间 预售订单截止发货时间 承诺发货时间 订单发货时间 订单完成时间 发货仓库 用户备注 包裹备注标记 "
        "包裹备注信息 异常原因 店铺名称 用户编号 商家编码 商品ID 商品名称"
    ),
]


def row(number: str, spec: str, **cells: str) -> dict[str, str]:
    base = {
        "订单号": number,
        "订单状态": "待发货",
        "售后状态": "无售后",
        "规格ID": spec,
        "SKU件数": "1",
        "是否为赠品": "否",
        "订单创建时间": "2026-06-12 08:59:00",
        "支付时间": "2026-06-12 09:00:00",
        "商品名称": "陶瓷杯",
        "商品ID": "64000000000000000e123456",
        "用户编号": "u1",
    }
    return {**base, **cells}


def money(goods: str, payable: str, receivable: str, **more: str) -> dict[str, str]:
    return {"商品总价(元)": goods, "用户应付金额(元)": payable, "商家应收金额(元)（支付金额）": receivable, **more}


P1, P2, P3, P4, P5 = (f"P80000000000000000{n}" for n in range(1, 6))
A, B = "650000000000000000000001", "650000000000000000000e12"


@pytest.fixture
def orders_file(tmp_path: Path) -> Path:
    rows = [
        # 88.00 − 10.00 platform − 5.00 shop − 1.00 channel = 72.00; the merchant gets 72 + 10 + 1 = 83.00
        row(P1, A, **money("88.00", "72.00", "83.00"), **{"平台优惠(元)": "10.00", "店铺优惠(元)": "5.00",
            "支付渠道优惠(元)": "1.00", "包裹总运费(元)": "6.00", "包裹备注标记": "蓝旗"}),
        # 2 × 20.00; freight of the package 6.00 is shared 88 : 40, 4.13 and 1.87
        row(P1, B, SKU件数="2", **money("40.00", "40.00", "40.00"), **{"包裹总运费(元)": "6.00"}),
        row(P1, A, 是否为赠品="是", **money("0.00", "0.00", "0.00"), **{"包裹总运费(元)": "6.00"}),
        # the price was cut by 3.00: 50.00 − 3.00
        row(P2, A, 订单状态="已关闭", 售后状态="售后完成",
            **money("50.00", "47.00", "47.00"), **{"SKU商家改价(元)": "3.00"}),
        row(P3, A, 订单状态="已取消", 支付时间="", **money("50.00", "50.00", "50.00")),
        row(P4, A, 订单状态="清关中", **money("50.00", "50.00", "50.00")),
        row(P4, B, 订单状态="清关中", 售后状态="售后处理中", **money("30.00", "30.00", "30.00")),
        row(P5, A, 订单状态="等待彩虹", **money("50.00", "49.00", "49.50")),
        row("8.78E+17", A, **money("50.00", "50.00", "50.00")),
    ]  # fmt: skip
    return write_xlsx(tmp_path / "小红书订单查询.xlsx", rows_of(ORDERS, rows), "订单信息")


def test_a_package_is_one_order_of_several_lines(orders_file: Path) -> None:
    taken = take(orders_file)
    assert taken.facts.profile == "xiaohongshu-orders"
    order = taken.one("orders", order_no=P1)
    assert (order["goods_amount"], order["qty"]) == (12800, 4)
    assert (order["merchant_discount"], order["platform_discount"], order["payment_discount"]) == (500, 1000, 100)
    assert order["freight_amount"] == 600
    assert order["buyer_paid"] == 7200 + 4000 + 600
    assert order["merchant_receivable"] == 8300 + 4000 + 600
    assert order["seller_flag"] == "blue"
    lines = taken.tables["lines"].filter(taken.tables["lines"]["order_no"] == P1)
    assert lines["line_no"].to_list() == [f"{P1}#{A}", f"{P1}#{B}", f"{P1}#{A}-gift"]
    assert lines["is_gift"].to_list() == [False, False, True]
    assert lines["line_freight_share"].to_list() == [413, 187, 0]  # 600 × 88/128 = 412.5, the larger weight rounds up
    assert lines["line_paid"].to_list() == [7200 + 413, 4000 + 187, 0]
    assert lines["unit_price"].to_list() == [8800, 2000, 0]
    assert lines["product_no"].to_list() == ["64000000000000000e123456"] * 3


def test_states_are_the_lines_own(orders_file: Path) -> None:
    taken = take(orders_file)
    states = taken.tables["lines"].select("order_no", "status").rows()
    assert states == [
        (P1, "paid"), (P1, "paid"), (P1, "paid"), (P2, "refunded"), (P3, "cancelled"),
        (P4, "paid"), (P4, "refunding"), (P5, "unknown"),
    ]  # fmt: skip
    assert "status" not in taken.facts.provided["orders"]
    assert taken.one("orders", order_no=P4)["flags"] == "hold"
    assert taken.one("orders", order_no=P1)["flags"] is None
    assert taken.one("orders", order_no=P3)["buyer_paid"] == 0


def test_price_changes_and_differences(orders_file: Path) -> None:
    taken = take(orders_file)
    cut = taken.one("orders", order_no=P2)
    assert (cut["goods_amount"], cut["adjust_amount"], cut["buyer_paid"]) == (5000, -300, 4700)
    # P5: 50.00 ≠ 49.00 and 49.00 ≠ 49.50
    assert [(r.order_no, r.difference) for r in taken.residuals] == [(P5, -100), (P5, 50)]
    assert [(r.row, r.column, r.reason) for r in taken.rejects] == [(10, "订单号", "id_damaged")]


def test_freight_may_be_inside_the_payable_amount(tmp_path: Path) -> None:
    rows = [row(P1, A, **money("50.00", "56.00", "56.00"), **{"包裹总运费(元)": "6.00"})]
    taken = take(write_xlsx(tmp_path / "o.xlsx", rows_of(ORDERS, rows)))
    order = taken.one("orders", order_no=P1)
    assert (order["buyer_paid"], order["freight_amount"], order["merchant_receivable"]) == (5600, 600, 5600)
    assert taken.residuals == []


def test_the_other_spelling_of_the_receivable(tmp_path: Path) -> None:
    columns = ["商家应收金额(元)(支付金额)" if c.startswith("商家应收") else c for c in ORDERS]
    cells = row(P1, A, **{"商品总价(元)": "50.00", "用户应付金额(元)": "45.00", "平台优惠(元)": "5.00",
                          "商家应收金额(元)(支付金额)": "50.00"})  # fmt: skip
    assert take(write_xlsx(tmp_path / "o.xlsx", rows_of(columns, [cells]))).total("lines", "line_receivable") == 5000


def test_after_sale_list(tmp_path: Path) -> None:
    columns = words("售后单号 订单号 商品名称 售后类型 售后状态 原因 申请售后金额(元) 退货创建时间 商家确认收货时间")
    rows = [
        ["R1", P1, "陶瓷杯", "退货退款", "售后完成", "不喜欢", "72.00", "2026-06-15 10:00:00", "2026-06-18 10:00:00"],
        ["R2", P2, "陶瓷杯", "仅退款", "售后处理中", "拍错", "47.00", "2026-06-15 11:00:00", ""],
        ["R3", P3, "陶瓷杯", "换货", "等待彩虹", "破损", "0.00", "2026-06-15 12:00:00", ""],
        ["R4", P4, "碗", "仅退款", "售后取消", "拍错", "30.00", "2026-06-15 13:00:00", ""],
        ["R5", P4, "碗", "仅退款", "售后完成", "少件", "8.00", "2026-06-15 14:00:00", ""],
        ["R5", P4, "盘", "仅退款", "售后完成", "少件", "9.00", "2026-06-15 14:00:00", ""],
    ]
    taken = take(write_xlsx(tmp_path / "售后.xlsx", [columns, *rows]))
    assert taken.facts.profile == "xiaohongshu-aftersale"
    refunds = {r["refund_no"]: r for r in taken.tables["refunds"].iter_rows(named=True)}
    assert {k: (r["kind"], r["state"], r["refund_to_buyer"]) for k, r in refunds.items()} == {
        "R1": ("return_refund", "success", 7200),
        "R2": ("refund_only", "seller_pending", None),
        "R3": ("exchange", "unknown", None),
        "R4": ("refund_only", "withdrawn", None),
        "R5": ("refund_only", "success", 1700),
    }
    assert refunds["R1"]["finished_at"] == datetime(2026, 6, 18, 2, 0, tzinfo=UTC)
    assert refunds["R2"]["applied_at"] == datetime(2026, 6, 15, 3, 0, tzinfo=UTC)
    assert refunds["R5"]["title"] == "碗，盘"


SETTLEMENT = words(
    "订单号 售后单号 下单时间 结算时间 交易类型 结算账户 动账金额 计佣基数 商品实付/实退 运费实付/实退 平台优惠补贴 "
    "平台运费补贴 跨境税代缴 商品税金 运费税金 佣金 支付渠道费 分销佣金 代运营服务商佣金 代开发服务商佣金 "
    "花呗分期手续费 国补订单毛保金额 备注"
)


@pytest.mark.parametrize("sign", [1, -1])
def test_goods_settlement_adds_up_however_costs_are_signed(tmp_path: Path, sign: int) -> None:
    def cost(amount: int) -> str:
        return f"{sign * amount / 100:.2f}"

    receipt = {
        "订单号": P1, "结算时间": "2026-06-20 10:00:00", "交易类型": "结算", "结算账户": "微信", "动账金额": "81.50",
        "计佣基数": "82.00", "商品实付/实退": "72.00", "运费实付/实退": "6.00", "平台优惠补贴": "10.00",
        "佣金": cost(-410), "支付渠道费": cost(-40), "分销佣金": cost(-200),
    }  # fmt: skip
    back = {
        "订单号": P1, "售后单号": "R1", "结算时间": "2026-06-22 10:00:00", "交易类型": "退款", "动账金额": "-77.90",
        "商品实付/实退": "-72.00", "平台优惠补贴": "-10.00", "佣金": cost(410),
    }  # fmt: skip
    path = tmp_path / "货款.csv"
    path.write_bytes(csv_bytes(rows_of(SETTLEMENT, [receipt, back]), encoding="utf-8-sig"))
    taken = take(path)
    assert taken.facts.profile == "xiaohongshu-settlement"
    # 72 + 6 + 10 − 4.10 − 0.40 − 2 = 81.50 and −72 − 10 + 4.10 = −77.90
    assert taken.by_subject() == {
        "commission": 0,
        "creator_commission": -200,
        "freight": 600,
        "goods_receipt": 7200,
        "goods_refund": -7200,
        "platform_subsidy": 0,
        "tech_fee": -40,
    }
    assert sum(taken.column("settlement", "amount")) == 8150 - 7790
    assert taken.residuals == []
    assert taken.one("settlement", subject="goods_refund")["refund_no"] == "R1"


def test_other_services_and_wallet(tmp_path: Path) -> None:
    services = tmp_path / "其他服务款.csv"
    services.write_bytes(
        csv_bytes(
            [
                words("业务款项 订单号 业务单据号 结算时间 结算账户 交易类型 动账金额 备注"),
                ["小额打款", P1, "D1", "2026-06-20 10:00:00", "微信", "支出", "5.00", ""],
                ["运费险", P1, "D2", "2026-06-20 11:00:00", "微信", "", "-0.80", ""],
                ["违规扣款", "", "D3", "2026-06-20 12:00:00", "微信", "扣款", "-10.00", ""],
            ]
        )
    )
    taken = take(services)
    assert taken.facts.profile == "xiaohongshu-services"
    assert taken.by_subject() == {"compensation": -500, "insurance": -80, "penalty": -1000}
    wallet = tmp_path / "动账.csv"
    wallet.write_bytes(
        csv_bytes(
            [
                words("创建时间 交易类型描述 收入（元） 支出（元） 账户余额（元） 业务单号 备注"),
                ["2026-06-20 10:00:00", "货款结算", "81.50", "0.00", "81.50", P1, ""],
                ["2026-06-21 10:00:00", "提现", "0.00", "80.00", "1.50", "TX1", ""],
                ["2026-06-22 10:00:00", "货款结算", "", "", "1.50", P1, ""],
            ]
        )
    )
    taken = take(wallet)
    assert taken.facts.profile == "xiaohongshu-wallet"
    assert taken.by_subject() == {"goods_receipt": 8150, "transfer_withdrawal": -8000}
    assert [(r.row, r.reason) for r in taken.rejects] == [(4, "missing")]
    assert taken.one("settlement", subject="goods_receipt")["order_no"] == P1
