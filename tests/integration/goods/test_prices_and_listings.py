"""Prices and listings on a database."""

# ruff: noqa: E501  one case is one line

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhanggui.goods.catalog import queries as library
from zhanggui.goods.listings import operations as listings
from zhanggui.goods.listings import queries as listing_queries
from zhanggui.goods.listings.contracts import Content, PriceWord, Seen
from zhanggui.goods.listings.domain import states
from zhanggui.goods.listings.models import Listing, Review
from zhanggui.goods.pricing import operations, queries
from zhanggui.goods.pricing.models import Batch, Price
from zhanggui.goods.pricing.operations import NoBatch, PriceRefused, SamePerson, WorldMoved

from .conftest import Goods

pytestmark = pytest.mark.data


def sale(goods: Goods, shop_id: int | None = None) -> int | None:
    now = queries.price_in(goods.sku, shop_id=shop_id)
    return now.sale if now else None


def test_an_ordinary_price_stands_at_once_and_leaves_its_history(priced: Goods) -> None:
    done = operations.set_prices(wanted=[priced.price(9500)], source="page", actor_id=priced.editor)
    assert (done.state, done.verdict, sale(priced)) == ("applied", "pass", 9500)
    assert [p.amount for p in queries.history(priced.sku) if p.kind == "sale"] == [9500, 9900]
    assert library.sku_rows([priced.sku])[0].has_price


def test_a_slip_waits_until_somebody_else_lets_it_through(priced: Goods) -> None:
    done = operations.set_prices(wanted=[priced.price(990)], source="page", actor_id=priced.editor)
    assert (done.state, sale(priced)) == ("waiting", 9900)
    codes = {r.code for r in queries.batch(done.batch_id or 0).rows[0].reasons}  # type: ignore[union-attr]
    assert {"decimal_shift", "below_floor", "below_cost", "drop"} <= codes
    with pytest.raises(SamePerson):
        operations.approve_batch(batch_id=done.batch_id or 0, actor_id=priced.editor)
    assert sale(priced) == 9900
    operations.approve_batch(batch_id=done.batch_id or 0, actor_id=priced.reviewer)
    assert sale(priced) == 990
    with pytest.raises(NoBatch):
        operations.approve_batch(batch_id=done.batch_id or 0, actor_id=priced.other)


def test_the_database_itself_keeps_a_blocked_batch_from_one_person(priced: Goods) -> None:
    done = operations.set_prices(wanted=[priced.price(990)], source="page", actor_id=priced.editor)
    for decided in (None, priced.editor):
        with pytest.raises(IntegrityError), transaction.atomic():
            Batch.objects.filter(pk=done.batch_id).update(state="applied", decided_by=decided)


def test_a_file_with_one_slip_waits_as_a_whole(priced: Goods) -> None:
    done = operations.set_prices(
        wanted=[priced.price(9500), priced.price(950, sku_id=priced.big)], source="file", actor_id=priced.editor
    )
    assert (done.state, sale(priced)) == ("waiting", 9900)
    operations.reject_batch(batch_id=done.batch_id or 0, actor_id=priced.reviewer, note="少一位")
    assert (sale(priced), queries.batch(done.batch_id or 0).state) == (9900, "rejected")  # type: ignore[union-attr]


