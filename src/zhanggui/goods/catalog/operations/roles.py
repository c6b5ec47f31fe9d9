"""Roles per period, life stages, and costs by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from zhanggui.goods.catalog.domain import roles
from zhanggui.goods.catalog.domain.lifestage import StageRule, life_stage
from zhanggui.goods.catalog.models import Change, Cost, RoleSpan, Sku
from zhanggui.goods.catalog.operations.errors import GoodsRefused, NotThere
from zhanggui.goods.catalog.operations.marking import mark_costs
from zhanggui.goods.catalog.operations.scores import refresh_scores
from zhanggui.goods.catalog.operations.texts import bites


def assign_role(
    *,
    sku_id: int,
    role: str,
    starts_date: date,
    ends_date: date | None = None,
    main_push: bool = False,
    actor_id: int | None,
) -> None:
    """Give a SKU a role from a day on; what it covered before is cut away. Locks the SKU.

    Raises ``GoodsRefused`` (``role_unknown``, ``role_dates``), ``NotThere``.
    """
    new = roles.Span(role, main_push, starts_date, ends_date)
    with transaction.atomic():
        sku = Sku.objects.select_for_update().filter(pk=sku_id).first()
        if sku is None:
            raise NotThere("sku", id=sku_id)
        held = [roles.Span(r.role, r.main_push, r.starts_date, r.ends_date) for r in sku.roles.order_by("starts_date")]
        try:
            after = roles.place(held, new)
        except roles.UnknownRole as error:
            raise GoodsRefused("role_unknown", value=role) from error
        except ValueError as error:
            raise GoodsRefused("role_dates") from error
        if after == held:
            return
        sku.roles.all().delete()
        RoleSpan.objects.bulk_create(
            [
                RoleSpan(sku=sku, role=s.role, main_push=s.main_push, starts_date=s.starts_date, ends_date=s.ends_date)
                for s in after
            ]
        )
        told = f"{role}{' +' if main_push else ''} {starts_date}–{ends_date or ''}"
        Change.objects.create(product_id=sku.product_id, sku=sku, columns={"role": [None, told]}, actor_id=actor_id)


def set_cost(
    *, sku_id: int, amount: int, currency: str, starts_date: date, source: str = "", actor_id: int | None
) -> None:
    """What one piece costs from a day on, in minor units; earlier rows stay. Raises ``GoodsRefused``, ``NotThere``."""
    if amount < 0 or len(currency) != 3 or not currency.isascii() or not currency.isupper():
        raise GoodsRefused("cost", value=f"{amount} {currency}")
    with transaction.atomic():
        sku = Sku.objects.select_for_update().filter(pk=sku_id).first()
        if sku is None:
            raise NotThere("sku", id=sku_id)
        held = sku.costs.filter(starts_date=starts_date).order_by("-pk").first()
        if held is not None and (held.amount, held.currency) == (amount, currency):
            return
        Cost.objects.create(
            sku=sku,
            amount=amount,
            currency=currency,
            starts_date=starts_date,
            source=source[:200],
            recorded_by_id=actor_id,
        )
        columns = {"cost": [None, f"{amount} {currency} {starts_date}"]}
        Change.objects.create(product_id=sku.product_id, sku=sku, columns=columns, actor_id=actor_id)
        refresh_scores([sku.product_id])
        mark_costs()


def set_stages(*, weekly: Mapping[int, Sequence[int]], rule: StageRule = StageRule()) -> dict[str, int]:  # noqa: B008
    """Write the life stage of SKUs from their pieces per week (oldest first); returns how many stand in each stage."""
    counts: dict[str, int] = {}
    for ids in bites(sorted(weekly)):
        skus = list(Sku.objects.filter(pk__in=ids))
        for sku in skus:
            found = life_stage(weekly[sku.pk], rule)
            sku.stage = found.stage
            sku.stage_numbers = {
                "reason": found.reason, "recent": found.recent, "before": found.before, "peak": found.peak,
            }  # fmt: skip
            counts[found.stage or "unknown"] = counts.get(found.stage or "unknown", 0) + 1
        Sku.objects.bulk_update(skus, ["stage", "stage_numbers"], batch_size=200)
    return counts
