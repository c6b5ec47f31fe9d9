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
from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.audit import operations as audit
from zhanggui.foundation.files import operations as files_ops
from zhanggui.kernel import records
from zhanggui.processes.importing.contracts import ImportResult, residual_json
from zhanggui.processes.importing.spool import Spool
from zhanggui.trade.aftersales import operations as aftersales
from zhanggui.trade.channels import operations as channels_ops
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.channels.contracts import FileFacts, Reject, Unreadable
from zhanggui.trade.channels.reading import open_file
from zhanggui.trade.channels.reading.opening import OpenedFile
from zhanggui.trade.orders import operations as orders
from zhanggui.trade.orders.queries import holding
from zhanggui.trade.settlement import operations as settlement

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
    progress: Progress | None = None,
) -> ImportResult:
    """Import one export file.

    The whole file is one transaction: after an error or a crash at any moment nothing of it is in the ledgers, and
    importing it again gives what a clean import gives. The same file twice changes nothing. A file that cannot be
    taken ends as ``result.error`` with one sentence; refused rows are listed in ``result.rejects_file``.
    """
    began = time.monotonic()
    shown = name or path.name
    result = ImportResult(file=shown, dry_run=dry_run)
    try:
        result.sha256 = _sha256(path)
        shop = _shop_of_name(shop_name, channel)
        with _open(path, shown, shop, channel) as opened:
            if shop is None:
                shop = _choose_shop(opened, shown, shop_name)
            _import_opened(opened, path, shown, shop, result, dry_run, actor_id, progress)
    except Unreadable as error:
        result.error = {"code": error.code, "zh": error.zh, "en": error.en}
        if result.file_id is None and result.sha256 and not dry_run:
            shop = _shop_of_name(shop_name, None, quiet=True)
            if shop is not None:
                info = channels_ops.begin_file(
                    shop_id=shop.id, sha256=result.sha256, name=shown, size=path.stat().st_size, actor_id=actor_id
                )
                result.file_id, result.shop_id, result.shop = info.id, shop.id, shop.name
                _keep_original(path, shown)
        if result.file_id is not None:
            channels_ops.fail_file(file_id=result.file_id, error=error)
    result.seconds = round(time.monotonic() - began, 3)
    return result


def _import_opened(
    opened: OpenedFile,
    path: Path,
    shown: str,
    shop: ShopInfo,
    result: ImportResult,
    dry_run: bool,
    actor_id: int | None,
    progress: Progress | None,
) -> None:
    facts = opened.facts
    result.channel, result.kind, result.profile = facts.channel, facts.kind, facts.profile
    result.encoding, result.shop, result.shop_id = facts.encoding, shop.name, shop.id
    if not dry_run:
        info = channels_ops.begin_file(
            shop_id=shop.id, sha256=result.sha256, name=shown, size=path.stat().st_size, actor_id=actor_id
        )
        result.file_id = info.id
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
        target = Path(settings.HOME) / "rejects" / f"{shop.id}-{result.sha256[:20]}.csv"
        if dry_run:
            target = target.with_name(f"dry-{target.name}")
        try:
            with transaction.atomic():
                moment = _write(spool, facts, shop, result, progress)
                _account_rows(spool, opened, result)
                kept = spool.keep_rejects(target)
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
                if dry_run:
                    raise _DryRun
        except _DryRun:
            return
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


def _account_rows(spool: Spool, opened: OpenedFile, result: ImportResult) -> None:
    result.rows_read, result.rejected = spool.rows_read, spool.rejected_rows
    result.accepted = spool.rows_read - spool.rejected_rows
    result.refunds, result.settlement_entries = spool.counts["refunds"], spool.counts["settlement"]
    result.residuals = [residual_json(r) for r in opened.residuals[:MAX_RESIDUALS]]
    result.residuals_total = len(opened.residuals)


def observed_at(facts: FileFacts, last_event_at: datetime | None) -> datetime:
    """When the file's facts were true: the export moment of its name, or the latest event it speaks of if that is
    later or there is none; the present for a file without any moment."""
    moments = [m for m in (facts.exported_at, last_event_at) if m is not None]
    return max(moments) if moments else timezone.now()


