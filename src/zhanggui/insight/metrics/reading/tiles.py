"""The seven tiles of a dashboard, from rollups: any period, for all shops, one channel, one shop or any set of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from zhanggui.insight.metrics.contracts import CohortRow, Days, Repurchase, Tiles, TopItem
from zhanggui.insight.metrics.store import rollups
from zhanggui.insight.metrics.store.rollups import Built

_EPOCH: Final = date(1970, 1, 1)
#: Longer periods are shown by month.
_DAYS_SHOWN: Final = 92
_RECENT: Final = 30
_TOP: Final = 10


@dataclass(frozen=True)
class Board:
    """What tiles are asked of: a connection, the files, and the shops of the scope.

    ``channels``: every shop that may have rows → its channel. ``known_until``: the last day known in full.
    """

    connection: Any
    built: Built
    channels: Mapping[int, str]
    shops: frozenset[int]
    currency: str
    known_until: date
    as_of: datetime | None = None

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.connection.execute(sql, list(values)).fetchall()
        return found

    @property
    def chosen(self) -> str:
        return f"shop_id IN ({', '.join(str(i) for i in sorted(self.shops)) or 'NULL'}) AND currency = ?"

    def currencies(self) -> list[str]:
        """The currencies the chosen shops sell in."""
        ids = ", ".join(str(i) for i in sorted(self.shops)) or "NULL"
        files = rollups.read(self.built.parts["orders"].values())
        sql = f"SELECT DISTINCT currency FROM {files} WHERE shop_id IN ({ids}) ORDER BY 1"  # noqa: S608
        return [currency for (currency,) in self.rows(sql)]

    def selling(self) -> dict[int, str]:
        """Shops with a payment in the currency, of all shops: what makes a scope whole."""
        parts = self.built.parts["orders"].values()
        if not parts:
            return {}
        sql = f"SELECT DISTINCT shop_id, channel FROM {rollups.read(parts)} WHERE currency = ?"  # noqa: S608
        return dict(self.rows(sql, self.currency))


def number(day: date) -> int:
    return (day - _EPOCH).days


def assemble(board: Board, days: Days) -> Tiles:
    """All tiles of the period."""
    scope, histories = _histories(board)
    totals = _totals(board, days)
    by_day, step = _by_day(board, days)
    buyers, new = _buyers(board, scope, histories, days)
    old_paid, new_paid = _amounts(board, scope, histories, days)
    return Tiles(
        currency=board.currency,
        step=step,
        by_day=by_day,
        paid=totals["paid"],
        amount_unknown=totals["unknown"],
        orders=totals["orders"],
        units=totals["units"],
        buyers=buyers,
        orders_without_buyer=totals["nameless"],
        new_buyers=new,
        returning_buyers=buyers - new,
        new_paid=new_paid,
        returning_paid=old_paid,
        repurchase=tuple(_repurchase(board, scope, histories, days, span) for span in rollups.SPANS),
        top_recent=_top_recent(board, days),
        top_ever=_top_ever(board),
        cohorts=_cohorts(board, scope, histories),
        as_of=board.as_of,
    )


def _histories(board: Board) -> tuple[str, Mapping[str, str]]:
    """The scope's name and where its histories lie: laid down beforehand for scopes people live in, else made now."""
    selling = board.selling()
    own = {i for i in board.shops if i in selling}
    ready = {name: rollups.read([path]) for name, path in board.built.wholes.items() if name in rollups.HISTORIES}
    if own == set(selling):
        return "a:", ready
    if len(own) == 1:
        return f"s:{own.pop()}", ready
    channels = {selling[i] for i in own}
    if len(channels) == 1 and own == {i for i, c in selling.items() if c in channels}:
        return f"c:{channels.pop()}", ready
    parts = board.built.parts["buyers"].values()
    return "x:", rollups.histories_of(board.connection, parts, own)


def _totals(board: Board, days: Days) -> dict[str, int]:
    names = ("orders", "paid", "unknown", "units", "nameless", "nameless_paid")
    parts = board.built.parts["orders"].values()
    if not parts:
        return dict.fromkeys(names, 0)
    sums = ", ".join(f"coalesce(sum({n}), 0)::BIGINT" for n in names)
    sql = f"SELECT {sums} FROM {rollups.read(parts)} WHERE {board.chosen} AND day BETWEEN ? AND ?"  # noqa: S608
    return dict(zip(names, board.rows(sql, board.currency, days.first, days.last)[0], strict=True))


def _by_day(board: Board, days: Days) -> tuple[dict[tuple[date, str, str | None], tuple[int, int]], Any]:
    """Lines by category, and what the orders were paid beyond their lines as category None."""
    step = "day" if days.count <= _DAYS_SHOWN else "month"
    bucket = "day" if step == "day" else "date_trunc('month', day)::DATE"
    found: dict[tuple[date, str, str | None], tuple[int, int]] = {}
    rest: dict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0])
    values = (board.currency, days.first, days.last)
    lines = rollups.months_between(board.built.parts["categories"], days.first, days.last)
    orders = rollups.months_between(board.built.parts["orders"], days.first, days.last)
    where = f"{board.chosen} AND day BETWEEN ? AND ?"
    sums = "sum(paid)::BIGINT, sum(units)::BIGINT"
    if orders:
        sql = f"SELECT {bucket} AS b, channel, {sums} FROM {rollups.read(orders)} WHERE {where} GROUP BY ALL"  # noqa: S608
        for day, channel, paid, units in board.rows(sql, *values):
            rest[day, channel] = [paid or 0, units or 0]
    if lines:
        sql = f"SELECT {bucket} AS b, channel, category, {sums} FROM {rollups.read(lines)} WHERE {where} GROUP BY ALL"  # noqa: S608
        for day, channel, category, paid, units in board.rows(sql, *values):
            left = rest[day, channel]
            left[0], left[1] = left[0] - paid, left[1] - units
            found[day, channel, category] = (paid, units)
    for (day, channel), (paid, units) in rest.items():
        if paid or units:
            told = found.get((day, channel, None), (0, 0))
            found[day, channel, None] = (told[0] + paid, told[1] + units)
    return dict(sorted(found.items(), key=lambda item: (item[0][0], item[0][1], item[0][2] or ""))), step


