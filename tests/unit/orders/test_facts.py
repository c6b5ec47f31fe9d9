"""The tables that rooms offer to the lake name nobody, and have what their descriptions promise."""

from __future__ import annotations

import pytest

from zhanggui.foundation.lake import queries as lake
from zhanggui.kernel import records

OFFERED = lake.sources()
PERSONAL = {f.name for table in records.TABLES.values() for f in table if f.personal}


def test_the_ledgers_offer_their_tables() -> None:
    assert {"orders", "lines", "refunds", "settlement"} <= OFFERED.keys()


@pytest.mark.parametrize("name", OFFERED)
def test_no_column_is_personal(name: str) -> None:
    table = OFFERED[name].table
    assert not PERSONAL & set(table.schema)
    assert not {"note", "buyer_note", "seller_note"} & set(table.schema), "free text names people"


@pytest.mark.parametrize("name", sorted(records.TABLES.keys() & OFFERED.keys()))
def test_the_columns_of_the_record_are_there(name: str) -> None:
    left_out = {f.name for f in records.TABLES[name]} - set(OFFERED[name].table.schema) - PERSONAL
    assert left_out == ({"note", "subject_raw"} if name == "settlement" else set())
