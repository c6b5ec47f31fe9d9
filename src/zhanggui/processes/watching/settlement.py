"""Money of finished orders that did not come, or came in another amount."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_noop

from zhanggui.foundation.loop.contracts import Evidence, Found, Kind, Scan, Stake, Subject, detector, phrase
from zhanggui.processes.watching import thresholds as t
from zhanggui.processes.watching.judging import differing
from zhanggui.processes.watching.look import Look, address, offered, order_case

MISSING = Kind(
    "watch.payout",
    gettext_noop("Money of finished orders is missing"),
    frozenset({"OWN", "FIN"}),
    "bad",
    "cash-off",
    "settlement.view",
    why=gettext_noop("Orders finished more than 15 days ago that no statement names."),
)
DIFFERS = Kind(
    "watch.settlement",
    gettext_noop("Statements pay another amount"),
    frozenset({"OWN", "FIN"}),
    "warn",
    "scale",
    "settlement.view",
    why=gettext_noop(
        "What statements say came in for an order, against what 9 in 10 of the shop's orders show it means."
    ),
)
#: One book only (statements before wallets): the two tell the same money.
_BOOKS = """
, told AS (
  SELECT shop_id, book, count(DISTINCT order_no) AS n, min(entry_day) AS first, max(entry_day) AS last
  FROM settlement JOIN scope USING (shop_id) WHERE order_no IS NOT NULL AND subject = 'goods_receipt' GROUP BY 1, 2
), book AS (
  SELECT shop_id, max_by(book, (n, book)) AS book, max_by(first, (n, book)) AS first, max_by(last, (n, book)) AS last
  FROM told GROUP BY 1
), came AS (
  SELECT e.shop_id, e.order_no, sum(e.amount) FILTER (e.subject IN ('goods_receipt', 'freight'))::BIGINT AS goods,
    sum(e.amount) FILTER (e.subject = 'goods_receipt')::BIGINT AS receipt,
    sum(e.amount) FILTER (e.subject = 'goods_refund')::BIGINT AS back
  FROM settlement e JOIN book b ON b.shop_id = e.shop_id AND b.book = e.book
  WHERE e.order_no IS NOT NULL GROUP BY 1, 2
), done AS (
  SELECT o.shop_id, o.order_no, o.currency, o.buyer_paid, o.merchant_receivable, o.freight_amount,
    coalesce(o.refunded_to_date, 0) AS refunded,
    coalesce(o.completed_at, o.delivered_at + INTERVAL 10 DAY, o.shipped_at + INTERVAL 20 DAY,
      o.paid_at + INTERVAL 30 DAY) AS ended,
    s.seen_at, b.first, b.last
  FROM orders o JOIN scope s USING (shop_id) JOIN book b USING (shop_id)
  WHERE {month} AND o.status IN ('completed', 'delivered') AND o.paid_at IS NOT NULL AND o.buyer_paid > 0
)
SELECT d.shop_id, d.order_no, d.currency, d.buyer_paid, d.merchant_receivable, d.freight_amount, d.refunded, d.ended,
  c.goods, c.receipt, c.order_no IS NOT NULL AS settled,
  (d.refunded > 0 OR c.back IS NOT NULL OR f.order_no IS NOT NULL) AS again
FROM done d LEFT JOIN came c USING (shop_id, order_no)
LEFT JOIN (
  SELECT shop_id, order_no FROM refunds WHERE order_no IS NOT NULL
  UNION SELECT shop_id, order_no FROM lines
  WHERE {month} AND (status IN ('refunding', 'refunded', 'closed', 'cancelled') OR refunded_amount > 0)
) f USING (shop_id, order_no)
WHERE d.ended <= least(d.seen_at, d.last::TIMESTAMPTZ + INTERVAL 1 DAY) - INTERVAL {after} DAY
  AND d.ended >= d.seen_at - INTERVAL {oldest} DAY AND d.ended >= d.first::TIMESTAMPTZ
