"""Words of the order page: amounts, moments, subjects and reasons, for people."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, str | Promise]

#: The amounts of an order in the order in which they add up; totals are underlined.
AMOUNTS: Final[tuple[tuple[str, str | Promise, bool], ...]] = (
    ("goods_list_amount", _("Goods at list price"), False),
    ("goods_amount", _("Goods"), False),
    ("merchant_discount", _("Shop discount"), False),
    ("platform_discount", _("Platform discount"), False),
    ("creator_discount", _("Creator discount"), False),
    ("payment_discount", _("Payment discount"), False),
    ("points_amount", _("Points"), False),
    ("freight_amount", _("Freight"), False),
    ("tax_amount", _("Tax"), False),
    ("adjust_amount", _("Price change by hand"), False),
    ("buyer_paid", _("Buyer paid"), True),
    ("refunded", _("Refunded"), False),
    ("merchant_receivable", _("Shop is due, before fees"), True),
    ("cod_amount", _("To collect on delivery"), False),
    ("deposit_paid", _("Deposit paid"), False),
)
#: Parts that are shown even when they are nothing.
ALWAYS: Final = frozenset({"goods_amount"})
#: Amounts that lower what the buyer pays: shown with a minus.
LESS: Final = frozenset(
    {"merchant_discount", "platform_discount", "creator_discount", "payment_discount", "points_amount", "refunded"}
)
#: What a milestone of the timeline is called, by the state it means.
MILESTONES: Final[Words] = {
    "created": _("Ordered"),
    "paid": _("Paid"),
    "shipped": _("Shipped"),
    "delivered": _("Delivered"),
    "completed": _("Completed"),
    "cancelled": _("Cancelled"),
}
RECEIVER: Final[Words] = {
    "receiver_name": _("Receiver's name"),
    "receiver_phone": _("Phone"),
    "receiver_country": _("Country"),
    "receiver_province": _("Province"),
    "receiver_city": _("City"),
    "receiver_district": _("District"),
    "receiver_town": _("Town"),
    "receiver_address": _("Address"),
    "receiver_postcode": _("Postcode"),
    "buyer_ref": _("Buyer"),
    "buyer_note": _("Buyer's note"),
    "seller_note": _("Seller's note"),
    "invoice_title": _("Invoice title"),
    "receiver_cipher": _("Receiver cipher"),
}
SUBJECTS: Final[Words] = {
    "goods_receipt": _("Goods"),
    "goods_refund": _("Refund"),
    "freight": _("Freight"),
    "platform_subsidy": _("Platform subsidy"),
    "creator_subsidy": _("Creator subsidy"),
    "commission": _("Commission"),
    "tech_fee": _("Service fee"),
    "creator_commission": _("Creator commission"),
    "affiliate_commission": _("Affiliate commission"),
    "ads": _("Adverts"),
    "insurance": _("Insurance"),
    "logistics": _("Logistics"),
    "penalty": _("Penalty"),
    "compensation": _("Compensation"),
    "interest": _("Interest"),
    "tax": _("Tax"),
    "transfer_withdrawal": _("Withdrawal"),
    "transfer_topup": _("Top-up"),
    "transfer_deposit": _("Deposit"),
    "other": _("Other"),
}
BOOKS: Final[Words] = {
    "settlement": _("Settled by the platform"),
    "ledger": _("Moved on the account"),
}
BLOCKED: Final[Words] = {
    "unknown_state": _("its state is not recognised"),
    "held": _("somebody put it on hold"),
    "channel_hold": _("the platform holds it"),
}
#: kind of a timeline entry → (icon, tone)
MARKS: Final[dict[str, tuple[str, str]]] = {
    "milestone": ("point", ""),
    "normal": ("circle-check", "ok"),
    "jump": ("circle-check", "ok"),
    "refused": ("alert-triangle", "warn"),
    "raw": ("help", "warn"),
    "hold": ("hand-stop", "bad"),
    "release": ("player-play", "ok"),
    "note": ("message", "info"),
}
