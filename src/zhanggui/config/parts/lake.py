"""The lake: which rooms offer tables, and how much of the machine its reader may take."""

from __future__ import annotations

import os

#: Modules whose ``SOURCES`` are copied to the lake.
LAKE_SOURCES = [
    "zhanggui.trade.orders.facts",
    "zhanggui.trade.aftersales.facts",
    "zhanggui.trade.settlement.facts",
    "zhanggui.traffic.visits.facts",
    "zhanggui.traffic.ads.facts",
    "zhanggui.goods.catalog.facts",
]

#: Memory of the reading engine in one process, as DuckDB writes it.
LAKE_MEMORY = os.environ.get("ZHANGGUI_LAKE_MEMORY", "768MB")
LAKE_THREADS = int(os.environ.get("ZHANGGUI_LAKE_THREADS", "0")) or (os.cpu_count() or 1)
