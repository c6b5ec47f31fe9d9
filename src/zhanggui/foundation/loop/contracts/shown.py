"""What pages, API and commands receive: plain values, never model instances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who looks or acts: their roles by shop. ``roles`` are (shop id or None for every shop, role)."""

    id: int | None
    roles: tuple[tuple[int | None, str], ...] = ()
    shop_ids: frozenset[int] = frozenset()

    def roles_at(self, shop_id: int | None) -> frozenset[str]:
        """Roles that count at a shop; for what belongs to no shop, those held for every shop."""
        return frozenset(r for s, r in self.roles if s is None or (shop_id is not None and s == shop_id))

    @property
    def any_roles(self) -> frozenset[str]:
        return frozenset(r for _, r in self.roles)


@dataclass(frozen=True, slots=True)
class FindingInfo:
    """One finding. ``sentence``, ``evidence`` and ``how`` (of the money) are kept messages: see ``wording``."""

    id: int
    kind: str
    detector: str
    shop_id: int | None
    subject_type: str
    subject_id: str
    subject_label: str
    roles: tuple[str, ...]
    severity: str
    sentence: Mapping[str, Any]
    detail: str
    why: Mapping[str, Any]
    evidence: tuple[Mapping[str, Any], ...]
    cases: tuple[Mapping[str, Any], ...]
    stake_minor: int | None
    stake_currency: str
    stake_how: Mapping[str, Any]
    stake_is_least: bool
    size: int | None
    due_at: datetime | None
    due_is_certain: bool
    since: datetime | None
    state: str
    assignee_id: int | None
    snoozed_until: datetime | None
    reason_code: str
    reason: str
    gone: bool
    opened_at: datetime
    seen_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    returned: int
    earlier_id: int | None
    href: str
    act_code: str
    act_params: Mapping[str, Any]
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventInfo:
    """One line of a history: who did what, from which state to which, and why. ``actor_id`` None: the loop itself."""

    at: datetime
    actor_id: int | None
    command: str
    before: str
    after: str
    why: str
    for_id: int | None = None


@dataclass(frozen=True, slots=True)
class ItemInfo:
    """One line of a proposal: before → after, and what became of it."""

    id: int
    key: str
    label: str
    shop_id: int | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    money: int | None
    currency: str
    state: str
    note: str
    file: str
    steps: Mapping[str, Any]
    seen: Mapping[str, Any] | None
    seen_at: datetime | None
    tried_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProposalInfo:
    """One proposal with its policy and where it stands. ``difference``: why the world refused it."""

    id: int
    action: str
    params: Mapping[str, Any]
    sentence: Mapping[str, Any]
    shop_ids: tuple[int, ...]
    state: str
    token: str
    item_count: int
    money: int | None
    currency: str
    irreversible: bool
    can_undo: bool
    approvers: int
    approver_roles: tuple[str, ...]
    rule: str
    approved_by: tuple[tuple[int, int | None], ...]
    proposer_id: int | None
    finding_id: int | None
    reason: str
    note: str
    difference: tuple[Mapping[str, Any], ...]
    created_at: datetime
    expires_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    items: tuple[ItemInfo, ...] = ()
    events: tuple[EventInfo, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActionInfo:
    """An action a person may propose here."""

    code: str
    title: str
    icon: str
    irreversible: bool
    can_undo: bool


@dataclass(frozen=True, slots=True)
class DetectorInfo:
    """A detector and how it is doing. ``off_because`` empty: it runs."""

    code: str
    kinds: tuple[str, ...]
    needs: tuple[str, ...]
    cost: str
    every_seconds: int
    limit_seconds: int
    incremental: bool
    last_run_at: datetime | None
    last_full_at: datetime | None
    last_ms: int | None
    last_found: int | None
    runs: int
    off_at: datetime | None
    off_because: str
    error: str
    muted_at: datetime | None
    muted_because: str
    checked: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class OutcomeInfo:
    """What came of a proposal. ``method`` did, synthetic or before_after; ``effect`` per day, in the metric's unit.

    ``total`` is the effect over the whole window. None where nothing can be said, and ``note`` says why.
    """

    id: int
    proposal_id: int
    action: str
    detector: str
    kind: str
    metric: str
    good: str
    is_money: bool
    unit: str
    currency: str
    state: str
    baseline_first: date
    baseline_last: date
    window_first: date
    window_last: date
    method: str
    effect: Decimal | None
    low: Decimal | None
    high: Decimal | None
    total: Decimal | None
    total_low: Decimal | None
    total_high: Decimal | None
    treated: int
    controls: int
    note: str
    measured_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecoveredInfo:
    """Money recovered in one currency, with its interval; ``uncontrolled`` counts outcomes left out for want of a
    control."""

    currency: str
    minor: int
    low: int
    high: int
    outcomes: int


@dataclass(frozen=True, slots=True)
class EarnedInfo:
    """Whether a detector or an action earned its place.

    ``useful`` and ``useless`` are what people said by what they did; ``precision`` with its Wilson interval, None
    without a word from anybody. ``mute``: it should be retired, says the rule; a person decides.
    """

    code: str
    findings: int
    open: int
    useful: int
    useless: int
    silent: int
    precision: Decimal | None
    low: Decimal | None
    high: Decimal | None
    mute: bool
    recovered: tuple[RecoveredInfo, ...]
    uncontrolled: int
