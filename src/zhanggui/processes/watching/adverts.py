"""Adverts that lose money: below break-even, below what they cost, or on goods that are sold out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_noop

from zhanggui.foundation.loop.contracts import Evidence, Found, Kind, Scan, Stake, Subject, detector, phrase
from zhanggui.insight.metrics import queries as metrics
from zhanggui.insight.metrics.domain.errors import CannotMeasure
from zhanggui.processes.watching import thresholds as t
from zhanggui.processes.watching.look import Look, address, as_ratio, offered
from zhanggui.supply.inventory import queries as stock

LOSS = Kind(
    "watch.advert",
    gettext_noop("An advert loses money"),
    frozenset({"OWN", "MKT"}),
    "bad",
    "ad-off",
    "traffic.view",
    why=gettext_noop(
        "Spend and credited sales of 14 days by campaign, against break-even (M067) where costs are known, else 1."
    ),
)
SOLD_OUT = Kind(
    "watch.advert_sold_out",
    gettext_noop("An advert for goods that are sold out"),
    frozenset({"OWN", "MKT", "WH"}),
    "bad",
    "shopping-cart-off",
    "traffic.view",
    why=gettext_noop("Goods advertised in the last 3 days of which stock has no piece left."),
)
#: The same spend is told in several grains: only rows that count. The thing is the campaign where one is named.
_ADVERTS = """
SELECT a.shop_id, a.tool,
  coalesce(a.campaign_no, a.campaign, a.item_no, a.sku_no, a.subject_no, a.creative_no, '') AS thing,
  any_value(coalesce(a.campaign, a.title, a.creative, a.campaign_no)) AS name, any_value(a.currency) AS currency,
  sum(a.spend)::BIGINT AS spend, sum(a.clicks)::BIGINT AS clicks, sum(a.attributed_amount)::BIGINT AS sold,
  count(*) FILTER (a.attributed_amount IS NULL) AS untold,
  any_value(a.window_days) AS days, max(a.campaign_no) AS campaign_no
FROM ads a JOIN scope s USING (shop_id)
WHERE {month} AND a.counts AND a.basis IS DISTINCT FROM 'ordered' AND a.day <= s.day AND a.day > s.day - {days}
GROUP BY 1, 2, 3
"""
_ITEMS = """
, a AS (
  SELECT a.shop_id, coalesce(a.sku_no, a.item_no, a.subject_no) AS item, any_value(a.title) AS title,
    any_value(a.currency) AS currency, sum(a.spend)::BIGINT AS spend
  FROM (
    SELECT shop_id, day, item_no, sku_no, subject_no, any_value(title) AS title, any_value(currency) AS currency,
      max(spend) AS spend
    FROM ads WHERE {month} AND spend > 0 AND coalesce(sku_no, item_no, subject_no) IS NOT NULL
    GROUP BY shop_id, day, tool, campaign_no, campaign, unit_no, unit, item_no, sku_no, subject_no
  ) a JOIN scope s USING (shop_id)
  WHERE a.day <= s.day AND a.day > s.day - {days}
  GROUP BY 1, 2
)
SELECT a.*,
  list(DISTINCT coalesce(l.outer_sku_code, l.sku_no)) FILTER (coalesce(l.outer_sku_code, l.sku_no) IS NOT NULL) AS codes
FROM a LEFT JOIN lines l ON l.shop_id = a.shop_id AND (l.product_no = a.item OR l.sku_no = a.item) AND l.{month}
GROUP BY ALL
"""


@detector(
    "watch.adverts",
    kinds=[LOSS],
    needs=["lake"],
    every=timedelta(hours=6),
    cost="one sum per campaign over 14 days and one question for the margin of every shop",
)
def adverts(scan: Scan) -> Iterable[Found]:
    look = Look(scan, "ads")
    look.without_files(phrase("Adverts: not looked, needs advert reports"))
    some: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in look.rows(_ADVERTS.replace("{days}", str(t.ADVERT_DAYS)), back=t.ADVERT_DAYS):
        some[row["shop_id"]].append(row)
    look.lacks(phrase("Adverts: not looked, needs advert reports by day"), [s for s in look.seen if not some[s]])
    scan.looked_at(phrase("%(n)s advert", "%(n)s adverts", n=0), {s: len(some[s]) for s in look.seen})
    even = {shop: _break_even(look, shop) for shop in look.seen}
    scan.looked_at(
        phrase("Break-even of adverts: not looked, needs goods costs and settlement files; judged by spend alone"),
        {s: 0 for s in look.seen if even[s] is None},
    )
    for shop in look.seen:
        spent = sum(r["spend"] or 0 for r in some[shop])
        for row in some[shop]:
            found = _judge(look, shop, row, even[shop], spent)
            if found is not None:
                yield found


def _break_even(look: Look, shop: int) -> Fraction | None:
    """The shop's break-even ROAS (M067) of the last 28 days; None where its costs or fees are not known."""
    last = look.day[shop]
    try:
        answer = metrics.measure(
            metrics=["M067"], shop_ids=frozenset({shop}), first=last - timedelta(days=27), last=last, now=look.scan.now
        )
    except CannotMeasure:
        return None
    for row in answer.rows:
        value = row.cells["M067"].exact
        if value is not None:
            return Fraction(value)
    return None


