"""Sales that dropped, with what moved them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

from django.utils.translation import gettext_noop

from zhanggui.foundation.loop.contracts import (
    Evidence,
    Found,
    Kind,
    Scan,
    Stake,
    Subject,
    detector,
    percent,
    phrase,
    term,
)
from zhanggui.insight.decomposition import queries as decomposition
from zhanggui.insight.decomposition.contracts import Cell, Row
from zhanggui.processes.watching import thresholds as t
from zhanggui.processes.watching.judging import missing_orders
from zhanggui.processes.watching.look import Look, address, as_ratio, offered

DROP = Kind(
    "watch.sales",
    gettext_noop("Sales drop"),
    frozenset({"OWN", "OPS"}),
    "bad",
    "trending-down",
    "metrics.view",
    why=gettext_noop(
        "The last 3 whole days against the same weekdays of the 4 weeks before; the median week is the base."
    ),
)
_DAYS = """
SELECT o.shop_id, o.paid_day AS day, count(*) AS orders, sum(o.buyer_paid)::BIGINT AS paid
FROM orders o JOIN scope s USING (shop_id)
WHERE {month} AND o.paid_day > s.day - {all} AND o.paid_day <= s.day
GROUP BY 1, 2
"""
_PEOPLE = """
SELECT v.shop_id, v.day, v.visitors, v.pay_buyers, v.paid_amount
FROM visits v JOIN scope s USING (shop_id)
WHERE {month} AND v.level = 'shop' AND v.device = 'all' AND v.day > s.day - {all} AND v.day <= s.day
"""
_CAUSES = {
    "M001": gettext_noop("fewer visitors"),
    "M024": gettext_noop("fewer of the visitors pay"),
    "M050": gettext_noop("buyers spend less"),
}


@detector(
    "watch.sales",
    kinds=[DROP],
    needs=["lake"],
    every=timedelta(hours=6),
    cost="one sum per shop and day over five weeks",
)
def sales(scan: Scan) -> Iterable[Found]:
    look = Look(scan)
    look.without_files(phrase("Sales: not looked, needs order files"))
    back = 7 * t.DROP_WEEKS + t.DROP_DAYS
    days: dict[int, dict[date, tuple[int, int | None]]] = defaultdict(dict)
    for r in look.rows(_DAYS.replace("{all}", str(back)), back=back + 31):
        days[r["shop_id"]][r["day"]] = (r["orders"], r["paid"])
    people: dict[int, dict[date, dict[str, Any]]] = defaultdict(dict)
    for r in look.rows(_PEOPLE.replace("{all}", str(back)), back=back):
        people[r["shop_id"]][r["day"]] = r
    look.lacks(
        phrase("Sales: not looked, needs two earlier weeks of orders"),
        [s for s in look.seen if not days[s] or min(days[s]) > look.day[s] - timedelta(days=14 + t.DROP_DAYS - 1)],
    )
    scan.looked_at(phrase("Sales of %(n)s day", "Sales of %(n)s days", n=0), {s: len(days[s]) for s in look.seen})
    for shop in look.seen:
        found = _judge(look, shop, days[shop], people[shop])
        if found is not None:
            yield found


def _window(last: date, weeks: int) -> list[date]:
    return [last - timedelta(days=7 * weeks + n) for n in range(t.DROP_DAYS)]


def _judge(
    look: Look, shop: int, days: Mapping[date, tuple[int, int | None]], people: Mapping[date, Mapping[str, Any]]
) -> Found | None:
    last, first = look.day[shop], min(days)
    weeks = [n for n in range(1, t.DROP_WEEKS + 1) if min(_window(last, n)) >= first]
    if not weeks:
        return None
    counts = {n: sum(days.get(d, (0, 0))[0] for d in _window(last, n)) for n in (0, *weeks)}
    paid = {n: sum(days.get(d, (0, 0))[1] or 0 for d in _window(last, n)) for n in (0, *weeks)}
    base = Fraction(median(paid[n] for n in weeks))
    orders = float(median(counts[n] for n in weeks))
    if orders < t.DROP_LEAST or paid[0] >= base * Fraction(t.DROP_RATIO):
        return None
    if missing_orders(counts[0], orders) < t.DROP_Z:
        return None
    week = min(weeks, key=lambda n: (abs(paid[n] - base), n))
    currency = look.shops[shop].currency
    cause, parts = _cause(shop, _window(last, week), _window(last, 0), people, currency)
    change = percent(as_ratio(Fraction(paid[0]) / base - 1))
    said = (
        phrase("Sales of 3 days are %(change)s against the usual: mostly %(cause)s", change=change, cause=term(cause))
        if cause
        else phrase("Sales of 3 days are %(change)s against the usual; no visitor files tell why", change=change)
    )
    period = f"{min(_window(last, 0))}/{last}"
    series = tuple((d.isoformat(), days.get(d, (0, 0))[1]) for d in sorted(days))
    return Found(
        DROP.code,
        Subject("shop", str(shop), look.shops[shop].name),
        said,
        shop_id=shop,
        stake=Stake(int(base) - paid[0], currency, phrase("The usual sales of these days less what was sold.")),
        since=None,
        evidence=(
            Evidence(phrase("Paid amount"), paid[0], "money", currency, "M041", period, look.at[shop], int(base),
                     address("orders", shop=str(shop)), series),
            Evidence(phrase("Paid orders"), counts[0], metric="M047", period=period, as_of=look.at[shop],
                     before=int(orders)),
            *(Evidence(words, amount, "money", currency, metric, period, look.at[shop])
              for metric, words, amount in parts),
        ),
        href=address("orders", shop=str(shop)),
        act=offered("tasks.create", {"shop_id": shop, "template": "sales", "subject": ""}),
    )  # fmt: skip


def _cause(
    shop: int, before: list[date], after: list[date], people: Mapping[date, Mapping[str, Any]], currency: str
) -> tuple[str, list[tuple[str, Any, int]]]:
    """(word of the largest loss, every factor's part of the change); nothing where visitor files do not tell."""
    rows = []
    for period, days in ((0, before), (1, after)):
        told = [people.get(d) for d in days]
        if any(p is None or None in (p["visitors"], p["pay_buyers"], p["paid_amount"]) for p in told):
            return "", []
        visitors, buyers, paid = (
            sum(int(p[name]) for p in told if p) for name in ("visitors", "pay_buyers", "paid_amount")
        )
        cells = (
            Cell(Fraction(visitors)),
            Cell(Fraction(buyers), Fraction(visitors)),
            Cell(Fraction(paid, 100), Fraction(buyers)),
        )
        rows.append(Row(period, "", cells, paid))
    try:
        told_apart = decomposition.explain(factors=decomposition.PEOPLE, rows=rows, total="M041", currency=currency)
    except decomposition.CannotExplain:
        return "", []
    names = {
        "M001": phrase("Of the change: visitors"),
        "M024": phrase("Of the change: conversion"),
        "M050": phrase("Of the change: value per buyer"),
    }
    parts = [(e.name, names[e.name], e.amount) for e in told_apart.effects if e.name in names]
    if not parts:
        return "", []
    worst = min(parts, key=lambda part: part[2])
    return _CAUSES[worst[0]], parts
