"""Every threshold of the desk, in one place."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

#: A shipment or refund due within this time is nearly overdue.
DUE_SOON: Final = timedelta(hours=6)
#: A kind of file whose newest one speaks of a moment longer ago than this has gone stale.
STALE_AFTER: Final[dict[str, timedelta]] = {
    "orders": timedelta(hours=36),
    "refunds": timedelta(hours=36),
    "settlement": timedelta(days=8),  # platforms settle by the week
}
#: Data older than this is shown as bad, not only as late.
VERY_STALE: Final = timedelta(days=3)
#: Files with trouble are called to mind for this long after they were brought.
FILES_FOR: Final = timedelta(days=14)
#: Orders and refunds read to tell the money at stake; beyond it the sum is "at least".
ROWS_READ: Final = 500
#: Single cases a finding lists.
CASES: Final = 5
#: Shops with the same undated finding that are shown one by one; more are told in one line.
SHOPS_APART: Final = 2
