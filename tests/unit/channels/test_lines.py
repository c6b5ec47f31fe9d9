"""Shares and numbers of order lines: exactly as the pure split, and stable between exports."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.kernel.split import split
from zhanggui.trade.channels.domain.lines import exact_unit, numbered, shares

_LINES = st.lists(st.integers(0, 10**13), min_size=1, max_size=6)


@given(st.lists(st.tuples(st.integers(-(10**12), 10**12), _LINES), min_size=1, max_size=5))
def test_shares_agree_with_the_kernel(orders: list[tuple[int, list[int]]]) -> None:
    rows = [(f"o{i}", amount, w) for i, (amount, weights) in enumerate(orders) for w in weights]
    frame = pl.DataFrame(rows, schema={"order_no": pl.String, "amount": pl.Int64, "w": pl.Int64}, orient="row")
    got = frame.with_columns(s=shares(frame, pl.col("amount"), pl.col("w")))
    for i, (amount, weights) in enumerate(orders):
        expected = split(amount, weights if any(weights) else [1] * len(weights))
        assert got.filter(pl.col("order_no") == f"o{i}")["s"].to_list() == expected


def test_weights_fall_back_to_the_next_and_nulls_stay_unknown() -> None:
    frame = pl.DataFrame(
        {
            "order_no": ["a", "a", "b", "b", "c"],
            "amount": [100, 100, None, None, 7],
            "w": [0, None, 1, 1, None],
            "qty": [1, 3, 1, 1, None],
        },
        schema_overrides={"amount": pl.Int64, "w": pl.Int64},
    )
    assert shares(frame, pl.col("amount"), pl.col("w"), pl.col("qty")).to_list() == [
        25,
        75,
        None,
        None,
        7,
    ]


def test_numbers_do_not_depend_on_the_rest_of_the_order_or_file() -> None:
    one = pl.DataFrame({"order_no": ["A", "A", "B"], "sku": ["x", "y", "x"], "spec": [None, "r", None]})
    two = pl.DataFrame({"order_no": ["B", "A", "A", "A"], "sku": ["x", "z", "y", "x"], "spec": [None, "", "r", None]})
    first = dict(zip(one.select("order_no", "sku").rows(), numbered(one, ["sku", "spec"]), strict=True))
    second = dict(zip(two.select("order_no", "sku").rows(), numbered(two, ["sku", "spec"]), strict=True))
    for key, number in first.items():
        assert second[key] == number
    assert len(set(second.values())) == 4


def test_a_price_per_piece_is_only_given_when_it_is_exact() -> None:
    frame = pl.DataFrame({"a": [300, 100, 5], "q": [3, 3, 0]})
    assert frame.select(exact_unit(pl.col("a"), pl.col("q")))["a"].to_list() == [100, None, None]