def _judge(look: Look, shop: int, row: dict[str, Any], even: Fraction | None, spent: int) -> Found | None:
    spend, sold = row["spend"], row["sold"]
    if not spend or sold is None or row["untold"] or (row["clicks"] or 0) < t.ADVERT_CLICKS:
        return None
    bar = max(even, Fraction(1)) if even is not None else Fraction(1)
    roas = Fraction(sold, spend)
    # The margin of what it sold, less what it cost: sold ÷ break-even is the profit before the advert.
    loss = int(spend - Fraction(sold) / bar)
    if roas >= bar or loss < spent * Fraction(t.ADVERT_SHARE):
        return None
    params: dict[str, Any] = {"shop_id": shop, "campaigns": [row["campaign_no"] or row["thing"]]}
    said = (
        phrase("Every yuan brings %(roas)s; break-even is %(bar)s", roas=f"{float(roas):.2f}", bar=f"{float(bar):.2f}")
        if even is not None
        else phrase("Every yuan brings %(roas)s: less than it costs, whatever the margin", roas=f"{float(roas):.2f}")
    )
    period = look.period(shop, t.ADVERT_DAYS)
    href = address("traffic", shop=str(shop))
    return Found(
        LOSS.code,
        Subject("advert", f"{row['tool']}:{row['thing']}"[:120], row["name"] or ""),
        said,
        shop_id=shop,
        detail=row["name"] or "",
        stake=Stake(loss, row["currency"], phrase("Spend of 14 days beyond what the credited sales can carry.")),
        evidence=(
            Evidence(phrase("Spend"), spend, "money", row["currency"], "M070", period, look.at[shop], rows=href),
            Evidence(phrase("Credited sales"), sold, "money", row["currency"], "", period, look.at[shop], rows=href),
            Evidence(phrase("ROAS"), str(as_ratio(roas, 2)), metric="M066", period=period, as_of=look.at[shop]),
            Evidence(phrase("Break-even ROAS"), None if even is None else str(as_ratio(even, 2)), metric="M067",
                     period=look.period(shop, 28), as_of=look.at[shop]),
        ),
        href=href,
        act=offered("adverts.pause", params),
    )  # fmt: skip


@detector(
    "watch.sold_out",
    kinds=[SOLD_OUT],
    needs=["lake"],
    every=timedelta(hours=1),
    cost="one sum per advertised article over 3 days and the stock of those",
)
def sold_out(scan: Scan) -> Iterable[Found]:
    look = Look(scan, "ads")
    look.without_files(phrase("Adverts on sold-out goods: not looked, needs advert reports"))
    rows = look.rows(_ITEMS.replace("{days}", str(t.SOLD_OUT_DAYS)), back=t.SOLD_OUT_DAYS + 31)
    if stock.count_items() == 0:
        look.lacks(phrase("Adverts on sold-out goods: not looked, needs stock"), list(look.seen))
        return
    look.lacks(
        phrase("Adverts on sold-out goods: not looked, needs advert reports that name the goods"),
        [s for s in look.seen if not any(r["shop_id"] == s for r in rows)],
    )
    scan.looked_at(
        phrase("%(n)s advertised article", "%(n)s advertised articles", n=0),
        {s: sum(r["shop_id"] == s for r in rows) for s in look.seen},
    )
    for row in rows:
        shop = row["shop_id"]
        if shop not in look.seen:
            continue
        skus = stock.skus_of(shop, row["codes"] or [])
        lines = stock.stock_lines(skus=sorted(set(skus.values()))) if skus else []
        if not lines or any(line.available > 0 for line in lines) or len(skus) < len(row["codes"]):
            continue
        period = look.period(shop, t.SOLD_OUT_DAYS)
        yield Found(
            SOLD_OUT.code,
            Subject("product", str(row["item"])[:120], row["title"] or ""),
            phrase("Advertised, and no piece is left"),
            shop_id=shop,
            detail=row["title"] or str(row["item"]),
            stake=Stake(row["spend"], row["currency"], phrase("Spent on it in the last 3 days.")),
            due_at=look.at[shop] + timedelta(hours=2),
            due_is_certain=False,
            evidence=(
                Evidence(phrase("Spend"), row["spend"], "money", row["currency"], "M070", period, look.at[shop]),
                Evidence(phrase("Pieces free"), 0, as_of=scan.now, rows=address("stock", q=lines[0].sku)),
            ),
            href=address("traffic", shop=str(shop)),
            act=offered("adverts.pause", {"shop_id": shop, "campaigns": [str(row["item"])]}),
        )
