"""The file store on a real disk and database."""

from __future__ import annotations

import hashlib
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from homes import homes
from zhanggui.foundation.files import operations, queries, store
from zhanggui.foundation.files.domain.stream import CHUNK, StreamDamaged
from zhanggui.foundation.files.models import Result, StoredFile

pytestmark = [pytest.mark.data, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _own_home(monkeypatch, tmp_path):
    monkeypatch.setattr(store, "home", lambda: tmp_path / "home")


@pytest.fixture
def original(tmp_path) -> Path:
    path = tmp_path / "订单 2026.xlsx"
    path.write_bytes("买家,13812341234\n".encode() * 100_000)
    return path


def files_on_disk() -> list[Path]:
    return [p for p in store.folder().rglob("*") if p.is_file() and not p.name.startswith(".swept")]


def test_an_original_is_kept_encrypted_and_comes_back(original):
    data = original.read_bytes()
    kept = operations.keep(path=original, name="C:\\exports\\订单 2026.xlsx")
    assert (kept.sha256, kept.size, kept.name) == (hashlib.sha256(data).hexdigest(), len(data), "订单 2026.xlsx")
    assert queries.stored(kept.sha256) == kept
    (stored,) = files_on_disk()
    assert b"13812341234" not in stored.read_bytes()
    assert b"".join(queries.chunks(kept.sha256)) == data
    with queries.materialise(kept.sha256) as path:
        assert path.read_bytes() == data
        assert path.suffix == ".xlsx"
        if os.name == "posix":
            assert path.stat().st_mode & 0o077 == 0
    assert not path.exists()
    assert original.read_bytes() == data, "the original is left alone"


def test_the_same_content_is_stored_once_whatever_its_name(original, tmp_path):
    first = operations.keep(path=original, name="a.csv")
    copy = tmp_path / "copy"
    copy.write_bytes(original.read_bytes())
    assert operations.keep(path=copy, name="b.csv") == first
    assert len(files_on_disk()) == 1


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1])
def test_empty_and_odd_sizes(tmp_path, size):
    path = tmp_path / "f"
    path.write_bytes(os.urandom(size))
    kept = operations.keep(path=path, name="f")
    with queries.materialise(kept.sha256) as copy:
        assert copy.read_bytes() == path.read_bytes()


def test_damage_on_disk_is_noticed_and_healed_by_the_same_file_again(original):
    kept = operations.keep(path=original, name="a")
    place = store.place_of(kept.sha256)
    blob = bytearray(place.read_bytes())
    blob[1000] ^= 1
    place.write_bytes(bytes(blob))
    with pytest.raises(StreamDamaged), queries.materialise(kept.sha256):
        pytest.fail("a damaged copy was handed out")
    assert list(store.scratch().iterdir()) == []
    place.unlink()
    with pytest.raises(queries.FileMissing), queries.materialise(kept.sha256):
        pytest.fail("a missing file was handed out")
    operations.keep(path=original, name="a")
    with queries.materialise(kept.sha256) as path:
        assert path.read_bytes() == original.read_bytes()


def test_what_was_never_kept_is_missing():
    assert queries.stored("0" * 64) is None
    with pytest.raises(queries.FileMissing):
        queries.chunks("0" * 64)
    with pytest.raises(ValueError, match="SHA-256"):
        store.place_of("../../etc/passwd")


def test_a_failure_while_storing_leaves_nothing(original, monkeypatch):
    def fail(draft, sha256):
        raise OSError("disk full")

    monkeypatch.setattr(store, "settle", fail)
    with pytest.raises(OSError, match="disk full"):
        operations.keep(path=original, name="a")
    assert files_on_disk() == []
    assert StoredFile.objects.count() == 0


def test_results_expire_and_originals_stay(original, tmp_path, django_capture_on_commit_callbacks):
    kept = operations.keep(path=original, name="original.csv")
    report = tmp_path / "rejects.csv"
    report.write_text("row,reason\n")
    made = operations.keep_result(path=report, name="rejects.csv", days=2, actor_id=5)
    same = operations.keep_result(path=original, name="again.csv", days=2)
    assert queries.result(made.id) == made
    assert queries.result(made.id, actor_id=5) == made
    assert queries.result(made.id, actor_id=6) is None
    later = timezone.now() + timedelta(days=3)
    with django_capture_on_commit_callbacks(execute=True):
        swept = operations.sweep(now=later)
    assert (swept.results, swept.files) == (2, 1)
    assert queries.result(made.id) is None
    assert queries.stored(made.sha256) is None
    assert not store.place_of(made.sha256).exists()
    assert same.sha256 == kept.sha256
    assert store.place_of(kept.sha256).is_file(), "an original that was also a result stays"


