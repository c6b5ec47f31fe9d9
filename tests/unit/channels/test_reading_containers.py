"""Files that are not what they say: broken, locked, empty, mislabelled, endless. One clear sentence each."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from pathlib import Path

import pytest

from export_reading import read, read_path, table, workbook
from zhanggui.trade.channels.contracts import Unreadable
from zhanggui.trade.channels.reading import containers

HEADER = [
    "子订单编号", "主订单编号", "商品标题", "商品价格", "购买数量", "订单状态", "买家应付货款", "买家实付金额",
    "退款状态", "退款金额", "订单创建时间", "订单付款时间",
]  # fmt: skip


def row(n: int, **cells: str) -> list[str]:
    full = {
        "子订单编号": f"30000000000000{n:05d}", "主订单编号": f"20000000000000{n:05d}", "商品标题": f"棉布连衣裙{n}",
        "商品价格": "10.00", "购买数量": "1", "订单状态": "卖家已发货，等待买家确认", "买家应付货款": "10.00",
        "买家实付金额": "10.00", "退款状态": "没有申请退款", "退款金额": "0", "订单创建时间": "2024-03-01 10:00:00",
        "订单付款时间": "2024-03-01 10:01:00",
    } | cells  # fmt: skip
    return list(full.values())


CSV = table(HEADER, *(row(n) for n in range(20)))
XLSX = workbook({"Sheet1": [HEADER, *(row(n) for n in range(20))]})


def zipped(*members: tuple[str, bytes | str]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return sink.getvalue()


def ole(*streams: str, before: int = 0) -> bytes:
    """A compound file whose directory, after ``before`` filler sectors, names the given streams."""
    head = bytearray(512)
    head[0:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", head, 44, 1, 1 + before)
    entries = b""
    for name in ("Root Entry", *streams):
        text = (name + "\0").encode("utf-16-le")
        entries += (
            text.ljust(64, b"\0") + struct.pack("<HBB", len(text), 5 if name == "Root Entry" else 2, 1) + b"\0" * 60
        )
    return bytes(head) + b"\xff" * 512 * (1 + before) + entries.ljust(512, b"\0")


def encrypted_zip() -> bytes:
    """A zip whose only member says that it is encrypted."""
    data = bytearray(zipped(("orders.csv", CSV)))
    data[6] |= 1
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def refused(data: bytes, name: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(data, name)
    error = caught.value
    assert name in error.zh or "「" in error.zh
    assert error.zh.endswith("。")
    assert error.en.endswith(".")
    return error


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "orders.csv", "empty"),
        (b" \r\n\t\r\n", "orders.csv", "empty"),
        (zipped(), "orders.zip", "empty"),
        (workbook({"Sheet1": []}), "orders.xlsx", "empty"),
        (XLSX[: len(XLSX) // 2], "orders.xlsx", "truncated"),
        (zipped(("orders.csv", CSV))[:-30], "orders.zip", "truncated"),
        (gzip.compress(CSV.encode())[:-12], "orders.csv.gz", "truncated"),
        (ole("EncryptionInfo", "EncryptedPackage"), "orders.xlsx", "password"),
        (ole("EncryptionInfo", "EncryptedPackage", before=3000), "orders.xlsx", "password"),
        (ole("Workbook"), "orders.xls", "truncated"),
        (encrypted_zip(), "orders.zip", "password"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "orders.csv", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "orders.xlsx", "not_a_table"),
        (b"MZ" + b"\0" * 200, "orders.csv", "not_a_table"),
        (b"\x01\x00\x02\x00\x00\x00" * 500, "orders.csv", "not_a_table"),
        (b"<svg></svg>", "orders.csv", "not_a_table"),
        (zipped(("readme.md", "hello")), "orders.zip", "not_a_table"),
        (zipped(("inner.zip", zipped(("a.csv", CSV)))), "orders.zip", "not_a_table"),
        (zipped(("a.csv", CSV), ("b.csv", CSV)), "orders.zip", "many_in_zip"),
        (b'{"payload": {"Orders": [', "orders.json", "damaged"),
        (b"[" * 200_000, "orders.json", "damaged"),
        (b'{"hello": "world"}', "orders.json", "unknown_layout"),
        ("姓名,年龄\n张三,8\n".encode(), "people.csv", "unknown_layout"),
    ],
)
def test_one_clear_sentence(data: bytes, name: str, code: str) -> None:
    assert refused(data, name).code == code


@pytest.mark.parametrize("cut", range(100, 1000, 90))
def test_a_workbook_cut_anywhere_never_breaks_the_reader(cut: int) -> None:
    error = refused(XLSX[: len(XLSX) * cut // 1000], "orders.xlsx")
    assert error.code in ("truncated", "empty")


def outcome_of(data: bytes) -> str:
    """The layout found, or the code of the refusal."""
    try:
        return read(data, "orders.xlsx").facts.profile
    except Unreadable as error:
        return error.code


def test_damaged_bytes_inside_a_workbook() -> None:
    names = zipfile.ZipFile(io.BytesIO(XLSX)).namelist()
    for name in names:
        parts = []
        with zipfile.ZipFile(io.BytesIO(XLSX)) as archive:
            for other in names:
                data = archive.read(other)
                parts.append((other, data[: len(data) // 2] if other == name else data))
        outcome = outcome_of(zipped(*parts))
        assert outcome in ("truncated", "empty", "unknown_layout", "taobao-items")


def html(rows: str) -> bytes:
    return f"<html><head><meta charset='utf-8'></head><body><table>{rows}</table></body></html>".encode()


HTML = html(
    "".join("<tr>" + "".join(f"<td>{c}</td>" for c in r) + "</tr>" for r in [HEADER, *(row(n) for n in range(20))])
)


@pytest.mark.parametrize(
    ("data", "name", "label"),
    [
        (HTML, "orders.xls", "html"),
        (XLSX, "orders.csv", "xlsx"),
        (CSV.encode(), "orders.xlsx", "csv"),
        (CSV.replace(",", "\t").encode("gb18030"), "orders.xls", "csv"),
        (zipped(("订单.csv", CSV)), "orders.zip", "zip/csv"),
        (zipped(("orders.xlsx", XLSX), ("__MACOSX/._orders.xlsx", b"x")), "orders.zip", "zip/xlsx"),
        (gzip.compress(CSV.encode()), "orders.csv.gz", "gz/csv"),
    ],
)
def test_mislabelled_files_are_read_for_what_they_are(data: bytes, name: str, label: str) -> None:
    got = read(data, name)
    assert (got.facts.container, got.facts.profile) == (label, "taobao-items")
    assert (len(got.lines), got.total("orders", "buyer_paid"), got.rejects) == (20, 20000, [])


def test_wrong_channel_is_named() -> None:
    with pytest.raises(Unreadable) as caught:
        read(CSV, "orders.csv", channel="amazon")
    assert caught.value.code == "wrong_channel"
    assert "淘宝" in caught.value.zh


def test_missing_columns_are_named() -> None:
    text = CSV.replace("主订单编号,", "别的,", 1)
    error = refused(text.encode(), "orders.csv")
    assert error.code == "unknown_layout"
    assert "主订单编号" in error.zh


def test_packed_bombs_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = b"\0" * (70 * 2**20)
    assert refused(zipped(("orders.csv", zeros)), "orders.zip").code == "too_big_unpacked"
    assert refused(gzip.compress(zeros), "orders.csv.gz").code == "too_big_unpacked"
    sheet = zipped(("xl/workbook.xml", b"<x/>"), ("xl/worksheets/sheet1.xml", zeros))
    assert refused(sheet, "orders.xlsx").code == "too_big_unpacked"


def test_a_member_larger_than_it_claims_is_damaged() -> None:
    data = bytearray(zipped(("orders.csv", CSV * 50)))
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 100)
    assert refused(bytes(data), "orders.zip").code == "truncated"


def sheet_with(cells: str) -> bytes:
    """An xlsx with one sheet holding the given cell elements."""
    parts = []
    with zipfile.ZipFile(io.BytesIO(XLSX)) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                at = data.index(b"</sheetData>")
                data = data[:at] + cells.encode() + data[at:]
            parts.append((name, data))
    return zipped(*parts)


@pytest.mark.parametrize("address", ["XFD1048576", "A1048576", "ZZ900000", "XFD30"])
def test_two_cells_far_apart_do_not_fill_the_memory(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    number = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    data = sheet_with(f'<row r="{number}"><c r="{address}" t="inlineStr"><is><t>x</t></is></c></row>')
    if address == "A1048576":
        # twelve columns by a million rows is a grid that some sheets really have
        monkeypatch.setattr("zhanggui.trade.channels.reading.bombs.HARMLESS", 1_000_000)
    if address == "XFD30":
        assert len(read(data, "orders.xlsx").lines) == 20
    else:
        assert refused(data, "orders.xlsx").code == "too_big_unpacked"


def test_temporary_files_go_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = tmp_path / "orders.zip"
    path.write_bytes(zipped(("orders.csv", CSV)))
    read_path(path)
    path.write_bytes(zipped(("people.csv", "姓名,年龄\n张三,8\n")))
    with pytest.raises(Unreadable):
        read_path(path)
    path.write_bytes(encrypted_zip())
    with pytest.raises(Unreadable):
        containers.inspect(path, "orders.zip")
    assert [p.name for p in tmp_path.iterdir()] == ["orders.zip"]
