"""Findings, proposals, their histories, who stands in for whom, and how the detectors are doing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from zhanggui.foundation.loop.domain import findings as finding_rules
from zhanggui.foundation.loop.domain import proposals as proposal_rules


class Finding(models.Model):
    """One cause that deserves attention. ``key`` is unique among current rows; a cause that comes back after a long
    quiet begins a new row that names the ``earlier`` one."""

    detector = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.CASCADE, null=True, related_name="+")
    subject_type = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=120)
    subject_label = models.CharField(max_length=300, blank=True, default="")
    #: bits of ``permissions.ROLES``
    roles = models.PositiveIntegerField()
    person_id = models.BigIntegerField(null=True)
    #: index into ``SEVERITIES``
    severity = models.PositiveSmallIntegerField()
    sentence = models.JSONField()
    detail = models.CharField(max_length=500, blank=True, default="")
    why = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)
    cases = models.JSONField(default=list)
    stake_minor = models.BigIntegerField(null=True)
    stake_currency = models.CharField(max_length=3, blank=True, default="")
    stake_how = models.JSONField(default=dict)
    stake_is_least = models.BooleanField(default=False)
    size = models.BigIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    due_of = models.CharField(max_length=200, blank=True, default="")
    due_is_certain = models.BooleanField(default=True)
    since = models.DateTimeField(null=True)
    href = models.CharField(max_length=500, blank=True, default="")
    act_code = models.CharField(max_length=60, blank=True, default="")
    act_params = models.JSONField(default=dict)
    extra = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=finding_rules.OPEN)
    assignee_id = models.BigIntegerField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=20, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    #: how bad it was when it was dismissed or put off
    mark = models.JSONField(null=True)
    #: since when the cause is away; None while it is there
    gone_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    returned = models.PositiveIntegerField(default=0)
    is_current = models.BooleanField(default=True)
    earlier = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], condition=models.Q(is_current=True), name="loop_one_current"),
            models.CheckConstraint(condition=models.Q(state__in=finding_rules.STATES), name="loop_finding_state"),
        ]
        indexes: ClassVar = [
            # everything the list ranks by, so that ranking ten thousand reads no row
            models.Index(
                fields=[
                    "state",
                    "due_at",
                    "severity",
                    "stake_currency",
                    "stake_minor",
                    "shop",
                    "roles",
                    "person_id",
                    "assignee_id",
                ],
                name="loop_list",
            ),
            models.Index(fields=["detector", "kind", "state"], name="loop_by_detector"),
            models.Index(fields=["assignee_id", "state"], name="loop_by_assignee"),
            models.Index(fields=["subject_type", "subject_id"], name="loop_by_subject"),
        ]

    def __str__(self) -> str:
        return self.key


class FindingEvent(models.Model):
    """A move of a finding: who, when, from, to, command, why. ``actor_id`` None: the loop itself."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    actor_id = models.BigIntegerField(null=True)
    command = models.CharField(max_length=20)
    before = models.CharField(max_length=10, blank=True, default="")
    after = models.CharField(max_length=10)
    why = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["command", "at"], name="loop_event_command")]

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.command}"


class Proposal(models.Model):
    """An action with its parameters, bound by ``token`` to exactly its items."""

    action = models.CharField(max_length=60)
    params = models.JSONField()
    sentence = models.JSONField()
    token = models.CharField(max_length=64)
    finding = models.ForeignKey(Finding, on_delete=models.SET_NULL, null=True, related_name="proposals")
    proposer_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    state = models.CharField(max_length=10, default=proposal_rules.PROPOSED)
    items_count = models.PositiveIntegerField()
    money = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    irreversible = models.BooleanField(default=False)
    approvers = models.PositiveSmallIntegerField()
    approver_roles = models.JSONField(default=list)
    rule = models.CharField(max_length=200, blank=True, default="")
    undo_by_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=1000, blank=True, default="")
    difference = models.JSONField(default=list)
    #: the process that is at it, and until when it is believed to live
    executor = models.CharField(max_length=120, blank=True, default="")
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=proposal_rules.STATES), name="loop_proposal_state"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "expires_at"], name="loop_proposal_state_ix")]

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"


