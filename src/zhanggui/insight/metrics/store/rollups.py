"""Rollups: what dashboards read instead of the detail, exact to the last cent.

Files under one folder, each named by the content it was made from, so that a file is right or it is not there:

* *parts*, one per month of the lake: sums by day, category and article, and one row per buyer and purchase day;
* *wholes*: sums of all months by article, and the histories of buyers as counts. What a buyer adds to a count depends
  on that buyer's days alone, so a changed month takes away what its buyers added and adds them anew.

A month's change costs that month, a look at its buyers' other days, and the wholes, which do not grow with orders:
days × days per scope at most. Nothing here estimates; distinct buyers of any period are a sum over (day, day before).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

#: Changes with the form of the files: all are then made anew.
FORM: Final = 1
#: Rows of purchase days that are sorted at once.
_AT_ONCE: Final = 6_000_000

_CODE: Final = "coalesce(outer_sku_code, sku_no, outer_product_code, product_no)"
#: Kind of part → (the table it is made from, SQL over it).
PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "orders": (
        "orders",
        """SELECT shop_id, channel, currency, paid_day AS day, count(*) AS orders, sum(buyer_paid)::BIGINT AS paid,
                  count(*) - count(buyer_paid) AS unknown, sum(qty)::BIGINT AS units,
                  count(*) - count(buyer_key) AS nameless,
                  coalesce(sum(buyer_paid) FILTER (buyer_key IS NULL), 0)::BIGINT AS nameless_paid
           FROM {source} WHERE paid_day IS NOT NULL GROUP BY ALL ORDER BY shop_id, day""",
    ),
    "buyers": (
        "orders",
        """SELECT shop_id, channel, currency, CAST(md5(buyer_key) AS UUID) AS buyer,
                  (paid_day - DATE '1970-01-01')::INTEGER AS day, count(*)::INTEGER AS orders,
                  coalesce(sum(buyer_paid), 0)::BIGINT AS paid
           FROM {source} WHERE paid_day IS NOT NULL AND buyer_key IS NOT NULL GROUP BY ALL""",
    ),
    "categories": (
        "lines",
        """SELECT shop_id, channel, currency, paid_day AS day, {category} AS category,
                  coalesce(sum(line_paid), 0)::BIGINT AS paid, coalesce(sum(qty), 0)::BIGINT AS units
           FROM {source} WHERE paid_day IS NOT NULL GROUP BY ALL ORDER BY shop_id, day""",
    ),
    "articles": (
        "lines",
        f"""SELECT shop_id, channel, currency, paid_day AS day, {_CODE} AS code, arg_max(title, created_at) AS title,
                  coalesce(sum(line_paid), 0)::BIGINT AS paid, coalesce(sum(qty), 0)::BIGINT AS units
           FROM {{source}} WHERE paid_day IS NOT NULL GROUP BY ALL ORDER BY day""",  # noqa: S608
    ),
}
#: Scope kind → how a purchase day is told apart in it.
SCOPES: Final[Mapping[str, str]] = {"all": "''", "channel": "channel", "shop": "CAST(shop_id AS VARCHAR)"}
#: Days within which a second purchase counts.
SPANS: Final = (30, 90)

#: Whole of buyers → (columns of its key, columns that add up, SQL over ``histories``).
HISTORIES: Final[Mapping[str, tuple[str, str, str]]] = {
    "pairs": (
        "scope, currency, day, prev",
        "n",
        "SELECT scope, currency, day, coalesce(prev, 0) AS prev, count(*) AS n FROM histories GROUP BY ALL",
    ),
    "firsts": (
        "scope, currency, day, first",
        "orders, paid",
        "SELECT scope, currency, day, first, sum(orders)::BIGINT AS orders, sum(paid)::BIGINT AS paid FROM histories "
        "GROUP BY ALL",
    ),
    "starts": (
        "scope, currency, day",
        "size, n30, n90",
        "SELECT scope, currency, day, count(*) AS size, count_if(next - day <= 30) AS n30, "
        "count_if(next - day <= 90) AS n90 FROM histories WHERE prev IS NULL GROUP BY ALL",
    ),
    "windows": (
        "scope, currency, span, day",
        "buyers, again",
        " UNION ALL ".join(
            # a buyer is in the window of a day e while some purchase lies in (e - span, e]; each purchase answers for
            # the days up to the next one, and so does each pair of purchases for "again"
            f"""SELECT scope, currency, {span} AS span, day, sum(buyers)::BIGINT AS buyers, sum(again)::BIGINT AS again
                FROM (
                    SELECT scope, currency, day, 1 AS buyers, 0 AS again FROM histories
                    UNION ALL SELECT scope, currency, least(day + {span}, coalesce(next, day + {span})), -1, 0
                        FROM histories
                    UNION ALL SELECT scope, currency, day, 0, 1 FROM histories WHERE day - prev < {span}
                    UNION ALL SELECT scope, currency, least(prev + {span}, coalesce(next, prev + {span})), 0, -1
                        FROM histories WHERE day - prev < {span}
                ) GROUP BY ALL"""  # noqa: S608
            for span in SPANS
        ),
    ),
    "cohorts": (
        "scope, currency, cohort, month",
        "n",
        """SELECT scope, currency, date_trunc('month', DATE '1970-01-01' + first)::DATE AS cohort,
                  date_trunc('month', DATE '1970-01-01' + day)::DATE AS month, count(*) AS n
           FROM histories
           WHERE prev IS NULL OR DATE '1970-01-01' + prev < date_trunc('month', DATE '1970-01-01' + day)
           GROUP BY ALL""",
    ),
}


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the lake: table → (file, what its content is called)."""

    name: str
    files: Mapping[str, tuple[Path, str]]


