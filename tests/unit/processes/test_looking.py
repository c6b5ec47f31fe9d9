"""The header of a table nobody knows is found, whatever stands above it."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from zhanggui.processes.mapping.looking import look
from zhanggui.trade.channels.contracts import Unreadable


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_titles_above_the_header_are_passed_over(tmp_path):
    seen = look(written(tmp_path, "My shop 2026\n\nNo,Paid,Title\nA-1,3.20,Cup\nA-2,1.00,\n"), "table.csv")
    assert (seen.headers, seen.header_row) == (("No", "Paid", "Title"), 3)
    assert seen.rows == (("A-1", "3.20", "Cup"), ("A-2", "1.00", ""))
    assert seen.example("Title") == "Cup"


def test_columns_without_a_name_and_repeats_are_left_out(tmp_path):
    seen = look(written(tmp_path, "No,,Note,Note\nA-1,x,one,two\n"), "table.csv")
    assert seen.headers == ("No", "Note")
    assert seen.rows == (("A-1", "one"),)


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_any_delimiter_and_encoding(tmp_path, delimiter):
    text = delimiter.join(["编号", "金额"]) + "\n" + delimiter.join(["A1", "3,20"]) + "\n"
    seen = look(written(tmp_path, text, "gb18030"), "table.csv")
    assert seen.headers == ("编号", "金额")
    assert seen.rows == (("A1", "3,20"),)


def test_a_workbook_shows_the_sheet_with_the_table(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Cover").write(0, 0, "Report")
        sheet = book.add_worksheet("Data")
        for at, header in enumerate(["No", "Paid", "Title"]):
            sheet.write(0, at, header)
            sheet.write(1, at, at)
    seen = look(path, "book.xlsx")
    assert (seen.sheet, seen.headers) == ("Data", ("No", "Paid", "Title"))


def test_numbers_alone_are_no_header(tmp_path):
    with pytest.raises(Unreadable) as caught:
        look(written(tmp_path, "1,2,3\n4,5,6\n"), "table.csv")
    assert caught.value.code == "no_header"