def _write(spool: Spool, facts: FileFacts, shop: ShopInfo, result: ImportResult, progress: Progress | None) -> datetime:
    """Everything of one file into the ledgers; returns the moment the file speaks of. Runs inside a transaction;
    locks the shop's imports first."""
    orders.lock_shop_imports(shop.id)
    file_id = result.file_id or 0
    moment = observed_at(facts, spool.last_event_at)
    _refuse_wrong_shop(spool, facts, shop, result)
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
                entries=part["settlement"],
                provided=facts.provided.get("settlement"),
            )
            _refuse_rows(spool, entries.refused)
            result.settlement_new += entries.new
            result.duplicates += entries.unchanged
        if progress is not None:
            progress("writing", number, len(spool))
    return moment


def _refuse_rows(spool: Spool, refusals: Iterable[Any]) -> None:
    """Rows that a ledger could not take, beside those that could not be read. A refused move of state is no
    refused row: the newer state stands."""
    for refusal in refusals:
        if refusal.column != "status":
            spool.refuse(Reject(refusal.row or 0, refusal.column, refusal.value, refusal.reason))


def _unknown(part: dict[str, pl.DataFrame]) -> int:
    frame = part.get("lines", part.get("orders"))
    return int((frame["status"] == records.UNKNOWN).sum()) if frame is not None else 0


def _refuse_wrong_shop(spool: Spool, facts: FileFacts, shop: ShopInfo, result: ImportResult) -> None:
    """Order numbers are unique on a platform: when most of a file's orders already belong to another shop of the
    channel, the wrong shop was chosen."""
    if facts.channel == "other":
        return
    first = next(spool.parts(), {})
    frame = first.get("orders", first.get("lines"))
    if frame is None:
        return
    sample = frame["order_no"].drop_nulls().unique(maintain_order=True).head(500).to_list()
    elsewhere = holding.shops_holding(channel=facts.channel, order_nos=sample, except_shop_id=shop.id)
    other, count = max(elsewhere.items(), key=lambda item: item[1], default=(0, 0))
    if count * 2 <= len(sample):
        return
    owner = accounts.shop(other)
    owner_name = owner.name if owner else str(other)
    raise Unreadable(
        "wrong_shop",
        f"「{result.file}」里的订单已经属于店铺「{owner_name}」，不是「{shop.name}」；请选对店铺再导入。",
        f"The orders in “{result.file}” already belong to the shop “{owner_name}”, not “{shop.name}”; "
        "choose the right shop and import again.",
    )


def _open(path: Path, shown: str, shop: ShopInfo | None, channel: str | None) -> OpenedFile:
    return open_file(
        path,
        name=shown,
        channel=shop.channel if shop and shop.channel != "other" else channel,
        zone=shop.zone if shop else None,
        currency=shop.currency if shop else None,
        layouts=channels.saved_profiles(),
    )


def _shop_of_name(name: str | None, channel: str | None, *, quiet: bool = False) -> ShopInfo | None:
    if not name:
        return None
    shop = accounts.shop_by_name(name)
    if shop is None:
        if channel:
            return accounts_ops.ensure_shop(name=name, channel=channel)
        return None
    if channel and shop.channel != channel and not quiet:
        wanted, got = records.CHANNELS[channel], records.CHANNELS[shop.channel]
        raise Unreadable(
            "wrong_channel",
            f"店铺「{shop.name}」是{got.name_zh}的，不是{wanted.name_zh}的。",
            f"The shop “{shop.name}” is on {got.name_en}, not on {wanted.name_en}.",
        )
    return shop


def _choose_shop(opened: OpenedFile, shown: str, wanted: str | None) -> ShopInfo:
    """A new shop of the wanted name, else the only shop of the file's channel, or a first one named after the
    channel; several need a choice."""
    channel = records.CHANNELS[opened.facts.channel]
    if wanted:
        return accounts_ops.ensure_shop(name=wanted, channel=channel.code)
    mine = [s for s in accounts.shops() if s.channel == channel.code]
    if len(mine) == 1:
        return mine[0]
    if not mine:
        return accounts_ops.ensure_shop(name=channel.name_zh, channel=channel.code)
    names_zh = "、".join(f"「{s.name}」" for s in mine)
    names_en = ", ".join(f"“{s.name}”" for s in mine)
    raise Unreadable(
        "choose_shop",
        f"{channel.name_zh}有多个店铺（{names_zh}），文件「{shown}」里没有写是哪一个，请选择店铺。",
        f"There are several {channel.name_en} shops ({names_en}) and “{shown}” does not say which; choose one.",
    )


def _keep_original(path: Path, shown: str) -> None:
    files_ops.keep(path=path, name=shown)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
