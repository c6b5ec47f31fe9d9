"""The step between visitor and payer that broke."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
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
from zhanggui.processes.watching import thresholds as t
from zhanggui.processes.watching.judging import wilson
from zhanggui.processes.watching.look import Look, address, as_ratio, offered

BROKEN = Kind(
    "watch.funnel",
    gettext_noop("A step to paying is broken"),
    frozenset({"OWN", "OPS"}),
    "bad",
    "filter-off",
    "traffic.view",
    why=gettext_noop("Each step from visitor to payer: its rate of the last 3 days against the 28 days before."),
)
_DAYS = """
, v AS (
  SELECT v.shop_id, v.day, max(v.visitors) AS visitors, max(v.cart_users) AS cart_users,
    max(v.order_buyers) AS order_buyers, max(v.pay_buyers) AS pay_buyers, max(v.paid_amount) AS paid_amount
  FROM visits v JOIN scope s USING (shop_id)
  WHERE {month} AND v.level = 'shop' AND v.device = 'all' AND v.day <= s.day AND v.day > s.day - {most}
  GROUP BY 1, 2
)
SELECT v.* FROM v
"""
STEPS = {
    "cart_users": gettext_noop("from visiting to the cart"),
    "order_buyers": gettext_noop("from the cart to ordering"),
    "pay_buyers": gettext_noop("from ordering to paying"),
}


@detector(
    "watch.funnel",
    kinds=[BROKEN],
    needs=["lake"],
    every=timedelta(hours=6),
    cost="one row per shop and day over five weeks of visitor reports",
)
def funnel(scan: Scan) -> Iterable[Found]:
    look = Look(scan, "visits", "traffic")
    look.without_files(phrase("Steps to paying: not looked, needs visitor reports"))
    days: dict[int, dict[date, dict[str, Any]]] = defaultdict(dict)
    for row in look.rows(_DAYS.replace("{most}", str(t.FUNNEL_DAYS + t.FUNNEL_BASE_DAYS)), back=40):
        days[row["shop_id"]][row["day"]] = row
    least = t.FUNNEL_DAYS + 7
    look.lacks(
        phrase("Steps to paying: not looked, needs ten days of visitor reports with visitors and payers"),
        [s for s in look.seen if sum(r["visitors"] is not None for r in days[s].values()) < least],
    )
    scan.looked_at(
        phrase("Steps to paying on %(n)s day", "Steps to paying on %(n)s days", n=0),
        {s: len(days[s]) for s in look.seen},
    )
    for shop in look.seen:
        found = _judge(look, shop, days[shop])
        if found is not None:
            yield found


def _judge(look: Look, shop: int, days: dict[date, dict[str, Any]]) -> Found | None:
    last = max(days)
    recent = [row for day, row in days.items() if day > last - timedelta(days=t.FUNNEL_DAYS)]
    before = [row for day, row in days.items() if day <= last - timedelta(days=t.FUNNEL_DAYS)]
    known = [
        name
        for name in ("visitors", *STEPS)
        if all(row[name] is not None for row in recent) and sum(row[name] is not None for row in before) >= 7
    ]
    worst: tuple[float, str, str, int, int, float] | None = None
    for upper, lower in pairwise(known):
        of, n = sum(r[upper] for r in recent), sum(r[lower] for r in recent)
        some = [r for r in before if r[upper] is not None and r[lower] is not None]
        base_of, base_n = sum(r[upper] for r in some), sum(r[lower] for r in some)
        if of < t.FUNNEL_LEAST or not base_of or not base_n:
            continue
        base = base_n / base_of
        if wilson(min(n, of), of, t.FUNNEL_Z)[1] < base * float(t.FUNNEL_RATIO):
            drop = (n / of) / base
            if worst is None or drop < worst[0]:
                worst = (drop, upper, lower, n, of, base)
    if worst is None:
        return None
    _, upper, lower, n, of, base = worst
    currency = look.shops[shop].currency
    later = known[known.index(lower) :]
    some = [r for r in before if r["pay_buyers"] is not None and r[lower] is not None and r["paid_amount"] is not None]
    reached, paid = sum(r[later[0]] for r in some), sum(r["paid_amount"] for r in some)
    lost = max(0, round((base * of - n) * paid / reached)) if reached else None
    step = STEPS[lower] if upper == _before(lower) else gettext_noop("from visiting to paying")
    period = f"{last - timedelta(days=t.FUNNEL_DAYS - 1)}/{last}"
    return Found(
        BROKEN.code,
        Subject("shop", str(shop), look.shops[shop].name),
        phrase(
            "%(rate)s instead of %(base)s get %(step)s",
            rate=percent(as_ratio(Fraction(n, of))),
            base=percent(as_ratio(base)),
            step=term(step),
        ),
        shop_id=shop,
        key=lower,
        stake=None
        if lost is None
        else Stake(
            lost, currency, phrase("People lost at this step in 3 days, times what one who got so far is worth.")
        ),
        due_at=look.at[shop] + timedelta(hours=24),
        due_is_certain=False,
        evidence=(
            Evidence(
                phrase("Rate of the step"),
                str(as_ratio(Fraction(n, of))),
                "percent",
                period=period,
                as_of=look.at[shop],
                before=str(as_ratio(base)),
                rows=address("traffic", shop=str(shop)),
                series=tuple((d.isoformat(), days[d][lower]) for d in sorted(days)),
            ),
        ),
        href=address("traffic", shop=str(shop)),
        act=offered("tasks.create", {"shop_id": shop, "template": "funnel", "subject": ""}),
    )


def _before(step: str) -> str:
    names = ["visitors", *STEPS]
    return names[names.index(step) - 1]
