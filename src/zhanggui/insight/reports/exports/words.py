"""The sentences of reports in the language at hand; every number stays apart, so that a page can link it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import get_language, gettext, gettext_noop

from zhanggui.foundation.ui.domain import formats
from zhanggui.insight.metrics import queries as metrics
from zhanggui.insight.reports.contracts import Number, Report, Sentence, Word
from zhanggui.kernel.records import CHANNELS

_MIDDLE: Final = gettext_noop("%(change)s against the usual %(usual)s (median of %(periods)s earlier periods)")
_WORTH: Final = gettext_noop("worth about %(stake)s of paid amount")

#: Code of a sentence → its template. ``%(against)s`` and ``%(worth)s`` stand for the two phrases above.
SENTENCES: Final[dict[str, str]] = {
    "sales_up": gettext_noop("Paid amount rose to %(now)s: %(against)s, that is %(stake)s."),
    "sales_down": gettext_noop("Paid amount fell to %(now)s: %(against)s, that is %(stake)s."),
    "channel_up": gettext_noop("%(channel)s: paid amount rose to %(now)s: %(against)s, that is %(stake)s."),
    "channel_down": gettext_noop("%(channel)s: paid amount fell to %(now)s: %(against)s, that is %(stake)s."),
    "conversion_up": gettext_noop("Pay conversion rose to %(now)s: %(against)s, %(worth)s."),
    "conversion_down": gettext_noop("Pay conversion fell to %(now)s: %(against)s, %(worth)s."),
    "order_value_up": gettext_noop("Average per order rose to %(now)s: %(against)s, %(worth)s."),
    "order_value_down": gettext_noop("Average per order fell to %(now)s: %(against)s, %(worth)s."),
    "refunds_up": gettext_noop("Refunds rose to %(now)s: %(against)s, that is %(stake)s."),
    "advert_return_down": gettext_noop("Adverts returned %(now)s times their cost: %(against)s, %(worth)s."),
    "spend_up": gettext_noop("Advert spend rose to %(now)s: %(against)s, that is %(stake)s."),
    "advice_missing": gettext_noop("Bring the missing files first: until then the numbers above speak of a part only."),
    "advice_sales_up": gettext_noop("Check that stock and packing keep up with this pace, and what caused it."),
    "advice_sales_down": gettext_noop(
        "Begin with the largest fall in the analysis; look for goods out of stock, price changes and ended campaigns."
    ),
    "advice_channel_up": gettext_noop("Give %(channel)s enough stock, and see whether the other channels lost it."),
    "advice_channel_down": gettext_noop(
        "Look at %(channel)s: goods taken down, prices, stock on offer, campaigns that ended, notices of the platform."
    ),
    "advice_conversion_up": gettext_noop("Bring more visitors to the goods that convert while this lasts."),
    "advice_conversion_down": gettext_noop(
        "Check price, main picture, reviews and stock of the goods with most visitors; watch where visitors come from."
    ),
    "advice_order_value_up": gettext_noop("Find out which threshold or bundle did it, and keep it."),
    "advice_order_value_down": gettext_noop("Check which discounts add up, and where the threshold for them lies."),
    "advice_refunds_up": gettext_noop("Read the reasons of the refunds, and correct the goods or their pages."),
    "advice_advert_return_down": gettext_noop(
        "Pause the campaigns with the worst return, and those whose goods are out of stock."
    ),
    "advice_spend_up": gettext_noop("Check daily limits and bids: spend rose above what is usual."),
    "do_missing": gettext_noop("Download the missing files and take them in"),
    "do_sales_up": gettext_noop("Count stock and packing capacity for the goods that sell"),
    "do_sales_down": gettext_noop("Go through the goods with the largest falls: stock, price, campaign"),
    "do_channel_up": gettext_noop("Move stock to %(channel)s where it is short"),
    "do_channel_down": gettext_noop("Go through listings, prices and stock of %(channel)s"),
    "do_conversion_up": gettext_noop("Propose a budget for the goods that convert"),
    "do_conversion_down": gettext_noop("Review pages and prices of the ten goods with most visitors"),
    "do_order_value_up": gettext_noop("Write down which offer raised the value per order"),
    "do_order_value_down": gettext_noop("Recalculate thresholds and stacked discounts"),
    "do_refunds_up": gettext_noop("Sum up the reasons of the refunds, and name the goods"),
    "do_advert_return_down": gettext_noop("Pause or rework the campaigns with the worst return"),
    "do_spend_up": gettext_noop("Check limits and bids of every campaign"),
    "event_now": gettext_noop("%(event)s falls into these days."),
    "event_before": gettext_noop("%(event)s fell into the days compared with."),
    "nothing_qualifies": gettext_noop(
        "Nothing qualifies as a finding: every number is within its usual variation, or about too little money."
    ),
    "nothing_judged": gettext_noop(
        "Nothing could be judged: what is usual needs %(least)s earlier periods with complete files."
    ),
    "nothing_known": gettext_noop("Nothing could be judged as a whole: files are missing for these days."),
    "no_comparison": gettext_noop(
        "The change cannot be taken apart: these days or the days compared with are not known in full."
    ),
    "no_factors": gettext_noop("Visitors, buyers or orders are not told well enough to take the change apart."),
    "missing_orders": gettext_noop("%(shop)s (%(channel)s): no order file reaches %(days)s days from %(first)s."),
    "missing_refunds": gettext_noop("%(shop)s (%(channel)s): no after-sale file reaches %(days)s days from %(first)s."),
    "missing_visits": gettext_noop("%(shop)s (%(channel)s): no traffic file reaches %(days)s days from %(first)s."),
    "missing_ads": gettext_noop("%(shop)s (%(channel)s): no advert file reaches %(days)s days from %(first)s."),
}  # fmt: skip
FACTORS: Final[dict[str, str]] = {
    "visitors": gettext_noop("Visitors, day by day"),
    "conversion": gettext_noop("Pay conversion"),
    "paid_per_buyer": gettext_noop("Paid per buyer"),
    "buyers": gettext_noop("Buyers"),
    "orders": gettext_noop("Orders"),
    "orders_per_buyer": gettext_noop("Orders per buyer"),
    "paid_per_order": gettext_noop("Paid per order"),
    "mix": gettext_noop("Shift between channels"),
    "entered": gettext_noop("Channels that began"),
    "left": gettext_noop("Channels that ended"),
}
TITLES: Final[dict[str, str]] = {
    "daily": gettext_noop("Daily report"),
    "weekly": gettext_noop("Weekly report"),
    "monthly": gettext_noop("Monthly report"),
}
COMPARED: Final[dict[str, str]] = {
    "week_before": gettext_noop("against a week earlier"),
    "month_before": gettext_noop("against the month before"),
    "aligned": gettext_noop("against the same distance from the lunar festival a year earlier"),
}
_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a sentence; ``number`` when it is one."""

    text: str
    number: Number | None = None


