"""One state of the facts: an engine over a snapshot of the lake, the shops, and how far their files reach."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.lake import queries as lake
from zhanggui.foundation.lake.contracts import Snapshot
from zhanggui.insight.metrics.contracts import Days, FileCover
from zhanggui.insight.metrics.domain.asking import Agg, Ask, Cond, Key
from zhanggui.insight.metrics.domain.coverage import Coverage, Reach, Shop
from zhanggui.insight.metrics.domain.errors import UnknownEngine
from zhanggui.insight.metrics.queries.board import ORDER_KINDS, coverage
from zhanggui.insight.metrics.store import engines
from zhanggui.insight.metrics.store.engines import Engine

#: Environment variable that chooses the engine.
ENGINE: Final = "ZHANGGUI_ENGINE"
#: Table → the day that says a file told of it.
DAY_OF: Final = {"orders": "paid_day", "refunds": "finished_day", "visits": "day", "ads": "day",
                 "settlement": "entry_day"}  # fmt: skip
#: Table → the day its history begins by.
_FIRST_OF: Final = {**DAY_OF, "orders": "order_day"}
#: Table → kinds of file that tell of it.
KINDS: Final = {
    "orders": ORDER_KINDS,
    "refunds": frozenset({"refunds"}),
    "visits": frozenset({"visits"}),
    "ads": frozenset({"ads"}),
    "settlement": frozenset({"settlement", "ledger", "bill", "wallet"}),
}


@dataclass
class State:
    """What answers questions: hold it for one answer. ``until``: (shop, table) → moment the newest file speaks of."""

    engine: Engine
    shops: Mapping[int, Shop]
    until: Mapping[tuple[int, str], datetime]
    as_of: datetime | None = None
    silent: frozenset[int] = frozenset()
    snapshot_id: str = ""
    firsts: dict[str, dict[int, date]] = field(default_factory=dict)

    def coverage(self, shops: Iterable[Shop], tables: Iterable[str], days: Days) -> Coverage:
        """The reach of these shops' tables over these days."""
        chosen = {s.id: s for s in shops}
        reach: dict[tuple[int, str], Reach] = {}
        for table in dict.fromkeys(tables):
            firsts = self.first_days(table)
            told = self._days(table, chosen, days)
            for shop_id in chosen:
                first, until = firsts.get(shop_id), self.until.get((shop_id, table))
                if table == "refunds" and (first is not None or until is not None):
                    orders = self.first_days("orders").get(shop_id)
                    first = min((d for d in (first, orders) if d is not None), default=None)
                reach[shop_id, table] = Reach(first, until, told.get(shop_id, frozenset()), table == "visits")
        return Coverage(chosen, reach, self.silent)

    def first_days(self, table: str) -> dict[int, date]:
        """The day of every shop's oldest fact; kept for a snapshot, since it takes a look at all of it."""
        if table not in self.firsts:
            key = (self.snapshot_id, table)
            if not self.snapshot_id or key not in _first_days:
                day = _FIRST_OF[table]
                ask = Ask(table, (Key("shop_id"),), (Agg("first", "min", day),), (Cond(day, "not_null"),))
                found = {int(shop): _day(first) for shop, first in self.engine.ask(ask)}
                _first_days[key] = found
                while len(_first_days) > 50:
                    _first_days.popitem(last=False)
            self.firsts[table] = _first_days[key]
        return self.firsts[table]

    def _days(self, table: str, shops: Mapping[int, Shop], days: Days) -> dict[int, frozenset[date]]:
        day = DAY_OF[table]
        where = (
            Cond("shop_id", "in", tuple(shops)),
            Cond(day, "ge", (days.first,)),
            Cond(day, "le", (days.last,)),
            *((Cond("level", "eq", ("shop",)),) if table == "visits" else ()),
        )
        found: dict[int, set[date]] = {}
        for shop_id, on in self.engine.ask(Ask(table, (Key("shop_id"), Key(day)), (), where)):
            found.setdefault(int(shop_id), set()).add(_day(on))
        return {shop_id: frozenset(on) for shop_id, on in found.items()}


_first_days: OrderedDict[tuple[str, str], dict[int, date]] = OrderedDict()


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def now_state(shop_ids: frozenset[int], *, engine: str = "", snapshot: Snapshot | None = None) -> State:
    """The state of the lake now. ``engine`` overrides ``ZHANGGUI_ENGINE``. Raises ``UnknownEngine``,
    ``EngineMissing``."""
    name = engine or os.environ.get(ENGINE, "") or "duckdb"
    if name not in engines.NAMES:
        raise UnknownEngine(engine=name)
    snap = snapshot or lake.snapshot()
    shops = {
        s.id: Shop(s.id, s.name, s.channel, s.currency, s.zone)
        for s in accounts.shops(include_inactive=True)
        if s.id in shop_ids
    }
    files = coverage(shop_ids=shop_ids)
    untils = _until(files)
    orders = [untils[i, "orders"] for i in shops if (i, "orders") in untils]
    moments = [*orders, *(t.as_of for t in snap.tables.values() if t.as_of is not None and t.table.name == "orders")]
    return State(
        engine=_engine(name, snap),
        shops=shops,
        until=untils,
        as_of=min(moments) if orders else None,
        snapshot_id=snap.id,
    )


def _engine(name: str, snap: Snapshot) -> Engine:
    schemas = {table: state.table.schema for table, state in snap.tables.items()}
    if name == "duckdb":
        return engines.DuckDB(lake.connect(snap), schemas)
    return engines.of_files(name, {t: (schemas[t], [f.path for f in s.files]) for t, s in snap.tables.items()})


def _until(files: Iterable[FileCover]) -> dict[tuple[int, str], datetime]:
    found: dict[tuple[int, str], datetime] = {}
    for f in files:
        for table, kinds in KINDS.items():
            if f.kind in kinds:
                found[f.shop_id, table] = max(f.until, found.get((f.shop_id, table), f.until))
    return found
