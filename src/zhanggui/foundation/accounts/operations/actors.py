"""Who acts, and whether an owner is touched by somebody who is none."""

from __future__ import annotations

from zhanggui.foundation.accounts.models import Membership, User
from zhanggui.foundation.accounts.operations.errors import ActorMayNot

Actor = User | int | None


def actor_id(actor: Actor) -> int | None:
    return actor.pk if isinstance(actor, User) else actor


def guard_owner(actor: Actor, user_id: int, role: str = "") -> None:
    """An administrator must not become, replace or lock out an owner: only an owner of all shops touches owners.

    ``role`` is the one to give or take. Raises ``ActorMayNot``.
    """
    acting = actor_id(actor)
    if acting is None or Membership.objects.filter(user_id=acting, role="OWN", shop__isnull=True).exists():
        return
    if role == "OWN" or (acting != user_id and Membership.objects.filter(user_id=user_id, role="OWN").exists()):
        raise ActorMayNot
