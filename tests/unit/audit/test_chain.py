"""Any changed, removed, added or moved record shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.audit.domain.chain import GENESIS, Record, breaks, canonical, moment, seal

START = datetime(2026, 11, 11, tzinfo=UTC)


def chain(count: int) -> list[Record]:
    found: list[Record] = []
    last = GENESIS
    for seq in range(1, count + 1):
        detail = canonical({"n": seq, "店": "掌柜"})
        draft = Record(seq, START + timedelta(seconds=seq), seq % 3 or None, "x.done", f"s:{seq}", detail, last, "")
        found.append(replace(draft, hash=seal(draft)))
        last = found[-1].hash
    return found


def head(records: list[Record]) -> tuple[int, str]:
    return (records[-1].seq, records[-1].hash) if records else (0, GENESIS)


@given(st.integers(0, 12))
def test_an_untouched_chain_holds(count):
    records = chain(count)
    assert list(breaks(records, head(records))) == []


FIELDS = {
    "at": lambda v: v + timedelta(microseconds=1),
    "actor_id": lambda v: (v or 0) + 1,
    "action": lambda v: v + "x",
    "subject": lambda v: v + "x",
    "detail": lambda v: canonical({"n": "other"}),
    "prev_hash": lambda v: "f" * 64,
    "hash": lambda v: "e" * 64,
}


@given(st.integers(1, 8), st.data())
def test_a_changed_field_is_found_at_its_record(count, data):
    records = chain(count)
    last = head(records)
    place = data.draw(st.integers(0, count - 1))
    name = data.draw(st.sampled_from(sorted(FIELDS)))
    records[place] = replace(records[place], **{name: FIELDS[name](getattr(records[place], name))})
    found = list(breaks(records, last))
    assert any(b.seq == place + 1 for b in found)


@given(st.integers(1, 8), st.data())
def test_a_change_that_is_sealed_again_breaks_the_next_record_or_the_head(count, data):
    records = chain(count)
    last = head(records)
    place = data.draw(st.integers(0, count - 1))
    forged = replace(records[place], subject="forged")
    records[place] = replace(forged, hash=seal(forged))
    assert [b.kind for b in breaks(records, last)] == ["unlinked" if place < count - 1 else "truncated"]


@given(st.integers(1, 8), st.data())
def test_a_removed_record_is_found(count, data):
    records = chain(count)
    last = head(records)
    place = data.draw(st.integers(0, count - 1))
    del records[place]
    found = list(breaks(records, last))
    assert found[0].seq == place + 1
    assert found[0].kind == ("missing" if place < count - 1 else "truncated")


@given(st.integers(2, 8), st.data())
def test_two_swapped_records_are_found(count, data):
    records = chain(count)
    last = head(records)
    a, b = sorted(data.draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True)))
    records[a], records[b] = replace(records[b], seq=a + 1), replace(records[a], seq=b + 1)
    assert {a + 1, b + 1} <= {x.seq for x in breaks(records, last) if x.kind == "changed"}


def test_a_chain_rewritten_from_end_to_end_is_caught_by_a_noted_head():
    noted = head(chain(3))
    forged: list[Record] = []
    last = GENESIS
    for record in chain(5):
        draft = replace(record, subject="forged", prev_hash=last)
        forged.append(replace(draft, hash=seal(draft)))
        last = forged[-1].hash
    assert list(breaks(forged, head(forged))) == []
    assert [b.kind for b in breaks(forged, head(forged), [noted])] == ["anchor"]
    assert [b.kind for b in breaks([], (0, GENESIS), [noted])] == ["anchor"]


def test_the_sealed_form_is_what_the_documentation_says():
    """Computed by hand from the words in ``domain/chain.py``, so that exports can be checked elsewhere."""
    import hashlib

    record = Record(1, datetime(2026, 11, 11, 8, tzinfo=timezone(timedelta(hours=8))), 7, "a.b", "s", "{}", GENESIS, "")
    text = (
        '{"action":"a.b","actor_id":7,"at":"2026-11-11T00:00:00.000000+00:00","detail":{},"prev_hash":"'
        + "0" * 64
        + '","seq":1,"subject":"s"}'
    )
    assert seal(record) == hashlib.sha256(text.encode()).hexdigest()


def test_canonical_json_is_stable_for_odd_text_and_refuses_what_json_cannot_say():
    import json

    odd = {"z": "\udc80\u2028掌", "a": [1, None, True]}
    assert canonical(json.loads(canonical(odd))) == canonical(odd)
    canonical(odd).encode()
    for bad in ({"x": float("nan")}, {"x": object()}, {"x": b"bytes"}):
        with pytest.raises((TypeError, ValueError)):
            canonical(bad)


def test_moments_are_written_in_utc():
    assert moment(datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))) == "2026-01-01T00:00:00.000000+00:00"
