"""The simulator over a real order book: equal to pricing every order by itself, and nothing dropped in silence."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger_frames import T0, record
from simulated_orders import LIMITED, PLAIN, paid_orders
from zhanggui.config.cli import run
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.goods.catalog import operations as catalog
from zhanggui.goods.catalog import queries as catalog_queries
from zhanggui.goods.catalog.contracts import ProductInput, SkuInput
from zhanggui.goods.pricing import operations as pricing
from zhanggui.goods.pricing.contracts import PriceInput
from zhanggui.goods.promotions.contracts import Basket, Evaluation, Facts, Line
from zhanggui.goods.promotions.queries import evaluate, prepare, read_promotions
from zhanggui.processes.simulating import replay as replaying
from zhanggui.processes.simulating.running import CannotSimulate, Wanted, simulate

pytestmark = [pytest.mark.data, pytest.mark.django_db]

START = datetime(2026, 2, 28, 16, tzinfo=UTC)  # midnight of the first day in the shops' zone
PERIOD = {"first": date(2026, 3, 1), "last": date(2026, 3, 7)}
FLASH = datetime.fromisoformat("2026-11-11T00:00:00+08:00")


@pytest.fixture
def shop() -> int:
    return accounts.create_shop(name="一号店", channel="taobao").id


def _wanted(*shops: int, **more: Any) -> Wanted:
    return Wanted(**{**PERIOD, "shop_ids": frozenset(shops), "processes": 1, **more})


def _single(orders: list[dict[str, Any]], lines: list[dict[str, Any]]) -> dict[str, Basket]:
    """Every order as a basket, written from the rows alone."""
    found = {}
    for order in orders:
        own = [x for x in lines if x["order_no"] == order["order_no"]]
        own.sort(key=lambda x: (x["outer_sku_code"], x["unit_price"], x["qty"]))
        fees = (("", order["freight_amount"]),) if order["freight_amount"] else ()
        told = tuple(
            Line(f"{i:05}", x["outer_sku_code"], x["unit_price"], x["qty"], shop="一号店") for i, x in enumerate(own)
        )
        found[order["order_no"]] = Basket("CNY", told, "taobao", fees)
    return found


def _agrees(draft: dict[str, Any], evaluations: list[Evaluation]) -> None:
    def cents(text: str) -> int:
        return int(Decimal(text) * 100)

    assert draft["orders"] == len(evaluations)
    assert cents(draft["paid_by_buyers"]) == sum(e.payable for e in evaluations)
    assert cents(draft["before_offers"]) == sum(e.list_amount + e.freight for e in evaluations)
    assert cents(draft["cost"]["merchant"]) == sum(e.merchant for e in evaluations)
    assert cents(draft["cost"]["platform"]) == sum(e.platform for e in evaluations)
    assert draft["orders_changed"] == sum(1 for e in evaluations if e.discount or e.gifts)
    paid: Counter[str] = Counter()
    gifts: Counter[str] = Counter()
    used: Counter[str] = Counter()
    for e in evaluations:
        for line in e.lines:
            paid[line.sku] += line.paid
        for gift in e.gifts:
            gifts[gift.sku] += gift.qty
        used.update(v.promotion for v in e.verdicts if v.applied)
    assert {s["sku"]: cents(s["paid_by_buyers"]) for s in draft["skus"]} == dict(paid)
    assert {g["sku"]: g["units"] for g in draft["gifts"]} == dict(gifts)
    assert {p["promotion"]: p["orders"] for p in draft["promotions"]} == {p["promotion"]: used[p["promotion"]] for p in draft["promotions"]}  # fmt: skip  # noqa: E501


def test_equal_to_pricing_each_order_by_itself_for_two_drafts(shop: int) -> None:
    orders, lines = paid_orders(300, 1)
    record(shop, orders=orders, lines=lines)
    facts = {"tier": "gold"}
    found = simulate([("a", PLAIN), ("b", PLAIN[:3])], _wanted(shop, facts=facts))
    baskets = _single(orders, lines).values()
    known = Facts(now=START, tier="gold")
    for draft, rows in zip(found["drafts"], (PLAIN, PLAIN[:3]), strict=True):
        prepared = prepare(read_promotions(rows), "CNY")
        _agrees(draft, [evaluate(basket, prepared, known) for basket in baskets])
    assert found["orders_replayed"] == 300
    assert found["baskets_priced"] < 300  # equal ones once
    assert found["in_order_of_time"] is False


def test_windows_and_processes_change_nothing(shop: int, monkeypatch: pytest.MonkeyPatch) -> None:
    orders, lines = paid_orders(120, 2)
    record(shop, orders=orders, lines=lines)
    whole = simulate([("a", PLAIN)], _wanted(shop))
    monkeypatch.setattr(replaying, "WINDOW", 40)
    monkeypatch.setattr(replaying, "_CHUNK", 16)
    monkeypatch.setattr(replaying, "WORTH", 1)
    begun = []
    pool = replaying.ProcessPoolExecutor

    def counted(*args: Any, **kwargs: Any) -> Any:
        begun.append(args)
        return pool(*args, **kwargs)

    monkeypatch.setattr(replaying, "ProcessPoolExecutor", counted)
    apart = simulate([("a", PLAIN)], _wanted(shop, processes=2))
    assert begun  # other processes priced
    assert apart["drafts"] == whole["drafts"]
    assert apart["baskets_priced"] > whole["baskets_priced"]


def test_limits_are_used_up_in_the_order_of_payment(shop: int) -> None:
    orders, lines = paid_orders(200, 3)
    record(shop, orders=orders, lines=lines)
    found = simulate([("limited", LIMITED)], _wanted(shop))
    assert found["in_order_of_time"] is True
    assert found["orders_of_unknown_buyers"] == 0
    baskets = _single(orders, lines)
    prepared = prepare(read_promotions(LIMITED), "CNY")
    uses: Counter[str] = Counter()
    mine: Counter[tuple[str, str]] = Counter()
    spent: Counter[str] = Counter()
    evaluations = []
    sold = 0
    bought: Counter[str] = Counter()
    for order in sorted(orders, key=lambda o: (o["paid_at"], o["order_no"])):
        buyer = order["buyer_ref"]
        facts = Facts(
            now=FLASH,
            uses_total=dict(uses),
            uses_by_buyer={key: n for (who, key), n in mine.items() if who == buyer},
            spent=dict(spent),
            units_sold={("flash", "S0"): sold},
            units_by_buyer={("flash", "S0"): bought[buyer]},
        )
        e = evaluate(baskets[order["order_no"]], prepared, facts)
        evaluations.append(e)
        for v in e.verdicts:
            if v.applied:
                uses[v.promotion] += 1
                mine[buyer, v.promotion] += 1
                spent[v.promotion] += v.amount
                if v.promotion == "flash":
                    price = next(line.price for line in baskets[order["order_no"]].lines if line.sku == "S0")
                    pieces = v.amount // (price - 500)
                    sold += pieces
                    bought[buyer] += pieces
    assert sold == 30  # the quota ends inside the period
    assert uses["few"] == 25
    _agrees(found["drafts"][0], evaluations)


def test_orders_that_are_no_basket_are_counted_and_named(shop: int) -> None:
    orders, lines = paid_orders(3, 4)
    odd = ["bare", "priceless", "codeless", "foreign", "present", "uncounted"]
    orders += [
        {"order_no": name, "status": "paid", "created_at": T0, "paid_at": T0, "freight_amount": 0,
         "currency": "USD" if name == "foreign" else "CNY", "buyer_ref": name} for name in odd
    ]  # fmt: skip
    orders.append({**orders[0], "order_no": "unpaid", "paid_at": None, "status": "created"})
    whole = {"outer_sku_code": "S1", "qty": 1, "unit_price": 1000, "title": "x", "is_gift": False}
    lines = [{**line, "is_gift": False} for line in lines]
    for name, change in (
        ("priceless", {"unit_price": None}),
        ("codeless", {"outer_sku_code": None}),
        ("foreign", {}),
        ("present", {"is_gift": True}),
        ("uncounted", {"qty": None}),
    ):
        lines.append({"order_no": name, "line_no": name, **whole, **change})
    record(shop, orders=orders, lines=lines)
    found = simulate([("a", PLAIN)], _wanted(shop))
    assert {row["reason"]: row["order_nos"] for row in found["left_out"]} == {
        "no_lines": ["bare"],
        "line_without_price": ["priceless"],
        "line_without_code": ["codeless"],
        "other_currency": ["foreign"],
        "only_gifts": ["present"],
        "line_without_quantity": ["uncounted"],
    }
    assert (found["orders_read"], found["orders_replayed"], found["lines_of_gifts_not_priced"]) == (9, 3, 1)


def test_margin_break_even_floors_and_stacks(shop: int) -> None:
    orders = [
        {"order_no": f"N{n}", "status": "paid", "created_at": T0, "paid_at": T0, "currency": "CNY",
         "freight_amount": 0, "buyer_ref": "b"} for n in range(10)
    ]  # fmt: skip
    lines = [
        {"order_no": f"N{n}", "line_no": f"{n}", "outer_sku_code": "A" if n < 8 else "B", "title": "x", "qty": 1,
         "unit_price": 10000} for n in range(10)
    ]  # fmt: skip
    record(shop, orders=orders, lines=lines)
    catalog.save_product(product=ProductInput(code="P", title="杯子"), skus=[SkuInput(code="A")], actor_id=None)
    sku = catalog_queries.sku_ids_of(["A"])["A"]
    catalog.set_cost(sku_id=sku, amount=5000, currency="CNY", starts_date=date(2026, 1, 1), actor_id=None)
    floor = PriceInput(sku_id=sku, amount=6000, currency="CNY", kind="floor")
    pricing.set_prices(wanted=[floor], source="page", actor_id=None)
    draft = [
        {"key": "m", "kind": "full_reduction", "tiers": [{"at": "100", "off": "20"}]},
        {"key": "c", "kind": "coupon", "at": "100", "off": "30", "issuer": "platform"},
    ]
    (d,) = simulate([("a", draft)], _wanted(shop, uplifts=(Decimal(0), Decimal("0.5"))))["drafts"]
    # 8 A: 100 → 50, the platform adds 30: earned 30 instead of 50 a piece; B has no cost
    assert d["margin"] == {
        "units_with_cost": 8, "units_without_cost": 2, "before": "400.00", "after": "240.00", "change": "-160.00",
        "break_even_uplift": "0.6667",
    }  # fmt: skip
    assert [o["margin"] for o in d["outcomes"]] == ["240.00", "360.00"]
    assert {o["basis"] for o in d["outcomes"]} == {"assumed"}
    by_sku = {s["sku"]: s for s in d["skus"]}
    assert by_sku["B"]["margin_after"] is None
    assert by_sku["A"]["stock_needed"] == {"0": 8, "0.5": 12}
    assert d["floor_breaches"] == [
        {"sku": "A", "floor": "60.00", "lowest": "50.00", "units": 8, "orders": 8, "below_floor": "80.00",
         "order_no": "N0"}
    ]  # fmt: skip
    assert d["surprising_stacks"]["orders"] == 10
    assert d["surprising_stacks"]["shown"][0]["promotions"] == ["c", "m"]
    assert d["surprising_stacks"]["shown"][0]["largest_share"] == "0.5000"


def test_the_command_compares_drafts_and_refuses_in_sentences(
    shop: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders, lines = paid_orders(20, 5)
    record(shop, orders=orders, lines=lines)
    one, two, bad = tmp_path / "one.json", tmp_path / "two.json", tmp_path / "bad.json"
    one.write_text(json.dumps(PLAIN), encoding="utf-8")
    two.write_text(json.dumps(PLAIN[:1]), encoding="utf-8")
    bad.write_text('[{"key": "x", "kind": "coupon", "off": "-1"}]', encoding="utf-8")
    days = ["--from", "2026-03-01", "--to", "2026-03-07"]
    assert run(["simulate", str(one), *days, "--compare", str(two), "--shop", "一号店", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [d["name"] for d in found["drafts"]] == ["one.json", "two.json"]
    assert [o["uplift"] for o in found["drafts"][0]["outcomes"]] == ["0", "0.1", "0.3"]
    assert run(["simulate", str(one), *days]) == 0
    assert "20" in capsys.readouterr().out
    assert run(["simulate", str(bad), *days]) == 1
    assert "bad.json" in capsys.readouterr().err
    assert run(["simulate", str(one), *days, "--shop", "nobody"]) == 1
    assert "nobody" in capsys.readouterr().err
    assert run(["simulate", str(one), *days, "--uplift", "much"]) == 2


def test_refuses_what_has_no_answer(shop: int) -> None:
    other = accounts.create_shop(name="二号店", channel="amazon", currency="USD").id
    with pytest.raises(CannotSimulate):
        simulate([("a", PLAIN)], _wanted(shop, other))
    with pytest.raises(CannotSimulate):
        simulate([("a", PLAIN)] * 6, _wanted(shop))
    with pytest.raises(CannotSimulate):
        simulate([("a", PLAIN)], replace(_wanted(shop), first=date(2026, 4, 1)))
    empty = simulate([("a", PLAIN)], _wanted(shop))["drafts"][0]
    assert (empty["orders"], empty["share_changed"], empty["margin"]["before"]) == (0, None, None)
