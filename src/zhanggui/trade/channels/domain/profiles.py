"""A profile: how one layout of one channel's export is recognised and turned into canonical records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import polars as pl

from zhanggui.kernel import records
from zhanggui.trade.channels.contracts import Reject, Residual
from zhanggui.trade.channels.domain import cells
from zhanggui.trade.channels.domain.headers import normal, without_currency

#: How a column's texts are read.
TEXT, ID, INT, MONEY, TIME, FLAG = "text", "id", "int", "money", "time", "flag"
#: Of reports: people or events, seconds. Rates and averages are only compared with what they are made of, so a cell of
#: theirs that cannot be read refuses no row.
COUNT, DURATION, RATE, AVERAGE = "count", "duration", "rate", "average"


@lru_cache(maxsize=4096)
def _normal(headers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(normal(h) for h in headers)


@dataclass(frozen=True)
class Column:
    """One column a profile understands.

    ``headers`` are all spellings seen, newest first; the first one present wins. ``personal`` cells are
    masked wherever the raw row is shown. ``key`` cells must not be empty. ``scale`` reads a decimal as a whole
    number of 10⁻ˢᶜᵃˡᵉ instead of minor units (unit prices with more decimals than the currency, rates).
    """

    name: str
    headers: tuple[str, ...]
    kind: str = TEXT
    personal: bool = False
    key: bool = False
    scale: int | None = None
    formats: tuple[str, ...] = ()

    def normal_headers(self) -> tuple[str, ...]:
        return _normal(self.headers)


def column(name: str, *headers: str, kind: str = TEXT, personal: bool = False, key: bool = False,
           scale: int | None = None, formats: tuple[str, ...] = ()) -> Column:  # fmt: skip
    return Column(name, headers, kind, personal, key, scale, formats)


def columns(kind: str, /, **spellings: str) -> tuple[Column, ...]:
    """Several columns of one kind: ``name="spelling|other spelling"``."""
    return tuple(Column(name, tuple(text.split("|")), kind) for name, text in spellings.items())


@dataclass(frozen=True)
class Context:
    """What a profile's ``build`` may know besides the rows: the file's currency, zone and the columns it has."""

    currency: str
    zone: str
    present: frozenset[str]
    file_name: str = ""
    decimal_comma: bool = False
    #: whatever ``build`` must remember from one bite of the file to the next (sums, a heading row's date)
    memory: dict[str, Any] = field(default_factory=dict)
    #: typed column → its header as this file writes it
    headers: Mapping[str, str] = field(default_factory=dict)
    #: texts of the rows above the header, as far as they say anything
    preamble: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The header of a typed column in this file, for rejects; its own name when the file has none."""
        return self.headers.get(name, name)

    def has(self, *names: str) -> bool:
        return all(name in self.present for name in names)


@dataclass
class Tables:
    """Canonical frames a profile made of typed rows, with rows it had to refuse and identities that do not hold."""

    orders: pl.DataFrame | None = None
    lines: pl.DataFrame | None = None
    refunds: pl.DataFrame | None = None
    settlement: pl.DataFrame | None = None
    visits: pl.DataFrame | None = None
    ads: pl.DataFrame | None = None
    rejects: list[Reject] = field(default_factory=list)
    residuals: list[Residual] = field(default_factory=list)
    #: rows that only sum others up (a statement's heading row) and count as no data rows
    headings: int = 0


Build = Callable[[pl.DataFrame, Context], Tables]


