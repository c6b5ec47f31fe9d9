"""Available to sell, shop by shop, and the number that says whether a piece could be sold twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.supply.inventory.contracts import AvailableToSell, ShopOffer, StockLine
from zhanggui.supply.inventory.domain import exposure as exposing
from zhanggui.supply.inventory.domain import sharing
from zhanggui.supply.inventory.models import ChannelRule, HeardOrder, Hearing, Offer
from zhanggui.supply.inventory.queries.shelves import stock_lines

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: A write sent longer ago than this can land no more (an assumption of the guarantee). Microseconds.
FLIGHT: Final = 15 * 60 * 1_000_000
#: Writes looked back at; older ones are long over.
RECENT: Final = 50


def micro(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _write(row: Offer) -> exposing.Write:
    acked = micro(row.acked_at) if row.acked_at is not None else None
    return exposing.Write(row.qty, micro(row.sent_at), acked, row.refused)


def writes_of(shop_id: int, item_id: int) -> list[exposing.Write]:
    """The writes to one shop, oldest first."""
    rows = Offer.objects.filter(shop_id=shop_id, item_id=item_id).order_by("-id")[:RECENT]
    return [_write(row) for row in reversed(rows)]


def available_to_sell(
    *, shop_ids: frozenset[int], skus: Iterable[str] | None = None, now: datetime | None = None
) -> list[AvailableToSell]:
    """Every SKU (or those named) with what each shop may show now.

    The plan spans all active shops of the house, whoever asks: a piece is promised by all of them. Only the shops in
    ``shop_ids`` are listed.
    """
    now = now or timezone.now()
    lines = stock_lines(skus=skus, now=now)
    shops = {s.id: s for s in accounts.shops()}
    general = {r.shop_id: r for r in ChannelRule.objects.filter(item__isnull=True)}
    special = {(r.shop_id, r.item_id): r for r in ChannelRule.objects.filter(item__isnull=False)}
    hearing = dict(Hearing.objects.values_list("shop_id", "heard_through"))
    ids = [line.item_id for line in lines]
    writes: dict[tuple[int, int], list[exposing.Write]] = {}
    for row in Offer.objects.filter(item_id__in=ids).order_by("id").iterator():
        writes.setdefault((row.shop_id, row.item_id), []).append(_write(row))
    heard: dict[tuple[int, int], list[exposing.Heard]] = {}
    for shop_id, item_id, at, qty in HeardOrder.objects.filter(item_id__in=ids).values_list(
        "shop_id", "item_id", "placed_at", "qty"
    ):
        heard.setdefault((shop_id, item_id), []).append(exposing.Heard(micro(at), qty))
    found = []
    for line in lines:
        standings: dict[str, sharing.Standing] = {}
        for shop_id in sorted(shops):
            rule = special.get((shop_id, line.item_id)) or general.get(shop_id)
            key = (shop_id, line.item_id)
            standings[f"{shop_id:012}"] = _standing(
                rule, writes.get(key, []), heard.get(key, []), hearing.get(shop_id), now
            )
        found.append(_one(line, standings, shops, shop_ids))
    return found


def _standing(
    rule: ChannelRule | None,
    writes: list[exposing.Write],
    heard: list[exposing.Heard],
    through: datetime | None,
    now: datetime,
) -> sharing.Standing:
    silence = None if through is None else max(0, int((now - through).total_seconds() // 60))
    recent = writes[-RECENT:]
    orders = [h for h in heard if recent and h.placed_at >= recent[0].sent_at]
    return sharing.Standing(
        _rule(rule),
        exposing.exposure(recent, orders, micro(through) if through is not None else None, FLIGHT),
        exposing.shown(recent, orders),
        exposing.may_write(recent, micro(now), FLIGHT),
        silence,
    )


def _rule(row: ChannelRule | None) -> sharing.Rule:
    if row is None:
        return sharing.Rule()
    return sharing.Rule(
        row.mode, row.weight, row.exclusive_qty, row.buffer_qty, row.silent_after_minutes, row.gone_after_minutes
    )


def _one(
    line: StockLine, standings: dict[str, sharing.Standing], shops: dict[int, accounts.ShopInfo], mine: frozenset[int]
) -> AvailableToSell:
    steps = sharing.plan(line.available, standings)
    offers = []
    for key, standing in standings.items():
        shop = shops[int(key)]
        if shop.id in mine:
            step = steps[key]
            gone = standing.silence is not None and standing.silence >= standing.rule.gone_after
            why = "never_heard" if standing.silence is None else "gone" if gone else step.why
            offers.append(
                ShopOffer(
                    shop.id, shop.name, shop.channel, line.sku, standing.rule.mode, standing.shown, standing.exposure,
                    step.target, step.write, why, standing.silence,
                )
            )  # fmt: skip
    exposures = [s.exposure for s in standings.values()]
    risk = sharing.could_oversell(line.available, exposures)
    return AvailableToSell(line.sku, line.available, sum(exposures), risk, tuple(offers))


def oversell_risk(*, now: datetime | None = None) -> tuple[int, int]:
    """Over everything that any shop shows: pieces that could be sold twice if every buyer came now, and how many SKUs
    are shown at all."""
    skus = set(Offer.objects.values_list("item__code", flat=True).distinct())
    if not skus:
        return 0, 0
    found = available_to_sell(shop_ids=frozenset(), skus=skus, now=now)
    return sum(one.could_oversell for one in found), len(skus)
