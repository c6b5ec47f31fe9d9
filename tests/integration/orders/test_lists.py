"""The list, one order, the day's sums: compared with a slow, obvious answer."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from ledger_frames import T0, at, frame, record
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.audit import queries as audit
from zhanggui.trade.aftersales import operations as aftersales
from zhanggui.trade.orders import operations, queries
from zhanggui.trade.orders.contracts import OrderFilter, OrderRow
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.queries import plan, search

pytestmark = [pytest.mark.data, pytest.mark.django_db]

NOW = at(60)
TITLES = ("雾蓝收纳盒 大号", "纯棉四件套", "蓝牙耳机 Pro", "Thermos 保温杯", "100%_羊毛围巾")


@pytest.fixture
def shops() -> list[int]:
    return [
        accounts.create_shop(name="一号店", channel="taobao").id,
        accounts.create_shop(name="二号店", channel="jd").id,
        accounts.create_shop(name="Third", channel="shopify", currency="USD", zone="America/New_York").id,
    ]


def _orders(shop_id: int, count: int, seed: int) -> list[dict[str, object]]:
    rnd = random.Random(seed)
    found: list[dict[str, object]] = []
    for n in range(count):
        created = T0 + timedelta(minutes=rnd.randrange(60 * 24 * 60))
        status = rnd.choice(["created", "paid", "shipped", "completed", "completed", "refunded", "unknown"])
        paid = None if status == "created" else created + timedelta(minutes=3)
        amount = rnd.choice([None, *range(100, 2000, 50)])
        found.append(
            {
                "order_no": f"{shop_id}{8_000_000 + n * 37}",
                "status": status,
                "status_raw": f"原文{status}",
                "created_at": created,
                "paid_at": paid,
                "ship_deadline_at": rnd.choice([None, created + timedelta(hours=48)]),
                "shipped_at": created + timedelta(hours=rnd.choice([20, 60])) if status == "shipped" else None,
                "buyer_paid": amount,
                "refunded_amount": amount if status == "refunded" else 0,
                "qty": rnd.randint(1, 3),
                "buyer_ref": rnd.choice([None, *(f"buyer{b}" for b in range(9))]),
                "flags": rnd.choice([None, None, "cod", "cod hold"]),
                "title": rnd.choice(TITLES),
            }
        )
    return found


@pytest.fixture
def made(shops: list[int]) -> dict[int, list[dict[str, object]]]:
    made = {shop: _orders(shop, 60, seed) for seed, shop in enumerate(shops)}
    for shop, orders in made.items():
        record(shop, orders=orders)
    return made


def _every_page(shops: list[int], where: OrderFilter, **more: object) -> list[OrderRow]:
    rows: list[OrderRow] = []
    cursor = ""
    for _ in range(100):
        page = queries.list_orders(shop_ids=frozenset(shops), where=where, cursor=cursor, limit=7, now=NOW, **more)  # type: ignore[arg-type]
        rows += page.rows
        cursor = page.next_cursor
        if not cursor:
            return rows
    raise AssertionError("the pages do not end")


def _flags(order: dict[str, object]) -> set[str]:
    own = {"refund"} if order["status"] == "refunded" else set()
    return set(str(order["flags"] or "").split()) | own


FILTERS = {
    "nothing": (OrderFilter(), lambda o: True),
    "states": (OrderFilter(states=frozenset({"paid", "unknown"})), lambda o: o["status"] in ("paid", "unknown")),
    "one flag": (OrderFilter(flags=frozenset({"hold"})), lambda o: "hold" in _flags(o)),
    "two flags": (OrderFilter(flags=frozenset({"hold", "refund"})), lambda o: {"hold", "refund"} <= _flags(o)),
    "refund": (OrderFilter(has_refund=True), lambda o: "refund" in _flags(o)),
    "no refund": (OrderFilter(has_refund=False), lambda o: "refund" not in _flags(o)),
    "created": (
        OrderFilter(created_from=at(10), created_to=at(20)),
        lambda o: at(10) <= o["created_at"] < at(20),
    ),
    "paid": (
        OrderFilter(paid_from=at(10), paid_to=at(20)),
        lambda o: o["paid_at"] is not None and at(10) <= o["paid_at"] < at(20),
    ),
    "amount": (
        OrderFilter(amount_from=500, amount_to=700),
        lambda o: o["buyer_paid"] is not None and 500 <= o["buyer_paid"] <= 700,
    ),
    "overdue": (
        OrderFilter(due="overdue"),
        lambda o: o["status"] == "paid" and o["ship_deadline_at"] is not None and o["ship_deadline_at"] < NOW,
    ),
    "two characters": (OrderFilter(q="收纳"), lambda o: "收纳" in o["title"]),
    "letters of either case": (OrderFilter(q="thermos"), lambda o: "Thermos" in o["title"]),
    "signs that mean something to a database": (OrderFilter(q="100%_"), lambda o: "100%_" in o["title"]),
    "title and state": (
        OrderFilter(q="耳机", states=frozenset({"completed"})),
        lambda o: "耳机" in o["title"] and o["status"] == "completed",
    ),
    "currency": (OrderFilter(currency="USD"), lambda o: str(o["order_no"]).startswith("USD")),
}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("small", [plan.SMALL, 0], ids=["whole driver", "walked"])
def test_a_filter_leaves_exactly_the_orders_it_names(
    name: str, small: int, shops: list[int], made: dict[int, list[dict[str, object]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways of reading give the same rows, in order, and the count agrees."""
    monkeypatch.setattr(plan, "SMALL", small)
    if small == 0:
        monkeypatch.setattr(search, "COMMON", 0)
    where, keeps = FILTERS[name]
    if name == "currency":
        wanted = {str(o["order_no"]) for o in made[shops[2]]}
    else:
        wanted = {str(o["order_no"]) for orders in made.values() for o in orders if keeps(o)}
    rows = _every_page(shops, where)
    assert {row.order_no for row in rows} == wanted
    assert len(rows) == len(wanted)
    assert [row.listed_at for row in rows] == sorted((row.listed_at for row in rows), reverse=True)
    count = queries.count_orders(shop_ids=frozenset(shops), where=where, now=NOW)
    assert count.number == len(wanted)
    assert not count.capped


