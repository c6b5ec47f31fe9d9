"""What other rooms receive from accounts: plain values, never model instances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ShopInfo:
    """One shop. ``zone`` decides its business day, ``currency`` its minor units."""

    id: int
    name: str
    channel: str
    currency: str
    zone: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class RoleInfo:
    """One role held; ``shop_id`` None means all shops."""

    id: int
    role: str
    shop_id: int | None
    shop_name: str


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """One person with the roles held."""

    id: int
    username: str
    display_name: str
    language: str
    is_active: bool
    last_login_at: datetime | None
    roles: tuple[RoleInfo, ...] = ()
    has_second_factor: bool = False


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """One API token without its secret; ``shop_ids`` None means all shops of its person."""

    id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    shop_ids: tuple[int, ...] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    is_usable: bool


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret shown once: the store keeps only its hash."""

    id: int
    secret: str
    expires_at: datetime | None
