"""Unusual days of the metrics of the day over a small known world: one planted day and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import metric_world
from zhanggui.insight.anomalies.queries.days import unusual_days_with

pytestmark = [pytest.mark.data, pytest.mark.django_db]

FIRST = date(2026, 1, 1)
PLANTED = date(2026, 3, 8)


def orders(*, planted: int) -> list[dict[str, Any]]:
    """Ninety days of nine to eleven orders of 100 yuan in two shops; on one day ``planted`` more from one province."""
    made = []
    for n in range(90):
        day = FIRST + timedelta(days=n)
        for shop_id, count in ((1, 5 + n % 3), (2, 4)):
            provinces = ["浙江", "广东"] * count + ["江苏"] * (planted if day == PLANTED and shop_id == 1 else 0)
            for k, province in enumerate(provinces[count:]):
                paid = metric_world.moment(shop_id, day, 9 + k % 12)
                made.append(
                    {
                        "shop_id": shop_id, "order_no": f"{shop_id}-{day}-{k}", "currency": "CNY", "status": "paid",
                        "created_at": paid, "listed_at": paid, "paid_at": paid, "buyer_paid": 10_000, "qty": 1,
                        "buyer_key": f"b{k}", "receiver_province": province, "line_count": 1,
                    }
                )  # fmt: skip
    return made


def state(folder: Path, rows: list[dict[str, Any]]) -> Any:
    shops = {i: metric_world.SHOPS[i] for i in (1, 2)}
    return metric_world.state(metric_world.write(folder, {"orders": rows}), shops=shops)


def test_a_planted_day_is_found_with_its_place_and_the_calendar(tmp_path: Path) -> None:
    found = unusual_days_with(state(tmp_path, orders(planted=30)), first=FIRST, last=date(2026, 3, 31))
    assert {(u.metric, u.day) for u in found} == {("M041", PLANTED), ("M047", PLANTED)}
    amount = next(u for u in found if u.metric == "M041")
    n = (PLANTED - FIRST).days
    assert amount.value == 10_000 * (5 + n % 3 + 4 + 30)
    assert amount.above
    assert amount.high < amount.value
    assert amount.against == tuple(PLANTED - timedelta(days=7 * w) for w in (1, 2, 3, 4))
    (shop,) = next(s for s in amount.suspects if s.dimension == "shop").causes
    assert shop.value == "1"
    (place,) = [s for s in amount.suspects if s.dimension == "province"]
    assert place.causes[0].value == "江苏"
    assert place.causes[0].power > Decimal("0.9")
    assert [e.code for e in amount.events]  # 8 March is on the marketing calendar


def test_a_calm_world_raises_no_alarm_and_short_history_is_not_judged(tmp_path: Path) -> None:
    calm = state(tmp_path, orders(planted=0))
    assert unusual_days_with(calm, first=FIRST, last=date(2026, 3, 31)) == []
    early = orders(planted=30)
    early = [o for o in early if o["paid_at"].date() > PLANTED - timedelta(days=10)]
    assert unusual_days_with(state(tmp_path, early), first=FIRST, last=PLANTED) == []
