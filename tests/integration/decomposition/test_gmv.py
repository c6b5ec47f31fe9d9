"""``explain gmv`` over a simulated merchant: real imports, a real lake, every number counted again from the ledgers."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.accounts import queries as accounts_queries
from zhanggui.foundation.lake import operations as lake
from zhanggui.insight.decomposition import queries
from zhanggui.insight.decomposition.cli import explain_command
from zhanggui.insight.decomposition.domain import errors
from zhanggui.insight.decomposition.queries import gmv
from zhanggui.kernel.period import business_day
from zhanggui.processes.importing.operations import import_file
from zhanggui.trade.channels.sample import generate
from zhanggui.trade.orders.models import Order
from zhanggui.traffic.visits.models import Visit

pytestmark = [pytest.mark.data, pytest.mark.django_db]

END = date(2026, 6, 30)
BEFORE = END - timedelta(days=5), END - timedelta(days=3)
AFTER = END - timedelta(days=2), END


@pytest.fixture
def book(tmp_path: Path, settings: Any) -> Any:
    """Six days of JD, whose orders name buyers, and of Pinduoduo, whose orders do not."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    folder = tmp_path / "sample"
    made = generate.write_all(folder, seed=5, days=6, orders=40, end=END, channels=["jd", "pinduoduo"])
    for shop in made.manifest["shops"]:
        accounts.ensure_shop(name=shop["name"], channel=shop["channel"], currency=shop["currency"], zone=shop["zone"])
    for file in made.manifest["files"]:
        if file["kind"] in ("orders", "items", "visits"):
            done = import_file(path=folder / file["path"], shop_name=file["shop"], channel=file["channel"])
            assert done.error is None, file["path"]
    lake.refresh()
    return made


def ids(channel: str = "") -> frozenset[int]:
    return frozenset(s.id for s in accounts_queries.shops() if channel in ("", s.channel))


def paid(shops: frozenset[int], days: tuple[date, date]) -> int:
    """From the ledger, order by order."""
    rows = Order.objects.filter(shop_id__in=shops, paid_at__isnull=False).select_related()
    zone = next(s.zone for s in accounts_queries.shops() if s.id in shops)
    return sum(r.buyer_paid or 0 for r in rows if days[0] <= business_day(r.paid_at, zone) <= days[1])


def test_gmv_is_taken_apart_over_people_or_orders_and_refused_where_it_must_be(book: Any) -> None:
    jd = ids("jd")
    for method in ("shapley", "chain"):
        found = gmv.explain_gmv(shop_ids=jd, before=BEFORE, after=AFTER, method=method)  # type: ignore[arg-type]
        told = found.explanation
        assert (found.basis, found.without_traffic, found.left_out) == ("people", (), ())
        assert (told.before, told.after) == (paid(jd, BEFORE), paid(jd, AFTER))
        assert [e.name for e in told.effects] == ["M001", "M024", "M050"]
        assert sum(e.amount for e in told.effects) == told.after - told.before != 0
    visitors = sum(
        v.visitors or 0 for v in Visit.objects.filter(shop_id__in=jd, level="shop", device="all", day__range=AFTER)
    )
    assert told.factors[0].after == visitors > 0

    whole = gmv.explain_gmv(shop_ids=ids(), before=BEFORE, after=AFTER, by="channel")
    assert whole.basis == "orders"
    names = {s.name for s in accounts_queries.shops() if s.channel == "pinduoduo"}
    assert set(whole.without_traffic) <= names
    assert whole.without_traffic
    assert [e.name for e in whole.explanation.effects] == ["M047", "mix", "M051"]
    for s in whole.explanation.segments:
        assert (s.before, s.after) == (paid(ids(s.segment), BEFORE), paid(ids(s.segment), AFTER))
        assert sum(s.amounts) == s.after - s.before
    with pytest.raises(gmv.TrafficMissing):
        gmv.explain_gmv(shop_ids=ids(), before=BEFORE, after=AFTER, basis="people")

    the_command_prints_the_same()
    missing_days_and_shops_are_never_zero()
    a_pair_that_does_not_match_is_refused_by_name()


def a_pair_that_does_not_match_is_refused_by_name() -> None:
    row = Visit.objects.filter(shop_id__in=ids("jd"), level="shop", device="all", day=AFTER[0]).get()
    row.pay_buyers = (row.pay_buyers or 0) + 1
    row.save()
    lake.mark_stale(table="visits", shop_id=row.shop_id, months=[row.day])
    lake.refresh()
    with pytest.raises(errors.PartsDiffer) as refused:
        gmv.explain_gmv(shop_ids=ids("jd"), before=BEFORE, after=AFTER)
    assert "M024" in str(refused.value)
    assert "M050" in str(refused.value)


def missing_days_and_shops_are_never_zero() -> None:
    early = BEFORE[0] - timedelta(days=3), BEFORE[0] - timedelta(days=1)
    with pytest.raises(ValueError, match="first data"):
        gmv.explain_gmv(shop_ids=ids(), before=early, after=AFTER)
    with pytest.raises(gmv.SalesMissing):
        gmv.explain_gmv(shop_ids=ids(), before=(early[1], BEFORE[1]), after=AFTER)
    silent = accounts.create_shop(name="还没导入的店", channel="jd").id
    lake.refresh()
    found = gmv.explain_gmv(shop_ids=ids("jd"), before=BEFORE, after=AFTER)
    assert found.left_out == ("还没导入的店",)
    assert found.explanation.after == paid(ids("jd") - {silent}, AFTER)
    with pytest.raises(gmv.UnknownBasis):
        gmv.explain_gmv(shop_ids=ids(), before=BEFORE, after=AFTER, basis="guess")
    with pytest.raises(gmv.UnknownBy):
        gmv.explain_gmv(shop_ids=ids(), before=BEFORE, after=AFTER, by="colour")


def the_command_prints_the_same() -> None:
    app = typer.Typer()
    app.command()(explain_command)
    after, before = [str(d) for d in AFTER], [str(d) for d in BEFORE]
    days = ["--from", after[0], "--to", after[1], "--against-from", before[0], "--against-to", before[1]]
    shop = next(s.name for s in accounts_queries.shops() if s.channel == "jd")
    done = CliRunner().invoke(app, ["gmv", *days, "--shop", shop, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    same = queries.explain_gmv(shop_ids=ids("jd"), before=BEFORE, after=AFTER).explanation
    assert told["change"]["minor"] == same.change == sum(e["minor"] for e in told["effects"])
    assert told["basis"] == "people"
    assert told["waterfall"][-1]["end"] == same.after
