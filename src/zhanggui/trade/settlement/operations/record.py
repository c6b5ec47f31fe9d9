"""Take one batch of canonical settlement entries into the book."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import polars as pl

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.kernel import records
from zhanggui.trade.orders.operations.keyed import join_keyed, mark_dated
from zhanggui.trade.orders.store import bulk
from zhanggui.trade.settlement.contracts import EntryOutcome, EntryRefusal
from zhanggui.trade.settlement.domain import keys
from zhanggui.trade.settlement.facts import DATED_BY
from zhanggui.trade.settlement.models import Entry

_CELLS: Final = tuple(f.name for f in records.SETTLEMENT)
_DTYPES: Final[dict[str, Any]] = {
    records.TEXT: pl.String,
    records.MINOR: pl.Int64,
    records.UTC: pl.Datetime("us", "UTC"),
}
#: Equal entries of one file that are told apart by counting; more than this is a broken file, not a busy day.
_MOST_EQUALS: Final = 10_000


class UnknownShop(ValueError):
    """Entries were handed in for a shop that does not exist."""


def record_entries(
    *,
    shop_id: int,
    file_id: int,
    observed_at: datetime,
    entries: pl.DataFrame,
    provided: frozenset[str] | None = None,
) -> EntryOutcome:
    """Join canonical ``entries`` (columns of ``kernel.records.SETTLEMENT``, plus ``row``).

    Must run inside the caller's transaction; takes the import lock of the shop. Harmless to repeat, and exports
    that overlap do not double. Equal entries without a number survive: the n-th of one file is the n-th of every
    file that shows them. Batches of one file must come in row order. ``provided`` names the columns the file
    carries; those that hold anything always count.

    Refused: no amount, or a direction that contradicts its sign. Raises :class:`UnknownShop`.
    """
    bulk.require_transaction()
    shop = accounts.shop(shop_id)
    if shop is None:
        raise UnknownShop(f"there is no shop {shop_id}")
    bulk.lock_shop_imports(shop_id)
    frame = entries if "row" in entries.columns else entries.with_columns(row=pl.int_range(pl.len(), dtype=pl.Int64))
    columns = [
        name
        for name in _CELLS
        if name in frame.columns and (name in (provided or ()) or frame[name].null_count() < len(frame))
    ]
    missing = [pl.lit(None, dtype=_DTYPES[f.kind]).alias(f.name) for f in records.SETTLEMENT if f.name not in columns]
    side = pl.when(pl.col("amount") < 0).then(pl.lit(keys.OUT)).otherwise(pl.lit(keys.IN))
    frame = frame.select("row", *columns).with_columns(missing).with_columns(
        currency=pl.col("currency").fill_null(shop.currency),
        subject=pl.col("subject").fill_null("other"),
        book=pl.col("book").fill_null(records.BOOKS[0]),
        direction=pl.col("direction").fill_null(side),
    )  # fmt: skip
    frame, refused = _sound(frame)
    frame = _keyed(frame.sort("row", maintain_order=True), shop_id, file_id)
    folded = frame.unique("entry_key", keep="last", maintain_order=True)
    always = ("currency", "subject", "direction", "book")
    cells = [*columns, *(name for name in always if name not in columns)]

    def settle(pair: pl.DataFrame) -> pl.DataFrame:
        return pair.with_columns(seen_file_id=pl.lit(file_id, dtype=pl.Int64), seen_row=pl.col("row"))

    done = join_keyed(
        Entry,
        folded.select("entry_key", "row", *cells),
        key="entry_key",
        columns=cells,
        shop_id=shop_id,
        file_id=file_id,
        observed_at=observed_at,
        settle=settle,
        settled={"seen_file_id": "book", "seen_row": "book"},
    )
    mark_dated(table="settlement", shop_id=shop_id, moved=done.moved, dated_by=DATED_BY)
    return EntryOutcome(done.new, done.updated, done.unchanged, done.stale, len(frame) - len(folded), tuple(refused))


def _sound(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[EntryRefusal]]:
    amount, direction = pl.col("amount"), pl.col("direction")
    wrong_side = ((direction == keys.IN) & (amount < 0)) | ((direction == keys.OUT) & (amount > 0))
    unknown_side = ~direction.is_in([keys.IN, keys.OUT])
    refused = []
    for column, bad, reason in (
        ("amount", amount.is_null(), "the amount is empty"),
        ("direction", unknown_side, "the direction is neither in nor out"),
        ("amount", wrong_side & amount.is_not_null(), "the sign contradicts the direction"),
    ):
        refused += [
            EntryRefusal(row, column, "" if value is None else str(value), reason)
            for row, value in frame.filter(bad).select("row", column).iter_rows()
        ]
    return frame.filter(amount.is_not_null() & ~wrong_side & ~unknown_side), refused


def _keyed(frame: pl.DataFrame, shop_id: int, file_id: int) -> pl.DataFrame:
    """The frame with ``entry_key``. Entries without a number are counted among their equals in this file."""

    def parts(names: tuple[str, ...]) -> list[tuple[str | None, ...]]:
        return frame.select(pl.col(name).cast(pl.String) for name in names).rows()

    bare = frame["entry_no"].is_null().to_list()
    bases = [
        keys.entry_key(("none", *without)) if nameless else keys.entry_key(("no", *with_number))
        for nameless, with_number, without in zip(bare, parts(keys.NUMBERED), parts(keys.NUMBERLESS), strict=True)
    ]
    frame = frame.with_columns(base=pl.Series(bases, dtype=pl.String), bare=pl.col("entry_no").is_null())
    frame = frame.with_columns(nth=pl.when("bare").then(pl.int_range(pl.len()).over("base") + 1).otherwise(1))
    before = _seen_before(frame.filter("bare"), shop_id, file_id)
    found = [
        keys.entry_key([base], nth + before.get(base, 0)) if nameless else base
        for base, nth, nameless in frame.select("base", "nth", "bare").iter_rows()
    ]
    return frame.with_columns(entry_key=pl.Series(found, dtype=pl.String))


def _seen_before(bare: pl.DataFrame, shop_id: int, file_id: int) -> dict[str, int]:
    """Per base, how many equals earlier batches of this same file have shown already."""
    if bare.is_empty():
        return {}
    first_row = int(bare["row"].min())  # type: ignore[arg-type]
    counts: dict[str, int] = {}
    open_bases = bare["base"].unique().to_list()
    for nth in range(1, _MOST_EQUALS):
        wanted = {keys.entry_key([base], nth): base for base in open_bases}
        held = bulk.by_keys(
            Entry,
            ["entry_key", "seen_file_id", "seen_row"],
            "entry_key",
            pl.Series("entry_key", list(wanted), dtype=pl.String),
            fixed={"shop_id": shop_id},
        )
        earlier = held.filter((pl.col("seen_file_id") == file_id) & (pl.col("seen_row") < first_row))
        open_bases = [wanted[key] for key in earlier["entry_key"]]
        if not open_bases:
            break
        counts.update(dict.fromkeys(open_bases, nth))
    return counts
