"""Encrypted files: any size comes back, any damage shows."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.foundation.files.domain import stream
from zhanggui.foundation.files.domain.stream import CHUNK, TAG, StreamDamaged

KEY = bytes(32)


def pieces(data: bytes) -> list[bytes]:
    return [data[n : n + CHUNK] for n in range(0, len(data), CHUNK)]


def stored(data: bytes) -> bytes:
    return b"".join(stream.encrypt(pieces(data), KEY))


def opened(data: bytes, key: bytes = KEY) -> bytes:
    return b"".join(stream.decrypt(io.BytesIO(data), key))


@pytest.mark.parametrize("size", [0, 1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17])
def test_every_size_comes_back(size):
    data = bytes(n % 251 for n in range(1000)) * (size // 1000 + 1)
    data = data[:size]
    assert opened(stored(data)) == data


@settings(max_examples=60)
@given(st.data())
def test_a_changed_byte_shows(data):
    blob = bytearray(stored(b"a" * 500))
    place = data.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(StreamDamaged):
        opened(bytes(blob))


LONG = b"1" * CHUNK + b"2" * CHUNK + b"3" * 10
BLOB = stored(LONG)
A, B, C = BLOB[4 : 4 + CHUNK + TAG], BLOB[4 + CHUNK + TAG : 4 + 2 * (CHUNK + TAG)], BLOB[4 + 2 * (CHUNK + TAG) :]


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(BLOB[:4] + A + B, id="last chunk cut off"),
        pytest.param(BLOB[:4] + A, id="two chunks cut off"),
        pytest.param(BLOB[:4] + B + A + C, id="chunks swapped"),
        pytest.param(BLOB[:4] + A + C, id="chunk dropped"),
        pytest.param(BLOB[:4] + A + A + C, id="chunk repeated"),
        pytest.param(BLOB + C, id="chunk added"),
        pytest.param(BLOB[:-1], id="last byte cut off"),
        pytest.param(BLOB[:4], id="header only"),
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04" + BLOB[4:], id="other header"),
    ],
)
def test_chunks_cannot_be_moved_dropped_or_cut_off(damaged):
    with pytest.raises(StreamDamaged):
        opened(damaged)


def test_another_key_opens_nothing():
    with pytest.raises(StreamDamaged):
        opened(BLOB, b"k" * 32)


def test_a_chunk_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="bytes"):
        list(stream.encrypt([b"x" * (CHUNK + 1)], KEY))
