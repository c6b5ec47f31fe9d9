"""Recency, frequency, money: quintile scores with their cut-offs (M103)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence


def score(
    customers: Sequence[tuple[int, int, int]],
) -> tuple[dict[str, tuple[int, ...]], list[tuple[int, int, int]]]:
    """``(days since the last order, orders, net amount)`` per customer → cut-offs and scores 1–5, 5 being best.

    A score begins at the value of the customer who stands at a fifth of the order; equal values share a score.

    >>> score([(1, 9, 900), (5, 4, 500), (9, 2, 300), (40, 2, 200), (90, 1, 100)])[1]
    [(5, 5, 5), (4, 4, 4), (3, 3, 3), (2, 3, 2), (1, 1, 1)]
    """
    recency = _cuts([-c[0] for c in customers])
    orders = _cuts([c[1] for c in customers])
    amount = _cuts([c[2] for c in customers])
    scores = [(_of(recency, -r), _of(orders, f), _of(amount, m)) for r, f, m in customers]
    cuts = {"recency": tuple(sorted(-c for c in recency)), "frequency": orders, "monetary": amount}
    return cuts, scores


def _cuts(values: Sequence[int]) -> tuple[int, ...]:
    ordered = sorted(values)
    n = len(ordered)
    return tuple(ordered[min(n - 1, n * k // 5)] for k in (1, 2, 3, 4)) if n else ()


def _of(cuts: Sequence[int], value: int) -> int:
    return 1 + bisect_right(cuts, value)
