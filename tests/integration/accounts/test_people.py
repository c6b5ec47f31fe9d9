"""People, roles and shops: what is written, what is refused, what the log keeps."""

from __future__ import annotations

import pytest

from zhanggui.foundation.accounts import operations, queries
from zhanggui.foundation.accounts.models import User
from zhanggui.foundation.audit import queries as audit
from zhanggui.foundation.audit.contracts import Filter

pytestmark = [pytest.mark.data, pytest.mark.django_db]


@pytest.fixture
def owner() -> User:
    person = operations.create_user(username="owner")
    operations.grant_role(user_id=person.id, role="OWN")
    return User.objects.get(pk=person.id)


@pytest.fixture
def admin(owner: User) -> User:
    person = operations.create_user(username="admin")
    operations.grant_role(user_id=person.id, role="ADM", actor=owner)
    return User.objects.get(pk=person.id)


def test_a_shop_takes_currency_and_zone_of_its_channel():
    shop = operations.create_shop(name="  天猫  旗舰店 ", channel="taobao")
    assert (shop.name, shop.currency, shop.zone) == ("天猫 旗舰店", "CNY", "Asia/Shanghai")
    assert queries.shop_by_name("天猫 旗舰店") == shop
    assert queries.shop(shop.id) == shop


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"name": " "}, operations.BadName),
        ({"name": "x" * 121}, operations.BadName),
        ({"channel": "ebay"}, operations.UnknownChannel),
        ({"currency": "RMB¥"}, operations.BadCurrency),
        ({"zone": "Mars/Base"}, operations.BadZone),
        ({"zone": "../etc/passwd"}, operations.BadZone),
        ({"name": "Taken"}, operations.NameTaken),
    ],
)
def test_a_wrong_shop_is_refused(wrong, error):
    operations.create_shop(name="Taken", channel="jd")
    with pytest.raises(error):
        operations.create_shop(**{"name": "New", "channel": "jd", **wrong})
    assert [s.name for s in queries.shops()] == ["Taken"]


def test_ensuring_a_shop_twice_makes_one():
    first = operations.ensure_shop(name="One", channel="jd")
    assert operations.ensure_shop(name="One", channel="jd") == first
    assert len(queries.shops()) == 1


def test_a_changed_shop_is_logged_with_before_and_after(owner):
    shop = operations.create_shop(name="One", channel="shopify", actor=owner)
    operations.update_shop(
        shop_id=shop.id, name="Two", channel="shopify", currency="EUR", zone="Europe/Berlin", actor=owner
    )
    entry = audit.entries(Filter(action="shop.changed"), limit=1)[0]
    assert entry.actor_id == owner.pk
    assert entry.detail["changed"] == {
        "name": ["One", "Two"],
        "currency": ["USD", "EUR"],
        "zone": ["UTC", "Europe/Berlin"],
    }


def test_people_see_the_shops_of_their_roles_only(owner):
    a, b = (operations.create_shop(name=n, channel="jd") for n in "ab")
    operations.create_user(username="clerk")
    clerk = User.objects.get(username="clerk")
    assert queries.shops(clerk) == []
    operations.grant_role(user_id=clerk.pk, role="CS", shop_id=a.id)
    assert queries.shops(clerk) == [a]
    assert queries.visible_shop_ids(clerk, "settlement.view") == frozenset()
    assert queries.can(clerk, "orders.view", a.id)
    assert not queries.can(clerk, "orders.view", b.id)
    assert queries.shops(owner) == [a, b]
    assert queries.shops() == [a, b]


def test_names_differing_only_in_case_are_one_name():
    operations.create_user(username="Li.Lei")
    with pytest.raises(operations.NameTaken):
        operations.create_user(username="LI.LEI")
    found = queries.person_by_username("lI.lEI")
    assert found is not None
    assert found.username == "li.lei"


@pytest.mark.parametrize("name", ["", " ", "a b", "a/b", "x" * 151, "名字<script>"])
def test_wrong_sign_in_names_are_refused(name):
    with pytest.raises(operations.BadName):
        operations.create_user(username=name)


def test_giving_a_role_twice_is_harmless_and_logged_once(owner):
    person = operations.create_user(username="p")
    for _ in range(2):
        operations.grant_role(user_id=person.id, role="OPS", actor=owner)
    found = audit.entries(Filter(action="role.granted", subject=f"user:{person.id}"))
    assert [(e.actor_id, e.detail) for e in found] == [(owner.pk, {"role": "OPS", "shop_id": None})]


