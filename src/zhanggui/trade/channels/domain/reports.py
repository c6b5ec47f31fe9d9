"""What reports of visitors and of adverts share: days, sources, tools, windows, and figures that must agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from zhanggui.kernel import records
from zhanggui.trade.channels.contracts import Reject, Residual
from zhanggui.trade.channels.domain import spans
from zhanggui.trade.channels.domain.profiles import Context, Tables

#: Words of source names → code, first hit wins. What was paid for is told before where it was shown.
SOURCE_WORDS: Final = (
    ("affiliate", ("淘宝客", "淘客", "联盟", "多多进宝", "京挑客", "affiliate", "分销")),
    ("paid", ("付费", "广告", "推广", "直通车", "万相台", "引力魔方", "超级推荐", "钻展", "钻石展位", "品销宝", "聚效",
              "千川", "快车", "京准通", "海投", "竞价", "paid", "cpc", "ads", "sponsored", "adwords")),
    ("live", ("直播", "live")),
    ("video", ("短视频", "视频", "光合", "逛逛", "video")),
    ("search", ("搜索", "搜一搜", "search", "organic", "seo")),
    ("recommendation", ("推荐", "猜你喜欢", "首页", "信息流", "有好货", "发现", "商城", "频道", "活动", "会场", "秒杀",
                        "聚划算", "recommend", "home", "feed", "browse")),
    ("social", ("社交", "分享", "微信", "朋友圈", "微博", "群", "小红书", "社区", "social", "facebook", "instagram",
                "share", "tiktok")),
    ("direct", ("直接访问", "自主访问", "我的淘宝", "我的京东", "购物车", "收藏", "已买", "订单", "关注", "店铺",
                "首页直达", "会员", "direct", "email", "cart")),
)  # fmt: skip
#: Source parts that stand for the whole.
WHOLE: Final = ("全部", "汇总", "合计", "总计", "整体", "整体流量", "全部渠道", "全渠道", "all", "total", "不限")

DEVICE_WORDS: Final = (
    ("all", ("所有终端", "全部终端", "全部", "整体", "汇总", "all", "total")),
    ("mini_program", ("小程序", "mini")),
    ("app", ("app", "客户端")),
    ("wireless", ("无线", "移动", "手机", "mobile", "wireless", "m端", "phone")),
    ("pc", ("pc", "电脑", "desktop")),
)  # fmt: skip

#: Words of advert tools and scenes → code, first hit wins.
TOOL_WORDS: Final = (
    ("jd_quanzhan", ("全站营销", "京东全站")),
    ("jd_haitou", ("海投",)),
    ("jd_kuaitou", ("快投",)),
    ("jd_zhantai", ("展位", "京选展位")),
    ("jd_kuaiche", ("快车",)),
    ("pdd_quanzhan", ("全站推广", "稳定成本", "标准推广", "全店托管", "商品推广")),
    ("pdd_search", ("多多搜索", "搜索推广")),
    ("pdd_scene", ("多多场景", "场景推广")),
    ("yinlimofang", ("引力魔方",)),
    ("zuanzhan", ("钻展", "钻石展位")),
    ("chaojituijian", ("超级推荐",)),
    ("pinxiaobao", ("品销宝",)),
    ("zhitongche", ("直通车",)),
    ("wanxiangtai", ("万相台", "无界")),
    ("qianchuan", ("千川",)),
    ("cili", ("磁力",)),
    ("juguang", ("聚光",)),
    ("amazon_ads", ("sponsored", "amazon")),
    ("facebook", ("facebook", "meta", "instagram")),
    ("google", ("google", "adwords")),
)  # fmt: skip

#: What tells advertised things apart, coarsest first; of a pair the id wins over the name.
GRAIN: Final = (
    ("account",), ("tool_raw",), ("campaign_no", "campaign"), ("unit_no", "unit"), ("subject_no",), ("item_no",),
    ("sku_no",), ("creative_no", "creative"), ("audience",), ("keyword",),
)  # fmt: skip
LEVEL: Final = {
    "account": "account", "tool_raw": "account", "campaign_no": "campaign", "campaign": "campaign", "unit_no": "unit",
    "unit": "unit", "subject_no": "item", "item_no": "item", "sku_no": "sku", "creative_no": "creative",
    "creative": "creative", "audience": "audience", "keyword": "keyword",
}  # fmt: skip

#: Stated figure → (numerator, denominator, scale): stated × denominator = numerator × scale, in millionths of a ratio.
RATES: Final = {
    "stated_ctr": ("clicks", "impressions"),
    "stated_pay_rate": ("pay_buyers", "visitors"),
    "stated_order_rate": ("order_buyers", "visitors"),
    "stated_cart_rate": ("cart_users", "visitors"),
}
#: Stated averages and multiples (in millionths) of amounts.
AVERAGES: Final = {
    "stated_cpc": ("spend", "clicks", 1),
    "stated_cpm": ("spend", "impressions", 1000),
    "stated_roas": ("attributed_amount", "spend", 1),
    "stated_buyer_value": ("paid_amount", "pay_buyers", 1),
    "stated_visitor_value": ("paid_amount", "visitors", 1),
}
SUMS: Final = (
    ("attributed_amount", "direct_amount", "indirect_amount"),
    ("orders", "direct_orders", "indirect_orders"),
)
_WINDOW = re.compile(r"(\d{1,3})\s*(?:天|日|d\b|-?\s*day)", re.IGNORECASE)


def coded(name: str, words: Sequence[tuple[str, Sequence[str]]], default: str) -> pl.Expr:
    """The code of the first word found in a text column; ``default`` where none is, null stays null."""
    text = pl.col(name).str.to_lowercase()
    found = pl.lit(default)
    for code, several in reversed(words):
        found = pl.when(text.str.contains_any(list(several))).then(pl.lit(code)).otherwise(found)
    return pl.when(text.is_not_null()).then(found)


def dated(frame: pl.DataFrame, context: Context) -> tuple[pl.DataFrame, list[Reject]]:
    """The frame with ``day``, ``first_day`` and ``last_day``: from its column ``when``, else from what stands above the
    header, else from the file's name. Unknown days stay unknown; a period is never spread over its days."""
    rejects: list[Reject] = []
    if "when" in context.present or ("when" in frame.columns and frame["when"].null_count() < len(frame)):
        first, last, failed = spans.day_columns(frame["when"])
        bad = failed | frame["when"].is_null()
        if bad.any():
            gone = frame.select("row", "when").filter(bad)
            header = context.header("when")
            rejects = [Reject(r, header, t or "", "not_a_day" if t else "missing") for r, t in gone.iter_rows()]
        frame = frame.with_columns(first_day=first, last_day=last).filter(~bad)
    else:
        span = spans.span_in(context.preamble) or spans.span_of_name(context.file_name)
        days = span or (None, None)
        frame = frame.with_columns(first_day=pl.lit(days[0], dtype=pl.Date), last_day=pl.lit(days[1], dtype=pl.Date))
    one = pl.when(pl.col("first_day") == pl.col("last_day")).then(pl.col("first_day"))
    return frame.with_columns(day=one), rejects


