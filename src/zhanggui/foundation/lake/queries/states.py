"""Which files are current, and what the ledgers know that they do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Min
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.lake import store
from zhanggui.foundation.lake.contracts import MonthFile, Snapshot, Source, TableState
from zhanggui.foundation.lake.domain.months import month_named
from zhanggui.foundation.lake.models import Built, Partition, Stale
from zhanggui.foundation.lake.queries.offered import source, sources


def snapshot(tables: Iterable[str] | None = None, *, now: datetime | None = None) -> Snapshot:
    """All tables, or those named, as of now. Raises :class:`UnknownTable`.

    What waits is read before the files: a month may be called stale that has just been written, never the reverse.
    """
    offered = sources() if tables is None else {name: source(name) for name in tables}
    moment = now or timezone.now()
    waits = waiting(offered)
    files: dict[str, list[MonthFile]] = {name: [] for name in offered}
    rows = Partition.objects.filter(table__in=list(offered)).exclude(name="").order_by("table", "month")
    for row in rows:
        path = store.place_of(row.table, row.month, row.name)
        current = row.fingerprint == offered[row.table].table.fingerprint
        month = month_named(row.month)
        if not path.exists():
            waits[row.table].months.setdefault(month, set()).add(0)
            waits[row.table].unknown = True
            continue
        files[row.table].append(MonthFile(month, path, row.content_id, row.rows, row.bytes, row.written_at, current))
    return Snapshot(
        {
            name: TableState(
                table=offered[name].table,
                files=tuple(files[name]),
                as_of=None if waits[name].unknown else waits[name].since or moment,
                stale={month: frozenset(shops) for month, shops in waits[name].months.items()},
            )
            for name in offered
        }
    )


@dataclass(slots=True)
class Waiting:
    """Months of one table that must be written, with their shops (0: all). ``since``: the first mark. ``unknown``:
    something is missing of which nobody can say since when."""

    months: dict[date | None, set[int]] = field(default_factory=dict)
    since: datetime | None = None
    unknown: bool = False

    def add(self, months: Iterable[date | None], shop_id: int) -> None:
        for month in months:
            self.months.setdefault(month, set()).add(shop_id)


def waiting(offered: Mapping[str, Source]) -> dict[str, Waiting]:
    """What waits, by table: marks of the ledgers, and what was never built for the shops and columns of today."""
    found = {name: Waiting() for name in offered}
    marks = Stale.objects.filter(table__in=list(offered)).values_list("table", "month", "shop_id")
    for table, month, shop_id, at in marks.annotate(Min("marked_at")).order_by():
        one = found[table]
        one.add([month_named(month)], shop_id)
        one.since = at if one.since is None else min(at, one.since)
    for table, months in unbuilt(offered).items():
        for shop_id, some in months.items():
            found[table].add(some, shop_id)
            found[table].unknown = True
    return found


def unbuilt(offered: Mapping[str, Source]) -> dict[str, dict[int, set[date | None]]]:
    """Months that no mark speaks of and that must be written all the same, by table and shop: the table is new or has
    other columns, the shop is new or lies in another zone."""
    built = dict(Built.objects.values_list("subject", "value"))
    shops = accounts.shops(include_inactive=True)
    moved = {shop.id for shop in shops if built.get(subject_of(shop)) != value_of(shop)}
    found: dict[str, dict[int, set[date | None]]] = {}
    for name, given in offered.items():
        changed = built.get(f"table {name}") != given.table.fingerprint
        for shop in shops:
            if not changed and shop.id not in moved:
                continue
            months = set(given.months(shop))
            if subject_of(shop) in built:  # its rows may leave the months in which they lie
                months |= {month_named(m) for m in held_months(name)}
            if months:
                found.setdefault(name, {})[shop.id] = months
    return found


def held_months(table: str) -> list[str]:
    """The names of the months of which the lake has a file."""
    return list(Partition.objects.filter(table=table).exclude(name="").values_list("month", flat=True))


def subject_of(shop: ShopInfo) -> str:
    return f"shop {shop.id}"


def value_of(shop: ShopInfo) -> str:
    return f"{shop.channel} {shop.zone}"
