"""Visitors and adverts over HTTP: paged, within the caller's shops, strict about what is asked."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.data, pytest.mark.django_db]


def test_lists_are_walked_by_cursor_and_only_counted_spend_may_be_added(book, caller):
    owner = caller()
    seen, cursor = [], ""
    while True:
        page = owner.get(f"/traffic/ads?counts=true&limit=7&cursor={cursor}").json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen
    assert len({row["id"] for row in seen}) == len(seen)
    every = owner.get("/traffic/ads?limit=200").json()["items"]
    assert sum(row["spend"] for row in every) > sum(row["spend"] for row in seen)
    days = owner.get("/traffic/visits?level=shop&from_day=2026-06-20&to_day=2026-06-21").json()["items"]
    assert {row["day"] for row in days} == {"2026-06-20", "2026-06-21"}
    assert all(row["visitors"] >= row["pay_buyers"] for row in days)


def test_a_caller_for_one_shop_sees_only_its_reports(book, caller):
    mine = book.shops[0].id
    rows = caller("MKT", shop_id=mine).get("/traffic/visits?limit=200").json()["items"]
    assert {row["shop_id"] for row in rows} == {str(mine)}


@pytest.mark.parametrize("query", ["from_day=20260601", "level=galaxy", "limit=0", "cursor=zzz", "counts=maybe"])
def test_what_cannot_be_meant_is_a_problem(book, caller, query):
    assert caller().get(f"/traffic/ads?{query}").status_code in (400, 422)


def test_the_tables_come_as_files(book, caller):
    for table in ("visits", "ads"):
        answer = caller().get(f"/exports/{table}?format=csv")
        assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbfshop,channel,day,")
