"""The pages: a text is marked, odd input never breaks them, the allow-list asks for its permission."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from zhanggui.foundation.accounts import operations as accounts
from zhanggui.law.claims import queries

pytestmark = [pytest.mark.data, pytest.mark.django_db]


def _client(role: str) -> Client:
    made = accounts.create_user(
        username=f"who{role.lower()}", display_name=role, language="zh-hans", password="a-long-password-2026"
    )
    accounts.grant_role(user_id=made.id, role=role)
    client = Client()
    user: Any = get_user_model().objects.get(pk=made.id)
    client.force_login(user)
    return client


def test_a_text_is_marked_and_odd_input_is_neutralised() -> None:
    client = _client("LEG")
    said = client.post("/compliance/", {"text": "最好用的拖把<script>alert(1)</script>"})
    page = said.content.decode()
    assert said.status_code == 200
    assert 'data-verdict="violation"' in page
    assert "<script>alert(1)" not in page
    assert "广告法" in page
    for text in ("", "最" * 10_000, "\u200b最\u200b好", "\x00\x01", "😀" * 500):
        assert client.post("/compliance/", {"text": text}).status_code == 200
    assert client.get("/compliance/rules/").status_code == 200


def test_the_allow_list_needs_its_permission() -> None:
    given = {"term": "最好用", "owner": "法务", "reason": "报告", "expires_on": "2099-01-01"}
    assert _client("CS").post("/compliance/allowed/add", given).status_code == 403
    client = _client("LEG")
    client.post("/compliance/allowed/add", given)  # longer than a year: refused
    assert queries.allow_list() == []
    from datetime import timedelta

    from django.utils import timezone

    client.post("/compliance/allowed/add", given | {"expires_on": str(timezone.localdate() + timedelta(days=30))})
    entry = queries.allow_list()[0]
    assert "最好用" in client.get("/compliance/allowed/").content.decode()
    client.post(f"/compliance/allowed/{entry.id}/end")
    assert queries.allow_list() == []
