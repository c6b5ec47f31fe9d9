"""Kept messages and codes of the loop in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.foundation.loop.contracts import Words
from zhanggui.foundation.loop.contracts.acting import find_action
from zhanggui.foundation.loop.contracts.detecting import find_kind
from zhanggui.foundation.ui.domain import formats

STATE_NAMES: Final[dict[str, Promise]] = {
    "open": pgettext_lazy("finding", "open"),
    "assigned": pgettext_lazy("finding", "assigned"),
    "taken": pgettext_lazy("finding", "in hand"),
    "snoozed": pgettext_lazy("finding", "put off"),
    "dismissed": pgettext_lazy("finding", "dismissed"),
    "resolved": pgettext_lazy("finding", "resolved"),
    "proposed": pgettext_lazy("proposal", "waiting for approval"),
    "approved": pgettext_lazy("proposal", "approved"),
    "rejected": pgettext_lazy("proposal", "rejected"),
    "withdrawn": pgettext_lazy("proposal", "withdrawn"),
    "expired": pgettext_lazy("proposal", "expired"),
    "moved": pgettext_lazy("proposal", "refused: the world had moved"),
    "executing": pgettext_lazy("proposal", "being done"),
    "uncertain": pgettext_lazy("proposal", "uncertain: somebody has to look"),
    "waiting": pgettext_lazy("proposal", "handed over, waiting"),
    "done": pgettext_lazy("proposal", "done"),
    "partly": pgettext_lazy("proposal", "partly done"),
    "failed": pgettext_lazy("proposal", "failed"),
    "undoing": pgettext_lazy("proposal", "being taken back"),
    "undone": pgettext_lazy("proposal", "taken back"),
    "pending": pgettext_lazy("item", "not begun"),
    "trying": pgettext_lazy("item", "in progress"),
    "skipped": pgettext_lazy("item", "skipped"),
    "unknown": pgettext_lazy("item", "unknown"),
    "undo_unknown": pgettext_lazy("item", "unknown whether taken back"),
}
STATE_TONES: Final[dict[str, tuple[str, str]]] = {
    "open": ("idle", "circle"), "assigned": ("info", "user"), "taken": ("move", "player-play"),
    "snoozed": ("idle", "clock"), "dismissed": ("idle", "x"), "resolved": ("ok", "circle-check"),
    "proposed": ("warn", "clock"), "approved": ("info", "check"), "rejected": ("bad", "x"),
    "withdrawn": ("idle", "x"), "expired": ("idle", "clock"), "moved": ("bad", "alert-triangle"),
    "executing": ("move", "player-play"), "uncertain": ("warn", "help"), "waiting": ("move", "clock"),
    "done": ("ok", "circle-check"), "partly": ("warn", "circle-half"), "failed": ("bad", "circle-x"),
    "undoing": ("move", "history"), "undone": ("idle", "history"), "pending": ("idle", "circle"),
    "trying": ("move", "player-play"), "skipped": ("idle", "x"), "unknown": ("warn", "help"),
    "undo_unknown": ("warn", "help"),
}  # fmt: skip
DISMISSALS: Final[dict[str, Promise]] = {
    "not_a_problem": _("It is no problem"),
    "wrong_numbers": _("The numbers are wrong"),
    "too_small": _("Too small to matter"),
    "known": _("We know and accept it"),
    "done_elsewhere": _("It was done elsewhere"),
    "other": _("Another reason"),
}
SEVERITY_NAMES: Final[dict[str, Promise]] = {
    "info": pgettext_lazy("severity", "for information"),
    "warn": pgettext_lazy("severity", "needs attention"),
    "bad": pgettext_lazy("severity", "grave"),
}
COMMANDS: Final[dict[str, Promise]] = {
    "find": pgettext_lazy("history", "found"),
    "take": pgettext_lazy("history", "taken"),
    "assign": pgettext_lazy("history", "assigned"),
    "release": pgettext_lazy("history", "given back"),
    "snooze": pgettext_lazy("history", "put off"),
    "wake": pgettext_lazy("history", "back on the list"),
    "dismiss": pgettext_lazy("history", "dismissed"),
    "resolve": pgettext_lazy("history", "called done"),
    "vanish": pgettext_lazy("history", "gone by itself"),
    "return": pgettext_lazy("history", "the cause is back"),
    "worsen": pgettext_lazy("history", "got worse"),
    "reopen": pgettext_lazy("history", "opened again"),
    "propose": pgettext_lazy("history", "proposed"),
    "endorse": pgettext_lazy("history", "approved, a second person is needed"),
    "approve": pgettext_lazy("history", "approved"),
    "reject": pgettext_lazy("history", "rejected"),
    "withdraw": pgettext_lazy("history", "withdrawn"),
    "expire": pgettext_lazy("history", "expired"),
    "begin": pgettext_lazy("history", "begun"),
    "refuse": pgettext_lazy("history", "refused: the world had moved"),
    "finish": pgettext_lazy("history", "finished"),
    "finish_partly": pgettext_lazy("history", "finished in part"),
    "finish_undo": pgettext_lazy("history", "taken back"),
    "fail": pgettext_lazy("history", "failed"),
    "doubt": pgettext_lazy("history", "in doubt"),
    "await": pgettext_lazy("history", "handed over"),
    "undo": pgettext_lazy("history", "being taken back"),
    "try": pgettext_lazy("history", "tried"),
    "succeed": pgettext_lazy("history", "done"),
    "skip": pgettext_lazy("history", "skipped"),
    "hand_over": pgettext_lazy("history", "handed over"),
    "lose": pgettext_lazy("history", "unknown"),
    "confirm": pgettext_lazy("history", "read back: it happened"),
    "deny": pgettext_lazy("history", "read back: it did not happen"),
}
_WHYS: Final[dict[str, Promise]] = {
    "gone": _("its cause is gone"),
    "back": _("its cause is back"),
    "worse": _("materially worse than before"),
    "time": _("its time had come"),
    "read back": _("read back"),
    "its process died": _("the process that did it died"),
    "never begun: its process died before": _("never begun: the process died before"),
    "a person looked": _("somebody looked"),
}
METHODS: Final[dict[str, Promise]] = {
    "did": _("compared with others (difference in differences)"),
    "synthetic": _("compared with a baseline made of others"),
    "before_after": _("before and after only: no proof of a cause"),
}
OUTCOME_NOTES: Final[dict[str, Promise]] = {
    "uncontrolled": _("Nothing comparable was left alone: season, advertising or chance explain it as well."),
    "few_units": _("Few units to compare with: days are compared, corrected for following each other."),
    "poor_fit": _("What it is compared with did not follow it well before: take it with care."),
    "few_days": _("Too few days with data to say anything."),
    "not_readable": _("This number cannot be read for what was changed."),
}


def language() -> str:
    return (get_language() or settings.LANGUAGE_CODE).lower()


def text(kept: Mapping[str, Any] | Words | None, zone: str = "") -> str:
    """A kept message in the reader's language; empty for nothing. A value that is missing shows as it is."""
    said = kept.as_json() if isinstance(kept, Words) else kept
    if not said or not said.get("msgid"):
        return ""
    values = said.get("values", {})
    msgid, plural = str(said["msgid"]), str(said.get("plural", ""))
    if plural:
        n = values.get("n", 0)
        number = n if isinstance(n, int) else int(n.get("n", 0))
        message = ngettext(msgid, plural, number)
    else:
        message = gettext(msgid)
    try:
        return message % {name: value(v, zone) for name, v in values.items()} if values else message
    except (KeyError, TypeError, ValueError):  # a translation that does not fit must not take the page down
        return msgid


