"""An address that names an object of another shop tells nothing, whatever the role.

A room joins by a file ``tests/integration/<room>/access_cases.py`` with ``addresses(shop)``: it makes one object of
every kind in ``shop`` and yields the addresses (pages and API) that name it.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client

from zhanggui.foundation.accounts import operations
from zhanggui.foundation.accounts.domain.permissions import ROLES
from zhanggui.foundation.accounts.models import User

pytestmark = [pytest.mark.data, pytest.mark.django_db]
FILES = sorted(Path(__file__).parent.parent.glob("*/access_cases.py"))


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"access_cases_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _client(username: str, role: str, shop_id: int | None) -> Client:
    person = operations.create_user(username=username)
    operations.grant_role(user_id=person.id, role=role, shop_id=shop_id)
    client = Client()
    user = User.objects.get(pk=person.id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.parent.name)
def test_objects_of_another_shop_are_not_found(path):
    theirs = operations.create_shop(name="Theirs", channel="taobao")
    mine = operations.create_shop(name="Mine", channel="taobao")
    addresses = list(_load(path).addresses(theirs))
    assert addresses
    owner = _client("owner", "OWN", None)
    assert [a for a in addresses if owner.get(a).status_code != 200] == [], "the owner of all shops sees them"
    seen = []
    for role in ROLES:
        client = _client(f"{role.lower()}-here", role, mine.id)
        seen += [f"{role} sees {a}" for a in addresses if client.get(a).status_code not in (403, 404)]
    assert seen == []
