"""Cell texts to canonical values, one column at a time. Every function keeps the length of its column.

Each conversion returns ``(values, failed)``: ``failed`` marks cells that hold something which is not empty and cannot
be read exactly. Nothing is guessed: a damaged id, a third decimal or an impossible day is a failure, not a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl

from zhanggui.kernel.money import exponent
from zhanggui.trade.channels.domain.headers import CURRENCIES

#: Texts that mean "no value" in some platform's export.
EMPTY = ("", "-", "--", "—", "null", "NULL", "Null", "无", "None", "N/A", "#N/A", "无退款申请", "没有申请退款")
#: Moments that platforms write for "never".
NEVER = ("0001-01-01", "1970-01-01", "0000-00-00", "1900-01-00")

_BLANKS = " \t\r\n\v\f\u00a0\u2002\u2003\u2009\u202f\u3000\ufeff\u200b\u200e\u200f\u202a\u202c\u202d"
Column = tuple[pl.Series, pl.Series]


def clean(column: pl.Series) -> pl.Series:
    """Texts without wrapping: blanks and tabs stripped, ``="…"`` and leading ``'`` or `````  undone, empties null.

    Regular expressions run only over columns in which the wrapping occurs.
    """
    text = column.str.strip_chars(_BLANKS)
    first = text.str.slice(0, 1)
    if first.eq("=").any():
        text = text.str.replace(r'^="([^"]*)"$', "$1").str.strip_chars(_BLANKS)
    if first.is_in(["'", "`"]).any():
        text = text.str.replace(r"^['`]", "").str.strip_chars(_BLANKS)
    return text.set(text.is_in(EMPTY), None)


def _none_failed(column: pl.Series) -> pl.Series:
    return pl.repeat(False, len(column), dtype=pl.Boolean, eager=True)


def to_text(column: pl.Series) -> Column:
    text = clean(column)
    return text, _none_failed(text)


#: What a spreadsheet makes of a long number. A hexadecimal id may hold an ``e`` between digits and is none of these.
_ROUNDED = r"^[+-]?(\d(\.\d+)?[eE][+-]?\d{1,3}|\d+(\.\d+)?[eE]\+\d+|\d+\.\d+[eE]\d+)$"


def to_id(column: pl.Series) -> Column:
    """Ids stay text. ``123.0`` loses its ``.0``; ``2.026E+27`` and formula texts have lost digits and fail."""
    text = clean(column)
    failed = _none_failed(text)
    if text.str.contains(r"[.eE=]").any():
        text = text.str.replace(r"^(\d{1,15})\.0+$", "$1")
        failed = (
            text.str.contains(_ROUNDED) | text.str.contains(r"^\d{16,}\.\d*$") | text.str.starts_with("=")
        ).fill_null(False)
    return text, failed


def to_int(column: pl.Series) -> Column:
    text = clean(column)
    if text.str.contains(r"[.,，]").any():
        text = text.str.replace_all(r"[,，]", "").str.replace(r"^([+-]?\d+)\.0+$", "$1")
    values = text.cast(pl.Int64, strict=False)
    return values, text.is_not_null() & values.is_null()


_FOLDED = re.compile(r"^([¥￥]?\s*[+-]?[\d,，]*\.?\d+)\s*([万亿])\s*(元?)$")
_FOLDS = {"万": 10**4, "亿": 10**8}


def unfolded(column: pl.Series) -> pl.Series:
    """``1.2万`` as ``12000``: reports shorten large figures; what stands there is taken at its word."""
    folded = column.str.contains(r"[万亿]\s*元?$").fill_null(False)
    if not folded.any():
        return column

    def written_out(text: str) -> str:
        found = _FOLDED.match(text)
        if found is None:
            return text
        number = Decimal(re.sub(r"[¥￥\s,，]", "", found.group(1))) * _FOLDS[found.group(2)]
        return f"{number.normalize():f}"

    return pl.Series(column.name, [written_out(t) if f else t for t, f in zip(column, folded, strict=True)], pl.String)


def to_count(column: pl.Series) -> Column:
    """Numbers of people or events: whole, not negative, perhaps grouped or shortened (``1,234``, ``1.2万``)."""
    values, failed = to_int(unfolded(clean(column)))
    negative = (values < 0).fill_null(False)
    return values.set(negative, None), failed | negative


def to_rate(column: pl.Series, *, percent: bool = False) -> Column:
    """Ratios in millionths: ``3.21%`` and ``0.0321`` are 32100; ``percent``: bare numbers are percents."""
    text = clean(column)
    signed = text.str.ends_with("%").fill_null(False)
    bare = text.str.replace(r"\s*%$", "")
    values, failed = scaled(bare, 8)
    whole = signed if not percent else pl.Series([True]).new_from_index(0, len(text))
    divided = pl.select(pl.when(whole).then(values // 10_000).otherwise(values // 100)).to_series()
    return divided.alias(column.name), failed


_CLOCK = r"^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)$"
_SPOKEN = r"^(?:(\d+)\s*(?:小时|时|h))?\s*(?:(\d+)\s*(?:分钟|分|m|min))?\s*(?:(\d+(?:\.\d+)?)\s*(?:秒|s)?)?$"


def to_duration(column: pl.Series) -> Column:
    """Durations in milliseconds from seconds (``35.62``), clocks (``00:01:05``) and words (``1分5秒``)."""
    text = clean(column)
    parts = [text.str.extract(_CLOCK, i).fill_null(text.str.extract(_SPOKEN, i)) for i in (1, 2, 3)]
    known = text.str.contains(_CLOCK) | (text.str.contains(_SPOKEN) & text.str.contains(r"\d"))
    hours, minutes = (p.cast(pl.Int64, strict=False).fill_null(0) for p in parts[:2])
    seconds, _ = scaled(parts[2].fill_null("0"), 3)
    values = ((hours * 60 + minutes) * 60_000 + seconds).set(~known.fill_null(False), None)
    return values.alias(column.name), text.is_not_null() & values.is_null()


#: Currencies whose people group thousands by dots and hardly ever write decimals.
DOTTED = ("IDR", "VND", "CLP", "COP", "PYG")
_CODE = r"(?:RMB|Rp\.?|RM|R\$|S\$|NT\$|HK\$|US\$|[A-Z]{3})"
_POINT = r"^[+-]?(\d+|\d{1,3}([ \u00a0'’]\d{3})+|\d{1,3}([,，]\d{2,3})*[,，]\d{3})?(\.\d*)?$"
_COMMA = r"^[+-]?(\d+|\d{1,3}([. \u00a0'’]\d{3})+)?([,，]\d*)?$"
_DECIMAL_COMMA = re.compile(r"\d,\d{1,2}\D*$|\d\.\d{3},\d")
_DECIMAL_POINT = re.compile(r"\d\.\d{1,2}\D*$|\d,\d{3}\.\d|\d\.\d{4,}\D*$")
_GROUPING_DOTS = re.compile(r"(?<![\d.])\d{1,3}(\.\d{3})+(?![\d.,])")
_BESIDE = re.compile(r"^[^\w]*([A-Z]{3}|Rp)(?![A-Za-z])|(?<![A-Za-z])([A-Z]{3})[^\w]*$")


def uses_decimal_comma(texts: Sequence[str], currency: str) -> bool:
    """Whether a file writes ``1.234,56``, judged by its own amounts; a decimal point anywhere settles it against.

    >>> uses_decimal_comma(["1016,08", "-9,63"], "EUR"), uses_decimal_comma(["1,016.08", "12"], "EUR")
    (True, False)
    >>> uses_decimal_comma(["IDR 10.000", "7.500"], "IDR"), uses_decimal_comma(["10.000"], "USD")
    (True, False)
    """
    if any(_DECIMAL_POINT.search(t) for t in texts):
        return False
    if any(_DECIMAL_COMMA.search(t) for t in texts):
        return True
    dots = [t for t in texts if _GROUPING_DOTS.search(t)]
    return any(t.count(".") > 1 for t in dots) or (bool(dots) and currency in DOTTED)


def currency_beside(texts: Sequence[str]) -> str | None:
    """The one currency code written beside most amounts of a file; None when there is none or more than one."""
    dressed = [t for t in texts if t.strip("0123456789.,-+ ")]
    found = [m.group(1) or m.group(2) for t in dressed if (m := _BESIDE.search(t))]
    codes = {"IDR" if code == "Rp" else "CNY" if code == "RMB" else code for code in found} & CURRENCIES
    amounts = sum(1 for t in texts if any(ch in "123456789" for ch in t))
    return codes.pop() if len(codes) == 1 and len(found) * 2 >= amounts else None


def _plain_number(text: pl.Series, decimal_comma: bool, currency: str | None) -> pl.Series:
    """Digits with at most one leading minus and one decimal point, from the ways people write numbers.

    What is grouped oddly (``12,50`` where the point is decimal) or names another currency stays as it is and
    therefore fails later.
    """
    if not text.str.contains(r"[^0-9.\-]" if not decimal_comma else r"[^0-9\-]").any():
        return text
    bare = text.str.replace_all(r"[¥￥€£₫₱฿₩₹元]", "").str.strip_chars(_BLANKS)
    if bare.str.contains(r"[A-Za-z$]").any():
        if currency is not None:
            other = bare.str.contains(r"[A-Z]{3}") & ~bare.str.contains(_own_code(currency))
            bare = bare.set(other.fill_null(False), "?")
        bare = bare.str.replace(rf"^([-−–+(（]?)\s*{_CODE}\s*", "$1").str.replace(rf"\s*{_CODE}(\s*[)）]?)$", "$1")
        bare = bare.str.replace_all("$", "", literal=True).str.strip_chars(_BLANKS)
    negative = bare.str.contains(r"^\(.*\)$|^（.*）$").fill_null(False)
    bare = bare.str.replace(r"^[(（]\s*(.*?)\s*[)）]$", "$1").str.replace(r"^[−–]", "-")
    bare = bare.str.replace(r"^([+-])\s+", "$1")
    if decimal_comma:
        dotted = bare.str.contains(_COMMA)
        plain = bare.str.contains(r"^[+-]?\d+\.\d{1,2}$|^[+-]?\d+\.\d{4,}$")
        as_point = bare.str.replace_all(r"[. \u00a0'’]", "").str.replace(r"[,，]", ".")
        fine = pl.select(pl.when(dotted).then(as_point).when(plain).then(bare)).to_series()
    else:
        proper = bare.str.contains(_POINT)
        fine = bare.str.replace_all(r"[,， \u00a0'’]", "").set(~proper.fill_null(False), None)
    fine = fine.str.replace(r"^\+", "")
    return pl.select(
        pl.when(fine.is_null() | (fine == "")).then(text)
        .when(negative & ~fine.str.starts_with("-")).then(pl.concat_str([pl.lit("-"), fine]))
        .when(negative).then(text)
        .otherwise(fine)
    ).to_series()  # fmt: skip


def _own_code(currency: str) -> str:
    return {"CNY": "CNY|RMB"}.get(currency, currency)


def scaled(column: pl.Series, digits: int, *, decimal_comma: bool = False, currency: str | None = None) -> Column:
    """Decimal texts as whole numbers of 10⁻ᵈⁱᵍⁱᵗˢ, exactly.

    More digits than asked for fail, except for the tail that binary spreadsheets leave behind
    (``19.990000000000002``, ``174.0599999``): from six surplus digits on, or four that begin with three zeros or nines,
    the value is rounded half up.
    """
    text = _plain_number(unfolded(clean(column)), decimal_comma, currency)
    sound = text.str.contains(r"^-?(\d+\.?\d*|\.\d+)$").fill_null(False)
    body = text.set(~sound, None)
    negative = body.str.starts_with("-").fill_null(False)
    parts = body.str.strip_chars_start("-").str.split_exact(".", 1).struct.unnest()
    whole, fraction = parts.to_series(0), parts.to_series(1).fill_null("")
    surplus = fraction.str.slice(digits)
    kept = fraction.str.slice(0, digits).str.pad_end(digits, "0")
    value = (whole + kept).set(whole.is_null(), None).cast(pl.Int64, strict=False)
    inexact = surplus.str.strip_chars_end("0").ne("")
    if inexact.any():
        # the shorter tail of a single-precision number: 174.0599999
        tail = (surplus.str.len_chars() >= 6) | surplus.str.contains(r"^(000|999)\d+$")
        up = (surplus.str.slice(0, 1).cast(pl.Int64, strict=False).fill_null(0) >= 5) & tail
        value = value + up.cast(pl.Int64)
        sound = sound & (~inexact | tail)
    value = value.set(~sound, None)
    value = pl.select(pl.when(negative).then(-value).otherwise(value)).to_series()
    return value, text.is_not_null() & value.is_null()


def to_minor(column: pl.Series, currency: str, *, decimal_comma: bool = False) -> Column:
    """Money texts to minor units of ``currency`` (¥, 元, grouping and accounting brackets understood).

    ``10.000`` of a currency grouped by dots fails in a file that writes decimal points: it may be ten or ten thousand.
    """
    values, failed = scaled(column, exponent(currency), decimal_comma=decimal_comma, currency=currency)
    if currency in DOTTED and not decimal_comma:
        unclear = column.str.contains(r"(^|[^\d.])\d{1,3}(\.\d{3})+\s*([^\d.,]|$)").fill_null(False)
        if unclear.any():
            values, failed = values.set(unclear, None), failed | unclear
    return values, failed


def to_minor_each(column: pl.Series, currencies: pl.Series, *, decimal_comma: bool = False) -> Column:
    """As :func:`to_minor` where every cell has its own currency: the exponent of ``currencies`` row by row."""
    codes = currencies.drop_nulls().unique().to_list()
    if len(codes) == 1:
        return to_minor(column, codes[0], decimal_comma=decimal_comma)
    values = pl.Series(column.name, [None], dtype=pl.Int64).new_from_index(0, len(column))
    failed = _none_failed(column)
    for code in codes:
        here = (currencies == code).fill_null(False)
        some, bad = to_minor(column.set(~here, None), code, decimal_comma=decimal_comma)
        values, failed = some.zip_with(here, values), failed | bad
    return values, failed


_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d%H%M%S",
    "%Y%m%d",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y",
    "%d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M",
    "%d %b %Y",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
)
_OFFSET_FORMATS = ("%Y-%m-%d %H:%M:%S %z", "%d.%m.%Y %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S%.f%z")
_FIXED_SINCE_1992 = {"Asia/Shanghai": 8, "UTC": 0, "Asia/Manila": 8, "Asia/Jakarta": 7, "Asia/Singapore": 8}


def to_utc(column: pl.Series, zone: str, formats: tuple[str, ...] = ()) -> Column:
    """Moments to UTC. Texts without an offset take ``zone``; the platforms' "never" sentinels become null.

    ``formats`` are tried first (needed where day and month could be confused). A wall-clock time that
    a change to summer time skips fails; one that occurs twice is taken as the earlier.
    """
    text = clean(column)
    text = text.set(
        text.str.slice(0, 10).is_in(NEVER) | text.str.contains(r"^(0001|1)[-/]0?1[-/]0?1( |T|$)|^1970/0?1/0?1( |T|$)"),
        None,
    )
    result = pl.Series(column.name, [None] * len(text), dtype=pl.Datetime("us"))
    left = text
    for form in (*formats, *_FORMATS):
        if left.null_count() == len(left):
            break
        if form in ("%Y%m%d", "%Y%m%d%H%M%S"):
            width = 8 if form == "%Y%m%d" else 14
            source = left.set(~left.str.contains(rf"^\d{{{width}}}$").fill_null(False), None)
        else:
            source = left
        found = source.str.to_datetime(form, time_unit="us", strict=False, exact=True)
        if found.null_count() < len(found):
            result = result.zip_with(result.is_not_null(), found)
            left = left.set(found.is_not_null(), None)
    hours = _FIXED_SINCE_1992.get(zone)
    if hours is not None and (result.is_null() | (result.dt.year() >= 1992)).all():
        utc = result.dt.offset_by(f"-{hours}h") if hours else result
        utc = utc.dt.replace_time_zone("UTC")
    else:
        ZoneInfo(zone)
        utc = result.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
    if left.null_count() < len(left):
        fixed = left.str.replace(r" ?(Z|UTC|GMT)$", "+0000").str.replace(r"([+-]\d{2}):(\d{2})$", "$1$2")
        for form in _OFFSET_FORMATS:
            if fixed.null_count() == len(fixed):
                break
            source = fixed.str.replace(r" ?([+-]\d{4})$", " $1" if " %z" in form else "$1")
            found = source.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False, exact=True)
            utc = utc.zip_with(utc.is_not_null(), found)
            left = left.set(found.is_not_null(), None)
            fixed = fixed.set(found.is_not_null(), None)
    sane = utc.is_null() | ((utc.dt.year() >= 1990) & (utc.dt.year() <= 2100))
    utc = utc.set(~sane, None)
    return utc, (text.is_not_null() & utc.is_null())


def to_flag(
    column: pl.Series, yes: tuple[str, ...] = ("是", "Y", "y", "yes", "Yes", "true", "True", "TRUE", "1", "赠品")
) -> Column:
    text = clean(column)
    return text.is_in(list(yes)), _none_failed(text)
