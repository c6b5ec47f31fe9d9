"""Amazon's sample files: settlements add up to their own totals."""

from __future__ import annotations

from pathlib import Path

import pytest

from export_reading import read_path


@pytest.mark.parametrize(
    ("name", "profile", "currency", "total", "entries"),
    [
        ("settlement_v1_cad.txt", "amazon-settlement-v1", "CAD", 101608, 153),
        ("settlement_v1_cad_small.txt", "amazon-settlement-v1", "CAD", -6231, 15),
        ("settlement_v2_synthetic.txt", "amazon-settlement-v2", "USD", 58289, 23),
    ],
)
def test_settlements_add_up(
    channel_samples: Path, name: str, profile: str, currency: str, total: int, entries: int
) -> None:
    got = read_path(channel_samples / "amazon" / name)
    assert (got.facts.profile, got.facts.currency) == (profile, currency)
    assert (got.total("settlement", "amount"), len(got.settlement)) == (total, entries)
    assert (got.rejects, got.residuals) == ([], [])


def test_documented_answers(channel_samples: Path) -> None:
    got = read_path(channel_samples / "amazon" / "orders_v0_getOrders.json")
    assert got.column("orders", "order_no") == ["902-3159896-1390916"]
    # The documented items cost 25.99 and 17.95 yen: amounts that cannot exist are refused, cell by cell.
    got = read_path(channel_samples / "amazon" / "orders_v0_getOrderItems.json")
    assert [(r.row, r.column, r.value) for r in got.rejects] == [
        (2, "ItemPrice.Amount", "25.99"),
        (3, "ItemPrice.Amount", "17.95"),
    ]
