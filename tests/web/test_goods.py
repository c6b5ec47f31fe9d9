"""From editor to reviewer to published, as people do it in a browser; and how the pages of goods look."""

# ruff: noqa: E501  one case is one line

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from zhanggui.foundation.accounts import operations as accounts
from zhanggui.goods.catalog import operations as catalog
from zhanggui.goods.catalog import queries as library
from zhanggui.goods.catalog.contracts import ArticleSeen, ProductInput, SkuInput
from zhanggui.goods.pricing import operations as pricing
from zhanggui.goods.pricing.contracts import PriceInput


@pytest.fixture
def shop(transactional_db: None, tmp_path: Path) -> Any:
    shop = accounts.create_shop(name="青屿旗舰店", channel="taobao")
    product = catalog.save_product(
        product=ProductInput(
            code="TS", title="纯棉圆领短袖T恤", brand="青屿", category="服饰 > 上衣", attributes={"材质": "棉"}
        ),
        skus=[
            SkuInput(code="TS-RED-M", variant="红色 M", barcode="4006381333931"),
            SkuInput(code="TS-RED-L", variant="红色 L"),
        ],
        actor_id=None,
    )
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (800).to_bytes(4, "big") * 2
    (tmp_path / "a.png").write_bytes(head + b"\0" * 50)
    catalog.add_media(product_id=product, path=tmp_path / "a.png", name="主图.png", rights="own", actor_id=None)
    for code in ("TS-RED-M", "TS-RED-L"):
        sku = library.sku_by_code(code).sku_id  # type: ignore[union-attr]
        catalog.set_cost(sku_id=sku, amount=3000, currency="CNY", starts_date=date(2026, 1, 1), actor_id=None)
        pricing.set_prices(
            wanted=[PriceInput(sku, 9900, "CNY"), PriceInput(sku, 5000, "CNY", "floor")], source="page", actor_id=None
        )
    catalog.collect(
        articles=[
            ArticleSeen(
                shop.id, "夏季新款纯棉圆领短袖T恤男女同款", "红色;L", "1", "12", "", "", 7, 9, 9900, "CNY", None
            ),
            ArticleSeen(shop.id, "T恤", "", "1", "11", "", "ts-red-m", 3, 3, 9900, "CNY", None),
        ]
    )
    return shop


def settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")


def test_a_listing_is_written_reviewed_by_another_person_and_published(
    shop: Any, open_page: Callable[..., Page], person: Callable[..., Any], axe: Callable[..., None]
) -> None:
    editor, reviewer = person("MKT", name="小编"), person("LEG", name="法务")
    product = library.product_id_of("TS")
    page = open_page(f"/goods/p/{product}/", user=editor)
    page.get_by_role("button", name="开始上架").click()
    settled(page)
    page.locator("#title").fill("全网第一的纯棉T恤")
    for field in page.locator("[id^=price-]").all():
        field.fill("99")
    page.get_by_role("button", name="保存并检查").click()
    settled(page)
    expect(page.get_by_text("广告法").first).to_be_visible()
    expect(page.get_by_text("草稿", exact=True).first).to_be_visible()
    page.locator("#title").fill("纯棉圆领短袖T恤 春夏款")
    page.get_by_role("button", name="保存并检查").click()
    settled(page)
    expect(page.get_by_text("待审核", exact=True).first).to_be_visible()
    expect(page.get_by_role("button", name="通过")).to_have_count(0)
    axe(page)
    address = page.url.split("/goods/")[1]
    other = open_page(f"/goods/{address}", user=reviewer, width=390)
    axe(other)
    other.get_by_role("button", name="通过").click()
    settled(other)
    expect(other.get_by_text("审核通过", exact=True).first).to_be_visible()
    page.reload(wait_until="networkidle")
    with page.expect_download() as got:
        page.get_by_role("button", name="导出批量上架文件").click()
    assert got.value.suggested_filename.startswith("listings-taobao")
    page.reload(wait_until="networkidle")
    expect(page.get_by_text("已发布，待回读", exact=True).first).to_be_visible()


def test_a_slip_of_the_decimal_point_is_stopped_on_the_page_of_a_price(
    shop: Any, open_page: Callable[..., Page], axe: Callable[..., None]
) -> None:
    sku = library.sku_by_code("TS-RED-M")
    assert sku is not None
    page = open_page(f"/goods/prices/sku/{sku.sku_id}/")
    page.locator("#price").fill("9.9")
    page.get_by_role("button", name="让价格卫士看看").click()
    settled(page)
    expect(page.locator("#judged")).to_contain_text("小数点点错了")
    axe(page)
    page.get_by_role("button", name="提交审批").click()
    settled(page)
    expect(page.get_by_text("待审批", exact=True).first).to_be_visible()
    expect(page.get_by_role("button", name="通过")).to_have_count(0)


@pytest.mark.skipif(not os.environ.get("ZHANGGUI_PICTURES"), reason="ZHANGGUI_PICTURES names a folder for pictures")
def test_pictures(shop: Any, open_page: Callable[..., Page], axe: Callable[..., None]) -> None:
    place = Path(os.environ["ZHANGGUI_PICTURES"])
    product, sku = library.product_id_of("TS"), library.sku_by_code("TS-RED-M")
    assert sku is not None
    waiting = pricing.set_prices(wanted=[PriceInput(sku.sku_id, 990, "CNY")], source="page", actor_id=None).batch_id
    paths = {
        "goods": "/goods/", "product": f"/goods/p/{product}/", "match": "/goods/match/", "file": "/goods/file/",
        "prices": "/goods/prices/?q=TS", "price": f"/goods/prices/sku/{sku.sku_id}/?price=9.9&kind=sale", "batch": f"/goods/prices/batch/{waiting}/",
        "listings": "/goods/listings/",
    }  # fmt: skip
    for name, path in paths.items():
        for lang, width in (("zh-hans", 1280), ("en", 390)):
            page = open_page(path, lang=lang, width=width)
            axe(page)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width + 1, (name, wide)
            page.screenshot(path=place / f"{name}-{lang}-{width}.png", full_page=True)
