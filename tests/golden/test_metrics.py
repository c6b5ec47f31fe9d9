"""Every computable metric against a hand-written SQL answer over a small known world."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

import metric_world as world
from zhanggui.insight.metrics import queries
from zhanggui.insight.metrics.domain.measures import FORMULAS, Profit
from zhanggui.insight.metrics.queries.state import State

HERE = Path(__file__).parent / "metrics"
ANSWERS: dict[str, Any] = tomllib.loads((HERE / "answers.toml").read_text(encoding="utf-8"))
FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)
NOW = datetime(2026, 5, 2, tzinfo=UTC)
#: People told per day (asked by day below), shares by source (below), empty in this world (below), profit (unit test).
ELSEWHERE = {"M001", "M008", "M011", "M050", "M093-90"}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> State:
    return world.state(world.write(tmp_path_factory.mktemp("world"), world.make()))


def _views(state: State, shop: int) -> Any:
    """The views the hand-written answers are asked of."""
    inside = f"BETWEEN DATE '{FIRST}' AND DATE '{LAST}'"
    db = state.engine.connection.cursor()  # type: ignore[attr-defined]
    for name, sql in {
        "o": f"SELECT * FROM orders WHERE shop_id = {shop} AND paid_day {inside}",
        "oc": f"SELECT * FROM orders WHERE shop_id = {shop} AND created_day {inside}",
        "l": f"SELECT * FROM lines WHERE shop_id = {shop} AND paid_day {inside}",
        "r": f"SELECT * FROM refunds WHERE shop_id = {shop} AND finished_day {inside} AND state = 'success'",
        "v": f"SELECT * FROM visits WHERE shop_id = {shop} AND day {inside} AND level = 'shop' AND device = 'all'",
        "sources": f"SELECT * FROM visits WHERE shop_id = {shop} AND day {inside} AND level = 'source'",
        "a": f"SELECT * FROM ads WHERE shop_id = {shop} AND day {inside} AND counts",
        "due": f"SELECT * FROM orders WHERE shop_id = {shop} AND ship_deadline_day {inside} "
        "AND (shipped_at IS NOT NULL OR status IN ('paid', 'allocated'))",
        "d": f"SELECT buyer_key, paid_day AS day, paid_day {inside} AS inside, sum(buyer_paid) AS paid FROM orders "
        f"WHERE shop_id = {shop} AND paid_day IS NOT NULL AND buyer_key IS NOT NULL GROUP BY ALL",
        "h": "SELECT *, lag(day) OVER w AS prev, lead(day) OVER w AS next, first_value(day) OVER w AS first FROM d "
        "WINDOW w AS (PARTITION BY buyer_key ORDER BY day)",
    }.items():
        db.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")
    return db


def _one(db: duckdb.DuckDBPyConnection, sql: str) -> Fraction:
    (value,) = db.execute(sql).fetchone() or (None,)
    assert value is not None, sql
    return Fraction(value).limit_denominator(10**7) if isinstance(value, float) else Fraction(value)


def _ask(state: State, metric: str, shop: int, **more: Any) -> Any:
    found = queries.measure_with(
        state, metrics=[metric], first=FIRST, last=LAST, where={"shop": [str(shop)]}, now=NOW, **more
    )
    return found.rows[0].cells[metric]


def test_every_metric_that_can_be_computed_has_an_answer() -> None:
    profit = {i for i, formula in FORMULAS.items() if isinstance(formula, Profit)}
    assert set(ANSWERS) == set(FORMULAS) - profit - ELSEWHERE


@pytest.mark.parametrize("metric", ANSWERS)
def test_the_answer_is_that_of_hand_written_sql(state: State, metric: str) -> None:
    told = ANSWERS[metric]
    shop = told.get("shop", 1)
    db = _views(state, shop)
    cell = _ask(state, metric, shop)
    if "value" in told:
        assert cell.exact == _one(db, told["value"])
        return
    over, under = _one(db, told["over"]), _one(db, told["under"])
    assert cell.exact == over / under * told.get("times", 1)
    if cell.denominator is not None:
        assert (cell.numerator, cell.denominator) == (over, under)


def test_people_are_told_by_day_and_shop(state: State) -> None:
    db = _views(state, 1)
    found = queries.measure_with(
        state, metrics=["M001", "M011"], first=FIRST, last=LAST, by=["day"], where={"shop": ["1"]}, now=NOW
    )
    told = {d.isoformat(): (v, f) for d, v, f in db.execute("SELECT day, visitors, favourite_users FROM v").fetchall()}
    assert len(found.rows) == 28
    for row in found.rows:
        values = (row.cells["M001"].value, row.cells["M011"].value)
        assert values == told.get(row.keys[0] or "", (None, None))


def test_source_shares_add_up_to_one(state: State) -> None:
    found = queries.measure_with(
        state, metrics=["M008"], first=FIRST, last=LAST, by=["source"], where={"shop": ["1"]}, now=NOW
    )
    assert sum(row.cells["M008"].exact or 0 for row in found.rows) == 1
    assert {row.keys[0] for row in found.rows} == {"search", "paid", "recommendation"}


def test_what_is_not_told_is_empty_and_says_why(state: State) -> None:
    nameless = _ask(state, "M050", 1)
    assert (nameless.value, nameless.why, nameless.unknown) == (None, "orders do not name their buyer", 3)
    young = _ask(state, "M093-90", 1)
    assert (young.value, young.why) == (None, "not every member is old enough yet")
    assert _ask(state, "M042", 1).why == "the channel has no such figure"
    assert _ask(state, "M061", 1).why == "there is no table of goods costs"
