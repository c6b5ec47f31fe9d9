"""Few writers per hot row: requests of many clients, one transaction after the other.

While one group waits for the disk the next one gathers; nobody waits for a timer. Every request is answered for itself,
after its transaction has been made durable. Correct with any number of processes beside it: the lock and the keys are
in the database, this queue only saves waiting.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection, connections

from zhanggui.supply.inventory.domain.holding import RESERVE
from zhanggui.supply.inventory.store import holds, naming

#: The largest group: enough to hide the disk, small enough to answer in milliseconds.
LARGEST = 256
#: How long the clients of the last group are waited for.
PATIENCE_SECONDS = 0.001


class Unanswered(Exception):
    """The outcome of a request is not known: look it up by its key, or send it again with the same key."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A reserve by merchant codes: ``lines`` (code, units)."""

    order_ref: str
    key: str
    lines: tuple[tuple[str, int], ...]
    shop_id: int | None = None
    expires_at: datetime | None = None


class UnknownCode(LookupError):
    """A merchant code that no item has."""


#: The answer, and item id → merchant code of everything it speaks of.
Granted = tuple[holds.Answer, dict[int, str]]


class _Waiting:
    __slots__ = ("answer", "done", "error", "wish")

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.done = threading.Lock()
        self.done.acquire()
        self.answer: Granted | None = None
        self.error: BaseException | None = None


class Queue:
    """One writer thread with a connection of its own."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._waiting: deque[_Waiting] = deque()
        self._some = threading.Event()
        self._gathered = threading.Event()
        self._expected = 1
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="stock-writer", daemon=True)
        self._thread.start()

    def submit(self, wish: Wish, timeout: float = 30.0) -> Granted:
        """Wait for the answer. Raises :class:`UnknownCode`, and :class:`Unanswered` when the database failed or took
        longer than ``timeout``."""
        waiting = _Waiting(wish)
        self._waiting.append(waiting)
        if not self._some.is_set():
            self._some.set()
        if len(self._waiting) >= self._expected:
            self._gathered.set()
        if not waiting.done.acquire(timeout=timeout):
            raise Unanswered(wish.key)
        if isinstance(waiting.error, UnknownCode):
            raise waiting.error
        if waiting.error is not None:
            raise Unanswered(wish.key) from waiting.error
        assert waiting.answer is not None
        return waiting.answer

    def stop(self) -> None:
        """Answer what waits, then end the thread."""
        self._stopped = True
        self._some.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        try:
            while True:
                if not self._waiting:
                    if self._stopped:
                        return
                    self._some.clear()
                    if not self._waiting and not self._stopped:
                        self._some.wait()
                group = self._take()
                if group:
                    self._book(group)
        finally:
            connections.close_all()

    def _take(self) -> list[_Waiting]:
        """Who waits now. Clients that were answered together come back together: as many as last time are waited for,
        a moment at most, so that the next group is not cut short; a lone client is not kept waiting."""
        if len(self._waiting) < self._expected:
            self._gathered.clear()
            if len(self._waiting) < self._expected:
                self._gathered.wait(PATIENCE_SECONDS)
        group: list[_Waiting] = []
        while len(group) < LARGEST and self._waiting:
            group.append(self._waiting.popleft())
        self._expected = len(group)
        return group

    def _book(self, group: list[_Waiting]) -> None:
        try:
            _durable()
            self._answer(group)
        except DatabaseError as error:
            self._one_by_one(group, error)
        except BaseException as error:
            for waiting in group:
                waiting.error = error
        finally:
            for waiting in group:
                waiting.done.release()

    def _answer(self, group: list[_Waiting]) -> None:
        with connection.cursor() as cursor:
            named = naming.resolve(cursor, [code for w in group for code, _qty in w.wish.lines])
        codes = naming.codes_of(named)
        asked: list[_Waiting] = []
        requests: list[holds.Request] = []
        for waiting in group:
            wish = waiting.wish
            try:
                demand = naming.demand(wish.lines, named)
            except KeyError as unknown:
                waiting.error = UnknownCode(unknown.args[0])
                continue
            asked.append(waiting)
            requests.append(
                holds.Request(
                    RESERVE, wish.key, wish.order_ref, tuple(sorted(demand.items())), wish.shop_id, wish.expires_at
                )
            )
        for waiting, answer in zip(asked, holds.apply(requests, self._clock()), strict=True):
            waiting.answer = answer, codes

    def _one_by_one(self, group: list[_Waiting], error: DatabaseError) -> None:
        """One request that the database refuses must not take the others with it."""
        connection.close()
        for waiting in group:
            if len(group) == 1:
                waiting.error = error
                return
            try:
                _durable()
                self._answer([waiting])
            except DatabaseError as own:
                waiting.error = own
                connection.close()


def _durable() -> None:
    """Answers are given for what a power cut cannot take back: SQLite's default here would allow the last moments to
    be lost."""
    if connection.vendor == "sqlite" and getattr(connection, "zhanggui_durable", None) is not connection.connection:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
        connection.zhanggui_durable = connection.connection  # type: ignore[attr-defined]


_lock = threading.Lock()
_queue: dict[int, Queue] = {}


def queue(clock: Callable[[], datetime]) -> Queue:
    """The queue of this process (a fork gets its own), started at first use."""
    pid = os.getpid()
    found = _queue.get(pid)
    if found is None:
        with _lock:
            found = _queue.get(pid)
            if found is None:
                _queue.clear()
                found = _queue[pid] = Queue(clock)
    return found
