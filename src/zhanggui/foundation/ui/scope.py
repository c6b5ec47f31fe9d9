"""The scope of a request: shops and days from its address, limited to what its reader may see."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from zhanggui.foundation.ui.domain import scope as rules
from zhanggui.foundation.ui.domain.scope import Scope
from zhanggui.kernel.period import business_day

__all__ = ["Scope", "kept_query", "of", "visible_shops"]


def of(request: HttpRequest, *, default: str = rules.YESTERDAY, compare: str = rules.PREVIOUS) -> Scope:
    """The scope of this request; the first call decides the page's defaults, later ones return the same.

    A page that calls this shows the shop and period chooser; ``default`` is a preset name (``today``, ``yesterday``,
    ``last7``, ``last30``, ``this_month``, ``last_month``), ``compare`` is ``previous``, ``year`` or ``none``.
    """
    known: Scope | None = getattr(request, "ui_scope", None)
    if known is None:
        visible = {shop.id: shop.zone for shop in visible_shops(request)}
        known = rules.parse(
            {key: request.GET.getlist(key) for key in rules.KEYS},
            visible=visible,
            today_in=_today_in({settings.TIME_ZONE, *visible.values()}),
            zone=settings.TIME_ZONE,
            default=default,
            default_compare=compare,
        )
        request.ui_scope = known  # type: ignore[attr-defined]
    return known


def visible_shops(request: HttpRequest) -> list[Any]:
    """The reader's shops as ``accounts.contracts.ShopInfo``, read once per request; none for a stranger."""
    shops: list[Any] | None = getattr(request, "ui_shops", None)
    if shops is None:
        from zhanggui.foundation.accounts import queries

        user = getattr(request, "user", None)
        shops = list(queries.shops(user)) if user is not None and user.is_authenticated else []
        limit = getattr(request, "shop_ids", None)
        if limit is not None:
            shops = [shop for shop in shops if shop.id in limit]
        request.ui_shops = shops  # type: ignore[attr-defined]
    return shops


def kept_query(request: HttpRequest) -> str:
    """The part of the address that a link to another page keeps: ``?shop=…&from=…``, or nothing."""
    pairs = [(key, value) for key in rules.KEYS for value in request.GET.getlist(key)]
    return f"?{urlencode(pairs)}" if pairs else ""


def _today_in(zones: set[str]) -> dict[str, date]:
    now = timezone.now()
    return {zone: business_day(now, zone) for zone in zones}
