"""Codes of stock in the reader's words."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

REASONS: Final = {
    "receipt": _("Received"),
    "sale": _("Sold"),
    "return": _("Came back"),
    "inspected": _("Inspected, good"),
    "damaged": _("Damaged"),
    "transfer": _("Moved"),
    "count": _("Counted"),
    "opening": _("Opening stock"),
    "expired": _("Expired"),
    "reversal": _("Reversed"),
}
KINDS: Final = {
    "reserve": _("Reserved"),
    "commit": _("Shipped"),
    "release": _("Released"),
    "expire": _("Timed out"),
}
TROUBLES: Final = {
    "unmatched": _("Article not matched"),
    "unknown": _("State or quantity unknown"),
    "short": _("Paid, but not there"),
    "beyond_book": _("Shipped beyond the book"),
    "return": _("Return not matched"),
}
TROUBLE_ADVICE: Final = {
    "unmatched": _("Give the article a merchant code on the channel, or say which SKU it is."),
    "unknown": _("Import a newer file of these orders."),
    "short": _("Buy more, split the order, or call the buyer before the deadline."),
    "beyond_book": _("Count this SKU: more has left than the book had."),
    "return": _("Say which SKU came back and take it into quarantine."),
}
WHY: Final = {
    "first": _("Not written yet"),
    "right": _("Shows its share"),
    "more": _("May show more"),
    "not_heard_yet": _("Orders of earlier quantities not all heard yet"),
    "too_much": _("Shows more than there is"),
    "share_out": _("Gives pieces to a shop that shows none"),
    "wait_for_sales": _("Shows more than its share; sells down by itself"),
    "in_flight": _("A quantity is on its way"),
    "shared": _("Shares the whole stock"),
    "never_heard": _("No orders heard yet"),
    "gone": _("Silent too long"),
}
ACTS: Final = {"receive": _("Receive"), "move": _("Move"), "inspect": _("Returns")}
