"""Run drafts over the baskets of a period: equal baskets once, in two processes when that pays, or order by order."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from zhanggui.goods.promotions import queries as promotions
from zhanggui.goods.promotions.contracts import Facts
from zhanggui.processes.simulating.tally import Bought, InTurn, Key, Tally, price_all

#: Distinct baskets collected before they are priced: the bound of memory.
WINDOW: Final = 40_000
#: Distinct baskets from which a second process pays for its start.
WORTH: Final = 6_000
PROCESSES: Final = 2
_CHUNK: Final = 2_000


@dataclass(frozen=True)
class Draft:
    """A campaign: its promotions, and the facts (moment included) that are taken to hold for every buyer."""

    name: str
    promotions: tuple[promotions.Promotion, ...]
    facts: Facts

    @property
    def limited(self) -> list[str]:
        """Keys of promotions whose answer depends on earlier orders."""
        return promotions.limited(self.promotions)


def replay(
    drafts: Sequence[Draft],
    bites: Iterable[list[Bought]],
    currency: str,
    *,
    stack_percent: int,
    processes: int = PROCESSES,
) -> tuple[list[Tally], int]:
    """A tally for each draft, and how many baskets were priced. For drafts without limits only.

    Equal baskets are priced once and counted. Raises ``ConfigurationRefused``.
    """
    prepared = [promotions.prepare(draft.promotions, currency) for draft in drafts]
    tallies = [Tally() for _ in drafts]
    priced = 0
    pool: ProcessPoolExecutor | None = None
    waiting: list[Future[list[Tally]]] = []
    try:
        for window, last in _windows(bites):
            priced += len(window)
            alone = processes < 2 or (pool is None and last and len(window) * len(drafts) < WORTH)
            if alone:
                for tally, draft, compiled in zip(tallies, drafts, prepared, strict=True):
                    price_all(window, compiled, draft.facts, stack_percent=stack_percent, into=tally)
                continue
            if pool is None:
                pool = ProcessPoolExecutor(
                    processes,
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=_begin,
                    initargs=([_plain(draft) for draft in drafts], currency, stack_percent),
                )
            waiting += [pool.submit(_price, window[at : at + _CHUNK]) for at in range(0, len(window), _CHUNK)]
            while len(waiting) > WINDOW // _CHUNK:
                _collect(tallies, waiting.pop(0))
        while waiting:
            _collect(tallies, waiting.pop(0))
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)
    return tallies, priced


def replay_in_turn(
    drafts: Sequence[Draft], bought: Iterable[Bought], currency: str, *, stack_percent: int
) -> tuple[list[Tally], int]:
    """As :func:`replay` for drafts with quotas, budgets or personal limits: every order by itself, oldest first."""
    runs = [InTurn(promotions.prepare(d.promotions, currency), d.facts, stack_percent) for d in drafts]
    priced = 0
    for one in bought:
        priced += 1
        for run in runs:
            run.add(one)
    return [run.tally for run in runs], priced


def moment_of(configurations: Sequence[promotions.Promotion], otherwise: datetime) -> datetime:
    """The moment at which a draft is priced: its latest start, when everything that overlaps is open; ``otherwise``
    when nothing has a start."""
    starts = [p.starts_at for p in configurations if p.starts_at is not None]
    return max(starts) if starts else otherwise


def _windows(bites: Iterable[list[Bought]]) -> Iterator[tuple[list[Bought], bool]]:
    """Distinct baskets with their counts, and whether these are the last."""
    held: dict[Key, Bought] = {}
    for bite in bites:
        for one in bite:
            seen = held.get(one.key)
            if seen is not None:
                held[one.key] = seen._replace(orders=seen.orders + one.orders)
                continue
            if len(held) >= WINDOW:
                yield list(held.values()), False
                held = {}
            held[one.key] = one._replace(buyer="", paid_at=None)
    yield list(held.values()), True


def _plain(draft: Draft) -> tuple[list[dict[str, Any]], Facts]:
    return [p.model_dump(mode="python", by_alias=True, exclude_defaults=True) for p in draft.promotions], replace(
        draft.facts
    )


#: Of a worker process: what it prices with.
_with: list[tuple[promotions.Prepared, Facts]] = []
_stack_percent: list[int] = []


def _begin(drafts: list[tuple[list[dict[str, Any]], Facts]], currency: str, stack_percent: int) -> None:
    _with[:] = [
        (promotions.prepare(promotions.read_promotions(rows), currency), facts) for rows, facts in drafts
    ]  # fmt: skip
    _stack_percent[:] = [stack_percent]


def _price(chunk: list[Bought]) -> list[Tally]:
    return [price_all(chunk, compiled, facts, stack_percent=_stack_percent[0]) for compiled, facts in _with]


def _collect(tallies: list[Tally], done: Future[list[Tally]]) -> None:
    for tally, part in zip(tallies, done.result(), strict=True):
        tally.join(part)
