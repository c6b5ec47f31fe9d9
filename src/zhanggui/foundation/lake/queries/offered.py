"""The tables that rooms offer."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from zhanggui.foundation.lake.contracts import Source, UnknownTable


def sources() -> dict[str, Source]:
    """Every table that the modules of ``LAKE_SOURCES`` offer, by name."""
    found: dict[str, Source] = {}
    for module in settings.LAKE_SOURCES:
        for offered in import_string(f"{module}.SOURCES"):
            if offered.table.name in found:
                raise ValueError(f"two rooms offer the table {offered.table.name!r} to the lake")
            found[offered.table.name] = offered
    return found


def source(table: str) -> Source:
    """The source of one table; raises :class:`UnknownTable`."""
    found = sources().get(table)
    if found is None:
        raise UnknownTable(f"No room offers a table {table!r} to the lake; there are: {', '.join(sources())}.")
    return found
