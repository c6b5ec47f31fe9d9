"""The log in a real database: append-only, in one line under concurrency, provable."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from homes import homes
from zhanggui.foundation.audit import operations, queries
from zhanggui.foundation.audit.contracts import Filter
from zhanggui.foundation.audit.domain.chain import GENESIS

pytestmark = [pytest.mark.data, pytest.mark.django_db]


def _write(count: int = 3) -> int:
    """Append ``count`` entries and return the number of the first of them."""
    numbers = [
        operations.record(actor_id=7, action="test.done", subject=f"thing:{n}", detail={"店": "掌柜", "n": n})
        for n in range(count)
    ]
    assert numbers == list(range(numbers[0], numbers[0] + count))
    return numbers[0]


def _force(*statements: str) -> None:
    """What an intruder with the database's own password would do: remove the triggers, then write."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_head DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


def test_entries_follow_one_another_and_hold():
    _write()
    assert queries.verify() == []
    newest = queries.entries(limit=1)[0]
    assert (newest.action, newest.subject, newest.detail) == ("test.done", "thing:2", {"店": "掌柜", "n": 2})
    assert queries.head().seq == newest.seq


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET subject = 'x' WHERE seq = {seq}",
        "DELETE FROM audit_entry WHERE seq = {seq}",
        "DELETE FROM audit_entry",
        "UPDATE audit_head SET seq = 0",
        "UPDATE audit_head SET seq = seq + 2",
        "DELETE FROM audit_head",
    ],
)
def test_the_database_itself_refuses_to_change_the_past(statement):
    seq = _write()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(seq=seq))
    assert queries.verify() == []


@pytest.mark.skipif("not connection.vendor == 'postgresql'", reason="SQLite has no TRUNCATE")
def test_truncate_is_refused():
    _write()
    for table in ("audit_entry", "audit_head"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")


@pytest.mark.parametrize(
    ("statement", "kind", "offset"),
    [
        ("UPDATE audit_entry SET subject = 'thing:9' WHERE seq = {b}", "changed", 1),
        ("UPDATE audit_entry SET actor_id = NULL WHERE seq = {b}", "changed", 1),
        ("UPDATE audit_entry SET detail = '{{}}' WHERE seq = {b}", "changed", 1),
        ("UPDATE audit_entry SET detail = 'no json' WHERE seq = {b}", "changed", 1),
        ("DELETE FROM audit_entry WHERE seq = {b}", "missing", 1),
        ("DELETE FROM audit_entry WHERE seq = {c}", "truncated", 2),
        ("UPDATE audit_entry SET seq = {c} + 1 WHERE seq = {c}", "truncated", 2),
    ],
)
def test_what_was_done_behind_the_triggers_is_found(statement, kind, offset):
    first = _write()
    _force(statement.format(b=first + 1, c=first + 2))
    found = queries.verify()
    assert (first + offset, kind) in {(b.seq, b.kind) for b in found}


def test_entries_in_another_order_are_found():
    first = _write()
    high = first + 1000
    _force(
        f"UPDATE audit_entry SET seq = {high} WHERE seq = {first}",
        f"UPDATE audit_entry SET seq = {first} WHERE seq = {first + 1}",
        f"UPDATE audit_entry SET seq = {first + 1} WHERE seq = {high}",
    )
    assert {first, first + 1} <= {b.seq for b in queries.verify()}


def test_an_entry_added_past_the_end_is_found():
    first = _write()
    _force(
        "INSERT INTO audit_entry (seq, at, actor_id, action, subject, detail, prev_hash, hash) "
        f"SELECT seq + 1, at, actor_id, action, subject, detail, hash, hash FROM audit_entry WHERE seq = {first + 2}"
    )
    assert [(b.seq, b.kind) for b in queries.verify()] == [(first + 3, "unlinked")]


def test_what_is_rolled_back_is_not_recorded():
    before = queries.head()
    with transaction.atomic():
        _write()
        transaction.set_rollback(True)
    assert queries.head() == before
    assert queries.verify() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": ""},
        {"action": "x" * 61},
        {"subject": "x" * 201},
        {"subject": "a\x00b"},
        {"detail": {"x": object()}},
        {"detail": {"x": float("inf")}},
    ],
)
def test_what_cannot_be_stored_exactly_is_refused(wrong):
    given = {"actor_id": None, "action": "a.b", "subject": "s", "detail": {}, **wrong}
    with pytest.raises(operations.NotRecordable):
        operations.record(**given)


def test_filters_and_pages():
    start = datetime(2030, 1, 1, tzinfo=UTC)
    for n in range(5):
        operations.record(
            actor_id=900 + n % 2, action=f"kind{n % 2}.done", subject=f"s:{n}", detail={}, at=start + timedelta(days=n)
        )
    assert [e.subject for e in queries.entries(Filter(action="kind1."))] == ["s:3", "s:1"]
    assert [e.subject for e in queries.entries(Filter(actor_id=900))] == ["s:4", "s:2", "s:0"]
    period = Filter(since=start + timedelta(days=1), until=start + timedelta(days=3))
    assert [e.subject for e in queries.entries(period)] == ["s:2", "s:1"]
    page = queries.entries(Filter(since=start), limit=2)
    rest = queries.entries(Filter(since=start), before=page[-1].seq, limit=2)
    assert [e.subject for e in (*page, *rest)] == ["s:4", "s:3", "s:2", "s:1"]
    assert {"kind0.done", "kind1.done"} <= set(queries.actions())


def test_an_export_can_be_checked_without_this_program():
    """Twelve lines with nothing but the standard library, as an auditor would write them."""
    import hashlib

    _write()
    last = None
    for line in queries.export_lines():
        entry = json.loads(line)
        digest = entry.pop("hash")
        text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == digest
        assert entry["prev_hash"] == (last or GENESIS)
        last = digest
    assert last == queries.head().hash


_WRITER = """
import sys
from django.db import transaction
from zhanggui.foundation.audit import operations
for n in range(25):
    with transaction.atomic():
        operations.record(actor_id=int(sys.argv[1]), action="race.run", subject=f"n:{n}", detail={"n": n})
"""
_PROOF = """
from zhanggui.foundation.audit import queries
print(queries.head().seq, len(queries.verify()))
"""


@pytest.mark.races
def test_processes_writing_at_the_same_time_make_one_unbroken_chain(tmp_path):
    with homes(tmp_path) as make:
        home = make("home").migrate()
        writers = [home.start(_WRITER, str(n)) for n in range(4)]
        assert [w.communicate(timeout=120)[1] for w in writers] == [""] * 4
        assert home.run(_PROOF).split() == ["100", "0"]
