"""A recognised file, walked in canonical bites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import polars as pl

from zhanggui.kernel import records
from zhanggui.trade.channels.contracts import Batch, FileFacts, Reject, Residual, conform
from zhanggui.trade.channels.domain import cells, profiles
from zhanggui.trade.channels.domain.profiles import Context, Profile, Tables
from zhanggui.trade.channels.reading import containers
from zhanggui.trade.channels.reading.encodings import MARK
from zhanggui.trade.channels.reading.matching import Match
from zhanggui.trade.channels.reading.rows import Bite, Table
from zhanggui.trade.channels.reading.texts import is_note

#: Columns that say when something had happened by the time of export.
HAPPENED = ("created_at", "paid_at", "shipped_at", "delivered_at", "completed_at", "cancelled_at", "updated_at",
            "finished_at", "applied_at", "occurred_at", "settled_at")  # fmt: skip


class OpenedFile:
    """A recognised file; see :class:`zhanggui.trade.channels.contracts.ReadFile`."""

    def __init__(
        self,
        container: containers.Container,
        tables: list[Table],
        match: Match,
        facts: FileFacts,
        decimal_comma: bool = False,
    ) -> None:
        self._container, self._tables, self._match = container, tables, match
        self.facts, self._decimal_comma = facts, decimal_comma
        self.residuals: list[Residual] = []
        self.notes: list[tuple[int, str]] = []
        self._sums: dict[str, int] = {}
        self._footers: list[tuple[int, dict[str, int]]] = []

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> OpenedFile:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def last_event_at(self) -> datetime | None:
        """The latest moment the rows speak of: the export cannot be older. Reads the file once."""
        found = self._match.profile.locate(self._match.normal)
        timed = [
            c for c in self._match.profile.columns if c.kind == profiles.TIME and c.name in found and c.name in HAPPENED
        ]
        latest: datetime | None = None
        for table in self._tables if timed else ():
            for bite in table.bites(self._match.row, self._width, quoting=self._match.profile.quoting):
                for col in timed:
                    values, _ = cells.to_utc(bite.frame[f"c{found[col.name]}"], self.facts.zone, col.formats)
                    top = values.max()
                    if isinstance(top, datetime) and (latest is None or top > latest):
                        latest = top
        return latest

    def row_texts(self, row: int) -> list[str] | None:
        """The cells of one physical row as they stand in the file; None when there is no such data row."""
        for table in self._tables:
            for bite in table.bites(self._match.row, self._width, quoting=self._match.profile.quoting):
                if len(bite.frame) and bite.frame["row"][-1] >= row:
                    hit = bite.frame.filter(pl.col("row") == row)
                    return [value or "" for value in hit.row(0)[1:]] if len(hit) else None
        return None

    @property
    def _width(self) -> int:
        return len(self._match.headers)

    def _preamble(self) -> tuple[str, ...]:
        """What stands above the header, row by row."""
        above = self._tables[0].head(quoting=self._match.profile.quoting)[: self._match.row - 1]
        return tuple(text for row in above if (text := " ".join(cell.strip() for cell in row if cell.strip())))

    def batches(self) -> Iterator[Batch]:
        """Canonical bites in file order. An order's neighbouring rows are never cut apart."""
        profile = self._match.profile
        found = profile.locate(self._match.normal)
        context = Context(
            self.facts.currency,
            self.facts.zone,
            frozenset(found),
            self._container.name,
            self._decimal_comma,
            headers=self.facts.mapping,
            preamble=self._preamble(),
        )
        held: pl.DataFrame | None = None
        for table in self._tables:
            for bite in table.bites(self._match.row, self._width, quoting=profile.quoting):
                frame, read, rejects = self._data_rows(bite, found)
                if held is not None:
                    frame = pl.concat([held, frame])
                    held = None
                if profile.group is not None and profile.group in found and len(frame):
                    keys = frame[f"c{found[profile.group]}"]
                    if (keys == "").any():  # a row that leaves its key out belongs to the row above
                        keys = keys.set(keys == "", None).forward_fill()
                    same = keys.eq_missing(keys[-1])
                    tail = len(frame) if same.all() else int(same.reverse().arg_min() or 0)
                    held, frame = frame.tail(tail), frame.head(len(frame) - tail)
                yield self._batch(frame, found, context, read, rejects, table.sheet)
        if held is not None and len(held):
            yield self._batch(held, found, context, 0, [], self._tables[-1].sheet)
        self._compare_footers()
        if profile.finish is not None:
            context.memory["notes"] = self.notes
            self.residuals.extend(profile.finish(context))

    def _batch(
        self,
        frame: pl.DataFrame,
        found: Mapping[str, int],
        context: Context,
        read: int,
        rejects: list[Reject],
        sheet: str,
    ) -> Batch:
        typed, refused = profiles.typed(frame, self._match.profile, found, context, self._match.headers)
        rejects = [*rejects, *refused]
        for name in self._match.profile.totals:
            if name in found:
                self._sums[name] = self._sums.get(name, 0) + int(typed[name].sum() or 0)
        made = self._match.profile.build(typed, context) if len(typed) else Tables()
        given = _provided(self._match.profile, made, context)
        known = self.facts.provided
        self.facts.provided.update({t: known.get(t, frozenset()) | names for t, names in given.items()})
        residuals = made.residuals
        self.residuals.extend(residuals)
        rejects = [*rejects, *made.rejects]
        if sheet and len(self._tables) > 1:
            rejects = [Reject(r.row, r.column, r.value, r.reason, sheet) for r in rejects]
        batch = Batch(rows_read=read - made.headings, rejects=rejects, residuals=residuals)
        for table in records.TABLES:
            records_made = getattr(made, table)
            if records_made is not None and len(records_made):
                setattr(batch, table, conform(table, records_made))
        return batch

    def _data_rows(self, bite: Bite, found: Mapping[str, int]) -> tuple[pl.DataFrame, int, list[Reject]]:
        """Data rows without blank rows and footers. Footers are kept for comparison."""
        if bite.marked:
            self._refuse_marked(bite)
        frame = bite.frame
        texts = [c for c in frame.columns if c != "row"]
        skip = self._match.profile.skip_after_header
        if skip:
            frame = self._without_summary(frame, skip, found)
        if self._match.profile.described:
            frame = self._without_description(frame, found)
        first = pl.concat_str([pl.col(c).str.slice(0, 12) for c in texts[:4]], separator="")
        suspicious = frame.select(
            first.str.contains(
                r"^[\s\t\"]*(#|-{4}|交易记录明细|账务明细|总|合|汇|小计|说明|收入合计|支出合计|导出|注|[tT][oO][tT]|[gG]rand|[sS]umm)"
            ).alias("s"),
            (first.str.strip_chars() == "").alias("b"),
        )
        if suspicious["s"].any() or suspicious["b"].any():
            keep = []
            for i in (suspicious["s"] | suspicious["b"]).arg_true():
                row = frame.row(i)
                cell_values = [v or "" for v in row[1:]]
                lead = next((v.strip() for v in cell_values if v and v.strip()), "")
                if not lead:
                    keep.append(i)
                elif self._is_footer(lead) and not self._identified(cell_values, found):
                    keep.append(i)
                    self._footer(row[0], cell_values, found)
            if keep:
                gone = pl.Series(keep, dtype=pl.UInt32)
                frame = frame.with_row_index("_i").filter(~pl.col("_i").is_in(gone.implode())).drop("_i")
        for at, cell_list in bite.notes:
            if self._is_footer(next((v.strip() for v in cell_list if v.strip()), "#")):
                self._footer(at, cell_list, found)
            else:
                reason = "too_few_cells" if len(cell_list) < self._width else "too_many_cells"
                bite.rejects.append(Reject(at, "", ",".join(cell_list)[:200], reason))
        return frame, len(frame) + len(bite.rejects), list(bite.rejects)

    def _without_summary(self, frame: pl.DataFrame, skip: int, found: Mapping[str, int]) -> pl.DataFrame:
        """The sums or notes some exports put right under the header: compared like a footer, unless they are data."""
        for row in frame.filter(pl.col("row") <= self._match.row + skip).iter_rows():
            cell_values = [value or "" for value in row[1:]]
            if not self._keys_filled(cell_values, found):
                frame = frame.filter(pl.col("row") != row[0])
                if any(value.strip() for value in cell_values):
                    self._footer(row[0], cell_values, found)
        return frame

    def _identified(self, cell_values: Sequence[str], found: Mapping[str, int]) -> bool:
        """Whether a row that looks like a note fills every key cell beyond its first one: then it is data, such as an
        article whose title begins with ``#`` or ``总``."""
        at = [found[c.name] for c in self._match.profile.columns if c.key and c.name in found]
        lead = next((i for i, value in enumerate(cell_values) if value.strip()), 0)
        return lead not in at and self._keys_filled(cell_values, found)

    def _keys_filled(self, cell_values: Sequence[str], found: Mapping[str, int]) -> bool:
        at = [found[c.name] for c in self._match.profile.columns if c.key and c.name in found]
        keys = cells.clean(pl.Series([cell_values[i] for i in at], dtype=pl.String))
        return bool(at) and keys.null_count() == 0

    def _refuse_marked(self, bite: Bite) -> None:
        """Rows with cells that could not be decoded leave, each with its first such cell."""
        hit: dict[int, Reject] = {}
        for i, header in enumerate(self._match.headers):
            column = bite.frame[f"c{i}"]
            bad = column.str.contains(MARK, literal=True).fill_null(False)
            for at in bad.arg_true() if bad.any() else ():
                row = bite.frame["row"][at]
                value = str(column[at])[:200].replace(MARK, "\ufffd")
                hit.setdefault(row, Reject(row, header, value, "encoding"))
        if hit:
            bite.frame = bite.frame.filter(~pl.col("row").is_in(list(hit)))
            bite.rejects += [hit[row] for row in sorted(hit)]

    def _without_description(self, frame: pl.DataFrame, found: Mapping[str, int]) -> pl.DataFrame:
        """Some exports explain each column in the row under the header: its id cells hold no digit."""
        ids = [c for c in self._match.profile.columns if c.key and c.name in found]
        if len(frame) and frame["row"][0] == self._match.row + 1:
            texts = [frame[f"c{found[c.name]}"][0] or "" for c in ids]
            if any(texts) and not any(ch.isdigit() for text in texts for ch in text):
                self.notes.append((frame["row"][0], " ".join(texts)[:500]))
                return frame.slice(1)
        return frame

    def _is_footer(self, lead: str) -> bool:
        return is_note(lead) and not (self._match.profile.hash_names and lead.startswith("#"))

    def _footer(self, row: int, cell_values: Sequence[str], found: Mapping[str, int]) -> None:
        self.notes.append((row, " ".join(v for v in cell_values if v.strip())[:500]))
        profile = self._match.profile
        given: dict[str, int] = {}
        for name in profile.totals:
            if name in found and found[name] < len(cell_values):
                raw = pl.Series([cell_values[found[name]]], dtype=pl.String)
                value, failed = cells.to_minor(raw, self.facts.currency, decimal_comma=self._decimal_comma)
                if not failed[0] and value[0] is not None:
                    given[name] = value[0]
        if given:
            self._footers.append((row, given))

    def _compare_footers(self) -> None:
        for row, given in self._footers:
            for name, expected in given.items():
                actual = self._sums.get(name, 0)
                if actual != expected:
                    header = self.facts.mapping.get(name, name)
                    self.residuals.append(Residual(f"footer:{header}", expected, actual, row=row))


def _provided(profile: Profile, made: Tables, context: Context) -> dict[str, frozenset[str]]:
    """Canonical columns this file carries: passed-through ones when present, computed ones when not all unknown.

    ``flags`` count whenever they are computed: that none holds any more is also something the file says.
    """
    if profile.provides is not None:
        return {table: frozenset(names) for table, names in profile.provides(context).items()}
    typed_names = {c.name for c in profile.columns}
    result: dict[str, frozenset[str]] = {}
    for table, fields in records.TABLES.items():
        frame = getattr(made, table)
        if frame is None:
            continue
        result[table] = frozenset(
            f.name
            for f in fields
            if f.name in frame.columns
            and (
                f.name in context.present
                if f.name in typed_names
                else f.name == "flags" or frame[f.name].null_count() < len(frame)
            )
        )
    return result
