"""The login link: shown on GET, burnt on POST, so that a chat program's preview does not use it up."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zhanggui.foundation.accounts import operations
from zhanggui.foundation.accounts.access import public
from zhanggui.foundation.accounts.models import User


@public
@never_cache
@require_http_methods(["GET", "POST"])
def login_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Sign in by a link; the second factor, where set up, is asked next. A person without password sets one."""
    if request.method == "GET":
        return render(request, "accounts/login_link.html")
    try:
        user_id = operations.use_login_link(secret=secret)
    except operations.LinkInvalid as refusal:
        return render(request, "accounts/login_link.html", {"refusal": str(refusal)}, status=410)
    user = User.objects.get(pk=user_id)
    after = "/" if user.has_usable_password() else reverse("account_set_password")
    record_authentication(request, user, method="link")
    return perform_login(request, Login(user=user, redirect_url=after))
