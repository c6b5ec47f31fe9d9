"""What shops may still sell unheard of: the part of the shelf that is spoken for though nobody has ordered it yet.

Read under the lock of the pools it is exact, as far as the assumptions of ``docs/algorithms/oversell.md`` go. What has
been heard is read before the orders: an order that comes in between is then counted twice, never not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from zhanggui.supply.inventory.domain import exposure as exposing
from zhanggui.supply.inventory.domain import places, sharing

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: A write sent longer ago than this can land no more (an assumption of the guarantee). Microseconds.
FLIGHT: Final = 15 * 60 * 1_000_000


def micro(value: Any) -> int:
    """A moment as microseconds; SQLite gives moments back as text without their zone, which is UTC."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return ((found if found.tzinfo else found.replace(tzinfo=UTC)) - _EPOCH) // timedelta(microseconds=1)


#: The kind of an offer that a person carries to the channel as a file.
BY_HAND: Final = "file"


@dataclass(slots=True)
class ShopPart:
    """One shop and one item. ``unbooked``: order → pieces heard of that no ledger holds yet."""

    mode: str = sharing.STRICT
    writes: list[exposing.Write] = field(default_factory=list)
    offer_ids: list[int] = field(default_factory=list)
    heard: list[exposing.Heard] = field(default_factory=list)
    through: int | None = None
    unbooked: dict[str, int] = field(default_factory=dict)
    #: Rows of orders found to be held wholly by the ledgers.
    settled: list[int] = field(default_factory=list)

    @property
    def exposure(self) -> int:
        return exposing.exposure(self.writes, self.heard, self.through, FLIGHT)


Parts = dict[int, dict[int, ShopPart]]


def parts(cursor: Any, item_ids: Iterable[int]) -> Parts:
    """item → shop → what it was shown and what of it was heard; only shops that were ever written or read."""
    ids = sorted(set(item_ids))
    found: Parts = {}
    through = None
    for rows in _each(
        cursor, "SELECT id, shop_id, item_id, qty, sent_at, acked_at, refused, kind FROM inventory_offer"
        " WHERE NOT closed AND item_id", ids, " ORDER BY id",
    ):  # fmt: skip
        if rows and through is None:
            # heard first, orders after; a confirmation read a moment early only makes the answer more careful
            cursor.execute("SELECT shop_id, heard_through FROM inventory_hearing")
            through = {shop: micro(moment) for shop, moment in cursor.fetchall()}
        for offer_id, shop_id, item_id, qty, sent_at, acked_at, refused, kind in rows:
            part = found.setdefault(item_id, {}).setdefault(shop_id, ShopPart(through=(through or {}).get(shop_id)))
            acked = None if acked_at is None else micro(acked_at)
            part.writes.append(exposing.Write(qty, micro(sent_at), acked, bool(refused), kind == BY_HAND))
            part.offer_ids.append(offer_id)
    if found:
        _modes(cursor, found)
        _orders(cursor, found)
    return found


def held_back(cursor: Any, item_ids: Iterable[int], today: date) -> dict[int, tuple[int, dict[str, int]]]:
    """item → (pieces no stranger's order may be promised, order → pieces of these that are its own). Items that no shop
    shows are left out: nothing of them is spoken for."""
    found = parts(cursor, item_ids)
    expired = expired_of(cursor, found, today) if found else {}
    answer = {}
    for item_id, shops in found.items():
        strict = [p for p in shops.values() if p.mode == sharing.STRICT]
        own: dict[str, int] = {}
        for part in strict:
            for ref, qty in part.unbooked.items():
                own[ref] = own.get(ref, 0) + qty
        whole = sum(p.exposure for p in strict) + sum(own.values()) + expired.get(item_id, 0)
        answer[item_id] = whole, own
    return answer


def expired_of(cursor: Any, item_ids: Iterable[int], today: date) -> dict[int, int]:
    """Pieces on shelves that may not be sold any more."""
    kinds = ", ".join(["%s"] * len(places.SELLABLE))
    text = (
        "SELECT b.item_id, sum(b.qty) FROM inventory_balance b JOIN inventory_lot l ON l.id = b.lot_id"  # noqa: S608
        f" JOIN inventory_place p ON p.id = b.place_id WHERE b.qty > 0 AND p.kind IN ({kinds})"
        " AND l.expires_on <= %s AND b.item_id"
    )
    found: dict[int, int] = {}
    for rows in _each(cursor, text, sorted(item_ids), " GROUP BY b.item_id", [*sorted(places.SELLABLE), today]):
        found |= {item_id: int(qty) for item_id, qty in rows}
    return found


