"""What a reader of the lake gets: typed views, one moment, nothing else of the machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest

from integration.lake import made_up
from zhanggui.foundation.lake import operations, queries, store
from zhanggui.foundation.lake.contracts import BadRows, Source, UnknownTable
from zhanggui.foundation.lake.operations import writing

pytestmark = [pytest.mark.data, pytest.mark.django_db]

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture(autouse=True)
def room(settings: Any) -> Iterator[None]:
    settings.LAKE_SOURCES = ["integration.lake.made_up"]
    yield
    made_up.ROWS.clear()
    made_up.ASTRAY.clear()
    made_up.READ.clear()
    made_up.SOURCES[:] = [Source(made_up.described(), made_up.read, made_up.months)]


def row(day: date | None, no: str, visitors: int = 1, spend: int | None = None) -> dict[str, Any]:
    return {"day": day, "no": no, "visitors": visitors, "spend": spend}


def put(shop_id: int, *rows: dict[str, Any]) -> None:
    """Write rows and mark their months, as a room does."""
    made_up.ROWS.setdefault(shop_id, []).extend(rows)
    operations.mark_stale(table="made_up", shop_id=shop_id, months=[r["day"] for r in rows])


def numbers(db: duckdb.DuckDBPyConnection) -> list[str]:
    return [no for (no,) in db.execute("SELECT no FROM made_up ORDER BY no").fetchall()]


def test_a_table_without_a_file_is_an_empty_typed_view(shop):
    found = queries.connect().execute("SELECT * FROM made_up")
    assert [(c[0], str(c[1])) for c in found.description] == [
        ("shop_id", "BIGINT"), ("channel", "VARCHAR"), ("day", "DATE"), ("no", "VARCHAR"), ("visitors", "BIGINT"),
        ("spend", "BIGINT"), ("month", "VARCHAR"),
    ]  # fmt: skip
    assert found.fetchall() == []


def test_views_have_the_types_of_the_description_and_the_month(shop):
    put(shop.id, row(JUNE, "1", 3, 250), row(None, "2"))
    operations.refresh()
    found = queries.connect().execute("SELECT * FROM made_up ORDER BY no").fetchall()
    assert found == [
        (shop.id, "taobao", JUNE, "1", 3, 250, "2026-06"),
        (shop.id, "taobao", None, "2", 1, None, "undated"),
    ]


def test_a_snapshot_stays_what_it_was(shop):
    put(shop.id, row(JUNE, "1"))
    operations.refresh()
    before = queries.snapshot()
    db = queries.connect(before)
    put(shop.id, row(JUNE, "2"), row(JULY, "3"))
    operations.refresh()
    assert numbers(db) == numbers(queries.connect(before)) == ["1"]
    assert numbers(queries.connect()) == ["1", "2", "3"]


def test_content_ids_change_exactly_with_the_rows(shop):
    put(shop.id, row(JUNE, "1"), row(JULY, "2"))
    operations.refresh()
    before = queries.snapshot().tables["made_up"]
    operations.mark_stale(table="made_up", shop_id=shop.id, months=[JUNE])
    operations.refresh()
    assert queries.snapshot().tables["made_up"].content_id == before.content_id
    made_up.ROWS[shop.id][0]["visitors"] = 2
    operations.mark_stale(table="made_up", shop_id=shop.id, months=[JUNE])
    operations.refresh()
    after = queries.snapshot().tables["made_up"]
    assert after.content_id != before.content_id
    assert [a.content_id == b.content_id for a, b in zip(after.files, before.files, strict=True)] == [False, True]


def test_as_of_is_the_moment_of_the_first_mark_that_waits(shop):
    put(shop.id, row(JUNE, "1"))
    operations.refresh()
    fresh = queries.snapshot().tables["made_up"]
    put(shop.id, row(JULY, "2"))
    state = queries.snapshot().tables["made_up"]
    assert fresh.as_of < state.as_of <= queries.snapshot().tables["made_up"].as_of
    assert state.stale == {JULY: {shop.id}}


def test_only_the_stale_shop_is_read(shop, other):
    put(shop.id, row(JUNE, "1"), row(JULY, "2"))
    put(other.id, row(JUNE, "1"))
    operations.refresh()
    made_up.READ.clear()
    put(other.id, row(JUNE, "3"))
    done = operations.refresh()
    assert [(other.id, JUNE)] == made_up.READ
    assert (done.read, done.copied, done.written) == (2, 1, 3)
    assert operations.verify().differences == []


def test_files_of_an_older_version_are_read_with_nulls_until_they_are_written_again(shop):
    put(shop.id, row(JUNE, "1"), row(JULY, "2"))
    operations.refresh()
    made_up.SOURCES[:] = [Source(made_up.described(source="text"), made_up.read, made_up.months)]
    for one in made_up.ROWS[shop.id]:
        one["source"] = "search"
    snap = queries.snapshot()
    assert (snap.tables["made_up"].as_of, set(snap.tables["made_up"].stale)) == (None, {JUNE, JULY})
    rows = "SELECT no, source, month FROM made_up ORDER BY no"
    assert queries.connect(snap).execute(rows).fetchall() == [("1", None, "2026-06"), ("2", None, "2026-07")]
    operations.refresh()
    assert queries.connect().execute(rows).fetchall() == [("1", "search", "2026-06"), ("2", "search", "2026-07")]


def test_large_months_come_in_row_groups_and_are_copied_whole(shop, other, monkeypatch):
    monkeypatch.setattr(writing, "ROW_GROUP", 40)
    for n in range(5):
        put(shop.id, *(row(JUNE, f"{n}-{k}", k) for k in range(33)))
        put(other.id, *(row(JUNE, f"{n}-{k}", k) for k in range(9)))
    operations.refresh()
    made_up.ROWS[shop.id][0]["visitors"] = 1000
    operations.mark_stale(table="made_up", shop_id=shop.id, months=[JUNE])
    done = operations.refresh()
    assert (done.read, done.copied) == (165, 45)
    by_shop = "SELECT shop_id, count(*), sum(visitors) FROM made_up GROUP BY 1 ORDER BY 1"
    assert queries.connect().execute(by_shop).fetchall() == [(shop.id, 165, 3640), (other.id, 45, 180)]
    path = queries.snapshot().tables["made_up"].files[0].path
    import pyarrow.parquet as pq

    groups = [pq.ParquetFile(path).metadata.row_group(n).num_rows for n in range(6)]
    assert groups == [40, 40, 40, 40, 40, 10]


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (pl.DataFrame({"day": [JULY], "no": ["x"], "visitors": [1], "spend": [1]}), "gave rows of 2026-07-01"),
        (pl.DataFrame({"day": [None], "no": ["x"], "visitors": [1], "spend": [1]}), "gave rows of None"),
        (pl.DataFrame({"day": [JUNE], "no": ["x"], "visitors": [1]}), "left out the columns spend"),
        (pl.DataFrame({"day": [JUNE], "no": ["x"], "visitors": ["many"], "spend": [1]}), "of another kind"),
    ],
)
def test_rows_that_the_description_does_not_allow_are_refused_and_the_old_month_stays(shop, frame, told):
    put(shop.id, row(JUNE, "1"))
    operations.refresh()
    made_up.ASTRAY.append(frame)
    put(shop.id, row(JUNE, "2"))
    with pytest.raises(BadRows, match=told):
        operations.refresh()
    assert numbers(queries.connect()) == ["1"]
    assert set(queries.snapshot().tables["made_up"].stale) == {JUNE}
    assert not list(store.root().rglob(".draft-*"))
    made_up.ASTRAY.clear()
    operations.refresh()
    assert numbers(queries.connect()) == ["1", "2"]


def test_a_key_that_is_there_twice_is_found(shop):
    put(shop.id, row(JUNE, "1"), row(JUNE, "1"))
    operations.refresh()
    found = operations.verify().differences
    assert [(d.column, d.lake, d.ledger) for d in found] == [("key", "1", "2")]


def test_a_month_that_became_empty_has_no_file(shop):
    put(shop.id, row(JUNE, "1"))
    operations.refresh()
    made_up.ROWS.clear()
    operations.mark_stale(table="made_up", shop_id=shop.id, months=[JUNE])
    operations.refresh()
    assert queries.snapshot().tables["made_up"].files == ()
    put(shop.id, row(JUNE, "2"))
    operations.refresh()
    assert numbers(queries.connect()) == ["2"]


def test_a_table_nobody_offers_is_named(shop):
    for ask in (lambda: queries.snapshot(["orders"]), lambda: operations.refresh(tables=["orders"])):
        with pytest.raises(UnknownTable, match="there are: made_up"):
            ask()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY (SELECT 1) TO '/tmp/lake-should-not-write.csv'",
        "ATTACH '/tmp/lake-should-not-attach.db'",
        "SELECT * FROM read_parquet('https://example.com/x.parquet')",
        "INSTALL httpfs",
        "SET enable_external_access = true",
    ],
)
def test_the_engine_reaches_nothing_but_the_lake(shop, statement):
    with pytest.raises(duckdb.Error):
        queries.connect().execute(statement)


def test_many_threads_read_many_snapshots(shop):
    snaps = []
    for n in range(4):
        put(shop.id, row(JUNE, str(n)))
        operations.refresh()
        snaps.append(queries.snapshot())
    found: list[bool] = []

    def ask(k: int) -> None:
        wanted = [str(n) for n in range(k % 4 + 1)]
        found.extend(numbers(queries.connect(snaps[k % 4])) == wanted for _ in range(10))

    threads = [threading.Thread(target=ask, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 80
