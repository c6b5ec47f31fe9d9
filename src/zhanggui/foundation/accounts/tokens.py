"""API tokens at the door: from the Authorization header to the person, narrowed by the token's limits."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from zhanggui.foundation.accounts.domain.permissions import Limits
from zhanggui.foundation.accounts.models import ApiToken, User
from zhanggui.foundation.accounts.queries import LIMITS_ATTRIBUTE

#: Use of a token is noted at most this often: a read must not become a write each time.
_NOTE_EVERY = timedelta(minutes=5)


def hash_secret(secret: str) -> str:
    """SHA-256 of a random secret of 256 bits: a slow password hash would protect nothing more here."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bearer(request: HttpRequest) -> str | None:
    """The token of an ``Authorization: Bearer`` header, or None when there is no such header."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def identify(secret: str) -> tuple[User, ApiToken] | None:
    """The person and the token behind ``secret``; None when unknown, expired, revoked or the person is inactive."""
    now = timezone.now()
    token = (
        ApiToken.objects.select_related("user")
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        .filter(secret_hash=hash_secret(secret), revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    if token is None:
        return None
    shop_ids = None if token.all_shops else frozenset(token.shops.values_list("id", flat=True))
    setattr(token.user, LIMITS_ATTRIBUTE, Limits(frozenset(token.scopes), shop_ids))
    if token.last_used_at is None or now - token.last_used_at > _NOTE_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user, token
