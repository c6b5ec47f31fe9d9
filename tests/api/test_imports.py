"""Hand files in, follow the job, read refused rows, fetch the ledgers."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from api.conftest import shop_folders
from zhanggui.foundation.jobs import operations as jobs

pytestmark = [pytest.mark.data, pytest.mark.django_db]


def upload(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes())


def jd_orders(exports: Path) -> Path:
    folder = next(p for p in shop_folders(exports) if p.name.startswith("jd-"))
    return next(p for p in sorted(folder.iterdir()) if p.name.startswith("订单"))


def test_a_file_becomes_a_job_and_the_job_an_import(exports, caller):
    owner = caller()
    path = jd_orders(exports)
    fields = {"file": upload(path), "shop_name": "京东一店", "channel": "jd"}
    answer = owner.upload("/imports", fields, Idempotency_Key="first")
    assert answer.status_code == 202, answer.content
    job_id = answer.json()["id"]
    assert answer.headers["Location"] == f"/api/v1/jobs/{job_id}"
    again = owner.upload("/imports", {**fields, "file": upload(path)}, Idempotency_Key="first")
    assert again.json()["id"] == job_id
    jobs.run(int(job_id))
    job = owner.get(f"/jobs/{job_id}").json()
    assert job["status"] == "done", job
    file_id = job["result"]["file_id"]
    found = owner.get(f"/imports/{file_id}").json()
    assert found["status"] == "done"
    assert found["result"]["rows_read"] == job["result"]["rows_read"] > 0
    assert "rejects_file" not in found["result"]
    assert len(owner.get("/orders?limit=200").json()["items"]) == found["result"]["orders_new"]
    rejects = owner.get(f"/imports/{file_id}/rejects").json()["items"]
    assert len(rejects) == found["rejected"]
    assert all(r["row"] > 1 and r["detail"] != r["code"] for r in rejects)


def test_rejects_come_a_page_at_a_time(db, tmp_path, caller):
    from zhanggui.processes.importing.operations import import_file
    from zhanggui.trade.channels import operations as channels

    mapping = {
        "name": "plain", "channel": "other", "kind": "orders", "constants": {},
        "columns": {"order_no": "No", "buyer_paid": "Paid"}, "options": {"rows": "order"},
    }  # fmt: skip
    channels.save_layout(name="plain", channel="other", kind="orders", mapping=mapping, actor_id=None)
    path = tmp_path / "bad.csv"
    path.write_text("No,Paid\n" + "".join(f"A{n},x{n}\n" for n in range(25)), encoding="utf-8")
    result = import_file(path=path)
    owner = caller()
    seen, cursor = [], ""
    while True:
        page = owner.get(f"/imports/{result.file_id}/rejects?limit=10&cursor={cursor}").json()
        seen += [item["row"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen == list(range(2, 27))


def test_nobody_imports_into_a_shop_that_is_not_theirs(book, exports, caller):
    mine, other = book.shops
    clerk = caller("OPS", shop_id=mine.id)
    path = jd_orders(exports)
    named = clerk.upload("/imports", {"file": upload(path), "shop_id": str(other.id)})
    assert (named.status_code, named.json()["errors"][0]["field"]) == (422, "body.shop_id")
    by_name = clerk.upload("/imports", {"file": upload(path), "shop_name": other.name})
    jobs.run(int(by_name.json()["id"]))
    assert clerk.get(f"/jobs/{by_name.json()['id']}").json()["result"]["error"]["code"] == "no_such_shop"
    new = clerk.upload("/imports", {"file": upload(path), "shop_name": "Brand new", "channel": "jd"})
    jobs.run(int(new.json()["id"]))
    assert clerk.get(f"/jobs/{new.json()['id']}").json()["result"]["error"]["code"] == "no_such_shop"
    assert {s["name"] for s in caller().get("/shops").json()["items"]} == {mine.name, other.name}
    theirs = caller().get(f"/imports?shop_id={other.id}").json()["items"][0]["id"]
    assert clerk.get(f"/imports/{theirs}").status_code == 404
    assert clerk.get(f"/imports/{theirs}/rejects").status_code == 404
    assert caller("OPS", shop_id=mine.id).get(f"/jobs/{new.json()['id']}").status_code == 404


def test_an_unknown_table_waits_and_says_why(db, caller):
    owner = caller()
    file = SimpleUploadedFile("strange.csv", b"alpha,beta\n1,2\n")
    job = owner.upload("/imports", {"file": file}).json()["id"]
    jobs.run(int(job))
    (item,) = owner.get("/waiting-files").json()["items"]
    assert item["name"] == "strange.csv"
    assert item["error"]["code"] == "unknown_layout"
    assert item["error"]["detail"].isascii() or "“" in item["error"]["detail"]
    assert caller("OPS").get("/waiting-files").json()["items"] == []


def test_refunds_and_money_page_by_page(book, caller):
    owner = caller()
    for path in ("/refunds", "/settlement"):
        seen, cursor = [], ""
        while True:
            page = owner.get(f"{path}?limit=3&cursor={cursor}").json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        assert len(seen) == len(set(seen)) > 3
        assert seen == sorted(seen, key=int, reverse=True)
    entry = owner.get("/settlement?limit=1").json()["items"][0]
    assert isinstance(entry["amount"], int)
    assert owner.get("/settlement?subject=commission&limit=200").json()["items"] == [
        e for e in owner.get("/settlement?limit=200").json()["items"] if e["subject"] == "commission"
    ]


@pytest.mark.parametrize("table", ["orders", "lines", "refunds", "settlement"])
def test_exports_in_every_format_hold_the_same_rows(book, caller, table):
    owner = caller()
    body = {
        f: b"".join(owner.get(f"/exports/{table}?format={f}").streaming_content) for f in ("csv", "parquet", "xlsx")
    }
    csv = pl.read_csv(io.BytesIO(body["csv"]), infer_schema=False)
    parquet = pl.read_parquet(io.BytesIO(body["parquet"]))
    xlsx = pl.read_excel(io.BytesIO(body["xlsx"]), infer_schema_length=0)
    assert len(csv) == len(parquet) == len(xlsx) > 3
    assert csv.columns == parquet.columns == xlsx.columns
    money = (
        "amount" if table == "settlement" else {"orders": "buyer_paid", "lines": "line_amount"}.get(table, "refunded")
    )
    if money in parquet.columns:
        assert csv[money].cast(pl.Int64).sum() == parquet[money].sum() == xlsx[money].cast(pl.Int64).sum()


def test_exports_keep_to_the_callers_shops_and_filters(book, caller):
    mine, _other = book.shops
    finance = caller("FIN", shop_id=mine.id)
    body = b"".join(finance.get("/exports/orders?format=parquet").streaming_content)
    assert set(pl.read_parquet(io.BytesIO(body))["shop"]) == {mine.name}
    body = b"".join(finance.get("/exports/orders?format=parquet&state=completed").streaming_content)
    assert set(pl.read_parquet(io.BytesIO(body))["status"]) <= {"completed"}
    assert caller("CS").get("/exports/orders").status_code == 403
    assert caller("DAT").get("/exports/settlement").status_code == 403
