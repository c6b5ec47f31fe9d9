"""Many requests about reservations in one transaction, each answered for itself.

One request or thirty-two: the same code, the same rows. What a group saves is the waiting for the disk and the lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from zhanggui.supply.inventory.domain.holding import EXPIRE, RESERVE, Short, grant
from zhanggui.supply.inventory.store import pools, promised

#: Answers.
HELD, SHORT, CLOSED, NOTHING, REPLAYED, REUSED = "held", "short", "closed", "nothing", "replayed", "reused"


@dataclass(frozen=True, slots=True)
class Request:
    """``act`` is reserve, commit, release or expire. ``demand``: (item, units), for a reserve all of it or nothing,
    for a closing at most that much of what is open, or everything open of the order when empty."""

    act: str
    key: str
    order_ref: str
    demand: tuple[tuple[int, int], ...] = ()
    shop_id: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """``qty`` by item: what was reserved or closed."""

    status: str
    short: Short | None = None
    qty: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Hold:
    id: int
    item_id: int
    order_ref: str
    qty: int
    expires_at: Any
    was: int


_ENTRY: Final = ("kind", "item_id", "qty", "hold_id", "order_ref", "shop_id", "at", "expires_at", "key")
_TYPES: Final = ("text", "bigint", "bigint", "bigint", "text", "bigint", "timestamptz", "timestamptz", "text")


def groups(requests: Sequence[Request]) -> list[list[Request]]:
    """Requests cut so that nothing closes what the same group reserves: that row does not exist yet."""
    found: list[list[Request]] = [[]]
    reserved: set[str] = set()
    for request in requests:
        if request.act == RESERVE:
            reserved.add(request.order_ref)
        elif request.order_ref in reserved:
            found.append([])
            reserved = set()
        found[-1].append(request)
    return found


def apply(requests: Sequence[Request], now: datetime) -> list[Answer]:
    """Book a group in one transaction. Answers stand in the order of the requests.

    Locks the pools of every item involved. A key that was booked before is answered ``replayed`` when it says the
    same, ``reused`` when it says something else; a refusal is not remembered and is decided anew.
    """
    answers: list[Answer] = []
    for group in groups(requests):
        if group:
            answers += _apply(group, now)
    return answers


def _apply(requests: Sequence[Request], now: datetime) -> list[Answer]:
    closing = sorted({r.order_ref for r in requests if r.act != RESERVE})
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            items = {i for r in requests for i, _q in r.demand}
            items |= {h.item_id for h in _open(cursor, closing)}
            locked = pools.lock(items)
            holds = _open(cursor, closing)
            if any(h.item_id not in locked for h in holds):
                continue  # an order grew between the look and the lock: look again
            known = _known(cursor, [k for r in requests for k in _keys(r)])
            spoken = {}
            if any(r.act == RESERVE for r in requests):
                spoken = promised.held_back(cursor, locked, timezone.localdate(now))
            return _decide(cursor, requests, now, locked, holds, known, spoken)


def _keys(request: Request) -> list[str]:
    count = len(request.demand) if request.act == RESERVE else 1
    return [f"{request.key}#{n}" for n in range(count)]


def _decide(
    cursor: Any,
    requests: Sequence[Request],
    now: datetime,
    locked: dict[int, pools.PoolRow],
    holds: list[_Hold],
    known: dict[str, tuple[str, int, int, str]],
    spoken: dict[int, tuple[int, dict[str, int]]],
) -> list[Answer]:
    free = {i: p.on_hand - p.reserved - (spoken[i][0] if i in spoken else 0) for i, p in locked.items()}
    by_order: dict[str, list[_Hold]] = {}
    for hold in holds:
        by_order.setdefault(hold.order_ref, []).append(hold)
    moment = connection.ops.adapt_datetimefield_value(now)
    rows: list[tuple[Any, ...]] = []
    reserved: dict[int, int] = {}
    answers: list[Answer] = []
    for request in requests:
        repeated = _repeated(request, known)
        if repeated is not None:
            answers.append(repeated)
            continue
        if request.act == RESERVE:
            demand = dict(request.demand)
            short = _grant(request.order_ref, demand, free, spoken)
            if short is not None:
                answers.append(Answer(SHORT, short))
                continue
            until = connection.ops.adapt_datetimefield_value(request.expires_at) if request.expires_at else None
            for n, (item_id, qty) in enumerate(request.demand):
                key = f"{request.key}#{n}"
                rows.append((RESERVE, item_id, qty, None, request.order_ref, request.shop_id, moment, until, key))
                known[key] = (RESERVE, item_id, qty, request.order_ref)
                reserved[item_id] = reserved.get(item_id, 0) + qty
            answers.append(Answer(HELD, qty=demand))
        else:
            closed = _close(request, by_order.get(request.order_ref, []), now, moment, rows, known)
            for item_id, qty in closed.items():
                reserved[item_id] = reserved.get(item_id, 0) - qty
                free[item_id] = free.get(item_id, 0) + qty
            answers.append(Answer(CLOSED if closed else NOTHING, qty=closed))
    if rows:
        _write(cursor, rows, holds)
        pools.change(cursor, {i: (0, delta) for i, delta in reserved.items() if delta})
    return answers


def _grant(
    ref: str, demand: dict[int, int], free: dict[int, int], spoken: dict[int, tuple[int, dict[str, int]]]
) -> Short | None:
    """Take a demand out of what is free and what is held back for this very order."""
    own = {i: spoken[i][1].get(ref, 0) for i in demand if i in spoken}
    for i, qty in own.items():
        free[i] += qty
    short = grant(demand, free)
    for i, qty in own.items():
        rest = qty if short is not None else max(0, qty - demand[i])
        free[i] -= rest
        spoken[i][1][ref] = rest
    return short


def _repeated(request: Request, known: dict[str, tuple[str, int, int, str]]) -> Answer | None:
    first = known.get(f"{request.key}#0")
    if first is None:
        return None
    if request.act != RESERVE:
        same = first[0] == request.act and first[3] == request.order_ref
        return Answer(REPLAYED if same else REUSED)
    said = tuple((RESERVE, i, q, request.order_ref) for i, q in request.demand)
    booked = tuple(known.get(key) for key in _keys(request))
    return Answer(REPLAYED, qty=dict(request.demand)) if said == booked else Answer(REUSED)


def _close(
    request: Request,
    holds: list[_Hold],
    now: datetime,
    moment: Any,
    rows: list[tuple[Any, ...]],
    known: dict[str, tuple[str, int, int, str]],
) -> dict[int, int]:
    left = dict(request.demand)
    closed: dict[int, int] = {}
    n = 0
    for hold in holds:
        take = hold.qty if not request.demand else min(hold.qty, left.get(hold.item_id, 0))
        if request.act == EXPIRE and (hold.expires_at is None or hold.expires_at > now):
            take = 0
        if take <= 0:
            continue
        key = f"{request.key}#{n}"
        rows.append((request.act, hold.item_id, take, hold.id, hold.order_ref, request.shop_id, moment, None, key))
        known[key] = (request.act, hold.item_id, take, hold.order_ref)
        n += 1
        hold.qty -= take
        left[hold.item_id] = left.get(hold.item_id, 0) - take
        closed[hold.item_id] = closed.get(hold.item_id, 0) + take
    return closed


def _open(cursor: Any, order_refs: list[str]) -> list[_Hold]:
    columns = "SELECT entry_id, item_id, order_ref, qty, expires_at FROM inventory_openhold WHERE order_ref"
    found: list[_Hold] = []
    for start in range(0, len(order_refs), 500):
        part = order_refs[start : start + 500]
        cursor.execute(f"{columns} IN ({', '.join(['%s'] * len(part))}) ORDER BY entry_id", part)
        found += [
            _Hold(entry_id, item_id, ref, qty, _moment(until), qty)
            for entry_id, item_id, ref, qty, until in cursor.fetchall()
        ]
    return found


def _moment(value: Any) -> datetime | None:
    """SQLite gives moments back without their zone, which is UTC."""
    if value is None:
        return None
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _known(cursor: Any, keys: list[str]) -> dict[str, tuple[str, int, int, str]]:
    columns = "SELECT key, kind, item_id, qty, order_ref FROM inventory_reservationentry WHERE key"
    found: dict[str, tuple[str, int, int, str]] = {}
    if connection.vendor == "postgresql":
        cursor.execute(f"{columns} = ANY(%s)", [keys])
        return {row[0]: (row[1], row[2], row[3], row[4]) for row in cursor.fetchall()}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        cursor.execute(f"{columns} IN ({', '.join(['%s'] * len(part))})", part)
        found |= {row[0]: (row[1], row[2], row[3], row[4]) for row in cursor.fetchall()}
    return found


def _write(cursor: Any, rows: list[tuple[Any, ...]], holds: list[_Hold]) -> None:
    names = ", ".join(_ENTRY)
    opened = "(entry_id, item_id, order_ref, shop_id, qty, expires_at)"
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%s::{kind}[]" for kind in _TYPES)
        cursor.execute(
            f"WITH entry AS (INSERT INTO inventory_reservationentry ({names})"  # noqa: S608  our own column names
            f" SELECT * FROM unnest({arrays}) RETURNING id, item_id, order_ref, shop_id, qty, expires_at, kind)"
            f" INSERT INTO inventory_openhold {opened}"
            " SELECT id, item_id, order_ref, shop_id, qty, expires_at FROM entry WHERE kind = 'reserve'",
            [list(column) for column in zip(*rows, strict=True)],
        )
    else:
        cursor.execute("SELECT coalesce(max(id), 0) FROM inventory_reservationentry")
        last = cursor.fetchone()[0]
        cursor.executemany(
            f"INSERT INTO inventory_reservationentry ({names}) VALUES ({', '.join(['%s'] * len(_ENTRY))})",  # noqa: S608
            rows,
        )
        cursor.execute(
            f"INSERT INTO inventory_openhold {opened} SELECT id, item_id, order_ref, shop_id, qty, expires_at"  # noqa: S608
            " FROM inventory_reservationentry WHERE id > %s AND kind = 'reserve'",
            [last],
        )
    gone = [(h.id,) for h in holds if h.qty == 0 and h.was]
    less = [(h.qty, h.id) for h in holds if 0 < h.qty < h.was]
    if gone:
        cursor.executemany("DELETE FROM inventory_openhold WHERE entry_id = %s", gone)
    if less:
        cursor.executemany("UPDATE inventory_openhold SET qty = %s WHERE entry_id = %s", less)
