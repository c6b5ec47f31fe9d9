"""What stands where, now and at any past moment, and every movement behind it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from zhanggui.supply.inventory.contracts import (
    CountInfo,
    CountRow,
    MovementInfo,
    PlaceBalance,
    PromiseInfo,
    StockLine,
    TroubleInfo,
)
from zhanggui.supply.inventory.domain import counting, places
from zhanggui.supply.inventory.models import (
    Alias,
    Balance,
    CostLayer,
    Count,
    CountLine,
    Followed,
    Item,
    ItemUnit,
    Movement,
    OpenHold,
    Place,
    ReservationEntry,
    Trouble,
)
from zhanggui.supply.inventory.store import naming


def stock_lines(
    *,
    skus: Iterable[str] | None = None,
    q: str = "",
    limit: int | None = None,
    offset: int = 0,
    now: datetime | None = None,
) -> list[StockLine]:
    """SKUs by code with their shelf. ``q``: any fragment of code, name or barcode. Bundles have no shelf."""
    today = timezone.localdate(now or timezone.now())
    items = _items(skus, q).select_related("pool").order_by("code")
    chosen = list(items[offset : offset + limit] if limit is not None else items[offset:])
    ids = [item.id for item in chosen]
    sums: dict[str, dict[int, int]] = {"quarantine": {}, "transit": {}, "expired": {}}
    where = Balance.objects.filter(item_id__in=ids, qty__gt=0)
    for kind in (places.QUARANTINE, places.TRANSIT):
        sums[kind] = _sums(where.filter(place__kind=kind))
    sums["expired"] = _sums(where.filter(place__kind__in=places.SELLABLE, lot__expires_on__lte=today))
    values: dict[int, int | None] = {}
    for item_id, value in CostLayer.objects.filter(item_id__in=ids).values_list("item_id", "value_minor"):
        before = values.get(item_id, 0)
        values[item_id] = None if value is None or before is None else before + value
    found = []
    for item in chosen:
        pool = getattr(item, "pool", None)
        found.append(
            StockLine(
                item.id, item.code, item.name, item.base_unit, pool.on_hand if pool else 0,
                pool.reserved if pool else 0, sums["expired"].get(item.id, 0), sums["quarantine"].get(item.id, 0),
                sums["transit"].get(item.id, 0), pool.version if pool else 0, values.get(item.id, 0), item.currency,
                item.abc_class,
            )
        )  # fmt: skip
    return found


def _items(skus: Iterable[str] | None, q: str) -> QuerySet[Item]:
    found = Item.objects.filter(components__isnull=True, is_active=True)
    if skus is not None:
        found = found.filter(code__in=list(skus))
    if q.strip():
        q = q.strip()
        found = found.filter(
            Q(code__icontains=q) | Q(name__icontains=q) | Q(barcode=q) | Q(units__barcode=q)
        ).distinct()
    return found


def stock_line(item_id: int) -> StockLine | None:
    code = Item.objects.filter(pk=item_id).values_list("code", flat=True).first()
    found = stock_lines(skus=[code]) if code is not None else []
    return found[0] if found else None


def count_items(*, q: str = "") -> int:
    return _items(None, q).count()


def _sums(found: QuerySet[Balance]) -> dict[int, int]:
    return dict(found.values_list("item_id").annotate(total=Sum("qty")).order_by())


def balances(*, sku: str | None = None, place: str | None = None) -> list[PlaceBalance]:
    """Lots at places of ours, nothing empty."""
    found = Balance.objects.filter(internal=True, qty__gt=0)
    found = found.filter(item__code=sku) if sku else found
    found = found.filter(place__code=place) if place else found
    rows = found.order_by("item__code", "place__code", "lot__expires_on", "lot__code").values_list(
        "item__code", "lot__code", "lot__expires_on", "place__code", "place__name", "place__kind", "qty"
    )
    return [PlaceBalance(*row) for row in rows]


def as_of(
    *, occurred: datetime | None = None, recorded: datetime | None = None, skus: Iterable[str] | None = None
) -> list[PlaceBalance]:
    """What stood where at a past moment: everything that had happened by ``occurred`` (included), as far as the book
    knew it by ``recorded``. Worked out from the ledger, not from any cache."""
    moves = Movement.objects.all()
    if occurred is not None:
        moves = moves.filter(occurred_at__lte=occurred)
    if recorded is not None:
        moves = moves.filter(recorded_at__lte=recorded)
    if skus is not None:
        moves = moves.filter(item__code__in=list(skus))
    sums: dict[tuple[str, str, date | None, str, str, str], int] = {}
    for side, sign in (("place_to", 1), ("place_from", -1)):
        rows = (
            moves.filter(**{f"{side}__kind__in": places.INTERNAL})
            .values_list(
                "item__code", "lot__code", "lot__expires_on", f"{side}__code", f"{side}__name", f"{side}__kind"
            )
            .annotate(total=Sum("qty"))
            .order_by()
        )
        for *key, total in rows:
            named: Any = tuple(key)
            sums[named] = sums.get(named, 0) + sign * total
    return [PlaceBalance(*key, qty) for key, qty in sorted(sums.items(), key=lambda p: str(p[0])) if qty]


def movements(
    *,
    sku: str | None = None,
    source: str | None = None,
    place: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[MovementInfo]:
    """Newest first; ``before_id`` is the last id of the page before."""
    found = Movement.objects.select_related("item", "lot", "place_from", "place_to", "reversed_by")
    if sku:
        found = found.filter(item__code=sku)
    if source:
        found = found.filter(source=source)
    if place:
        found = found.filter(Q(place_from__code=place) | Q(place_to__code=place))
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    return [_movement(m) for m in found.order_by("-id")[:limit]]


def _movement(m: Movement) -> MovementInfo:
    mirror = getattr(m, "reversed_by", None)
    return MovementInfo(
        m.id, m.item.code, m.lot.code, m.place_from.code, m.place_to.code, m.qty, m.cost_minor, m.item.currency,
        m.reason, m.source, m.note, m.occurred_at, m.recorded_at, m.actor_id, m.reverses_id,
        mirror.id if mirror is not None else None,
    )  # fmt: skip


def promises(
    *, sku: str | None = None, order_ref: str | None = None, before_id: int | None = None, limit: int = 50
) -> list[PromiseInfo]:
    """Lines of the ledger of promises, newest first."""
    found = ReservationEntry.objects.select_related("item")
    found = found.filter(item__code=sku) if sku else found
    found = found.filter(order_ref=order_ref) if order_ref else found
    found = found.filter(id__lt=before_id) if before_id is not None else found
    rows = list(found.order_by("-id")[:limit])
    left = dict(OpenHold.objects.filter(entry_id__in=[r.id for r in rows]).values_list("entry_id", "qty"))
    return [
        PromiseInfo(
            r.id, r.kind, r.item.code, r.qty, r.hold_id, r.order_ref, r.shop_id, r.at, r.expires_at, left.get(r.id, 0)
        )
        for r in rows
    ]


def open_promises(*, order_refs: Iterable[str]) -> dict[str, dict[str, int]]:
    """What is still promised to orders: order → SKU → units."""
    found: dict[str, dict[str, int]] = {}
    refs = list(order_refs)
    for start in range(0, len(refs), 500):
        rows = OpenHold.objects.filter(order_ref__in=refs[start : start + 500]).values_list(
            "order_ref", "item__code", "qty"
        )
        for ref, code, qty in rows:
            mine = found.setdefault(ref, {})
            mine[code] = mine.get(code, 0) + qty
    return found


def followed(order_refs: Iterable[str]) -> dict[str, str]:
    """Order → how it stood when stock last followed it."""
    found: dict[str, str] = {}
    refs = list(order_refs)
    for start in range(0, len(refs), 500):
        part = refs[start : start + 500]
        found |= dict(Followed.objects.filter(order_ref__in=part).values_list("order_ref", "digest"))
    return found


def sold_of(order_ref: str) -> dict[str, int]:
    """What has left for an order by the book: SKU → units, reversals taken off."""
    found: dict[str, int] = {}
    rows = Movement.objects.filter(source=order_ref, reason__in=("sale", "reversal"))
    for sku, qty, kind in rows.values_list("item__code", "qty", "place_to__kind"):
        found[sku] = found.get(sku, 0) + (qty if kind == places.CUSTOMER else -qty)
    return {sku: qty for sku, qty in found.items() if qty}


def taken_apart(lines: dict[str, int]) -> dict[str, int]:
    """SKU → units with bundles replaced by what is in them; unknown SKUs are left out."""
    with connection.cursor() as cursor:
        named = naming.resolve(cursor, lines)
    codes = naming.codes_of(named)
    return {codes[i]: q for i, q in naming.demand([(s, q) for s, q in lines.items() if s in named], named).items()}


def stock_since() -> datetime | None:
    """When the book begins; what left the house before that was never in it. None: nothing booked yet."""
    found: datetime | None = Movement.objects.aggregate(first=Min("occurred_at"))["first"]
    return found


def mark() -> str:
    """Changes with every movement, alias and item: what could let a waiting order be booked now."""
    return ":".join(
        str(model.objects.aggregate(last=Max("id"))["last"] or 0) for model in (Movement, ReservationEntry, Alias, Item)
    )


def skus_of(shop_id: int, codes: Iterable[str]) -> dict[str, str]:
    """Codes of a shop's articles → our SKUs: aliases first, then merchant codes; codes nobody knows are left out."""
    wanted = sorted({c.strip() for c in codes if c and c.strip()})
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        found |= {c: c for c in Item.objects.filter(code__in=part).values_list("code", flat=True)}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        found |= dict(Alias.objects.filter(shop_id=shop_id, code__in=part).values_list("code", "item__code"))
    return found


