"""The entries of the side navigation, as data, in the order of a merchant's day.

An entry shows when its address exists and the reader holds its permission. A room joins by having a url of the
name given here; nothing else is registered.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of navigation. ``group`` is ``main`` (the house), ``tools`` or ``settings``."""

    key: str
    label: str | Promise
    url: str
    permission: str
    icon: str
    group: str = "main"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry that this reader may follow."""

    key: str
    label: str | Promise
    href: str
    icon: str
    group: str
    current: bool


ENTRIES = [
    Entry("today", pgettext_lazy("navigation", "Today"), "today", "home.view", "sunrise"),
    Entry("data", pgettext_lazy("navigation", "Data"), "metrics", "metrics.view", "chart-histogram"),
    Entry("goods", pgettext_lazy("navigation", "Goods"), "goods", "goods.view", "package"),
    Entry("orders", pgettext_lazy("navigation", "Orders"), "orders", "orders.view", "receipt"),
    Entry("stock", pgettext_lazy("navigation", "Stock"), "stock", "stock.view", "building-warehouse"),
    Entry("customers", pgettext_lazy("navigation", "Customers"), "customers", "customers.view", "users"),
    Entry("traffic", pgettext_lazy("navigation", "Traffic"), "traffic", "traffic.view", "speakerphone"),
    Entry("compliance", pgettext_lazy("navigation", "Compliance"), "compliance", "compliance.view", "shield-check"),
    Entry("team", pgettext_lazy("navigation", "Team"), "team", "people.manage", "users-group"),
    Entry("import", pgettext_lazy("navigation", "Import"), "imports", "import.view", "file-import", "tools"),
    Entry("jobs", pgettext_lazy("navigation", "Jobs"), "jobs", "jobs.view", "list-check", "tools"),
    Entry("settings", pgettext_lazy("navigation", "Settings"), "settings", "settings.view", "settings", "settings"),
]


def links(held: frozenset[str], path: str, query: str = "") -> list[Link]:
    """The entries a reader with the permissions ``held`` may follow; ``query`` (``?…``) is kept on each.

    The entry whose address begins ``path`` most exactly is marked as the current one.
    """
    found = []
    for entry in ENTRIES:
        href = address(entry.url)
        if href is not None and entry.permission in held:
            found.append((entry, href))
    current = max((h for _, h in found if path == h or (h != "/" and path.startswith(h))), key=len, default=None)
    return [Link(e.key, e.label, h + query, e.icon, e.group, h == current) for e, h in found]


def address(name: str) -> str | None:
    """The address of a url name, or None while no room offers it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
