"""Which factors may stand beside each other. A mixed pair gives a plausible product that is no amount (X02, X03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from zhanggui.insight.decomposition.domain.errors import ChainBroken, ChainStart, TotalNotReached, gettext_noop

VISITORS = gettext_noop("visitors")
VISITS = gettext_noop("visits")
IMPRESSIONS = gettext_noop("impressions")
CLICKS = gettext_noop("clicks")
ORDERING_BUYERS = gettext_noop("ordering buyers")
PAYING_BUYERS = gettext_noop("paying buyers")
DEAL_CUSTOMERS = gettext_noop("deal customers")
ORDERS = gettext_noop("orders")
UNITS = gettext_noop("units")
PLACED_AMOUNT = gettext_noop("placed amount")
PAID_AMOUNT = gettext_noop("paid amount")
DEAL_AMOUNT = gettext_noop("deal amount")
COMPLETED_AMOUNT = gettext_noop("completed amount")
SPEND = gettext_noop("spend")

#: Metric → (what it counts, what it is per; None for a count). Names that are not listed are taken on trust.
PARTS: Final[dict[str, tuple[str, str | None]]] = {
    "M001": (VISITORS, None),
    "M003": (VISITS, None),
    "M010": (IMPRESSIONS, None),
    "M020": (CLICKS, IMPRESSIONS),
    "M023": (ORDERING_BUYERS, VISITORS),
    "M024": (PAYING_BUYERS, VISITORS),
    "M025": (DEAL_CUSTOMERS, VISITORS),
    "M026": (PAYING_BUYERS, ORDERING_BUYERS),
    "M028": (ORDERS, VISITS),
    "M047": (ORDERS, None),
    "M048": (PAYING_BUYERS, None),
    "M049": (UNITS, None),
    "M050": (PAID_AMOUNT, PAYING_BUYERS),
    "M051": (PAID_AMOUNT, ORDERS),
    "M052": (UNITS, ORDERS),
    "M053": (PAID_AMOUNT, UNITS),
    "M054": (PAID_AMOUNT, VISITORS),
    "M071": (SPEND, CLICKS),
    "M099": (ORDERS, PAYING_BUYERS),
}

#: Amounts that a chain may explain.
AMOUNTS: Final[dict[str, str]] = {
    "M040": PLACED_AMOUNT,
    "M041": PAID_AMOUNT,
    "M042": DEAL_AMOUNT,
    "M043": COMPLETED_AMOUNT,
    "M070": SPEND,
}

#: Chains that hold by definition.
PEOPLE: Final = ("M001", "M024", "M050")
VISITS_AND_ORDERS: Final = ("M003", "M028", "M051")
PEOPLE_AND_ORDERS: Final = ("M001", "M024", "M099", "M051")
PEOPLE_ORDERS_UNITS: Final = ("M001", "M024", "M099", "M052", "M053")


def check_chain(factors: Sequence[str], total: str) -> None:
    """Refuse an identity that does not hold by definition, naming the pair that does not match.

    Raises :class:`ChainStart` when it begins with a ratio, :class:`ChainBroken` when what one factor counts is not
    what the next is per, :class:`TotalNotReached` when the last one does not end in the total.

    >>> check_chain(["M001", "M024", "M050"], "M041")
    >>> check_chain(["M001", "M024", "M051"], "M041")
    Traceback (most recent call last):
    zhanggui.insight.decomposition.domain.errors.ChainBroken: “M024” and “M051” do not match: M024 ends in paying \
buyers, M051 is per orders. Their product is not an amount.
    """
    known = [PARTS.get(name) for name in factors]
    if known[0] is not None and known[0][1] is not None:
        raise ChainStart(name=factors[0])
    for position in range(1, len(factors)):
        left, right = known[position - 1], known[position]
        if left is not None and right is not None and left[0] != right[1]:
            per = right[1] or gettext_noop("nothing")
            raise ChainBroken(left=factors[position - 1], right=factors[position], ends_in=left[0], is_per=per)
    last = known[-1]
    if last is not None and total in AMOUNTS and last[0] != AMOUNTS[total]:
        raise TotalNotReached(left=factors[-1], right=total, ends_in=last[0], is_per=AMOUNTS[total])
