"""What a refused request is told: a page for people, one JSON shape for programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.foundation.accounts.labels import PERMISSION_NAMES

TOKEN_INVALID = gettext_lazy("This token is unknown, expired or revoked.")
CSRF_FAILED = gettext_lazy("The CSRF token is missing or wrong. Reload the page, or use an API token.")


def problem(status: int, code: str, detail: Any, **more: Any) -> JsonResponse:
    """The one error format of the API (RFC 9457): ``{"type", "title", "status", "code", "detail", …}``."""
    body = {
        "type": f"urn:zhanggui:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": str(detail),
        **more,
    }
    return JsonResponse(body, status=status, content_type="application/problem+json")


def sign_in_first(request: HttpRequest, *, is_api: bool) -> HttpResponse:
    """401 for programs, the sign-in page for people (told to htmx as a full navigation)."""
    if is_api:
        reply = problem(401, "sign_in_required", _("Sign in first, or send an API token."))
        reply["WWW-Authenticate"] = "Bearer"
        return reply
    if request.headers.get("HX-Request"):
        reply_htmx = HttpResponse(status=401)
        reply_htmx["HX-Redirect"] = resolve_url(settings.LOGIN_URL)
        return reply_htmx
    return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))


def denied(request: HttpRequest, *, is_api: bool, permission: str | None = None) -> HttpResponse:
    """403, naming the permission that is missing so that an administrator can grant it."""
    if is_api:
        return problem(403, "permission_denied", _("Your role does not include this."), permission=permission)
    context = {"permission": permission, "permission_name": PERMISSION_NAMES.get(permission or "", "")}
    return render(request, "accounts/denied.html", context, status=403)