@dataclass(frozen=True, slots=True)
class Built:
    """Files of one state of the lake. ``parts``: kind → month → file."""

    parts: Mapping[str, Mapping[str, Path]]
    wholes: Mapping[str, Path]
    made: int


def _hash(*texts: str) -> str:
    return hashlib.sha256("\n".join((str(FORM), *texts)).encode()).hexdigest()[:20]


def part_path(folder: Path, kind: str, month: Month, extra: str = "") -> Path | None:
    """Where the part of a month is; None when the month has no such table."""
    table = PARTS[kind][0]
    if table not in month.files:
        return None
    also = extra if kind == "categories" else ""
    return folder / kind / f"{month.name}-{_hash(kind, PARTS[kind][1], month.files[table][1], also)}.parquet"


def build(connection: Any, folder: Path, months: Sequence[Month], *, categories: Path | None = None) -> Built:
    """Make what is not there yet for these months; everything that is there already is right and stays.

    ``categories``: a Parquet file with ``code`` and ``category``. Safe to run twice at once: both write the same.
    """
    extra = hashlib.sha256(categories.read_bytes()).hexdigest() if categories else ""
    made = 0
    parts: dict[str, dict[str, Path]] = {kind: {} for kind in PARTS}
    for month in months:
        for kind in PARTS:
            path = part_path(folder, kind, month, extra)
            if path is None:
                continue
            parts[kind][month.name] = path
            if not path.exists():
                _write(connection, path, _part_sql(kind, month.files[PARTS[kind][0]][0], categories))
                made += 1
    wholes = {}
    path, new = _articles_whole(connection, folder, parts["articles"])
    wholes["articles"], made = path, made + new
    histories, new = _buyers_wholes(connection, folder, parts["buyers"])
    return Built(parts, {**wholes, **histories}, made + new)


def _part_sql(kind: str, source: Path, categories: Path | None) -> str:
    read = f"read_parquet({_text(source)}, hive_partitioning = false)"
    category = "NULL::VARCHAR"
    if kind == "categories" and categories is not None:
        read = (
            f"(SELECT l.*, c.category AS named FROM {read} l LEFT JOIN read_parquet({_text(categories)}) c "  # noqa: S608
            f"ON c.code = {_CODE})"
        )
        category = "named"
    return PARTS[kind][1].format(source=read, category=category)