def _counts_recovered(frame: pl.DataFrame, base: str) -> pl.Expr:
    """Bounces from a stated rate: only where exactly one whole number gives that rate to its four decimals."""
    rate, of = pl.col("bounce_rate"), pl.col(base)
    n = (rate * of + 500_000) // 1_000_000
    exact = (n * 1_000_000 - rate * of).abs() <= 50 * of
    return pl.when(exact & (of <= 10_000) & (of > 0)).then(n)


@dataclass(frozen=True)
class VisitRule:
    """How the rows of one visitor report are understood. ``level`` None: by the columns a row fills. ``sources`` are
    the columns of a source's path, coarsest first. ``bounce_unit``: what bounces and stays are counted of."""

    level: str | None = None
    device: str = "all"
    sources: tuple[str, ...] = ("source_raw",)
    bounce_unit: str = "visitor"

    def build(self, frame: pl.DataFrame, context: Context) -> Tables:
        frame, rejects = dated(frame, context)
        has = frame.columns
        frame = self._sourced(frame)
        device = pl.lit(_device_told(context) or self.device)
        if "device" in has:
            device = pl.coalesce(coded("device", DEVICE_WORDS, records.UNKNOWN), device)
        frame = frame.with_columns(device=device)
        frame = frame.with_columns(level=self._level(frame), currency=_currency(frame, context))
        base = "visitors" if self.bounce_unit == "visitor" else "visits"
        if "bounce_rate" in has and "bounces" not in context.present and base in has:
            frame = frame.with_columns(bounces=_counts_recovered(frame, base))
        if "dwell_average" in has and "dwell_seconds" not in context.present and base in has:
            frame = frame.with_columns(dwell_seconds=(pl.col("dwell_average") * pl.col(base) + 500) // 1000)
        if "bounces" in frame.columns or "dwell_seconds" in frame.columns:
            frame = frame.with_columns(bounce_unit=pl.lit(self.bounce_unit))
        return Tables(visits=frame, rejects=rejects, residuals=disagreements(frame, context))

    def _sourced(self, frame: pl.DataFrame) -> pl.DataFrame:
        names = [n for n in self.sources if n in frame.columns]
        if not names:
            return frame
        parts = [
            pl.when(~pl.col(n).str.to_lowercase().is_in(WHOLE)).then(pl.col(n).str.strip_chars()).alias(n)
            for n in names
        ]
        path = frame.select(parts)
        raw = path.select(pl.concat_str(names, separator=" > ", ignore_nulls=True)).to_series()
        raw = raw.set(raw == "", None)
        # a source whose every part means the whole is told as such
        first = frame[names[0]]
        whole = raw.is_null() & first.is_not_null()
        raw = raw.zip_with(~whole, first)
        frame = frame.with_columns(source_raw=raw)
        depth: pl.Expr = pl.when(pl.col("source_raw").is_not_null()).then(
            pl.col("source_raw").str.count_matches(" > ") + 1
        )
        depth = pl.when(pl.lit(whole)).then(0).otherwise(depth).cast(pl.Int64)
        given = [pl.col("source").str.to_lowercase()] if "source" in frame.columns else []
        known = [pl.when(g.is_in(records.SOURCES)).then(g) for g in given]
        return frame.with_columns(source_depth=depth, source=pl.coalesce(*known, _source_code(names, path)))

    def _level(self, frame: pl.DataFrame) -> pl.Expr:
        if self.level is not None:
            return pl.lit(self.level)
        found: pl.Expr = pl.lit("shop")
        for name, level in (("item_no", "item"), ("sku_no", "sku"), ("source_raw", "source"), ("page", "page"),
                            ("keyword", "keyword")):  # fmt: skip
            if name in frame.columns:
                found = pl.when(pl.col(name).is_not_null()).then(pl.lit(level)).otherwise(found)
        if "level" in frame.columns:
            found = pl.when(pl.col("level").is_in(records.VISIT_LEVELS)).then(pl.col("level")).otherwise(found)
        return found


_DEVICE_TOLD: Final = re.compile(r"(无线端?|手机端|移动端)|(?<![A-Za-z])(PC)(?![A-Za-z])", re.IGNORECASE)


def _device_told(context: Context) -> str | None:
    """The device that the file's name or the rows above its header speak of, where they name just one."""
    found = {
        "wireless" if m.group(1) else "pc"
        for text in (context.file_name, *context.preamble)
        for m in _DEVICE_TOLD.finditer(text)
    }
    return found.pop() if len(found) == 1 else None


def _source_code(names: Sequence[str], path: pl.DataFrame) -> pl.Expr:
    """The code of a source path: its coarsest part that says anything."""
    made = path.select(coded(n, SOURCE_WORDS, "other").alias(n) for n in names)
    telling = made.select(pl.coalesce(pl.when(pl.col(n) != "other").then(pl.col(n)) for n in names)).to_series()
    known = path.select(pl.any_horizontal(pl.col(n).is_not_null() for n in names)).to_series()
    return pl.lit(telling.fill_null("other").set(~known, None))


@dataclass(frozen=True)
class AdRule:
    """How the rows of one advert report are understood.

    ``tool`` fixed, or told by the columns ``tools`` in words, or by the file's name; else ``default_tool``.
    ``window_days``, ``view``: of the layout, where the file states none. ``ordered`` names the column that holds what
    was ordered, filled only in reports by what was ordered. ``product_types``: words under which ``subject_no`` is a
    product's id.
    """

    tool: str | None = None
    default_tool: str = "other"
    tools: tuple[str, ...] = ("tool_raw",)
    window_days: int | None = None
    view: str | None = None
    ordered: str = ""
    product_types: tuple[str, ...] = ()
    conversion_kind: str = "order"

    def build(self, frame: pl.DataFrame, context: Context) -> Tables:
        frame, rejects = dated(frame, context)
        frame = self._tooled(frame, context)
        frame = self._subject(frame)
        frame = self._credited(frame, context)
        frame = _identified(frame)
        grain = self._grain(frame, context)
        level = pl.lit("account")
        for name in grain:
            filled = pl.col(name).is_not_null()
            level = pl.when(filled).then(pl.lit(LEVEL[name])).otherwise(level)
        frame = frame.with_columns(
            grain=pl.lit("+".join(grain) or "account"), level=level, currency=_currency(frame, context)
        )
        if {"spend_total", "spend_credit"} <= set(frame.columns):
            # all that was spent, and the part of it that was paid with credit
            real = pl.col("spend_total") - pl.col("spend_credit").fill_null(0)
            frame = frame.with_columns(spend=pl.coalesce(*(["spend"] if "spend" in frame.columns else []), real))
        if "conversions" in frame.columns and "conversion_kind" not in frame.columns:
            kind = pl.when(pl.col("conversions").is_not_null()).then(pl.lit(self.conversion_kind))
            frame = frame.with_columns(conversion_kind=kind)
        return Tables(ads=frame, rejects=rejects, residuals=disagreements(frame, context))

    def _grain(self, frame: pl.DataFrame, context: Context) -> list[str]:
        """The columns by which this file splits the spend: those it has, whether or not every row fills them."""
        made = {"item_no"} if self.product_types else set()
        given = set(context.present) | {
            n for n in frame.columns if n not in made and frame[n].null_count() < len(frame)
        }
        if self.ordered in context.present:
            given.add("sku_no")
        return [name for pair in GRAIN if (name := next((n for n in pair if n in given), ""))]

    def _tooled(self, frame: pl.DataFrame, context: Context) -> pl.DataFrame:
        names = [n for n in self.tools if n in frame.columns]
        if names:
            raw = pl.concat_str(names, separator=" > ", ignore_nulls=True)
            frame = frame.with_columns(tool_raw=pl.when(raw != "").then(raw))
        if self.tool is not None:
            return frame.with_columns(tool=pl.lit(self.tool))
        given = pl.col("tool").str.to_lowercase() if "tool" in frame.columns else pl.lit(None, dtype=pl.String)
        known = pl.when(given.is_in(records.AD_TOOLS)).then(given)
        words = coded("tool_raw", TOOL_WORDS, "other") if "tool_raw" in frame.columns else pl.lit(None)
        above = pl.Series("w", [" ".join((context.file_name, *context.preamble))], dtype=pl.String)
        told = pl.DataFrame([above]).select(coded("w", TOOL_WORDS, "other")).item()
        return frame.with_columns(
            tool=pl.coalesce(
                known, pl.when(words != "other").then(words), pl.lit(told if told != "other" else self.default_tool)
            )
        )

    def _subject(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self.product_types and "subject_no" in frame.columns:
            kind = pl.col("subject_type") if "subject_type" in frame.columns else pl.lit(None, dtype=pl.String)
            product = kind.is_in(self.product_types).fill_null(False)
            own = pl.col("item_no") if "item_no" in frame.columns else pl.lit(None, dtype=pl.String)
            frame = frame.with_columns(item_no=pl.coalesce(own, pl.when(product).then(pl.col("subject_no"))))
        return frame

    def _credited(self, frame: pl.DataFrame, context: Context) -> pl.DataFrame:
        """Window, view and basis of every row."""
        stated = next((int(m.group(1)) for t in context.preamble if "转化周期" in t and (m := _WINDOW.search(t))), None)
        default = stated if stated is not None else self.window_days
        window = pl.lit(default, dtype=pl.Int64)
        if "window" in frame.columns:
            told = pl.col("window").str.extract(r"(\d{1,3})").cast(pl.Int64, strict=False)
            window = pl.coalesce(told, window)
        view = pl.lit(self.view, dtype=pl.String)
        if "view_raw" in frame.columns:
            text = pl.col("view_raw").str.to_lowercase()
            shown = text.str.contains_any(["展示", "展现", "曝光", "view", "impression"])
            clicked = text.str.contains_any(["点击", "click"])
            view = pl.coalesce(
                pl.when(shown & clicked).then(pl.lit("mixed")).when(shown).then(pl.lit("view"))
                .when(clicked).then(pl.lit("click")),
                view,
            )  # fmt: skip
        basis = pl.lit("advertised")
        if self.ordered and self.ordered in frame.columns:
            filled = pl.col(self.ordered).is_not_null()
            basis = pl.when(filled).then(pl.lit("ordered")).otherwise(basis)
            if "sku_no" in frame.columns:
                frame = frame.with_columns(sku_no=pl.coalesce(self.ordered, "sku_no"))
            else:
                frame = frame.with_columns(sku_no=pl.col(self.ordered))
        return frame.with_columns(window_days=window, view=view, basis=basis)


def _identified(frame: pl.DataFrame) -> pl.DataFrame:
    """Where the id of a pair is left out, the name stands for it."""
    pairs = [pair for pair in GRAIN if len(pair) == 2 and set(pair) <= set(frame.columns)]
    filled = [pl.coalesce(*pair).alias(pair[0]) for pair in pairs if frame[pair[0]].null_count() < len(frame)]
    return frame.with_columns(filled)


def _currency(frame: pl.DataFrame, context: Context) -> pl.Expr:
    own = pl.lit(context.currency)
    return pl.col("currency").fill_null(own) if "currency" in frame.columns else own


def disagreements(frame: pl.DataFrame, context: Context) -> list[Residual]:
    """Stated rates, averages and sums against the figures beside them; rates in hundredths of a percent.

    A stated rate may be rounded or cut at its last written decimal, an average at the cent.
    """
    found: list[Residual] = []
    columns = set(frame.columns)

    def report(name: str, expected: pl.Expr, actual: pl.Expr, tolerance: pl.Expr) -> None:
        rows = frame.select("row", expected.alias("e"), actual.alias("a"), tolerance.alias("t")).drop_nulls()
        rows = rows.filter((pl.col("a") - pl.col("e")).abs() > pl.col("t"))
        found.extend(Residual(name, e, a, "", row) for row, e, a in rows.select("row", "e", "a").iter_rows())

    for stated, (top, bottom) in RATES.items():
        if {stated, top, bottom} <= columns:
            s, n, d = pl.col(stated), pl.col(top), pl.col(bottom)
            unit = pl.lit(100)
            for digits in (1000, 10_000):
                unit = pl.when(s % digits == 0).then(pl.lit(digits)).otherwise(unit)
            real = pl.when(d > 0).then(n * 1_000_000 // d)
            report(f"rate:{context.header(stated)}", (s + 50) // 100, (real + 50) // 100, unit // 100)
    for stated, (top, bottom, times) in AVERAGES.items():
        if {stated, top, bottom} <= columns:
            s, n, d = pl.col(stated), pl.col(top), pl.col(bottom)
            real = pl.when(d > 0).then(n * times * 10_000 // d)
            if stated == "stated_roas":
                real = pl.when(d > 0).then(n * 1_000_000 // d)
            report(f"average:{context.header(stated)}", (s + 5000) // 10_000, (real + 5000) // 10_000, pl.lit(1))
    for whole, *parts in SUMS:
        if {whole, *parts} <= columns:
            told = " + ".join(context.header(p) for p in parts)
            report(
                f"sum:{context.header(whole)} = {told}",
                pl.col(whole),
                pl.sum_horizontal(parts, ignore_nulls=False),
                pl.lit(0),
            )
    return found
