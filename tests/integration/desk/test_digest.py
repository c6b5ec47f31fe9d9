"""The morning mail, the commands and the API over a real book."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client

import desk_book
from desk_book import Book
from zhanggui.desk import digest
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.accounts.models import User
from zhanggui.foundation.loop import operations as loop

pytestmark = [pytest.mark.data, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = desk_book.make(tmp_path)
    loop.run_all(codes=["desk.shipping", "desk.files"], now=made.now)
    return made


def somebody(name: str, role: str, shop_id: int | None = None) -> User:
    made = User.objects.create(username=name, language="en")
    accounts.grant_role(user_id=made.pk, role=role, shop_id=shop_id)
    return made


def morning(book: Book, hour: int) -> datetime:
    return book.now.astimezone(ZoneInfo("Asia/Shanghai")).replace(hour=hour, minute=0) + timedelta(days=1)


def test_the_digest_goes_out_once_a_day_to_who_has_something_to_do(book: Book, settings: Any) -> None:
    somebody("wang", "OWN")
    somebody("li", "LEG")
    settings.DIGEST_TO = {"wang": "wang@example.com", "li": "li@example.com", "nobody": "x@example.com"}
    settings.PUBLIC_URL = "https://shop.example.com"
    settings.EMAIL_HOST = ""
    assert digest.send_due(now=morning(book, 9)) == 0, "no mail server"
    settings.EMAIL_HOST = "mail.example.com"
    assert digest.send_due(now=morning(book, settings.DIGEST_HOUR - 1)) == 0, "too early"
    assert digest.send_due(now=morning(book, 9)) == 1
    assert digest.send_due(now=morning(book, 10)) == 0
    (sent,) = mail.outbox
    assert sent.to == ["wang@example.com"]
    assert "past its shipping deadline" in sent.body
    assert "CN¥10.00" in sent.body
    assert "https://shop.example.com/" in sent.body
    assert digest.send_due(now=morning(book, 9) + timedelta(days=1)) == 1


def test_a_mail_that_could_not_be_sent_is_tried_again(book: Book, settings: Any) -> None:
    somebody("wang", "OWN")
    settings.DIGEST_TO, settings.EMAIL_HOST = {"wang": "wang@example.com"}, "127.0.0.1"
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    assert digest.send_due(now=morning(book, 9)) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert digest.send_due(now=morning(book, 9)) == 1


# API


def entered(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def asked(client: Client, path: str, body: object = None, status: int = 200) -> Any:
    answer = client.get(path) if body is None else client.post(path, json.dumps(body), content_type="application/json")
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_from_the_list_to_an_executed_proposal_by_the_api(book: Book) -> None:
    service, operations = somebody("cs", "CS"), somebody("ops", "OPS")
    cs, ops = entered(service), entered(operations)
    listed = asked(cs, "/api/v1/findings")
    (one,) = listed["items"]
    assert (one["kind"], one["action"], listed["next_cursor"]) == ("unknown_state", "orders.hold", "")
    place = f"/api/v1/findings/{one['id']}"
    assert asked(cs, f"{place}/decision", {"command": "take"})["state"] == "taken"
    assert asked(cs, f"{place}/decision", {"command": "take"}, 409)["code"] == "wrong_state"
    assert [e["command"] for e in asked(cs, f"{place}/history")["items"]] == ["find", "take"]
    wish = {"action": "orders.release", "params": {**one["params"], "reason": "checked"}}
    assert asked(cs, "/api/v1/proposals/preview", wish, 409)["code"] == "nothing_to_do"
    hold = {"action": "orders.hold", "params": {**one["params"], "reason": "strange"}}
    seen = asked(cs, "/api/v1/proposals/preview", hold)
    made = asked(cs, "/api/v1/proposals", {**hold, "token": seen["token"], "finding_id": one["id"]}, 201)
    assert made["state"] == "approved", "a few holds need nobody's approval"
    path = f"/api/v1/proposals/{made['id']}"
    done = asked(cs, f"{path}/execution", {})
    assert (done["state"], [i["state"] for i in done["items"]]) == ("done", ["done"])
    assert asked(cs, f"{path}/execution", {}, 409)["code"] == "wrong_state"
    seen = asked(cs, "/api/v1/proposals/preview", wish)
    free = asked(cs, "/api/v1/proposals", {**wish, "token": seen["token"]}, 201)
    path = f"/api/v1/proposals/{free['id']}"
    assert asked(cs, f"{path}/approval", {"token": free["token"]}, 403)["code"] == "may_not"
    assert asked(ops, f"{path}/approval", {"token": "0" * 64}, 409)["code"] == "token_mismatch"
    assert asked(ops, f"{path}/approval", {"token": free["token"]})["state"] == "approved"
    assert asked(ops, f"{path}/execution", {})["state"] == "done"
    assert asked(ops, f"{path}/undo", {"reason": "again"})["state"] == "undone"
    assert [p["state"] for p in asked(ops, "/api/v1/proposals")["items"]] == ["undone", "done"]


def test_findings_of_others_are_not_there(book: Book) -> None:
    far = entered(somebody("wh", "WH", book.west.id))
    near = entered(somebody("own", "OWN"))
    listed = asked(near, "/api/v1/findings?limit=1")
    assert listed["next_cursor"]
    number = listed["items"][0]["id"]
    assert asked(far, "/api/v1/findings")["items"] == []
    asked(far, f"/api/v1/findings/{number}", status=404)
    asked(far, f"/api/v1/findings/{number}/decision", {"command": "take"}, 404)
    following = asked(near, f"/api/v1/findings?limit=1&cursor={listed['next_cursor']}")
    assert following["items"][0]["id"] != number


# commands


def test_the_commands_tell_and_act(book: Book, capsys: Any) -> None:
    from zhanggui.config.cli import run

    somebody("cs", "CS")
    somebody("ops", "OPS")

    def said(*words: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert run([*words, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    told = said("today", "--role", "CS", "--no-look")
    (one,) = told["findings"]
    assert (one["kind"], told["counts"]["today"]) == ("unknown_state", 1)
    assert said("today", "--role", "XX", code=1)["error"] == "BadWish"
    made = said("proposals", "propose", one["id"], "--as", "cs", "--params", '{"reason": "strange"}')
    assert said("proposals", "execute", made["id"], "--as", "cs")["state"] == "done"
    assert said("proposals", "undo", made["id"], "--as", "ops")["state"] == "undone"
    assert [p["state"] for p in said("proposals", "list")] == ["undone"]
    assert said("proposals", "show", "999", code=1)["error"] == "BadWish"
