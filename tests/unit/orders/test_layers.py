"""Clocks per cell: joining is a least upper bound, whatever the order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zhanggui.trade.orders.domain.layers import contest, digest, dump, load, offer

columns = st.sets(st.sampled_from(["qty", "title", "status", "buyer_paid"]), min_size=1)
offers = st.lists(st.tuples(columns, st.integers(0, 1), st.integers(0, 5)), min_size=1, max_size=5)


@given(offers, st.randoms())
def test_joined_layers_do_not_depend_on_the_order_of_files(
    found: list[tuple[set[str], int, int]], random: object
) -> None:
    def fold(sequence: list[tuple[set[str], int, int]]) -> dict[str, tuple[int, int]]:
        layer: dict[str, tuple[int, int]] = {}
        for names, authority, at in sequence:
            layer = contest(layer, offer(names, authority, at)).joined
        return layer

    shuffled = found[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == fold(found)


def test_a_header_outranks_a_newer_sum_of_lines() -> None:
    found = contest({"buyer_paid": (1, 5)}, offer(["buyer_paid", "qty"], 0, 9))
    assert found.wins == {"qty"}
    assert found.joined["buyer_paid"] == (1, 5)


def test_an_observation_that_wins_nothing_is_stale() -> None:
    assert contest({"qty": (0, 9)}, offer(["qty"], 0, 5)).stale
    assert not contest({"qty": (0, 9)}, offer(["qty"], 0, 9)).stale


@given(offers)
def test_layers_survive_being_stored(found: list[tuple[set[str], int, int]]) -> None:
    layer = {name: (authority, at) for names, authority, at in found for name in names}
    assert load(dump(layer)) == layer
    assert dump(dict(reversed(layer.items()))) == dump(layer)


def test_an_absent_text_differs_from_an_empty_one() -> None:
    assert digest("a", None) != digest("a", "")
    assert len(digest("收纳盒")) == 22