@pytest.mark.parametrize(("sort", "down"), list(itertools.product(queries.SORT_KEYS, [True, False])))
def test_every_sort_shows_every_order_once_unknown_values_last(
    sort: str, down: bool, shops: list[int], made: dict[int, list[dict[str, object]]]
) -> None:
    rows = _every_page(shops, OrderFilter(), sort=sort, descending=down)
    assert len(rows) == len({row.id for row in rows}) == sum(map(len, made.values()))
    name = {"created": "listed_at", "paid": "paid_at", "due": "due_at", "amount": "buyer_paid"}[sort]
    values = [getattr(row, name) for row in rows]
    known = [v for v in values if v is not None]
    assert values[: len(known)] == sorted(known, reverse=down)


@pytest.mark.parametrize("sort", queries.SORT_KEYS)
def test_the_previous_page_is_the_one_before(
    sort: str, shops: list[int], made: dict[int, list[dict[str, object]]]
) -> None:
    forward, cursor = [], ""
    while True:
        page = queries.list_orders(shop_ids=frozenset(shops), cursor=cursor, limit=50, sort=sort, now=NOW)
        forward.append(page)
        cursor = page.next_cursor
        if not cursor:
            break
    assert forward[0].previous_cursor == ""
    for before, after in itertools.pairwise(forward):
        back = queries.list_orders(
            shop_ids=frozenset(shops), cursor=after.previous_cursor, limit=50, sort=sort, now=NOW
        )
        assert [r.id for r in back.rows] == [r.id for r in before.rows]


