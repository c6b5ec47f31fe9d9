"""Phrases that many definitions share, and the short form in which the chapters write them."""

from __future__ import annotations

from typing import Final, Literal

from zhanggui.insight.metrics.contracts import Additivity, Kind, Metric

Text = tuple[str, str]

_SOURCES: Final[dict[str, Text]] = {
    "orders": ("各平台订单文件", "order files of every channel"),
    "lines": ("各平台订单文件的商品行", "lines of the order files of every channel"),
    "refunds": ("各平台售后文件", "after-sale files of every channel"),
    "settlement": ("各平台账单文件", "settlement files of every channel"),
    "visits": ("各平台流量文件", "traffic files of every channel"),
    "ads": ("各平台推广文件", "advert files of every channel"),
    "costs": ("商品成本表", "the table of goods costs"),
}
NO_DAYS: Final = ("没有文件覆盖的日子为空，不当作 0", "days no file reaches are empty, not 0")
NO_PARTS: Final = ("分母为 0 时为空", "empty when the denominator is 0")
SILENT: Final = (
    "文件从未提过退款的店按没有退款计，并注明",
    "shops whose files never told of a refund count as without, and are named",
)
NO_BUYER: Final = (
    "文件不给买家标识的订单不计入，并注明笔数",
    "orders whose file names no buyer are left out and counted",
)
GROSS: Final = ("不扣退款", "not deducted")
EVENT: Final = ("按退款成功的日子扣", "deducted on the day the refund succeeded")
COHORT: Final = (
    "扣当期付款订单至今的退款，会随退款陆续变化",
    "refunds to date of the orders paid in the period; changes as refunds arrive",
)
NONE: Final = ("与退款无关", "no matter of refunds")
AS_GIVEN: Final = ("按平台给的原样保存，不能相加", "kept as the platform gave it, never added")


def m(
    id: str,
    zh: str,
    en: str,
    *,
    add: Additivity,
    unit: Literal["money", "number", "percent", "times", "hours", "seconds", "days", "score"] = "number",
    kind: Kind | None = None,
    grain: str,
    formula: Text,
    null: Text = NO_DAYS,
    refunds: Text = NONE,
    clock: str = "paid",
    tables: tuple[str, ...] = (),
    needs: Text = ("", ""),
    up: str = "good",
    seed: str = "",
) -> Metric:
    """One definition. Without ``tables`` it cannot be computed and ``needs`` must say why."""
    if bool(needs[1]) == bool(tables):
        raise ValueError(f"{id}: a definition has tables or says what it needs")
    of_additivity: dict[str, Kind] = {
        "A": "sum", "S": "level", "D": "distinct", "R": "ratio", "Q": "quantile", "N": "external",
    }  # fmt: skip
    sources = [_SOURCES[t] for t in tables]
    return Metric(
        id=id,
        name_zh=zh,
        name_en=en,
        formula_zh=formula[0],
        formula_en=formula[1],
        grain=grain,
        additivity=add,
        unit=unit,
        null_zh=null[0],
        null_en=null[1],
        refunds_zh=refunds[0],
        refunds_en=refunds[1],
        source_zh="、".join(s[0] for s in sources) or "尚无",
        source_en=", ".join(s[1] for s in sources) or "none yet",
        up_is=up,
        kind=kind or of_additivity[add],
        clock=clock,
        tables=tables,
        needs_zh=needs[0],
        needs_en=needs[1],
        seed=seed,
    )
