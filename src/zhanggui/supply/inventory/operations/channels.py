"""What shops are offered, what they were written, how far their orders are known; and what could not be booked."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zhanggui.supply.inventory.domain import exposure as exposing
from zhanggui.supply.inventory.models import ChannelRule, Followed, HeardOrder, Hearing, Item, Offer, Trouble
from zhanggui.supply.inventory.operations.errors import BadRule
from zhanggui.supply.inventory.operations.items import item_of
from zhanggui.supply.inventory.queries.offering import FLIGHT, micro, writes_of
from zhanggui.supply.inventory.store import pools

OURS: Final = "push"
READ: Final = "read"


class WriteInFlight(BadRule):
    """The last quantity written to this shop has neither been answered nor can it be given up yet."""


def put_channel_rule(
    *,
    shop_id: int,
    sku: str | None = None,
    mode: str = "strict",
    weight: int = 1,
    exclusive_qty: int | None = None,
    buffer_qty: int = 0,
    silent_after_minutes: int = 60,
    gone_after_minutes: int = 1440,
) -> None:
    """How much a shop is offered; without ``sku`` for everything. Raises :class:`BadRule`."""
    if mode not in ("strict", "shared") or weight < 0 or buffer_qty < 0 or (exclusive_qty or 0) < 0:
        raise BadRule(_("The share is strict or shared; weights and quantities are not below zero."))
    if not 0 <= silent_after_minutes < gone_after_minutes:
        raise BadRule(_("A shop is silent before it is gone."))
    ChannelRule.objects.update_or_create(
        shop_id=shop_id,
        item=item_of(sku) if sku else None,
        defaults={
            "mode": mode, "weight": weight, "exclusive_qty": exclusive_qty, "buffer_qty": buffer_qty,
            "silent_after_minutes": silent_after_minutes, "gone_after_minutes": gone_after_minutes,
        },
    )  # fmt: skip


def note_hearing(*, shop_id: int, heard_through: datetime) -> None:
    """Every order of the shop placed before ``heard_through`` has been taken in. Only ever moves forward."""
    with transaction.atomic():
        row, made = Hearing.objects.get_or_create(shop_id=shop_id, defaults={"heard_through": heard_through})
        if not made:
            Hearing.objects.filter(pk=row.pk, heard_through__lt=heard_through).update(heard_through=heard_through)


def note_order(*, shop_id: int, order_ref: str, placed_at: datetime, lines: dict[str, int]) -> None:
    """An order of a shop and what it takes of each SKU (bundles taken apart); an empty ``lines`` takes it back."""
    items = dict(Item.objects.filter(code__in=lines).values_list("code", "id"))
    HeardOrder.objects.filter(shop_id=shop_id, order_ref=order_ref).exclude(item_id__in=items.values()).delete()
    HeardOrder.objects.bulk_create(
        [
            HeardOrder(shop_id=shop_id, item_id=items[sku], order_ref=order_ref, qty=qty, placed_at=placed_at)
            for sku, qty in lines.items()
        ],
        update_conflicts=True,
        unique_fields=["shop", "item", "order_ref"],
        update_fields=["qty", "placed_at"],
    )


def send_offer(*, shop_id: int, sku: str, qty: int, key: str, now: datetime | None = None) -> int:
    """Note that a quantity is being written to a shop, before it is; returns the offer's id.

    One write at a time per shop and SKU: raises :class:`WriteInFlight`. Locks the pool, so that two planners cannot
    both spend the same slack; the caller has planned inside the same transaction or accepts that the plan is a
    moment old.
    """
    now = now or timezone.now()
    item = item_of(sku)
    with transaction.atomic():
        pool = pools.lock([item.id])[item.id]
        known = Offer.objects.filter(key=key).first()
        if known is not None:
            return known.id
        if not exposing.may_write(writes_of(shop_id, item.id), micro(now), FLIGHT):
            raise WriteInFlight(_("The last quantity written to this shop is still on its way."))
        return Offer.objects.create(
            shop_id=shop_id, item=item, kind=OURS, qty=qty, pool_version=pool.version, sent_at=now, key=key
        ).id


def answer_offer(*, offer_id: int, taken: bool, now: datetime | None = None) -> None:
    """The channel said yes or no. No answer is no answer: leave the offer open and read the channel back later."""
    now = now or timezone.now()
    if taken:
        Offer.objects.filter(pk=offer_id, acked_at__isnull=True, refused=False).update(acked_at=now)
    else:
        Offer.objects.filter(pk=offer_id, acked_at__isnull=True).update(refused=True)


def read_back(*, shop_id: int, sku: str, qty: int, key: str, asked_at: datetime, now: datetime | None = None) -> str:
    """What a shop was found to show between ``asked_at`` and now. Returns ``echo`` when it is what we wrote or
    expected,
    ``sold`` when it is less (orders we have not heard of), ``confirmed`` when a write had not been answered,
    ``foreign`` when somebody else's hand raised it. The last two are noted as shown. Twice is harmless."""
    now = now or timezone.now()
    item = item_of(sku)
    with transaction.atomic():
        pool = pools.lock([item.id])[item.id]
        if Offer.objects.filter(key=key).exists():
            return "echo"
        writes = writes_of(shop_id, item.id)
        heard = [
            exposing.Heard(micro(at), q)
            for at, q in HeardOrder.objects.filter(shop_id=shop_id, item=item).values_list("placed_at", "qty")
        ]
        open_writes = [w for w in writes if w.acked_at is None and not w.refused]
        expected = exposing.shown(writes, heard)
        if not open_writes and qty == expected:
            return "echo"
        if not open_writes and exposing.is_echo(writes, qty, micro(asked_at), FLIGHT):
            return "echo"
        if not open_writes and expected is not None and qty < expected:
            return "sold"
        Offer.objects.create(
            shop_id=shop_id, item=item, kind=READ, qty=qty, pool_version=pool.version, sent_at=asked_at, acked_at=now,
            key=key,
        )  # fmt: skip
    return "confirmed" if open_writes else "foreign"


def raise_trouble(
    *,
    kind: str,
    source: str,
    code: str = "",
    qty: int | None = None,
    detail: str = "",
    shop_id: int | None = None,
    now: datetime | None = None,
) -> None:
    """Something waits for a person: ``unmatched`` article, ``short`` order, ``beyond_book`` shipment. Listed once,
    until settled."""
    now = now or timezone.now()
    row, made = Trouble.objects.get_or_create(
        kind=kind,
        source=source,
        code=code,
        defaults={"shop_id": shop_id, "qty": qty, "detail": detail, "first_at": now, "last_at": now},
    )
    if not made:
        Trouble.objects.filter(pk=row.pk).update(last_at=now, settled_at=None, qty=qty, detail=detail)


def settle_trouble(*, source: str, kinds: tuple[str, ...] = (), now: datetime | None = None) -> int:
    """The cause of a trouble is gone."""
    found = Trouble.objects.filter(source=source, settled_at__isnull=True)
    found = found.filter(kind__in=kinds) if kinds else found
    return found.update(settled_at=now or timezone.now())


def follow(*, order_ref: str, digest: str) -> None:
    """Remember how an order stood when everything it says about stock had been booked."""
    Followed.objects.update_or_create(order_ref=order_ref, defaults={"digest": digest})


__all__ = ["FLIGHT", "WriteInFlight", "answer_offer", "follow", "note_hearing", "note_order", "put_channel_rule",
           "raise_trouble", "read_back", "send_offer", "settle_trouble"]  # fmt: skip
