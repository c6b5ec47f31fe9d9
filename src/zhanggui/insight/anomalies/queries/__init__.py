"""What other rooms ask of this one. It has no tables: answers are computed from what is passed in, or
from what the metric store tells."""

from __future__ import annotations

from zhanggui.insight.anomalies.domain.causes import PartsDiffer, causes, rank
from zhanggui.insight.anomalies.domain.detect import detect
from zhanggui.insight.anomalies.queries.days import WATCHED, Unusual, unusual_days

__all__ = ["WATCHED", "PartsDiffer", "Unusual", "causes", "detect", "rank", "unusual_days"]
