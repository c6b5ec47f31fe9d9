"""The list: which findings call a person, ranked by deadline and money in the database, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import PersonInfo
from zhanggui.foundation.loop import reading
from zhanggui.foundation.loop.contracts import Actor, EventInfo, FindingInfo, ProposalInfo
from zhanggui.foundation.loop.domain.findings import ACTIVE, SEVERITIES
from zhanggui.foundation.loop.models import DetectorState, Finding, Proposal

#: Sections by deadline: now (or over), before the day ends (also grave ones without a deadline), within a week, later.
NOW, TODAY, WEEK, LATER, MINE = "now", "today", "week", "later", "mine"
SECTIONS: Final = (NOW, TODAY, WEEK, LATER)
DUE_NOW: Final = timedelta(hours=2)
_WARN: Final = SEVERITIES.index("warn")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list. ``viewer`` None: everybody's (for commands). ``day_end``: when today is over for the reader.

    ``home``: the currency in which money is ranked; amounts in others are never compared with it and come after.
    ``role`` narrows to findings that call this role. ``states`` default: on somebody's list now.
    """

    now: datetime
    day_end: datetime
    viewer: Actor | None = None
    shop_ids: frozenset[int] | None = None
    role: str = ""
    section: str = ""
    mine: bool = False
    kinds: frozenset[str] = frozenset()
    states: frozenset[str] = ACTIVE
    home: str = ""
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings stand in each section, how many are the reader's own, and how many are grave."""

    sections: Mapping[str, int] = field(default_factory=dict)
    mine: int = 0
    urgent: int = 0

    @property
    def total(self) -> int:
        return sum(self.sections.values())


def list_findings(wanted: Wanted, *, limit: int = 20, offset: int = 0) -> list[FindingInfo]:
    """A page of the list, ranked: by deadline when it is due now, else by weight, money and deadline.

    Two reads: the ids are ranked inside the index, then only the rows of the page are fetched.
    """
    rows = _rows(wanted).order_by(*_order(wanted))
    ids = list(rows.values_list("pk", flat=True)[offset : offset + limit])
    found = Finding.objects.in_bulk(ids)
    return [reading.finding_info(found[i]) for i in ids]


def counts(wanted: Wanted) -> Counts:
    """How many in each section, in one read."""
    rows = _rows(wanted).annotate(section_no=_section_no(wanted))
    mine = Count("pk", filter=Q(assignee_id=wanted.viewer.id)) if wanted.viewer else Value(0)
    urgent = Count("pk", filter=Q(severity__gte=_WARN))
    found = rows.values("section_no").annotate(n=Count("pk"), mine_n=mine, urgent_n=urgent)
    sections = dict.fromkeys(SECTIONS, 0)
    own = grave = 0
    for line in found.order_by("section_no"):
        sections[SECTIONS[line["section_no"]]] = line["n"]
        own += line["mine_n"]
        grave += line["urgent_n"]
    return Counts(sections, own, grave)


def finding(*, finding_id: int, viewer: Actor | None) -> FindingInfo | None:
    """One finding this person may see, or None."""
    row = Finding.objects.filter(pk=finding_id).first()
    if row is None or (viewer is not None and not reading.sees(viewer, row)):
        return None
    return reading.finding_info(row)


def history(*, finding_id: int) -> list[EventInfo]:
    """Every move of a finding, oldest first; earlier findings of the same cause are named in ``why`` (``again:id``)."""
    row = Finding.objects.filter(pk=finding_id).first()
    return [reading.event_info(e) for e in row.events.order_by("pk")] if row else []


def proposals_of(*, finding_id: int) -> list[ProposalInfo]:
    rows = Proposal.objects.filter(finding_id=finding_id).prefetch_related("shops", "approvals").order_by("-pk")
    return [reading.proposal_info(r) for r in rows]


def assignable(*, finding_id: int) -> list[PersonInfo]:
    """People who would see this finding, by name."""
    row = Finding.objects.filter(pk=finding_id).first()
    if row is None:
        return []
    return [p for p in accounts.people() if p.is_active and reading.sees(reading.actor_by_id(p.id), row)]


