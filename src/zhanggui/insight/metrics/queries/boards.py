"""The dashboard's tiles, the cohort matrix and RFM: questions with their own shape."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from zhanggui.foundation.lake import queries as lake
from zhanggui.foundation.lake.contracts import Snapshot
from zhanggui.insight.metrics.contracts import CohortRow, Days, Rfm, Tiles
from zhanggui.insight.metrics.domain.asking import Agg, Ask, Cond, Key
from zhanggui.insight.metrics.domain.coverage import KNOWN
from zhanggui.insight.metrics.domain.errors import BeforeFirstData, EmptyPeriod, MixedCurrencies, NoData, NoShop
from zhanggui.insight.metrics.domain.rfm import score
from zhanggui.insight.metrics.queries.state import State, now_state
from zhanggui.insight.metrics.reading import tiles as reading
from zhanggui.insight.metrics.store import rollups
from zhanggui.insight.metrics.store.rollups import Built, Month

_EXAMPLE: Final = "where currency=CNY"


def tiles(
    *, shop_ids: frozenset[int], first: date, last: date, currency: str = "", of_shops: frozenset[int] | None = None
) -> Tiles:
    """The seven tiles of the business days ``first`` to ``last`` (both included) from rollups.

    ``shop_ids``: the shops the caller may see; ``of_shops`` narrows them (one shop, one channel's shops, any set).
    ``currency`` may be left out where the shops sell in one. Rollups of months that changed are made first. Raises
    ``EmptyPeriod``, ``NoShop``, ``NoData``, ``BeforeFirstData``, ``MixedCurrencies``.
    """
    if last < first:
        raise EmptyPeriod(first=first, last=last)
    snap = lake.snapshot()
    state = now_state(shop_ids, engine="duckdb", snapshot=snap)
    chosen = shop_ids if of_shops is None else shop_ids & of_shops
    if not chosen:
        raise NoShop()
    connection = lake.connect(snap)
    built = build(connection, snap)
    board = reading.Board(
        connection=connection,
        built=built,
        channels={i: s.channel for i, s in state.shops.items()},
        shops=chosen,
        currency=currency,
        known_until=known_until(state, chosen),
        as_of=state.as_of,
    )
    return reading.assemble(_one_currency(board, first, last, state), Days(first, last))


def _one_currency(board: reading.Board, first: date, last: date, state: State) -> reading.Board:
    if not board.built.parts["orders"]:
        raise NoData(table="orders")
    firsts = [d for i, d in state.first_days("orders").items() if i in board.shops]
    if not firsts:
        raise NoData(table="orders")
    if last < min(firsts):
        raise BeforeFirstData(last=last, begins=min(firsts))
    if board.currency:
        return board
    found = board.currencies()
    if len(found) > 1:
        raise MixedCurrencies(currencies=", ".join(found), example=_EXAMPLE)
    own = {s.currency for i, s in state.shops.items() if i in board.shops}
    return replace(board, currency=found[0] if found else min(own))


def months_of(snap: Snapshot) -> list[Month]:
    """The lake's months as rollups take them."""
    found: dict[str, dict[str, tuple[object, str]]] = defaultdict(dict)
    for table in ("orders", "lines"):
        for f in snap.tables[table].files:
            name = "undated" if f.month is None else f"{f.month:%Y-%m}"
            found[name][table] = (f.path, f"{f.content_id}-{snap.tables[table].table.fingerprint}")
    return [Month(name, files) for name, files in sorted(found.items())]  # type: ignore[arg-type]


def build(connection: object, snap: Snapshot) -> Built:
    """Rollups of this snapshot; only what changed since the last is made."""
    named = [f.path for f in snap.tables["categories"].files] if "categories" in snap.tables else []
    return rollups.build(connection, folder_of(snap), months_of(snap), categories=named[0] if named else None)


def folder_of(snap: Snapshot) -> Path:
    """Where rollups lie: beside the lake, which lets its readers into that folder."""
    for table in snap.tables.values():
        for f in table.files:
            return f.path.parents[3] / "rollups"
    raise NoData(table="orders")


def known_until(state: State, shop_ids: frozenset[int]) -> date:
    """The last day that every chosen shop with orders is known of in full."""
    firsts = state.first_days("orders")
    ends = []
    for shop_id in shop_ids:
        if shop_id not in firsts:
            continue
        until = state.until.get((shop_id, "orders"))
        if until is None:
            ends.append(firsts[shop_id])
            continue
        day = until.date() + timedelta(days=1)
        shop = state.shops[shop_id]
        cover = state.coverage([shop], ["orders"], Days(day - timedelta(days=4), day))
        while day >= firsts[shop_id] and cover.state(shop_id, "orders", day) != KNOWN:
            day -= timedelta(days=1)
        ends.append(day)
    return min(ends, default=date.min)


def cohorts(
    *, shop_ids: frozenset[int], currency: str = "", of_shops: frozenset[int] | None = None
) -> tuple[CohortRow, ...]:
    """The whole matrix of cohort retention (M097): buyers by the month of their first paid order in these shops."""
    snap = lake.snapshot(["orders"])
    firsts = [f.month for f in snap.tables["orders"].files if f.month is not None]
    if not firsts:
        raise NoData(table="orders")
    day = max(firsts)
    return tiles(shop_ids=shop_ids, first=day, last=day, currency=currency, of_shops=of_shops).cohorts


def rfm(*, shop_ids: frozenset[int], day: date, currency: str = "", days: int = 365) -> Rfm:
    """Customers scored by recency, frequency and net amount over the ``days`` up to ``day`` (M103).

    Quintiles by customers; equal values share a score. Net amount is paid − refunded to date.
    """
    return rfm_with(now_state(shop_ids), day=day, currency=currency, days=days)


def rfm_with(state: State, *, day: date, currency: str = "", days: int = 365) -> Rfm:
    """:func:`rfm` over a given state. Raises ``NoShop``, ``NoData`` and ``MixedCurrencies``."""
    if not state.shops:
        raise NoShop()
    first = day - timedelta(days=days - 1)
    where = (
        Cond("shop_id", "in", tuple(state.shops)),
        Cond("paid_day", "ge", (first,)),
        Cond("paid_day", "le", (day,)),
        *((Cond("currency", "eq", (currency,)),) if currency else ()),
    )
    aggs = (
        Agg("last", "max", "paid_day"),
        Agg("orders", "count"),
        Agg("paid", "sum", "buyer_paid"),
        Agg("back", "sum", "refunded_to_date"),
    )
    rows = state.engine.ask(Ask("orders", (Key("buyer_key"), Key("currency")), aggs, where))
    if not rows:
        raise NoData(table="orders")
    used = sorted({row[1] for row in rows})
    if len(used) > 1:
        raise MixedCurrencies(currencies=", ".join(used), example=_EXAMPLE)
    nameless = sum(int(row[3]) for row in rows if row[0] is None)
    named = [
        ((day - row[2]).days, int(row[3]), int(row[4] or 0) - int(row[5] or 0)) for row in rows if row[0] is not None
    ]
    cuts, scores = score(named)
    segments: dict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0, 0])
    for (_recency, _orders, amount), own in zip(named, scores, strict=True):
        segments[own][0] += 1
        segments[own][1] += amount
    return Rfm(
        day=day,
        days=days,
        currency=used[0],
        customers=len(named),
        cuts=cuts,
        segments={k: (n, amount) for k, (n, amount) in sorted(segments.items(), reverse=True)},
        nameless=nameless,
    )
