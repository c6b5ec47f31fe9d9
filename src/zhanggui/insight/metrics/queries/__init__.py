"""Reads of the metric store: the dictionary, any metric by any dimension, the rows behind it, the desk's board."""

from zhanggui.insight.metrics.queries.board import ORDER_KINDS, SPARK_DAYS, coverage, day_board, metric
from zhanggui.insight.metrics.queries.definitions import definition, definitions
from zhanggui.insight.metrics.queries.measuring import measure, measure_with

__all__ = [
    "ORDER_KINDS",
    "SPARK_DAYS",
    "coverage",
    "day_board",
    "definition",
    "definitions",
    "measure",
    "measure_with",
    "metric",
]
