"""Outcomes: declare what will be measured when an act ends, measure it when its window is over."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.loop import reading
from zhanggui.foundation.loop.contracts import Change, Reading, find_action, reader
from zhanggui.foundation.loop.domain import effects
from zhanggui.foundation.loop.models import Outcome, Proposal
from zhanggui.kernel.period import business_day

log = logging.getLogger(__name__)


def declare(row: Proposal, now: datetime) -> None:
    """Write down metric, scope and windows of an act that just ended; once, and before anything is measured.

    The day of the act belongs to neither side.
    """
    spec = find_action(row.action)
    wish = spec.act.measures if spec else None
    if spec is None or wish is None:
        return
    day = business_day(row.started_at or now, settings.TIME_ZONE)
    after, before = max(1, wish.window.days), max(1, wish.baseline.days)
    done = row.items.filter(state="done").order_by("position")
    changes = [Change(i.key, i.label, i.before, i.after, i.shop_id, i.money, i.currency) for i in done]
    Outcome.objects.get_or_create(
        proposal=row,
        defaults={
            "metric": wish.metric,
            "good": wish.good,
            "is_money": wish.is_money,
            "scope": dict(spec.act.scope(spec.params.model_validate(row.params), changes)),
            "baseline_first": day - timedelta(days=before),
            "baseline_last": day - timedelta(days=1),
            "window_first": day + timedelta(days=1),
            "window_last": day + timedelta(days=after),
        },
    )


def withdraw(row: Proposal) -> None:
    """What was taken back has no outcome of its own."""
    Outcome.objects.filter(proposal=row, state="waiting").update(state="withdrawn")


def measure_due(*, now: datetime | None = None) -> int:
    """Measure what is over; returns how many outcomes got their answer. Without a reader of metrics nothing is done."""
    reading.load()
    today = business_day(now or timezone.now(), settings.TIME_ZONE)
    count = 0
    for outcome in Outcome.objects.filter(state="waiting", window_last__lt=today):
        count += measure(outcome_id=outcome.pk, now=now)
    return count


def measure(*, outcome_id: int, now: datetime | None = None) -> bool:
    """Measure one outcome; False while the data does not reach its window yet. It is measured once."""
    read = reader()
    if read is None:
        return False
    outcome = Outcome.objects.get(pk=outcome_id)
    try:
        found = read(outcome.metric, outcome.scope, outcome.baseline_first, outcome.window_last)
    except Exception:
        log.exception("metric %s cannot be read for outcome %s", outcome.metric, outcome_id)
        return False
    moment = now or timezone.now()
    if found is None:
        return _keep(outcome_id, None, None, moment, "not_readable")
    before = (outcome.baseline_last - outcome.baseline_first).days + 1
    gap = (outcome.window_first - outcome.baseline_last).days - 1
    days = (outcome.window_last - outcome.baseline_first).days + 1
    late = business_day(moment, settings.TIME_ZONE) - outcome.window_last
    if not _reaches(found, days) and late <= timedelta(days=7):
        return False  # the files of the last days are still to come
    ours = [_days(s.values, days, before, gap) for s in found.treated]
    theirs = [_days(s.values, days, before, gap) for s in found.controls]
    return _keep(outcome_id, effects.estimate(ours, theirs, before=before), found, moment, "")


def _reaches(found: Reading, days: int) -> bool:
    return any(len(s.values) >= days and s.values[days - 1] is not None for s in found.treated)


def _days(values: tuple[Decimal | None, ...], days: int, before: int, gap: int) -> list[float | None]:
    """The days before and after, the day of the act left out; what is not told is a gap."""
    whole = [*values[:days], *([None] * (days - len(values)))]
    return [None if v is None else float(v) for v in (*whole[:before], *whole[before + gap :])]


def _keep(outcome_id: int, effect: effects.Effect | None, found: Reading | None, now: datetime, note: str) -> bool:
    with transaction.atomic():
        row = Outcome.objects.select_for_update().get(pk=outcome_id)
        if row.state != "waiting":
            return False
        said = effect is not None and effect.effect is not None
        row.state = "measured" if said else "impossible"
        row.measured_at, row.note = now, note or (effect.note if effect else "")
        if found is not None:
            row.unit, row.currency = found.unit, found.currency
        if effect is not None:
            digits = 0 if found is not None and found.unit == "money" else 6
            row.method, row.treated, row.controls, row.days = (
                effect.method,
                effect.treated,
                effect.controls,
                effect.days,
            )
            numbers = (effect.effect, effect.low, effect.high)
            row.effect, row.low, row.high = ("" if v is None else str(round(Decimal(repr(v)), digits)) for v in numbers)
        row.save()
    return True
