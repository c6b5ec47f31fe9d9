"""What other rooms ask of this one. It has no tables: every answer is computed from what is passed in."""

from __future__ import annotations

from zhanggui.insight.anomalies.domain.causes import PartsDiffer, causes, rank
from zhanggui.insight.anomalies.domain.detect import detect

__all__ = ["PartsDiffer", "causes", "detect", "rank"]
