"""A large Taobao item list: written once, parsed bare. Shared by the ledger benchmarks; not a test."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

HEADERS = (
    "子订单编号,主订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,联系方式备注,订单状态,商家编码,支付单号,"
    "买家应付货款,买家实际支付金额,退款状态,退款金额,订单创建时间,订单付款时间,商品id,商家备注,主订单买家留言,发货时间,"
    "物流单号,物流公司"
)
STATES = {
    "交易成功": "completed",
    "卖家已发货，等待买家确认": "shipped",
    "买家已付款，等待卖家发货": "paid",
    "等待买家付款": "created",
    "交易关闭": "refunded",
}
_WORDS = ("春季", "新款", "连衣裙", "收纳盒", "保温杯", "蓝牙耳机", "儿童", "加厚", "纯棉", "四件套", "防水", "登山包",
          "便携", "折叠", "不锈钢", "家用", "轻奢", "复古")  # fmt: skip


def write(path: Path, rows: int, seed: int = 7) -> None:
    """``rows`` sub-orders in file order of an export: newest order first, GB18030, every id wrapped as text."""
    rnd = random.Random(seed)
    goods = [
        (str(600_000_000_000 + n), " ".join(rnd.sample(_WORDS, 6)) + f" {n}", f"P{n:05d}", rnd.randint(990, 49_900))
        for n in range(4_000)
    ]
    moment = datetime(2026, 10, 31, 23, 59, tzinfo=UTC)
    serial = 4_000_000_000_000_000_000
    status_names, weights = list(STATES), (80, 8, 4, 3, 5)
    with path.open("w", encoding="gb18030", newline="") as file:
        file.write(HEADERS + "\r\n")
        done = 0
        while done < rows:
            moment -= timedelta(seconds=rnd.randint(1, 60))
            serial -= rnd.randint(1, 9_000_000)
            count = min(rnd.choices((1, 2, 3, 5), (82, 11, 5, 2))[0], rows - done)
            status = rnd.choices(status_names, weights)[0]
            paid = "" if status == "等待买家付款" else f"{moment + timedelta(seconds=90):%Y-%m-%d %H:%M:%S}"
            gone = status in ("交易成功", "卖家已发货，等待买家确认")
            for n in range(count):
                number, title, code, price = rnd.choice(goods)
                qty = rnd.choices((1, 2, 3), (90, 8, 2))[0]
                due = price * qty - rnd.randint(0, 200)
                back = due if status == "交易关闭" else 0
                colour = rnd.choice(("黑色", "白色", "雾蓝"))
                own = serial if count == 1 else serial + n + 1
                file.write(
                    f'"=""{own}""","=""{serial}""",{title},{price / 100:.2f},{qty},'
                    f"{code},颜色分类：{colour};尺码：{rnd.choice('SMLX')},null,"
                    f"{'留言 ' + str(done) if rnd.random() < 0.03 else 'null'},{status},{code}-{colour},"
                    f"2026{serial},{due / 100:.2f},{(due - back) / 100 if paid else 0:.2f},"
                    f"{'退款成功' if back else '没有申请退款'},{f'{back / 100:.2f}' if back else '无退款申请'},"
                    f"{moment:%Y-%m-%d %H:%M:%S},{paid},{number},,"
                    f"{'请尽快发货' if rnd.random() < 0.04 else ''},"
                    f"{f'{moment + timedelta(hours=20):%Y-%m-%d %H:%M:%S}' if gone else ''},"
                    f"{f'No:SF{serial % 10**12}' if gone else 'null'},{'顺丰速运' if gone else ''}\r\n"
                )
                done += 1


def _minor(name: str) -> pl.Expr:
    return (pl.col(name).cast(pl.Decimal(16, 2), strict=False) * 100).cast(pl.Int64)


def _utc(name: str) -> pl.Expr:
    naive = pl.col(name).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    return naive.dt.offset_by("-8h").dt.replace_time_zone("UTC")


#: Bytes read at a time: about a bite of rows. Line ends are never part of a GB18030 character.
_BLOCK = 17 * 1024 * 1024


def _blocks(path: Path) -> Iterator[pl.DataFrame]:
    with path.open("rb") as file:
        names = file.readline().decode("gb18030").strip().split(",")
        rest = b""
        while block := file.read(_BLOCK):
            head, end, tail = (rest + block).rpartition(b"\r\n")
            rest = tail
            text = (head + end).decode("gb18030").encode()
            yield pl.read_csv(text, has_header=False, new_columns=names, infer_schema=False, null_values=["null", ""])


def parse(path: Path) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """(orders, lines) in canonical columns, a bite at a time, in the barest way Polars offers."""
    row, held = 2, None
    for raw in _blocks(path):
        raw = pl.concat([held, raw]) if held is not None else raw
        same = raw["主订单编号"] == raw["主订单编号"][-1]
        keep = len(raw) - int(same.reverse().arg_min() or 0)
        held, raw = raw[keep:], raw[:keep]
        yield _canonical(raw, row)
        row += len(raw)
    if held is not None and len(held):
        yield _canonical(held, row)


def _canonical(raw: pl.DataFrame, first_row: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    paid, back = _minor("买家实际支付金额"), _minor("退款金额")
    lines = raw.select(
        line_no=pl.col("子订单编号").str.strip_chars('="'),
        order_no=pl.col("主订单编号").str.strip_chars('="'),
        product_no=pl.col("商品id"),
        outer_product_code=pl.col("外部系统编号"),
        outer_sku_code=pl.col("商家编码"),
        title=pl.col("标题"),
        sku_text=pl.col("商品属性"),
        qty=pl.col("购买数量").cast(pl.Int64),
        unit_price=_minor("价格"),
        line_amount=_minor("价格") * pl.col("购买数量").cast(pl.Int64),
        line_discount_merchant=_minor("价格") * pl.col("购买数量").cast(pl.Int64) - _minor("买家应付货款"),
        line_paid=paid + back.fill_null(0),
        line_receivable=paid + back.fill_null(0),
        status=pl.col("订单状态").replace_strict(STATES),
        status_raw=pl.col("订单状态"),
        refund_state_raw=pl.col("退款状态"),
        refunded_amount=back,
        carrier=pl.col("物流公司"),
        waybill=pl.col("物流单号").str.strip_prefix("No:"),
        shipped_at=_utc("发货时间"),
        created_at=_utc("订单创建时间"),
        paid_at=_utc("订单付款时间"),
        due=_minor("买家应付货款"),
        buyer_note=pl.col("主订单买家留言"),
        row=pl.int_range(pl.len()) + first_row,
    )
    orders = lines.group_by("order_no", maintain_order=True).agg(
        pl.col("row").first(),
        pl.col("created_at").first(),
        pl.col("paid_at").first(),
        pl.col("status_raw").first(),
        pl.col("shipped_at").max(),
        pl.col("title").first(),
        pl.col("qty").sum(),
        pl.col("buyer_note").first(),
        goods_list_amount=pl.col("line_amount").sum(),
        goods_amount=pl.col("due").sum(),
        buyer_paid=pl.col("line_paid").sum(),
        merchant_receivable=pl.col("line_receivable").sum(),
        refunded_amount=pl.col("refunded_amount").fill_null(0).sum(),
        currency=pl.lit("CNY"),
    )
    return orders, lines.drop("created_at", "paid_at", "due", "buyer_note")
