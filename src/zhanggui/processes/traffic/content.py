"""What the page of traffic shows, from the books of visits and adverts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhanggui.foundation.ui import charts
from zhanggui.foundation.ui import scope as scopes
from zhanggui.foundation.ui.domain.scope import Scope
from zhanggui.foundation.ui.scope import visible_shops
from zhanggui.processes.traffic import words
from zhanggui.traffic.ads import queries as ads
from zhanggui.traffic.ads.contracts import CampaignSum, PeriodSpend
from zhanggui.traffic.visits import queries as visits
from zhanggui.traffic.visits.contracts import ShopDay
from zhanggui.traffic.visits.domain.sources import Concentration, SourceFigures, yields

#: Campaigns shown; the rest is told as a number.
CAMPAIGNS = 100


@dataclass(frozen=True)
class SourceLine:
    name: str
    visitors: int | None
    share: Decimal | None
    conversion: Decimal | None
    value: int | None
    paid: int | None


@dataclass(frozen=True)
class SourceTable:
    """The sources of one currency. ``warning``: the shop depends on one of them."""

    currency: str
    lines: list[SourceLine]
    top: str
    top_share: Decimal | None
    hhi: Decimal | None
    warning: bool


@dataclass(frozen=True)
class AdLine:
    shop: str
    tool: str
    campaign: str
    currency: str
    window: str
    impressions: int | None
    clicks: int | None
    ctr: Decimal | None
    spend: int | None
    credit: int | None
    cpc: int | None
    orders: int | None
    amount: int | None
    roas: Decimal | None


@dataclass(frozen=True)
class SpendSum:
    """Spend of one currency, and what was credited where one rule of crediting covers all of it."""

    currency: str
    spend: int
    credit: int
    amount: int | None
    roas: Decimal | None
    window: str


@dataclass(frozen=True)
class OverlapLine:
    """Reports of one shop and tool that tell the same spend: which counts, and what the others say beside it."""

    shop: str
    tool: str
    grain: str
    currency: str
    days: int
    spent: int
    counted: bool
    difference: int


@dataclass(frozen=True)
class PeriodLine:
    shop: str
    what: str
    first: date | None
    last: date | None
    currency: str
    spend: int | None


@dataclass(frozen=True)
class TrafficPage:
    scope: Scope
    empty: bool
    visitors: int | None
    views: int | None
    conversion: Decimal | None
    days_told: int
    days_asked: int
    shops_told: int
    shops_asked: int
    values: list[tuple[str, int]]
    spends: list[SpendSum]
    chart: charts.Chart | None
    sources: list[SourceTable]
    adverts: list[AdLine]
    more_adverts: int
    overlaps: list[OverlapLine]
    periods: list[PeriodLine]
    known: tuple[date, date] | None


def _ratio(value: Fraction | None, digits: int = 6) -> Decimal | None:
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _half_up(value: Fraction | None) -> int | None:
    """To a whole minor unit, half up."""
    return None if value is None else int((value * 2 + 1) // 2)


def _over(top: int | None, bottom: int | None) -> Fraction | None:
    return Fraction(top, bottom) if top is not None and bottom else None


def _known_sum(values: Iterable[int | None]) -> int | None:
    told = [v for v in values if v is not None]
    return sum(told) if told else None


def page(request: HttpRequest) -> TrafficPage:
    """The page for the shops and days of the address."""
    scope = scopes.of(request, default="last30")
    ids, first, last = scope.shop_ids, scope.first, scope.last
    names = {shop.id: shop.name for shop in visible_shops(request)}
    days = visits.shop_days(shop_ids=ids, first=first, last=last)
    both = [d for d in days if d.visitors is not None and d.pay_buyers is not None]
    campaigns = ads.campaigns(shop_ids=ids, first=first, last=last)
    sources = visits.source_sums(shop_ids=ids, first=first, last=last)
    periods = _periods(ids, first, last, names)
    known = [k for k in (visits.known_days(shop_ids=ids), ads.known_days(shop_ids=ids)) if k]
    return TrafficPage(
        scope=scope,
        empty=not (days or campaigns or sources or periods),
        visitors=_known_sum(d.visitors for d in days),
        views=_known_sum(d.views for d in days),
        conversion=_ratio(_over(sum(d.pay_buyers or 0 for d in both), sum(d.visitors or 0 for d in both))),
        days_told=len({d.day for d in days}),
        days_asked=scope.days,
        shops_told=len({d.shop_id for d in days}),
        shops_asked=len(ids),
        values=_values(days),
        spends=_spends(campaigns),
        chart=_chart(days, scope) if days else None,
        sources=_sources(sources),
        adverts=[_advert(c, names) for c in campaigns[:CAMPAIGNS]],
        more_adverts=max(0, len(campaigns) - CAMPAIGNS),
        overlaps=_overlaps(ids, first, last, names),
        periods=periods,
        known=(min(k[0] for k in known), max(k[1] for k in known)) if known else None,
    )


def _values(days: Sequence[ShopDay]) -> list[tuple[str, int]]:
    """Value of a visitor (M054) per currency: what was paid over the visitors of the days that tell both."""
    found = []
    for currency in sorted({d.currency for d in days}):
        mine = [d for d in days if d.currency == currency and d.visitors is not None and d.paid_amount is not None]
        value = _half_up(_over(sum(d.paid_amount or 0 for d in mine), sum(d.visitors or 0 for d in mine)))
        if value is not None:
            found.append((currency, value))
    return found


def _spends(campaigns: Sequence[CampaignSum]) -> list[SpendSum]:
    found = []
    for currency in sorted({c.currency for c in campaigns}):
        mine = [c for c in campaigns if c.currency == currency]
        rules = {(c.window_days, c.view) for c in mine}
        spend = sum(c.spend or 0 for c in mine)
        amount = _known_sum(c.attributed_amount for c in mine) if len(rules) == 1 else None
        window = words.window(*next(iter(rules))) if len(rules) == 1 else _("several windows")
        found.append(
            SpendSum(currency, spend, sum(c.spend_credit or 0 for c in mine), amount, _ratio(_over(amount, spend), 2),
                     window)
        )  # fmt: skip
    return found


def _chart(days: Sequence[ShopDay], scope: Scope) -> charts.Chart:
    """Visitors per day; shops are added, so a person in two shops counts in each. A day nobody tells is a gap."""
    told: dict[date, list[int]] = {}
    for d in days:
        if d.visitors is not None:
            told.setdefault(d.day, []).append(d.visitors)
    span = [scope.first + timedelta(days=n) for n in range(scope.days)]
    return charts.line(
        id="visitors",
        title=_("Visitors by day"),
        unit=charts.Unit("number"),
        labels=[d.isoformat() for d in span],
        series=[charts.Series(_("Visitors"), [sum(told[d]) if d in told else None for d in span])],
        metric="M001",
        axis=_("Day"),
        note=_("Visitors of several shops are added; the same person may count in each."),
    )


def _sources(sums: Sequence[Any]) -> list[SourceTable]:
    found = []
    for currency in dict.fromkeys(s.currency for s in sums):
        rows, concentration = yields(
            [SourceFigures(s.source, s.visitors, s.pay_buyers, s.paid_amount) for s in sums if s.currency == currency]
        )
        lines = [
            SourceLine(
                str(words.SOURCES.get(r.figures.source, r.figures.source)),
                r.figures.visitors,
                _ratio(r.share),
                _ratio(r.conversion),
                _half_up(r.visitor_value),
                r.figures.paid_amount,
            )
            for r in rows
        ]
        found.append(_table(currency, lines, concentration))
    return found


def _table(currency: str, lines: list[SourceLine], c: Concentration | None) -> SourceTable:
    top = str(words.SOURCES.get(c.source, c.source)) if c else ""
    return SourceTable(
        currency,
        lines,
        top,
        _ratio(c.largest) if c else None,
        _ratio(c.hhi, 4) if c else None,
        warning=bool(c and c.largest > Fraction(1, 2)),
    )


def _advert(c: CampaignSum, names: dict[int, str]) -> AdLine:
    return AdLine(
        shop=names.get(c.shop_id, ""),
        tool=str(words.TOOLS.get(c.tool, c.tool)),
        campaign=c.campaign or _("whole account"),
        currency=c.currency,
        window=words.window(c.window_days, c.view),
        impressions=c.impressions,
        clicks=c.clicks,
        ctr=_ratio(_over(c.clicks, c.impressions)),
        spend=c.spend,
        credit=c.spend_credit,
        cpc=_half_up(_over(c.spend, c.clicks)),
        orders=c.orders,
        amount=c.attributed_amount,
        roas=_ratio(_over(c.attributed_amount, c.spend), 2),
    )


def _overlaps(ids: frozenset[int], first: date, last: date, names: dict[int, str]) -> list[OverlapLine]:
    """Day by day the counting rule chooses; here its choices are added up by shop, tool and report."""
    sums: dict[tuple[int, str, str, str, str], list[int]] = {}
    for overlap in ads.overlaps(shop_ids=ids, first=first, last=last):
        chosen = next((s.spent for s in overlap.statements if s.counted), 0)
        for s in overlap.statements:
            line = sums.setdefault((overlap.shop_id, overlap.tool, overlap.currency, s.grain, s.basis), [0, 0, 0, 0])
            line[0] += 1
            line[1] += s.spent
            line[2] += s.counted
            line[3] += s.spent - chosen
    return [
        OverlapLine(
            names.get(shop, ""), str(words.TOOLS.get(tool, tool)), words.grain(grain, basis), currency, days, spent,
            counted * 2 > days, difference,
        )
        for (shop, tool, currency, grain, basis), (days, spent, counted, difference) in sorted(sums.items())
    ]  # fmt: skip


def _periods(ids: frozenset[int], first: date, last: date, names: dict[int, str]) -> list[PeriodLine]:
    told: list[PeriodSpend] = ads.periods(shop_ids=ids, first=first, last=last)
    found = [
        PeriodLine(names.get(p.shop_id, ""), str(words.TOOLS.get(p.tool, p.tool)), p.first_day, p.last_day, p.currency,
                   p.spend)
        for p in told
    ]  # fmt: skip
    seen = visits.periods(shop_ids=ids, first=first, last=last)
    word = _("Visitors")
    return found + [PeriodLine(names.get(v.shop_id, ""), word, v.first_day, v.last_day, v.currency, None) for v in seen]
