"""Pages of imports and orders keep to their readers: ids of other shops and people are simply not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.accounts import queries as accounts_queries
from zhanggui.foundation.accounts.models import User
from zhanggui.foundation.jobs import operations as jobs
from zhanggui.foundation.jobs.models import Job
from zhanggui.processes.importing import waiting
from zhanggui.processes.importing.operations import import_file
from zhanggui.processes.orderhub import saved
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.orders import queries as orders

pytestmark = [pytest.mark.data, pytest.mark.django_db]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STRANGE = b"alpha,beta,phone\nA,2,13800138000\n"


def signed_in(role: str, *, shop_id: int | None = None, language: str = "en") -> tuple[Client, User]:
    person = accounts.create_user(username=f"{role.lower()}{User.objects.count()}", language=language)
    accounts.grant_role(user_id=person.id, role=role, shop_id=shop_id)
    user = User.objects.get(pk=person.id)
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client, user


def work() -> None:
    for job_id in Job.objects.filter(status="queued").order_by("pk").values_list("pk", flat=True):
        jobs.run(job_id)


def send(client: Client, content: bytes, name: str = "file.csv", **fields: str) -> Any:
    return client.post("/import/upload", {"files": SimpleUploadedFile(name, content), **fields})


@pytest.fixture
def two_shops(orders_file: Path) -> tuple[int, int]:
    """A JD shop with orders, and an empty one."""
    result = import_file(path=orders_file, shop_name="京东一店", channel="jd")
    assert result.shop_id is not None
    return result.shop_id, accounts.create_shop(name="京东二店", channel="jd").id


def test_files_and_orders_of_another_shop_are_not_there(two_shops):
    full, empty = two_shops
    (info,) = channels.imported_files(shop_ids=frozenset({full}))
    order = orders.list_orders(shop_ids=frozenset({full}), limit=1).rows[0]
    clerk, _user = signed_in("OPS", shop_id=empty)
    for path in (
        f"/import/files/{info.id}/",
        f"/import/files/{info.id}/rejects.csv",
        f"/import/map/file/{info.id}/",
        f"/orders/{order.id}/",
        f"/orders/{order.id}/raw?file={info.id}&row=2",
    ):
        assert clerk.get(path).status_code == 404, path
    for path in (f"/import/files/{info.id}/again", f"/orders/{order.id}/note", f"/orders/{order.id}/hold"):
        assert clerk.post(path, {"text": "x", "reason": "x"}).status_code == 404, path
    assert order.order_no not in clerk.get("/orders/?from=2026-01-01&to=2026-12-31").content.decode()
    owner, _user = signed_in("OWN")
    assert owner.get(f"/import/files/{info.id}/").status_code == 200
    assert owner.get(f"/orders/{order.id}/").status_code == 200


def test_raw_cells_are_shown_for_rows_of_the_order_only_and_without_people(two_shops):
    full, _empty = two_shops
    detail = next(
        d
        for r in orders.list_orders(shop_ids=frozenset({full}), limit=50).rows
        if (d := orders.order_detail(shop_ids=frozenset({full}), order_id=r.id)) and d.masked
    )
    owner, _user = signed_in("OWN")
    path = f"/orders/{detail.row.id}/raw?file={detail.source_file_id}&row="
    shown = owner.get(f"{path}{detail.source_row}").content.decode()
    assert detail.row.order_no in shown
    assert "hidden" in shown
    assert owner.get(f"{path}1").status_code == 404
    assert owner.get(f"{path}{detail.source_row + 999}").status_code == 404


def test_waiting_files_and_jobs_are_their_persons_own(db):
    first, uploader = signed_in("OPS")
    accounts.create_shop(name="淘宝店", channel="taobao")
    answer = send(first, STRANGE)
    work()
    job_page = answer.headers["Location"]
    (waits,) = waiting.files(actor_id=uploader.pk)
    assert first.get(job_page).headers["Location"] == f"/import/waiting/{waits.id}/"
    other, _user = signed_in("OPS")
    for path in (job_page, f"/import/waiting/{waits.id}/", f"/import/map/waiting/{waits.id}/"):
        assert other.get(path).status_code == 404, path
    assert other.post(f"/import/waiting/{waits.id}/again", {"shop": "auto"}).status_code == 404
    assert other.post(f"/import/waiting/{waits.id}/dismiss").status_code == 404
    assert "file.csv" not in other.get("/import/").content.decode()
    page = first.get(f"/import/map/waiting/{waits.id}/").content.decode()
    assert "13800138000" not in page
    assert first.post(f"/import/waiting/{waits.id}/dismiss").status_code == 302
    assert waiting.files(actor_id=None) == []


def test_who_may_not_add_shops_cannot_by_uploading(orders_file, db):
    content = orders_file.read_bytes()
    clerk, user = signed_in("OPS", shop_id=accounts.create_shop(name="淘宝店", channel="taobao").id)
    assert send(clerk, content, shop="new", new_name="My JD", new_channel="jd").status_code == 422
    send(clerk, content)
    work()
    assert [s.name for s in accounts_queries.shops()] == ["淘宝店"]
    (waits,) = waiting.files(actor_id=user.pk)
    assert waits.error["code"] == "choose_shop"
    owner, _user = signed_in("OWN")
    send(owner, content)
    work()
    assert {s.channel for s in accounts_queries.shops()} == {"taobao", "jd"}


def test_a_saved_filter_is_seen_and_deleted_by_its_person_only(two_shops):
    one, user = signed_in("OWN")
    one.post("/orders/filters", {"name": "big ones", "query": "min=100"})
    (kept,) = saved.saved_filters(user_id=user.pk)
    other, _user = signed_in("OWN")
    assert "big ones" not in other.get("/orders/").content.decode()
    assert other.post(f"/orders/filters/{kept.id}/delete").status_code == 404
    assert "big ones" in one.get("/orders/").content.decode()
    one.post("/orders/filters", {"name": "big ones", "query": "min=200"})
    assert [f.query for f in saved.saved_filters(user_id=user.pk)] == ["min=200"]
    one.post(f"/orders/filters/{kept.id}/delete")
    assert saved.saved_filters(user_id=user.pk) == []


def test_a_layout_is_edited_and_deleted_without_its_file(db):
    from zhanggui.trade.channels import operations

    mapping = {"name": "old", "channel": "other", "kind": "orders", "columns": {"order_no": "No"}}
    layout_id = operations.save_layout(name="old", channel="other", kind="orders", mapping=mapping, actor_id=None)
    owner, _user = signed_in("OWN")
    assert "No" in owner.get(f"/import/map/layout/{layout_id}/").content.decode()
    answer = owner.post(
        f"/import/map/layout/{layout_id}/",
        {"name": "new", "kind": "orders", "layout_channel": "jd", "col.order_no": "h:No", "opt.rows": "order"},
    )
    assert answer.status_code == 302, answer.content.decode()
    (kept,) = channels.layouts()
    assert (kept.name, kept.channel, kept.mapping["options"]) == ("new", "jd", {"rows": "order"})
    taken = owner.post(f"/import/map/layout/{kept.id}/", {"name": "new", "kind": "orders"})
    assert taken.status_code == 422
    assert owner.post(f"/import/layouts/{kept.id}/delete").status_code == 302
    assert channels.layouts() == []


@pytest.mark.parametrize("query", ["cursor=nonsense", "min=abc&max=", "sort=;drop", "state=nothing", "q=%25_%00"])
def test_an_order_list_with_a_strange_address_still_is_a_list(two_shops, query):
    owner, _user = signed_in("OWN")
    assert owner.get(f"/orders/?{query}").status_code == 200


def test_the_export_of_a_list_holds_what_the_list_shows(two_shops):
    import io

    import polars as pl

    owner, _user = signed_in("OWN")
    scope = "from=2026-01-01&to=2026-12-31&state=completed"
    answer = owner.get(f"/orders/export?{scope}")
    rows = pl.read_excel(io.BytesIO(b"".join(answer.streaming_content)), infer_schema_length=0)
    assert set(rows["status"]) == {"completed"}
    wanted = orders.count_orders(
        shop_ids=frozenset(two_shops), where=orders_filter(states=frozenset({"completed"}))
    ).number
    assert len(rows) == wanted


def orders_filter(**fields: Any) -> Any:
    from zhanggui.trade.orders.contracts import OrderFilter

    return OrderFilter(**fields)
