"""The life of a finding, and what a new look at the same cause may change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from zhanggui.kernel.statetable import StateTable

OPEN: Final = "open"
ASSIGNED: Final = "assigned"  # given to somebody who has not taken it yet
TAKEN: Final = "taken"  # somebody is at it
SNOOZED: Final = "snoozed"
DISMISSED: Final = "dismissed"
RESOLVED: Final = "resolved"

STATES: Final = (OPEN, ASSIGNED, TAKEN, SNOOZED, DISMISSED, RESOLVED)
#: On somebody's list now. A snoozed one comes back when its time is up.
ACTIVE: Final = frozenset({OPEN, ASSIGNED, TAKEN})
#: The cause is, as far as anybody knows, still there.
LIVING: Final = frozenset({OPEN, ASSIGNED, TAKEN, SNOOZED})

#: Commands only the loop itself gives.
BY_ITSELF: Final = frozenset({"wake", "vanish", "return", "worsen"})

LIFECYCLE: Final = StateTable(
    name="finding",
    initial=OPEN,
    transitions={
        **{(state, "take"): TAKEN for state in (OPEN, ASSIGNED, SNOOZED)},
        **{(state, "assign"): ASSIGNED for state in (OPEN, ASSIGNED, TAKEN, SNOOZED)},
        **{(state, "release"): OPEN for state in (ASSIGNED, TAKEN)},
        **{(state, "snooze"): SNOOZED for state in (OPEN, ASSIGNED, TAKEN)},
        (SNOOZED, "wake"): OPEN,
        **{(state, "dismiss"): DISMISSED for state in (OPEN, ASSIGNED, TAKEN, SNOOZED)},
        # done by a person, or gone by itself
        **{(state, "resolve"): RESOLVED for state in (OPEN, ASSIGNED, TAKEN, SNOOZED)},
        **{(state, "vanish"): RESOLVED for state in (OPEN, ASSIGNED, TAKEN, SNOOZED)},
        # the cause is back, or worse than what was dismissed or put off
        (RESOLVED, "return"): OPEN,
        (DISMISSED, "worsen"): OPEN,
        (SNOOZED, "worsen"): OPEN,
        # somebody thinks again
        **{(state, "reopen"): OPEN for state in (RESOLVED, DISMISSED)},
    },
)

#: Why somebody dismisses, and whether it counts for or against the detector: 0 says nothing about it.
DISMISSALS: Final[dict[str, int]] = {
    "not_a_problem": -1,
    "wrong_numbers": -1,
    "too_small": -1,
    "known": 0,
    "done_elsewhere": 0,
    "other": 0,
}

SEVERITIES: Final = ("info", "warn", "bad")  # in the order of weight

#: After so long without its cause, a cause that comes back is a new finding, linked to the old one.
QUIET: Final = timedelta(days=14)
#: What a person called done may stand in the books for so long before it is asked about again.
STILL_THERE: Final = timedelta(days=1)
#: What was dismissed comes back when the money at stake is 3/2 of what it was then, or the count twice.
WORSE_STAKE: Final = (3, 2)
WORSE_SIZE: Final = 2


@dataclass(frozen=True, slots=True)
class Weight:
    """How bad a finding is: what *worse* is measured by. ``stake`` in minor units, None: no money named."""

    severity: str
    stake: int | None = None
    currency: str = ""
    size: int | None = None

    def as_json(self) -> dict[str, object]:
        return {"severity": self.severity, "stake": self.stake, "currency": self.currency, "size": self.size}

    @classmethod
    def of_json(cls, found: Mapping[str, object]) -> Weight:
        stake, size = found.get("stake"), found.get("size")
        return cls(
            str(found.get("severity", SEVERITIES[0])),
            stake if isinstance(stake, int) else None,
            str(found.get("currency", "")),
            size if isinstance(size, int) else None,
        )


def is_worse(now: Weight, then: Weight) -> bool:
    """Whether ``now`` is materially worse than ``then``: a graver severity, money that was none before, money grown to
    3/2, or a count grown to twice. Money of another currency is not compared.

    >>> is_worse(Weight("warn", 1499, "CNY"), Weight("warn", 1000, "CNY"))
    False
    >>> is_worse(Weight("warn", 1500, "CNY"), Weight("warn", 1000, "CNY"))
    True
    """
    if SEVERITIES.index(now.severity) > SEVERITIES.index(then.severity):
        return True
    if now.stake and then.stake is None:
        return True
    if now.stake is not None and then.stake is not None and now.currency == then.currency:
        up, down = WORSE_STAKE
        if now.stake > then.stake and now.stake * down >= then.stake * up:
            return True
    return bool(now.size and then.size and now.size >= then.size * WORSE_SIZE)


def kept_due(known: datetime | None, known_of: str, seen: datetime | None, seen_of: str) -> datetime | None:
    """The deadline after another look (X05). ``*_of`` names the promise a deadline belongs to: the same promise keeps
    the earlier of its two moments, however grave it is called now; another promise brings its own.
    """
    if known is None or (seen is not None and seen_of != known_of):
        return seen
    if seen is None:
        return known if seen_of == known_of else None
    return min(known, seen)


def may_snooze(now: datetime, until: datetime, due_at: datetime | None) -> str:
    """Why a finding cannot sleep until then; empty when it can."""
    if until <= now:
        return "past"
    if due_at is not None and now < due_at < until:
        return "past_due"
    return ""


def sleeps_until(until: datetime | None, due_at: datetime | None, now: datetime) -> datetime | None:
    """A deadline that came nearer while a finding slept wakes it: it never sleeps over one."""
    if until is None or due_at is None or due_at <= now:
        return until
    return min(until, due_at)


def on_seeing(
    state: str, *, seen: Weight, mark: Weight | None, gone_for: timedelta | None, closed_for: timedelta | None = None
) -> str:
    """The command that seeing the cause (again) gives: ``return``, ``worsen``, ``recur`` (begin a new finding) or
    nothing.

    ``mark``: how bad it was when it was closed or put off. ``gone_for``: how long the cause was away, None when it
    never was. ``closed_for``: how long ago it was closed.

    What a person called done, while the books still show it, comes back after ``STILL_THERE`` or when it got worse.
    """
    worse = mark is not None and is_worse(seen, mark)
    if state in (RESOLVED, DISMISSED) and gone_for is not None and gone_for >= QUIET:
        return "recur"
    if state == RESOLVED:
        still = gone_for is None and closed_for is not None and closed_for < STILL_THERE
        return "" if still and not worse else "return"
    return "worsen" if state in (DISMISSED, SNOOZED) and worse else ""