class ProposalShop(models.Model):
    """A shop whose things a proposal touches."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="shops")
    shop = models.ForeignKey("accounts.Shop", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["proposal", "shop"], name="loop_proposal_shop_once")]

    def __str__(self) -> str:
        return f"{self.proposal_id}@{self.shop_id}"


class Item(models.Model):
    """One line of a proposal. ``state`` trying is committed before the act and survives the death of its process."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    label = models.CharField(max_length=300)
    shop_id = models.BigIntegerField(null=True)
    before = models.JSONField()
    after = models.JSONField()
    money = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    state = models.CharField(max_length=12, default=proposal_rules.ITEM_PENDING)
    note = models.CharField(max_length=1000, blank=True, default="")
    file = models.CharField(max_length=40, blank=True, default="")
    steps = models.JSONField(default=dict)
    seen = models.JSONField(null=True)
    seen_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "key"], name="loop_item_once"),
            models.CheckConstraint(condition=models.Q(state__in=proposal_rules.ITEM_STATES), name="loop_item_state"),
        ]

    def __str__(self) -> str:
        return self.key


class Approval(models.Model):
    """One person's yes, by their own hand or as deputy of ``for_id``."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="approvals")
    person_id = models.BigIntegerField()
    for_id = models.BigIntegerField(null=True)
    token = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "person_id"], name="loop_one_approval_each"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} by {self.person_id}"


class ProposalEvent(models.Model):
    """A move of a proposal or of one of its items (``item`` named)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="events")
    item_key = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)
    actor_id = models.BigIntegerField(null=True)
    for_id = models.BigIntegerField(null=True)
    command = models.CharField(max_length=20)
    before = models.CharField(max_length=12, blank=True, default="")
    after = models.CharField(max_length=12)
    why = models.CharField(max_length=1000, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.command}"


class PolicyRule(models.Model):
    """A rule of the installation; read before the defaults, in the order of ``position``."""

    position = models.PositiveIntegerField()
    action = models.CharField(max_length=60)
    approvers = models.PositiveSmallIntegerField()
    roles = models.JSONField(default=list)
    max_items = models.PositiveIntegerField(null=True)
    max_money = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    irreversible = models.BooleanField(null=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.position}: {self.action}"


class Absence(models.Model):
    """Somebody is away; ``deputy_id`` decides in their place meanwhile."""

    person_id = models.BigIntegerField()
    deputy_id = models.BigIntegerField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="loop_absence_order"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} away"


class DetectorState(models.Model):
    """How a detector is doing, and where its next incremental run begins."""

    code = models.CharField(max_length=60, unique=True)
    mark = models.TextField(null=True)
    #: what the change sources said when it last ran
    sources = models.JSONField(default=dict)
    last_run_at = models.DateTimeField(null=True)
    last_full_at = models.DateTimeField(null=True)
    last_ms = models.PositiveIntegerField(null=True)
    last_found = models.PositiveIntegerField(null=True)
    runs = models.PositiveIntegerField(default=0)
    #: until when a process may be at it: two never run one detector at once
    running_until = models.DateTimeField(null=True)
    checked = models.JSONField(default=list)
    off_at = models.DateTimeField(null=True)
    off_because = models.CharField(max_length=300, blank=True, default="")
    error = models.TextField(blank=True, default="")
    muted_at = models.DateTimeField(null=True)
    muted_by_id = models.BigIntegerField(null=True)
    muted_because = models.CharField(max_length=300, blank=True, default="")

    def __str__(self) -> str:
        return self.code


class Outcome(models.Model):
    """What a proposal was to change, declared before it ran, and what was measured. Numbers are exact text."""

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, related_name="outcome")
    metric = models.CharField(max_length=40)
    good = models.CharField(max_length=4)
    is_money = models.BooleanField(default=False)
    scope = models.JSONField(default=dict)
    baseline_first = models.DateField()
    baseline_last = models.DateField()
    window_first = models.DateField()
    window_last = models.DateField()
    state = models.CharField(max_length=10, default="waiting")
    method = models.CharField(max_length=12, blank=True, default="")
    unit = models.CharField(max_length=10, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    effect = models.CharField(max_length=40, blank=True, default="")
    low = models.CharField(max_length=40, blank=True, default="")
    high = models.CharField(max_length=40, blank=True, default="")
    treated = models.PositiveIntegerField(default=0)
    controls = models.PositiveIntegerField(default=0)
    days = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True, default="")
    measured_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "window_last"], name="loop_outcome_due")]

    def __str__(self) -> str:
        return f"{self.metric} of {self.proposal_id}"


class Given(models.Model):
    """A digest sent to a person, so that no day's is sent twice."""

    person_id = models.BigIntegerField()
    day = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person_id", "day"], name="loop_one_digest_a_day")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"
