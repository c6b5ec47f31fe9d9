"""The books of visits and adverts: newest word, once each, on both databases."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from ledger_exports import exported, undone
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.lake import operations as lake_ops
from zhanggui.foundation.lake import queries as lake
from zhanggui.processes.importing.operations import import_file
from zhanggui.traffic.ads import queries as ads
from zhanggui.traffic.visits import queries as visits

pytestmark = [pytest.mark.data, pytest.mark.django_db]
JUNE = {"first": date(2026, 6, 1), "last": date(2026, 6, 30)}
SHOP_HEAD = "统计日期,访客数,浏览量,支付金额,支付买家数\n"
PLAN_HEAD = "日期,转化周期,场景名字,计划ID,计划名字,展现量,点击量,花费,总成交金额\n"


@pytest.fixture
def shop(db: None) -> int:
    return int(accounts.ensure_shop(name="测试店", channel="taobao", currency="CNY", zone="Asia/Shanghai").id)


@pytest.fixture
def bring(tmp_path: Path, shop: int) -> Any:
    def take(name: str, text: str) -> Any:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        result = import_file(path=path, shop_name="测试店")
        assert result.error is None, result.error
        return result

    return take


def test_the_newer_export_of_a_day_wins_in_any_order_of_import(shop: int, bring: Any) -> None:
    files = [
        ("店铺_20260602_080000.csv", SHOP_HEAD + "2026-06-01,100,200,30.00,3\n"),
        ("店铺_20260602_230000.csv", SHOP_HEAD + "2026-06-01,140,260,45.00,4\n2026-06-02,9,9,0.00,0\n"),
        # a later export that does not carry page views leaves them as they were
        ("店铺_20260603_080000.csv", "统计日期,访客数,浏览量,支付金额,支付买家数\n2026-06-01,141,260,45.50,4\n"),
    ]
    found = []
    for sequence in permutations(files):
        with undone():
            for name, text in sequence:
                bring(name, text)
            found.append(visits.shop_days(shop_ids=frozenset({shop}), **JUNE))
    assert all(days == found[0] for days in found)
    assert [(d.day.day, d.visitors, d.views, d.paid_amount) for d in found[0]] == [(1, 141, 260, 4550), (2, 9, 9, 0)]


def test_the_same_file_again_changes_nothing_even_without_a_moment_in_its_name(bring: Any, shop: int) -> None:
    first = bring("a.csv", SHOP_HEAD + "2026-06-01,100,200,30.00,3\n")
    bring("b.csv", SHOP_HEAD + "2026-06-01,120,240,36.00,3\n")
    again = bring("a.csv", SHOP_HEAD + "2026-06-01,100,200,30.00,3\n")
    assert (first.visits_new, again.visits_new, again.visits_updated) == (1, 0, 0)
    assert visits.shop_days(shop_ids=frozenset({shop}), **JUNE)[0].visitors == 120


def test_people_told_twice_with_other_figures_are_refused(bring: Any) -> None:
    result = bring("a.csv", SHOP_HEAD + "2026-06-01,100,200,30.00,3\n2026-06-01,90,200,30.00,3\n")
    assert (result.visits_new, result.rejected) == (1, 1)
    result = bring("b.csv", SHOP_HEAD + "2026-06-03,100,200,30.00,3\n2026-06-03,100,200,30.00,3\n")
    assert (result.visits_new, result.rejected, result.duplicates) == (1, 0, 1)


def test_spend_is_counted_once_over_windows_and_reports_and_a_period_is_never_spread(bring: Any, shop: int) -> None:
    bring(
        "计划报表_20260605_080000.csv",
        PLAN_HEAD
        + "2026-06-01,1天转化,关键词推广,P1,夏,100,10,5.00,20.00\n"
        + "2026-06-01,15天转化,关键词推广,P1,夏,100,10,5.00,30.00\n"
        + "20260601~20260603,15天转化,关键词推广,P1,夏,300,30,15.00,90.00\n",
    )
    bring(
        "商品报表_20260605_080000.csv",
        PLAN_HEAD.replace("计划名字,", "计划名字,主体ID,主体类型,")
        + "2026-06-01,15天转化,关键词推广,P1,夏,77,商品,90,9,4.00,28.00\n",
    )
    days = ads.ad_days(shop_ids=frozenset({shop}), **JUNE)
    assert [(d.day.day, d.spend, d.window_days, d.attributed_amount) for d in days] == [(1, 500, 15, 3000)]
    assert [(p.spend, p.last_day) for p in ads.periods(shop_ids=frozenset({shop}))] == [(1500, date(2026, 6, 3))]
    statements = ads.overlaps(shop_ids=frozenset({shop}), **JUNE)[0].statements
    assert [(s.spent, s.counted) for s in statements] == [(500, True), (400, False)]


def test_rows_split_by_something_unknown_are_added_and_exact_repeats_are_not(bring: Any, shop: int) -> None:
    head = PLAN_HEAD.replace("点击量", "点击量,版位")
    row = "2026-06-01,15天转化,关键词推广,P1,夏,100,10,{},5.00,30.00\n"
    result = bring(
        "计划报表_20260605_080000.csv",
        head + row.format("搜索") + row.format("首页").replace("5.00", "2.00") + row.format("搜索"),
    )
    assert (result.ads_new, result.duplicates) == (1, 1)
    assert ads.ad_days(shop_ids=frozenset({shop}), **JUNE)[0].spend == 700


def test_a_part_of_a_source_counts_until_its_whole_is_told(bring: Any, shop: int) -> None:
    head = "统计日期,流量来源,来源明细,访客数,支付买家数,支付金额\n"
    bring("来源_20260605_080000.csv", head + "2026-06-01,付费推广,直通车,40,1,9.00\n")
    ids = frozenset({shop})
    assert [(s.source, s.visitors) for s in visits.source_sums(shop_ids=ids, **JUNE)] == [("paid", 40)]
    bring("来源_20260606_080000.csv", head + "2026-06-01,付费推广,汇总,55,1,9.00\n")
    assert [(s.source, s.visitors) for s in visits.source_sums(shop_ids=ids, **JUNE)] == [("paid", 55)]


def test_the_lake_and_the_exports_say_what_the_books_say(bring: Any, shop: int) -> None:
    bring("店铺_20260602_080000.csv", SHOP_HEAD + "2026-06-01,100,200,30.00,3\n")
    bring("计划报表_20260605_080000.csv", PLAN_HEAD + "2026-06-01,15天转化,关键词推广,P1,夏,100,10,5.00,30.00\n")
    lake_ops.refresh()
    found = lake.connect(lake.snapshot(["visits", "ads"]))
    assert found.execute("SELECT day, visitors, channel FROM visits").fetchall() == [(date(2026, 6, 1), 100, "taobao")]
    assert found.execute("SELECT sum(spend) FROM ads WHERE counts").fetchall() == [(500,)]
    assert exported("ads", shop)["spend"].to_list() == [500]
    assert lake_ops.verify(tables=["visits", "ads"]).differences == []


def test_other_shops_and_nobody_see_nothing(bring: Any, shop: int) -> None:
    bring("店铺_20260602_080000.csv", SHOP_HEAD + "2026-06-01,100,200,30.00,3\n")
    for ids in (frozenset[int](), frozenset({shop + 1})):
        assert visits.shop_days(shop_ids=ids, **JUNE) == []
        assert visits.list_visits(shop_ids=ids) == []
        assert visits.known_days(shop_ids=ids) is None