def _rows(wanted: Wanted) -> QuerySet[Finding]:
    rows = Finding.objects.filter(state__in=wanted.states)
    if not wanted.states <= ACTIVE:
        rows = rows.filter(is_current=True)
    if wanted.viewer is not None:
        rows = _seen_by(rows, wanted.viewer)
    if wanted.shop_ids is not None:
        rows = rows.filter(Q(shop_id__isnull=True) | Q(shop_id__in=wanted.shop_ids))
    if wanted.role:
        rows = rows.alias(wanted_role=F("roles").bitand(reading.mask([wanted.role]))).filter(wanted_role__gt=0)
    if wanted.mine and wanted.viewer is not None:
        rows = rows.filter(assignee_id=wanted.viewer.id)
    if wanted.kinds:
        rows = rows.filter(kind__in=wanted.kinds)
    if not wanted.muted:
        quiet = list(DetectorState.objects.filter(muted_at__isnull=False).values_list("code", flat=True))
        rows = rows.exclude(detector__in=quiet) if quiet else rows
    if wanted.section:
        rows = rows.filter(_in_section(wanted, wanted.section))
    return rows


def _seen_by(rows: QuerySet[Finding], viewer: Actor) -> QuerySet[Finding]:
    """The same rule as ``reading.sees``, in the database."""
    by_mask: dict[int, list[int]] = {}
    for shop in viewer.shop_ids:
        by_mask.setdefault(reading.mask(viewer.roles_at(shop)), []).append(shop)
    everywhere = reading.mask(viewer.roles_at(None))
    called = Q(pk__in=[])
    masks = [*by_mask.items(), (everywhere, None)]
    for n, (bits, shops) in enumerate(masks):
        if bits:
            rows = rows.alias(**{f"called{n}": F("roles").bitand(bits)})
            place = Q(shop_id__isnull=True) if shops is None else Q(shop_id__in=shops)
            called |= place & Q(**{f"called{n}__gt": 0})
    keeper = bool(viewer.roles_at(None) & {"OWN", "ADM"})
    personal = Q(person_id__isnull=False) if keeper else Q(person_id=viewer.id)
    own = Q(assignee_id=viewer.id)
    near = Q(shop_id__isnull=True) | Q(shop_id__in=viewer.shop_ids)
    return rows.filter(near & (own | personal | (called & Q(person_id__isnull=True))))


def _in_section(wanted: Wanted, section: str) -> Q:
    soon = wanted.now + DUE_NOW
    today = max(wanted.day_end, soon)
    week = max(wanted.now + timedelta(days=7), today)
    undated = Q(due_at__isnull=True)
    return {
        NOW: Q(due_at__lte=soon),
        TODAY: Q(due_at__gt=soon, due_at__lte=today) | (undated & Q(severity__gte=_WARN)),
        WEEK: Q(due_at__gt=today, due_at__lte=week) | (undated & Q(severity__lt=_WARN)),
        LATER: Q(due_at__gt=week),
    }[section]


def _section_no(wanted: Wanted) -> Case:
    whens: Iterable[When] = [
        When(_in_section(wanted, section), then=Value(n)) for n, section in enumerate(SECTIONS[:-1])
    ]
    return Case(*whens, default=Value(len(SECTIONS) - 1), output_field=IntegerField())


def _order(wanted: Wanted) -> list[Any]:
    at_home = Case(When(stake_currency=wanted.home, then=Value(1)), default=Value(0), output_field=IntegerField())
    money = [at_home.desc(), Coalesce("stake_minor", Value(-1)).desc()]
    due = F("due_at").asc(nulls_last=True)
    if wanted.section == NOW:
        return [due, *money, "pk"]
    if wanted.section:
        return [F("severity").desc(), *money, due, "pk"]
    return [_section_no(wanted).asc(), F("severity").desc(), *money, due, "pk"]
