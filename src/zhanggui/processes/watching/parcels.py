"""Parcels that were sent and never arrived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop

from zhanggui.foundation.loop.contracts import Evidence, Found, Kind, Scan, Stake, Subject, age, detector, phrase
from zhanggui.processes.watching import thresholds as t
from zhanggui.processes.watching.look import Look, address, offered, order_case

STUCK = Kind(
    "watch.parcels",
    gettext_noop("Parcels that do not arrive"),
    frozenset({"WH", "CS"}),
    "bad",
    "package",
    "orders.view",
    why=gettext_noop("Orders shipped longer ago than 99 in 100 of the shop's parcels needed, and not arrived."),
)
#: How long parcels of a shop take: from shipping to arrival, or to completion where arrival is not told.
_TIMES = """
SELECT o.shop_id, count(*) AS sent, count(o.shipped_at) AS dated, count(e) AS arrived,
  quantile_disc(e, $1::DOUBLE) AS slow
FROM (
  SELECT shop_id, status, shipped_at,
    CASE WHEN status IN ('delivered', 'completed') THEN coalesce(delivered_at, completed_at) - shipped_at END AS e
  FROM orders WHERE {month} AND status IN ('shipped', 'delivered', 'completed')
) o JOIN scope USING (shop_id) GROUP BY 1
"""
_STUCK = """
SELECT o.shop_id, o.order_no, o.shipped_at, o.currency,
  o.buyer_paid - coalesce(o.refunded_to_date, 0) AS owed
FROM orders o JOIN scope s USING (shop_id)
WHERE {month} AND o.status = 'shipped' AND o.shipped_at >= s.seen_at - INTERVAL 60 DAY
  AND o.shipped_at <= s.seen_at - INTERVAL 10 DAY
ORDER BY o.shipped_at
"""


@detector(
    "watch.parcels",
    kinds=[STUCK],
    needs=["lake"],
    every=timedelta(hours=6),
    cost="two passes over three months of orders in the lake",
)
def parcels(scan: Scan) -> Iterable[Found]:
    look = Look(scan)
    look.without_files(phrase("Parcels: not looked, needs order files"))
    back = t.PARCEL_OLDEST.days + 31
    told = {r["shop_id"]: r for r in look.rows(_TIMES, float(t.PARCEL_QUANTILE), back=back)}
    look.lacks(
        phrase("Parcels: not looked, needs order files with the moment of shipping and with arrivals"),
        [shop for shop in look.seen if shop not in told or not told[shop]["dated"] or not _arrivals(told[shop])],
    )
    limits = {shop: _limit(told[shop]) for shop in look.seen}
    late: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in look.rows(_STUCK, back=back):
        if look.at[row["shop_id"]] - row["shipped_at"] > limits[row["shop_id"]]:
            late[row["shop_id"]].append(row)
    scan.looked_at(phrase("%(n)s parcel sent", "%(n)s parcels sent", n=0), {s: int(told[s]["sent"]) for s in look.seen})
    for shop, some in late.items():
        currency = look.shops[shop].currency
        owed = [int(r["owed"]) for r in some if r["owed"] is not None and r["currency"] == currency]
        yield Found(
            STUCK.code,
            Subject("shop", str(shop), look.shops[shop].name),
            phrase(
                "%(n)s parcel has been on its way for more than %(limit)s",
                "%(n)s parcels have been on their way for more than %(limit)s",
                n=len(some),
                limit=age(limits[shop]),
            ),
            shop_id=shop,
            stake=Stake(
                sum(max(0, m) for m in owed),
                currency,
                phrase("What buyers paid for these orders and did not get back."),
                len(owed) < len(some),
            ),
            due_at=look.at[shop] + timedelta(hours=24),
            due_of="parcels",
            due_is_certain=False,
            size=len(some),
            since=some[0]["shipped_at"],
            evidence=(
                Evidence(
                    phrase("Parcels not arrived"), len(some), as_of=look.at[shop],
                    rows=address("orders", shop=str(shop), state="shipped"),
                ),
                Evidence(phrase("Days 99 in 100 parcels of this shop take"), limits[shop].days, as_of=look.at[shop]),
            ),
            cases=tuple(order_case(r["order_no"], r["owed"], r["currency"]) for r in some[:5]),
            href=address("orders", shop=str(shop), state="shipped"),
            act=offered("tasks.create", {"shop_id": shop, "template": "parcels", "subject": f"{len(some)}"}),
            extra={"order_nos": [r["order_no"] for r in some[:200]]},
        )  # fmt: skip


def _arrivals(row: dict[str, Any]) -> bool:
    """Whether the shop's files tell of arrivals at all."""
    return bool(row["arrived"])


def _limit(row: dict[str, Any]) -> timedelta:
    if row["arrived"] < t.PARCEL_SAMPLE:
        return t.PARCEL_UNKNOWN
    return max(t.PARCEL_LEAST, row["slow"] + t.PARCEL_EXTRA)
