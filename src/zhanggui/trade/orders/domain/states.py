"""The line-level state machine and the rule by which imported observations move it.

Two readings of one machine. *Commands* (``LINE``) are what our own people and jobs may do, one step at a time.
*Observations* are what a channel's file says it has come to: channels skip states, files arrive in any order,
and the same file arrives twice. The second reading is therefore a join: a :class:`Standing` keeps the furthest
main state and the strongest end ever observed, plus the newest word on what may come and go (a refund in
progress, an allocation, an unreadable status). Joining is commutative, associative and idempotent, so the order
in which files are imported cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from zhanggui.kernel.records import UNKNOWN
from zhanggui.kernel.statetable import StateTable

CREATED, PAID, ALLOCATED, SHIPPED, DELIVERED, COMPLETED = (
    "created", "paid", "allocated", "shipped", "delivered", "completed",
)  # fmt: skip
CANCELLED, REFUNDING, REFUNDED, CLOSED = "cancelled", "refunding", "refunded", "closed"

LINE: Final = StateTable(
    "order line",
    CREATED,
    {
        (CREATED, "pay"): PAID,
        (CREATED, "cancel"): CANCELLED,
        (PAID, "allocate"): ALLOCATED,
        (PAID, "ship"): SHIPPED,
        (PAID, "ask_refund"): REFUNDING,
        (PAID, "void"): CANCELLED,
        (ALLOCATED, "release"): PAID,
        (ALLOCATED, "ship"): SHIPPED,
        (ALLOCATED, "ask_refund"): REFUNDING,
        (SHIPPED, "deliver"): DELIVERED,
        (SHIPPED, "complete"): COMPLETED,
        (SHIPPED, "ask_refund"): REFUNDING,
        (DELIVERED, "complete"): COMPLETED,
        (DELIVERED, "ask_refund"): REFUNDING,
        (COMPLETED, "ask_refund"): REFUNDING,
        (COMPLETED, "close"): CLOSED,
        (REFUNDING, "refund"): REFUNDED,
        # A refused or withdrawn refund goes back to where the line was: the caller knows, the table cannot.
        (REFUNDING, "resume_paid"): PAID,
        (REFUNDING, "resume_allocated"): ALLOCATED,
        (REFUNDING, "resume_shipped"): SHIPPED,
        (REFUNDING, "resume_delivered"): DELIVERED,
        (REFUNDING, "resume_completed"): COMPLETED,
        (REFUNDED, "close"): CLOSED,
        (CANCELLED, "close"): CLOSED,
    },
    terminal=frozenset({CLOSED}),
)

#: Pairs that one command joins.
_STEPS: Final = frozenset((state, target) for (state, _), target in LINE.transitions.items())

#: How far along the main road an observed state proves the line to be; 0 proves nothing.
MAIN: Final[dict[str, int]] = {
    CREATED: 1, PAID: 2, ALLOCATED: 2, SHIPPED: 3, DELIVERED: 4, COMPLETED: 5,
    REFUNDING: 2, REFUNDED: 2, CANCELLED: 0, CLOSED: 0, UNKNOWN: 0,
}  # fmt: skip
#: Ends, the stronger the higher: money that went back outweighs a cancellation, a closed book outweighs both.
END: Final[dict[str, int]] = {CANCELLED: 1, REFUNDED: 2, CLOSED: 3}
#: What the newest observation may lay over the road and later take away again.
OVERLAY: Final[dict[str, int]] = {ALLOCATED: 1, REFUNDING: 2, UNKNOWN: 3}
#: ``reached`` packs both joins into one small integer: end × ``END_UNIT`` + main.
END_UNIT: Final = 8

_MAIN_STATE: Final = {1: CREATED, 2: PAID, 3: SHIPPED, 4: DELIVERED, 5: COMPLETED}
_END_STATE: Final = {rank: state for state, rank in END.items()}

#: The main road in its order.
ADVANCE_ORDER: Final = (CREATED, PAID, ALLOCATED, SHIPPED, DELIVERED, COMPLETED)
FINAL: Final = frozenset({CANCELLED, REFUNDED, CLOSED})
#: States in which goods are still owed to the buyer: the ship deadline runs.
OWED: Final = frozenset({PAID, ALLOCATED})
#: States in which the goods have left.
GONE: Final = frozenset({SHIPPED, DELIVERED, COMPLETED})

SAME, NORMAL, JUMP, REFUSED, RAW = "same", "normal", "jump", "refused", "raw"


def resolve(reached: int, overlay: int) -> str | None:
    """The state of a standing: unknown, else the strongest end, else the overlay, else the furthest main state."""
    end, main = divmod(reached, END_UNIT)
    if overlay == OVERLAY[UNKNOWN]:
        return UNKNOWN
    if end:
        return _END_STATE[end]
    if overlay == OVERLAY[REFUNDING]:
        return REFUNDING
    if overlay == OVERLAY[ALLOCATED] and main == MAIN[ALLOCATED]:
        return ALLOCATED
    return _MAIN_STATE.get(main)


def join_reached(one: int, other: int) -> int:
    """The furthest of two packed positions, part by part."""
    end = max(one // END_UNIT, other // END_UNIT)
    return end * END_UNIT + max(one % END_UNIT, other % END_UNIT)


def reached_by(state: str) -> int:
    """What a single observation of ``state`` proves, packed."""
    return END.get(state, 0) * END_UNIT + MAIN[state]


#: The whole (reached, overlay) → state function as data, for the vectorised import path.
RESOLVED: Final[dict[tuple[int, int], str | None]] = {
    (end * END_UNIT + main, overlay): resolve(end * END_UNIT + main, overlay)
    for end in range(4)
    for main in range(6)
    for overlay in range(4)
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a line (or an order's own header) stands after any number of observations.

    ``state`` is what people see; ``reached`` the packed furthest position; ``at`` the moment of the newest
    observation (any totally ordered integer, microseconds in practice).
    """

    state: str | None = None
    reached: int = 0
    at: int | None = None

    @property
    def overlay(self) -> int:
        return OVERLAY.get(self.state or "", 0)


