"""Quantities, costs, grants, counts: the pure rules."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.supply.inventory.domain import costing, counting
from zhanggui.supply.inventory.domain.costing import Layer
from zhanggui.supply.inventory.domain.holding import grant
from zhanggui.supply.inventory.domain.picking import Stand, pick
from zhanggui.supply.inventory.domain.posting import Book, Move, NotEnoughOnHand, conserved
from zhanggui.supply.inventory.domain.quantities import BadQuantity, to_base

KINDS = {1: "supplier", 2: "warehouse", 3: "quarantine", 4: "customer", 5: "loss"}


@pytest.mark.parametrize(
    ("value", "unit", "code"),
    [
        ("-1", "", "negative"), ("0.5", "", "not_whole"), ("1e99", "", "too_large"), ("nan", "", "not_a_number"),
        ("", "", "not_a_number"), ("3", "斤", "unknown_unit"), ("1", "箱子", "unknown_unit"),
        ("0.3", "箱", "not_whole"),
    ],
)  # fmt: skip
def test_a_quantity_that_cannot_be_booked_says_why(value: str, unit: str, code: str) -> None:
    with pytest.raises(BadQuantity) as bad:
        to_base(value, unit, "件", {"箱": 24})
    assert bad.value.code == code


def test_packs_become_pieces_exactly() -> None:
    assert [to_base(v, u, "件", {"箱": 24}) for v, u in (("1,000", ""), ("0.5", "箱"), ("2.0", "件"), (0, "箱"))] == [
        1000, 12, 2, 0,
    ]  # fmt: skip


moves = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 3, 4, 5]), st.sampled_from([1, 2, 3, 4, 5]), st.integers(1, 9), st.integers(0, 99)
    ),
    max_size=40,
)


@given(moves, st.sampled_from(costing.METHODS))
def test_no_order_of_movements_loses_a_piece_or_a_cent(asked: list[tuple[int, int, int, int]], method: str) -> None:
    book = Book(KINDS, {7: method})
    paid = gone = 0
    for out, into, qty, cost in asked:
        try:
            done = book.apply(Move(7, 1, out, into, qty, cost if KINDS[out] != "customer" else None))
        except (NotEnoughOnHand, ValueError):
            continue
        internal = {2, 3}
        if done.cost is not None and (out in internal) != (into in internal):
            paid += done.cost if into in internal else 0
            gone += done.cost if out in internal else 0
    here = sum(q for (_i, _l, p), q in book.balances.items() if p in (2, 3))
    layers = book.layers.get(7, ())
    assert conserved([], book.balances)
    assert all(q >= 0 for (_i, _l, p), q in book.balances.items() if p in (2, 3))
    assert sum(layer.qty for layer in layers) == here
    if all(layer.value is not None for layer in layers):
        known = sum(layer.value or 0 for layer in layers)
        assert known >= 0
        assert here or known == 0
        assert known + gone == paid or any(o == 4 for o, *_r in asked)


@given(st.integers(0, 10**6), st.integers(1, 10**4), st.data())
def test_what_leaves_and_what_stays_add_up(value: int, qty: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, qty))
    rest, cost = costing.issue((Layer(qty, value),), part, costing.AVERAGE)
    assert (cost or 0) + sum(layer.value or 0 for layer in rest) == value


def test_unknown_costs_leave_last_and_make_the_cost_unknown() -> None:
    layers = costing.receive(costing.receive((), 2, None, "average"), 2, 200, "average")
    rest, cost = costing.issue(layers, 2, "average")
    assert cost == 200
    assert costing.issue(rest, 1, "average")[1] is None


@given(
    st.dictionaries(st.integers(1, 4), st.integers(0, 9)),
    st.lists(st.dictionaries(st.integers(1, 4), st.integers(1, 5))),
)
def test_orders_are_granted_whole_or_not_at_all(free: dict[int, int], asked: list[dict[int, int]]) -> None:
    left = dict(free)
    granted = [d for d in asked if grant(d, left) is None]
    for item_id in {*free, *(i for d in granted for i in d)}:
        assert sum(d.get(item_id, 0) for d in granted) + left.get(item_id, 0) == free.get(item_id, 0)
        assert left.get(item_id, 0) >= 0


def test_what_expires_first_is_picked_first() -> None:
    stands = [Stand(1, 1, 5), Stand(2, 1, 5, date(2026, 5, 1)), Stand(3, 1, 5, date(2026, 2, 1))]
    taken, lacking = pick(stands, 12, date(2026, 2, 1))
    assert ([(s.lot_id, s.qty) for s in taken], lacking) == ([(2, 5), (1, 5)], 2)


def test_half_the_catalogue_to_zero_needs_a_word() -> None:
    before = dict.fromkeys(range(10), 3)
    assert counting.blast(before, dict.fromkeys(range(5), 0)).needs_approval
    assert not counting.blast(before, dict.fromkeys(range(4), 0)).needs_approval
    assert not counting.blast({1: 1, 2: 1}, {1: 0, 2: 0}).needs_approval
    assert counting.accuracy([counting.Difference(1, 1, 3, 3), counting.Difference(2, 2, 3, 4)]) == (1, 2)
