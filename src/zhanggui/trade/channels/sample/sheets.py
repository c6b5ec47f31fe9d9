"""From orders to files: order exports are written as the orders come, money and refund files sorted by their moment."""

from __future__ import annotations

import heapq
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from zhanggui.trade.channels.sample import forms
from zhanggui.trade.channels.sample.tally import FileTally, Seen
from zhanggui.trade.channels.sample.truth import Order
from zhanggui.trade.channels.sample.writers import JsonWriter, SheetWriter, TextWriter

Cells = Mapping[str, Any]
#: order, export moment → rows of the export and what they state; None when the order is not in this export
OrderRows = Callable[[Order, datetime], tuple[Sequence[Cells], Seen] | None]

#: A sheet of an xlsx file holds no more rows than this; more go to a further file.
SHEET_ROWS: Final = 1_000_000
_RUN: Final = 50_000


@dataclass(frozen=True, slots=True)
class Event:
    """One row of a refund or money file. ``entries`` are (subject, signed minor units); ``refund`` is the amount that
    reaches the buyer (0 while it has not), None when the row is no refund. ``flow`` moves the running balance."""

    moment: datetime
    cells: dict[str, Any]
    entries: tuple[tuple[str, int], ...] = ()
    refund: int | None = None
    flow: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """The outer form of a file: container, encoding, quoting, header, what stands before and after the rows."""

    columns: tuple[str, ...]
    container: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = "all"
    newline: str = "\r\n"
    sheet: str = "Sheet1"
    header: tuple[str, ...] | None = None
    before: tuple[str | tuple[str, ...], ...] = ()
    after_header: tuple[tuple[str, ...], ...] = ()
    empty: str = ""
    #: empty cells at the end of a row are left out, their separators too
    trim: bool = False

    @property
    def suffix(self) -> str:
        return {"csv": ".csv", "xlsx": ".xlsx", "tsv": ".txt", "json": ".json"}[self.container]

    def open(self, path: Path) -> TextWriter | SheetWriter | JsonWriter:
        if self.container == "json":
            return JsonWriter(path)
        writer: TextWriter | SheetWriter
        if self.container == "xlsx":
            writer = SheetWriter(path, sheet=self.sheet[:31])
        else:
            writer = TextWriter(
                path,
                encoding=self.encoding,
                delimiter=self.delimiter,
                quote=self.quote,
                newline=self.newline,
                trim=self.trim,
            )
        for line in self.before:
            if isinstance(line, str):
                writer.write_text(line)
            else:
                writer.write(line)
        writer.write(self.header or self.columns)
        for row in self.after_header:
            writer.write(row)
        return writer


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One export file of a shop: what it is called, what it holds, when it was taken."""

    stem: str
    kind: str
    layout: str
    form: Form
    exported_at: datetime
    quirks: tuple[str, ...] = ()
    rows: OrderRows | None = None
    events: Callable[[Order, datetime], Iterable[Event]] | None = None
    #: ``order``: states order facts itself; ``items``: only lines, orders are their sums; ``both``; ``none``
    grain: str = "none"
    since: datetime | None = None
    paid_basis: str = "pay_time"
    #: columns of a fragile order that a spreadsheet has turned into a rounded number, and the value it left
    damage: tuple[str, ...] = ()
    damaged_as: str | float = forms.DAMAGED
    balance_column: str = ""
    balance_form: Callable[[int], str] = forms.yuan
    withdraw: Callable[[datetime, int], Event] | None = None
    #: rows written after the last entry, made from (number in, sum in, number out, sum out); numbers count zero amounts
    footer: Callable[[Totals], Sequence[str | tuple[str, ...]]] | None = None
    #: rows written before the first entry, made from the same totals
    summary: Callable[[Totals], Sequence[Cells]] | None = None


@dataclass(slots=True)
class Totals:
    rows_in: int = 0
    sum_in: int = 0
    rows_out: int = 0
    sum_out: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def add(self, event: Event) -> None:
        if event.flow >= 0:
            self.rows_in += 1
            self.sum_in += event.flow
        else:
            self.rows_out += 1
            self.sum_out += event.flow
        self.first = self.first or event.moment
        self.last = event.moment


@dataclass(slots=True)
class Written:
    """A finished file."""

    path: Path
    spec: FileSpec
    tally: FileTally


class OrderSink:
    """Writes an order export as the orders come; starts a further file when a sheet is full."""

    def __init__(self, folder: Path, spec: FileSpec) -> None:
        self.spec = spec
        self._folder = folder
        self._written: list[Written] = []
        self._limit = SHEET_ROWS if spec.form.container == "xlsx" else None
        self._open()

    def _open(self) -> None:
        part = f"({len(self._written) + 1})" if self._written else ""
        path = self._folder / f"{self.spec.stem}{part}{self.spec.form.suffix}"
        self._writer = self.spec.form.open(path)
        self._tally = FileTally()
        self._written.append(Written(path, self.spec, self._tally))

    def take(self, order: Order) -> Seen | None:
        """Writes the rows of one order; what they state if they can be accepted, else None."""
        spec = self.spec
        if order.created_at > spec.exported_at or (spec.since is not None and order.created_at < spec.since):
            return None
        found = spec.rows(order, spec.exported_at) if spec.rows else None
        if found is None:
            return None
        rows, seen = found
        if self._limit is not None and self._writer.row + len(rows) > self._limit:
            self._writer.close()
            self._open()
        form = spec.form
        damaged = bool(spec.damage) and order.fragile and len(rows) == 1
        for cells in rows:
            if damaged:
                cells = {**cells, **dict.fromkeys(spec.damage, spec.damaged_as)}
            self._tally.rows += 1
            if form.container == "json":
                self._writer.write([cells])
            else:
                empty = form.empty
                get = cells.get
                self._writer.write([get(column, empty) for column in form.columns])
        if damaged:
            self._tally.rejects.append({"row": self._writer.row, "column": spec.damage[0], "kind": "id_precision"})
            return None
        self._tally.take(seen)
        return seen

    def close(self) -> list[Written]:
        self._writer.close()
        return self._written


class _Spool:
    """Rows sorted by moment in constant memory: runs are sorted, laid down as text, and merged."""

    def __init__(self) -> None:
        self._number = 0
        self._run: list[tuple[str, int, str]] = []
        self._files: list[IO[str]] = []

    def add(self, event: Event) -> None:
        text = json.dumps([event.cells, event.entries, event.refund, event.flow], ensure_ascii=False)
        self._number += 1
        self._run.append((event.moment.isoformat(), self._number, text))
        if len(self._run) >= _RUN:
            self._run.sort()
            file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
            file.writelines(f"{moment}\t{number}\t{text}\n" for moment, number, text in self._run)
            file.seek(0)
            self._files.append(file)
            self._run = []

    @staticmethod
    def _walk(file: IO[str]) -> Iterator[tuple[str, int, str]]:
        for line in file:
            moment, number, text = line.rstrip("\n").split("\t", 2)
            yield moment, int(number), text

    def __iter__(self) -> Iterator[Event]:
        for file in self._files:
            file.seek(0)
        for moment, _, text in heapq.merge(*(self._walk(file) for file in self._files), sorted(self._run)):
            cells, entries, refund, flow = json.loads(text)
            yield Event(datetime.fromisoformat(moment), cells, tuple((s, a) for s, a in entries), refund, flow)

    def close(self) -> None:
        for file in self._files:
            file.close()


class EventSink:
    """Collects the rows of a refund or money file and writes them in the order of time, with a running balance."""

    def __init__(self, folder: Path, spec: FileSpec) -> None:
        self.spec = spec
        self._folder = folder
        self._spool = _Spool()

    def take(self, order: Order) -> None:
        if self.spec.events is None:
            return
        for event in self.spec.events(order, self.spec.exported_at):
            if event.moment <= self.spec.exported_at:
                self._spool.add(event)

    def _with_withdrawals(self) -> Iterator[Event]:
        balance, last = 0, None
        for event in self._spool:
            week = event.moment.isocalendar()[:2]
            if self.spec.withdraw and last is not None and week != last and balance > 10_000:
                amount = balance * 8 // 10 // 100 * 100
                yield self.spec.withdraw(event.moment.replace(hour=0, minute=0, second=1), amount)
                balance -= amount
            last = week
            balance += event.flow
            yield event

    def close(self) -> list[Written]:
        spec, form = self.spec, self.spec.form
        totals = Totals()
        if spec.summary is not None or form.before:
            for event in self._with_withdrawals():
                totals.add(event)
        writer: Any = None
        tally = FileTally()
        written: list[Written] = []

        def start() -> Any:
            nonlocal tally
            part = f"({len(written) + 1})" if written else ""
            path = self._folder / f"{spec.stem}{part}{form.suffix}"
            tally = FileTally()
            written.append(Written(path, spec, tally))
            return form.open(path)

        writer = start()
        for cells in spec.summary(totals) if spec.summary else ():
            writer.write([cells.get(column, form.empty) for column in form.columns])
        totals, balance = Totals(), 0
        for event in self._with_withdrawals():
            if form.container == "xlsx" and writer.row >= SHEET_ROWS:
                writer.close()
                writer = start()
            balance += event.flow
            totals.add(event)
            cells = event.cells
            if spec.balance_column:
                cells = {**cells, spec.balance_column: spec.balance_form(balance)}
            writer.write([cells.get(column, form.empty) for column in form.columns])
            tally.rows += 1
            tally.settlement_entries += len(event.entries)
            for subject, amount in event.entries:
                tally.settlement_by_subject[subject] += amount
            if event.refund is not None:
                tally.refunds += 1
                tally.refund_success_amount += event.refund
        for line in spec.footer(totals) if spec.footer else ():
            if isinstance(line, str):
                writer.write_text(line)
            else:
                writer.write(line)
        writer.close()
        self._spool.close()
        return written
