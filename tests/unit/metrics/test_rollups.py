"""Rollups equal the detail to the last cent, also after a month changed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

import metric_world as world
from zhanggui.insight.metrics.contracts import Days, Tiles
from zhanggui.insight.metrics.reading import tiles
from zhanggui.insight.metrics.store import rollups
from zhanggui.trade.orders.facts import LINES, ORDERS

CHANNELS = {i: s.channel for i, s in world.SHOPS.items()}
KNOWN_UNTIL = date(2026, 5, 1)
Rows = list[dict[str, Any]]


def lay(folder: Path, rows: dict[str, Rows], mark: str = "") -> list[rollups.Month]:
    """The rows as months of the lake; the content of a month is called by its rows."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for table in (ORDERS, LINES):
        by_month: dict[str, Rows] = defaultdict(list)
        for row in rows[table.name]:
            told = world.with_days(table, row)
            by_month[f"{told['order_day']:%Y-%m}"].append(told)
        for month, own in by_month.items():
            content = f"{abs(hash(repr(own)))}"
            path = folder / f"{table.name}-{month}-{content}.parquet"
            world.frame(table.schema, own).write_parquet(path)
            found[month][table.name] = (path, content)
    return [rollups.Month(name, files) for name, files in sorted(found.items())]


def detail(rows: dict[str, Rows], shops: set[int], days: Days) -> dict[str, Any]:
    """The same numbers from the rows, in plain Python."""
    orders = [world.with_days(ORDERS, r) for r in rows["orders"] if r["shop_id"] in shops and r["currency"] == "CNY"]
    paid = [o for o in orders if o.get("paid_day")]
    inside = [o for o in paid if days.first <= o["paid_day"] <= days.last]
    history: dict[str, list[date]] = defaultdict(list)
    for o in sorted(paid, key=lambda o: o["paid_day"]):
        if o["buyer_key"] and o["paid_day"] not in history[o["buyer_key"]]:
            history[o["buyer_key"]].append(o["paid_day"])
    buyers = {o["buyer_key"] for o in inside if o["buyer_key"]}
    new = {b for b in buyers if history[b][0] >= days.first}
    told = {
        "paid": sum(o["buyer_paid"] or 0 for o in inside),
        "orders": len(inside),
        "buyers": len(buyers),
        "new": len(new),
        "new_paid": sum(o["buyer_paid"] or 0 for o in inside if o["buyer_key"] in new),
    }
    for span in (30, 90):
        window = [[d for d in ds if days.last - timedelta(days=span) < d <= days.last] for ds in history.values()]
        starts = [ds for ds in history.values() if days.first <= ds[0] <= days.last]
        told[f"window{span}"] = (sum(1 for w in window if w), sum(1 for w in window if len(w) > 1))
        told[f"cohort{span}"] = (
            len(starts), sum(1 for ds in starts if len(ds) > 1 and (ds[1] - ds[0]).days <= span)
        )  # fmt: skip
    matrix: dict[tuple[date, int], int] = defaultdict(int)
    for ds in history.values():
        first = ds[0].replace(day=1)
        for month in {d.replace(day=1) for d in ds}:
            matrix[first, (month.year - first.year) * 12 + month.month - first.month] += 1
    told["matrix"] = dict(matrix)
    sold: dict[str, int] = defaultdict(int)
    for row in rows["lines"]:
        line = world.with_days(LINES, row)
        if row["shop_id"] in shops and row["currency"] == "CNY" and line.get("paid_day"):
            sold[row["outer_sku_code"]] += row["line_paid"] or 0
    told["best"] = sorted(sold.values(), reverse=True)[:10]
    return told


def check(found: Tiles, told: dict[str, Any]) -> None:
    assert (found.paid, found.orders, found.buyers) == (told["paid"], told["orders"], told["buyers"])
    assert (found.new_buyers, found.new_paid) == (told["new"], told["new_paid"])
    assert found.new_buyers + found.returning_buyers == found.buyers
    assert sum(paid for paid, _units in found.by_day.values()) == found.paid
    for one in found.repurchase:
        assert (one.window_buyers, one.window_again) == told[f"window{one.days}"]
        size, again = told[f"cohort{one.days}"]
        assert one.first_buyers == size
        assert one.again in (again, None)
    assert {(c.month, k): n for c in found.cohorts for k, n in enumerate(c.active) if n} == told["matrix"]
    assert [t.paid for t in found.top_ever] == told["best"]


