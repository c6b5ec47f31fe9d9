"""What moved the paid amount: a waterfall with its table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhanggui.foundation.ui import charts
from zhanggui.foundation.ui.domain import formats
from zhanggui.foundation.ui.domain.scope import Scope
from zhanggui.insight.dashboards.replies import words
from zhanggui.insight.decomposition import queries as decomposition
from zhanggui.insight.decomposition.contracts import ENTERED, LEFT, METHODS, MIX
from zhanggui.insight.decomposition.queries import GmvExplanation
from zhanggui.insight.metrics import queries as metrics
from zhanggui.kernel.money import exponent


@dataclass(frozen=True)
class EffectLine:
    name: str
    amount: str
    good: bool
    share: Decimal | None
    before: str
    after: str
    segments: list[str]


@dataclass(frozen=True)
class Change:
    found: GmvExplanation
    chart: charts.Chart
    lines: list[EffectLine]
    segments: list[str]
    change: str
    segment_changes: list[str]
    method: str
    methods: list[str]
    before: str
    after: str
    order: str
    notes: list[str]


def page(get: Any, scope: Scope, names: dict[str, str]) -> Change:
    """The explanation for the scope and its days before. Raises ``CannotExplain``, ``CannotMeasure``."""
    assert scope.before_first is not None
    assert scope.before_last is not None
    by = get.get("by", "channel") if get.get("by", "channel") in ("", "channel", "shop") else "channel"
    method = get.get("method", "shapley")
    found = decomposition.explain_gmv(
        shop_ids=scope.shop_ids,
        before=(scope.before_first, scope.before_last),
        after=(scope.first, scope.last),
        by=by,
        method=method,
        basis=get.get("basis", "auto"),
    )
    told, lang = found.explanation, words.language()

    def money(minor: int, *, signed: bool = False) -> str:
        return ("+" if signed and minor > 0 else "") + formats.money(minor, told.currency, lang)

    factors = {f.name: f for f in told.factors}
    lines = []
    for n, effect in enumerate(told.effects):
        factor = factors.get(effect.name)
        lines.append(
            EffectLine(
                name(effect.name),
                money(effect.amount, signed=True),
                effect.amount >= 0,
                effect.share,
                _factor(effect.name, factor.before if factor else None, told.currency),
                _factor(effect.name, factor.after if factor else None, told.currency),
                [money(s.amounts[n], signed=True) for s in told.segments] if len(told.segments) > 1 else [],
            )
        )
    before = formats.days(found.before[0], found.before[1], lang, scope.today)
    after = formats.days(found.after[0], found.after[1], lang, scope.today)
    chart = charts.waterfall(
        id="waterfall",
        title=_("What moved the paid amount"),
        unit=charts.Unit("money", told.currency),
        start=(pgettext("change", "Before"), told.before),
        steps=[(name(e.name), e.amount) for e in told.effects],
        end=pgettext("change", "After"),
        metric="M041",
        axis=_("Step"),
    )
    return Change(
        found, chart, lines,
        [words.key_name(by, s.segment, names) for s in told.segments] if len(told.segments) > 1 else [],
        money(told.change, signed=True),
        [money(s.after - s.before, signed=True) for s in told.segments] if len(told.segments) > 1 else [],
        told.method, list(METHODS), before, after,
        " → ".join(name(n) for n in told.order or ()), _notes(found),
    )  # fmt: skip


def name(line: str) -> str:
    special = {MIX: _("Mix between channels"), ENTERED: _("New channels"), LEFT: _("Channels that left")}
    return special.get(line) or metrics.definition(line).name(words.language())


def _factor(metric_id: str, value: Any, currency: str) -> str:
    if value is None:
        return ""
    metric = metrics.definition(metric_id)
    if metric.unit == "money":
        return formats.money(int(value * 10 ** exponent(currency) + Fraction(1, 2)), currency, words.language())
    told = words.decimal(value)
    return words.text(metric, told if metric.unit == "percent" else int(value), currency)


def _notes(found: GmvExplanation) -> list[str]:
    notes = []
    if found.basis == "people":
        notes.append(_("Visitors and buyers are counted once per shop and day; so is the value per buyer."))
    elif found.without_traffic:
        text = _("Told by orders × value per order: visitors or buyers of %(shops)s are not known on every day.")
        notes.append(text % {"shops": ", ".join(found.without_traffic)})
    if found.left_out:
        notes.append(_("Nothing is known of %(shops)s; they are left out.") % {"shops": ", ".join(found.left_out)})
    if found.partial:
        notes.append(_("Files of %(shops)s end inside a day.") % {"shops": ", ".join(found.partial)})
    return notes
