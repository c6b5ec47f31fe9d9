"""The cookie that keeps the interface language of a browser."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponseBase


def remember(response: HttpResponseBase, code: str) -> None:
    """Put the language cookie on ``response`` for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 3600,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
