"""The life of a proposal and of each of its items."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from zhanggui.kernel.statetable import StateTable

PROPOSED: Final = "proposed"
APPROVED: Final = "approved"
REJECTED: Final = "rejected"
WITHDRAWN: Final = "withdrawn"
EXPIRED: Final = "expired"
MOVED: Final = "moved"  # the world was another one when it was to be done: refused, nothing was touched
EXECUTING: Final = "executing"
UNCERTAIN: Final = "uncertain"  # somebody has to look: an item is unknown
WAITING: Final = "waiting"  # handed over (a file to upload); the next import tells whether it happened
DONE: Final = "done"
PARTLY: Final = "partly"
FAILED: Final = "failed"
UNDOING: Final = "undoing"
UNDONE: Final = "undone"

LIFECYCLE: Final = StateTable(
    name="proposal",
    initial=PROPOSED,
    transitions={
        (PROPOSED, "approve"): APPROVED,
        (PROPOSED, "reject"): REJECTED,
        (APPROVED, "reject"): REJECTED,
        (PROPOSED, "withdraw"): WITHDRAWN,
        (APPROVED, "withdraw"): WITHDRAWN,
        (PROPOSED, "expire"): EXPIRED,
        (APPROVED, "expire"): EXPIRED,
        (APPROVED, "begin"): EXECUTING,
        (APPROVED, "refuse"): MOVED,
        **{
            (state, command): target
            for state in (EXECUTING, UNCERTAIN, WAITING)
            for command, target in {
                "finish": DONE,
                "finish_partly": PARTLY,
                "fail": FAILED,
                "doubt": UNCERTAIN,
                "await": WAITING,
            }.items()
        },
        (DONE, "undo"): UNDOING,
        (PARTLY, "undo"): UNDOING,
        (WAITING, "undo"): UNDOING,
        (UNDOING, "finish_undo"): UNDONE,
        (UNCERTAIN, "finish_undo"): UNDONE,
        (UNDOING, "finish_partly"): PARTLY,
        (UNDOING, "fail"): PARTLY,
        (UNDOING, "doubt"): UNCERTAIN,
        (UNDOING, "await"): WAITING,
    },
    terminal=frozenset({REJECTED, WITHDRAWN, EXPIRED, MOVED, FAILED, UNDONE}),
)
STATES: Final = tuple(sorted(LIFECYCLE.states))
#: Not over yet: somebody or something has to go on.
PENDING: Final = frozenset({PROPOSED, APPROVED, EXECUTING, UNCERTAIN, WAITING, UNDOING})

ITEM_PENDING: Final = "pending"
ITEM_TRYING: Final = "trying"  # written and committed before the act: after a crash nobody knows what happened
ITEM_WAITING: Final = "waiting"
ITEM_DONE: Final = "done"
ITEM_FAILED: Final = "failed"
ITEM_SKIPPED: Final = "skipped"
ITEM_UNKNOWN: Final = "unknown"
ITEM_UNDOING: Final = "undoing"
ITEM_UNDO_UNKNOWN: Final = "undo_unknown"
ITEM_UNDONE: Final = "undone"

ITEM: Final = StateTable(
    name="item",
    initial=ITEM_PENDING,
    transitions={
        (ITEM_PENDING, "try"): ITEM_TRYING,
        (ITEM_PENDING, "skip"): ITEM_SKIPPED,
        (ITEM_TRYING, "succeed"): ITEM_DONE,
        (ITEM_TRYING, "fail"): ITEM_FAILED,
        (ITEM_TRYING, "skip"): ITEM_SKIPPED,
        (ITEM_TRYING, "hand_over"): ITEM_WAITING,
        (ITEM_TRYING, "lose"): ITEM_UNKNOWN,
        # what reading back says
        (ITEM_UNKNOWN, "confirm"): ITEM_DONE,
        (ITEM_UNKNOWN, "deny"): ITEM_FAILED,
        (ITEM_WAITING, "confirm"): ITEM_DONE,
        (ITEM_WAITING, "deny"): ITEM_FAILED,
        (ITEM_DONE, "undo"): ITEM_UNDOING,
        (ITEM_WAITING, "undo"): ITEM_UNDOING,
        (ITEM_UNDOING, "succeed"): ITEM_UNDONE,
        (ITEM_UNDOING, "fail"): ITEM_DONE,  # it still stands as it was done
        (ITEM_UNDOING, "lose"): ITEM_UNDO_UNKNOWN,
        (ITEM_UNDO_UNKNOWN, "confirm"): ITEM_UNDONE,
        (ITEM_UNDO_UNKNOWN, "deny"): ITEM_DONE,
    },
    terminal=frozenset({ITEM_FAILED, ITEM_SKIPPED, ITEM_UNDONE}),
)
ITEM_STATES: Final = tuple(sorted(ITEM.states))
DOUBTFUL: Final = frozenset({ITEM_UNKNOWN, ITEM_UNDO_UNKNOWN})


def outcome_command(states: Iterable[str], *, undoing: bool = False) -> str:
    """The command that the states of all items give to their proposal.

    >>> outcome_command(["done", "done"]), outcome_command(["done", "failed"]), outcome_command(["failed"])
    ('finish', 'finish_partly', 'fail')
    >>> outcome_command(["done", "unknown"]), outcome_command(["done", "waiting"])
    ('doubt', 'await')
    """
    found = set(states)
    if found & DOUBTFUL:
        return "doubt"
    if ITEM_WAITING in found:
        return "await"
    good = ITEM_UNDONE if undoing else ITEM_DONE
    rest = found - {good}
    if undoing:
        rest -= {ITEM_FAILED, ITEM_SKIPPED}  # never done: nothing to take back
    if undoing and good in found and not rest:
        return "finish_undo"
    if not rest:
        return "fail" if undoing else "finish"
    return "finish_partly" if good in found else "fail"


Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a preview: what an item is now and what it would become. ``money`` in minor units: how much is moved
    by this line, for the size of the proposal; None when no money moves."""

    key: str
    label: str
    before: Values
    after: Values
    shop_id: int | None = None
    money: int | None = None
    currency: str = ""