def test_a_reason_that_came_up_since_the_proposal_stops_the_approval(priced: Goods) -> None:
    done = operations.set_prices(
        wanted=[priced.price(5100), priced.price(990, sku_id=priced.big)], source="page", actor_id=priced.editor
    )
    operations.set_prices(wanted=[priced.price(6000, kind="floor")], source="page", actor_id=priced.other)
    with pytest.raises(WorldMoved):
        operations.approve_batch(batch_id=done.batch_id or 0, actor_id=priced.reviewer)
    assert sale(priced) == 9900
    shown = queries.batch(done.batch_id or 0)
    assert shown is not None
    assert "below_floor" in {r.code for row in shown.rows if row.sku_id == priced.sku for r in row.reasons}
    assert operations.approve_batch(batch_id=shown.id, actor_id=priced.reviewer).state == "applied"


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_price_below_floor_or_cost_ever_stands_without_two_people(priced: Goods, data: st.DataObject) -> None:
    """Any sequence of proposals, approvals and rejections by three people."""
    people = [priced.editor, priced.reviewer, priced.other]
    with transaction.atomic():
        for _ in range(data.draw(st.integers(1, 4))):
            who = data.draw(st.sampled_from(people))
            amount = data.draw(st.one_of(st.integers(1, 20000), st.sampled_from([990, 99, 4999, 5000, 99000])))
            kind = data.draw(st.sampled_from(["sale", "promo"]))
            done = operations.set_prices(wanted=[priced.price(amount, kind=kind)], source="page", actor_id=who)
            if done.state == "waiting" and data.draw(st.booleans()):
                with suppress(SamePerson):
                    operations.approve_batch(batch_id=done.batch_id or 0, actor_id=data.draw(st.sampled_from(people)))
        for price in Price.objects.filter(amount__lt=5000).exclude(kind="floor").select_related("wanted__batch"):
            batch = price.wanted.batch if price.wanted else None
            assert batch is not None
            assert batch.verdict == "block"
            assert batch.decided_by_id is not None
            assert batch.decided_by_id != batch.proposed_by_id
        transaction.set_rollback(True)


def test_each_shop_may_have_its_own_word_and_the_gap_is_told(priced: Goods) -> None:
    shop = priced.douyin.id
    found = queries.judge_prices([priced.price(5200, shop_id=shop)])[0]
    assert found.world.others == {}
    operations.set_prices(wanted=[priced.price(9800, shop_id=priced.taobao.id)], source="page", actor_id=None)
    found = queries.judge_prices([priced.price(6000, shop_id=shop)])[0]
    assert found.world.others == {"旗舰店": 9800}
    assert "below_other_channel" in {r.code for r in found.verdict.reasons}
    assert (sale(priced, priced.taobao.id), sale(priced, shop)) == (9800, 9900)


def test_a_promotion_has_its_window_and_can_be_ended(priced: Goods) -> None:
    now = datetime.now(UTC)
    operations.set_prices(
        wanted=[priced.price(7900, kind="promo", starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=3))],
        source="page",
        actor_id=priced.editor,
    )
    at = {d: queries.price_in(priced.sku, shop_id=None, at=now + timedelta(days=d)) for d in (0, 2, 4)}
    assert [p.shown if p else None for p in at.values()] == [9900, 7900, 9900]
    with pytest.raises(PriceRefused):
        operations.set_prices(
            wanted=[priced.price(7900, kind="promo", starts_at=now, ends_at=now)], source="page", actor_id=None
        )
    operations.set_prices(wanted=[priced.price(7500, kind="promo")], source="page", actor_id=priced.editor)
    operations.end_price(sku_id=priced.sku, kind="promo", shop_id=None, actor_id=priced.editor)
    shown = queries.price_in(priced.sku, shop_id=None)
    assert shown is not None
    assert shown.shown == 9900


def test_the_lowest_stacked_price_is_asked_for_and_stops(priced: Goods) -> None:
    done = operations.set_prices(
        wanted=[priced.price(9500)],
        source="page",
        actor_id=priced.editor,
        stacked=lambda _s, _h, amount, _at: amount // 2,
    )
    assert done.state == "waiting"
    assert "stacked_below_floor" in {r.code for r in done.judged[0].verdict.reasons}


