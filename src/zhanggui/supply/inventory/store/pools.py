"""The one lock of stock: the pool row of every item a transaction touches, in the order of their ids, late, once.

PostgreSQL locks the rows (READ COMMITTED: what is read afterwards is what the other buyer left). SQLite has taken the
only write lock when the IMMEDIATE transaction began.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction


@dataclass(frozen=True, slots=True)
class PoolRow:
    on_hand: int
    reserved: int
    version: int


def lock(item_ids: Iterable[int]) -> dict[int, PoolRow]:
    """Lock and read the pools of items, making those that do not exist yet. Needs a transaction."""
    wanted = sorted(set(item_ids))
    if not wanted:
        return {}
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("stock is locked inside a transaction only")
    with connection.cursor() as cursor:
        found = read(cursor, wanted, for_update=True)
        missing = [i for i in wanted if i not in found]
        if missing:
            cursor.executemany(
                "INSERT INTO inventory_pool (item_id, on_hand, reserved, version) VALUES (%s, 0, 0, 0)"
                " ON CONFLICT (item_id) DO NOTHING",
                [(i,) for i in missing],
            )
            found = read(cursor, wanted, for_update=True)
    return found


def read(cursor: Any, wanted: list[int], *, for_update: bool = False) -> dict[int, PoolRow]:
    columns = "SELECT item_id, on_hand, reserved, version FROM inventory_pool"
    if connection.vendor == "postgresql":
        last = " FOR UPDATE" if for_update else ""
        cursor.execute(f"{columns} WHERE item_id = ANY(%s) ORDER BY item_id{last}", [wanted])
        return {row[0]: PoolRow(*row[1:]) for row in cursor.fetchall()}
    found: dict[int, PoolRow] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        cursor.execute(f"{columns} WHERE item_id IN ({', '.join(['%s'] * len(part))})", part)
        found |= {row[0]: PoolRow(*row[1:]) for row in cursor.fetchall()}
    return found


def change(cursor: Any, deltas: Mapping[int, tuple[int, int]]) -> None:
    """Add (on hand, reserved) to locked pools and count the change."""
    rows = [(on_hand, reserved, i) for i, (on_hand, reserved) in sorted(deltas.items())]
    if not rows:
        return
    if connection.vendor == "postgresql":
        on_hand, reserved, ids = (list(column) for column in zip(*rows, strict=True))
        cursor.execute(
            "UPDATE inventory_pool p SET on_hand = p.on_hand + d.on_hand, reserved = p.reserved + d.reserved,"
            " version = p.version + 1 FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])"
            " AS d(on_hand, reserved, item_id) WHERE p.item_id = d.item_id",
            [on_hand, reserved, ids],
        )
    else:
        cursor.executemany(
            "UPDATE inventory_pool SET on_hand = on_hand + %s, reserved = reserved + %s, version = version + 1"
            " WHERE item_id = %s",
            rows,
        )
