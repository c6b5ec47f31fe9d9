"""Carry what the order book says into the stock ledger. Idempotent: run it after every import, or twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.processes.stock.claims import Claim, OrderLine, claim_of, digest_of
from zhanggui.supply.inventory import operations as stock
from zhanggui.supply.inventory import queries as shelves
from zhanggui.trade.aftersales import queries as aftersales
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.orders import exports as orders
from zhanggui.trade.orders import queries as order_queries
from zhanggui.trade.orders.contracts import OrderFilter

#: Orders this much older than the book may still be owed when it begins.
BEFORE: Final = timedelta(days=60)
#: How long before the stated export moment a shop may have had no order for that moment to be believed.
QUIET: Final = timedelta(hours=6)
#: Where the last run is remembered, beside the orders.
MARK: Final = "last run"
CODES: Final = ("outer_sku_code", "outer_product_code", "sku_no", "product_no")


@dataclass
class Done:
    """What one run did, in orders; ``short``: paid orders the shelf could not promise (M141)."""

    orders: int = 0
    unchanged: int = 0
    reserved: int = 0
    shipped: int = 0
    released: int = 0
    returned: int = 0
    short: int = 0
    beyond_book: int = 0
    unmatched: int = 0
    unknown: int = 0

    def as_json(self) -> dict[str, int]:
        return asdict(self)


def follow_orders(*, shop_ids: frozenset[int] | None = None, now: datetime | None = None) -> Done:
    """Paid orders are promised, shipped ones booked out, cancelled and refunded ones released, returned goods put into
    quarantine. What cannot be matched or booked is listed as trouble, never skipped.

    Each order is a transaction of its own. Without a book (no movement yet) nothing happens.
    """
    now = now or timezone.now()
    done = Done()
    since = shelves.stock_since()
    if since is None:
        return done
    for shop in accounts.shops(include_inactive=True):
        if shop_ids is None or shop.id in shop_ids:
            _shop(shop.id, since, now, done)
    return done


def follow_news(*, now: datetime | None = None) -> Done | None:
    """:func:`follow_orders` when a file was taken in, or the book changed, since the last run; None: nothing new."""
    if shelves.followed([MARK]).get(MARK) == _mark():
        return None
    done = follow_orders(now=now)
    stock.follow(order_ref=MARK, digest=_mark())
    return done


def _mark() -> str:
    every = frozenset(s.id for s in accounts.shops(include_inactive=True))
    files = channels.imported_files(shop_ids=every, limit=1)
    return hashlib.sha256(f"{files[0].id if files else 0}|{shelves.mark()}".encode()).hexdigest()[:32]


def _shop(shop_id: int, since: datetime, now: datetime, done: Done) -> None:
    for frame, lines in _orders(shop_id, since):
        codes = {c for name in CODES for c in lines[name].drop_nulls().unique().to_list()}
        skus = shelves.skus_of(shop_id, codes)
        by_order: dict[str, list[OrderLine]] = {}
        for row in lines.iter_rows(named=True):
            by_order.setdefault(row["order_no"], []).append(_line(row))
        refs = {row["order_no"]: f"order:{shop_id}:{row['order_no']}" for row in frame.iter_rows(named=True)}
        known = shelves.followed(refs.values())
        for row in frame.iter_rows(named=True):
            ref = refs[row["order_no"]]
            claim = claim_of(
                by_order.get(row["order_no"], []),
                order_status=row["status"],
                order_shipped_at=row["shipped_at"],
                skus=skus,
                since=since,
            )
            digest = digest_of(claim)
            done.orders += 1
            if known.get(ref) == digest:
                done.unchanged += 1
                continue
            placed_at = row["created_at"] or row["paid_at"] or now
            if _one(shop_id, ref, claim, digest, placed_at, done, now):
                stock.follow(order_ref=ref, digest=digest)
    _returns(shop_id, since, now, done)
    for fresh in order_queries.shop_freshness(shop_ids=frozenset({shop_id})):
        if fresh.newest_order_at is not None:
            through = heard_through(shop_id, fresh.newest_order_at)
            stock.note_hearing(shop_id=shop_id, heard_through=min(through, now))


def heard_through(shop_id: int, newest_order_at: datetime) -> datetime:
    """Until when the orders of a shop are known: the newest order, or the export moment that an order file states when
    it is no more than :data:`QUIET` later. A longer silence is more likely an export of a past period than a quiet
    shop, and is not believed."""
    files = channels.imported_files(shop_ids=frozenset({shop_id}), status="done", limit=50)
    told = [f.exported_at for f in files if f.kind in ("orders", "order_items") and f.exported_at is not None]
    near = [at for at in told if newest_order_at <= at <= newest_order_at + QUIET]
    return max(near, default=newest_order_at)


def _orders(shop_id: int, since: datetime) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Orders that may concern the book, with their lines, in bites."""
    own: dict[str, Any] = {"shop_ids": frozenset({shop_id}), "filters": OrderFilter(created_from=since - BEFORE)}
    lines = orders.export_frame_batches(table="lines", **own)
    for frame in orders.export_frame_batches(table="orders", **own):
        yield frame, next(lines)


