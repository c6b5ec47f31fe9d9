"""Shops that live from one source of visitors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

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
from zhanggui.processes.watching import thresholds as t
from zhanggui.processes.watching.judging import concentrated
from zhanggui.processes.watching.look import Look, address, as_ratio

ONE_SOURCE = Kind(
    "watch.source",
    gettext_noop("Visitors come from one source"),
    frozenset({"OWN", "MKT"}),
    "info",
    "sitemap",
    "traffic.view",
    why=gettext_noop(
        "Visitors of 14 days by source: one has 70 in 100 or more, or the sum of squared shares is above 0.5."
    ),
)
_NAMES = {
    name: name
    for name in (
        gettext_noop("search"),
        gettext_noop("paid"),
        gettext_noop("recommendation"),
        gettext_noop("live"),
        gettext_noop("video"),
        gettext_noop("social"),
        gettext_noop("affiliate"),
        gettext_noop("direct"),
        gettext_noop("other"),
    )
}
_SOURCES = """
SELECT v.shop_id, v.source, sum(v.visitors)::BIGINT AS visitors, sum(v.paid_amount)::BIGINT AS paid
FROM visits v JOIN scope s USING (shop_id)
WHERE {month} AND v.level = 'source' AND v.counts AND v.source IS NOT NULL AND v.device = 'all'
  AND v.day <= s.day AND v.day > s.day - {days}
GROUP BY 1, 2
"""


@detector(
    "watch.source", kinds=[ONE_SOURCE], needs=["lake"], every=timedelta(days=1), cost="one sum per shop and source"
)
def sources(scan: Scan) -> Iterable[Found]:
    look = Look(scan, "visits")
    look.without_files(phrase("Sources of visitors: not looked, needs visitor reports"))
    parts: dict[int, dict[str, int]] = defaultdict(dict)
    paid: dict[tuple[int, str], int | None] = {}
    for row in look.rows(_SOURCES.replace("{days}", str(t.SOURCE_DAYS)), back=t.SOURCE_DAYS):
        parts[row["shop_id"]][row["source"]] = row["visitors"] or 0
        paid[row["shop_id"], row["source"]] = row["paid"]
    look.lacks(
        phrase("Sources of visitors: not looked, needs visitor reports by source"),
        [s for s in look.seen if s not in parts],
    )
    scan.looked_at(
        phrase("%(n)s source of visitors", "%(n)s sources of visitors", n=0), {s: len(parts[s]) for s in look.seen}
    )
    for shop in look.seen:
        told = concentrated(parts[shop])
        if told is None:
            continue
        name, share, index = told
        currency, money = look.shops[shop].currency, paid[shop, name]
        yield Found(
            ONE_SOURCE.code,
            Subject("shop", str(shop), look.shops[shop].name),
            phrase(
                "%(share)s of the visitors come from %(source)s",
                share=percent(as_ratio(share)),
                source=term(_NAMES[name]) if name in _NAMES else name,
            ),
            shop_id=shop,
            key=name,
            stake=None
            if money is None
            else Stake(money, currency, phrase("What visitors of this source paid in 14 days.")),
            evidence=(
                Evidence(phrase("Largest share"), str(as_ratio(share)), "percent", metric="M008",
                         period=look.period(shop, t.SOURCE_DAYS), as_of=look.at[shop],
                         rows=address("traffic", shop=str(shop))),
                Evidence(phrase("Concentration"), str(as_ratio(index)), metric="M009",
                         period=look.period(shop, t.SOURCE_DAYS), as_of=look.at[shop]),
            ),
            href=address("traffic", shop=str(shop)),
        )  # fmt: skip
