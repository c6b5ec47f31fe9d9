"""Take a file in: recognise, parse to a spool, write to the ledgers in one transaction, account for every row."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.accounts import operations as accounts_ops
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.audit import operations as audit
from zhanggui.foundation.files import operations as files_ops
from zhanggui.kernel import records
from zhanggui.processes.importing import waiting
from zhanggui.processes.importing.contracts import ImportResult, residual_json
from zhanggui.processes.importing.reasons import code_of
from zhanggui.processes.importing.shops import EVERYTHING, PLANNED, Rights, choose_shop, refuse_wrong_shop, shop_of_name
from zhanggui.processes.importing.spool import Spool
from zhanggui.trade.aftersales import operations as aftersales
from zhanggui.trade.channels import operations as channels_ops
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.channels.contracts import FileFacts, Reject, Unreadable
from zhanggui.trade.channels.reading import open_file
from zhanggui.trade.channels.reading.opening import OpenedFile
from zhanggui.trade.orders import operations as orders
from zhanggui.trade.settlement import operations as settlement
from zhanggui.traffic.ads import operations as ads
from zhanggui.traffic.visits import operations as visits

#: (what is being done: "reading" | "writing", parts done, parts in all or None)
Progress = Callable[[str, int, int | None], None]

#: Residuals listed in a result; all of them are counted.
MAX_RESIDUALS = 200


class _DryRun(Exception):
    """Raised inside the transaction of a rehearsal so that everything is rolled back."""


def import_file(
    *,
    path: Path,
    name: str | None = None,
    shop_name: str | None = None,
    channel: str | None = None,
    dry_run: bool = False,
    actor_id: int | None = None,
    rights: Rights = EVERYTHING,
    progress: Progress | None = None,
) -> ImportResult:
    """Import one export file.

    The whole file is one transaction: after an error or a crash at any moment nothing of it is in the ledgers, and
    importing it again gives what a clean import gives. The same file twice changes nothing. A file that cannot be
    taken ends as ``result.error`` with one sentence, and is found again: as a failed file of its shop, or waiting
    (``result.waiting_id``) when no shop could be chosen. Refused rows are listed in ``result.rejects_file``.
    """
    began = time.monotonic()
    shown = name or path.name
    result = ImportResult(file=shown, dry_run=dry_run)
    shop: ShopInfo | None = None
    try:
        result.sha256 = _sha256(path)
        shop = shop_of_name(shop_name, channel, rights, shown)
        with _open(path, shown, shop, channel) as opened:
            if shop is None:
                shop = choose_shop(opened, shown, shop_name, rights)
            _import_opened(opened, path, shown, shop, result, dry_run, actor_id, progress, began)
    except Unreadable as error:
        result.error = {"code": error.code, "zh": error.zh, "en": error.en}
        if not dry_run and result.sha256:
            _remember_failure(error, path, shown, shop, result, actor_id)
    result.seconds = round(time.monotonic() - began, 3)
    return result


def _remember_failure(
    error: Unreadable, path: Path, shown: str, shop: ShopInfo | None, result: ImportResult, actor_id: int | None
) -> None:
    """Leave a record that a person can find and act on."""
    _keep_original(path, shown)
    size = path.stat().st_size
    if shop is None or shop.id == PLANNED or error.code in waiting.ABOUT_THE_SHOP:
        result.shop, result.shop_id = "", None
        result.waiting_id = waiting.note(sha256=result.sha256, name=shown, size=size, error=error, actor_id=actor_id)
        return
    with transaction.atomic():
        info = channels_ops.begin_file(shop_id=shop.id, sha256=result.sha256, name=shown, size=size, actor_id=actor_id)
        channels_ops.fail_file(file_id=info.id, error=error)
        waiting.settle(sha256=result.sha256, actor_id=actor_id)
    result.file_id, result.shop_id, result.shop = info.id, shop.id, shop.name


def _import_opened(
    opened: OpenedFile,
    path: Path,
    shown: str,
    shop: ShopInfo,
    result: ImportResult,
    dry_run: bool,
    actor_id: int | None,
    progress: Progress | None,
    began: float,
) -> None:
    facts = opened.facts
    result.channel, result.kind, result.profile = facts.channel, facts.kind, facts.profile
    result.encoding, result.shop, result.shop_id = facts.encoding, shop.name, shop.id or None
    if not dry_run:
        _keep_original(path, shown)
    with Spool(Path(settings.HOME) / "tmp") as spool:
        for batch in opened.batches():
            spool.add(batch)
            if progress is not None:
                progress("reading", spool.rows_read, None)
        if not spool.rows_read:
            result.notice = {
                "code": "no_rows",
                "zh": f"「{shown}」只有表头，没有数据行。",
                "en": f"“{shown}” has a header but no rows.",
            }
        try:
            with transaction.atomic():
                if shop.id == PLANNED:
                    shop = accounts_ops.ensure_shop(
                        name=shop.name, channel=shop.channel, currency=facts.currency, zone=facts.zone
                    )
                orders.lock_shop_imports(shop.id)
                before: datetime | None = None
                if not dry_run:
                    result.shop_id = shop.id
                    info = channels_ops.begin_file(
                        shop_id=shop.id,
                        sha256=result.sha256,
                        name=shown,
                        size=path.stat().st_size,
                        actor_id=actor_id,
                    )
                    result.file_id, before = info.id, info.observed_at
                moment = _write(spool, facts, shop, result, progress, before)
                _account_rows(spool, opened, result)
                result.seconds = round(time.monotonic() - began, 3)
                kept = spool.keep_rejects(_rejects_place(shop, result))
                result.rejects_file = str(kept) if kept else None
                if result.file_id is not None:
                    channels_ops.finish_file(
                        file_id=result.file_id,
                        facts=facts,
                        observed_at=moment,
                        result=result.as_json(),
                        rejected=result.rejected,
                        residuals=result.residuals_total,
                    )
                    waiting.settle(sha256=result.sha256, actor_id=actor_id)
                if dry_run:
                    raise _DryRun
        except _DryRun:
            return
        except BaseException:
            result.file_id = None
            raise
        audit.record(
            actor_id=actor_id,
            action="import.file",
            subject=f"file:{result.file_id}",
            detail={
                "name": shown,
                "sha256": result.sha256,
                "shop": shop.name,
                "rows": result.rows_read,
                "rejected": result.rejected,
            },
        )


def _rejects_place(shop: ShopInfo, result: ImportResult) -> Path:
    name = f"{shop.id}-{result.sha256[:20]}.csv"
    return Path(settings.HOME) / "rejects" / (f"dry-{name}" if result.dry_run else name)


def _account_rows(spool: Spool, opened: OpenedFile, result: ImportResult) -> None:
    result.rows_read, result.rejected = spool.rows_read, spool.rejected_rows
    result.accepted = spool.rows_read - spool.rejected_rows
    result.refunds, result.settlement_entries = spool.counts["refunds"], spool.counts["settlement"]
    result.visits, result.ads = spool.counts["visits"], spool.counts["ads"]
    result.residuals = [residual_json(r) for r in opened.residuals[:MAX_RESIDUALS]]
    result.residuals_total = len(opened.residuals)


def observed_at(facts: FileFacts, last_event_at: datetime | None, before: datetime | None = None) -> datetime:
    """When the file's facts were true: the export moment of its name, or the latest event it speaks of if that is
    later or there is none. A file without any moment speaks of the present, the first time it is imported (``before``).
    """
    moments = [m for m in (facts.exported_at, last_event_at) if m is not None]
    return max(moments) if moments else before or timezone.now()


def _write(
    spool: Spool,
    facts: FileFacts,
    shop: ShopInfo,
    result: ImportResult,
    progress: Progress | None,
    before: datetime | None = None,
) -> datetime:
    """Everything of one file into the ledgers; returns the moment the file speaks of. Runs inside a transaction that
    holds the lock of the shop's imports."""
    file_id = result.file_id or 0
    moment = observed_at(facts, spool.last_event_at, before)
    refuse_wrong_shop(spool, facts, shop, result)
    for number, part in enumerate(spool.parts(), 1):
        if "orders" in part or "lines" in part:
            outcome = orders.record_batch(
                shop_id=shop.id,
                file_id=file_id,
                observed_at=moment,
                grain=facts.grain,
                orders=part.get("orders"),
                lines=part.get("lines"),
                provided=facts.provided,
            )
            result.orders_new += outcome.orders_new
            result.orders_updated += outcome.orders_updated
            result.lines_new += outcome.lines_new
            result.lines_updated += outcome.lines_updated
            result.duplicates += outcome.lines_unchanged if "lines" in part else outcome.orders_unchanged
            result.stale += outcome.stale
            moves = sum(1 for r in outcome.refused if r.column == "status")
            result.refused += moves
            _refuse_rows(spool, outcome.refused)
            result.unknown_states += _unknown(part)
        if "refunds" in part:
            refunds = aftersales.record_refunds(
                shop_id=shop.id,
                file_id=file_id,
                observed_at=moment,
                refunds=part["refunds"],
                provided=facts.provided,
            )
            _refuse_rows(spool, refunds.refused)
            result.refunds_new += refunds.new
            result.duplicates += refunds.unchanged
        if "settlement" in part:
            entries = settlement.record_entries(
                shop_id=shop.id,
                file_id=file_id,
                observed_at=moment,
                entries=part["settlement"].with_columns(
                    book=pl.lit(facts.kind if facts.kind in records.BOOKS else records.BOOKS[0])
                ),
                provided=facts.provided.get("settlement"),
            )
            _refuse_rows(spool, entries.refused)
            result.settlement_new += entries.new
            result.duplicates += entries.unchanged
        if progress is not None:
            progress("writing", number, len(spool))
    _write_traffic(spool, facts, shop, result, moment)
    return moment


