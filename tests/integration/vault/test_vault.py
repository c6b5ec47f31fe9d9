"""Sealing with this installation's keys, fingerprints, and rotation over a real table."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.files.models import StoredFile
from zhanggui.foundation.vault import keys, operations
from zhanggui.foundation.vault.domain.sealing import KeyMissing, NotSealed, key_id

SECRETS = {name: name * 40 for name in "abc"}


@pytest.fixture(autouse=True)
def _own_keys(monkeypatch, tmp_path):
    """Keys of this test alone, in a key file of its own."""
    monkeypatch.delenv(keys.ENVIRONMENT, raising=False)
    monkeypatch.setattr(keys, "key_file", lambda name: tmp_path / name)
    monkeypatch.setattr(keys, "read_key", lambda name, variable: _read(tmp_path / name, variable))
    (tmp_path / "vault").write_text(SECRETS["a"])
    (tmp_path / "fingerprint").write_text("f" * 64)
    _forget_caches()
    yield
    monkeypatch.undo()
    _forget_caches()


def _read(path, variable: str) -> str:
    return os.environ.get(variable) or path.read_text().strip()


def _forget_caches() -> None:
    keys.ring.cache_clear()
    keys.fingerprint_key.cache_clear()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=8), json_values, max_size=5))
def test_a_dict_comes_back_as_it_was(data):
    assert operations.open_sealed(operations.seal(data)) == data


@given(st.binary(max_size=200))
def test_bytes_come_back_as_bytes_and_not_as_a_dict(data):
    blob = operations.seal(data)
    assert operations.open_bytes(blob) == data
    with pytest.raises(NotSealed):
        operations.open_sealed(blob)


def test_many_are_sealed_like_one_and_nothing_stays_nothing():
    found = operations.seal_many([{"手机": "13812341234"}, None, {}])
    assert found[1] is None
    assert [operations.open_sealed(b) for b in found if b is not None] == [{"手机": "13812341234"}, {}]
    assert len({*operations.seal_many([{"x": 1}] * 50)}) == 50, "the same value never looks the same twice"


def test_odd_text_from_broken_files_is_kept():
    odd = {"name": "张\udc80三"}
    assert operations.open_sealed(operations.seal(odd)) == odd


def test_a_key_given_by_the_environment_stands_in_front_of_the_file(monkeypatch):
    in_file = operations.seal({"x": 1})
    monkeypatch.setenv(keys.ENVIRONMENT, f"{SECRETS['b']},{SECRETS['a']}")
    keys.reload()
    assert key_id(operations.seal({"x": 1})) != key_id(in_file)
    assert operations.open_sealed(in_file) == {"x": 1}
    with pytest.raises(keys.KeysFromEnvironment):
        operations.rotate()


def test_a_key_added_by_another_process_is_found(tmp_path):
    blob = operations.seal({"x": 1})
    (tmp_path / "vault").write_text(f"{SECRETS['b']} {SECRETS['a']}")
    other = keys._ring(f"{SECRETS['b']} {SECRETS['a']}")
    fresh = other.seal(b'{"y":2}', 1, bytes(12))
    assert operations.open_sealed(fresh) == {"y": 2}
    assert operations.open_sealed(blob) == {"x": 1}
    gone = keys._ring(SECRETS["c"]).seal(b"{}", 1, bytes(12))
    with pytest.raises(KeyMissing):
        operations.open_sealed(gone)


def test_fingerprints_match_equal_texts_only_and_need_the_key(tmp_path):
    one, none, two, again = operations.fingerprints(["13812341234", None, "13812341235", "13812341234"])
    assert one == again == operations.fingerprint("13812341234")
    assert none is None
    assert one != two
    assert len(one or "") == operations.FINGERPRINT_LENGTH >= 22
    (tmp_path / "fingerprint").write_text("g" * 64)
    keys.fingerprint_key.cache_clear()
    assert operations.fingerprint("13812341234") != one


def test_a_hundred_thousand_fingerprints_are_quick():
    texts = [f"1381234{n:06d}" for n in range(100_000)]
    started = time.perf_counter()
    found = operations.fingerprints(texts)
    seconds = time.perf_counter() - started
    assert len(set(found)) == 100_000
    assert seconds < 2, "about 0.1 s on a quiet machine; a million must stay a matter of seconds"


def _fill(count: int) -> dict[int, bytes]:
    """Rows with a sealed column; returns what is inside by primary key."""
    inside = {}
    for n in range(count):
        data = f"value {n}".encode()
        row = StoredFile.objects.create(sha256=f"{n:064x}", size=n, name=str(n), key=operations.seal(data))
        inside[row.pk] = data
    return inside


def _opened() -> dict[int, bytes]:
    return {pk: operations.open_bytes(blob) for pk, blob in StoredFile.objects.values_list("pk", "key")}


def _keys_in_use() -> set[str]:
    return {ident for state in operations.states() for ident in state.by_key}


@pytest.mark.data
@pytest.mark.django_db
def test_rotation_seals_every_value_again():
    inside = _fill(25)
    old = _keys_in_use()
    steps: list[int] = []
    done = operations.rotate(bite=10, progress=lambda state: steps.append(state.seen))
    assert (done.seen, done.resealed, steps) == (25, 25, [10, 20, 25])
    assert _keys_in_use() == {done.key_id}
    assert done.key_id not in old
    assert _opened() == inside


@pytest.mark.data
@pytest.mark.django_db
def test_a_stopped_rotation_goes_on_where_it_was():
    inside = _fill(25)

    class Stop(Exception):
        pass

    def stop(state):
        if state.seen == 10:
            raise Stop

    with pytest.raises(Stop):
        operations.rotate(bite=10, progress=stop)
    assert len(_keys_in_use()) == 2
    assert _opened() == inside, "readable half-way"
    done = operations.rotate(new_key=False, bite=10)
    assert (done.seen, done.resealed) == (25, 15)
    assert _keys_in_use() == {done.key_id}
    assert _opened() == inside


@pytest.mark.data
@pytest.mark.django_db
def test_a_value_written_during_rotation_is_not_overwritten(monkeypatch):
    _fill(3)
    first = StoredFile.objects.order_by("pk")[0]
    real = os.urandom
    written: list[bytes] = []

    def meanwhile(count: int) -> bytes:
        if not written:  # another process writes between the reading and the writing of the rotation
            written.append(b"")
            StoredFile.objects.filter(pk=first.pk).update(key=operations.seal(b"newer"))
        return real(count)

    monkeypatch.setattr(operations.os, "urandom", meanwhile)
    operations.rotate()
    assert _opened()[first.pk] == b"newer"


@pytest.mark.data
@pytest.mark.django_db
def test_old_keys_are_forgotten_when_nothing_needs_them(tmp_path):
    inside = _fill(5)
    operations.rotate(forget=True)
    assert len((tmp_path / "vault").read_text().split()) == 1
    keys.reload()
    assert _opened() == inside


@pytest.mark.data
@pytest.mark.django_db
def test_forgetting_is_refused_while_one_value_carries_the_old_key(tmp_path, monkeypatch):
    _fill(2)
    real, calls = operations.sealed_columns, []

    def overlooked():
        calls.append(1)
        return iter(()) if len(calls) == 1 else real()

    monkeypatch.setattr(operations, "sealed_columns", overlooked)
    with pytest.raises(operations.KeysInUse, match="2 values"):
        operations.rotate(forget=True)
    assert len((tmp_path / "vault").read_text().split()) == 2