def canonical(value: object) -> str:
    """One text per JSON value. Raises ``TypeError`` for anything else, floats included."""

    def refuse(odd: object) -> object:
        raise TypeError(f"{type(odd).__name__} has no exact text")

    _no_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=refuse)


def _no_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a binary float has no exact text: pass whole minor units or text")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("keys are text")
            _no_floats(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _no_floats(inner)


def token(key: bytes, *, action: str, params: Values, changes: Sequence[Change]) -> str:
    """What binds an approval to exactly this list: HMAC-SHA256 over the act, its parameters and every line, in order.

    Raises ``TypeError`` when a value cannot be written exactly.
    """
    lines = [[c.key, c.label, dict(c.before), dict(c.after), c.shop_id, c.money, c.currency] for c in changes]
    text = canonical([action, dict(params), lines])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def same_token(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the world moved away from a preview: a line that is gone (``now`` None), new (``then`` None) or other."""

    key: str
    label: str
    then: Values | None
    now: Values | None

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "label": self.label,
            "then": None if self.then is None else dict(self.then),
            "now": None if self.now is None else dict(self.now),
        }


def differences(then: Iterable[Change], now: Iterable[Change]) -> tuple[Difference, ...]:
    """What changed between a preview and the look before the act, both sides of every line compared."""
    old, new = {c.key: c for c in then}, {c.key: c for c in now}
    found = []
    for key in [*old, *(k for k in new if k not in old)]:
        was, is_ = old.get(key), new.get(key)
        if was is None and is_ is not None:
            found.append(Difference(key, is_.label, None, _sides(is_)))
        elif was is not None and is_ is None:
            found.append(Difference(key, was.label, _sides(was), None))
        elif was is not None and is_ is not None and _sides(was) != _sides(is_):
            found.append(Difference(key, was.label, _sides(was), _sides(is_)))
    return tuple(found)


def _sides(change: Change) -> dict[str, Any]:
    return {"before": dict(change.before), "after": dict(change.after)}


def verdict(change: Change, seen: Values | None, *, undoing: bool = False) -> str:
    """What reading an item back says: ``confirm``, ``deny`` or nothing (it cannot be told, or it is a third thing)."""
    if seen is None:
        return ""
    wanted, other = (change.before, change.after) if undoing else (change.after, change.before)
    if all(seen.get(name) == value for name, value in wanted.items()):
        return "confirm"
    if all(seen.get(name) == value for name, value in other.items()):
        return "deny"
    return ""
