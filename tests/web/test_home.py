"""The first page in a real browser: both languages, wide and narrow, light and dark, empty and full."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

import desk_book
from desk_book import EAST, Book
from zhanggui.foundation.accounts import operations as accounts

Open = Callable[..., Page]


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    cache.clear()


@pytest.fixture
def book(transactional_db: None, tmp_path: Path) -> Book:
    made = desk_book.make(tmp_path)
    accounts.create_shop(name="京东还没导入的店", channel="jd")
    return made


def narrow_enough(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"the page scrolls sideways by {wide} px"


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(("lang", "theme"), [("zh-hans", "light"), ("en", "light"), ("zh-hans", "dark")])
def test_today(book: Book, open_page: Open, axe: Any, shot: Any, lang: str, theme: str, width: int) -> None:
    page = open_page("/", lang=lang, width=width, theme=theme)
    paid = page.locator("#tile-m041 .zg-tile-value")
    expect(paid).to_have_text("¥530.00" if lang.startswith("zh") else "CN¥530.00")
    expect(page.locator("[data-kind=ship_overdue]")).to_contain_text(EAST)
    narrow_enough(page)
    axe(page)
    shot(page, f"today-{lang}-{width}-{theme}")


def test_a_number_explains_itself(book: Book, open_page: Open) -> None:
    page = open_page("/")
    page.locator("#tile-m046 .zg-help").click()
    shown = page.locator("#help-tile-m046")
    expect(shown).to_be_visible()
    for text in ("M046", "至今已退", "完整度" if page.get_by_text("完整度").count() else "家店"):
        expect(shown).to_contain_text(text)


def test_a_tile_leads_to_its_orders(book: Book, open_page: Open) -> None:
    page = open_page("/")
    page.locator("#tile-m047 .zg-tile-cover").click()
    page.wait_for_url("**/orders/**")
    assert "by=paid" in page.url
    assert f"shop={book.east.id}" in page.url
    page.go_back()
    expect(page.locator("#tile-m047")).to_be_visible()


def test_a_finding_leads_to_its_order(book: Book, open_page: Open) -> None:
    page = open_page("/")
    page.locator("[data-kind=ship_overdue] .zg-desk-act").click()
    page.wait_for_url("**/orders/**due=overdue**")
    expect(page.get_by_text("261101-100000000000001")).to_be_visible()
    expect(page.get_by_text("261101-900000000000001")).to_have_count(0)


def test_clocks_go_on(book: Book, open_page: Open) -> None:
    page = open_page("/", lang="en")
    clock = page.locator("[data-kind=ship_soon] [data-clock]")
    expect(clock).to_contain_text("left")
    page.evaluate(
        """() => document.querySelector("[data-kind=ship_soon] [data-clock]")
            .setAttribute("datetime", new Date(Date.now() - 26 * 3600 * 1000).toISOString())"""
    )
    expect(clock).to_contain_text("1 day 2 h over", timeout=25_000)


def test_scope_is_carried_and_narrows_everything(book: Book, open_page: Open) -> None:
    page = open_page(f"/?shop={book.west.id}", lang="en")
    expect(page.locator("#tile-m041 .zg-tile-value")).to_have_text("CN¥500.00")
    expect(page.locator("[data-kind=ship_overdue]")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_first_run_says_what_to_download(open_page: Open, axe: Any, shot: Any, width: int) -> None:
    page = open_page("/", width=width)
    expect(page.get_by_role("heading", name="导入第一份订单文件")).to_be_visible()
    expect(page.locator("#guides")).to_contain_text("已卖出的宝贝")
    narrow_enough(page)
    axe(page)
    shot(page, f"today-first-run-{width}")
    page.locator(".zg-desk-first .btn-primary").click()
    page.wait_for_url("**/import/**")


def test_nothing_to_do_is_a_good_page(book: Book, open_page: Open, person: Any, axe: Any, shot: Any) -> None:
    page = open_page("/", user=person("WH", shop_id=book.west.id), lang="en")
    expect(page.get_by_text("Nothing needs you now")).to_be_visible()
    expect(page.locator(".zg-desk-checked")).to_contain_text("Shipping deadlines")
    axe(page)
    shot(page, "today-nothing-to-do")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_freshness(book: Book, open_page: Open, axe: Any, shot: Any, lang: str, width: int) -> None:
    page = open_page("/freshness/", lang=lang, width=width)
    first = page.locator("#freshness-table tbody tr").first
    expect(first).to_contain_text("京东还没导入的店")
    expect(first).to_contain_text("京麦商家后台")
    narrow_enough(page)
    axe(page)
    shot(page, f"freshness-{lang}-{width}")


def test_the_frame_leads_to_freshness(book: Book, open_page: Open) -> None:
    page = open_page("/")
    page.locator(".zg-fresh").click()
    page.wait_for_url("**/freshness/")


def test_ctrl_k_finds_an_order_by_two_characters(book: Book, open_page: Open, axe: Any, shot: Any) -> None:
    page = open_page("/")
    page.keyboard.press("Control+k")
    page.locator("#palette-input").fill("砂锅")
    hit = page.locator("#palette-results a", has_text="261101-900000000000001")
    expect(hit).to_be_visible()
    axe(page)
    shot(page, "search-palette", full=False)
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*/")


@pytest.mark.parametrize("width", [1440, 390])
def test_search_page(book: Book, open_page: Open, axe: Any, shot: Any, width: int) -> None:
    page = open_page("/search/?q=2611", lang="en", width=width)
    expect(page.locator(".zg-desk-hits a").first).to_contain_text("2611")
    narrow_enough(page)
    axe(page)
    shot(page, f"search-{width}")
    empty = open_page("/search/?q=zzzzzz", lang="en", width=width)
    expect(empty.get_by_role("heading", name="Nothing found")).to_be_visible()
    axe(empty)