def test_neighbours_follow_the_list(shops: list[int], made: dict[int, list[dict[str, object]]]) -> None:
    rows = _every_page(shops, OrderFilter(states=frozenset({"completed"})))
    for before, here, after in zip(rows, rows[1:], rows[2:], strict=False):
        found = queries.neighbours(
            shop_ids=frozenset(shops), order_id=here.id, where=OrderFilter(states=frozenset({"completed"})), now=NOW
        )
        assert found == (before.id, after.id)


def test_orders_of_other_shops_are_not_found_by_any_way(
    shops: list[int], made: dict[int, list[dict[str, object]]]
) -> None:
    mine, theirs = frozenset(shops[:1]), Order.objects.filter(shop_id=shops[1]).first()
    assert theirs is not None
    assert {r.shop_id for r in _every_page(shops[:1], OrderFilter())} == set(mine)
    assert queries.order_detail(shop_ids=mine, order_id=theirs.pk) is None
    assert queries.neighbours(shop_ids=mine, order_id=theirs.pk) == (None, None)
    for q in (theirs.order_no, "收纳"):
        assert {r.shop_id for r in _every_page(shops[:1], OrderFilter(q=q))} <= set(mine)
    assert queries.list_orders(shop_ids=frozenset()).rows == ()
    assert queries.count_orders(shop_ids=frozenset()).number == 0
    with pytest.raises(operations.UnknownOrder):
        operations.reveal_contact(order_id=theirs.pk, shop_ids=mine, actor_id=None, reason="x")


def test_finds_orders_by_any_number_that_stands_on_them(shops: list[int]) -> None:
    line = {"order_no": "9001234567", "line_no": "7778889990", "waybill": "SF1234567890", "product_no": "600123",
            "outer_sku_code": "BOX-蓝", "title": "收纳盒", "status": "shipped"}  # fmt: skip
    record(shops[0], lines=[line], grain="items")
    record(shops[0], lines=[{**line, "order_no": "5550000000", "line_no": "1", "waybill": None, "product_no": "7",
                             "outer_sku_code": "X", "title": "别的"}], grain="items")  # fmt: skip
    for q in ("9001234567", "90012", "7778889990", "SF123456", "600123", "0012", "BOX-蓝", "纳盒", "234567"):
        assert [r.order_no for r in _every_page(shops, OrderFilter(q=q))] == ["9001234567"], q
    assert _every_page(shops, OrderFilter(q="没有")) == []


@pytest.mark.parametrize("cursor", ["x", "!!!", "bnVsbA", "WzEsMl0"])
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(queries.BadCursor):
        queries.list_orders(shop_ids=frozenset({1}), cursor=cursor)


def test_detail_shows_lines_that_add_up_and_what_blocks(shops: list[int]) -> None:
    header = {"order_no": "1", "status": "unknown", "status_raw": "怪", "buyer_paid": 1000, "goods_amount": 1010,
              "created_at": T0, "receiver_name": "张三"}  # fmt: skip
    lines = [
        {"order_no": "1", "line_no": "a", "line_amount": 333, "qty": 1},
        {"order_no": "1", "line_no": "b", "line_amount": 677, "qty": 1},
    ]
    record(shops[0], orders=[header], lines=lines)
    order = Order.objects.get()
    detail = queries.order_detail(shop_ids=frozenset(shops), order_id=order.pk)
    assert detail is not None
    assert sum(line.paid_share or 0 for line in detail.lines) == 1000
    assert all(line.paid_is_shared for line in detail.lines)
    assert [(c.identity, c.residual) for c in detail.checks] == [("buyer_paid", -10)]
    assert detail.blocked_because == ("unknown_state",)
    assert detail.masked == {"receiver_name": "张*"}
    assert [(e.kind, e.state_after) for e in detail.timeline] == [("milestone", "created")]


