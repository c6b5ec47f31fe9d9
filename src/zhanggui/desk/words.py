"""One sentence per finding, the names of kinds and acts, and clocks in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.desk.contracts import Finding
from zhanggui.desk.domain.limits import DUE_SOON
from zhanggui.foundation.loop.contracts import Words, moment, phrase, term
from zhanggui.foundation.loop.contracts import age as age_of
from zhanggui.foundation.loop.labels import age

_KIND_TERMS = {"orders": term("order file"), "refunds": term("after-sale file"), "settlement": term("money file")}


def kind_name(kind: str) -> str:
    """What a kind of file is called."""
    return {"orders": _("order file"), "refunds": _("after-sale file"), "settlement": _("money file")}[kind]


def sentence(finding: Finding, now: datetime) -> Words:
    """The finding in one sentence with its numbers; the shop and the money stand beside it."""
    c, kind = finding.counts, finding.kind
    if kind.startswith("ship_") or kind == "unknown_state":
        return _orders(kind, c["orders"])
    if kind.startswith("refund_"):
        return _refund(kind, c["refunds"])
    if kind.startswith("file_"):
        return _file(kind, c)
    if kind == "never_orders":
        return phrase("No order file has ever been brought for this shop")
    assert finding.since is not None
    return phrase(
        "The newest %(kind)s ends at %(moment)s, %(age)s ago",
        kind=_KIND_TERMS[kind.removeprefix("stale_")],
        moment=moment(finding.since),
        age=age_of(now - finding.since),
    )


def _orders(kind: str, n: int) -> Words:
    if kind == "ship_overdue":
        return phrase("%(n)s order is past its shipping deadline", "%(n)s orders are past their shipping deadline", n=n)
    if kind == "ship_soon":
        return phrase(
            "%(n)s order has to leave within %(hours)s hours",
            "%(n)s orders have to leave within %(hours)s hours",
            n=n,
            hours=_soon_hours(),
        )
    if kind == "ship_undated":
        return phrase(
            "%(n)s order waits to be shipped; the platform's file gives no deadline",
            "%(n)s orders wait to be shipped; the platform's file gives no deadline",
            n=n,
        )
    return phrase(
        "%(n)s order is in a state this system does not know; nothing is done to it automatically",
        "%(n)s orders are in a state this system does not know; nothing is done to them automatically",
        n=n,
    )


def _soon_hours() -> int:
    return DUE_SOON // timedelta(hours=1)


def _refund(kind: str, n: int) -> Words:
    if kind == "refund_overdue":
        return phrase(
            "%(n)s refund is past the platform's deadline for your answer",
            "%(n)s refunds are past the platform's deadline for your answer",
            n=n,
        )
    if kind == "refund_soon":
        return phrase(
            "%(n)s refund needs your answer within %(hours)s hours",
            "%(n)s refunds need your answer within %(hours)s hours",
            n=n,
            hours=_soon_hours(),
        )
    return phrase("%(n)s refund waits for your answer", "%(n)s refunds wait for your answer", n=n)


def _file(kind: str, c: Mapping[str, int]) -> Words:
    if kind == "file_failed":
        return phrase("A file could not be imported")
    if kind == "file_waiting":
        return phrase("%(n)s file waits for your next step", "%(n)s files wait for your next step", n=c["files"])
    if kind == "file_rejected":
        return phrase(
            "%(rows)s of %(of)s rows in %(n)s file was refused",
            "%(rows)s of %(of)s rows in %(n)s files were refused",
            rows=c["rows"],
            of=c["of"],
            n=c["files"],
        )
    return phrase(
        "Amounts do not add up in %(n)s place (files: %(files)s)",
        "Amounts do not add up in %(n)s places (files: %(files)s)",
        n=c["places"],
        files=c["files"],
    )


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
    if kind.startswith(("stale_", "never_")):
        return _("How to bring it")
    return _("Show")


def money_how(how: str) -> Words:
    """How the money at stake was computed."""
    if how == "paid":
        return phrase("What buyers paid for these orders.")
    if how == "asked":
        return phrase("What buyers ask back.")
    return phrase("Sum of the differences, each taken as positive.")


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