def language() -> str:
    return get_language() or "en"


def segments(sentence: Sentence) -> tuple[Segment, ...]:
    """The sentence in pieces, its numbers apart."""
    template = gettext(SENTENCES[sentence.code])
    template = template.replace("%(against)s", gettext(_MIDDLE)).replace("%(worth)s", gettext(_WORTH))
    return tuple(_pieces(template, sentence))


def _pieces(template: str, sentence: Sentence) -> Iterator[Segment]:
    at = 0
    for place in _PLACE.finditer(template):
        if place.start() > at:
            yield Segment(template[at : place.start()])
        part = sentence.parts[place[1]]
        yield Segment(number(part), part) if isinstance(part, Number) else Segment(word(part))
        at = place.end()
    if at < len(template):
        yield Segment(template[at:])


def text(sentence: Sentence) -> str:
    return "".join(s.text for s in segments(sentence))


def number(n: Number) -> str:
    """The number as text; unknown is ``—``."""
    lang = language()
    if n.value is None:
        return formats.MISSING
    sign = "+" if n.signed and n.value > 0 else ""
    if n.unit == "money":
        return sign + formats.money(int(n.value), n.currency, lang)
    if n.unit == "percent":
        return sign + formats.percent(n.value, lang, 2 if not n.signed else 1)
    if n.unit == "points":
        return sign + gettext("%(n)s points") % {"n": formats.number(Decimal(n.value) * 100, lang, 2)}
    return sign + formats.number(n.value, lang, 2 if n.unit == "times" else None)


def word(w: Word) -> str:
    chinese = language().startswith("zh")
    if w.kind == "channel":
        channel = CHANNELS.get(w.value)
        return w.value if channel is None else channel.name_zh if chinese else channel.name_en
    if w.kind == "event":
        return w.value if chinese else w.other
    if w.kind == "factor":
        return gettext(FACTORS[w.value])
    if w.kind == "day":
        return formats.day(date.fromisoformat(w.value), language(), "short")
    return w.value


def metric_name(metric: str) -> str:
    return metrics.definition(metric).name(language())


def title(report: Report) -> str:
    """Daily report · 11 Nov 2026."""
    return f"{gettext(TITLES[report.kind])} · {days(report.first, report.last)}"


def days(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"


def compared(report: Report) -> str:
    return f"{gettext(COMPARED[report.compared])} ({days(report.before_first, report.before_last)})"
