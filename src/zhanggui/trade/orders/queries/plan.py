"""How a list of orders is read: which index leads, what is tested on the way.

Every index that a filter can use is a *driver*. Drivers are measured by counting their entries up to a cap, which
costs a millisecond. A small driver is read whole and sorted; otherwise the list is walked in its own order and
stops when the page is full. PostgreSQL keeps statistics and chooses by itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from zhanggui.trade.orders.contracts import OrderFilter
from zhanggui.trade.orders.queries import search, sql
from zhanggui.trade.orders.queries.sql import Condition, Select

#: A driver up to this size is read whole and sorted.
SMALL: Final = 5_000
#: Entries of a driver that are counted at most.
MEASURED: Final = 25_000
COUNT_CAP: Final = search.COUNT_CAP
#: Orders looked at for a count whose filters no index covers; fewer when each has to be asked for its lines.
COUNT_REACH: Final = MEASURED
COUNT_REACH_BY_LINES: Final = 8_000

#: Sort key → (column, index that is sorted by it).
SORTS: Final = {
    "created": ("listed_at", "orders_order_listed"),
    "paid": ("paid_at", "orders_order_paid"),
    "due": ("due_at", "orders_order_due"),
    "amount": ("buyer_paid", "orders_order_amount"),
}


@dataclass
class Driver:
    """One way into the table: an index and the conditions it answers by itself."""

    name: str
    index: str
    conditions: list[Condition]
    sorts: str = ""
    size: int | None = None

    def measured(self, shop_ids: Sequence[int]) -> int:
        """Entries within the scope, counted up to the cap."""
        if self.size is None:
            where = [sql.one_of("o.shop_id", shop_ids), *self.conditions]
            text, params = Select("1", where, self.index, limit=MEASURED + 1).render()
            self.size = sql.number(f"SELECT count(*) FROM ({text}) AS picked", params)  # noqa: S608
        return self.size


@dataclass
class Plan:
    """Everything one read needs: scope, all conditions, the drivers that apply."""

    shop_ids: tuple[int, ...]
    conditions: list[Condition]
    states: tuple[str, ...]
    drivers: dict[str, Driver]
    ids: frozenset[int] | None = None
    #: A title that many orders carry: tested order by order.
    titled: search.Match | None = None
    empty: bool = False


def make_plan(shop_ids: Sequence[int], where: OrderFilter, now: datetime, soon: timedelta) -> Plan:
    """The plan for a filter; no page yet."""
    if not shop_ids:
        return Plan((), [], (), {}, empty=True)
    shops = tuple(sorted(shop_ids))
    conditions: list[Condition] = []
    drivers: dict[str, Driver] = {}
    created = _range("o.listed_at", where.created_from, where.created_to)
    drivers["listed"] = Driver("listed", "orders_order_listed", created, "created")
    conditions += created
    states = tuple(sorted(where.states))
    if states:
        drivers["status"] = Driver(
            "status", "orders_order_status", [sql.one_of("o.status", states), *created], "created"
        )
        conditions.append(sql.one_of("o.status", states))
    flags = _flag_conditions(where)
    if flags:
        drivers["flags"] = Driver("flags", "orders_order_flags", [*created, *flags], "created")
        conditions += flags
    if where.has_refund is False:
        conditions.append(Condition("(o.flags IS NULL OR ' ' || o.flags || ' ' NOT LIKE %s)", ("% refund %",)))
    paid = _range("o.paid_at", where.paid_from, where.paid_to)
    if paid:
        drivers["paid"] = Driver("paid", "orders_order_paid", paid, "paid")
        conditions += paid
    amount = _range("o.buyer_paid", where.amount_from, where.amount_to, last_included=True)
    if amount:
        drivers["amount"] = Driver("amount", "orders_order_amount", amount, "amount")
        conditions += amount
    if where.due:
        due = _due(where.due, now, soon)
        drivers["due"] = Driver("due", "orders_order_due", due, "due")
        conditions += due
    if where.currency:
        conditions.append(Condition("o.currency = %s", (where.currency,)))
    if where.buyer_key:
        same = Condition("o.buyer_key = %s", (where.buyer_key,))
        drivers["buyer"] = Driver("buyer", "orders_order_buyer", [same])
        conditions.append(same)
    plan = Plan(shops, conditions, states, drivers)
    if where.q.strip():
        match = search.find(where.q, shops)
        if match.ids is not None:
            plan.ids, plan.empty = match.ids, not match.ids
        elif match.condition is not None:
            conditions.append(match.condition)
            plan.titled = match
    return plan


def _range(column: str, first: Any, last: Any, *, last_included: bool = False) -> list[Condition]:
    def value(given: Any) -> Any:
        return sql.moment(given) if isinstance(given, datetime) else given

    found = []
    if first is not None:
        found.append(Condition(f"{column} >= %s", (value(first),)))
    if last is not None:
        found.append(Condition(f"{column} {'<=' if last_included else '<'} %s", (value(last),)))
    return found


def _flag_conditions(where: OrderFilter) -> list[Condition]:
    wanted = sorted(set(where.flags) | ({"refund"} if where.has_refund else set()))
    tests = [Condition("' ' || o.flags || ' ' LIKE %s", (f"% {flag} %",)) for flag in wanted]
    # said outright, so that the partial index is seen to fit
    return [Condition("o.flags IS NOT NULL"), *tests] if tests else []


def _due(kind: str, now: datetime, soon: timedelta) -> list[Condition]:
    if kind == "overdue":
        return [Condition("o.due_at < %s", (sql.moment(now),))]
    if kind == "soon":
        return [Condition("o.due_at >= %s AND o.due_at < %s", (sql.moment(now), sql.moment(now + soon)))]
    raise ValueError(f"due is 'overdue' or 'soon', not {kind!r}")


_PREFERRED: Final = {"buyer": 0, "due": 1, "flags": 2, "status": 3, "amount": 4, "paid": 5, "listed": 6}


def smallest(plan: Plan) -> Driver:
    """The driver with the fewest entries; at the cap, the more specific one."""
    return min(plan.drivers.values(), key=lambda d: (d.measured(plan.shop_ids), _PREFERRED[d.name]))


def walker(plan: Plan, sort: str) -> Driver:
    """The smallest driver that already is in the order of the list."""
    fitting = [d for d in plan.drivers.values() if d.sorts == sort]
    if not fitting:
        return Driver(sort, SORTS[sort][1], [], sort)
    return min(fitting, key=lambda d: (d.measured(plan.shop_ids), _PREFERRED[d.name]))


@dataclass(frozen=True)
class Keyset:
    """Where a page starts: after the row with this sort value (None: among rows without one) and id."""

    value: Any
    id: int


def page_of(
    plan: Plan, sort: str, descending: bool, after: Keyset | None, limit: int, *, backward: bool = False
) -> list[tuple[int, Any]]:
    """Up to ``limit`` rows ``(id, sort value)`` in list order (reversed when ``backward``).

    Rows without a sort value come last in either direction.
    """
    if plan.empty:
        return []
    column = SORTS[sort][0]
    segments = ["known", "none"] if column != "listed_at" else ["known"]
    if backward:
        segments.reverse()
    if after is not None:
        here = "none" if after.value is None else "known"
        segments = segments[segments.index(here) :]
    found: list[tuple[int, Any]] = []
    for segment in segments:
        start = after if after is not None and (after.value is None) == (segment == "none") else None
        if segment == "known":
            found += _known(plan, sort, descending != backward, start, limit - len(found))
        else:
            found += _without(plan, column, not backward, start, limit - len(found))
        if len(found) >= limit:
            break
    return found


def _known(plan: Plan, sort: str, down: bool, after: Keyset | None, limit: int) -> list[tuple[int, Any]]:
    column = f"o.{SORTS[sort][0]}"
    way, sign = ("DESC", "<") if down else ("ASC", ">")
    order = f"{column} {way}, o.id {way}"
    where = list(plan.conditions)
    if column != "o.listed_at":
        where.append(Condition(f"{column} IS NOT NULL"))
    if after is not None:
        value = sql.moment(after.value) if isinstance(after.value, datetime) else after.value
        where.append(Condition(f"({column}, o.id) {sign} (%s, %s)", (value, after.id)))
    what = f"o.id AS id, {column} AS v"
    scope = sql.one_of("o.shop_id", plan.shop_ids)
    if plan.ids is not None:
        text, params = Select(what, [sql.one_of("o.id", plan.ids), scope, *where], sql.BY_ID, order, limit).render()
        return _pairs(text, params)
    if sql.is_postgres():
        driver, lead = None, ""
    else:
        driver = smallest(plan)
        if driver.measured(plan.shop_ids) <= SMALL:
            text, params = Select(what, [scope, *where], driver.index, order, limit).render()
            return _pairs(text, params)
        driver = walker(plan, sort)
        lead = driver.index
    split = driver is not None and driver.name == "status"
    rest = [c for c in where if not (split and c.sql.startswith("o.status"))]
    legs = []
    for shop_id, state in itertools.product(plan.shop_ids, plan.states if split else (None,)):
        fixed = [Condition("o.shop_id = %s", (shop_id,))]
        if state is not None:
            fixed.append(Condition("o.status = %s", (state,)))
        legs.append(Select(what, [*fixed, *rest], lead).render())
    return _pairs(*sql.merged(legs, f"v {way}, id {way}", limit))


def _without(plan: Plan, column: str, down: bool, after: Keyset | None, limit: int) -> list[tuple[int, Any]]:
    """Rows whose sort value is not known, newest id first."""
    way, sign = ("DESC", "<") if down else ("ASC", ">")
    where = [sql.one_of("o.shop_id", plan.shop_ids), Condition(f"o.{column} IS NULL"), *plan.conditions]
    if plan.ids is not None:
        where.append(sql.one_of("o.id", plan.ids))
    # newest id first is the order of the table itself
    by_id = sql.BY_ID if plan.ids is not None or column != "buyer_paid" else ""
    if after is not None:
        where.append(Condition(f"o.id {sign} %s", (after.id,)))
    text, params = Select("o.id, NULL", where, by_id, f"o.id {way}", limit=limit).render()
    return _pairs(text, params)


def _pairs(text: str, params: list[Any]) -> list[tuple[int, Any]]:
    return [(int(row[0]), row[1]) for row in sql.rows(text, params)]


def count_of(plan: Plan) -> tuple[int, bool]:
    """(how many, whether that is only a lower bound)."""
    if plan.empty:
        return 0, False
    scope = sql.one_of("o.shop_id", plan.shop_ids)
    cap = COUNT_CAP + 1
    if plan.ids is not None or sql.is_postgres():
        named = [] if plan.ids is None else [sql.one_of("o.id", plan.ids)]
        text, params = Select("1", [*named, scope, *plan.conditions], sql.BY_ID if named else "", limit=cap).render()
        found = sql.number(f"SELECT count(*) FROM ({text}) AS picked", params)  # noqa: S608
        return min(found, COUNT_CAP), found > COUNT_CAP
    if plan.titled is not None and len(plan.conditions) == 1:
        return min(plan.titled.orders, COUNT_CAP), plan.titled.orders > COUNT_CAP
    driver = smallest(plan)
    size = driver.measured(plan.shop_ids)
    covered = {c.sql for c in driver.conditions}
    rest = [c for c in plan.conditions if c.sql not in covered]
    if not rest:
        return min(size, COUNT_CAP), size > COUNT_CAP
    test = " AND ".join(c.sql for c in rest)
    reach = COUNT_REACH_BY_LINES if plan.titled is not None else COUNT_REACH
    text, params = Select(f"({test}) AS ok", [scope, *driver.conditions], driver.index, limit=reach).render()
    given = [value for c in rest for value in c.params]
    total = f"SELECT count(*), coalesce(sum(ok), 0) FROM ({text}) AS picked"  # noqa: S608
    seen, found = sql.rows(total, [*given, *params])[0]
    return min(int(found), COUNT_CAP), int(found) > COUNT_CAP or seen >= reach
