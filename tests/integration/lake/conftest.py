"""A lake of its own for every test, and what the ledgers hold, told without the readers the lake uses."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.lake import store


@pytest.fixture(autouse=True)
def empty_lake(settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    shutil.rmtree(store.root(), ignore_errors=True)
    yield
    shutil.rmtree(store.root(), ignore_errors=True)


@pytest.fixture
def shop() -> ShopInfo:
    return accounts.ensure_shop(name="一店", channel="taobao")


@pytest.fixture
def other() -> ShopInfo:
    return accounts.ensure_shop(name="二店", channel="shopify", currency="USD", zone="America/New_York")