def forget(cursor: Any, found: Parts) -> None:
    """Mark what need not be read again. Call it under the lock only."""
    offers = [
        (part.offer_ids[i],)
        for shops in found.values()
        for part in shops.values()
        for i in exposing.needless(part.writes, part.through, FLIGHT)
    ]
    if offers:
        cursor.executemany("UPDATE inventory_offer SET closed = TRUE WHERE id = %s", offers)
    orders = [(row,) for shops in found.values() for part in shops.values() for row in part.settled]
    if orders:
        cursor.executemany("UPDATE inventory_heardorder SET booked = TRUE WHERE id = %s", orders)


def _modes(cursor: Any, found: Parts) -> None:
    cursor.execute("SELECT shop_id, item_id, mode FROM inventory_channelrule")
    rules = {(shop_id, item_id): mode for shop_id, item_id, mode in cursor.fetchall()}
    for item_id, shops in found.items():
        for shop_id, part in shops.items():
            part.mode = rules.get((shop_id, item_id)) or rules.get((shop_id, None)) or sharing.STRICT


def _orders(cursor: Any, found: Parts) -> None:
    first = {
        (shop_id, item_id): min(w.sent_at for w in part.writes)
        for item_id, shops in found.items()
        for shop_id, part in shops.items()
    }
    since = _EPOCH + timedelta(microseconds=min(first.values()))
    open_rows: list[tuple[int, int, int, str, int]] = []
    columns = "SELECT id, shop_id, item_id, order_ref, qty, placed_at, booked FROM inventory_heardorder"
    for rows in _each(
        cursor, f"{columns} WHERE (NOT booked OR placed_at >= %s) AND item_id", sorted(found), "",
        [connection.ops.adapt_datetimefield_value(since)],
    ):  # fmt: skip
        for row_id, shop_id, item_id, ref, qty, placed_at, booked in rows:
            part = found[item_id].get(shop_id)
            if part is None:
                continue
            at = micro(placed_at)
            if at >= first[shop_id, item_id]:
                part.heard.append(exposing.Heard(at, qty))
            if not booked:
                open_rows.append((row_id, shop_id, item_id, ref, qty))
    done = booked_of(cursor, {ref for _n, _s, _i, ref, _q in open_rows})
    for row_id, shop_id, item_id, ref, qty in open_rows:
        rest = qty - done.get((ref, item_id), 0)
        if rest > 0:
            found[item_id][shop_id].unbooked[ref] = rest
        else:
            found[item_id][shop_id].settled.append(row_id)


def booked_of(cursor: Any, refs: Iterable[str]) -> dict[tuple[str, int], int]:
    """(order, item) → pieces promised to it or gone to it."""
    wanted = sorted(refs)
    found: dict[tuple[str, int], int] = {}
    for table, text in (
        ("inventory_openhold", "SELECT order_ref, item_id, sum(qty) FROM inventory_openhold WHERE order_ref"),
        (
            "inventory_movement",
            "SELECT source, item_id, sum(qty) FROM inventory_movement m WHERE reason = 'sale' AND NOT EXISTS"
            " (SELECT 1 FROM inventory_movement r WHERE r.reverses_id = m.id) AND source",
        ),
    ):
        group = " GROUP BY order_ref, item_id" if table == "inventory_openhold" else " GROUP BY source, item_id"
        for rows in _each(cursor, text, wanted, group):
            for ref, item_id, qty in rows:
                found[ref, item_id] = found.get((ref, item_id), 0) + int(qty)
    return found


def _each(cursor: Any, text: str, values: list[Any], end: str = "", before: list[Any] | None = None) -> Any:
    for start in range(0, len(values), 500):
        part = values[start : start + 500]
        cursor.execute(f"{text} IN ({', '.join(['%s'] * len(part))}){end}", [*(before or []), *part])
        yield cursor.fetchall()