def _line(row: dict[str, Any]) -> OrderLine:
    codes = tuple(str(row[name]).strip() for name in CODES if row[name])
    title = " ".join(str(row[n]) for n in ("title", "sku_text") if row[n])
    return OrderLine(row["line_no"], codes, title, row["qty"], row["status"], row["shipped_at"])


def _one(shop_id: int, ref: str, claim: Claim, digest: str, placed_at: datetime, done: Done, now: datetime) -> bool:
    """Bring one order's promise and bookings to what it claims; False when something is left to be tried again."""
    owed, gone = shelves.taken_apart(claim.owed), shelves.taken_apart(claim.gone)
    total = {sku: owed.get(sku, 0) + gone.get(sku, 0) for sku in owed.keys() | gone.keys()}
    stock.note_order(shop_id=shop_id, order_ref=ref, placed_at=placed_at, lines=total)
    settled = True
    sold = shelves.sold_of(ref)
    left = {sku: qty - sold.get(sku, 0) for sku, qty in gone.items() if qty > sold.get(sku, 0)}
    if left:
        try:
            stock.ship_order(
                order_ref=ref, lines=left, key=f"ship:{ref}:{digest}", shop_id=shop_id,
                occurred_at=claim.shipped_at, now=now,
            )  # fmt: skip
            done.shipped += 1
            stock.settle_trouble(source=ref, kinds=("beyond_book",), now=now)
        except (stock.NotEnoughStock, stock.PeriodClosed) as refused:
            done.beyond_book += 1
            settled = False
            stock.raise_trouble(kind="beyond_book", source=ref, detail=str(refused), shop_id=shop_id, now=now)
    held = shelves.open_promises(order_refs=[ref]).get(ref, {})
    spare = {sku: qty - owed.get(sku, 0) for sku, qty in held.items() if qty > owed.get(sku, 0)}
    if spare and settled:
        stock.release_order(order_ref=ref, lines=spare, key=f"release:{ref}:{digest}", now=now)
        done.released += 1
    missing = {sku: qty - held.get(sku, 0) for sku, qty in owed.items() if qty > held.get(sku, 0)}
    if missing:
        answer = stock.reserve_order(
            order_ref=ref, lines=missing, key=f"reserve:{ref}:{digest}", shop_id=shop_id, now=now
        )
        if answer.ok:
            done.reserved += 1
        else:
            done.short += 1
            settled = False
            stock.raise_trouble(
                kind="short", source=ref, code=answer.short_sku, qty=answer.wanted - answer.available, shop_id=shop_id,
                detail=f"{answer.available} < {answer.wanted}", now=now,
            )  # fmt: skip
    if settled:
        stock.settle_trouble(source=ref, kinds=("short", "beyond_book"), now=now)
    _unmatched(shop_id, ref, claim, done, now)
    return settled and not claim.unmatched


def _unmatched(shop_id: int, ref: str, claim: Claim, done: Done, now: datetime) -> None:
    stock.settle_trouble(source=ref, kinds=("unmatched", "unknown"), now=now)
    for code, qty in claim.unmatched:
        done.unmatched += 1
        stock.raise_trouble(kind="unmatched", source=ref, code=code, qty=qty, shop_id=shop_id, now=now)
    for line_no in claim.unknown:
        done.unknown += 1
        stock.raise_trouble(kind="unknown", source=ref, code=line_no, shop_id=shop_id, now=now)


def _returns(shop_id: int, since: datetime, now: datetime, done: Done) -> None:
    """Goods that the refund book says have come back, and that had left by our book."""
    before: int | None = None
    while True:
        page = aftersales.list_refunds(shop_ids=frozenset({shop_id}), before_id=before, limit=500)
        for refund in page:
            if refund.returned_at is None or refund.returned_at < since or not refund.order_no:
                continue
            ref = f"order:{shop_id}:{refund.order_no}"
            skus = shelves.skus_of(shop_id, [refund.outer_sku_code or ""])
            sku = skus.get((refund.outer_sku_code or "").strip())
            sold = shelves.sold_of(ref)
            parts = shelves.taken_apart({sku: refund.qty or 1}) if sku else {}
            if not parts or any(sold.get(part, 0) < qty for part, qty in parts.items()):
                if not parts and sold:
                    stock.raise_trouble(
                        kind="return", source=f"refund:{shop_id}:{refund.refund_no}", code=refund.title or "",
                        qty=refund.qty, shop_id=shop_id, now=now,
                    )  # fmt: skip
                continue
            moved = stock.return_goods(
                order_ref=ref, lines=parts, key=f"return:{shop_id}:{refund.refund_no}",
                occurred_at=refund.returned_at, now=now,
            )  # fmt: skip
            done.returned += bool(moved.new)
        if len(page) < 500:
            return
        before = page[-1].id
