"""Planted problems, through the real files and the real import: all are found, and nothing else is called one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typer
from django.utils import timezone
from typer.testing import CliRunner

from zhanggui.desk import scoring
from zhanggui.desk.cli import today_command
from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.lake import operations as lake
from zhanggui.foundation.loop import operations as loop
from zhanggui.foundation.loop import queries, reading
from zhanggui.foundation.loop.contracts import FindingInfo, detectors
from zhanggui.foundation.loop.queries import Wanted
from zhanggui.processes.importing.operations import import_file
from zhanggui.trade.channels.sample import generate, problems
from zhanggui.trade.orders import queries as orders

pytestmark = [pytest.mark.data, pytest.mark.django_db]
CHANNELS = ["taobao", "jd", "pinduoduo", "douyin", "xiaohongshu"]


@pytest.fixture
def planted(tmp_path: Path, settings: Any) -> Path:
    folder = tmp_path / "shops"
    written = generate.write_all(folder, seed=5, days=42, orders=2000, channels=CHANNELS, problems=True)
    for file in written.manifest["files"]:
        done = import_file(path=folder / file["path"], shop_name=file["shop"], channel=file["channel"])
        assert done.error is None, (file["path"], done.error)
    lake.refresh()
    return folder


def _ranked() -> list[FindingInfo]:
    now = timezone.now()
    reading.load()
    codes = sorted(code for code in detectors() if code.startswith("watch."))
    loop.run_all(codes=codes, now=now, full=True)
    wanted = Wanted(
        now=now,
        day_end=now + timedelta(hours=12),
        shop_ids=frozenset(s.id for s in accounts.shops()),
        role="",
        home="CNY",
    )
    return [f for code in queries.SECTIONS for f in queries.list_findings(replace(wanted, section=code), limit=1000)]


def test_every_planted_problem_is_found_and_the_totals_hold(planted: Path) -> None:
    expected = json.loads((planted / "expected.json").read_text(encoding="utf-8"))
    shops = {s.name: s for s in accounts.shops()}
    for name, told in expected["shops"].items():
        counted = orders.count_orders(shop_ids=frozenset({shops[name].id}))
        assert counted.number == told["orders"], name

    document = scoring.read(planted / "problems.json")
    assert {p["kind"] for p in document["problems"]} == {k for kinds in problems.PLACES.values() for k in kinds}
    names = {s.id: s.name for s in shops.values()}
    ranked = _ranked()
    score = scoring.score(document, ranked, names)
    assert [p.id for p in score.placed if p.rank is None] == []
    assert score.precision is not None
    assert score.precision >= Decimal("0.8"), [
        (f.kind, names[f.shop_id or 0], f.subject_label) for f in ranked if f.id in score.extra
    ]
    # Money is what was planted, where the planter knows it to the cent.
    exact = {p.kind: (p.stake, p.money) for p in score.placed}
    for kind in ("watch.parcels", "watch.payout", "watch.risk", "watch.brushing"):
        assert exact[kind][0] == exact[kind][1], kind
    # Nobody is told of a shop that was not looked at: a shop without delivery words says what it needs.
    parcels = next(d for d in queries.detector_states() if d.code == "watch.parcels")
    assert any("not looked" in line["msgid"] for line in parcels.checked)
    assert all(d.off_because == "" for d in queries.detector_states() if d.code.startswith("watch."))

    app = typer.Typer()
    app.command()(today_command)
    done = CliRunner().invoke(app, ["--no-look", "--score", str(planted / "problems.json"), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["recall"] == "1.0000"
