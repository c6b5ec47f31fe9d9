"""``zhanggui goods`` and ``zhanggui check-price``, and the same over the API."""

# ruff: noqa: E501  one case is one line

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from zhanggui.config.cli import run
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.goods.catalog import queries as library
from zhanggui.goods.pricing import queries as prices

from .conftest import Goods
from .test_library import HEAD, book

pytestmark = pytest.mark.data


@pytest.fixture(autouse=True)
def _ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test database stands already; preparing the home would open another."""
    monkeypatch.setattr("zhanggui.config.prepare.prepare", lambda **_: None)


def told(*words: str) -> tuple[int, Any]:
    out = io.StringIO()
    code = run([*words, "--json"], out=out)
    return code, json.loads(out.getvalue())


def test_the_guard_answers_on_the_command_line_and_its_exit_code_says_whether_it_stops(priced: Goods) -> None:
    code, answer = told("check-price", "--sku", "ts-red-m", "--price", "9.90")
    assert (code, answer["verdict"], answer["needs_approval"], answer["price"]) == (1, "block", True, 990)
    assert "decimal_shift" in {r["code"] for r in answer["reasons"]}
    assert answer["world"]["floor"] == 5000
    code, answer = told("check-price", "--sku", "TS-RED-M", "--price", "95", "--shop", "旗舰店")
    assert (code, answer["verdict"]) == (0, "pass")
    assert [p.amount for p in prices.history(priced.sku) if p.kind == "sale"] == [9900]
    for wrong in (("--sku", "NOBODY", "--price", "9"), ("--sku", "TS-RED-M", "--price", "abc"),
                  ("--sku", "TS-RED-M", "--price", "9.999"), ("--sku", "TS-RED-M", "--price", "9", "--shop", "没有")):  # fmt: skip
        assert told("check-price", *wrong)[0] == 2


def test_goods_go_out_come_back_and_are_listed(priced: Goods, tmp_path: Path) -> None:
    code, answer = told("goods", "list", "--search", "短袖")
    assert (code, {r["code"] for r in answer["items"]}) == (0, {"TS-RED-M", "TS-RED-L"})
    assert answer["items"][0]["price"] == 9900
    out = tmp_path / "out.xlsx"
    assert told("goods", "export", "--out", str(out)) == (0, {"file": str(out), "rows": 2})
    code, answer = told("goods", "import", str(out))
    assert (code, answer["same"], answer["changed"]) == (0, 2, 0)
    bad = book(tmp_path / "bad.xlsx", HEAD, ["NEW", "", "新", "", "123", "", "", "", "", ""])
    code, answer = told("goods", "import", str(bad))
    assert (code, answer["applied"]) == (1, False)
    assert [(r["row"], r["column"], r["reason"]) for r in answer["rejects"]] == [(2, "barcode", "barcode_length")]
    assert library.sku_by_code("NEW") is None
    assert told("goods", "match")[0] == 0


def test_the_api_lists_goods_and_lets_no_stopped_price_stand(priced: Goods) -> None:
    accounts.grant_role(user_id=priced.editor, role="OWN")
    made = accounts.create_token(
        user_id=priced.editor, name="t", scopes=["goods.view", "goods.edit", "prices.view", "prices.edit"]
    )
    client = Client(headers={"authorization": f"Bearer {made[1] if isinstance(made, tuple) else made.secret}"})
    answer = client.get("/api/v1/goods?q=短袖&limit=1").json()
    assert len(answer["items"]) == 1
    assert answer["next_cursor"]
    assert client.get("/api/v1/goods?cursor=abc").status_code == 400
    body = {"sku": "TS-RED-M", "price": 990, "currency": "CNY"}
    checked = client.post("/api/v1/prices/check", body, content_type="application/json")
    assert checked.json()["verdict"] == "block"
    answer = client.post("/api/v1/prices", body, content_type="application/json").json()
    assert answer["state"] == "waiting"
    now = prices.price_in(priced.sku, shop_id=None)
    assert now is not None
    assert now.sale == 9900
    new = {"code": "API", "title": "新品", "skus": [{"code": "API-1", "barcode": "4006381333932"}]}
    refused = client.post("/api/v1/goods", new, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "barcode_check_digit")
