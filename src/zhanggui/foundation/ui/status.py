"""The words, icons and tones of states: one table for every page, so that a state looks the same everywhere.

Tones: ``idle`` nothing to do, ``info`` under way here, ``move`` under way elsewhere, ``warn`` waits for somebody,
``ok`` good end, ``bad`` needs repair. A state is never shown by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

TONES: Final = ("idle", "info", "move", "warn", "ok", "bad")


@dataclass(frozen=True, slots=True)
class Status:
    """How one state is shown."""

    label: str | Promise
    tone: str
    icon: str


_UNKNOWN = Status(pgettext_lazy("state", "Not recognised"), "bad", "help")

LINE: Final = {
    "created": Status(pgettext_lazy("order state", "Unpaid"), "idle", "clock"),
    "paid": Status(pgettext_lazy("order state", "To ship"), "warn", "package"),
    "allocated": Status(pgettext_lazy("order state", "Picked"), "info", "clipboard-check"),
    "shipped": Status(pgettext_lazy("order state", "Shipped"), "move", "truck-delivery"),
    "delivered": Status(pgettext_lazy("order state", "Delivered"), "move", "home"),
    "completed": Status(pgettext_lazy("order state", "Completed"), "ok", "circle-check"),
    "cancelled": Status(pgettext_lazy("order state", "Cancelled"), "idle", "ban"),
    "refunding": Status(pgettext_lazy("order state", "Refund open"), "warn", "receipt-refund"),
    "refunded": Status(pgettext_lazy("order state", "Refunded"), "idle", "arrow-back-up"),
    "closed": Status(pgettext_lazy("order state", "Closed"), "idle", "circle-off"),
    "unknown": _UNKNOWN,
}

REFUND: Final = {
    "requested": Status(pgettext_lazy("refund state", "Requested"), "warn", "receipt-refund"),
    "seller_pending": Status(pgettext_lazy("refund state", "Waits for you"), "warn", "hourglass"),
    "buyer_return": Status(pgettext_lazy("refund state", "Waits for the buyer"), "info", "hourglass"),
    "returning": Status(pgettext_lazy("refund state", "Coming back"), "move", "truck-return"),
    "seller_receive": Status(pgettext_lazy("refund state", "To receive"), "warn", "package-import"),
    "approved": Status(pgettext_lazy("refund state", "Approved"), "info", "check"),
    "success": Status(pgettext_lazy("refund state", "Refunded"), "ok", "circle-check"),
    "refused": Status(pgettext_lazy("refund state", "Refused"), "idle", "circle-x"),
    "withdrawn": Status(pgettext_lazy("refund state", "Withdrawn"), "idle", "arrow-back-up"),
    "closed": Status(pgettext_lazy("refund state", "Closed"), "idle", "circle-off"),
    "arbitration": Status(pgettext_lazy("refund state", "With the platform"), "bad", "gavel"),
    "unknown": _UNKNOWN,
}

REFUND_KIND: Final = {
    "refund_only": Status(pgettext_lazy("refund kind", "Refund only"), "idle", "cash"),
    "return_refund": Status(pgettext_lazy("refund kind", "Return and refund"), "idle", "truck-return"),
    "exchange": Status(pgettext_lazy("refund kind", "Exchange"), "idle", "replace"),
    "repair": Status(pgettext_lazy("refund kind", "Repair"), "idle", "settings"),
    "resend": Status(pgettext_lazy("refund kind", "Resend"), "idle", "package-export"),
    "price_protect": Status(pgettext_lazy("refund kind", "Price protection"), "idle", "shield-check"),
    "reject": Status(pgettext_lazy("refund kind", "Refused at the door"), "idle", "hand-stop"),
}

FLAG: Final = {
    "hold": Status(pgettext_lazy("order flag", "On hold"), "bad", "hand-stop"),
    "partial_ship": Status(pgettext_lazy("order flag", "Partly shipped"), "info", "truck-loading"),
    "partial_refund": Status(pgettext_lazy("order flag", "Partly refunded"), "warn", "receipt-refund"),
    "presale_deposit": Status(pgettext_lazy("order flag", "Pre-sale deposit"), "info", "hourglass"),
    "cod": Status(pgettext_lazy("order flag", "Cash on delivery"), "info", "cash"),
    "gift": Status(pgettext_lazy("order flag", "Gift"), "idle", "heart-handshake"),
    "split_parent": Status(pgettext_lazy("order flag", "Split order"), "idle", "arrows-split"),
}

JOB: Final = {
    "queued": Status(pgettext_lazy("job state", "Waiting"), "idle", "clock"),
    "running": Status(pgettext_lazy("job state", "Running"), "info", "loader-2"),
    "done": Status(pgettext_lazy("job state", "Done"), "ok", "circle-check"),
    "failed": Status(pgettext_lazy("job state", "Failed"), "bad", "circle-x"),
    "lost": Status(pgettext_lazy("job state", "Interrupted"), "warn", "plug"),
}

KINDS: Final[dict[str, dict[str, Status]]] = {
    "line": LINE,
    "refund": REFUND,
    "refund_kind": REFUND_KIND,
    "flag": FLAG,
    "job": JOB,
}


def status(kind: str, value: str | None) -> Status:
    """How ``value`` of a ``kind`` of state is shown; a value outside the table shows itself as not recognised.

    Raises ``KeyError`` for a kind that does not exist.
    """
    table = KINDS[kind]
    if value is None or value == "":
        return _UNKNOWN
    found = table.get(value)
    return found if found is not None else Status(value, _UNKNOWN.tone, _UNKNOWN.icon)
