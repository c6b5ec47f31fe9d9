"""No view without a declared permission, and no role past the one it holds."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from ninja import NinjaAPI, Router

from access_walk import Target, targets
from zhanggui.foundation.accounts import operations
from zhanggui.foundation.accounts.access import public, requires
from zhanggui.foundation.accounts.domain.permissions import ALL_SHOPS, EVERYBODY, PERMISSIONS, ROLES
from zhanggui.foundation.accounts.models import User

pytestmark = [pytest.mark.data, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _client_for(role: str | None) -> Client:
    client = Client(raise_request_exception=False)
    if role is not None:
        person = operations.create_user(username=f"holder-{role.lower()}", password="x" * 12)
        if role != "NONE":
            operations.grant_role(user_id=person.id, role=role)
        client.force_login(
            User.objects.get(pk=person.id), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    return client


def _answer(client: Client, target: Target) -> HttpResponse:
    return client.generic(target.method, target.path, data=b"{}", content_type="application/json")


def _is_refused(answer: HttpResponse) -> bool:
    to_door = answer.status_code == 302 and "/accounts/login/" in answer.headers["Location"]
    return answer.status_code in (401, 403) or to_door


def test_every_view_and_operation_declares_a_permission_or_public():
    found = targets()
    assert len(found) > 40
    assert [str(t) for t in found if t.access is None] == []


def test_only_the_door_the_language_switch_and_the_api_description_are_public():
    public_names = {t.name for t in targets() if t.access is not None and t.access.is_public}
    allowed = {
        "account_login", "account_logout", "account_inactive", "mfa_authenticate", "mfa_trust", "login_link",
        "ui_language", "openapi-json", "healthz",
    }  # fmt: skip
    assert public_names - allowed == set()


def test_a_stranger_reaches_nothing_but_public_views():
    client = _client_for(None)
    let_in = [str(t) for t in targets() if t.access and not t.access.is_public and not _is_refused(_answer(client, t))]
    assert let_in == []


@pytest.mark.parametrize("role", [*ROLES, "NONE"])
def test_a_role_reaches_exactly_the_views_of_the_matrix(role):
    client = _client_for(role)
    wrong = []
    for target in targets():
        assert target.access is not None
        code = target.access.permission
        if code is None:
            continue
        may = code in EVERYBODY or (role != "NONE" and role in PERMISSIONS[code])
        if _is_refused(_answer(client, target)) == may:
            wrong.append(f"{role} {'is kept from' if may else 'reaches'} {target}, which needs {code}")
    assert wrong == []


@pytest.mark.parametrize("role", ["OWN", "ADM"])
def test_a_role_for_one_shop_does_not_open_what_concerns_the_installation(role):
    shop = operations.create_shop(name="One", channel="jd")
    person = operations.create_user(username="one-shop")
    operations.grant_role(user_id=person.id, role=role, shop_id=shop.id)
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=person.id), backend="allauth.account.auth_backends.AuthenticationBackend")
    open_ones = [
        str(t)
        for t in targets()
        if t.access and t.access.permission in ALL_SHOPS and not _is_refused(_answer(client, t))
    ]
    assert open_ones == []


# planted violations: the walk and the gate must notice them


def _undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open by mistake")


@requires("audit.view")
def _declared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("fine")


_router = Router()


@_router.get("/undeclared")
def _api_undeclared(request: HttpRequest) -> dict[str, str]:
    return {"open": "by mistake"}


@_router.get("/item/{int:item_id}")
@requires("orders.view")
def _api_item(request: HttpRequest, item_id: int) -> dict[str, list[int]]:
    return {"shops": sorted(request.shop_ids)}  # type: ignore[attr-defined]


@_router.post("/item/{int:item_id}")
@requires("orders.edit")
def _api_edit(request: HttpRequest, item_id: int) -> dict[str, int]:
    return {"done": item_id}


@_router.get("/open")
@public
def _api_open(request: HttpRequest) -> dict[str, str]:
    return {"open": "on purpose"}


_planted_api = NinjaAPI(urls_namespace="planted", docs_url=None)
_planted_api.add_router("", _router)
urlpatterns = [
    path("accounts/", include("zhanggui.foundation.accounts.urls")),
    path("ui/", include("zhanggui.foundation.ui.urls")),
    path("planted/", _undeclared, name="planted"),
    path("declared/", _declared, name="declared"),
    path("planted-api/", _planted_api.urls),
]


@pytest.fixture
def planted_urls():
    import sys
    from types import ModuleType

    module = ModuleType("planted_urls")
    module.urlpatterns = urlpatterns  # type: ignore[attr-defined]
    sys.modules["planted_urls"] = module
    with override_settings(ROOT_URLCONF="planted_urls"):
        yield
    del sys.modules["planted_urls"]


def test_the_walk_finds_planted_views_without_a_declaration(planted_urls):
    assert {t.name for t in targets() if t.access is None} == {"planted", "_api_undeclared"}


def test_the_gate_refuses_planted_views_even_to_an_owner(planted_urls):
    client = _client_for("OWN")
    assert client.get("/planted/").status_code == 403
    assert client.get("/planted-api/undeclared").status_code == 403
    assert client.get("/declared/").status_code == 200
    assert client.put("/planted-api/item/1").status_code == 405


def test_one_path_may_need_different_permissions_by_method(planted_urls):
    client = _client_for("DAT")
    assert client.get("/planted-api/item/1").status_code == 200
    answer = client.post("/planted-api/item/1")
    assert answer.status_code == 403
    assert answer.json()["permission"] == "orders.edit"


def test_a_session_write_to_the_api_needs_the_csrf_token(planted_urls):
    client = Client(enforce_csrf_checks=True)
    person = operations.create_user(username="writer")
    operations.grant_role(user_id=person.id, role="OPS")
    client.force_login(User.objects.get(pk=person.id), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/planted-api/item/1").status_code == 200
    answer = client.post("/planted-api/item/1")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_a_token_is_narrowed_by_scope_and_shop(planted_urls):
    mine = operations.create_shop(name="Mine", channel="jd")
    other = operations.create_shop(name="Other", channel="jd")
    person = operations.create_user(username="robot")
    operations.grant_role(user_id=person.id, role="OPS")
    made = operations.create_token(user_id=person.id, name="t", scopes=["orders.view"], shop_ids=[mine.id])
    client = Client()
    head = {"HTTP_AUTHORIZATION": f"Bearer {made.secret}"}
    assert client.get("/planted-api/item/1", **head).json() == {"shops": [mine.id]}
    assert client.post("/planted-api/item/1", **head).status_code == 403
    assert client.get("/declared/", **head).status_code == 302, "tokens open the API only"
    assert client.get("/planted-api/item/1", HTTP_AUTHORIZATION="Bearer zg_wrong").status_code == 401
    whole = operations.create_token(user_id=person.id, name="t2", scopes=["orders.view", "orders.edit"])
    head = {"HTTP_AUTHORIZATION": f"Bearer {whole.secret}"}
    assert client.get("/planted-api/item/1", **head).json() == {"shops": sorted([mine.id, other.id])}
    assert Client(enforce_csrf_checks=True).post("/planted-api/item/1", **head).status_code == 200
    operations.revoke_token(user_id=person.id, token_id=whole.id)
    assert client.get("/planted-api/item/1", **head).status_code == 401


def test_a_token_loses_what_its_person_loses(planted_urls):
    person = operations.create_user(username="leaver")
    operations.create_user(username="boss")
    operations.grant_role(user_id=person.id, role="CS")
    operations.grant_role(user_id=operations.create_user(username="own").id, role="OWN")
    made = operations.create_token(user_id=person.id, name="t", scopes=["orders.view"])
    head = {"HTTP_AUTHORIZATION": f"Bearer {made.secret}"}
    assert Client().get("/planted-api/item/1", **head).status_code == 200
    operations.revoke_role(user_id=person.id, role="CS")
    assert Client().get("/planted-api/item/1", **head).status_code == 403
    operations.deactivate_user(user_id=person.id)
    assert Client().get("/planted-api/item/1", **head).status_code == 401
