"""A small book imported from sample exports, and callers with real tokens."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.accounts.models import User
from zhanggui.foundation.accounts.queries import shop_by_name
from zhanggui.processes.importing.operations import import_file
from zhanggui.trade.channels.sample import generate


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sample exports of two channels, made once."""
    folder = tmp_path_factory.mktemp("exports")
    generate.write_all(folder, seed=3, days=12, orders=25, channels=["jd", "taobao"])
    return folder


@dataclass
class Book:
    shops: list[ShopInfo]
    files: list[Any]


def shop_folders(exports: Path) -> list[Path]:
    return sorted(p for p in exports.iterdir() if p.is_dir())


@pytest.fixture
def book(db: None, exports: Path) -> Book:
    """One JD shop and one Taobao shop with everything their exports hold."""
    jd = next(p for p in shop_folders(exports) if p.name.startswith("jd-"))
    taobao = next(p for p in shop_folders(exports) if p.name.startswith("taobao-"))
    results = []
    for folder in (jd, taobao):
        channel, _dash, name = folder.name.partition("-")
        for path in sorted(folder.iterdir()):
            result = import_file(path=path, shop_name=name, channel=channel)
            assert result.error is None, result.error
            results.append(result)
    shops = [shop_by_name(folder.name.partition("-")[2]) for folder in (jd, taobao)]
    return Book([s for s in shops if s is not None], results)


class Caller:
    """A program with a token. Answers are checked for their media type."""

    def __init__(self, secret: str, language: str = "en") -> None:
        self._client = Client()
        self.headers = {"Authorization": f"Bearer {secret}"}
        if language:
            self.headers["Accept-Language"] = language

    def ask(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        sent: dict[str, Any] = {}
        if data is not None:
            sent = {"data": json.dumps(data), "content_type": "application/json"}
        sent["headers"] = self.headers | {k.replace("_", "-"): v for k, v in headers.items()}
        return self._checked(self._client.generic(method, f"/api/v1{path}", **sent))

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, data: Any, **headers: str) -> Any:
        return self.ask("POST", path, data, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("DELETE", path, **headers)

    def upload(self, path: str, fields: dict[str, Any], **headers: str) -> Any:
        given = self.headers | {k.replace("_", "-"): v for k, v in headers.items()}
        return self._checked(self._client.post(f"/api/v1{path}", fields, headers=given))

    @staticmethod
    def _checked(answer: Any) -> Any:
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.content
            problem = answer.json()
            assert problem["status"] == answer.status_code
            assert {"type", "title", "status", "code", "detail"} <= set(problem)
        return answer


@pytest.fixture
def caller(db: None) -> Callable[..., Caller]:
    """``caller("OWN")``: a person of that role (for one shop, or all) with a token of all their scopes."""
    from zhanggui.foundation.accounts.domain.permissions import NEVER_BY_TOKEN
    from zhanggui.foundation.accounts.queries import permissions

    def make(
        role: str = "OWN",
        *,
        shop_id: int | None = None,
        scopes: set[str] | None = None,
        language: str = "en",
        stored: str = "",
    ) -> Caller:
        person = accounts.create_user(username=f"{role.lower()}-{User.objects.count()}", language=stored)
        accounts.grant_role(user_id=person.id, role=role, shop_id=shop_id)
        held = permissions(User.objects.get(pk=person.id)) - NEVER_BY_TOKEN
        token = accounts.create_token(user_id=person.id, name="test", scopes=scopes or held, actor=person.id)
        return Caller(token.secret, language)

    return make
