"""The goods file on its way out: every SKU, in the columns that come back."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from zhanggui.goods.catalog.domain.goodsfile import COLUMNS, write_attributes
from zhanggui.goods.catalog.queries.library import known_skus
from zhanggui.kernel.money import exponent

_TEXT = ("code", "product_code", "barcode")
_WIDTH = {"title": 48, "category": 28, "attributes": 40, "code": 18, "product_code": 18, "barcode": 16, "variant": 20}


def write_goods_file(path: Path, *, chinese: bool = True, sku_ids: Iterable[int] | None = None) -> int:
    """Write SKUs to an xlsx (all of them when ``sku_ids`` is None); returns how many. Codes are text, never numbers."""
    known, _barcodes = known_skus()
    wanted = None if sku_ids is None else set(sku_ids)
    book = xlsxwriter.Workbook(
        path,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    try:
        sheet = book.add_worksheet("商品" if chinese else "Goods")
        head, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for n, name in enumerate(COLUMNS):
            sheet.set_column(n, n, _WIDTH.get(name, 12), text if name in _TEXT else None)
        for n, pair in enumerate(COLUMNS.values()):
            sheet.write_string(0, n, pair[0] if chinese else pair[1], head)
        sheet.freeze_panes(1, 1)
        row = 0
        for known_sku in known.values():
            if wanted is not None and known_sku.sku_id not in wanted:
                continue
            row += 1
            for n, name in enumerate(COLUMNS):
                value = known_sku.values.get(name)
                if name == "attributes":
                    value = write_attributes(value or {})
                if value in (None, ""):
                    continue
                if name == "is_active":
                    word = ("是" if value else "否") if chinese else ("yes" if value else "no")
                    sheet.write_string(row, n, word)
                elif name == "weight_grams":
                    sheet.write_number(row, n, value)
                elif name == "cost":
                    digits = exponent(str(known_sku.values.get("cost_currency") or "CNY"))
                    sheet.write_string(row, n, f"{Decimal(value).scaleb(-digits):.{digits}f}")
                else:
                    sheet.write_string(row, n, str(value))
        return row
    finally:
        book.close()
