"""A whole simulated merchant through the whole import: the ledgers say what ``expected.json`` says, to the cent.

``expected.json`` is counted from the simulated orders while the files are written, by code that knows no reader; the
ledgers are asked through what everybody may use: exports and day totals. No difference is excused.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ledger_exports import counted, exported, total, undone
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.kernel import records
from zhanggui.processes.importing.contracts import ImportResult
from zhanggui.processes.importing.operations import import_file
from zhanggui.trade.channels.sample import generate
from zhanggui.trade.orders import queries as orders

pytestmark = [pytest.mark.data, pytest.mark.django_db]

DAYS, END = 21, date(2026, 6, 30)
#: kind of a file in the manifest → kind the reader recognises it as
KINDS = {"orders": "orders", "items": "order_items", "refunds": "refunds", "settlement": "settlement",
         "ledger": "ledger", "visits": "visits", "ads": "ads"}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A written sample: where it is, what it holds, what it must add up to."""

    folder: Path
    manifest: dict[str, Any]
    expected: dict[str, Any]

    @property
    def files(self) -> list[dict[str, Any]]:
        return sorted(self.manifest["files"], key=lambda file: str(file["path"]))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """``sample(seed, orders)``: the same arguments give the same folder."""
    made: dict[tuple[int, int], Sample] = {}

    def make(seed: int, count: int) -> Sample:
        if (seed, count) not in made:
            folder = tmp_path_factory.mktemp(f"sample-{seed}")
            generate.write_all(folder, seed=seed, days=DAYS, orders=count, end=END)
            read = [json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("manifest", "expected")]
            made[seed, count] = Sample(folder, *read)
        return made[seed, count]

    return make


def open_shops(sample: Sample) -> dict[str, int]:
    return {
        shop["name"]: accounts.ensure_shop(
            name=shop["name"], channel=shop["channel"], currency=shop["currency"], zone=shop["zone"]
        ).id
        for shop in sample.manifest["shops"]
    }


def bring(sample: Sample, file: dict[str, Any]) -> ImportResult:
    result = import_file(path=sample.folder / file["path"], shop_name=file["shop"])
    assert result.error is None, file["path"]
    return result


def told(shop_id: int) -> dict[str, Any]:
    """What the ledgers say of a shop, in the words of ``expected.json``."""
    book, lines, refunds, money, seen, adverts = (exported(table, shop_id) for table in records.TABLES)
    paid = book.filter(pl.col("paid_at").is_not_null())
    entries = money.group_by("book", "subject").agg(pl.col("amount").cast(pl.Int64).sum()).sort("book", "subject")
    settlement: dict[str, dict[str, int]] = {}
    for kind, subject, amount in entries.iter_rows():
        settlement.setdefault(kind, {})[subject] = amount
    return {
        "orders": len(book),
        "lines": len(lines),
        "qty": total(book, "qty"),
        "paid_orders": len(paid),
        "paid_amount": total(paid, "buyer_paid"),
        "refunded_amount": total(book, "refunded_amount"),
        "orders_by_state": counted(book["status"]),
        "lines_by_state": counted(lines["status"]),
        "buyers": book["buyer_ref"].drop_nulls().n_unique() or None,
        "refunds": len(refunds),
        "refund_success_amount": total(refunds.filter(pl.col("state") == "success"), "refund_to_buyer"),
        "settlement": settlement,
        "visits": people_by_day(seen),
        "ads": adverts_by_day(adverts),
    }


def people_by_day(seen: pl.DataFrame) -> dict[str, dict[str, int | None]]:
    """What the platform's own totals of each day say."""
    if seen.is_empty():
        return {}
    days = seen.filter((pl.col("level") == "shop") & (pl.col("device") == "all")).sort("day")
    names = ("visitors", "views", "pay_buyers", "paid_amount")
    return {str(day): dict(zip(names, cells, strict=True)) for day, *cells in days.select("day", *names).iter_rows()}


