"""How many pieces a channel may still sell before we hear of it. The ground of the oversell guarantee.

A channel sells at most the quantity it shows, and it shows the last quantity that was written to it, less what it sold
since. What was written when is known only within bounds: a write lands between the moment it was sent and the moment
the channel confirmed it, or, unconfirmed, at any moment of its ``flight`` or never. Every write whose selling time is
not known to be over *and* heard of to its end can therefore still bring orders. Their sum, less the orders we know to
have been sold under them, is the exposure; an order that may have been sold under a write that is over counts as sold
under that one as far as its pieces go.

Moments are whole numbers of one unit on one clock (microseconds in the product, ticks in the simulator).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Write:
    """A quantity shown on a channel, in the order of sending. ``acked_at`` None: not confirmed (yet). A quantity read
    there is a write too: between the two moments of the reading the channel showed it."""

    qty: int
    sent_at: int
    acked_at: int | None = None
    refused: bool = False
    #: A file in a person's hands: may land at any time until it is answered.
    by_hand: bool = False

    def landed_by(self, flight: int) -> int:
        """After this moment it has landed or never will."""
        if self.acked_at is not None:
            return self.acked_at
        return _or_ever(None) if self.by_hand else self.sent_at + flight


@dataclass(frozen=True, slots=True)
class Heard:
    """An order we know: when it was placed on the channel and for how many pieces."""

    placed_at: int
    qty: int


def exposure(writes: Sequence[Write], heard: Iterable[Heard], heard_through: int | None, flight: int) -> int:
    """The most pieces that orders not yet heard of can take, now or later, if nothing more is written.

    ``heard_through``: every order placed before it is known; None: nothing is certain.

    >>> w = [Write(5, 0, 1)]
    >>> exposure(w, [], None, 10), exposure(w, [Heard(3, 2)], 4, 10)
    (5, 3)
    >>> w = [Write(5, 0, 1), Write(2, 20, 21)]            # lowering to 2: until the 5 are heard out, both count
    >>> exposure(w, [], 10, 10), exposure(w, [], 21, 10)
    (7, 2)
    """
    live = [w for w in writes if not w.refused]
    ends = [_over_at(live, i, flight) for i in range(len(live))]
    done = {i for i, end in enumerate(ends) if end is not None and heard_through is not None and heard_through >= end}
    left = [w.qty for w in live]
    either: list[tuple[int, int, list[int]]] = []
    for order in heard:
        may = [i for i, w in enumerate(live) if w.sent_at <= order.placed_at <= _or_ever(ends[i])]
        if set(may) - done:
            either.append((order.placed_at, order.qty, may))
        elif len(may) == 1:  # surely sold under a write that is over: its pieces are used up
            left[may[0]] = max(0, left[may[0]] - order.qty)
    for _placed_at, qty, may in sorted(either):
        # the worst case: as many of these orders as possible were sold under writes that are over anyway
        for i in sorted(may, key=lambda i: (i not in done, _or_ever(ends[i]))):
            part = min(qty, left[i])
            left[i], qty = left[i] - part, qty - part
    return sum(rest for i, rest in enumerate(left) if i not in done)


def needless(writes: Sequence[Write], heard_through: int | None, flight: int) -> set[int]:
    """Places of writes that may be forgotten: heard of to their end, and over before anything that is not was sent, so
    that no order can belong to either of both. Grows with time, never shrinks.

    >>> needless([Write(5, 0, 1), Write(2, 20, 21), Write(3, 40, 41)], 41, 10)
    {0}
    >>> needless([Write(5, 0, 1), Write(2, 20, 21)], 10, 10)
    set()
    """
    last: int | None = None  # the last write that is confirmed and heard: what had landed when it was sent is done
    for i, w in enumerate(writes):
        if not w.refused and w.acked_at is not None and heard_through is not None and w.acked_at <= heard_through:
            last = i
    if last is None:
        return {i for i, w in enumerate(writes) if w.refused}
    anchor = writes[last].sent_at
    alive = [w.sent_at for i, w in enumerate(writes) if not w.refused and (i >= last or w.landed_by(flight) > anchor)]
    first = min(alive)
    gone = {i for i, w in enumerate(writes) if w.refused}
    for i, w in enumerate(writes[:last]):
        end = min(
            (k.acked_at for k in writes[i + 1 : last + 1]
             if not k.refused and k.acked_at is not None and k.sent_at >= w.landed_by(flight)),
            default=None,
        )  # fmt: skip
        if end is not None and heard_through is not None and end <= heard_through and end < first:
            gone.add(i)
    return gone


def _or_ever(moment: int | None) -> int:
    return moment if moment is not None else 2**63


def _over_at(live: Sequence[Write], i: int, flight: int) -> int | None:
    """When a write has surely been replaced: a later one was confirmed that was sent after this one had landed or
    could land no more. None: it may still be what the channel shows."""
    landed = live[i].landed_by(flight)
    ends = [w.acked_at for w in live[i + 1 :] if w.acked_at is not None and w.sent_at >= landed]
    return min(ends, default=None)


def shown(writes: Sequence[Write], heard: Iterable[Heard]) -> int | None:
    """What the channel shows as far as we know: the last confirmed quantity less the orders heard since; None: never
    written."""
    for write in reversed(writes):
        if write.acked_at is not None and not write.refused:
            return max(0, write.qty - sum(o.qty for o in heard if o.placed_at >= write.acked_at))
    return None


def may_write(writes: Sequence[Write], now: int, flight: int) -> bool:
    """One write at a time: the next is sent when the last has been answered or can land no more."""
    return all(w.refused or w.acked_at is not None or w.landed_by(flight) <= now for w in writes)


def is_echo(writes: Sequence[Write], qty: int, at: int, flight: int) -> bool:
    """Whether a channel's notice "the quantity is now ``qty``" is our own write coming back, not somebody's hand."""
    return any(not w.refused and w.qty == qty and w.sent_at <= at <= (w.acked_at or w.sent_at) + flight for w in writes)
