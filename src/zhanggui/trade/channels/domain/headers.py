"""Header texts made comparable, so that a file is known by its set of headers, never by name or position."""

from __future__ import annotations

import unicodedata

_SAME_SIGN = str.maketrans({"帐": "账", "劵": "券"})


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
