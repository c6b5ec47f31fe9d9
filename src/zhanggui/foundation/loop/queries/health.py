"""How the detectors are doing, what may be proposed, and who must approve."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from zhanggui.foundation.accounts.domain.permissions import PERMISSIONS
from zhanggui.foundation.loop import reading
from zhanggui.foundation.loop.contracts import ActionInfo, Actor, DetectorInfo, actions, detectors
from zhanggui.foundation.loop.domain import policy
from zhanggui.foundation.loop.models import DetectorState


def detector_states() -> list[DetectorInfo]:
    """Every registered detector by code, and modules that could not be loaded as one that is off."""
    reading.load()
    states = {s.code: s for s in DetectorState.objects.all()}
    found = []
    for code, one in sorted(detectors().items()):
        state = states.get(code) or DetectorState(code=code)
        found.append(
            DetectorInfo(
                code=code,
                kinds=tuple(k.code for k in one.kinds),
                needs=one.needs,
                cost=one.cost,
                every_seconds=int(one.every.total_seconds()),
                limit_seconds=int(one.limit.total_seconds()),
                incremental=one.incremental,
                last_run_at=state.last_run_at,
                last_full_at=state.last_full_at,
                last_ms=state.last_ms,
                last_found=state.last_found,
                runs=state.runs,
                off_at=state.off_at,
                off_because=state.off_because,
                error=state.error,
                muted_at=state.muted_at,
                muted_because=state.muted_because,
                checked=tuple(state.checked),
            )
        )
    return found


def off() -> list[tuple[str, datetime, str]]:
    """Detectors that are switched off: code, since when, and why."""
    rows = DetectorState.objects.filter(off_at__isnull=False).order_by("code")
    return [(r.code, r.off_at, r.off_because) for r in rows if r.off_at is not None]


def last_look() -> datetime | None:
    """When any detector last ran to its end."""
    found: datetime | None = DetectorState.objects.filter(off_at__isnull=True).aggregate(at=Max("last_run_at"))["at"]
    return found


def offered(*, viewer: Actor, shop_id: int | None) -> list[ActionInfo]:
    """Actions this person may propose at a shop."""
    reading.load()
    held = viewer.roles_at(shop_id) if shop_id is not None else viewer.any_roles
    return [
        ActionInfo(s.code, s.act.title, s.act.icon, s.act.irreversible, s.can_undo)
        for s in actions().values()
        if held & PERMISSIONS[s.act.permission]
    ]


def policy_rules() -> tuple[tuple[policy.Rule, bool], ...]:
    """The approval rules in the order in which they are read; the flag: the installation's own."""
    return (*((r, True) for r in reading.rules()), *((r, False) for r in policy.DEFAULT))
