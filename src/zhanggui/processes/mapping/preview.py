"""What a mapping makes of a file's first rows, before anything is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.conf import settings

from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.files import queries as files
from zhanggui.foundation.vault.domain import masking
from zhanggui.kernel import records
from zhanggui.processes.importing.reasons import sentence
from zhanggui.processes.mapping import words
from zhanggui.trade.channels.contracts import Reject, Unreadable
from zhanggui.trade.channels.domain import mapping as mappings
from zhanggui.trade.channels.reading import open_file

#: Rows a preview reads, rows and rejects it shows, and the bytes of a long text it looks at.
READ, SHOWN, SHOWN_REJECTS, BYTES = 2_000, 6, 8, 4 * 2**20
#: Columns by which one recognises a record come first.
_LEAD = ("order_no", "line_no", "refund_no", "entry_no", "title", "qty", "line_amount", "buyer_paid", "amount")


@dataclass(frozen=True)
class Cell:
    text: str = ""
    minor: int | None = None
    number: bool = False


@dataclass(frozen=True)
class Sheet:
    """Canonical rows of one table: names of its filled columns, and cells with money in minor units."""

    title: str
    count: int
    columns: list[tuple[str, bool]]
    rows: list[tuple[str, list[Cell]]]


@dataclass(frozen=True)
class Refused:
    row: int
    column: str
    value: str
    why: str


@dataclass(frozen=True)
class Preview:
    """``whole`` says that the file ended within the rows read. ``unknown_words`` are states nobody mapped."""

    rows_read: int = 0
    rejected: int = 0
    whole: bool = True
    sheets: list[Sheet] = field(default_factory=list)
    rejects: list[Refused] = field(default_factory=list)
    unknown_words: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def accepted(self) -> int:
        return self.rows_read - self.rejected


@contextmanager
def sample(sha256: str) -> Iterator[Path]:
    """The kept file, or the beginning of it when it is a long text: enough to look at."""
    facts = files.stored(sha256)
    head = b""
    if facts is not None and facts.size > BYTES:
        for chunk in files.chunks(sha256):
            head += chunk
            if len(head) >= BYTES:
                break
    if not head or head.startswith((b"PK", b"\x1f\x8b", b"\xd0\xcf", b"PAR1", b"{", b"[", b"<")):
        with files.materialise(sha256) as path:
            yield path
        return
    folder = Path(settings.HOME) / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="look-", dir=folder) as place:
        path = Path(place) / "sample.csv"
        path.write_bytes(head[: head.rfind(b"\n") + 1] or head)
        yield path


def preview(path: Path, name: str, mapping: Mapping[str, Any], shop: ShopInfo | None, language: str) -> Preview:
    """Read the first rows as the mapping says. The mapping must be valid."""
    profile = mappings.profile({**mapping, "name": str(mapping.get("name") or "preview")})
    rejects: list[Reject] = []
    frames: dict[str, list[pl.DataFrame]] = {table: [] for table in records.TABLES}
    rows, whole = 0, True
    try:
        with open_file(
            path,
            name=name,
            channel=shop.channel if shop and shop.channel != "other" else None,
            zone=shop.zone if shop else None,
            currency=shop.currency if shop else None,
            layouts=[profile],
        ) as opened:
            for batch in opened.batches():
                rows += batch.rows_read
                rejects += batch.rejects
                for table in records.TABLES:
                    frame = getattr(batch, table)
                    if frame is not None:
                        frames[table].append(frame)
                if rows >= READ:
                    whole = False
                    break
            zone, currency = opened.facts.zone, opened.facts.currency
    except Unreadable as error:
        return Preview(error=error.zh if language.startswith("zh") else error.en)
    joined = {table: pl.concat(parts) for table, parts in frames.items() if parts}
    rejected = len({(r.sheet, r.row) for r in rejects})
    return Preview(
        rows_read=rows,
        rejected=rejected,
        whole=whole,
        sheets=[_sheet(table, frame, zone, currency) for table, frame in joined.items() if len(frame)],
        rejects=[Refused(r.row, r.column, r.value, sentence(r.reason, language)) for r in rejects[:SHOWN_REJECTS]],
        unknown_words=_unknown(joined),
    )


def _sheet(table: str, frame: pl.DataFrame, zone: str, currency: str) -> Sheet:
    kinds = {f.name: f for f in records.TABLES[table]}
    filled = [n for n in frame.columns if n in kinds and frame[n].null_count() < len(frame)]
    filled.sort(key=lambda n: _LEAD.index(n) if n in _LEAD else len(_LEAD))
    shown = frame.head(SHOWN)
    stated = shown["currency"].to_list() if "currency" in shown.columns else [None] * len(shown)
    rows = [
        (own or currency, [_cell(row[n], kinds[n], zone) for n in filled])
        for row, own in zip(shown.iter_rows(named=True), stated, strict=True)
    ]
    heads = [(str(words.COLUMNS.get(n, n)), kinds[n].kind in (records.MINOR, records.INT)) for n in filled]
    return Sheet(str(words.TABLE_NAMES[table]), len(frame), heads, rows)


def _cell(value: Any, spec: records.Field, zone: str) -> Cell:
    if value is None:
        return Cell("—")
    if spec.kind == records.MINOR:
        return Cell(minor=int(value), number=True)
    if isinstance(value, datetime):
        return Cell(f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}")
    if spec.personal:
        return Cell(masked(spec.name, str(value)))
    if isinstance(value, bool):
        return Cell("✓" if value else "—")
    return Cell(str(value), number=spec.kind == records.INT)


def masked(name: str, text: str) -> str:
    """A personal cell as a preview shows it."""
    if name in ("receiver_name", "buyer_ref"):
        return masking.mask_name(text) or masking.HIDDEN
    if name == "receiver_phone":
        return masking.mask_phone(text) or masking.HIDDEN
    return masking.HIDDEN


def _unknown(frames: Mapping[str, pl.DataFrame]) -> list[str]:
    """Words for states that no table knows, the most frequent first."""
    found: dict[str, int] = {}
    for table, state, raw in (
        ("orders", "status", "status_raw"),
        ("lines", "status", "status_raw"),
        ("refunds", "state", "state_raw"),
    ):
        frame = frames.get(table)
        if frame is None:
            continue
        odd = frame.filter((pl.col(state) == records.UNKNOWN) & pl.col(raw).is_not_null())[raw]
        for word, count in odd.value_counts().iter_rows():
            found[word] = max(found.get(word, 0), count)
    return sorted(found, key=lambda w: (-found[w], w))[:12]
