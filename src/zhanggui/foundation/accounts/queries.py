"""Reads: people, shops, and the one question every page asks, *may this person do that here?*"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from zhanggui.foundation.accounts.contracts import PersonInfo, RoleInfo, ShopInfo, TokenInfo
from zhanggui.foundation.accounts.domain import permissions as rules
from zhanggui.foundation.accounts.domain.permissions import Grant, Limits
from zhanggui.foundation.accounts.models import ApiToken, Membership, Shop, User

#: A person as a request carries it.
Person = User | AnonymousUser | None

#: Set on the user of a request that came with an API token; every answer below is narrowed by it.
LIMITS_ATTRIBUTE = "api_limits"


def _limits(user: Person) -> Limits | None:
    return cast("Limits | None", getattr(user, LIMITS_ATTRIBUTE, None))


def _is_present(user: Person) -> bool:
    return user is not None and user.is_authenticated and user.is_active


def grants(user: Person) -> tuple[Grant, ...]:
    """The roles of ``user``; none for people who are not signed in or no longer active."""
    if user is None or user.pk is None or not _is_present(user):
        return ()
    rows = Membership.objects.filter(user_id=user.pk).values_list("role", "shop_id")
    return tuple(Grant(role, shop_id) for role, shop_id in rows)


def can(user: Person, permission: str, shop_id: int | None = None) -> bool:
    """Whether ``user`` has ``permission`` in ``shop_id`` (in at least one shop when None), token limits included."""
    limits = _limits(user)
    if limits is not None and not limits.allow(permission, shop_id):
        return False
    if permission in rules.EVERYBODY and _is_present(user):
        return True
    return rules.allowed(grants(user), permission, shop_id)


def permissions(user: Person) -> frozenset[str]:
    """Every permission ``user`` has for at least one shop."""
    found = rules.permissions_of(grants(user)) | (rules.EVERYBODY if _is_present(user) else frozenset())
    limits = _limits(user)
    return found if limits is None else frozenset(code for code in found if limits.allow(code))


def visible_shop_ids(user: Person, permission: str | None = None) -> frozenset[int]:
    """The shops in which ``user`` has ``permission`` (any role when None); inactive shops are included."""
    held = grants(user)
    if not held:
        return frozenset()
    found = rules.shops_with(held, permission, Shop.objects.values_list("id", flat=True))
    limits = _limits(user)
    if limits is None:
        return found
    if permission is not None and not limits.allow(permission):
        return frozenset()
    return found if limits.shop_ids is None else found & limits.shop_ids


def _shop_info(shop: Shop) -> ShopInfo:
    return ShopInfo(shop.pk, shop.name, shop.channel, shop.currency, shop.zone, shop.is_active)


def shops(user: Person = None, *, include_inactive: bool = False) -> list[ShopInfo]:
    """Shops by name: those visible to ``user``, every shop when no user is given (for commands and jobs)."""
    found = Shop.objects.order_by("name")
    if not include_inactive:
        found = found.filter(is_active=True)
    if user is not None:
        found = found.filter(id__in=visible_shop_ids(user))
    return [_shop_info(s) for s in found]


def shop(shop_id: int) -> ShopInfo | None:
    """The shop with this id, or None."""
    found = Shop.objects.filter(pk=shop_id).first()
    return _shop_info(found) if found else None


def shop_by_name(name: str) -> ShopInfo | None:
    """The shop with this exact name (outer blanks ignored), or None."""
    found = Shop.objects.filter(name=name.strip()).first()
    return _shop_info(found) if found else None


def _role_info(membership: Membership) -> RoleInfo:
    name = membership.shop.name if membership.shop else ""
    return RoleInfo(membership.pk, membership.role, membership.shop_id, name)


def _person_info(user: User, with_factor: frozenset[int]) -> PersonInfo:
    order = {code: n for n, code in enumerate(rules.ROLES)}
    roles = sorted(user.memberships.all(), key=lambda m: (order[m.role], m.shop_id or 0))
    return PersonInfo(
        user.pk,
        user.username,
        user.display_name or user.username,
        user.language,
        user.is_active,
        user.last_login,
        tuple(_role_info(m) for m in roles),
        user.pk in with_factor,
    )


def _with_second_factor(user_ids: Iterable[int]) -> frozenset[int]:
    from allauth.mfa.models import Authenticator

    found: Any = Authenticator.objects.filter(user_id__in=list(user_ids)).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    return frozenset(found.values_list("user_id", flat=True))


def people() -> list[PersonInfo]:
    """Everybody, active first, by name."""
    users = list(User.objects.prefetch_related("memberships__shop").order_by("-is_active", "username"))
    factors = _with_second_factor(u.pk for u in users)
    return [_person_info(u, factors) for u in users]


def person(user_id: int) -> PersonInfo | None:
    """The person with this id, or None."""
    user = User.objects.prefetch_related("memberships__shop").filter(pk=user_id).first()
    return _person_info(user, _with_second_factor([user.pk])) if user else None


def person_by_username(username: str) -> PersonInfo | None:
    """The person with this sign-in name, whatever its case, or None."""
    user = User.objects.prefetch_related("memberships__shop").filter(username__iexact=username.strip()).first()
    return _person_info(user, _with_second_factor([user.pk])) if user else None


def names(user_ids: Iterable[int]) -> dict[int, str]:
    """Display names by id; people no longer there are left out."""
    found = User.objects.filter(pk__in=set(user_ids))
    return {u.pk: u.get_full_name() for u in found}


def tokens(user_id: int) -> list[TokenInfo]:
    """The API tokens of one person, newest first, revoked ones left out."""
    found = ApiToken.objects.filter(user_id=user_id, revoked_at__isnull=True).prefetch_related("shops")
    return [_token_info(t) for t in found.order_by("-created_at")]


def _token_info(token: ApiToken) -> TokenInfo:
    usable = token.revoked_at is None and (token.expires_at is None or token.expires_at > timezone.now())
    return TokenInfo(
        token.pk,
        token.name,
        token.prefix,
        tuple(token.scopes),
        None if token.all_shops else tuple(sorted(s.pk for s in token.shops.all())),
        token.created_at,
        token.expires_at,
        token.last_used_at,
        usable,
    )
