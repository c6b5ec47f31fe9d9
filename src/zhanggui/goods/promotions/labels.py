"""Reasons of verdicts and names of kinds in the user's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

#: Reason code → sentence; {names} are numbers of the verdict.
REASONS: dict[str, Callable[[], str]] = {
    "applied": lambda: _("applied"),
    "not_started": lambda: _("starts only at {starts_at}"),
    "ended": lambda: _("ended at {ends_at}"),
    "other_channel": lambda: _("not for this channel"),
    "other_tier": lambda: _("not for this member tier"),
    "other_segment": lambda: _("not for this group of buyers"),
    "orders_before_unknown": lambda: _("for first orders, and it is not known whether this is one"),
    "not_first_order": lambda: _("only for first orders"),
    "per_person_used_up": lambda: _("this buyer used it {used} times, {limit} are allowed"),
    "uses_used_up": lambda: _("used {used} times, {limit} were planned"),
    "budget_used_up": lambda: _("the budget of {budget} is spent"),
    "budget_short": lambda: _("{left} of the budget is left, {amount} would be needed"),
    "no_group": lambda: _("the buyer has not joined a group"),
    "no_bargain": lambda: _("the buyer has not started a bargain"),
    "not_a_member": lambda: _("only for members"),
    "balance_not_open": lambda: _("the balance can be paid from {balance_from}"),
    "balance_over": lambda: _("the balance had to be paid before {balance_until}"),
    "not_enough_points": lambda: _("{points} points are fewer than {step}"),
    "not_shared": lambda: _("nobody shared this order"),
    "code_not_given": lambda: _("its code was not given"),
    "coupon_not_held": lambda: _("the buyer does not hold this coupon"),
    "claim_moment_unknown": lambda: _("it is not known when the coupon was claimed"),
    "claimed_too_early": lambda: _("claimed before {claim_from}"),
    "claimed_too_late": lambda: _("claimed after {claim_until}"),
    "coupon_expired": lambda: _("claimed at {claimed_at}, valid for {valid_days} days"),
    "no_line_in_scope": lambda: _("no line belongs to it"),
    "quota_used_up": lambda: _("its pieces are sold out"),
    "better_price": lambda: _("{by} is cheaper"),
    "better_offer": lambda: _("{by} saves more on the same goods"),
    "excluded": lambda: _("cannot be used beside {by}"),
    "not_best": lambda: _("another combination saves more"),
    "no_gain": lambda: _("it would not make anything cheaper"),
    "nothing_left": lambda: _("nothing is left to pay"),
    "floor": lambda: _("the lowest allowed price is reached"),
    "below_threshold": lambda: _("{have} of {need} reached"),
    "too_few_pieces": lambda: _("too few pieces: {have}"),
    "gift_out_of_stock": lambda: _("the gift is out of stock"),
    "other_currency": lambda: _("it is in {currency}"),
}


def reason(code: str, numbers: dict[str, Any]) -> str:
    """The sentence of a verdict. ``numbers`` as ``replies.numbers`` writes them."""
    values = {key: ", ".join(value) if isinstance(value, list) else value for key, value in numbers.items()}
    return REASONS[code]().format_map({**dict.fromkeys(("by", "have", "need"), "?"), **values})
