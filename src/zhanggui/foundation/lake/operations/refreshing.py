"""Bring months of the lake up to the ledgers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.lake import store
from zhanggui.foundation.lake.contracts import Refreshed, Source
from zhanggui.foundation.lake.domain.months import month_named
from zhanggui.foundation.lake.models import Partition, Replaced, Stale
from zhanggui.foundation.lake.operations.marking import ALL_SHOPS, mark_all_stale, mark_unbuilt
from zhanggui.foundation.lake.operations.sweeping import sweep
from zhanggui.foundation.lake.operations.writing import MonthWriter, Written, copied, prepared
from zhanggui.foundation.lake.queries import source, sources

#: (months done, months in all, table, month or None)
Progress = Callable[[int, int, str, "date | None"], None]
#: A switch waits this long for a writer that holds the database (an import on SQLite), asking again and again.
_PATIENCE_SECONDS: Final = 1800.0
#: A month that others keep switching first is read again so often before it is left to them.
_ATTEMPTS: Final = 5
#: SQLite takes so many parameters in one statement, everywhere.
_CHUNK: Final = 500


def refresh(*, tables: Iterable[str] | None = None, progress: Progress | None = None) -> Refreshed:
    """Write every month that waits; months nobody touched are neither read nor written.

    Safe at any time, any number of times at once, and to kill: a month changes in one step or not at all, and what was
    not finished still waits. Must run outside a transaction (a test may run it inside). Raises :class:`UnknownTable`,
    :class:`BadRows`; whatever ``progress`` raises ends the refresh between two bites.
    """
    began = time.monotonic()
    offered = sources() if tables is None else {name: source(name) for name in tables}
    done = Refreshed()
    _patiently(lambda: _mark_what_nobody_marked(offered))
    wanted = list(
        Stale.objects.filter(table__in=list(offered))
        .values_list("table", "month")
        .distinct()
        .order_by("month", "table")
    )
    for number, (table, month) in enumerate(wanted):

        def show(table: str = table, month: str = month, number: int = number) -> None:
            if progress is not None:
                progress(number, len(wanted), table, month_named(month))

        show()
        _refresh_month(offered[table], month, done, show)
    _patiently(lambda: sweep() >= 0)
    done.seconds = round(time.monotonic() - began, 3)
    return done


def rebuild(*, tables: Iterable[str] | None = None, progress: Progress | None = None) -> Refreshed:
    """Write every month anew from the ledgers. Raises :class:`UnknownTable`."""
    named = None if tables is None else list(tables)
    mark_all_stale(tables=named)
    return refresh(tables=named, progress=progress)


def _mark_what_nobody_marked(offered: dict[str, Source]) -> bool:
    """Mark months of new shops, zones and columns, and of files that somebody removed or that a restored database only
    remembers; drop marks of rooms that are no longer there. Writes nothing when there is nothing to write."""
    mark_unbuilt()
    rows = Partition.objects.filter(table__in=list(offered)).exclude(name="")
    gone = [row for row in rows if not store.place_of(row.table, row.month, row.name).exists()]
    now = timezone.now()
    Stale.objects.bulk_create(Stale(table=row.table, month=row.month, shop_id=ALL_SHOPS, marked_at=now) for row in gone)
    unknown = Stale.objects.exclude(table__in=list(sources()))
    if unknown.exists():
        unknown.delete()
    return True


def _refresh_month(given: Source, month: str, done: Refreshed, show: Callable[[], None]) -> None:
    for _attempt in range(_ATTEMPTS):
        draft = store.new_draft(given.table.name, month)
        try:
            with one_moment():
                # marks first: everything they speak of is committed, so the reading below sees it
                marks = list(Stale.objects.filter(table=given.table.name, month=month).values_list("id", "shop_id"))
                if not marks:
                    return
                held = Partition.objects.filter(table=given.table.name, month=month).first()
                written = _write(given, month, held, {shop_id for _id, shop_id in marks}, draft, done, show)
            name = _place(given, month, held, written, draft)
            if _patiently(lambda: _switch(given, month, held, written, name, [i for i, _shop in marks])):  # noqa: B023
                done.partitions += 1
                done.changed += (held.content_id if held else "") != (written.content_id if written else "")
                return
        finally:
            store.remove(draft)


def _write(
    given: Source,
    month: str,
    held: Partition | None,
    stale: set[int],
    draft: Path,
    done: Refreshed,
    show: Callable[[], None],
) -> Written | None:
    """The month into ``draft``: shop by shop, stale ones from the ledger, the others from the file that is there."""
    table = given.table
    before: Path | None = None
    if held is not None and held.name and held.fingerprint == table.fingerprint and ALL_SHOPS not in stale:
        before = store.place_of(table.name, month, held.name)
        before = before if before.exists() else None
    shops = sorted(accounts.shops(include_inactive=True), key=lambda shop: shop.id)
    with MonthWriter(table, draft) as writer:
        for from_ledger, run in groupby(shops, lambda shop: before is None or shop.id in stale):
            some = list(run)
            if from_ledger:
                for shop in some:
                    for frame in given.read(shop, month_named(month)):
                        writer.add(prepared(table, shop, month_named(month), frame))
                        done.read += len(frame)
                        show()
            elif before is not None:
                for frame in copied(before, table, [shop.id for shop in some]):
                    writer.add(frame)
                    done.copied += len(frame)
                    show()
        written = writer.finish()
    done.written += written.rows if written else 0
    return written


def _place(given: Source, month: str, held: Partition | None, written: Written | None, draft: Path) -> str:
    """The name of the file that holds the month: the one before when not a byte is another, none when it is empty.

    A file that is published and then not switched to is an orphan; ``sweep`` takes it.
    """
    if written is None:
        return ""
    same = held is not None and held.content_id == written.content_id
    if same and held is not None and store.place_of(given.table.name, month, held.name).exists():
        return held.name
    return store.publish(draft, written.content_id)


def _switch(
    given: Source, month: str, held: Partition | None, written: Written | None, name: str, mark_ids: list[int]
) -> bool:
    """Make ``name`` the current file and drop the marks it answers, in one transaction. False: somebody else switched
    since ``held`` was read."""
    table, now = given.table, timezone.now()
    values = {
        "generation": (held.generation if held else 0) + 1,
        "name": name,
        "content_id": written.content_id if written else "",
        "fingerprint": table.fingerprint,
        "rows": written.rows if written else 0,
        "bytes": written.bytes if written else 0,
        "written_at": now,
    }
    try:
        with transaction.atomic():
            if held is None:
                Partition.objects.create(table=table.name, month=month, **values)
            elif not Partition.objects.filter(pk=held.pk, generation=held.generation).update(**values):
                return False
            if held is not None and held.name not in ("", name):
                Replaced.objects.create(table=table.name, month=month, name=held.name, replaced_at=now)
            for at in range(0, len(mark_ids), _CHUNK):
                Stale.objects.filter(id__in=mark_ids[at : at + _CHUNK]).delete()
    except IntegrityError:
        return False
    return True


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside is of one moment, and nobody who writes waits for it."""
    if connection.in_atomic_block:  # the caller's transaction is that moment
        yield
        return
    begin = (
        "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" if connection.vendor == "postgresql" else "BEGIN DEFERRED"
    )
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def _patiently(act: Callable[[], bool]) -> bool:
    """Do a short write, however long somebody else holds the database."""
    limit = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return act()
        except OperationalError:
            if connection.in_atomic_block or time.monotonic() > limit:
                raise
            time.sleep(0.5)


__all__ = ["Progress", "one_moment", "rebuild", "refresh"]