def observe(standing: Standing, observed: str, at: int) -> Standing:
    """Join one observation into a standing; the order of calls does not matter.

    >>> late = observe(observe(Standing(), "shipped", 1), "paid", 2)      # a silent move backward is refused
    >>> late.state
    'shipped'
    >>> observe(observe(late, "refunding", 3), "shipped", 4).state        # a refused refund goes back
    'shipped'
    """
    if observed not in MAIN:
        raise ValueError(f"not a canonical state: {observed!r}")
    mine, theirs = standing.overlay, OVERLAY.get(observed, 0)
    if standing.at is None or at > standing.at:
        overlay, newest = theirs, at
    elif at == standing.at:
        overlay, newest = max(mine, theirs), at
    else:
        overlay, newest = mine, standing.at
    reached = join_reached(standing.reached, reached_by(observed))
    return Standing(resolve(reached, overlay), reached, newest)


@dataclass(frozen=True, slots=True)
class Step:
    """Where an observation leads and what kind of move that is (same, normal, jump, refused, raw)."""

    state: str | None
    kind: str


def kind_of(before: str | None, observed: str, after: str | None) -> str:
    """Name the move from ``before`` to ``after`` that the newest observation ``observed`` caused.

    ``normal`` one step of the machine; ``jump`` forward past skipped states; ``refused`` the observation
    points backward and nothing moved; ``raw`` an unmapped status text.
    """
    if observed == UNKNOWN:
        return SAME if before == UNKNOWN else RAW
    if after == before:
        return SAME if observed == after else REFUSED
    if before is None or before == UNKNOWN or (before, after) in _STEPS:
        return NORMAL
    return JUMP


def advance(current: str | None, observed: str, *, reached: int | None = None) -> Step:
    """The import rule for one newer observation.

    ``reached`` remembers what was reached before a refund or an unreadable status; without it, the current
    state is all that is known, and a refund in progress can return to any main state from paid on.

    >>> advance("paid", "completed")
    Step(state='completed', kind='jump')
    >>> advance("shipped", "paid")
    Step(state='shipped', kind='refused')
    """
    known = reached if reached is not None else (reached_by(current) if current else 0)
    after = observe(Standing(current, known, 0 if current else None), observed, 1).state
    return Step(after, kind_of(current, observed, after))


@dataclass(frozen=True, slots=True)
class Derived:
    """The state an order has by its lines, and what they do not agree on."""

    state: str | None
    partial_ship: bool = False
    partial_refund: bool = False


#: Order of advance among lines that are still open. A refund in progress does not decide while others are open.
_OPEN_RANK: Final = {CREATED: 1, PAID: 2, ALLOCATED: 3, SHIPPED: 4, DELIVERED: 5, COMPLETED: 6, REFUNDING: 7}
_OPEN_STATE: Final = {rank: state for state, rank in _OPEN_RANK.items()}


def derive_order(lines: Iterable[str | None]) -> Derived:
    """The order's state from its lines' states; lines without a state say nothing.

    All equal: that. Any unknown: unknown, because it blocks automatic acts. Only ends: closed beats refunded
    beats cancelled. Otherwise the least advanced open line, with flags for what is only partly true.

    >>> derive_order(["shipped", "paid"])
    Derived(state='paid', partial_ship=True, partial_refund=False)
    >>> derive_order(["refunded", "completed"])
    Derived(state='completed', partial_ship=False, partial_refund=True)
    """
    states = [state for state in lines if state is not None]
    kinds = set(states)
    if not kinds:
        return Derived(None)
    waiting = bool(kinds & {CREATED, PAID, ALLOCATED})
    partial_ship = waiting and bool(kinds & GONE)
    partial_refund = REFUNDED in kinds and len(kinds) > 1
    if UNKNOWN in kinds:
        return Derived(UNKNOWN, partial_ship, partial_refund)
    open_ranks = [_OPEN_RANK[state] for state in kinds if state in _OPEN_RANK]
    if open_ranks:
        return Derived(_OPEN_STATE[min(open_ranks)], partial_ship, partial_refund)
    return Derived(_END_STATE[max(END[state] for state in kinds)], False, partial_refund and CANCELLED not in kinds)


def combine(header: Standing, lines: str | None, lines_at: int | None) -> Standing:
    """An order that its header states and its lines imply: the fresher decides, neither moves the other backward.

    ``lines`` is :func:`derive_order` of all known lines, ``lines_at`` when they were last observed.
    """
    if lines is None or lines_at is None:
        return header
    return observe(header, lines, lines_at)
