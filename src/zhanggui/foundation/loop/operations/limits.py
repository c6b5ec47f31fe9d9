"""A time limit that also reaches a thread in the middle of a database query."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import connection


class TooLong(Exception):
    """The work ran past its limit."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"longer than {seconds:g} s")
        self.seconds = seconds


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`TooLong` inside the block once ``seconds`` have passed; works in any thread.

    A watcher thread interrupts the query this thread waits for and raises in it at the next Python instruction. Code
    that stays inside a C call (a tight numeric routine) is reached only when the call returns: the supervisor in
    ``worker`` kills the process of such a detector.
    """
    thread = threading.get_ident()
    over, lock = threading.Event(), threading.Lock()
    fired = False
    wrapped: Any = connection.connection

    def strike() -> None:
        nonlocal fired
        if over.wait(seconds):
            return
        with lock:
            if over.is_set():
                return
            fired = True
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(_Struck))
        while not over.wait(0.2):  # a retry loop may start one query after another
            with suppress(Exception):
                (getattr(wrapped, "interrupt", None) or wrapped.cancel)()

    watcher = threading.Thread(target=strike, name="detector-limit", daemon=True)
    connection.ensure_connection()
    wrapped = connection.connection
    watcher.start()
    try:
        yield
    except BaseException as error:
        if not fired:
            raise
        over.set()
        raise TooLong(seconds) from error
    finally:
        with lock:
            over.set()
            if fired:  # struck in the very last moment: nothing may reach the code after this block
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), None)
        watcher.join()
    if fired:
        raise TooLong(seconds)


class _Struck(BaseException):
    """Raised into the thread; not an ``Exception``, so that no detector swallows it by accident."""
