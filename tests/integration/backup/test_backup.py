"""Backup and restore of a real home by the real command, while others write."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from homes import Home, homes

pytestmark = [pytest.mark.data, pytest.mark.races]
PASSPHRASE = {"ZHANGGUI_PASSPHRASE": "correct horse battery"}

_FILL = """
import sys
from pathlib import Path
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.files import operations as files
from zhanggui.foundation.vault import operations as vault
owner = accounts.create_user(username="boss", display_name="王掌柜", password="a fine long password")
accounts.grant_role(user_id=owner.id, role="OWN")
for n in range(20):
    accounts.create_shop(name=f"店 {n}", channel="taobao", actor=owner.id)
for n in range(3):
    path = Path(sys.argv[1]) / f"orders{n}.csv"
    path.write_text(f"买家 {n},13812341234\\n" * 50_000, encoding="utf-8")
    files.keep(path=path, name=path.name)
print(vault.seal({"phone": "13812341234"}).hex())
print(vault.fingerprint("13812341234"))
"""
_WRITE = """
import itertools, sys, time
from pathlib import Path
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.files import operations as files
stop = Path(sys.argv[1])
for n in itertools.count():
    accounts.create_shop(name=f"new {n}", channel="jd")
    path = stop.with_name("growing.csv")
    path.write_text(f"{n}\\n" * 1000)
    files.keep(path=path, name="growing.csv")
    if n == 0:
        print("writing", flush=True)
    if stop.exists():
        print(n)
        break
"""
_STATE = """
import json, sys
from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.audit import queries as audit
from zhanggui.foundation.files import queries as files
from zhanggui.foundation.files.models import StoredFile
from zhanggui.foundation.vault import operations as vault
contents = {}
for sha256, name in StoredFile.objects.order_by("sha256").values_list("sha256", "name"):
    with files.materialise(sha256) as path:
        contents[sha256] = path.stat().st_size
print(json.dumps({
    "people": [p.username for p in accounts.people()],
    "shops": [s.name for s in accounts.shops()],
    "files": contents,
    "audit": [audit.head().seq, audit.head().hash, len(audit.verify())],
    "opened": vault.open_sealed(bytes.fromhex(sys.argv[1])) if len(sys.argv) > 1 else None,
    "fingerprint": vault.fingerprint("13812341234"),
}))
"""


_TRY = """
import json, sys
from pathlib import Path
from zhanggui.config.home import home
from zhanggui.foundation.files import operations
from zhanggui.foundation.files.domain.manifest import BackupRefused
answers = []
for path in sys.argv[1:]:
    kind = text = ""
    try:
        operations.restore(path=Path(path))
    except BackupRefused as error:
        kind, text = "BackupRefused", str(error)
    except operations.RestoreFailed as error:
        kind, text = "RestoreFailed", str(error)
    answers.append({"kind": kind, "text": text, "left": sorted(p.name for p in home().iterdir())})
print(json.dumps(answers))
"""


@pytest.fixture
def make(tmp_path) -> Iterator[Any]:
    with homes(tmp_path) as maker:
        yield maker


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Iterator[tuple[Home, str]]:
    """A home with people, shops and files, and a value sealed by its vault; made once, copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    with homes(folder) as maker:
        home = maker("template")
        home.cli("shop", "list")
        sealed, _fingerprint = home.run(_FILL, str(folder)).split()
        yield home, sealed


@pytest.fixture
def full(make, template) -> tuple[Home, str]:
    home, sealed = template
    return make("full", like=home), sealed


def state(home: Home, *arguments: str) -> dict[str, Any]:
    return json.loads(home.run(_STATE, *arguments))


def audit_log(home: Home) -> list[dict[str, Any]]:
    target = home.place / "audit.jsonl"
    home.cli("audit", "export", str(target))
    return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


def test_a_destroyed_home_comes_back_whole(make, full, tmp_path):
    home, sealed = full
    before = state(home, sealed)
    archive = tmp_path / "out" / "backup.zip"
    made = home.cli("backup", str(archive), "--with-keys", **PASSPHRASE)
    assert made["files"] == 3
    assert made["keys"] is True
    assert made["tables"]["accounts_shop"] == 20
    assert made["audit_head"] == before["audit"][1]
    shutil.rmtree(home.place)
    again = Home(home.place, home.url) if not home.url else make("elsewhere")
    back = again.cli("restore", str(archive), "--with-keys", **PASSPHRASE)
    assert (back["keys"], back["tables"], back["trial"]) == ("restored", made["tables"], False)
    after = state(again, sealed)
    assert after.pop("audit")[2] == 0
    assert before.pop("audit")[2] == 0
    assert after == before
    assert again.cli("audit", "verify", "--anchor", f"{made['audit_records']}:{made['audit_head']}")["whole"] is True
    assert audit_log(again)[-1]["action"] == "backup.restored"
    assert again.cli("backup", str(archive))["tables"] == {
        **made["tables"],
        "audit_entry": made["tables"]["audit_entry"] + 1,
    }


