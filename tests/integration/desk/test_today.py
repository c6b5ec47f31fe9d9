"""The first page over a real book: numbers, findings, roles and shops, freshness, search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import desk_book
from desk_book import BUYER, EAST, WEST, Book, Sold
from zhanggui.desk import links
from zhanggui.desk.listing import FindingLine
from zhanggui.desk.today import TodayPage
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.accounts.models import User
from zhanggui.insight.metrics import queries as metrics
from zhanggui.kernel.money import Money
from zhanggui.kernel.period import Period
from zhanggui.trade.orders import queries as orders
from zhanggui.trade.orders.contracts import OrderFilter

pytestmark = [pytest.mark.data, pytest.mark.django_db]
Enter = Callable[..., Client]


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    cache.clear()


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return desk_book.make(tmp_path)


@pytest.fixture
def enter() -> Enter:
    """``enter("WH", shop_id=3)`` is the browser of somebody with that role."""

    def make(role: str | None = "OWN", *, shop_id: int | None = None, lang: str = "en") -> Client:
        made = accounts.create_user(username=f"u{User.objects.count()}", display_name="A", password="x" * 16)
        if role:
            accounts.grant_role(user_id=made.id, role=role, shop_id=shop_id)
        client = Client()
        client.force_login(User.objects.get(pk=made.id), backend="allauth.account.auth_backends.AuthenticationBackend")
        client.cookies["zhanggui_language"] = lang
        return client

    return make


def opened(client: Client, path: str = "/") -> TodayPage:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content[:500]
    view = answer.context["view"]
    assert isinstance(view, TodayPage)
    return view


def tiles(view: TodayPage) -> dict[str, str]:
    assert view.numbers is not None
    return {t.key: t.missing or t.exact for t in view.numbers.tiles()}


def findings(view: TodayPage) -> list[FindingLine]:
    return [line for section in view.sections for line in section.lines]


def kinds(view: TodayPage) -> list[tuple[str, str]]:
    return [(f.kind, f.where) for f in findings(view)]


# numbers


def test_the_tiles_of_yesterday(book: Book, enter: Enter) -> None:
    view = opened(enter())
    shown = tiles(view)
    assert shown["m041"] == "CN¥530.00"
    assert shown["m047"] == "4"
    assert shown["m110"] == "25.0%"
    assert view.note == ""


def test_one_shop_and_its_comparison(book: Book, enter: Enter) -> None:
    view = opened(enter(), f"/?shop={book.east.id}")
    assert view.numbers is not None
    paid = view.numbers.board.by_currency[0].values["M041"]
    assert (paid.now, paid.before, str(paid.change)) == (3000, 4000, "-0.25")
    assert [line.shops for block in view.numbers.blocks() for line in block.lines] == [EAST]


def test_the_drill_of_a_tile_is_the_orders_that_add_up_to_it(book: Book, enter: Enter) -> None:
    view = opened(enter())
    assert view.numbers is not None
    (tile,) = [t for t in view.numbers.tiles() if t.key == "m041"]
    asked = parse_qs(urlsplit(tile.href).query)
    assert asked["by"] == ["paid"]
    first, last = date.fromisoformat(asked["from"][0]), date.fromisoformat(asked["to"][0])
    period = Period.of_days(first, last, book.east.zone)
    where = OrderFilter(
        shops=frozenset(int(i) for i in asked["shop"]), paid_from=period.starts_at, paid_to=period.ends_at
    )
    rows = orders.list_orders(shop_ids=frozenset({book.east.id, book.west.id}), where=where).rows
    assert sum(r.buyer_paid or 0 for r in rows) == view.numbers.board.by_currency[0].values["M041"].now == 53_000
    assert len(rows) == view.numbers.board.total.values["M047"].now


def test_yesterday_without_sales_falls_back_to_the_last_day_with_data_and_says_so(tmp_path: Path, enter: Enter) -> None:
    accounts.create_shop(name=EAST, channel="pinduoduo")
    now = timezone.now()
    desk_book.bring(tmp_path, EAST, [Sold("260901-1", 9, 70), Sold("260901-2", 12, 30)], now)
    client = enter()
    view = opened(client)
    assert "last day with data" in view.note
    assert tiles(view)["m041"] == "CN¥70.00"
    asked = opened(client, "/?period=yesterday")
    assert asked.note == ""
    assert tiles(asked)["m047"] == "0"


def test_days_no_file_reaches_are_said_to_be_missing(book: Book, enter: Enter) -> None:
    day = timezone.localdate() + timedelta(days=40)
    view = opened(enter(), f"/?from={day}&to={day}")
    assert set(tiles(view).values()) == {"No file for these days"}
    assert view.numbers is not None
    assert view.numbers.is_empty


def test_a_late_shop_is_named_and_not_taken_for_zero(book: Book, tmp_path: Path, enter: Enter) -> None:
    old = accounts.create_shop(name="停更的店", channel="pinduoduo")
    desk_book.bring(tmp_path, old.name, [Sold("260901-7", 20, 70)], book.now, seen=book.now - timedelta(days=19))
    view = opened(enter())
    assert view.numbers is not None
    paid = view.numbers.board.by_currency[0].values["M041"]
    assert (paid.now, paid.missing) == (53_000, (old.id,))
    assert "停更的店" in view.numbers.completeness(paid)
    assert ("stale_orders", "停更的店") in kinds(view)


def test_two_currencies_stay_apart(book: Book, tmp_path: Path, enter: Enter) -> None:
    accounts.create_shop(name="Dollar", channel="pinduoduo", currency="USD", zone="Asia/Shanghai")
    done = desk_book.bring(tmp_path, "Dollar", [Sold("261101-5", 1, 9)], book.now)
    assert done.error is None
    view = opened(enter())
    assert view.numbers is not None
    sums = {r.currency: r.values["M041"].now for r in view.numbers.board.by_currency}
    if len(sums) == 1:
        pytest.skip("the file states its own currency")
    assert sums == {"CNY": 53_000, "USD": 900}
    assert view.numbers.board.total.values["M047"].now == 5


# findings


def test_what_needs_attention_is_ranked_with_money_and_clock(book: Book, enter: Enter) -> None:
    view = opened(enter())
    found = findings(view)
    assert [(f.kind, f.where) for f in found[:2]] == [("ship_overdue", EAST), ("ship_soon", EAST)]
    late, soon = found[0], found[1]
    assert (late.sentence, late.money) == ("1 order is past its shipping deadline", [Money(1000, "CNY")])
    assert late.clock == "3 h over"
    assert late.over
    assert soon.money == [Money(2000, "CNY")]
    assert "left" in soon.clock
    assert ("unknown_state", EAST) in kinds(view)
    assert not [f for f in found if f.where == WEST and f.kind != "ship_undated"]


def test_the_link_of_a_shipping_finding_lists_exactly_its_orders(book: Book, enter: Enter) -> None:
    client = enter()
    late = next(f for f in findings(opened(client)) if f.kind == "ship_overdue")
    asked = parse_qs(urlsplit(late.href).query)
    where = OrderFilter(shops=frozenset(int(i) for i in asked["shop"]), due=asked["due"][0])
    found = orders.count_orders(shop_ids=frozenset({book.east.id, book.west.id}), where=where)
    assert found.number == 1
    assert client.get(late.href).status_code == 200


def test_a_role_sees_what_it_is_called_for(book: Book, enter: Enter) -> None:
    assert {k for k, _ in kinds(opened(enter("WH")))} == {"ship_overdue", "ship_soon", "unknown_state"}
    assert {k for k, _ in kinds(opened(enter("CS")))} == {"unknown_state"}
    assert {k for k, _ in kinds(opened(enter("FIN")))} == set()
    legal = opened(enter("LEG"))
    assert legal.calls_nobody
    assert kinds(legal) == []


def test_another_shop_stays_out_of_sight(book: Book, enter: Enter) -> None:
    client = enter("OWN", shop_id=book.west.id)
    view = opened(client)
    assert tiles(view)["m041"] == "CN¥500.00"
    assert not [f for f in findings(view) if f.where == EAST]
    assert EAST not in client.get("/").content.decode()
    asked = opened(client, f"/?shop={book.east.id}")
    assert asked.numbers is None
    assert kinds(asked) == []
    assert EAST not in client.get("/freshness/").content.decode()
    assert EAST not in client.get(f"/freshness/?shop={book.east.id}").content.decode()


def test_refused_rows_and_failed_files_are_named(book: Book, tmp_path: Path, enter: Enter) -> None:
    done = desk_book.bring(
        tmp_path, EAST, [Sold("261101-8", 1), Sold("2.606E+20", 1)], book.now, seen=book.now - timedelta(minutes=5)
    )
    assert done.rejected == 1
    view = opened(enter())
    (line,) = [f for f in findings(view) if f.kind == "file_rejected"]
    assert line.sentence == "1 of 2 rows in 1 file was refused"
    assert "/import/files/" in line.href
    assert enter("WH").get(line.href).status_code == 200


def test_a_file_without_a_shop_calls_whoever_brought_it(book: Book, tmp_path: Path, enter: Enter) -> None:
    from zhanggui.processes.importing.operations import import_file

    path = tmp_path / "strange.csv"
    path.write_bytes(desk_book.export([Sold("261101-77", 1)], book.now))
    client = enter("OPS")
    actor = User.objects.latest("id")
    result = import_file(path=path, shop_name=None, channel=None, actor_id=actor.pk)
    if result.error is None or not getattr(result, "waiting_id", None):
        pytest.skip("the import found a shop by itself")
    assert [f.detail for f in findings(opened(client)) if f.kind == "file_waiting"] == ["strange.csv"]
    assert not [f for f in findings(opened(enter("FIN"))) if f.kind == "file_waiting"]


def test_nothing_to_do_says_what_was_looked_at(book: Book, enter: Enter) -> None:
    client = enter("WH", shop_id=book.west.id)
    answer = client.get("/")
    view = answer.context["view"]
    assert view.sections == []
    assert any("Shipping deadlines" in line for line in view.checked)
    assert "Nothing needs you now" in answer.content.decode()


def test_the_bell_counts_what_is_urgent(book: Book, enter: Enter) -> None:
    owner = enter()
    page = owner.get("/freshness/")
    view = opened(owner)
    urgent = [f for f in findings(view) if f.kind != "ship_undated"]
    assert page.context["frame"].notices == len(urgent) == 3
    assert enter("LEG").get("/freshness/").context["frame"].notices is None


# first run, freshness


def test_an_empty_book_shows_what_to_download(enter: Enter) -> None:
    answer = enter().get("/")
    view = answer.context["view"]
    assert view.first_run
    text = answer.content.decode()
    assert "已卖出的宝贝" in text
    assert "/import/" in text
    assert view.numbers is None


def test_somebody_without_a_shop_is_told_so(book: Book, enter: Enter) -> None:
    assert enter(None).get("/").status_code == 403
    assert enter(None).get("/freshness/").status_code == 403
    assert enter(None).get("/search/?q=261101").status_code == 403


def test_strangers_are_sent_to_the_door(book: Book) -> None:
    for path in ("/", "/freshness/", "/search/?q=261101"):
        answer = Client().get(path)
        assert answer.status_code == 302, path
        assert "login" in answer["Location"]


def test_the_frame_tells_the_data_time_and_who_is_late(book: Book, tmp_path: Path, enter: Enter) -> None:
    client = enter(lang="zh-hans")
    fresh = client.get("/freshness/").context["frame"].freshness
    assert (fresh.tone, fresh.url) == ("ok", "/freshness/")
    assert fresh.text.startswith("数据 ")
    accounts.create_shop(name="京东店", channel="jd")
    late = client.get("/freshness/").context["frame"].freshness
    assert late.tone == "warn"
    assert "京东 缺数据" in late.text


def test_the_freshness_page_says_how_to_bring_what_is_missing(book: Book, enter: Enter) -> None:
    accounts.create_shop(name="京东店", channel="jd")
    answer = enter("OPS").get("/freshness/")
    rows = {row.shop.name: row for row in answer.context["view"].rows}
    assert next(iter(rows)) == "京东店"  # what needs something comes first
    assert [" › ".join(c.path) for c in rows["京东店"].to_do] == ["京麦商家后台 › 订单管理 › 订单查询 › 导出"]
    assert rows[EAST].to_do == []
    assert "/import/" in answer.content.decode()


# search


def found(client: Client, q: str, *, page: bool = False) -> str:
    """The lines of the palette, or the whole page."""
    headers = {} if page else {"HX-Request": "true"}
    return client.get("/search/", {"q": q}, headers=headers).content.decode()


def test_orders_are_found_by_number_waybill_and_two_characters(book: Book, enter: Enter) -> None:
    client = enter()
    for q in ("261101-100000000000003", "YT7700112233"):
        assert "261101-100000000000003" in found(client, q), q
    assert "261101-900000000000001" in found(client, "砂锅")
    assert "261101-900000000000001" not in found(client, "颈枕")


def test_the_palette_gets_lines_and_the_page_gets_a_page(book: Book, enter: Enter) -> None:
    client = enter()
    lines = found(client, "砂锅")
    assert "<html" not in lines
    assert 'role="option"' in lines
    assert "<h3" in lines
    assert "<html" in found(client, "砂锅", page=True)


def test_search_keeps_to_the_readers_shops_and_permissions(book: Book, enter: Enter) -> None:
    other = enter("OWN", shop_id=book.west.id)
    assert "261101-100000000000003" not in found(other, "261101")
    assert EAST not in found(other, "东边")
    assert WEST in found(enter(), "西边")
    legal = enter("LEG")
    assert "orders_export" not in found(legal, "orders_export")
    assert "orders_export" in found(enter("FIN"), "orders_export")


def test_personal_data_is_not_searched(book: Book, enter: Enter) -> None:
    client = enter()
    for q in (BUYER, "13800001234", "欧阳"):
        assert "261101-1" not in found(client, q), q


def test_pages_are_found_and_one_character_is_too_little(book: Book, enter: Enter) -> None:
    client = enter()
    assert "/freshness/" in found(client, "fresh")
    assert 'href="/import/"' in found(client, "impo", page=True)
    assert "least" in found(client, "1", page=True)


def test_search_stands_any_text(book: Book, enter: Enter) -> None:
    client = enter()
    for q in ("%", "%%", "_' OR 1=1 --", "x" * 5000, "\u0000\u0000", "<b>hi</b>", "🎈🎈"):
        answer = client.get("/search/", {"q": q})
        assert answer.status_code == 200, q
        assert "<b>hi</b>" not in answer.content.decode()


# the whole


def test_the_board_of_the_page_is_the_board_of_the_store(book: Book, enter: Enter) -> None:
    view = opened(enter())
    assert view.numbers is not None
    shown = view.numbers.board
    day = timezone.localdate() - timedelta(days=1)
    told = metrics.day_board(
        shop_ids=frozenset({book.east.id, book.west.id}),
        first=day,
        last=day,
        before_first=day - timedelta(days=1),
        before_last=day - timedelta(days=1),
    )
    assert shown.by_currency == told.by_currency
    assert shown.series == told.series


def test_more_findings_do_not_mean_more_questions(book: Book, tmp_path: Path, enter: Enter) -> None:
    from django.db import connection

    client = enter()
    client.get("/")
    with CaptureQueriesContext(connection) as before:
        client.get("/")
    more = [Sold(f"261101-5{n:014}", 1, 10, "待发货", due=-5) for n in range(20)]
    desk_book.bring(tmp_path, EAST, more, book.now, seen=book.now - timedelta(minutes=9))
    client.get("/")  # without a worker, the page that sees new files runs the detectors
    with CaptureQueriesContext(connection) as after:
        client.get("/")
    assert len(after) == len(before)


def test_paid_orders_carry_shops_and_days() -> None:
    href = links.paid_orders([3, 1], date(2026, 11, 1), date(2026, 11, 2))
    assert href == "/orders/?shop=1&shop=3&from=2026-11-01&to=2026-11-02&by=paid&sort=-paid"
