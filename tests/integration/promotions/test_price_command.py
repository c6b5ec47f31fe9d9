"""``zhanggui price`` on files, without a home."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zhanggui.config.cli import run

BASKET = {"currency": "CNY", "freight": 8, "lines": [{"id": "1", "sku": "A", "price": 100.5, "qty": 2}]}
PROMOTIONS = [
    {"key": "m", "kind": "满减", "tiers": [{"at": 200, "off": 30}], "on_return": "clawback"},
    {"key": "f", "kind": "free_freight", "at": 400},
]


@pytest.fixture
def files(tmp_path: Path) -> Any:
    def write(**documents: Any) -> list[str]:
        line = ["price"]
        for name, value in documents.items():
            path = tmp_path / f"{name}.json"
            path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
            line += [f"--{name}", str(path)]
        return line

    return write


def test_prices_a_basket_and_its_returns(files: Any, capsys: pytest.CaptureFixture[str]) -> None:
    returns = [[{"line": "1", "qty": 1}], [{"line": "1", "qty": 1}]]
    assert run([*files(basket=BASKET, promotions=PROMOTIONS, facts={}, returns=returns), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["payable"], answer["merchant_discount"], answer["exact"]) == ("179.00", "30.00", True)
    assert [step["amount"] for step in answer["refunds"]] == ["70.50", "108.50"]
    assert answer["hints"] == [{"promotion": "f", "unit": "money", "add": "199.00", "save": "8.00"}]


def test_tells_people_why(files: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files(basket=BASKET, promotions=PROMOTIONS)) == 0
    out = capsys.readouterr().out
    assert "179.00" in out
    assert "201.00" in out


@pytest.mark.parametrize(
    ("documents", "place"),
    [
        ({"basket": {**BASKET, "currency": "XXY"}}, "basket.currency"),
        ({"basket": "{"}, "basket"),
        ({"promotions": [{"key": "k", "kind": "coupon", "off": "-1"}]}, "promotions[0].off"),
        ({"facts": {"now": "2026-11-11"}}, "facts.now"),
        ({"returns": [{"line": "9", "qty": 1}]}, "returns"),
    ],
)
def test_says_where_a_document_is_wrong(
    files: Any, capsys: pytest.CaptureFixture[str], documents: dict[str, Any], place: str
) -> None:
    assert run(files(**{"basket": BASKET, "promotions": PROMOTIONS, **documents})) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith(f"{place}")
    assert captured.out == ""


def test_prints_the_schema_of_every_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["price", "--schema"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"basket", "promotions", "facts", "returns"}


def test_needs_a_basket(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["price"]) == 2
    assert "--basket" in capsys.readouterr().err
