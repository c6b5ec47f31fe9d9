"""What the gallery shows: made-up figures in the shape of real ones, the same on every visit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import pgettext

from zhanggui.foundation.ui import charts
from zhanggui.foundation.ui.charts import Chart, Series, Unit
from zhanggui.foundation.ui.status import KINDS

AS_OF: Final = datetime(2026, 11, 21, 23, 42, tzinfo=UTC)
_CNY: Final = Unit("money", "CNY")
_FIRST: Final = date(2026, 10, 23)


def said(text: str) -> str:
    return pgettext("gallery", text)


class ExampleForm(forms.Form):
    """Every kind of control, one of them with an error."""

    name = forms.CharField(label="", max_length=40)
    channel = forms.ChoiceField(label="", choices=[])
    note = forms.CharField(label="", widget=forms.Textarea(attrs={"rows": 2}), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = said("Shop name")
        self.fields["name"].help_text = said("As your team says it; shown wherever shops are chosen.")
        self.fields["channel"].label = said("Channel")
        self.fields["channel"].choices = [("taobao", "淘宝/天猫"), ("jd", "京东")]  # type: ignore[attr-defined]
        self.fields["note"].label = said("Note")


def _wave(seed: int, base: int, swing: int, count: int = 30) -> list[int]:
    """A believable daily series: a weekly rhythm and a little noise, without randomness."""
    return [base + swing * ((n * seed) % 7 - 3) // 3 + (n * seed * 31) % max(1, swing // 2) for n in range(count)]


def _days() -> list[str]:
    return [f"{_FIRST + timedelta(days=n):%m-%d}" for n in range(30)]


def _charts() -> dict[str, Chart]:
    about: dict[str, Any] = {"period": "2026-10-23 – 2026-11-21", "as_of": AS_OF}
    now: list[int | None] = [*_wave(5, 10_200_000, 2_600_000)]
    now[11] = now[12] = None
    channels = ["淘宝/天猫", "京东", "拼多多", "抖店", "小红书"]
    return {
        "sales": charts.line(
            id="net-sales",
            title=said("Net sales by day"),
            metric="M001",
            unit=_CNY,
            labels=_days(),
            series=[
                Series(said("Net sales"), now),
                Series(said("The 30 days before"), _wave(3, 9_400_000, 2_100_000), before=True),
            ],
            axis=said("Day"),
            note=said("3 and 4 November are missing: no file from JD. They are gaps, not zeros."),
            **about,
        ),
        "channels": charts.bars(
            id="channels",
            title=said("Net sales by channel"),
            metric="M001",
            unit=_CNY,
            labels=channels,
            series=[Series(said("Net sales"), [128_430_000, 93_120_500, 61_004_300, 42_880_900, 12_004_700])],
            horizontal=True,
            axis=said("Channel"),
            **about,
        ),
        "mix": charts.bars(
            id="mix",
            title=said("Orders by channel"),
            unit=Unit("number"),
            labels=_days(),
            series=[
                Series(name, _wave(seed, 260 - 40 * i, 90))
                for i, (name, seed) in enumerate(zip(channels, (5, 3, 4, 6, 2), strict=True))
            ],
            stacked=True,
            axis=said("Day"),
            **about,
        ),
        "bridge": charts.waterfall(
            id="bridge",
            title=said("From list price to what arrives"),
            unit=_CNY,
            start=(said("List price"), 15_230_000),
            steps=[
                (said("Shop discount"), -1_420_000),
                (said("Platform discount"), -860_000),
                (said("Platform subsidy"), 640_000),
                (said("Refunds"), -1_105_000),
                (said("Commission"), -512_000),
            ],
            end=said("Arrives"),
            axis=said("Step"),
            **about,
        ),
        "rate": charts.line(
            id="rate",
            title=said("Refund rate"),
            metric="M041",
            unit=Unit("percent", digits=1),
            labels=_days(),
            series=[Series(said("Refund rate"), [Decimal(v) / 10_000 for v in _wave(4, 620, 180)])],
            area=True,
            axis=said("Day"),
            **about,
        ),
        "none": charts.line(
            id="none", title=said("Returns by reason"), unit=Unit("number"), labels=["1"], series=[Series("", [None])]
        ),
    }


def _orders() -> list[dict[str, Any]]:
    titles = (
        "轻薄防晒喷雾 SPF50+ 150ml", "便携挂脖风扇", "无骨鸭掌 酸辣味 500g×2", "儿童防晒衣 UPF50+ 浅紫 120",
        "冷萃咖啡液 20 颗装", "Linen shirt, sand, M", "陶瓷手冲壶 600ml", "猫砂 混合 2.5kg×4",
    )  # fmt: skip
    states = ("paid", "shipped", "refunding", "completed", "created", "allocated", "unknown", "refunded")
    found = []
    for n, (title, state) in enumerate(zip(titles, states, strict=True)):
        foreign = n == 5
        found.append(
            {
                "no": "#1042" if foreign else f"36180{n}42077{n * 7 + 10}51{n}",
                "title": title,
                "buyer": "张*" if n % 2 else "李**",
                "shop": "Linen House" if foreign else "晴山旗舰店",
                "channel": "shopify" if foreign else "taobao",
                "status": state,
                "qty": n % 3 + 1,
                "paid": None if state == "created" else (n + 3) * 12_345 + 90,
                "currency": "USD" if foreign else "CNY",
                "discount": None if state == "unknown" else -(n * 1_000),
                "created_at": AS_OF - timedelta(hours=5 * n, minutes=n * 13),
                "zone": "America/New_York" if foreign else "Asia/Shanghai",
                "flag": ("hold", "gift", "", "", "presale_deposit", "", "", "")[n],
            }
        )
    return found


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything the gallery template needs."""
    form = ExampleForm({"name": "", "channel": "jd", "note": ""})
    return {
        "nav": "settings",
        "charts": _charts(),
        "orders": _orders(),
        "page_obj": Paginator(range(1, 2_341), 50).get_page(request.GET.get("page", "4")),
        "spark_up": _wave(5, 100, 40, 14),
        "spark_gap": [4, 5, None, None, 6, 5, 7, 8, 7],
        "change": {"up": Decimal("0.062"), "down": Decimal("-0.031"), "points": Decimal("-0.004"), "zero": Decimal(0)},
        "kinds": {kind: list(table) for kind, table in KINDS.items()},
        "form": form,
        "as_of": AS_OF,
        "states": [("paid", said("To ship")), ("shipped", said("Shipped")), ("refunding", said("Refund open"))],
        "chosen_states": ["paid", "refunding"],
    }
