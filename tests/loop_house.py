"""A small house for tests of the loop: shops, people, a detector and an action whose world is a dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.accounts.models import User
from zhanggui.foundation.loop import reading
from zhanggui.foundation.loop.contracts import (
    Action,
    Actor,
    Change,
    Done,
    Found,
    Kind,
    Result,
    Scan,
    Stake,
    Subject,
    Who,
    action,
    detector,
    only_registered,
    phrase,
)
from zhanggui.foundation.loop.contracts.acting import forget

NOW = datetime(2026, 11, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATE = Kind("test.late", "Late", frozenset({"OWN", "OPS", "WH"}), "warn", why="Tests.")
ODD = Kind("test.odd", "Odd", frozenset({"FIN"}), "info")


@dataclass
class World:
    """What the test detector sees and the test action changes."""

    found: list[Found] = field(default_factory=list)
    values: dict[str, int] = field(default_factory=dict)
    shop_of: dict[str, int] = field(default_factory=dict)
    executed: list[str] = field(default_factory=list)
    examined: list[tuple[str, list[str]]] = field(default_factory=list)
    scans: list[Scan] = field(default_factory=list)
    blind: set[int] = field(default_factory=set)
    mark: str | None = None
    raises: Exception | None = None
    answers: dict[str, Result | Exception] = field(default_factory=dict)
    readable: bool = True


def found(
    number: str, *, shop: int | None = None, kind: str = "test.late", minor: int | None = None, **more: Any
) -> Found:
    stake = None if minor is None else Stake(minor, "CNY", phrase("What buyers paid."))
    return Found(kind, Subject("order", number, f"#{number}"), phrase("Order %(no)s is late", no=number), shop_id=shop,
                 stake=stake, **more)  # fmt: skip


class SetParams(BaseModel):
    keys: list[str]
    value: int


@contextmanager
def world(*, incremental: bool = False, limit: timedelta = timedelta(seconds=30)) -> Iterator[World]:
    """A world with the detector ``test.watch`` and the action ``test.set``; everything else is out of sight."""
    made = World()
    reading.load()  # a module first imported inside would be forgotten with the rest, and never be imported again
    with only_registered():

        @detector("test.watch", kinds=[LATE, ODD], incremental=incremental, limit=limit)
        def watch(scan: Scan) -> Iterable[Found]:
            made.scans.append(scan)
            if made.raises is not None:
                raise made.raises
            scan.mark = made.mark
            for shop in made.blind:
                scan.cannot_tell(shop)
            for subject_type, ids in made.examined:
                scan.examined(subject_type, ids)
            scan.looked_at(phrase("%(n)s orders", n=0), {s.id: len(made.found) for s in scan.shops})
            return list(made.found)

        @action
        class Set(Action[SetParams]):
            code, title, permission = "test.set", "Set values", "orders.edit"
            Params = SetParams

            def preview(self, params: SetParams, who: Who) -> Iterable[Change]:
                for key in params.keys:
                    if made.shop_of[key] in who.shop_ids and made.values[key] != params.value:
                        yield Change(key, key, {"value": made.values[key]}, {"value": params.value}, made.shop_of[key])

            def execute(self, params: SetParams, change: Change, who: Who) -> Result:
                answer = made.answers.get(change.key, Done())
                made.executed.append(change.key)
                if isinstance(answer, Exception):
                    raise answer
                if isinstance(answer, Done):
                    made.values[change.key] = params.value
                return answer

            def read_back(self, params: SetParams, change: Change, who: Who) -> Mapping[str, Any] | None:
                return {"value": made.values[change.key]} if made.readable else None

            def undo(self, params: SetParams, change: Change, who: Who) -> Result:
                made.values[change.key] = change.before["value"]
                return Done()

        try:
            yield made
        finally:
            forget("test.set")


def person(name: str, role: str, shop: ShopInfo | None = None) -> Actor:
    made = User.objects.create(username=name, display_name=name.title())  # without a password: hashing one takes long
    accounts.grant_role(user_id=made.pk, role=role, shop_id=shop.id if shop else None)
    return reading.actor_by_id(made.pk)


def shop(name: str = "East") -> ShopInfo:
    return accounts.create_shop(name=name, channel="pinduoduo")
