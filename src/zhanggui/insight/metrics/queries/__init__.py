"""Reads of the metric store: the dictionary, any metric by any dimension, the rows behind it, the desk's board."""

from zhanggui.insight.metrics.queries.behind import rows_behind, rows_behind_with
from zhanggui.insight.metrics.queries.board import ORDER_KINDS, SPARK_DAYS, coverage, day_board, metric
from zhanggui.insight.metrics.queries.boards import cohorts, rfm, rfm_with, tiles
from zhanggui.insight.metrics.queries.definitions import definition, definitions
from zhanggui.insight.metrics.queries.measuring import measure, measure_with

__all__ = [
    "ORDER_KINDS",
    "SPARK_DAYS",
    "cohorts",
    "coverage",
    "day_board",
    "definition",
    "definitions",
    "measure",
    "measure_with",
    "metric",
    "rfm",
    "rfm_with",
    "rows_behind",
    "rows_behind_with",
    "tiles",
]
