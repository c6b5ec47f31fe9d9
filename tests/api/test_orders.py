"""Orders through the API: shops, filters, cursors, what people do, and what they may not see."""

from __future__ import annotations

import pytest

from zhanggui.foundation.audit import queries as audit
from zhanggui.trade.orders import queries as orders

pytestmark = [pytest.mark.data, pytest.mark.django_db]


def test_me_says_who_calls_and_within_what_limits(book, caller):
    answer = caller("CS", shop_id=book.shops[0].id, scopes={"home.view", "orders.view"}).get("/me").json()
    assert answer["token"]["scopes"] == ["home.view", "orders.view"]
    assert answer["permissions"] == ["home.view", "orders.view"]
    assert isinstance(answer["id"], str)


def test_a_walk_over_cursors_gives_every_order_once(book, caller):
    owner = caller()
    seen, cursor = [], ""
    while True:
        page = owner.get(f"/orders?limit=7&cursor={cursor}").json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert len(seen) == len(set(seen))
    assert len(seen) == orders.count_orders(shop_ids=frozenset(s.id for s in book.shops)).number
    dates = [item["created_at"] for item in owner.get("/orders?limit=200").json()["items"]]
    assert dates == sorted(dates, reverse=True)
    assert all(d.endswith("Z") for d in dates)


def test_filters_narrow_and_join(book, caller):
    owner = caller()
    every = owner.get("/orders?limit=200").json()["items"]
    paid = owner.get("/orders?limit=200&state=paid&state=shipped&channel=jd").json()["items"]
    assert {i["id"] for i in paid} == {
        i["id"] for i in every if i["status"] in ("paid", "shipped") and i["channel"] == "jd"
    }
    dear = owner.get("/orders?limit=200&amount_from=10000").json()["items"]
    assert {i["id"] for i in dear} == {i["id"] for i in every if (i["buyer_paid"] or 0) >= 10000}
    title = next(t for i in every for t in i["titles"] if any("\u4e00" <= c <= "\u9fff" for c in t))
    word = next(
        title[n : n + 2] for n in range(len(title) - 1) if all("\u4e00" <= c <= "\u9fff" for c in title[n : n + 2])
    )
    found = owner.get(f"/orders?limit=200&q={word}").json()["items"]
    assert found
    assert {i["id"] for i in every if any(word in t for t in i["titles"])} <= {i["id"] for i in found}


def test_one_order_adds_up_and_hides_people(book, caller):
    owner = caller()
    item = next(i for i in owner.get("/orders?limit=200").json()["items"] if i["line_count"] > 1)
    detail = owner.get(f"/orders/{item['id']}").json()
    shares = [line["paid_share"] for line in detail["lines"]]
    assert sum(shares) == detail["amounts"]["buyer_paid"]
    assert detail["masked"]
    assert all("*" in value for value in detail["masked"].values())
    assert detail["timeline"][0]["at"].endswith("Z")


def test_another_shops_order_is_not_there(book, caller):
    mine, other = book.shops
    theirs = caller().get(f"/orders?shop_id={other.id}&limit=1").json()["items"][0]["id"]
    clerk = caller("CS", shop_id=mine.id)
    assert {i["shop_id"] for i in clerk.get("/orders?limit=200").json()["items"]} == {str(mine.id)}
    assert clerk.get(f"/orders?shop_id={other.id}").json()["items"] == []
    for answer in (
        clerk.get(f"/orders/{theirs}"),
        clerk.post(f"/orders/{theirs}/notes", {"text": "x"}),
        clerk.post(f"/orders/{theirs}/hold", {"reason": "x"}),
        clerk.delete(f"/orders/{theirs}/hold"),
        clerk.post(f"/orders/{theirs}/contact", {"reason": "x"}),
        clerk.get("/orders/999999999"),
        clerk.get("/orders/abc"),
        clerk.get("/orders/99999999999999999999999999"),
    ):
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"


def test_a_hold_is_set_once_and_released_once(book, caller):
    owner = caller()
    order_id = owner.get("/orders?limit=1&state=completed").json()["items"][0]["id"]
    assert owner.post(f"/orders/{order_id}/hold", {"reason": "address unclear"}).json() == {
        "order_id": order_id,
        "held": True,
    }
    assert owner.post(f"/orders/{order_id}/hold", {"reason": "again"}).json()["code"] == "already_held"
    assert "held" in owner.get(f"/orders/{order_id}").json()["blocked_because"]
    assert owner.delete(f"/orders/{order_id}/hold").status_code == 200
    assert owner.delete(f"/orders/{order_id}/hold").status_code == 409
    kinds = [m["kind"] for m in owner.get(f"/orders/{order_id}").json()["timeline"]]
    assert kinds.count("hold") == kinds.count("release") == 1


