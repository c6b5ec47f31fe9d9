"""State machines as data: (state, command) → state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class IllegalTransition(ValueError):
    """A command that the current state does not allow; carries ``state``, ``command`` and ``reason``."""

    def __init__(self, table: str, state: str, command: str, reason: str) -> None:
        super().__init__(f"{table}: {command!r} is not allowed in {state!r}: {reason}")
        self.table, self.state, self.command, self.reason = table, state, command, reason


@dataclass(frozen=True)
class StateTable:
    """A named table of transitions.

    ``terminal`` states accept no command. Raises ``ValueError`` on construction when a state
    cannot be reached from ``initial`` or a terminal state has a way out.
    """

    name: str
    initial: str
    transitions: Mapping[tuple[str, str], str]
    terminal: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        leaving = {state for state, _ in self.transitions}
        if leaving & self.terminal:
            raise ValueError(f"{self.name}: terminal states with a way out: {sorted(leaving & self.terminal)}")
        unreachable = self.states - self.reachable()
        if unreachable:
            raise ValueError(f"{self.name}: states that cannot be reached: {sorted(unreachable)}")

    @property
    def states(self) -> frozenset[str]:
        found = {self.initial, *self.terminal, *self.transitions.values()}
        return frozenset(found | {state for state, _ in self.transitions})

    @property
    def commands(self) -> frozenset[str]:
        return frozenset(command for _, command in self.transitions)

    def reachable(self) -> frozenset[str]:
        seen, todo = {self.initial}, [self.initial]
        while todo:
            here = todo.pop()
            for (state, _), target in self.transitions.items():
                if state == here and target not in seen:
                    seen.add(target)
                    todo.append(target)
        return frozenset(seen)

    def next(self, state: str, command: str) -> str:
        """The state after ``command``; raises :class:`IllegalTransition`, never ignores."""
        if state not in self.states:
            raise IllegalTransition(self.name, state, command, "unknown state")
        if state in self.terminal:
            raise IllegalTransition(self.name, state, command, "the state is final")
        try:
            return self.transitions[state, command]
        except KeyError:
            allowed = sorted(c for s, c in self.transitions if s == state)
            raise IllegalTransition(self.name, state, command, f"allowed here: {', '.join(allowed)}") from None
