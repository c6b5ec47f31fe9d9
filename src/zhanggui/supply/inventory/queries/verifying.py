"""Rebuild every cache from the ledgers and compare. A difference is an incident, never mended silently."""

# ruff: noqa: PERF401  (one mismatch a line reads better than generators)
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Sum

from zhanggui.supply.inventory.contracts import Mismatch, Verified
from zhanggui.supply.inventory.domain.costing import Layer
from zhanggui.supply.inventory.domain.holding import RESERVE
from zhanggui.supply.inventory.domain.places import SELLABLE
from zhanggui.supply.inventory.domain.posting import Book, Move, NotEnoughOnHand
from zhanggui.supply.inventory.models import (
    Balance,
    CostLayer,
    Item,
    Movement,
    OpenHold,
    Place,
    Pool,
    ReservationEntry,
)


def verify() -> Verified:
    """Replay all movements and promises. Compares balances, cost layers, costs of movements, open promises and pools,
    and that nothing ever went below zero. Run it when nobody books, or in one transaction."""
    found: list[Mismatch] = []
    book, movements = _replay(found)
    have = {
        (i, l, p): q for i, l, p, q in Balance.objects.values_list("item_id", "lot_id", "place_id", "qty").iterator()
    }
    for key in sorted(book.balances.keys() | have.keys()):
        if book.balances.get(key, 0) != have.get(key, 0):
            found.append(Mismatch("balance", str(key), str(book.balances.get(key, 0)), str(have.get(key, 0))))
    layers: dict[int, tuple[Layer, ...]] = {}
    for i, q, v in CostLayer.objects.order_by("item_id", "position").values_list("item_id", "qty", "value_minor"):
        layers[i] = (*layers.get(i, ()), Layer(q, v))
    for item_id in sorted(book.layers.keys() | layers.keys()):
        if book.layers.get(item_id, ()) != layers.get(item_id, ()):
            found.append(
                Mismatch("cost layers", str(item_id), str(book.layers.get(item_id, ())), str(layers.get(item_id, ())))
            )
    entries = _promises(found)
    _pools(found, book)
    return Verified(movements, entries, tuple(found))


def _replay(found: list[Mismatch]) -> tuple[Book, int]:
    book = Book(dict(Place.objects.values_list("id", "kind")), dict(Item.objects.values_list("id", "costing")))
    rows = Movement.objects.order_by("id").values_list(
        "id", "item_id", "lot_id", "place_from_id", "place_to_id", "qty", "cost_minor", "reverses_id"
    )
    count = 0
    for id_, item_id, lot_id, from_id, to_id, qty, cost, reverses in _walk(rows):
        count += 1
        # what a reversal takes out is the cost of the row it reverses; its own row holds what really left
        asked = cost
        if reverses is not None:
            asked = Movement.objects.filter(pk=reverses).values_list("cost_minor", flat=True).get()
        try:
            done = book.apply(Move(item_id, lot_id, from_id, to_id, qty, asked, reverses is not None))
        except NotEnoughOnHand as short:
            found.append(Mismatch("movement", str(id_), f"at least {short.wants}", str(short.has)))
            continue
        if done.cost != cost:
            found.append(Mismatch("movement cost", str(id_), str(done.cost), str(cost)))
    return book, count


def _walk(rows: Any) -> Iterator[tuple[Any, ...]]:
    found: Iterator[tuple[Any, ...]] = rows.iterator(chunk_size=5000)
    return found


def _promises(found: list[Mismatch]) -> int:
    reserves = dict(ReservationEntry.objects.filter(kind=RESERVE).values_list("id", "qty").iterator())
    closed: dict[Any, int] = dict(
        ReservationEntry.objects.exclude(kind=RESERVE)
        .values_list("hold_id")
        .annotate(total=Sum("qty"))
        .values_list("hold_id", "total")
    )
    have = dict(OpenHold.objects.values_list("entry_id", "qty").iterator())
    for entry_id, qty in reserves.items():
        left = qty - closed.get(entry_id, 0)
        if left < 0:
            found.append(Mismatch("promise", str(entry_id), f"at most {qty}", str(closed.get(entry_id, 0))))
        if left != have.get(entry_id, 0):
            found.append(Mismatch("open promise", str(entry_id), str(left), str(have.get(entry_id, 0))))
    for entry_id in sorted((have.keys() | closed.keys()) - reserves.keys()):
        found.append(Mismatch("open promise", str(entry_id), "no such reserve", str(have.get(entry_id, 0))))
    return ReservationEntry.objects.count()


def _pools(found: list[Mismatch], book: Book) -> None:
    on_hand: dict[int, int] = {}
    for (item_id, _lot, place_id), qty in book.balances.items():
        if book.kinds[place_id] in SELLABLE:
            on_hand[item_id] = on_hand.get(item_id, 0) + qty
    signed: dict[int, int] = {}
    for item_id, kind, total in (
        ReservationEntry.objects.values_list("item_id", "kind").annotate(total=Sum("qty")).order_by()
    ):
        signed[item_id] = signed.get(item_id, 0) + (total if kind == RESERVE else -total)
    for item_id, has, reserved in Pool.objects.values_list("item_id", "on_hand", "reserved"):
        if has != on_hand.get(item_id, 0):
            found.append(Mismatch("on hand", str(item_id), str(on_hand.get(item_id, 0)), str(has)))
        if reserved != signed.get(item_id, 0):
            found.append(Mismatch("reserved", str(item_id), str(signed.get(item_id, 0)), str(reserved)))
    missing = (on_hand.keys() | signed.keys()) - set(Pool.objects.values_list("item_id", flat=True))
    for item_id in sorted(missing):
        if on_hand.get(item_id) or signed.get(item_id):
            found.append(Mismatch("pool", str(item_id), str(on_hand.get(item_id, 0)), "none"))
    for row in Balance.objects.values("item_id").annotate(total=Sum("qty")).exclude(total=0).order_by():
        found.append(Mismatch("conservation", str(row["item_id"]), "0", str(row["total"])))
