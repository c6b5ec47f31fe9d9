"""Addresses of this room that name one object of one shop. See ``test_direct_look_ups.py``."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from zhanggui.foundation.accounts.contracts import ShopInfo


def addresses(shop: ShopInfo) -> Iterator[str]:
    yield reverse("shop_edit", args=[shop.id])
