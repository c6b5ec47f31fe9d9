"""Texts in, verdicts out, for other programs; names nobody knows are refused, there and on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from typer.testing import CliRunner

from zhanggui.foundation.accounts import operations as accounts

pytestmark = [pytest.mark.data, pytest.mark.django_db]


def _post(role: str, body: dict[str, Any]) -> Any:
    made = accounts.create_user(username=role.lower(), display_name=role, password="a-long-password-2026")
    accounts.grant_role(user_id=made.id, role=role)
    client = Client()
    user: Any = get_user_model().objects.get(pk=made.id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.post("/api/v1/claims/check", body, content_type="application/json")


def test_texts_are_judged_in_their_order() -> None:
    said = _post("LEG", {"texts": ["最好用的拖把", "金牌月饼", "第一次使用前请充电"], "date": "2026-11-24"})
    assert said.status_code == 200
    items = said.json()["items"]
    assert [one["verdict"] for one in items] == ["violation", "review", "ok"]
    found = items[0]["findings"][0]
    assert items[0]["text"][found["start"] : found["end"]] == "最好用"
    assert (found["class"], found["step"], found["basis"]["law"]) == ("T1", 3, "广告法")
    assert items[2]["exempt"][0]["exempt"]


def test_a_category_nobody_knows_is_refused_with_those_there_are(tmp_path: Path) -> None:
    said = _post("LEG", {"texts": ["最好用的拖把"], "category": "no-such-goods"})
    assert said.status_code == 422
    assert said.json()["errors"][0]["field"] == "body.category"
    assert "cosmetic" in said.json()["detail"]
    import typer

    from zhanggui.law.claims.cli import check_text_command

    app = typer.Typer()
    app.command()(check_text_command)
    file = tmp_path / "a.txt"
    file.write_text("最好用的拖把", encoding="utf-8")
    for option, known in (("--category", "food"), ("--channel", "douyin")):
        told = CliRunner().invoke(app, ["--file", str(file), option, "nothing"])
        assert told.exit_code == 2
        assert known in told.output
    assert CliRunner().invoke(app, ["--file", str(file), "--category", "化妆品", "--channel", "抖音"]).exit_code == 0
