"""Who may do what: ten roles, the permissions, and the matrix between them as data.

A role is held for one shop or for all shops. A permission asked *for a shop* needs a role held for that shop (or
for all); a permission in ``ALL_SHOPS`` concerns the whole installation and needs a role held for all shops.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

#: Role codes: owner, operations, marketing, customer service, data, buyer, warehouse, finance, legal, administrator.
ROLES: Final = ("OWN", "OPS", "MKT", "CS", "DAT", "BUY", "WH", "FIN", "LEG", "ADM")


def _may(roles: str) -> frozenset[str]:
    return frozenset(roles.split())


_ALL = _may("OWN OPS MKT CS DAT BUY WH FIN LEG ADM")

PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    # today and the own account
    "home.view": _ALL,
    "account.own": _ALL,  # and people without a role: see EVERYBODY
    "jobs.view": _ALL,
    # orders, refunds, money
    "orders.view": _may("OWN OPS MKT CS DAT BUY WH FIN LEG ADM"),
    "orders.edit": _may("OWN OPS CS WH"),
    "orders.export": _may("OWN OPS DAT FIN"),
    "contact.reveal": _may("OWN CS WH"),
    "refunds.view": _may("OWN OPS CS DAT FIN LEG ADM"),
    "settlement.view": _may("OWN DAT FIN ADM"),
    "settlement.export": _may("OWN FIN"),
    # files taken in
    "import.view": _may("OWN OPS CS DAT BUY WH FIN ADM"),
    "import.run": _may("OWN OPS DAT FIN ADM"),
    # numbers
    "metrics.view": _may("OWN OPS MKT CS DAT BUY WH FIN LEG ADM"),
    "metrics.export": _may("OWN OPS MKT DAT FIN"),
    # adverts and visitors
    "traffic.view": _may("OWN OPS MKT DAT FIN ADM"),
    # what to do: findings are seen by role (home.view); proposals are made, approved and carried out
    "proposals.make": _may("OWN OPS MKT CS DAT BUY WH FIN LEG"),
    "proposals.approve": _may("OWN OPS MKT FIN LEG"),
    "loop.manage": _may("OWN ADM"),
    "tasks.manage": _may("OWN OPS MKT CS DAT BUY WH FIN LEG"),
    # goods, prices, offers
    "goods.view": _may("OWN OPS MKT CS DAT BUY WH FIN LEG ADM"),
    "goods.edit": _may("OWN OPS BUY"),
    "listings.edit": _may("OWN OPS MKT"),
    "listings.review": _may("OWN OPS LEG"),
    "prices.view": _may("OWN OPS MKT DAT BUY FIN ADM"),
    "prices.edit": _may("OWN OPS FIN"),
    "promotions.view": _may("OWN OPS MKT CS DAT BUY FIN LEG ADM"),
    "promotions.edit": _may("OWN OPS MKT"),
    "promotions.approve": _may("OWN FIN LEG"),
    # stock and purchasing
    "stock.view": _may("OWN OPS CS DAT BUY WH FIN ADM"),
    "stock.edit": _may("OWN WH"),
    "purchasing.view": _may("OWN BUY WH FIN ADM"),
    "purchasing.edit": _may("OWN BUY"),
    # law
    "compliance.view": _may("OWN OPS MKT CS DAT LEG ADM"),
    "compliance.manage": _may("OWN LEG"),
    # the installation
    "shops.view": _ALL,
    "shops.manage": _may("OWN ADM"),
    "people.manage": _may("OWN ADM"),
    "audit.view": _may("OWN LEG ADM"),
    "audit.export": _may("OWN LEG ADM"),
    "backup.run": _may("OWN ADM"),
    "settings.view": _may("OWN ADM"),
    "settings.manage": _may("OWN ADM"),
    "ui.gallery": _may("OWN ADM"),
}

#: Permissions about the installation as a whole: only a role held for all shops grants them.
ALL_SHOPS: Final = frozenset(
    {
        "shops.manage",
        "people.manage",
        "audit.view",
        "audit.export",
        "backup.run",
        "settings.view",
        "settings.manage",
        "ui.gallery",
    }
)

#: What every signed-in person has, with or without a role.
EVERYBODY: Final = frozenset({"account.own"})

#: What an API token can never do, whoever made it.
NEVER_BY_TOKEN: Final = frozenset({"account.own", "people.manage", "backup.run"})


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of one person; ``shop_id`` None means every shop, also those created later."""

    role: str
    shop_id: int | None = None


class UnknownPermission(KeyError):
    """A permission code that the matrix does not list."""


def allowed(grants: Iterable[Grant], permission: str, shop_id: int | None = None) -> bool:
    """Whether the grants give ``permission``, for ``shop_id`` when one is named, else for at least one shop.

    Raises ``UnknownPermission`` for a code outside the matrix: a typing mistake must not read as "nobody may".

    >>> allowed([Grant("CS", 7)], "orders.view", 7), allowed([Grant("CS", 7)], "orders.view", 8)
    (True, False)
    >>> allowed([Grant("ADM", 7)], "people.manage"), allowed([Grant("ADM")], "people.manage")
    (False, True)
    """
    if permission not in PERMISSIONS:
        raise UnknownPermission(permission)
    roles = PERMISSIONS[permission]
    everywhere_only = permission in ALL_SHOPS
    for grant in grants:
        if grant.role not in roles:
            continue
        if grant.shop_id is None:
            return True
        if not everywhere_only and (shop_id is None or grant.shop_id == shop_id):
            return True
    return False


def shops_with(grants: Iterable[Grant], permission: str | None, every_shop: Iterable[int]) -> frozenset[int]:
    """The shops for which the grants give ``permission`` (any role at all when it is None).

    ``every_shop`` are the ids that exist; a grant for a shop that no longer exists gives nothing.
    """
    if permission is not None and permission not in PERMISSIONS:
        raise UnknownPermission(permission)
    known = frozenset(every_shop)
    found: set[int] = set()
    for grant in grants:
        if permission is not None and grant.role not in PERMISSIONS[permission]:
            continue
        if grant.shop_id is None:
            return known
        found.add(grant.shop_id)
    return known & found


def permissions_of(grants: Iterable[Grant]) -> frozenset[str]:
    """Every permission the grants give for at least one shop."""
    held = tuple(grants)
    return frozenset(code for code in PERMISSIONS if allowed(held, code))


@dataclass(frozen=True, slots=True)
class Limits:
    """What an API token leaves of its person's permissions; ``shop_ids`` None: all shops of the person."""

    scopes: frozenset[str]
    shop_ids: frozenset[int] | None = None

    def allow(self, permission: str, shop_id: int | None = None) -> bool:
        if permission not in self.scopes or permission in NEVER_BY_TOKEN:
            return False
        if self.shop_ids is None or (shop_id is None and permission not in ALL_SHOPS):
            return True
        return shop_id is not None and shop_id in self.shop_ids
