"""What the mapping page posts becomes a mapping, and nothing that does not exist gets in."""

from __future__ import annotations

from django.http import QueryDict
from django.utils import translation

from zhanggui.kernel import records
from zhanggui.processes.mapping import form, words
from zhanggui.processes.mapping.looking import Look
from zhanggui.trade.channels.domain import mapping as mappings

HEADERS = ("Bestellnummer", "Summe", "Telefon", "Zustand")


def posted(**values: str) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query[name.replace("__", ".")] = value
    return query


def test_columns_constants_and_options_are_read():
    post = posted(
        kind="orders", name=" My  table ", layout_channel="other",
        col__order_no="h:Bestellnummer", col__buyer_paid="h:Summe", col__currency="=", const__currency="EUR",
        opt__rows="order", opt__decimal_comma="true", opt__status_map="Bezahlt = paid\nnonsense\n = x",
        personal="Telefon",
    )  # fmt: skip
    mapping = form.read(post, HEADERS)
    assert mapping == {
        "name": "My table", "channel": "other", "kind": "orders",
        "columns": {"order_no": "Bestellnummer", "buyer_paid": "Summe"},
        "constants": {"currency": "EUR"},
        "options": {"rows": "order", "decimal_comma": True, "status_map": {"Bezahlt": "paid"}, "personal": ["Telefon"]},
    }  # fmt: skip
    assert form.problems_of(mapping, HEADERS) == []


def test_unknown_headers_kinds_and_channels_are_dropped():
    post = posted(kind="stock", layout_channel="nowhere", col__order_no="h:Other", col__nothing="h:Summe")
    mapping = form.read(post, HEADERS)
    assert (mapping["kind"], mapping["channel"], mapping["columns"]) == ("orders", "other", {})


def test_an_empty_constant_and_a_missing_column_are_named_on_the_page():
    mapping = form.read(posted(kind="orders", col__currency="="), HEADERS)
    page = form.page(mapping, Look(HEADERS, (), 1, "", ""), judged=True)
    told = {row.name: row.problem for row in page.first if row.problem}
    assert set(told) == {"order_no", "currency"}
    assert not page.usable


def test_a_guess_fills_the_kind_a_person_chose():
    assert form.guessed("settlement", ("流水号", "收入金额", "支出金额", "备注")) == {
        "entry_no": "流水号", "amount_in": "收入金额", "amount_out": "支出金额", "note": "备注",
    }  # fmt: skip


def test_every_canonical_column_and_option_has_a_word():
    for kind in mappings.KINDS:
        for rows in ("line", "order"):
            assert set(mappings.fields(kind, rows)) - form.GIVEN <= set(words.COLUMNS)
    assert set(mappings.OPTIONS) - {"personal"} == set(words.OPTIONS)
    assert set(words.TABLE_NAMES) == set(records.TABLES)
    for name, (_label, choices) in words.OPTIONS.items():
        allowed = mappings.OPTIONS[name]
        if allowed is not None and choices and name != "decimal_comma":
            assert {value for value, _text in choices} == set(allowed), name


def test_words_are_chinese_for_chinese_readers():
    with translation.override("zh-hans"):
        assert not str(words.COLUMNS["order_no"]).isascii()
