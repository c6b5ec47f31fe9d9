"""What the price centre refuses; ``reason`` is a stable word."""

from __future__ import annotations

from typing import Any


class PriceRefused(ValueError):
    """A write that was not done; nothing has changed."""

    def __init__(self, reason: str, **numbers: Any) -> None:
        self.reason, self.numbers = reason, numbers
        super().__init__(f"{reason} {numbers}" if numbers else reason)


class SamePerson(PriceRefused):
    """Who proposed a blocked price cannot approve it."""


class WorldMoved(PriceRefused):
    """Something the guard looks at has changed since the proposal; it was judged anew and waits again."""


class NoBatch(PriceRefused):
    """No such batch, or it is not in that state any more."""
