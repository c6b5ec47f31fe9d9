"""The same questions on every engine, answers compared; engines that are not installed are skipped, saying so."""

from __future__ import annotations

import importlib.util
from datetime import UTC, date, datetime
from typing import Any

import pytest

import metric_world as world
from zhanggui.insight.metrics import queries
from zhanggui.insight.metrics.domain import errors
from zhanggui.insight.metrics.domain.asking import Agg, Ask, Key, Purchases
from zhanggui.insight.metrics.domain.measures import FORMULAS
from zhanggui.insight.metrics.store import engines

NOW = datetime(2026, 5, 2, tzinfo=UTC)
MODULES = {"spark": "pyspark", "clickhouse": "chdb"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return world.write(tmp_path_factory.mktemp("world"), world.make())


@pytest.fixture(scope="module", params=list(MODULES))
def other(request: pytest.FixtureRequest, files: Any) -> Any:
    if importlib.util.find_spec(MODULES[request.param]) is None:
        pytest.skip(f"{MODULES[request.param]} is not installed (requirements/engines.txt)")
    return world.state(files, request.param)


def answers(state: Any, metric: str) -> Any:
    by = ["source"] if metric == "M008" else []
    asked = queries.measure_with(
        state, metrics=[metric], by=["channel", "shop", *by, "day" if metric in ("M001", "M011") else "month"],
        first=date(2026, 2, 1), last=date(2026, 3, 31), now=NOW,
    )  # fmt: skip
    return asked.rows, asked.total


def test_every_metric_has_the_same_answer(other: Any, files: Any) -> None:
    base = world.state(files)
    for metric in FORMULAS:
        assert answers(other, metric) == answers(base, metric), metric


def test_distinct_counts_are_exact_where_the_engine_would_estimate(other: Any, files: Any) -> None:
    ask = Ask("lines", (Key("channel"),), (Agg("n", "distinct", "line_no"), Agg("r", "count")))
    found = sorted(other.engine.ask(ask))
    assert found == sorted(world.state(files).engine.ask(ask))
    assert all(distinct == rows for _channel, distinct, rows in found)


def test_the_day_before_the_first_is_none_on_every_engine(other: Any) -> None:
    table = other.engine.lay_down(Purchases(("shop_id",)))
    (row,) = other.engine.ask(Ask(table, (), (Agg("least", "min", "prev"), Agg("gap", "min", "gap"))))
    assert tuple(map(int, row)) == (0, 0)


def test_the_dialect_of_clickhouse_never_estimates(files: Any) -> None:
    tables = engines.unbound({name: schema for name, (schema, _paths) in files.items()})
    ask = Ask("orders", (Key("channel"),), (Agg("n", "distinct", "buyer_key"),))
    import ibis

    plain = str(ibis.to_sql(engines.expression(tables, ask), dialect="clickhouse"))
    assert "uniqExact" not in plain  # what is mended here
    assert "uniqExact(" in engines.exact(plain)


def test_an_engine_that_is_none_is_refused(files: Any) -> None:
    with pytest.raises(errors.UnknownEngine):
        engines.of_files("oracle", files)
