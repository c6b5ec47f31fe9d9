"""The frame around a page: robust for strangers, limited by permission, and it keeps the chosen scope."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.utils import translation

from zhanggui.foundation.accounts import operations
from zhanggui.foundation.accounts.models import User
from zhanggui.foundation.ui import frame, navigation, scope

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(role: str, *, shop_id: int | None = None, language: str = "") -> tuple[Client, User]:
    made = operations.create_user(
        username=f"x{role}{shop_id}".lower(), language=language, password="a-long-password-2026"
    )
    operations.grant_role(user_id=made.id, role=role, shop_id=shop_id)
    user = User.objects.get(pk=made.id)
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client, user


def test_a_stranger_gets_an_empty_frame() -> None:
    request: Any = RequestFactory().get("/")
    request.user = AnonymousUser()
    built = frame.context(request)["frame"]
    assert built.account is None
    assert built.links == []
    assert built.freshness is None
    assert built.theme == ""


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_error_pages_render_without_a_request(name: str, lang: str) -> None:
    with translation.override(lang):
        html = get_template(f"{name}.html").render()
    assert ("掌柜" in html) == (lang == "zh-hans")
    assert name[:3] in html


def test_order_of_the_house() -> None:
    with translation.override("zh-hans"):
        labels = [str(e.label) for e in navigation.ENTRIES if e.group == "main"]
    assert labels == ["今日", "数据", "商品", "订单", "库存", "客户", "流量", "合规", "团队"]


def test_entries_need_an_address_and_the_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"today": "/", "orders": "/orders/", "settings": "/settings/"}
    monkeypatch.setattr(navigation, "address", known.get)
    held = frozenset({"home.view", "orders.view", "metrics.view"})
    links = navigation.links(held, "/orders/7/", "?shop=1")
    assert [(link.key, link.href, link.current) for link in links] == [
        ("today", "/?shop=1", False),
        ("orders", "/orders/?shop=1", True),
    ]


@pytest.mark.data
@pytest.mark.django_db
def test_gallery_is_for_those_who_may_see_settings() -> None:
    owner, _ = signed_in("OWN")
    assert owner.get("/ui/gallery/").status_code == 200
    service, _ = signed_in("CS")
    assert service.get("/ui/gallery/").status_code == 403
    assert Client().get("/ui/gallery/").status_code == 302


@pytest.mark.data
@pytest.mark.django_db
def test_scope_reaches_only_the_readers_shops() -> None:
    mine = operations.create_shop(name="甲店", channel="taobao")
    other = operations.create_shop(name="乙店", channel="jd")
    _, user = signed_in("OPS", shop_id=mine.id)
    request: Any = RequestFactory().get(f"/?shop={mine.id}&shop={other.id}")
    request.user = user
    request.shop_ids = frozenset({mine.id})
    found = scope.of(request)
    assert found.shop_ids == {mine.id}
    assert [i.reason for i in found.ignored] == ["not_visible"]
    assert [shop.name for shop in frame.Frame(request).shops] == ["甲店"]
    assert scope.of(request, default="last30") is found


@pytest.mark.data
@pytest.mark.django_db
def test_choosers_keep_filters_and_drop_the_page_number() -> None:
    _, user = signed_in("OWN")
    request: Any = RequestFactory().get("/orders/?q=a&page=4&shop=1&from=2026-11-01&to=2026-11-02")
    request.user = user
    scope.of(request)
    built = frame.Frame(request)
    preset = built.presets[0].href
    assert "q=a" in preset
    assert "shop=1" in preset
    assert "page=" not in preset
    assert ("q", "a") in built.other_parameters
    assert all(key != "shop" for key, _ in built.other_parameters)
    assert {key for key, _ in built.dateless_parameters} == {"q", "shop"}


@pytest.mark.data
@pytest.mark.django_db
def test_language_switch_keeps_a_cookie_and_the_readers_choice() -> None:
    client, user = signed_in("OWN")
    answer = client.post("/ui/language/", {"language": "en", "next": "/ui/gallery/?a=1"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/ui/gallery/?a=1"
    assert client.cookies["zhanggui_language"].value == "en"
    user.refresh_from_db()
    assert user.language == "en"


@pytest.mark.data
@pytest.mark.django_db
def test_stored_language_wins_over_the_browser_and_renews_the_cookie() -> None:
    client, _ = signed_in("OWN", language="en")
    client.cookies["zhanggui_language"] = "zh-hans"
    answer = client.get("/ui/gallery/", headers={"accept-language": "zh-CN"})
    assert 'lang="en"' in answer.content.decode()[:200]
    assert answer.cookies["zhanggui_language"].value == "en"


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["//elsewhere.invalid/", "https://elsewhere.invalid/", "javascript:alert(1)"])
def test_language_switch_leads_nowhere_else(target: str) -> None:
    answer = Client().post("/ui/language/", {"language": "en", "next": target})
    assert answer.headers["Location"] == "/"
    assert Client().post("/ui/language/", {"language": "xx"}).status_code == 400


def test_theme_cookie_takes_only_known_values() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["zhanggui_theme"] = '"><script>'
    assert frame.Frame(request).theme == ""
    request.COOKIES["zhanggui_theme"] = "dark"
    assert frame.Frame(request).theme == "dark"
