"""Marks: months of which the ledger knows more than the files. Written by the transaction that changes the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl
from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.lake.domain.months import month_named, months_of, name_of
from zhanggui.foundation.lake.models import Built, Stale
from zhanggui.foundation.lake.queries import source, sources
from zhanggui.foundation.lake.queries.states import held_months, subject_of, unbuilt, value_of

#: The shop of a mark that concerns all of them.
ALL_SHOPS = 0


def mark_stale(*, table: str, shop_id: int, months: Iterable[date | None]) -> int:
    """Note that rows of these months (first days; None: undated rows) changed; returns how many marks were made.

    Call it in the transaction that changes the rows, with the months they are in and those they were in before. Any
    day of a month will do. Harmless to repeat.
    """
    names = sorted({name_of(month) for month in months})
    now = timezone.now()
    Stale.objects.bulk_create(Stale(table=table, month=name, shop_id=shop_id, marked_at=now) for name in names)
    return len(names)


def mark_stale_at(*, tables: Iterable[str], shop_id: int, moments: Iterable[pl.Series]) -> int:
    """Note that rows at these UTC moments changed; their months are told in the shop's zone, null is undated."""
    shop = accounts.shop(shop_id)
    if shop is None:
        return 0
    months = months_of(moments, shop.zone)
    return sum(mark_stale(table=table, shop_id=shop_id, months=months) for table in tables)


def mark_all_stale(*, tables: Iterable[str] | None = None) -> int:
    """Mark every month that the ledgers or the lake have, for all shops. Raises :class:`UnknownTable`."""
    offered = sources() if tables is None else {name: source(name) for name in tables}
    shops = accounts.shops(include_inactive=True)
    with transaction.atomic():
        return sum(
            mark_stale(
                table=name,
                shop_id=ALL_SHOPS,
                months={m for shop in shops for m in given.months(shop)} | {month_named(m) for m in held_months(name)},
            )
            for name, given in offered.items()
        )


def mark_unbuilt() -> None:
    """Turn what must be built for new shops, zones and columns into marks, and remember what is built for."""
    offered = sources()
    # read before the months: what changes in between is found again by the next one
    wanted = {subject_of(shop): value_of(shop) for shop in accounts.shops(include_inactive=True)}
    wanted |= {f"table {name}": given.table.fingerprint for name, given in offered.items()}
    built = dict(Built.objects.values_list("subject", "value"))
    changed = {subject: value for subject, value in wanted.items() if built.get(subject) != value}
    if not changed:
        return
    found = unbuilt(offered)
    with transaction.atomic():
        for table, shops in found.items():
            for shop_id, months in shops.items():
                mark_stale(table=table, shop_id=shop_id, months=months)
        for subject, value in changed.items():
            Built.objects.update_or_create(subject=subject, defaults={"value": value})
