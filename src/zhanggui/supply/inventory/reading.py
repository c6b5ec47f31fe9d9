"""Stock tables that people bring: csv or xlsx, Chinese or English heads, every cell as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

HEADS: Final = {
    "sku": ("sku", "code", "商家编码", "商品编码", "规格编码", "货号", "sku编码", "商家sku"),
    "qty": ("qty", "quantity", "stock", "on_hand", "数量", "库存", "实盘数量", "现有库存", "库存数量", "期初数量"),
    "unit": ("unit", "单位"),
    "place": ("place", "warehouse", "bin", "仓库", "库位", "货位"),
    "lot": ("lot", "batch", "批次", "批号"),
    "expires_on": ("expires_on", "expiry", "expires", "有效期", "到期日", "有效期至"),
    "cost": ("cost", "unit_cost", "成本", "单位成本", "成本价", "进价"),
    "name": ("name", "title", "名称", "商品名称", "品名"),
}


class BadTable(Exception):
    """A file that is no stock table; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row as written; ``row`` is its number in the file, the head being 1 unless lines stand above it."""

    row: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def read(path: Path, name: str = "") -> list[TableRow]:
    """The rows below the first line that has a SKU and a quantity column; empty rows are left out."""
    ending = Path(name or path.name).suffix.lower()
    try:
        lines = list(_sheet(path) if ending in (".xlsx", ".xls", ".ods") else _text(path))
    except BadTable:
        raise
    except Exception as error:
        raise BadTable(_("This file cannot be read as a table.")) from error
    known = {head: column for column, heads in HEADS.items() for head in heads}
    for number, line in enumerate(lines[:20]):
        heads = [known.get(cell.strip().lower().replace(" ", "_"), "") for cell in line]
        if "sku" in heads and "qty" in heads:
            rows = []
            for offset, cells in enumerate(lines[number + 1 :], number + 2):
                found = {h: c.strip() for h, c in zip(heads, cells, strict=False) if h}
                if any(c.strip() for c in cells):
                    rows.append(TableRow(offset, found))
            return rows
    raise BadTable(_("A stock table needs a column for the SKU and one for the quantity."))


def _text(path: Path) -> Iterator[list[str]]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        first = text.split("\n", 1)[0]
        yield from csv.reader(io.StringIO(text), delimiter="\t" if first.count("\t") > first.count(",") else ",")
        return
    raise BadTable(_("This file cannot be read as a table."))


def _sheet(path: Path) -> Iterator[list[str]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False):
        yield [_cell(value) for value in row]


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
