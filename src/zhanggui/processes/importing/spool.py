"""The parsed file between reading and writing: on disk, so that a big file needs no big memory."""

from __future__ import annotations

import csv
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType

import polars as pl

from zhanggui.kernel import records
from zhanggui.processes.importing.reasons import sentence
from zhanggui.trade.channels.contracts import Batch, Reject

#: Canonical moments that lie in the past when a file is exported.
_HAPPENED = {
    "orders": ("created_at", "paid_at", "shipped_at", "delivered_at", "completed_at", "cancelled_at", "updated_at"),
    "lines": ("shipped_at",),
    "refunds": ("applied_at", "agreed_at", "returned_at", "finished_at"),
    "settlement": ("occurred_at",),
    # days, which are over at their end: see ``operations.observed_at``
    "visits": (),
    "ads": (),
}
PREFIX = "import-"
#: Folders of imports that were killed are removed by a later import when they are this old.
LEFT_BEHIND_SECONDS = 6 * 3600
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Spool:
    """Canonical bites parked in a private temporary folder; gone when the block ends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        self._folder = tempfile.TemporaryDirectory(prefix=PREFIX, dir=folder)
        self._parts: list[dict[str, Path]] = []
        self.rows_read = 0
        self.rejected_rows = 0
        self.counts = dict.fromkeys(records.TABLES, 0)
        self.last_event_at: datetime | None = None
        self._rejects = Path(self._folder.name) / "rejects.csv"
        self._writer_file = self._rejects.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._writer_file)
        self._writer.writerow(["row", "sheet", "column", "value", "reason", "说明", "explanation"])

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer_file.close()
        self._folder.cleanup()

    def add(self, batch: Batch) -> None:
        self.rows_read += batch.rows_read
        for reject in batch.rejects:
            self.refuse(reject)
        part: dict[str, Path] = {}
        for table in records.TABLES:
            frame: pl.DataFrame | None = getattr(batch, table)
            if frame is None or not len(frame):
                continue
            self.counts[table] += len(frame)
            for name in _HAPPENED[table]:
                top = frame[name].max()
                if isinstance(top, datetime) and (self.last_event_at is None or top > self.last_event_at):
                    self.last_event_at = top
            path = Path(self._folder.name) / f"{len(self._parts)}-{table}.arrow"
            frame.write_ipc(path, compression="lz4")
            part[table] = path
        if part:
            self._parts.append(part)

    def refuse(self, reject: Reject) -> None:
        """Count and list a row that is not taken."""
        self.rejected_rows += 1
        self._writer.writerow(
            [
                reject.row,
                reject.sheet,
                _safe(reject.column),
                _safe(reject.value),
                reject.reason,
                sentence(reject.reason, "zh"),
                sentence(reject.reason, "en"),
            ]
        )

    def parts(self) -> Iterator[dict[str, pl.DataFrame]]:
        for part in self._parts:
            yield {table: pl.read_ipc(path) for table, path in part.items()}

    def whole(self, table: str) -> pl.DataFrame | None:
        """All records of a table at once; None when the file has none."""
        paths = [part[table] for part in self._parts if table in part]
        return pl.concat([pl.read_ipc(path) for path in paths]) if paths else None

    def __len__(self) -> int:
        return len(self._parts)

    def keep_rejects(self, target: Path) -> Path | None:
        """Move the list of refused rows to ``target``; None (and an older list removed) when every row was taken."""
        self._writer_file.flush()
        if not self.rejected_rows:
            target.unlink(missing_ok=True)
            return None
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".part")
        draft.write_bytes(self._rejects.read_bytes())
        draft.replace(target)
        return target


def _sweep(folder: Path) -> None:
    """Remove what imports that were killed left behind: it holds personal data in clear."""
    limit = time.time() - LEFT_BEHIND_SECONDS
    for old in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if old.stat().st_mtime < limit:
                shutil.rmtree(old, ignore_errors=True)


def _safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
