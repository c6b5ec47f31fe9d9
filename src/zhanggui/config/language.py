"""Texts of the command line: they must speak before Django is set up, so they come from gettext itself."""

from __future__ import annotations

import gettext as stdlib_gettext
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

CHINESE = "zh-hans"
ENGLISH = "en"


def named(environment: Mapping[str, str] | None = None) -> str | None:
    """The language that ``ZHANGGUI_LANG`` or the locale of the shell names; None for none and for the C locale.

    >>> named({"LANG": "zh_CN.UTF-8"}), named({"LANG": "fr_FR.UTF-8"}), named({"LANG": "C.UTF-8"})
    ('zh-hans', 'en', None)
    """
    values = os.environ if environment is None else environment
    for name in ("ZHANGGUI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = values.get(name, "").strip().lower()
        if value:
            if value.split(".")[0] in {"c", "posix"}:
                return None
            return CHINESE if value.startswith("zh") else ENGLISH
    return None


def preferred(environment: Mapping[str, str] | None = None) -> str:
    """The language of the command line; English where the shell names none.

    >>> preferred({"LANG": "zh_CN.UTF-8", "ZHANGGUI_LANG": "en"}), preferred({})
    ('en', 'en')
    """
    return named(environment) or ENGLISH


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