def test_unknown_roles_people_and_shops_are_refused(owner):
    with pytest.raises(operations.UnknownRole):
        operations.grant_role(user_id=owner.pk, role="GOD")
    with pytest.raises(operations.NotFound):
        operations.grant_role(user_id=999_999, role="OPS")
    with pytest.raises(operations.NotFound):
        operations.grant_role(user_id=owner.pk, role="OPS", shop_id=999_999)
    with pytest.raises(operations.NotFound):
        operations.revoke_role(user_id=owner.pk, role="OPS")


def test_the_last_person_who_manages_people_stays(owner):
    with pytest.raises(operations.LastManager):
        operations.revoke_role(user_id=owner.pk, role="OWN")
    with pytest.raises(operations.LastManager):
        operations.deactivate_user(user_id=owner.pk)
    assert queries.can(owner, "people.manage")


def test_an_administrator_cannot_become_replace_or_lock_out_an_owner(owner, admin):
    for act in (
        lambda: operations.grant_role(user_id=admin.pk, role="OWN", actor=admin),
        lambda: operations.revoke_role(user_id=owner.pk, role="OWN", actor=admin),
        lambda: operations.deactivate_user(user_id=owner.pk, actor=admin),
        lambda: operations.create_login_link(user_id=owner.pk, actor=admin),
        lambda: operations.reset_second_factor(user_id=owner.pk, actor=admin),
        lambda: operations.grant_role(user_id=owner.pk, role="ADM", actor=admin),
    ):
        with pytest.raises(operations.ActorMayNot):
            act()
    second = operations.create_user(username="second", actor=admin)
    operations.grant_role(user_id=second.id, role="ADM", actor=admin)
    operations.grant_role(user_id=second.id, role="OWN", actor=owner)
    operations.revoke_role(user_id=owner.pk, role="OWN", actor=User.objects.get(pk=second.id))


def test_an_owner_of_one_shop_does_not_make_owners_of_all(owner):
    shop = operations.create_shop(name="One", channel="jd")
    person = operations.create_user(username="partner")
    operations.grant_role(user_id=person.id, role="OWN", shop_id=shop.id)
    operations.grant_role(user_id=person.id, role="ADM")
    partner = User.objects.get(pk=person.id)
    with pytest.raises(operations.ActorMayNot):
        operations.grant_role(user_id=person.id, role="OWN", actor=partner)
    with pytest.raises(operations.ActorMayNot):
        operations.deactivate_user(user_id=owner.pk, actor=partner)


def test_a_deactivated_person_has_nothing_left(owner, client):
    person = operations.create_user(username="leaver")
    operations.grant_role(user_id=person.id, role="OPS")
    user = User.objects.get(pk=person.id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/accounts/me/").status_code == 200
    link = operations.create_login_link(user_id=person.id)
    operations.create_token(user_id=person.id, name="t", scopes=["orders.view"])
    operations.deactivate_user(user_id=person.id, actor=owner)
    assert client.get("/accounts/me/").status_code == 302
    assert queries.permissions(User.objects.get(pk=person.id)) == frozenset()
    assert queries.tokens(person.id) == []
    with pytest.raises(operations.LinkInvalid):
        operations.use_login_link(secret=link.secret)
    with pytest.raises(operations.NotFound):
        operations.create_login_link(user_id=person.id)
    operations.activate_user(user_id=person.id, actor=owner)
    assert queries.can(User.objects.get(pk=person.id), "orders.view")


def test_a_token_cannot_be_given_more_than_its_maker_may(owner):
    a, b = (operations.create_shop(name=n, channel="jd") for n in "ab")
    person = operations.create_user(username="maker")
    operations.grant_role(user_id=person.id, role="CS", shop_id=a.id)
    for scopes, shops in ((["settlement.view"], None), (["account.own"], None), (["orders.view"], [b.id]), ([], None)):
        with pytest.raises(operations.BadScope):
            operations.create_token(user_id=person.id, name="t", scopes=scopes, shop_ids=shops)
    made = operations.create_token(user_id=person.id, name="t", scopes=["orders.view"], shop_ids=[a.id], days=1)
    assert made.secret not in str(list(User.objects.get(pk=person.id).api_tokens.values()))
    with pytest.raises(operations.NotFound):
        operations.revoke_token(user_id=owner.pk, token_id=made.id)


def test_an_invitation_that_fails_leaves_nobody_behind(admin):
    with pytest.raises(operations.ActorMayNot):
        operations.invite_user(username="sneaky", role="OWN", actor=admin)
    assert queries.person_by_username("sneaky") is None
