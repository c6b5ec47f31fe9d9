"""Reports of visitors and adverts: their days, their numbers, what they state twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from zhanggui.trade.channels.contracts import Batch, Reject, Residual
from zhanggui.trade.channels.domain import cells, spans
from zhanggui.trade.channels.domain.guesses import suggest
from zhanggui.trade.channels.domain.mapping import profile, validate
from zhanggui.trade.channels.reading import open_file


def series(*texts: str | None) -> pl.Series:
    return pl.Series("x", list(texts), dtype=pl.String)


def test_counts_are_grouped_or_shortened_never_negative_or_broken() -> None:
    values, failed = cells.to_count(series("1,234", "1.2万", "0.5亿", "-", "--", "", None, "12.0", "-3", "1.5", "abc"))
    assert values.to_list() == [1234, 12000, 50_000_000, None, None, None, None, 12, None, None, None]
    assert failed.to_list() == [False] * 8 + [True] * 3


def test_rates_are_millionths_whether_signed_bare_or_of_a_percent_column() -> None:
    assert cells.to_rate(series("3.21%", "0.0321", "-"))[0].to_list() == [32100, 32100, None]
    assert cells.to_rate(series("3.21"), percent=True)[0].to_list() == [32100]


def test_durations_are_seconds_clocks_or_words() -> None:
    values, failed = cells.to_duration(series("35.62", "00:01:05", "1分5秒", "2:03", "x"))
    assert values.to_list() == [35_620, 65_000, 65_000, 123_000, None]
    assert failed.to_list() == [False, False, False, False, True]


def test_the_binary_tail_of_a_single_precision_number_is_read_at_the_cent() -> None:
    values, failed = cells.to_minor(series("174.0599999", "1.429999948", "43.19000017", "12.345"), "USD")
    assert values.to_list() == [17406, 143, 4319, None]
    assert failed.to_list() == [False, False, False, True]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-06-01", (date(2026, 6, 1),) * 2),
        ("20260601~20260630", (date(2026, 6, 1), date(2026, 6, 30))),
        ("2026年6月1日 至 2026年6月7日", (date(2026, 6, 1), date(2026, 6, 7))),
        ("2026/6/3 13:00", (date(2026, 6, 3),) * 2),
        ("2026-06-07~2026-06-01", None),
        ("2026-13-01", None),
        ("昨天", None),
    ],
)
def test_a_cell_names_a_day_or_its_first_and_last(text: str, days: Any) -> None:
    assert spans.span_of(text) == days


def test_the_moment_of_export_is_no_day_of_the_figures() -> None:
    assert spans.span_of_name("商品报表_20260701_110309.csv") is None
    assert spans.span_of_name("流量_2026-06-01_2026-06-07.xlsx") == (date(2026, 6, 1), date(2026, 6, 7))
    assert spans.span_of_name("推广_2026-06-03.csv") == (date(2026, 6, 3),) * 2


def read(tmp_path: Path, text: str, name: str = "f.csv", **about: Any) -> tuple[Batch, list[Residual], list[Reject]]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with open_file(path, name=name, **about) as file:
        batches = list(file.batches())
        return batches[0], file.residuals, [r for b in batches for r in b.rejects]


WUJIE = """日期,转化周期,场景名字,计划ID,计划名字,主体ID,主体类型,展现量,点击量,花费,点击率,总成交金额,\
直接成交金额,间接成交金额
2026-06-10,1天转化,关键词推广,P0,夏,103,商品,"1,000",50,18.61,5.00%,37.22,18.61,18.61
2026-06-10,15天转化,关键词推广,P0,夏,103,商品,"1,000",50,18.61,5.00%,55.83,18.61,37.22
2026-06-10,15天转化,人群推广,P1,秋,X-9,计划,1.2万,60,7.00,9.00%,21.00,10.00,10.00
"""


def test_windows_views_and_subjects_are_kept_and_contradictions_reported(tmp_path: Path) -> None:
    batch, residuals, rejects = read(tmp_path, WUJIE)
    assert batch.ads is not None
    assert not rejects
    assert batch.ads["window_days"].to_list() == [1, 15, 15]
    assert batch.ads["item_no"].to_list() == ["103", "103", None]  # an id of a plan is no product
    assert batch.ads["spend"].to_list() == [1861, 1861, 700]
    assert batch.ads["impressions"].to_list() == [1000, 1000, 12000]
    assert batch.ads["grain"].unique().to_list() == ["tool_raw+campaign_no+subject_no"]
    assert [(r.identity.split(":")[0], r.expected, r.actual, r.row) for r in residuals] == [
        ("rate", 900, 50, 4),
        ("sum", 2100, 2000, 4),
    ]


JD = """日期,营销场景,计划ID,推广计划,触发SKU ID,跟单SKU ID,展现数,点击数,点击率(%),花费,总订单行,总订单金额
20260601~20260630,京东快车,9,快车,100,,1000,10,1.00,5.00,1,20.00
20260601,京东海投,9,海投,100,200,1000,10,1.00,5.00,1,20.00
"""


def test_a_range_stays_a_period_and_what_was_ordered_is_another_basis(tmp_path: Path) -> None:
    batch, residuals, _ = read(tmp_path, JD)
    assert batch.ads is not None
    assert not residuals
    assert batch.ads["day"].to_list() == [None, date(2026, 6, 1)]
    assert batch.ads["last_day"].to_list() == [date(2026, 6, 30), date(2026, 6, 1)]
    assert batch.ads["tool"].to_list() == ["jd_kuaiche", "jd_haitou"]
    assert batch.ads["basis"].to_list() == ["advertised", "ordered"]
    assert batch.ads["sku_no"].to_list() == ["100", "200"]


SHOP = """生意参谋,,,,,,,
统计周期：2026-06-01 至 2026-06-02,,,,,,,
统计日期,访客数,浏览量,支付金额,支付买家数,支付转化率,跳失率,平均停留时长
2026-06-01,"1,200","3,456","1,234.50",30,2.50%,45.00%,35.5
2026-06-02,1200,-,--,0,0.00%,NULL,
昨天,5,5,5.00,1,20.00%,,
"""


def test_a_shop_day_has_counts_whose_rates_are_checked_and_not_stored(tmp_path: Path) -> None:
    batch, residuals, rejects = read(tmp_path, SHOP)
    assert batch.visits is not None
    assert not residuals
    assert [(r.row, r.column, r.reason) for r in rejects] == [(6, "统计日期", "not_a_day")]
    row, other = batch.visits.select("visitors", "views", "bounces", "bounce_unit", "dwell_seconds", "paid_amount",
                                     "level", "device").iter_rows(named=True)  # fmt: skip
    assert row == {"visitors": 1200, "views": 3456, "bounces": 540, "bounce_unit": "visitor", "dwell_seconds": 42_600,
                   "paid_amount": 123_450, "level": "shop", "device": "all"}  # fmt: skip
    assert (other["views"], other["paid_amount"], other["bounces"]) == (None, None, None)


SOURCES = """流量来源,来源明细,访客数,浏览量,支付买家数,支付金额
手淘搜索,汇总,100,200,3,30.00
手淘搜索,手淘搜索,100,200,3,30.00
付费推广,直通车,50,60,1,9.00
没听过的,,7,9,0,0.00
"""


def test_sources_keep_their_words_and_take_the_days_and_device_of_the_name(tmp_path: Path) -> None:
    batch, _, _ = read(tmp_path, SOURCES, "无线_流量来源_2026-06-01_2026-06-07.csv")
    assert batch.visits is not None
    assert batch.visits["source"].to_list() == ["search", "search", "paid", "other"]
    assert batch.visits["source_raw"].to_list() == ["手淘搜索", "手淘搜索 > 手淘搜索", "付费推广 > 直通车", "没听过的"]
    assert batch.visits["device"].unique().to_list() == ["wireless"]
    assert batch.visits["day"].null_count() == 4
    assert batch.visits["last_day"].unique().to_list() == [date(2026, 6, 7)]


def test_a_footer_is_compared_and_never_counted(tmp_path: Path) -> None:
    text = "日期,商品ID,商品名称,推广名称,交易额(元),总花费(元),曝光量,点击量\n" \
           "2026-06-10,75,甲,推广1,60.00,10.00,7000,600\n总计,-,-,-,90.00,15.00,-,-\n说明：含全店托管\n"  # fmt: skip
    batch, residuals, rejects = read(tmp_path, text)
    assert batch.ads is not None
    assert (len(batch.ads), rejects) == (1, [])
    assert [(r.identity, r.expected, r.actual) for r in residuals] == [("footer:总花费(元)", 1500, 1000)]


def test_any_advert_table_is_guessed_mapped_and_read(tmp_path: Path) -> None:
    text = "Day,Campaign name,Ad set name,Impressions,Link clicks,Amount spent (USD),Purchases\n" \
           "2026-06-01,Summer,Women,\"1,000\",20,12.50,3\n"  # fmt: skip
    headers = text.splitlines()[0].split(",")
    mapping = suggest(headers) | {"name": "ads"}
    assert mapping["kind"] == "ads"
    assert validate(mapping, headers) == []
    batch, _, rejects = read(tmp_path, text, layouts=[profile(mapping)])
    assert batch.ads is not None
    assert not rejects
    row = batch.ads.row(0, named=True)
    assert (row["day"], row["campaign"], row["spend"], row["currency"]) == (date(2026, 6, 1), "Summer", 1250, "USD")
    assert (row["level"], row["grain"], row["orders"]) == ("unit", "campaign+unit", 3)


def test_any_visitor_table_is_guessed_mapped_and_read(tmp_path: Path) -> None:
    text = "Date,Source,Sessions,Users,Page views,Bounce rate,Revenue\n2026-06-01,google / organic,12,10,30,25%,99.50\n"
    headers = text.splitlines()[0].split(",")
    mapping = suggest(headers) | {"name": "visits"}
    assert mapping["kind"] == "visits"
    batch, _, rejects = read(tmp_path, text, layouts=[profile(mapping)], currency="USD")
    assert batch.visits is not None
    assert not rejects
    row = batch.visits.row(0, named=True)
    assert (row["level"], row["source"], row["visitors"], row["visits"], row["paid_amount"]) == (
        "source", "search", 10, 12, 9950,
    )  # fmt: skip
