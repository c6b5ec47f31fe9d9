"""Deadline clocks: bounds are inclusive, and raising the level of a case never gives more time (X05)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise on one case, e.g. ``acknowledge`` or ``first_response``; ``stopped_at`` None while it runs."""

    code: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        if any(m is not None and m.tzinfo is None for m in (self.started_at, self.due_at, self.stopped_at)):
            raise ValueError("a clock needs moments with a time zone")

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None

    def is_late(self, now: datetime) -> bool:
        """Whether the promise was, or at ``now`` is, broken. Exactly at ``due_at`` is on time."""
        return (now if self.stopped_at is None else self.stopped_at) > self.due_at


def binding(clocks: Iterable[Clock]) -> Clock | None:
    """The running clock that ends first; None when none runs."""
    return min((c for c in clocks if c.is_running), key=lambda c: (c.due_at, c.code), default=None)


def upgrade(clocks: Iterable[Clock], fresh: Iterable[Clock]) -> tuple[Clock, ...]:
    """The clocks of a case after its level was raised, with the ``fresh`` clocks of the new level.

    A promise that already runs keeps its start and the earlier of the two deadlines; one overdue stays overdue. What
    was met stays as it is beside the fresh clock; running clocks the new level does not name run on.

    Raises ``ValueError`` for two running clocks of one code.
    """
    merged = list(clocks)
    for new in fresh:
        running = [n for n, old in enumerate(merged) if old.code == new.code and old.is_running]
        if len(running) > 1:
            raise ValueError(f"two clocks of one case run for {new.code}")
        if running:
            old = merged[running[0]]
            merged[running[0]] = replace(old, due_at=min(old.due_at, new.due_at), stopped_at=new.stopped_at)
        else:
            merged.append(new)
    return tuple(merged)
