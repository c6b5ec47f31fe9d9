"""Orders a person should look at before they are sent (F62)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_noop

from zhanggui.foundation.loop.contracts import Evidence, Found, Kind, Scan, Stake, Subject, detector, phrase
from zhanggui.processes.watching import thresholds as t
from zhanggui.processes.watching.judging import OrderFacts, Sign, risk
from zhanggui.processes.watching.look import Look, address, order_case
from zhanggui.trade.orders import queries as orders

RISK = Kind(
    "watch.risk",
    gettext_noop("An order to check before sending"),
    frozenset({"OPS", "CS"}),
    "warn",
    "shield-question",
    "orders.view",
    why=gettext_noop(
        "Paid, unsent orders: amount, pieces, the buyer's refunds and rush, address and pattern give points; 60 call."
    ),
    action="orders.hold",
)
#: Candidates are few: unsent orders. Buyers and the shop's median are looked up for them.
_OPEN = """
, recent AS (
  SELECT o.shop_id, o.order_no, o.status, o.buyer_key, o.buyer_paid, o.paid_at, o.qty, o.flags, o.currency,
    o.receiver_city, o.receiver_district, o.title,
    (coalesce(o.refunded_to_date, 0) > 0 OR o.status IN ('refunding', 'refunded')) AS refunded, s.seen_at
  FROM orders o JOIN scope s USING (shop_id)
  WHERE {month} AND o.paid_at > s.seen_at - INTERVAL {days} DAY AND o.paid_at <= s.seen_at
), shop AS (
  SELECT shop_id, median(buyer_paid)::BIGINT AS median, count(receiver_district) AS districts, count(*) AS n
  FROM recent GROUP BY 1
), buyer AS (
  SELECT shop_id, buyer_key, count(*) AS n, count(*) FILTER (refunded) AS refunded,
    count(*) FILTER (paid_at > seen_at - INTERVAL 1 DAY) AS today
  FROM recent WHERE buyer_key IS NOT NULL GROUP BY 1, 2
), alike AS (
  SELECT shop_id, title, receiver_city, receiver_district, date_trunc('hour', paid_at) AS hour, count(*) AS n
  FROM recent WHERE title IS NOT NULL AND receiver_district IS NOT NULL AND paid_at > seen_at - INTERVAL 7 DAY
  GROUP BY ALL HAVING count(*) >= {alike}
)
SELECT r.*, shop.median, shop.districts, shop.n AS orders, buyer.n AS buyer_orders, buyer.refunded AS buyer_refunded,
  buyer.today AS buyer_today, coalesce(alike.n, 0) AS alike
FROM recent r JOIN shop USING (shop_id)
LEFT JOIN buyer ON buyer.shop_id = r.shop_id AND buyer.buyer_key = r.buyer_key
LEFT JOIN alike ON alike.shop_id = r.shop_id AND alike.title = r.title AND alike.receiver_district = r.receiver_district
  AND alike.receiver_city IS NOT DISTINCT FROM r.receiver_city AND alike.hour = date_trunc('hour', r.paid_at)
WHERE r.status IN ('paid', 'allocated') AND r.paid_at > r.seen_at - INTERVAL 7 DAY AND r.buyer_paid IS NOT NULL
  AND (r.buyer_paid >= 5 * shop.median OR r.qty >= {qty} OR buyer.refunded >= {returns} OR buyer.today >= {rush}
    OR alike.n IS NOT NULL)
"""
_WORDS = {
    "amount": gettext_noop("a very large amount"),
    "quantity": gettext_noop("very many pieces"),
    "returns": gettext_noop("a buyer who often gets refunds"),
    "rush": gettext_noop("many orders of one buyer in a day"),
    "address": gettext_noop("an incomplete address"),
    "pattern": gettext_noop("many like orders into one district"),
    "cod": gettext_noop("much cash on delivery"),
}


@detector(
    "watch.risk",
    kinds=[RISK],
    needs=["lake"],
    every=timedelta(hours=1),
    cost="one pass over three months of orders in the lake; unsent ones of 7 days are judged",
)
def risky(scan: Scan) -> Iterable[Found]:
    look = Look(scan)
    look.without_files(phrase("Risk of orders: not looked, needs order files"))
    sql = _OPEN
    for name, number in (
        ("{days}", t.RISK_HISTORY_DAYS),
        ("{alike}", t.RISK_PATTERN[0]),
        ("{qty}", t.RISK_QTY[0]),
        ("{returns}", t.RISK_RETURNS[0]),
        ("{rush}", t.RISK_RUSH[0]),
    ):
        sql = sql.replace(name, str(number))
    rows = look.rows(sql, back=t.RISK_HISTORY_DAYS + 31)
    scan.looked_at(phrase("Risk of unsent orders"), dict.fromkeys(look.seen, 0))
    for row in rows:
        signs = risk(_facts(row))
        if sum(sign.points for sign in signs) >= t.RISK_HOLD:
            yield _found(look, row, signs)


def _facts(row: dict[str, Any]) -> OrderFacts:
    return OrderFacts(
        paid=row["buyer_paid"],
        median=row["median"] or 0,
        qty=row["qty"],
        buyer_orders=row["buyer_orders"],
        buyer_refunded=row["buyer_refunded"],
        buyer_today=row["buyer_today"],
        alike_within_hour=row["alike"],
        has_district=row["receiver_district"] is not None,
        districts_known=Fraction(row["districts"], row["orders"]),
        is_cod="cod" in (row["flags"] or ""),
    )


def _found(look: Look, row: dict[str, Any], signs: list[Sign]) -> Found:
    shop, number = row["shop_id"], row["order_no"]
    order_id = orders.order_id_of(shop_ids=frozenset({shop}), shop_id=shop, order_no=number)
    score = sum(sign.points for sign in signs)
    labels = {sign.code: phrase(_WORDS[sign.code]) for sign in signs}
    return Found(
        RISK.code,
        Subject("order", number, number),
        phrase("Risk %(score)s of 100: look before it is sent", score=min(100, score)),
        shop_id=shop,
        detail=number,
        stake=Stake(row["buyer_paid"], row["currency"], phrase("What the buyer paid for the order.")),
        due_at=row["paid_at"] + timedelta(hours=24),
        due_is_certain=False,
        size=score,
        since=row["paid_at"],
        evidence=tuple(Evidence(labels[sign.code], sign.points, as_of=look.at[shop]) for sign in signs),
        cases=(order_case(number, row["buyer_paid"], row["currency"]),),
        href=address("order", order_id) if order_id else "",
        act=("orders.hold", {"order_ids": [order_id]}) if order_id else None,
    )
