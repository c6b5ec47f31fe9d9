"""The door: password, throttle, link, second factor, language."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from zhanggui.foundation.accounts import links, operations, queries
from zhanggui.foundation.accounts.models import LoginLink, User
from zhanggui.foundation.audit import queries as audit
from zhanggui.foundation.audit.contracts import Filter

pytestmark = [pytest.mark.data, pytest.mark.django_db]
PASSWORD = "a fine long password"
DOOR = "/accounts/login/"


@pytest.fixture(autouse=True)
def _quick_and_fresh(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def boss() -> User:
    person = operations.create_user(username="boss", password=PASSWORD)
    operations.grant_role(user_id=person.id, role="OWN")
    return User.objects.get(pk=person.id)


def try_password(client: Client, name: str = "boss", password: str = PASSWORD, **more: str):
    return client.post(DOOR, {"login": name, "password": password}, **more)


def is_in(client: Client) -> bool:
    return client.get("/accounts/me/").status_code == 200


def actions(subject: str) -> list[str]:
    return [e.action for e in audit.entries(Filter(subject=subject), limit=20)]


def test_the_right_password_opens_and_is_logged(client, boss):
    assert try_password(client, "BOSS").status_code == 302
    assert is_in(client)
    assert actions(f"user:{boss.pk}")[0] == "signin.succeeded"
    client.post("/accounts/logout/")
    assert not is_in(client)
    assert actions(f"user:{boss.pk}")[0] == "signin.ended"


def test_a_page_asked_for_is_shown_after_signing_in_and_another_host_is_not(client, boss):
    asked = client.get("/accounts/people/")
    assert asked.headers["Location"] == f"{DOOR}?next=/accounts/people/"
    answer = client.post(DOOR, {"login": "boss", "password": PASSWORD, "next": "/accounts/people/"})
    assert answer.headers["Location"] == "/accounts/people/"
    answer = Client().post(DOOR, {"login": "boss", "password": PASSWORD, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_an_htmx_request_of_a_stranger_is_told_to_load_the_door(client):
    answer = client.get("/accounts/people/", HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, DOOR)


def test_there_is_no_way_to_sign_up(client):
    for path in ("/accounts/signup/", "/accounts/password/reset/", "/accounts/email/"):
        assert client.get(path).status_code == 404


def test_wrong_names_and_wrong_passwords_read_the_same(client, boss):
    texts = [
        re.sub(r'value="[^"]*"', "", try_password(client, name, "wrong").content.decode())
        for name in ("boss", "nobody")
    ]
    assert texts[0] == texts[1]


def test_five_wrong_passwords_close_the_door_with_a_clear_sentence(client, boss):
    answers = [try_password(client, password="wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    answer = try_password(client)
    assert answer.status_code == 429, "even the right one"
    assert answer.headers["Retry-After"] == "900"
    assert "15" in answer.content.decode()
    assert not is_in(client)
    assert "signin.locked" in actions(f"user:{boss.pk}")
    assert actions(f"user:{boss.pk}").count("signin.failed") == 6


def test_the_throttle_counts_a_name_from_one_address_only(client, boss):
    operations.create_user(username="other", password=PASSWORD)
    for _ in range(6):
        try_password(client, password="wrong", REMOTE_ADDR="10.0.0.1")
    assert try_password(client, REMOTE_ADDR="10.0.0.1").status_code == 429
    assert try_password(Client(), "other", REMOTE_ADDR="10.0.0.1").status_code == 302
    assert try_password(Client(), REMOTE_ADDR="10.0.0.2").status_code == 302


def test_case_and_blanks_do_not_get_around_the_throttle(client, boss):
    for name in ("boss", "BOSS", " boss", "Boss ", "bOSS"):
        try_password(client, name, "wrong")
    assert try_password(client).status_code == 429


def test_an_address_made_up_in_a_header_does_not_get_around_the_throttle(client, boss):
    for n in range(6):
        try_password(client, password="wrong", HTTP_X_FORWARDED_FOR=f"1.2.3.{n}")
    assert try_password(client, HTTP_X_FORWARDED_FOR="9.9.9.9").status_code == 429


@override_settings(ZHANGGUI_PROXIES=1)
def test_behind_an_own_proxy_the_throttle_sees_the_visitor(client, boss):
    for n in range(6):
        try_password(client, password="wrong", HTTP_X_FORWARDED_FOR=f"1.2.3.{n}, 203.0.113.7")
    assert try_password(client, HTTP_X_FORWARDED_FOR="8.8.8.8, 203.0.113.7").status_code == 429
    assert try_password(Client(), HTTP_X_FORWARDED_FOR="203.0.113.8").status_code == 302


def test_a_link_signs_in_once(client, boss):
    made = operations.create_login_link(user_id=boss.pk)
    path = links.path(made.secret)
    for _ in range(2):
        assert client.get(path).status_code == 200, "looking at it does not use it up"
    assert not is_in(client)
    assert client.post(path).status_code == 302
    assert is_in(client)
    again = Client()
    assert again.post(path).status_code == 410
    assert not is_in(again)
    assert actions(f"user:{boss.pk}")[:2] == ["signin.succeeded", "link.used"]


def test_a_link_past_its_time_or_made_up_or_replaced_is_refused(client, boss):
    old = operations.create_login_link(user_id=boss.pk, ttl=timedelta(seconds=-1))
    assert client.post(links.path(old.secret)).status_code == 410
    first = operations.create_login_link(user_id=boss.pk)
    second = operations.create_login_link(user_id=boss.pk)
    assert client.post(links.path(first.secret)).status_code == 410, "a newer link replaces it"
    assert client.post(links.path("made-up")).status_code == 410
    assert client.post(links.path(second.secret)).status_code == 302


def test_the_database_does_not_hold_a_usable_link(boss):
    made = operations.create_login_link(user_id=boss.pk)
    assert made.secret not in str(list(LoginLink.objects.values()))


def test_an_invited_person_sets_a_password_and_comes_back_with_it(client):
    person = operations.invite_user(username="new", role="OPS")
    made = operations.create_login_link(user_id=person.id)
    answer = client.post(links.path(made.secret))
    assert answer.headers["Location"] == reverse("account_set_password")
    weak = client.post(answer.headers["Location"], {"password1": "short", "password2": "short"})
    assert weak.status_code == 200
    done = client.post(answer.headers["Location"], {"password1": PASSWORD, "password2": PASSWORD})
    assert done.headers["Location"] == reverse("account_security")
    assert "password.changed" in actions(f"user:{person.id}")
    fresh = Client()
    assert try_password(fresh, "new").status_code == 302
    assert is_in(fresh)


def _confirm(client: Client) -> None:
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


@pytest.fixture
def activate_app(client, boss, django_capture_on_commit_callbacks):
    try_password(client)
    with django_capture_on_commit_callbacks(execute=True):
        return _activate_app(client)


def _activate_app(client: Client) -> str:
    """Set up an authenticator app; returns its secret."""
    _confirm(client)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.status_code == 302
    return secret


def code_of(secret: str, at: float | None = None) -> str:
    """The six digits an app shows (RFC 6238), computed here and not by the library under test."""
    import base64
    import hashlib
    import hmac

    counter = int((at or time.time()) // 30).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def test_with_a_second_factor_neither_password_nor_link_is_enough(client, boss, activate_app):
    secret = activate_app
    info = queries.person(boss.pk)
    assert info is not None
    assert info.has_second_factor
    assert "factor.added" in actions(f"user:{boss.pk}")
    for enter in (
        lambda c: try_password(c),
        lambda c: c.post(links.path(operations.create_login_link(user_id=boss.pk).secret)),
    ):
        fresh = Client()
        assert enter(fresh).headers["Location"] == reverse("mfa_authenticate")
        assert not is_in(fresh)
        assert fresh.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
        assert not is_in(fresh)
        cache.clear()  # a code works once
        answer = fresh.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        assert answer.status_code == 302
        assert is_in(fresh)
        cache.clear()
    assert "factor.failed" in actions(f"user:{boss.pk}")


def test_guessing_codes_of_the_second_factor_is_throttled(client, boss, activate_app):
    secret = activate_app
    cache.clear()
    fresh = Client()
    try_password(fresh)
    for n in range(12):
        fresh.post(reverse("mfa_authenticate"), {"code": f"{n:06d}"})
    fresh.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert not is_in(fresh)


def test_the_secret_of_the_app_is_sealed_in_the_database(client, boss, activate_app):
    from allauth.mfa.models import Authenticator

    secret = activate_app
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored


def test_a_lost_device_is_answered_by_whoever_manages_people(client, boss, activate_app):
    assert operations.reset_second_factor(user_id=boss.pk) >= 1
    fresh = Client()
    try_password(fresh)
    assert is_in(fresh)


def test_settings_pages_of_the_second_factor_render(client, boss, activate_app):
    client.post(reverse("mfa_generate_recovery_codes"))
    for name in (
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_deactivate_totp",
    ):
        answer = client.get(reverse(name))
        assert answer.status_code == 200, name
        assert "zg-frame" in answer.content.decode(), name
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    code = re.findall(r"\b\d{8}\b", page)[0]
    fresh = Client()
    try_password(fresh)
    assert fresh.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert is_in(fresh)


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "登录"), ("en", "Sign in")])
def test_the_door_speaks_both_languages(client, language, word):
    client.cookies["zhanggui_language"] = language
    assert f"<h1>{word}</h1>" in client.get(DOOR).content.decode()


def test_every_answer_carries_the_content_security_policy_and_no_frame(client):
    answer = client.get(DOOR)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