@pytest.fixture
def db() -> Any:
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET TimeZone = 'UTC'")
    return connection


SCOPES = [{1, 2}, {1}, {2}]


def test_tiles_equal_the_detail_for_every_scope_and_after_a_change(tmp_path: Path, db: Any) -> None:
    rows = {k: v for k, v in world.make(orders=400).items() if k in ("orders", "lines")}
    for n, order in enumerate(rows["orders"]):
        if order["shop_id"] == 1 and n % 3 == 0:
            order["buyer_key"] = "shared" + str(n % 5)
    periods = [Days(date(2026, 2, 1), date(2026, 2, 28)), Days(date(2026, 1, 10), date(2026, 4, 30))]
    built = rollups.build(db, tmp_path / "rollups", lay(tmp_path, rows))

    def look() -> None:
        for shops in SCOPES:
            for days in periods:
                board = tiles.Board(db, built, CHANNELS, frozenset(shops), "CNY", KNOWN_UNTIL)
                check(tiles.assemble(board, days), detail(rows, shops, days))

    look()
    assert rollups.build(db, tmp_path / "rollups", lay(tmp_path, rows)).made == 0
    # the newest month is brought again: an order more, one gone, one with another amount and buyer
    april = [o for o in rows["orders"] if o["listed_at"].month == 4 and o["paid_at"] and o["currency"] == "CNY"]
    april[0]["buyer_paid"] = (april[0]["buyer_paid"] or 0) + 12_345
    april[1]["buyer_key"] = "somebody else"
    rows["orders"].remove(april[2])
    rows["orders"].append({**april[3], "order_no": "another", "buyer_key": "shared1"})
    before = set((tmp_path / "rollups").glob("*/*.parquet"))
    built = rollups.build(db, tmp_path / "rollups", lay(tmp_path, rows))
    made = set((tmp_path / "rollups").glob("*/*.parquet")) - before
    assert sorted(p.name[:7] for p in made if not p.name.startswith("all-")) == ["2026-04", "2026-04"]
    look()
    assert rollups.sweep(tmp_path / "rollups", built, older_than=1e12) > 0
    look()


def test_any_other_set_of_shops_is_computed_from_purchase_days(tmp_path: Path, db: Any) -> None:
    rows = {k: v for k, v in world.make(orders=300).items() if k in ("orders", "lines")}
    extra = {**rows["orders"][0], "shop_id": 3, "order_no": "cny abroad", "currency": "CNY"}
    extra |= {"paid_at": world.moment(3, date(2026, 2, 5), 9), "buyer_paid": 900, "buyer_key": "x"}
    rows["orders"].append(extra)
    built = rollups.build(db, tmp_path / "rollups", lay(tmp_path, rows))
    days = Days(date(2026, 2, 1), date(2026, 2, 28))
    board = tiles.Board(db, built, CHANNELS, frozenset({1, 2}), "CNY", KNOWN_UNTIL)
    scope, _where = tiles._histories(board)
    assert scope == "x:"
    check(tiles.assemble(board, days), detail(rows, {1, 2}, days))


def test_months_that_are_not_over_are_empty(tmp_path: Path, db: Any) -> None:
    rows = {k: v for k, v in world.make(orders=200).items() if k in ("orders", "lines")}
    built = rollups.build(db, tmp_path / "rollups", lay(tmp_path, rows))
    board = tiles.Board(db, built, CHANNELS, frozenset({1, 2}), "CNY", date(2026, 4, 20))
    found = tiles.assemble(board, Days(date(2026, 4, 1), date(2026, 4, 20)))
    assert [c.active[-1] for c in found.cohorts[:-1]] == [None, None, None]
    assert all(one.again is None for one in found.repurchase)


def test_categories_are_named_where_they_are_known(tmp_path: Path, db: Any) -> None:
    rows = {k: v for k, v in world.make(orders=100).items() if k in ("orders", "lines")}
    names = tmp_path / "categories.parquet"
    pl.DataFrame({"code": [f"K{n:02}" for n in range(12)], "category": ["even", "odd"] * 6}).write_parquet(names)
    built = rollups.build(db, tmp_path / "rollups", lay(tmp_path, rows), categories=names)
    board = tiles.Board(db, built, CHANNELS, frozenset({1, 2}), "CNY", KNOWN_UNTIL)
    found = tiles.assemble(board, Days(date(2026, 1, 1), date(2026, 4, 30)))
    assert {category for _day, _channel, category in found.by_day} == {"even", "odd", None}
    assert found.step == "month"
