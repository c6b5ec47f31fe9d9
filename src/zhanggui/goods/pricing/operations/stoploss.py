"""A wrong price is live: the list of steps, each ticked by somebody at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.audit import operations as audit
from zhanggui.goods.pricing.domain.stoploss import STEPS
from zhanggui.goods.pricing.models import WrongPrice
from zhanggui.goods.pricing.operations.errors import PriceRefused


def open_stop_loss(
    *,
    sku_id: int,
    shop_id: int | None,
    wrong: int,
    right: int,
    currency: str,
    live_from: datetime,
    shop_ids: Sequence[int],
    actor_id: int | None,
) -> int:
    """Start the list for a wrong price; ``shop_ids`` are the shops where it stands. One open list per SKU and shop."""
    if wrong == right or wrong <= 0 or right <= 0:
        raise PriceRefused("amount_range", value=wrong)
    now = timezone.now()
    if live_from > now:
        raise PriceRefused("period")
    with transaction.atomic():
        held = WrongPrice.objects.select_for_update().filter(sku_id=sku_id, state=WrongPrice.OPEN)
        if any(case.shop_id == shop_id for case in held):
            raise PriceRefused("stop_loss_open")
        steps = [
            {
                "code": step.code,
                "role": step.role,
                "shop_id": shop,
                "due_at": (now + timedelta(minutes=step.minutes)).isoformat(),
                "done_at": None,
                "done_by": None,
                "note": "",
            }
            for step in STEPS
            for shop in (list(shop_ids) if step.per_shop else [None])
        ]
        row = WrongPrice.objects.create(
            sku_id=sku_id,
            shop_id=shop_id,
            wrong=wrong,
            right=right,
            currency=currency,
            live_from=live_from,
            found_at=now,
            opened_by_id=actor_id,
            steps=steps,
        )
        detail = {"sku": sku_id, "shop": shop_id, "wrong": wrong, "right": right, "currency": currency}
        audit.record(actor_id=actor_id, action="price.stop_loss", subject=f"stop_loss:{row.pk}", detail=detail)
    return row.pk


def complete_step(*, case_id: int, index: int, actor_id: int | None, note: str = "") -> None:
    """Tick one step; the first tick stands. Taking down ends the time the price was live once every shop is down."""
    with transaction.atomic():
        case = WrongPrice.objects.select_for_update().filter(pk=case_id, state=WrongPrice.OPEN).first()
        if case is None or not 0 <= index < len(case.steps):
            raise PriceRefused("no_step")
        step = case.steps[index]
        if step["done_at"]:
            return
        now = timezone.now()
        step.update(done_at=now.isoformat(), done_by=actor_id, note=note[:500])
        downs = [s for s in case.steps if s["code"] == "take_down"]
        if case.live_to is None and downs and all(s["done_at"] for s in downs):
            case.live_to = now
        case.save(update_fields=["steps", "live_to"])


def close_stop_loss(*, case_id: int, actor_id: int | None) -> None:
    """End the list; refused while a step is open."""
    with transaction.atomic():
        case = WrongPrice.objects.select_for_update().filter(pk=case_id, state=WrongPrice.OPEN).first()
        if case is None:
            raise PriceRefused("no_step")
        waiting = sum(not s["done_at"] for s in case.steps)
        if waiting:
            raise PriceRefused("steps_open", count=waiting)
        case.state = WrongPrice.CLOSED
        case.save(update_fields=["state"])
