"""What deserves attention, by hand-made facts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zhanggui.desk.contracts import Case, Cash, TroubledFile
from zhanggui.desk.domain import findings as rules
from zhanggui.desk.domain import freshness as fresh
from zhanggui.foundation.accounts.domain.permissions import PERMISSIONS, ROLES
from zhanggui.insight.metrics.contracts import FileCover
from zhanggui.kernel.money import Money
from zhanggui.trade.aftersales.contracts import RefundDuty
from zhanggui.trade.orders.contracts import ShippingDuty

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def duty(shop_id: int = 1, **more: Any) -> ShippingDuty:
    given = {
        "overdue": 0, "soon": 0, "waiting": 0, "waiting_without_deadline": 0, "unknown": 0, "held": 0,
        "oldest_due_at": None, **more,
    }  # fmt: skip
    return ShippingDuty(shop_id=shop_id, channel="jd", **given)


def cny(yuan: int) -> Money:
    return Money(yuan * 100, "CNY")


def cash(orders: int, *money: Money, due: datetime | None = None, complete: bool = True) -> Cash:
    return Cash(1, orders, money, due, (Case("A-1", "7"),), complete)


def test_overdue_and_nearly_overdue_shipments_are_two_findings_with_their_own_money_and_clock() -> None:
    late, near = NOW - 3 * HOUR, NOW + 2 * HOUR
    found = rules.shipping(
        [duty(overdue=2, soon=1, oldest_due_at=late)],
        {1: cash(2, cny(50), due=late)},
        {1: cash(1, cny(8), due=near)},
        {},
    )
    assert [(f.kind, f.counts, f.due_at, f.money, f.money_is_least) for f in found] == [
        ("ship_overdue", {"orders": 2}, late, (cny(50),), False),
        ("ship_soon", {"orders": 1}, near, (cny(8),), False),
    ]


def test_a_sum_over_fewer_orders_than_are_owed_is_at_least() -> None:
    (found,) = rules.shipping([duty(overdue=900)], {1: cash(500, cny(1), complete=False)}, {}, {})
    assert found.money_is_least
    (found,) = rules.shipping([duty(overdue=3)], {1: cash(2, cny(1))}, {}, {})
    assert found.money_is_least


def test_without_money_read_the_count_stands_alone() -> None:
    (found,) = rules.shipping([duty(overdue=3, oldest_due_at=NOW)], {}, {}, {})
    assert (found.money, found.money_how, found.due_at) == ((), "", NOW)


def test_orders_without_deadline_and_unknown_states_have_no_clock() -> None:
    found = rules.shipping(
        [duty(waiting_without_deadline=4, unknown=2, oldest_due_at=NOW)], {}, {}, {1: cash(2, cny(9), due=NOW)}
    )
    assert [(f.kind, f.due_at) for f in found] == [("ship_undated", None), ("unknown_state", None)]
    assert found[1].money == (cny(9),)


def test_a_shop_that_owes_nothing_has_no_finding() -> None:
    assert rules.shipping([duty(waiting=5)], {}, {}, {}) == []


def refund(number: str, deadline: datetime | None, asked: Money | None = None) -> rules.OpenRefund:
    return rules.OpenRefund(1, number, f"order-{number}", asked, deadline)


def test_refunds_are_told_by_deadline() -> None:
    owed = RefundDuty(1, "jd", known=True, open=9, sellers_turn=4, overdue=1, soon=1, undated_success=0)
    waiting = [
        refund("a", NOW - HOUR, cny(10)),
        refund("b", NOW + HOUR, cny(20)),
        refund("c", NOW + 90 * HOUR, cny(30)),
        refund("d", None, None),
    ]
    late, near, rest = rules.refunds([owed], waiting, NOW)
    assert (late.kind, late.counts, late.due_at, late.money) == (
        "refund_overdue", {"refunds": 1}, NOW - HOUR, (cny(10),),
    )  # fmt: skip
    assert (near.kind, near.due_at) == ("refund_soon", NOW + HOUR)
    assert (rest.kind, rest.counts, rest.due_at) == ("refund_waiting", {"refunds": 2}, NOW + 90 * HOUR)
    assert rest.money == (cny(30),)
    assert rest.money_is_least  # one of the two names no amount
    assert [c.ref for c in rest.cases] == ["order-c", "order-d"]


def test_refunds_of_others_are_not_counted_and_none_waiting_is_silent() -> None:
    owed = RefundDuty(2, "jd", known=True, open=3, sellers_turn=0, overdue=0, soon=0, undated_success=0)
    assert rules.refunds([owed], [], NOW) == []


def file(number: int, shop_id: int = 1, **more: Any) -> TroubledFile:
    given = {
        "failed": False, "sentence": "", "rows": 100, "rejected": 0, "residuals": 0,
        "difference": None, **more,
    }  # fmt: skip
    return TroubledFile(number, shop_id, f"file-{number}.csv", **given)


def test_failed_files_stand_alone_and_refused_rows_are_summed_per_shop() -> None:
    found = rules.files(
        [
            file(1, failed=True),
            file(2, failed=True),
            file(3, rejected=2),
            file(4, rejected=5, residuals=1, difference=cny(3)),
            file(5, shop_id=2, rejected=1),
        ]
    )
    told = [(f.kind, f.shop_id, dict(f.counts), f.money) for f in found]
    assert told == [
        ("file_failed", 1, {"files": 1}, ()),
        ("file_failed", 1, {"files": 1}, ()),
        ("file_rejected", 1, {"files": 2, "rows": 7, "of": 200}, ()),
        ("file_rejected", 2, {"files": 1, "rows": 1, "of": 100}, ()),
        ("file_differs", 1, {"files": 1, "places": 1}, (cny(3),)),
    ]
    assert len({(f.kind, f.shop_id, f.subject) for f in found}) == len(found)


def cover(shop_id: int, kind: str, hours: int) -> FileCover:
    return FileCover(shop_id, kind, NOW - hours * HOUR, NOW, hours, f"{kind}.csv")


def test_stale_is_measured_per_kind_by_the_newest_file() -> None:
    files = [cover(1, "orders", 40), cover(1, "order_items", 30), cover(1, "refunds", 37), cover(2, "orders", 37)]
    states = fresh.shop_states([(1, "taobao"), (2, "jd"), (3, "jd")], files, NOW)
    assert [[k.state for k in s.kinds] for s in states] == [
        ["ok", "late", "never"],  # the item list tells of orders too
        ["late", "never", "never"],
        ["never", "never", "never"],
    ]
    told = [(f.kind, f.shop_id) for f in rules.freshness(states)]
    assert told == [("stale_refunds", 1), ("stale_orders", 2), ("never_orders", 3)]


@pytest.mark.parametrize(("hours", "state"), [(36, "ok"), (37, "late"), (73, "very_late")])
def test_the_edge_of_stale(hours: int, state: str) -> None:
    (shop,) = fresh.shop_states([(1, "jd")], [cover(1, "orders", hours)], NOW)
    assert shop.orders.state == state


def test_money_files_have_a_longer_rhythm() -> None:
    (shop,) = fresh.shop_states([(1, "jd")], [cover(1, "ledger", 100)], NOW)
    assert {k.kind: k.state for k in shop.kinds}["settlement"] == "ok"


def test_the_moment_everything_reaches_leaves_late_shops_out() -> None:
    files = [cover(1, "orders", 5), cover(2, "orders", 9), cover(3, "orders", 90)]
    states = fresh.shop_states([(1, "jd"), (2, "jd"), (3, "jd"), (4, "jd")], files, NOW)
    assert fresh.reach(states) == NOW - 9 * HOUR
    assert [s.shop_id for s in fresh.late_shops(states)] == [4, 3]
    assert fresh.reach(states[2:]) is None


def test_currencies_are_never_added() -> None:
    assert rules.total([cny(1), Money(5, "USD"), None, cny(2)]) == (cny(3), Money(5, "USD"))


def test_whoever_is_called_may_follow_the_link() -> None:
    for kind, k in rules.KINDS.items():
        assert k.roles <= set(ROLES), kind
        assert k.roles <= PERMISSIONS[k.permission], kind
