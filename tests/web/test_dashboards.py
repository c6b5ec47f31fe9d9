"""Boards of numbers in the browser: a tile leads to the rows that add up to it, a change to its parts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from zhanggui.foundation.lake import operations as lake
from zhanggui.processes.importing.operations import import_file
from zhanggui.trade.channels.sample import generate
from zhanggui.trade.orders.models import Order

DAYS = "?from=2026-06-28&to=2026-06-30&compare=previous"


@pytest.fixture
def book(transactional_db: None, tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    made = generate.write_all(tmp_path / "sample", seed=5, days=6, orders=40, channels=["jd"])
    for file in made.manifest["files"]:
        if file["kind"] in ("orders", "items", "refunds", "visits"):
            done = import_file(path=tmp_path / "sample" / file["path"], shop_name=file["shop"], channel=file["channel"])
            assert done.error is None, file["path"]
    lake.refresh()


def minor(text: str) -> int:
    return int(Decimal(text.replace("CN¥", "").replace("¥", "").replace(",", "")) * 100)


def narrow_enough(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"the page scrolls sideways by {wide} px"


def test_from_a_tile_to_its_orders_and_from_a_change_to_its_parts(
    book: None, open_page: Callable[..., Page], axe: Callable[..., None], shot: Any
) -> None:
    page = open_page(f"/data/{DAYS}")
    told = minor(str(page.locator("#metric-m041 .zg-tile-value").get_attribute("title")))
    channel = page.locator("#by-channel tfoot td").first.inner_text()
    assert minor(channel) == told
    page.locator("#metric-m041 .zg-help").click()
    expect(page.locator("#help-tile-m041")).to_contain_text("Asia/Shanghai")
    page.keyboard.press("Escape")
    narrow_enough(page)
    axe(page)
    shot(page, "data-head-zh-1440")

    page.locator("#metric-m041 .zg-tile-cover").click()
    page.wait_for_load_state("networkidle")
    rows = page.locator("#rows tbody tr")
    amounts = [minor(text) for text in rows.locator("td:last-child").all_inner_texts()]
    assert sum(amounts) == told == int(str(page.locator("#rows-sum").get_attribute("data-minor")))
    numbers = rows.locator("td:nth-child(2)").all_inner_texts()
    assert sum(o.buyer_paid or 0 for o in Order.objects.filter(order_no__in=numbers)) == told > 0
    axe(page)
    shot(page, "data-rows-zh-1440")
    rows.first.get_by_role("link").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("main")).to_contain_text(numbers[0])

    page = open_page(f"/data/explain/{DAYS}", lang="en", width=390)
    expect(page.locator("#effects tbody tr")).to_have_count(3)
    effects = [
        minor(t.replace("+", "").replace("−", "-"))
        for t in page.locator("#effects tbody td:nth-child(4)").all_inner_texts()
    ]
    assert sum(effects) == minor(page.locator("#effects-sum").inner_text().replace("+", "").replace("−", "-")) != 0
    narrow_enough(page)
    axe(page)
    shot(page, "data-explain-en-390")


@pytest.mark.parametrize("code", ["promotion", "finance", "customers", "anomalies"])
def test_every_board_works_on_a_phone_in_both_languages(
    code: str, book: None, open_page: Callable[..., Page], axe: Callable[..., None], shot: Any
) -> None:
    for lang in ("zh-hans", "en"):
        page = open_page(f"/data/{code}/{DAYS}", lang=lang, width=390)
        narrow_enough(page)
        axe(page)
        shot(page, f"data-{code}-{lang}-390")