def test_fee_templates_hold_from_their_day_and_a_loss_after_fees_is_stopped(priced: Goods) -> None:
    lines = [{"name": "commission", "kind": "rate", "rate": "5%"}, {"name": "parcel", "kind": "fixed", "amount": 3500}]
    operations.set_fee_template(name="2026", channel="taobao", lines=lines, starts_date=date(2026, 1, 1), actor_id=None)
    found = queries.margin_of(priced.sku, 9900, shop_id=priced.taobao.id, coupons=500)
    assert (found.fees, found.margin) == ({"commission": 470, "parcel": 3500}, 2430)
    assert queries.margin_of(priced.sku, 9900, shop_id=priced.douyin.id).unknown == ("fees",)
    judged = queries.judge_prices([priced.price(6500, shop_id=priced.taobao.id)])[0]
    assert "loss_after_fees" in {r.code for r in judged.verdict.reasons}
    with pytest.raises(PriceRefused):
        operations.set_fee_template(
            name="x",
            channel="taobao",
            lines=[{"name": "x", "kind": "rate", "rate": 0.05}],
            starts_date=date(2026, 1, 1),
            actor_id=None,
        )


def price_book(path: Path, *rows: list[Any]) -> Path:
    with xlsxwriter.Workbook(path) as out:
        sheet = out.add_worksheet()
        for n, row in enumerate([["商家编码", "店铺", "价格类型", "价格"], *rows]):
            sheet.write_row(n, 0, row)
    return path


def test_a_price_file_goes_through_the_guard_and_nothing_of_a_bad_one_is_applied(priced: Goods, tmp_path: Path) -> None:
    own = {"zone": "Asia/Shanghai", "actor_id": priced.editor, "name": "p.xlsx"}
    bad = price_book(
        tmp_path / "bad.xlsx", ["TS-RED-M", "", "", 95], ["NOBODY", "", "", 95], ["TS-RED-L", "没有的店", "", 95]
    )
    found = operations.import_price_file(path=bad, only_preview=False, **own)  # type: ignore[arg-type]
    assert [(r.row, r.column, r.reason) for r in found.rejects] == [
        (3, "code", "sku_unknown"),
        (4, "shop", "shop_unknown"),
    ]
    assert sale(priced) == 9900
    good = price_book(tmp_path / "good.xlsx", ["ts-red-m", "", "", "95.00"], ["TS-RED-L", "旗舰店", "活动价", 89])
    shown = operations.import_price_file(path=good, **own)  # type: ignore[arg-type]
    assert (shown.state, sale(priced)) == ("preview", 9900)
    assert operations.submit_batch(batch_id=shown.batch_id or 0, actor_id=priced.editor).state == "applied"
    assert sale(priced) == 9500


def test_the_stop_loss_list_is_worked_off_in_order_of_its_clock(priced: Goods) -> None:
    shops = [priced.taobao.id, priced.douyin.id]
    case = operations.open_stop_loss(
        sku_id=priced.sku, shop_id=None, wrong=990, right=9900, currency="CNY", live_from=datetime(2026, 11, 1, tzinfo=UTC),
        shop_ids=shops, actor_id=priced.editor,
    )  # fmt: skip
    found = queries.stop_loss(case)
    assert found is not None
    assert [s.code for s in found.steps][:4] == ["take_down", "take_down", "pause_ads", "pause_ads"]
    with pytest.raises(PriceRefused):
        operations.close_stop_loss(case_id=case, actor_id=priced.editor)
    for n in range(len(found.steps)):
        operations.complete_step(case_id=case, index=n, actor_id=priced.editor)
        after = queries.stop_loss(case)
        assert (after.live_to is not None) is (n >= 1)  # type: ignore[union-attr]
    operations.close_stop_loss(case_id=case, actor_id=priced.editor)
    assert queries.stop_losses() == []


# ---- listings


def words(goods: Goods, amount: int, verdict: str = "pass") -> list[PriceWord]:
    return [PriceWord(sku, amount, verdict) for sku in (goods.sku, goods.big)]


