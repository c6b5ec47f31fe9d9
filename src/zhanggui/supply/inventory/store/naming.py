"""What codes mean: one statement for a whole group, so that thousands of requests a second do not each ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Named:
    """An item and what a piece of it takes from the shelf: (item, code, units); itself unless it is a bundle."""

    item_id: int
    parts: tuple[tuple[int, str, int], ...]


def resolve(cursor: Any, codes: Iterable[str]) -> dict[str, Named]:
    """Items by merchant code; unknown codes are left out."""
    wanted = sorted(set(codes))
    found: dict[str, tuple[int, list[tuple[int, str, int]]]] = {}
    text = (
        "SELECT i.code, i.id, c.item_id, p.code, c.qty FROM inventory_item i"
        " LEFT JOIN inventory_component c ON c.bundle_id = i.id LEFT JOIN inventory_item p ON p.id = c.item_id"
        " WHERE i.code"
    )
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        if connection.vendor == "postgresql":
            cursor.execute(f"{text} = ANY(%s)", [part])
        else:
            cursor.execute(f"{text} IN ({', '.join(['%s'] * len(part))})", part)
        for code, item_id, part_id, part_code, qty in cursor.fetchall():
            parts = found.setdefault(code, (item_id, []))[1]
            if part_id is not None:
                parts.append((part_id, part_code, qty))
    return {code: Named(item_id, tuple(parts) or ((item_id, code, 1),)) for code, (item_id, parts) in found.items()}


def demand(lines: Iterable[tuple[str, int]], named: dict[str, Named]) -> dict[int, int]:
    """Lines as item → units, bundles taken apart. Raises ``KeyError`` with the code that is unknown."""
    total: dict[int, int] = {}
    for code, qty in lines:
        for part_id, _code, each in named[code].parts:
            total[part_id] = total.get(part_id, 0) + each * qty
    return total


def codes_of(named: dict[str, Named]) -> dict[int, str]:
    return {part_id: code for one in named.values() for part_id, code, _qty in one.parts}
