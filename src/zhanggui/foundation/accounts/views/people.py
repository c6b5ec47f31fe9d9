"""People: list, invite, one person with roles."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.foundation.accounts import links, operations, queries
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.accounts.contracts import PersonInfo
from zhanggui.foundation.accounts.forms import InviteForm, RoleForm, try_form
from zhanggui.foundation.accounts.labels import ROLE_NAMES
from zhanggui.foundation.accounts.models import User
from zhanggui.foundation.accounts.operations.links import INVITE_TTL


def _actor(request: HttpRequest) -> User:
    return cast(User, request.user)


def _roles(person: PersonInfo) -> list[dict[str, Any]]:
    return [{"role": r, "name": ROLE_NAMES[r.role], "shop": r.shop_name} for r in person.roles]


def _known(user_id: int) -> PersonInfo:
    found = queries.person(user_id)
    if found is None:
        raise Http404
    return found


@requires("people.manage")
@require_GET
def team(request: HttpRequest) -> HttpResponse:
    """Everybody with roles, second factor and last sign-in."""
    rows = [{"person": p, "roles": _roles(p)} for p in queries.people()]
    return render(request, "accounts/team.html", {"rows": rows})


@requires("people.manage")
@never_cache
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """A new person with a first role; answers with the link to hand over."""
    form = InviteForm(request.POST or None, shops=queries.shops(), initial={"shop": ""})
    if request.method == "POST" and form.is_valid():
        actor = _actor(request)
        data = form.cleaned_data

        def add() -> PersonInfo:
            return operations.invite_user(
                username=data["name"],
                display_name=data["display_name"],
                role=data["role"],
                shop_id=form.shop_id(),
                actor=actor,
            )

        person = try_form(form, add)
        if person is not None:
            return _new_link(request, person)
    return render(request, "accounts/invite.html", {"form": form})


@requires("people.manage")
@require_GET
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: roles and what can be done."""
    found = _known(user_id)
    context = {"person": found, "roles": _roles(found), "form": RoleForm(shops=queries.shops())}
    return render(request, "accounts/person.html", context)


@requires("people.manage")
@require_POST
def grant(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give a role."""
    found = _known(user_id)
    form = RoleForm(request.POST, shops=queries.shops())
    if form.is_valid():
        done = try_form(
            form,
            lambda: operations.grant_role(
                user_id=user_id, role=form.cleaned_data["role"], shop_id=form.shop_id(), actor=_actor(request)
            ),
        )
        if done is not None:
            messages.success(request, _("The role is given."))
            return redirect("person", user_id)
    context = {"person": found, "roles": _roles(found), "form": form}
    return render(request, "accounts/person.html", context, status=422)


@requires("people.manage")
@require_POST
def revoke(request: HttpRequest, user_id: int, role: str, shop_id: int) -> HttpResponse:
    """Take a role away; ``shop_id`` 0 stands for all shops."""
    return _act(
        request,
        user_id,
        lambda: operations.revoke_role(user_id=user_id, role=role, shop_id=shop_id or None, actor=_actor(request)),
        _("The role is taken away."),
    )


@requires("people.manage")
@require_POST
def close(request: HttpRequest, user_id: int) -> HttpResponse:
    """Deactivate."""
    return _act(
        request,
        user_id,
        lambda: operations.deactivate_user(user_id=user_id, actor=_actor(request)),
        _("This person can no longer come in."),
    )


@requires("people.manage")
@require_POST
def reopen(request: HttpRequest, user_id: int) -> HttpResponse:
    """Activate again."""
    return _act(
        request,
        user_id,
        lambda: operations.activate_user(user_id=user_id, actor=_actor(request)),
        _("This person can come in again."),
    )


@requires("people.manage")
@require_POST
def reset_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    """Remove the second factor of somebody who lost the device."""
    return _act(
        request,
        user_id,
        lambda: operations.reset_second_factor(user_id=user_id, actor=_actor(request)),
        _("The second factor is removed."),
    )


@requires("people.manage")
@never_cache
@require_POST
def new_link(request: HttpRequest, user_id: int) -> HttpResponse:
    """A fresh login link for somebody who lost the first one or forgot the password."""
    found = _known(user_id)
    try:
        return _new_link(request, found)
    except operations.AccountsError as refusal:
        messages.error(request, str(refusal))
        return redirect("person", user_id)


def _new_link(request: HttpRequest, found: PersonInfo) -> HttpResponse:
    made = operations.create_login_link(user_id=found.id, ttl=INVITE_TTL, actor=_actor(request))
    address = request.build_absolute_uri(links.path(made.secret))
    return render(request, "accounts/link.html", {"person": found, "address": address, "until": made.expires_at})


def _act(request: HttpRequest, user_id: int, act: Any, done: str) -> HttpResponse:
    _known(user_id)
    try:
        act()
    except operations.NotFound as error:
        raise Http404(str(error)) from error
    except operations.AccountsError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("person", user_id)
