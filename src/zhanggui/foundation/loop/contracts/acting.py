"""Actions: what can be done about a finding. Preview, execute, read back, undo."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final, Generic, TypeVar

from pydantic import BaseModel

from zhanggui.foundation.accounts.domain.permissions import PERMISSIONS
from zhanggui.foundation.loop.contracts.words import Words
from zhanggui.foundation.loop.domain.proposals import Change

_CODE: Final = re.compile(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")
Given = TypeVar("Given", bound=BaseModel)


class BadAction(ValueError):
    """An action declared wrongly, or one that previews what cannot be bound by a token."""


@dataclass(frozen=True, slots=True)
class Who:
    """On whose behalf an action runs: the proposer, the shops they may act on, and the key of this one attempt.

    ``key`` is the same whenever the same item of the same proposal is meant: give it to a remote system as its
    idempotency key.
    """

    actor_id: int | None
    shop_ids: frozenset[int]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """It happened."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """It certainly did not happen, and why."""

    note: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Nothing was to be done."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can say whether it happened (a time-out): it will be read back, never sent again blindly."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A person or a file has to carry it to the channel; reading back after the next import tells whether it happened.

    ``file`` names a stored result file (id as text), ``steps`` what the person does with it.
    """

    note: str = ""
    file: str = ""
    steps: Words | None = None


Result = Done | Failed | Skipped | Unknown | HandedOver


@dataclass(frozen=True, slots=True)
class Measurement:
    """What will be measured afterwards, declared before: ``metric`` over ``window`` against ``baseline`` before.

    ``good`` is ``up`` or ``down``. ``is_money``: the metric is an amount, so the effect counts as money recovered.
    """

    metric: str
    window: timedelta = timedelta(days=7)
    baseline: timedelta = timedelta(days=14)
    good: str = "up"
    is_money: bool = False


class Action(Generic[Given]):
    """Subclass, name ``Params``, and decorate with :func:`action`. Instances hold nothing.

    ``preview`` reads the world and returns one :class:`Change` per item; it is called again right before the act.
    ``execute`` does one item, at most once; it may raise (then the item is *unknown*, unless it raises
    :class:`BadAction` or a ``LookupError``/``ValueError``, which say that nothing happened).
    ``read_back`` returns the current values under the names of ``before``/``after``, or None when it cannot be told.
    ``undo`` takes one done item back; leave it out when there is no way.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    permission: ClassVar[str] = "proposals.make"
    icon: ClassVar[str] = "bolt"
    irreversible: ClassVar[bool] = False
    measures: ClassVar[Measurement | None] = None
    Params: ClassVar[type[BaseModel]]

    def sentence(self, params: Given) -> Words | None:
        """What is proposed, in one sentence; the title when None."""
        return None

    def preview(self, params: Given, who: Who) -> Iterable[Change]:
        raise NotImplementedError

    def execute(self, params: Given, change: Change, who: Who) -> Result:
        raise NotImplementedError

    def read_back(self, params: Given, change: Change, who: Who) -> Mapping[str, Any] | None:
        return None

    def undo(self, params: Given, change: Change, who: Who) -> Result:
        raise NotImplementedError

    def scope(self, params: Given, changes: Sequence[Change]) -> Mapping[str, Any]:
        """For measuring: which rows of the metric were treated, as plain JSON; the shops of the items unless said."""
        return {"shop_ids": sorted({c.shop_id for c in changes if c.shop_id is not None})}


@dataclass(frozen=True)
class ActionSpec:
    """A registered action."""

    code: str
    act: Action[Any]

    @property
    def params(self) -> type[BaseModel]:
        return self.act.Params

    @property
    def can_undo(self) -> bool:
        return type(self.act).undo is not Action.undo


_actions: dict[str, ActionSpec] = {}
Class = TypeVar("Class", bound="type[Action[Any]]")


def action(cls: Class) -> Class:
    """Register an action class under its ``code``. Raises :class:`BadAction`."""
    code = getattr(cls, "code", "")
    if not _CODE.match(code) or code in _actions:
        raise BadAction(f"action {code!r} is taken or misnamed (room.verb)")
    if cls.permission not in PERMISSIONS:
        raise BadAction(f"{code}: no permission {cls.permission!r}")
    if not isinstance(getattr(cls, "Params", None), type) or not issubclass(cls.Params, BaseModel):
        raise BadAction(f"{code} names no pydantic Params")
    _actions[code] = ActionSpec(code, cls())
    return cls


def actions() -> Mapping[str, ActionSpec]:
    return dict(_actions)


def find_action(code: str) -> ActionSpec | None:
    return _actions.get(code)


#: For tests that register an action of their own.
forget: Callable[[str], object] = lambda code: _actions.pop(code, None)  # noqa: E731
