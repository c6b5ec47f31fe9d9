"""What shops are offered, what they were written, how far their orders are known; and what could not be booked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zhanggui.supply.inventory.contracts import SentOffer
from zhanggui.supply.inventory.domain import exposure as exposing
from zhanggui.supply.inventory.domain import sharing
from zhanggui.supply.inventory.models import ChannelRule, Followed, HeardOrder, Hearing, Item, Offer, Trouble
from zhanggui.supply.inventory.operations.errors import BadRule, KeyReused
from zhanggui.supply.inventory.operations.items import item_of
from zhanggui.supply.inventory.queries.offering import available_to_sell
from zhanggui.supply.inventory.store import pools, promised

OURS: Final = "push"
READ: Final = "read"


class WriteInFlight(BadRule):
    """The last quantity written to this shop has neither been answered nor can it be given up yet."""


class MoreThanFree(BadRule):
    """A write that could let two buyers have the same piece. ``most``: what may be written now."""

    def __init__(self, sku: str, qty: int, most: int) -> None:
        text = _("%(sku)s: %(qty)d cannot be shown there; %(most)d are free beside what shops may still sell.")
        super().__init__(text % {"sku": sku, "qty": qty, "most": most})
        self.sku, self.qty, self.most = sku, qty, most


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
    item = item_of(sku) if sku else None
    with transaction.atomic():
        shown = Offer.objects.filter(shop_id=shop_id, closed=False)
        ids = [item.id] if item else sorted(set(shown.values_list("item_id", flat=True)))
        pooled = pools.lock(ids)
        before = _beyond(pooled)
        ChannelRule.objects.update_or_create(
            shop_id=shop_id,
            item=item,
            defaults={
                "mode": mode, "weight": weight, "exclusive_qty": exclusive_qty, "buffer_qty": buffer_qty,
                "silent_after_minutes": silent_after_minutes, "gone_after_minutes": gone_after_minutes,
            },
        )  # fmt: skip
        for item_id, beyond in _beyond(pooled).items():
            if beyond > max(0, before.get(item_id, 0)):
                code = Item.objects.values_list("code", flat=True).get(pk=item_id)
                text = _("%(sku)s: %(beyond)d pieces would be promised twice; write 0 to the shop first.")
                raise BadRule(text % {"sku": code, "beyond": beyond})


def _beyond(pooled: dict[int, pools.PoolRow]) -> dict[int, int]:
    """Pieces spoken for by strict shops that the locked pools do not hold; below zero: pieces still free."""
    with connection.cursor() as cursor:
        spoken = promised.held_back(cursor, pooled, timezone.localdate())
    return {i: whole - (pooled[i].on_hand - pooled[i].reserved) for i, (whole, _own) in spoken.items()}


def note_hearing(*, shop_id: int, heard_through: datetime) -> None:
    """Every order of the shop placed before ``heard_through`` has been taken in. Only ever moves forward."""
    with transaction.atomic():
        row, made = Hearing.objects.get_or_create(shop_id=shop_id, defaults={"heard_through": heard_through})
        if not made:
            Hearing.objects.filter(pk=row.pk, heard_through__lt=heard_through).update(heard_through=heard_through)


def note_order(*, shop_id: int, order_ref: str, placed_at: datetime, lines: dict[str, int]) -> None:
    """An order of a shop and what it takes of each SKU (bundles taken apart); an empty ``lines`` takes it back.

    Its pieces are no longer "unheard" but held back for it until they are promised or gone: nothing becomes free
    between hearing an order and booking it. Locks the pools of all it took and takes.
    """
    with transaction.atomic():
        _note_order(shop_id, order_ref, placed_at, lines)


def _note_order(shop_id: int, order_ref: str, placed_at: datetime, lines: dict[str, int]) -> None:
    items = dict(Item.objects.filter(code__in=lines).values_list("code", "id"))
    was = HeardOrder.objects.filter(shop_id=shop_id, order_ref=order_ref)
    pools.lock([*items.values(), *was.values_list("item_id", flat=True)])
    was.exclude(item_id__in=items.values()).delete()
    HeardOrder.objects.bulk_create(
        [
            HeardOrder(shop_id=shop_id, item_id=items[sku], order_ref=order_ref, qty=qty, placed_at=placed_at)
            for sku, qty in lines.items()
        ],
        update_conflicts=True,
        unique_fields=["shop", "item", "order_ref"],
        update_fields=["qty", "placed_at", "booked"],
    )


def send_offer(*, shop_id: int, sku: str, qty: int, key: str, now: datetime | None = None) -> int:
    """Note that a quantity is being written to a shop, before it is; returns the offer's id.

    Decided under the pool's lock, whatever the caller planned: one write at a time per shop and SKU
    (:class:`WriteInFlight`); a strict shop no more than is free beside everything strict shops may still sell and heard
    orders wait for, a shared one no more than is available (:class:`MoreThanFree`). Zero may always be written. The
    same key again is answered with the same offer.
    """
    now = now or timezone.now()
    if qty < 0:
        raise BadRule(_("A quantity is not below zero."))
    item = item_of(sku)
    with transaction.atomic():
        pool = pools.lock([item.id])[item.id]
        known = Offer.objects.filter(key=key).first()
        if known is not None:
            if (known.shop_id, known.item_id, known.qty) != (shop_id, item.id, qty):
                raise KeyReused(key)
            return known.id
        return _send(item, pool, shop_id, qty, key, now)


def _send(item: Item, pool: pools.PoolRow, shop_id: int, qty: int, key: str, now: datetime, kind: str = OURS) -> int:
    with connection.cursor() as cursor:
        found = promised.parts(cursor, [item.id])
        promised.forget(cursor, found)
        expired = promised.expired_of(cursor, [item.id], timezone.localdate(now)).get(item.id, 0)
    shops = found.get(item.id, {})
    mine = shops.get(shop_id) or promised.ShopPart()
    if not exposing.may_write(mine.writes, promised.micro(now), promised.FLIGHT):
        raise WriteInFlight(_("The last quantity written to this shop is still on its way."))
    free = pool.on_hand - pool.reserved - expired
    if _mode(shop_id, item.id) == sharing.STRICT:
        strict = [p for p in shops.values() if p.mode == sharing.STRICT]
        free -= sum(p.exposure + sum(p.unbooked.values()) for p in strict)
    if qty > max(0, free):
        raise MoreThanFree(item.code, qty, max(0, free))
    return Offer.objects.create(
        shop_id=shop_id, item=item, kind=kind, qty=qty, pool_version=pool.version, sent_at=now, key=key
    ).id


def _mode(shop_id: int, item_id: int) -> str:
    rules = ChannelRule.objects.filter(shop_id=shop_id)
    own = rules.filter(item_id=item_id).first() or rules.filter(item__isnull=True).first()
    return own.mode if own is not None else sharing.STRICT


def plan_and_send(
    *, sku: str, shop_ids: frozenset[int], key: str, by_hand: bool = False, now: datetime | None = None
) -> list[SentOffer]:
    """Plan one SKU over all shops and note the writes to those in ``shop_ids``, both under one lock. ``key`` with the
    shop names each write. ``by_hand``: as a file that may land until it is answered. Send what is returned, then
    :func:`answer_offer`."""
    now = now or timezone.now()
    item = item_of(sku)
    sent = []
    with transaction.atomic():
        pool = pools.lock([item.id])[item.id]
        plans = available_to_sell(shop_ids=shop_ids, skus=[sku], now=now)
        for one in (offer for plan in plans for offer in plan.offers if offer.push is not None):
            named = f"{key}:{one.shop_id}:{item.code}"
            if Offer.objects.filter(key=named).exists():
                continue
            assert one.push is not None
            offer_id = _send(item, pool, one.shop_id, one.push, named, now, promised.BY_HAND if by_hand else OURS)
            sent.append(SentOffer(offer_id, one.shop_id, one.shop, one.channel, item.code, one.push))
    return sent


def answer_offer(*, offer_id: int, taken: bool, now: datetime | None = None) -> str:
    """The channel said yes or no. No answer is no answer: leave the offer open and read the channel back later.

    Returns ``moved`` when stock has changed since the quantity was worked out: plan anew. Else ``taken`` or
    ``refused``. An answer that comes later than a write can land speaks of the moment at which it landed at the latest.
    """
    now = now or timezone.now()
    with transaction.atomic():
        offer = Offer.objects.select_related("item").get(pk=offer_id)
        pool = pools.lock([offer.item_id])[offer.item_id]
        rows = Offer.objects.filter(pk=offer_id, acked_at__isnull=True, refused=False)
        if taken:
            latest = offer.sent_at + timedelta(microseconds=promised.FLIGHT)
            rows.update(acked_at=now if offer.kind == promised.BY_HAND else min(now, latest))
        else:
            rows.update(refused=True)
    if pool.version != offer.pool_version:
        return "moved"
    return "taken" if taken else "refused"


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
        with connection.cursor() as cursor:
            found = promised.parts(cursor, [item.id])
        part = found.get(item.id, {}).get(shop_id) or promised.ShopPart()
        writes, heard = part.writes, part.heard
        open_writes = [w for w in writes if w.acked_at is None and not w.refused]
        expected = exposing.shown(writes, heard)
        if not open_writes and qty == expected:
            return "echo"
        if not open_writes and exposing.is_echo(writes, qty, promised.micro(asked_at), promised.FLIGHT):
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
