"""When the lake is refreshed: by a job after imports, here and now on a command line without a worker, by the clock."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from homes import Home
from lake_book import in_lake
from zhanggui.foundation.files import operations as files
from zhanggui.foundation.jobs import live
from zhanggui.foundation.jobs import operations as jobs
from zhanggui.foundation.jobs import queries as jobs_queries
from zhanggui.foundation.jobs.contracts import WorkerSign
from zhanggui.foundation.lake import operations as lake
from zhanggui.foundation.lake import queries, store
from zhanggui.processes.importing.tasks import import_stored_file
from zhanggui.processes.lake.operations import KIND, after_import_by_command, refresh_if_stale, request_refresh
from zhanggui.trade.channels.sample import generate

pytestmark = [pytest.mark.data, pytest.mark.django_db]


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "worker", lambda: None)


def waiting_jobs() -> list[int]:
    return [job.id for job in jobs_queries.jobs(kind=KIND, active=True)]


def order_file(folder: Path) -> Path:
    generate.write_all(folder, seed=2, days=5, orders=5, channels=["jd"])
    return next(p for p in sorted(folder.rglob("*")) if p.name.startswith("订单"))


def test_an_import_in_the_background_asks_once_and_the_job_refreshes(tmp_path):
    path = order_file(tmp_path)
    kept = files.keep(path=path, name=path.name)
    asked = {"sha256": kept.sha256, "name": path.name, "shop_name": "京东店", "channel": "jd", "actor_id": None}
    for _ in range(2):
        job_id = jobs.enqueue(kind="import", title="t", task=import_stored_file, kwargs=asked)
        assert jobs.run(job_id)
        assert jobs_queries.job(job_id).status == "done"
    assert len(waiting_jobs()) == 1
    assert queries.snapshot(["orders"]).stale
    (job_id,) = waiting_jobs()
    jobs.run(job_id)
    job = jobs_queries.job(job_id)
    assert (job.status, job.result["read"] > 0) == ("done", True)
    assert in_lake("orders")
    assert not queries.snapshot().stale
    assert refresh_if_stale() is None


def test_whatever_waits_is_found_by_the_clock(shop):
    lake.refresh()
    assert refresh_if_stale() is None
    lake.mark_stale(table="orders", shop_id=shop.id, months=[date(2026, 3, 1)])
    assert refresh_if_stale() == request_refresh() == waiting_jobs()[0]


def test_a_command_line_without_a_worker_refreshes_itself(shop, no_worker):
    lake.mark_stale(table="orders", shop_id=shop.id, months=[date(2026, 3, 1)])
    assert after_import_by_command() is None
    assert (waiting_jobs(), queries.snapshot().stale) == ([], False)


def test_a_command_line_beside_a_worker_leaves_it_to_the_worker(shop, monkeypatch):
    monkeypatch.setattr(live, "worker", lambda: WorkerSign(timezone.now(), "here"))
    lake.mark_stale(table="orders", shop_id=shop.id, months=[date(2026, 3, 1)])
    assert after_import_by_command() is None
    assert (len(waiting_jobs()), queries.snapshot().stale) == (1, True)


def test_imports_stand_when_the_lake_cannot_be_written(shop, no_worker):
    lake.mark_stale(table="orders", shop_id=shop.id, months=[date(2026, 3, 1)])
    store.root().parent.mkdir(parents=True, exist_ok=True)
    store.root().write_text("no folder")
    try:
        told = after_import_by_command()
    finally:
        store.root().unlink()
    assert told is not None
    assert str(store.root()) in told


def test_the_command(tmp_path):
    path = order_file(tmp_path / "files")
    home = Home(tmp_path / "home")
    taken: Any = home.cli("import", str(path), "--shop", "京东店", "--channel", "jd")
    assert taken[0]["error"] is None
    state = {t["table"]: t for t in home.cli("lake", "status")["tables"]}["orders"]
    assert (state["rows"], state["waiting"]) == (taken[0]["orders_new"], [])
    assert state["as_of"]
    compared = home.cli("lake", "verify", "--table", "orders", "--month", state["months"][0]["month"])
    assert (compared["months"], compared["rows"], compared["differences"]) == (1, state["months"][0]["rows"], [])
    assert home.cli("lake", "rebuild", "--table", "orders")["read"] == state["rows"]
    refused = home.cli("lake", "refresh", "--table", "nothing", fails=True)
    assert (refused["error"], "orders" in refused["message"]) == ("UnknownTable", True)
    assert home.cli("lake", "verify", "--month", "2026-6", fails=True)["error"] == "BadParameter"
