"""Whose orders are these? Tells an import into the wrong shop from a right one."""

from __future__ import annotations

from collections.abc import Sequence

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.trade.orders.models import Order

_STEP = 500


def shops_holding(*, channel: str, order_nos: Sequence[str], except_shop_id: int) -> dict[int, int]:
    """How many of ``order_nos`` each other shop of ``channel`` holds; shops that hold none are left out."""
    counts: dict[int, int] = {}
    for shop in accounts.shops(include_inactive=True):
        if shop.channel != channel or shop.id == except_shop_id:
            continue
        found = sum(
            Order.objects.filter(shop_id=shop.id, order_no__in=order_nos[at : at + _STEP]).count()
            for at in range(0, len(order_nos), _STEP)
        )
        if found:
            counts[shop.id] = found
    return counts
