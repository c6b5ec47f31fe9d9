"""Importing is repeatable, changes nothing in a rehearsal, and leaves every failure where a person finds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.apps import apps

from integration.processes.ledgers import everything
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.accounts import queries as accounts_queries
from zhanggui.foundation.accounts.models import User
from zhanggui.processes.importing import waiting
from zhanggui.processes.importing.operations import import_file
from zhanggui.processes.importing.shops import Rights
from zhanggui.processes.importing.steps import steps_for
from zhanggui.trade.channels import operations as channels_ops
from zhanggui.trade.channels import queries as channels

pytestmark = [pytest.mark.data, pytest.mark.django_db]


def table_sizes() -> dict[str, int]:
    """Rows of every table of the product, sequences and logs included."""
    own = [m for m in apps.get_models() if m.__module__.startswith("zhanggui.")]
    return {m._meta.db_table: m._default_manager.count() for m in own}


def all_shops() -> frozenset[int]:
    return frozenset(s.id for s in accounts_queries.shops(include_inactive=True))


@pytest.fixture
def owner() -> User:
    person = accounts.create_user(username="owner", language="en")
    accounts.grant_role(user_id=person.id, role="OWN")
    return User.objects.get(pk=person.id)


def mapping(**more: Any) -> None:
    """A saved layout for a plain table of orders."""
    kept = {
        "name": "plain", "channel": "other", "kind": "orders", "constants": {"currency": "CNY"},
        "columns": {"order_no": "No", "buyer_paid": "Paid"}, "options": {"rows": "order"},
    } | more  # fmt: skip
    channels_ops.save_layout(name="plain", channel="other", kind="orders", mapping=kept, actor_id=None)


def test_the_same_file_twice_changes_nothing(jd):
    first = [import_file(path=p, shop_name="京东一店", channel="jd") for p in jd]
    before = everything()
    assert sum(len(rows) for rows in before.values()) > 100
    again = [import_file(path=p, shop_name="京东一店", channel="jd") for p in jd]
    assert everything() == before
    for one, two in zip(first, again, strict=True):
        assert (one.error, two.error) == (None, None)
        assert (two.rows_read, two.rejected) == (one.rows_read, one.rejected)
        assert [two.orders_new, two.orders_updated, two.lines_new, two.lines_updated] == [0, 0, 0, 0]
        assert [two.refunds_new, two.settlement_new] == [0, 0]
        assert two.file_id == one.file_id
    files = channels.imported_files(shop_ids=all_shops())
    assert len(files) == len(jd)
    assert {f.attempts for f in files} == {2}


def test_a_renamed_copy_is_the_same_file(orders_file, tmp_path):
    import_file(path=orders_file, shop_name="京东一店", channel="jd")
    copy = tmp_path / "another name.csv"
    copy.write_bytes(orders_file.read_bytes())
    import_file(path=copy, shop_name="京东一店")
    assert [f.name for f in channels.imported_files(shop_ids=all_shops())] == ["another name.csv"]


def test_a_rehearsal_tells_the_same_and_changes_nothing(jd):
    before = table_sizes()
    told = [import_file(path=p, shop_name="京东一店", channel="jd", dry_run=True) for p in jd]
    assert table_sizes() == before
    assert all_shops() == frozenset()
    done = [import_file(path=p, shop_name="京东一店", channel="jd") for p in jd]
    # the order list is rehearsed as it is imported; later files would meet what the first one wrote
    names = ("rows_read", "accepted", "rejected", "orders_new", "lines_new", "residuals_total")
    assert [getattr(told[-1], n) for n in names] == [getattr(done[-1], n) for n in names]
    before = table_sizes()
    again = [import_file(path=p, shop_name="京东一店", channel="jd", dry_run=True) for p in jd]
    assert table_sizes() == before
    assert [a.orders_new for a in again] == [0] * len(jd)


def test_a_rehearsal_of_what_cannot_be_taken_leaves_nothing_either(tmp_path):
    path = tmp_path / "strange.csv"
    path.write_text("alpha,beta\n1,2\n", encoding="utf-8")
    before = table_sizes()
    assert import_file(path=path, dry_run=True).error["code"] == "unknown_layout"
    assert table_sizes() == before


def test_a_file_of_another_shop_is_refused_and_one_click_from_its_shop(orders_file, jd, owner):
    import_file(path=orders_file, shop_name="京东一店", channel="jd")
    accounts.create_shop(name="京东二店", channel="jd")
    before = everything()
    result = import_file(path=orders_file, shop_name="京东二店", actor_id=owner.pk)
    assert result.error["code"] == "wrong_shop"
    assert (result.shop_id, result.file_id) == (None, None)
    assert everything() == before
    (waits,) = waiting.files(actor_id=owner.pk)
    steps = steps_for(owner, waits.error)
    assert steps.one_click.name == "京东一店"
    assert [f.shop_id for f in channels.imported_files(shop_ids=all_shops())] == [steps.one_click.id]
    import_file(path=orders_file, shop_name="京东一店", actor_id=owner.pk)
    assert waiting.files(actor_id=owner.pk) == []


def test_who_does_not_see_the_other_shop_is_not_told_its_name(orders_file):
    import_file(path=orders_file, shop_name="秘密店", channel="jd")
    mine = accounts.create_shop(name="京东二店", channel="jd")
    person = accounts.create_user(username="clerk", language="en")
    accounts.grant_role(user_id=person.id, role="OPS", shop_id=mine.id)
    clerk = User.objects.get(pk=person.id)
    import_file(path=orders_file, shop_name="京东二店", actor_id=clerk.pk, rights=Rights(frozenset({mine.id}), False))
    (waits,) = waiting.files(actor_id=clerk.pk)
    steps = steps_for(clerk, waits.error)
    assert "秘密店" not in steps.sentence
    assert steps.one_click is None


def test_two_shops_of_a_platform_need_a_choice(orders_file, owner):
    first = accounts.create_shop(name="京东一店", channel="jd")
    second = accounts.create_shop(name="京东二店", channel="jd")
    accounts.create_shop(name="淘宝店", channel="taobao")
    result = import_file(path=orders_file, actor_id=owner.pk)
    assert result.error["code"] == "choose_shop"
    (waits,) = waiting.files(actor_id=owner.pk)
    assert {s.id for s in steps_for(owner, waits.error).shops} == {first.id, second.id}
    import_file(path=orders_file, shop_name="京东二店", actor_id=owner.pk)
    assert waiting.files(actor_id=owner.pk) == []


def test_a_file_of_another_platform_leads_to_its_shops(orders_file, owner):
    accounts.create_shop(name="淘宝店", channel="taobao")
    jd_shop = accounts.create_shop(name="京东一店", channel="jd")
    result = import_file(path=orders_file, shop_name="淘宝店", actor_id=owner.pk)
    assert result.error["code"] == "wrong_channel"
    (waits,) = waiting.files(actor_id=owner.pk)
    assert steps_for(owner, waits.error).one_click == jd_shop


def test_an_unknown_table_of_a_chosen_shop_is_a_failed_file_of_that_shop(tmp_path, owner):
    shop = accounts.create_shop(name="淘宝店", channel="taobao")
    path = tmp_path / "strange.csv"
    path.write_text("alpha,beta\n1,2\n", encoding="utf-8")
    result = import_file(path=path, shop_name="淘宝店", actor_id=owner.pk)
    info = channels.imported_file(result.file_id, shop_ids=frozenset({shop.id}))
    assert (info.status, info.error["code"]) == ("failed", "unknown_layout")
    assert steps_for(owner, info.error).may_map
    assert waiting.files(actor_id=None) == []


def test_a_failed_import_leaves_no_new_shop_behind(tmp_path):
    path = tmp_path / "strange.csv"
    path.write_text("alpha,beta\n1,2\n", encoding="utf-8")
    result = import_file(path=path, shop_name="Brand new", channel="jd")
    assert result.error["code"] == "unknown_layout"
    assert all_shops() == frozenset()
    assert result.waiting_id is not None


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (b"\n\n", "empty"), (b"\xff\xd8\xff\xe0jpeg", "not_a_table")]
)
def test_a_file_without_a_table_gives_one_sentence(tmp_path, content, code):
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    result = import_file(path=path)
    assert result.error["code"] == code
    assert result.error["zh"].endswith("。")
    assert result.error["en"].endswith(".")
    assert waiting.file(result.waiting_id, actor_id=None).error["code"] == code


def test_a_header_without_rows_is_taken_and_says_so(tmp_path):
    mapping()
    path = tmp_path / "header.csv"
    path.write_text("No,Paid\n", encoding="utf-8")
    result = import_file(path=path)
    assert result.error is None
    assert (result.rows_read, result.rejected, result.orders_new) == (0, 0, 0)
    assert result.notice["code"] == "no_rows"
    assert channels.imported_file(result.file_id, shop_ids=all_shops()).status == "done"


def test_a_file_of_which_every_row_is_refused_is_accounted_for_row_by_row(tmp_path):
    mapping()
    path = tmp_path / "bad.csv"
    path.write_text("No,Paid\n" + "".join(f"A{n},much\n" for n in range(7)) + "2.026E+27,3.00\n", encoding="utf-8")
    result = import_file(path=path)
    assert result.error is None
    assert (result.rows_read, result.accepted, result.rejected, result.orders_new) == (8, 0, 8, 0)
    lines = Path(result.rejects_file).read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [str(n) for n in range(2, 10)]
    assert [line.split(",")[4] for line in lines[1:]] == ["not_an_amount"] * 7 + ["id_damaged"]
    assert everything() == {"orders": [], "lines": [], "refunds": [], "settlement": []}


def test_refused_rows_cannot_start_a_formula(tmp_path):
    mapping()
    path = tmp_path / "bad.csv"
    path.write_text("No,Paid\nA1,=cmd()\n", encoding="utf-8")
    text = Path(import_file(path=path).rejects_file).read_text(encoding="utf-8-sig")
    assert ",'=cmd()," in text


def test_a_workbook_whose_rows_become_good_forgets_its_rejects(tmp_path):
    mapping()

    def book(paid: str) -> Path:
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(path) as made:
            sheet = made.add_worksheet()
            sheet.write_row(0, 0, ["No", "Paid"])
            sheet.write_row(1, 0, ["A1", paid])
        return path

    bad = import_file(path=book("x"))
    assert Path(bad.rejects_file).exists()
    good = import_file(path=book("3.20"))
    assert (good.rejected, good.rejects_file, good.orders_new) == (0, None, 1)


def test_what_a_killed_import_left_behind_is_removed_by_a_later_one(tmp_path, settings):
    import os

    mapping()
    folder = Path(settings.HOME) / "tmp"
    old, young = folder / "import-old", folder / "import-young"
    for place in (old, young):
        place.mkdir(parents=True, exist_ok=True)
        (place / "rows.arrow").write_bytes(b"x")
    os.utime(old, (1, 1))
    path = tmp_path / "one.csv"
    path.write_text("No,Paid\nA1,3.20\n", encoding="utf-8")
    import_file(path=path)
    assert not old.exists()
    assert young.exists()
    (young / "rows.arrow").unlink()
    young.rmdir()
