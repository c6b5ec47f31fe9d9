"""From exact effects to whole minor units that still add up, along lines and along segments."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from fractions import Fraction


def close(amount: int, exact: Sequence[Fraction]) -> list[int]:
    """Whole numbers next to ``exact`` that add up to ``amount``, which is the sum of ``exact``.

    Each part is rounded to the nearest (halves away from zero); units that are then missing go where rounding took
    most, among equals to the largest part, then the earliest. The negative mirrors the positive; a whole number
    stays what it is, so a factor that did not move keeps its zero.

    >>> close(1000000, [Fraction(5650000, 3), Fraction(-4790000, 3), Fraction(2140000, 3)])
    [1883334, -1596667, 713333]
    """
    parts = [_nearest(x) for x in exact]
    missing = amount - sum(parts)
    step = 1 if missing > 0 else -1
    order = sorted(range(len(parts)), key=lambda i: (-step * (exact[i] - parts[i]), -abs(exact[i]), i))
    for i in order[: abs(missing)]:
        parts[i] += step
    return parts


def close_table(amounts: Sequence[int], exact: Sequence[Sequence[Fraction]]) -> list[list[int]]:
    """The same for a table: row i adds up to ``amounts[i]``, and column sums are those of the closed whole.

    Rows are closed one by one; then units move inside rows, from columns that have too much to columns that have too
    little, along the shortest way (controlled rounding, L. H. Cox, JASA 82 (1987) 520–524). No cell moves further
    than one unit from its exact value and whole numbers never move; where that forbids the closed whole, column sums
    stay beside it by the last unit.
    """
    cells = [close(amount, row) for amount, row in zip(amounts, exact, strict=True)]
    if len(cells) < 2:
        return cells
    columns = range(len(exact[0]))
    target = close(sum(amounts), [sum((row[j] for row in exact), Fraction(0)) for j in columns])
    while True:
        surplus = [sum(row[j] for row in cells) - target[j] for j in columns]
        path = _way(cells, exact, surplus)
        if path is None:
            return cells
        for i, take, give in path:
            cells[i][take] -= 1
            cells[i][give] += 1


def _way(
    cells: Sequence[Sequence[int]], exact: Sequence[Sequence[Fraction]], surplus: Sequence[int]
) -> list[tuple[int, int, int]] | None:
    """The shortest list of (row, column that gives up a unit, column that gets it) from too much to too little."""
    columns = range(len(surplus))
    came: dict[int, tuple[int, int] | None] = {j: None for j in columns if surplus[j] > 0}
    queue = deque(came)
    while queue:
        j = queue.popleft()
        if surplus[j] < 0:
            path = []
            step = came[j]
            while step is not None:
                taken_in, origin = step
                path.append((taken_in, origin, j))
                j, step = origin, came[origin]
            return path
        for i, row in enumerate(cells):
            if row[j] <= exact[i][j]:
                continue
            for k in columns:
                if k not in came and row[k] < exact[i][k]:
                    came[k] = (i, j)
                    queue.append(k)
    return None


def _nearest(x: Fraction) -> int:
    whole = int(abs(x) + Fraction(1, 2))
    return whole if x >= 0 else -whole
