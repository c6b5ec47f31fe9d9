"""What other rooms ask of this one. It has no tables: every answer is computed from what is passed in."""

from __future__ import annotations

from zhanggui.insight.decomposition.domain.errors import CannotExplain
from zhanggui.insight.decomposition.domain.explain import explain
from zhanggui.insight.decomposition.domain.identities import (
    PEOPLE,
    PEOPLE_AND_ORDERS,
    PEOPLE_ORDERS_UNITS,
    VISITS_AND_ORDERS,
)
from zhanggui.insight.decomposition.domain.waterfall import waterfall

__all__ = [
    "PEOPLE",
    "PEOPLE_AND_ORDERS",
    "PEOPLE_ORDERS_UNITS",
    "VISITS_AND_ORDERS",
    "CannotExplain",
    "explain",
    "waterfall",
]