def find_item(code: str) -> StockLine | None:
    """The item behind a scanned or typed code: SKU, its barcode, or the barcode of a pack."""
    code = code.strip()
    item = Item.objects.filter(Q(code=code) | Q(barcode=code)).order_by("id").first()
    if item is None:
        unit = ItemUnit.objects.filter(barcode=code).select_related("item").first()
        item = unit.item if unit is not None else None
    return stock_lines(skus=[item.code])[0] if item is not None else None


def place_codes(*, sellable: bool = True) -> list[tuple[str, str]]:
    """(code, name) of the places goods can be put."""
    kinds = places.SELLABLE if sellable else places.INTERNAL
    return list(Place.objects.filter(kind__in=kinds, is_active=True).order_by("code").values_list("code", "name"))


def units_of(sku: str) -> list[str]:
    base = Item.objects.filter(code=sku).values_list("base_unit", flat=True)
    return [*base, *ItemUnit.objects.filter(item__code=sku).order_by("unit").values_list("unit", flat=True)]


def troubles(
    *, shop_ids: frozenset[int] | None = None, kinds: tuple[str, ...] = (), limit: int = 200
) -> list[TroubleInfo]:
    """What waits for a person, newest first; None: every shop."""
    found = Trouble.objects.filter(settled_at__isnull=True)
    if shop_ids is not None:
        found = found.filter(Q(shop_id__isnull=True) | Q(shop_id__in=shop_ids))
    found = found.filter(kind__in=kinds) if kinds else found
    return [
        TroubleInfo(t.id, t.kind, t.shop_id, t.source, t.code, t.qty, t.detail, t.first_at, t.last_at)
        for t in found.order_by("-last_at", "-id")[:limit]
    ]


