"""Delimited text with everything that goes wrong in it: encodings, quotes, ragged rows, line ends, headers, footers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from export_reading import Read, read, workbook
from zhanggui.trade.channels.reading import texts
from zhanggui.trade.channels.reading.encodings import find_encoding, flag_foreign_lines

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


def text_of(*rows: list[str], end: str = "\n", before: str = "") -> str:
    return before + end.join(",".join(r) for r in [HEADER, *rows]) + end


def rows_and_titles(got: Read) -> list[tuple[int, str]]:
    return list(zip(got.column("lines", "row"), got.column("lines", "title"), strict=True))


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, shown: str, end: str) -> None:
    got = read(text_of(*(row(n) for n in range(5)), end=end).encode(encoding))
    assert (got.facts.encoding, got.rejects) == (shown, [])
    assert rows_and_titles(got) == [(n + 2, f"棉布连衣裙{n}") for n in range(5)]


def test_big5_and_western_european(tmp_path: Path) -> None:
    cases = {"big5": "訂單編號,商品標題\n1,電腦鍵盤與滑鼠\n", "cp1252": "Größe,Straße\n1,Kissenhülle\n"}
    cases["gb18030"] = "订单编号,商品标题\n1,电脑键盘与鼠标\n"
    for encoding, text in cases.items():
        path = tmp_path / encoding
        path.write_bytes((text * 9).encode(encoding))
        assert find_encoding(path) == encoding


def test_a_gbk_line_in_a_utf8_file_is_refused_by_row_and_column() -> None:
    lines = text_of(*(row(n) for n in range(5))).splitlines()
    data = b"\n".join(line.encode("gbk" if i == 3 else "utf-8") for i, line in enumerate(lines))
    got = read(data)
    assert got.facts.encoding == "utf-8"
    assert got.refused() == [(4, "商品标题", "encoding")]
    assert [r for r, _ in rows_and_titles(got)] == [2, 3, 5, 6]


def test_a_gbk_line_before_any_other_chinese_does_not_decide_the_file() -> None:
    header = "amazon-order-id,purchase-date,order-status,sku,quantity,item-price,product-name".replace(",", "\t")
    rows = [f"1-1-{n}\t2024-01-01T00:00:00Z\tShipped\tS\t1\t1.00\t" for n in range(9)]
    data = header.encode() + b"\n"
    for n, line in enumerate(rows):
        data += line.encode() + "木质相框".encode("gbk" if n == 0 else "utf-8") + b"\n"
    got = read(data, "orders.txt")
    assert got.facts.encoding == "utf-8"
    assert got.refused() == [(2, "product-name", "encoding")]
    assert set(got.column("lines", "title")) == {"木质相框"}


def test_a_utf8_line_in_a_gbk_file_is_refused_not_turned_into_nonsense() -> None:
    lines = text_of(*(row(n) for n in range(30))).splitlines()
    data = b"\r\n".join(line.encode("utf-8" if i in (7, 30) else "gb18030") for i, line in enumerate(lines))
    got = read(data)
    assert got.facts.encoding == "gb18030"
    assert [(r.row, r.reason) for r in got.rejects] == [(8, "encoding"), (31, "encoding")]
    assert all(title.startswith("棉布连衣裙") for title in got.column("lines", "title"))


def test_no_gbk_line_is_taken_for_utf8() -> None:
    pairs = ((a, b) for a in range(0x4E00, 0x9F00, 7) for b in (0x8482, 0x8F76))
    block = "\n".join(f"{chr(a)}{chr(b)}连衣裙，买家已付款" for a, b in pairs).encode("gb18030")
    assert flag_foreign_lines(block) == block


def test_characters_cut_in_two_at_the_end_and_nul_bytes() -> None:
    data = text_of(row(1), row(2, 商品标题="a\0b"), row(3)).encode()
    got = read(data + b'"' + "棉".encode()[:2])
    assert [(r.row, r.reason) for r in got.rejects] == [(3, "encoding"), (5, "too_few_cells")]
    got = read(text_of(row(1)).encode() + b"\0" * 40)
    assert [r.row for r in got.rejects] == [3]
    assert len(got.lines) == 1


def test_stray_quotes_cost_their_own_row_only() -> None:
    rows = [row(n) for n in range(8)]
    rows[1][2] = '12" 相框'
    rows[3][2] = '"没有闭合'
    rows[6][2] = '"后面的"引号'
    got = read(text_of(*rows))
    assert got.refused() == [(5, "", "stray_quote")]
    assert [r for r, _ in rows_and_titles(got)] == [2, 3, 4, 6, 7, 8, 9]
    assert rows_and_titles(got)[1] == (3, '12" 相框')


def test_a_quote_never_closed_costs_its_own_row_only() -> None:
    rows = [row(n) for n in range(500)]
    rows[3][2] = '"没有闭合'
    got = read(text_of(*rows))
    assert got.refused() == [(5, "", "stray_quote")]
    assert [r for r, _ in rows_and_titles(got)] == [n + 2 for n in range(500) if n != 3]


def test_stray_quotes_in_a_file_of_many_bites(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(n) for n in range(400)]
    for n in (5, 77, 250):
        rows[n][2] = '5" 管子'
    rows[300][2] = '"未闭合'
    whole = read(text_of(*rows))
    monkeypatch.setattr(texts, "BLOCK", 4096)
    monkeypatch.setattr(texts, "MAX_CELL", 20_000)
    bites = read(text_of(*rows))
    assert whole.refused() == bites.refused() == [(302, "", "stray_quote")]
    assert rows_and_titles(whole) == rows_and_titles(bites)


def test_cells_of_several_lines_are_one_row() -> None:
    rows = [row(n) for n in range(4)]
    rows[1][2] = '"第一行\n第二行，还有\n""引号"""'
    rows[2][2] = '"a,b\nc"'
    got = read(text_of(*rows))
    assert got.rejects == []
    assert rows_and_titles(got) == [
        (2, "棉布连衣裙0"), (3, '第一行\n第二行，还有\n"引号"'), (4, "a,b\nc"), (5, "棉布连衣裙3")
    ]  # fmt: skip


