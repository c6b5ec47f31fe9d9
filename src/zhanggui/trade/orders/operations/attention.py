"""What people do about one order: notes, holds, and looking at personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.audit import operations as audit
from zhanggui.foundation.vault import operations as vault
from zhanggui.trade.orders.models import Contact, Hold, Note, Order
from zhanggui.trade.orders.operations.errors import AlreadyHeld, EmptyText, NotHeld, UnknownOrder
from zhanggui.trade.orders.operations.refunds import refresh_flags

LONGEST_TEXT = 2_000


def _locked(order_id: int, shop_ids: frozenset[int]) -> Order:
    order = Order.objects.select_for_update().filter(pk=order_id, shop_id__in=shop_ids).first()
    if order is None:
        raise UnknownOrder(order_id)
    return order


def _words(text: str) -> str:
    text = text.strip()
    if not text:
        raise EmptyText("say why in a few words")
    return text[:LONGEST_TEXT]


def add_note(
    *, order_id: int, shop_ids: frozenset[int], actor_id: int | None, text: str, at: datetime | None = None
) -> int:
    """Write a note on an order and return its id. Notes are never changed or removed.

    Raises :class:`UnknownOrder`, :class:`EmptyText`.
    """
    words = _words(text)
    with transaction.atomic():
        order = _locked(order_id, shop_ids)
        note = Note.objects.create(order=order, text=words, author_id=actor_id, created_at=at or timezone.now())
        audit.record(actor_id=actor_id, action="order.noted", subject=f"order:{order_id}", detail={"note": note.pk})
    return int(note.pk)


def set_hold(
    *, order_id: int, shop_ids: frozenset[int], actor_id: int | None, reason: str, at: datetime | None = None
) -> None:
    """Stop an order: automatic acts leave it alone until it is released.

    Raises :class:`UnknownOrder`, :class:`AlreadyHeld`, :class:`EmptyText`.
    """
    words = _words(reason)
    with transaction.atomic():
        order = _locked(order_id, shop_ids)
        if order.held:
            raise AlreadyHeld(f"order {order.order_no} is held already")
        Hold.objects.create(order=order, reason=words, placed_by_id=actor_id, placed_at=at or timezone.now())
        _set_held(order, held=True)
        audit.record(actor_id=actor_id, action="order.held", subject=f"order:{order_id}", detail={"reason": words})


def release_hold(*, order_id: int, shop_ids: frozenset[int], actor_id: int | None, at: datetime | None = None) -> None:
    """Let a held order go on. A hold that the channel itself reports stays. Raises :class:`UnknownOrder`,
    :class:`NotHeld`."""
    with transaction.atomic():
        order = _locked(order_id, shop_ids)
        hold = Hold.objects.filter(order=order, released_at__isnull=True).first()
        if hold is None:
            raise NotHeld(f"order {order.order_no} is not held")
        hold.released_by_id, hold.released_at = actor_id, at or timezone.now()
        hold.save(update_fields=["released_by", "released_at"])
        _set_held(order, held=False)
        audit.record(actor_id=actor_id, action="order.released", subject=f"order:{order_id}", detail={"hold": hold.pk})


def _set_held(order: Order, *, held: bool) -> None:
    Order.objects.filter(pk=order.pk).update(held=held)
    refresh_flags(pl.Series("id", [order.pk], dtype=pl.Int64))


def reveal_contact(*, order_id: int, shop_ids: frozenset[int], actor_id: int | None, reason: str) -> dict[str, Any]:
    """The personal fields of an order in clear; every look leaves an audit line with its reason.

    Whether the actor may look (``contact.reveal``) is for the caller to ask before. Empty when the order carries
    none. Raises :class:`UnknownOrder`, :class:`EmptyText`.
    """
    words = _words(reason)
    with transaction.atomic():
        if not Order.objects.filter(pk=order_id, shop_id__in=shop_ids).exists():
            raise UnknownOrder(order_id)
        sealed = Contact.objects.filter(order_id=order_id).values_list("sealed", flat=True).first()
        clear = vault.open_sealed(sealed) if sealed else {}
        detail = {"reason": words, "fields": sorted(clear)}
        audit.record(actor_id=actor_id, action="contact.revealed", subject=f"order:{order_id}", detail=detail)
    return clear