def _write_traffic(spool: Spool, facts: FileFacts, shop: ShopInfo, result: ImportResult, moment: datetime) -> None:
    """Reports of visitors and adverts are taken whole: rows that belong together may stand anywhere in a file."""
    about: dict[str, Any] = {"shop_id": shop.id, "file_id": result.file_id or 0, "observed_at": moment}
    seen = spool.whole("visits")
    if seen is not None:
        told = visits.record_visits(visits=seen, provided=facts.provided.get("visits"), **about)
        _refuse_rows(spool, told.refused)
        result.visits_new, result.visits_updated = told.new, told.updated
        result.duplicates += told.unchanged + told.repeated
        result.stale += told.stale
    spent = spool.whole("ads")
    if spent is not None:
        done = ads.record_ads(ads=spent, provided=facts.provided.get("ads"), **about)
        _refuse_rows(spool, done.refused)
        result.ads_new, result.ads_updated = done.new, done.updated
        result.duplicates += done.unchanged + done.repeated
        result.stale += done.stale
    for frame in (seen, spent):
        if frame is not None and result.notice is None and frame["first_day"].null_count():
            result.notice = {
                "code": "no_day",
                "zh": f"「{result.file}」没有写明是哪一天的数据；已按“日期不明”保存，不会算进任何一天。",
                "en": f"“{result.file}” does not say of which day it is; it is kept undated and counts for no day.",
            }


def _refuse_rows(spool: Spool, refusals: Iterable[Any]) -> None:
    """Rows that a ledger could not take, beside those that could not be read. A refused move of state is no
    refused row: the newer state stands."""
    for refusal in refusals:
        if refusal.column != "status":
            spool.refuse(Reject(refusal.row or 0, refusal.column, refusal.value, code_of(refusal.reason)))


def _unknown(part: dict[str, pl.DataFrame]) -> int:
    frame = part.get("lines", part.get("orders"))
    return int((frame["status"] == records.UNKNOWN).sum()) if frame is not None else 0


def _open(path: Path, shown: str, shop: ShopInfo | None, channel: str | None) -> OpenedFile:
    return open_file(
        path,
        name=shown,
        channel=shop.channel if shop and shop.channel != "other" else channel,
        # a shop that does not exist yet takes both from its first file
        zone=shop.zone if shop and shop.id != PLANNED else None,
        currency=shop.currency if shop and shop.id != PLANNED else None,
        layouts=channels.saved_profiles(),
    )


def _keep_original(path: Path, shown: str) -> None:
    files_ops.keep(path=path, name=shown)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
