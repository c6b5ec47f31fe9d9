"""Which detectors and actions earned their place: what people said by what they did, and what was measured."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q

from zhanggui.foundation.loop import reading
from zhanggui.foundation.loop.contracts import Actor, EarnedInfo, OutcomeInfo, RecoveredInfo, actions, detectors
from zhanggui.foundation.loop.domain import effects
from zhanggui.foundation.loop.domain.findings import DISMISSALS, LIVING
from zhanggui.foundation.loop.models import Finding, FindingEvent, Outcome, Proposal
from zhanggui.foundation.loop.queries.proposals import list_proposals

_AGAINST = sorted(code for code, says in DISMISSALS.items() if says < 0)


def outcomes(*, viewer: Actor | None, limit: int = 200) -> list[OutcomeInfo]:
    """Declared and measured outcomes, newest first, of proposals this person may see."""
    rows = Outcome.objects.select_related("proposal__finding").order_by("-pk")
    if viewer is not None:
        allowed = {p.id for p in list_proposals(viewer=viewer, limit=5_000)}
        return [_info(r) for r in rows if r.proposal_id in allowed][:limit]
    return [_info(r) for r in rows[:limit]]


def detectors_earned() -> list[EarnedInfo]:
    """Per detector: a finding somebody took up, acted on or called done counts for it; one dismissed as no problem,
    wrong or too small counts against it; the others are silent. The last word on a finding counts."""
    reading.load()
    acted = Exists(Proposal.objects.filter(finding_id=OuterRef("pk")))
    taken = Exists(FindingEvent.objects.filter(finding_id=OuterRef("pk"), command__in=("take", "resolve")))
    against = Q(state="dismissed", reason_code__in=_AGAINST)
    rows = (
        Finding.objects.annotate(is_acted=acted, is_taken=taken)
        .values("detector")
        .annotate(
            n=Count("pk"),
            living=Count("pk", filter=Q(state__in=LIVING)),
            useless=Count("pk", filter=against),
            useful=Count("pk", filter=(Q(is_acted=True) | Q(is_taken=True)) & ~against),
        )
    )
    known = {r["detector"]: r for r in rows}
    recovered = _recovered(r for r in map(_info, Outcome.objects.select_related("proposal__finding")) if r.detector)
    found = []
    for code in sorted({*known, *detectors()}):
        line = known.get(code, {"n": 0, "living": 0, "useless": 0, "useful": 0})
        money, without = recovered.get(code, ((), 0))
        found.append(_earned(code, line["n"], line["living"], line["useful"], line["useless"], money, without))
    return found


def actions_earned() -> list[EarnedInfo]:
    """Per action: proposals carried out count for it, refused ones (by a person) against it."""
    reading.load()
    rows = Proposal.objects.values("action").annotate(
        n=Count("pk"),
        living=Count("pk", filter=Q(state__in=("proposed", "approved", "executing", "waiting", "uncertain"))),
        useless=Count("pk", filter=Q(state__in=("rejected", "undone"))),
        useful=Count("pk", filter=Q(state__in=("done", "partly"))),
    )
    known = {r["action"]: r for r in rows}
    infos = [replace(_info(r), detector=r.proposal.action) for r in Outcome.objects.select_related("proposal__finding")]
    recovered = _recovered(infos)
    found = []
    for code in sorted({*known, *actions()}):
        line = known.get(code, {"n": 0, "living": 0, "useless": 0, "useful": 0})
        money, without = recovered.get(code, ((), 0))
        found.append(_earned(code, line["n"], line["living"], line["useful"], line["useless"], money, without))
    return found


def _earned(
    code: str,
    findings: int,
    living: int,
    useful: int,
    useless: int,
    money: tuple[RecoveredInfo, ...],
    without: int,
) -> EarnedInfo:
    said = useful + useless
    interval = effects.wilson(useful, said)
    return EarnedInfo(
        code=code,
        findings=findings,
        open=living,
        useful=useful,
        useless=useless,
        silent=findings - said,
        precision=Decimal(useful) / said if said else None,
        low=_ratio(interval[0]) if interval else None,
        high=_ratio(interval[1]) if interval else None,
        mute=effects.is_noise(useful, useless),
        recovered=money,
        uncontrolled=without,
    )


def _ratio(value: float) -> Decimal:
    return Decimal(round(value * 10_000)).scaleb(-4)


def _recovered(found: Iterable[OutcomeInfo]) -> dict[str, tuple[tuple[RecoveredInfo, ...], int]]:
    """Sums of money effects with a control, per detector and currency; intervals of independent outcomes add in
    squares. What has no control is counted, never summed."""
    sums: dict[tuple[str, str], list[OutcomeInfo]] = defaultdict(list)
    without: dict[str, int] = defaultdict(int)
    for one in found:
        if one.total is None:
            continue
        if one.method == "before_after":
            without[one.detector] += 1
        elif one.is_money and one.unit == "money":
            sums[one.detector, one.currency].append(one)
    result: dict[str, tuple[tuple[RecoveredInfo, ...], int]] = {}
    for code in {c for c, _ in sums} | set(without):
        lines = []
        for (owner, currency), some in sorted(sums.items()):
            if owner == code:
                sign = [1 if o.good == "up" else -1 for o in some]
                middle = sum(int(o.total or 0) * s for o, s in zip(some, sign, strict=True))
                half = math.isqrt(sum(((int(o.total_high or 0) - int(o.total_low or 0)) // 2) ** 2 for o in some))
                lines.append(RecoveredInfo(currency, middle, middle - half, middle + half, len(some)))
        result[code] = (tuple(lines), without.get(code, 0))
    return result


def _info(row: Outcome) -> OutcomeInfo:
    effect, low, high = (Decimal(t) if t else None for t in (row.effect, row.low, row.high))
    # the effect is the mean per unit and day: over the whole window and every treated unit it adds up
    times = ((row.window_last - row.window_first).days + 1) * max(1, row.treated)
    finding = row.proposal.finding
    return OutcomeInfo(
        id=row.pk,
        proposal_id=row.proposal_id,
        action=row.proposal.action,
        detector=finding.detector if finding else "",
        kind=finding.kind if finding else "",
        metric=row.metric,
        good=row.good,
        is_money=row.is_money,
        unit=row.unit,
        currency=row.currency,
        state=row.state,
        baseline_first=row.baseline_first,
        baseline_last=row.baseline_last,
        window_first=row.window_first,
        window_last=row.window_last,
        method=row.method,
        effect=effect,
        low=low,
        high=high,
        total=None if effect is None or row.unit == "percent" else effect * times,
        total_low=None if low is None or row.unit == "percent" else low * times,
        total_high=None if high is None or row.unit == "percent" else high * times,
        treated=row.treated,
        controls=row.controls,
        note=row.note,
        measured_at=row.measured_at,
    )
