"""What a person can do about a file that could not be taken: every failure leads to a next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.kernel import records
from zhanggui.processes.importing import handing


@dataclass(frozen=True)
class Steps:
    """``sentence`` says what is wrong, ``advice`` what helps. ``one_click`` is the shop the file surely belongs to,
    ``shops`` those to choose from; ``may_map`` offers the mapping page, ``new_shop_name`` a new shop of ``channel``."""

    code: str
    sentence: str
    advice: str = ""
    one_click: ShopInfo | None = None
    shops: tuple[ShopInfo, ...] = ()
    may_map: bool = False
    new_shop_name: str = ""
    channel: str = ""


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def sentence_of(user: Any, error: Mapping[str, Any]) -> str:
    """The sentence in the reader's language; shops they do not see are not named to them."""
    if error.get("code") == "wrong_shop":
        named = set((error.get("detail") or {}).get("shop_ids") or [])
        if not named <= accounts.visible_shop_ids(user):
            return _("The orders in this file already belong to another shop. Choose the right shop and import again.")
    return str(error.get("zh" if _chinese() else "en", ""))


def steps_for(user: Any, error: Mapping[str, Any], *, shop: ShopInfo | None = None) -> Steps:
    """The next steps for a failed file, within what ``user`` may do."""
    code, detail = str(error.get("code", "")), error.get("detail") or {}
    sentence = sentence_of(user, error)
    if not accounts.can(user, "import.run"):
        return Steps(code, sentence)
    if code == "unknown_layout":
        missing = detail.get("missing")
        advice = (
            _("If these columns cannot be exported, say which of its columns is which.")
            if missing
            else _("Say once which of its columns is which; files like it are then recognised by themselves.")
        )
        return Steps(code, sentence, advice, may_map=True)
    if code in ("choose_shop", "wrong_shop", "wrong_channel", "no_such_shop"):
        return _shop_steps(user, code, sentence, detail)
    return Steps(code, sentence, _ADVICE.get(code, _good_copy)())


def _shop_steps(user: Any, code: str, sentence: str, detail: Mapping[str, Any]) -> Steps:
    channel = str(detail.get("channel") or "")
    mine = handing.shops_to_import_into(user)
    fitting = [s for s in mine if not channel or s.channel in (channel, "other")]
    sure = [s for s in mine if s.id in set(detail.get("shop_ids") or [])] if code == "wrong_shop" else []
    if code == "wrong_channel":
        sure = [s for s in mine if s.channel == channel]
    one_click = sure[0] if len(sure) == 1 else None
    name = ""
    if handing.may_add_shop(user) and channel in records.CHANNELS:
        known = records.CHANNELS[channel]
        name = known.name_zh if _chinese() else known.name_en
        taken = {s.name for s in accounts.shops(include_inactive=True)}
        name = next(n for n in (name, *(f"{name} {i}" for i in range(2, 1000))) if n not in taken)
    return Steps(
        code,
        sentence,
        one_click=one_click,
        shops=tuple(s for s in fitting if s is not one_click),
        new_shop_name=name,
        channel=channel,
    )


def _good_copy() -> str:
    return _("Download the file from the platform again and drop that copy.")


_ADVICE = {
    "password": lambda: _("Remove the password, save, and drop the file again."),
    "not_a_table": lambda: _("Export a table from the platform's back office and drop that."),
    "many_in_zip": lambda: _("Unpack the zip and drop all of its tables together."),
    "too_big_unpacked": lambda: _("Export a shorter period and drop that."),
}
