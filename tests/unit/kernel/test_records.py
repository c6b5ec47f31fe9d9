"""The canonical vocabulary is sound: what other rooms rely on when they loop over it."""

from __future__ import annotations

import itertools
from zoneinfo import ZoneInfo

import pytest

from zhanggui.kernel import records
from zhanggui.kernel.money import Money

KINDS = {records.TEXT, records.INT, records.MINOR, records.UTC, records.BOOL, records.DAY}


@pytest.mark.parametrize("table", records.TABLES)
def test_names_each_column_once_and_of_a_known_kind(table: str) -> None:
    fields = records.TABLES[table]
    names = [f.name for f in fields]
    assert len(names) == len(set(names))
    assert {f.kind for f in fields} <= KINDS
    assert not set(names) & {f.name for f in records.SOURCE}


@pytest.mark.parametrize("table", records.TABLES)
def test_kinds_follow_the_names(table: str) -> None:
    for field in records.TABLES[table]:
        assert (field.kind == records.UTC) == field.name.endswith("_at"), field.name
        if field.name.endswith(("_no", "_id", "_ref")):
            assert field.kind == records.TEXT, field.name


def test_a_column_of_the_same_name_means_the_same_everywhere() -> None:
    seen: dict[str, tuple[str, bool]] = {}
    for field in itertools.chain(*records.TABLES.values()):
        assert seen.setdefault(field.name, (field.kind, field.personal)) == (field.kind, field.personal), field.name


def test_personal_columns_stand_in_orders_only() -> None:
    assert {f.name for f in records.ORDER if f.personal} == {
        "buyer_ref", "receiver_name", "receiver_phone", "receiver_town", "receiver_address", "receiver_postcode",
        "receiver_cipher", "buyer_note", "seller_note", "invoice_title",
    }  # fmt: skip
    for table in ("lines", "refunds", "settlement"):
        assert not any(f.personal for f in records.TABLES[table])


def test_lists_every_state_once_the_road_first() -> None:
    assert records.STATES == (
        "created", "paid", "allocated", "shipped", "delivered", "completed",
        "cancelled", "refunding", "refunded", "closed", "unknown",
    )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [records.STATES, records.FLAGS, records.REFUND_KINDS, records.REFUND_STATES, records.SUBJECTS, records.BOOKS],
)
def test_lists_hold_each_word_once(words: tuple[str, ...]) -> None:
    assert len(words) == len(set(words))
    assert all(word == word.lower() and word.isidentifier() for word in words)


def test_money_that_only_moves_between_accounts_is_told_apart() -> None:
    assert {s for s in records.SUBJECTS if s.startswith("transfer_")} == {
        "transfer_withdrawal", "transfer_topup", "transfer_deposit",
    }  # fmt: skip


@pytest.mark.parametrize("code", records.CHANNELS)
def test_every_channel_has_a_real_zone_and_currency(code: str) -> None:
    channel = records.CHANNELS[code]
    assert channel.code == code
    ZoneInfo(channel.zone)
    Money(0, channel.currency)
    assert channel.name_zh
    assert channel.name_en
