"""A small shelf to book on, and what the ledgers refuse taken away for a moment where a test empties its database."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta
from typing import Any

from zhanggui.supply.inventory import operations
from zhanggui.supply.inventory.contracts import ReceiptLine
from zhanggui.supply.inventory.models import Pool

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)


def at(hours: float) -> datetime:
    return T0 + timedelta(hours=hours)


def shelf(stock: dict[str, int], *, cost_each: int | None = 100, hours: float = 0, **item: Any) -> None:
    """SKUs with so many pieces in MAIN."""
    for sku, qty in stock.items():
        operations.put_item(sku=sku, **item)
        if qty:
            cost = None if cost_each is None else cost_each * qty
            operations.receive_goods(
                lines=[ReceiptLine(sku, str(qty), cost=cost)], source=f"first-{sku}", now=at(hours)
            )


def pool(sku: str) -> tuple[int, int]:
    return Pool.objects.values_list("on_hand", "reserved").get(item__code=sku)


def empty_ledgers() -> None:
    """Delete everything, guards down: only a transactional test that ends needs it."""
    from django.apps import apps
    from django.db import connection

    guards = importlib.import_module("zhanggui.supply.inventory.migrations.0002_append_only")
    with connection.schema_editor() as editor:
        guards.unguard(None, editor)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            tables = ", ".join(m._meta.db_table for m in apps.get_app_config("inventory").get_models())
            cursor.execute(f"TRUNCATE {tables}")
        else:
            with connection.constraint_checks_disabled():
                for model in apps.get_app_config("inventory").get_models():
                    cursor.execute(f"DELETE FROM {model._meta.db_table}")
    with connection.schema_editor() as editor:
        guards.guard(None, editor)
