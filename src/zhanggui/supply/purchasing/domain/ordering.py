"""The life of a purchase order."""

from __future__ import annotations

from typing import Final

from zhanggui.kernel.statetable import StateTable

DRAFT, ORDERED, PARTLY, RECEIVED, CLOSED, CANCELLED = "draft", "ordered", "partly", "received", "closed", "cancelled"
#: States in which goods are still on their way.
OPEN: Final = (ORDERED, PARTLY)

ORDER: Final = StateTable(
    "purchase order",
    DRAFT,
    {
        (DRAFT, "place"): ORDERED,
        (DRAFT, "cancel"): CANCELLED,
        (ORDERED, "cancel"): CANCELLED,
        (ORDERED, "receive_part"): PARTLY,
        (ORDERED, "receive_all"): RECEIVED,
        (PARTLY, "receive_part"): PARTLY,
        (PARTLY, "receive_all"): RECEIVED,
        (PARTLY, "close"): CLOSED,
    },
    frozenset({RECEIVED, CLOSED, CANCELLED}),
)
