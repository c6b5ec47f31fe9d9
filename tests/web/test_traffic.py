"""Where visitors come from and what adverts cost, as a reader sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from zhanggui.processes.importing.operations import import_file
from zhanggui.trade.channels.sample import generate

JUNE = "?from=2026-06-01&to=2026-06-30"


@pytest.fixture
def reports(transactional_db: None, tmp_path: Path) -> dict[str, Any]:
    """The traffic and advert reports of two platforms, without their orders; what they must add up to."""
    result = generate.write_all(tmp_path, seed=5, days=7, orders=60, channels=["jd", "pinduoduo"])
    for file in result.manifest["files"]:
        if file["kind"] in ("visits", "ads"):
            import_file(path=tmp_path / file["path"], shop_name=file["shop"], channel=file["channel"])
    return result.expected


@pytest.mark.parametrize(("lang", "width"), [("zh-hans", 1440), ("en", 390)])
def test_the_page_tells_spend_once_and_sources_with_their_share(
    lang: str, width: int, reports: Any, open_page: Callable[..., Page], axe: Callable[..., None], shot: Any
) -> None:
    page = open_page(f"/traffic/{JUNE}", lang=lang, width=width)
    spent = sum(day["spend"] for shop in reports["shops"].values() for day in shop["ads"].values())
    tile = page.locator(".zg-tiles").first
    expect(tile).to_contain_text(f"{spent // 100:,}.{spent % 100:02d}")
    expect(page.locator("#traffic-sources-CNY tbody tr")).to_have_count(6)
    expect(page.locator("#traffic-adverts tbody tr")).not_to_have_count(0)
    expect(page.locator("#traffic-overlaps tbody tr")).to_have_count(6)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    axe(page)
    shot(page, f"traffic-{lang}-{width}")


def test_a_reader_without_reports_is_told_how_to_bring_them(open_page: Callable[..., Page], shot: Any) -> None:
    page = open_page("/traffic/")
    expect(page.get_by_role("link", name="导入文件")).to_be_visible()
