"""Remove files that nobody reads any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.lake import store
from zhanggui.foundation.lake.models import Partition, Replaced

#: A replaced file stays so long for readers whose snapshot names it.
KEPT_FOR_READERS: Final = timedelta(hours=1)
#: Drafts and files that no row names stay so long: somebody may be about to switch to them.
KEPT_UNNAMED: Final = timedelta(hours=24)


def sweep(*, now: datetime | None = None) -> int:
    """Remove replaced files after an hour and what killed processes left after a day; returns how many."""
    moment = now or timezone.now()
    due = Replaced.objects.filter(replaced_at__lte=moment - KEPT_FOR_READERS)
    rows: list[Replaced] = []
    if due.exists():  # else nobody is asked for the right to write
        with transaction.atomic():
            rows = list(due.select_for_update())
            Replaced.objects.filter(id__in=[row.pk for row in rows]).delete()
    for row in rows:
        store.remove(store.place_of(row.table, row.month, row.name))
    store.remove_spilled(KEPT_UNNAMED.total_seconds())
    unnamed = list(store.older_than(KEPT_UNNAMED.total_seconds()))
    if not unnamed:
        return len(rows)
    # listed before the names are read: a file that gets its row in between is young
    named = set(Partition.objects.values_list("table", "month", "name"))
    named |= set(Replaced.objects.values_list("table", "month", "name"))
    orphans = [path for table, month, path in unnamed if (table, month, path.name) not in named]
    for path in orphans:
        store.remove(path)
    return len(rows) + len(orphans)
