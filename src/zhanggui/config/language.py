"""Texts of the command line: they must speak before Django is set up, so they come from gettext itself."""

from __future__ import annotations

import gettext as stdlib_gettext
import os
from functools import lru_cache
from pathlib import Path

CHINESE = "zh-hans"
ENGLISH = "en"


def preferred(environment: dict[str, str] | None = None) -> str:
    """The user's language: ``ZHANGGUI_LANG``, then the locale of the shell; anything not Chinese is English.

    >>> preferred({"LANG": "zh_CN.UTF-8"})
    'zh-hans'
    >>> preferred({"LANG": "zh_CN.UTF-8", "ZHANGGUI_LANG": "en"})
    'en'
    >>> preferred({"LANG": "C.UTF-8"})
    'en'
    """
    values = os.environ if environment is None else environment
    for name in ("ZHANGGUI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = values.get(name, "").strip()
        if value:
            return CHINESE if value.lower().startswith("zh") else ENGLISH
    return ENGLISH


LOCALE = Path(__file__).resolve().parent / "locale"


def speak_to_typer() -> None:
    """Give the headings and errors of the command-line library, which asks gettext's own domain, our catalogue."""
    if preferred() == CHINESE:
        os.environ["LANGUAGE"] = "zh_Hans"
        stdlib_gettext.bindtextdomain("typer", LOCALE)
        stdlib_gettext.textdomain("typer")


@lru_cache(maxsize=2)
def _catalogue(language: str) -> stdlib_gettext.NullTranslations:
    if language != CHINESE:
        return stdlib_gettext.NullTranslations()
    return stdlib_gettext.translation("django", localedir=LOCALE, languages=["zh_Hans"], fallback=True)


def gettext(message: str) -> str:
    """``message`` in the user's language; itself where no catalogue has it."""
    return _catalogue(preferred()).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """``one`` or ``many`` by ``number``, in the user's language."""
    return _catalogue(preferred()).ngettext(one, many, number)
