"""Counting and stock files: differences, never levels; what looks wrong is stopped until somebody says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from stock_book import at, pool, shelf
from zhanggui.supply.inventory import operations as stock
from zhanggui.supply.inventory import queries
from zhanggui.supply.inventory.models import Movement
from zhanggui.supply.inventory.reading import BadTable, TableRow, read

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def rows(*levels: tuple[str, str]) -> list[TableRow]:
    return [TableRow(n, {"sku": sku, "qty": qty}) for n, (sku, qty) in enumerate(levels, 2)]


def test_a_blind_count_posts_the_difference_of_its_own_moment() -> None:
    shelf({"A": 10, "B": 4})
    count = stock.open_count(place="MAIN", now=at(1))
    assert {r.book for r in queries.count_rows(count)} == {None}
    stock.record_count(count_id=count, sku="A", qty="9", now=at(2))
    stock.ship_order(order_ref="o1", lines={"A": 3}, now=at(3))  # leaves after it was counted
    assert {r.book for r in queries.count_rows(count)} == {None}  # blind until it is posted
    stock.post_count(count_id=count, now=at(4))
    assert pool("A") == (6, 0)
    assert pool("B") == (4, 0)  # not counted is not zero
    assert {(r.sku, r.difference) for r in queries.count_rows(count)} == {("A", -1), ("B", None)}
    with pytest.raises(stock.CountClosed):
        stock.post_count(count_id=count, now=at(5))
    assert queries.verify().ok


@pytest.mark.parametrize("qty", ["-1", "1.5", "", "viele"])
def test_nothing_is_counted_below_zero_or_in_halves(qty: str) -> None:
    shelf({"A": 10})
    count = stock.open_count(place="MAIN", now=at(1))
    with pytest.raises(stock.Stopped):
        stock.record_count(count_id=count, sku="A", qty=qty, now=at(2))


def test_a_count_that_empties_the_house_is_approved_by_somebody_else() -> None:
    shelf(dict.fromkeys("ABCD", 5))
    count = stock.open_count(place="MAIN", now=at(1))
    for sku in "ABCD":
        stock.record_count(count_id=count, sku=sku, qty="0", actor_id=1, now=at(2))
    with pytest.raises(stock.Stopped) as stopped:
        stock.post_count(count_id=count, actor_id=2, now=at(3))
    assert [o.code for o in stopped.value.objections] == ["half_to_zero"]
    with pytest.raises(stock.SamePerson):
        stock.post_count(count_id=count, approve=True, actor_id=1, now=at(3))
    assert stock.post_count(count_id=count, approve=True, actor_id=2, now=at(3)).new == 4


def test_a_stock_file_shows_what_it_would_do_and_then_does_exactly_that() -> None:
    shelf({"A": 10})
    given = rows(("A", "7"), ("NEW", "3"))
    plan = stock.plan_levels(rows=given)
    assert [(r.sku, r.difference) for r in plan.rows] == [("A", -3), ("NEW", 3)]
    assert plan.new_skus == ("NEW",)
    assert not Movement.objects.filter(reason="opening").exists()
    done = stock.apply_levels(rows=given, token=plan.token, source="f.csv", now=at(1))
    assert (done.new, pool("A"), pool("NEW")) == (2, (7, 0), (3, 0))
    assert set(Movement.objects.exclude(reason="receipt").values_list("reason", flat=True)) == {"count", "opening"}


def test_a_plan_made_over_another_book_is_refused() -> None:
    shelf({"A": 10})
    given = rows(("A", "7"))
    plan = stock.plan_levels(rows=given)
    stock.ship_order(order_ref="o1", lines={"A": 1}, now=at(1))
    with pytest.raises(stock.WorldMoved):
        stock.apply_levels(rows=given, token=plan.token, source="f.csv", now=at(2))
    assert pool("A") == (9, 0)


def test_a_file_that_would_empty_half_the_catalogue_needs_a_word() -> None:
    shelf(dict.fromkeys("ABCDEF", 5))
    given = rows(("A", "5"), ("B", "5"))
    plan = stock.plan_levels(rows=given, complete=True)
    assert (plan.to_zero, plan.had, plan.needs_approval) == (4, 6, True)
    own = {"rows": given, "token": plan.token, "source": "f.csv", "complete": True, "now": at(1)}
    with pytest.raises(stock.Stopped, match="4"):
        stock.apply_levels(**own)  # type: ignore[arg-type]
    assert pool("C") == (5, 0)
    stock.apply_levels(**own, approve=True)  # type: ignore[arg-type]
    assert (pool("A"), pool("C")) == ((5, 0), (0, 0))
    assert queries.verify().ok


def test_every_bad_row_is_named_with_its_row_and_nothing_of_the_file_is_booked() -> None:
    shelf({"A": 10})
    given = rows(("A", "-1"), ("B", "x"), ("", "1"), ("C", ""), ("D", "1"), ("D", "2"))
    plan = stock.plan_levels(rows=given)
    assert [(o.row, o.code) for o in plan.objections] == [
        (2, "negative"), (3, "not_a_number"), (4, "no_sku"), (5, "empty"), (7, "repeated"),
    ]  # fmt: skip
    with pytest.raises(stock.Stopped):
        stock.apply_levels(rows=given, token=plan.token, source="f.csv", approve=True, now=at(1))
    assert pool("A") == (10, 0)


def test_tables_are_read_from_csv_in_any_usual_encoding_and_from_xlsx(tmp_path: Path) -> None:
    text = "商家编码,库存数量,批次\n001,5,甲\n,,\n002,7,\n"
    for encoding in ("utf-8-sig", "gb18030"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        assert [(r.row, r["sku"], r["qty"], r["lot"]) for r in read(path)] == [
            (2, "001", "5", "甲"),
            (4, "002", "7", ""),
        ]
    book = xlsxwriter.Workbook(str(tmp_path / "s.xlsx"))
    sheet = book.add_worksheet()
    for n, line in enumerate([["仓库盘点表"], ["SKU", "数量"], ["A", 5], ["B", 0]]):
        sheet.write_row(n, 0, line)
    book.close()
    assert [(r.row, r["sku"], r["qty"]) for r in read(tmp_path / "s.xlsx")] == [(3, "A", "5"), (4, "B", "0")]
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(BadTable):
        read(tmp_path / "x.csv")


def test_the_book_answers_for_any_past_moment_by_both_clocks() -> None:
    shelf({"A": 10})
    from zhanggui.supply.inventory.contracts import Posting

    late = Posting("A", 4, "MAIN", "LOSS", "damaged", "found late", "k", at(2))
    stock.post(postings=[late], now=at(9))

    def there(**moment: object) -> int:
        return sum(p.qty for p in queries.as_of(skus=["A"], **moment))  # type: ignore[arg-type]

    assert there(occurred=at(1)) == 10
    assert there(occurred=at(3)) == 6
    assert there(occurred=at(3), recorded=at(5)) == 10
    assert there(occurred=at(-1)) == 0
    assert there() == 6


def test_items_are_classed_by_what_they_cost_to_consume_and_due_by_class() -> None:
    shelf({"A": 100, "B": 100, "C": 100})
    stock.ship_order(order_ref="o1", lines={"A": 90, "B": 15}, now=at(1))
    assert stock.classify(now=at(2)) == {"A": 1, "B": 1, "C": 1}
    from datetime import timedelta

    from django.utils import timezone

    now = timezone.now()
    assert queries.counts_due(now=now) == []
    assert [sku for sku, *_rest in queries.counts_due(now=now + timedelta(days=8))] == ["A"]
    assert [sku for sku, *_rest in queries.counts_due(now=now + timedelta(days=31))] == ["A", "B"]


def test_moving_takes_what_expires_first_and_twice_is_once() -> None:
    stock.put_place(code="A-01", kind="bin", parent="MAIN")
    shelf({"A": 10})
    for _time in range(2):
        stock.move_goods(sku="A", qty=4, place_from="MAIN", place_to="A-01", key="m1", now=at(1))
    assert {(p.place, p.qty) for p in queries.balances(sku="A")} == {("MAIN", 6), ("A-01", 4)}
    assert pool("A") == (10, 0)
