"""Kinds beside the goods: freight, gifts, rebate."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from zhanggui.goods.promotions.domain.common import Base, Promotion, Typed
from zhanggui.goods.promotions.domain.rules import FreightRule, GiftRule, RebateRule
from zhanggui.goods.promotions.domain.values import (
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


class FreeFreight(Promotion):
    """包邮: freight is free (up to ``cap``) from ``at`` or ``pieces`` on."""

    default_lane: ClassVar[str] = "freight"
    kind: Literal["free_freight"]
    at: NotNegative | None = None
    pieces: Pieces | None = None
    cap: Positive | None = None
    threshold_base: Base = "item"

    @model_validator(mode="after")
    def _one_measure(self) -> FreeFreight:
        if self.at is not None and self.pieces is not None:
            refuse(gettext_noop("Give exactly one of {fields}."), fields="at, pieces")
        return self

    def compile(self, currency: str) -> FreightRule:
        at = self.pieces if self.pieces is not None else minor(self.at, currency) if self.at is not None else 0
        return FreightRule(
            self,
            currency,
            at=at,
            pieces=self.pieces is not None,
            cap=minor(self.cap, currency) if self.cap is not None else None,
        )


class GiftItem(Typed):
    """What is given: name it and say how many (order 56 art. 18). ``value``: its current selling price."""

    sku: Text
    qty: Pieces = 1
    value: Positive | None = None


class GiftTier(Typed):
    at: Positive | None = None
    pieces: Pieces | None = None
    gifts: Annotated[tuple[GiftItem, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _threshold(self) -> GiftTier:
        if (self.at is None) == (self.pieces is None):
            refuse(gettext_noop("Give exactly one of {fields}."), fields="at, pieces")
        skus = [gift.sku for gift in self.gifts]
        if len(set(skus)) < len(skus):
            refuse(gettext_noop("A gift stands twice; give its quantity."))
        return self


class FullGift(Promotion):
    """满赠 (and 买A送B): gifts from a threshold on; the highest tier reached gives, or ``every`` repeats one."""

    default_lane: ClassVar[str] = "gift"
    kind: Literal["full_gift"]
    tiers: tuple[GiftTier, ...] = ()
    every: GiftTier | None = None
    max_times: Pieces | None = None
    threshold_base: Base = "item"

    @model_validator(mode="after")
    def _tiers(self) -> FullGift:
        if bool(self.tiers) == (self.every is not None):
            refuse(gettext_noop("Give exactly one of {fields}."), fields="tiers, every")
        if len({tier.at is None for tier in self.tiers}) > 1:
            refuse(gettext_noop("All tiers count money, or all count pieces."))
        starts = [tier.at if tier.at is not None else tier.pieces for tier in self.tiers]
        if len(set(starts)) < len(starts):
            refuse(gettext_noop("Two tiers start at {at}."), at=str(starts[0]))
        if self.max_times is not None and self.every is None:
            refuse(gettext_noop("max_times belongs to every."))
        return self

    def compile(self, currency: str) -> GiftRule:
        tiers = self.tiers or ((self.every,) if self.every is not None else ())
        rows = [
            (
                tier.pieces if tier.pieces is not None else minor(tier.at, currency) if tier.at is not None else 0,
                tuple(
                    (gift.sku, gift.qty, minor(gift.value, currency) if gift.value is not None else None)
                    for gift in tier.gifts
                ),
            )
            for tier in tiers
        ]
        return GiftRule(
            self,
            currency,
            tiers=rows,
            every=self.every is not None,
            pieces=tiers[0].pieces is not None,
            max_times=self.max_times,
        )


class ShareRebate(Promotion):
    """分享返利: ``percent`` of what is paid for the lines of the scope goes to the person who shared."""

    default_lane: ClassVar[str] = "rebate"
    kind: Literal["share_rebate"]
    percent: Percent
    cap: Positive | None = None

    def compile(self, currency: str) -> RebateRule:
        return RebateRule(
            self, currency, rate(self.percent), minor(self.cap, currency) if self.cap is not None else None
        )
