"""Kinds that set the price of a piece: the lowest one holds."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from zhanggui.goods.promotions.contracts import Basket, Facts
from zhanggui.goods.promotions.domain.common import Promotion, Typed
from zhanggui.goods.promotions.domain.rules import BargainRule, Entry, PriceRule, Refusal, TierRule
from zhanggui.goods.promotions.domain.values import (
    Moment,
    NotNegative,
    Percent,
    Pieces,
    Positive,
    Text,
    gettext_noop,
    minor,
    rate,
    refuse,
)


class SkuPrice(Typed):
    """The price of one SKU, with the pieces it holds for: of all buyers (``quota``) and of one (``per_buyer``)."""

    sku: Text
    price: Positive
    quota: Pieces | None = None
    per_buyer: Pieces | None = None

    @model_validator(mode="after")
    def _limits(self) -> SkuPrice:
        if self.quota is not None and self.per_buyer is not None and self.per_buyer > self.quota:
            refuse(
                gettext_noop("One buyer may take {per_buyer} pieces of {sku}, more than all buyers: {quota}."),
                per_buyer=self.per_buyer,
                sku=self.sku,
                quota=self.quota,
            )
        return self


Prices = Annotated[tuple[SkuPrice, ...], Field(min_length=1)]


class _Priced(Promotion):
    default_lane: ClassVar[str] = "item_price"

    @model_validator(mode="after")
    def _each_sku_once(self) -> _Priced:
        skus = [entry.sku for entry in getattr(self, "prices", ())]
        twice = sorted({sku for sku in skus if skus.count(sku) > 1})
        if twice:
            refuse(gettext_noop("“{sku}” has two prices."), sku=twice[0])
        return self

    def _entries(self, currency: str) -> dict[str, Entry]:
        return {
            entry.sku: Entry(fixed=minor(entry.price, currency), quota=entry.quota, per_buyer=entry.per_buyer)
            for entry in getattr(self, "prices", ())
        }


class TimedDiscount(_Priced):
    """限时折扣: prices by SKU, or a percentage or an amount off every piece of the scope."""

    kind: Literal["timed_discount"]
    prices: tuple[SkuPrice, ...] = ()
    percent_off: Percent | None = None
    amount_off: Positive | None = None
    per_buyer: Annotated[Pieces | None, Field(description="Pieces of a SKU one buyer gets at this price.")] = None

    @model_validator(mode="after")
    def _one_of_three(self) -> TimedDiscount:
        if sum((bool(self.prices), self.percent_off is not None, self.amount_off is not None)) != 1:
            refuse(gettext_noop("Give exactly one of {fields}."), fields="prices, percent_off, amount_off")
        return self

    def compile(self, currency: str) -> PriceRule:
        if self.prices:
            return PriceRule(self, currency, entries=self._entries(currency))
        off = minor(self.amount_off, currency) if self.amount_off is not None else 0
        share = rate(self.percent_off) if self.percent_off is not None else 0
        return PriceRule(self, currency, default=Entry(rate=share, off=off, per_buyer=self.per_buyer))


class FlashSale(_Priced):
    """秒杀: prices by SKU for a short time, with quotas. What is beyond the quota costs its next best price."""

    kind: Literal["flash_sale"]
    prices: Prices

    @model_validator(mode="after")
    def _has_a_time(self) -> FlashSale:
        if self.starts_at is None or self.ends_at is None:
            refuse(gettext_noop("A flash sale needs a start and an end."))
        return self

    def compile(self, currency: str) -> PriceRule:
        return PriceRule(self, currency, entries=self._entries(currency))


class GroupBuy(_Priced):
    """拼团: prices for buyers who joined a group of ``size``. They pay the group price at once; a group that is not
    full in time is refunded."""

    kind: Literal["group_buy"]
    prices: Prices
    size: Annotated[int, Field(strict=True, ge=2, le=1000)]

    def compile(self, currency: str) -> PriceRule:
        key = self.key

        def own(facts: Facts) -> Refusal | None:
            return None if facts.groups.get(key, 0) >= 1 else ("no_group", {"size": self.size})

        return PriceRule(self, currency, entries=self._entries(currency), own=own)


class Bargain(_Priced):
    """砍价 and 助力: friends cut the price of a piece down, not below ``prices``."""

    kind: Literal["bargain"]
    prices: Prices

    def compile(self, currency: str) -> BargainRule:
        return BargainRule(self, currency, entries=self._entries(currency))


class MemberPrice(_Priced):
    """会员价: prices by SKU for members (of the tiers in ``audience``, or of any)."""

    kind: Literal["member_price"]
    prices: Prices

    def compile(self, currency: str) -> PriceRule:
        def own(facts: Facts) -> Refusal | None:
            return None if facts.tier else ("not_a_member", {})

        return PriceRule(self, currency, entries=self._entries(currency), own=own)


class TierPercent(Typed):
    tier: Text
    percent_off: Percent


class TierDiscount(_Priced):
    """会员折扣: a percentage off every piece of the scope, by member tier."""

    kind: Literal["tier_discount"]
    tiers: Annotated[tuple[TierPercent, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_tier_once(self) -> TierDiscount:
        names = [tier.tier for tier in self.tiers]
        if len(set(names)) < len(names):
            refuse(gettext_noop("A member tier stands twice."))
        return self

    def compile(self, currency: str) -> TierRule:
        return TierRule(self, currency, {tier.tier: rate(tier.percent_off) for tier in self.tiers})


class Presale(_Priced):
    """预售: ``price`` of one SKU, paid as a deposit now (``starts_at`` to ``ends_at``) and a balance later. The
    deposit counts as ``inflates_to``. The deposit is at most 20 % of the price (Civil Code art. 586)."""

    kind: Literal["presale"]
    sku: Text
    price: Positive
    deposit: Positive
    inflates_to: NotNegative | None = None
    balance_from: Moment
    balance_until: Moment
    per_buyer: Pieces | None = None
    quota: Pieces | None = None

    @model_validator(mode="after")
    def _deposit(self) -> Presale:
        if self.deposit * 5 > self.price:
            refuse(
                gettext_noop("A deposit of {deposit} is more than 20 % of {price} (Civil Code art. 586)."),
                deposit=str(self.deposit),
                price=str(self.price),
            )
        credited = self.inflates_to if self.inflates_to is not None else self.deposit
        if credited < self.deposit:
            refuse(gettext_noop("A deposit cannot count for less than it is."))
        if credited >= self.price:
            refuse(gettext_noop("The deposit counts for the whole price: nothing is left to pay."))
        if self.balance_from >= self.balance_until:
            refuse(gettext_noop("The time for the balance ends before it starts."))
        if self.starts_at is None or self.ends_at is None:
            refuse(gettext_noop("A presale needs a start and an end of the deposit time."))
        if self.balance_from < self.starts_at:
            refuse(gettext_noop("The balance cannot be due before deposits are taken."))
        return self

    def compile(self, currency: str) -> PriceRule:
        return PresaleRule.of(self, currency)


class PresaleRule(PriceRule):
    """The presale price less what the deposit counts for beyond itself; open to deposits, then to their balance."""

    __slots__ = ()

    @classmethod
    def of(cls, p: Presale, currency: str) -> PresaleRule:
        deposit = minor(p.deposit, currency)
        credited = minor(p.inflates_to, currency) if p.inflates_to is not None else deposit
        price = minor(p.price, currency) - (credited - deposit)
        entry = Entry(fixed=price, quota=p.quota, per_buyer=p.per_buyer)
        return cls(p, currency, entries={p.sku: entry}, presale=(deposit, credited))

    def gate(self, basket: Basket, facts: Facts) -> Refusal | None:
        p = self.promotion
        assert isinstance(p, Presale)
        found = super().gate(basket, facts)
        if self.key not in facts.deposits or found is None or found[0] != "ended":
            return found
        if facts.now < p.balance_from:
            return "balance_not_open", {"balance_from": p.balance_from, "now": facts.now}
        if facts.now >= p.balance_until:
            return "balance_over", {"balance_until": p.balance_until, "now": facts.now}
        return None
