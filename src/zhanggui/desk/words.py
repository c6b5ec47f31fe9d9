"""One sentence per finding, the names of kinds and acts, and clocks in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.desk.contracts import Group, Looked
from zhanggui.desk.domain.limits import DUE_SOON
from zhanggui.foundation.ui.domain import formats


def kind_name(kind: str) -> str:
    """What a kind of file is called."""
    return {"orders": _("order file"), "refunds": _("after-sale file"), "settlement": _("money file")}[kind]


def sentence(group: Group, *, zone: str, now: datetime, language: str) -> str:
    """The finding in one sentence with its numbers; the shop and the money stand beside it."""
    c, kind = group.counts, group.kind
    if kind == "ship_overdue":
        text = ngettext(
            "%(n)s order is past its shipping deadline", "%(n)s orders are past their shipping deadline", c["orders"]
        )
        return text % {"n": c["orders"]}
    if kind == "ship_soon":
        text = ngettext(
            "%(n)s order has to leave within %(hours)s hours",
            "%(n)s orders have to leave within %(hours)s hours",
            c["orders"],
        )
        return text % {"n": c["orders"], "hours": _soon_hours()}
    if kind == "ship_undated":
        text = ngettext(
            "%(n)s order waits to be shipped; the platform's file gives no deadline",
            "%(n)s orders wait to be shipped; the platform's file gives no deadline",
            c["orders"],
        )
        return text % {"n": c["orders"]}
    if kind == "unknown_state":
        text = ngettext(
            "%(n)s order is in a state this system does not know; nothing is done to it automatically",
            "%(n)s orders are in a state this system does not know; nothing is done to them automatically",
            c["orders"],
        )
        return text % {"n": c["orders"]}
    if kind.startswith("refund_"):
        return _refund(kind, c["refunds"])
    if kind.startswith("file_"):
        return _file(kind, c)
    return _stale(group, zone=zone, now=now, language=language)


def _soon_hours() -> int:
    return DUE_SOON // timedelta(hours=1)


def _refund(kind: str, n: int) -> str:
    if kind == "refund_overdue":
        text = ngettext(
            "%(n)s refund is past the platform's deadline for your answer",
            "%(n)s refunds are past the platform's deadline for your answer",
            n,
        )
    elif kind == "refund_soon":
        text = ngettext(
            "%(n)s refund needs your answer within %(hours)s hours",
            "%(n)s refunds need your answer within %(hours)s hours",
            n,
        )
        return text % {"n": n, "hours": _soon_hours()}
    else:
        text = ngettext("%(n)s refund waits for your answer", "%(n)s refunds wait for your answer", n)
    return text % {"n": n}


def _file(kind: str, c: Mapping[str, int]) -> str:
    if kind == "file_failed":
        return _("A file could not be imported")
    if kind == "file_waiting":
        text = ngettext("%(n)s file waits for your next step", "%(n)s files wait for your next step", c["files"])
        return text % {"n": c["files"]}
    if kind == "file_rejected":
        text = ngettext(
            "%(rows)s of %(of)s rows in %(files)s file was refused",
            "%(rows)s of %(of)s rows in %(files)s files were refused",
            c["files"],
        )
        return text % {"rows": c["rows"], "of": c["of"], "files": c["files"]}
    text = ngettext(
        "Amounts do not add up in %(places)s place of %(files)s file",
        "Amounts do not add up in %(places)s places of %(files)s files",
        c["places"],
    )
    return text % {"places": c["places"], "files": c["files"]}


def _stale(group: Group, *, zone: str, now: datetime, language: str) -> str:
    shops = len(group.findings)
    if group.kind == "never_orders":
        if shops == 1:
            return _("No order file has ever been brought for this shop")
        return _("%(n)s shops have never had an order file") % {"n": shops}
    name = kind_name(group.kind.removeprefix("stale_"))
    since = group.findings[0].since
    if shops == 1 and since is not None:
        values = {"kind": name, "moment": formats.moment(since, zone), "age": age(now - since)}
        return _("The newest %(kind)s ends at %(moment)s, %(age)s ago") % values
    oldest = min((f.since for f in group.findings if f.since is not None), default=None)
    if oldest is None:
        return _("%(n)s shops have an outdated %(kind)s") % {"n": shops, "kind": name}
    values = {"n": str(shops), "kind": name, "age": age(now - oldest)}
    return _("%(n)s shops have an outdated %(kind)s, the oldest ends %(age)s ago") % values


def action(kind: str) -> str:
    """What the link of a finding does."""
    if kind in ("ship_overdue", "ship_soon", "ship_undated"):
        return _("Show orders")
    if kind == "unknown_state":
        return _("Look at them")
    if kind.startswith("refund_"):
        return _("Open the first")
    if kind.startswith("file_"):
        return _("Look into the file")
    return _("How to bring it")


def money_how(how: str) -> str:
    """How the money at stake was computed."""
    return {
        "paid": _("What buyers paid for these orders."),
        "asked": _("What buyers ask back."),
        "differs": _("Sum of the differences, each taken as positive."),
        "": "",
    }[how]


def age(span: timedelta) -> str:
    """A length of time in its two largest units: 2 days 4 h, 3 h 20 min, 5 min."""
    minutes = max(0, int(span.total_seconds() // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        head = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
        return f"{head} {_('%(n)s h') % {'n': hours}}" if hours else head
    if hours:
        head = _("%(n)s h") % {"n": hours}
        return f"{head} {_('%(n)s min') % {'n': minutes}}" if minutes else head
    return _("%(n)s min") % {"n": minutes}


def clock(due_at: datetime, now: datetime) -> str:
    """How much time is left, or how long it is over; ``clock.js`` keeps it current in the same words."""
    if due_at <= now:
        return _("%(age)s over") % {"age": age(now - due_at)}
    return _("%(age)s left") % {"age": age(due_at - now)}


def clock_words() -> dict[str, str]:
    """What ``clock.js`` puts clocks together from: the same texts as :func:`clock` and :func:`age`."""
    return {
        "over": _("%(age)s over"),
        "left": _("%(age)s left"),
        "day": ngettext("%(n)s day", "%(n)s days", 1) % {"n": 1},
        "days": ngettext("%(n)s day", "%(n)s days", 2),
        "hours": _("%(n)s h"),
        "minutes": _("%(n)s min"),
    }


def lateness(until: datetime | None, now: datetime) -> str:
    """How late data is, short, for the frame: 1 day late; never brought."""
    if until is None:
        return _("missing")
    days = (now - until).days
    if days >= 1:
        return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
    return _("%(n)s h late") % {"n": int((now - until).total_seconds() // 3600)}


def looked_at(looked: Looked) -> list[str]:
    """What was checked, line by line, for the page with nothing to do."""
    lines = [
        ngettext("Shipping deadlines of %(n)s order", "Shipping deadlines of %(n)s orders", looked.orders_waiting)
        % {"n": looked.orders_waiting}
        if "ship_overdue" not in looked.skipped
        else "",
        _("Order states") if "unknown_state" not in looked.skipped else "",
        _refunds_looked(looked) if "refund_waiting" not in looked.skipped else "",
        _("Files of the last 14 days: failures, refused rows, differing amounts")
        if "file_failed" not in looked.skipped
        else "",
        ngettext("How fresh the data of %(n)s shop is", "How fresh the data of %(n)s shops is", looked.shops)
        % {"n": looked.shops}
        if "stale_orders" not in looked.skipped
        else "",
    ]
    return [line for line in lines if line]


def _refunds_looked(looked: Looked) -> str:
    if not looked.shops_with_refunds:
        return _("Refunds: no after-sale file has been brought, so open refunds are not known")
    values = {"n": looked.refunds_open, "known": looked.shops_with_refunds, "shops": looked.shops}
    return _("%(n)s open refunds (after-sale files of %(known)s of %(shops)s shops)") % values
