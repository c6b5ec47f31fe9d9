"""Wallet movements: equal rows survive, overlapping exports do not double."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_frames import at, frame
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.trade.settlement import exports, operations, queries
from zhanggui.trade.settlement.contracts import EntryOutcome
from zhanggui.trade.settlement.models import Entry

pytestmark = [pytest.mark.data, pytest.mark.django_db]


@pytest.fixture
def shop() -> int:
    return accounts.create_shop(name="一号店", channel="taobao").id


def take(shop: int, rows: list[dict[str, Any]], *, day: float = 0, file_id: int = 1) -> EntryOutcome:
    with transaction.atomic():
        return operations.record_entries(
            shop_id=shop, file_id=file_id, observed_at=at(day), entries=frame("settlement", rows)
        )


IN = {"entry_no": "n1", "order_no": "1", "amount": 1000, "direction": "in", "subject": "goods_receipt",
      "subject_raw": "交易收款", "occurred_at": at(1)}  # fmt: skip
FEE = {**IN, "amount": -50, "direction": "out", "subject": "commission", "subject_raw": "佣金"}


def test_one_number_may_carry_two_legs_and_several_fees(shop: int) -> None:
    rows = [IN, FEE, {**FEE, "subject_raw": "技术服务费", "subject": "tech_fee"}, {**FEE, "amount": -7}]
    assert take(shop, rows).new == 4
    assert take(shop, rows, file_id=2, day=1).new == 0


def test_a_row_told_twice_under_its_number_is_one(shop: int) -> None:
    found = take(shop, [IN, IN])
    assert (found.new, found.repeated) == (1, 1)


def test_equal_rows_without_a_number_survive_and_do_not_double(shop: int) -> None:
    bare = {k: v for k, v in FEE.items() if k != "entry_no"}
    assert take(shop, [bare, bare]).new == 2
    assert take(shop, [bare, bare]).unchanged == 2
    assert take(shop, [bare, bare, bare], file_id=2, day=1).new == 1
    assert Entry.objects.count() == 3


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 3), min_size=1, max_size=9), st.integers(1, 4), st.data())
def test_however_files_overlap_or_are_cut_the_book_is_the_longest_of_each(
    shop: int, amounts: list[int], size: int, data: st.DataObject
) -> None:
    """Two exports of one wallet, the second a stretch of the first with other row numbers, each cut into batches."""

    class Undo(Exception):
        pass

    start = data.draw(st.integers(0, len(amounts) - 1))
    rows = [{"amount": a, "subject": "other", "occurred_at": at(a)} for a in amounts]
    try:
        with transaction.atomic():
            for file_id, part in ((1, rows), (2, rows[start:]), (1, rows)):
                numbered = [{**row, "row": n + 10 * file_id} for n, row in enumerate(part)]
                for first in range(0, len(numbered), size):
                    take(shop, numbered[first : first + size], file_id=file_id, day=file_id)
            assert sorted(Entry.objects.values_list("amount", flat=True)) == sorted(amounts)
            raise Undo
    except Undo:
        pass


def test_what_was_pending_is_filled_in_later(shop: int) -> None:
    take(shop, [IN])
    later = take(shop, [{**IN, "settled_at": at(9), "statement_no": "S1"}], day=9, file_id=2)
    assert (later.new, later.updated) == (0, 1)
    take(shop, [IN], day=5, file_id=3)
    entry = Entry.objects.get()
    assert (entry.settled_at, entry.statement_no, entry.source_file_id) == (at(9), "S1", 2)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({**IN, "amount": None}, "amount"),
        ({**IN, "direction": "out"}, "amount"),
        ({**IN, "direction": "sideways"}, "direction"),
    ],
)
def test_contradictions_are_refused_with_their_row(shop: int, row: dict[str, Any], column: str) -> None:
    found = take(shop, [row, FEE])
    assert [(r.row, r.column) for r in found.refused] == [(2, column)]
    assert Entry.objects.count() == 1


def test_a_missing_direction_follows_the_sign(shop: int) -> None:
    take(shop, [{k: v for k, v in FEE.items() if k not in ("direction", "subject")}])
    entry = Entry.objects.get()
    assert (entry.direction, entry.subject, entry.currency) == ("out", "other", "CNY")


def test_sums_by_order_and_subject_keep_transfers_and_currencies_apart(shop: int) -> None:
    take(shop, [IN, FEE, {**IN, "entry_no": "n2", "subject": "transfer_withdrawal", "amount": -900, "direction": "out"},
                {**IN, "entry_no": "n3", "currency": "USD", "amount": 3}])  # fmt: skip
    seen = frozenset({shop})
    found = queries.settlement_of_order(shop_ids=seen, shop_id=shop, order_no="1")
    assert [(s.currency, s.income, s.outgo, s.net) for s in found] == [("CNY", 1000, -50, 950), ("USD", 3, 0, 3)]
    totals = queries.subject_totals(shop_ids=seen, first=date(2026, 3, 1), last=date(2026, 3, 5))
    assert {(t.currency, t.subject, t.amount, t.is_transfer) for t in totals} == {
        ("CNY", "commission", -50, False),
        ("CNY", "goods_receipt", 1000, False),
        ("CNY", "transfer_withdrawal", -900, True),
        ("USD", "goods_receipt", 3, False),
    }


def test_reads_keep_to_the_shops_that_may_be_seen(shop: int) -> None:
    other = accounts.create_shop(name="二号店", channel="jd").id
    take(other, [IN])
    mine = frozenset({shop})
    assert queries.list_entries(shop_ids=mine) == []
    assert queries.entries_of_order(shop_ids=mine, shop_id=other, order_no="1") == []
    assert queries.settlement_of_order(shop_ids=mine, shop_id=other, order_no="1") == []
    assert len(queries.list_entries(shop_ids=frozenset({other}), q="n1")) == 1


def test_export_has_the_canonical_columns(shop: int) -> None:
    take(shop, [IN, FEE])
    (batch,) = exports.export_frame_batches(
        shop_ids=frozenset({shop}), file_names=lambda ids: dict.fromkeys(ids, "sha")
    )
    assert batch.columns == exports.COLUMNS
    assert batch.select("amount", "source_file", "source_row").rows() == [(1000, "sha", 2), (-50, "sha", 3)]
