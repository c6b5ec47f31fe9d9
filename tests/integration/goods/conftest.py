"""A small library, two shops and three people."""

# ruff: noqa: E501  rows of a table stay on one line

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.accounts.models import User
from zhanggui.goods.catalog import operations as catalog
from zhanggui.goods.catalog import queries as library
from zhanggui.goods.catalog.contracts import ProductInput, SkuInput
from zhanggui.goods.pricing import operations as pricing
from zhanggui.goods.pricing.contracts import PriceInput


def png(path: Path, width: int = 800, height: int = 800, size: int = 2000) -> Path:
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")
    path.write_bytes(head + str(path).encode() + b"\0" * max(size - len(head), 20))
    return path


@dataclass
class Goods:
    editor: int
    reviewer: int
    other: int
    taobao: Any
    douyin: Any
    product: int
    sku: int
    big: int

    def price(self, amount: int, **more: Any) -> PriceInput:
        return PriceInput(more.pop("sku_id", self.sku), amount, more.pop("currency", "CNY"), **more)


@pytest.fixture
def goods(db: None, tmp_path: Path) -> Goods:
    people = [User.objects.create(username=n, display_name=n).pk for n in ("editor", "reviewer", "other")]
    taobao = accounts.create_shop(name="旗舰店", channel="taobao")
    douyin = accounts.create_shop(name="抖店", channel="douyin")
    product = catalog.save_product(
        product=ProductInput(
            code="TS", title="纯棉圆领短袖T恤", brand="青屿", category="服饰 > 上衣", description="<p>新疆长绒棉，透气。</p>",
            attributes={"材质": "棉", "领型": "圆领", "袖长": "短袖", "版型": "宽松", "厚薄": "常规"},
        ),
        skus=[
            SkuInput(code="TS-RED-M", variant="红色 M", barcode="4006381333931", weight_grams=200),
            SkuInput(code="TS-RED-L", variant="红色 L", weight_grams=210),
        ],
        actor_id=people[0],
    )  # fmt: skip
    sku, big = (library.sku_by_code(c).sku_id for c in ("TS-RED-M", "TS-RED-L"))  # type: ignore[union-attr]
    for one in (sku, big):
        catalog.set_cost(sku_id=one, amount=3000, currency="CNY", starts_date=date(2026, 1, 1), actor_id=people[0])
    for n in range(5):
        catalog.add_media(
            product_id=product, path=png(tmp_path / f"{n}.png"), name=f"主图{n}.png", rights="own", actor_id=people[0]
        )
    return Goods(*people, taobao, douyin, product, sku, big)


@pytest.fixture
def priced(goods: Goods) -> Goods:
    for sku in (goods.sku, goods.big):
        done = pricing.set_prices(
            wanted=[
                goods.price(9900, sku_id=sku), goods.price(5000, sku_id=sku, kind="floor"),
                goods.price(12900, sku_id=sku, kind="list"),
            ],
            source="page",
            actor_id=goods.editor,
        )  # fmt: skip
        assert done.state == "applied"
    return goods
