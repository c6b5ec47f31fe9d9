"""What goods cost when they leave: moving average or first in, first out, in whole minor units.

Value is never made or lost by rounding: what leaves and what stays always add up to what was there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

AVERAGE, FIFO = "average", "fifo"
METHODS: Final = (AVERAGE, FIFO)


@dataclass(frozen=True, slots=True)
class Layer:
    """``qty`` base units that together cost ``value`` minor units; None: nobody told."""

    qty: int
    value: int | None


Layers = tuple[Layer, ...]


def share(value: int, part: int, whole: int) -> int:
    """``value × part / whole`` rounded half up; 0 ≤ part ≤ whole.

    >>> share(100, 1, 3), share(100, 2, 3)
    (33, 67)
    """
    return (2 * value * part + whole) // (2 * whole)


def receive(layers: Layers, qty: int, value: int | None, method: str) -> Layers:
    """Goods come in. The average melts known costs together; unknown costs stay apart, behind what is known.

    >>> receive((Layer(10, 1000),), 10, 2000, AVERAGE)
    (Layer(qty=20, value=3000),)
    """
    if method == FIFO or value is None:
        return (*layers, Layer(qty, value))
    known = [layer for layer in layers if layer.value is not None]
    unknown = tuple(layer for layer in layers if layer.value is None)
    total = sum(layer.qty for layer in known) + qty
    return (Layer(total, sum(layer.value or 0 for layer in known) + value), *unknown)


def issue(layers: Layers, qty: int, method: str) -> tuple[Layers, int | None]:
    """Goods go out: the layers that stay, and what left cost; None as soon as one unit of unknown cost is among them.

    The average takes known costs first. Units beyond all layers have an unknown cost: the ledger, not this rule,
    refuses to take more than is there.

    >>> issue((Layer(10, 1000), Layer(10, 2000)), 15, FIFO)
    ((Layer(qty=5, value=1000),), 2000)
    """
    order = layers if method == FIFO else tuple(sorted(layers, key=lambda layer: layer.value is None))
    left, cost, kept = qty, 0, []
    unknown = False
    for layer in order:
        take = min(left, layer.qty)
        left -= take
        if layer.value is None:
            unknown = unknown or take > 0
            rest = None
        else:
            part = share(layer.value, take, layer.qty)
            cost, rest = cost + part, layer.value - part
        if layer.qty > take:
            kept.append(Layer(layer.qty - take, rest))
    return tuple(kept), None if unknown or left else cost


def withdraw(layers: Layers, qty: int, value: int | None, method: str) -> tuple[Layers, int | None]:
    """Undo a receipt of ``qty`` for ``value``: exactly that value leaves where it can, else the method's own.

    First in, first out looks for the very layer; the average takes the value out of the melt unless that would leave
    goods of negative value, or value without goods.

    >>> withdraw((Layer(11, 10_100),), 1, 10_000, AVERAGE)
    ((Layer(qty=10, value=100),), 10000)
    """
    for i in range(len(layers) - 1, -1, -1):
        if layers[i] == Layer(qty, value):
            return layers[:i] + layers[i + 1 :], value
    if method == AVERAGE and value is not None:
        known = [layer for layer in layers if layer.value is not None]
        if len(known) == 1 and known[0].value is not None:
            rest_qty, rest_value = known[0].qty - qty, known[0].value - value
            if (rest_qty > 0 and rest_value >= 0) or (rest_qty == 0 and rest_value == 0):
                unknown = tuple(layer for layer in layers if layer.value is None)
                return ((Layer(rest_qty, rest_value),) if rest_qty else ()) + unknown, value
    return issue(layers, qty, method)


def average(layers: Layers, qty: int) -> int | None:
    """What ``qty`` units are worth at the mean of the known costs; None without any.

    >>> average((Layer(3, 100),), 2)
    67
    """
    known = [layer for layer in layers if layer.value is not None]
    total = sum(layer.qty for layer in known)
    if total <= 0:
        return None
    value = sum(layer.value or 0 for layer in known)
    return (2 * value * qty + total) // (2 * total)
