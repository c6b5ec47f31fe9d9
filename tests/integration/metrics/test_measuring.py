"""Numbers over a ledger that real imports filled: lake, rollups, command line."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

import desk_book
from zhanggui.config.cli import run
from zhanggui.foundation.lake import operations as lake
from zhanggui.insight.metrics import operations
from zhanggui.insight.metrics import queries as metrics
from zhanggui.insight.metrics.domain import errors

pytestmark = [pytest.mark.data, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    monkeypatch.setenv("ZHANGGUI_HOME", str(settings.HOME))


def test_the_store_says_what_the_board_says(tmp_path: Path) -> None:
    book = desk_book.make(tmp_path)
    lake.refresh()
    ids = frozenset({book.east.id, book.west.id})
    day = timezone.localdate() - timedelta(days=1)
    first = day - timedelta(days=1)
    board = metrics.day_board(shop_ids=ids, first=first, last=day).by_currency[0].values
    asked = ["M041", "M046", "M047", "M110"]
    found = metrics.measure(metrics=asked, shop_ids=ids, first=first, last=day)
    for metric in ("M041", "M046", "M047"):
        assert found.rows[0].cells[metric].value == board[metric].now
    assert found.rows[0].cells["M110"].numerator == board["M110"].numerator
    assert operations.refresh_rollups() > 0
    assert operations.refresh_rollups() == 0
    tiles = metrics.tiles(shop_ids=ids, first=first, last=day)
    assert (tiles.paid, tiles.orders) == (board["M041"].now, board["M047"].now)
    page = metrics.rows_behind(metric="M041", shop_ids=ids, first=first, last=day)
    assert page.amount == board["M041"].now
    with pytest.raises(errors.ShopNotVisible):
        metrics.measure(
            metrics=["M041"], shop_ids=frozenset({book.east.id}), first=first, last=day,
            where={"shop": [str(book.west.id)]},
        )  # fmt: skip


def test_the_command_line_prints_one_document_or_one_sentence(tmp_path: Path, capsys: Any) -> None:
    book = desk_book.make(tmp_path)
    lake.refresh()
    day = timezone.localdate() - timedelta(days=1)
    out = StringIO()
    line = ["measure", "M041,M047", "--by", "shop", "--from", str(day - timedelta(days=1)), "--to", str(day), "--json"]
    assert run(line, out=out) == 0
    told = json.loads(out.getvalue())
    assert sum(row["values"]["M041"]["value"] or 0 for row in told["rows"]) == told["total"]["values"]["M041"]["value"]
    assert {row["keys"]["shop"] for row in told["rows"]} >= {str(book.east.id), str(book.west.id)}
    assert run(["measure", "M999", "--from", str(day), "--to", str(day)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    out = StringIO()
    assert run(["metrics", "M050", "--json"], out=out) == 0
    assert json.loads(out.getvalue())["id"] == "M050"


def test_a_published_shop_report_has_the_sums_of_its_publisher(public_data: Path) -> None:
    from datetime import date

    from zhanggui.processes.importing.operations import import_file

    path = public_data / "orders" / "tmall_2020_02" / "tmall_order_report.csv"
    result = import_file(path=path, shop_name="店", channel="taobao")
    assert result.shop_id is not None
    lake.refresh()
    ids, days = frozenset({result.shop_id}), (date(2020, 2, 1), date(2020, 3, 2))
    asked = ["M041", "M046", "M047", "M110"]
    cells = metrics.measure(metrics=asked, shop_ids=ids, first=days[0], last=days[1]).rows[0].cells
    # what the report calls paid is what stayed with the shop; 3,872 rows have no pay time, 5,592 a refund
    assert cells["M046"].value == 188_292_458
    assert cells["M047"].value == 27_710 - 3_872
    assert cells["M110"].numerator == 5_592
    paid = cells["M041"].value
    page = metrics.rows_behind(metric="M046", shop_ids=ids, first=days[0], last=days[1])
    assert (page.amount, page.count) == (188_292_458, 27_710 - 3_872)
    tiles = metrics.tiles(shop_ids=ids, first=days[0], last=days[1])
    assert (tiles.paid, tiles.orders) == (paid, 27_710 - 3_872)
    by_day = metrics.measure(metrics=["M041"], by=["province", "day"], shop_ids=ids, first=days[0], last=days[1])
    assert sum(row.cells["M041"].value or 0 for row in by_day.rows) == paid
