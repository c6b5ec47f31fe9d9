"""From a finding to its outcome, by three roles, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

import desk_book
from desk_book import EAST, Book, Sold
from zhanggui.foundation.loop import operations as loop
from zhanggui.trade.orders import queries as orders

Open = Callable[..., Page]


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    cache.clear()


@pytest.fixture
def book(transactional_db: None, tmp_path: Path) -> Book:
    return desk_book.make(tmp_path)


def narrow_enough(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"the page scrolls sideways by {wide} px"


def test_from_a_finding_to_its_outcome(
    book: Book, person: Callable[..., Any], open_page: Open, axe: Any, shot: Any, tmp_path: Path
) -> None:
    customer_service = person("CS", name="小客", shop_id=book.east.id)
    operations = person("OPS", name="老运")
    many = [Sold(f"261101-7{n:014}", 1, 30 + n, "待补寄") for n in range(24)]
    desk_book.bring(tmp_path, EAST, many, book.now)

    # customer service finds it, looks at the evidence and proposes to hold the orders
    page = open_page("/", user=customer_service)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel).to_contain_text("为什么提示我")
    axe(page)
    shot(page, "loop-panel")
    page.keyboard.press("t")
    expect(panel).to_contain_text("小客")
    expect(page.locator("[data-finding]").first).to_contain_text("小客")
    panel.get_by_role("link", name="预览动作").click()
    expect(page.locator("#preview tbody tr")).to_have_count(5)
    narrow_enough(page)
    axe(page)
    shot(page, "loop-propose")
    page.locator("#words").fill("状态不明，先挂起")
    page.get_by_role("button", name="按此提议").click()
    page.wait_for_url("**/proposals/*/")

    # small holds need nobody's yes: they were carried out at once, and the release is proposed and approved
    expect(page.locator("main")).to_contain_text("已完成")
    shot(page, "loop-done")
    held = orders.list_orders(shop_ids=frozenset({book.east.id}), limit=100).rows
    ids = [r.id for r in held if r.held]
    assert len(ids) == 5
    made = loop.propose(
        action="orders.release",
        params={"order_ids": ids, "reason": "已核实"},
        actor=_actor(customer_service),
    )
    page = open_page("/proposals/", user=operations)
    expect(page.locator("#proposals tbody tr")).to_have_count(1)
    axe(page)
    shot(page, "loop-proposals")
    page.locator("#proposals tbody a").first.click()
    page.get_by_role("button", name="批准这份清单").click()
    expect(page.locator("main")).to_contain_text("已完成")
    assert not any(r.held for r in orders.list_orders(shop_ids=frozenset({book.east.id}), limit=100).rows)
    expect(page.locator("main")).to_contain_text("之后测量")
    axe(page)
    shot(page, "loop-proposal")

    # the owner sees what was done, on a phone
    page = open_page("/", width=390)
    expect(page.locator("#beside")).to_contain_text("放行")
    narrow_enough(page)
    shot(page, "loop-today-390")
    page.goto(page.url.rstrip("/") + f"/proposals/{made.id}/")
    narrow_enough(page)
    shot(page, "loop-proposal-390")
    for place in ("outcomes", "detectors"):
        other = open_page(f"/{place}/", width=390)
        narrow_enough(other)
        axe(other)
        wide = open_page(f"/{place}/", lang="en")
        shot(wide, f"loop-{place}")


def _actor(user: Any) -> Any:
    from zhanggui.foundation.loop import reading

    return reading.actor(user)
