"""Writes of stock, one function per use case."""

from zhanggui.supply.inventory.operations.channels import (
    MoreThanFree,
    WriteInFlight,
    answer_offer,
    follow,
    note_hearing,
    note_order,
    plan_and_send,
    put_channel_rule,
    raise_trouble,
    read_back,
    send_offer,
    settle_trouble,
)
from zhanggui.supply.inventory.operations.counting import classify, drop_count, open_count, post_count, record_count
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
from zhanggui.supply.inventory.operations.levels import apply_levels, plan_levels
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
    "AlreadyReversed", "BadRule", "CountClosed", "KeyReused", "MoreThanFree", "NotEnoughStock", "PeriodClosed",
    "Posted", "SamePerson", "StockError", "Stopped", "UnknownPlace", "UnknownSku", "WorldMoved", "WriteInFlight",
    "answer_offer", "apply_levels", "classify", "close_period", "drop_count", "ensure_places",
    "expire_reservations", "follow", "inspect_return", "move_goods", "note_hearing", "note_order", "open_count",
    "plan_and_send", "plan_levels", "post", "post_count", "put_alias", "put_bundle", "put_channel_rule",
    "put_item", "put_place", "quarantine_expired", "raise_trouble", "read_back", "receive_goods", "record_count",
    "release_order", "reserve_grouped", "reserve_order", "return_goods", "reverse_movement", "send_offer", "sentence",
    "settle_trouble", "ship_order",
]  # fmt: skip
