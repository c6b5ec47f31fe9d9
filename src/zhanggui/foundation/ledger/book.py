"""Join a report into a table of daily figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import polars as pl
from django.db import connection, models
from django.utils import timezone

from zhanggui.foundation.ledger import clocks

#: Keys asked for in one query: SQLite takes no more than 999 parameters in old builds.
_CHUNK: Final = 500
_LOCK_SPACE: Final = 0x5A48


class OutsideTransaction(RuntimeError):
    """A ledger write was asked for outside a transaction, where it could be left half done."""


@dataclass(slots=True)
class Joined:
    """What became of the rows. ``moved`` are the periods (first day, last day) with a new or changed row."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    moved: set[tuple[date | None, date | None]] = field(default_factory=set)


def require_transaction() -> None:
    if not connection.in_atomic_block:
        raise OutsideTransaction("call inside transaction.atomic(): an import is recorded whole or not at all")


def lock_shop(shop_id: int, space: int = _LOCK_SPACE) -> None:
    """Hold the lock of a shop's daily figures until the transaction ends (on SQLite the transaction itself)."""
    require_transaction()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [space, shop_id])


def join_report(
    model: type[models.Model],
    frame: pl.DataFrame,
    *,
    identity: Sequence[str],
    columns: Sequence[str],
    shop_id: int,
    file_id: int,
    observed_at: datetime,
) -> Joined:
    """Record ``frame`` (``row_key``, ``identity`` columns, ``columns``, ``row``), one row per key.

    The model has ``shop``, ``row_key``, the identity and figure columns, ``clocks``, ``changed_at``, ``observed_at``,
    ``source_file_id``, ``source_row``. Must run inside the caller's transaction. Harmless to repeat.
    """
    lock_shop(shop_id)
    done = Joined()
    now, at = timezone.now(), clocks.micros(observed_at)
    rows = list(frame.iter_rows(named=True))
    for chunk in _chunks(rows, _CHUNK):
        keys = {row["row_key"]: row for row in chunk}
        held = {r.row_key: r for r in model._default_manager.filter(shop_id=shop_id, row_key__in=list(keys))}  # type: ignore[attr-defined]
        fresh: list[models.Model] = []
        changed: list[models.Model] = []
        for key, row in keys.items():
            clock = (at, int(row["row"] or 0))
            old: Any = held.get(key)
            if old is None:
                cells = {name: row[name] for name in columns}
                fresh.append(
                    model(
                        shop_id=shop_id,
                        row_key=key,
                        **{name: row[name] for name in identity},
                        **{name: value for name, value in cells.items() if name not in identity},
                        clocks=clocks.dump(dict.fromkeys(columns, clock)),
                        changed_at=now,
                        observed_at=observed_at,
                        source_file_id=file_id,
                        source_row=clock[1],
                    )
                )
                done.new += 1
                done.moved.add((row["first_day"], row["last_day"]))
                continue
            known = {name: getattr(old, name) for name in columns}
            cells, after, late = clocks.join(known, clocks.load(old.clocks), row, clock, columns)
            text = clocks.dump(after)
            done.stale += late
            done.updated += bool(cells)
            done.unchanged += not cells and not late
            if cells:
                done.moved.add((row["first_day"], row["last_day"]))
                old.changed_at = now
            if cells or text != old.clocks:
                for name, value in cells.items():
                    setattr(old, name, value)
                old.clocks = text
                if observed_at >= old.observed_at:
                    old.observed_at, old.source_file_id, old.source_row = observed_at, file_id, clock[1]
                changed.append(old)
        model._default_manager.bulk_create(fresh, batch_size=_batch(model))
        books = ["clocks", "changed_at", "observed_at", "source_file_id", "source_row"]
        if changed:
            model._default_manager.bulk_update(changed, [*columns, *books], batch_size=100)
    return done


def _batch(model: type[models.Model]) -> int:
    return max(1, 30_000 // max(1, len(model._meta.concrete_fields)))


def _chunks(rows: Sequence[dict[str, Any]], size: int) -> Iterator[Sequence[dict[str, Any]]]:
    for at in range(0, len(rows), size):
        yield rows[at : at + size]


def told_columns(frame: pl.DataFrame, wanted: Iterable[str], provided: frozenset[str] | None) -> list[str]:
    """The wanted columns a report carries: named as provided, or not empty throughout."""
    told = provided or frozenset()
    return [n for n in wanted if n in frame.columns and (n in told or frame[n].null_count() < len(frame))]