def filled(goods: Goods, *, editor: int | None = None, **more: Any) -> int:
    listing = listings.open_listing(shop_id=goods.taobao.id, product_id=goods.product, actor_id=editor or goods.editor)
    found = listing_queries.listing(listing)
    assert found is not None
    assert found.revision is not None
    plain = found.revision.content.plain() | {"prices": {str(goods.sku): 9900, str(goods.big): 9900}} | more
    listings.edit_listing(listing_id=listing, content=Content.of(plain), actor_id=editor or goods.editor)
    return listing


def look(listing: int) -> Any:
    return listing_queries.listing(listing)


def test_a_listing_goes_from_editor_to_reviewer_to_the_channel_and_is_read_back(priced: Goods) -> None:
    listing = filled(priced)
    check = listings.check_listing(listing_id=listing, prices=words(priced, 9900), actor_id=priced.editor)
    assert check.verdict != "block", check.findings
    seen = look(listing)
    assert seen.state == "checked"
    own = {"listing_id": listing, "revision": seen.revision.number, "digest": seen.revision.digest}
    with pytest.raises(listings.SamePerson):
        listings.approve_listing(reviewer_id=priced.editor, **own)
    with pytest.raises(listings.IllegalTransition):
        listings.mark_published(listing_id=listing, actor_id=priced.reviewer)
    listings.approve_listing(reviewer_id=priced.reviewer, **own)
    assert listings.mark_published(listing_id=listing, actor_id=priced.editor) == seen.revision.number
    assert look(listing).state == "published"
    same = Seen(title="纯棉圆领短袖Ｔ恤", prices={priced.sku: 9900})
    assert listings.read_back_listing(listing_id=listing, seen=same, source="file", actor_id=None) == ()
    assert look(listing).state == "monitored"
    found = listings.read_back_listing(
        listing_id=listing, seen=Seen(title="纯棉圆领短袖T恤", prices={priced.sku: 990}), source="orders", actor_id=None
    )
    assert (found, look(listing).state) == (((f"price:{priced.sku}", 9900, 990),), "differs")
    assert [e.command for e in look(listing).events][::-1] == [
        "edit", "edit", "pass_check", "approve", "publish", "confirm", "differ",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "area", "code"),
    [
        ({"title": "全国第一的纯棉T恤"}, "claims", None),
        ({"selling_point": "国家级面料，最佳透气"}, "claims", None),
        ({"prices": {}}, "price", "price_missing"),
    ],
)
def test_what_must_be_mended_first_keeps_a_listing_a_draft(
    priced: Goods, more: dict[str, Any], area: str, code: str | None
) -> None:
    listing = filled(priced, **more)
    check = listings.check_listing(listing_id=listing, prices=words(priced, 9900), actor_id=priced.editor)
    stops = [f for f in check.findings if f.verdict == "block"]
    assert area in {f.area for f in stops}
    assert code is None or code in {f.code for f in stops}
    assert look(listing).state == "draft"


def test_a_price_the_guard_did_not_judge_or_stopped_keeps_a_listing_a_draft(priced: Goods) -> None:
    listing = filled(priced)
    for said, code in (
        ([], "price_not_judged"), (words(priced, 9800), "price_not_judged"), (words(priced, 9900, "block"), "price_blocked"),
    ):  # fmt: skip
        check = listings.check_listing(listing_id=listing, prices=said, actor_id=priced.editor)
        assert code in {f.code for f in check.findings if f.verdict == "block"}
    approved = [PriceWord(w.sku_id, 9900, "block", approved=True) for w in words(priced, 9900)]
    assert listings.check_listing(listing_id=listing, prices=approved, actor_id=None).verdict != "block"


def test_an_unconfirmed_limit_warns_and_a_confirmed_one_stops(priced: Goods) -> None:
    listing = filled(priced, title="纯棉圆领短袖T恤" * 5)
    check = listings.check_listing(listing_id=listing, prices=words(priced, 9900), actor_id=None)
    assert [f.verdict for f in check.findings if f.code == "title_max"] == ["warn"]
    listings.set_limit(channel="taobao", key="title_max", value=60, confirmed=True, actor_id=None)
    check = listings.check_listing(listing_id=listing, prices=words(priced, 9900), actor_id=None)
    assert [f.verdict for f in check.findings if f.code == "title_max"] == ["block"]


