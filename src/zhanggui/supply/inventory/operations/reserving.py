"""Promises: reserve, then commit, release or expire; each a row. Orders whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from zhanggui.supply.inventory.contracts import Held, Objection, Posting
from zhanggui.supply.inventory.domain.holding import COMMIT, EXPIRE, RELEASE, RESERVE
from zhanggui.supply.inventory.domain.picking import pick
from zhanggui.supply.inventory.models import Item, Lot, Movement, OpenHold, Place
from zhanggui.supply.inventory.operations.errors import KeyReused, NotEnoughStock, Stopped, UnknownSku
from zhanggui.supply.inventory.operations.ledger import Posted, post, stands_of
from zhanggui.supply.inventory.store import grouping, holds, naming, pools


def reserve_order(
    *,
    order_ref: str,
    lines: Mapping[str, int],
    key: str | None = None,
    shop_id: int | None = None,
    expires_at: datetime | None = None,
    now: datetime | None = None,
) -> Held:
    """Promise ``lines`` (SKU → base units) to an order, all of them or nothing. Bundles promise what is in them.

    ``key`` (default: the order) makes a second call harmless: it is answered ``replayed``. A refusal is an answer
    (``short``), not an error, and is decided anew next time. Raises :class:`UnknownSku`, :class:`KeyReused`,
    :class:`Stopped` for quantities below one.
    """
    request, codes = _reserve_request(order_ref, lines, key, shop_id, expires_at)
    return _held(holds.apply([request], now or timezone.now())[0], order_ref, request.key, codes)


def reserve_grouped(
    *,
    order_ref: str,
    lines: Mapping[str, int],
    key: str | None = None,
    shop_id: int | None = None,
    expires_at: datetime | None = None,
) -> Held:
    """As :func:`reserve_order`, for many clients after the same pieces: grouped into few durable transactions.

    Never call it inside a transaction of your own: the answer is final. Raises :class:`grouping.Unanswered` when the
    outcome is not known; the same key finds out.
    """
    _whole(lines)
    wish = grouping.Wish(order_ref, key or f"reserve:{order_ref}", tuple(lines.items()), shop_id, expires_at)
    try:
        answer, codes = grouping.queue(timezone.now).submit(wish)
    except grouping.UnknownCode as unknown:
        raise UnknownSku(str(unknown)) from None
    return _held(answer, order_ref, wish.key, codes)


def release_order(
    *, order_ref: str, lines: Mapping[str, int] | None = None, key: str | None = None, now: datetime | None = None
) -> dict[str, int]:
    """Take back what is still promised to an order, or so much of it as ``lines`` says; returns SKU → units released.

    Nothing open is nothing to do. With ``lines`` give a ``key``, or calling twice releases twice.
    """
    return _close(RELEASE, order_ref, lines, key, now)


def expire_reservations(*, now: datetime | None = None, limit: int = 500) -> int:
    """Close reservations whose time is up; returns how many orders were touched. Harmless at any time."""
    now = now or timezone.now()
    refs = (
        OpenHold.objects.filter(expires_at__lte=now).order_by("expires_at").values_list("order_ref", flat=True)[:limit]
    )
    requests = [holds.Request(EXPIRE, f"expire:{ref}:{now.isoformat()}", ref) for ref in sorted(set(refs))]
    answers = holds.apply(requests, now)
    return sum(1 for a in answers if a.status == holds.CLOSED)


def ship_order(
    *,
    order_ref: str,
    lines: Mapping[str, int],
    key: str | None = None,
    shop_id: int | None = None,
    occurred_at: datetime | None = None,
    today: date | None = None,
    actor_id: int | None = None,
    now: datetime | None = None,
) -> Posted:
    """Goods of an order have left: its promise is committed as far as there is one, and they are booked from the
    shelves to the customer, first expired first out.

    ``key`` (default: the order) makes a second call harmless. Raises :class:`NotEnoughStock` when the book does not
    hold what is said to have left (then count), :class:`UnknownSku`, :class:`PeriodClosed`.
    """
    now = now or timezone.now()
    today = today or timezone.localdate(now)
    key = key or f"ship:{order_ref}"
    demand, codes = _demand(lines)
    with transaction.atomic():
        pools.lock(demand)
        if Movement.objects.filter(key__startswith=f"{key}#").exists():
            return Posted((), 0, len(demand))
        request = holds.Request(COMMIT, key, order_ref, tuple(sorted(demand.items())), shop_id)
        answer = holds.apply([request], now)[0]
        if answer.status == holds.REUSED:
            raise KeyReused(key)
        postings: list[Posting] = []
        for item_id, qty in sorted(demand.items()):
            taken, lacking = pick(stands_of(item_id), qty, today)
            if lacking:
                raise NotEnoughStock(codes[item_id], "*", qty - lacking, qty)
            lots = dict(Lot.objects.filter(id__in=[s.lot_id for s in taken]).values_list("id", "code"))
            shelves = dict(Place.objects.filter(id__in=[s.place_id for s in taken]).values_list("id", "code"))
            for stand in taken:
                postings.append(
                    Posting(
                        codes[item_id], stand.qty, shelves[stand.place_id], "CUSTOMER", "sale", order_ref,
                        f"{key}#{len(postings)}", occurred_at or now, lots[stand.lot_id],
                    )
                )  # fmt: skip
        return post(postings=postings, actor_id=actor_id, now=now)


def return_goods(
    *,
    order_ref: str,
    lines: Mapping[str, int],
    key: str,
    lot: str = "",
    occurred_at: datetime | None = None,
    actor_id: int | None = None,
    now: datetime | None = None,
) -> Posted:
    """Goods that came back from a customer go to quarantine until somebody has looked at them."""
    now = now or timezone.now()
    demand, codes = _demand(lines)
    postings = [
        Posting(codes[i], q, "CUSTOMER", "QUARANTINE", "return", order_ref, f"{key}#{n}", occurred_at or now, lot)
        for n, (i, q) in enumerate(sorted(demand.items()))
    ]
    return post(postings=postings, actor_id=actor_id, now=now)


def inspect_return(
    *,
    sku: str,
    good: int,
    bad: int,
    key: str,
    lot: str = "",
    place: str = "MAIN",
    note: str = "",
    actor_id: int | None = None,
    now: datetime | None = None,
) -> Posted:
    """What was found of goods in quarantine: the good ones back onto a shelf, the bad ones written off."""
    now = now or timezone.now()
    postings = []
    if good:
        postings.append(
            Posting(sku, good, "QUARANTINE", place, "inspected", "inspection", f"{key}#good", now, lot, note=note)
        )
    if bad:
        postings.append(
            Posting(sku, bad, "QUARANTINE", "LOSS", "damaged", "inspection", f"{key}#bad", now, lot, note=note)
        )
    return post(postings=postings, actor_id=actor_id, now=now)


def _whole(lines: Mapping[str, int]) -> None:
    wrong = [Objection("negative", sku, value=str(qty)) for sku, qty in lines.items() if qty < 1]
    if wrong:
        raise Stopped(tuple(wrong))


def _demand(lines: Mapping[str, int]) -> tuple[dict[int, int], dict[int, str]]:
    """Lines as item → units with bundles taken apart, and the codes of those items."""
    _whole(lines)
    with connection.cursor() as cursor:
        named = naming.resolve(cursor, lines)
    try:
        return naming.demand(lines.items(), named), naming.codes_of(named)
    except KeyError as unknown:
        raise UnknownSku(str(unknown.args[0])) from None


def _reserve_request(
    order_ref: str, lines: Mapping[str, int], key: str | None, shop_id: int | None, expires_at: datetime | None
) -> tuple[holds.Request, dict[int, str]]:
    demand, codes = _demand(lines)
    named = key or f"reserve:{order_ref}"
    return holds.Request(RESERVE, named, order_ref, tuple(sorted(demand.items())), shop_id, expires_at), codes


def _held(answer: holds.Answer, order_ref: str, key: str, codes: dict[int, str]) -> Held:
    if answer.status == holds.REUSED:
        raise KeyReused(key)
    if answer.short is not None:
        short = answer.short
        return Held("short", order_ref, {}, codes[short.item_id], short.wanted, short.available)
    return Held(answer.status, order_ref, {codes[i]: q for i, q in answer.qty.items()})


def _close(
    act: str, order_ref: str, lines: Mapping[str, int] | None, key: str | None, now: datetime | None
) -> dict[str, int]:
    now = now or timezone.now()
    demand, codes = _demand(lines) if lines else ({}, {})
    named = key or f"{act}:{order_ref}:{now.isoformat()}"
    answer = holds.apply([holds.Request(act, named, order_ref, tuple(sorted(demand.items())))], now)[0]
    if answer.status == holds.REUSED:
        raise KeyReused(named)
    if not codes and answer.qty:
        codes = dict(Item.objects.filter(id__in=answer.qty).values_list("id", "code"))
    return {codes[i]: q for i, q in answer.qty.items()}
