"""New prices from any source go through here and through the guard; there is no other way to a price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import python_calamine
from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.audit import operations as audit
from zhanggui.goods.catalog import operations as catalog_ops
from zhanggui.goods.catalog import queries as catalog
from zhanggui.goods.pricing import contracts, queries
from zhanggui.goods.pricing.domain import pricefile
from zhanggui.goods.pricing.domain.guard import BLOCK, FLOOR, KINDS, LIST, PASS, WARN
from zhanggui.goods.pricing.models import Batch, Price, Wanted
from zhanggui.goods.pricing.operations.errors import NoBatch, PriceRefused, SamePerson, WorldMoved

LARGEST = 10**15
SOURCES = ("page", "file", "listing", "api", "command", "promotion")
MOST_ROWS = 200_000
_WORSE = {PASS: 0, WARN: 1, BLOCK: 2}


def set_prices(
    *,
    wanted: Sequence[contracts.PriceInput],
    source: str,
    actor_id: int | None,
    name: str = "",
    note: str = "",
    stacked: contracts.Stacked | None = None,
    only_preview: bool = False,
) -> contracts.Outcome:
    """Judge prices together and apply them when none is blocked; otherwise all of them wait for another person.

    One transaction: a batch is applied whole or not at all. Every applied price leaves a row in the history that
    names its batch. Raises ``PriceRefused`` (``no_prices``, ``amount_range``, ``kind_unknown``, ``sku_unknown``,
    ``period``, ``currency``).
    """
    _valid(wanted, source)
    with transaction.atomic():
        judged = queries.judge_prices(wanted, stacked=stacked)
        batch = _keep(judged, source=source, actor_id=actor_id, name=name, note=note)
        if only_preview:
            return _outcome(batch, judged)
        _go_on(batch, actor_id)
    return _outcome(batch, judged)


def _outcome(batch: Batch, judged: Sequence[contracts.Judged]) -> contracts.Outcome:
    return contracts.Outcome(batch.state, batch.verdict, batch.pk, tuple(judged))


def _valid(wanted: Sequence[contracts.PriceInput], source: str) -> None:
    if not wanted:
        raise PriceRefused("no_prices")
    if source not in SOURCES:
        raise PriceRefused("source_unknown", value=source)
    for one in wanted:
        if type(one.amount) is not int or not 0 < one.amount <= LARGEST:
            raise PriceRefused("amount_range", value=one.amount)
        if one.kind not in KINDS:
            raise PriceRefused("kind_unknown", value=one.kind)
        if len(one.currency) != 3 or not one.currency.isascii() or not one.currency.isupper():
            raise PriceRefused("currency", value=one.currency)
        if one.starts_at and one.ends_at and one.ends_at <= one.starts_at:
            raise PriceRefused("period")
    ids = sorted({w.sku_id for w in wanted})
    known = {r.sku_id for start in range(0, len(ids), 500) for r in catalog.sku_rows(ids[start : start + 500])}
    lacking = sorted(set(ids) - known)
    if lacking:
        raise PriceRefused("sku_unknown", value=lacking[0])


def _keep(judged: Sequence[contracts.Judged], *, source: str, actor_id: int | None, name: str, note: str) -> Batch:
    batch = Batch.objects.create(
        source=source,
        name=name[:200],
        note=note[:1000],
        verdict=max((j.verdict.verdict for j in judged), key=_WORSE.__getitem__),
        proposed_by_id=actor_id,
    )
    Wanted.objects.bulk_create([_row(batch, j) for j in judged], batch_size=500)
    return batch


def _row(batch: Batch, judged: contracts.Judged) -> Wanted:
    one = judged.wanted
    return Wanted(
        batch=batch,
        sku_id=one.sku_id,
        shop_id=one.shop_id,
        kind=one.kind,
        amount=one.amount,
        currency=one.currency,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        before=judged.before,
        verdict=judged.verdict.verdict,
        reasons=[{**asdict(r), "numbers": dict(r.numbers)} for r in judged.verdict.reasons],
        source_row=one.row,
    )


def _go_on(batch: Batch, actor_id: int | None) -> None:
    if batch.verdict == BLOCK:
        batch.state = Batch.WAITING
        batch.save(update_fields=["state"])
    else:
        _apply(batch, actor_id)


def submit_batch(*, batch_id: int, actor_id: int | None, stacked: contracts.Stacked | None = None) -> contracts.Outcome:
    """Go on with a previewed batch: judged anew, then applied or waiting. Raises ``NoBatch``, ``WorldMoved``."""
    with transaction.atomic():
        batch = _locked(batch_id, Batch.PREVIEW)
        moved = _judge_again(batch, stacked)
        if not moved:
            _go_on(batch, actor_id)
    if moved:
        raise WorldMoved("world_moved", batch=batch_id)
    return contracts.Outcome(batch.state, batch.verdict, batch.pk)


def approve_batch(
    *, batch_id: int, actor_id: int, note: str = "", stacked: contracts.Stacked | None = None
) -> contracts.Outcome:
    """Another person lets a blocked batch through. Locks the batch; the world is judged anew first.

    Raises ``SamePerson``, ``NoBatch`` (decided already), ``WorldMoved`` when a reason has come up that the proposal
    did not show; the batch then waits with the new reasons.
    """
    with transaction.atomic():
        batch = _locked(batch_id, Batch.WAITING)
        if actor_id is None or batch.proposed_by_id == actor_id:
            raise SamePerson("same_person")
        moved = _judge_again(batch, stacked)
        if not moved:
            batch.note = f"{batch.note}\n{note}".strip()[:1000]
            _apply(batch, actor_id)
    if moved:
        raise WorldMoved("world_moved", batch=batch_id)
    return contracts.Outcome(batch.state, batch.verdict, batch.pk)


def reject_batch(*, batch_id: int, actor_id: int | None, note: str) -> None:
    """Send a waiting batch back with a reason; its proposer may do so too (withdraw). Raises ``NoBatch``."""
    if not note.strip():
        raise PriceRefused("note_empty")
    with transaction.atomic():
        batch = _locked(batch_id, Batch.WAITING)
        batch.state = Batch.WITHDRAWN if actor_id == batch.proposed_by_id else Batch.REJECTED
        batch.decided_by_id, batch.decided_at = actor_id, timezone.now()
        batch.note = f"{batch.note}\n{note}".strip()[:1000]
        batch.save(update_fields=["state", "decided_by", "decided_at", "note"])


def _locked(batch_id: int, state: str) -> Batch:
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None or batch.state != state:
        raise NoBatch("no_batch", id=batch_id, state=batch.state if batch else None)
    return batch


def _judge_again(batch: Batch, stacked: contracts.Stacked | None) -> bool:
    """Judge the rows as the world is now; True when a new blocking reason or a worse verdict has come up."""
    rows = list(batch.rows.order_by("pk"))
    inputs = [
        contracts.PriceInput(w.sku_id, w.amount, w.currency, w.kind, w.shop_id, w.starts_at, w.ends_at, w.source_row)
        for w in rows
    ]
    judged = queries.judge_prices(inputs, stacked=stacked)
    moved = False
    for row, now in zip(rows, judged, strict=True):
        seen = {r["code"] for r in row.reasons}
        fresh = {r.code for r in now.verdict.reasons if r.verdict == BLOCK} - seen
        if fresh or _WORSE[now.verdict.verdict] > _WORSE[row.verdict]:
            moved = True
        fresh_row = _row(batch, now)
        row.before, row.verdict, row.reasons = fresh_row.before, fresh_row.verdict, fresh_row.reasons
    if moved:
        Wanted.objects.bulk_update(rows, ["before", "verdict", "reasons"], batch_size=200)
        batch.verdict = max((r.verdict for r in rows), key=_WORSE.__getitem__)
        batch.save(update_fields=["verdict"])
    return moved


def _apply(batch: Batch, actor_id: int | None) -> None:
    now = timezone.now()
    rows = list(batch.rows.order_by("pk"))
    late = [w for w in rows if w.ends_at is not None and w.ends_at <= max(w.starts_at or now, now)]
    if late:
        raise PriceRefused("period_over", sku=late[0].sku_id)
    Price.objects.bulk_create(
        [
            Price(
                sku_id=w.sku_id,
                shop_id=w.shop_id,
                kind=w.kind,
                amount=w.amount,
                currency=w.currency,
                starts_at=max(w.starts_at, now) if w.starts_at else now,
                ends_at=w.ends_at,
                recorded_at=now,
                recorded_by_id=actor_id if batch.proposed_by_id is None else batch.proposed_by_id,
                wanted=w,
            )
            for w in rows
        ],
        batch_size=500,
    )
    batch.state, batch.decided_by_id, batch.decided_at = Batch.APPLIED, actor_id, now
    batch.save(update_fields=["state", "decided_by", "decided_at", "note", "verdict"])
    catalog_ops.mark_priced(sku_ids={w.sku_id for w in rows if w.kind not in (FLOOR, LIST)})
    if batch.verdict == BLOCK:
        detail = {"batch": batch.pk, "rows": len(rows), "proposed_by": batch.proposed_by_id}
        audit.record(actor_id=actor_id, action="prices.approved", subject=f"batch:{batch.pk}", detail=detail)


def end_price(*, sku_id: int, kind: str, shop_id: int | None, at: datetime | None = None, actor_id: int | None) -> None:
    """End a promotion or list price from a moment on; the standard price and the floor are replaced, never ended."""
    if kind not in ("promo", "list"):
        raise PriceRefused("kind_unknown", value=kind)
    now = queries.price_in(sku_id, shop_id=shop_id)
    if now is None or getattr(now, kind) is None:
        raise PriceRefused("no_prices")
    Price.objects.create(
        sku_id=sku_id,
        shop_id=shop_id,
        kind=kind,
        amount=None,
        currency=now.currency,
        starts_at=at or timezone.now(),
        recorded_by_id=actor_id,
    )


def read_price_file(
    path: Path, *, zone: str, currency: str = "CNY"
) -> tuple[list[contracts.PriceInput], list[contracts.RejectedRow]]:
    """Rows of an xlsx as wanted prices, and rejects with row, column, value and reason. Raises ``PriceRefused``."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_name(book.sheet_names[0]).to_python(skip_empty_area=False)
    except Exception as error:  # the reader names no common ancestor of its errors
        raise PriceRefused("file_not_xlsx") from error
    start = next((n for n, row in enumerate(sheet[:20]) if any(c not in (None, "") for c in row)), None)
    at = pricefile.heads(sheet[start]) if start is not None else None
    if start is None or at is None:
        raise PriceRefused("file_no_header")
    if len(sheet) - start > MOST_ROWS:
        raise PriceRefused("file_too_many_rows", rows=len(sheet), most=MOST_ROWS)
    rows, rejects = pricefile.read(
        [(n, list(r)) for n, r in enumerate(sheet[start + 1 :], start + 2)], at, currency=currency, zone=ZoneInfo(zone)
    )
    ids = catalog.sku_ids_of(r.code for r in rows)
    shops = {s.name: s for s in accounts.shops()}
    wanted, refused = [], [contracts.RejectedRow(r.row, r.column, r.value, r.reason) for r in rejects]
    for r in rows:
        if r.code not in ids:
            refused.append(contracts.RejectedRow(r.row, "code", r.code, "sku_unknown"))
        elif r.shop and r.shop not in shops:
            refused.append(contracts.RejectedRow(r.row, "shop", r.shop, "shop_unknown"))
        else:
            shop_id = shops[r.shop].id if r.shop else None
            wanted.append(
                contracts.PriceInput(ids[r.code], r.amount, r.currency, r.kind, shop_id, r.starts_at, r.ends_at, r.row)
            )
    return wanted, sorted(refused, key=lambda r: r.row)


def import_price_file(
    *,
    path: Path,
    name: str,
    zone: str,
    actor_id: int | None,
    currency: str = "CNY",
    stacked: contracts.Stacked | None = None,
    only_preview: bool = True,
) -> contracts.Outcome:
    """A price file through the guard. Any reject stops the whole file; a preview is kept as a batch to go on with."""
    wanted, rejects = read_price_file(path, zone=zone, currency=currency)
    if rejects:
        return contracts.Outcome("rejected", BLOCK, None, (), tuple(rejects))
    return set_prices(
        wanted=wanted, source="file", actor_id=actor_id, name=name, stacked=stacked, only_preview=only_preview
    )
