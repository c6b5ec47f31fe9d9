"""The gate: every view declares what it needs, everybody shows what they may. Fails closed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja.utils import check_csrf

from zhanggui.foundation.accounts import access, queries, replies, tokens

log = logging.getLogger(__name__)

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class PermissionMiddleware:
    """Refuses every view that declares nothing and every person without the permission it declares.

    Sets on the request, before the view runs:

    ``shop_ids``     frozenset of the shops in which the person has the permission of this view. Every query takes
                     it, so that an id of another shop answers 404.
    ``permissions``  frozenset of all permissions the person has somewhere, for menus and buttons.
    ``api_token``    the token the request came with, or None.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        scope: Any = request
        scope.shop_ids = frozenset()
        scope.permissions = frozenset()
        scope.api_token = None
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        scope: Any = request
        is_api = access.is_api(view)
        if is_api:
            refusal = self._identify(request, scope)
            if refusal is not None:
                return refusal
        wanted = access.declared(view, request.method or "GET")
        if wanted is None:
            if is_api and access.lacks_method(view, request.method or "GET"):
                return None  # ninja answers 405 and runs nothing
            log.error("refused %s: the view declares no permission", request.path)
            return replies.denied(request, is_api=is_api)
        scope.permissions = queries.permissions(request.user)
        if wanted.permission is None:
            scope.shop_ids = queries.visible_shop_ids(request.user)
            return None
        if not request.user.is_authenticated:
            return replies.sign_in_first(request, is_api=is_api)
        if wanted.permission not in scope.permissions:
            return replies.denied(request, is_api=is_api, permission=wanted.permission)
        scope.shop_ids = queries.visible_shop_ids(request.user, wanted.permission)
        return None

    def _identify(self, request: HttpRequest, scope: Any) -> HttpResponse | None:
        """Who calls the API: the bearer of a token, or else the session, whose writes need the CSRF token."""
        given = tokens.bearer(request)
        if given is not None:
            found = tokens.identify(given)
            if found is None:
                return replies.problem(401, "token_invalid", replies.TOKEN_INVALID)
            user, token = found
            request.user = user
            scope.api_token = token
            return None
        if request.method not in _SAFE and request.user.is_authenticated and check_csrf(request) is not None:
            return replies.problem(403, "csrf_failed", replies.CSRF_FAILED)
        return None
