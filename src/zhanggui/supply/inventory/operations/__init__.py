"""Writes of stock, one function per use case."""

from zhanggui.supply.inventory.operations.errors import (
    AlreadyReversed,
    BadRule,
    CountClosed,
    KeyReused,
    NotEnoughStock,
    PeriodClosed,
    SamePerson,
    StockError,
    Stopped,
    UnknownPlace,
    UnknownSku,
    WorldMoved,
    sentence,
)
from zhanggui.supply.inventory.operations.items import ensure_places, put_alias, put_bundle, put_item, put_place
from zhanggui.supply.inventory.operations.ledger import (
    Posted,
    close_period,
    move_goods,
    post,
    quarantine_expired,
    receive_goods,
    reverse_movement,
)
from zhanggui.supply.inventory.operations.reserving import (
    expire_reservations,
    inspect_return,
    release_order,
    reserve_grouped,
    reserve_order,
    return_goods,
    ship_order,
)

__all__ = [
    "AlreadyReversed", "BadRule", "CountClosed", "KeyReused", "NotEnoughStock", "PeriodClosed", "Posted", "SamePerson",
    "StockError", "Stopped", "UnknownPlace", "UnknownSku", "WorldMoved", "close_period", "ensure_places",
    "expire_reservations", "inspect_return", "move_goods", "post", "put_alias", "put_bundle", "put_item", "put_place",
    "quarantine_expired", "receive_goods", "release_order", "reserve_grouped", "reserve_order", "return_goods",
    "reverse_movement", "sentence", "ship_order",
]  # fmt: skip
