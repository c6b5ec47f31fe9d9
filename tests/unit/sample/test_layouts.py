"""The files as bytes: encodings, headers as the platforms write them, and the quirks a reader must survive."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from unit.sample.conftest import Sample

#: The column lists of the platforms, written down apart from the product's own lists.
HEADERS: dict[str, list[str]] = {
    layout: text.split(", ")
    for layout, text in json.loads(Path(__file__).with_name("headers.json").read_text(encoding="utf-8")).items()
}


def raw(sample: Sample, file: dict[str, Any]) -> bytes:
    return (sample.folder / file["path"]).read_bytes()


def one(sample: Sample, layout: str) -> dict[str, Any]:
    return next(file for file in sample.manifest["files"] if file["layout"] == layout)


def text(sample: Sample, layout: str) -> str:
    file = one(sample, layout)
    return raw(sample, file).decode(file["encoding"])


@pytest.mark.parametrize("layout", sorted(HEADERS))
def test_header_is_the_platforms_own(sample: Sample, layout: str) -> None:
    rows = sample.table(one(sample, layout))
    wanted = HEADERS[layout]
    header = next(row for row in rows if row and str(row[0]).strip().lstrip("\ufeff") == wanted[0])
    found = [str(cell).strip().lstrip("\ufeff") for cell in header]
    while found and not found[-1]:
        found.pop()
    assert found == wanted


def test_every_channel_and_era_is_written(sample: Sample) -> None:
    layouts = {file["layout"] for file in sample.manifest["files"]}
    assert set(HEADERS) <= layouts
    assert {
        "taobao.orders.2020",
        "taobao.orders.2025",
        "taobao.items.2025",
        "taobao.refunds",
        "taobao.alipay",
    } <= layouts
    assert {"jd.aftersale", "pinduoduo.orders.long", "kuaishou.ledger", "shopee.orders.en"} <= layouts
    assert {"woocommerce.rest", "woocommerce.webtoffee"} <= layouts


def test_encodings_are_as_declared(sample: Sample) -> None:
    for file in sample.manifest["files"]:
        content, encoding = raw(sample, file), file["encoding"]
        if file["container"] == "xlsx":
            assert content[:2] == b"PK", file["path"]
            continue
        content.decode(encoding, errors="strict")
        assert content.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig"), file["path"]
        if encoding in ("gb18030", "gbk", "cp1252"):
            with pytest.raises(UnicodeDecodeError):
                content.decode("utf-8")


def test_gb18030_is_really_needed(sample: Sample) -> None:
    content = raw(sample, one(sample, "taobao.orders.2018"))
    with pytest.raises(UnicodeDecodeError):
        content.decode("gbk")


def test_taobao_csv_quirks(sample: Sample) -> None:
    content = text(sample, "taobao.orders.2018")
    lines = content.split("\r\n")
    assert lines[-1] == ""
    assert '"收货地址 "' in lines[0]
    assert '"订单付款时间 "' in lines[0]
    assert re.match(r'="35\d{17}","', lines[1])
    assert ',="",' in content
    assert '"0元"' in content
    assert '"null"' in content
    assert "\"'1" in content
    assert '"2.026E+27"' in content
    assert '"No:' in content


def test_taobao_item_ids(sample: Sample) -> None:
    """One line: sub-order = order; several: the order's number is not among the sub-orders'."""
    for layout in ("taobao.items.2019", "taobao.items.2024", "taobao.items.2025"):
        orders: dict[str, list[str]] = {}
        for _, cells in sample.records(one(sample, layout), "子订单编号"):
            orders.setdefault(cells["主订单编号"], []).append(cells["子订单编号"])
        orders.pop("2.026E+27", None)
        assert any(len(subs) > 1 for subs in orders.values())
        for main, subs in orders.items():
            assert (subs == [main]) if len(subs) == 1 else (main not in subs)
            assert len(main) == 19
            assert main.isdigit()


def test_taobao_xlsx_is_text_only(sample: Sample) -> None:
    for layout in ("taobao.items.2024", "taobao.orders.2025"):
        assert all(isinstance(cell, str) for row in sample.table(one(sample, layout)) for cell in row)
    file = one(sample, "taobao.items.2024")
    cells = [cells for _, cells in sample.records(file, "子订单编号")]
    assert {"null"} <= {row["套餐信息"] for row in cells}
    assert any(row["退款金额"] == "无退款申请" for row in cells)
    assert any(re.match(r"\S+：\S+", row["商品属性"]) for row in cells)


def test_alipay_preamble_and_footer(sample: Sample) -> None:
    lines = text(sample, "taobao.alipay").split("\r\n")
    assert all(line.startswith("#") for line in lines[:4])
    assert lines[4].startswith("账务流水号,")
    income = next(line for line in lines if line.startswith("#收入合计"))
    rows = [row for row in csv.reader(lines[5:]) if row and not row[0].startswith("#")]
    amounts = [row[6] for row in rows if row[6]]
    total = sum(int(amount.replace(".", "")) for amount in amounts)
    assert income == f"#收入合计：{len(amounts)}笔，共{total // 100}.{total % 100:02d}元"
    assert any("tradeid:35" in ",".join(row) for row in rows)


def test_jd_quirks(sample: Sample) -> None:
    content = text(sample, "jd.orders")
    for quirk in ("0001-01-01 00:00:00", "1970-01-01 00:00:00", "(删除)等待出库", '.0","', "订单拆分为 "):
        assert quirk in content, quirk
    rows = sample.table(one(sample, "jd.aftersale"))
    assert rows[0][0] == "申请信息"
    assert rows[1][0] == "服务单号"
    assert sample.table(one(sample, "jd.settlement"))[1][0] == "订单编号"


def test_pinduoduo_quirks(sample: Sample) -> None:
    content = text(sample, "pinduoduo.orders")
    assert re.search(r"\d\.\d\d\t,", content)
    assert re.search(r"\n[^\n]*退款成功", content)
    lines = text(sample, "pinduoduo.ledger").split("\r\n")
    assert lines[1] == ""
    assert lines[4].startswith("商户订单号,")
    data = [line for line in lines[5:] if line[:6].isdigit()]
    assert len(data) > len(set(data)), "legitimately equal rows"
    assert any(",0.00," in line for line in data), "an event of zero"
    counted = sum(int(re.search(r"：(\d+)笔", line).group(1)) for line in lines if "合计：" in line)  # type: ignore[union-attr]
    assert counted == len([line for line in lines[5:] if re.match(r"[^,]*,\d{4}-", line)])


def test_douyin_quirks(sample: Sample) -> None:
    file = one(sample, "douyin.orders")
    name = Path(file["path"]).stem
    seconds, _, tail = name.partition("_")
    assert seconds.isdigit()
    assert tail
    row = text(sample, "douyin.orders").split("\r\n")[1]
    assert row.startswith("\t69")
    assert ",-," in row
    assert "##" in row
    assert "$$" in row
    assert text(sample, "douyin.bill").split("\r\n")[1].startswith("合计,-")
    # done, and refunded all the same
    assert any(
        cells["订单状态"] == "已完成" and cells["售后状态"] == "同意退款，退款成功"
        for layout in ("douyin.orders", "douyin.orders.75")
        for file in sample.files(layout)
        for _, cells in sample.records(file, "主订单编号")
    )


def test_shopify_order_cells_stand_on_the_first_row_only(sample: Sample) -> None:
    seen: set[str] = set()
    continued = 0
    for _, cells in sample.records(sample.files("shopify.orders")[-1], "Name"):
        if cells["Name"] in seen:
            continued += 1
            assert cells["Financial Status"] == cells["Total"] == cells["Id"] == ""
            assert cells["Lineitem name"]
        else:
            seen.add(cells["Name"])
            assert cells["Financial Status"]
            assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d -0500", cells["Created at"])
    assert continued
    content = text(sample, "shopify.orders")
    assert '"gift: no\n' in content
    assert not content.startswith("\ufeff")


def test_amazon_quirks(sample: Sample) -> None:
    tables = {file["shop"]: sample.table(file) for file in sample.files("amazon.orders")}
    german = next(file for file in sample.files("amazon.orders") if file["encoding"] == "cp1252")
    assert "Größe" in raw(sample, german).decode("cp1252")
    assert any('24" with' in cell for row in tables["Qingyu US"] for cell in row), "quotes are literal"
    assert len({len(row) for row in tables["Qingyu US"]}) > 1, "trailing empty columns are cut"
    european = next(file for file in sample.files("amazon.settlement.v2") if file["shop"] == "Qingyu DE")
    rows = sample.table(european)
    assert re.fullmatch(r"-?\d+,\d\d", rows[1][4])
    assert re.fullmatch(r"\d\d\.\d\d\.\d{4}", rows[2][16])
    assert rows[2][1] == rows[2][4] == rows[2][5] == "", "carry-down cells are empty"


def test_other_quirks(sample: Sample) -> None:
    rows = [cells for _, cells in sample.records(one(sample, "shopee.orders.id"), "No. Pesanan")]
    assert any(re.fullmatch(r"\d{1,3}(\.\d{3})+", cells["Total Pembayaran"]) for cells in rows)
    rows = [cells for _, cells in sample.records(one(sample, "shopee.orders.en"), "Order ID")]
    assert any("," in cells["Total Amount"] for cells in rows)
    table = sample.table(one(sample, "tiktok.orders"))
    assert table[1][0] == "Platform unique order ID."
    assert table[2][0].startswith("\t58")
    assert any(str(row[28]).startswith("IDR ") for row in table[2:])
    lazada = [cells for _, cells in sample.records(one(sample, "lazada.orders"), "orderItemId")]
    assert any(cells["sellerDiscountTotal"].startswith("-") for cells in lazada)
    assert all(re.fullmatch(r"\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d", cells["createTime"]) for cells in lazada)
    wechat = sample.records(sample.files("wechat.orders")[-1], "订单号")
    assert any(isinstance(cells["订单号"], float) for _, cells in wechat), "a real number cell of 27 digits"
    assert any(str(cells["订单实际支付金额"]).startswith("¥") for _, cells in wechat)
    document = sample.documents(one(sample, "woocommerce.rest"))[0]
    assert document["number"] != str(document["id"])
    assert document["date_created"] != document["date_created_gmt"]


def test_people_are_masked(sample: Sample) -> None:
    """No full phone number anywhere in the Chinese channels' files."""
    for file in sample.manifest["files"]:
        if file["channel"] in ("shopify", "woocommerce") or file["container"] == "json":
            continue
        for row in sample.table(file):
            for cell in row:
                assert not re.fullmatch(r"'?1[3-9]\d{9}", str(cell)), (file["path"], cell)
