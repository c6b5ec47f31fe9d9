"""TikTok Shop's order status words."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.profiles import map_status

STATUS: Final = {
    "Unpaid": "created",
    "On hold": "paid",
    "On Hold": "paid",
    "To ship": "paid",
    "Awaiting shipment": "paid",
    "Awaiting collection": "allocated",
    "Shipped": "shipped",
    "In transit": "shipped",
    "Delivered": "delivered",
    "Completed": "completed",
    "Cancelled": "cancelled",
    "Canceled": "cancelled",
}
HELD: Final = ("On hold", "On Hold")


def state(status: str, substatus: str) -> pl.Expr:
    """The substatus is finer and wins where it is known, except over a final status. What was refunded, of cancelled
    orders too, is stated in its own column."""
    main, fine = map_status(status, STATUS), map_status(substatus, STATUS)
    return pl.when((fine != "unknown") & ~main.is_in(["completed", "cancelled"])).then(fine).otherwise(main)
