"""Who must approve what: rules as data, the first that fits decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final


@dataclass(frozen=True, slots=True)
class Size:
    """How big a proposal is. ``money`` in minor units of ``currency``, None when no money moves."""

    items: int
    money: int | None = None
    currency: str = ""
    irreversible: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """``action`` is a pattern (``orders.*``). ``max_items`` and ``max_money``: the rule fits up to and including them,
    None is no bound; a bound of money fits only amounts in its ``currency`` (and acts that move none).

    ``irreversible`` None fits both. ``approvers``: 0, 1 or 2 other people; ``roles`` that may approve.
    """

    action: str
    approvers: int
    roles: frozenset[str] = frozenset()
    max_items: int | None = None
    max_money: int | None = None
    currency: str = ""
    irreversible: bool | None = None
    name: str = ""

    def fits(self, action: str, size: Size) -> bool:
        if not fnmatchcase(action, self.action):
            return False
        if self.irreversible is not None and self.irreversible != size.irreversible:
            return False
        if self.max_items is not None and size.items > self.max_items:
            return False
        if self.max_money is not None and size.money is not None:
            return size.currency == self.currency and size.money <= self.max_money
        return True


_ANY: Final = frozenset({"OWN", "OPS", "FIN", "LEG", "MKT"})
_HEADS: Final = frozenset({"OWN", "FIN", "LEG"})

#: What holds until an installation says otherwise. Nothing fits past the last rule: it takes everything.
DEFAULT: Final[tuple[Rule, ...]] = (
    Rule("*", 2, _HEADS | {"OPS"}, irreversible=True, name="irreversible: two people"),
    Rule("notes.*", 0, name="notes, tasks and questions touch no goods and no money"),
    Rule("tasks.*", 0, name="notes, tasks and questions touch no goods and no money"),
    Rule("orders.hold", 0, max_items=20, name="holding a few orders can be taken back at once"),
    Rule("*", 1, _ANY, max_items=200, max_money=1_000_000, currency="CNY", name="one other person"),
    Rule("*", 2, _HEADS | {"OPS"}, name="large: two people"),
)


@dataclass(frozen=True, slots=True)
class Need:
    """What a proposal needs: so many other people, out of these roles, because of this rule."""

    approvers: int
    roles: frozenset[str]
    rule: str


def need(action: str, size: Size, rules: Sequence[Rule] = ()) -> Need:
    """The first rule that fits, the installation's own before the defaults.

    >>> need("orders.hold", Size(3)).approvers, need("orders.hold", Size(21)).approvers
    (0, 1)
    >>> need("prices.change", Size(1, irreversible=True)).approvers
    2
    """
    for rule in (*rules, *DEFAULT):
        if rule.fits(action, size):
            return Need(rule.approvers, rule.roles, rule.name)
    raise AssertionError("the last rule fits everything")


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away from ``starts_at`` to ``ends_at`` (not included); ``deputy_id`` decides in their place."""

    person_id: int
    deputy_id: int | None
    starts_at: datetime
    ends_at: datetime

    def covers(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at


def stands_for(person_id: int, absences: Iterable[Absence], now: datetime) -> frozenset[int]:
    """The people in whose place ``person_id`` may decide now. A deputy's own deputy inherits nothing."""
    return frozenset(a.person_id for a in absences if a.deputy_id == person_id and a.covers(now))


def is_away(person_id: int, absences: Iterable[Absence], now: datetime) -> Absence | None:
    """The absence somebody is in, or None."""
    return next((a for a in absences if a.person_id == person_id and a.covers(now)), None)


@dataclass(frozen=True, slots=True)
class Decision:
    """May this person decide? ``reason`` empty: yes, in their own name or in that of ``for_id``."""

    reason: str
    for_id: int | None = None


def may_decide(
    *,
    person_id: int,
    roles: frozenset[str],
    deputised: Sequence[tuple[int, frozenset[str]]],
    proposer_id: int | None,
    approved_by: frozenset[int],
    wanted: frozenset[str],
) -> Decision:
    """Whether ``person_id`` may approve. ``deputised``: (absent person, their roles) this person stands in for.
    ``approved_by``: everybody in whose name or by whose hand it was approved already.

    The proposer never approves, by no hand: not as deputy, and no deputy in the proposer's place. Nobody counts twice.
    Reasons: ``proposer``, ``twice``, ``role``.
    """
    if person_id == proposer_id:
        return Decision("proposer")
    if person_id in approved_by:
        return Decision("twice")
    if roles & wanted:
        return Decision("")
    for absent_id, held in deputised:
        if held & wanted and absent_id != proposer_id and absent_id not in approved_by:
            return Decision("", absent_id)
    return Decision("role")


#: How long a proposal waits for approval and for its execution before it expires.
EXPIRES_AFTER: Final = timedelta(days=3)


def expires_at(made_at: datetime, due_at: datetime | None) -> datetime:
    """A proposal about something with a deadline expires with it, when that is earlier and still to come."""
    usual = made_at + EXPIRES_AFTER
    return min(usual, due_at) if due_at is not None and due_at > made_at else usual
