# ruff: noqa: E501 (a table of definitions: one line says one thing)
"""Traffic (M001–M013)."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.domain.dictionary.words import AS_GIVEN, NO_PARTS, m

_V = ("visits",)

METRICS: Final = (
    m("M001", "访客数", "Unique visitors", add="D", grain="shop/item/channel × day", clock="visit", tables=_V, seed="S000 S002",
      formula=("平台按日去重的访客数；一人到两个渠道，店铺计一次、每个渠道各计一次", "visitors as the platform de-duplicated them within the day; one person on two channels counts once for the shop and once in each channel"),
      null=("多日、多店、多来源的访客不能相加，只按日按店给出", "visitors of several days, shops or sources are never added: told by day and shop only")),
    m("M002", "浏览量", "Page views", add="A", grain="shop/item/channel × day", clock="visit", tables=_V, seed="S000",
      formula=("页面浏览次数合计，刷新也计", "page views, refreshes included")),
    m("M003", "访问次数", "Visits", add="A", grain="shop/item/channel × day", clock="visit", tables=_V,
      formula=("访问次数合计，闲置 30 分钟算一次结束", "visits; one ends after 30 minutes idle"),
      null=("平台不给访问次数时为空", "empty where the platform tells visitors only")),
    m("M004", "人均浏览量", "Pages per visitor", add="R", grain="shop/item/channel × day", clock="visit", tables=_V,
      formula=("浏览量 ÷ 按日访客数合计", "page views ÷ visitors summed by day"), null=NO_PARTS),
    m("M005", "跳失率", "Bounce rate", add="R", unit="percent", grain="shop/item/channel × day", clock="visit", tables=_V, up="bad", seed="S000 S002",
      formula=("只看一页的访客 ÷ 访客；只给访问次数的平台按访问算", "visitors who saw one page ÷ visitors; visits where the platform counts visits"), null=NO_PARTS),
    m("M006", "平均停留时长", "Average dwell time", add="R", unit="seconds", grain="shop/item/channel × day", clock="visit", tables=_V, seed="S000 S002",
      formula=("停留秒数合计 ÷ 按日访客数合计", "seconds stayed ÷ visitors summed by day"), null=NO_PARTS),
    m("M007", "新访客占比", "New-visitor share", add="R", unit="percent", grain="shop × day", clock="visit", tables=_V, seed="S002",
      formula=("平台给的新访客 ÷ 访客，回看期按平台口径", "new visitors as the platform tells them ÷ visitors; its look-back applies"), null=NO_PARTS),
    m("M008", "流量来源占比", "Traffic-source share", add="R", unit="percent", grain="source × day", clock="visit", tables=_V, up="none", seed="S002",
      formula=("该来源访客 ÷ 各来源访客之和（末次触点，合计 100%）", "visitors of the source ÷ sum over sources (last touch, adds to 100 %)"), null=NO_PARTS),
    m("M009", "来源集中度", "Channel concentration", add="R", kind="expression", unit="percent", grain="shop × period", clock="visit", tables=_V, up="none", seed="S000 S002",
      formula=("各来源占比的平方和（HHI）；1 为只有一个来源", "sum of squared source shares (HHI); 1 is a single source"), null=NO_PARTS),
    m("M010", "曝光量", "Impressions", add="A", grain="placement × day", clock="visit", tables=_V, seed="S000 S002",
      formula=("展示次数合计；曝光人数不在此列", "times shown; people exposed are another figure")),
    m("M011", "收藏人数", "Favourite users", add="D", grain="item × day", clock="visit", tables=_V,
      formula=("当日收藏的去重人数，取消不扣", "distinct users who favourited on the day, gross of removals"),
      null=("多日的人数不能相加，只按日按店给出", "people of several days are never added: told by day and shop only")),
    m("M012", "收藏率", "Favourite rate", add="R", unit="percent", grain="item × day", clock="visit", tables=_V,
      formula=("收藏人数 ÷ 访客数（均按日合计）", "favourite users ÷ visitors, both summed by day"), null=NO_PARTS),
    m("M013", "搜索排名/指数", "Search rank, index", add="N", grain="keyword × day", clock="visit", null=AS_GIVEN, up="none", seed="S000 S002",
      formula=("平台给的排名或指数，指数不是次数", "rank or index as given; an index is not a count"),
      needs=("关键词的搜索排名文件", "keyword files with search ranks")),
)  # fmt: skip
