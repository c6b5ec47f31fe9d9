"""Tables this room offers to the lake."""

from __future__ import annotations

from typing import Final

from zhanggui.kernel import records
from zhanggui.trade.orders.facts import Fact

FACTS: Final = (
    Fact(
        "settlement",
        "one row per movement of money",
        ("shop_id", "entry_key"),
        "occurred_at",
        {
            "shop_id": records.INT,
            "channel": records.TEXT,
            **{f.name: f.kind for f in records.TABLES["settlement"]},
            "entry_key": records.TEXT,
        },
        "Never add the two books, never add transfers to profit and loss, never add currencies.",
    ),
)
