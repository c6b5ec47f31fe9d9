"""A state table refuses what it does not list, and cannot be built wrong."""

from __future__ import annotations

import pytest

from zhanggui.kernel.statetable import IllegalTransition, StateTable

DOOR = StateTable(
    "door",
    "closed",
    {("closed", "open"): "open", ("open", "close"): "closed", ("closed", "wall_up"): "gone"},
    terminal=frozenset({"gone"}),
)


def test_follows_the_listed_transitions() -> None:
    assert DOOR.next("closed", "open") == "open"
    assert DOOR.next("open", "close") == "closed"


def test_names_state_command_and_reason_of_what_it_refuses() -> None:
    with pytest.raises(IllegalTransition) as caught:
        DOOR.next("open", "wall_up")
    error = caught.value
    assert (error.table, error.state, error.command) == ("door", "open", "wall_up")
    assert error.reason == "allowed here: close"
    assert "'wall_up' is not allowed in 'open'" in str(error)


def test_accepts_nothing_in_a_final_state() -> None:
    for command in DOOR.commands:
        with pytest.raises(IllegalTransition, match="final"):
            DOOR.next("gone", command)


def test_refuses_a_state_it_does_not_know() -> None:
    with pytest.raises(IllegalTransition, match="unknown state"):
        DOOR.next("ajar", "open")


def test_every_pair_is_either_listed_or_refused() -> None:
    for state in DOOR.states:
        for command in DOOR.commands | {"burn"}:
            if (state, command) in DOOR.transitions:
                assert DOOR.next(state, command) in DOOR.states
            else:
                with pytest.raises(IllegalTransition):
                    DOOR.next(state, command)


def test_knows_its_states_and_commands() -> None:
    assert DOOR.states == DOOR.reachable() == {"closed", "open", "gone"}
    assert DOOR.commands == {"open", "close", "wall_up"}


def test_cannot_be_built_with_a_state_nobody_reaches() -> None:
    with pytest.raises(ValueError, match=r"cannot be reached: \['ajar'\]"):
        StateTable("door", "closed", {("closed", "open"): "open", ("ajar", "open"): "open"})


def test_cannot_be_built_with_a_final_state_nobody_reaches() -> None:
    with pytest.raises(ValueError, match=r"cannot be reached: \['gone'\]"):
        StateTable("door", "closed", {("closed", "open"): "open"}, terminal=frozenset({"gone"}))


def test_cannot_be_built_with_a_way_out_of_a_final_state() -> None:
    with pytest.raises(ValueError, match=r"way out: \['open'\]"):
        StateTable("door", "closed", {("closed", "open"): "open", ("open", "close"): "closed"},
                   terminal=frozenset({"open"}))  # fmt: skip
