"""What happens at the door, written into the audit log."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_set
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from zhanggui.foundation.accounts.models import User
from zhanggui.foundation.accounts.throttle import client_address
from zhanggui.foundation.audit import operations as audit


def _record(request: HttpRequest | None, user: User | None, action: str, subject: str = "", **detail: Any) -> None:
    if request is not None:
        detail["address"] = client_address(request)
    actor = user.pk if user is not None else None
    audit.record(actor_id=actor, action=action, subject=subject or f"user:{actor}", detail=detail)


@receiver(user_logged_in)
def _signed_in(request: HttpRequest | None, user: User, **_rest: Any) -> None:
    _record(request, user, "signin.succeeded")


@receiver(user_logged_out)
def _signed_out(request: HttpRequest | None, user: User | None, **_rest: Any) -> None:
    if user is not None:
        _record(request, user, "signin.ended")


@receiver(user_login_failed)
def _sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_rest: Any) -> None:
    """Only for names that exist: what else is typed there is often a password."""
    found = User.objects.filter(username__iexact=str(credentials.get("username") or "").strip()).first()
    if found is not None:
        _record(request, None, "signin.failed", f"user:{found.pk}")


@receiver(user_locked_out)
def _locked_out(request: HttpRequest, username: str, ip_address: str, **_rest: Any) -> None:
    found = User.objects.filter(username__iexact=username).first()
    if found is not None:
        _record(request, None, "signin.locked", f"user:{found.pk}")


@receiver(password_changed)
@receiver(password_set)
def _password_changed(request: HttpRequest, user: User, **_rest: Any) -> None:
    _record(request, user, "password.changed")


@receiver(authenticator_added)
@receiver(authenticator_reset)
def _factor_added(request: HttpRequest, user: User, authenticator: Any, **_rest: Any) -> None:
    _record(request, user, "factor.added", kind=str(authenticator.type))


@receiver(authenticator_removed)
def _factor_removed(request: HttpRequest, user: User, authenticator: Any, **_rest: Any) -> None:
    _record(request, user, "factor.removed", kind=str(authenticator.type))


@receiver(authentication_failed)
def _factor_failed(request: HttpRequest, user: User, authenticator: Any, **_rest: Any) -> None:
    _record(request, None, "factor.failed", f"user:{user.pk}", kind=str(authenticator.type))
