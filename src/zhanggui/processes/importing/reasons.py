"""One clear sentence for every reason a row can be refused."""

from __future__ import annotations

from typing import Final

#: code → (Chinese, English)
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "id_damaged": (
        "编号被表格软件改成了科学计数或丢了位数，无法还原；请重新导出，不要用表格软件另存。",
        "The id was turned into a rounded number by a spreadsheet and cannot be restored; export again without saving it there.",
    ),
    "not_a_whole_number": ("这里应是整数。", "A whole number is expected here."),
    "not_an_amount": (
        "这里应是金额，且小数位不能多于币种允许的位数。",
        "An amount is expected here, with no more decimals than the currency has.",
    ),
    "not_a_moment": ("这里应是存在的日期或时间。", "A date or time that exists is expected here."),
    "missing": ("必填的单元格是空的。", "A required cell is empty."),
    "unreadable": ("无法读懂这个单元格。", "This cell cannot be understood."),
    "encoding": (
        "这一行的文字编码与文件其余部分不同，已无法辨认。",
        "This row is written in another encoding than the rest of the file.",
    ),
    "too_few_cells": (
        "这一行的列数少于表头，文件可能被截断。",
        "This row has fewer cells than the header; the file may be cut off.",
    ),
    "too_many_cells": ("这一行的列数多于表头。", "This row has more cells than the header."),
    "unknown_currency": ("不认识的币种。", "The currency is not known."),
}


def sentence(code: str, language: str) -> str:
    """The sentence for ``code``; unknown codes read as themselves."""
    pair = SENTENCES.get(code)
    if pair is None:
        return code
    return pair[0] if language.lower().startswith("zh") else pair[1]