def test_revealing_needs_the_permission_and_a_reason_and_leaves_a_line(book, caller):
    owner = caller()
    for item in owner.get("/orders?limit=200").json()["items"]:
        if owner.get(f"/orders/{item['id']}").json()["masked"]:
            break
    path = f"/orders/{item['id']}/contact"
    assert caller("DAT").post(path, {"reason": "curious"}).json()["permission"] == "contact.reveal"
    assert owner.post(path, {"reason": " "}).status_code == 422
    answer = owner.post(path, {"reason": "courier calls"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["contact"]
    last = audit.entries(limit=1)[0]
    assert (last.action, last.detail["reason"]) == ("contact.revealed", "courier calls")


def test_the_same_key_gives_the_same_answer_and_writes_once(book, caller):
    owner = caller()
    order_id = owner.get("/orders?limit=1").json()["items"][0]["id"]
    path = f"/orders/{order_id}/notes"
    first = owner.post(path, {"text": "call before noon"}, Idempotency_Key="note-1")
    second = owner.post(path, {"text": "call before noon"}, Idempotency_Key="note-1")
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, first.json())
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    notes = [m for m in owner.get(f"/orders/{order_id}").json()["timeline"] if m["kind"] == "note"]
    assert len(notes) == 1
    other = owner.post(path, {"text": "something else"}, Idempotency_Key="note-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert owner.post(path, {"text": "x"}, Idempotency_Key="with blank").status_code == 400
    # another person's key is another key
    assert caller("CS").post(path, {"text": "from service"}, Idempotency_Key="note-1").status_code == 201


def test_a_failed_write_does_not_use_up_its_key(book, caller):
    owner = caller()
    order_id = owner.get("/orders?limit=1").json()["items"][0]["id"]
    assert owner.delete(f"/orders/{order_id}/hold", Idempotency_Key="k").status_code == 409
    owner.post(f"/orders/{order_id}/hold", {"reason": "wait"})
    assert owner.delete(f"/orders/{order_id}/hold", Idempotency_Key="k").status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "code", "field"),
    [
        ("/orders?limit=0", 422, "invalid", "query.limit"),
        ("/orders?state=lost", 422, "invalid", "query.state.0"),
        ("/orders?created_from=yesterday", 422, "invalid", "query.created_from"),
        ("/orders?cursor=bm9wZQ", 400, "bad_cursor", "query.cursor"),
        ("/refunds?cursor=bm9wZQ", 400, "bad_cursor", "query.cursor"),
        ("/orders?q=%00", 422, "invalid", "query.q"),
    ],
)
def test_what_is_wrong_is_named(book, caller, path, status, code, field):
    problem = caller().get(path).json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert [e["field"] for e in problem["errors"]] == [field]
    assert problem["errors"][0]["detail"]


def test_moments_at_the_ends_of_time_are_no_fault(book, caller):
    answer = caller().get("/orders?created_from=0001-01-01T00:00:00%2B14:00&created_to=9999-12-31T23:59:59-14:00")
    assert answer.status_code == 200


def test_problems_speak_the_readers_language(book, caller):
    assert (
        caller(language="zh-CN").get("/orders/0").json()["detail"]
        != caller(language="en").get("/orders/0").json()["detail"]
    )
    assert caller(language="", stored="en").get("/orders/0").json()["detail"].isascii()
    assert not caller(language="", stored="zh-hans").get("/orders/0").json()["detail"].isascii()


def test_strangers_and_narrow_tokens_are_refused_in_the_same_shape(book, caller):
    from django.test import Client

    answer = Client().get("/api/v1/orders")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["type"] == "urn:zhanggui:problem:sign_in_required"
    narrow = caller(scopes={"orders.view"}).get("/refunds")
    assert (narrow.status_code, narrow.json()["permission"]) == (403, "refunds.view")


def test_a_signed_in_browser_needs_the_csrf_token_to_write(book, caller):
    from django.test import Client

    from zhanggui.foundation.accounts import operations
    from zhanggui.foundation.accounts.models import User

    person = operations.create_user(username="browser")
    operations.grant_role(user_id=person.id, role="OWN")
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(pk=person.id), backend="allauth.account.auth_backends.AuthenticationBackend")
    order_id = client.get("/api/v1/orders?limit=1").json()["items"][0]["id"]
    answer = client.post(f"/api/v1/orders/{order_id}/notes", {"text": "x"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
