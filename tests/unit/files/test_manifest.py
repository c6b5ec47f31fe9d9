"""What is refused about a backup before anything is read from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from zhanggui.foundation.files.contracts import Manifest
from zhanggui.foundation.files.domain import manifest as rules
from zhanggui.foundation.files.domain.passphrase import PassphraseTooShort, PassphraseWrong, lock, unlock

MANIFEST = Manifest(
    format=1,
    version="0.1",
    engine="sqlite",
    created_at=datetime(2026, 11, 11, tzinfo=UTC),
    members={"database/zhanggui.db": (3, "ab"), "files/aa/bb/aabb.zgf": (4, "cd")},
    tables={"orders_order": 2},
    migrations=[("accounts", "0001_initial")],
    audit=(7, "ef"),
    key_ids=["01020304"],
)


def test_it_comes_back_as_written():
    assert rules.loads(rules.dumps(MANIFEST)) == MANIFEST


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b'{"format": "x"}', b"\xff\xfe"])
def test_other_json_is_not_a_backup(data):
    with pytest.raises(rules.NotABackup):
        rules.loads(data)


def test_a_later_format_is_refused_as_too_new():
    with pytest.raises(rules.BackupTooNew):
        rules.loads(rules.dumps(replace(MANIFEST, format=2)))


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "files/../../x", "C:\\x", "files/a b", "files/\u202e.zgf", ""]
)
def test_names_that_lead_elsewhere_are_refused(name):
    with pytest.raises(rules.BackupDamaged):
        rules.check_names(replace(MANIFEST, members={name: (1, "x")}), [name, rules.NAME])


def test_missing_unknown_and_repeated_members_are_refused():
    names = [*MANIFEST.members, rules.NAME]
    rules.check_names(MANIFEST, names)
    for wrong in (names[1:], [*names, "extra"], [*names, names[0]]):
        with pytest.raises(rules.BackupDamaged):
            rules.check_names(MANIFEST, wrong)


def test_a_schema_we_do_not_know_is_refused():
    rules.check_migrations(MANIFEST, [("accounts", "0001_initial"), ("accounts", "0002_more")])
    with pytest.raises(rules.BackupTooNew, match=r"accounts\.0001_initial"):
        rules.check_migrations(MANIFEST, [("accounts", "0000_other")])


def test_keys_open_with_their_passphrase_only():
    blob = lock({"vault": "secret"}, "a good passphrase", bytes(16), bytes(12))
    assert unlock(blob, "a good passphrase") == {"vault": "secret"}
    assert b"secret" not in blob
    for wrong in ("another passphrase", ""):
        with pytest.raises(PassphraseWrong):
            unlock(blob, wrong)
    with pytest.raises(PassphraseWrong):
        unlock(blob[:-1] + bytes((blob[-1] ^ 1,)), "a good passphrase")
    with pytest.raises(PassphraseWrong):
        unlock(b"short", "a good passphrase")


def test_a_short_passphrase_is_refused():
    with pytest.raises(PassphraseTooShort):
        lock({}, "short", bytes(16), bytes(12))
