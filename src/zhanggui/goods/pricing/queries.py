"""Reads of the price centre: what holds, the history, fees and margins, the world a price is judged in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.goods.catalog import queries as catalog
from zhanggui.goods.pricing import contracts
from zhanggui.goods.pricing.domain import fees, timeline
from zhanggui.goods.pricing.domain.guard import Candidate, Reason, World, judge
from zhanggui.goods.pricing.domain.timeline import FLOOR, LIST, PROMO, REGULAR, Entry
from zhanggui.goods.pricing.models import Batch, CompetitorPrice, ExchangeRate, FeeTemplate, Price, WrongPrice
from zhanggui.goods.pricing.reading import policy

BITE = 500


def _bites(values: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(values), BITE):
        yield values[start : start + BITE]


def entries(sku_ids: Iterable[int]) -> dict[int, list[Entry]]:
    """The whole history of these SKUs, in the order it was written."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for ids in _bites(sorted(set(sku_ids))):
        rows = Price.objects.filter(sku_id__in=ids).order_by("pk")
        for row in rows.values_list("sku_id", "pk", "kind", "amount", "currency", "starts_at", "ends_at", "shop_id"):
            found[row[0]].append(Entry(*row[1:]))
    return found


def prices_now(
    sku_ids: Iterable[int], *, shop_id: int | None = None, at: datetime | None = None
) -> dict[int, contracts.PriceNow]:
    """What holds of each SKU at a moment; SKUs without any price are left out."""
    moment = at or timezone.now()
    return {sku: _now(sku, shop_id, rows, moment) for sku, rows in entries(sku_ids).items()}


def _now(sku_id: int, shop_id: int | None, rows: Sequence[Entry], at: datetime) -> contracts.PriceNow:
    held = {kind: timeline.holds(rows, kind, at, shop_id) for kind in (REGULAR, PROMO, LIST, FLOOR)}
    shown = timeline.shown(rows, at, shop_id)
    known = next((e for e in (shown, *held.values()) if e is not None), None)
    promo = held[PROMO]
    amounts = {kind: entry.amount if entry else None for kind, entry in held.items()}
    return contracts.PriceNow(
        sku_id=sku_id,
        shop_id=shop_id,
        currency=known.currency if known else rows[-1].currency,
        sale=amounts[REGULAR],
        promo=amounts[PROMO],
        list=amounts[LIST],
        floor=amounts[FLOOR],
        shown=shown.amount if shown else None,
        promo_ends_at=promo.ends_at if promo else None,
    )


def price_in(sku_id: int, *, shop_id: int | None, at: datetime | None = None) -> contracts.PriceNow | None:
    """What holds of one SKU in a shop."""
    return prices_now([sku_id], shop_id=shop_id, at=at).get(sku_id)


def shops_with_price(sku_id: int) -> list[contracts.PriceNow]:
    """What holds in every shop that has a word of its own, the general price first."""
    rows = entries([sku_id]).get(sku_id, [])
    shops: list[int | None] = [None, *sorted({e.shop_id for e in rows if e.shop_id is not None})]
    return [_now(sku_id, shop, rows, timezone.now()) for shop in shops] if rows else []


def history(sku_id: int, *, limit: int = 200) -> list[contracts.PricePoint]:
    """Every price ever recorded of a SKU, newest first."""
    rows = Price.objects.filter(sku_id=sku_id).select_related("wanted").order_by("-pk")[:limit]
    return [
        contracts.PricePoint(
            p.kind, p.shop_id, p.amount, p.currency, p.starts_at, p.ends_at, p.recorded_at, p.recorded_by_id,
            p.wanted.batch_id if p.wanted else None,
        )
        for p in rows
    ]  # fmt: skip


def fee_lines(*, shop_id: int | None, channel: str, day: date) -> tuple[fees.FeeLine, ...] | None:
    """The fees of a shop on a day: its own template before the channel's, the newest start; None: no template."""
    rows = FeeTemplate.objects.filter(channel=channel, starts_date__lte=day).order_by("-starts_date", "-pk")
    own = rows.filter(shop_id=shop_id).first() if shop_id is not None else None
    found = own or rows.filter(shop__isnull=True).first()
    return fees.read_lines(found.lines) if found else None


def fee_templates() -> list[contracts.FeeTemplateInfo]:
    rows = FeeTemplate.objects.order_by("channel", "-starts_date", "-pk")
    return [
        contracts.FeeTemplateInfo(t.pk, t.name, t.channel, t.shop_id, t.starts_date, tuple(t.lines), t.source)
        for t in rows
    ]


def margin_of(
    sku_id: int, amount: int, *, shop_id: int | None, coupons: int = 0, day: date | None = None
) -> contracts.Margin:
    """What is left of a price in a shop after its fees, the coupons the merchant pays, and the cost of the day.

    A cost in another currency than the shop's is unknown here: money is never converted silently.
    """
    when = day or timezone.localdate()
    shop = accounts.shop(shop_id) if shop_id is not None else None
    cost = catalog.costs_now([sku_id], day=when).get(sku_id)
    known = cost[0] if cost and (shop is None or cost[1] == shop.currency) else None
    lines = fee_lines(shop_id=shop_id, channel=shop.channel, day=when) if shop else None
    return fees.margin(amount, known, lines, coupons=coupons)


