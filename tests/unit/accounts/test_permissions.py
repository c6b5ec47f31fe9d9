"""The matrix and its scoping."""

from __future__ import annotations

import itertools

import pytest

from zhanggui.foundation.accounts import access
from zhanggui.foundation.accounts.domain.permissions import (
    ALL_SHOPS,
    EVERYBODY,
    NEVER_BY_TOKEN,
    PERMISSIONS,
    ROLES,
    Grant,
    Limits,
    UnknownPermission,
    allowed,
    permissions_of,
    shops_with,
)
from zhanggui.foundation.accounts.labels import PERMISSION_NAMES, ROLE_NAMES


def test_the_matrix_names_known_roles_only_and_the_owner_may_do_everything():
    for code, roles in PERMISSIONS.items():
        assert roles <= set(ROLES), code
        assert "OWN" in roles, code
    assert set(PERMISSIONS) >= ALL_SHOPS | NEVER_BY_TOKEN | EVERYBODY


def test_every_role_and_permission_has_a_name():
    assert set(ROLE_NAMES) == set(ROLES)
    assert set(PERMISSION_NAMES) == set(PERMISSIONS)


@pytest.mark.parametrize(("role", "code"), list(itertools.product(ROLES, sorted(PERMISSIONS))))
def test_a_role_for_all_shops_gives_what_the_matrix_says(role, code):
    assert allowed([Grant(role)], code) == (role in PERMISSIONS[code])
    assert allowed([Grant(role)], code, 5) == (role in PERMISSIONS[code])


@pytest.mark.parametrize(("role", "code"), list(itertools.product(ROLES, sorted(PERMISSIONS))))
def test_a_role_for_one_shop_gives_it_there_and_nowhere_else(role, code):
    held = [Grant(role, 5)]
    may = role in PERMISSIONS[code] and code not in ALL_SHOPS
    assert allowed(held, code) == may
    assert allowed(held, code, 5) == may
    assert not allowed(held, code, 6)


def test_permissions_of_two_roles_do_not_mix_across_shops():
    held = [Grant("FIN", 1), Grant("CS", 2)]
    assert shops_with(held, "settlement.view", [1, 2, 3]) == {1}
    assert shops_with(held, "contact.reveal", [1, 2, 3]) == {2}
    assert shops_with(held, "orders.view", [1, 2, 3]) == {1, 2}
    assert shops_with(held, None, [2, 3]) == {2}, "a shop that is gone gives nothing"
    assert shops_with([Grant("CS")], "orders.view", [1, 9]) == {1, 9}


def test_nobody_without_a_role_may_do_anything():
    assert permissions_of([]) == frozenset()
    assert shops_with([], "orders.view", [1]) == frozenset()


def test_a_misspelt_permission_is_an_error_and_not_a_no():
    with pytest.raises(UnknownPermission):
        allowed([Grant("OWN")], "order.view")
    with pytest.raises(UnknownPermission):
        shops_with([Grant("OWN")], "order.view", [1])
    with pytest.raises(UnknownPermission):
        access.requires("order.view")


def test_limits_only_take_away():
    limits = Limits(frozenset({"orders.view", "people.manage"}), frozenset({1}))
    assert limits.allow("orders.view")
    assert limits.allow("orders.view", 1)
    assert not limits.allow("orders.view", 2)
    assert not limits.allow("orders.export")
    assert not limits.allow("people.manage"), "never by token, whatever its scopes say"
    assert not Limits(frozenset({"audit.view"}), frozenset({1})).allow("audit.view"), "concerns all shops"


def test_declarations_are_found_on_functions_decorated_later():
    from functools import partial, wraps

    @access.requires("orders.view")
    def view(request):
        return None

    @wraps(view)
    def wrapped(request):
        return view(request)

    def silent(request):
        return None

    assert access.declared(view) == access.Access("orders.view")
    assert access.declared(wrapped) == access.Access("orders.view")
    assert access.declared(partial(view)) == access.Access("orders.view")
    assert access.declared(access.public(lambda request: None)) == access.PUBLIC
    assert access.declared(silent) is None
