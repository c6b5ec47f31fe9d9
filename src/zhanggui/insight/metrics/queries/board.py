"""Reads: the board of some shops and days, and how far the files of each shop reach."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.insight.metrics.contracts import Board, FileCover, Metric, ShopCover
from zhanggui.insight.metrics.domain import board as boards
from zhanggui.insight.metrics.domain.board import Facts, Span
from zhanggui.insight.metrics.domain.definitions import METRICS
from zhanggui.trade.aftersales import queries as aftersales
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.channels.contracts import ImportedFileInfo
from zhanggui.trade.orders import queries as orders

#: Days a small line on a tile shows.
SPARK_DAYS = 14
#: Kinds of file that tell of orders.
ORDER_KINDS = frozenset({"orders", "order_items"})
#: Files looked through, newest first, for the newest of each shop and kind.
_FILES_AT_ONCE, _MOST_READS = 300, 8


def metric(metric_id: str) -> Metric:
    """One definition; ``KeyError`` for an id the dictionary does not hold."""
    return METRICS[metric_id]


def coverage(*, shop_ids: frozenset[int]) -> list[FileCover]:
    """The newest file taken in, by shop and kind.

    Looks through the newest files of all shops; shops without any among them are looked up by themselves, so a shop
    without an entry has no file at all. A kind absent beside a shop's other entries is not among its newest files.
    """
    found: dict[tuple[int, str], FileCover] = {}
    left = shop_ids
    for _ in range(_MOST_READS):
        if not left:
            break
        files = channels.imported_files(shop_ids=left, status="done", limit=_FILES_AT_ONCE)
        for cover in _covers(files):
            known = found.get((cover.shop_id, cover.kind))
            if known is None or cover.until > known.until:
                found[cover.shop_id, cover.kind] = cover
        seen = {shop for shop, _ in found}
        if len(files) < _FILES_AT_ONCE or left <= seen:
            break
        left -= seen
    return sorted(found.values(), key=lambda c: (c.shop_id, c.kind))


def _covers(files: Iterable[ImportedFileInfo]) -> Iterable[FileCover]:
    for f in files:
        if f.observed_at is not None:
            brought = f.finished_at or f.started_at
            yield FileCover(f.shop_id, f.kind, f.observed_at, brought, f.id, f.name)


def day_board(
    *,
    shop_ids: frozenset[int],
    first: date,
    last: date,
    before_first: date | None = None,
    before_last: date | None = None,
    files: Iterable[FileCover] | None = None,
) -> Board:
    """The numbers of the shops over the business days ``first`` to ``last``, both included, each shop in its own zone.

    ``files``: what :func:`coverage` answered, when the caller has it already. Raises ``ValueError`` for days that run
    backward (from the order book).
    """
    now = Span(first, last)
    before = Span(before_first, before_last) if before_first is not None and before_last is not None else None
    begin = min([now.first, last - timedelta(days=SPARK_DAYS - 1), *([before.first] if before else [])])
    facts = Facts(
        totals=orders.day_totals(shop_ids=shop_ids, first=begin, last=last),
        refunds=aftersales.refund_days(shop_ids=shop_ids, first=begin, last=last),
        late=orders.late_days(shop_ids=shop_ids, first=begin, last=last),
    )
    covers = _shop_covers(shop_ids, facts, coverage(shop_ids=shop_ids) if files is None else files)
    return boards.assemble(
        covers, facts, now=now, before=before, buyers=_buyers(covers, facts, now, before), series_days=SPARK_DAYS
    )


def _shop_covers(shop_ids: frozenset[int], facts: Facts, files: Iterable[FileCover]) -> list[ShopCover]:
    until: dict[int, datetime] = {}
    refund_files: set[int] = set()
    for f in files:
        if f.kind in ORDER_KINDS:
            until[f.shop_id] = max(f.until, until.get(f.shop_id, f.until))
        elif f.kind == "refunds":
            refund_files.add(f.shop_id)
    refund_files |= {r.shop_id for r in facts.refunds}
    telling = {t.shop_id for t in facts.totals if t.refunded_to_date is not None or t.refunded_orders} | refund_files
    return [
        ShopCover(s.id, s.channel, s.currency, s.zone, until.get(s.id), s.id in telling, s.id in refund_files)
        for s in accounts.shops(include_inactive=True)
        if s.id in shop_ids
    ]


def _buyers(
    covers: list[ShopCover], facts: Facts, now: Span, before: Span | None
) -> dict[tuple[frozenset[int], str], tuple[int, int]]:
    """Distinct buyers of every group that keeps one currency.

    Of one shop on one day the day's facts tell them; of one shop over several days one question; of several shops
    the order book counts each group, so that a person who bought in two of them counts once.
    """
    wanted = {g.shops for g in boards.groups(covers, facts) if g.one_currency and g.shop_ids}
    every = frozenset(c.shop_id for c in covers)
    found: dict[tuple[frozenset[int], str], tuple[int, int]] = {}
    for name, span in (("now", now), ("before", before)):
        if span is None:
            continue
        for shop_id, buyers, unknown in _of_single_shops(every, facts, span):
            found[frozenset({shop_id}), name] = buyers, unknown
        for shops in wanted:
            if len(shops) > 1:
                found[shops, name] = orders.distinct_buyers(shop_ids=shops, first=span.first, last=span.last)
    return found


def _of_single_shops(shop_ids: frozenset[int], facts: Facts, span: Span) -> Iterable[tuple[int, int, int]]:
    if span.first != span.last:
        for p in orders.period_buyers(shop_ids=shop_ids, first=span.first, last=span.last):
            yield p.shop_id, p.buyers, p.orders_without_buyer
        return
    told = {t.shop_id: t for t in facts.totals if t.day == span.first}
    for shop_id in shop_ids:
        t = told.get(shop_id)
        yield shop_id, t.buyers if t else 0, t.buyers_unknown if t else 0
