"""Shops: list, add, change; and the settings page that leads to everything about the installation."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhanggui.foundation.accounts import operations, queries
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.accounts.forms import ShopForm, try_form
from zhanggui.foundation.accounts.models import User


@requires("settings.view")
@require_GET
def settings_page(request: HttpRequest) -> HttpResponse:
    """Where shops, people, the audit log and the own account are looked after."""
    return render(request, "accounts/settings.html")


@requires("shops.view")
@require_GET
def shops(request: HttpRequest) -> HttpResponse:
    """The reader's shops."""
    found = [s for s in queries.shops(include_inactive=True) if s.id in request.shop_ids]  # type: ignore[attr-defined]
    return render(request, "accounts/shops.html", {"shops": found})


@requires("shops.manage")
@require_http_methods(["GET", "POST"])
def shop_new(request: HttpRequest) -> HttpResponse:
    """Add a shop."""
    form = ShopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = try_form(
            form,
            lambda: operations.create_shop(
                name=data["name"],
                channel=data["channel"],
                currency=data["currency"] or None,
                zone=data["zone"] or None,
                actor=cast(User, request.user),
            ),
        )
        if made is not None:
            messages.success(request, _("%(name)s is added.") % {"name": made.name})
            return redirect("shops")
    return render(request, "accounts/shop.html", {"form": form})


@requires("shops.manage")
@require_http_methods(["GET", "POST"])
def shop_edit(request: HttpRequest, shop_id: int) -> HttpResponse:
    """Change a shop."""
    now = queries.shop(shop_id)
    if now is None or now.id not in request.shop_ids:  # type: ignore[attr-defined]
        raise Http404
    known = {f: getattr(now, f) for f in ("name", "channel", "currency", "zone", "is_active")}
    form = ShopForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        saved = try_form(
            form,
            lambda: operations.update_shop(
                shop_id=shop_id,
                name=data["name"],
                channel=data["channel"],
                currency=data["currency"] or now.currency,
                zone=data["zone"] or now.zone,
                is_active=data["is_active"],
                actor=cast(User, request.user),
            ),
        )
        if saved is not None:
            messages.success(request, _("Saved."))
            return redirect("shops")
    return render(request, "accounts/shop.html", {"form": form, "shop": now})
