"""Who gets the last pieces: requests in the order they came, each one whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RESERVE, COMMIT, RELEASE, EXPIRE = "reserve", "commit", "release", "expire"
CLOSINGS = (COMMIT, RELEASE, EXPIRE)


@dataclass(frozen=True, slots=True)
class Short:
    """What a request lacked: ``wanted`` and ``available`` base units of the first item that was short."""

    item_id: int
    wanted: int
    available: int


def grant(demand: Mapping[int, int], free: dict[int, int]) -> Short | None:
    """Take a whole demand (item → units) out of ``free``, or nothing; then the first shortage by item id.

    >>> free = {1: 5, 2: 1}
    >>> grant({1: 2, 2: 2}, free), free
    (Short(item_id=2, wanted=2, available=1), {1: 5, 2: 1})
    >>> grant({1: 2, 2: 1}, free), free
    (None, {1: 3, 2: 0})
    """
    for item_id in sorted(demand):
        if free.get(item_id, 0) < demand[item_id]:
            return Short(item_id, demand[item_id], max(0, free.get(item_id, 0)))
    for item_id, qty in demand.items():
        free[item_id] -= qty
    return None
