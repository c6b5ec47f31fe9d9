"""How much each channel is offered: share or exclusive pool, buffer, freshness; and never the same piece twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from zhanggui.kernel.split import split

STRICT, SHARED = "strict", "shared"
#: Freshness is counted in thousandths.
FULL: Final = 1000


@dataclass(frozen=True, slots=True)
class Rule:
    """What a shop may have. ``silent_after`` and ``gone_after``: silence after which its share begins to shrink, and
    after which nothing is left of it (any unit, the same as the silence given)."""

    mode: str = STRICT
    weight: int = 1
    exclusive: int | None = None
    buffer: int = 0
    silent_after: int = 60
    gone_after: int = 1440


@dataclass(frozen=True, slots=True)
class Standing:
    """How a shop stands for one item. ``silence`` None: never heard."""

    rule: Rule
    exposure: int = 0
    shown: int | None = None
    may_write: bool = True
    silence: int | None = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What to do for one shop: ``write`` this quantity, or None: leave it. ``why`` is a code for people."""

    target: int
    write: int | None
    why: str


def freshness(rule: Rule, silence: int | None) -> int:
    """Thousandths of its share a shop keeps after so much silence; a shop never heard keeps none.

    >>> [freshness(Rule(silent_after=60, gone_after=1440), s) for s in (0, 60, 750, 1440, None)]
    [1000, 1000, 500, 0, 0]
    """
    if silence is None or silence >= rule.gone_after:
        return 0
    if silence <= rule.silent_after:
        return FULL
    return FULL * (rule.gone_after - silence) // (rule.gone_after - rule.silent_after)


def could_oversell(available: int, exposures: Mapping[str, int] | Sequence[int]) -> int:
    """Pieces that could be sold without being there, if every buyer came now.

    >>> could_oversell(5, [5, 5]), could_oversell(10, [5, 5])
    (5, 0)
    """
    values = exposures.values() if isinstance(exposures, Mapping) else exposures
    return max(0, sum(values) - max(0, available))


def targets(available: int, standings: Mapping[str, Standing]) -> dict[str, int]:
    """What each shop should show: exclusive pools first, in the order of the keys, then the rest by weight and
    freshness. A strict shop gets its own part, a shared one is shown the whole rest; both keep their buffer back.

    >>> targets(10, {"a": Standing(Rule()), "b": Standing(Rule())})
    {'a': 5, 'b': 5}
    >>> silent = Standing(Rule(), silence=2000)
    >>> targets(10, {"a": Standing(Rule(exclusive=4)), "b": Standing(Rule(buffer=1)), "c": silent})
    {'a': 4, 'b': 5, 'c': 0}
    """
    rest = max(0, available)
    found: dict[str, int] = {}
    for key in sorted(standings):
        rule = standings[key].rule
        if rule.exclusive is not None:
            pool = min(rest, rule.exclusive)
            rest -= pool
            found[key] = pool * freshness(rule, standings[key].silence) // FULL
    others = [k for k in sorted(standings) if standings[k].rule.exclusive is None]
    weights = [standings[k].rule.weight * freshness(standings[k].rule, standings[k].silence) for k in others]
    parts = split(rest, weights) if any(weights) else [0] * len(others)
    for key, weight, part in zip(others, weights, parts, strict=True):
        rule = standings[key].rule
        whole = rest * freshness(rule, standings[key].silence) // FULL if weight else 0
        found[key] = whole if rule.mode == SHARED else part
    return {k: max(0, found[k] - standings[k].rule.buffer) for k in standings}


def plan(available: int, standings: Mapping[str, Standing]) -> dict[str, Step]:
    """What to write where, so that the guarantee holds after every single write, confirmed or not.

    A strict shop is written ``v`` only while ``Σ exposures of strict shops + v ≤ available``: the new quantity counts
    beside what the old one may still sell. Writing zero is always allowed. Shared shops are written their target and
    may oversell: their orders are promised only what the strict ones leave.
    """
    wanted = targets(available, standings)
    slack = available - sum(s.exposure for s in standings.values() if s.rule.mode == STRICT)
    starved = any(
        s.rule.mode == STRICT and wanted[k] > 0 and not s.shown and not s.exposure for k, s in standings.items()
    )
    steps: dict[str, Step] = {}
    # those with the least come first: what is free goes where nothing is shown
    for key in sorted(standings, key=lambda k: (standings[k].shown or 0, k)):
        standing, target = standings[key], wanted[key]
        if not standing.may_write:
            steps[key] = Step(target, None, "in_flight")
        elif standing.rule.mode == SHARED:
            steps[key] = Step(target, target if target != standing.shown else None, "shared")
        else:
            steps[key] = step = _strict(standing, target, slack, starved)
            slack -= step.write or 0
    return {k: steps[k] for k in standings}


def _strict(standing: Standing, target: int, slack: int, starved: bool) -> Step:
    shows = standing.shown
    possible = max(0, min(target, slack))
    if shows is None:
        return Step(target, possible, "first") if target or standing.exposure else Step(target, 0, "first")
    if target == shows:
        return Step(target, None, "right")
    if target > shows:
        return Step(target, possible, "more") if possible > shows else Step(target, None, "not_heard_yet")
    must = slack < 0 or target == 0
    if shows > 0 and (must or (starved and 2 * target <= shows + 1)):
        return Step(target, 0 if must else possible, "too_much" if must else "share_out")
    return Step(target, None, "wait_for_sales")
