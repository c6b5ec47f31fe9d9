"""Bulk files for channels without a connection, the merchant's own layouts, and limits."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import transaction
from django.utils import timezone

from zhanggui.goods.catalog import queries as catalog
from zhanggui.goods.listings import contracts, queries
from zhanggui.goods.listings.domain import layouts, limits, states
from zhanggui.goods.listings.models import ChannelLimit, OwnLayout
from zhanggui.goods.listings.operations.errors import ListingRefused
from zhanggui.kernel.records import CHANNELS


def write_bulk_file(
    *,
    listing_ids: Sequence[int],
    channel: str,
    path: Path,
    list_prices: Mapping[int, int] | None = None,
) -> contracts.BulkFile:
    """Put reviewed or published listings of one channel into its layout; ``path`` gets the layout's ending.

    Only what was reviewed goes out: a listing in another state stops the whole file. Raises ``ListingRefused``
    (``not_reviewed``, ``other_channel``, ``nothing_to_write``).
    """
    layout = queries.layout_of(channel)
    rows: list[layouts.SkuRow] = []
    for listing_id in listing_ids:
        found = queries.listing(listing_id)
        if found is None or found.revision is None:
            raise ListingRefused("not_there", id=listing_id)
        if found.state not in (states.REVIEWED, states.PUBLISHED, states.MONITORED, states.DIFFERS):
            raise ListingRefused("not_reviewed", id=listing_id, state=found.state)
        if queries.channel_of(found.shop_id) != channel:
            raise ListingRefused("other_channel", id=listing_id)
        rows += _rows(found, list_prices or {})
    if not rows:
        raise ListingRefused("nothing_to_write")
    out = path.with_suffix(f".{layout.format}")
    lines = list(layouts.cells(layout, rows))
    if layout.format == "csv":
        with out.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
    else:
        _xlsx(out, lines)
    return contracts.BulkFile(out.name, layout.name, layout.is_platform, len(listing_ids), len(rows))


def _rows(found: contracts.ListingInfo, list_prices: Mapping[int, int]) -> list[layouts.SkuRow]:
    product = catalog.product(found.product_id)
    if product is None or found.revision is None:
        return []
    content = found.revision.content
    handle = re.sub(r"[^0-9a-z]+", "-", product.code.casefold()).strip("-") or f"p{product.id}"
    shared = {
        "product_no": found.product_no, "product_code": product.code, "handle": handle, "title": content.title,
        "selling_point": content.selling_point, "description": content.description, "category": content.category,
        "brand": product.brand, "attributes": "; ".join(f"{k}={v}" for k, v in content.attributes.items()),
        "option_name": "Title",
    }  # fmt: skip
    rows: list[layouts.SkuRow] = []
    for sku in product.skus:
        if sku.sku_id not in content.prices:
            continue
        values: dict[str, Any] = {
            **shared,
            "sku_code": sku.code,
            "variant": sku.variant or "Default Title",
            "barcode": sku.barcode,
            "weight_grams": sku.weight_grams,
            "price": content.prices[sku.sku_id],
            "list_price": list_prices.get(sku.sku_id),
        }
        rows.append(layouts.SkuRow(values, content.currency, not rows))
    return rows


def _xlsx(path: Path, lines: Sequence[Sequence[str]]) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    try:
        sheet = book.add_worksheet()
        for n, line in enumerate(lines):
            for at, cell in enumerate(line):
                if cell:
                    sheet.write_string(n, at, cell)
    finally:
        book.close()


def save_layout(
    *, channel: str, name: str, file_format: str, columns: Sequence[Sequence[str]], actor_id: int | None
) -> None:
    """Keep the merchant's own template of a channel. Raises ``ListingRefused`` with the reason it cannot be used."""
    if channel not in CHANNELS or file_format not in ("csv", "xlsx") or not name.strip():
        raise ListingRefused("layout_form")
    try:
        checked = layouts.check(columns)
    except layouts.BadLayout as error:
        raise ListingRefused(f"layout_{error.reason}", value=error.value) from error
    OwnLayout.objects.update_or_create(
        channel=channel,
        defaults={
            "name": name.strip()[:120],
            "format": file_format,
            "columns": [list(c) for c in checked],
            "set_by_id": actor_id,
            "set_at": timezone.now(),
        },
    )


def set_limit(
    *, channel: str, key: str, value: int | str | bool | None, confirmed: bool, source: str = "", actor_id: int | None
) -> None:
    """Set or confirm a limit of a channel; None goes back to what is shipped. Raises ``ListingRefused``."""
    if channel not in CHANNELS or key not in limits.KEYS:
        raise ListingRefused("limit_unknown", value=f"{channel} {key}")
    with transaction.atomic():
        if value is None:
            ChannelLimit.objects.filter(channel=channel, key=key).delete()
            return
        right = str if key == "title_counts" else bool if key in ("title_emoji", "image_square") else int
        if type(value) is not right or (right is int and not 0 <= int(value) <= 10**15):
            raise ListingRefused("limit_value", value=str(value)[:40])
        if right is str and value not in (limits.CHARS, limits.DISPLAY):
            raise ListingRefused("limit_value", value=str(value)[:40])
        ChannelLimit.objects.update_or_create(
            channel=channel,
            key=key,
            defaults={
                "value": value,
                "confirmed": confirmed,
                "source": source[:500],
                "set_by_id": actor_id,
                "set_at": timezone.now(),
            },
        )