def test_a_bad_line_after_a_cell_of_several_lines_has_its_own_number() -> None:
    rows = [row(1, 商品标题='"上\n中\n下"'), row(2), row(3)]
    data = text_of(*rows).encode().replace("棉布连衣裙2".encode(), "棉布".encode("gbk"))
    assert read(data).refused() == [(3, "商品标题", "encoding")]


def test_ragged_rows() -> None:
    rows = [row(1), row(2)[:-3], [*row(3), "", ""], [*row(4), "多余"], row(5)]
    got = read(text_of(*rows))
    assert got.refused() == [(3, "", "too_few_cells"), (5, "", "too_many_cells")]
    assert [r for r, _ in rows_and_titles(got)] == [2, 4, 6]
    assert got.rows_read == 5


def test_blank_rows_keep_the_numbers_of_the_rows_below() -> None:
    lines = text_of(row(1), row(2), row(3)).splitlines()
    text = "\n".join([lines[0], "", lines[1], "", "," * 11, lines[2], " ", lines[3], "", ""])
    got = read(text)
    assert (got.rejects, got.rows_read) == ([], 3)
    assert [r for r, _ in rows_and_titles(got)] == [3, 6, 8]
    book = workbook({"S": [[], HEADER, [], row(1), [], [], row(2)]})
    assert [r for r, _ in rows_and_titles(read(book, "a.xlsx"))] == [4, 7]


def test_header_below_a_preamble_and_repeated_headers() -> None:
    before = "订单导出\n导出时间,2024-03-02\n\n\n"
    got = read(text_of(row(1), row(2), before=before))
    assert got.facts.header_row == 5
    assert [r for r, _ in rows_and_titles(got)] == [6, 7]
    header = [*HEADER, "商品标题", "商品标题"]
    text = "\n".join([",".join(header), ",".join([*row(1), "第二", "第三"])])
    got = read(text)
    assert rows_and_titles(got) == [(2, "棉布连衣裙1")]
    assert got.facts.headers == tuple(header)


def test_header_of_two_rows() -> None:
    upper = ["子订单编号", "主订单编号", "商品", "", "", "订单状态", "金额", "", "退款", "", "时间", ""]
    lower = ["", "", "商品标题", "商品价格", "购买数量", "", *HEADER[6:]]
    got = read(workbook({"S": [["标题"], upper, lower, row(1), row(2)]}), "a.xlsx")
    assert (got.facts.header_row, got.facts.headers) == (3, tuple(HEADER))
    assert rows_and_titles(got) == [(4, "棉布连衣裙1"), (5, "棉布连衣裙2")]


def test_notes_and_footers_are_no_rows() -> None:
    text = text_of(row(1), row(2)) + "总计,,,20.00,2,,,,,,,\n说明：以上为全部订单\n#导出时间：2024\n"
    got = read(text)
    assert (got.rows_read, got.rejects, len(got.lines)) == (2, [], 2)


