"""Reads of stock."""

from zhanggui.supply.inventory.queries.offering import available_to_sell, open_offers, oversell_risk
from zhanggui.supply.inventory.queries.shelves import (
    as_of,
    balances,
    count_info,
    count_items,
    count_rows,
    counts,
    counts_due,
    find_item,
    followed,
    mark,
    movements,
    open_promises,
    place_codes,
    promises,
    skus_of,
    sold_of,
    stock_line,
    stock_lines,
    stock_since,
    taken_apart,
    trouble_counts,
    troubles,
    units_of,
)
from zhanggui.supply.inventory.queries.verifying import verify

__all__ = [
    "as_of", "available_to_sell", "balances", "count_info", "count_items", "count_rows", "counts", "counts_due",
    "find_item", "followed", "mark", "movements", "open_offers", "open_promises", "oversell_risk", "place_codes",
    "promises", "skus_of", "sold_of", "stock_line", "stock_lines", "stock_since", "taken_apart",
    "trouble_counts", "troubles", "units_of", "verify",
]  # fmt: skip
