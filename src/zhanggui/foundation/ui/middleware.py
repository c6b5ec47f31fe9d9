"""The reader's own language on every device they sign in from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from zhanggui.foundation.ui.language import remember


class LanguageMiddleware:
    """A language stored with the reader wins over the cookie and the browser's wish, and renews the cookie.

    Stands behind the authentication middleware; readers without a stored language keep what Django found.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user: Any = getattr(request, "user", None)
        stored = user.language if user is not None and user.is_authenticated else ""
        if stored not in dict(settings.LANGUAGES):
            return self.get_response(request)
        if translation.get_language() != stored:
            translation.activate(stored)
            request.LANGUAGE_CODE = stored
        response = self.get_response(request)
        given = settings.LANGUAGE_COOKIE_NAME in response.cookies  # the language switch has just decided
        if not given and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != stored:
            remember(response, stored)
        return response
