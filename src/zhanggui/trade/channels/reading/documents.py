"""JSON answers of platform interfaces, flattened into one table by the platform that knows their shape."""

from __future__ import annotations

import json
from pathlib import Path

from zhanggui.trade.channels.contracts import Unreadable
from zhanggui.trade.channels.platforms import FLATTENERS
from zhanggui.trade.channels.reading import containers
from zhanggui.trade.channels.reading.sheets import RowsTable

MAX_BYTES = 512 * 2**20


def open_document(path: Path, name: str) -> list[RowsTable]:
    """The document as a table: row 1 holds field names, row n+1 the n-th record.

    Numbers stay the texts they are written as, so that neither ids nor amounts pass through a float.
    """
    if path.stat().st_size > MAX_BYTES:
        raise containers.too_large(name)
    try:
        text = path.read_text(encoding="utf-8-sig" if _is_utf8(path) else "gb18030")
    except UnicodeDecodeError:
        raise containers.damaged(name) from None
    try:
        document = json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        documents = _json_lines(text)
        if documents is None:
            raise Unreadable(
                "damaged",
                f"「{name}」不是完整的 JSON，请重新导出后再导入。",
                f"“{name}” is not complete JSON; export it again and import that copy.",
            ) from None
        document = documents
    for flatten in FLATTENERS:
        records = flatten(document)
        if records is not None:
            names = list(dict.fromkeys(key for record in records for key in record))
            rows: list[list[object]] = [list(names)]
            rows.extend([record.get(key, "") for key in names] for record in records)
            return [RowsTable(rows, "", "utf-8")]
    raise Unreadable(
        "unknown_layout",
        f"没有认出「{name}」的 JSON 结构；能导入的是 WooCommerce、亚马逊等接口返回的订单。",
        f"The JSON layout of “{name}” is not known; order answers of WooCommerce or Amazon can be imported.",
    )


def _is_utf8(path: Path) -> bool:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _json_lines(text: str) -> list[object] | None:
    try:
        return [json.loads(line, parse_int=str, parse_float=str) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return None
