"""Unusual days in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from zhanggui.foundation.ui.domain import formats
from zhanggui.foundation.ui.domain.scope import Scope
from zhanggui.insight.anomalies import queries as anomalies
from zhanggui.insight.dashboards.replies import words
from zhanggui.insight.metrics import queries as metrics


@dataclass(frozen=True)
class UnusualLine:
    day: str
    name: str
    value: str
    href: str
    expected: str
    band: str
    above: bool
    causes: list[str]
    calendar: str


def page(scope: Scope, names: dict[str, str], currency: str, shop_ids: frozenset[int]) -> list[UnusualLine]:
    """The unusual days of the scope. Raises ``CannotMeasure``."""
    found = anomalies.unusual_days(shop_ids=shop_ids, first=scope.first, last=scope.last)
    return [_line(u, names, currency, shop_ids) for u in found]


def _line(u: anomalies.Unusual, names: dict[str, str], currency: str, shop_ids: frozenset[int]) -> UnusualLine:
    metric, lang = metrics.definition(u.metric), words.language()
    chinese = lang.startswith("zh")
    causes = []
    for suspect in u.suspects:
        told = ", ".join(
            f"{words.key_name(suspect.dimension, c.value or None, names)} {formats.percent(c.power, lang, 0)}"
            for c in suspect.causes
        )
        causes.append(_("%(dimension)s: %(causes)s") % {"dimension": _(suspect.dimension), "causes": told})
    beside = [e.name_zh if chinese else e.name_en for e in u.events]
    beside += [f"{p.campaign_zh} {p.name_zh}" if chinese else f"{p.campaign_en} {p.name_en}" for p in u.phases]
    return UnusualLine(
        formats.day(u.day, lang, "long"),
        metric.name(lang),
        words.text(metric, u.value, currency),
        words.rows_address(u.metric, u.day, u.day, shop_ids),
        words.text(metric, int(Decimal(str(u.expected))), currency),
        f"{words.text(metric, int(u.low), currency)} – {words.text(metric, int(u.high), currency)}",
        u.above,
        causes,
        ", ".join(dict.fromkeys(beside)),
    )