def test_holds_notes_and_reveals_leave_their_mark(shops: list[int]) -> None:
    record(shops[0], orders=[{"order_no": "1", "status": "paid", "receiver_phone": "13812341234"}])
    order = Order.objects.get()
    seen = frozenset(shops)
    operations.set_hold(order_id=order.pk, shop_ids=seen, actor_id=None, reason="地址可疑")
    with pytest.raises(operations.AlreadyHeld):
        operations.set_hold(order_id=order.pk, shop_ids=seen, actor_id=None, reason="再")
    operations.add_note(order_id=order.pk, shop_ids=seen, actor_id=None, text="已联系买家")
    detail = queries.order_detail(shop_ids=seen, order_id=order.pk)
    assert detail is not None
    assert detail.row.flags == ("hold",)
    assert detail.blocked_because == ("held",)
    record(shops[0], orders=[{"order_no": "1", "status": "shipped"}], day=1)
    assert Order.objects.get().flags == "hold", "an import does not release a hold"
    operations.release_hold(order_id=order.pk, shop_ids=seen, actor_id=None)
    assert Order.objects.get().flags is None
    with pytest.raises(operations.NotHeld):
        operations.release_hold(order_id=order.pk, shop_ids=seen, actor_id=None)
    with pytest.raises(operations.EmptyText):
        operations.reveal_contact(order_id=order.pk, shop_ids=seen, actor_id=None, reason="  ")
    clear = operations.reveal_contact(order_id=order.pk, shop_ids=seen, actor_id=None, reason="发货")
    assert clear == {"receiver_phone": "13812341234"}
    assert audit.verify() == []


def test_day_sums_equal_the_slow_answer_in_each_shops_own_days(
    shops: list[int], made: dict[int, list[dict[str, object]]]
) -> None:
    zones = dict(zip(shops, ("Asia/Shanghai", "Asia/Shanghai", "America/New_York"), strict=True))
    slow: dict[tuple[int, date], list[dict[str, object]]] = defaultdict(list)
    for shop, orders in made.items():
        for order in orders:
            if order["paid_at"] is not None:
                slow[shop, order["paid_at"].astimezone(ZoneInfo(zones[shop])).date()].append(order)  # type: ignore[attr-defined]
    first, last = date(2026, 3, 3), date(2026, 4, 20)
    found = {(t.shop_id, t.day): t for t in queries.day_totals(shop_ids=frozenset(shops), first=first, last=last)}
    wanted = {key: orders for key, orders in slow.items() if first <= key[1] <= last}
    assert set(found) == set(wanted)
    for key, orders in wanted.items():
        total, known = found[key], [o["buyer_paid"] for o in orders if o["buyer_paid"] is not None]
        assert total.paid_orders == len(orders)
        assert total.paid_amount == (sum(known) if known else None)  # type: ignore[arg-type]
        assert total.amount_unknown == len(orders) - len(known)
        assert total.buyers == len({o["buyer_ref"] for o in orders} - {None})
        assert total.refunded_orders == sum(o["status"] == "refunded" for o in orders)
        assert total.currency == ("USD" if key[0] == shops[2] else "CNY")


def test_buyers_of_a_period_are_people_not_a_sum_of_days(shops: list[int]) -> None:
    for n in range(3):
        record(shops[0], orders=[{"order_no": f"a{n}", "status": "paid", "paid_at": at(n), "buyer_ref": "同一人"}])
    other = accounts.create_shop(name="四号店", channel="taobao").id
    record(other, orders=[{"order_no": "b", "status": "paid", "paid_at": at(1), "buyer_ref": "同一人"}])
    record(other, orders=[{"order_no": "c", "status": "paid", "paid_at": at(1)}])
    first, last = date(2026, 3, 1), date(2026, 3, 5)
    seen = frozenset([*shops, other])
    by_shop = {p.shop_id: (p.buyers, p.orders_without_buyer) for p in queries.period_buyers(
        shop_ids=seen, first=first, last=last)}  # fmt: skip
    assert by_shop[shops[0]] == (1, 0)
    assert by_shop[other] == (1, 1)
    assert queries.distinct_buyers(shop_ids=seen, first=first, last=last) == (1, 1)


