"""What holds for every file: exact cells, true row numbers, and bites of any size giving the same records."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from decimal import Decimal
from unittest.mock import patch

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from export_reading import Read, read, workbook
from zhanggui.kernel.money import exponent
from zhanggui.trade.channels.contracts import Unreadable
from zhanggui.trade.channels.domain import cells
from zhanggui.trade.channels.domain.mapping import profile
from zhanggui.trade.channels.reading import sheets, texts

MAPPING = profile(
    {
        "name": "property", "channel": "other", "kind": "orders",
        "columns": {"order_no": "No", "title": "Name", "qty": "Qty", "line_amount": "Amount", "created_at": "At"},
        "options": {"rows": "line", "line_id": "content", "decimal_comma": False, "zone": "UTC"},
    }
)  # fmt: skip
HEADER = ["No", "Name", "Qty", "Amount", "At"]
CURRENCIES = ["CNY", "USD", "JPY", "KWD"]


def series(*values: str | None) -> pl.Series:
    return pl.Series("x", list(values), dtype=pl.String)


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15), st.sampled_from(CURRENCIES))
def test_money_goes_in_and_comes_out(minor: int, currency: str) -> None:
    text = str(Decimal(minor).scaleb(-exponent(currency)))
    text = format(Decimal(text), "f")
    values, failed = cells.to_minor(series(text), currency)
    assert (values.to_list(), failed.to_list()) == ([minor], [False])


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12), st.sampled_from(["", "¥", "￥", "元", "CNY ", "RMB"]), st.booleans())
def test_money_in_all_its_clothes(minor: int, sign: str, brackets: bool) -> None:
    number = f"{Decimal(abs(minor)).scaleb(-2):,.2f}"
    text = f"{number}{sign}" if sign == "元" else f"{sign}{number}"
    if minor < 0:
        text = f"({text})" if brackets else f"-{text}"
    assert cells.to_minor(series(text), "CNY")[0].to_list() == [minor]
    swapped = text.replace(",", "_").replace(".", ",").replace("_", ".")
    assert cells.to_minor(series(swapped), "CNY", decimal_comma=True)[0].to_list() == [minor]


@settings(deadline=None)
@given(st.integers(10**15, 10**18), st.integers(1, 9))
def test_amounts_a_float_cannot_hold_stay_exact(whole: int, cents: int) -> None:
    values, failed = cells.to_minor(series(f"{whole // 1000}.{cents:02d}"), "CNY")
    assert not failed[0]
    assert values[0] == whole // 1000 * 100 + cents


@settings(deadline=None)
@given(st.text("0123456789", min_size=1, max_size=40), st.sampled_from(["{}", "\t{}", '="{}"', "'{}", " {} ", "`{}"]))
def test_ids_keep_every_digit(digits: str, wrapping: str) -> None:
    values, failed = cells.to_id(series(wrapping.format(digits)))
    assert (values.to_list(), failed.to_list()) == ([digits], [False])


@settings(deadline=None)
@given(st.integers(10**16, 10**30))
def test_ids_that_went_through_a_float_fail(number: int) -> None:
    for text in (f"{float(number):.3E}", f"{float(number):.14e}", f"{number}.0"):
        assert cells.to_id(series(text))[1].to_list() == [True]


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=20))
def test_no_text_breaks_a_conversion(values: list[str | None]) -> None:
    column = series(*values)
    for convert in (
        cells.to_id,
        cells.to_text,
        cells.to_int,
        lambda c: cells.to_minor(c, "CNY"),
        lambda c: cells.to_minor(c, "EUR", decimal_comma=True),
        lambda c: cells.to_utc(c, "Asia/Shanghai"),
    ):
        read_values, failed = convert(column)
        assert len(read_values) == len(failed) == len(values)
        # what failed has no value, and only what holds something can fail
        if convert is not cells.to_id:
            assert not any(f and v is not None for f, v in zip(failed, read_values, strict=True))
        assert not any(f and not (t or "").strip(" \t\r\n\u3000\ufeff") for f, t in zip(failed, values, strict=True))


names = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters='\n",;\t'), max_size=12)
lines = st.one_of(
    st.none(),
    st.tuples(
        st.integers(1, 30).map(lambda n: f"N{n}"),
        names.map(lambda t: f"商品{t}"),
        st.one_of(st.integers(0, 99).map(str), st.just("oops")),
        st.integers(0, 10**6).map(lambda n: f"{n // 100}.{n % 100:02d}"),
        st.sampled_from(["2024-01-01 10:00:00", "2024-02-30", "", "1970-01-01 08:00:00"]),
    ),
)


def as_csv(rows: list[tuple[str, ...] | None], end: str) -> str:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator=end)
    writer.writerow(HEADER)
    for row in rows:
        if row is None:
            sink.write(end)
        else:
            writer.writerow(row)
    return sink.getvalue()


def records(got: Read) -> tuple[list[tuple[object, ...]], list[tuple[int, str, str]]]:
    found = got.tables.get("lines")
    names = ("row", "order_no", "line_no", "title", "qty", "line_amount")
    kept = [] if found is None else list(found.select(names).iter_rows())
    return sorted(kept), sorted(got.refused())


def expected_rows(rows: list[tuple[str, ...] | None]) -> tuple[list[int], list[int]]:
    good, bad = [], []
    for at, row in enumerate(rows, 2):
        if row is not None:
            (bad if row[2] == "oops" or row[4] == "2024-02-30" else good).append(at)
    return good, bad


@settings(deadline=None, max_examples=20)
@given(st.lists(lines, min_size=1, max_size=40), st.sampled_from(["\n", "\r\n"]), st.integers(150, 2000))
def test_rows_are_true_and_bites_of_any_size_agree(rows: list[tuple[str, ...] | None], end: str, size: int) -> None:
    text = as_csv(rows, end)
    whole = records(read(text, layouts=[MAPPING]))
    good, bad = expected_rows(rows)
    assert [r[0] for r in whole[0]] == good
    assert [r[0] for r in whole[1]] == bad
    with patch.object(texts, "BLOCK", size):
        assert records(read(text, layouts=[MAPPING])) == whole
    for encoding in ("gb18030", "utf-16"):
        with patch.object(texts, "BLOCK", size):
            got = read(text.encode(encoding), layouts=[MAPPING])
        assert records(got) == whole


@settings(deadline=None, max_examples=12)
@given(st.lists(lines, min_size=1, max_size=30), st.integers(1, 7))
def test_workbooks_agree_with_text(rows: list[tuple[str, ...] | None], step: int) -> None:
    book = workbook({"S": [HEADER, *([] if row is None else list(row) for row in rows)]})
    whole = records(read(book, "a.xlsx", layouts=[MAPPING]))
    good, bad = expected_rows(rows)
    assert [r[0] for r in whole[0]] == good
    assert [r[0] for r in whole[1]] == bad
    with patch.object(sheets, "STEP", step):
        assert records(read(book, "a.xlsx", layouts=[MAPPING])) == whole


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(noise: bytes) -> None:
    got = None
    with suppress(Unreadable):
        got = read(as_csv([("N1", "a", "1", "1.00", "")], "\n").encode() + noise, layouts=[MAPPING])
    assert got is None or got.rows_read >= len(got.rejects)
