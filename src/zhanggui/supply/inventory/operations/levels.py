"""Opening stock and stock files: what a table would do to the book is shown first, then done exactly so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from zhanggui.supply.inventory.contracts import LevelPlan, LevelRow, Objection, Posting
from zhanggui.supply.inventory.domain.counting import blast
from zhanggui.supply.inventory.domain.places import SELLABLE
from zhanggui.supply.inventory.domain.quantities import BadQuantity, to_base
from zhanggui.supply.inventory.models import Balance, Component, Item, ItemUnit, Lot, Place, Pool
from zhanggui.supply.inventory.operations.errors import Stopped, WorldMoved
from zhanggui.supply.inventory.operations.items import ensure_places, put_item
from zhanggui.supply.inventory.operations.ledger import Posted, bad_quantity, post
from zhanggui.supply.inventory.reading import TableRow
from zhanggui.supply.inventory.store import pools


def plan_levels(*, rows: Sequence[TableRow], complete: bool = False, add_new: bool = True) -> LevelPlan:
    """What a table of levels would change, row by row. Nothing is written.

    ``complete``: SKUs that stand in MAIN and not in the table go to zero. ``add_new``: codes not known become items.
    ``unit_cost`` cells are major units of the item's currency (two decimals).
    """
    ensure_places()
    items = {i.code: i for i in Item.objects.filter(code__in={r["sku"] for r in rows})}
    shelves = {p.code: p for p in Place.objects.filter(kind__in=SELLABLE)}
    bundles = set(Component.objects.values_list("bundle__code", flat=True))
    factors: dict[str, dict[str, int]] = {}
    for code, unit, factor in ItemUnit.objects.filter(item__code__in=items).values_list("item__code", "unit", "factor"):
        factors.setdefault(code, {})[unit] = factor
    lots = {(l.item_id, l.code): l for l in Lot.objects.filter(item__code__in=items)}
    booked = {
        (i, l, p): q
        for i, l, p, q in Balance.objects.filter(place__kind__in=SELLABLE).values_list(
            "item__code", "lot__code", "place__code", "qty"
        )
    }
    objections: list[Objection] = []
    found: dict[tuple[str, str, str], LevelRow] = {}
    new: list[str] = []
    for row in rows:
        sku, place, lot = row["sku"], row["place"] or "MAIN", row["lot"]
        problem, level, cost, expires_on = _cells(row, items.get(sku), factors.get(sku, {}))
        if sku in bundles:
            problem = Objection("bundle", sku, row.row)
        elif place not in shelves:
            problem = Objection("unknown_place", sku, row.row, "place", place)
        elif sku and sku not in items and not add_new:
            problem = Objection("unknown_sku", sku, row.row, "sku", sku)
        elif (sku, lot, place) in found:
            problem = Objection("repeated", sku, row.row, "sku", sku)
        elif sku in items and expires_on is not None:
            known = lots.get((items[sku].id, lot))
            if known is not None and known.expires_on not in (None, expires_on):
                detail: dict[str, str | int] = {"lot": lot}
                problem = Objection("lot_date_differs", sku, row.row, "expires_on", str(expires_on), detail)
        if problem is not None:
            objections.append(problem)
            continue
        if sku not in items and sku not in new:
            new.append(sku)
        found[sku, lot, place] = LevelRow(
            row.row, sku, lot, place, booked.get((sku, lot, place), 0), level, cost, expires_on
        )
    if complete:
        for (sku, lot, place), qty in sorted(booked.items()):
            if qty > 0 and place == "MAIN" and (sku, lot, place) not in found:
                found[sku, lot, place] = LevelRow(0, sku, lot, place, qty, 0, None, None)
    had, to_zero, warned = _blast(found)
    if warned:
        values: dict[str, str | int] = {"to_zero": to_zero, "had": had}
        objections.append(Objection("half_to_zero", detail=values, approvable=True))
    wanted = tuple(found.values())
    return LevelPlan(wanted, tuple(objections), tuple(new), had, to_zero, _token(wanted))


def _blast(found: dict[tuple[str, str, str], LevelRow]) -> tuple[int, int, bool]:
    have = dict(Pool.objects.filter(on_hand__gt=0).values_list("item__code", "on_hand"))
    after = dict(have)
    for row in found.values():
        if row.sku in after:
            after[row.sku] += row.difference
    ids = {code: n for n, code in enumerate(have)}
    effect = blast({ids[c]: q for c, q in have.items()}, {ids[c]: max(0, q) for c, q in after.items()})
    return effect.before, effect.to_zero, effect.needs_approval


def _cells(
    row: TableRow, item: Item | None, factors: dict[str, int]
) -> tuple[Objection | None, int, int | None, date | None]:
    sku = row["sku"]
    if not sku:
        return Objection("no_sku", row=row.row, column="sku"), 0, None, None
    if not row["qty"]:
        return Objection("empty", sku, row.row, "qty"), 0, None, None
    base = item.base_unit if item is not None else row["unit"] or "件"
    try:
        level = to_base(row["qty"], row["unit"], base, factors)
    except BadQuantity as bad:
        return bad_quantity(bad, sku, row.row), 0, None, None
    cost: int | None = None
    if row["cost"]:
        try:
            minor = Decimal(row["cost"].replace(",", "").lstrip("¥￥")) * 100
            if not minor.is_finite() or minor < 0 or minor != minor.to_integral_value():
                raise InvalidOperation
            cost = int(minor)
        except InvalidOperation:
            return Objection("bad_cost", sku, row.row, "cost", row["cost"]), 0, None, None
    expires_on: date | None = None
    if row["expires_on"]:
        try:
            expires_on = date.fromisoformat(row["expires_on"][:10].replace("/", "-"))
        except ValueError:
            return Objection("bad_date", sku, row.row, "expires_on", row["expires_on"]), 0, None, None
    return None, level, cost, expires_on


def _token(rows: tuple[LevelRow, ...]) -> str:
    text = json.dumps([asdict(r) for r in rows], default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def apply_levels(
    *,
    rows: Sequence[TableRow],
    token: str,
    source: str,
    complete: bool = False,
    add_new: bool = True,
    approve: bool = False,
    actor_id: int | None = None,
    now: datetime | None = None,
) -> Posted:
    """Do what :func:`plan_levels` showed: post the differences from or to OPENING (first stock of an item) or LOSS.

    Raises :class:`WorldMoved` when the plan would look different now, :class:`Stopped` for objections (those a person
    may approve only without ``approve``). All rows or none.
    """
    now = now or timezone.now()
    with transaction.atomic():
        pools.lock(Item.objects.filter(code__in={r["sku"] for r in rows}).values_list("id", flat=True))
        plan = plan_levels(rows=rows, complete=complete, add_new=add_new)
        if plan.token != token:
            raise WorldMoved
        stopping = plan.blocked if approve else plan.objections
        if stopping:
            raise Stopped(tuple(stopping))
        units = {r["sku"]: r["unit"] for r in rows if r["unit"]}
        names = {r["sku"]: r["name"] for r in rows if r["name"]}
        for sku in plan.new_skus:
            put_item(sku=sku, base_unit=units.get(sku), name=names.get(sku))
        moved = set(
            Balance.objects.filter(item__code__in=[r.sku for r in plan.rows])
            .values("item__code")
            .annotate(n=Sum("id"))
            .values_list("item__code", flat=True)
        )
        postings = []
        for row in plan.rows:
            if row.difference == 0:
                continue
            other = "LOSS" if row.sku in moved else "OPENING"
            sides = (other, row.place) if row.difference > 0 else (row.place, other)
            cost = None if row.cost is None or row.difference < 0 else row.cost * row.difference
            key = f"levels:{source}:{token}:{row.sku}:{row.lot}:{row.place}"
            reason = "count" if row.sku in moved else "opening"
            postings.append(
                Posting(
                    row.sku, abs(row.difference), *sides, reason, source, key, now, row.lot, row.expires_on, cost
                )
            )  # fmt: skip
        return post(postings=postings, actor_id=actor_id, now=now)
