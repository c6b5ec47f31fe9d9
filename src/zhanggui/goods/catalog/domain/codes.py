"""Merchant codes and barcodes: one spelling, one check digit.

Sources: GS1 General Specifications §7.9 (check digit: weights 3, 1, 3, … from the right, modulo 10); ITF-14 is the
same sum over thirteen digits. A case code (ITF-14) with indicator 1–8 names a package of the inner GTIN.
"""

from __future__ import annotations

import unicodedata
from typing import Final

#: length → name of the symbol.
BARCODE_KINDS: Final = {8: "EAN-8", 12: "UPC-A", 13: "EAN-13", 14: "ITF-14"}
LONGEST_CODE: Final = 64


class BadCode(ValueError):
    """A code that cannot be used; ``reason`` is a stable word, ``value`` what was given."""

    def __init__(self, reason: str, value: str, **numbers: object) -> None:
        self.reason, self.value, self.numbers = reason, value, numbers
        more = ", ".join(f"{k}={v}" for k, v in numbers.items())
        super().__init__(f"{reason}: {value!r}{f' ({more})' if more else ''}")


def clean_code(text: str) -> str:
    """A merchant code as it is kept: NFKC, outer blanks and invisible characters gone, inner blanks single.

    Raises :class:`BadCode` (``empty``, ``too_long``, ``control``).

    >>> clean_code(" ＡＢ－0１\\u200b ")
    'AB-01'
    """
    plain = unicodedata.normalize("NFKC", text)
    if any(unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in plain):
        raise BadCode("control", text)
    plain = " ".join("".join(c for c in plain if unicodedata.category(c) != "Cf").split())
    if not plain:
        raise BadCode("empty", text)
    if len(plain) > LONGEST_CODE:
        raise BadCode("too_long", text[:80], length=len(plain), longest=LONGEST_CODE)
    return plain


def code_key(text: str) -> str:
    """What makes two codes the same code: letters in one case. ``ab-1`` and ``AB-1`` cannot both exist."""
    return clean_code(text).casefold()


def check_digit(body: str) -> int:
    """The GS1 check digit of the digits before it.

    >>> check_digit("400638133393")
    1
    """
    return -sum(int(d) * (3 if n % 2 == 0 else 1) for n, d in enumerate(reversed(body))) % 10


def clean_barcode(text: str) -> str:
    """Digits of a valid EAN-8, UPC-A, EAN-13 or ITF-14, blanks and hyphens gone.

    Raises :class:`BadCode`: ``not_digits``, ``length``, ``check_digit`` (with the digit that would be right).

    >>> clean_barcode("4006381-333931")
    '4006381333931'
    >>> clean_barcode("4006381333932")
    Traceback (most recent call last):
    ...
    zhanggui.goods.catalog.domain.codes.BadCode: check_digit: '4006381333932' (expected=1)
    """
    digits = "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c not in "-‐–")
    digits = "".join(c for c in digits if unicodedata.category(c) != "Cf")
    if not digits.isascii() or not digits.isdigit():
        raise BadCode("not_digits", text[:80])
    if len(digits) not in BARCODE_KINDS:
        raise BadCode("length", text[:80], length=len(digits))
    expected = check_digit(digits[:-1])
    if int(digits[-1]) != expected:
        raise BadCode("check_digit", text[:80], expected=expected)
    return digits


def barcode_key(digits: str) -> str:
    """The 14-digit GTIN, so that a UPC-A and the EAN-13 with a leading zero are one code."""
    return digits.zfill(14)


def variant_code(base: str, parts: tuple[str, ...]) -> str:
    """A code for a variant by rule: the product's code and the axis values, joined by ``-``.

    >>> variant_code("TS01", ("红 色", "XL"))
    'TS01-红色-XL'
    """
    pieces = ["".join(part.split()) for part in parts if part.strip()]
    return clean_code("-".join([base, *pieces]))
