"""Engines: the one thin layer over Ibis. An :class:`Ask` goes in, plain tuples come out.

DuckDB by default. Spark and ClickHouse are optional (``requirements/engines.txt``) and read the same Parquet files.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Final, Protocol

import ibis  # type: ignore[import-untyped]
import sqlglot
from sqlglot import exp

from zhanggui.insight.metrics.domain import asking
from zhanggui.insight.metrics.domain.asking import Agg, Ask, Cond, Key, Purchases, Where
from zhanggui.insight.metrics.domain.errors import EngineMissing, UnknownEngine
from zhanggui.insight.metrics.store import facts

NAMES: Final = ("duckdb", "spark", "clickhouse")
#: Table → (columns as name → kind of the lake, Parquet files).
Files = Mapping[str, tuple[Mapping[str, str], Sequence[Path]]]
#: The shop's own tables beside the facts, as columns of kind; they may be absent.
OPTIONAL: Final = ("categories", "costs")


class Engine(Protocol):
    """Answers questions about one fixed state of the facts."""

    name: str

    def has(self, table: str) -> bool:
        """Whether the table exists, be it empty."""

    def ask(self, question: Ask) -> list[tuple[Any, ...]]:
        """The rows of the answer: keys, then aggregates. Whole numbers are ``int``, days ``date``."""

    def lay_down(self, source: Purchases) -> str:
        """Compute a derived table once; the name under which to ask it."""

    def rows(self, listing: Listing) -> list[tuple[Any, ...]]:
        """Rows as they are, a page of them."""

    def total(self, listing: Listing) -> tuple[int, int]:
        """Of all its pages: how many rows, and what they add up to."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of one table in order of ``order``, from ``offset`` on, each with what it adds to a number.

    ``amounts``: (1 or -1, the sum or count it is part of); a row's amount is theirs together, the last column.
    """

    table: str
    columns: tuple[str, ...]
    where: Where
    order: tuple[str, ...]
    amounts: tuple[tuple[int, Agg], ...]
    limit: int
    offset: int = 0


def listing_expression(tables: Mapping[str, Any], listing: Listing) -> Any:
    t = _listed(tables, listing)
    return (
        t.order_by(list(listing.order)).select(*listing.columns, "amount").limit(listing.limit, offset=listing.offset)
    )


def listing_total_expression(tables: Mapping[str, Any], listing: Listing) -> Any:
    """How many rows there are in all, and what they add up to."""
    t = _listed(tables, listing)
    return t.aggregate(count=t.count(), amount=t.amount.sum())


def _listed(tables: Mapping[str, Any], listing: Listing) -> Any:
    t = _filtered(_derived(tables, listing.table), listing.where)
    parts = []
    for sign, agg in listing.amounts:
        told = t[agg.column].notnull() if agg.column else ibis.literal(True)
        own = _where(t, agg.where)
        counts = told if own is None else told & own
        value = t[agg.column] if agg.op == "sum" else ibis.literal(1)
        parts.append((counts, ibis.cases((counts, value.cast("int64") * sign), else_=0)))
    some = reduce(lambda a, b: a | b, (counts for counts, _value in parts))
    amount = reduce(lambda a, b: a + b, (value for _counts, value in parts))
    return t.mutate(amount=amount).filter(some)


def purchases_expression(tables: Mapping[str, Any], source: Purchases) -> Any:
    return facts.purchases(_filtered(_derived(tables, "orders"), source.where), source)


def name_of(source: Purchases) -> str:
    return "purchases_" + hashlib.sha256(repr(source).encode()).hexdigest()[:16]


def expression(tables: Mapping[str, Any], question: Ask) -> Any:
    """The question in Ibis over ``tables`` (bound or not)."""
    source = question.table
    if isinstance(source, Purchases):
        t = purchases_expression(tables, source)
    else:
        t = _derived(tables, source) if source in facts.DERIVE else tables[source]
    t = _filtered(t, question.where)
    aggs = {a.name: _agg(t, a) for a in question.aggs}
    keys = {k.name: _key(t, k) for k in question.keys}
    if not keys:
        return t.aggregate(**aggs)
    return t.group_by(**keys).agg(**aggs) if aggs else t.select(**keys).distinct()


def _derived(tables: Mapping[str, Any], name: str) -> Any:
    return facts.DERIVE[name](tables[name], tables)


def _filtered(t: Any, where: Where) -> Any:
    found = _where(t, where)
    return t if found is None else t.filter(found)


def _where(t: Any, where: Where) -> Any:
    parts = [_cond(t, c) for c in where]
    return reduce(lambda a, b: a & b, parts) if parts else None


def _cond(t: Any, c: Cond | asking.Any) -> Any:
    if isinstance(c, asking.Any):
        parts = [_where(t, one) for one in c.of]
        return reduce(lambda a, b: a | b, parts)
    column = t[c.column]
    if c.op == "null":
        return column.isnull()
    if c.op == "not_null":
        return column.notnull()
    if c.op == "in":
        return column.isin(list(c.values))
    if c.op == "not_in":
        return column.notin(list(c.values))
    value = t[str(c.values[0])] if c.op.endswith("_col") else _literal(c.values[0])
    # a comparison with null is no match on every engine, inside "or" and "count where" too
    operators = {
        "ge": column.__ge__, "gt": column.__gt__, "le": column.__le__, "lt": column.__lt__, "eq": column.__eq__,
    }  # fmt: skip
    return operators[c.op.removesuffix("_col")](value).fill_null(False)


def _literal(value: asking.Plain) -> Any:
    if hasattr(value, "tzinfo"):
        return ibis.literal(value, type="timestamp('UTC')")
    return ibis.literal(value)


def _agg(t: Any, a: Agg) -> Any:
    where = _where(t, a.where)
    if a.op == "count":
        return t.count(where=where) if not a.column else t[a.column].count(where=where)
    column = t[a.column]
    if a.op == "sum":
        return column.sum(where=where)
    if a.op == "distinct":
        return column.nunique(where=where)
    return column.min(where=where) if a.op == "min" else column.max(where=where)


def _key(t: Any, k: Key) -> Any:
    column = t[k.column]
    if k.part in ("week", "month"):
        return column.truncate("W" if k.part == "week" else "M").cast("date")
    if k.part == "weekday":
        return column.day_of_week.index().cast("int64")
    if k.part == "quarter":
        return (column.epoch_seconds() // 900).cast("int64")
    return column


_translated: OrderedDict[tuple[int, Ask], str] = OrderedDict()
_MOST_KEPT: Final = 2000


class DuckDB:
    """Over an open DuckDB connection that has one view per table."""

    name = "duckdb"

    def __init__(self, connection: Any, schemas: Mapping[str, Mapping[str, str]]) -> None:
        self.connection = connection
        self.tables = unbound(schemas)
        self._columns = hash(tuple((name, tuple(columns.items())) for name, columns in sorted(schemas.items())))

    def has(self, table: str) -> bool:
        return table in self.tables

    def sql(self, question: Ask) -> str:
        """The question as SQL; the same question over the same columns is translated once in a process."""
        key = (self._columns, question)
        if key not in _translated:
            _translated[key] = str(ibis.to_sql(expression(self.tables, question), dialect="duckdb"))
            while len(_translated) > _MOST_KEPT:
                _translated.popitem(last=False)
        return _translated[key]

    def ask(self, question: Ask) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.connection.execute(self.sql(question)).fetchall()
        return rows

    def total(self, listing: Listing) -> tuple[int, int]:
        sql = ibis.to_sql(listing_total_expression(self.tables, listing), dialect="duckdb")
        count, amount = self.connection.execute(str(sql)).fetchone()
        return int(count), int(amount or 0)

    def rows(self, listing: Listing) -> list[tuple[Any, ...]]:
        sql = ibis.to_sql(listing_expression(self.tables, listing), dialect="duckdb")
        rows: list[tuple[Any, ...]] = self.connection.execute(str(sql)).fetchall()
        return rows

    def lay_down(self, source: Purchases) -> str:
        name = name_of(source)
        if name not in self.tables:
            made = purchases_expression(self.tables, source)
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {ibis.to_sql(made, dialect='duckdb')}")
            self.tables[name] = ibis.table(made.schema(), name=name)
        return name


class Spark:
    """Spark on this machine or on a cluster named by ``SPARK_MASTER``-like settings of the session."""

    name = "spark"

    def __init__(self, files: Files, session: Any = None) -> None:
        try:
            from pyspark.sql import SparkSession  # type: ignore[import-not-found]
        except ImportError as error:
            raise EngineMissing(engine="spark", reason=str(error)) from error
        self.session = session or (
            SparkSession.builder.appName("zhanggui")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.ui.enabled", "false")
            .getOrCreate()
        )
        self.backend = ibis.pyspark.connect(self.session)
        self.tables: dict[str, Any] = {}
        for name, (schema, paths) in files.items():
            if paths:
                self.session.read.parquet(*map(str, paths)).createOrReplaceTempView(name)
                found = self.backend.table(name)
            else:
                found = ibis.memtable([], schema=_schema(schema))
            self.tables[name] = _as_told(found, schema)

    def has(self, table: str) -> bool:
        return table in self.tables

    def ask(self, question: Ask) -> list[tuple[Any, ...]]:
        found = self.backend.to_pyarrow(expression(self.tables, question))
        return [tuple(row.values()) for row in found.to_pylist()]

    def total(self, listing: Listing) -> tuple[int, int]:
        (row,) = self.backend.to_pyarrow(listing_total_expression(self.tables, listing)).to_pylist()
        return int(row["count"]), int(row["amount"] or 0)

    def rows(self, listing: Listing) -> list[tuple[Any, ...]]:
        found = self.backend.to_pyarrow(listing_expression(self.tables, listing))
        return [tuple(row.values()) for row in found.to_pylist()]

    def lay_down(self, source: Purchases) -> str:
        name = name_of(source)
        if name not in self.tables:
            made = purchases_expression(self.tables, source)
            frame = self.session.sql(str(self.backend.compile(made)))
            frame.cache().createOrReplaceTempView(name)
            self.tables[name] = self.backend.table(name).cast(made.schema())
        return name


class ClickHouse:
    """The ClickHouse dialect, run by the embedded build (chdb)."""

    name = "clickhouse"

    def __init__(self, files: Files) -> None:
        try:
            from chdb.session import Session  # type: ignore[import-not-found]
        except ImportError as error:
            raise EngineMissing(engine="clickhouse", reason=str(error)) from error
        self.session = Session()
        self.tables = unbound({name: schema for name, (schema, _paths) in files.items()})
        self.session.query("CREATE DATABASE IF NOT EXISTS lake ENGINE = Atomic")
        self.session.query("USE lake")
        self.session.query("SET aggregate_functions_null_for_empty = 1")
        for name, (schema, paths) in files.items():
            columns = ", ".join(f"`{c}` Nullable({_CLICKHOUSE[kind]})" for c, kind in schema.items())
            if paths:
                globs = "{" + ",".join(str(p) for p in paths) + "}" if len(paths) > 1 else str(paths[0])
                self.session.query(
                    f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM file('{globs}', 'Parquet', '{_quoted(columns)}')"  # noqa: S608
                )
            else:
                self.session.query(f"CREATE OR REPLACE TABLE {name} ({columns}) ENGINE = Memory")

    def has(self, table: str) -> bool:
        return table in self.tables

    def sql(self, question: Ask) -> str:
        return exact(str(ibis.to_sql(expression(self.tables, question), dialect="clickhouse")))

    def ask(self, question: Ask) -> list[tuple[Any, ...]]:
        return self._rows(self.sql(question))

    def total(self, listing: Listing) -> tuple[int, int]:
        expression_of_all = listing_total_expression(self.tables, listing)
        ((count, amount),) = self._rows(exact(str(ibis.to_sql(expression_of_all, dialect="clickhouse"))))
        return int(count), int(amount or 0)

    def rows(self, listing: Listing) -> list[tuple[Any, ...]]:
        return self._rows(exact(str(ibis.to_sql(listing_expression(self.tables, listing), dialect="clickhouse"))))

    def lay_down(self, source: Purchases) -> str:
        name = name_of(source)
        if name not in self.tables:
            made = purchases_expression(self.tables, source)
            sql = exact(str(ibis.to_sql(made, dialect="clickhouse")))
            self.session.query(f"CREATE OR REPLACE TABLE {name} ENGINE = Memory AS {sql}")
            self.tables[name] = ibis.table(made.schema(), name=name)
        return name

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        import pyarrow as pa

        answer = self.session.query(sql, "ArrowStream").bytes()
        found = pa.ipc.open_stream(answer).read_all()
        return [tuple(row.values()) for row in _plain(found).to_pylist()]


_CLICKHOUSE: Final = {
    "text": "String", "int": "Int64", "minor": "Int64", "utc": "DateTime64(6, 'UTC')", "bool": "Bool", "day": "Date32",
}  # fmt: skip


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def exact(sql: str) -> str:
    """Distinct counts of the ClickHouse dialect made exact: Ibis writes ``uniq``, which estimates.

    >>> exact('SELECT uniq("a") FROM t')
    'SELECT uniqExact("a") FROM t'
    """
    tree = sqlglot.parse_one(sql, read="clickhouse")
    for node in tree.find_all(exp.Anonymous, exp.AnonymousAggFunc, exp.CombinedAggFunc, exp.ApproxDistinct):
        name = node.name if not isinstance(node, exp.ApproxDistinct) else "uniq"
        if name in ("uniq", "uniqIf"):
            if isinstance(node, exp.ApproxDistinct):
                node.replace(exp.Anonymous(this="uniqExact", expressions=[node.this]))
            else:
                node.set("this", name.replace("uniq", "uniqExact"))
    return tree.sql(dialect="clickhouse")


def _plain(table: Any) -> Any:
    """Arrow text and days as Python has them (ClickHouse sends text as bytes)."""
    import pyarrow as pa

    for i, field in enumerate(table.schema):
        if pa.types.is_binary(field.type):
            table = table.set_column(i, field.name, table.column(i).cast(pa.string()))
    return table


def _schema(columns: Mapping[str, str]) -> Any:
    return ibis.schema({name: facts.TYPES[kind] for name, kind in columns.items()})


def unbound(schemas: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Ibis tables that know their columns only."""
    return {name: ibis.table(_schema(columns), name=name) for name, columns in schemas.items()}