def test_an_expired_result_is_gone_even_before_the_sweep(tmp_path):
    path = tmp_path / "r"
    path.write_text("x")
    made = operations.keep_result(path=path, name="r", days=1)
    Result.objects.filter(pk=made.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert queries.result(made.id) is None


def test_a_sweep_removes_what_killed_processes_left_but_not_what_is_at_work(original, tmp_path):
    kept = operations.keep(path=original, name="a")
    old = time.time() - 2 * 24 * 3600
    left = {
        "draft": store.folder() / ".draft-0123",
        "orphan": store.place_of("f" * 64),
        "copy": store.scratch() / "plain.xlsx",
    }
    for path in left.values():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("left over")
    fresh = operations.sweep()
    assert (fresh.orphans, fresh.leftovers) == (0, 0), "younger than a day: somebody may be at work"
    for path in left.values():
        os.utime(path, (old, old))
    os.utime(store.place_of(kept.sha256), (old, old))
    swept = operations.sweep()
    assert (swept.orphans, swept.leftovers) == (1, 2)
    assert files_on_disk() == [store.place_of(kept.sha256)]


def test_forgetting_removes_row_and_bytes(original, django_capture_on_commit_callbacks):
    kept = operations.keep(path=original, name="a")
    with django_capture_on_commit_callbacks(execute=True):
        assert operations.forget(sha256=kept.sha256)
    assert files_on_disk() == []
    assert not operations.forget(sha256=kept.sha256)


def test_a_rolled_back_keep_can_be_done_again(original):
    with transaction.atomic():
        kept = operations.keep(path=original, name="a")
        transaction.set_rollback(True)
    assert queries.stored(kept.sha256) is None
    assert operations.keep(path=original, name="a") == kept
    with queries.materialise(kept.sha256) as path:
        assert path.read_bytes() == original.read_bytes()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.csv", "a.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\王\\订单.xlsx", "订单.xlsx"),
        ("a\x00b\u202e.csv", "ab.csv"),
        ("", "file"),
        ("x" * 300 + ".csv", "x" * 251 + ".csv"),
    ],
)
def test_names_are_reduced_to_their_harmless_last_part(given, kept):
    assert operations.clean_name(given) == kept


_KEEP = """
import sys
from pathlib import Path
from zhanggui.foundation.files import operations
print(operations.keep(path=Path(sys.argv[1]), name="same.csv").sha256)
"""
_CHECK = """
import sys
from zhanggui.foundation.files import queries
from zhanggui.foundation.files.models import StoredFile
with queries.materialise(sys.argv[1]) as path:
    print(StoredFile.objects.count(), path.stat().st_size)
"""


@pytest.mark.races
def test_processes_keeping_the_same_content_at_once_store_it_once(tmp_path):
    path = tmp_path / "same.csv"
    path.write_bytes(os.urandom(3 * CHUNK))
    with homes(tmp_path) as make:
        home = make("one").migrate()
        at_work = [home.start(_KEEP, str(path)) for _ in range(4)]
        answers = [p.communicate(timeout=120) for p in at_work]
        assert [err for _out, err in answers] == [""] * 4
        assert len({out for out, _err in answers}) == 1
        assert home.run(_CHECK, answers[0][0].strip()).split() == ["1", str(3 * CHUNK)]
        assert len(list((home.place / "files").rglob("*.zgf"))) == 1


_PEAK = """
import resource, sys
from pathlib import Path
from zhanggui.foundation.files import operations, queries
operations.keep(path=Path(sys.argv[1]), name="small")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
kept = operations.keep(path=Path(sys.argv[2]), name="big")
with queries.materialise(kept.sha256) as copy:
    size = copy.stat().st_size
print(size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(os.name != "posix", reason="peak memory is read from the operating system")
def test_memory_does_not_grow_with_the_file(tmp_path):
    small, big = tmp_path / "small", tmp_path / "big"
    small.write_bytes(os.urandom(4 * CHUNK))
    with big.open("wb") as out:
        piece = os.urandom(CHUNK)
        for n in range(192):
            out.write(n.to_bytes(8, "big") + piece[8:])
    with homes(tmp_path) as make:
        size, grown_kb = map(int, make("one").migrate().run(_PEAK, str(small), str(big)).split())
    assert size == 192 * CHUNK
    assert grown_kb < 16 * 1024, f"{grown_kb} KiB more for 192 MiB"
