"""Bulk files for a channel: rows of listings put into the columns of a layout."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from zhanggui.kernel.money import exponent

#: Fields a column can take; ``…_once`` fill the first row of a product only; ``=text`` is a fixed text.
FIELDS: Final = (
    "product_no", "product_code", "handle", "title", "title_once", "selling_point", "description", "description_once",
    "category", "category_once", "brand", "brand_once", "attributes", "option_name", "variant", "sku_code", "barcode",
    "price", "list_price", "weight_grams",
)  # fmt: skip
#: Words in the head of a template → the field it most likely wants; the first that fits.
_GUESSES: Final = (
    (r"商家编码|商品编码\(sku\)|sku编码|规格编码|variantsku|sellersku|merchantcode|outersku", "sku_code"),
    (r"条码|条形码|barcode|ean|upc|gtin", "barcode"),
    (r"货号|款号|spu编码|商品编码|productcode|parentsku", "product_code"),
    (r"商品id|宝贝id|产品id|productid|itemid|numiid", "product_no"),
    (r"标题|商品名称|宝贝名称|产品名称|title|productname|itemname", "title"),
    (r"卖点|副标题|广告词|subtitle|sellingpoint|bullet", "selling_point"),
    (r"描述|详情|description|body", "description"),
    (r"划线价|市场价|吊牌价|原价|compareat|listprice|msrp", "list_price"),
    (r"价格|售价|一口价|价$|price", "price"),
    (r"类目|分类|category", "category"),
    (r"品牌|brand|vendor", "brand"),
    (r"重量|weight|grams", "weight_grams"),
    (r"规格|颜色|尺码|variant|option1value|variation", "variant"),
    (r"属性|attributes?", "attributes"),
)


class BadLayout(ValueError):
    """A layout that cannot be used; ``reason`` says why."""

    def __init__(self, reason: str, value: str = "") -> None:
        self.reason, self.value = reason, value
        super().__init__(f"{reason} {value}")


@dataclass(frozen=True, slots=True)
class Layout:
    name: str
    format: str
    columns: tuple[tuple[str, str], ...]
    #: From the channel's own template or export; else our own sheet for typing in by hand.
    is_platform: bool = True


@dataclass(frozen=True, slots=True)
class SkuRow:
    """One SKU of a listing, in plain values; amounts are minor units of ``currency``."""

    values: Mapping[str, Any]
    currency: str
    first_of_product: bool


def guess(head: str) -> str:
    """The field a template's head most likely wants; empty when nothing fits."""
    plain = "".join(unicodedata.normalize("NFKC", head).casefold().split()).replace("_", "").replace("*", "")
    return next((field for pattern, field in _GUESSES if re.search(pattern, plain)), "")


def check(columns: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Columns that can be written. Raises :class:`BadLayout`: no columns, no code or title, an unknown field."""
    found = []
    for column in columns:
        if len(column) != 2 or not str(column[0]).strip():
            raise BadLayout("column_form", str(column)[:80])
        head, field = str(column[0]).strip(), str(column[1])
        if field and not field.startswith("=") and field not in FIELDS:
            raise BadLayout("field_unknown", field)
        found.append((head, field))
    taken = {field for _, field in found}
    if not taken & {"sku_code", "product_code", "product_no"} or not taken & {"title", "title_once", "price"}:
        raise BadLayout("nothing_to_say")
    return tuple(found)


def cells(layout: Layout, rows: Sequence[SkuRow]) -> Iterator[list[str]]:
    """The head line, then one line per SKU. Text that a spreadsheet would run as a formula is written as text."""
    yield [head for head, _ in layout.columns]
    for row in rows:
        yield [_cell(field, row) for _, field in layout.columns]


def _cell(field: str, row: SkuRow) -> str:
    if not field:
        return ""
    if field.startswith("="):
        return field[1:]
    once = field.endswith("_once")
    if once and not row.first_of_product:
        return ""
    value = row.values.get(field.removesuffix("_once"))
    if value is None:
        return ""
    if field in ("price", "list_price"):
        digits = exponent(row.currency)
        return f"{Decimal(value).scaleb(-digits):.{digits}f}"
    text = str(value)
    return f"'{text}" if text[:1] in "=+@" or (text[:1] == "-" and not text[1:2].isdigit()) else text
