"""Words for sources, tools and grains."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Word = str | Promise

SOURCES: Final[dict[str, Word]] = {
    "search": pgettext_lazy("source of visitors", "Search"),
    "paid": pgettext_lazy("source of visitors", "Paid"),
    "recommendation": pgettext_lazy("source of visitors", "Recommendation"),
    "live": pgettext_lazy("source of visitors", "Live"),
    "video": pgettext_lazy("source of visitors", "Short video"),
    "social": pgettext_lazy("source of visitors", "Social share"),
    "affiliate": pgettext_lazy("source of visitors", "Affiliates"),
    "direct": pgettext_lazy("source of visitors", "Direct and cart"),
    "other": pgettext_lazy("source of visitors", "Other"),
}
TOOLS: Final[dict[str, Word]] = {
    "zhitongche": _("Zhitongche"),
    "wanxiangtai": _("Wanxiangtai"),
    "yinlimofang": _("Yinli Mofang"),
    "zuanzhan": _("Zuanzhan"),
    "chaojituijian": _("Chaoji Tuijian"),
    "pinxiaobao": _("Pinxiaobao"),
    "jd_kuaiche": _("JD Kuaiche"),
    "jd_kuaitou": _("JD Kuaitou"),
    "jd_haitou": _("JD Haitou"),
    "jd_quanzhan": _("JD whole site"),
    "jd_zhantai": _("JD display"),
    "pdd_search": _("Duoduo search"),
    "pdd_scene": _("Duoduo scene"),
    "pdd_quanzhan": _("Pinduoduo whole site"),
    "pdd_promotion": _("Pinduoduo promotion"),
    "qianchuan": _("Qianchuan"),
    "cili": _("Kuaishou Cili"),
    "juguang": _("Xiaohongshu Juguang"),
    "amazon_ads": _("Amazon adverts"),
    "facebook": _("Facebook adverts"),
    "google": _("Google adverts"),
    "other": _("Other tool"),
}
#: What a report is split by, in the order of ``records.AD_LEVELS``.
SPLIT: Final[dict[str, Word]] = {
    "account": _("account"),
    "tool_raw": _("scene"),
    "campaign_no": _("campaign"),
    "campaign": _("campaign"),
    "unit_no": _("ad group"),
    "unit": _("ad group"),
    "subject_no": _("subject"),
    "item_no": _("article"),
    "sku_no": _("variant"),
    "creative_no": _("creative"),
    "creative": _("creative"),
    "audience": _("audience"),
    "keyword": _("keyword"),
}


def window(days: int | None, view: str | None) -> str:
    """How an order is credited to an advert, in words."""
    how = {"click": _now("after a click"), "view": _now("after a view"), "mixed": _now("after a click or view")}.get(
        view or "", ""
    )
    if days is None:
        return how or _now("window not stated")
    span = _now("%(days)d days") % {"days": days} if days != 1 else _now("1 day")
    return f"{span} {how}".strip()


def grain(text: str, basis: str) -> str:
    """What a report is split by, in words; by what was ordered it says so."""
    names = list(dict.fromkeys(str(SPLIT.get(part, part)) for part in text.split("+")))
    named = " × ".join(names)
    return _now("%(split)s, by what was ordered") % {"split": named} if basis == "ordered" else named
