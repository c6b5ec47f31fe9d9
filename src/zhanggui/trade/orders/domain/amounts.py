"""The money identities of an order, and how order-level amounts are shared out to lines. Minor units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from zhanggui.kernel.split import split

#: goods − discounts − points + freight + tax + adjustment = buyer_paid
PAID_TERMS: Final[tuple[tuple[str, int], ...]] = (
    ("goods_amount", 1),
    ("merchant_discount", -1),
    ("platform_discount", -1),
    ("creator_discount", -1),
    ("payment_discount", -1),
    ("points_amount", -1),
    ("freight_amount", 1),
    ("tax_amount", 1),
    ("adjust_amount", 1),
)
#: buyer_paid + what others funded = merchant_receivable
RECEIVABLE_TERMS: Final[tuple[tuple[str, int], ...]] = (
    ("buyer_paid", 1),
    ("platform_discount", 1),
    ("creator_discount", 1),
    ("payment_discount", 1),
    ("points_amount", 1),
)
IDENTITIES: Final[dict[str, tuple[tuple[tuple[str, int], ...], str]]] = {
    "buyer_paid": (PAID_TERMS, "buyer_paid"),
    "merchant_receivable": (RECEIVABLE_TERMS, "merchant_receivable"),
}


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """One identity evaluated on one order. ``missing`` names terms that were not given and counted as nothing,
    so a residual beside missing terms is a question, not an error."""

    identity: str
    expected: int
    actual: int
    missing: tuple[str, ...]

    @property
    def residual(self) -> int:
        return self.actual - self.expected

    @property
    def holds(self) -> bool:
        return self.residual == 0


def check_identities(amounts: Mapping[str, int | None]) -> list[IdentityCheck]:
    """Evaluate the identities whose two anchors are known; nothing is forced or filled in.

    The anchors are the stated result and its first term (``goods_amount`` or ``buyer_paid``). Source: canonical
    schema of the channel sheets.

    >>> check_identities({"goods_amount": 9900, "merchant_discount": 900, "freight_amount": 600, "buyer_paid": 9600})
    [IdentityCheck(identity='buyer_paid', expected=9600, actual=9600, missing=('platform_discount', \
'creator_discount', 'payment_discount', 'points_amount', 'tax_amount', 'adjust_amount'))]
    """
    found = []
    for name, (terms, result) in IDENTITIES.items():
        stated, anchor = amounts.get(result), amounts.get(terms[0][0])
        if stated is None or anchor is None:
            continue
        expected, missing = 0, []
        for term, sign in terms:
            value = amounts.get(term)
            if value is None:
                missing.append(term)
            else:
                expected += sign * value
        found.append(IdentityCheck(name, expected, stated, tuple(missing)))
    return found


def allocate(amount: int, line_amounts: Sequence[int | None], quantities: Sequence[int | None]) -> list[int]:
    """Share an order-level amount over its lines by line amount, largest remainder: the shares add up exactly.

    Lines whose amounts are all unknown or zero are weighed by quantity, and when that says nothing, equally.
    Raises ``ValueError`` when there is no line to carry a non-zero amount.

    >>> allocate(100, [2900, 7100], [1, 1])
    [29, 71]
    >>> allocate(-5, [None, None], [1, 1])
    [-3, -2]
    """
    weights = [max(value or 0, 0) for value in line_amounts]
    if not any(weights):
        weights = [max(value or 0, 0) for value in quantities]
    if not any(weights):
        weights = [1] * len(line_amounts)
    return split(amount, weights)
