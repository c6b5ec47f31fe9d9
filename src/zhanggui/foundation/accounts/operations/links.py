"""Links that sign a person in once: the owner's first login, invitations, forgotten passwords."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zhanggui.foundation.accounts.contracts import NewSecret
from zhanggui.foundation.accounts.models import LoginLink, User
from zhanggui.foundation.accounts.operations.actors import Actor, actor_id, guard_owner
from zhanggui.foundation.accounts.operations.errors import LinkInvalid, NotFound
from zhanggui.foundation.accounts.tokens import hash_secret
from zhanggui.foundation.audit import operations as audit

LOGIN_TTL = timedelta(minutes=30)
INVITE_TTL = timedelta(days=3)


def create_login_link(*, user_id: int, ttl: timedelta = LOGIN_TTL, actor: Actor = None) -> NewSecret:
    """A secret that signs ``user_id`` in once within ``ttl``; earlier unused links of the person stop working.

    The address is ``accounts.links.path(secret)``. A second factor, where set up, is still asked for.
    """
    now = timezone.now()
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
        if user is None:
            raise NotFound(_("This person"))
        guard_owner(actor, user_id)
        LoginLink.objects.filter(user_id=user_id, used_at__isnull=True).delete()
        secret = secrets.token_urlsafe(32)
        link = LoginLink.objects.create(
            user_id=user_id, secret_hash=hash_secret(secret), created_at=now, expires_at=now + ttl
        )
        audit.record(
            actor_id=actor_id(actor),
            action="link.created",
            subject=f"user:{user_id}",
            detail={"minutes": int(ttl.total_seconds() // 60)},
        )
    return NewSecret(link.pk, secret, link.expires_at)


def use_login_link(*, secret: str) -> int:
    """Burn the link and return the id of its person. Of two callers at once exactly one succeeds.

    Raises ``LinkInvalid`` when unknown, used, too old, or the person is no longer active.
    """
    now = timezone.now()
    with transaction.atomic():
        open_link = LoginLink.objects.filter(
            secret_hash=hash_secret(secret), used_at__isnull=True, expires_at__gt=now, user__is_active=True
        )
        link = open_link.select_for_update(of=("self",)).first()
        if link is None:
            raise LinkInvalid
        link.used_at = now
        link.save(update_fields=["used_at"])
        audit.record(actor_id=link.user_id, action="link.used", subject=f"user:{link.user_id}", detail={})
    return link.user_id
