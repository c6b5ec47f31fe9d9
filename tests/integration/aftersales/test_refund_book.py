"""Refunds joined into their book, on orders, in day sums and duties."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from ledger_frames import at, frame, record
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.trade.aftersales import exports, operations, queries
from zhanggui.trade.aftersales.contracts import RefundOutcome
from zhanggui.trade.aftersales.models import Refund
from zhanggui.trade.orders.models import Order

pytestmark = [pytest.mark.data, pytest.mark.django_db]


@pytest.fixture
def shop() -> int:
    return accounts.create_shop(name="一号店", channel="taobao").id


def take(shop: int, rows: list[dict[str, Any]], *, day: float = 0, file_id: int = 1) -> RefundOutcome:
    with transaction.atomic():
        return operations.record_refunds(
            shop_id=shop, file_id=file_id, observed_at=at(day), refunds=frame("refunds", rows), provided={}
        )


ASKED = {"refund_no": "R1", "order_no": "1", "kind": "refund_only", "state": "requested", "state_raw": "待处理",
         "apply_amount": 500, "applied_at": at(1), "deadline_at": at(3)}  # fmt: skip
DONE = {**ASKED, "state": "success", "state_raw": "退款成功", "refund_to_buyer": 480, "finished_at": at(2)}


def plain() -> list[dict[str, Any]]:
    skipped = {"id", "layer_id"}
    return [{k: v for k, v in row.items() if k not in skipped} for row in Refund.objects.order_by("refund_no").values()]


def test_the_same_file_twice_changes_nothing(shop: int) -> None:
    assert take(shop, [ASKED]).new == 1
    before = plain()
    again = take(shop, [ASKED])
    assert (again.new, again.updated, again.unchanged) == (0, 0, 1)
    assert plain() == before


def test_order_of_files_does_not_matter(shop: int) -> None:
    files = [
        ([ASKED], 0, 1),
        ([DONE], 2, 2),
        ([{"refund_no": "R1", "reason": "尺码不合适"}], 1, 3),
        ([{**ASKED, "state": "refused"}], 1.5, 4),
    ]
    books = []
    for sequence in itertools.permutations(files):
        for rows, day, file_id in sequence:
            take(shop, rows, day=day, file_id=file_id)
        books.append(plain())
        Refund.objects.all().delete()
    assert all(book == books[0] for book in books)
    assert (books[0][0]["state"], books[0][0]["refunded"], books[0][0]["reason"]) == ("success", 480, "尺码不合适")


def test_refunds_without_a_number_get_a_stable_one(shop: int) -> None:
    nameless = [
        {"order_no": "1", "state": "requested", "apply_amount": 5, "applied_at": at(1)},
        {"order_no": "1", "state": "requested", "apply_amount": 5, "applied_at": at(1)},
        {"order_no": "2", "state": "requested", "apply_amount": 5, "applied_at": at(1)},
    ]
    assert take(shop, nameless).new == 3
    moved = take(shop, [{**row, "state": "success"} for row in nameless], day=1)
    assert (moved.new, moved.updated) == (0, 3)
    assert set(Refund.objects.values_list("numbered_here", flat=True)) == {True}


def test_a_row_that_names_neither_refund_nor_order_is_refused(shop: int) -> None:
    found = take(shop, [ASKED, {"refund_no": None, "order_no": None, "apply_amount": 1}])
    assert [(r.row, r.column) for r in found.refused] == [(3, "refund_no")]
    assert Refund.objects.count() == 1


def test_only_success_reaches_the_order_and_a_withdrawn_success_leaves_it(shop: int) -> None:
    record(shop, orders=[{"order_no": "1", "status": "paid", "buyer_paid": 1000}])
    take(shop, [ASKED])
    assert Order.objects.get().refunded_seen is None
    take(shop, [DONE, {**DONE, "refund_no": "R2", "refund_to_buyer": 20}], day=1)
    assert Order.objects.get().refunded_seen == 500
    take(shop, [{**DONE, "state": "closed"}], day=2)
    assert Order.objects.get().refunded_seen == 20


def test_day_sums_go_by_the_day_the_refund_finished(shop: int) -> None:
    take(shop, [
        DONE,
        {**DONE, "refund_no": "R2", "refund_to_buyer": None, "apply_amount": None},
        {**DONE, "refund_no": "R3", "kind": "exchange", "refund_to_buyer": None},
        {**DONE, "refund_no": "R4", "finished_at": None},
        {**ASKED, "refund_no": "R5"},
    ])  # fmt: skip
    (day,) = queries.refund_days(shop_ids=frozenset({shop}), first=date(2026, 3, 1), last=date(2026, 3, 9))
    assert (day.day, day.refunds, day.amount, day.amount_unknown) == (date(2026, 3, 3), 2, 480, 1)
    (duty,) = queries.refund_duties(shop_ids=frozenset({shop}), now=at(4))
    assert (duty.known, duty.open, duty.sellers_turn, duty.overdue, duty.undated_success) == (True, 1, 1, 1, 1)


def test_a_shop_without_refund_files_says_so(shop: int) -> None:
    (duty,) = queries.refund_duties(shop_ids=frozenset({shop}))
    assert (duty.known, duty.open) == (False, 0)


def test_lists_and_totals_keep_to_the_shops_that_may_be_seen(shop: int) -> None:
    other = accounts.create_shop(name="二号店", channel="jd").id
    take(shop, [DONE])
    take(other, [{**DONE, "refund_no": "X"}])
    mine = frozenset({shop})
    assert [r.refund_no for r in queries.list_refunds(shop_ids=mine)] == ["R1"]
    assert [r.refund_no for r in queries.list_refunds(shop_ids=mine, q="R")] == ["R1"]
    assert queries.list_refunds(shop_ids=mine, q="X") == []
    assert queries.refunds_of_order(shop_ids=mine, shop_id=other, order_no="1") == []
    assert [r.refunded for r in queries.refunds_of_order(shop_ids=mine, shop_id=shop, order_no="1")] == [480]
    assert queries.refunded_totals(shop_ids=mine, shop_id=shop, order_nos=["1", "2"]) == {"1": 480}


def test_export_has_the_canonical_columns(shop: int) -> None:
    take(shop, [DONE])
    (batch,) = exports.export_frame_batches(shop_ids=frozenset({shop}))
    assert batch.columns == exports.COLUMNS
    assert batch.select("shop", "channel", "refund_no", "refund_to_buyer", "source_row").rows() == [
        ("一号店", "taobao", "R1", 480, 2)
    ]
    (empty,) = exports.export_frame_batches(shop_ids=frozenset())
    assert (empty.height, empty.columns) == (0, exports.COLUMNS)


def test_refuses_an_unknown_shop() -> None:
    with pytest.raises(operations.UnknownShop):
        take(10**6, [DONE])
