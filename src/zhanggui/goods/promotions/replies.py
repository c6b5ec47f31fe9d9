"""Evaluations and refunds as the JSON of docs/reference/promotion-json.md: amounts as text in major units."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhanggui.goods.promotions.contracts import Evaluation, Gift, Numbers, RefundResult, Share
from zhanggui.kernel.money import Money, exponent

#: Numbers of verdicts that are amounts of money (unless the verdict counts pieces).
_MONEY = {"have", "need", "spent", "budget", "left", "amount", "floor_cut", "paid"}


def money(amount: int, currency: str) -> str:
    """Minor units as text in major units.

    >>> money(1990, "CNY"), money(300, "JPY")
    ('19.90', '300')
    """
    return f"{Money(amount, currency).amount:.{exponent(currency)}f}"


def numbers(given: Numbers, currency: str) -> dict[str, Any]:
    """The numbers of a verdict as they are written."""
    in_pieces = given.get("pieces", False) is not False or given.get("unit") == "pieces"
    found: dict[str, Any] = {}
    for key, value in given.items():
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, bool):
            if key == "pieces":
                key, value = "unit", "pieces" if value else "money"
        elif isinstance(value, int) and key in _MONEY and (key == "floor_cut" or not in_pieces):
            value = money(value, currency)
        found[key] = value
    return found


def written(e: Evaluation) -> dict[str, Any]:
    """An evaluation as JSON."""
    c = e.currency

    def shares(given: tuple[Share, ...]) -> list[dict[str, Any]]:
        return [
            {
                "promotion": s.promotion,
                "amount": money(s.amount, c),
                "platform": money(s.platform, c),
                "merchant": money(s.amount - s.platform, c),
            }
            for s in given
        ]

    return {
        "currency": c,
        "list_amount": money(e.list_amount, c),
        "discount": money(e.discount, c),
        "merchant_discount": money(e.merchant, c),
        "platform_discount": money(e.platform, c),
        "freight": money(e.freight, c),
        "freight_discounts": shares(e.freight_shares),
        "tax_added": money(e.tax_added, c),
        "payable": money(e.payable, c),
        "pay_now": money(e.pay_now, c),
        "pay_later": money(e.pay_later, c),
        "points_used": e.points_used,
        "exact": e.exact,
        "lines": [
            {
                "id": line.id,
                "sku": line.sku,
                "qty": line.qty,
                "list_amount": money(line.list_amount, c),
                "discounts": shares(line.shares),
                "paid": money(line.paid, c),
                "tax": money(line.tax, c),
                "tax_included": line.tax_included,
                "units": [{"qty": qty, "price": money(price, c)} for qty, price in line.units],
            }
            for line in e.lines
        ],
        "promotions": [
            {
                "promotion": v.promotion,
                "kind": v.kind,
                "lane": v.lane,
                "applied": v.applied,
                "reason": v.reason,
                "amount": money(v.amount, c),
                "platform": money(v.platform, c),
                "numbers": numbers(v.numbers, c),
            }
            for v in e.verdicts
        ],
        "hints": [
            {
                "promotion": h.promotion,
                "unit": h.unit,
                "add": h.need if h.unit == "pieces" else money(h.need, c),
                "save": money(h.gain, c),
                **({"gift": h.gift} if h.gift else {}),
            }
            for h in e.hints
        ],
        "gifts": [_gift(gift, c) for gift in e.gifts],
        "presales": [
            {
                "promotion": p.promotion,
                "deposit": money(p.deposit, c),
                "credited": money(p.credited, c),
                "deposit_paid": p.deposit_paid,
                "balance_from": p.balance_from.isoformat() if p.balance_from else None,
                "balance_until": p.balance_until.isoformat() if p.balance_until else None,
            }
            for p in e.presales
        ],
        "rebates": [{"promotion": key, "amount": money(amount, c)} for key, amount in e.rebates],
    }


def _gift(gift: Gift, currency: str) -> dict[str, Any]:
    value = money(gift.value, currency) if gift.value is not None else None
    return {"promotion": gift.promotion, "sku": gift.sku, "qty": gift.qty, "value": value}


def written_refund(r: RefundResult, currency: str) -> dict[str, Any]:
    """One step of a return as JSON."""
    return {
        "amount": money(r.amount, currency),
        "due_total": money(r.due_total, currency),
        "goods": money(r.goods, currency),
        "tax": money(r.tax, currency),
        "freight": money(r.freight, currency),
        "clawbacks": [
            {"promotion": c.promotion, "amount": money(c.amount, currency), "policy": c.policy} for c in r.clawbacks
        ],
        "gifts_missing": [_gift(gift, currency) for gift in r.gifts_missing],
        "points_returned": r.points_returned,
        "limited": r.limited,
    }
