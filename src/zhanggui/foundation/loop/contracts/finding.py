"""What a detector reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from zhanggui.foundation.loop.contracts.words import Words
from zhanggui.foundation.loop.domain.findings import SEVERITIES, Weight

LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: ``order``, ``product``, ``shop``, ``file``… with its id as text and the name to show."""

    type: str
    id: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Stake:
    """Money at stake in minor units; ``how`` says how it was computed. ``is_least``: more may be at stake."""

    minor: int
    currency: str
    how: Words
    is_least: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.minor, bool) or not isinstance(self.minor, int) or self.minor < 0:
            raise ValueError(f"money at stake is a whole number of minor units from 0 on, not {self.minor!r}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One number behind a finding.

    ``value`` is exact text (``"0.38"``) or a whole number; ``unit`` is ``money`` (minor units of ``currency``),
    ``percent`` (a ratio), ``number`` or ``text``. ``metric`` is its definition's id when it has one, ``period`` days
    as ``first/last``, ``as_of`` how fresh it is. ``rows`` is an address inside the product where the rows stand that
    add up to it. ``series`` draws a chart: days (or other labels) and values, None a gap.
    """

    label: Words
    value: str | int | None
    unit: str = "number"
    currency: str = ""
    metric: str = ""
    period: str = ""
    as_of: datetime | None = None
    before: str | int | None = None
    rows: str = ""
    series: tuple[tuple[str, str | int | None], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "label": self.label.as_json(),
            "value": self.value,
            "unit": self.unit,
            "currency": self.currency,
            "metric": self.metric,
            "period": self.period,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "before": self.before,
            "rows": self.rows,
            "series": [list(point) for point in self.series],
        }


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that deserves attention.

    ``key`` tells causes of one kind and subject apart; the same cause must have the same key on every look.
    ``due_of`` names the promise ``due_at`` belongs to (default: the subject): the same promise never gets more time.
    ``size`` counts what is wrong, for *materially worse*. ``person_id``: meant for this one person (and those who look
    after the installation). ``cases`` are the first single orders or files: ``{"ref", "href", "due", "money"}``.
    ``act`` proposes: an action's code and its parameters. ``href`` is where it can be worked on.
    """

    kind: str
    subject: Subject
    sentence: Words
    shop_id: int | None = None
    severity: str = ""
    roles: frozenset[str] | None = None
    detail: str = ""
    stake: Stake | None = None
    due_at: datetime | None = None
    due_of: str = ""
    due_is_certain: bool = True
    size: int | None = None
    since: datetime | None = None
    key: str = ""
    person_id: int | None = None
    evidence: tuple[Evidence, ...] = ()
    cases: tuple[dict[str, Any], ...] = ()
    href: str = ""
    act: tuple[str, dict[str, Any]] | None = None
    why: Words | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.severity and self.severity not in SEVERITIES:
            raise ValueError(f"{self.severity!r} is no severity: {', '.join(SEVERITIES)}")
        if self.due_at is not None and self.due_at.tzinfo is None:
            raise ValueError("a deadline needs a time zone")
        if not self.subject.id or len(self.dedupe) > LONGEST:
            raise ValueError(f"the key of a finding must have 1 to {LONGEST} characters: {self.dedupe!r}")

    @property
    def dedupe(self) -> str:
        """The same cause has the same key on every look."""
        parts = [self.kind, str(self.shop_id or ""), self.subject.type, self.subject.id, self.key]
        if self.person_id is not None:
            parts.append(f"@{self.person_id}")
        return ":".join(parts)

    def weight(self, severity: str) -> Weight:
        stake = self.stake
        return Weight(
            self.severity or severity, stake.minor if stake else None, stake.currency if stake else "", self.size
        )
