"""Splitting an amount over weights without losing a minor unit."""

from __future__ import annotations

from collections.abc import Sequence


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Share ``amount`` minor units over ``weights`` by integer largest remainder (Hamilton's method).

    Five properties hold: the sum is kept; a zero weight gets zero; each share is within one unit
    of exact; splitting the negative mirrors the positive; a larger weight never gets less.
    Equal remainders go to the larger weight, then to the earlier position.

    Raises ``ValueError`` when a weight is negative, or when a non-zero amount meets no positive weight.

    >>> split(100, [29, 71])
    [29, 71]
    >>> split(-100, [1, 1, 1])
    [-34, -33, -33]
    >>> split(0, [])
    []
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    total = sum(weights)
    if total == 0:
        if amount:
            raise ValueError("nothing carries a weight, so a non-zero amount cannot be split")
        return [0] * len(weights)
    sign = -1 if amount < 0 else 1
    shares, remainders = zip(*(divmod(abs(amount) * weight, total) for weight in weights), strict=True)
    result = list(shares)
    missing = abs(amount) - sum(result)
    order = sorted(range(len(weights)), key=lambda i: (-remainders[i], -weights[i], i))
    for index in order[:missing]:
        result[index] += 1
    return [sign * share for share in result]