ORDER BY d.ended, d.order_no
"""


@detector(
    "watch.settlement",
    kinds=[MISSING, DIFFERS],
    needs=["lake"],
    every=timedelta(hours=12),
    cost="finished orders of three months against their statements",
)
def payouts(scan: Scan) -> Iterable[Found]:
    look = Look(scan, "settlement", "ledger")
    look.without_files(phrase("Payouts: not looked, needs settlement files"))
    sql = _BOOKS.replace("{after}", str(t.PAYOUT_AFTER.days)).replace("{oldest}", str(t.PAYOUT_OLDEST.days))
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in look.rows(sql, back=t.PAYOUT_OLDEST.days + 62):
        rows[row["shop_id"]].append(row)
    look.lacks(
        phrase("Payouts: not looked, needs statements that name finished orders of the shop"),
        [s for s in look.seen if len(rows[s]) < t.PAYOUT_SAMPLE or _known(rows[s]) < Fraction(t.PAYOUT_KNOWN)],
    )
    scan.looked_at(
        phrase("Payouts of %(n)s finished order", "Payouts of %(n)s finished orders", n=0),
        {s: len(rows[s]) for s in look.seen},
    )
    for shop in look.seen:
        yield from _missing(look, shop, [r for r in rows[shop] if not r["settled"] and r["refunded"] < r["buyer_paid"]])
        # With a refund the two files may speak of different moments: only orders without one are compared.
        plain = [r for r in rows[shop] if r["settled"] and r["receipt"] is not None and not r["again"]]
        yield from _differs(look, shop, plain)


def _known(rows: list[dict[str, Any]]) -> Fraction:
    return Fraction(sum(r["settled"] for r in rows), len(rows))


def _missing(look: Look, shop: int, some: list[dict[str, Any]]) -> Iterable[Found]:
    if not some:
        return
    owed = sum(r["buyer_paid"] - r["refunded"] for r in some)
    currency = look.shops[shop].currency
    yield Found(
        MISSING.code,
        Subject("shop", str(shop), look.shops[shop].name),
        phrase(
            "No statement names %(n)s order that was finished over 15 days ago",
            "No statement names %(n)s orders that were finished over 15 days ago",
            n=len(some),
        ),
        shop_id=shop,
        stake=Stake(owed, currency, phrase("What buyers paid for these orders, less refunds; fees not taken off.")),
        due_at=look.at[shop] + timedelta(days=3),
        due_of="payouts",
        due_is_certain=False,
        size=len(some),
        since=some[0]["ended"],
        evidence=(Evidence(phrase("Orders without a statement"), len(some), as_of=look.at[shop],
                           rows=address("orders", shop=str(shop), q=some[0]["order_no"])),),
        cases=tuple(order_case(r["order_no"], r["buyer_paid"] - r["refunded"], r["currency"]) for r in some[:5]),
        href=address("orders", shop=str(shop), q=some[0]["order_no"]),
        act=offered("tasks.create", {"shop_id": shop, "template": "payout", "subject": f"{len(some)}"}),
        extra={"order_nos": [r["order_no"] for r in some[:200]]},
    )  # fmt: skip


def _differs(look: Look, shop: int, some: list[dict[str, Any]]) -> Iterable[Found]:
    for column in ("receipt", "goods"):
        told = differing([(r["order_no"], r[column], _meanings(r)) for r in some])
        if told is not None:
            break
    else:
        look.scan.looked_at(
            phrase("Amounts of statements: not looked, no amount of the order files is what they pay"), {shop: 0}
        )
        return
    _, wrong = told
    if not wrong:
        return
    currency = look.shops[shop].currency
    total = sum(abs(paid - due) for _, paid, due in wrong)
    yield Found(
        DIFFERS.code,
        Subject("shop", str(shop), look.shops[shop].name),
        phrase(
            "Statements pay another amount for %(n)s order",
            "Statements pay another amount for %(n)s orders",
            n=len(wrong),
        ),
        shop_id=shop,
        stake=Stake(total, currency, phrase("The differences, each taken as positive.")),
        size=len(wrong),
        evidence=(
            Evidence(phrase("Orders paid in another amount"), len(wrong), as_of=look.at[shop]),
            Evidence(phrase("Orders compared"), len(some), as_of=look.at[shop]),
        ),
        cases=tuple(order_case(no, abs(paid - due), currency) for no, paid, due in wrong[:5]),
        href=address("orders", shop=str(shop), q=wrong[0][0]),
        act=offered("tasks.create", {"shop_id": shop, "template": "payout", "subject": f"{len(wrong)}"}),
        extra={"order_nos": [no for no, _, _ in wrong[:200]]},
    )


def _meanings(row: dict[str, Any]) -> dict[str, int | None]:
    paid, owed, freight = row["buyer_paid"], row["merchant_receivable"], row["freight_amount"]
    return {
        "paid": paid,
        "receivable": owed,
        "paid_goods": None if freight is None else paid - freight,
        "receivable_goods": None if owed is None or freight is None else owed - freight,
    }
