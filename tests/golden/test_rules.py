"""Worked tables of rules: inputs and expected answers as files, shown by the documentation too."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest

from zhanggui.kernel.split import split
from zhanggui.trade.orders.domain import states

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows("split"), ids=lambda row: f"{row['amount']} over {row['weights']}")
def test_splits(row: dict[str, str]) -> None:
    assert split(int(row["amount"]), [int(w) for w in row["weights"].split()]) == [
        int(s) for s in row["shares"].split()
    ]


@pytest.mark.parametrize("row", rows("states_of_a_line"), ids=lambda row: row["seen"])
def test_observations_lead_to_one_state_in_whatever_order_they_arrive(row: dict[str, str]) -> None:
    seen = [word.partition("@") for word in row["seen"].split()]
    for arrival in itertools.permutations(seen):
        standing = states.Standing()
        for state, _, at in arrival:
            standing = states.observe(standing, state, int(at or 1))
        assert standing.state == row["state"]


@pytest.mark.parametrize("row", rows("states_of_an_order"), ids=lambda row: row["lines"])
def test_lines_make_the_state_of_their_order(row: dict[str, str]) -> None:
    for lines in itertools.permutations(row["lines"].split()):
        found = states.derive_order(lines)
        flags = [name for name in ("partial_ship", "partial_refund") if getattr(found, name)]
        assert (found.state, flags) == (row["state"], row["flags"].split())
