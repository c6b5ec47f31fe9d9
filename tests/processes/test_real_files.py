"""Published data sets and real export files through the whole import: the ledgers say what the publishers say.

The figures of the data sets are those their publishers' files add up to, counted with other tools.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ledger_exports import counted, exported, total, undone
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.kernel.records import TABLES
from zhanggui.processes.importing.contracts import ImportResult
from zhanggui.processes.importing.operations import import_file
from zhanggui.trade.settlement import queries as settlement

pytestmark = [pytest.mark.data, pytest.mark.django_db]


def bring(path: Path, *, shop: str = "店", channel: str) -> tuple[ImportResult, int]:
    result = import_file(path=path, shop_name=shop, channel=channel)
    assert result.error is None
    assert result.shop_id is not None
    assert result.rows_read == result.accepted + result.rejected
    return result, result.shop_id


def ledger(shop_id: int) -> dict[str, list[Any]]:
    """Everything the ledgers say of a shop, but not which file said it."""
    return {
        table: sorted(map(repr, exported(table, shop_id).select(pl.exclude("source_file")).iter_rows()))
        for table in TABLES
    }


def test_tmall_report_of_2020_in_either_encoding(public_data: Path) -> None:
    folder = public_data / "orders" / "tmall_2020_02"
    found = []
    for name, encoding in (("tmall_order_report.csv", "utf-8"), ("tmall_order_report_gbk.csv", "gb18030")):
        with undone():
            result, shop = bring(folder / name, channel="taobao")
            assert (result.encoding, result.rows_read, result.rejected, result.residuals_total) == (
                encoding, 27_710, 0, 0,
            )  # fmt: skip
            orders = exported("orders", shop)
            assert len(orders) == 27_710
            # the published sum is what stayed with the shop
            assert total(orders, "buyer_paid") - total(orders, "refunded_amount") == 188_292_458
            assert orders["paid_at"].null_count() == 3_872
            assert (orders["refunded_amount"].cast(pl.Int64) > 0).sum() == 5_592
            # 8,960 rows show 0 paid: those without pay time, and those whose whole payment went back
            kept = orders.select(pl.col("buyer_paid").cast(pl.Int64) - pl.col("refunded_amount").cast(pl.Int64))
            assert (kept.to_series() == 0).sum() == 8_960
            found.append(ledger(shop))
    assert found[0] == found[1]


RETAIL = "orders/online_retail/online_retail_to_2011-09-30"


@pytest.mark.parametrize("ending", [".csv.gz", ".parquet"])
def test_online_retail(public_data: Path, ending: str) -> None:
    raw = pl.read_parquet(public_data / f"{RETAIL}.parquet")
    result, shop = bring(public_data / f"{RETAIL}{ending}", channel="other")
    assert (result.profile, result.rows_read, result.rejected) == ("online-retail", 370_931, 0)
    orders, lines, refunds = (exported(table, shop, clear=False) for table in ("orders", "lines", "refunds"))
    assert len(refunds) == 6_652
    assert len(lines) == 370_931 - 6_652
    # Σ quantity × price, sales and write-offs less cancellations, in pence
    assert total(lines, "line_amount") - total(refunds, "refund_to_buyer") == 678_161_900
    assert len(orders) + refunds["state_raw"].n_unique() == 18_786
    assert set(orders["currency"]) == {"GBP"}
    sold = raw.filter(~pl.col("InvoiceNo").str.starts_with("C"))
    assert orders["receiver_country"].n_unique() == sold["Country"].n_unique()
    assert raw["Country"].n_unique() == 37
    everybody = exported("orders", shop)["buyer_ref"].drop_nulls()
    assert everybody.n_unique() == sold["CustomerID"].drop_nulls().n_unique()


def test_olist_orders_items_and_payments_in_any_order(public_data: Path) -> None:
    names = ["olist_orders_dataset.csv", "olist_order_items_dataset.csv", "olist_order_payments_dataset.csv"]
    found = []
    for sequence in (names, names[::-1]):
        with undone():
            for name in sequence:
                result, shop = bring(public_data / "orders" / "olist" / name, channel="other")
                assert result.rejected == 0, name
            orders, lines = exported("orders", shop, clear=False), exported("lines", shop)
            assert counted(orders["status_raw"]) == {
                "canceled": 23, "delivered": 13_486, "invoiced": 9, "processing": 14, "shipped": 39, "unavailable": 17,
            }  # fmt: skip
            assert "unknown" not in set(orders["status"])
            assert len(lines) == 15_566
            assert (total(lines, "line_amount"), total(lines, "line_freight_share")) == (188_589_664, 31_159_720)
            assert total(orders, "buyer_paid") == 220_386_257
            assert orders["buyer_paid"].null_count() == 0
            found.append(ledger(shop))
    assert found[0] == found[1]


def test_real_taobao_item_list(channel_samples: Path) -> None:
    result, shop = bring(channel_samples / "taobao" / "ExportOrderList_items_2024.xlsx", channel="taobao")
    assert (result.profile, result.rejected, result.residuals_total) == ("taobao-items", 0, 0)
    orders, lines = exported("orders", shop), exported("lines", shop)
    assert (len(lines), len(orders)) == (result.accepted, lines["order_no"].n_unique())
    assert (total(lines, "line_amount"), total(lines, "line_paid"), total(orders, "buyer_paid")) == (
        806_600, 696_200, 696_200,
    )  # fmt: skip
    # an order of one line shares its number with it, an order of several does not
    per_order = lines.group_by("order_no").agg(pl.len(), same=(pl.col("line_no") == pl.col("order_no")).any())
    assert per_order.filter((pl.col("len") == 1) != pl.col("same")).is_empty()


@pytest.mark.parametrize(
    ("name", "orders", "lines", "currency"),
    [("orders_export_inr_multiline.csv", 51, 121, "INR"), ("orders_export_bdt_cod.csv", 5, 6, "BDT")],
)
def test_real_shopify_orders(channel_samples: Path, name: str, orders: int, lines: int, currency: str) -> None:
    raw = pl.read_csv(channel_samples / "shopify" / name, infer_schema=False).filter(pl.col("Total").is_not_null())
    _, shop = bring(channel_samples / "shopify" / name, channel="shopify")
    book, articles = exported("orders", shop), exported("lines", shop)
    assert (len(book), len(articles), set(book["currency"])) == (orders, lines, {currency})
    stated = int(raw["Total"].cast(pl.Decimal(12, 2)).sum() * 100)
    assert (
        total(book, "goods_amount")
        - total(book, "merchant_discount")
        + total(book, "freight_amount")
        + total(book, "tax_amount")
        == stated
    )


@pytest.mark.parametrize(
    ("name", "currency", "released", "entries"),
    [
        ("settlement_v1_cad.txt", "CAD", 101_608, 153),
        ("settlement_v1_cad_small.txt", "CAD", -6_231, 15),
        ("settlement_v2_synthetic.txt", "USD", 58_289, 23),
    ],
)
def test_amazon_settlements_add_up_to_what_was_released(
    channel_samples: Path, name: str, currency: str, released: int, entries: int
) -> None:
    result, shop = bring(channel_samples / "amazon" / name, channel="amazon")
    assert result.settlement_new == entries
    money = exported("settlement", shop)
    assert (total(money, "amount"), set(money["currency"]), set(money["book"])) == (
        released, {currency}, {"settlement"},
    )  # fmt: skip
    orders = money["order_no"].drop_nulls().unique().to_list()
    shops = frozenset({shop})
    per_order = [settlement.settlement_of_order(shop_ids=shops, shop_id=shop, order_no=no) for no in orders]
    moves = money.filter(pl.col("order_no").is_not_null() & ~pl.col("subject").str.starts_with("transfer_"))
    assert sum(found[0].net for found in per_order if found) == total(moves, "amount")


def test_every_sample_file_is_taken_or_says_why_not(channel_samples: Path) -> None:
    """Advert reports are neither orders nor money: they wait for a mapping, and nothing else does."""
    channels = {"wechat-shop": "wechat"}
    left = []
    for path in sorted(p for p in channel_samples.rglob("*") if p.is_file() and p.suffix != ".md"):
        code = channels.get(path.parent.name, path.parent.name)
        accounts.ensure_shop(name=f"{code} shop", channel=code)
        result = import_file(path=path, shop_name=f"{code} shop")
        if result.error is not None:
            left.append((path.name, result.error["code"], result.waiting_id is not None or result.file_id is not None))
    assert left == [
        ("ads_product_day_synthetic.xlsx", "unknown_layout", True),
        ("商品报表_20260701_110309.csv", "unknown_layout", True),
    ]
