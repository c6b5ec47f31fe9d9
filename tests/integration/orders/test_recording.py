"""Batches joined into the book: what wins, what stays, what is derived, what is reported."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_frames import T0, at, book, record
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.trade.orders import operations
from zhanggui.trade.orders.models import Article, Contact, Line, Order, StateChange

pytestmark = [pytest.mark.data, pytest.mark.django_db]


@pytest.fixture
def shop() -> int:
    return accounts.create_shop(name="一号店", channel="taobao").id


HEADER = {"order_no": "1", "status": "paid", "status_raw": "待发货", "created_at": T0, "paid_at": T0,
          "buyer_paid": 9600, "title": "收纳盒", "receiver_name": "张三", "buyer_ref": "nick"}  # fmt: skip
TWO_LINES = [
    {"order_no": "1", "line_no": "1a", "status": "paid", "status_raw": "待发", "title": "收纳盒 大", "qty": 1,
     "line_amount": 5000, "line_paid": 4800},
    {"order_no": "1", "line_no": "1b", "status": "shipped", "status_raw": "已发", "title": "收纳盒 小", "qty": 2,
     "line_amount": 5000, "line_paid": 4800},
]  # fmt: skip


def test_the_same_file_twice_changes_nothing(shop: int) -> None:
    first = record(shop, orders=[HEADER], lines=TWO_LINES)
    assert (first.orders_new, first.lines_new) == (1, 2)
    before = book()
    again = record(shop, orders=[HEADER], lines=TWO_LINES)
    assert (again.orders_new, again.orders_updated, again.orders_unchanged) == (0, 0, 1)
    assert (again.lines_new, again.lines_updated, again.lines_unchanged) == (0, 0, 2)
    assert book() == before
    assert StateChange.objects.count() == 0


def test_a_newer_file_with_the_same_content_only_moves_the_clock(shop: int) -> None:
    record(shop, orders=[HEADER])
    again = record(shop, orders=[HEADER], day=1, file_id=2)
    assert (again.orders_updated, again.orders_unchanged) == (0, 1)
    late = record(shop, orders=[{**HEADER, "buyer_paid": 1}], day=0.5, file_id=3)
    assert late.stale == 1
    order = Order.objects.get()
    assert (order.buyer_paid, order.source_file_id, order.header_observed_at) == (9600, 2, at(1))


def test_columns_a_file_does_not_carry_stay_untouched(shop: int) -> None:
    record(shop, orders=[HEADER])
    record(shop, orders=[{"order_no": "1", "status": "shipped"}], day=1)
    order = Order.objects.get()
    assert (order.status, order.buyer_paid, order.article.title) == ("shipped", 9600, "收纳盒")
    assert book()["orders"][0]["clear"] == {"buyer_ref": "nick", "receiver_name": "张三"}


def test_an_older_file_fills_what_no_newer_one_carried(shop: int) -> None:
    record(shop, orders=[{"order_no": "1", "status": "shipped", "status_raw": "已发"}], day=5)
    outcome = record(shop, orders=[HEADER], day=1)
    order = Order.objects.get()
    assert outcome.orders_updated == 1
    assert (order.status, order.status_raw, order.buyer_paid) == ("shipped", "已发", 9600)


def test_the_newest_row_wins_with_its_nulls(shop: int) -> None:
    record(shop, orders=[{**HEADER, "close_reason": "买家不想要了"}])
    record(shop, orders=[{**HEADER, "close_reason": None, "receiver_name": None}], day=1,
           provided={"orders": frozenset({*HEADER, "close_reason"})})  # fmt: skip
    assert Order.objects.get().close_reason is None
    assert book()["orders"][0]["clear"] == {"buyer_ref": "nick"}


def test_what_a_header_states_is_not_overwritten_by_what_lines_add_up_to(shop: int) -> None:
    record(shop, orders=[HEADER])
    record(shop, lines=[{**line, "line_paid": 1} for line in TWO_LINES], grain="items", day=3, file_id=2)
    order = Order.objects.get()
    assert (order.buyer_paid, order.qty, order.goods_amount) == (9600, 3, 10000)
    assert order.source_file_id == 1


def test_an_order_known_by_its_lines_is_derived_from_them(shop: int) -> None:
    record(shop, lines=TWO_LINES, grain="items", day=2)
    order = Order.objects.get()
    assert (order.status, order.flags, order.line_count) == ("paid", "partial_ship", 2)
    assert (order.buyer_paid, order.goods_amount, order.qty, order.currency) == (9600, 10000, 3, "CNY")
    assert order.header_observed_at is None
    assert order.listed_at == at(2)


def test_an_order_that_spans_batches_is_summed_from_the_book(shop: int) -> None:
    """Each batch states the sum of its own lines only; the order must come to both."""
    for n, line in enumerate(TWO_LINES):
        stated = {"order_no": "1", "created_at": T0, "buyer_paid": 4800, "qty": line["qty"]}
        record(shop, orders=[{**stated, "row": n + 2}], lines=[{**line, "row": n + 2}], grain="items")
    order = Order.objects.get()
    assert (order.buyer_paid, order.qty, order.line_count) == (9600, 3, 2)
    before = book()
    for n, line in enumerate(TWO_LINES):
        stated = {"order_no": "1", "created_at": T0, "buyer_paid": 4800, "qty": line["qty"]}
        again = record(shop, orders=[{**stated, "row": n + 2}], lines=[{**line, "row": n + 2}], grain="items")
        assert (again.orders_updated, again.lines_updated) == (0, 0)
    assert book() == before


def test_goods_are_summed_after_price_cuts_where_the_channel_states_them_so(shop: int) -> None:
    cut = [{**line, "line_discount_merchant": 200} for line in TWO_LINES]
    stated = {"order_no": "1", "created_at": T0, "goods_amount": 4800, "buyer_paid": 4800}
    for n, line in enumerate(cut):
        record(shop, orders=[{**stated, "row": n}], lines=[{**line, "row": n}], grain="items")
    order = Order.objects.get()
    assert (order.goods_amount, order.merchant_discount, order.buyer_paid) == (9600, None, 9600)


def test_what_a_file_says_stands_while_its_lines_do_not_tell(shop: int) -> None:
    silent = [{k: v for k, v in line.items() if k != "line_paid"} for line in TWO_LINES]
    record(shop, orders=[{"order_no": "1", "created_at": T0, "buyer_paid": 9600}], lines=silent, grain="items")
    assert Order.objects.get().buyer_paid == 9600


def test_a_sum_with_an_unknown_part_is_unknown(shop: int) -> None:
    record(shop, lines=[TWO_LINES[0], {**TWO_LINES[1], "line_paid": None}], grain="items")
    order = Order.objects.get()
    assert (order.buyer_paid, order.goods_amount) == (None, 10000)


def test_a_move_backward_is_refused_reported_once_and_logged(shop: int) -> None:
    record(shop, orders=[{**HEADER, "status": "shipped", "status_raw": "已发货"}])
    back = record(shop, orders=[HEADER], day=1)
    assert [(r.order_no, r.column, r.value) for r in back.refused] == [("1", "status", "待发货")]
    assert Order.objects.get().status == "shipped"
    assert record(shop, orders=[HEADER], day=2).refused == ()
    assert list(StateChange.objects.values_list("kind", flat=True)) == ["refused"]


def test_a_jump_forward_is_taken_and_logged(shop: int) -> None:
    record(shop, orders=[HEADER])
    record(shop, orders=[{**HEADER, "status": "completed"}], day=1)
    change = StateChange.objects.get()
    assert (change.kind, change.state_before, change.state_after) == ("jump", "paid", "completed")


def test_a_line_alone_in_its_order_is_logged_once(shop: int) -> None:
    record(shop, lines=TWO_LINES[:1], grain="items")
    record(shop, lines=[{**TWO_LINES[0], "status": "shipped"}], grain="items", day=1)
    assert [(c.line_id, c.state_after) for c in StateChange.objects.all()] == [(None, "shipped")]


def test_an_unknown_status_is_kept_raw_and_shown(shop: int) -> None:
    record(shop, orders=[HEADER])
    record(shop, orders=[{**HEADER, "status": "unknown", "status_raw": "已揽收待分拣"}], day=1)
    order = Order.objects.get()
    assert (order.status, order.status_raw) == ("unknown", "已揽收待分拣")
    record(shop, orders=[{**HEADER, "status": "shipped"}], day=2)
    assert Order.objects.get().status == "shipped"


def test_the_ship_deadline_runs_only_while_goods_are_owed(shop: int) -> None:
    record(shop, orders=[{**HEADER, "ship_deadline_at": at(2)}])
    assert Order.objects.get().due_at == at(2)
    record(shop, orders=[{**HEADER, "status": "shipped", "ship_deadline_at": at(2)}], day=1)
    assert Order.objects.get().due_at is None


def test_rows_without_an_order_number_are_refused_with_their_row(shop: int) -> None:
    found = record(shop, orders=[HEADER, {**HEADER, "order_no": None}], lines=[{**TWO_LINES[0], "order_no": ""}])
    assert [(r.table, r.row, r.column) for r in found.refused] == [("orders", 3, "order_no"), ("lines", 2, "order_no")]
    assert Order.objects.count() == 1


def test_lines_without_a_number_are_numbered_within_their_order(shop: int) -> None:
    lines = [{k: v for k, v in line.items() if k != "line_no"} for line in TWO_LINES]
    record(shop, lines=lines, grain="items")
    assert sorted(Line.objects.values_list("line_no", flat=True)) == ["1#1", "1#2"]


def test_equal_line_numbers_of_two_orders_are_two_lines(shop: int) -> None:
    record(shop, lines=[TWO_LINES[0], {**TWO_LINES[0], "order_no": "2"}], grain="items")
    assert Line.objects.count() == 2


def test_the_later_of_repeated_rows_counts_whatever_batch_it_is_in(shop: int) -> None:
    early, late = {**HEADER, "row": 2}, {**HEADER, "row": 90, "buyer_paid": 1}
    for _ in range(2):
        record(shop, orders=[early])
        record(shop, orders=[late])
        assert Order.objects.get().buyer_paid == 1
    assert record(shop, orders=[early, late]).repeated == 1


def test_shops_do_not_see_each_other(shop: int) -> None:
    other = accounts.create_shop(name="二号店", channel="jd").id
    record(shop, orders=[HEADER])
    record(other, orders=[{**HEADER, "buyer_paid": 5}])
    assert sorted(Order.objects.values_list("shop_id", "buyer_paid")) == sorted([(shop, 9600), (other, 5)])
    assert Article.objects.count() == 2
    keys = set(Order.objects.values_list("buyer_key", flat=True))
    assert len(keys) == 2, "one id on two channels is two people"


def test_a_masked_buyer_has_no_key_and_contacts_are_sealed(shop: int) -> None:
    record(shop, orders=[{**HEADER, "buyer_ref": "n**k", "receiver_phone": "13812341234"}])
    assert Order.objects.get().buyer_key is None
    contact = Contact.objects.get()
    assert b"13812341234" not in bytes(contact.sealed)
    assert "张三" not in contact.masked
    assert "138****1234" in contact.masked


def test_orders_without_personal_data_have_no_contact(shop: int) -> None:
    record(shop, orders=[{"order_no": "1", "status": "paid"}])
    assert Contact.objects.count() == 0


def test_refuses_what_cannot_be_recorded_whole(shop: int) -> None:
    with pytest.raises(operations.UnknownShop), transaction.atomic():
        record(shop + 1000, orders=[HEADER])
    with pytest.raises(operations.UnknownGrain), transaction.atomic():
        record(shop, orders=[HEADER], grain="row")
    assert Order.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_refuses_to_write_outside_a_transaction() -> None:
    shop = accounts.create_shop(name="三号店", channel="taobao").id
    with pytest.raises(operations.OutsideTransaction):
        operations.record_batch(
            shop_id=shop, file_id=1, observed_at=T0, grain="order", orders=None, lines=None, provided={}
        )


STATES = st.sampled_from(["created", "paid", "shipped", "completed", "refunding", "refunded", "cancelled", "unknown"])
MONEY = st.integers(0, 500)


def _cell(name: str) -> st.SearchStrategy[Any]:
    if name == "status":
        return STATES
    if name in ("buyer_paid", "refunded_amount", "line_paid", "line_amount", "qty"):
        return MONEY
    if name in ("paid_at", "ship_deadline_at", "shipped_at"):
        return st.none() | st.integers(0, 3).map(at)
    return st.none() | st.sampled_from(["甲", "乙", "丙"])


HEADER_CELLS = ("status", "status_raw", "buyer_paid", "refunded_amount", "paid_at", "ship_deadline_at", "title",
                "close_reason", "receiver_name", "buyer_note", "buyer_ref")  # fmt: skip
LINE_CELLS = ("status", "status_raw", "line_paid", "line_amount", "qty", "title", "sku_text", "shipped_at", "waybill")


@st.composite
def files(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for n, day in enumerate(draw(st.lists(st.integers(0, 9), min_size=2, max_size=4, unique=True))):
        grain = draw(st.sampled_from(["order", "items"]))
        order_cells = draw(st.sets(st.sampled_from(HEADER_CELLS), min_size=1))
        line_cells = draw(st.sets(st.sampled_from(LINE_CELLS), min_size=1))
        if grain == "items":
            order_cells -= {"status", "buyer_paid", "refunded_amount"}
        orders = [
            {"order_no": number, **{name: draw(_cell(name)) for name in sorted(order_cells)}}
            for number in sorted(draw(st.sets(st.sampled_from("12"))))
        ]
        lines = [
            {"order_no": number, "line_no": number + part, **{name: draw(_cell(name)) for name in sorted(line_cells)}}
            for number, part in sorted(draw(st.sets(st.tuples(st.sampled_from("12"), st.sampled_from("ab")))))
        ]
        if orders or lines:
            provided = {"orders": frozenset(order_cells), "lines": frozenset(line_cells)}
            found.append({"orders": orders if order_cells else None, "lines": lines, "grain": grain, "day": day,
                          "file_id": n + 1, "provided": provided})  # fmt: skip
    return found


class _Undo(Exception):
    """Takes back one example."""


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files())
def test_the_order_of_imports_does_not_matter(shop: int, given_files: list[dict[str, Any]]) -> None:
    books = []
    for sequence in itertools.islice(itertools.permutations(given_files), 6):
        try:
            with transaction.atomic():
                for file in sequence:
                    record(shop, **file)
                first = book()
                for file in sequence:
                    again = record(shop, **file)
                    assert (again.orders_new, again.orders_updated, again.lines_new, again.lines_updated) == (
                        0,
                        0,
                        0,
                        0,
                    )
                assert book() == first
                books.append(first)
                raise _Undo
        except _Undo:
            pass
    assert all(found == books[0] for found in books)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("123"), st.integers(0, 10**6)), min_size=1, max_size=12), st.integers(1, 5))
def test_sums_are_conserved_however_a_file_is_cut(shop: int, found: list[tuple[str, int]], size: int) -> None:
    lines = [
        {"order_no": number, "line_no": f"{number}-{n}", "line_paid": paid, "line_amount": paid, "qty": 1, "row": n}
        for n, (number, paid) in enumerate(found)
    ]
    try:
        with transaction.atomic():
            for start in range(0, len(lines), size):
                record(shop, lines=lines[start : start + size], grain="items")
            orders = Order.objects.values_list("buyer_paid", "qty")
            assert sum(paid or 0 for paid, _ in orders) == sum(paid for _, paid in found)
            assert sum(qty or 0 for _, qty in orders) == len(lines)
            raise _Undo
    except _Undo:
        pass
