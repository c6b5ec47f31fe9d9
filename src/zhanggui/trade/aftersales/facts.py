"""Tables this room offers to the lake."""

from __future__ import annotations

from typing import Final

from zhanggui.kernel import records
from zhanggui.trade.orders.facts import Fact

FACTS: Final = (
    Fact(
        "refunds",
        "one row per refund",
        ("shop_id", "refund_no"),
        "applied_at",
        {
            "shop_id": records.INT,
            "channel": records.TEXT,
            **{f.name: f.kind for f in records.TABLES["refunds"]},
            "refunded": records.MINOR,
        },
        "Money went back only where refunded is not null. By finished_at: event view; by the order: cohort view.",
    ),
)
