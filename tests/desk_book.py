"""A small book for the first page: two shops filled through the real import, with days around the present."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.processes.importing.contracts import ImportResult
from zhanggui.processes.importing.operations import import_file

SHANGHAI = ZoneInfo("Asia/Shanghai")
COLUMNS = [
    "商品", "订单号", "订单状态", "商品总价(元)", "邮费(元)", "店铺优惠折扣(元)", "平台优惠折扣(元)",
    "多多支付立减金额(元)", "用户实付金额(元)", "商家实收金额(元)", "商品数量(件)", "支付时间", "承诺发货时间",
    "发货时间", "商品id", "商品规格", "样式ID", "收货人", "手机", "售后状态", "快递单号",
]  # fmt: skip
#: What a masked buyer's name is in the file; nobody may find an order by it.
BUYER = "欧阳不寻"


@dataclass(frozen=True)
class Sold:
    """One order of the file. Amounts in yuan; ``due`` in hours from now, None: no deadline."""

    number: str
    day: int
    paid: int = 10
    state: str = "已收货"
    due: float | None = None
    shipped: float | None = None
    refund: str = "无售后或售后取消"
    title: str = "云栖 记忆棉护颈枕"
    waybill: str = ""


def noon(days_ago: int, now: datetime) -> datetime:
    """Noon of a business day of the shops."""
    day = now.astimezone(SHANGHAI).date() - timedelta(days=days_ago)
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def export(rows: list[Sold], now: datetime) -> bytes:
    """The rows as a Pinduoduo order export."""

    def local(moment: datetime) -> str:
        return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"

    sink = io.StringIO()
    out = csv.DictWriter(sink, COLUMNS, restval="")
    out.writeheader()
    for row in rows:
        amount = f"{row.paid}.00"
        out.writerow(
            {
                "商品": row.title, "订单号": row.number, "订单状态": row.state, "商品总价(元)": amount, "邮费(元)": "0",
                "店铺优惠折扣(元)": "0", "平台优惠折扣(元)": "0", "多多支付立减金额(元)": "0",
                "用户实付金额(元)": amount,
                "商家实收金额(元)": amount, "商品数量(件)": "1", "支付时间": local(noon(row.day, now)),
                "承诺发货时间": "" if row.due is None else local(now + timedelta(hours=row.due)),
                "发货时间": "" if row.shipped is None else local(now + timedelta(hours=row.shipped)),
                "商品id": "750000000000", "商品规格": "白色", "样式ID": "1500000000000", "收货人": BUYER,
                "手机": "13800001234", "售后状态": row.refund, "快递单号": row.waybill,
            }
        )  # fmt: skip
    return sink.getvalue().encode("utf-8-sig")


def bring(
    folder: Path,
    shop: str,
    rows: list[Sold],
    now: datetime,
    *,
    seen: datetime | None = None,
    channel: str = "pinduoduo",
) -> ImportResult:
    """Import the rows into ``shop``; the file says that it was exported at ``seen`` (now when not given)."""
    stamp = (seen or now).astimezone(SHANGHAI)
    path = folder / f"orders_export{stamp:%Y-%m-%d-%H-%M-%S}.csv"
    path.write_bytes(export(rows, now))
    return import_file(path=path, shop_name=shop, channel=channel)


EAST, WEST = "东边拼多多店", "西边拼多多店"


@dataclass(frozen=True)
class Book:
    now: datetime
    east: ShopInfo
    west: ShopInfo


def make(folder: Path) -> Book:
    """East: yesterday 3 orders (30 yuan, one refunded), the day before 2 (40 yuan); one order overdue, one due in two
    hours, one of an unknown state. West: yesterday one order of 500 yuan and nothing to do."""
    now = datetime.now(UTC).replace(microsecond=0)
    east = accounts.create_shop(name=EAST, channel="pinduoduo")
    west = accounts.create_shop(name=WEST, channel="pinduoduo")
    done = bring(
        folder,
        EAST,
        [
            Sold("261101-100000000000001", 1, 10, "待发货", due=-3, waybill=""),
            Sold("261101-100000000000002", 1, 5, "已签收，退款成功", refund="退款成功"),
            Sold("261101-100000000000003", 1, 15, "已发货，待收货", due=-30, shipped=-40, waybill="YT7700112233"),
            Sold("261031-100000000000004", 2, 20, "待发货", due=2),
            Sold("261031-100000000000005", 2, 20, "待补寄"),
        ],
        now,
    )
    assert done.error is None, done.error
    done = bring(folder, WEST, [Sold("261101-900000000000001", 1, 500, title="西边独有的砂锅")], now)
    assert done.error is None, done.error
    return Book(now, east, west)
