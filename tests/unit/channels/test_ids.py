"""Ids that spreadsheets damaged are told apart from ids that only look like it."""

from __future__ import annotations

import polars as pl
import pytest

from zhanggui.trade.channels.domain.cells import to_id


@pytest.mark.parametrize(
    "text", ["2.026E+27", "2.026e+27", "1E+15", "2.60010E+15", "9e15", "8.7E21", "1234567890123456.0"]
)
def test_rounded_numbers_are_refused(text: str) -> None:
    assert to_id(pl.Series([text]))[1].to_list() == [True]


@pytest.mark.parametrize(
    "text", ["650000000000000000000e12", "64e0123456789012345678ab", "6400000000000012e4567890", "P878057710105581731"]
)
def test_hexadecimal_ids_are_whole(text: str) -> None:
    values, failed = to_id(pl.Series([text]))
    assert (values.to_list(), failed.to_list()) == ([text], [False])


def test_a_float_tail_of_a_short_number_is_dropped() -> None:
    assert to_id(pl.Series(["123.0"]))[0].to_list() == ["123"]