def test_writing_goes_on_and_the_backup_is_one_moment(make, full, tmp_path):
    home, _sealed = full
    stop = tmp_path / "stop"
    writer = home.start(_WRITE, str(stop))
    assert writer.stdout is not None
    assert writer.stdout.readline().strip() == "writing"
    reports = [home.cli("backup", str(tmp_path / f"b{n}.zip"), "--with-keys", **PASSPHRASE) for n in range(3)]
    stop.touch()
    out, err = writer.communicate(timeout=60)
    assert writer.returncode == 0, err
    written = int(out.split()[-1]) + 1
    counts = [r["tables"]["accounts_shop"] for r in reports]
    assert 20 < counts[0] < counts[2] <= 20 + written, "the writer was not held up and each backup saw more"
    for n, report in enumerate(reports):
        target = make(f"target{n}")
        back = target.cli("restore", str(tmp_path / f"b{n}.zip"), "--with-keys", **PASSPHRASE)
        assert back["tables"] == report["tables"]
        found = state(target)
        assert len(found["shops"]) == counts[n]
        assert len(found["files"]) == report["files"] >= 3
        assert found["audit"][0] == report["audit_records"] + 1
        assert found["audit"][2] == 0


def test_keys_stay_out_unless_asked_for(make, full, tmp_path):
    home, sealed = full
    archive = tmp_path / "b.zip"
    assert home.cli("backup", str(archive))["keys"] is False
    raw = archive.read_bytes()
    for key in (home.place / "keys").iterdir():
        for secret in key.read_text().split():
            assert secret.encode() not in raw, key.name
    target = make("target")
    assert target.cli("restore", str(archive))["keys"] == "missing"
    shutil.rmtree(target.place / "keys")
    shutil.copytree(home.place / "keys", target.place / "keys")
    assert state(target, sealed)["opened"] == {"phone": "13812341234"}
    refused = make("other").cli("restore", str(archive), "--with-keys", fails=True, **PASSPHRASE)
    assert refused["error"] == "NoKeysInside"


def test_the_keys_of_a_backup_need_their_passphrase(make, full, tmp_path):
    home, _sealed = full
    archive = tmp_path / "b.zip"
    short = home.cli("backup", str(archive), "--with-keys", fails=True, ZHANGGUI_PASSPHRASE="short")
    assert short["error"] == "PassphraseTooShort"
    assert not archive.exists()
    home.cli("backup", str(archive), "--with-keys", **PASSPHRASE)
    for key in (home.place / "keys").iterdir():
        assert key.read_text().split()[0].encode() not in archive.read_bytes()
    target = make("target")
    wrong = target.cli("restore", str(archive), "--with-keys", fails=True, ZHANGGUI_PASSPHRASE="wrong passphrase")
    assert wrong["error"] == "PassphraseWrong"
    assert not (target.place / "zhanggui.db").exists()
    assert target.cli("restore", str(archive))["keys"] == "missing", "without keys it can still be restored"


def test_a_home_in_use_is_not_overwritten_unasked_and_put_aside_when_asked(make, full, tmp_path):
    home, _sealed = full
    archive = tmp_path / "b.zip"
    home.cli("backup", str(archive), "--with-keys", **PASSPHRASE)
    target = make("target", like=home)
    target.cli("user", "create", "other")
    before = state(target)
    refused = target.cli("restore", str(archive), fails=True)
    assert refused["error"] == "HomeNotEmpty"
    assert state(target) == before
    back = target.cli("restore", str(archive), "--force", "--with-keys", **PASSPHRASE)
    assert before["people"] == ["boss", "other"]
    assert state(target)["people"] == ["boss"]
    if not target.url:
        old = Home(Path(back["moved_aside"]))
        shutil.copytree(target.place / "keys", old.place / "keys")  # the same keys: they stayed where they were
        assert state(old)["people"] == ["boss", "other"], "what was put aside is a whole home again"


