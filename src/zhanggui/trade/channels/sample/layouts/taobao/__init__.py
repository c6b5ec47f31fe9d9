"""Taobao/Tmall: order list, item list, refund list, Alipay ledger, each in the layouts of several years."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final

from zhanggui.trade.channels.sample.layouts.taobao.columns import (
    BLANK_AFTER,
    ITEMS_2018,
    ITEMS_2019,
    ITEMS_2024,
    ITEMS_2025,
    ORDERS_2012,
    ORDERS_2018,
    ORDERS_2020,
    ORDERS_2025,
)
from zhanggui.trade.channels.sample.layouts.taobao.money import money_files
from zhanggui.trade.channels.sample.layouts.taobao.rows import item_cells, order_cells, plain
from zhanggui.trade.channels.sample.sheets import FileSpec, Form
from zhanggui.trade.channels.sample.tally import Seen
from zhanggui.trade.channels.sample.truth import Order, Plan, Traits, with_traits

TRAITS: Final = Traits(merchant=450, presale=25, gift=30)

# --- shops ---------------------------------------------------------------------------------------------------------


def _csv(columns: tuple[str, ...], *, blanks: bool = True) -> Form:
    header = tuple(f"{name} " if blanks and name in BLANK_AFTER else name for name in columns)
    return Form(columns, encoding="gb18030", header=header)


def _order_file(plan: Plan, stem: str, layout: str, form: Form, at: datetime, *, net: bool, **more: Any) -> FileSpec:
    text_only = form.container == "xlsx"

    def rows(order: Order, moment: datetime) -> tuple[list[dict[str, Any]], Seen]:
        cells, seen = order_cells(order, moment, plan.shop, net=net)
        if "退款金额" not in form.columns:
            seen.gap = bool(seen.refunded)
            seen.paid = (seen.paid or 0) - (seen.refunded or 0)
            seen.refunded = None
        return [plain(cells) if text_only else cells], seen

    quirks = (
        ("text_cells",) if text_only else ("formula_ids", "header_blanks", "quote_phone", "null_words", "unit_suffix")
    )
    return FileSpec(
        stem,
        "orders",
        layout,
        form,
        at,
        grain="order",
        rows=rows,
        damage=("订单编号",),
        quirks=(*quirks, "paid_net_of_refunds" if net else "paid_gross", "damaged_ids"),
        **more,
    )


def _item_file(
    stem: str, layout: str, form: Form, at: datetime, *, net: bool, dated: bool = True, **more: Any
) -> FileSpec:
    quirks = ("null_words", "no_waybill_prefix", "fullwidth_colon") + (
        ("paid_net_of_refunds" if net else "paid_gross",) if dated else ()
    )
    return FileSpec(
        stem,
        "items",
        layout,
        form,
        at,
        grain="items",
        quirks=(*quirks, "damaged_ids"),
        rows=lambda order, moment: item_cells(order, moment, net=net, dated=dated),
        damage=("子订单编号", "主订单编号") if dated else ("订单编号",),
        **more,
    )


#: A shop with both lists shows no open refund and no order half shipped at its export moment, so that both agree.
_BOTH: Final = with_traits(TRAITS, open_refunds=False, part_shipped=False)
SHOPS: Final = (
    ("青屿旧岁旗舰店", _BOTH),
    ("云栖家居专营店", TRAITS),
    ("山月零食旗舰店", _BOTH),
    ("花间女装店", TRAITS),
    ("青屿生活馆", _BOTH),
)


def specs(plan: Plan) -> list[FileSpec]:
    first, end = plan.moments[0], plan.moments[-1]
    since = first - (first - datetime.combine(plan.first_day, time())) / 2
    number = f"{end:%Y%m%d%H%M}"
    form: Form
    match [name for name, _ in SHOPS].index(plan.shop):
        case 0:
            return [
                _order_file(plan, f"ExportOrderList{number}", "taobao.orders.2012", _csv(ORDERS_2012), end, net=True),
                _item_file(
                    f"ExportOrderDetailList{number}", "taobao.items.2018", _csv(ITEMS_2018), end, net=True, dated=False
                ),
            ]
        case 1:
            form = _csv(ORDERS_2018)
            return [
                _order_file(plan, f"ExportOrderList{first:%Y%m%d%H%M}", "taobao.orders.2018", form, first, net=True),
                _order_file(plan, f"ExportOrderList{number}", "taobao.orders.2018", form, end, net=True, since=since),
                *money_files(plan, end),
            ]
        case 2:
            return [
                _order_file(plan, f"ExportOrderList{number}", "taobao.orders.2020", _csv(ORDERS_2020), end, net=True),
                _item_file(f"ExportOrderDetailList{number}", "taobao.items.2019", _csv(ITEMS_2019), end, net=True),
            ]
        case 3:
            form = Form(ITEMS_2024, "xlsx", sheet="ExportOrderList", empty="null")
            return [
                _item_file(f"ExportOrderList{first:%Y%m%d%H%M}", "taobao.items.2024", form, first, net=False),
                _item_file(f"ExportOrderList{number}", "taobao.items.2024", form, end, net=False, since=since),
            ]
        case _:
            return [
                _order_file(
                    plan,
                    f"ExportOrderList{number}",
                    "taobao.orders.2025",
                    Form(ORDERS_2025, "xlsx", sheet=f"ExportOrderList{number}"),
                    end,
                    net=False,
                ),
                _item_file(
                    f"ExportOrderDetailList{number}",
                    "taobao.items.2025",
                    Form(ITEMS_2025, "xlsx", sheet=f"ExportOrderDetailList{number}", empty="null"),
                    end,
                    net=False,
                ),
                *money_files(plan, end),
            ]
