"""What other rooms ask of this one. It has no tables: answers are computed from what is passed in, or
from what the metric store tells."""

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
from zhanggui.insight.decomposition.queries.gmv import BASES, GmvExplanation, explain_gmv

__all__ = [
    "BASES",
    "PEOPLE",
    "PEOPLE_AND_ORDERS",
    "PEOPLE_ORDERS_UNITS",
    "VISITS_AND_ORDERS",
    "CannotExplain",
    "GmvExplanation",
    "explain",
    "explain_gmv",
    "waterfall",
]
