"""Every textbook formula by the name under which it is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from zhanggui.supply.purchasing.domain import lots, uncertain

FORMULAS: Final[dict[str, Callable[..., Any]]] = {
    "eoq": lots.eoq,
    "eoq-backorders": lots.eoq_backorders,
    "epq": lots.epq,
    "discount-all-units": lots.discount_all_units,
    "discount-incremental": lots.discount_incremental,
    "wagner-whitin": lots.wagner_whitin,
    "silver-meal": lots.silver_meal,
    "newsvendor-normal": uncertain.newsvendor_normal,
    "newsvendor-poisson": uncertain.newsvendor_poisson,
    "newsvendor-empirical": uncertain.newsvendor_empirical,
    "rq": uncertain.rq_normal,
    "rq-approximate": uncertain.rq_approximate,
    "rq-poisson": uncertain.rq_poisson,
    "rq-cost": uncertain.rq_cost,
    "ss": uncertain.ss_discrete,
    "ss-poisson": uncertain.ss_poisson,
    "ss-power": uncertain.ss_power,
    "base-stock": uncertain.base_stock,
    "safety-stock": uncertain.safety_stock,
    "reorder-point": uncertain.reorder_point_observed,
    "fill-rate": uncertain.fill_rate,
    "reorder-point-fill-rate": uncertain.reorder_point_for_fill_rate,
}
