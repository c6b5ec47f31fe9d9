"""What listings refuse; ``reason`` is a stable word."""

from __future__ import annotations

from typing import Any


class ListingRefused(ValueError):
    """A write that was not done; nothing has changed."""

    def __init__(self, reason: str, **numbers: Any) -> None:
        self.reason, self.numbers = reason, numbers
        super().__init__(f"{reason} {numbers}" if numbers else reason)


class SamePerson(ListingRefused):
    """Who wrote it cannot review it."""


class Moved(ListingRefused):
    """The listing is not what the person looked at any more; look again."""
