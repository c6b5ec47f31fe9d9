"""The sealed form: opens with its key only, and shows every change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.vault.domain import sealing
from zhanggui.foundation.vault.domain.sealing import BYTES, JSON, KeyRing

OLD, NEW = "o" * 40, "n" * 40
NONCE = bytes(range(12))


@given(st.binary(max_size=300), st.sampled_from([BYTES, JSON]))
def test_opens_to_what_was_sealed(plain, kind):
    ring = KeyRing.of(NEW)
    assert ring.open(ring.seal(plain, kind, NONCE)) == (kind, plain)


@given(st.data())
def test_any_changed_byte_is_noticed(data):
    ring = KeyRing.of(NEW)
    blob = bytearray(ring.seal(b"138 1234", BYTES, NONCE))
    place = data.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(sealing.SealError):
        ring.open(bytes(blob))


def test_a_new_key_in_front_still_opens_what_the_old_one_sealed():
    blob = KeyRing.of(OLD).seal(b"x", BYTES, NONCE)
    both = KeyRing.of(f"{NEW},{OLD}")
    assert both.open(blob) == (BYTES, b"x")
    assert sealing.key_id(both.seal(b"x", BYTES, NONCE)) == KeyRing.of(NEW).current.id


def test_a_missing_key_is_named():
    blob = KeyRing.of(OLD).seal(b"x", BYTES, NONCE)
    with pytest.raises(sealing.KeyMissing) as caught:
        KeyRing.of(NEW).open(blob)
    assert KeyRing.of(OLD).current.id.hex() in str(caught.value)


def test_foreign_bytes_are_not_taken_for_a_seal():
    for foreign in (b"", b"plain text that was never sealed at all, long enough", b"\x02" + bytes(60)):
        with pytest.raises(sealing.NotSealed):
            sealing.key_id(foreign)


def test_a_short_secret_is_refused():
    with pytest.raises(sealing.BadKey):
        KeyRing.of("short")
