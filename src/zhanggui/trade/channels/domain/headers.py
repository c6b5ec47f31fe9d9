"""Header texts made comparable, so that a file is known by its set of headers, never by name or position."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_SAME_SIGN = str.maketrans({"帐": "账", "劵": "券"})


@lru_cache(maxsize=65_536)
def normal(text: str) -> str:
    """A header as it is compared: half-width signs, no blanks, case folded, 帐 read as 账.

    >>> normal(" 收货地址 ") == normal("收货地址")
    True
    >>> normal("商家应收金额(元)（支付金额）")
    '商家应收金额(元)(支付金额)'
    >>> normal("动帐流水号"), normal("商品Id")
    ('动账流水号', '商品id')
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SAME_SIGN)
    return "".join(ch for ch in folded if not ch.isspace() and ch not in "\ufeff\u200b'\"`")


def unique(headers: list[str]) -> list[str]:
    """Normalised headers with later repeats numbered (``备注``, ``备注#2``), so that no column hides another."""
    seen: dict[str, int] = {}
    result = []
    for header in headers:
        key = normal(header)
        seen[key] = seen.get(key, 0) + 1
        result.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return result


#: Currencies of the markets whose exports name them in headers or cells.
CURRENCIES = frozenset(
    ("CNY", "USD", "EUR", "GBP", "JPY", "CAD", "AUD", "NZD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "TRY", "INR",
     "AED", "SAR", "EGP", "ZAR", "BRL", "MXN", "CLP", "COP", "PEN", "ARS", "KRW", "TWD", "HKD", "SGD", "MYR", "THB",
     "VND", "PHP", "IDR")
)  # fmt: skip
_IN_HEADER = re.compile(r"\(([a-z]{3})\)$")


def without_currency(header: str) -> str:
    """A normalised header less the currency some markets append.

    >>> without_currency("totaldiscount(php)"), without_currency("weight(kg)"), without_currency("a(abc)")
    ('totaldiscount', 'weight(kg)', 'a(abc)')
    """
    found = _IN_HEADER.search(header)
    return header[: found.start()] if found and found.group(1).upper() in CURRENCIES else header


def currency_of(headers: Sequence[str]) -> str | None:
    """The one currency that normalised headers name; None when they name none or several.

    >>> currency_of(["orderid", "dealprice(php)", "subtotal(php)"])
    'PHP'
    """
    named = {m.group(1).upper() for h in headers if (m := _IN_HEADER.search(h))} & CURRENCIES
    return named.pop() if len(named) == 1 else None
