"""Where the files come from: which export of which back office, in the words of that back office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Way:
    """How to bring one kind of file: the menu path as the back office writes it."""

    kind: str
    path: tuple[str, ...]


def _way(kind: str, path: str) -> Way:
    return Way(kind, tuple(part.strip() for part in path.split("›")))


WAYS: Final[dict[str, tuple[Way, ...]]] = {
    "taobao": (
        _way("orders", "千牛 › 交易 › 已卖出的宝贝 › 批量导出 › 订单报表、宝贝报表"),
        _way("refunds", "千牛 › 交易 › 退款管理 › 导出"),
        _way("settlement", "支付宝商家中心 › 对账中心 › 账务明细 › 下载"),
    ),
    "jd": (
        _way("orders", "京麦商家后台 › 订单管理 › 订单查询 › 导出"),
        _way("refunds", "京麦商家后台 › 售后 › 售后服务单 › 导出"),
        _way("settlement", "京麦商家后台 › 财务 › 货款明细 › 导出"),
    ),
    "pinduoduo": (
        _way("orders", "拼多多商家后台 › 发货管理 › 订单查询 › 批量导出"),
        _way("settlement", "拼多多商家后台 › 资金中心 › 货款账户 › 账单下载"),
    ),
    "douyin": (
        _way("orders", "抖店 › 订单 › 订单管理 › 导出"),
        _way("refunds", "抖店 › 售后 › 售后工作台 › 导出"),
        _way("settlement", "抖店 › 资金 › 账单 › 结算账单、资金明细 › 下载"),
    ),
    "kuaishou": (
        _way("orders", "快手小店 › 订单 › 订单查询 › 导出"),
        _way("settlement", "快手小店 › 资金 › 货款结算、账户动账 › 导出"),
    ),
    "xiaohongshu": (
        _way("orders", "千帆 › 订单 › 订单查询 › 导出"),
        _way("refunds", "千帆 › 售后 › 售后管理 › 导出"),
        _way("settlement", "千帆 › 资金 › 货款结算 › 导出明细"),
    ),
    "wechat": (
        _way("orders", "微信小店 › 订单 › 订单管理 › 导出"),
        _way("settlement", "微信小店 › 资金 › 资金流水 › 下载"),
    ),
    "shopify": (
        _way("orders", "Shopify admin › Orders › Export › All orders, CSV"),
        _way("settlement", "Shopify admin › Finances › Payouts › Export"),
    ),
    "woocommerce": (_way("orders", "WooCommerce › Orders › Export, or Analytics › Orders › Download"),),
    "amazon": (
        _way("orders", "Seller Central › Orders › Order Reports › All Orders"),
        _way("settlement", "Seller Central › Payments › Reports Repository › Settlement report (flat file)"),
    ),
    "shopee": (
        _way("orders", "Seller Centre › My Orders › Export › All"),
        _way("settlement", "Seller Centre › Finance › My Income › Export"),
    ),
    "lazada": (
        _way("orders", "Seller Center › Orders › Export"),
        _way("settlement", "Seller Center › Finance › Income Overview › Export"),
    ),
    "tiktok": (_way("orders", "Seller Center › Orders › Manage orders › Export"),),
    "other": (),
}


def ways(channel: str) -> tuple[Way, ...]:
    """The exports of a channel that this system reads; none for one without a back office of its own."""
    return WAYS.get(channel, ())


def way(channel: str, kind: str) -> Way | None:
    """The export that brings one kind of file, or None when the channel has none that is read."""
    return next((w for w in ways(channel) if w.kind == kind), None)
