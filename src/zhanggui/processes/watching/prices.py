"""One article, several shops, and a price that is out of line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext_noop

from zhanggui.foundation.loop.contracts import Evidence, Found, Kind, Scan, Stake, Subject, detector, money, phrase
from zhanggui.processes.watching import thresholds as t
from zhanggui.processes.watching.judging import odd_prices
from zhanggui.processes.watching.look import Look, address, offered

ODD = Kind(
    "watch.price",
    gettext_noop("A price out of line with the other shops"),
    frozenset({"OWN", "OPS"}),
    "warn",
    "tags",
    "orders.view",
    why=gettext_noop(
        "Median unit price of 14 days by merchant code, against the other shops and the shop's own habit."
    ),
)
_PRICES = """
SELECT l.shop_id, l.outer_sku_code AS code, l.currency, any_value(l.title) AS title,
  quantile_disc(coalesce(l.unit_price, l.line_amount // l.qty), 0.5) AS price, sum(l.qty)::BIGINT AS pieces
FROM lines l JOIN scope s USING (shop_id)
WHERE {month} AND l.paid_day > s.day - {days} AND l.outer_sku_code IS NOT NULL AND l.qty > 0
  AND coalesce(l.is_gift, FALSE) = FALSE AND coalesce(l.unit_price, l.line_amount // l.qty) > 0
  AND l.currency IS NOT NULL
GROUP BY 1, 2, 3 HAVING sum(l.qty) >= {least}
"""


@detector(
    "watch.price",
    kinds=[ODD],
    needs=["lake"],
    every=timedelta(hours=6),
    cost="one median per article and shop over two weeks of order lines",
)
def prices(scan: Scan) -> Iterable[Found]:
    look = Look(scan)
    look.without_files(phrase("Prices between shops: not looked, needs order files"))
    sql = _PRICES.replace("{days}", str(t.PRICE_DAYS)).replace("{least}", str(t.PRICE_PIECES))
    rows = {(r["currency"], r["code"], r["shop_id"]): r for r in look.rows(sql, back=t.PRICE_DAYS + 31)}
    told = {shop for _, _, shop in rows}
    look.lacks(
        phrase("Prices between shops: not looked, needs order lines with merchant codes and prices"),
        [s for s in look.seen if s not in told],
    )
    scan.looked_at(
        phrase("Price of %(n)s article", "Prices of %(n)s articles", n=0),
        {s: sum(shop == s for _, _, shop in rows) for s in look.seen},
    )
    by_currency: dict[str, dict[tuple[str, int], Fraction]] = defaultdict(dict)
    for (currency, code, shop), row in rows.items():
        by_currency[currency][code, shop] = Fraction(row["price"])
    for currency, paid in by_currency.items():
        for code, shop, price, expected in odd_prices(paid):
            row = rows[currency, code, shop]
            away = int(abs(price - expected)) * row["pieces"]
            yield Found(
                ODD.code,
                Subject("sku", code[:120], row["title"] or ""),
                phrase(
                    "Sold for %(price)s; the other shops let expect %(expected)s",
                    price=money(int(price), currency),
                    expected=money(int(expected), currency),
                ),
                shop_id=shop,
                detail=f"{row['title'] or ''} {code}".strip(),
                stake=Stake(away, currency, phrase("The difference, times the pieces sold in 14 days.")),
                due_at=look.at[shop] + timedelta(hours=12),
                due_is_certain=False,
                size=row["pieces"],
                evidence=(
                    Evidence(phrase("Median unit price"), int(price), "money", currency,
                             period=look.period(shop, t.PRICE_DAYS), as_of=look.at[shop], before=int(expected),
                             rows=address("orders", shop=str(shop), q=code)),
                    Evidence(phrase("Pieces sold"), row["pieces"], metric="M049",
                             period=look.period(shop, t.PRICE_DAYS), as_of=look.at[shop]),
                ),
                href=address("orders", shop=str(shop), q=code),
                act=offered("prices.change", {"shop_id": shop, "code": code, "price": int(expected)}),
            )  # fmt: skip