def _write(connection: Any, path: Path, sql: str) -> None:
    """The rows of ``sql`` as a file that appears whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    connection.execute(f"COPY ({sql}) TO {_text(own)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 60000)")
    os.replace(own, path)


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def read(paths: Iterable[Path]) -> str:
    """SQL that reads these files as one table; there must be at least one."""
    return f"read_parquet([{', '.join(_text(p) for p in paths)}], hive_partitioning = false)"


def _whole_path(folder: Path, name: str, parts: Mapping[str, Path], *more: str) -> Path:
    return folder / name / f"all-{_hash(name, *more, *(p.name for _, p in sorted(parts.items())))}.parquet"


def _before(folder: Path, name: str) -> tuple[Path, dict[str, Path]] | None:
    """The newest whole of that name and the parts it was made of, where all of them still lie there."""
    lists = sorted((folder / name).glob("all-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
    for listed in lists:
        parts = {month: folder / Path(text) for month, text in json.loads(listed.read_text()).items()}
        path = listed.with_suffix(".parquet")
        if path.exists() and all(p.exists() for p in parts.values()):
            return path, parts
    return None


def _remember(folder: Path, path: Path, parts: Mapping[str, Path]) -> None:
    listed = path.with_suffix(".json")
    own = listed.with_name(f".{listed.name}.{os.getpid()}.tmp")
    own.write_text(json.dumps({month: p.relative_to(folder).as_posix() for month, p in parts.items()}))
    os.replace(own, listed)


def _changed(old: Mapping[str, Path], new: Mapping[str, Path]) -> tuple[list[Path], list[Path]]:
    """Parts that went and parts that came."""
    went = [p for month, p in old.items() if new.get(month) != p]
    came = [p for month, p in new.items() if old.get(month) != p]
    return went, came


def _articles_whole(connection: Any, folder: Path, parts: Mapping[str, Path]) -> tuple[Path, int]:
    path = _whole_path(folder, "articles-whole", parts)
    if path.exists():
        return path, 0
    sums = "sum(paid)::BIGINT AS paid, sum(units)::BIGINT AS units, max(title) AS title"
    keys = "shop_id, channel, currency, code"
    before = _before(folder, "articles-whole")
    if before is None or len(_changed(before[1], parts)[1]) > len(parts) // 2:
        sources = [f"SELECT {keys}, paid, units, title FROM {read(parts.values())}"] if parts else []  # noqa: S608
    else:
        old, (went, came) = before[0], _changed(before[1], parts)
        sources = [f"SELECT {keys}, paid, units, title FROM {read([old])}"]  # noqa: S608
        sources += [f"SELECT {keys}, paid, units, title FROM {read(came)}"] if came else []  # noqa: S608
        sources += [f"SELECT {keys}, -paid, -units, NULL FROM {read(went)}"] if went else []  # noqa: S608
    if not sources:
        sources = ["SELECT 0 AS shop_id, '' AS channel, '' AS currency, '' AS code, 0 AS paid, 0 AS units, '' AS title"
                   " WHERE false"]  # fmt: skip
    some = "HAVING sum(units) <> 0 OR sum(paid) <> 0 ORDER BY shop_id"
    _write(connection, path, f"SELECT {keys}, {sums} FROM ({' UNION ALL '.join(sources)}) GROUP BY {keys} {some}")  # noqa: S608
    _remember(folder, path, parts)
    return path, 1


def _buyers_wholes(connection: Any, folder: Path, parts: Mapping[str, Path]) -> tuple[dict[str, Path], int]:
    paths = {name: _whole_path(folder, name, parts, sql) for name, (_keys, _sums, sql) in HISTORIES.items()}
    if all(p.exists() for p in paths.values()):
        return paths, 0
    before = {name: _before(folder, name) for name in HISTORIES}
    known = {tuple(sorted(b[1].items())) for b in before.values() if b}
    went: list[Path] = []
    came = list(parts.values())
    deltas = len(known) == 1 and all(before.values())
    if deltas:
        went, came = _changed(dict(known.pop()), parts)
        deltas = len(came) + len(went) <= max(2, len(parts) // 4)
    if deltas:
        old_parts = next(b[1] for b in before.values() if b)
        _lay_touched(connection, went, came)
        found: dict[str, list[str]] = {name: [] for name in HISTORIES}
        for sign, of in ((-1, old_parts), (1, parts)):
            source = f"(SELECT * FROM {read(of.values())} WHERE buyer IN (SELECT buyer FROM touched))"  # noqa: S608
            connection.execute(f"CREATE OR REPLACE TEMP TABLE days_of_touched AS FROM {source}")
            for name, tables in _contributions(connection, "temp.days_of_touched", sign=sign).items():
                found[name] += tables
        connection.execute("DROP TABLE temp.days_of_touched")
        for name, one in before.items():
            found[name].append(read([one[0]]) if one else "")
    else:
        found = _contributions(connection, read(parts.values()) if parts else _NO_DAYS, sign=1)
    for name, (keys, sums, _sql) in HISTORIES.items():
        added = ", ".join(f"sum({c})::BIGINT AS {c}" for c in sums.split(", "))
        some = " OR ".join(f"sum({c}) <> 0" for c in sums.split(", "))
        union = " UNION ALL ".join(f"SELECT {keys}, {sums} FROM {source}" for source in found[name])  # noqa: S608
        sql = f"SELECT {keys}, {added} FROM ({union}) GROUP BY {keys} HAVING {some} ORDER BY {keys}"  # noqa: S608
        _write(connection, paths[name], sql)
        _remember(folder, paths[name], parts)
    for tables in found.values():
        for table in tables:
            if table.startswith("temp."):
                connection.execute(f"DROP TABLE IF EXISTS {table}")
    return paths, 1


def _lay_touched(connection: Any, went: Sequence[Path], came: Sequence[Path]) -> None:
    """The buyers whose days are not the same before and after."""
    old = f"SELECT * FROM {read(went)}" if went else f"SELECT * FROM {_NO_DAYS}"  # noqa: S608
    new = f"SELECT * FROM {read(came)}" if came else f"SELECT * FROM {_NO_DAYS}"  # noqa: S608
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT buyer FROM "  # noqa: S608
        f"(({old} EXCEPT ALL {new}) UNION ALL ({new} EXCEPT ALL {old}))"
    )


def _contributions(
    connection: Any, source: str, *, sign: int, where: str = "true", scopes: Mapping[str, str] = SCOPES
) -> dict[str, list[str]]:
    """Name of a whole → temporary tables with what these purchase days add to it.

    Where no buyer is of two channels, what all shops have is the sum of what the channels have.
    """
    (rows,) = connection.execute(f"SELECT count(*) FROM {source} WHERE {where}").fetchone()  # noqa: S608
    slices = max(1, -(-rows // _AT_ONCE))
    found: dict[str, list[str]] = {name: [] for name in HISTORIES}
    end = "minus" if sign < 0 else "plus"
    apart = set(scopes) == set(SCOPES) and not _crossing(connection, source, where)
    for kind, scope in scopes.items():
        if kind == "all" and apart:
            continue
        for part in range(slices):
            own = f" AND hash(buyer) % {slices} = {part}" if slices > 1 else ""
            connection.execute(
                f"""CREATE OR REPLACE TEMP TABLE histories AS
                    SELECT scope, currency, day, orders, paid, lag(day) OVER w AS prev, lead(day) OVER w AS next,
                           first_value(day) OVER w AS first
                    FROM (SELECT '{kind[0]}:' || {scope} AS scope, currency, buyer, day, sum(orders)::BIGINT AS orders,
                                 sum(paid)::BIGINT AS paid
                          FROM {source} WHERE {where}{own} GROUP BY ALL)
                    WINDOW w AS (PARTITION BY scope, currency, buyer ORDER BY day)"""  # noqa: S608
            )
            for name, (keys, sums, sql) in HISTORIES.items():
                table = f"c_{name}_{kind}_{part}_{end}"
                signed = ", ".join(f"{c} * {sign} AS {c}" for c in sums.split(", "))
                connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {keys}, {signed} FROM ({sql})")  # noqa: S608
                found[name].append(f"temp.{table}")
                if kind == "channel" and apart:
                    others = keys.removeprefix("scope, ")
                    added = ", ".join(f"sum({c})::BIGINT AS {c}" for c in sums.split(", "))
                    whole = f"c_{name}_all_{part}_{end}"
                    connection.execute(
                        f"CREATE OR REPLACE TEMP TABLE {whole} AS SELECT 'a:' AS scope, {others}, {added} "  # noqa: S608
                        f"FROM temp.{table} GROUP BY {others}"
                    )
                    found[name].append(f"temp.{whole}")
    connection.execute("DROP TABLE IF EXISTS temp.histories")
    return found


def _crossing(connection: Any, source: str, where: str) -> bool:
    (count,) = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {where} GROUP BY currency, buyer "  # noqa: S608
        "HAVING min(channel) <> max(channel) LIMIT 1)"
    ).fetchone()
    return bool(count)


_NO_DAYS: Final = (
    "(SELECT 0 AS shop_id, '' AS channel, '' AS currency, uuid() AS buyer, 0 AS day, 0 AS orders, "
    "0 AS paid WHERE 1 = 0)"
)


def histories_of(connection: Any, parts: Iterable[Path], shop_ids: Iterable[int]) -> dict[str, str]:
    """The wholes of any set of shops, computed now: name → SQL of a table, with the one scope ``x:``."""
    chosen = ", ".join(str(int(i)) for i in shop_ids)
    paths = list(parts)
    source = read(paths) if paths else _NO_DAYS
    found = _contributions(connection, source, sign=1, where=f"shop_id IN ({chosen or 'NULL'})", scopes={"x": "''"})
    answer = {}
    for name, tables in found.items():
        keys, sums, _sql = HISTORIES[name]
        added = ", ".join(f"sum({c})::BIGINT AS {c}" for c in sums.split(", "))
        union = " UNION ALL ".join(f"SELECT * FROM {t}" for t in tables)  # noqa: S608
        answer[name] = f"(SELECT {keys}, {added} FROM ({union}) GROUP BY {keys})"  # noqa: S608
    return answer


def sweep(folder: Path, keep: Built, *, older_than: float) -> int:
    """Remove files that ``keep`` does not name and that were last written before ``older_than`` (seconds since 1970).

    The wholes of one earlier state stay as long as they are the newest, since the next change starts from them.
    """
    named = {p for of in keep.parts.values() for p in of.values()} | set(keep.wholes.values())
    named |= {p.with_suffix(".json") for p in keep.wholes.values()}
    gone = 0
    for path in folder.glob("*/*"):
        if path not in named and path.is_file() and path.stat().st_mtime < older_than:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


@lru_cache(maxsize=4096)
def _span(path: Path) -> tuple[date, date] | None:
    """The first and last day in a part, from its footer; None when it is empty. Parts never change."""
    import pyarrow.parquet as pq

    found = pq.ParquetFile(path).metadata
    at = found.schema.to_arrow_schema().get_field_index("day")
    stats = [found.row_group(g).column(at).statistics for g in range(found.num_row_groups)]
    told = [s for s in stats if s is not None and s.has_min_max]
    return (min(s.min for s in told), max(s.max for s in told)) if told else None


def months_between(parts: Mapping[str, Path], first: date, last: date) -> list[Path]:
    """The parts that hold payments of these days."""
    spans = {p: _span(p) for p in parts.values()}
    return [p for p, span in spans.items() if span is not None and span[0] <= last and span[1] >= first]
