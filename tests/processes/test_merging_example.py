"""The example of ``docs/algorithms/merging-exports.md``, brought in every order."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from ledger_exports import exported, undone
from ledger_frames import record
from zhanggui.foundation.accounts import operations as accounts

pytestmark = [pytest.mark.data, pytest.mark.django_db]


def item_list(shop: int, day: int, second: dict[str, object]) -> None:
    lines = [
        {"order_no": "1", "line_no": "11", "line_paid": 4000, "status": "shipped", "refunded_amount": 0},
        {"order_no": "1", "line_no": "12", "line_paid": 2000, "status": "shipped", "refunded_amount": 0, **second},
    ]
    paid_and_back = {"buyer_paid": 6000, "refunded_amount": second.get("refunded_amount", 0)}
    record(shop, orders=[{"order_no": "1", **paid_and_back}], lines=lines, grain="items", day=day, file_id=day)


def order_list(shop: int) -> None:
    stated = {"buyer_paid": 6500, "refunded_amount": 0, "status": "shipped", "seller_note": "gift wrap"}
    record(shop, orders=[{"order_no": "1", **stated}], grain="order", day=2, file_id=2)


EXPORTS: tuple[Callable[[int], None], ...] = (
    lambda shop: item_list(shop, 1, {}),
    order_list,
    lambda shop: item_list(shop, 3, {"status": "refunded", "refunded_amount": 2000}),
)


@pytest.mark.parametrize("arrival", list(itertools.permutations(range(3))))
def test_the_example_is_true(arrival: tuple[int, ...]) -> None:
    with undone():
        shop = accounts.ensure_shop(name="店", channel="taobao").id
        for n in arrival:
            EXPORTS[n](shop)
        order = exported("orders", shop).row(0, named=True)
        told = ("status", "buyer_paid", "refunded_amount", "seller_note")
        assert [order[name] for name in told] == ["shipped", 6500, 0, "gift wrap"]
        assert "partial_refund" in order["flags"].split()
        lines = exported("lines", shop).sort("line_no")
        assert lines["refunded_amount"].to_list() == [0, 2000]
        assert lines["status"].to_list() == ["shipped", "refunded"]
