"""The lake says what the ledgers say, after every change, and a refresh touches nothing else."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from lake_book import in_lake, in_ledger
from ledger_frames import frame, record
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.lake import operations, queries, store
from zhanggui.foundation.lake.models import Stale
from zhanggui.processes.importing.operations import import_file
from zhanggui.trade.aftersales import operations as aftersales
from zhanggui.trade.channels.sample import generate
from zhanggui.trade.orders import operations as orders
from zhanggui.trade.orders import queries as orders_queries
from zhanggui.trade.orders.models import Order

pytestmark = [pytest.mark.data, pytest.mark.django_db]

TABLES = ("orders", "lines", "refunds", "settlement")
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def order(number: str, created: str | None, **more: Any) -> dict[str, Any]:
    at = None if created is None else datetime.fromisoformat(created).replace(tzinfo=UTC)
    return {"order_no": number, "created_at": at, "status": "paid", "buyer_paid": 1000, "currency": "CNY", **more}


def line(number: str, **more: Any) -> dict[str, Any]:
    return {"order_no": number, "line_no": f"{number}-1", "title": "茶杯", "qty": 1, "line_paid": 1000, **more}


def months_of(table: str) -> list[date | None]:
    return [file.month for file in queries.snapshot([table]).tables[table].files]


def waiting(table: str) -> set[date | None]:
    return set(queries.snapshot([table]).tables[table].stale)


def refunds(shop_id: int, rows: list[dict[str, Any]], day: float = 0) -> None:
    with transaction.atomic():
        aftersales.record_refunds(
            shop_id=shop_id, file_id=1, observed_at=datetime(2026, 7, 1, tzinfo=UTC) + timedelta(days=day),
            refunds=frame("refunds", rows),
        )  # fmt: skip


def agrees() -> None:
    """Every row of every table, cell by cell, and the comparison the product itself makes."""
    for table in TABLES:
        assert in_lake(table) == in_ledger(table)
    found = operations.verify()
    assert (found.differences, found.waiting) == ([], [])


def test_the_lake_equals_the_ledgers_after_every_import(tmp_path):
    channels = ["taobao", "jd", "shopify", "xiaohongshu"]
    generate.write_all(tmp_path, seed=5, days=70, orders=15, channels=channels)
    folders = sorted(p for p in tmp_path.iterdir() if p.is_dir())
    files = [(p, folder.name) for folder in folders for p in sorted(folder.iterdir())]
    assert len(files) > 8
    for number, (path, folder) in enumerate(files):
        channel, _dash, name = folder.partition("-")
        result = import_file(path=path, shop_name=name, channel=channel)
        assert result.error is None
        if number % 3 == 0:
            operations.refresh()
            assert not queries.snapshot().stale
            assert in_lake("lines") == in_ledger("lines")
    operations.refresh()
    agrees()
    assert all(in_lake(table) for table in TABLES)
    assert not queries.snapshot().stale


def test_a_second_import_of_the_same_marks_nothing_and_a_refresh_then_reads_nothing(shop):
    told = [order("1", "2026-03-05", paid_at=datetime(2026, 3, 5, tzinfo=UTC))]
    record(shop.id, orders=told, lines=[line("1")])
    operations.refresh()
    record(shop.id, orders=told, lines=[line("1")], day=1)
    assert not Stale.objects.exists()
    done = operations.refresh()
    assert (done.partitions, done.read, done.copied) == (0, 0, 0)


def test_an_order_that_moves_to_another_month_leaves_no_trace_in_the_first(shop):
    record(shop.id, orders=[order("1", "2026-03-31T15:00")], lines=[line("1")])  # still March in Shanghai
    operations.refresh()
    assert months_of("orders") == months_of("lines") == [MARCH]
    record(shop.id, orders=[order("1", "2026-03-31T16:30")], day=1)  # the first half hour of April
    assert waiting("orders") == waiting("lines") == {MARCH, APRIL}
    operations.refresh()
    assert months_of("orders") == months_of("lines") == [APRIL]
    agrees()
    assert [row["order_day"] for row in in_lake("orders")] == [date(2026, 4, 1)]


def test_a_refund_that_is_dated_later_leaves_the_undated_ones(shop):
    told = {"refund_no": "r", "order_no": "1", "state": "success", "refund_to_buyer": 300}
    refunds(shop.id, [told])
    operations.refresh()
    assert months_of("refunds") == [None]
    agrees()
    refunds(shop.id, [{**told, "finished_at": datetime(2026, 4, 2, tzinfo=UTC)}], day=1)
    operations.refresh()
    assert months_of("refunds") == [APRIL]
    refunds(shop.id, [{**told, "applied_at": datetime(2026, 3, 2, tzinfo=UTC)}], day=2)
    operations.refresh()
    assert months_of("refunds") == [MARCH]
    agrees()


def test_what_refund_files_and_people_say_of_an_order_reaches_it(shop):
    record(shop.id, orders=[order("1", "2026-03-05"), order("2", "2026-04-05")])
    operations.refresh()
    refunds(shop.id, [{"refund_no": "r", "order_no": "1", "state": "success", "refund_to_buyer": 300}])
    assert waiting("orders") == {MARCH}
    operations.refresh()
    assert [row["refunded_to_date"] for row in in_lake("orders")] == [300, None]
    held = Order.objects.get(order_no="2")
    orders.set_hold(order_id=held.id, shop_ids=frozenset({shop.id}), actor_id=None, reason="地址不清")
    assert waiting("orders") == {APRIL}
    operations.refresh()
    assert [row["flags"] for row in in_lake("orders")] == ["partial_refund refund", "hold"]
    agrees()


def test_a_refresh_costs_what_its_months_cost(shop, other):
    for month in (3, 4, 5):
        for one in (shop, other):
            told = [order(f"{month}-{n}", f"2026-{month:02}-10") for n in range(20)]
            record(one.id, orders=told, lines=[line(o["order_no"]) for o in told])
    operations.refresh()
    before = {f.month: f for f in queries.snapshot().tables["lines"].files}
    new = [order("new", "2026-04-11")]
    record(shop.id, orders=new, lines=[line("new")], day=1)
    done = operations.refresh()
    # orders and lines of April: those of the one shop are read, those of the other are copied, no other month is opened
    assert (done.partitions, done.read, done.copied, done.written) == (2, 42, 40, 82)
    after = {f.month: f for f in queries.snapshot().tables["lines"].files}
    assert {m for m in after if after[m] != before[m]} == {APRIL}
    agrees()


def test_a_shop_that_moves_to_another_zone_gets_other_days(shop):
    record(shop.id, orders=[order("1", "2026-03-31T18:00"), order("2", "2026-05-15")])
    operations.refresh()
    assert months_of("orders") == [APRIL, MAY]
    accounts.update_shop(shop_id=shop.id, name=shop.name, channel=shop.channel, currency=shop.currency, zone="UTC")
    assert queries.snapshot().tables["orders"].as_of is None
    assert waiting("orders") >= {MARCH, APRIL}
    operations.refresh()
    assert months_of("orders") == [MARCH, MAY]
    agrees()


def test_what_was_in_the_ledgers_before_there_was_a_lake_is_found(shop):
    record(shop.id, orders=[order("1", "2026-03-05")])
    Stale.objects.all().delete()  # as if an older version had taken it in
    state = queries.snapshot().tables["orders"]
    assert (state.as_of, dict(state.stale)) == (None, {MARCH: frozenset({shop.id})})
    operations.refresh()
    assert queries.snapshot().tables["orders"].as_of is not None
    agrees()


def test_a_lost_file_is_missed_and_written_again(shop):
    record(shop.id, orders=[order("1", "2026-03-05"), order("2", "2026-04-05")])
    operations.refresh()
    queries.snapshot(["orders"]).tables["orders"].files[0].path.unlink()
    state = queries.snapshot(["orders"]).tables["orders"]
    assert (state.as_of, set(state.stale), [f.month for f in state.files]) == (None, {MARCH}, [APRIL])
    operations.refresh()
    agrees()


def test_a_rebuild_gives_the_same_files(shop):
    record(shop.id, orders=[order("1", "2026-03-05")], lines=[line("1")])
    operations.refresh()
    before = queries.snapshot()
    done = operations.rebuild(tables=TABLES)
    assert (done.partitions, done.changed) == (2, 0)
    assert queries.snapshot().id == before.id
    assert [f.path for f in queries.snapshot().tables["orders"].files] == [
        f.path for f in before.tables["orders"].files
    ]


def test_a_comparison_finds_what_no_mark_told(shop, other):
    record(shop.id, orders=[order("1", "2026-03-05"), order("2", "2026-03-06")])
    record(other.id, orders=[order("9", "2026-03-05")])
    operations.refresh()
    Order.objects.filter(order_no="1").update(buyer_paid=999)
    Order.objects.filter(order_no="9").update(status="shipped")
    found = {(d.shop_id, d.column, d.lake, d.ledger) for d in operations.verify(tables=["orders"]).differences}
    assert (shop.id, "buyer_paid", "2000", "1999") in found
    assert {(shop_id, column) for shop_id, column, *_ in found} == {(shop.id, "buyer_paid"), (other.id, "cells")}
    Order.objects.filter(order_no="2").delete()
    columns = {d.column for d in operations.verify(tables=["orders"], months=[date(2026, 3, 9)]).differences}
    assert columns >= {"rows", "buyer_paid"}
    record(shop.id, orders=[order("3", "2026-03-07")])
    found = operations.verify(tables=["orders"])
    assert (found.waiting, found.differences) == ([("orders", MARCH)], [])


def test_a_mark_that_is_rolled_back_with_its_change_is_no_mark(shop):
    with transaction.atomic():
        record(shop.id, orders=[order("1", "2026-03-05")])
        assert Stale.objects.exists()
        transaction.set_rollback(True)
    assert not Stale.objects.exists()


def test_the_day_board_can_be_told_from_the_lake(tmp_path):
    generate.write_all(tmp_path, seed=8, days=40, orders=40, channels=["taobao", "shopify"])
    for folder in sorted(p for p in tmp_path.iterdir() if p.is_dir()):
        for path in sorted(folder.iterdir()):
            assert import_file(path=path, shop_name=folder.name).error is None
    operations.refresh()
    shop_ids = frozenset(row["shop_id"] for row in in_lake("orders"))
    told = orders_queries.day_totals(shop_ids=shop_ids, first=date(2026, 5, 1), last=date(2026, 6, 30))
    assert len(told) > 30
    rows = (
        queries.connect()
        .execute(
            """SELECT shop_id, paid_day, currency, count(*), sum(buyer_paid), count(*) - count(buyer_paid), sum(qty),
                  count(DISTINCT buyer_key), count(*) - count(buyer_key), sum(refunded_to_date),
                  count(*) FILTER (refunded_to_date > 0 OR status = 'refunded')
           FROM orders WHERE paid_day BETWEEN '2026-05-01' AND '2026-06-30' GROUP BY ALL ORDER BY ALL"""
        )
        .fetchall()
    )
    assert rows == sorted(
        (d.shop_id, d.day, d.currency, d.paid_orders, d.paid_amount, d.amount_unknown, d.qty, d.buyers,
         d.buyers_unknown, d.refunded_to_date, d.refunded_orders)
        for d in told
    )  # fmt: skip


def test_nobody_is_named_in_any_cell(tmp_path):
    from zhanggui.foundation.vault import operations as vault
    from zhanggui.trade.orders.models import Contact

    channels = ["taobao", "jd", "pinduoduo", "shopify", "shopee", "woocommerce"]
    generate.write_all(tmp_path, seed=3, days=20, orders=25, channels=channels)
    for folder in sorted(p for p in tmp_path.iterdir() if p.is_dir()):
        for path in sorted(folder.iterdir()):
            assert import_file(path=path, shop_name=folder.name).error is None
    operations.refresh()
    people: dict[str, set[str]] = {}
    for sealed in Contact.objects.values_list("sealed", flat=True):
        for field, value in vault.open_sealed(sealed).items():
            people.setdefault(field, set()).add(str(value).strip())
    assert len(people.get("receiver_phone", ())) > 50
    assert len(people.get("receiver_name", ())) > 30
    cells: set[str] = set()
    for table in TABLES:
        cells |= {v for row in in_lake(table) for v in row.values() if isinstance(v, str)}
    private = {value for field, values in people.items() if field != "receiver_town" for value in values if value}
    assert not cells & private
    everything = "\n".join(cells)
    inside = {value for value in private if len(value) >= 7 and len(set(value)) > 2 and value in everything}
    assert not inside


def test_drafts_and_replaced_files_go_after_their_time(shop):
    record(shop.id, orders=[order("1", "2026-03-05")])
    operations.refresh()
    before = queries.snapshot(["orders"])
    record(shop.id, orders=[order("2", "2026-03-06")])
    operations.refresh()
    assert len(in_lake("orders", before)) == 1, "a reader keeps what its snapshot named"
    assert len(in_lake("orders")) == 2
    now = datetime.now(UTC)
    assert operations.sweep(now=now + timedelta(minutes=59)) == 0
    assert operations.sweep(now=now + timedelta(minutes=61)) == 1
    assert not before.tables["orders"].files[0].path.exists()
    left = store.new_draft("orders", "2026-03")
    left.write_bytes(b"half")
    day_ago = now.timestamp() - 25 * 3600
    os.utime(left, (day_ago, day_ago))
    for file in queries.snapshot(["orders"]).tables["orders"].files:
        os.utime(file.path, (day_ago, day_ago))
    assert operations.sweep() == 1
    agrees()
