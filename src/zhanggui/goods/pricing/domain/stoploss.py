"""What to do when a wrong price is already live (R063): the steps as data, in their order, with their clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Step:
    """``minutes``: by when after discovery. ``per_shop``: once per shop where the price stands."""

    code: str
    role: str
    minutes: int
    per_shop: bool = False


STEPS: Final[tuple[Step, ...]] = (
    Step("take_down", "OPS", 5, per_shop=True),
    Step("pause_ads", "MKT", 10, per_shop=True),
    Step("stop_offers", "OPS", 15, per_shop=True),
    Step("hold_orders", "OPS", 20),
    Step("right_price", "OPS", 30),
    Step("list_orders", "OPS", 30),
    Step("tell_owner", "OWN", 30),
    Step("talk_platform", "OPS", 60, per_shop=True),
    Step("notice_buyers", "CS", 120),
    Step("decide_shipping", "OWN", 240),
    Step("read_back", "OPS", 240, per_shop=True),
    Step("review", "OWN", 2880),
)


@dataclass(frozen=True, slots=True)
class Damage:
    """What the wrong price has cost so far: against the right price, and against cost. None: not known."""

    orders: int
    pieces: int
    charged: int
    missed: int
    loss: int | None
    unknown_orders: int = 0


def damage(lines: Sequence[Mapping[str, int | str | None]], right: int, cost: int | None) -> Damage:
    """``lines``: order_no, qty, unit_price in minor units. Lines without price or quantity are counted as unknown.

    >>> damage([{"order_no": "1", "qty": 2, "unit_price": 9900}], 99900, 40000)
    Damage(orders=1, pieces=2, charged=19800, missed=180000, loss=60200, unknown_orders=0)
    """
    orders: set[str] = set()
    unknown: set[str] = set()
    pieces = charged = missed = loss = 0
    for line in lines:
        order, qty, price = str(line["order_no"]), line.get("qty"), line.get("unit_price")
        orders.add(order)
        if not isinstance(qty, int) or not isinstance(price, int):
            unknown.add(order)
            continue
        pieces += qty
        charged += qty * price
        missed += qty * (right - price)
        loss += qty * max((cost or 0) - price, 0)
    return Damage(len(orders), pieces, charged, missed, loss if cost is not None else None, len(unknown))
