"""Fees, competitors' prices and rates of exchange: the merchant's own data, dated and append-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from zhanggui.goods.pricing.domain.fees import BadFee, read_lines
from zhanggui.goods.pricing.models import CompetitorPrice, ExchangeRate, FeeTemplate
from zhanggui.goods.pricing.operations.errors import PriceRefused
from zhanggui.kernel.records import CHANNELS


def set_fee_template(
    *,
    name: str,
    channel: str,
    lines: Sequence[Mapping[str, Any]],
    starts_date: date,
    shop_id: int | None = None,
    source: str = "",
    actor_id: int | None,
) -> int:
    """What a channel or a shop takes from a day on. Raises ``PriceRefused`` naming the line that cannot be used."""
    if channel not in CHANNELS:
        raise PriceRefused("channel_unknown", value=channel)
    try:
        read_lines(lines)
    except BadFee as error:
        raise PriceRefused(f"fee_{error.reason}", line=error.line, value=str(error.value)) from error
    if not name.strip():
        raise PriceRefused("name_empty")
    row = FeeTemplate.objects.create(
        name=name.strip()[:120],
        channel=channel,
        shop_id=shop_id,
        starts_date=starts_date,
        lines=[dict(line) for line in lines],
        source=source[:500],
        recorded_by_id=actor_id,
    )
    return row.pk


def record_competitor(
    *, sku_id: int, seller: str, amount: int, currency: str, seen_date: date, source: str = ""
) -> None:
    """What somebody else asks, as seen on a day."""
    if amount <= 0 or not seller.strip():
        raise PriceRefused("amount_range", value=amount)
    CompetitorPrice.objects.create(
        sku_id=sku_id,
        seller=seller.strip()[:120],
        amount=amount,
        currency=currency,
        seen_date=seen_date,
        source=source[:500],
    )


def set_exchange_rate(*, currency: str, base: str, rate: Decimal, seen_date: date) -> None:
    """Units of ``base`` for one unit of ``currency``, to recognise a price typed in the wrong one."""
    if rate <= 0 or currency == base:
        raise PriceRefused("rate_range", value=str(rate))
    ExchangeRate.objects.update_or_create(currency=currency, base=base, seen_date=seen_date, defaults={"rate": rate})
