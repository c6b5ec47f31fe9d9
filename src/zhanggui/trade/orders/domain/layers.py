"""Which observation stands behind each cell of a row, and who wins when another arrives.

A *clock* is ``(authority, observed_at in µs)``, compared as a pair: a file that states order-level facts itself
outranks one from which they are only summed, however old; at equal authority the newer wins. A *layer* maps each
column ever provided to the clock of the observation that holds it. Joining layers takes the greater clock column
by column, so the result does not depend on the order of imports. Rows of one import share their layer.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

Clock = tuple[int, int]
Layer = Mapping[str, Clock]

DERIVED_AUTHORITY: Final = 0
STATED_AUTHORITY: Final = 1


def offer(columns: Iterable[str], authority: int, at: int) -> dict[str, Clock]:
    """The layer of one observation."""
    return dict.fromkeys(columns, (authority, at))


@dataclass(frozen=True)
class Contest:
    """An offer against a layer: columns it wins, columns at equal clocks (the later row of the file wins), and
    the joined layer."""

    wins: frozenset[str]
    ties: frozenset[str]
    joined: dict[str, Clock]

    @property
    def stale(self) -> bool:
        return not self.wins and not self.ties


def contest(held: Layer, offered: Layer) -> Contest:
    """
    >>> c = contest({"qty": (1, 5)}, {"qty": (0, 9), "title": (0, 9)})
    >>> sorted(c.wins), c.joined
    (['title'], {'qty': (1, 5), 'title': (0, 9)})
    """
    wins = frozenset(c for c, clock in offered.items() if c not in held or clock > held[c])
    ties = frozenset(c for c, clock in offered.items() if held.get(c) == clock)
    return Contest(wins, ties, {**held, **{c: offered[c] for c in wins}})


def dump(layer: Layer) -> str:
    """Canonical text of a layer."""
    return json.dumps({c: list(layer[c]) for c in sorted(layer)}, separators=(",", ":"))


def load(text: str) -> dict[str, Clock]:
    return {c: (int(v[0]), int(v[1])) for c, v in json.loads(text).items()}


def digest(*parts: str | None) -> str:
    """128 bits of some texts as 22 url-safe letters; an absent text differs from an empty one."""
    joined = "\x1f".join("\x00" if part is None else part for part in parts)
    raw = blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return urlsafe_b64encode(raw).decode("ascii").rstrip("=")
