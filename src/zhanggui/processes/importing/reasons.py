"""One clear sentence for every reason a row can be refused, whoever refuses it: the reader, a layout or a ledger."""

from __future__ import annotations

import re
from typing import Final

#: code → (Chinese, English)
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "id_damaged": (
        "编号被表格软件改成了科学计数或丢了末尾几位，无法还原；请从平台重新导出，不要用表格软件另存。",
        "A spreadsheet rounded this id and it cannot be restored; export again and do not save it in a spreadsheet.",
    ),
    "not_a_whole_number": ("这里应是整数。", "A whole number is expected here."),
    "not_an_amount": (
        "这里应是金额，小数位不能多于该币种允许的位数。",
        "An amount is expected here, with no more decimals than the currency has.",
    ),
    "not_a_moment": ("这里应是真实存在的日期或时间。", "A date or time that exists is expected here."),
    "not_a_count": (
        "这里应是人数或次数：不带小数、不为负的数字。",
        "A number of people or events is expected here: whole and not negative.",
    ),
    "not_a_duration": (
        "这里应是停留时长，如 35.6 或 00:01:05。",
        "A duration is expected here, e.g. 35.6 or 00:01:05.",
    ),
    "not_a_day": (
        "这里应是日期，或用 ~ 连接的起止日期。",
        "A day is expected here, or its first and last day joined by ~.",
    ),
    "told_twice": (
        "同一天、同一层级、同一对象的数据在文件里出现两次且数字不同；人数不能相加，只取第一行。",
        "The file tells of the same day, level and subject twice, with different figures; people cannot be added, so "
        "the first row was taken.",
    ),
    "not_a_currency": (
        "这里应是三个字母的币种代码，如 CNY。",
        "A currency code of three letters is expected here, e.g. USD.",
    ),
    "missing": ("必填的单元格是空的。", "A cell that must be filled is empty."),
    "unreadable": ("看不懂这个单元格的写法。", "This cell is written in a way that is not understood."),
    "encoding": (
        "这一行有无法辨认的字符：它的文字编码与文件其余部分不同。",
        "This row holds characters that cannot be read: it is written in another encoding than the rest of the file.",
    ),
    "too_few_cells": (
        "这一行的列数少于表头，文件可能在这里被截断。",
        "This row has fewer cells than the header; the file may be cut off here.",
    ),
    "too_many_cells": (
        "这一行的列数多于表头，多半是单元格里有没加引号的分隔符。",
        "This row has more cells than the header, probably because of a separator inside a cell without quotes.",
    ),
    "stray_quote": (
        "这一行有一个没有配对的引号，把后面的行也吞了进去；后面的行已单独读取。",
        "A quote in this row is never closed and swallowed the rows below; those rows were read on their own.",
    ),
    "negative_quantity": (
        "数量是负数，而这个列对应规定负数不收。",
        "The quantity is negative, and this column mapping refuses negative quantities.",
    ),
    "several_currencies_in_one_file": (
        "一个结算单里出现了多个币种，这一笔的币种与结算单不同。",
        "One settlement names several currencies, and this entry is in another one.",
    ),
    "no_number_at_all": (
        "退款编号和订单编号都是空的，无法与别的退款区分。",
        "It has neither a refund number nor an order number, so it cannot be told apart from others.",
    ),
    "unknown_direction": ("收支方向既不是收入也不是支出。", "The direction is neither money in nor money out."),
    "sign_against_direction": (
        "金额的正负与收支方向矛盾。",
        "The sign of the amount contradicts the direction.",
    ),
}

#: How the ledgers word their refusals → code.
_LEDGERS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"^\w+ is empty$"), "missing"),
    (re.compile(r"^the amount is empty$"), "missing"),
    (re.compile(r"^neither refund nor order number$"), "no_number_at_all"),
    (re.compile(r"^the direction is neither in nor out$"), "unknown_direction"),
    (re.compile(r"^the sign contradicts the direction$"), "sign_against_direction"),
)


def code_of(reason: str) -> str:
    """The code of a reason, which ledgers give in words of their own.

    >>> code_of("missing"), code_of("order_no is empty"), code_of("something new")
    ('missing', 'missing', 'something new')
    """
    return next((code for pattern, code in _LEDGERS if pattern.match(reason)), reason)


def sentence(code: str, language: str) -> str:
    """The sentence for ``code``; a code without one reads as itself (a test keeps every code in the table)."""
    pair = SENTENCES.get(code)
    if pair is None:
        return code
    return pair[0] if language.lower().startswith("zh") else pair[1]
