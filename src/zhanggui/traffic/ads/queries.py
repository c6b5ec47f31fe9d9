"""Reads of the book of adverts. Every function takes the shops the caller may see; spend is counted once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Count, Max, Min, QuerySet, Sum

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.traffic.ads.contracts import AdDay, AdInfo, CampaignSum, Overlap, PeriodSpend
from zhanggui.traffic.ads.domain.counting import Told, count_once
from zhanggui.traffic.ads.models import Ad

_COLUMNS: Final = tuple(AdInfo.__dataclass_fields__)
_SUMMED: Final = ("impressions", "clicks", "spend", "spend_credit", "orders", "attributed_amount")
#: Columns by which things advertised are told apart; ``grain`` names those of a row.
_THING: Final = ("account", "tool_raw", "campaign_no", "campaign", "unit_no", "unit", "subject_no", "item_no", "sku_no",
                 "creative_no", "creative", "audience", "keyword")  # fmt: skip
TOLD: Final = ("id", "grain", "level", "basis", "window_days", "view", "spend", "spend_credit", *_THING)


def told(cells: Mapping[str, Any]) -> Told:
    """A row (columns ``TOLD``) as the counting rule takes it."""
    spend, credit = cells["spend"], cells["spend_credit"]
    return Told(
        id=cells["id"],
        grain=cells["grain"],
        level=cells["level"],
        basis=cells["basis"],
        thing=tuple(cells[name] for name in cells["grain"].split("+") if name in _THING),
        window_days=cells["window_days"],
        view=cells["view"],
        spent=None if spend is None and credit is None else (spend or 0) + (credit or 0),
    )


def _channels() -> dict[int, str]:
    return {shop.id: shop.channel for shop in accounts.shops(include_inactive=True)}


def _counted(shop_ids: frozenset[int], first: date, last: date) -> QuerySet[Ad]:
    return Ad.objects.filter(shop_id__in=shop_ids, day__gte=first, day__lte=last, counts=True)


def _sums() -> dict[str, Any]:
    return {f"sum_{name}": Sum(name) for name in _SUMMED}


def _summed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[f"sum_{name}"] for name in _SUMMED}


def ad_days(*, shop_ids: frozenset[int], first: date, last: date) -> list[AdDay]:
    """Spend per shop, day, tool and currency, both days included, with the window and view of the amounts credited.

    Where the rows of a day were credited over several windows, each window has its line: their spend adds up, their
    amounts do not belong to one rule.
    """
    places = ("shop_id", "day", "tool", "currency", "window_days", "view")
    channels = _channels()
    rows = _counted(shop_ids, first, last).values(*places).annotate(**_sums()).order_by(*places)
    return [AdDay(**{n: r[n] for n in places}, channel=channels[r["shop_id"]], **_summed(r)) for r in rows]


def campaigns(*, shop_ids: frozenset[int], first: date, last: date) -> list[CampaignSum]:
    """Campaigns by spend, dearest first. Reports without a campaign come under the name ``""``."""
    places = ("shop_id", "tool", "campaign_no", "currency", "window_days", "view")
    channels = _channels()
    # a campaign is its id where the report has one; its latest name is shown
    found: dict[tuple[Any, ...], CampaignSum] = {}
    for key in ("campaign_no", "campaign"):
        rows = _counted(shop_ids, first, last).filter(campaign_no__isnull=key == "campaign")
        group = tuple(key if n == "campaign_no" else n for n in places)
        for r in rows.values(*group).annotate(name=Max("campaign"), **_sums()):
            name = r["name"] or r[key] or ""
            place = (r["shop_id"], r["tool"], r[key], r["currency"], r["window_days"], r["view"])
            found[place] = CampaignSum(
                r["shop_id"], channels[r["shop_id"]], r["tool"], name, r["currency"], r["window_days"], r["view"],
                **_summed(r),
            )  # fmt: skip
    return sorted(found.values(), key=lambda c: (-((c.spend or 0) + (c.spend_credit or 0)), c.campaign, c.shop_id))


def periods(*, shop_ids: frozenset[int], first: date | None = None, last: date | None = None) -> list[PeriodSpend]:
    """Reports over several days that touch the days given, and those that name no day: whole, never spread."""
    channels = _channels()
    rows = Ad.objects.filter(shop_id__in=shop_ids, day__isnull=True, counts=True)
    if first is not None and last is not None:
        rows = rows.exclude(last_day__lt=first).exclude(first_day__gt=last)
    places = ("shop_id", "tool", "currency", "first_day", "last_day")
    summed = rows.values(*places).annotate(sum_spend=Sum("spend"), sum_amount=Sum("attributed_amount"))
    return [
        PeriodSpend(channel=channels[r["shop_id"]], spend=r["sum_spend"], attributed_amount=r["sum_amount"],
                    **{n: r[n] for n in places})
        for r in summed.order_by("first_day", "last_day", "shop_id", "tool")
    ]  # fmt: skip


def overlaps(*, shop_ids: frozenset[int], first: date, last: date) -> list[Overlap]:
    """Days on which several reports tell the same spend, with what each says in all; differences are theirs."""
    rows = Ad.objects.filter(shop_id__in=shop_ids, day__gte=first, day__lte=last)
    places = ("shop_id", "tool", "currency", "first_day", "last_day")
    several = rows.values(*places).annotate(n=Count("grain", distinct=True), b=Count("basis", distinct=True))
    found = []
    for place in several.order_by(*places):
        if place["n"] < 2 and place["b"] < 2:
            continue
        key = {n: place[n] for n in places}
        counted = count_once(told(cells) for cells in rows.filter(**key).values(*TOLD))
        found.append(Overlap(**key, statements=counted.statements))
    return found


def list_ads(
    *,
    shop_ids: frozenset[int],
    first: date | None = None,
    last: date | None = None,
    tool: str | None = None,
    level: str | None = None,
    counts: bool | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[AdInfo]:
    """Rows of the book, newest record first; ``before_id`` is the id of the last row of the page before."""
    rows = Ad.objects.filter(shop_id__in=shop_ids)
    if first is not None:
        rows = rows.filter(day__gte=first)
    if last is not None:
        rows = rows.filter(day__lte=last)
    if tool:
        rows = rows.filter(tool=tool)
    if level:
        rows = rows.filter(level=level)
    if counts is not None:
        rows = rows.filter(counts=counts)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [AdInfo(**row) for row in rows.order_by("-id").values(*_COLUMNS)[:limit]]


def known_days(*, shop_ids: frozenset[int]) -> tuple[date, date] | None:
    """The first and last day of which any of the shops has an advert report."""
    found = Ad.objects.filter(shop_id__in=shop_ids, day__isnull=False).aggregate(a=Min("day"), b=Max("day"))
    return (found["a"], found["b"]) if found["a"] else None
