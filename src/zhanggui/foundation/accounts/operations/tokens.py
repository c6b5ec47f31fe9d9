"""API tokens: make and revoke."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zhanggui.foundation.accounts import queries
from zhanggui.foundation.accounts.contracts import NewSecret
from zhanggui.foundation.accounts.domain.permissions import NEVER_BY_TOKEN
from zhanggui.foundation.accounts.models import ApiToken, User
from zhanggui.foundation.accounts.operations.actors import Actor, actor_id
from zhanggui.foundation.accounts.operations.errors import BadName, BadScope, NotFound
from zhanggui.foundation.accounts.tokens import hash_secret
from zhanggui.foundation.audit import operations as audit


def create_token(
    *,
    user_id: int,
    name: str,
    scopes: Collection[str],
    shop_ids: Collection[int] | None = None,
    days: int | None = None,
    actor: Actor = None,
) -> NewSecret:
    """A token that acts as ``user_id`` within ``scopes`` (permission codes) and ``shop_ids`` (None: all of theirs).

    The secret is returned once. Raises ``BadName``, ``BadScope`` (also for a shop the person does not see).
    """
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise BadName(_("A token needs a name of at most 80 characters."))
    if not scopes:
        raise BadScope(_("nothing chosen"))
    with transaction.atomic():
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            raise NotFound(_("This person"))
        for scope in sorted(set(scopes) - (queries.permissions(user) - NEVER_BY_TOKEN)):
            raise BadScope(scope)
        if shop_ids is not None:
            for shop_id in sorted(set(shop_ids) - queries.visible_shop_ids(user)):
                raise BadScope(f"shop:{shop_id}")
        secret = "zg_" + secrets.token_urlsafe(32)
        token = ApiToken.objects.create(
            user_id=user_id,
            name=name,
            prefix=secret[:8],
            secret_hash=hash_secret(secret),
            scopes=sorted(set(scopes)),
            all_shops=shop_ids is None,
            expires_at=timezone.now() + timedelta(days=days) if days else None,
        )
        token.shops.set(shop_ids or ())
        audit.record(
            actor_id=actor_id(actor),
            action="token.created",
            subject=f"token:{token.pk}",
            detail={"user_id": user_id, "scopes": token.scopes, "shop_ids": sorted(shop_ids) if shop_ids else None},
        )
    return NewSecret(token.pk, secret, token.expires_at)


def revoke_token(*, user_id: int, token_id: int, actor: Actor = None) -> None:
    """Stop a token of ``user_id`` at once. Raises ``NotFound``."""
    with transaction.atomic():
        count = ApiToken.objects.filter(pk=token_id, user_id=user_id, revoked_at__isnull=True).update(
            revoked_at=timezone.now()
        )
        if not count:
            raise NotFound(_("This token"))
        audit.record(actor_id=actor_id(actor), action="token.revoked", subject=f"token:{token_id}", detail={})
