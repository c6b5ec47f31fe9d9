"""What is stale: the newest file of each kind of each shop, measured against the clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from zhanggui.desk.contracts import KindState, ShopState
from zhanggui.desk.domain import limits
from zhanggui.insight.metrics.contracts import FileCover

#: Kinds of file people bring, and what the import calls them. An item list tells of orders too.
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "orders": ("orders", "order_items"),
    "refunds": ("refunds",),
    "settlement": ("settlement", "ledger"),
}


def shop_states(shops: Iterable[tuple[int, str]], files: Iterable[FileCover], now: datetime) -> list[ShopState]:
    """``shops``: (id, channel). Every shop gets a state for each kind; ``never`` when no such file is known."""
    newest: dict[tuple[int, str], FileCover] = {}
    for f in files:
        kind = next((k for k, names in KINDS.items() if f.kind in names), None)
        if kind is not None:
            known = newest.get((f.shop_id, kind))
            if known is None or f.until > known.until:
                newest[f.shop_id, kind] = f
    return [ShopState(i, channel, tuple(_state(k, newest.get((i, k)), now) for k in KINDS)) for i, channel in shops]


def _state(kind: str, newest: FileCover | None, now: datetime) -> KindState:
    if newest is None:
        return KindState(kind, "never")
    age = now - newest.until
    late = age > limits.STALE_AFTER[kind]
    very = age > max(limits.VERY_STALE, limits.STALE_AFTER[kind] * 2)
    state = "very_late" if very else "late" if late else "ok"
    return KindState(kind, state, newest.until, newest.brought_at, newest.file_id, newest.name)


def reach(states: Iterable[ShopState]) -> datetime | None:
    """The moment up to which the data of every shop that is not late can be trusted; None when all are late."""
    fresh = [s.orders.until for s in states if s.orders.state == "ok" and s.orders.until is not None]
    return min(fresh) if fresh else None


def late_shops(states: Iterable[ShopState]) -> list[ShopState]:
    """Shops whose order files are late or were never brought, the longest first."""
    late = [s for s in states if s.orders.state != "ok"]
    return sorted(late, key=lambda s: (s.orders.until is not None, s.orders.until, s.shop_id))
