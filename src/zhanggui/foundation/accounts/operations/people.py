"""People and their roles."""

from __future__ import annotations

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhanggui.foundation.accounts import queries
from zhanggui.foundation.accounts.contracts import PersonInfo
from zhanggui.foundation.accounts.domain.permissions import PERMISSIONS, ROLES
from zhanggui.foundation.accounts.models import ApiToken, LoginLink, Membership, Shop, User
from zhanggui.foundation.accounts.operations.actors import Actor, actor_id, guard_owner
from zhanggui.foundation.accounts.operations.errors import BadName, LastManager, NameTaken, NotFound, UnknownRole
from zhanggui.foundation.audit import operations as audit

_LANGUAGES = ("", "zh-hans", "en")


def create_user(
    *, username: str, display_name: str = "", language: str = "", password: str | None = None, actor: Actor = None
) -> PersonInfo:
    """A new person without roles. Without ``password`` the person can only come in by a login link.

    Raises ``BadName``, ``NameTaken`` (names differing only in case are the same name).
    """
    username = username.strip().lower()
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError as error:
        raise BadName(_("A sign-in name has letters, digits and @/./+/-/_ only.")) from error
    if not username or len(username) > 150:
        raise BadName(_("A sign-in name has 1 to 150 characters."))
    if language not in _LANGUAGES:
        raise BadName(_("This language is not available."))
    with transaction.atomic():
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    username, password=password, display_name=display_name.strip()[:80], language=language
                )
        except IntegrityError as error:
            raise NameTaken(username) from error
        audit.record(
            actor_id=actor_id(actor), action="user.created", subject=f"user:{user.pk}", detail={"username": username}
        )
    return _info(user.pk)


def invite_user(
    *, username: str, display_name: str = "", role: str, shop_id: int | None = None, actor: Actor = None
) -> PersonInfo:
    """A new person with a first role, both or neither. Raises like ``create_user`` and ``grant_role``."""
    with transaction.atomic():
        made = create_user(username=username, display_name=display_name, actor=actor)
        return grant_role(user_id=made.id, role=role, shop_id=shop_id, actor=actor)


def grant_role(*, user_id: int, role: str, shop_id: int | None = None, actor: Actor = None) -> PersonInfo:
    """Give a role, for one shop or for all (None). Giving twice changes nothing.

    Raises ``UnknownRole``, ``NotFound``, ``ActorMayNot``.
    """
    if role not in ROLES:
        raise UnknownRole(role)
    with transaction.atomic():
        _locked(user_id)
        guard_owner(actor, user_id, role)
        if shop_id is not None and not Shop.objects.filter(pk=shop_id).exists():
            raise NotFound(_("This shop"))
        if not _held(user_id, role, shop_id).exists():
            Membership.objects.create(user_id=user_id, role=role, shop_id=shop_id)
            audit.record(
                actor_id=actor_id(actor),
                action="role.granted",
                subject=f"user:{user_id}",
                detail={"role": role, "shop_id": shop_id},
            )
    return _info(user_id)


def revoke_role(*, user_id: int, role: str, shop_id: int | None = None, actor: Actor = None) -> PersonInfo:
    """Take a role away. Raises ``NotFound`` when it is not held, ``LastManager``, ``ActorMayNot``."""
    with transaction.atomic():
        _lock_managers()
        _locked(user_id)
        guard_owner(actor, user_id, role)
        gone, _by_model = _held(user_id, role, shop_id).delete()
        if not gone:
            raise NotFound(_("This role"))
        _keep_a_manager()
        audit.record(
            actor_id=actor_id(actor),
            action="role.revoked",
            subject=f"user:{user_id}",
            detail={"role": role, "shop_id": shop_id},
        )
    return _info(user_id)


def deactivate_user(*, user_id: int, actor: Actor = None) -> PersonInfo:
    """Close the door at once: sessions, tokens and open links of the person stop working."""
    with transaction.atomic():
        _lock_managers()
        user = _locked(user_id)
        guard_owner(actor, user_id)
        if user.is_active:
            user.is_active = False
            user.save(update_fields=["is_active"])
            ApiToken.objects.filter(user_id=user_id).delete()
            LoginLink.objects.filter(user_id=user_id).delete()
            _keep_a_manager()
            audit.record(actor_id=actor_id(actor), action="user.deactivated", subject=f"user:{user_id}", detail={})
    return _info(user_id)


def activate_user(*, user_id: int, actor: Actor = None) -> PersonInfo:
    """Let a deactivated person in again, with the roles held before."""
    with transaction.atomic():
        user = _locked(user_id)
        guard_owner(actor, user_id)
        if not user.is_active:
            user.is_active = True
            user.save(update_fields=["is_active"])
            audit.record(actor_id=actor_id(actor), action="user.activated", subject=f"user:{user_id}", detail={})
    return _info(user_id)


def update_profile(*, user_id: int, display_name: str, language: str, actor: Actor = None) -> PersonInfo:
    """The person's own name and language. Raises ``BadName``."""
    if language not in _LANGUAGES:
        raise BadName(_("This language is not available."))
    with transaction.atomic():
        user = _locked(user_id)
        user.display_name, user.language = display_name.strip()[:80], language
        user.save(update_fields=["display_name", "language"])
    return _info(user_id)


def reset_second_factor(*, user_id: int, actor: Actor = None) -> int:
    """Remove every second factor of a person who lost the device; returns how many."""
    from allauth.mfa.models import Authenticator

    with transaction.atomic():
        _locked(user_id)
        guard_owner(actor, user_id)
        count, _by_model = Authenticator.objects.filter(user_id=user_id).delete()
        if count:
            audit.record(
                actor_id=actor_id(actor), action="factor.reset", subject=f"user:{user_id}", detail={"removed": count}
            )
    return int(count)


def _held(user_id: int, role: str, shop_id: int | None) -> QuerySet[Membership]:
    found = Membership.objects.filter(user_id=user_id, role=role)
    return found.filter(shop__isnull=True) if shop_id is None else found.filter(shop_id=shop_id)


def _locked(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound(_("This person"))
    return user


def _managing() -> QuerySet[Membership]:
    return Membership.objects.filter(user__is_active=True, shop__isnull=True, role__in=PERMISSIONS["people.manage"])


def _lock_managers() -> None:
    """Before anything is taken away, in one order: two managers who leave at once must wait for each other."""
    list(_managing().order_by("pk").select_for_update(of=("self",)))


def _keep_a_manager() -> None:
    if not _managing().exists():
        raise LastManager


def _info(user_id: int) -> PersonInfo:
    found = queries.person(user_id)
    if found is None:
        raise NotFound(_("This person"))
    return found
