"""Sales that look bought: one buyer again and again, or many like orders in one place and hour."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext_noop

from zhanggui.foundation.loop.contracts import Evidence, Found, Kind, Scan, Stake, Subject, detector, phrase
from zhanggui.processes.watching import thresholds as t
from zhanggui.processes.watching.look import Look, address, offered, order_case

BRUSH = Kind(
    "watch.brushing",
    gettext_noop("Orders that look bought"),
    frozenset({"OWN", "OPS"}),
    "warn",
    "spy",
    "orders.view",
    why=gettext_noop(
        "Single pieces of one product: five orders of one buyer in a week, or eight into one district in an hour."
    ),
)
_ORDERS = """
, o AS (
  SELECT o.shop_id, o.order_no, o.paid_at, o.paid_day, o.buyer_key, o.buyer_paid, o.currency, o.receiver_city,
    o.receiver_district, coalesce(l.outer_product_code, l.product_no, l.outer_sku_code, l.title) AS product, l.title
  FROM orders o JOIN scope s USING (shop_id)
  JOIN (
    SELECT shop_id, order_no, any_value(outer_product_code) AS outer_product_code, any_value(product_no) AS product_no,
      any_value(outer_sku_code) AS outer_sku_code, any_value(title) AS title
    FROM lines WHERE {month} AND coalesce(is_gift, FALSE) = FALSE
    GROUP BY 1, 2 HAVING count(*) = 1 AND max(qty) = 1
  ) l USING (shop_id, order_no)
  WHERE {month} AND o.paid_at > s.seen_at - INTERVAL {days} DAY AND o.paid_at <= s.seen_at
    AND coalesce(o.refunded_to_date, 0) = 0 AND o.status NOT IN ('refunded', 'refunding', 'cancelled')
), buyers AS (
  SELECT shop_id, 'buyer' AS how, buyer_key AS who, product, any_value(title) AS title, count(*) AS n,
    sum(buyer_paid)::BIGINT AS money, any_value(currency) AS currency, min(paid_at) AS first,
    list(order_no ORDER BY paid_at)[:200] AS nos
  FROM (SELECT *, count(*) OVER (PARTITION BY shop_id, buyer_key, product ORDER BY paid_at
          RANGE BETWEEN INTERVAL {within} DAY PRECEDING AND CURRENT ROW) AS near
    FROM o WHERE buyer_key IS NOT NULL AND product IS NOT NULL)
  GROUP BY shop_id, buyer_key, product HAVING max(near) >= {least}
), bursts AS (
  SELECT shop_id, 'burst' AS how,
    concat_ws(' ', receiver_city, receiver_district, strftime(date_trunc('hour', paid_at), '%Y-%m-%dT%H')) AS who,
    product, any_value(title) AS title, count(*) AS n, sum(buyer_paid)::BIGINT AS money,
    any_value(currency) AS currency, min(paid_at) AS first, list(order_no ORDER BY paid_at)[:200] AS nos
  FROM o WHERE receiver_district IS NOT NULL AND product IS NOT NULL
  GROUP BY shop_id, receiver_city, receiver_district, date_trunc('hour', paid_at), product HAVING count(*) >= {burst}
)
SELECT * FROM buyers UNION ALL BY NAME SELECT * FROM bursts
"""


@detector(
    "watch.brushing",
    kinds=[BRUSH],
    needs=["lake"],
    every=timedelta(hours=12),
    cost="one window over two weeks of single-piece orders",
)
def brushing(scan: Scan) -> Iterable[Found]:
    look = Look(scan)
    look.without_files(phrase("Bought sales: not looked, needs order files"))
    sql = _ORDERS
    for name, number in (
        ("{days}", t.BRUSH_DAYS),
        ("{within}", t.BRUSH_WITHIN.days),
        ("{least}", t.BRUSH_ORDERS),
        ("{burst}", t.BRUSH_BURST),
    ):
        sql = sql.replace(name, str(number))
    told = {r["shop_id"] for r in look.rows(_KNOWN, back=t.BRUSH_DAYS + 31)}
    look.lacks(
        phrase("Bought sales: not looked, needs order files that name buyers or districts"),
        [s for s in look.seen if s not in told],
    )
    scan.looked_at(phrase("Patterns of buyers of 14 days"), dict.fromkeys(look.seen, 0))
    for row in look.rows(sql, back=t.BRUSH_DAYS + 31):
        shop = row["shop_id"]
        said = (
            phrase(
                "One buyer ordered it %(n)s time, one piece each",
                "One buyer ordered it %(n)s times, one piece each",
                n=row["n"],
            )
            if row["how"] == "buyer"
            else phrase(
                "%(n)s order into one district within an hour",
                "%(n)s orders into one district within an hour",
                n=row["n"],
            )
        )
        yield Found(
            BRUSH.code,
            Subject("product", str(row["product"])[:80], row["title"] or ""),
            said,
            shop_id=shop,
            key=f"{row['how']}:{str(row['who'])[:60]}",
            detail=row["title"] or "",
            stake=None
            if row["money"] is None
            else Stake(row["money"], row["currency"], phrase("What these orders paid.")),
            size=row["n"],
            since=row["first"],
            evidence=(Evidence(phrase("Orders"), row["n"], period=look.period(shop, t.BRUSH_DAYS), as_of=look.at[shop],
                               rows=address("orders", shop=str(shop), q=row["nos"][0])),),
            cases=tuple(order_case(no, None, "") for no in row["nos"][:5]),
            href=address("orders", shop=str(shop), q=row["nos"][0]),
            act=offered("tasks.create", {"shop_id": shop, "template": "brushing", "subject": str(row["product"])[:80]}),
            extra={"order_nos": row["nos"]},
        )  # fmt: skip


_KNOWN = """
SELECT o.shop_id FROM orders o JOIN scope s USING (shop_id)
WHERE {month} AND (o.buyer_key IS NOT NULL OR o.receiver_district IS NOT NULL) GROUP BY 1
"""