def competitors(sku_id: int, *, since: date | None = None) -> list[contracts.CompetitorInfo]:
    """The newest price seen of every competitor, cheapest first; ``since`` leaves older sightings out."""
    rows = CompetitorPrice.objects.filter(sku_id=sku_id).order_by("seen_date", "pk")
    if since is not None:
        rows = rows.filter(seen_date__gte=since)
    newest = {(r.seller, r.currency): r for r in rows}
    return sorted(
        (contracts.CompetitorInfo(r.seller, r.amount, r.currency, r.seen_date, r.source) for r in newest.values()),
        key=lambda c: c.amount,
    )


def rates_to(base: str) -> dict[str, int]:
    """Currency → minor units of ``base`` for a hundred of its units, newest known."""
    rows = ExchangeRate.objects.filter(base=base).order_by("seen_date").values_list("currency", "rate")
    return {currency: int(rate * 10_000) for currency, rate in rows}


def judge_prices(
    wanted: Sequence[contracts.PriceInput],
    *,
    now: datetime | None = None,
    stacked: contracts.Stacked | None = None,
) -> list[contracts.Judged]:
    """The guard over every wanted price, each in its own world. Reads only.

    ``stacked`` tells the lowest price under all offers where somebody above knows them. Prices of one batch see each
    other where one sets a floor or a list price for the other.
    """
    moment = now or timezone.now()
    ids = sorted({w.sku_id for w in wanted})
    rows = entries(ids)
    skus = {r.sku_id: r for start in range(0, len(ids), BITE) for r in catalog.sku_rows(ids[start : start + BITE])}
    shops = {s.id: s for s in accounts.shops(include_inactive=True)}
    costs: dict[int, tuple[int, str]] = {}
    for bite in _bites(ids):
        costs |= catalog.costs_now(bite, day=timezone.localdate(moment))
    packs = _packs()
    lines: dict[int, Any] = {}
    rates: dict[str, dict[str, int]] = {}
    beside = _beside(wanted)
    found = []
    for one in wanted:
        history = rows.get(one.sku_id, [])
        at = max(one.starts_at or moment, moment)
        shop = shops.get(one.shop_id) if one.shop_id is not None else None
        cost = costs.get(one.sku_id)
        currency = _expected(one, shop.currency if shop else None, history, cost, at)
        if currency not in rates:
            rates[currency] = rates_to(currency)
        if shop is not None and shop.id not in lines:
            lines[shop.id] = fee_lines(shop_id=shop.id, channel=shop.channel, day=timezone.localdate(at))
        own = _now(one.sku_id, one.shop_id, history, at) if history else None
        same = beside.get((one.sku_id, one.shop_id), {}) | beside.get((one.sku_id, None), {})
        fee_list = lines.get(shop.id) if shop else None
        world = World(
            currency=currency,
            cost=cost[0] if cost and cost[1] == currency else None,
            floor=_same_currency(same.get(FLOOR), own.floor if own else None, currency, own),
            current=_in(currency, own, own.sale if own else None),
            list_price=_same_currency(same.get(LIST), own.list if own else None, currency, own),
            median_30d=_median(history, moment, one.shop_id, currency),
            others=_others(history, one, at, currency, {i: s.name for i, s in shops.items()}),
            lowest_stacked=stacked(one.sku_id, one.shop_id, one.amount, at) if stacked else None,
            fees=sum(fees.take(line, one.amount, 0) for line in fee_list) if fee_list is not None else None,
            rates=rates[currency],
            packs=packs.get(one.sku_id, ()),
        )
        verdict = judge(Candidate(one.amount, one.currency, one.kind), world, policy())
        sku = skus.get(one.sku_id)
        before = {REGULAR: own.sale, PROMO: own.promo, LIST: own.list, FLOOR: own.floor}[one.kind] if own else None
        found.append(contracts.Judged(one, sku.code if sku else "", sku.title if sku else "", before, verdict, world))
    return found


def _expected(
    one: contracts.PriceInput,
    shop_currency: str | None,
    history: Sequence[Entry],
    cost: tuple[int, str] | None,
    at: datetime,
) -> str:
    """The currency a price must be in: the shop's, else that of the general price, else that of the cost."""
    if shop_currency:
        return shop_currency
    held = timeline.holds(history, REGULAR, at)
    return held.currency if held else cost[1] if cost else one.currency


def _in(currency: str, own: contracts.PriceNow | None, amount: int | None) -> int | None:
    return amount if own is not None and own.currency == currency else None