def test_an_unpaid_order_is_not_sales_and_a_paid_one_is_even_at_zero(shops: list[int]) -> None:
    record(shops[0], orders=[
        {"order_no": "1", "status": "created", "created_at": T0, "buyer_paid": 500},
        {"order_no": "2", "status": "refunded", "created_at": T0, "paid_at": T0, "buyer_paid": 0},
    ])  # fmt: skip
    (total,) = queries.day_totals(shop_ids=frozenset(shops), first=date(2026, 3, 1), last=date(2026, 3, 1))
    assert (total.paid_orders, total.paid_amount) == (1, 0)


def test_days_change_length_with_summer_time(shops: list[int]) -> None:
    """8 March 2026 has 23 hours in New York: 04:59 UTC is still the 7th, 03:59 UTC on the 9th still the 8th."""
    moments = [datetime(2026, 3, 8, 4, 59, tzinfo=UTC), datetime(2026, 3, 9, 3, 59, tzinfo=UTC)]
    record(shops[2], orders=[{"order_no": str(n), "status": "paid", "paid_at": m} for n, m in enumerate(moments)])
    totals = queries.day_totals(shop_ids=frozenset(shops), first=date(2026, 3, 7), last=date(2026, 3, 9))
    assert [(t.day.day, t.paid_orders) for t in totals] == [(7, 1), (8, 1)]


def test_duties_and_late_days(shops: list[int]) -> None:
    late = {"status": "paid", "created_at": T0, "paid_at": T0, "ship_deadline_at": at(2)}
    record(shops[0], orders=[
        {**late, "order_no": "late"},
        {**late, "order_no": "soon", "ship_deadline_at": at(3.2)},
        {**late, "order_no": "undated", "ship_deadline_at": None},
        {**late, "order_no": "in time", "status": "shipped", "shipped_at": at(1)},
        {**late, "order_no": "shipped late", "status": "shipped", "shipped_at": at(2.5)},
        {**late, "order_no": "gone", "status": "refunded"},
        {**late, "order_no": "odd", "status": "unknown", "flags": "hold"},
    ])  # fmt: skip
    now = at(3)
    duty = queries.shipping_duties(shop_ids=frozenset(shops[:1]), now=now)[0]
    assert (duty.overdue, duty.soon, duty.waiting, duty.waiting_without_deadline) == (1, 1, 3, 1)
    assert (duty.unknown, duty.held, duty.oldest_due_at) == (1, 1, at(2))
    days = queries.late_days(shop_ids=frozenset(shops), first=date(2026, 3, 1), last=date(2026, 3, 6), now=now)
    assert [(d.day, d.due, d.late) for d in days] == [(date(2026, 3, 3), 3, 2), (date(2026, 3, 4), 1, 0)]


def test_refunds_reach_the_order_whichever_file_comes_first(shops: list[int]) -> None:
    refund = {"refund_no": "r1", "order_no": "1", "state": "success", "apply_amount": 300}
    order = {"order_no": "1", "status": "paid", "paid_at": T0, "buyer_paid": 1000}

    def refunds() -> None:
        with transaction.atomic():
            aftersales.record_refunds(
                shop_id=shops[0], file_id=9, observed_at=at(1), refunds=frame("refunds", [refund]), provided={}
            )

    refunds()
    record(shops[0], orders=[order])
    record(shops[0], orders=[{**order, "order_no": "2"}])
    first = Order.objects.get(order_no="1")
    assert (first.refunded_seen, first.flags) == (300, "partial_refund refund")
    assert Order.objects.get(order_no="2").flags is None
    Order.objects.all().delete()
    record(shops[0], orders=[order])
    refunds()  # nothing new in the refund book: the order learnt it from the note kept for it
    assert Order.objects.get(order_no="1").refunded_seen == 300
