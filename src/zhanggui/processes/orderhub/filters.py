"""The filters of the order list, read from the address and written back as a sentence of choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from zhanggui.foundation.ui.domain.scope import Scope
from zhanggui.foundation.ui.status import FLAG, LINE
from zhanggui.kernel import records
from zhanggui.trade.orders.contracts import OrderFilter

#: Everything the list understands in its address besides scope, sort and cursor.
KEYS = ("q", "state", "flag", "channel", "due", "within", "refund", "min", "max", "by")
SORTS = ("-created", "created", "-paid", "paid", "-amount", "amount", "due", "-due")
#: What counts as due soon in this list.
SOON = timedelta(days=1)

DUE: tuple[tuple[str, str | Promise], ...] = (
    ("overdue", gettext_lazy("Overdue")),
    ("soon", gettext_lazy("Due within a day")),
)
REFUND: tuple[tuple[str, str | Promise], ...] = (
    ("yes", gettext_lazy("With refund")),
    ("no", gettext_lazy("Without refund")),
)


@dataclass(frozen=True)
class Choice:
    """One filter as a chooser shows it: options, what is chosen, and its words."""

    name: str
    label: str
    options: list[tuple[str, str]]
    values: list[str]
    multiple: bool = True

    @property
    def chosen(self) -> str:
        words = [text for value, text in self.options if value in self.values]
        return "、".join(words) if len(words) <= 2 else _("%(count)d chosen") % {"count": len(words)}


@dataclass(frozen=True)
class Asked:
    """What the address asks for; ``narrowed`` when anything but scope and days narrows the list."""

    q: str
    states: list[str]
    flags: list[str]
    channels: list[str]
    due: str
    refund: str
    minimum: str
    maximum: str
    sort: str
    narrowed: bool
    #: The days are those of payment, not of the order.
    by_payment: bool = False
    soon: timedelta = SOON


def read(request: HttpRequest) -> Asked:
    get = request.GET
    states = [s for s in get.getlist("state") if s in records.STATES]
    flags = [f for f in get.getlist("flag") if f in (*records.FLAGS, "refund")]
    channels = [c for c in get.getlist("channel") if c in records.CHANNELS]
    due = get.get("due", "") if get.get("due") in ("overdue", "soon") else ""
    refund = get.get("refund", "") if get.get("refund") in ("yes", "no") else ""
    sort = get.get("sort", "") if get.get("sort") in SORTS else "-created"
    q = get.get("q", "").replace("\x00", "").strip()[:200]
    minimum, maximum = (t if _minor(t := get.get(name, "").strip()) is not None else "" for name in ("min", "max"))
    narrowed = bool(q or states or flags or channels or due or refund or minimum or maximum)
    by_payment = get.get("by") == "paid"
    hours = get.get("within", "")
    soon = timedelta(hours=int(hours)) if hours.isascii() and hours.isdigit() and len(hours) < 4 else SOON
    narrowed = narrowed or by_payment
    return Asked(q, states, flags, channels, due, refund, minimum, maximum, sort, narrowed, by_payment, soon)


def _minor(text: str) -> int | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return int(value * 100) if value.is_finite() and abs(value) < 10**12 else None


def order_filter(asked: Asked, scope: Scope | None) -> OrderFilter:
    """For the ledger. A search looks through all days; otherwise the days of the scope hold, by order time.

    Amount bounds are in major units of two-decimal currencies, as people type them.
    """
    whole = asked.q or asked.due or scope is None
    period = None if whole or scope is None else scope.period
    paid, created = (period, None) if asked.by_payment else (None, period)
    return OrderFilter(
        channels=frozenset(asked.channels),
        shops=frozenset() if scope is None or scope.all_shops else scope.shop_ids,
        states=frozenset(asked.states),
        flags=frozenset(asked.flags),
        created_from=created.starts_at if created else None,
        created_to=created.ends_at if created else None,
        paid_from=paid.starts_at if paid else None,
        paid_to=paid.ends_at if paid else None,
        due=asked.due,
        amount_from=_minor(asked.minimum),
        amount_to=_minor(asked.maximum),
        has_refund={"yes": True, "no": False}.get(asked.refund),
        q=asked.q,
    )


def choices(asked: Asked, language: str) -> list[Choice]:
    chinese = language.startswith("zh")
    names = [(c.code, c.name_zh if chinese else c.name_en) for c in records.CHANNELS.values()]
    return [
        Choice("state", _("State"), [(k, str(v.label)) for k, v in LINE.items()], asked.states),
        Choice("channel", _("Platform"), names, asked.channels),
        Choice("flag", _("Mark"), [(k, str(v.label)) for k, v in FLAG.items()], asked.flags),
        Choice("due", _("Shipping deadline"), [(k, str(v)) for k, v in DUE], [asked.due], multiple=False),
        Choice("refund", _("Refund"), [(k, str(v)) for k, v in REFUND], [asked.refund], multiple=False),
    ]


def sentence(asked: Asked) -> str:
    """The filter in words, as a person would say it; empty when nothing narrows the list."""
    parts = [_("paid in these days")] if asked.by_payment else []
    if asked.q:
        parts.append(_("with “%(words)s”") % {"words": asked.q})
    if asked.states:
        parts.append(_either([str(LINE[s].label) for s in asked.states]))
    if asked.channels:
        parts.append(_("from %(places)s") % {"places": _either(_channel_names(asked.channels))})
    if asked.flags:
        parts.append(_both([str(FLAG[f].label) if f in FLAG else _("With refund") for f in asked.flags]))
    parts += [str(text) for value, text in (*DUE, *REFUND) if value in (asked.due, asked.refund)]
    if asked.minimum or asked.maximum:
        parts.append(_("paid %(range)s") % {"range": range_text(asked)})
    return _(", ").join(parts)


def range_text(asked: Asked) -> str:
    """The bounds of the paid amount in words; empty when there are none."""
    bounds = {"least": asked.minimum, "most": asked.maximum}
    if asked.minimum and asked.maximum:
        return _("%(least)s to %(most)s") % bounds
    if asked.minimum:
        return _("at least %(least)s") % bounds
    return _("at most %(most)s") % bounds if asked.maximum else ""


def _either(names: list[str]) -> str:
    return _(" or ").join(names)


def _both(names: list[str]) -> str:
    return _(" and ").join(names)


def _channel_names(codes: list[str]) -> list[str]:
    chinese = (get_language() or "").startswith("zh")
    return [records.CHANNELS[c].name_zh if chinese else records.CHANNELS[c].name_en for c in codes]