def value(kept: Any, zone: str = "") -> str:
    """One typed value as the reader writes it."""
    if isinstance(kept, int):
        return formats.number(kept, language())
    if not isinstance(kept, Mapping):
        return str(kept)
    kind = kept.get("t")
    if kind == "money":
        return formats.money(int(kept["minor"]), str(kept["currency"]), language())
    if kind == "moment":
        place = str(kept.get("zone") or zone or settings.TIME_ZONE)
        return formats.moment(datetime.fromisoformat(str(kept["at"])), place)
    if kind == "day":
        return formats.day(date.fromisoformat(str(kept["day"])), language())
    if kind == "age":
        return age(timedelta(seconds=int(kept["seconds"])))
    if kind == "percent":
        return formats.percent(Decimal(str(kept["ratio"])), language(), int(kept.get("digits", 1)))
    if kind == "count":
        return formats.number(int(kept["n"]), language())
    if kind == "term":
        return gettext(str(kept["msgid"]))
    return str(kept)


def age(span: timedelta) -> str:
    """A length of time in its two largest units: 2 days 4 h, 3 h 20 min, 5 min."""
    minutes = max(0, int(span.total_seconds() // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        head = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
        return f"{head} {gettext('%(n)s h') % {'n': hours}}" if hours else head
    if hours:
        head = gettext("%(n)s h") % {"n": hours}
        return f"{head} {gettext('%(n)s min') % {'n': minutes}}" if minutes else head
    return gettext("%(n)s min") % {"n": minutes}


def number(raw: str | int | None, unit: str, currency: str = "") -> str:
    """A number of evidence in its unit; unknown is a dash."""
    if raw is None:
        return formats.MISSING
    if unit == "money":
        return formats.money(int(raw), currency, language())
    if unit == "percent":
        return formats.percent(Decimal(str(raw)), language())
    if unit == "text":
        return str(raw)
    return formats.number(raw if isinstance(raw, int) else Decimal(raw), language())


def kind_title(code: str) -> str:
    """What a kind of finding is called; its code when its detector is gone."""
    kind = find_kind(code)
    return gettext(kind.title) if kind else code


def kind_why(code: str) -> str:
    kind = find_kind(code)
    return gettext(kind.why) if kind and kind.why else ""


def action_title(code: str) -> str:
    spec = find_action(code)
    return gettext(spec.act.title) if spec else code


def state_name(state: str) -> str:
    return str(STATE_NAMES.get(state, state))


def command_name(command: str) -> str:
    return str(COMMANDS.get(command, command))


def why(kept: str) -> str:
    """The reason of a move in words: the loop's own codes are translated, people's words stay as they are."""
    if kept in DISMISSALS:
        return str(DISMISSALS[kept])
    if kept.startswith("again:"):
        return gettext("seen before, as number %(id)s") % {"id": kept.removeprefix("again:")}
    if kept.startswith("rule:"):
        return gettext("the rules ask for nobody's approval")
    return str(_WHYS.get(kept, "" if kept.startswith("to:") or kept == "done" else kept))