@dataclass(frozen=True)
class Profile:
    """One layout.

    ``required`` headers must all be present (any spelling); ``forbidden`` ones must be absent. ``build``
    gets a frame with every declared column typed (absent ones null) plus ``row``. ``group`` names the typed column
    whose equal neighbours belong together (an order's rows), so that a bite never cuts through them.
    ``totals`` names money columns whose footer row is compared with the sum of rows. ``provides`` lists
    the canonical columns written per table, given the columns present in the file; by default everything that
    ``build`` puts into its frames counts as provided.

    ``currency_column`` names the text column that states the currency of each row's amounts; cells left empty take
    that of their ``group``'s rows above, else the file's currency: its first stated one, else the shop's, else
    ``currency``, else the channel's. ``zone`` is the layout's own when the shop has none; ``stated_currency`` and
    ``stated_zone`` hold whatever the shop has. ``decimal_comma=None`` lets the file decide. ``described`` layouts may
    carry a row of explanations under their header. ``finish`` reports what can be checked only after the last row.
    """

    channel: str
    kind: str
    name: str
    columns: tuple[Column, ...]
    required: tuple[str, ...]
    build: Build
    grain: str = "order"
    forbidden: tuple[str, ...] = ()
    group: str | None = None
    totals: tuple[str, ...] = ()
    skip_after_header: int = 0
    quoting: bool = True
    decimal_comma: bool | None = False
    currency: str | None = None
    currency_column: str | None = None
    zone: str | None = None
    stated_currency: str | None = None
    stated_zone: str | None = None
    described: bool = False
    finish: Callable[[Context], list[Residual]] | None = None
    provides: Callable[[Context], Mapping[str, Sequence[str]]] | None = None
    #: file needs the shop's own words for the layout (a saved column mapping), so it never matches by itself
    manual: bool = False
    #: ids of this layout may begin with ``#``, which elsewhere marks a note
    hash_names: bool = False

    def by_name(self) -> dict[str, Column]:
        return {c.name: c for c in self.columns}

    def locate(self, headers: Sequence[str]) -> dict[str, int]:
        """Typed column name → position in the file, given the file's normalised headers."""
        where: dict[str, int] = {}
        for i, header in enumerate(headers):
            where.setdefault(header, i)
        for i, header in enumerate(headers):
            where.setdefault(without_currency(header), i)
        found: dict[str, int] = {}
        for col in self.columns:
            for spelling in col.normal_headers():
                if spelling in where:
                    found[col.name] = where[spelling]
                    break
        return found

    def score(self, headers: Sequence[str]) -> int | None:
        """How many of the file's columns this layout knows, or None when it is another layout."""
        found = self.locate(headers)
        if any(name not in found for name in self.required):
            return None
        present = set(headers)
        if any(normal(h) in present for h in self.forbidden):
            return None
        return len(found)


_REASONS = {
    ID: "id_damaged",
    INT: "not_a_whole_number",
    MONEY: "not_an_amount",
    TIME: "not_a_moment",
    COUNT: "not_a_count",
    DURATION: "not_a_duration",
}


def typed(
    frame: pl.DataFrame, profile: Profile, found: Mapping[str, int], context: Context, headers: Sequence[str]
) -> tuple[pl.DataFrame, list[Reject]]:
    """Text columns ``c0, c1, …`` + ``row`` to the profile's typed columns; unreadable rows leave with a reason.

    A row is refused whole when any understood cell is unreadable or a key cell is empty, so that nothing is half
    taken.
    """
    out: dict[str, pl.Series] = {"row": frame["row"]}
    bad = pl.repeat(False, len(frame), dtype=pl.Boolean, eager=True)
    rejects: list[Reject] = []

    def refuse(mask: pl.Series, raw: pl.Series, header: str, reason: str) -> None:
        nonlocal bad
        fresh = mask & ~bad
        if fresh.any():
            hit = frame.select("row").with_columns(raw.alias("v")).filter(fresh)
            rejects.extend(Reject(row, header, value or "", reason) for row, value in hit.iter_rows())
            bad = bad | fresh

    codes = _currencies(frame, profile, found, context)
    for col in profile.columns:
        if col.name == profile.currency_column:
            strange = ~codes.str.contains(r"^[A-Z]{3}$")
            if strange.any():
                refuse(strange, codes, headers[found[col.name]], "not_a_currency")
            out[col.name] = codes.alias(col.name)
            continue
        if col.name not in found:
            out[col.name] = pl.Series(col.name, [None], dtype=_DTYPES[col.kind]).new_from_index(0, len(frame))
            continue
        position = found[col.name]
        raw = frame[f"c{position}"]
        header = headers[position]
        if col.kind == ID:
            values, failed = cells.to_id(raw)
        elif col.kind == INT:
            values, failed = cells.to_int(raw)
        elif col.kind == MONEY:
            values, failed = _money(raw, col, codes, context)
        elif col.kind == TIME:
            values, failed = cells.to_utc(raw, context.zone, col.formats)
        elif col.kind == FLAG:
            values, failed = cells.to_flag(raw)
        elif col.kind in (COUNT, DURATION, RATE, AVERAGE):
            values, failed = _reported(raw, col.kind, header, context.decimal_comma)
        else:
            values, failed = cells.to_text(raw)
        if failed.any():
            refuse(failed, raw, header, _REASONS.get(col.kind, "unreadable"))
        if col.key:
            empty = values.is_null()
            if empty.any():
                refuse(empty, raw, header, "missing")
        out[col.name] = values.alias(col.name)
    result = pl.DataFrame(out)
    return (result.filter(~bad) if bad.any() else result), rejects


