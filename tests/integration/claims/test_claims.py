"""The allow-list, the pages, the command and the API against the database."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from zhanggui.law.claims import operations, queries

pytestmark = pytest.mark.data
DAY = date(2026, 11, 24)


@pytest.mark.django_db
def test_an_entry_covers_its_term_until_its_day() -> None:
    made = operations.allow_term(
        term="最好用", owner="法务", reason="比对报告", starts_on=DAY, expires_on=DAY + timedelta(days=9), actor_id=None
    )
    assert queries.check("最好用的拖把", on=DAY).verdict == "ok"
    assert queries.check("最好用的拖把", on=DAY + timedelta(days=10)).verdict == "violation"
    assert operations.end_allowance(entry_id=made, actor_id=None)
    assert not operations.end_allowance(entry_id=made, actor_id=None)
    assert queries.check("最好用的拖把", on=DAY).verdict == "violation"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"term": " "}, "term"),
        ({"owner": ""}, "owner"),
        ({"reason": ""}, "reason"),
        ({"expires_on": DAY - timedelta(1)}, "expiry"),
    ],
)
def test_entries_without_owner_reason_or_end_are_refused(change: dict[str, Any], code: str) -> None:
    entry: dict[str, Any] = {"term": "最好", "owner": "法务", "reason": "x", "expires_on": DAY, "starts_on": DAY}
    with pytest.raises(operations.NotAllowable) as refused:
        operations.allow_term(**(entry | change), actor_id=None)
    assert refused.value.code == code


@pytest.mark.django_db
def test_the_command_prints_a_line_per_text(tmp_path: Path) -> None:
    import typer

    from zhanggui.law.claims.cli import check_text_command

    app = typer.Typer()
    app.command()(check_text_command)
    file = tmp_path / "a.txt"
    file.write_text("最好用的拖把\r\n\n第一次使用前请充电\n", encoding="gb18030")
    said = CliRunner().invoke(app, ["--file", str(file), "--date", "2026-11-24", "--json"])
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    assert [row["verdict"] for row in rows] == ["violation", "ok"]
    first = rows[0]["findings"][0]
    assert rows[0]["text"][first["start"] : first["end"]] == "最好用"
    assert first["basis"] == {"law": "广告法", "article": "第九条第（三）项", "in_force": "2015-09-01"}
    table = tmp_path / "a.csv"
    table.write_text("id,title\n1,国家级品质\n", encoding="utf-8-sig")
    said = CliRunner().invoke(app, ["--file", str(table), "--column", "title", "--json"])
    assert json.loads(said.stdout)["verdict"] == "violation"
    assert CliRunner().invoke(app, ["--file", str(table), "--column", "nothing"]).exit_code == 2
    assert CliRunner().invoke(app, ["--file", str(tmp_path / "none")]).exit_code == 2
