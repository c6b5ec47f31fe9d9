"""Products whose refunds or returns jumped against their own four weeks before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop

from zhanggui.foundation.loop.contracts import (
    Evidence,
    Found,
    Kind,
    Scan,
    Stake,
    Subject,
    Words,
    detector,
    percent,
    phrase,
)
from zhanggui.processes.watching import thresholds as t
from zhanggui.processes.watching.judging import spiked
from zhanggui.processes.watching.look import Look, address, as_ratio, offered

_WHY = gettext_noop(
    "The share of a product's sales of the last 7 days that are already refunded, against its 28 days before (Wilson)."
)
REFUNDS = Kind(
    "watch.refunds",
    gettext_noop("Refunds of a product jump"),
    frozenset({"OPS", "CS"}),
    "warn",
    "receipt-refund",
    "refunds.view",
    why=_WHY,
)
RETURNS = Kind(
    "watch.returns",
    gettext_noop("Returns of a product jump"),
    frozenset({"OPS", "CS", "WH"}),
    "warn",
    "truck-return",
    "refunds.view",
    why=_WHY,
)
#: Recent sales had less time for a refund than older ones: the comparison errs on the quiet side.
_SALES = """
, r AS (
  SELECT shop_id, order_no, line_no, max(kind = 'return_refund') AS back FROM refunds
  WHERE state NOT IN ('refused', 'withdrawn', 'closed') AND kind IN ('refund_only', 'return_refund')
    AND order_no IS NOT NULL
  GROUP BY 1, 2, 3
), l AS (
  SELECT l.shop_id, coalesce(l.outer_product_code, l.product_no, l.outer_sku_code, l.title) AS product,
    l.title, l.currency, coalesce(l.line_paid, l.line_amount) AS paid,
    l.paid_day > s.day - {recent} AS recent,
    (l.status IN ('refunding', 'refunded') OR l.refunded_amount > 0 OR a.order_no IS NOT NULL OR b.order_no IS NOT NULL)
      AS refunded,
    coalesce(a.back, b.back, FALSE) AS back
  FROM lines l JOIN scope s USING (shop_id)
  LEFT JOIN r a ON a.shop_id = l.shop_id AND a.order_no = l.order_no AND a.line_no = l.line_no
  LEFT JOIN r b ON b.shop_id = l.shop_id AND b.order_no = l.order_no AND b.line_no IS NULL
  WHERE {month} AND l.paid_day > s.day - {all} AND l.paid_day <= s.day AND coalesce(l.is_gift, FALSE) = FALSE
)
SELECT shop_id, product, any_value(title) AS title, any_value(currency) AS currency,
  count(*) FILTER (recent) AS n, count(*) FILTER (recent AND refunded) AS hits,
  count(*) FILTER (recent AND back) AS back,
  count(*) FILTER (NOT recent) AS base_n, count(*) FILTER (NOT recent AND refunded) AS base_hits,
  sum(paid) FILTER (recent AND refunded)::BIGINT AS money
FROM l WHERE product IS NOT NULL GROUP BY 1, 2
"""


@detector(
    "watch.refunds",
    kinds=[REFUNDS, RETURNS],
    needs=["lake"],
    every=timedelta(hours=6),
    cost="one pass over five weeks of order lines and refunds in the lake",
)
def refunds(scan: Scan) -> Iterable[Found]:
    look = Look(scan)
    look.without_files(phrase("Refunds by product: not looked, needs order files"))
    whole = t.SPIKE_DAYS + t.SPIKE_BASE_DAYS
    rows = look.rows(_SALES.replace("{recent}", str(t.SPIKE_DAYS)).replace("{all}", str(whole)), back=whole + 31)
    by_shop: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_shop.setdefault(row["shop_id"], []).append(row)
    look.lacks(
        phrase("Refunds by product: not looked, needs order lines that name a product"),
        [shop for shop in look.seen if shop not in by_shop],
    )
    look.lacks(
        phrase("Refunds by product: not looked, no file of this shop tells of a refund"),
        [s for s in look.seen if not any(r["hits"] or r["base_hits"] for r in by_shop[s])],
    )
    scan.looked_at(
        phrase("Refunds of %(n)s product", "Refunds of %(n)s products", n=0), {s: len(by_shop[s]) for s in look.seen}
    )
    for shop in look.seen:
        some = by_shop[shop]
        sold, hits = sum(r["base_n"] for r in some), sum(r["base_hits"] for r in some)
        for row in some:
            if spiked(row["hits"], row["n"], row["base_hits"], row["base_n"], hits / sold if sold else 0.0):
                yield _found(look, shop, row)


def _found(look: Look, shop: int, row: dict[str, Any]) -> Found:
    returned = row["back"] >= float(t.RETURN_SHARE) * row["hits"]
    rate = as_ratio(row["hits"] / row["n"])
    base = as_ratio(row["base_hits"] / row["base_n"]) if row["base_n"] else None
    said: Words
    if returned:
        said = phrase(
            "%(rate)s of the last 7 days' sales come back; before it was %(base)s",
            rate=percent(rate),
            base=percent(base) if base is not None else "—",
        )
    else:
        said = phrase(
            "%(rate)s of the last 7 days' sales are refunded; before it was %(base)s",
            rate=percent(rate),
            base=percent(base) if base is not None else "—",
        )
    share = 1 - (row["base_hits"] / row["base_n"]) / (row["hits"] / row["n"]) if row["base_n"] else 1
    stake = (
        Stake(
            max(0, round(row["money"] * share)),
            row["currency"],
            phrase("Paid for the refunded sales of 7 days beyond the usual share."),
        )
        if row["money"] is not None and row["currency"]
        else None
    )
    href = address("orders", shop=str(shop), q=row["product"])
    return Found(
        RETURNS.code if returned else REFUNDS.code,
        Subject("product", str(row["product"])[:120], row["title"] or ""),
        said,
        shop_id=shop,
        detail=row["title"] or "",
        stake=stake,
        size=row["hits"],
        evidence=(
            Evidence(
                phrase("Share refunded"),
                str(rate),
                "percent",
                period=look.period(shop, t.SPIKE_DAYS),
                as_of=look.at[shop],
                before=None if base is None else str(base),
                rows=href,
            ),
            Evidence(
                phrase("Refunded sales"), row["hits"], period=look.period(shop, t.SPIKE_DAYS), as_of=look.at[shop]
            ),
        ),
        href=href,
        act=offered("tasks.create", {"shop_id": shop, "template": "quality", "subject": str(row["product"])[:80]}),
    )
