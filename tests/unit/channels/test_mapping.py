"""Saved column mappings: what they refuse, guess, and make of any table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from export_reading import read, table
from zhanggui.trade.channels.domain.guesses import suggest
from zhanggui.trade.channels.domain.mapping import WrongMapping, profile, validate
from zhanggui.trade.channels.platforms.generic import ONLINE_RETAIL, PRESETS

RETAIL = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]


def sale(number: str, code: str, qty: str, price: str, customer: str = "17850.0") -> list[str]:
    return [number, code, f"THING {code}", qty, "2010-12-01 08:26:00", price, customer, "France"]


def mapping(columns: dict[str, str], kind: str = "orders", **rest: Any) -> dict[str, Any]:
    return {"name": "mine", "channel": "other", "kind": kind, "columns": columns, **rest}


def test_retail_invoices_with_cancellations_write_offs_and_equal_rows() -> None:
    text = table(
        RETAIL,
        sale("536365", "A", "6", "2.55"),
        sale("536365", "A", "6", "2.55"),
        sale("536365", "POST", "1", "18.00"),
        sale("536366", "PADS", "1", "0.001", ""),
        sale("536367", "B", "-10", "0.0"),
        sale("C536368", "A", "-2", "2.55"),
        sale("A536369", "B", "1", "-11062.06", ""),
    )
    got = read(text, "retail.csv", currency="CNY", zone="Asia/Shanghai")
    assert (got.facts.profile, got.facts.currency, got.facts.zone, got.rejects) == (
        "online-retail", "GBP", "Europe/London", []
    )  # fmt: skip
    lines = got.lines
    assert lines["line_no"].n_unique() == len(lines) == 6
    assert lines["line_amount"].to_list() == [1530, 1530, 1800, 0, 0, -1106206]
    assert lines["unit_price"].to_list() == [255, 255, 1800, None, 0, -1106206]
    assert lines["status"].to_list() == ["completed", "completed", "completed", "completed", "closed", "closed"]
    # what is no sale is not paid
    assert lines["line_paid"].to_list() == [1530, 1530, 1800, 0, None, None]
    assert got.orders["paid_at"].null_count() == 2
    assert got.orders["buyer_ref"].to_list()[:2] == ["17850", None]
    refund = got.refunds.row(0, named=True)
    assert (refund["refund_to_buyer"], refund["qty"], refund["order_no"]) == (510, 2, None)
    assert (refund["state"], refund["state_raw"], refund["outer_sku_code"]) == ("success", "C536368", "A")
    total = sum((600 * 0, 1530, 1530, 1800, 0, 0, -510, -1106206))
    assert got.total("lines", "line_amount") - got.total("refunds", "refund_to_buyer") == total


def test_content_numbers_do_not_depend_on_neighbours() -> None:
    early = read(table(RETAIL, sale("1", "A", "1", "1.00"), sale("1", "B", "1", "1.00")), "r.csv")
    late = read(
        table(RETAIL, sale("0", "Z", "1", "1.00"), sale("1", "B", "1", "1.00"), sale("1", "A", "1", "1.0")), "r.csv"
    )
    numbers = {n for n in late.column("lines", "line_no") if n.startswith("1#")}
    assert numbers == set(early.column("lines", "line_no"))


def test_cancellations_may_stay_negative_lines() -> None:
    saved = json.loads(json.dumps(ONLINE_RETAIL))
    saved["options"]["cancelled_as"] = "line"
    saved["name"] = "as-lines"
    text = table(RETAIL, sale("5", "A", "6", "2.55"), sale("C6", "A", "-2", "2.55"))
    got = read(text.replace("Country", "Land"), "r.csv", layouts=[profile(saved | {"columns": saved["columns"] | {
        "receiver_country": "Land"}})])  # fmt: skip
    assert (got.facts.profile, "refunds" in got.tables) == ("as-lines", False)
    assert got.column("lines", "line_amount") == [1530, -510]
    assert got.column("lines", "status") == ["completed", "closed"]
    assert got.total("orders", "buyer_paid") == 1530


def test_payments_of_one_order_are_summed_wherever_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    from zhanggui.trade.channels.reading import texts

    header = ["order_id", "payment_sequential", "payment_type", "payment_installments", "payment_value"]
    rows = [["A", "1", "card", "8", "107.78"], ["B", "1", "voucher", "1", "5.00"], ["A", "2", "voucher", "1", "0.22"]]
    filler = [[f"F{i}", "1", "card", "1", "1.00"] for i in range(50)]
    monkeypatch.setattr(texts, "BLOCK", 64)
    got = read(table(header, *rows[:2], *filler, rows[2]), "p.csv")
    assert got.facts.profile == "olist-payments"
    last = dict(zip(got.column("orders", "order_no"), got.column("orders", "buyer_paid"), strict=True))
    assert (last["A"], last["B"], last["F7"]) == (10800, 500, 100)
    kinds = dict(zip(got.column("orders", "order_no"), got.column("orders", "payment_method"), strict=True))
    assert kinds["A"] == "card"


def test_items_are_numbered_within_their_order() -> None:
    header = ["order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price", "freight_value"]
    got = read(table(header, ["A", "1", "p", "s", "2018-08-15 10:10:18", "12.99", "12.79"],
                     ["A", "2", "p", "s", "2018-08-15 10:10:18", "12.99", "12.79"]), "i.csv")  # fmt: skip
    assert got.column("lines", "line_no") == ["A#1", "A#2"]
    assert (got.column("orders", "goods_amount"), got.column("orders", "freight_amount")) == ([2598], [2558])
    assert got.facts.currency == "BRL"


CASES = [
    ({"kind": "parcels"}, "kind"),
    (mapping({"order_no": "No"}, channel="moon"), "channel"),
    (mapping({"order_no": "No", "colour": "X"}), "column"),
    (mapping({"qty": "X"}), "missing"),
    (mapping({"order_no": "No"}, constants={"order_no": "1"}), "twice"),
    (mapping({"order_no": "No"}, constants={"currency": "yuan"}), "currency"),
    (mapping({"order_no": "No"}, constants={"qty": "one"}), "constant"),
    (mapping({"order_no": "No"}, constants={"freight_amount": "free"}), "constant"),
    (mapping({"order_no": "No"}, constants={"created_at": "2024-02-30"}), "constant"),
    (mapping({"order_no": "No"}, options={"rows": "box"}), "option"),
    (mapping({"order_no": "No"}, options={"zone": "Mars/Base"}), "option"),
    (mapping({"order_no": "No"}, options={"speed": 1}), "option"),
    (mapping({"refund_no": "No"}, kind="refunds"), "missing"),
    (mapping({"order_no": "No"}, kind="settlement"), "missing"),
]


@pytest.mark.parametrize(("wrong", "code"), CASES)
def test_wrong_mappings_say_what_is_wrong(wrong: dict[str, Any], code: str) -> None:
    problems = validate(wrong)
    assert [p.code for p in problems] == [code]
    assert problems[0].zh.endswith("。")
    assert problems[0].en.endswith(".")
    with pytest.raises(WrongMapping):
        profile(wrong)


def test_headers_the_file_lacks_are_named() -> None:
    problems = validate(mapping({"order_no": "单 号", "title": "品名"}), ["单号", "数量"])
    assert [(p.code, p.column) for p in problems] == [("absent", "title")]


def test_presets_are_valid_json() -> None:
    for preset in PRESETS:
        assert validate(json.loads(json.dumps(preset))) == []


def test_own_shop_table_in_chinese_with_a_guess() -> None:
    headers = ["单号", "下单日期", "付款时间", "客户", "手机", "货号", "品名", "数量", "单价", "状态"]
    guess = suggest(headers, PRESETS)
    assert (guess["kind"], guess["options"]["rows"], guess["options"]["line_id"]) == ("orders", "line", "content")
    assert guess["columns"] == {
        "order_no": "单号", "status_raw": "状态", "created_at": "下单日期", "paid_at": "付款时间", "buyer_ref": "客户",
        "receiver_phone": "手机", "title": "品名", "outer_sku_code": "货号", "qty": "数量", "unit_price": "单价",
    }  # fmt: skip
    assert validate(guess, headers) == []
    text = table(
        headers,
        ["S1", "2024/1/5", "2024/1/5 10:00", "老王", "13800000000", "A", "杯子", "3", "¥1.5", "已完成"],
        ["S1", "2024/1/5", "2024/1/5 10:00", "老王", "13800000000", "B", "盘子", "1", "20", "待收货"],
        ["S2", "2024/1/6", "", "老李", "", "A", "杯子", "1", "1.5", "待付款"],
        ["S3", "2024/1/6", "2024/1/6", "老李", "", "A", "杯子", "x", "1.5", "待付款"],
    )
    got = read(text, "自营.csv", layouts=[profile(guess | {"name": "自营"})])
    assert (got.facts.profile, got.facts.channel) == ("自营", "other")
    assert got.column("lines", "line_amount") == [450, 2000, 150]
    assert got.column("lines", "status") == ["completed", "shipped", "created"]
    assert got.column("orders", "buyer_paid") == [2450, 0]
    assert got.refused() == [(5, "数量", "not_a_whole_number")]
    assert {"客户", "手机"} <= got.facts.personal_headers


def test_guess_of_refunds_settlement_presets_and_hidden_columns() -> None:
    assert suggest(RETAIL, PRESETS)["name"] == "online-retail"
    refunds = suggest(["退款编号", "订单编号", "退款金额", "退款状态", "申请时间", "收件人邮箱"])
    assert (refunds["kind"], refunds["columns"]["refund_to_buyer"]) == ("refunds", "退款金额")
    assert refunds["options"]["personal"] == ["收件人邮箱"]
    money = suggest(["流水号", "发生时间", "收入金额", "支出金额", "余额", "业务类型"])
    assert (money["kind"], money["columns"]["amount_in"]) == ("settlement", "收入金额")
    orders = suggest(["Order ID", "Order Date", "Order Total (USD)", "Status"])
    assert (orders["options"]["rows"], orders["constants"]) == ("order", {"currency": "USD"})
    assert orders["columns"]["buyer_paid"] == "Order Total (USD)"


def test_one_row_per_order_with_a_time_format_and_decimal_comma() -> None:
    saved = mapping(
        {"order_no": "Nr", "created_at": "Datum", "paid_at": "Datum", "buyer_paid": "Betrag", "status_raw": "Stand"},
        constants={"currency": "EUR"},
        options={"rows": "order", "time_format": "%m/%d/%Y %H:%M", "zone": "Europe/Berlin",
                 "status_map": {"Fertig": "completed"}},
    )  # fmt: skip
    text = "Nr;Datum;Betrag;Stand\n1;12/05/2024 08:00;1.234,50;fertig\n2;12/06/2024 08:00;7,00;Offen\n"
    got = read(text, "shop.csv", layouts=[profile(saved)])
    assert got.column("orders", "buyer_paid") == [123450, 700]
    assert [t.isoformat() for t in got.column("orders", "created_at")] == [
        "2024-12-05T07:00:00+00:00", "2024-12-06T07:00:00+00:00"
    ]  # fmt: skip
    assert got.column("orders", "status") == ["completed", "unknown"]
    assert got.column("orders", "merchant_receivable") == [123450, 700]


def test_returns_as_refunds_or_refused_and_negative_sales() -> None:
    columns = {"order_no": "No", "qty": "Qty", "unit_price": "Price", "title": "Name"}
    text = table(["No", "Qty", "Price", "Name"], ["1", "2", "3.00", "Cup"], ["2", "-1", "3.00", "Cup"])
    got = read(text, layouts=[profile(mapping(columns, options={"negative_quantity": "refund"}))])
    assert (got.total("lines", "line_amount"), got.total("refunds", "refund_to_buyer")) == (600, 300)
    got = read(text, layouts=[profile(mapping(columns, options={"negative_quantity": "reject"}))])
    assert got.refused() == [(3, "qty", "negative_quantity")]
    text = table(["No", "Qty", "Price", "Name"], ["1", "-2", "3.00", "Cup"])
    got = read(text, layouts=[profile(mapping(columns, options={"quantity_sign": "negative"}))])
    assert (got.column("lines", "qty"), got.column("lines", "line_amount")) == ([2], [600])


def test_order_total_is_shared_over_lines() -> None:
    columns = {"order_no": "No", "qty": "Qty", "unit_price": "Price", "title": "Name", "buyer_paid": "Paid"}
    text = table(list(columns.values()), *(["1", "1", "1.00", name, "1.00"] for name in "ABC"))
    got = read(text, layouts=[profile(mapping(columns))])
    assert (got.column("lines", "line_paid"), got.column("orders", "buyer_paid")) == ([34, 33, 33], [100])


def test_refund_and_money_tables() -> None:
    saved = mapping({"refund_no": "R", "order_no": "O", "refund_to_buyer": "Back", "state": "S"}, kind="refunds")
    got = read(table(["R", "O", "Back", "S"], ["r1", "o1", "-5.00", "已退款"], ["r2", "o2", "6", "???"]),
               layouts=[profile(saved)])  # fmt: skip
    assert got.column("refunds", "refund_to_buyer") == [500, 600]
    assert got.column("refunds", "state") == ["success", "unknown"]
    columns = {"occurred_at": "T", "amount_in": "In", "amount_out": "Out", "subject_raw": "Why"}
    saved = mapping(columns, kind="settlement", options={"subject_map": {"广告": "ads"}})
    got = read(
        table(["T", "In", "Out", "Why"], ["2024-01-01", "10.00", "", "x"], ["2024-01-02", "", "3.00", "广告"],
              ["2024-01-02", "", "", "x"]),
        layouts=[profile(saved)],
    )  # fmt: skip
    assert got.column("settlement", "amount") == [1000, -300]
    assert got.column("settlement", "subject") == ["other", "ads"]
    assert got.column("settlement", "direction") == ["in", "out"]
    assert got.refused() == [(4, "amount", "missing")]
