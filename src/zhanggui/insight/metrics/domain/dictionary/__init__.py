"""The metric dictionary as data: one module per chapter, one definition per id.

Where two readings of a word exist, each has an id of its own. ``ALL`` holds every definition in order of id.
"""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.contracts import Metric
from zhanggui.insight.metrics.domain.dictionary import (
    adverts,
    content,
    customers,
    fulfilment,
    funnel,
    live,
    profit,
    sales,
    service,
    stock,
    team,
    traffic,
)

_CHAPTERS: Final = (
    traffic, funnel, sales, profit, adverts, customers, service, stock, fulfilment, live, content, team,
)  # fmt: skip
ALL: Final[dict[str, Metric]] = {
    m.id: m for m in sorted((m for chapter in _CHAPTERS for m in chapter.METRICS), key=lambda m: m.id)
}
