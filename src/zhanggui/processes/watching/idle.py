"""Products that stopped selling."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext_noop

from zhanggui.foundation.loop.contracts import Evidence, Found, Kind, Scan, Stake, Subject, age, detector, phrase
from zhanggui.processes.watching import thresholds as t
from zhanggui.processes.watching.look import Look, address, offered

IDLE = Kind(
    "watch.idle",
    gettext_noop("A product stopped selling"),
    frozenset({"OPS", "BUY"}),
    "warn",
    "zzz",
    "orders.view",
    why=gettext_noop("Products without a sale for 14 days that sold so well before that silence is no luck."),
)
_LINES = """
SELECT l.shop_id, coalesce(l.outer_product_code, l.product_no, l.outer_sku_code, l.title) AS product,
  any_value(l.title) AS title, any_value(l.currency) AS currency, max(l.paid_day) AS last, any_value(s.day) AS today,
  count(DISTINCT l.order_no) FILTER (l.paid_day <= s.day - {idle}) AS before,
  sum(coalesce(l.line_paid, l.line_amount)) FILTER (l.paid_day <= s.day - {idle})::BIGINT AS money,
  min(l.paid_day) AS first
FROM lines l JOIN scope s USING (shop_id)
WHERE {month} AND l.paid_day > s.day - {all} AND l.paid_day <= s.day + 1 AND coalesce(l.is_gift, FALSE) = FALSE
GROUP BY 1, 2
"""


@detector(
    "watch.idle",
    kinds=[IDLE],
    needs=["lake"],
    every=timedelta(days=1),
    cost="one pass over six weeks of order lines",
)
def idle(scan: Scan) -> Iterable[Found]:
    look = Look(scan)
    look.without_files(phrase("Products without sales: not looked, needs order files"))
    sql = _LINES.replace("{idle}", str(t.IDLE_DAYS)).replace("{all}", str(t.IDLE_DAYS + t.IDLE_BASE_DAYS))
    rows = [r for r in look.rows(sql, back=t.IDLE_DAYS + t.IDLE_BASE_DAYS + 31) if r["product"] is not None]
    counts: dict[int, int] = {}
    selling = set()
    for row in rows:
        counts[row["shop_id"]] = counts.get(row["shop_id"], 0) + 1
        if row["last"] > row["today"] - timedelta(days=t.IDLE_DAYS):
            selling.add(row["shop_id"])
    look.lacks(
        phrase("Products without sales: not looked, needs recent order lines that name a product"),
        [s for s in look.seen if s not in selling],
    )
    scan.looked_at(phrase("Sales of %(n)s product", "Sales of %(n)s products", n=0), {s: counts[s] for s in look.seen})
    for row in rows:
        shop = row["shop_id"]
        silent = (row["today"] - row["last"]).days
        if shop not in selling or silent < t.IDLE_DAYS:
            continue
        expected = Fraction(row["before"], t.IDLE_BASE_DAYS) * silent
        if expected < Fraction(t.IDLE_EXPECTED):
            continue
        money = None if row["money"] is None else int(Fraction(row["money"], t.IDLE_BASE_DAYS) * silent)
        yield Found(
            IDLE.code,
            Subject("product", str(row["product"])[:120], row["title"] or ""),
            phrase("Nobody has bought it for %(span)s", span=age(timedelta(days=silent))),
            shop_id=shop,
            detail=row["title"] or "",
            stake=None
            if money is None
            else Stake(money, row["currency"], phrase("What it sold before in as many days.")),
            size=silent,
            evidence=(
                Evidence(phrase("Orders in the 28 days before"), row["before"], as_of=look.at[shop],
                         rows=address("orders", shop=str(shop), q=str(row["product"]))),
                Evidence(phrase("Days without a sale"), silent, as_of=look.at[shop]),
            ),
            href=address("orders", shop=str(shop), q=str(row["product"])),
            act=offered("tasks.create", {"shop_id": shop, "template": "idle", "subject": str(row["product"])[:80]}),
        )  # fmt: skip
