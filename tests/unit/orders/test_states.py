"""The line machine, its import reading, and the vectorised copy of it."""

from __future__ import annotations

import itertools

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.kernel import records
from zhanggui.kernel.statetable import IllegalTransition
from zhanggui.trade.orders.domain import states, vector
from zhanggui.trade.orders.domain.states import LINE, Standing, advance, combine, derive_order, observe

ALL = tuple(states.MAIN)
observations = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from(ALL)), min_size=1, max_size=6, unique_by=lambda o: o[0]
)


def test_knows_every_canonical_state() -> None:
    assert set(ALL) == set(records.STATES)
    assert LINE.states == set(records.STATES) - {records.UNKNOWN}


#: Every (state, command) of the table that is allowed; all other pairs must be refused.
ALLOWED = {
    ("created", "pay"), ("created", "cancel"), ("paid", "allocate"), ("paid", "ship"), ("paid", "ask_refund"),
    ("paid", "void"), ("allocated", "release"), ("allocated", "ship"), ("allocated", "ask_refund"),
    ("shipped", "deliver"), ("shipped", "complete"), ("shipped", "ask_refund"), ("delivered", "complete"),
    ("delivered", "ask_refund"), ("completed", "ask_refund"), ("completed", "close"), ("refunding", "refund"),
    ("refunding", "resume_paid"), ("refunding", "resume_allocated"), ("refunding", "resume_shipped"),
    ("refunding", "resume_delivered"), ("refunding", "resume_completed"), ("refunded", "close"),
    ("cancelled", "close"),
}  # fmt: skip


@pytest.mark.parametrize(("state", "command"), sorted(itertools.product(LINE.states, LINE.commands)))
def test_allows_exactly_the_listed_commands(state: str, command: str) -> None:
    if (state, command) in ALLOWED:
        assert LINE.next(state, command) in LINE.states
    else:
        with pytest.raises(IllegalTransition):
            LINE.next(state, command)


@pytest.mark.parametrize(
    ("current", "observed", "state", "kind"),
    [
        ("created", "paid", "paid", "normal"),
        ("created", "shipped", "shipped", "jump"),
        ("paid", "completed", "completed", "jump"),
        ("paid", "cancelled", "cancelled", "normal"),
        ("shipped", "cancelled", "cancelled", "jump"),
        ("allocated", "paid", "paid", "normal"),
        ("paid", "allocated", "allocated", "normal"),
        ("shipped", "paid", "shipped", "refused"),
        ("completed", "created", "completed", "refused"),
        ("shipped", "allocated", "shipped", "refused"),
        ("refunded", "completed", "refunded", "refused"),
        ("cancelled", "paid", "cancelled", "refused"),
        ("closed", "refunding", "closed", "refused"),
        ("refunding", "refunded", "refunded", "normal"),
        ("refunding", "shipped", "shipped", "normal"),
        ("completed", "refunding", "refunding", "normal"),
        ("cancelled", "closed", "closed", "normal"),
        ("paid", "paid", "paid", "same"),
        ("paid", "unknown", "unknown", "raw"),
        ("unknown", "unknown", "unknown", "same"),
        (None, "delivered", "delivered", "normal"),
    ],
)
def test_advances_by_the_import_rule(current: str | None, observed: str, state: str, kind: str) -> None:
    assert advance(current, observed) == states.Step(state, kind)


def test_returns_from_a_refused_refund_to_where_it_was_not_to_what_an_old_text_says() -> None:
    standing = Standing()
    for at, state in enumerate(["shipped", "refunding", "paid"]):
        standing = observe(standing, state, at)
    assert standing.state == "shipped"


def test_remembers_what_was_reached_while_a_status_cannot_be_read() -> None:
    standing = observe(observe(Standing(), "delivered", 1), "unknown", 2)
    assert standing.state == "unknown"
    assert observe(standing, "shipped", 3).state == "delivered"


def test_refuses_a_state_that_is_not_canonical() -> None:
    with pytest.raises(ValueError, match="canonical"):
        observe(Standing(), "发货", 1)


