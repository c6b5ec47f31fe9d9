"""The tables offered to the lake name real columns and no personal ones."""

from __future__ import annotations

import pytest

from zhanggui.kernel import records
from zhanggui.trade.aftersales import facts as aftersales
from zhanggui.trade.aftersales.models import Refund
from zhanggui.trade.orders import facts as orders
from zhanggui.trade.orders.models import Article, Line, Order
from zhanggui.trade.settlement import facts as settlement
from zhanggui.trade.settlement.models import Entry

#: Columns that come from beside the table: the shop, the article, the order of a line.
BESIDE = {"channel", "order_no", "currency", "created_at", "paid_at", "title", "shop_id"}
TABLES = [
    (orders.ORDERS, (Order,)), (orders.LINES, (Line, Article)), (aftersales.FACTS[0], (Refund,)),
    (settlement.FACTS[0], (Entry,)),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "models"), TABLES, ids=[f.name for f, _ in TABLES])
def test_facts_are_held_by_the_tables_and_name_nobody(fact: orders.Fact, models: tuple[type, ...]) -> None:
    held = {f.attname for model in models for f in model._meta.concrete_fields} | BESIDE  # type: ignore[attr-defined]
    assert set(fact.columns) <= held
    assert set(fact.key) | {fact.day} <= set(fact.columns)
    personal = {f.name for table in records.TABLES.values() for f in table if f.personal}
    assert not personal & set(fact.columns)