def test_a_check_proves_a_backup_and_touches_nothing(full, tmp_path):
    home, _sealed = full
    archive = tmp_path / "b.zip"
    home.cli("backup", str(archive))
    listing = sorted(p.name for p in home.place.iterdir())
    checked = home.cli("restore", str(archive), "--check")
    assert (checked["trial"], checked["files"], checked["keys"]) == (True, 3, "present")
    assert sorted(p.name for p in home.place.iterdir()) == listing


def _rewrite(archive: Path, target: Path, change: Any) -> Path:
    """A copy of ``archive`` whose members went through ``change(name, data) -> data | None``."""
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            data = change(name, source.read(name))
            if data is not None:
                out.writestr(name, data)
    return target


def test_a_damaged_or_forged_backup_is_refused_before_anything_is_touched(make, full, tmp_path):
    home, _sealed = full
    archive = tmp_path / "b.zip"
    home.cli("backup", str(archive))
    whole = archive.read_bytes()
    members = zipfile.ZipFile(archive).namelist()
    stored = next(n for n in members if n.startswith("files/"))

    def manifest(edit: Any) -> Any:
        def change(name: str, data: bytes) -> bytes:
            if name != "manifest.json":
                return data
            content = json.loads(data)
            edit(content)
            return json.dumps(content).encode()

        return change

    wrong = {
        "truncated": whole[: len(whole) // 2],
        "empty": b"",
        "not a zip": b"GIF89a" + whole[6:200],
        "flipped": whole[:5000] + bytes((whole[5000] ^ 0xFF,)) + whole[5001:],
    }
    paths = []
    for name, data in wrong.items():
        path = tmp_path / f"{name}.zip"
        path.write_bytes(data)
        paths.append(path)
    edits = {
        "changed file": lambda n, d: d[:-1] + b"x" if n == stored else d,
        "missing file": lambda n, d: None if n == stored else d,
        "no manifest": lambda n, d: None if n == "manifest.json" else d,
        "other row counts": manifest(lambda m: m["tables"].update(accounts_shop=21)),
        "other audit end": manifest(lambda m: m.update(audit=[m["audit"][0], "0" * 64])),
        "newer format": manifest(lambda m: m.update(format=99)),
        "newer schema": manifest(lambda m: m["migrations"].append(["accounts", "9999_future"])),
        "other engine": manifest(lambda m: m.update(engine="oracle")),
        "leads elsewhere": manifest(lambda m: m["members"].update({"files/../../../evil": [1, "0"]})),
    }
    paths += [_rewrite(archive, tmp_path / f"{name}.zip", edit) for name, edit in edits.items()]
    target, asked = make("target"), []
    for path in (*paths, tmp_path / "does not exist.zip"):
        if target.url and path.stem in ("other row counts", "other audit end"):
            continue  # PostgreSQL proves these after loading, in the same command
        asked.append(path)
    answers = json.loads(target.run(_TRY, *map(str, asked)))
    for path, answer in zip(asked, answers, strict=True):
        assert answer["kind"] in ("BackupRefused", "RestoreFailed"), (path.stem, answer)
        assert answer["left"] == ["keys"], path.stem


def test_a_lost_stored_file_fails_the_backup_and_leaves_the_old_one(full, tmp_path):
    home, _sealed = full
    archive = tmp_path / "b.zip"
    home.cli("backup", str(archive))
    good = archive.read_bytes()
    next((home.place / "files").rglob("*.zgf")).unlink()
    assert home.cli("backup", str(archive), fails=True)["error"] == "StoredFileLost"
    assert archive.read_bytes() == good
    assert [p.name for p in tmp_path.iterdir() if "partial" in p.name] == []


def test_backups_into_a_folder_are_named_by_time_and_old_ones_go(full, tmp_path):
    home, _sealed = full
    folder = tmp_path / "backups"
    folder.mkdir()
    for n in range(3):
        (folder / f"zhanggui-2026010{n + 1}-000000.zip").write_text("old")
    (folder / "holiday.zip").write_text("not ours")
    made = home.cli("backup", str(folder), "--keep", "2")
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        ["holiday.zip", "zhanggui-20260103-000000.zip", Path(made["path"]).name]
    )


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_backup_and_keys_are_readable_by_their_owner_only(full, tmp_path):
    home, _sealed = full
    archive = tmp_path / "b.zip"
    home.cli("backup", str(archive), "--with-keys", **PASSPHRASE)
    assert archive.stat().st_mode & 0o077 == 0
    for key in (home.place / "keys").iterdir():
        assert key.stat().st_mode & 0o077 == 0, key.name