@given(observations, st.randoms())
def test_order_of_observations_does_not_matter(found: list[tuple[int, str]], random: object) -> None:
    def fold(sequence: list[tuple[int, str]]) -> Standing:
        standing = Standing()
        for at, state in sequence:
            standing = observe(standing, state, at)
        return standing

    shuffled = found[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == fold(sorted(found))


@given(observations)
def test_observing_again_changes_nothing(found: list[tuple[int, str]]) -> None:
    standing = Standing()
    for at, state in found:
        standing = observe(standing, state, at)
        assert observe(standing, state, at) == standing


@given(observations)
def test_never_moves_back_on_the_main_road_unless_something_was_laid_over_it(found: list[tuple[int, str]]) -> None:
    """In time order, a main state only gives way to a further one."""
    standing = Standing()
    for at, state in sorted(found):
        before, standing = standing, observe(standing, state, at)
        if before.state in states.ADVANCE_ORDER and standing.state in states.ADVANCE_ORDER:
            assert states.MAIN[standing.state] >= states.MAIN[before.state]


@pytest.mark.parametrize(
    ("lines", "state", "ship", "refund"),
    [
        ([], None, False, False),
        ([None], None, False, False),
        (["paid", "paid"], "paid", False, False),
        (["shipped", "paid"], "paid", True, False),
        (["completed", "shipped"], "shipped", False, False),
        (["refunded", "refunded"], "refunded", False, False),
        (["refunded", "completed"], "completed", False, True),
        (["refunded", "cancelled"], "refunded", False, False),
        (["refunded", "closed"], "closed", False, True),
        (["refunding", "paid"], "paid", False, False),
        (["refunding", "refunded"], "refunding", False, True),
        (["refunding", "refunding"], "refunding", False, False),
        (["unknown", "completed"], "unknown", False, False),
        (["cancelled", "paid"], "paid", False, False),
        (["created", "completed", "refunded"], "created", True, True),
    ],
)
def test_derives_an_order_from_its_lines(lines: list[str | None], state: str | None, ship: bool, refund: bool) -> None:
    assert derive_order(lines) == states.Derived(state, ship, refund)


def test_combines_header_and_lines_by_the_fresher_word() -> None:
    header = observe(Standing(), "refunding", 5)
    assert combine(header, "shipped", 9).state == "shipped"
    assert combine(header, "shipped", 3).state == "refunding"
    assert combine(observe(Standing(), "completed", 5), "paid", 9).state == "completed"
    assert combine(header, None, None) == header


def test_vectorised_derivation_gives_the_same_answer_for_every_mix() -> None:
    mixes = [m for n in (1, 2, 3) for m in itertools.combinations_with_replacement([None, *ALL], n)]
    frame = pl.DataFrame(
        {"o": [i for i, m in enumerate(mixes) for _ in m], "status": [s for m in mixes for s in m]},
        schema={"o": pl.Int64, "status": pl.String},
    )
    found = {o: (state, bits) for o, state, bits in vector.derive_orders(frame, "o").iter_rows()}
    for i, mix in enumerate(mixes):
        slow = derive_order(mix)
        assert found[i] == (slow.state, slow.partial_ship + 2 * slow.partial_refund), mix


def test_vectorised_observation_gives_the_same_answer_for_every_pair() -> None:
    standings = {Standing()}
    for one, two in itertools.product(ALL, repeat=2):
        standings.add(observe(observe(Standing(), one, 5), two, 6))
    cases = [(s, state, at) for s in standings for state in ALL for at in (4, 6, 8)]
    frame = pl.DataFrame(
        {
            "state": [s.state for s, _, _ in cases],
            "reached": [s.reached for s, _, _ in cases],
            "at": [s.at for s, _, _ in cases],
            "observed": [state for _, state, _ in cases],
            "moment": [at for _, _, at in cases],
        },
        schema={"state": pl.String, "reached": pl.Int64, "at": pl.Int64, "observed": pl.String, "moment": pl.Int64},
    )
    state, reached = vector.observe(
        pl.col("state"), pl.col("reached"), pl.col("at"), pl.col("observed"), pl.col("moment")
    )
    rows = frame.select(state.alias("s"), reached.alias("r")).rows()
    for (standing, observed, at), row in zip(cases, rows, strict=True):
        slow = observe(standing, observed, at)
        assert row == (slow.state, slow.reached), (standing, observed, at)
