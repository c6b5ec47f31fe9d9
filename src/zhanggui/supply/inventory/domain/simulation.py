"""Several channels, one shelf, an unreliable line between them: how often is something sold twice?

The world (what channels show, sell and tell) and the house (what we know, and the very rules of ``exposure`` and
``sharing``) are kept apart; they meet only through messages that are delayed, lost, repeated and late. Everything
follows from the seed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from zhanggui.supply.inventory.domain import exposure as exposing
from zhanggui.supply.inventory.domain import sharing
from zhanggui.supply.inventory.domain.exposure import Heard, Write

NAIVE: Final = "naive"


class Dice:
    """SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014)."""

    def __init__(self, seed: int) -> None:
        self._state = seed & (2**64 - 1)

    def below(self, n: int) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & (2**64 - 1)
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
        return (z ^ (z >> 31)) % n

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent


@dataclass(frozen=True, slots=True)
class Line:
    """How bad the line is: per cent and ticks."""

    buyers_percent: int = 30
    most_per_order: int = 3
    flight: int = 12
    lost_write_percent: int = 10
    lost_answer_percent: int = 15
    notice_percent: int = 60
    notice_delay: int = 30
    repeat_percent: int = 20
    poll_every: int = 5
    failed_poll_percent: int = 20
    cancel_percent: int = 0


@dataclass
class Channel:
    """The world's side: what is shown and sold, whatever we believe."""

    shows: int = 0
    sold: list[tuple[int, int]] = field(default_factory=list)

    def buy(self, now: int, qty: int) -> bool:
        if self.shows < qty:
            return False
        self.shows -= qty
        self.sold.append((now, qty))
        return True


@dataclass
class Known:
    """The house's side of one channel."""

    writes: list[Write] = field(default_factory=list)
    heard: dict[int, Heard] = field(default_factory=dict)
    heard_through: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """``oversold``: pieces sold that were not there. ``worst_risk``: the largest number ``could_oversell`` ever named.
    ``missed``: pieces buyers wanted from a channel that showed too few while the shelf still had them."""

    stock: int
    sold: int
    oversold: int
    worst_risk: int
    missed: int
    writes: int
    messages: int


class World:
    """Everything that can happen, one event a method; also driven by the model-based tests."""

    def __init__(self, stock: int, channels: int, mode: str, flight: int, silent_after: int = 60) -> None:
        self.now, self.stock, self.mode, self.flight = 0, stock, mode, flight
        rule_mode = sharing.SHARED if mode in (NAIVE, sharing.SHARED) else sharing.STRICT
        self.rule = sharing.Rule(mode=rule_mode, silent_after=silent_after, gone_after=20 * silent_after)
        self.channels = [Channel() for _ in range(channels)]
        self.known = [Known(heard_through=0) for _ in range(channels)]
        self.worst_risk = 0

    @property
    def sold(self) -> int:
        return sum(q for c in self.channels for _at, q in c.sold)

    @property
    def reserved(self) -> int:
        return sum(h.qty for k in self.known for h in k.heard.values())

    def exposures(self) -> list[int]:
        return [exposing.exposure(k.writes, k.heard.values(), k.heard_through, self.flight) for k in self.known]

    def hear(self, channel: int, order: int) -> None:
        """A notice of one order arrives, perhaps late, perhaps again."""
        placed_at, qty = self.channels[channel].sold[order]
        self.known[channel].heard[order] = Heard(placed_at, qty)

    def poll(self, channel: int, through: int) -> None:
        """A complete list of the orders placed before ``through`` arrives; an older answer changes nothing."""
        known = self.known[channel]
        for order, (placed_at, _qty) in enumerate(self.channels[channel].sold):
            if placed_at < through:
                self.hear(channel, order)
        known.heard_through = max(known.heard_through or 0, through)

    def planned(self) -> dict[str, sharing.Step]:
        exposures = self.exposures()
        available = self.stock - self.reserved
        standings = {
            f"{i:03}": sharing.Standing(
                self.rule,
                exposures[i],
                exposing.shown(k.writes, k.heard.values()),
                self.mode == NAIVE or exposing.may_write(k.writes, self.now, self.flight),
                self.now - (k.heard_through or 0),
            )
            for i, k in enumerate(self.known)
        }
        return sharing.plan(available, standings)

    def send(self, channel: int, qty: int) -> int:
        """Send a write; returns its number."""
        self.known[channel].writes.append(Write(qty, self.now))
        return len(self.known[channel].writes) - 1

    def land(self, channel: int, number: int) -> None:
        """The channel takes a write, at most once and at most ``flight`` after it was sent."""
        self.channels[channel].shows = self.known[channel].writes[number].qty

    def answer(self, channel: int, number: int) -> None:
        write = self.known[channel].writes[number]
        self.known[channel].writes[number] = Write(write.qty, write.sent_at, self.now)

    def measure(self) -> int:
        """The number of the stock page, kept at its worst."""
        risk = sharing.could_oversell(self.stock - self.reserved, self.exposures())
        self.worst_risk = max(self.worst_risk, risk)
        return risk


def simulate(
    *,
    seed: int,
    stock: int = 60,
    channels: int = 4,
    ticks: int = 1500,
    mode: str = sharing.STRICT,
    line: Line | None = None,
) -> Outcome:
    """Run one world. ``mode``: strict (never twice), shared (every channel shows everything, one write at a time),
    naive (as most shops do it: everything everywhere, writes without waiting)."""
    line, dice = line or Line(), Dice(seed)
    world = World(stock, channels, mode, line.flight)
    todo: dict[int, list[tuple[str, int, int]]] = {}
    missed = messages = 0

    def later(delay: int, what: str, channel: int, number: int) -> None:
        todo.setdefault(world.now + max(1, delay), []).append((what, channel, number))

    for _tick in range(ticks):
        for what, c, n in todo.pop(world.now, []):
            messages += 1
            if what == "land":
                world.land(c, n)
                if not dice.chance(line.lost_answer_percent):
                    left = world.known[c].writes[n].sent_at + line.flight - world.now
                    later(1 + dice.below(max(1, left)), "answer", c, n)
            elif what == "answer":
                world.answer(c, n)
            elif what == "notice":
                world.hear(c, n)
            else:
                world.poll(c, n)
        for c, channel in enumerate(world.channels):
            if dice.chance(line.buyers_percent):
                qty = 1 + dice.below(line.most_per_order)
                if channel.buy(world.now, qty):
                    for _copy in range(1 + dice.chance(line.repeat_percent)):
                        if dice.chance(line.notice_percent):
                            later(1 + dice.below(line.notice_delay), "notice", c, len(channel.sold) - 1)
                elif world.sold + qty <= stock:
                    missed += qty
            if world.now % line.poll_every == c % line.poll_every and not dice.chance(line.failed_poll_percent):
                later(1 + dice.below(line.poll_every), "poll", c, world.now)
        for key, step in world.planned().items():
            c = int(key)
            if step.write is not None and not (mode == NAIVE and _asked(world.known[c], step.write)):
                number = world.send(c, step.write)
                if not dice.chance(line.lost_write_percent):
                    later(1 + dice.below(line.flight - 1), "land", c, number)
        world.measure()
        world.now += 1
    return Outcome(
        stock, world.sold, max(0, world.sold - stock), world.worst_risk, missed,
        sum(len(k.writes) for k in world.known), messages,
    )  # fmt: skip


def _asked(known: Known, qty: int) -> bool:
    """Whether the last thing we wrote was this quantity: nobody writes the same again every tick."""
    return bool(known.writes) and known.writes[-1].qty == qty
