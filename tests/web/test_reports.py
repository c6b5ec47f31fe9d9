"""A report as a reader sees it: written from real imports, its numbers led back to their orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.lake import operations as lake
from zhanggui.insight.reports import operations
from zhanggui.insight.reports.contracts import StoredReport
from zhanggui.processes.importing.operations import import_file
from zhanggui.trade.channels.sample import generate


@pytest.fixture
def stored(transactional_db: None, tmp_path: Path, settings: Any) -> StoredReport:
    """Eleven weeks of two platforms, and the report of their last full week."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    result = generate.write_all(tmp_path, seed=5, days=75, orders=400, channels=["jd", "pinduoduo"])
    for file in result.manifest["files"]:
        if file["kind"] in ("orders", "refunds", "visits", "ads"):
            import_file(path=tmp_path / file["path"], shop_name=file["shop"], channel=file["channel"])
    lake.refresh()
    ids = frozenset(s.id for s in accounts.shops())
    return operations.make(kind="weekly", day=generate.END_DATE - timedelta(days=7), shop_ids=ids)


def test_every_number_leads_to_its_rows(
    stored: StoredReport, open_page: Callable[..., Page], axe: Callable[..., None], shot: Any
) -> None:
    page = open_page(f"/reports/{stored.id}/", lang="zh-hans", width=1440)
    expect(page.get_by_role("heading", name="行动计划")).to_be_visible()
    axe(page)
    shot(page, "report-zh-1440")
    page.locator(".zg-tiles a").first.click()
    expect(page.locator("#report-rows tbody tr")).not_to_have_count(0)
    paid = stored.report.books[0].tiles[0].now.value
    expect(page.locator("#main, main").first).to_contain_text(f"{paid}")


def test_the_list_and_the_report_on_a_phone_in_english(
    stored: StoredReport, open_page: Callable[..., Page], axe: Callable[..., None], shot: Any
) -> None:
    page = open_page("/reports/", lang="en", width=390)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    axe(page)
    shot(page, "reports-en-390")
    page.locator("#reports tbody a").first.click()
    expect(page.get_by_role("heading", name="Action plan")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shot(page, "report-en-390")
