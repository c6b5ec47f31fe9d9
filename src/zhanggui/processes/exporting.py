"""The ledgers as files anybody can check: canonical columns, money in minor units, times in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from django.utils.translation import gettext as _

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.trade.aftersales import exports as aftersales
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.orders import exports as orders
from zhanggui.trade.orders.queries.cells import spreadsheet
from zhanggui.trade.settlement import exports as settlement
from zhanggui.traffic.ads import exports as ads
from zhanggui.traffic.visits import exports as visits

#: table → what walks it
SOURCES: dict[str, Any] = {
    "orders": orders.export_frame_batches,
    "lines": orders.export_frame_batches,
    "refunds": aftersales.export_frame_batches,
    "settlement": settlement.export_frame_batches,
    "visits": visits.export_frame_batches,
    "ads": ads.export_frame_batches,
}
XLSX_ROWS = 1_048_575


class ExportFailed(Exception):
    """The export cannot be made; the text is one sentence for the user."""


class _Sink(Protocol):
    def write(self, frame: pl.DataFrame) -> None: ...


def export_table(
    *,
    table: str,
    out: Path,
    shop_name: str | None = None,
    shop_ids: frozenset[int] | None = None,
    filters: Any = None,
) -> dict[str, Any]:
    """Write one ledger table to ``out`` (``.csv`` with BOM, ``.parquet`` or ``.xlsx`` by its ending).

    ``shop_ids`` None means every shop (the command line); returns ``{"file", "table", "rows"}``. The file appears
    whole or not at all. Raises :class:`ExportFailed`.
    """
    if table not in SOURCES:
        raise ExportFailed(
            _("There is no table “%(name)s”; choose %(all)s.") % {"name": table, "all": ", ".join(SOURCES)}
        )
    ending = out.suffix.lower()
    if ending not in _SINKS:
        raise ExportFailed(_("The file must end with .csv, .parquet or .xlsx."))
    allowed = shop_ids if shop_ids is not None else frozenset(s.id for s in accounts.shops(include_inactive=True))
    if shop_name:
        shop = accounts.shop_by_name(shop_name)
        if shop is None or shop.id not in allowed:
            raise ExportFailed(_("There is no shop “%(name)s”.") % {"name": shop_name})
        allowed = frozenset({shop.id})
    batches = SOURCES[table](table=table, shop_ids=allowed, filters=filters, file_names=_file_names)
    draft = out.with_name(f".{out.name}.part")
    try:
        rows = _write(draft, ending, batches)
        draft.replace(out)
    except OSError as error:
        raise ExportFailed(
            _("“%(path)s” cannot be written: %(reason)s.") % {"path": out, "reason": error.strerror}
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return {"file": str(out), "table": table, "rows": rows}


def _file_names(file_ids: frozenset[int]) -> dict[int, str]:
    return channels.file_names(sorted(file_ids))


def _write(path: Path, ending: str, batches: Iterable[pl.DataFrame]) -> int:
    rows = 0
    with _SINKS[ending](path) as sink:
        for frame in batches:
            sink.write(frame)
            rows += len(frame)
    return rows


@contextmanager
def _csv(path: Path) -> Iterator[_Sink]:
    with path.open("wb") as file:
        file.write(b"\xef\xbb\xbf")

        class Sink:
            first = True

            def write(self, frame: pl.DataFrame) -> None:
                spreadsheet(frame).write_csv(file, include_header=self.first, line_terminator="\r\n")
                self.first = False

        yield Sink()


@contextmanager
def _parquet(path: Path) -> Iterator[_Sink]:
    writer: pq.ParquetWriter | None = None

    class Sink:
        def write(self, frame: pl.DataFrame) -> None:
            nonlocal writer
            data: pa.Table = frame.to_arrow()
            if writer is None:
                writer = pq.ParquetWriter(path, data.schema, compression="zstd")
            writer.write_table(data.cast(writer.schema))

    try:
        yield Sink()
    finally:
        if writer is not None:
            writer.close()


@contextmanager
def _xlsx(path: Path) -> Iterator[_Sink]:
    book = xlsxwriter.Workbook(
        path,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )

    class Sink:
        def __init__(self) -> None:
            self.sheet: Any = None
            self.at = XLSX_ROWS + 1
            self.sheets = 0

        def write(self, frame: pl.DataFrame) -> None:
            safe = spreadsheet(frame)
            for row in safe.iter_rows() if len(safe) else [None]:
                if self.at > XLSX_ROWS:
                    self.sheets += 1
                    self.sheet = book.add_worksheet(f"{self.sheets}")
                    self.sheet.write_row(0, 0, safe.columns)
                    self.at = 1
                if row is None:
                    return
                for column, value in enumerate(row):
                    if value is None:
                        continue
                    if isinstance(value, bool):
                        self.sheet.write_boolean(self.at, column, value)
                    elif isinstance(value, int) and abs(value) < 10**15:
                        self.sheet.write_number(self.at, column, value)
                    else:
                        self.sheet.write_string(self.at, column, str(value))
                self.at += 1

    try:
        yield Sink()
    finally:
        book.close()


_SINKS = {".csv": _csv, ".parquet": _parquet, ".xlsx": _xlsx}
