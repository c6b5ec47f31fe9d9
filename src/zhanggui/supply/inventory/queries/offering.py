"""Available to sell, shop by shop, and the number that says whether a piece could be sold twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.supply.inventory.contracts import AvailableToSell, ShopOffer, StockLine
from zhanggui.supply.inventory.domain import exposure as exposing
from zhanggui.supply.inventory.domain import sharing
from zhanggui.supply.inventory.models import ChannelRule, Hearing, Offer
from zhanggui.supply.inventory.queries.shelves import stock_lines
from zhanggui.supply.inventory.store import promised


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
    with connection.cursor() as cursor:
        parts = promised.parts(cursor, ids)
    found = []
    for line in lines:
        standings: dict[str, sharing.Standing] = {}
        shown = parts.get(line.item_id, {})
        for shop_id in sorted(shops):
            rule = special.get((shop_id, line.item_id)) or general.get(shop_id)
            part = shown.get(shop_id) or promised.ShopPart()
            standings[f"{shop_id:012}"] = _standing(rule, part, hearing.get(shop_id), now)
        spoken = _spoken(shown, set(shops))
        found.append(_one(line, standings, shops, shop_ids, spoken))
    return found


def _standing(
    rule: ChannelRule | None, part: promised.ShopPart, through: datetime | None, now: datetime
) -> sharing.Standing:
    silence = None if through is None else max(0, int((now - through).total_seconds() // 60))
    return sharing.Standing(
        _rule(rule),
        part.exposure,
        exposing.shown(part.writes, part.heard),
        exposing.may_write(part.writes, promised.micro(now), promised.FLIGHT),
        silence,
    )


def _spoken(shown: dict[int, promised.ShopPart], active: set[int]) -> int:
    """Pieces that shops no longer active may still sell, and that orders heard of wait for."""
    strict = {i: p for i, p in shown.items() if p.mode == sharing.STRICT}
    gone = sum(p.exposure for i, p in strict.items() if i not in active)
    return gone + sum(sum(p.unbooked.values()) for p in strict.values())


def _rule(row: ChannelRule | None) -> sharing.Rule:
    if row is None:
        return sharing.Rule()
    return sharing.Rule(
        row.mode, row.weight, row.exclusive_qty, row.buffer_qty, row.silent_after_minutes, row.gone_after_minutes
    )


def _one(
    line: StockLine,
    standings: dict[str, sharing.Standing],
    shops: dict[int, accounts.ShopInfo],
    mine: frozenset[int],
    spoken: int,
) -> AvailableToSell:
    free = line.available - spoken
    steps = sharing.plan(free, standings)
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
    risk = sharing.could_oversell(line.available, [*exposures, spoken])
    return AvailableToSell(line.sku, line.available, sum(exposures), risk, tuple(offers))


def oversell_risk(*, now: datetime | None = None) -> tuple[int, int]:
    """Over everything that any shop shows: pieces that could be sold twice if every buyer came now, and how many SKUs
    are shown at all."""
    skus = set(Offer.objects.values_list("item__code", flat=True).distinct())
    if not skus:
        return 0, 0
    found = available_to_sell(shop_ids=frozenset(), skus=skus, now=now)
    return sum(one.could_oversell for one in found), len(skus)


def open_offers(*, key: str) -> list[int]:
    """Writes not answered yet whose key begins so."""
    rows = Offer.objects.filter(key__startswith=f"{key}:", acked_at__isnull=True, refused=False)
    return list(rows.order_by("id").values_list("id", flat=True))
