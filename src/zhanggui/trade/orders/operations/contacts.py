"""The personal fields of orders: joined like every other cell, kept sealed, shown masked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from zhanggui.foundation.vault import operations as vault
from zhanggui.foundation.vault.domain import masking
from zhanggui.trade.orders.domain.layers import Contest, Layer
from zhanggui.trade.orders.models import Contact
from zhanggui.trade.orders.operations.incoming import PERSONAL, Incoming
from zhanggui.trade.orders.store import bulk

_MASKS: Final = {
    "buyer_ref": masking.mask_name,
    "receiver_name": masking.mask_name,
    "receiver_phone": masking.mask_phone,
    "receiver_address": masking.mask_address,
}


def buyer_keys(batch: Incoming) -> pl.Series | None:
    """Keyed hashes of the batch's buyers, one per row of its order frame; a masked buyer id tells nobody apart.

    The channel is part of what is hashed: the same id on two channels is two people.
    """
    if batch.orders is None or "buyer_ref" not in batch.order_columns:
        return None
    refs = batch.orders["buyer_ref"].to_list()
    named = [f"{batch.channel}:{ref}" if ref and not masking.is_masked(ref) else None for ref in refs]
    return pl.Series("buyer_key", vault.fingerprints(named), dtype=pl.String)


def masked(clear: Mapping[str, str]) -> dict[str, str]:
    """What may be shown of each present field."""
    return {name: _MASKS.get(name, _hidden)(text) or masking.HIDDEN for name, text in clear.items()}


def _hidden(text: str | None) -> str:
    return masking.HIDDEN


#: The same fields always make the same text.
_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def join_contacts(
    batch: Incoming, pair: pl.DataFrame, contests: Mapping[int, Contest], known: Mapping[int, Layer]
) -> frozenset[int]:
    """Write the contacts of a joined batch; ``pair`` carries ``order_id``, ``fresh``, both layers and row numbers.

    Returns the ids of known orders whose contact changed. Only rows that bring personal data, or that may take it
    away, are looked at.
    """
    given = [name for name in PERSONAL if name in batch.order_columns]
    if not given or "has_header" not in pair.columns:
        return frozenset()
    rows = pair.filter(pl.col("has_header")).select(
        "order_id", "fresh", "layer_id_old", "row", "source_row_old", *given
    )
    any_given = pl.any_horizontal([pl.col(name).is_not_null() for name in given])
    rows = rows.filter(any_given | ~pl.col("fresh"))
    held = {
        order_id: (sealed, mark)
        for order_id, sealed, mark in bulk.by_keys(
            Contact, ["order_id", "sealed", "fingerprint"], "order_id", rows.filter(~pl.col("fresh"))["order_id"]
        ).iter_rows()
    }
    wanted: dict[int, dict[str, str]] = {}
    for order_id, _, layer, row, source_row, *values in rows.iter_rows():
        contest = contests[layer]
        cells = {
            name: value
            for name, value in zip(given, values, strict=True)
            if name in contest.wins or (name in contest.ties and (source_row is None or row >= source_row))
        }
        if not cells:
            continue
        clear: dict[str, str] = {}
        if order_id in held and any(name in PERSONAL and name not in cells for name in known[layer]):
            clear = {k: v for k, v in vault.open_sealed(held[order_id][0]).items() if k not in cells}
        wanted[order_id] = clear | {k: v for k, v in cells.items() if v is not None}
    fresh = frozenset(rows.filter("fresh")["order_id"])
    return _write(wanted, held) - fresh


def _write(wanted: Mapping[int, dict[str, str]], held: Mapping[int, tuple[Any, str]]) -> frozenset[int]:
    marks = dict(zip(wanted, vault.fingerprints([_text(clear) for clear in wanted.values()]), strict=True))
    moved = [i for i, clear in wanted.items() if (held[i][1] != marks[i] if i in held else bool(clear))]
    gone = [i for i in moved if not wanted[i]]
    kept = [i for i in moved if wanted[i]]
    frame = pl.DataFrame(
        {
            "order_id": kept,
            "sealed": vault.seal_many([wanted[i] for i in kept]),
            "fingerprint": [marks[i] for i in kept],
            "masked": [_text(masked(wanted[i])) for i in kept],
        },
        schema={"order_id": pl.Int64, "sealed": pl.Binary, "fingerprint": pl.String, "masked": pl.String},
    )
    known = pl.col("order_id").is_in(list(held))
    bulk.insert(Contact, frame.filter(~known))
    bulk.update(Contact, frame.filter(known), key="order_id")
    if gone:
        Contact.objects.filter(order_id__in=gone).delete()
    return frozenset(moved)
