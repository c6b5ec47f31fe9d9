"""WooCommerce's order statuses, as slugs (with or without ``wc-``) or as labels."""

from __future__ import annotations

from typing import Final

import polars as pl

from zhanggui.trade.channels.domain.profiles import map_status

#: A completed order has also been shipped; there is no status of its own for goods on their way. Statuses that plugins
#: add stay unknown until somebody maps them.
STATUS: Final = {
    "pending": "created",
    "pending payment": "created",
    "checkout-draft": "created",
    "draft": "created",
    "on-hold": "created",
    "on hold": "created",
    "processing": "paid",
    "completed": "completed",
    "cancelled": "cancelled",
    "canceled": "cancelled",
    "failed": "cancelled",
    "refunded": "refunded",
    "trash": "ignored",
    "bin": "ignored",
    "待付款": "created",
    "等待付款": "created",
    "草稿": "created",
    "保留": "created",
    "处理中": "paid",
    "正在处理": "paid",
    "已完成": "completed",
    "已取消": "cancelled",
    "失败": "cancelled",
    "已退款": "refunded",
    "回收站": "ignored",
}
#: Statuses an order has only once it is paid (cash on delivery excepted).
PAID: Final = ("paid", "completed", "refunded")


def with_status(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with ``status`` from ``status_raw``, without orders in the bin."""
    slug = pl.col("status_raw").str.to_lowercase().str.strip_prefix("wc-").alias("_slug")
    mapped = frame.with_columns(slug).with_columns(status=map_status("_slug", STATUS))
    return mapped.filter(pl.col("status") != "ignored")


def is_on_hold() -> pl.Expr:
    return pl.col("_slug").is_in(["on-hold", "on hold", "保留"])
