"""Filters that are kept under a name, and what is done about one order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from zhanggui.processes.importing.operations import import_file
from zhanggui.trade.channels.sample import generate

ALL = "?from=2026-01-01&to=2026-12-31"


@pytest.fixture
def orders(transactional_db: None, tmp_path: Any) -> None:
    generate.write_all(tmp_path, seed=5, days=10, orders=30, channels=["shopify"])
    folder = next(p for p in tmp_path.iterdir() if p.is_dir())
    for path in sorted(folder.iterdir()):
        import_file(path=path, shop_name="Qingyu", channel="shopify")


@pytest.mark.parametrize(
    ("lang", "save", "delete"), [("zh-hans", "保存筛选", "删除此筛选"), ("en", "Save filter", "Delete this filter")]
)
def test_a_filter_is_kept_used_and_deleted(
    lang: str, save: str, delete: str, orders: None, open_page: Callable[..., Page], axe: Callable[..., None]
) -> None:
    page = open_page(f"/orders/{ALL}&state=completed&state=shipped", lang=lang)
    narrowed = page.locator(".oh-sentence strong").inner_text()
    page.get_by_role("button", name=save).click()
    page.locator("#filter-name").fill("出库中")
    axe(page)
    page.locator("#save-filter button.btn-primary").click()
    page.wait_for_load_state("networkidle")
    tab = page.get_by_role("link", name="出库中")
    expect(tab).to_be_visible()
    page.goto(page.url.split("/orders/")[0] + f"/orders/{ALL}", wait_until="networkidle")
    page.get_by_role("link", name="出库中").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".oh-sentence strong")).to_have_text(narrowed)
    page.get_by_role("button", name=delete).click()
    page.locator("#delete-filter button.btn-danger").click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("link", name="出库中")).to_have_count(0)


def test_an_order_is_held_noted_and_its_receiver_revealed_for_a_reason(
    orders: None, open_page: Callable[..., Page], axe: Callable[..., None], shot: Callable[..., Any]
) -> None:
    page = open_page(f"/orders/{ALL}&state=completed&state=shipped", lang="zh-hans")
    href = page.locator("#orders-table a[data-open]").first.get_attribute("href")
    page.goto(page.url.split("/orders/")[0] + str(href), wait_until="networkidle")
    hidden = page.locator(".zg-facts").nth(1).inner_text()
    assert "*" in hidden
    page.locator("input[name=reason]").first.fill("快递联系不上")
    page.locator("[id^=contact-] button").click()
    expect(page.locator("[id^=contact-] dl")).to_be_visible()
    assert "*" not in page.locator("[id^=contact-] dl").inner_text()
    page.locator("input[name=text]").fill("周一再发")
    page.locator("form[action$=note] button").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".zg-timeline")).to_contain_text("周一再发")
    page.locator("form[action$=hold] input[name=reason]").fill("地址不全")
    page.locator("form[action$=hold] button").click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("有人搁置了它")).to_be_visible()
    axe(page)
    shot(page, "order-held-zh")
    page.locator("form[action$=hold] button").click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("有人搁置了它")).to_have_count(0)
