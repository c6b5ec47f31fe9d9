"""What binds an approval to a list, what is a moved world, and what reading back says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.loop.domain import proposals as p
from zhanggui.foundation.loop.domain.proposals import Change, differences, outcome_command, token, verdict

KEY = b"k"
values = st.dictionaries(
    st.text(min_size=1, max_size=5), st.one_of(st.integers(), st.text(max_size=5), st.booleans(), st.none()), max_size=3
)
change = st.builds(
    Change, st.text(min_size=1, max_size=5), st.text(max_size=5), values, values,
    st.one_of(st.none(), st.integers(1, 9)), st.one_of(st.none(), st.integers()), st.sampled_from(["", "CNY", "USD"]),
)  # fmt: skip
lists = st.lists(change, max_size=4, unique_by=lambda c: c.key)


@given(lists, lists)
def test_a_token_names_one_list_and_only_that(one: list[Change], other: list[Change]) -> None:
    made = token(KEY, action="a.b", params={"x": 1}, changes=one)
    assert made == token(KEY, action="a.b", params={"x": 1}, changes=list(one))
    assert (made == token(KEY, action="a.b", params={"x": 1}, changes=other)) == (
        [repr(c) for c in one] == [repr(c) for c in other]
    )
    assert made != token(b"other", action="a.b", params={"x": 1}, changes=one)
    assert made != token(KEY, action="a.c", params={"x": 1}, changes=one)
    assert made != token(KEY, action="a.b", params={"x": 2}, changes=one)


def test_a_float_is_never_bound() -> None:
    with pytest.raises(TypeError, match="float"):
        token(KEY, action="a.b", params={}, changes=[Change("1", "x", {"price": 1.5}, {"price": 2})])


@given(lists)
def test_the_same_world_differs_nowhere(one: list[Change]) -> None:
    assert differences(one, [replace(c) for c in one]) == ()


def test_a_moved_world_is_told_line_by_line() -> None:
    then = [Change("1", "a", {"held": False}, {"held": True}), Change("2", "b", {"held": False}, {"held": True})]
    now = [Change("1", "a", {"held": True}, {"held": True}), Change("3", "c", {"held": False}, {"held": True})]
    found = {d.key: (d.then, d.now) for d in differences(then, now)}
    assert found["1"] == (
        {"before": {"held": False}, "after": {"held": True}},
        {"before": {"held": True}, "after": {"held": True}},
    )
    assert found["2"][1] is None
    assert found["3"][0] is None


def test_reading_back_confirms_denies_or_says_nothing() -> None:
    line = Change("1", "a", {"price": 100}, {"price": 90})
    assert verdict(line, {"price": 90}) == "confirm"
    assert verdict(line, {"price": 100}) == "deny"
    assert verdict(line, {"price": 95}) == ""
    assert verdict(line, None) == ""
    assert verdict(line, {"price": 100}, undoing=True) == "confirm"
    assert verdict(line, {"price": 90}, undoing=True) == "deny"


@given(st.lists(st.sampled_from(sorted(p.ITEM_STATES)), min_size=1, max_size=6), st.booleans())
def test_what_items_say_is_always_a_move_their_proposal_knows(states: list[str], undoing: bool) -> None:
    command = outcome_command(states, undoing=undoing)
    assert (p.UNDOING if undoing else p.EXECUTING, command) in p.LIFECYCLE.transitions
    if set(states) & p.DOUBTFUL:
        assert command == "doubt"
    if command in ("finish", "finish_undo"):
        assert not set(states) & (p.DOUBTFUL | {p.ITEM_WAITING})
