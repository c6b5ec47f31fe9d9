"""``zhanggui sample`` as a person runs it: same bytes everywhere, clear refusals, streaming parts, the fast path."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import typer
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from zhanggui.trade.channels.sample import bulk, generate, sheets
from zhanggui.trade.channels.sample.cli import sample_command

END = date(2026, 6, 30)

app = typer.Typer()
app.command()(sample_command)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


_SCRIPT = "import typer; from zhanggui.trade.channels.sample.cli import sample_command; typer.run(sample_command)"


def test_same_seed_same_bytes_whatever_the_process(tmp_path: Path) -> None:
    found = []
    for name, zone, hashing in (("a", "Asia/Shanghai", "1"), ("b", "America/New_York", "2")):
        target = tmp_path / name
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": hashing, "LC_ALL": "C"}
        subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(target), "--seed", "4", "--days", "5", "--orders", "60", "--json"],
            check=True,
            env=environment,
            capture_output=True,
        )
        found.append(digests(target))
    assert found[0] == found[1]
    assert len(found[0]) > 50
    generate.write_all(tmp_path / "c", seed=5, days=5, orders=60, end=END)
    other = digests(tmp_path / "c")
    same = [name for name in found[0] if other.get(name) == found[0][name]]
    assert same == []


def test_the_result_says_what_was_written(tmp_path: Path) -> None:
    target = tmp_path / "out"
    result = CliRunner().invoke(app, [str(target), "--channels", "jd, pinduoduo", "--orders", "50", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    expected = json.loads((target / "expected.json").read_text(encoding="utf-8"))
    assert found["files"] == len(manifest["files"]) == len(expected["files"])
    assert {shop["channel"] for shop in manifest["shops"]} == {"jd", "pinduoduo"}
    on_disk = {
        f"{path.parent.name}/{path.name}" for path in target.rglob("*") if path.parent != target and path.is_file()
    }
    assert on_disk == {file["path"] for file in manifest["files"]} == set(expected["files"])
    assert {shop["folder"] for shop in manifest["shops"]} == {path.name for path in target.iterdir() if path.is_dir()}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--channels", "ebay"], "unknown: ebay"),
        (["--end-date", "30.6.2026"], "is not a date of the form YYYY-MM-DD"),
        (["--days", "0"], "--days"),
        (["--orders", "0"], "--orders"),
        (["--bulk", "--channels", "jd"], "Taobao files only"),
    ],
)
def test_refusals_are_one_clear_sentence(tmp_path: Path, arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(app, [str(tmp_path / "out"), *arguments], env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert words in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("days", "orders"), [(1, 1), (1, 40), (2, 7), (400, 90)])
def test_small_and_long_samples(tmp_path: Path, days: int, orders: int) -> None:
    result = generate.write_all(tmp_path, seed=2, days=days, orders=orders, end=END)
    assert len(digests(tmp_path)) == result.files + 2
    for channel in generate.LAYOUTS:
        plans = generate.plans(channel, seed=2, days=days, orders=orders, end=END)
        assert sum(plan.orders for plan in plans) == orders
    for file in result.manifest["files"]:
        assert result.expected["files"][file["path"]]["rows"] >= 0


def test_end_date_moves_everything(tmp_path: Path) -> None:
    result = generate.write_all(tmp_path, seed=2, days=7, orders=60, channels=["jd"], end=date(2025, 11, 12))
    days = list(result.expected["channels"]["jd"]["days"])
    assert min(days) >= "2025-11-06"
    assert max(days) <= "2025-11-12 CNY"
    # the feast on the eleventh outweighs every other day
    orders = {day[:10]: sums["paid_orders"] for day, sums in result.expected["channels"]["jd"]["days"].items()}
    assert max(orders, key=lambda day: orders[day]) in ("2025-11-11", "2025-11-12")


def test_a_full_sheet_goes_on_in_a_further_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "SHEET_ROWS", 120)
    result = generate.write_all(tmp_path, seed=2, days=10, orders=300, channels=["wechat", "lazada"], end=END)
    parts = [file["path"] for file in result.manifest["files"] if "(2)" in file["path"]]
    assert len(parts) >= 3
    for file in result.manifest["files"]:
        rows = CalamineWorkbook.from_path(tmp_path / file["path"]).get_sheet_by_index(0).to_python()
        assert len(rows) <= 120
        assert len(rows) - 1 == result.expected["files"][file["path"]]["rows"]


def test_sorting_in_runs_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate.write_all(
        tmp_path / "whole", seed=2, days=10, orders=300, channels=["pinduoduo", "douyin", "amazon"], end=END
    )
    monkeypatch.setattr(sheets, "_RUN", 37)
    generate.write_all(
        tmp_path / "runs", seed=2, days=10, orders=300, channels=["pinduoduo", "douyin", "amazon"], end=END
    )
    assert digests(tmp_path / "whole") == digests(tmp_path / "runs")


def test_bulk_list_has_exactly_the_lines_and_totals_it_says(tmp_path: Path) -> None:
    result = bulk.write_item_list(tmp_path, seed=3, lines=25_000, days=30, end=END)
    (path,) = [file["path"] for file in result.manifest["files"]]
    expected = result.expected["files"][path]
    shop = result.expected["shops"][bulk.SHOP]
    with (tmp_path / path).open(encoding="gb18030", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 25_000 == expected["rows"] == expected["lines"] == shop["lines"]
    assert len({row["子订单编号"] for row in rows}) == len(rows)
    orders = {row["主订单编号"]: row["订单付款时间"] != "null" for row in rows}
    assert len(orders) == expected["orders"]
    assert sum(orders.values()) == expected["paid_orders"]

    def fen(text: str) -> int:
        return 0 if text == "无退款申请" else int(text.replace(".", ""))

    paid = [row for row in rows if row["订单付款时间"] != "null"]
    net = sum(fen(row["买家实际支付金额"]) for row in paid)
    back = sum(fen(row["退款金额"]) for row in paid)
    assert net + back == sum(fen(row["买家应付货款"]) for row in paid) == expected["paid_amount"]
    assert back == expected["refunded_amount"]
    assert sum(int(row["购买数量"]) for row in rows) == shop["qty"]
    texts = Counter(row["订单状态"] for row in rows)
    states = expected["lines_by_state"]
    assert texts["交易关闭"] == states["cancelled"] + states["refunded"]
    assert texts["交易成功"] == states["completed"]
    by_day = Counter({row["主订单编号"]: row["订单付款时间"][:10] for row in paid}.values())
    assert by_day == {day: sums["paid_orders"] for day, sums in shop["days"].items()}
    assert max(row["订单付款时间"] for row in paid) <= "2026-06-30 20:00:00"


def test_bulk_is_repeatable(tmp_path: Path) -> None:
    for name in ("a", "b"):
        bulk.write_item_list(tmp_path / name, seed=3, lines=3_000, days=30, end=END)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_a_second_sample_replaces_the_first_and_touches_nothing_else(tmp_path: Path) -> None:
    own = tmp_path / "jd-青屿京东旗舰店" / "my own file.csv"
    own.parent.mkdir()
    own.write_text("mine", encoding="utf-8")
    generate.write_all(tmp_path, seed=2, days=5, orders=30, channels=["jd"], end=date(2026, 6, 1))
    generate.write_all(tmp_path, seed=2, days=5, orders=30, channels=["jd"], end=END)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    listed = {file["path"] for file in manifest["files"]}
    assert own.read_text(encoding="utf-8") == "mine"
    assert set(digests(tmp_path)) == listed | {"manifest.json", "expected.json", str(own.relative_to(tmp_path))}