def _buyers(board: Board, scope: str, histories: Mapping[str, str], days: Days) -> tuple[int, int]:
    """Distinct buyers of the period: purchase days that are the buyer's first in it; new ones have no day before."""
    a, b = number(days.first), number(days.last)
    sql = (
        f"SELECT coalesce(sum(n), 0)::BIGINT, coalesce(sum(n) FILTER (prev = 0), 0)::BIGINT FROM {histories['pairs']} "  # noqa: S608
        "WHERE scope = ? AND currency = ? AND day BETWEEN ? AND ? AND prev < ?"
    )
    ((buyers, new),) = board.rows(sql, scope, board.currency, a, b, a)
    return buyers, new


def _amounts(board: Board, scope: str, histories: Mapping[str, str], days: Days) -> tuple[int, int]:
    a, b = number(days.first), number(days.last)
    sql = (
        f"SELECT coalesce(sum(paid) FILTER (first < ?), 0)::BIGINT, coalesce(sum(paid) FILTER (first >= ?), 0)::BIGINT "  # noqa: S608
        f"FROM {histories['firsts']} WHERE scope = ? AND currency = ? AND day BETWEEN ? AND ?"
    )
    ((old, new),) = board.rows(sql, a, a, scope, board.currency, a, b)
    return old, new


def _repurchase(board: Board, scope: str, histories: Mapping[str, str], days: Days, span: int) -> Repurchase:
    a, b = number(days.first), number(days.last)
    sql = (
        f"SELECT coalesce(sum(size), 0)::BIGINT, coalesce(sum(n{span}), 0)::BIGINT FROM {histories['starts']} "  # noqa: S608
        "WHERE scope = ? AND currency = ? AND day BETWEEN ? AND ?"
    )
    ((size, again),) = board.rows(sql, scope, board.currency, a, b)
    old_enough = days.last + timedelta(days=span) <= board.known_until
    sql = (
        f"SELECT coalesce(sum(buyers), 0)::BIGINT, coalesce(sum(again), 0)::BIGINT FROM {histories['windows']} "  # noqa: S608
        "WHERE scope = ? AND currency = ? AND span = ? AND day <= ?"
    )
    ((buyers, twice),) = board.rows(sql, scope, board.currency, span, b)
    return Repurchase(
        days=span,
        first_buyers=size,
        again=again if old_enough else None,
        rate=_ratio(again, size) if old_enough else None,
        window_buyers=buyers,
        window_again=twice,
        window_rate=_ratio(twice, buyers),
    )


def _ratio(over: int, under: int) -> Decimal | None:
    return Decimal(over) / Decimal(under) if under else None


def _top_recent(board: Board, days: Days) -> tuple[TopItem, ...]:
    first = days.last - timedelta(days=_RECENT - 1)
    parts = rollups.months_between(board.built.parts["articles"], first, days.last)
    if not parts:
        return ()
    return _best(board, parts, "day BETWEEN ? AND ?", (first, days.last))


def _top_ever(board: Board) -> tuple[TopItem, ...]:
    return _best(board, [board.built.wholes["articles"]], "true", ())


def _best(board: Board, files: list[Path], inside: str, days: tuple[date, ...]) -> tuple[TopItem, ...]:
    """The best articles, then the titles of those few."""
    where = f"{board.chosen} AND {inside} AND code IS NOT NULL"
    sql = (
        "SELECT code, sum(paid)::BIGINT AS p, sum(units)::BIGINT AS u "  # noqa: S608
        f"FROM {rollups.read(files)} WHERE {where} GROUP BY code ORDER BY p DESC, u DESC, code LIMIT {_TOP}"
    )
    best = board.rows(sql, board.currency, *days)
    marks = ", ".join("?" for _ in best)
    sql = f"SELECT code, max(title) FROM {rollups.read(files)} WHERE {where} AND code IN ({marks or 'NULL'}) GROUP BY 1"  # noqa: S608
    titles = dict(board.rows(sql, board.currency, *days, *(code for code, _paid, _units in best)))
    return tuple(TopItem(code, titles.get(code), paid, units) for code, paid, units in best)


def _cohorts(board: Board, scope: str, histories: Mapping[str, str]) -> tuple[CohortRow, ...]:
    sql = f"SELECT cohort, month, n FROM {histories['cohorts']} WHERE scope = ? AND currency = ?"  # noqa: S608
    active: dict[date, dict[int, int]] = defaultdict(dict)
    for cohort, month, n in board.rows(sql, scope, board.currency):
        active[cohort][_months(cohort, month)] = n
    over = _last_month_over(board.known_until)
    found = []
    for cohort in sorted(active):
        size = active[cohort].get(0, 0)
        count = max(_months(cohort, board.known_until), max(active[cohort]))
        told = [active[cohort].get(k, 0) if k == 0 or _months(cohort, over) >= k else None for k in range(count + 1)]
        found.append(CohortRow(cohort, size, tuple(told)))
    return tuple(found)


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _last_month_over(known_until: date) -> date:
    """The first day of the last month that is over on that day."""
    after = known_until + timedelta(days=1)
    return (after.replace(day=1) - timedelta(days=1)).replace(day=1)
