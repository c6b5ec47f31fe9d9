"""Authentication classes for the NinjaAPI: ``auth=[token_auth, session_auth]``.

The middleware has already identified the caller and checked the permission and the CSRF token; these classes make
ninja refuse what the middleware did not see, and put both ways into the OpenAPI document.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer


class TokenAuth(HttpBearer):
    """``Authorization: Bearer zg_…``, made on the account page."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return request.user if getattr(request, "api_token", None) is not None else None


class SessionAuth(APIKeyCookie):
    """The cookie of a signed-in browser; writes need the ``X-CSRFToken`` header."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user if request.user.is_authenticated else None


token_auth = TokenAuth()
session_auth = SessionAuth()
API_AUTH = [token_auth, session_auth]