def trouble_counts(*, shop_ids: frozenset[int] | None = None) -> dict[str, int]:
    found = Trouble.objects.filter(settled_at__isnull=True)
    if shop_ids is not None:
        found = found.filter(Q(shop_id__isnull=True) | Q(shop_id__in=shop_ids))
    counts: dict[str, int] = {}
    for kind in found.values_list("kind", flat=True):
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def counts(*, limit: int = 20) -> list[CountInfo]:
    return [_count(c) for c in Count.objects.select_related("place").order_by("-id")[:limit]]


def count_info(count_id: int) -> CountInfo | None:
    found = Count.objects.select_related("place").filter(pk=count_id).first()
    return _count(found) if found is not None else None


def _count(c: Count) -> CountInfo:
    lines = list(c.lines.values_list("counted", flat=True))
    return CountInfo(
        c.id, c.place.code, c.blind, c.state, c.opened_at, c.opened_by, c.posted_at,
        sum(1 for n in lines if n is not None), len(lines),
    )  # fmt: skip


def count_rows(count_id: int) -> list[CountRow]:
    """The lines of a stocktake; a blind one tells no book before it is posted."""
    count = Count.objects.get(pk=count_id)
    rows = CountLine.objects.filter(count=count).select_related("lot__item").order_by("lot__item__code", "lot__code")
    hidden = count.blind and count.state == "open"
    return [
        CountRow(
            r.id, r.lot.item.code, r.lot.item.name, r.lot.code, r.lot.expires_on, None if hidden else r.book, r.counted
        )
        for r in rows
    ]


def counts_due(*, now: datetime | None = None) -> list[tuple[str, str, datetime]]:
    """(SKU, class, due since) of what should have been counted by now: A weekly, B monthly, C quarterly (X16)."""
    now = now or timezone.now()
    last: dict[int, datetime] = {}
    for item_id, at in CountLine.objects.filter(count__state="posted", counted_at__isnull=False).values_list(
        "lot__item_id", "counted_at"
    ):
        if at is not None and (item_id not in last or at > last[item_id]):
            last[item_id] = at
    found = []
    for item in Item.objects.filter(is_active=True, components__isnull=True, pool__on_hand__gt=0):
        due = counting.due_at(item.abc_class, last.get(item.id), item.created_at)
        if due <= now:
            found.append((item.code, item.abc_class, due))
    return sorted(found, key=lambda row: (row[1], row[2], row[0]))
