"""The pages of goods: each answers, says the numbers, and refuses with a sentence."""

# ruff: noqa: E501  one case is one line

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhanggui.foundation.accounts import operations as accounts
from zhanggui.goods.catalog import queries as library
from zhanggui.goods.listings import queries as listings
from zhanggui.goods.pricing import operations as pricing
from zhanggui.goods.pricing import queries as prices

from .conftest import Goods

pytestmark = pytest.mark.data


def signed(user_id: int, role: str, language: str = "en") -> Client:
    from zhanggui.foundation.accounts.models import User

    accounts.grant_role(user_id=user_id, role=role)
    client = Client(headers={"accept-language": language})
    client.cookies.load({"zhanggui_language": language})
    client.force_login(User.objects.get(pk=user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text(answer: Any) -> str:
    return str(b"".join(answer.streaming_content) if answer.streaming else answer.content, "utf-8")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_goods_answers(priced: Goods, language: str) -> None:
    client = signed(priced.editor, "OWN", language)
    client.post("/goods/listings/start", {"shop": priced.taobao.id, "product": priced.product})
    listing = listings.listings(shop_ids=frozenset({priced.taobao.id}))[0].id
    waiting = pricing.set_prices(wanted=[priced.price(990)], source="page", actor_id=priced.editor).batch_id
    for path in (
        "/goods/", "/goods/?q=短袖&role=none&stage=decline&score=80&active=all", f"/goods/p/{priced.product}/", "/goods/match/",
        "/goods/match/?state=matched", "/goods/file/", "/goods/listings/", f"/goods/listings/{listing}/", "/goods/prices/",
        "/goods/prices/?q=TS", f"/goods/prices/sku/{priced.sku}/", f"/goods/prices/sku/{priced.sku}/?price=9.9&kind=sale&answers=99:10",
        f"/goods/prices/batch/{waiting}/",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "TS" in text(answer) or path in (
            "/goods/file/",
            "/goods/match/",
            "/goods/match/?state=matched",
            "/goods/?q=短袖&role=none&stage=decline&score=80&active=all",
        )
    assert client.get("/goods/p/999999/").status_code == 404
    media = library.product(priced.product).media[0]  # type: ignore[union-attr]
    image = client.get(f"/goods/p/{priced.product}/media/{media.id}")
    assert image["Content-Type"] == "image/png"


def test_a_page_says_why_a_product_is_refused_and_keeps_what_is_right(goods: Goods) -> None:
    client = signed(goods.editor, "OPS")
    wrong = {"code": "N1", "title": "新品", "sku_code": "N1-1", "barcode": "4006381333932"}
    assert "it should be 1" in text(client.post("/goods/save", wrong, follow=True))
    assert library.product_id_of("N1") is None
    client.post("/goods/save", wrong | {"barcode": "4006381333924"})
    assert library.sku_by_code("N1-1") is not None


def test_editor_reviewer_and_publication_over_the_pages(priced: Goods) -> None:
    editor, reviewer = signed(priced.editor, "MKT"), signed(priced.reviewer, "LEG")
    editor.post("/goods/listings/start", {"shop": priced.taobao.id, "product": priced.product})
    listing = listings.listings(shop_ids=frozenset({priced.taobao.id}))[0].id
    form = {
        "revision": 1, "title": "纯棉圆领短袖T恤 春夏款", "attributes": "材质=棉", "description": "<p>透气</p>",
        f"price-{priced.sku}": "99.00", f"price-{priced.big}": "99.00", "act": "check",
    }  # fmt: skip
    editor.post(f"/goods/listings/{listing}/save", form)
    found = listings.listing(listing)
    assert found is not None
    assert found.revision is not None
    assert found.state == "checked", found.check
    decision = {"revision": found.revision.number, "digest": found.revision.digest, "act": "approve"}
    assert editor.post(f"/goods/listings/{listing}/review", decision).status_code == 403
    assert editor.post("/goods/listings/publish", {"listing": listing}).status_code == 302
    reviewer.post(f"/goods/listings/{listing}/review", decision)
    assert listings.listing(listing).state == "reviewed"  # type: ignore[union-attr]
    answer = editor.post("/goods/listings/publish", {"listing": listing})
    assert answer["Content-Disposition"].startswith("attachment")
    assert listings.listing(listing).state == "published"  # type: ignore[union-attr]
    now = prices.price_in(priced.sku, shop_id=priced.taobao.id)
    assert now is not None
    assert now.sale == 9900
    csv = "商品ID,货号,商品标题,商家编码,价格,状态\n8001,TS,纯棉圆领短袖T恤 春夏款,TS-RED-M,99.00,在售\n8001,TS,纯棉圆领短袖T恤 春夏款,TS-RED-L,9.90,在售\n"
    file = SimpleUploadedFile("goods.csv", csv.encode("gb18030"))
    editor.post("/goods/listings/read-back", {"shop": priced.taobao.id, "file": file})
    after = listings.listing(listing)
    assert after is not None
    assert (after.state, after.product_no) == ("differs", "8001")
    assert after.read_backs[0].differences == ((f"price:{priced.big}", 9900, 990),)


def test_a_price_the_guard_stops_keeps_the_listing_from_the_reviewer_until_two_people_agree(priced: Goods) -> None:
    editor, approver = signed(priced.editor, "OPS"), signed(priced.reviewer, "FIN")
    editor.post("/goods/listings/start", {"shop": priced.taobao.id, "product": priced.product})
    listing = listings.listings(shop_ids=frozenset({priced.taobao.id}))[0].id
    form = {
        "title": "纯棉圆领短袖T恤",
        "description": "透气",
        f"price-{priced.sku}": "9.90",
        f"price-{priced.big}": "99",
        "act": "check",
    }
    editor.post(f"/goods/listings/{listing}/save", form)
    found = listings.listing(listing)
    assert found is not None
    assert found.state == "draft"
    editor.post(f"/goods/listings/{listing}/prices")
    waiting = prices.batches(state="waiting")[0]
    assert editor.post(f"/goods/prices/batch/{waiting.id}/decide", {"act": "approve"}).status_code == 302
    assert prices.batch(waiting.id).state == "waiting"  # type: ignore[union-attr]
    approver.post(f"/goods/prices/batch/{waiting.id}/decide", {"act": "approve", "note": "清仓"})
    assert prices.batch(waiting.id).state == "applied"  # type: ignore[union-attr]
    revision = listings.listing(listing).revision.number  # type: ignore[union-attr]
    editor.post(f"/goods/listings/{listing}/save", form | {"revision": revision})
    assert listings.listing(listing).state == "checked"  # type: ignore[union-attr]


def xlsx(*rows: list[Any]) -> SimpleUploadedFile:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    return SimpleUploadedFile("in.xlsx", out.getvalue())


def test_the_goods_file_and_the_price_file_over_the_pages(priced: Goods, tmp_path: Path) -> None:
    client = signed(priced.editor, "OWN")
    out = client.get("/goods/file/out")
    assert out["Content-Disposition"].startswith("attachment")
    assert len(b"".join(out.streaming_content)) > 4000  # type: ignore[attr-defined]
    head = ["商家编码", "商品名称", "条码"]
    bad = client.post("/goods/file/in", {"file": xlsx(head, ["TS-RED-M", "", "123"])}, follow=True)
    assert "Nothing is applied" in text(bad)
    good = client.post("/goods/file/in", {"file": xlsx(head, ["TS-RED-M", "纯棉圆领T恤", ""])})
    assert "→" in text(client.get(good["Location"]))
    client.post(good["Location"] + "apply")
    assert library.sku_rows([priced.sku])[0].title == "纯棉圆领T恤"
    refused = client.post("/goods/prices/file", {"file": xlsx(["商家编码", "价格"], ["TS-RED-M", "abc"])})
    assert refused.status_code == 422
    assert "not an amount" in text(refused)
    slip = client.post("/goods/prices/file", {"file": xlsx(["商家编码", "价格"], ["TS-RED-M", 9.9])})
    page = text(client.get(slip["Location"]))
    assert "decimal point moved" in page
    client.post(slip["Location"] + "submit")
    assert prices.batches(state="waiting")


def test_fees_stop_loss_and_roles_over_the_pages(priced: Goods) -> None:
    client = signed(priced.editor, "OWN")
    client.post(
        "/goods/prices/fees",
        {"name": "2026", "channel": "taobao", "starts": "2026-01-01", "lines": "佣金 5%\n运费 3.50"},
    )
    assert prices.margin_of(priced.sku, 10000, shop_id=priced.taobao.id).fees == {"佣金": 500, "运费": 350}
    assert "one fee a line" in text(
        client.post("/goods/prices/fees", {"name": "x", "channel": "taobao", "lines": "佣金 120%"}, follow=True)
    )
    made = client.post(
        f"/goods/prices/sku/{priced.sku}/wrong", {"wrong": "9.90", "right": "99", "since": "2026-01-01T00:00", "currency": "CNY"}
    )  # fmt: skip
    page = client.get(made["Location"])
    assert "Take the product off sale" in text(page)
    client.post(made["Location"] + "step", {"index": 0})
    assert prices.stop_losses()[0].steps[0].done_at is not None
    client.post(
        f"/goods/p/{priced.product}/role", {"sku": [priced.sku, priced.big], "role": "profit", "starts": "2026-01-01"}
    )
    assert {r.role for r in library.sku_rows([priced.sku, priced.big])} == {"profit"}
    client.post(f"/goods/p/{priced.product}/components", {"sku": priced.sku, "parts": "TS-RED-L × 2"})
    assert library.expand_bundle(priced.sku) == {priced.big: 2}


def test_people_without_the_permission_cannot_change_goods_or_prices(priced: Goods) -> None:
    client = signed(priced.other, "CS")
    assert client.get("/goods/").status_code == 200
    assert "99.00" not in text(client.get(f"/goods/p/{priced.product}/"))
    for path in ("/goods/prices/", f"/goods/prices/sku/{priced.sku}/", "/goods/file/out"):
        assert client.get(path).status_code == 403, path
    for path in (
        "/goods/save",
        "/goods/match/confirm",
        "/goods/file/in",
        "/goods/listings/publish",
        f"/goods/prices/sku/{priced.sku}/set",
    ):
        assert client.post(path).status_code == 403, path