def test_an_edit_after_the_review_needs_a_review_again_and_its_editor_counts(priced: Goods) -> None:
    listing = filled(priced)
    listings.check_listing(listing_id=listing, prices=words(priced, 9900), actor_id=priced.editor)
    first = look(listing)
    listings.approve_listing(
        listing_id=listing, revision=first.revision.number, digest=first.revision.digest, reviewer_id=priced.reviewer
    )
    changed = Content.of(first.revision.content.plain() | {"title": "圆领纯棉短袖T恤"})
    listings.edit_listing(listing_id=listing, content=changed, actor_id=priced.reviewer)
    assert look(listing).state == "draft"
    with pytest.raises(listings.IllegalTransition):
        listings.mark_published(listing_id=listing, actor_id=priced.editor)
    listings.check_listing(listing_id=listing, prices=words(priced, 9900), actor_id=None)
    now = look(listing)
    for who in (priced.editor, priced.reviewer):  # both have written what would go out
        with pytest.raises(listings.SamePerson):
            listings.approve_listing(
                listing_id=listing, revision=now.revision.number, digest=now.revision.digest, reviewer_id=who
            )
    with pytest.raises(listings.Moved):
        listings.approve_listing(
            listing_id=listing, revision=first.revision.number, digest=first.revision.digest, reviewer_id=priced.other
        )
    listings.approve_listing(
        listing_id=listing, revision=now.revision.number, digest=now.revision.digest, reviewer_id=priced.other
    )
    assert look(listing).state == "reviewed"


def test_a_rejection_needs_a_reason_and_is_corrected_before_it_comes_again(priced: Goods) -> None:
    listing = filled(priced)
    listings.check_listing(listing_id=listing, prices=words(priced, 9900), actor_id=None)
    number = look(listing).revision.number
    with pytest.raises(listings.ListingRefused):
        listings.reject_listing(listing_id=listing, revision=number, reviewer_id=priced.reviewer, reasons=["  "])
    listings.reject_listing(
        listing_id=listing, revision=number, reviewer_id=priced.reviewer, reasons=["主图与规格不符"]
    )
    seen = look(listing)
    assert (seen.state, seen.reviews[0].reasons) == ("rejected", ("主图与规格不符",))
    with pytest.raises(listings.IllegalTransition):
        listings.check_listing(listing_id=listing, prices=words(priced, 9900), actor_id=None)


def test_the_database_itself_keeps_editor_and_reviewer_apart(priced: Goods) -> None:
    listing = filled(priced)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(
            listing_id=listing, number=1, digest="", editor_id=priced.editor, reviewer_id=priced.editor, approved=True
        )


def test_scripts_in_a_description_are_taken_out_and_named_and_others_goods_are_refused(priced: Goods) -> None:
    listing = filled(priced)
    content = look(listing).revision.content
    _number, removed = listings.edit_listing(
        listing_id=listing,
        content=Content.of(content.plain() | {"description": "<p onclick=x()>好</p><script>alert(1)</script>"}),
        actor_id=priced.editor,
    )
    assert removed == ("onclick", "script")
    assert look(listing).revision.content.description == "<p>好</p>"
    for more in ({"prices": {"999999": 100}}, {"images": [999999]}, {"title": "长" * 10_000}, {"currency": "USD"}):
        with pytest.raises(listings.ListingRefused):
            listings.edit_listing(listing_id=listing, content=Content.of(content.plain() | more), actor_id=None)


