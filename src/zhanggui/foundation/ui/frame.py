"""Everything the frame around a page shows. Computed only when a template asks, once per request.

Rooms on higher floors add what only they know by registering a provider (in their ``AppConfig.ready``)::

    frame.freshness_from(queries.freshness_for)   # request -> Freshness | None
    frame.notices_from(queries.notices_for)       # request -> int | None
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, gettext, ngettext

from zhanggui.foundation.ui import navigation
from zhanggui.foundation.ui.domain import formats
from zhanggui.foundation.ui.domain import scope as rules
from zhanggui.foundation.ui.scope import Scope, kept_query, of, visible_shops

THEME_COOKIE, TREND_COOKIE = "zhanggui_theme", "zhanggui_trend"
#: What the html element says: the code of a language and the direction of its colours by habit.
_LANGUAGES = {"zh-hans": ("zh-Hans", "中文", "red-good"), "en": ("en", "English", "green-good")}


@dataclass(frozen=True, slots=True)
class Freshness:
    """How current the data is: ``tone`` ok, warn or bad; ``text`` short; ``url`` of the page that says more."""

    tone: str
    text: str
    url: str = ""


_freshness: list[Callable[[HttpRequest], Freshness | None]] = []
_notices: list[Callable[[HttpRequest], int | None]] = []


def freshness_from(provider: Callable[[HttpRequest], Freshness | None]) -> None:
    """Name the one function that knows how fresh a reader's data is; the last one named counts."""
    _freshness[:] = [provider]


