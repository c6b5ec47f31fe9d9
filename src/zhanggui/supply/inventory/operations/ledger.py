"""Bookings: every way goods move. All of them end in :func:`post`, the only writer of movements and their caches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from zhanggui.supply.inventory.contracts import Objection, Posting, ReceiptLine
from zhanggui.supply.inventory.domain import costing, places
from zhanggui.supply.inventory.domain.picking import Stand, expired, pick
from zhanggui.supply.inventory.domain.places import INTERNAL, SELLABLE
from zhanggui.supply.inventory.domain.posting import Book, Move, NotEnoughOnHand, SamePlace, before_close
from zhanggui.supply.inventory.domain.quantities import BadQuantity, to_base
from zhanggui.supply.inventory.models import (
    Balance,
    Closing,
    Component,
    CostLayer,
    Item,
    ItemUnit,
    Lot,
    Movement,
    Place,
)
from zhanggui.supply.inventory.operations.errors import (
    AlreadyReversed,
    BadRule,
    KeyReused,
    NotEnoughStock,
    PeriodClosed,
    Stopped,
    UnknownPlace,
)
from zhanggui.supply.inventory.operations.items import ensure_places, items_of
from zhanggui.supply.inventory.store import pools

#: A receipt with less of its shelf life left than this needs a person's word.
SHORT_LIFE_THIRDS = 1


@dataclass(frozen=True, slots=True)
class Posted:
    """``new`` rows were booked, ``repeated`` were known by their key. Ids in the order of the postings."""

    ids: tuple[int, ...]
    new: int
    repeated: int


@dataclass(frozen=True, slots=True)
class _Row:
    posting: Posting
    item_id: int
    lot_id: int
    from_id: int
    to_id: int
    reverses_id: int | None = None


def post(*, postings: Sequence[Posting], actor_id: int | None = None, now: datetime | None = None) -> Posted:
    """Book movements, all or none. Booking the same keys again changes nothing.

    Locks the pools of the items. Raises :class:`UnknownSku`, :class:`UnknownPlace`, :class:`NotEnoughStock`,
    :class:`PeriodClosed`, :class:`KeyReused`, :class:`Stopped` (a lot known with another expiry date).
    """
    if not postings:
        return Posted((), 0, 0)
    ensure_places()
    items = items_of([p.sku for p in postings])
    by_code = {
        p.code: p for p in Place.objects.filter(code__in={c for p in postings for c in (p.place_from, p.place_to)})
    }
    for posting in postings:
        for code in (posting.place_from, posting.place_to):
            if code not in by_code:
                raise UnknownPlace(code)
        if posting.qty < 1:
            raise Stopped((Objection("negative", posting.sku, value=str(posting.qty)),))
    with transaction.atomic():
        lots = _lots(postings, items)
        rows = [
            _Row(p, items[p.sku].id, lots[p.sku, p.lot].id, by_code[p.place_from].id, by_code[p.place_to].id)
            for p in postings
        ]
        return _post(rows, actor_id, now or timezone.now())


def _lots(postings: Iterable[Posting], items: dict[str, Item]) -> dict[tuple[str, str], Lot]:
    wanted: dict[tuple[str, str], date | None] = {}
    for p in postings:
        wanted[p.sku, p.lot] = p.expires_on or wanted.get((p.sku, p.lot))
    ids = {items[sku].id for sku, _lot in wanted}
    found = {(l.item_id, l.code): l for l in Lot.objects.filter(item_id__in=ids)}
    result = {}
    for (sku, code), expires_on in wanted.items():
        lot = found.get((items[sku].id, code))
        if lot is None:
            lot, _made = Lot.objects.get_or_create(item=items[sku], code=code, defaults={"expires_on": expires_on})
        if expires_on is not None and lot.expires_on != expires_on:
            if lot.expires_on is None and code:
                Lot.objects.filter(pk=lot.pk).update(expires_on=expires_on)
            else:
                raise Stopped((Objection("lot_date_differs", sku, value=str(expires_on), detail={"lot": code}),))
        result[sku, code] = lot
    return result


def _post(rows: Sequence[_Row], actor_id: int | None, now: datetime) -> Posted:
    """Inside a transaction: lock, apply the rule, write ledger and caches."""
    item_ids = {r.item_id for r in rows}
    pools.lock(item_ids)
    known = {m.key: m for m in Movement.objects.filter(key__in=[r.posting.key for r in rows])}
    fresh: list[_Row] = []
    for row in rows:
        old = known.get(row.posting.key)
        if old is None:
            fresh.append(row)
        elif (old.item_id, old.lot_id, old.place_from_id, old.place_to_id, old.qty) != (
            row.item_id, row.lot_id, row.from_id, row.to_id, row.posting.qty,
        ):  # fmt: skip
            raise KeyReused(row.posting.key)
    if len({r.posting.key for r in fresh}) != len(fresh):
        raise KeyReused(next(r.posting.key for r in fresh if [f.posting.key for f in fresh].count(r.posting.key) > 1))
    closed = Closing.objects.order_by("-until").values_list("until", flat=True).first()
    for row in fresh:
        if before_close(row.posting.occurred_at, closed):
            raise PeriodClosed(closed or now)
    if fresh:
        _write(fresh, item_ids, actor_id, now)
        known |= {m.key: m for m in Movement.objects.filter(key__in=[r.posting.key for r in fresh])}
    return Posted(tuple(known[r.posting.key].id for r in rows), len(fresh), len(rows) - len(fresh))


def _write(rows: Sequence[_Row], item_ids: set[int], actor_id: int | None, now: datetime) -> None:
    kinds = dict(Place.objects.values_list("id", "kind"))
    book = load_book(item_ids, kinds)
    before = dict(book.balances)
    moves = []
    for row in rows:
        p = row.posting
        reverses = row.reverses_id is not None
        move = Move(row.item_id, row.lot_id, row.from_id, row.to_id, p.qty, p.cost, reverses)
        try:
            moves.append(book.apply(move))
        except NotEnoughOnHand as short:
            place = Place.objects.get(pk=short.place_id).code
            raise NotEnoughStock(p.sku, place, short.has, short.wants) from None
        except SamePlace:
            raise BadRule(f"{p.place_from} → {p.place_to}") from None
    Movement.objects.bulk_create(
        Movement(
            item_id=m.item_id, lot_id=m.lot_id, place_from_id=m.from_id, place_to_id=m.to_id, qty=m.qty,
            cost_minor=m.cost, reason=r.posting.reason, source=r.posting.source, note=r.posting.note,
            occurred_at=r.posting.occurred_at, recorded_at=now, actor_id=actor_id, key=r.posting.key,
            reverses_id=r.reverses_id,
        )
        for r, m in zip(rows, moves, strict=True)
    )  # fmt: skip
    write_balances(book, before)
    write_layers(book, item_ids)
    deltas: dict[int, int] = dict.fromkeys(item_ids, 0)
    for move in moves:
        deltas[move.item_id] += move.qty * ((kinds[move.to_id] in SELLABLE) - (kinds[move.from_id] in SELLABLE))
    with connection.cursor() as cursor:
        pools.change(cursor, {i: (delta, 0) for i, delta in deltas.items()})


def load_book(item_ids: Iterable[int], kinds: dict[int, str]) -> Book:
    ids = list(item_ids)
    balances = {
        (i, l, p): q
        for i, l, p, q in Balance.objects.filter(item_id__in=ids).values_list("item_id", "lot_id", "place_id", "qty")
    }
    layers: dict[int, costing.Layers] = {}
    for i, q, v in (
        CostLayer.objects.filter(item_id__in=ids)
        .order_by("item_id", "position")
        .values_list("item_id", "qty", "value_minor")
    ):
        layers[i] = (*layers.get(i, ()), costing.Layer(q, v))
    return Book(kinds, dict(Item.objects.filter(id__in=ids).values_list("id", "costing")), balances, layers)


def write_balances(book: Book, before: dict[tuple[int, int, int], int]) -> None:
    changed = [(k, q) for k, q in book.balances.items() if before.get(k) != q]
    Balance.objects.bulk_create(
        [
            Balance(item_id=i, lot_id=l, place_id=p, qty=q, internal=book.kinds[p] in INTERNAL)
            for (i, l, p), q in changed
        ],
        update_conflicts=True,
        unique_fields=["item", "lot", "place"],
        update_fields=["qty"],
    )


def write_layers(book: Book, item_ids: Iterable[int]) -> None:
    CostLayer.objects.filter(item_id__in=list(item_ids)).delete()
    CostLayer.objects.bulk_create(
        CostLayer(item_id=i, position=n, qty=layer.qty, value_minor=layer.value)
        for i in item_ids
        for n, layer in enumerate(book.layers.get(i, ()))
    )


def reverse_movement(
    *, movement_id: int, actor_id: int | None = None, note: str = "", now: datetime | None = None
) -> int:
    """Answer a mistake with its mirror image; returns the new row's id. Raises :class:`AlreadyReversed`,
    :class:`NotEnoughStock` (the goods have moved on), :class:`PeriodClosed` never: the mirror happens now."""
    now = now or timezone.now()
    with transaction.atomic():
        old = Movement.objects.select_related("item", "lot", "place_from", "place_to").get(pk=movement_id)
        if old.reverses_id is not None or Movement.objects.filter(reverses=old).exists():
            raise AlreadyReversed(movement_id)
        mirror = Posting(
            old.item.code, old.qty, old.place_to.code, old.place_from.code, "reversal", old.source,
            f"reverse:{old.id}", now, old.lot.code, None, old.cost_minor, note,
        )  # fmt: skip
        row = _Row(mirror, old.item_id, old.lot_id, old.place_to_id, old.place_from_id, old.id)
        return _post([row], actor_id, now).ids[0]


def receive_goods(
    *,
    lines: Sequence[ReceiptLine],
    source: str,
    place: str = "MAIN",
    actor_id: int | None = None,
    approve: bool = False,
    occurred_at: datetime | None = None,
    today: date | None = None,
    now: datetime | None = None,
) -> Posted:
    """Goods from a supplier onto a shelf. ``source`` names the paper (purchase order, delivery note); the same paper
    booked twice is one receipt.

    Raises :class:`Stopped` for unknown units, negative or broken quantities, bundles; and, unless ``approve``, for
    expired or short-lived lots and for more than was ordered. Approved expired lots go to quarantine.
    """
    now = now or timezone.now()
    occurred_at, today = occurred_at or now, today or timezone.localdate(now)
    items = items_of([line.sku for line in lines])
    factors = _factors(items)
    bundles = set(Component.objects.filter(bundle__in=items.values()).values_list("bundle__code", flat=True))
    objections: list[Objection] = []
    postings: list[Posting] = []
    for n, line in enumerate(lines):
        item = items[line.sku]
        if line.sku in bundles:
            objections.append(Objection("bundle", line.sku, n + 1))
            continue
        try:
            qty = to_base(line.qty, line.unit, item.base_unit, factors.get(item.id, {}))
        except BadQuantity as bad:
            objections.append(bad_quantity(bad, line.sku, n + 1))
            continue
        objections += _doubts(line, item, qty, today, n + 1)
        if qty:
            to = "QUARANTINE" if expired(line.expires_on, today) else place
            key = f"receipt:{source}:{n}"
            postings.append(
                Posting(line.sku, qty, "SUPPLIER", to, "receipt", source, key, occurred_at, line.lot, line.expires_on,
                        line.cost)
            )  # fmt: skip
    stopping = tuple(o for o in objections if not (o.approvable and approve))
    if stopping:
        raise Stopped(stopping)
    return post(postings=postings, actor_id=actor_id, now=now)


def _doubts(line: ReceiptLine, item: Item, qty: int, today: date, row: int) -> list[Objection]:
    found = []
    if line.cost is not None and line.cost < 0:
        found.append(Objection("bad_cost", line.sku, row, "cost", str(line.cost)))
    if line.expires_on is not None and expired(line.expires_on, today):
        found.append(Objection("expired", line.sku, row, "expires_on", str(line.expires_on), approvable=True))
    elif (
        line.expires_on is not None
        and item.shelf_life_days
        and line.expires_on < today + timedelta(days=item.shelf_life_days * SHORT_LIFE_THIRDS // 3)
    ):
        found.append(Objection("short_life", line.sku, row, "expires_on", str(line.expires_on), approvable=True))
    if line.ordered is not None and qty > line.ordered:
        detail: dict[str, str | int] = {"ordered": line.ordered}
        found.append(Objection("over_receipt", line.sku, row, "qty", str(qty), detail, approvable=True))
    return found


def bad_quantity(bad: BadQuantity, sku: str, row: int | None) -> Objection:
    """A quantity that could not be read, as an objection."""
    if bad.code == "unknown_unit":
        return Objection("unknown_unit", sku, row, "unit", bad.unit, {"known": ", ".join(bad.known)})
    return Objection(bad.code, sku, row, "qty", bad.value)


def _factors(items: dict[str, Item]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for item_id, unit, factor in ItemUnit.objects.filter(item__in=items.values()).values_list("item", "unit", "factor"):
        found.setdefault(item_id, {})[unit] = factor
    return found


def move_goods(
    *,
    sku: str,
    qty: int,
    place_from: str,
    place_to: str,
    key: str,
    lot: str | None = None,
    reason: str = "transfer",
    source: str = "",
    note: str = "",
    actor_id: int | None = None,
    now: datetime | None = None,
) -> Posted:
    """Goods from one place to another. Without a lot, those that expire first move first."""
    now = now or timezone.now()
    if lot is None:
        if Movement.objects.filter(key=f"{key}#0").exists():
            return Posted((), 0, 1)
        with transaction.atomic():
            item = items_of([sku])[sku]
            pools.lock([item.id])
            stands = stands_of(item.id, [place_from])
            taken, lacking = pick(stands, qty, date.min)
            if lacking:
                raise NotEnoughStock(sku, place_from, qty - lacking, qty)
            codes = dict(Lot.objects.filter(id__in=[s.lot_id for s in taken]).values_list("id", "code"))
            postings = [
                Posting(sku, s.qty, place_from, place_to, reason, source, f"{key}#{n}", now, codes[s.lot_id], note=note)
                for n, s in enumerate(taken)
            ]
            return post(postings=postings, actor_id=actor_id, now=now)
    one = Posting(sku, qty, place_from, place_to, reason, source, key, now, lot, note=note)
    return post(postings=[one], actor_id=actor_id, now=now)


def stands_of(item_id: int, codes: Sequence[str] | None = None) -> list[Stand]:
    """Where goods of an item stand: at the places named, or wherever they may be sold from."""
    found = Balance.objects.filter(item_id=item_id, qty__gt=0)
    found = found.filter(place__code__in=codes) if codes else found.filter(place__kind__in=SELLABLE)
    rows = found.order_by("id").values_list("lot_id", "place_id", "qty", "lot__expires_on")
    return [Stand(*row) for row in rows]


def quarantine_expired(
    *, today: date | None = None, actor_id: int | None = None, now: datetime | None = None
) -> Posted:
    """Take expired lots off the shelves. Once a day; twice is harmless."""
    now = now or timezone.now()
    today = today or timezone.localdate(now)
    found = (
        Balance.objects.filter(place__kind__in=SELLABLE, qty__gt=0, lot__expires_on__lte=today)
        .select_related("item", "lot", "place")
        .order_by("id")
    )
    postings = [
        Posting(
            b.item.code, b.qty, b.place.code, "QUARANTINE", "expired", f"expired:{today}",
            f"expired:{now.isoformat()}:{b.id}", now, b.lot.code,
        )
        for b in found
    ]  # fmt: skip
    return post(postings=postings, actor_id=actor_id, now=now)


def close_period(*, until: datetime, actor_id: int | None = None, now: datetime | None = None) -> None:
    """Nothing that happened before ``until`` can be booked any more. Periods close forward only."""
    now = now or timezone.now()
    last = Closing.objects.order_by("-until").values_list("until", flat=True).first()
    if until > now or (last is not None and until <= last):
        raise PeriodClosed(last or now)
    Closing.objects.create(until=until, closed_at=now, actor_id=actor_id)


__all__ = [
    "Posted",
    "close_period",
    "move_goods",
    "places",
    "post",
    "quarantine_expired",
    "receive_goods",
    "reverse_movement",
]
