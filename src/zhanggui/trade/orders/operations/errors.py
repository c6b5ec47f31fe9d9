"""What can go wrong when the book is written."""

from __future__ import annotations


class UnknownShop(ValueError):
    """Records were handed in for a shop that does not exist."""

    def __init__(self, shop_id: int) -> None:
        super().__init__(f"there is no shop {shop_id}")
        self.shop_id = shop_id


class UnknownGrain(ValueError):
    """A batch must say whether it states orders (``order``) or only their lines (``items``)."""

    def __init__(self, grain: str) -> None:
        super().__init__(f"grain is 'order' or 'items', not {grain!r}")


class NaiveMoment(ValueError):
    """A moment without a time zone cannot be compared with others."""


class UnknownOrder(LookupError):
    """No such order in the shops the caller may see."""

    def __init__(self, order_id: int) -> None:
        super().__init__(f"there is no order {order_id} in these shops")
        self.order_id = order_id


class AlreadyHeld(ValueError):
    """The order is held already; release it first."""


class NotHeld(ValueError):
    """The order is not held, so there is nothing to release."""


class EmptyText(ValueError):
    """A note, a hold or a reveal needs words: the next person must know why."""
