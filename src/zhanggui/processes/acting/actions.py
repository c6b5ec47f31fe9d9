"""Hold and release orders, write a note on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Any

from django.utils.translation import gettext_noop
from pydantic import BaseModel, Field

from zhanggui.foundation.loop.contracts import (
    Action,
    Change,
    Done,
    Failed,
    Measurement,
    Result,
    Skipped,
    Who,
    Words,
    action,
    phrase,
    read_with,
    reader,
)
from zhanggui.processes.acting import measuring
from zhanggui.trade.orders import operations, queries
from zhanggui.trade.orders.contracts import OrderDetail

#: Until a room above registers a reader of all metrics, outcomes read the order book.
if reader() is None:
    read_with(measuring.read)

OrderIds = Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1, max_length=500)]
Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


class Orders(BaseModel):
    """Which orders, and why."""

    order_ids: OrderIds
    reason: Reason


class Text(BaseModel):
    """Which orders, and what to write on them."""

    order_ids: OrderIds
    text: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]


def _found(ids: Iterable[int], who: Who) -> list[OrderDetail]:
    """The orders by id; raises ``LookupError`` for one that is not there (for this person)."""
    found = []
    for order_id in dict.fromkeys(ids):
        detail = queries.order_detail(shop_ids=who.shop_ids, order_id=order_id)
        if detail is None:
            raise LookupError(f"there is no order {order_id} in these shops")
        found.append(detail)
    return found


def _now(order_id: str, who: Who) -> OrderDetail | None:
    return queries.order_detail(shop_ids=who.shop_ids, order_id=int(order_id))


def _hold(change: Change, reason: str, who: Who) -> Result:
    try:
        operations.set_hold(order_id=int(change.key), shop_ids=who.shop_ids, actor_id=who.actor_id, reason=reason)
    except operations.AlreadyHeld as error:
        return Skipped(str(error))
    except operations.UnknownOrder:
        return Failed("the order is not there")
    return Done()


def _release(change: Change, who: Who) -> Result:
    try:
        operations.release_hold(order_id=int(change.key), shop_ids=who.shop_ids, actor_id=who.actor_id)
    except operations.NotHeld as error:
        return Skipped(str(error))
    except operations.UnknownOrder:
        return Failed("the order is not there")
    return Done()


@action
class HoldOrders(Action[Orders]):
    """Automatic acts leave a held order alone until it is released."""

    code, title, permission, icon = "orders.hold", gettext_noop("Put orders on hold"), "orders.edit", "player-pause"
    Params = Orders

    def sentence(self, params: Orders) -> Words:
        return phrase("Put %(n)s order on hold", "Put %(n)s orders on hold", n=len(dict.fromkeys(params.order_ids)))

    def preview(self, params: Orders, who: Who) -> Iterable[Change]:
        for detail in _found(params.order_ids, who):
            if not detail.row.held:
                yield _line(detail, {"held": False}, {"held": True})

    def execute(self, params: Orders, change: Change, who: Who) -> Result:
        return _hold(change, params.reason, who)

    def read_back(self, params: Orders, change: Change, who: Who) -> Mapping[str, Any] | None:
        return _held(change, who)

    def undo(self, params: Orders, change: Change, who: Who) -> Result:
        return _release(change, who)


@action
class ReleaseOrders(Action[Orders]):
    """Let held orders go on; a hold of the platform ends there and is left out."""

    code, title, permission, icon = "orders.release", gettext_noop("Release held orders"), "orders.edit", "player-play"
    Params = Orders
    measures = Measurement("M151", window=timedelta(days=7), baseline=timedelta(days=14), good="down")

    def sentence(self, params: Orders) -> Words:
        return phrase("Release %(n)s held order", "Release %(n)s held orders", n=len(dict.fromkeys(params.order_ids)))

    def preview(self, params: Orders, who: Who) -> Iterable[Change]:
        for detail in _found(params.order_ids, who):
            if detail.row.held:
                yield _line(detail, {"held": True}, {"held": False})

    def execute(self, params: Orders, change: Change, who: Who) -> Result:
        return _release(change, who)

    def read_back(self, params: Orders, change: Change, who: Who) -> Mapping[str, Any] | None:
        return _held(change, who)

    def undo(self, params: Orders, change: Change, who: Who) -> Result:
        return _hold(change, params.reason, who)


@action
class NoteOrders(Action[Text]):
    """Write a note on orders. Notes are never removed: there is no way back, and nothing is harmed by one."""

    code, title, permission, icon = "notes.orders", gettext_noop("Write a note on orders"), "orders.edit", "note"
    Params = Text

    def sentence(self, params: Text) -> Words:
        n = len(dict.fromkeys(params.order_ids))
        return phrase("Write a note on %(n)s order", "Write a note on %(n)s orders", n=n)

    def preview(self, params: Text, who: Who) -> Iterable[Change]:
        for detail in _found(params.order_ids, who):
            count = _times(detail, params.text)
            yield Change(
                str(detail.row.id), detail.row.order_no, {"notes": count}, {"notes": count + 1}, detail.row.shop_id
            )

    def execute(self, params: Text, change: Change, who: Who) -> Result:
        operations.add_note(order_id=int(change.key), shop_ids=who.shop_ids, actor_id=who.actor_id, text=params.text)
        return Done()

    def read_back(self, params: Text, change: Change, who: Who) -> Mapping[str, Any] | None:
        detail = _now(change.key, who)
        return None if detail is None else {"notes": _times(detail, params.text)}


def _line(detail: OrderDetail, before: dict[str, Any], after: dict[str, Any]) -> Change:
    row = detail.row
    return Change(str(row.id), row.order_no, before, after, row.shop_id, row.buyer_paid, row.currency)


def _held(change: Change, who: Who) -> Mapping[str, Any] | None:
    detail = _now(change.key, who)
    return None if detail is None else {"held": detail.row.held}


def _times(detail: OrderDetail, text: str) -> int:
    """How often exactly this note stands on an order."""
    return sum(e.kind == "note" and e.text == text.strip() for e in detail.timeline)
