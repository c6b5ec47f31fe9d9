"""What a bundle is made of: no circles, nested bundles opened down to single goods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

#: bundle → {component: pieces}
Parts: TypeAlias = Mapping[int, Mapping[int, int]]


class CyclicBundle(ValueError):
    """A bundle would contain itself; ``path`` is the circle, first and last the same."""

    def __init__(self, path: tuple[int, ...]) -> None:
        self.path = path
        super().__init__("a bundle would contain itself: " + " → ".join(map(str, path)))


def find_cycle(parts: Parts) -> tuple[int, ...] | None:
    """A circle among the bundles, or None. Iterative: depth is bounded by the data, not by the stack.

    >>> find_cycle({1: {2: 1}, 2: {3: 1}, 3: {1: 2}})
    (1, 2, 3, 1)
    """
    done: set[int] = set()
    for start in sorted(parts):
        if start in done:
            continue
        path: list[int] = [start]
        on_path = {start}
        waiting = [iter(sorted(parts.get(start, {})))]
        while waiting:
            step = next(waiting[-1], None)
            if step is None:
                waiting.pop()
                left = path.pop()
                on_path.discard(left)
                done.add(left)
            elif step in on_path:
                return (*path[path.index(step) :], step)
            elif step not in done:
                path.append(step)
                on_path.add(step)
                waiting.append(iter(sorted(parts.get(step, {}))))
    return None


def expand(bundle: int, parts: Parts, pieces: int = 1) -> dict[int, int]:
    """Single goods in ``pieces`` of ``bundle``, nested bundles opened; a single item is itself.

    Raises :class:`CyclicBundle`. Shared sub-bundles are opened once (a chain of doublings stays linear).

    >>> expand(1, {1: {2: 2, 3: 1}, 2: {3: 4, 4: 1}})
    {3: 9, 4: 2}
    """
    circle = find_cycle(parts)
    if circle is not None and bundle in _below(circle[0], parts) | set(circle):
        raise CyclicBundle(circle)
    needed: dict[int, int] = {bundle: pieces}
    for item in _topological(bundle, parts):
        inside = parts.get(item)
        if not inside:
            continue
        count = needed.pop(item)
        for component, qty in inside.items():
            needed[component] = needed.get(component, 0) + qty * count
    return dict(sorted(needed.items()))


def _below(item: int, parts: Parts) -> set[int]:
    seen, todo = {item}, [item]
    while todo:
        for component in parts.get(todo.pop(), {}):
            if component not in seen:
                seen.add(component)
                todo.append(component)
    return seen


def _topological(start: int, parts: Parts) -> list[int]:
    """``start`` and all below it, every bundle before its components."""
    order: list[int] = []
    done: set[int] = set()
    todo: list[tuple[int, bool]] = [(start, False)]
    while todo:
        item, left = todo.pop()
        if left:
            order.append(item)
            continue
        if item in done:
            continue
        done.add(item)
        todo.append((item, True))
        todo += [(c, False) for c in sorted(parts.get(item, {})) if c not in done]
    return order[::-1]
