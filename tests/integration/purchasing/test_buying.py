"""From a quote to goods on the shelf: order, delivery, inspection, record, and the next proposal."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stock_book import at, pool, shelf
from zhanggui.supply.inventory import operations as stock
from zhanggui.supply.purchasing import operations as buying
from zhanggui.supply.purchasing import queries
from zhanggui.supply.purchasing.cli import app
from zhanggui.supply.purchasing.contracts import Arrived, Outlook, WantedLine
from zhanggui.supply.purchasing.models import Inspection

pytestmark = [pytest.mark.django_db, pytest.mark.data]
DUE = at(24 * 5).date()


def ordered(number: str = "P1", qty: int = 10, *, due: date = DUE, supplier: str = "S", hours: float = 0) -> str:
    verdict = buying.open_order(
        supplier=supplier, number=number, lines=[WantedLine("A", qty, 250)], due_on=due, now=at(hours)
    )
    buying.place_order(number=number, now=at(hours))
    return verdict


@pytest.fixture(autouse=True)
def house() -> None:
    shelf({"A": 0, "B": 5})
    buying.put_supplier(code="S", lead_days=5)


def test_a_delivery_in_two_parts_ends_on_the_shelf_at_the_price_of_the_order() -> None:
    ordered()
    assert queries.inbound(["A"]) == {"A": 10}
    assert buying.receive_order(number="P1", paper="n1", arrived=[Arrived("A", 6, 5)], now=at(30)) == "partly"
    assert (pool("A"), queries.inbound(["A"])) == ((5, 0), {"A": 5})  # one sent back is still expected
    assert buying.receive_order(number="P1", paper="n2", arrived=[Arrived("A", 5, 5)], now=at(50)) == "received"
    assert (pool("A"), queries.inbound(["A"])) == ((10, 0), {})
    line = stock_line()
    assert (line.on_hand, line.value) == (10, 2500)
    found = queries.find_order("P1")
    assert found is not None
    assert (found.total, found.lines[0].received, found.lines[0].accepted) == (2500, 11, 10)


def stock_line():  # type: ignore[no-untyped-def]
    from zhanggui.supply.inventory import queries as shelves

    return shelves.stock_lines(skus=["A"])[0]


def test_the_same_delivery_note_twice_is_one_delivery() -> None:
    ordered()
    for hours in (30, 31):
        assert buying.receive_order(number="P1", paper="n1", arrived=[Arrived("A", 4, 4)], now=at(hours)) == "partly"
    assert pool("A") == (4, 0)
    with pytest.raises(buying.PaperReused):
        buying.receive_order(number="P1", paper="n1", arrived=[Arrived("A", 5, 5)], now=at(32))


def test_more_than_ordered_is_refused_until_somebody_approves() -> None:
    ordered()
    much = [Arrived("A", 7, 7, "L1"), Arrived("A", 5, 5, "L2")]
    with pytest.raises(buying.OverReceipt, match="12"):
        buying.receive_order(number="P1", paper="n1", arrived=much, now=at(30))
    assert (pool("A"), Inspection.objects.count()) == ((0, 0), 0)
    assert buying.receive_order(number="P1", paper="n1", arrived=much, approve=True, now=at(30)) == "received"
    assert pool("A") == (12, 0)


def test_expired_goods_are_stopped_by_stock_and_nothing_is_booked() -> None:
    ordered()
    old = [Arrived("A", 3, 3, "L1", at(0).date() - timedelta(days=9))]
    with pytest.raises(stock.Stopped):
        buying.receive_order(number="P1", paper="n1", arrived=old, now=at(30))
    found = queries.find_order("P1")
    assert found is not None
    assert (found.state, found.lines[0].received, Inspection.objects.count()) == ("ordered", 0, 0)


@pytest.mark.parametrize(
    "arrived",
    [[], [Arrived("A", 0, 0)], [Arrived("A", 2, 3)], [Arrived("A", 2, -1)], [Arrived("B", 1, 1)]],
    ids=["nothing", "zero", "more accepted", "below zero", "not ordered"],
)
def test_deliveries_that_make_no_sense_are_refused(arrived: list[Arrived]) -> None:
    ordered()
    with pytest.raises(buying.BadOrder):
        buying.receive_order(number="P1", paper="n1", arrived=arrived, now=at(30))


def test_orders_that_make_no_sense_are_refused() -> None:
    def open_with(*lines: WantedLine, number: str = "P9", currency: str = "CNY", supplier: str = "S") -> None:
        buying.open_order(supplier=supplier, number=number, lines=lines, due_on=DUE, currency=currency, now=at(0))

    for lines in ((), (WantedLine("A", 0, 1),), (WantedLine("A", 1, -1),), (WantedLine("X", 1, 1),)):
        with pytest.raises(buying.BadOrder):
            open_with(*lines)
    with pytest.raises(buying.BadOrder):
        open_with(WantedLine("A", 1, 1), WantedLine("A", 2, 1))
    with pytest.raises(buying.BadOrder):
        open_with(WantedLine("A", 1, 1), currency="USD")
    with pytest.raises(buying.UnknownSupplier):
        open_with(WantedLine("A", 1, 1), supplier="T")
    open_with(WantedLine("A", 1, 1))
    with pytest.raises(buying.BadOrder):
        open_with(WantedLine("A", 1, 1))


def test_steps_out_of_turn_are_refused() -> None:
    buying.open_order(supplier="S", number="P1", lines=[WantedLine("A", 3, 1)], due_on=DUE, now=at(0))
    with pytest.raises(buying.WrongState):
        buying.receive_order(number="P1", paper="n", arrived=[Arrived("A", 1, 1)], now=at(1))
    with pytest.raises(buying.WrongState):
        buying.close_order(number="P1")
    buying.place_order(number="P1", now=at(1))
    buying.receive_order(number="P1", paper="n", arrived=[Arrived("A", 1, 1)], now=at(2))
    with pytest.raises(buying.WrongState):
        buying.cancel_order(number="P1")
    buying.close_order(number="P1")
    assert queries.inbound(["A"]) == {}
    with pytest.raises(buying.UnknownOrder):
        buying.place_order(number="nowhere")


def test_late_and_poor_deliveries_warn_and_then_block() -> None:
    for n in range(5):  # two days late, all good: 60 of 100
        ordered(f"L{n}", due=at(24 * 3).date())
        buying.receive_order(number=f"L{n}", paper="n", arrived=[Arrived("A", 10, 10)], now=at(24 * 5))
    today = at(24 * 6).date()
    info = queries.suppliers(today=today)[0]
    assert (info.record.lines, info.record.on_time) == (5, 0)
    assert (info.score.score, info.score.grade, info.score.verdict) == (60, "C", "warn")
    assert ordered("N1", hours=24 * 6, due=at(24 * 7).date()) == "warn"
    buying.receive_order(number="N1", paper="n", arrived=[Arrived("A", 10, 2)], now=at(24 * 9))
    assert queries.suppliers(today=at(24 * 9).date())[0].score.verdict == "block"
    with pytest.raises(buying.SupplierBlocked):
        ordered("N2", hours=24 * 9)
    assert (
        buying.open_order(
            supplier="S", number="N2", lines=[WantedLine("A", 1, 1)], due_on=DUE, override="only source", now=at(24 * 9)
        )
        == "warn"
    )


def test_proposals_join_forecast_stock_orders_and_quotes() -> None:
    buying.put_quote(supplier="S", sku="B", price=300, pack=6)
    ordered("P1", qty=1)
    flat = Outlook((4.0,) * 30, (0.5, 0.95), ((4.0,) * 30, (7.0,) * 30))
    found, left = queries.suggestions(outlooks={"A": flat, "B": flat, "X": flat}, now=at(1))
    assert sorted(left) == [("A", "no_quote"), ("X", "unknown_sku")]
    (line, supplier) = found[0]
    assert (supplier, line.sku, line.available, line.inbound, line.lead_days) == ("S", "B", 5, 0, 5)
    assert line.order % 6 == 0
    assert line.order >= line.order_up_to - 5
    assert line.cost == line.order * 300
    cut, _left = queries.suggestions(outlooks={"B": flat}, currency="CNY", budget=10_000, now=at(1))
    assert (cut[0][0].cost or 0) <= 10_000
    assert "budget" in cut[0][0].reasons
    with_order = buying.open_order(supplier="S", number="P2", lines=[WantedLine("B", 60, 300)], due_on=DUE, now=at(1))
    assert with_order == "new"
    buying.place_order(number="P2", now=at(1))
    assert queries.suggestions(outlooks={"B": flat}, now=at(1))[0][0][0].inbound == 60


def test_observed_lead_times_replace_the_promise_after_three_deliveries() -> None:
    supplier_id = queries.suppliers()[0].id
    for n, days in enumerate((3, 9, 6)):
        assert queries.lead_times(supplier_id) == (5.0,)
        ordered(f"P{n}")
        buying.receive_order(number=f"P{n}", paper="n", arrived=[Arrived("A", 10, 10)], now=at(24 * days))
    assert sorted(queries.lead_times(supplier_id)) == [3, 6, 9]


def test_the_commands_tell_the_same_story(tmp_path: Path) -> None:
    run = CliRunner().invoke
    table = "unique_id,ds,mean,q0.5,q0.95\n" + "".join(f"B,2026-03-{d:02},4,4,7\n" for d in range(2, 32))
    (tmp_path / "f.csv").write_text(table, encoding="utf-8")
    assert run(app, ["quote", "S", "B", "--price", "3.00", "--pack", "6"]).exit_code == 0
    answer = json.loads(run(app, ["suggest", str(tmp_path / "f.csv"), "--json"]).stdout)
    assert answer["suggestions"][0]["order"] % 6 == 0
    assert run(app, ["suggest", str(tmp_path / "f.csv")]).exit_code == 0
    assert run(app, ["order", "P1", "B=12@3.00", "--supplier", "S", "--due", "2026-03-20"]).exit_code == 0
    assert run(app, ["place", "P1"]).exit_code == 0
    assert run(app, ["receive", "P1", "B=12/11", "--paper", "n1"]).exit_code == 0
    orders = json.loads(run(app, ["orders", "--json"]).stdout)
    assert (orders[0]["state"], orders[0]["total"], orders[0]["lines"][0]["accepted"]) == ("partly", 3600, 11)
    assert run(app, ["orders"]).exit_code == 0
    assert run(app, ["suppliers"]).exit_code == 0
    for bad in ("B=1.5@3", "B@3", "B=1@x", "B=-1@3"):
        assert run(app, ["order", "P2", bad, "--supplier", "S", "--due", "2026-03-20"]).exit_code == 2
    gap = table.replace("B,2026-03-10,4,4,7\n", "")
    (tmp_path / "gap.csv").write_text(gap, encoding="utf-8")
    assert run(app, ["suggest", str(tmp_path / "gap.csv")]).exit_code == 1


def test_days_that_are_missing_or_broken_are_no_forecast(tmp_path: Path) -> None:
    from zhanggui.supply.purchasing.reading import BadForecast, outlooks

    for text, reason in (
        ("unique_id,ds,mean\nB,2026-03-01,1\n", "columns"),
        ("unique_id,ds,mean,q0.5\nB,2026-03-01,x,1\n", "values"),
        ("unique_id,ds,mean,q0.5\nB,2026-03-01,,1\n", "values"),
        ("unique_id,ds,mean,q0.5\nB,soon,1,1\n", "values"),
        ("unique_id,ds,mean,q0.5\nB,2026-03-01,1,1\nB,2026-03-01,1,1\n", "days"),
    ):
        file = tmp_path / "f.csv"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BadForecast) as caught:
            outlooks(file)
        assert caught.value.reason == reason
    file.write_text("unique_id,ds,mean,q0.5\n0012,2026-03-01,-1,1\n", encoding="utf-8")
    assert outlooks(file) == {"0012": Outlook((0.0,), (0.5,), ((1.0,),))}
