from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zhanggui.kernel import records
from zhanggui.trade.settlement.domain.keys import NUMBERED, NUMBERLESS, entry_key

parts = st.lists(st.none() | st.text(max_size=6), min_size=1, max_size=4)


@given(parts, parts)
def test_different_parts_have_different_keys(one: list[str | None], other: list[str | None]) -> None:
    clean = [
        [p if p is None else p.replace("\x1f", "").replace("\x00", "").replace("\x1e", "") for p in x]
        for x in (one, other)
    ]
    assert (entry_key(clean[0]) == entry_key(clean[1])) == (clean[0] == clean[1])


@given(parts, st.integers(1, 50), st.integers(1, 50))
def test_equals_of_one_file_are_counted_apart(found: list[str | None], one: int, other: int) -> None:
    assert (entry_key(found, one) == entry_key(found, other)) == (one == other)


def test_keys_are_made_of_canonical_columns_that_never_change() -> None:
    named = {f.name for f in records.SETTLEMENT}
    assert named >= {*NUMBERED, *NUMBERLESS}
    assert not {"settled_at", "subject"} & {*NUMBERED, *NUMBERLESS}
