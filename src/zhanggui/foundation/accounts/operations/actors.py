"""Who acts, and whether an owner is touched by somebody who is none."""

from __future__ import annotations

from zhanggui.foundation.accounts.models import Membership, User
from zhanggui.foundation.accounts.operations.errors import ActorMayNot

Actor = User | int | None


def actor_id(actor: Actor) -> int | None:
    return actor.pk if isinstance(actor, User) else actor


def is_owner(user_id: int) -> bool:
    return Membership.objects.filter(user_id=user_id, role="OWN").exists()


def guard_owner(actor: Actor, user_id: int, role: str = "") -> None:
    """An administrator must not become, replace or lock out an owner: only an owner touches owners."""
    acting = actor_id(actor)
    if acting is None or is_owner(acting) or (acting == user_id and role != "OWN"):
        return
    if role == "OWN" or is_owner(user_id):
        raise ActorMayNot