def test_footer_whose_sum_differs_is_reported() -> None:
    header = ["No.", "No. Pesanan", "Tanggal Dana Dilepaskan", "Harga Asli Produk", "Total Penghasilan"]
    rows = [["1", "A1", "2026-06-20", "100", "90"], ["2", "A2", "2026-06-20", "50", "40"], ["Total", "", "", "", "131"]]
    got = read("\n".join(",".join(r) for r in [header, *rows]))
    assert [(r.identity, r.expected, r.actual, r.row) for r in got.residuals] == [
        ("footer:Total Penghasilan", 13100, 13000, 4)
    ]
    rows[-1][-1] = "130"
    assert read("\n".join(",".join(r) for r in [header, *rows])).residuals == []


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("子订单编号", "2.026E+27", "id_damaged"),
        ("主订单编号", "4.50000000000123e+17", "id_damaged"),
        ("主订单编号", "=A1&B1", "id_damaged"),
        ("主订单编号", "1234567890123456789.0", "id_damaged"),
        ("主订单编号", "", "missing"),
        ("商品价格", "=1+2", "not_an_amount"),
        ("商品价格", "十元", "not_an_amount"),
        ("商品价格", "1.005", "not_an_amount"),
        ("商品价格", "USD 5", "not_an_amount"),
        ("购买数量", "1.5", "not_a_whole_number"),
        ("购买数量", "99999999999999999999", "not_a_whole_number"),
        ("订单创建时间", "2024-02-30 10:00:00", "not_a_moment"),
        ("订单创建时间", "2024-13-01", "not_a_moment"),
        ("订单创建时间", "昨天", "not_a_moment"),
        ("订单创建时间", "45123.5", "not_a_moment"),
    ],
)
def test_cells_that_cannot_be_read_exactly(column: str, value: str, reason: str) -> None:
    got = read(text_of(row(1), row(2, **{column: value}), row(3)))
    assert [(r.row, r.column, r.value, r.reason) for r in got.rejects] == [(3, column, value, reason)]
    assert len(got.lines) == 2


@pytest.mark.parametrize("never", ["0001-01-01 00:00:00", "1970-01-01 08:00:00", "1970/1/1", "0000-00-00", "-", "null"])
def test_moments_that_mean_never(never: str) -> None:
    got = read(text_of(row(1, 订单付款时间=never)))
    assert (got.rejects, got.column("orders", "paid_at")) == ([], [None])


def test_wrapped_cells() -> None:
    cells = {"子订单编号": '="3000000000000000123"', "主订单编号": "'2000000000000000123", "商品标题": "\t杯"}
    text = text_of(row(1, **cells, 商品价格='"¥1,000.50"'))
    got = read(text.replace('="3000000000000000123"', '"=""3000000000000000123"""'))
    line = got.lines.row(0, named=True)
    assert (line["line_no"], line["order_no"]) == ("3000000000000000123", "2000000000000000123")
    assert (line["unit_price"], line["title"]) == (100050, "杯")


def test_numbers_of_a_workbook_that_lost_digits_and_formulas_without_result() -> None:
    import io

    import xlsxwriter

    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink)
    sheet = book.add_worksheet()
    for r, cells in enumerate([HEADER, row(1), row(2), row(3), row(4)]):
        for c, value in enumerate(cells):
            sheet.write_string(r, c, value)
    sheet.write_number(1, 0, 3000000000000000123)
    sheet.write_number(2, 0, 123456789012345)
    sheet.write_formula(3, 3, "=5*2", None, 10)
    sheet.write_formula(4, 0, '="x"', None, "")
    book.close()
    got = read(sink.getvalue(), "a.xlsx")
    assert got.refused() == [(2, "子订单编号", "id_damaged"), (5, "子订单编号", "missing")]
    assert got.column("lines", "line_no") == ["123456789012345", row(3)[0]]
    assert got.column("lines", "unit_price") == [1000, 1000]


_PEAK = """
import resource, sys
from pathlib import Path
from zhanggui.trade.channels.reading import open_file
read = 0
with open_file(Path(sys.argv[1])) as file:
    for batch in file.batches():
        read += batch.rows_read
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(read, peak // (1024 if sys.platform != "darwin" else 1024 * 1024))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="peak memory is asked of the kernel")
def test_a_file_of_300_megabytes_takes_no_more_memory_than_one_of_40(tmp_path: Path) -> None:
    def peak(megabytes: int) -> tuple[int, int, int]:
        path = tmp_path / f"{megabytes}.csv"
        chunk = "".join(",".join(row(n)) + "\n" for n in range(5000)).encode()
        times = megabytes * 2**20 // len(chunk) + 1
        with path.open("wb") as file:
            file.write((",".join(HEADER) + "\n").encode())
            for _ in range(times):
                file.write(chunk)
        done = subprocess.run(
            [sys.executable, "-c", _PEAK, str(path)], capture_output=True, text=True, check=True, env=dict(os.environ)
        )
        path.unlink()
        read_rows, peak_mb = (int(v) for v in done.stdout.split())
        return read_rows, peak_mb, times * 5000

    small = peak(40)
    large = peak(300)
    assert (small[0], large[0]) == (small[2], large[2])
    assert large[1] < 700
    assert large[1] < small[1] * 1.5
