"""Shops: create, make sure of, change."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, available_timezones

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhanggui.foundation.accounts import queries
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.accounts.models import Shop
from zhanggui.foundation.accounts.operations.actors import Actor, actor_id
from zhanggui.foundation.accounts.operations.errors import (
    BadCurrency,
    BadName,
    BadZone,
    NameTaken,
    NotFound,
    UnknownChannel,
)
from zhanggui.foundation.audit import operations as audit
from zhanggui.kernel.records import CHANNELS


def create_shop(
    *, name: str, channel: str, currency: str | None = None, zone: str | None = None, actor: Actor = None
) -> ShopInfo:
    """A new shop; currency and time zone default to those of its channel.

    Raises ``BadName``, ``NameTaken``, ``UnknownChannel``, ``BadCurrency``, ``BadZone``.
    """
    name, currency, zone = _checked(name, channel, currency, zone)
    with transaction.atomic():
        try:
            with transaction.atomic():
                shop = Shop.objects.create(name=name, channel=channel, currency=currency, zone=zone)
        except IntegrityError as error:
            raise NameTaken(name) from error
        audit.record(
            actor_id=actor_id(actor),
            action="shop.created",
            subject=f"shop:{shop.pk}",
            detail={"name": name, "channel": channel, "currency": currency, "zone": zone},
        )
    return ShopInfo(shop.pk, shop.name, shop.channel, shop.currency, shop.zone, shop.is_active)


def ensure_shop(
    *, name: str, channel: str, currency: str | None = None, zone: str | None = None, actor: Actor = None
) -> ShopInfo:
    """The shop of this name, made when there is none. Calling twice, or from two processes, makes one shop."""
    found = queries.shop_by_name(name)
    if found is not None:
        return found
    try:
        return create_shop(name=name, channel=channel, currency=currency, zone=zone, actor=actor)
    except NameTaken:
        found = queries.shop_by_name(name)
        if found is None:
            raise
        return found


def update_shop(
    *,
    shop_id: int,
    name: str,
    channel: str,
    currency: str,
    zone: str,
    is_active: bool = True,
    actor: Actor = None,
) -> ShopInfo:
    """Change a shop; nothing is written when nothing changes. Orders already taken in keep their own currency."""
    name, currency, zone = _checked(name, channel, currency, zone)
    wanted = {"name": name, "channel": channel, "currency": currency, "zone": zone, "is_active": is_active}
    with transaction.atomic():
        shop = Shop.objects.select_for_update().filter(pk=shop_id).first()
        if shop is None:
            raise NotFound(_("This shop"))
        changed = {key: [getattr(shop, key), value] for key, value in wanted.items() if getattr(shop, key) != value}
        for key, value in wanted.items():
            setattr(shop, key, value)
        if changed:
            try:
                with transaction.atomic():
                    shop.save()
            except IntegrityError as error:
                raise NameTaken(name) from error
            audit.record(
                actor_id=actor_id(actor), action="shop.changed", subject=f"shop:{shop_id}", detail={"changed": changed}
            )
    return ShopInfo(shop.pk, shop.name, shop.channel, shop.currency, shop.zone, shop.is_active)


def _checked(name: str, channel: str, currency: str | None, zone: str | None) -> tuple[str, str, str]:
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise BadName(_("A shop needs a name of at most 120 characters."))
    if channel not in CHANNELS:
        raise UnknownChannel(channel)
    currency = (currency or CHANNELS[channel].currency).strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise BadCurrency(currency)
    zone = (zone or CHANNELS[channel].zone).strip()
    if zone not in _zones():
        raise BadZone(zone)
    return name, currency, ZoneInfo(zone).key


def _zones() -> set[str]:
    return available_timezones()