def notices_from(provider: Callable[[HttpRequest], int | None]) -> None:
    """Name the one function that counts what waits for a reader; the last one named counts."""
    _notices[:] = [provider]


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a chooser: where it leads and whether it is chosen."""

    label: str
    href: str
    chosen: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """The reader as the account menu shows them."""

    id: int
    name: str
    login: str
    initial: str


@dataclass
class Frame:
    """The frame of one request; safe for strangers and for rooms that are not there."""

    request: HttpRequest

    @cached_property
    def user(self) -> Any:
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def account(self) -> Account | None:
        if self.user is None:
            return None
        name = self.user.get_full_name() or self.user.get_username()
        return Account(self.user.pk, name, self.user.get_username(), name[:1].upper())

    # how it looks

    @cached_property
    def language(self) -> str:
        return (get_language() or settings.LANGUAGE_CODE).lower()

    @property
    def html_lang(self) -> str:
        return _LANGUAGES.get(self.language, _LANGUAGES["en"])[0]

    @property
    def languages(self) -> list[tuple[str, str]]:
        return [(code, name) for code, (_, name, _) in _LANGUAGES.items()]

    @property
    def other_languages(self) -> list[tuple[str, str]]:
        return [(code, name) for code, name in self.languages if code != self.language]

    @property
    def theme(self) -> str:
        """``light``, ``dark`` or empty for what the system says."""
        value = self.request.COOKIES.get(THEME_COOKIE, "")
        return value if value in {"light", "dark"} else ""

    @property
    def trend(self) -> str:
        """``red-good`` or ``green-good``: the reader's choice, else the habit of the language."""
        value = self.request.COOKIES.get(TREND_COOKIE, "")
        return value if value in {"red-good", "green-good"} else _LANGUAGES.get(self.language, _LANGUAGES["en"])[2]

    # where one can go

    @cached_property
    def permissions(self) -> frozenset[str]:
        if self.user is None:
            return frozenset()
        held: frozenset[str] = getattr(self.request, "permissions", frozenset())
        if not held:
            from zhanggui.foundation.accounts import queries

            held = queries.permissions(self.user)
        return held

    @cached_property
    def links(self) -> list[navigation.Link]:
        return navigation.links(self.permissions, self.request.path, kept_query(self.request))

    @property
    def main(self) -> list[navigation.Link]:
        return [link for link in self.links if link.group == "main"]

    @property
    def tools(self) -> list[navigation.Link]:
        return [link for link in self.links if link.group != "main"]

    @property
    def thumb(self) -> list[navigation.Link]:
        """The entries of the bottom bar on a phone: the first four; the rest is in the drawer."""
        return self.links[:4]

    @cached_property
    def import_url(self) -> str | None:
        return navigation.address("imports") if "import.run" in self.permissions else None

    @cached_property
    def logout_url(self) -> str | None:
        return navigation.address("account_logout")

    @cached_property
    def account_url(self) -> str | None:
        return navigation.address("account_security") or navigation.address("mfa_index")

    # which shops and days

    @property
    def scope(self) -> Scope | None:
        """The scope, on pages that use one (they called ``scope.of``)."""
        return getattr(self.request, "ui_scope", None)

    @cached_property
    def shops(self) -> list[Any]:
        return visible_shops(self.request)

    @property
    def shop_label(self) -> str:
        scope = self._scope()
        if scope.all_shops:
            return gettext("All shops")
        names = [shop.name for shop in self.shops if shop.id in scope.shop_ids]
        if len(names) == 1:
            return str(names[0])
        return ngettext("%(count)s shop", "%(count)s shops", len(names)) % {"count": len(names)}

    @property
    def period_label(self) -> str:
        scope = self._scope()
        if scope.preset != rules.CUSTOM:
            return preset_name(scope.preset)
        return formats.days(scope.first, scope.last, self.language, scope.today)

    @property
    def days_label(self) -> str:
        scope = self._scope()
        return formats.days(scope.first, scope.last, self.language, scope.today)

    @property
    def versus_label(self) -> str:
        """``vs the day before``; empty without a comparison."""
        scope = self._scope()
        if scope.compare == rules.NONE:
            return ""
        if scope.compare == rules.YEAR:
            return gettext("vs last year")
        return gettext("vs the day before") if scope.days == 1 else gettext("vs the period before")

    @property
    def before_label(self) -> str:
        scope = self._scope()
        if scope.before_first is None or scope.before_last is None:
            return ""
        return formats.days(scope.before_first, scope.before_last, self.language, scope.today)

    @property
    def presets(self) -> list[Choice]:
        scope = self._scope()
        found = []
        for preset in rules.PRESETS:
            first, last = rules.preset_days(preset, scope.today)
            href = self._with({"from": first.isoformat(), "to": last.isoformat()})
            note = formats.days(first, last, self.language, scope.today)
            found.append(Choice(preset_name(preset), href, scope.preset == preset, note))
        return found

    @property
    def comparisons(self) -> list[Choice]:
        scope = self._scope()
        dates = {"from": scope.first.isoformat(), "to": scope.last.isoformat()}
        found = []
        for compare in rules.COMPARISONS:
            span = rules.compared(scope.first, scope.last, compare)
            note = formats.days(*span, self.language, scope.today) if span else ""
            label = compare_name(compare, scope.days)
            found.append(Choice(label, self._with({**dates, "compare": compare}), scope.compare == compare, note))
        return found

    @property
    def all_shops_href(self) -> str:
        return self._with({"shop": None})

    @property
    def other_parameters(self) -> list[tuple[str, str]]:
        """What a form that chooses shops has to carry along: everything but the shops and the page of a list."""
        return [(k, v) for k, v in self._pairs() if k != "shop"]

    @property
    def dateless_parameters(self) -> list[tuple[str, str]]:
        """What a form that chooses days has to carry along."""
        return [(k, v) for k, v in self._pairs() if k not in {"from", "to", "period"}]

    @property
    def scope_notes(self) -> list[str]:
        """What of the address was not used, in words."""
        return [_ignored_text(item) for item in self._scope().ignored] if self.scope else []

    # what goes on

    @cached_property
    def freshness(self) -> Freshness | None:
        return _freshness[0](self.request) if _freshness and self.user is not None else None

    @cached_property
    def notices(self) -> int | None:
        return _notices[0](self.request) if _notices and self.user is not None else None

    def _scope(self) -> Scope:
        return of(self.request)

    def _pairs(self) -> list[tuple[str, str]]:
        dropped = {"page", "cursor"}
        return [(k, v) for k, values in self.request.GET.lists() if k not in dropped for v in values]

    def _with(self, changes: dict[str, str | None]) -> str:
        """This address with some parameters changed (None: taken out)."""
        gone = set(changes) | ({"period"} if "from" in changes else set())
        pairs = [(k, v) for k, v in self._pairs() if k not in gone]
        pairs += [(k, v) for k, v in changes.items() if v is not None]
        return f"{self.request.path}?{urlencode(pairs)}" if pairs else self.request.path


def preset_name(preset: str) -> str:
    """A preset in the reader's words."""
    return {
        rules.TODAY: gettext("Today"),
        rules.YESTERDAY: gettext("Yesterday"),
        rules.LAST7: gettext("Last 7 days"),
        rules.LAST30: gettext("Last 30 days"),
        rules.THIS_MONTH: gettext("This month"),
        rules.LAST_MONTH: gettext("Last month"),
        rules.CUSTOM: gettext("Custom"),
    }[preset]


def compare_name(compare: str, days: int) -> str:
    """What a period is compared with, in the reader's words."""
    if compare == rules.YEAR:
        return gettext("Same days last year")
    if compare == rules.NONE:
        return gettext("No comparison")
    return gettext("The day before") if days == 1 else gettext("The period before")


def _ignored_text(item: rules.Ignored) -> str:
    texts = {
        "not_visible": gettext("A shop named in this address is not one of yours: %(value)s."),
        "unknown": gettext("This part of the address is not understood: %(key)s=%(value)s."),
        "reversed": gettext("The last day %(value)s lies before the first; the usual period is shown."),
        "too_long": gettext("The period from %(value)s is too long; its last three years are shown."),
    }
    return texts[item.reason] % {"key": item.key, "value": item.value}


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``frame`` for every template."""
    return {"frame": Frame(request)}
