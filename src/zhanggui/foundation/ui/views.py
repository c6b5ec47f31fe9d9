"""The language switch and the gallery of components."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from zhanggui.foundation.accounts.access import public, requires
from zhanggui.foundation.ui import gallery as examples
from zhanggui.foundation.ui import language as language_cookie
from zhanggui.foundation.ui import scope


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the interface language: a cookie for this browser, and the reader's own setting when signed in."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest("unknown language")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    user: Any = request.user
    if user.is_authenticated and user.language != code:
        from zhanggui.foundation.accounts import operations

        operations.update_profile(user_id=user.pk, display_name=user.display_name, language=code, actor=user)
    answer = redirect(target)
    language_cookie.remember(answer, code)
    return answer


@require_GET
@requires("settings.view")
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, in the reader's language and theme."""
    scope.of(request, default="last30")
    return render(request, "ui/gallery.html", examples.context(request))


@require_GET
@requires("settings.view")
def gallery_panel(request: HttpRequest) -> HttpResponse:
    """The side panel of the gallery."""
    return render(request, "ui/gallery_panel.html")
