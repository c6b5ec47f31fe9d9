"""The own account: name, language, password, second factor, API tokens."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from zhanggui.foundation.accounts import operations, queries
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.accounts.domain.permissions import NEVER_BY_TOKEN, PERMISSIONS
from zhanggui.foundation.accounts.forms import ProfileForm, TokenForm, try_form
from zhanggui.foundation.accounts.labels import PERMISSION_NAMES
from zhanggui.foundation.accounts.models import User


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _token_form(user: User, data: Any = None) -> TokenForm:
    held = queries.permissions(user) - NEVER_BY_TOKEN
    return TokenForm(data, scopes=[c for c in PERMISSIONS if c in held], visible=queries.shops(user), prefix="token")


def _page(request: HttpRequest, **context: Any) -> HttpResponse:
    user = _user(request)
    person = queries.person(user.pk)
    if person is None:
        raise Http404
    shop_names = {s.id: s.name for s in queries.shops(user, include_inactive=True)}
    base = {
        "person": person,
        "has_password": user.has_usable_password(),
        "profile": ProfileForm(initial={"display_name": user.display_name, "language": user.language}),
        "token_form": _token_form(user),
        "tokens": [
            {
                "info": t,
                "scopes": [PERMISSION_NAMES.get(s, s) for s in t.scopes],
                "shops": None if t.shop_ids is None else [shop_names.get(i, str(i)) for i in t.shop_ids],
            }
            for t in queries.tokens(user.pk)
        ],
    }
    return render(request, "accounts/account.html", {**base, **context})


@requires("account.own")
@never_cache
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """The page; POST saves name and language."""
    if request.method == "GET":
        return _page(request)
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, profile=form)
    user = _user(request)
    code = form.cleaned_data["language"]
    saved = try_form(
        form,
        lambda: operations.update_profile(
            user_id=user.pk, display_name=form.cleaned_data["display_name"], language=code, actor=user
        ),
    )
    if saved is None:
        return _page(request, profile=form)
    messages.success(request, _("Saved."))
    answer = redirect("account_security")
    if code:
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return answer


@requires("account.own")
@never_cache
@require_POST
def token_create(request: HttpRequest) -> HttpResponse:
    """Make a token and show its secret, this once."""
    user = _user(request)
    form = _token_form(user, request.POST)
    if not form.is_valid():
        return _page(request, token_form=form)
    made = try_form(
        form,
        lambda: operations.create_token(
            user_id=user.pk,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            shop_ids=[int(i) for i in form.cleaned_data["shops"]] or None,
            days=form.cleaned_data["days"] or None,
            actor=user,
        ),
    )
    return _page(request, token_form=form) if made is None else _page(request, new_token=made)


@requires("account.own")
@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Stop an own token."""
    user = _user(request)
    try:
        operations.revoke_token(user_id=user.pk, token_id=token_id, actor=user)
    except operations.NotFound as error:
        raise Http404(str(error)) from error
    messages.success(request, _("The token is revoked."))
    return redirect("account_security")
