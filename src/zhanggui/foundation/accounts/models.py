"""People, shops, roles, login links and API tokens."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from zhanggui.foundation.accounts.domain.permissions import ROLES


class User(AbstractUser):
    """A person who may sign in. What the person may do is said by memberships alone."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(max_length=80, blank=True, default="")
    #: ``zh-hans`` or ``en``; empty: what the browser asks for.
    language = models.CharField(max_length=10, blank=True, default="")

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="accounts_user_username_ci")]

    def get_full_name(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    def __str__(self) -> str:
        return self.get_full_name()


class Shop(models.Model):
    """One shop on one channel, with the currency it sells in and the time zone that decides its business day."""

    name = models.CharField(max_length=120, unique=True)
    #: A code of ``kernel.records.CHANNELS``.
    channel = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    zone = models.CharField(max_length=64)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One role of one person, for one shop or (``shop`` null) for all shops."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=3)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, null=True, blank=True, related_name="memberships")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=ROLES), name="accounts_membership_role_known"),
            models.UniqueConstraint(
                fields=["user", "role", "shop"], condition=models.Q(shop__isnull=False), name="accounts_membership_one"
            ),
            models.UniqueConstraint(
                fields=["user", "role"], condition=models.Q(shop__isnull=True), name="accounts_membership_one_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.shop_id or '*'}"


class LoginLink(models.Model):
    """A link that signs a person in once. Only the hash of its secret is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="login_links")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} until {self.expires_at:%Y-%m-%d %H:%M}"


class ApiToken(models.Model):
    """A secret for programs: acts as its person, narrowed to scopes and shops. Only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    #: First characters of the secret, so that a person can tell tokens apart.
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)
    #: Permission codes; what the person loses, the token loses.
    scopes = models.JSONField(default=list)
    all_shops = models.BooleanField(default=True)
    shops = models.ManyToManyField(Shop, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
