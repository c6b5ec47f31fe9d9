"""Douyin shop: order export (long form, 75-column variant), after-sale list, wallet movements, settlement bill."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final

from zhanggui.trade.channels.sample.layouts.douyin.money import (
    AFTERSALE,
    BILL,
    WALLET,
    aftersales,
    bill,
    wallet,
    withdraw,
)
from zhanggui.trade.channels.sample.layouts.douyin.rows import ORDERS, ORDERS_75, order_rows
from zhanggui.trade.channels.sample.sheets import FileSpec, Form
from zhanggui.trade.channels.sample.truth import Plan, Traits

TRAITS: Final = Traits(
    merchant=250,
    platform=200,
    creator=150,
    payment=80,
    coupons=(200, 300, 500, 1000),
    presale=20,
    gift=30,
    part_refunds=False,
)
SHOPS: Final = (("花间抖音小店", TRAITS), ("青屿抖音小店", TRAITS))


def _file_name(at: datetime) -> str:
    """Unix seconds of the export moment (the platform's clock is UTC+8) and a hash-like tail."""
    seconds = int((at - datetime(1970, 1, 1)).total_seconds()) - 8 * 3600  # noqa: DTZ001
    return f"{seconds}_{seconds * 2654435761 % 2**64:016x}"


def specs(plan: Plan) -> list[FileSpec]:
    first, end = plan.moments[0], plan.moments[-1]
    since = first - (first - datetime.combine(plan.first_day, time())) / 2
    quirks = ("leading_tabs", "dash_is_empty", "cipher_receiver", "done_but_refunded", "damaged_ids")
    orders: dict[str, Any] = {
        "grain": "both",
        "rows": order_rows,
        "damage": ("主订单编号", "子订单编号"),
        "quirks": quirks,
    }
    money: dict[str, Any] = {"encoding": "utf-8-sig", "quote": "needed", "empty": "-"}
    if plan.shop == SHOPS[1][0]:
        return [
            FileSpec(
                _file_name(end),
                "orders",
                "douyin.orders.75",
                Form(ORDERS_75, encoding="utf-8-sig", quote="all", empty="-"),
                end,
                **orders,
            )
        ]
    form = Form(ORDERS, encoding="utf-8-sig", quote="needed", empty="-")
    notes = ("合计", *("-" for _ in BILL[1:]))
    return [
        FileSpec(_file_name(first), "orders", "douyin.orders", form, first, **orders),
        FileSpec(_file_name(end), "orders", "douyin.orders", form, end, since=since, **orders),
        FileSpec(
            f"售后单_{end:%Y%m%d%H%M%S}",
            "refunds",
            "douyin.aftersale",
            Form(AFTERSALE, **money),
            end,
            events=aftersales,
            quirks=("leading_tabs", "dash_is_empty", "fullwidth_brackets"),
        ),
        FileSpec(
            f"结算账单_{end:%Y%m%d}",
            "settlement",
            "douyin.bill",
            Form(BILL, after_header=(notes,), **money),
            end,
            events=bill,
            quirks=("notes_row_before_data", "wide_rows"),
        ),
        FileSpec(
            f"资金明细_{end:%Y%m%d}",
            "ledger",
            "douyin.wallet",
            Form(WALLET, **money),
            end,
            events=wallet,
            withdraw=withdraw,
            quirks=("amount_always_positive", "old_spelling_of_header", "transfers"),
        ),
    ]
