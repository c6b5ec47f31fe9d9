"""Stock for programs, within the caller's permission and shops."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from stock_book import shelf
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def client(role: str, shop_id: int | None = None) -> Client:
    made = accounts.create_user(username=f"{role.lower()}{shop_id}", display_name="x", password="a-long-password-2026")
    accounts.grant_role(user_id=made.id, role=role, shop_id=shop_id)
    found = Client()
    found.force_login(User.objects.get(pk=made.id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def get(caller: Client, path: str, **query: Any) -> Any:
    answer = caller.get(f"/api/v1{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_shelf_and_its_movements_come_page_by_page() -> None:
    shelf({"A": 3, "B": 2, "C": 1})
    mine = client("WH")
    first = get(mine, "/stock", limit=2)
    rest = get(mine, "/stock", limit=2, cursor=first["next_cursor"])
    assert [r["sku"] for r in first["items"] + rest["items"]] == ["A", "B", "C"]
    assert (rest["next_cursor"], first["items"][0]["available"]) == ("", 3)
    moves = get(mine, "/stock/movements", sku="A")
    assert [(m["place_from"], m["place_to"], m["qty"], m["cost"]) for m in moves["items"]] == [
        ("SUPPLIER", "MAIN", 3, 300)
    ]


def test_a_caller_sees_the_offers_of_their_shops_only() -> None:
    from zhanggui.supply.inventory import operations as stock

    shelf({"A": 10})
    one, two = (accounts.create_shop(name=name, channel="taobao").id for name in ("一", "二"))
    for shop in (one, two):
        stock.note_hearing(shop_id=shop, heard_through=timezone.now() - timedelta(minutes=1))
    found = get(client("WH", one), "/stock/available", sku="A")["items"][0]
    assert [(o["shop_id"], o["target"], o["push"]) for o in found["offers"]] == [(str(one), 5, 5)]
    assert client("LEG").get("/api/v1/stock").status_code == 403
