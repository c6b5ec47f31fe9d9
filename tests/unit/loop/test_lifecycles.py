"""The state tables: every state reachable, every (state, command) allowed or refused; and what seeing does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.loop.domain import findings as f
from zhanggui.foundation.loop.domain import proposals as p
from zhanggui.foundation.loop.domain.findings import Weight
from zhanggui.kernel.statetable import IllegalTransition, StateTable

TABLES = [f.LIFECYCLE, p.LIFECYCLE, p.ITEM]
NOW = datetime(2026, 11, 11, 8, tzinfo=UTC)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_state_is_reached_and_every_other_pair_is_refused(table: StateTable) -> None:
    assert table.reachable() == table.states
    refused = 0
    for state in table.states:
        for command in table.commands:
            if (state, command) in table.transitions:
                assert table.next(state, command) == table.transitions[state, command]
                continue
            refused += 1
            with pytest.raises(IllegalTransition) as caught:
                table.next(state, command)
            assert (caught.value.state, caught.value.command) == (state, command)
            assert caught.value.reason
    assert refused + len(table.transitions) == len(table.states) * len(table.commands)


def test_states_of_the_columns_are_those_of_the_tables() -> None:
    assert set(f.STATES) == f.LIFECYCLE.states
    assert set(p.STATES) == p.LIFECYCLE.states
    assert set(p.ITEM_STATES) == p.ITEM.states
    assert f.ACTIVE | {f.SNOOZED} == f.LIVING
    assert all((s, "vanish") in f.LIFECYCLE.transitions for s in f.LIVING)


@pytest.mark.parametrize("state", sorted(p.LIFECYCLE.terminal))
def test_what_is_over_never_executes(state: str) -> None:
    with pytest.raises(IllegalTransition):
        p.LIFECYCLE.next(state, "begin")


@given(st.lists(st.sampled_from(sorted(f.LIFECYCLE.commands)), max_size=30))
def test_any_sequence_of_commands_stays_inside_the_table(commands: list[str]) -> None:
    state = f.LIFECYCLE.initial
    for command in commands:
        try:
            state = f.LIFECYCLE.next(state, command)
        except IllegalTransition:
            continue
        assert state in f.STATES
    living = state in f.LIVING
    assert living == ((state, "vanish") in f.LIFECYCLE.transitions)


# seeing a cause again

MARK = Weight("warn", 1000, "CNY", 10)


def seen(state: str, *, weight: Weight = MARK, **kept: object) -> str:
    given_: dict[str, object] = {"mark": None, "gone_for": None, "closed_for": None} | kept
    return f.on_seeing(state, seen=weight, **given_)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", [f.OPEN, f.ASSIGNED, f.TAKEN])
def test_seeing_it_again_moves_nothing_on_the_list(state: str) -> None:
    assert seen(state) == ""
    assert seen(state, weight=Weight("bad", 10**9, "CNY", 10**6)) == ""


@pytest.mark.parametrize("state", [f.DISMISSED, f.SNOOZED])
def test_what_was_put_away_comes_back_only_when_worse(state: str) -> None:
    assert seen(state, mark=MARK) == ""
    assert seen(state, mark=MARK, weight=Weight("warn", 1499, "CNY", 19)) == ""
    assert seen(state, mark=MARK, weight=Weight("warn", 1500, "CNY", 10)) == "worsen"
    assert seen(state, mark=MARK, weight=Weight("warn", 1000, "CNY", 20)) == "worsen"
    assert seen(state, mark=MARK, weight=Weight("bad", 1, "CNY", 1)) == "worsen"
    assert seen(state, mark=MARK, weight=Weight("warn", 10**6, "USD", 10)) == "", "other money is not compared"


def test_a_cause_that_is_back_returns_and_after_a_long_quiet_begins_anew() -> None:
    assert seen(f.RESOLVED, gone_for=timedelta(hours=1), closed_for=timedelta(hours=1)) == "return"
    assert seen(f.RESOLVED, gone_for=f.QUIET - timedelta(seconds=1), closed_for=f.QUIET) == "return"
    assert seen(f.RESOLVED, gone_for=f.QUIET, closed_for=f.QUIET) == "recur"
    assert seen(f.DISMISSED, mark=MARK, gone_for=f.QUIET, closed_for=f.QUIET) == "recur"
    assert seen(f.DISMISSED, mark=MARK, gone_for=timedelta(days=1), closed_for=timedelta(days=2)) == ""


def test_what_a_person_called_done_is_asked_about_again_after_a_day() -> None:
    assert seen(f.RESOLVED, mark=MARK, closed_for=f.STILL_THERE - timedelta(seconds=1)) == ""
    assert seen(f.RESOLVED, mark=MARK, closed_for=f.STILL_THERE) == "return"
    worse = Weight("bad", 1000, "CNY", 10)
    assert seen(f.RESOLVED, mark=MARK, closed_for=timedelta(minutes=5), weight=worse) == "return"


# deadlines (X05)

moments = st.integers(-1000, 1000).map(lambda h: NOW + timedelta(hours=h))


@given(moments, st.lists(st.one_of(st.none(), moments), max_size=8))
def test_the_same_promise_never_gets_more_time(first: datetime, later: list[datetime | None]) -> None:
    due: datetime | None = first
    for seen_due in later:
        before, due = due, f.kept_due(due, "order:1", seen_due, "order:1")
        assert due is not None
        assert before is not None
        assert due <= before


@given(moments, moments)
def test_another_promise_brings_its_own_moment(known: datetime, other: datetime) -> None:
    assert f.kept_due(known, "order:1", other, "order:2") == other
    assert f.kept_due(known, "order:1", None, "order:2") is None
    assert f.kept_due(None, "order:1", other, "order:1") == other


def test_nothing_sleeps_past_its_deadline() -> None:
    hour = timedelta(hours=1)
    assert f.may_snooze(NOW, NOW, None) == "past"
    assert f.may_snooze(NOW, NOW + 2 * hour, NOW + hour) == "past_due"
    assert f.may_snooze(NOW, NOW + hour, NOW + hour) == ""
    assert f.may_snooze(NOW, NOW + hour, NOW - hour) == "", "what is over already may be put off"
    assert f.sleeps_until(NOW + 3 * hour, NOW + hour, NOW) == NOW + hour
    assert f.sleeps_until(NOW + 3 * hour, NOW - hour, NOW) == NOW + 3 * hour


@given(st.builds(Weight, st.sampled_from(f.SEVERITIES), st.one_of(st.none(), st.integers(0, 10**12)), st.just("CNY"),
                 st.one_of(st.none(), st.integers(0, 10**6))))  # fmt: skip
def test_nothing_is_worse_than_itself_and_a_weight_survives_its_row(weight: Weight) -> None:
    assert not f.is_worse(weight, weight)
    assert Weight.of_json(weight.as_json()) == weight
