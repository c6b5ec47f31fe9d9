"""Filters of the order list that people keep under a name; each sees only their own."""

from __future__ import annotations

from dataclasses import dataclass

from zhanggui.processes.models import SavedFilter

MOST = 30


@dataclass(frozen=True, slots=True)
class SavedFilterInfo:
    id: int
    name: str
    query: str


class TooManyFilters(ValueError):
    """Nobody finds their way among more than :data:`MOST` saved filters."""


def saved_filters(*, user_id: int) -> list[SavedFilterInfo]:
    """In the order in which they were saved."""
    rows = SavedFilter.objects.filter(user_id=user_id).order_by("id")
    return [SavedFilterInfo(row.pk, row.name, row.query) for row in rows]


def save_filter(*, user_id: int, name: str, query: str) -> int:
    """Keep a filter; the same name is replaced. Raises :class:`TooManyFilters`."""
    known = SavedFilter.objects.filter(user_id=user_id)
    if not known.filter(name=name).exists() and known.count() >= MOST:
        raise TooManyFilters
    row, _created = SavedFilter.objects.update_or_create(user_id=user_id, name=name, defaults={"query": query})
    return row.pk


def delete_filter(*, user_id: int, filter_id: int) -> bool:
    """Forget a filter of this person; False when there is none such."""
    gone, _by_model = SavedFilter.objects.filter(user_id=user_id, pk=filter_id).delete()
    return bool(gone)
