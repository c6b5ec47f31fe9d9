"""The days a report speaks of: in a column, above the header, or in the name of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

import polars as pl

_DAY: Final = r"(20\d\d)(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))"
_CLOCK: Final = r"(?:[ T]*\d{1,2}(?:[:：]\d{2}){1,2}(?:\.\d+)?|[ T]\d{1,2}时?)?"
_BETWEEN: Final = r"\s*(?:~|～|至|到|to|—|–|-|_|,)+\s*"
_CELL = re.compile(rf"^\s*{_DAY}{_CLOCK}(?:{_BETWEEN}{_DAY}{_CLOCK})?\s*$")
_TEXT = re.compile(rf"(?<!\d){_DAY}{_CLOCK}(?:{_BETWEEN}{_DAY}{_CLOCK})?(?![\d])")
#: A day with a time of day in a file name is the moment of export, not the day of the figures.
_MOMENT = re.compile(
    r"20\d{2}[-_.年]?\d{2}[-_.月]?\d{2}日?[-_ T]?(?!20[12]\d[-_.年]?(?:0[1-9]|1[0-2])[-_.月]?(?:0[1-9]|[12]\d|3[01]))"
    r"([01]\d|2[0-3])[-_:.]?[0-5]\d(?:[-_:.]?[0-5]\d)?(?!\d)"
)
_NEWS = re.compile(r"导出|下载|生成|更新|创建|export|generated|created", re.IGNORECASE)

Span = tuple[date, date]


def _date(groups: tuple[str | None, ...]) -> date | None:
    year, month, day, short_month, short_day = groups
    if year is None:
        return None
    try:
        return date(int(year), int(month or short_month or 0), int(day or short_day or 0))
    except ValueError:
        return None


def span_of(text: str) -> Span | None:
    """The first and last day a cell names; None when it is no day.

    >>> span_of("20260601~20260630")
    (datetime.date(2026, 6, 1), datetime.date(2026, 6, 30))
    >>> span_of("2026/6/3 13:00:00")
    (datetime.date(2026, 6, 3), datetime.date(2026, 6, 3))
    >>> span_of("2026-02-30") is None
    True
    """
    return _span(_CELL.match(text))


def _span(found: re.Match[str] | None) -> Span | None:
    if found is None:
        return None
    first = _date(found.groups()[:5])
    last = _date(found.groups()[5:10]) if found.group(6) else first
    return (first, last) if first and last and first <= last else None


def span_in(texts: Iterable[str]) -> Span | None:
    """The one span of days that texts above a header name; None when they name none, or several different ones.

    >>> span_in(["统计时间：2026-11-01 至 2026-11-07", "导出时间：2026-11-08 09:00:00"])
    (datetime.date(2026, 11, 1), datetime.date(2026, 11, 7))
    """
    spans = {s for t in texts if not _NEWS.search(t) for m in _TEXT.finditer(t) if (s := _span(m))}
    return spans.pop() if len(spans) == 1 else None


def span_of_name(name: str) -> Span | None:
    """The days in a file's name.

    >>> span_of_name("【生意参谋平台】商品_全部_2026-06-01_2026-06-07.xls")
    (datetime.date(2026, 6, 1), datetime.date(2026, 6, 7))
    >>> span_of_name("商品报表_20260701_110309.csv") is None
    True
    """
    return span_in([_MOMENT.sub(" ", name)])


def day_columns(column: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """First day, last day and failure of each cell; each different text is read once."""
    texts = column.drop_nulls().unique().to_list()
    spans = {text: span_of(text) for text in texts}
    firsts = {t: s[0] if s else None for t, s in spans.items()}
    lasts = {t: s[1] if s else None for t, s in spans.items()}
    first = column.replace_strict(firsts, default=None, return_dtype=pl.Date)
    last = column.replace_strict(lasts, default=None, return_dtype=pl.Date)
    return first, last, column.is_not_null() & first.is_null()
