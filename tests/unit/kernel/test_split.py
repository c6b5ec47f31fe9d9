"""Splitting keeps every minor unit. The five properties are those promised by ``split``."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.kernel.split import split

AMOUNTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)


@given(AMOUNTS, WEIGHTS)
def test_keeps_the_sum(amount: int, weights: list[int]) -> None:
    assert sum(split(amount, weights)) == amount


@given(AMOUNTS, WEIGHTS)
def test_gives_nothing_to_a_zero_weight(amount: int, weights: list[int]) -> None:
    assert all(share == 0 for share, weight in zip(split(amount, weights), weights, strict=True) if weight == 0)


@given(AMOUNTS, WEIGHTS)
def test_keeps_every_share_within_one_unit_of_exact(amount: int, weights: list[int]) -> None:
    total = sum(weights)
    for share, weight in zip(split(amount, weights), weights, strict=True):
        assert abs(share - Fraction(amount * weight, total)) < 1


@given(AMOUNTS, WEIGHTS)
def test_splitting_the_negative_mirrors_the_positive(amount: int, weights: list[int]) -> None:
    assert split(-amount, weights) == [-share for share in split(amount, weights)]


@given(st.integers(0, 10**12), WEIGHTS)
def test_a_larger_weight_never_gets_less(amount: int, weights: list[int]) -> None:
    pairs = sorted(zip(weights, split(amount, weights), strict=True))
    for (small, less), (large, more) in itertools.pairwise(pairs):
        assert less <= more or small == large


@pytest.mark.parametrize("weights", [[0], [0, 0], []])
def test_refuses_to_split_something_over_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="nothing carries a weight"):
        split(1, weights)


@pytest.mark.parametrize("weights", [[0], [0, 0], []])
def test_nothing_over_nothing_is_nothing(weights: list[int]) -> None:
    assert split(0, weights) == [0] * len(weights)


def test_refuses_negative_weights() -> None:
    with pytest.raises(ValueError, match="negative"):
        split(100, [2, -1])
