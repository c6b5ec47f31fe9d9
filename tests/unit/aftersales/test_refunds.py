from __future__ import annotations

from datetime import UTC, datetime

import pytest

from zhanggui.kernel import records
from zhanggui.trade.aftersales.domain import refunds


@pytest.mark.parametrize(
    ("state", "kind", "to_buyer", "applied", "found"),
    [
        ("success", "refund_only", 900, 1000, 900),
        ("success", "refund_only", None, 1000, 1000),
        ("success", None, None, 1000, 1000),
        ("success", "exchange", None, 1000, None),
        ("success", "exchange", 50, 1000, 50),
        ("success", "refund_only", 0, 1000, 0),
        ("refused", "refund_only", 900, 1000, None),
        (None, "refund_only", 900, 1000, None),
    ],
)
def test_tells_what_went_back(
    state: str | None, kind: str | None, to_buyer: int | None, applied: int | None, found: int | None
) -> None:
    assert refunds.refunded(state, kind, to_buyer, applied) == found


def test_open_and_moneyless_names_are_canonical() -> None:
    assert set(records.REFUND_STATES) >= refunds.OPEN
    assert refunds.OPEN >= refunds.SELLERS_TURN
    assert set(records.REFUND_KINDS) >= refunds.WITHOUT_MONEY


def test_own_numbers_are_stable_and_differ_by_what_they_are_made_of() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    number = refunds.own_number("1", "1a", "A-1", at, 1)
    assert number == refunds.own_number("1", "1a", "A-1", at, 1)
    assert number.startswith("~")
    others = [
        ("1", "1b", "A-1", at, 1),
        ("1", "1a", None, at, 1),
        ("1", "1a", "A-1", None, 1),
        ("1", "1a", "A-1", at, 2),
    ]
    assert len({number, *(refunds.own_number(*other) for other in others)}) == 5
