"""Tell the lake that costs or categories have moved."""

from __future__ import annotations

from zhanggui.foundation.lake import operations as lake
from zhanggui.goods.catalog import facts


def mark_costs() -> None:
    """Costs, or what a code means, have changed: a new cost ends the one before, which may lie in any month."""
    shop, months = facts.stale_months()
    if shop is not None and months:
        lake.mark_stale(table=facts.COSTS.name, shop_id=shop, months=months)


def mark_categories() -> None:
    shop = facts.first_shop()
    if shop is not None:
        lake.mark_stale(table=facts.CATEGORIES.name, shop_id=shop, months={None})