def _same_currency(
    beside: contracts.PriceInput | None, held: int | None, currency: str, own: contracts.PriceNow | None
) -> int | None:
    """The stricter reading: a floor of the same batch never loosens the one that holds."""
    new = beside.amount if beside is not None and beside.currency == currency else None
    old = _in(currency, own, held)
    if beside is not None and beside.kind == FLOOR and new is not None and old is not None:
        return max(new, old)
    return new if new is not None else old


def _beside(wanted: Sequence[contracts.PriceInput]) -> dict[tuple[int, int | None], dict[str, contracts.PriceInput]]:
    found: dict[tuple[int, int | None], dict[str, contracts.PriceInput]] = {}
    for one in wanted:
        if one.kind in (FLOOR, LIST):
            found.setdefault((one.sku_id, one.shop_id), {})[one.kind] = one
    return found


def _median(history: Sequence[Entry], at: datetime, shop_id: int | None, currency: str) -> int | None:
    start = at - timedelta(days=timeline.DAYS + 1)
    live = [e for e in history if e.currency == currency and (e.ends_at is None or e.ends_at > start)]
    return timeline.median_30d(live, at, shop_id) if live else None


def _others(
    history: Sequence[Entry], one: contracts.PriceInput, at: datetime, currency: str, names: Mapping[int, str]
) -> dict[str, int]:
    shops = {e.shop_id for e in history if e.shop_id is not None and e.shop_id != one.shop_id}
    found = {}
    for shop in shops:
        entry = timeline.shown(history, at, shop)
        if entry is not None and entry.currency == currency and entry.amount is not None:
            found[names.get(shop, str(shop))] = entry.amount
    return found


def _packs() -> dict[int, tuple[int, ...]]:
    """SKU → piece counts of the bundles that hold nothing else."""
    found: dict[int, set[int]] = defaultdict(set)
    for parts in catalog.bundle_parts().values():
        if len(parts) == 1:
            ((part, qty),) = parts.items()
            if qty > 1:
                found[part].add(qty)
    return {sku: tuple(sorted(counts)) for sku, counts in found.items()}


def reasons_of(stored: Iterable[Mapping[str, Any]]) -> tuple[Reason, ...]:
    return tuple(Reason(r["verdict"], r["code"], r["numbers"]) for r in stored)


def batch(batch_id: int, *, limit: int = 500) -> contracts.BatchInfo | None:
    """A batch with its rows, the worst first."""
    row = Batch.objects.filter(pk=batch_id).first()
    return _batch(row, limit) if row else None


def batches(*, state: str | None = None, limit: int = 50) -> list[contracts.BatchInfo]:
    """Batches without rows, newest first; previews nobody acted on are left out unless asked for."""
    rows = Batch.objects.order_by("-pk")
    rows = rows.filter(state=state) if state else rows.exclude(state=Batch.PREVIEW)
    return [_batch(row, 3) for row in rows[:limit]]


def _batch(row: Batch, limit: int) -> contracts.BatchInfo:
    rows = list(row.rows.select_related("sku__product").order_by("pk")[:5000])
    rows.sort(key=lambda w: {"block": 0, "warn": 1}.get(w.verdict, 2))
    found = tuple(
        contracts.BatchRow(
            w.sku_id, w.sku.code, w.sku.product.title, w.sku.variant, w.shop_id, w.kind, w.before, w.amount, w.currency,
            w.starts_at, w.ends_at, w.verdict, reasons_of(w.reasons),
        )
        for w in rows[:limit]
    )  # fmt: skip
    return contracts.BatchInfo(
        row.pk, row.state, row.source, row.name, row.verdict, row.proposed_by_id, row.proposed_at, row.decided_by_id,
        row.decided_at, row.note, row.rows.count(), found,
    )  # fmt: skip


def approved_price(*, sku_id: int, shop_id: int, amount: int, currency: str, at: datetime | None = None) -> bool:
    """Whether exactly this standard price stands in the price centre for this shop now: then it was decided already."""
    now = price_in(sku_id, shop_id=shop_id, at=at)
    return now is not None and now.currency == currency and now.sale == amount


def stop_losses(*, state: str = WrongPrice.OPEN) -> list[contracts.StopLossInfo]:
    return [_stop_loss(w) for w in WrongPrice.objects.filter(state=state).order_by("-found_at")]


def stop_loss(case_id: int) -> contracts.StopLossInfo | None:
    row = WrongPrice.objects.filter(pk=case_id).first()
    return _stop_loss(row) if row else None


def _stop_loss(w: WrongPrice) -> contracts.StopLossInfo:
    def when(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text) if text else None

    steps = tuple(
        contracts.StopLossStep(
            s["code"], s["role"], s["shop_id"], datetime.fromisoformat(s["due_at"]), when(s.get("done_at")),
            s.get("done_by"), s.get("note", ""),
        )
        for s in w.steps
    )  # fmt: skip
    return contracts.StopLossInfo(
        w.pk, w.sku_id, w.shop_id, w.wrong, w.right, w.currency, w.live_from, w.live_to, w.found_at, w.state, steps
    )
