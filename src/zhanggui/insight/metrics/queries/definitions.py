"""The dictionary: one definition, or all of them."""

from __future__ import annotations

from zhanggui.insight.metrics.contracts import Metric
from zhanggui.insight.metrics.domain.definitions import METRICS
from zhanggui.insight.metrics.domain.errors import UnknownMetric


def definition(metric_id: str) -> Metric:
    """One definition by its id (letter case aside). Raises :class:`UnknownMetric`."""
    wanted = metric_id.strip()
    found = METRICS.get(wanted) or METRICS.get(wanted[:1].upper() + wanted[1:].lower())
    if found is None:
        raise UnknownMetric(metric=metric_id)
    return found


def definitions(*, search: str = "") -> tuple[Metric, ...]:
    """Every definition in order of id; with ``search`` those whose id, names or formulas contain it."""
    word = search.strip().lower()
    return tuple(
        m
        for m in METRICS.values()
        if not word or any(word in t.lower() for t in (m.id, m.name_zh, m.name_en, m.formula_zh, m.formula_en))
    )
