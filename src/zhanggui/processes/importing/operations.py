"""Take a file in: recognise, parse to a spool, write to the ledgers in one transaction, account for every row."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
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
from zhanggui.processes.importing import waiting
from zhanggui.processes.importing.contracts import ImportResult, residual_json
from zhanggui.processes.importing.reasons import code_of
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

#: Platforms on which every shop counts its orders from its own start, so that equal numbers prove nothing.
_NUMBERED_PER_SHOP = frozenset({"shopify", "woocommerce", "other"})
#: Residuals listed in a result; all of them are counted.
MAX_RESIDUALS = 200

#: Id of a shop that is made in the transaction of its first import, so that a failed one leaves no empty shop behind.
PLANNED = 0


class _DryRun(Exception):
    """Raised inside the transaction of a rehearsal so that everything is rolled back."""


@dataclass(frozen=True)
class Rights:
    """What the person who hands a file in may do: import into these shops (None: all), make a new one."""

    shop_ids: frozenset[int] | None = None
    may_add_shop: bool = True

    def may(self, shop: ShopInfo) -> bool:
        return self.shop_ids is None or shop.id in self.shop_ids


EVERYTHING = Rights()


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
        shop = _shop_of_name(shop_name, channel, rights, shown)
        with _open(path, shown, shop, channel) as opened:
            if shop is None:
                shop = _choose_shop(opened, shown, shop_name, rights)
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
                if not dry_run:
                    result.shop_id = shop.id
                    info = channels_ops.begin_file(
                        shop_id=shop.id,
                        sha256=result.sha256,
                        name=shown,
                        size=path.stat().st_size,
                        actor_id=actor_id,
                    )
                    result.file_id = info.id
                moment = _write(spool, facts, shop, result, progress)
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
    result.residuals = [residual_json(r) for r in opened.residuals[:MAX_RESIDUALS]]
    result.residuals_total = len(opened.residuals)


def observed_at(facts: FileFacts, last_event_at: datetime | None) -> datetime:
    """When the file's facts were true: the export moment of its name, or the latest event it speaks of if that is
    later or there is none; the present for a file without any moment."""
    moments = [m for m in (facts.exported_at, last_event_at) if m is not None]
    return max(moments) if moments else timezone.now()


def _write(spool: Spool, facts: FileFacts, shop: ShopInfo, result: ImportResult, progress: Progress | None) -> datetime:
    """Everything of one file into the ledgers; returns the moment the file speaks of. Runs inside a transaction that
    holds the lock of the shop's imports."""
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
    return moment


def _refuse_rows(spool: Spool, refusals: Iterable[Any]) -> None:
    """Rows that a ledger could not take, beside those that could not be read. A refused move of state is no
    refused row: the newer state stands."""
    for refusal in refusals:
        if refusal.column != "status":
            spool.refuse(Reject(refusal.row or 0, refusal.column, refusal.value, code_of(refusal.reason)))


def _unknown(part: dict[str, pl.DataFrame]) -> int:
    frame = part.get("lines", part.get("orders"))
    return int((frame["status"] == records.UNKNOWN).sum()) if frame is not None else 0


def _refuse_wrong_shop(spool: Spool, facts: FileFacts, shop: ShopInfo, result: ImportResult) -> None:
    """Order numbers are unique on a platform: when most of a file's orders already belong to another shop of the
    channel, the wrong shop was chosen."""
    if facts.channel in _NUMBERED_PER_SHOP:
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
        shop_ids=[other],
        channel=facts.channel,
    )


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


def _shop_of_name(name: str | None, channel: str | None, rights: Rights, shown: str) -> ShopInfo | None:
    if not name:
        return None
    shop = accounts.shop_by_name(name)
    if shop is None:
        if channel:
            return _new_shop(name, channel, rights, shown)
        return None
    if not rights.may(shop):
        raise _no_such_shop(name, shown)
    if channel and shop.channel != channel:
        wanted, got = records.CHANNELS[channel], records.CHANNELS[shop.channel]
        raise Unreadable(
            "wrong_channel",
            f"店铺「{shop.name}」是{got.name_zh}的，不是{wanted.name_zh}的。",
            f"The shop “{shop.name}” is on {got.name_en}, not on {wanted.name_en}.",
            channel=channel,
        )
    return shop


def _new_shop(name: str, channel: str, rights: Rights, shown: str) -> ShopInfo:
    """A shop to be made together with its first file."""
    if not rights.may_add_shop:
        raise _no_such_shop(name, shown)
    home = records.CHANNELS[channel]
    return ShopInfo(PLANNED, " ".join(name.split()), channel, home.currency, home.zone)


def _no_such_shop(name: str, shown: str) -> Unreadable:
    return Unreadable(
        "no_such_shop",
        f"没有您可以导入的店铺「{name}」；请为「{shown}」另选店铺。",
        f"There is no shop “{name}” into which you may import; choose another one for “{shown}”.",
    )


def _choose_shop(opened: OpenedFile, shown: str, wanted: str | None, rights: Rights) -> ShopInfo:
    """A new shop of the wanted name, else the only shop of the file's channel, or a first one named after the
    channel; several need a choice."""
    channel = records.CHANNELS[opened.facts.channel]
    if wanted:
        return _new_shop(wanted, channel.code, rights, shown)
    every = [s for s in accounts.shops() if s.channel == channel.code]
    mine = [s for s in every if rights.may(s)]
    if len(every) == 1 and mine:
        return mine[0]
    if not every and rights.may_add_shop:
        return _new_shop(channel.name_zh, channel.code, rights, shown)
    if not mine:
        raise Unreadable(
            "choose_shop",
            f"「{shown}」是{channel.name_zh}的文件，但没有您可以导入的{channel.name_zh}店铺；请管理员添加店铺或授权。",
            f"“{shown}” is a {channel.name_en} file, and there is no {channel.name_en} shop into which you may import; "
            "ask an administrator to add the shop or your right to it.",
            channel=channel.code,
            shop_ids=[],
        )
    names_zh = "、".join(f"「{s.name}」" for s in mine)
    names_en = ", ".join(f"“{s.name}”" for s in mine)
    raise Unreadable(
        "choose_shop",
        f"「{shown}」是{channel.name_zh}的文件，但没有写是哪家店铺；请选择店铺（{names_zh}）。",
        f"“{shown}” is a {channel.name_en} file and does not say of which shop; choose one ({names_en}).",
        channel=channel.code,
        shop_ids=[s.id for s in mine],
    )


def _keep_original(path: Path, shown: str) -> None:
    files_ops.keep(path=path, name=shown)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