COMMANDS: dict[str, Any] = {
    "edit": lambda i, g, n, d: listings.edit_listing(listing_id=i, content=Content.of(look(i).revision.content.plain() | {"title": f"纯棉T恤 {n}"}), actor_id=g.editor),
    "pass_check": lambda i, g, n, d: listings.check_listing(listing_id=i, prices=words(g, 9900), actor_id=g.editor),
    "approve": lambda i, g, n, d: listings.approve_listing(listing_id=i, revision=look(i).revision.number, digest=d, reviewer_id=g.reviewer),
    "reject": lambda i, g, n, d: listings.reject_listing(listing_id=i, revision=look(i).revision.number, reviewer_id=g.reviewer, reasons=["不行"]),
    "publish": lambda i, g, n, d: listings.mark_published(listing_id=i, actor_id=g.editor),
    "confirm": lambda i, g, n, d: listings.read_back_listing(listing_id=i, seen=Seen(title=look(i).published.content.title if look(i).published else "x"), source="t", actor_id=None),
    "take_down": lambda i, g, n, d: listings.take_down(listing_id=i, actor_id=g.editor, reason="停售"),
}  # fmt: skip


def test_every_illegal_step_is_refused_by_the_operations_too(priced: Goods) -> None:
    """Each state × each command that people have: allowed exactly where the table allows it."""
    ways = {
        "draft": [], "checked": ["pass_check"], "rejected": ["pass_check", "reject"], "reviewed": ["pass_check", "approve"],
        "published": ["pass_check", "approve", "publish"], "monitored": ["pass_check", "approve", "publish", "confirm"],
        "taken_down": ["pass_check", "approve", "publish", "take_down"],
    }  # fmt: skip
    for state, way in ways.items():
        for command, act in COMMANDS.items():
            with transaction.atomic():
                listing = filled(priced)
                for n, one in enumerate(way):
                    COMMANDS[one](listing, priced, n, look(listing).revision.digest)
                assert look(listing).state == state
                allowed = (state, command) in states.TABLE.transitions
                if allowed:
                    act(listing, priced, 9, look(listing).revision.digest)
                    assert look(listing).state == states.TABLE.transitions[state, command]
                else:
                    with pytest.raises(listings.IllegalTransition), transaction.atomic():
                        act(listing, priced, 9, look(listing).revision.digest)
                    assert look(listing).state == state
                transaction.set_rollback(True)
    assert Listing.objects.count() == 0


def test_a_bulk_file_holds_only_what_was_reviewed_in_the_channels_layout(priced: Goods, tmp_path: Path) -> None:
    listing = filled(priced)
    with pytest.raises(listings.ListingRefused):
        listings.write_bulk_file(listing_ids=[listing], channel="taobao", path=tmp_path / "out")
    listings.check_listing(listing_id=listing, prices=words(priced, 9900), actor_id=None)
    seen = look(listing)
    listings.approve_listing(
        listing_id=listing, revision=seen.revision.number, digest=seen.revision.digest, reviewer_id=priced.reviewer
    )
    made = listings.write_bulk_file(listing_ids=[listing], channel="taobao", path=tmp_path / "out")
    assert (made.rows, made.is_platform, made.name) == (2, False, "out.xlsx")
    listings.save_layout(
        channel="taobao", name="批量发布", file_format="csv", actor_id=None,
        columns=[["宝贝标题", "title"], ["商家编码", "sku_code"], ["一口价", "price"], ["新旧程度", "=全新"], ["备注", ""]],
    )  # fmt: skip
    made = listings.write_bulk_file(listing_ids=[listing], channel="taobao", path=tmp_path / "out")
    assert made.is_platform
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert lines == [
        "宝贝标题,商家编码,一口价,新旧程度,备注",
        "纯棉圆领短袖T恤,TS-RED-L,99.00,全新,",
        "纯棉圆领短袖T恤,TS-RED-M,99.00,全新,",
    ]
    with pytest.raises(listings.ListingRefused):
        listings.save_layout(channel="taobao", name="x", file_format="csv", columns=[["a", "nonsense"]], actor_id=None)