def adverts_by_day(adverts: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Spend and what it brought, each thing advertised once."""
    names = ("spend", "clicks", "impressions", "attributed_amount")
    if adverts.is_empty():
        return {}
    days = adverts.filter(pl.col("counts")).group_by("day").agg(pl.col(n).sum() for n in names).sort("day")
    return {str(day): dict(zip(names, cells, strict=True)) for day, *cells in days.iter_rows()}


def told_by_day(shop_ids: Iterable[int]) -> dict[tuple[int, str, str], dict[str, int]]:
    """(shop, day, currency) → paid orders and amount; days without a paid order are absent."""
    found = orders.day_totals(shop_ids=frozenset(shop_ids), first=date(2026, 5, 1), last=date(2026, 7, 31))
    assert not any(day.amount_unknown for day in found)
    return {
        (d.shop_id, d.day.isoformat(), d.currency): {"paid_orders": d.paid_orders, "paid_amount": d.paid_amount or 0}
        for d in found
    }


def refused(result: ImportResult) -> list[tuple[int, str]]:
    """(row, column) of every refused row, as the file of refused rows lists them."""
    if result.rejects_file is None:
        return []
    with Path(result.rejects_file).open(encoding="utf-8-sig", newline="") as file:
        return sorted((int(row["row"]), row["column"]) for row in csv.DictReader(file))


@pytest.mark.parametrize(("seed", "count"), [(1, 150), (7, 60)])
def test_totals_of_every_shop_day_and_channel_agree(sample: Any, seed: int, count: int) -> None:
    made: Sample = sample(seed, count)
    shops = open_shops(made)
    for file in made.files:
        bring(made, file)
    by_day = told_by_day(shops.values())
    by_channel: dict[str, dict[str, dict[str, int]]] = {}
    for name, truth in made.expected["shops"].items():
        mine = {day: sums for (shop, day, _), sums in by_day.items() if shop == shops[name]}
        found = told(shops[name]) | {"days": mine}
        assert found == {key: truth[key] for key in found}, name
    for channel, truth in made.expected["channels"].items():
        for shop in made.manifest["shops"]:
            if shop["channel"] == channel:
                for (shop_id, day, currency), sums in by_day.items():
                    if shop_id == shops[shop["name"]]:
                        known = by_channel.setdefault(channel, {}).setdefault(
                            f"{day} {currency}", {"paid_orders": 0, "paid_amount": 0}
                        )
                        for key, value in sums.items():
                            known[key] += value
        assert by_channel[channel] == truth["days"], channel


def test_totals_of_every_file_taken_alone_agree(sample: Any) -> None:
    made: Sample = sample(5, 50)
    for file in made.files:
        truth = made.expected["files"][file["path"]]
        with undone():
            shop = open_shops(made)[file["shop"]]
            result = bring(made, file)
            assert result.kind == KINDS[file["kind"]], file["path"]
            found = {
                "rows": result.rows_read,
                "accepted": result.accepted,
                "rejected": result.rejected,
                "rejects": refused(result),
                "residuals": result.residuals_total,
                "settlement_entries": result.settlement_entries,
                **told(shop),
                "visits": result.visits,
                "ads": result.ads,
            }
            if truth["spend"] is not None:
                told_here = adverts_by_day(exported("ads", shop)).values()
                assert sum(day["spend"] for day in told_here) == truth["spend"], file["path"]
            truth = {
                **truth,
                "rejects": sorted((r["row"], r["column"]) for r in truth["rejects"]),
                "settlement": {file["kind"]: subjects} if (subjects := truth["settlement_by_subject"]) else {},
            }
            # who bought and how many pieces stands in the report of the shop only
            assert {k: v for k, v in found.items() if k not in ("buyers", "qty")} == {
                key: truth[key] for key in found if key not in ("buyers", "qty")
            }, file["path"]


def ledgers(shop_ids: Sequence[int], *, pointers: bool = True) -> dict[str, list[Any]]:
    """All that the ledgers say, rows in an order of their own; ``pointers`` are the file and row that said it last."""
    return {
        table: sorted(
            repr(row)
            for shop in shop_ids
            for row in exported(table, shop)
            .select(pl.all() if pointers else pl.exclude("source_file", "source_row"))
            .iter_rows()
        )
        for table in records.TABLES
    }


def test_the_order_in_which_files_are_brought_makes_no_difference(sample: Any) -> None:
    made: Sample = sample(3, 40)
    shuffled = random.Random(11).sample(made.files, len(made.files))
    found = []
    for sequence in (made.files, made.files[::-1], shuffled):
        with undone():
            shops = open_shops(made)
            for file in sequence:
                bring(made, file)
            # an order list and an item list of the same second may both be named as the source of a line
            found.append(ledgers(list(shops.values()), pointers=False))
    assert all(found[0][table] for table in records.TABLES)
    for other in found[1:]:
        for table, rows in found[0].items():
            assert [pair for pair in zip(rows, other[table], strict=True) if pair[0] != pair[1]] == [], table


def test_bringing_every_file_again_changes_nothing(sample: Any) -> None:
    made: Sample = sample(3, 40)
    shops = list(open_shops(made).values())
    for file in made.files:
        bring(made, file)
    once = ledgers(shops)
    for file in made.files[::-1]:
        again = bring(made, file)
        assert (again.orders_new, again.orders_updated, again.lines_new, again.lines_updated) == (0, 0, 0, 0)
        assert (again.refunds_new, again.settlement_new) == (0, 0)
        assert (again.visits_new, again.visits_updated, again.ads_new, again.ads_updated) == (0, 0, 0, 0)
    assert ledgers(shops) == once