def _as_told(table: Any, columns: Mapping[str, str]) -> Any:
    return table.select(**{name: table[name].cast(facts.TYPES[kind]) for name, kind in columns.items()})


def of_files(name: str, files: Files) -> Engine:
    """The engine called ``name`` over Parquet files. Raises ``UnknownEngine`` and ``EngineMissing``."""
    if name == "duckdb":
        import duckdb

        connection = duckdb.connect()
        connection.execute("SET autoinstall_known_extensions = false; SET TimeZone = 'UTC'")
        for table, (columns, paths) in files.items():
            connection.execute(duckdb_view(table, columns, paths))
        return DuckDB(connection, {table: columns for table, (columns, _paths) in files.items()})
    if name == "spark":
        return Spark(files)
    if name == "clickhouse":
        return ClickHouse(files)
    raise UnknownEngine(engine=name)


_DUCKDB: Final = {
    "text": "VARCHAR", "int": "BIGINT", "minor": "BIGINT", "utc": "TIMESTAMPTZ", "bool": "BOOLEAN", "day": "DATE",
}  # fmt: skip


def duckdb_view(table: str, columns: Mapping[str, str], paths: Sequence[Path]) -> str:
    """SQL of the view of one table over its files; typed and empty without any."""
    if not paths:
        typed = ", ".join(f'CAST(NULL AS {_DUCKDB[kind]}) AS "{name}"' for name, kind in columns.items())
        return f'CREATE OR REPLACE VIEW "{table}" AS SELECT {typed} WHERE false'
    listed = ", ".join("'" + str(p).replace("'", "''") + "'" for p in paths)
    return f'CREATE OR REPLACE VIEW "{table}" AS SELECT * FROM read_parquet([{listed}], union_by_name = true)'  # noqa: S608
