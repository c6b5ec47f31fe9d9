"""Stocktakes: counted blind, posted as differences, never set."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from zhanggui.supply.inventory.contracts import Objection, Posting
from zhanggui.supply.inventory.domain.counting import abc, blast
from zhanggui.supply.inventory.domain.places import CUSTOMER
from zhanggui.supply.inventory.domain.quantities import BadQuantity, to_base
from zhanggui.supply.inventory.models import Balance, Count, CountLine, Item, ItemUnit, Lot, Movement
from zhanggui.supply.inventory.operations.errors import CountClosed, SamePerson, Stopped
from zhanggui.supply.inventory.operations.items import item_of, items_of, place_of
from zhanggui.supply.inventory.operations.ledger import Posted, bad_quantity, post
from zhanggui.supply.inventory.store import pools


def open_count(
    *,
    place: str,
    skus: list[str] | None = None,
    blind: bool = True,
    note: str = "",
    actor_id: int | None = None,
    now: datetime | None = None,
) -> int:
    """Begin a stocktake of a place: a line per lot that stands there (or of the SKUs named); returns its id. Goods
    found beyond the list are added by counting them."""
    with transaction.atomic():
        where = place_of(place)
        count = Count.objects.create(
            place=where, blind=blind, note=note, opened_at=now or timezone.now(), opened_by=actor_id
        )
        there = Balance.objects.filter(place=where)
        there = there.filter(item__in=items_of(skus).values()) if skus else there.filter(qty__gt=0)
        lots = set(there.values_list("lot_id", flat=True))
        if skus:
            lots |= set(Lot.objects.filter(item__code__in=skus, code="").values_list("id", flat=True))
        CountLine.objects.bulk_create(CountLine(count=count, lot_id=lot) for lot in sorted(lots))
    return count.id


def record_count(
    *,
    count_id: int,
    sku: str,
    qty: str,
    unit: str = "",
    lot: str = "",
    actor_id: int | None = None,
    now: datetime | None = None,
) -> None:
    """What was found of one lot. The book is read at this very moment: goods that move afterwards do not count as a
    difference. Counting again replaces the first count. Raises :class:`Stopped`, :class:`UnknownSku`,
    :class:`CountClosed`."""
    item = item_of(sku)
    factors = dict(ItemUnit.objects.filter(item=item).values_list("unit", "factor"))
    try:
        found = to_base(qty, unit, item.base_unit, factors)
    except BadQuantity as bad:
        raise Stopped((bad_quantity(bad, sku, None),)) from None
    with transaction.atomic():
        pools.lock([item.id])
        count = Count.objects.get(pk=count_id)
        if count.state != "open":
            raise CountClosed
        row, _made = Lot.objects.get_or_create(item=item, code=lot)
        book = Balance.objects.filter(lot=row, place=count.place).values_list("qty", flat=True).first() or 0
        CountLine.objects.update_or_create(
            count=count,
            lot=row,
            defaults={"counted": found, "book": book, "counted_at": now or timezone.now(), "counted_by": actor_id},
        )


def post_count(
    *, count_id: int, approve: bool = False, actor_id: int | None = None, now: datetime | None = None
) -> Posted:
    """Book the differences against losses. Lines nobody counted stay as they are: not counted is not zero.

    A count that would empty half of what it covers is stopped unless ``approve`` is said by somebody else than who
    counted. Raises :class:`Stopped`, :class:`SamePerson`, :class:`CountClosed`, :class:`NotEnoughStock` when goods have
    left since that the count says were never there.
    """
    now = now or timezone.now()
    with transaction.atomic():
        count = Count.objects.select_for_update().select_related("place").get(pk=count_id)
        if count.state != "open":
            raise CountClosed
        lines = list(
            count.lines.filter(counted__isnull=False).select_related("lot", "lot__item").order_by("lot__item_id", "id")
        )
        before: dict[int, int] = {}
        after: dict[int, int] = {}
        for line in lines:
            before[line.lot.item_id] = before.get(line.lot.item_id, 0) + (line.book or 0)
            after[line.lot.item_id] = after.get(line.lot.item_id, 0) + (line.counted or 0)
        effect = blast(before, after)
        if effect.needs_approval:
            if not approve:
                detail: dict[str, str | int] = {"to_zero": effect.to_zero, "had": effect.before}
                raise Stopped((Objection("half_to_zero", detail=detail, approvable=True),))
            if actor_id is not None and any(line.counted_by == actor_id for line in lines):
                raise SamePerson
        postings = []
        for line in lines:
            difference = (line.counted or 0) - (line.book or 0)
            if difference:
                sides = ("LOSS", count.place.code) if difference > 0 else (count.place.code, "LOSS")
                postings.append(
                    Posting(
                        line.lot.item.code, abs(difference), *sides, "count", f"count:{count.id}",
                        f"count:{count.id}:{line.lot_id}", now, line.lot.code,
                    )
                )  # fmt: skip
        posted = post(postings=postings, actor_id=actor_id, now=now)
        Count.objects.filter(pk=count.id).update(state="posted", posted_at=now, posted_by=actor_id)
    return posted


def drop_count(*, count_id: int) -> None:
    """End a stocktake without booking anything. Raises :class:`CountClosed`."""
    if not Count.objects.filter(pk=count_id, state="open").update(state="dropped"):
        raise CountClosed


def classify(*, days: int = 90, now: datetime | None = None) -> dict[str, int]:
    """Set A, B or C of every item by what it cost to consume in the last ``days`` (pieces where costs are unknown);
    returns how many of each."""
    now = now or timezone.now()
    sold = (
        Movement.objects.filter(place_to__kind=CUSTOMER, occurred_at__gte=now - timedelta(days=days))
        .values("item_id")
        .annotate(cost=Sum("cost_minor"), pieces=Sum("qty"))
        .order_by()
    )
    values = {row["item_id"]: row["cost"] if row["cost"] is not None else row["pieces"] for row in sold}
    classes = abc({i: values.get(i, 0) for i in Item.objects.values_list("id", flat=True)})
    found = {"A": 0, "B": 0, "C": 0}
    with transaction.atomic():
        for name in found:
            ids = [i for i, c in classes.items() if c == name]
            found[name] = len(ids)
            for start in range(0, len(ids), 500):
                Item.objects.filter(id__in=ids[start : start + 500]).exclude(abc_class=name).update(abc_class=name)
    return found
