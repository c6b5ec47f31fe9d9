"""Numbers, names, addresses and explanations of one answer, for one reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from zhanggui.foundation.ui import charts
from zhanggui.foundation.ui.domain import formats
from zhanggui.insight.metrics.contracts import Answer, Cell, Delta, Metric
from zhanggui.kernel.records import CHANNELS


@dataclass(frozen=True)
class Help:
    """What stands behind the question mark of a number."""

    id: str
    title: str
    formula: str
    null_rule: str
    basis: str
    source: str
    zone: str
    completeness: str


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def text(metric: Metric, value: int | Decimal | None, currency: str, *, compact: bool = False) -> str:
    """A value as the reader's language writes it; unknown is —."""
    if value is None:
        return formats.MISSING
    if metric.unit == "percent":
        return formats.percent(Decimal(value), language(), 2)
    if metric.unit == "money":
        write = formats.money_compact if compact else formats.money
        return write(int(value), currency, language())
    return formats.number(value, language(), None if isinstance(value, int) else 2)


def unit(metric: Metric, currency: str) -> charts.Unit:
    if metric.unit == "money":
        return charts.Unit("money", currency)
    return charts.Unit("percent", digits=2) if metric.unit == "percent" else charts.Unit("number")


def decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def change(metric: Metric, delta: Delta | None) -> Decimal | None:
    """Relative, of ratios in points."""
    if delta is None:
        return None
    return decimal(delta.absolute if metric.unit == "percent" else delta.relative)


def key_name(dimension: str, key: str | None, shops: Mapping[str, str]) -> str:
    """A group's name: a channel's and a shop's own, — where the rows do not tell."""
    if key is None:
        return _("not told")
    if dimension == "channel" and key in CHANNELS:
        found = CHANNELS[key]
        return found.name_zh if language().startswith("zh") else found.name_en
    return shops.get(key, key) if dimension == "shop" else key


def rows_address(
    metric: str,
    first: date,
    last: date,
    shop_ids: Iterable[int],
    where: Mapping[str, str] | None = None,
    part: str = "",
) -> str:
    """Where the rows behind a number are listed: its shops, days and group are in the address."""
    pairs = [("metric", metric), ("from", first.isoformat()), ("to", last.isoformat())]
    pairs += [("shop", str(i)) for i in sorted(shop_ids)]
    pairs += [(f"where-{dimension}", value) for dimension, value in (where or {}).items()]
    return f"{reverse('metrics-rows')}?{urlencode(pairs + ([('part', part)] if part else []))}"


def completeness(answer: Answer, cell: Cell | None) -> str:
    """In words: how many shops are known on every day, who is missing, and how fresh the files are."""
    names = {c.shop_id: c.name for c in answer.completeness}
    parts = [_("%(known)s of %(all)s shops known on every day") % {"known": answer.known_shops, "all": answer.shops}]
    if cell is not None:
        for shops, words in (
            (cell.missing, _("days missing: %(shops)s")),
            (cell.partial, _("files end inside a day: %(shops)s")),
            (cell.assumed, _("no refund ever told of, taken as none: %(shops)s")),
        ):
            if shops:
                parts.append(words % {"shops": ", ".join(names.get(i, str(i)) for i in shops)})
        if cell.unknown:
            told = ngettext("%(n)s row does not tell it", "%(n)s rows do not tell it", cell.unknown)
            parts.append(told % {"n": cell.unknown})
    if answer.as_of:
        parts.append(_("data of %(moment)s") % {"moment": moment(answer.as_of)})
    return ("；" if language().startswith("zh") else "; ").join(parts)


def moment(at: datetime) -> str:
    return formats.moment(at, settings.TIME_ZONE)


def explain(place: str, metric: Metric, answer: Answer, cell: Cell | None) -> Help:
    lang = language()
    return Help(
        id=f"{place}-{metric.id.lower()}",
        title=metric.name(lang),
        formula=metric.formula(lang),
        null_rule=metric.null_rule(lang),
        basis=metric.refunds(lang),
        source=f"{metric.id} · {metric.source(lang)}",
        zone=", ".join(answer.zones),
        completeness=completeness(answer, cell),
    )