def _currencies(frame: pl.DataFrame, profile: Profile, found: Mapping[str, int], context: Context) -> pl.Series:
    """The currency code of every row."""
    if profile.currency_column is not None and profile.currency_column in found:
        stated = cells.clean(frame[f"c{found[profile.currency_column]}"]).str.to_uppercase()
        if profile.group in found and stated.null_count():
            keys = frame[f"c{found[profile.group or '']}"].alias("key")
            pair = pl.DataFrame([keys, stated.alias("code")])
            stated = pair.select(pl.col("code").forward_fill().over("key"))["code"]
        return stated.fill_null(context.currency)
    return pl.Series("currency", [context.currency], dtype=pl.String).new_from_index(0, len(frame))


def _reported(raw: pl.Series, kind: str, header: str, decimal_comma: bool) -> cells.Column:
    """A column of a report. Averages and multiples are read in millionths."""
    if kind == COUNT:
        return cells.to_count(raw)
    if kind == DURATION:
        return cells.to_duration(raw)
    if kind == RATE:
        values, failed = cells.to_rate(raw, percent=normal(header).endswith(("(%)", "%")))
    else:
        values, failed = cells.scaled(raw, 6, decimal_comma=decimal_comma)
    return values, failed & False


def _money(raw: pl.Series, col: Column, codes: pl.Series, context: Context) -> cells.Column:
    """An amount column, each row in its own currency's minor units."""
    comma = context.decimal_comma
    if col.scale is not None:
        return cells.scaled(raw, col.scale, decimal_comma=comma)
    return cells.to_minor_each(raw, codes, decimal_comma=comma)


_DTYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    TEXT: pl.String,
    ID: pl.String,
    INT: pl.Int64,
    MONEY: pl.Int64,
    TIME: pl.Datetime("us", "UTC"),
    FLAG: pl.Boolean,
    COUNT: pl.Int64,
    DURATION: pl.Int64,
    RATE: pl.Int64,
    AVERAGE: pl.Int64,
}


def map_status(column_name: str, table: Mapping[str, str], default: str = records.UNKNOWN) -> pl.Expr:
    """Raw status texts to canonical states; full- and half-width commas are alike; unknown texts stay unknown."""
    folded = {normal_status(k): v for k, v in table.items()}
    return (
        pl.col(column_name)
        .str.replace_all("，", ",", literal=True)
        .str.replace_all(r"\s", "")
        .replace_strict(folded, default=pl.lit(default), return_dtype=pl.String)
    )


def normal_status(text: str) -> str:
    return "".join(text.replace("，", ",").split())


def first_of(*names: str) -> pl.Expr:
    return pl.coalesce([pl.col(n) for n in names])


def total(*names: str) -> pl.Expr:
    """Sum of columns in which null counts as nothing given; null when all are null."""
    exprs = [pl.col(n) for n in names]
    return pl.when(pl.all_horizontal([e.is_null() for e in exprs])).then(None).otherwise(pl.sum_horizontal(exprs))


def add_flags(**conditions: pl.Expr) -> pl.Expr:
    """The ``flags`` column: names (sorted, blank-separated) of the conditions that hold; null when none does."""
    parts = [pl.when(cond.fill_null(False)).then(pl.lit(name)) for name, cond in sorted(conditions.items())]
    joined = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    return pl.when(joined == "").then(None).otherwise(joined)


def identity_residuals(
    frame: pl.DataFrame, name: str, expected: pl.Expr, actual: pl.Expr, *, tolerance: int = 1
) -> list[Residual]:
    """Rows on which ``actual`` differs from ``expected`` by more than ``tolerance`` minor units (null: no answer)."""
    found = (
        frame.select(pl.col("order_no"), pl.col("row"), expected.alias("expected"), actual.alias("actual"))
        .drop_nulls(["expected", "actual"])
        .filter((pl.col("actual") - pl.col("expected")).abs() > tolerance)
    )
    return [Residual(name, e, a, o or "", r) for o, r, e, a in found.iter_rows()]
