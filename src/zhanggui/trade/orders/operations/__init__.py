"""Writes of the order book: one keyword-only function per use case."""

from zhanggui.trade.orders.operations.attention import add_note, release_hold, reveal_contact, set_hold
from zhanggui.trade.orders.operations.errors import (
    AlreadyHeld,
    EmptyText,
    NaiveMoment,
    NotHeld,
    UnknownGrain,
    UnknownOrder,
    UnknownShop,
)
from zhanggui.trade.orders.operations.record import record_batch
from zhanggui.trade.orders.operations.refunds import note_refunds
from zhanggui.trade.orders.store.bulk import OutsideTransaction, lock_shop_imports

__all__ = [
    "AlreadyHeld",
    "EmptyText",
    "NaiveMoment",
    "NotHeld",
    "OutsideTransaction",
    "UnknownGrain",
    "UnknownOrder",
    "UnknownShop",
    "add_note",
    "lock_shop_imports",
    "note_refunds",
    "record_batch",
    "release_hold",
    "reveal_contact",
    "set_hold",
]
