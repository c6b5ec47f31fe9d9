"""The simulator alone: every order of every shop obeys the identities and the order of time."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from zhanggui.kernel.records import STATES
from zhanggui.trade.channels.sample import generate
from zhanggui.trade.channels.sample.truth import Order, Plan, derive
from zhanggui.trade.channels.sample.world import World

PLANS = [
    plan
    for channel in generate.LAYOUTS
    for plan in generate.plans(channel, seed=5, days=20, orders=900, end=date(2026, 6, 30))
]


@pytest.fixture(scope="module", params=PLANS, ids=lambda plan: plan.shop)
def walked(request: pytest.FixtureRequest) -> tuple[Plan, list[Order]]:
    plan: Plan = request.param
    return plan, list(World(plan).orders())


def test_as_many_orders_as_asked_in_the_order_of_time(walked: tuple[Plan, list[Order]]) -> None:
    plan, orders = walked
    assert len(orders) == plan.orders
    assert [order.created_at for order in orders] == sorted(order.created_at for order in orders)
    assert orders[-1].created_at <= plan.moments[-1]
    assert len({order.serial for order in orders}) == len(orders)


def test_line_identity(walked: tuple[Plan, list[Order]]) -> None:
    _, orders = walked
    for order in orders:
        for line in order.lines:
            cuts = line.merchant + line.platform + line.creator + line.payment
            assert line.amount == line.unit_price * line.qty
            assert line.paid == line.amount - cuts + line.freight + line.tax
            assert min(line.merchant, line.platform, line.creator, line.payment, line.freight, line.tax) >= 0
            assert line.paid > 0 or line.is_gift
        assert order.total("paid") == sum(line.paid for line in order.lines)


def test_time_runs_forward(walked: tuple[Plan, list[Order]]) -> None:
    _, orders = walked
    for order in orders:
        moments = [order.created_at, order.paid_at if not order.cod else None]
        moments += [package.shipped_at for package in order.packages]
        moments += [order.delivered_at, order.completed_at]
        known = [moment for moment in moments if moment is not None]
        assert known == sorted(known)
        if order.cancelled_at is not None:
            assert order.paid_at is None
            assert not order.packages


def test_refunds_never_exceed_what_was_paid(walked: tuple[Plan, list[Order]]) -> None:
    _, orders = walked
    for order in orders:
        for line in order.lines:
            refund = line.refund
            if refund is None:
                continue
            assert 0 < refund.amount <= line.paid
            assert refund.full == (refund.amount == line.paid) or not refund.full
            assert order.paid_at is not None
            assert order.paid_at <= refund.applied_at < refund.finished_at


def test_states_are_canonical_and_only_advance(walked: tuple[Plan, list[Order]]) -> None:
    plan, orders = walked
    rank = {state: number for number, state in enumerate(("created", "paid", "shipped", "delivered", "completed"))}
    for order in orders:
        last = -1
        for hours in range(0, 24 * 30, 7):
            at = order.created_at + timedelta(hours=hours)
            for line in order.lines:
                assert order.state(line, at) in STATES
            advance = order.advance(order.lines[0], at)
            if advance in rank:
                assert rank[advance] >= last
                last = rank[advance]
    assert plan.orders == len(orders)


@pytest.mark.parametrize("plan", [p for p in PLANS if not p.traits.open_refunds], ids=lambda plan: plan.shop)
def test_shops_whose_lists_must_agree_show_no_open_refund(plan: Plan) -> None:
    orders = list(World(plan).orders())
    assert any(line.refund for order in orders for line in order.lines)
    for at in plan.moments:
        assert not [order for order in orders for line in order.lines if line.refund and line.refund.is_open(at)]


@pytest.mark.parametrize(
    ("states", "order"),
    [
        (["paid", "paid"], "paid"),
        (["completed", "refunded"], "completed"),
        (["paid", "shipped", "refunded"], "paid"),
        (["refunded", "refunding"], "refunding"),
        (["refunded", "refunded"], "refunded"),
        (["cancelled"], "cancelled"),
        (["unknown", "refunded"], "unknown"),
    ],
)
def test_order_state_from_lines(states: list[str], order: str) -> None:
    assert derive(states) == order


def test_the_same_plan_gives_the_same_orders_and_another_seed_others() -> None:
    plan = PLANS[0]
    assert list(World(plan).orders()) == list(World(plan).orders())
    other = generate.plans("taobao", seed=6, days=20, orders=900, end=date(2026, 6, 30))[0]
    assert list(World(plan).orders()) != list(World(other).orders())


def test_all_that_was_promised_happens() -> None:
    """Over a large shop every fate occurs: presale, gifts, group, holds, split packages, every refund stage."""
    seen: Counter[str] = Counter()
    for channel in ("taobao", "jd", "pinduoduo", "douyin", "shopify", "tiktok"):
        for plan in generate.plans(channel, seed=3, days=30, orders=2500, end=date(2026, 6, 30)):
            end = plan.moments[-1]
            for order in World(plan).orders():
                seen["presale"] += order.presale
                seen["deposit only"] += order.presale and order.paid_at is None
                seen["group failed"] += order.group_fails
                seen["group pending"] += bool(order.grouped_at and order.grouped_at > end)
                seen["cod"] += order.cod
                seen["deleted"] += order.deleted
                seen["held"] += bool(order.held(end))
                seen["split"] += len(order.packages) == 2
                seen["gift"] += any(line.is_gift for line in order.lines)
                seen["several lines"] += len(order.lines) > 1
                seen["fragile"] += order.fragile
                seen["odd"] += order.odd_status
                waits = order.paid_by(end) and not order.packages and order.deadline_at and not order.deleted
                if waits and order.deadline_at:
                    seen["late"] += order.deadline_at < end
                    seen["nearly late"] += end <= order.deadline_at <= end + timedelta(hours=12)
                for line in order.lines:
                    if line.refund:
                        seen[line.refund.stage] += 1
                        seen[line.refund.outcome] += 1
                        seen["full" if line.refund.full else "part"] += 1
                        seen["open"] += line.refund.is_open(end)
    wanted = (
        "presale",
        "deposit only",
        "group failed",
        "group pending",
        "cod",
        "deleted",
        "held",
        "split",
        "gift",
        "several lines",
        "fragile",
        "odd",
        "late",
        "nearly late",
        "unshipped",
        "shipped",
        "received",
        "success",
        "refused",
        "withdrawn",
        "full",
        "part",
        "open",
    )
    assert {name: seen[name] for name in wanted if not seen[name]} == {}
