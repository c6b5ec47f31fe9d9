"""What the library refuses. ``reason`` is a stable word, ``numbers`` what the sentence of it needs."""

from __future__ import annotations

from typing import Any


class GoodsRefused(ValueError):
    """A write that was not done; nothing has changed."""

    def __init__(self, reason: str, **numbers: Any) -> None:
        self.reason, self.numbers = reason, numbers
        super().__init__(f"{reason} {numbers}" if numbers else reason)


class DuplicateCode(GoodsRefused):
    """The merchant code or barcode belongs to another SKU already."""


class NotThere(GoodsRefused):
    """No such product, SKU, draft or file."""


class PlanMoved(GoodsRefused):
    """The library has changed since the preview; look again."""


class NotClean(GoodsRefused):
    """The file has rejects; nothing of it is applied."""
