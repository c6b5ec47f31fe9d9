"""From counts to what a shopkeeper decides by: cost by funder, margin, break-even, ranges under assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any

from zhanggui.kernel.money import Money, exponent
from zhanggui.processes.simulating.tally import SHOWN, Tally


def money(amount: int, currency: str) -> str:
    """Minor units as text in major units."""
    return f"{Money(amount, currency).amount:.{exponent(currency)}f}"


def scaled(amount: int, rate: Decimal) -> int:
    """``amount`` × ``rate``, to the nearest whole unit, halves up (away from zero).

    >>> scaled(5, Decimal("1.1")), scaled(-5, Decimal("1.1")), scaled(10, Decimal("1.25"))
    (6, -6, 13)
    """
    exact = abs(amount) * rate
    whole = int(exact + Decimal("0.5"))
    return whole if amount >= 0 else -whole


def share(part: int, whole: int) -> str | None:
    """A share with four decimals, halves up; None of nothing."""
    return f"{Decimal((20_000 * part + whole) // (2 * whole)) / 10_000:.4f}" if whole else None


def break_even(before: int, after: int) -> str | None:
    """How much more volume makes the margin equal, rounded up to four decimals; negative: less is enough. None: no
    volume does (nothing is earned on a piece any more), or nothing was earned before.

    >>> break_even(1000, 800), break_even(1000, 0), break_even(1000, 1000)
    ('0.2500', None, '0.0000')
    """
    if before <= 0 or after <= 0:
        return None
    exact = Decimal(before - after) / Decimal(after)
    return f"{exact.quantize(Decimal('0.0001'), rounding=ROUND_CEILING):.4f}"


def described(
    tally: Tally, costs: Mapping[str, int], uplifts: Sequence[Decimal], currency: str, *, skus_shown: int | None = None
) -> dict[str, Any]:
    """One draft as JSON: amounts as text in major units, shares of one as text, None where something is not known.

    ``costs``: SKU → minor units a piece. Margin = what buyers pay + what the platform adds − cost, of the pieces whose
    cost is known, less freight and gifts the merchant gives and rebates.
    """

    def cash(amount: int | None) -> str | None:
        return None if amount is None else money(amount, currency)

    rows, before, goods, known, unknown = [], 0, 0, 0, 0
    for code, sku in sorted(tally.skus.items()):
        cost = costs.get(code)
        was = now = None
        if cost is None:
            unknown += sku.units
        else:
            known += sku.units
            was, now = sku.listed - cost * sku.units, sku.paid + sku.platform - cost * sku.units
            before, goods = before + was, goods + now
        rows.append((code, sku, cost, was, now))
    gift_cost = sum(costs[code] * n for code, n in tally.gifts.items() if code in costs)
    gifts_unknown = sum(n for code, n in tally.gifts.items() if code not in costs)
    after = goods - tally.freight_merchant - gift_cost - tally.rebates
    rows.sort(key=lambda row: (row[1].paid + row[1].platform - row[1].listed, row[0]))
    has_margin = known > 0
    return {
        "orders": tally.orders,
        "orders_changed": tally.changed,
        "share_changed": share(tally.changed, tally.orders),
        "orders_not_proven_best": tally.inexact,
        "before_offers": cash(tally.listed + tally.freight),
        "paid_by_buyers": cash(tally.payable),
        "cost": {
            "merchant": cash(tally.merchant),
            "platform": cash(tally.platform),
            "freight_in_merchant": cash(tally.freight_merchant),
            "gifts_at_cost": cash(gift_cost) if tally.gifts and not gifts_unknown else None,
            "gifts_without_cost": gifts_unknown,
            "rebates": cash(tally.rebates),
        },
        "points_used": tally.points,
        "margin": {
            "units_with_cost": known,
            "units_without_cost": unknown,
            "before": cash(before) if has_margin else None,
            "after": cash(after) if has_margin else None,
            "change": cash(after - before) if has_margin else None,
            "break_even_uplift": break_even(before, after) if has_margin else None,
        },
        "outcomes": [
            {
                "uplift": f"{uplift}",
                "basis": "assumed",
                "merchant_cost": cash(scaled(tally.merchant, 1 + uplift)),
                "platform_cost": cash(scaled(tally.platform, 1 + uplift)),
                "paid_by_buyers": cash(scaled(tally.payable, 1 + uplift)),
                "margin": cash(scaled(after, 1 + uplift)) if has_margin else None,
                "margin_against_no_offers": cash(scaled(after, 1 + uplift) - before) if has_margin else None,
                "pieces": scaled(sum(s.units for s in tally.skus.values()), 1 + uplift),
            }
            for uplift in uplifts
        ],
        "skus_in_all": len(rows),
        "skus": [
            {
                "sku": code,
                "units": sku.units,
                "stock_needed": {f"{u}": _up(sku.units, u) for u in uplifts},
                "before_offers": cash(sku.listed),
                "paid_by_buyers": cash(sku.paid),
                "platform": cash(sku.platform),
                "unit_cost": cash(cost),
                "margin_before": cash(was),
                "margin_after": cash(now),
            }
            for code, sku, cost, was, now in rows[:skus_shown]
        ],
        "gifts": [
            {"sku": code, "units": n, "stock_needed": {f"{u}": _up(n, u) for u in uplifts}}
            for code, n in sorted(tally.gifts.items())
        ],
        "promotions": [
            {
                "promotion": key,
                "orders": offer.orders,
                "discount": cash(offer.amount),
                "platform": cash(offer.platform),
                "refused": dict(sorted(offer.refused.items(), key=lambda item: (-item[1], item[0]))),
            }
            for key, offer in sorted(tally.offers.items())
        ],
        "floor_breaches": [
            {
                "sku": code,
                "floor": cash(b.floor),
                "lowest": cash(b.lowest),
                "units": b.units,
                "orders": b.orders,
                "below_floor": cash(b.below),
                "order_no": b.order_no,
            }
            for code, b in sorted(tally.breaches.items(), key=lambda item: (-item[1].below, item[0]))
        ],
        "surprising_stacks": {
            "orders": tally.stacked,
            "combinations": len(tally.stacks),
            "shown": [
                {
                    "promotions": list(met),
                    "orders": s.orders,
                    "discount": cash(s.discount),
                    "largest_share": share(s.worst_discount, s.worst_listed),
                    "order_no": s.order_no,
                }
                for met, s in sorted(tally.stacks.items(), key=lambda item: (-item[1].discount, item[0]))[:SHOWN]
            ],
        },
    }


def _up(units: int, uplift: Decimal) -> int:
    """Pieces needed: rounded up, for a part of a piece cannot be sent."""
    return int((units * (1 + uplift)).to_integral_value(rounding=ROUND_CEILING))
