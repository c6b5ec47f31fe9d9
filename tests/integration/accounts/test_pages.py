"""The pages of people, shops, the own account and the log, as a browser uses them."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from zhanggui.foundation.accounts import operations, queries
from zhanggui.foundation.accounts.models import User
from zhanggui.foundation.audit import queries as audit

pytestmark = [pytest.mark.data, pytest.mark.django_db]


@pytest.fixture
def boss() -> User:
    person = operations.create_user(username="boss", display_name="王掌柜", language="en")
    operations.grant_role(user_id=person.id, role="OWN")
    return User.objects.get(pk=person.id)


@pytest.fixture
def page(client: Client, boss: User) -> Client:
    client.force_login(boss, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_renders_in_both_languages(page, boss, language):
    operations.update_profile(user_id=boss.pk, display_name="王掌柜", language=language)
    shop = operations.create_shop(name="旗舰店", channel="taobao")
    for name, arguments in (
        ("account_security", []), ("team", []), ("person_invite", []), ("person", [boss.pk]), ("settings", []),
        ("shops", []), ("shop_new", []), ("shop_edit", [shop.id]), ("audit", []),
    ):  # fmt: skip
        html = text(page.get(reverse(name, args=arguments)))
        assert "zg-frame" in html, name
        heading = re.search(r"<h1>(.*?)</h1>", html, re.S)
        assert heading, name
        chinese = bool(re.search(r"[一-鿿]", heading[1]))
        assert chinese == (language == "zh-hans") or name in ("person", "shop_edit"), name


def test_inviting_shows_a_working_link_once(page):
    shop = operations.create_shop(name="旗舰店", channel="taobao")
    given = {"name": "xiaoli", "display_name": "小李", "role": "CS", "shop": str(shop.id)}
    html = text(page.post(reverse("person_invite"), given))
    path = re.search(r'value="http://testserver(/accounts/link/[^"]+/)"', html)
    assert path
    person = queries.person_by_username("xiaoli")
    assert person is not None
    assert [(r.role, r.shop_name) for r in person.roles] == [("CS", "旗舰店")]
    assert Client().post(path[1]).status_code == 302
    assert "小李" in text(page.get(reverse("team")))


def test_a_taken_name_is_said_at_its_field(page):
    html = text(page.post(reverse("person_invite"), {"name": "BOSS", "role": "CS", "shop": ""}))
    assert re.search(r'id="id_name_error">.*already taken', html, re.S)


def test_roles_are_given_and_taken_on_the_page_of_a_person(page):
    person = operations.create_user(username="p")
    page.post(reverse("person_grant", args=[person.id]), {"role": "WH", "shop": ""})
    found = queries.person(person.id)
    assert found is not None
    assert [r.role for r in found.roles] == ["WH"]
    page.post(reverse("person_revoke", args=[person.id, "WH", 0]))
    found = queries.person(person.id)
    assert found is not None
    assert found.roles == ()
    assert page.post(reverse("person_revoke", args=[person.id, "WH", 0])).status_code == 404
    assert page.post(reverse("person_grant", args=[person.id]), {"role": "XX", "shop": ""}).status_code == 422


def test_the_last_manager_is_told_why_and_stays(page, boss):
    answer = page.post(reverse("person_close", args=[boss.pk]), follow=True)
    assert "Nobody would be left" in text(answer)
    assert User.objects.get(pk=boss.pk).is_active


def test_a_person_is_closed_and_opened_again(page):
    person = operations.create_user(username="p")
    page.post(reverse("person_close", args=[person.id]))
    assert not User.objects.get(pk=person.id).is_active
    page.post(reverse("person_open", args=[person.id]))
    assert User.objects.get(pk=person.id).is_active
    assert page.post(reverse("person_close", args=[999_999])).status_code == 404


def test_a_shop_is_added_and_changed(page):
    given = {"name": "US store", "channel": "shopify", "currency": "", "zone": ""}
    assert page.post(reverse("shop_new"), given).status_code == 302
    shop = queries.shop_by_name("US store")
    assert shop is not None
    assert (shop.currency, shop.zone) == ("USD", "UTC")
    given = {"name": "EU store", "channel": "shopify", "currency": "eur", "zone": "Europe/Berlin"}
    assert page.post(reverse("shop_edit", args=[shop.id]), given).status_code == 302
    changed = queries.shop(shop.id)
    assert changed is not None
    assert (changed.name, changed.currency, changed.zone, changed.is_active) == (
        "EU store", "EUR", "Europe/Berlin", False,
    )  # fmt: skip
    assert "EU store" in text(page.get(reverse("shops")))
    html = text(page.post(reverse("shop_new"), {**given, "currency": "€"}))
    assert "currency code of three letters" in html


def test_people_of_one_shop_see_only_it_in_the_list_of_shops(client):
    a = operations.create_shop(name="Mine", channel="jd")
    operations.create_shop(name="Theirs", channel="jd")
    person = operations.create_user(username="clerk")
    operations.grant_role(user_id=person.id, role="CS", shop_id=a.id)
    client.force_login(User.objects.get(pk=person.id), backend="allauth.account.auth_backends.AuthenticationBackend")
    html = text(client.get(reverse("shops")))
    assert "Mine" in html
    assert "Theirs" not in html


def test_a_token_is_shown_once_and_revoked(page, boss):
    given = {"token-name": "nightly", "token-scopes": ["orders.view"], "token-days": "30"}
    secret = re.search(r"zg_[\w-]{43}", text(page.post(reverse("token_create"), given)))
    assert secret
    html = text(page.get(reverse("account_security")))
    assert "nightly" in html
    assert secret[0] not in html
    token = queries.tokens(boss.pk)[0]
    page.post(reverse("token_revoke", args=[token.id]))
    assert queries.tokens(boss.pk) == []
    assert page.post(reverse("token_revoke", args=[token.id])).status_code == 404


def test_somebody_elses_token_cannot_be_revoked(page, boss):
    other = operations.create_user(username="other")
    operations.grant_role(user_id=other.id, role="OPS")
    made = operations.create_token(user_id=other.id, name="t", scopes=["orders.view"])
    assert page.post(reverse("token_revoke", args=[made.id])).status_code == 404
    assert len(queries.tokens(other.id)) == 1


def test_a_saved_language_is_spoken_at_once(page, boss):
    answer = page.post(reverse("account_security"), {"display_name": "王", "language": "zh-hans"}, follow=True)
    assert "我的账号" in text(answer)
    boss.refresh_from_db()
    assert (boss.display_name, boss.language) == ("王", "zh-hans")


def test_the_log_is_filtered_paged_proved_and_exported(page, boss):
    for n in range(60):
        operations.create_shop(name=f"shop {n:02d}", channel="jd", actor=boss)
    html = text(page.get(reverse("audit"), {"action": "shop.created", "actor": str(boss.pk)}))
    assert html.count("shop added") >= 50
    assert "shop 59" in html
    cursor = re.search(r"cursor=(\d+)", html)
    assert cursor
    second = text(page.get(reverse("audit"), {"action": "shop.created", "cursor": cursor[1]}))
    assert "shop 05" in second
    assert "shop 59" not in second
    assert "Nothing matches" in text(page.get(reverse("audit"), {"q": "no such subject"}))
    proof = text(page.post(reverse("audit_verify"), HTTP_HX_REQUEST="true"))
    assert audit.head().hash in proof
    assert "<html" not in proof
    export = page.post(reverse("audit_export"), {"action": "shop.created"})
    lines = [json.loads(line) for line in b"".join(export.streaming_content).splitlines()]
    assert len([line for line in lines if line["detail"]["name"].startswith("shop ")]) == 60
    assert {line["action"] for line in lines} == {"shop.created"}
    assert audit.entries(limit=1)[0].action == "audit.exported"


def test_a_refused_page_names_the_permission_that_is_missing(client):
    person = operations.create_user(username="clerk", language="en")
    operations.grant_role(user_id=person.id, role="CS")
    client.force_login(User.objects.get(pk=person.id), backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(reverse("team"))
    assert answer.status_code == 403
    assert "people.manage" in answer.content.decode()
    assert "Manage people" in answer.content.decode()
