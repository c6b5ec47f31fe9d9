"""Stock in the browser: the shelf, one SKU, the warehouse on a phone, a stock file that looks wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from stock_book import empty_ledgers, pool, shelf


@pytest.fixture
def stocked(transactional_db: None) -> Iterator[int]:
    from zhanggui.foundation.accounts import operations as accounts
    from zhanggui.supply.inventory import operations as stock

    now = timezone.now()
    shop = accounts.create_shop(name="天猫旗舰店", channel="taobao").id
    accounts.create_shop(name="京东店", channel="jd")
    shelf({"SPRAY-50": 48, "TEA-M": 12}, cost_each=1250)
    for n in range(4):
        shelf({f"CUP-{n}": 5}, name="陶瓷马克杯")
    stock.put_item(sku="SPRAY-50", name="轻薄防晒喷雾 50ml", barcode="6901234567892", units={"箱": 24})
    stock.reserve_order(order_ref=f"order:{shop}:2026031100001", lines={"SPRAY-50": 3}, shop_id=shop)
    stock.ship_order(order_ref=f"order:{shop}:2026031100002", lines={"TEA-M": 2})
    stock.note_hearing(shop_id=shop, heard_through=now - timedelta(minutes=10))
    sent = stock.send_offer(shop_id=shop, sku="SPRAY-50", qty=20, key="o1", now=now - timedelta(minutes=30))
    stock.answer_offer(offer_id=sent, taken=True, now=now - timedelta(minutes=29))
    stock.raise_trouble(kind="short", source=f"order:{shop}:2026031100003", code="TEA-M", qty=2, shop_id=shop)
    yield shop
    empty_ledgers()


def test_the_shelf_leads_to_every_movement_in_both_languages(
    stocked: int, open_page: Callable[..., Page], axe: Callable[..., None], shot: Callable[..., Any]
) -> None:
    page = open_page("/stock/")
    expect(page.locator("#stock-table tbody tr")).to_have_count(6)
    axe(page)
    shot(page, "stock-zh")
    page.get_by_role("link", name="SPRAY-50").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#stock-offers")).to_contain_text("天猫旗舰店")
    expect(page.locator("#stock-movements")).to_contain_text("SUPPLIER")
    axe(page)
    shot(page, "stock-item-zh")
    english = open_page("/stock/", lang="en", width=390)
    axe(english)
    shot(english, "stock-en-390")
    shot(open_page("/stock/troubles/"), "stock-troubles-zh")


def test_a_phone_receives_boxes_once_and_a_wrong_file_is_stopped(
    stocked: int,
    open_page: Callable[..., Page],
    axe: Callable[..., None],
    shot: Callable[..., Any],
    tmp_path: Path,
    faults: list[str],
) -> None:
    page = open_page("/stock/warehouse/", width=390)
    page.locator("#wh-code").fill("6901234567892")
    page.locator("#wh-qty").fill("-2")
    page.locator("form[method=post] button.btn-primary").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("main")).to_contain_text("不能为负")
    assert len(faults) == 1  # the browser notes the 422 that was asked for
    faults.clear()
    page.locator("#wh-qty").fill("2")
    page.locator("#wh-unit").fill("箱")
    axe(page)
    shot(page, "stock-warehouse-zh-390")
    page.locator("form[method=post] button.btn-primary").click()
    page.wait_for_load_state("networkidle")
    assert pool("SPRAY-50") == (96, 3)
    page.goto(page.url.split("/stock/")[0] + "/stock/levels/", wait_until="networkidle")
    table = tmp_path / "盘点.csv"
    table.write_text("商家编码,数量\nSPRAY-50,96\nTEA-M,10\n", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(str(table))
    page.locator("input[name=complete]").check()
    page.get_by_role("button", name="看会改什么").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("main")).to_contain_text("更像是文件拿错了")
    axe(page)
    shot(page, "stock-levels-zh-390")
    page.locator("input[name=approve]").check()
    page.get_by_role("button", name="照此入账").click()
    page.wait_for_load_state("networkidle")
    assert pool("CUP-1") == (0, 0)
