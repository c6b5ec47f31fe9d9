"""Kinds over the sum of their lines."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from zhanggui.goods.promotions.domain.common import OrderPromotion, Typed
from zhanggui.goods.promotions.domain.rules import OrderRule, PointsRule, TierRow, claim_gate
from zhanggui.goods.promotions.domain.values import (
    ONE,
    Moment,
    NotNegative,
    Percent,
    Pieces,
    Positive,
    gettext_noop,
    minor,
    rate,
    refuse,
)


class Tier(Typed):
    """From ``at`` (money) or ``pieces`` on, ``off`` less."""

    at: Positive | None = None
    pieces: Pieces | None = None
    off: Positive

    @model_validator(mode="after")
    def _threshold(self) -> Tier:
        if (self.at is None) == (self.pieces is None):
            refuse(gettext_noop("Give exactly one of {fields}."), fields="at, pieces")
        if self.at is not None and self.off > self.at:
            refuse(
                gettext_noop("{off} off from {at} on gives more than the goods cost."),
                off=str(self.off),
                at=str(self.at),
            )
        return self


class PercentTier(Typed):
    """From ``at`` (money) or ``pieces`` on, ``percent_off`` less."""

    at: Positive | None = None
    pieces: Pieces | None = None
    percent_off: Percent

    @model_validator(mode="after")
    def _threshold(self) -> PercentTier:
        if (self.at is None) == (self.pieces is None):
            refuse(gettext_noop("Give exactly one of {fields}."), fields="at, pieces")
        return self


def rising(tiers: Sequence[Tier | PercentTier], gift: str) -> None:
    """Refuse tiers that contradict each other: mixed measures, the same threshold twice, more for less."""
    if len({tier.at is None for tier in tiers}) > 1:
        refuse(gettext_noop("All tiers count money, or all count pieces."))
    ordered = sorted(tiers, key=lambda tier: tier.at if tier.at is not None else tier.pieces or 0)
    for low, high in pairwise(ordered):
        if (low.at, low.pieces) == (high.at, high.pieces):
            refuse(gettext_noop("Two tiers start at {at}."), at=str(low.at if low.at is not None else low.pieces))
        if getattr(low, gift) >= getattr(high, gift):
            refuse(
                gettext_noop("The tier from {high} gives no more than the tier from {low}."),
                high=str(high.at if high.at is not None else high.pieces),
                low=str(low.at if low.at is not None else low.pieces),
            )


class _Reduction(OrderPromotion):
    tiers: tuple[Tier, ...] = ()
    every: Annotated[Tier | None, Field(description="Repeats: every ``at`` gives ``off``.")] = None
    cap: Annotated[Positive | None, Field(description="No more than this.")] = None

    @model_validator(mode="after")
    def _tiers(self) -> _Reduction:
        if bool(self.tiers) == (self.every is not None):
            refuse(gettext_noop("Give exactly one of {fields}."), fields="tiers, every")
        rising(self.tiers, "off")
        least = self.every.off if self.every is not None else min(tier.off for tier in self.tiers)
        if self.cap is not None and self.cap < least:
            refuse(gettext_noop("The cap {cap} is below the first reduction {off}."), cap=str(self.cap), off=str(least))
        return self

    def compile(self, currency: str) -> OrderRule:
        tiers = self.tiers or (self.every,)
        rows: list[TierRow] = [
            (minor(t.at, currency) if t.at is not None else t.pieces or 0, minor(t.off, currency), 0)
            for t in tiers
            if t is not None
        ]
        first = tiers[0]
        return OrderRule(
            self,
            currency,
            tiers=rows,
            every=self.every is not None,
            pieces=first is not None and first.pieces is not None,
            cap=minor(self.cap, currency) if self.cap is not None else None,
        )


class FullReduction(_Reduction):
    """满减: tiers, or every ``at`` again, with a cap."""

    default_lane: ClassVar[str] = "shop_order"
    kind: Literal["full_reduction"]


class CrossShopReduction(_Reduction):
    """跨店满减: a reduction over the lines of all shops; the platform pays ``platform_percent`` (all, if not said)."""

    default_lane: ClassVar[str] = "cross_shop"
    default_platform: ClassVar[int] = ONE
    kind: Literal["cross_shop_reduction"]


class FullDiscount(OrderPromotion):
    """满折: a percentage from a threshold on, with a cap."""

    default_lane: ClassVar[str] = "shop_order"
    kind: Literal["full_discount"]
    tiers: Annotated[tuple[PercentTier, ...], Field(min_length=1)]
    cap: Positive | None = None

    @model_validator(mode="after")
    def _tiers(self) -> FullDiscount:
        rising(self.tiers, "percent_off")
        return self

    def compile(self, currency: str) -> OrderRule:
        rows: list[TierRow] = [
            (minor(t.at, currency) if t.at is not None else t.pieces or 0, 0, rate(t.percent_off)) for t in self.tiers
        ]
        return OrderRule(
            self,
            currency,
            tiers=rows,
            pieces=self.tiers[0].pieces is not None,
            cap=minor(self.cap, currency) if self.cap is not None else None,
        )


class Coupon(OrderPromotion):
    """A coupon of the shop or (``issuer``) the platform: ``off``, or ``percent_off`` with a ``cap``, from ``at`` on.

    ``starts_at``/``ends_at`` is the time of use. With ``code`` the code must be given; with ``must_hold``, a claim
    window or ``valid_days`` the buyer must hold it (facts: ``coupons``).
    """

    default_lane: ClassVar[str] = "shop_coupon"
    kind: Literal["coupon"]
    issuer: Literal["shop", "platform"] = "shop"
    at: NotNegative | None = None
    off: Positive | None = None
    percent_off: Percent | None = None
    cap: Positive | None = None
    code: Annotated[str, Field(max_length=100)] = ""
    must_hold: bool = False
    claim_from: Moment | None = None
    claim_until: Moment | None = None
    valid_days: Annotated[int | None, Field(strict=True, ge=1, le=3650)] = None

    @property
    def lane(self) -> str:
        return self.lane_ or ("platform_coupon" if self.issuer == "platform" else "shop_coupon")

    @model_validator(mode="after")
    def _terms(self) -> Coupon:
        if (self.off is None) == (self.percent_off is None):
            refuse(gettext_noop("Give exactly one of {fields}."), fields="off, percent_off")
        if self.off is not None and self.cap is not None:
            refuse(gettext_noop("A cap belongs to a percentage; this coupon takes off a fixed amount."))
        if self.off is not None and self.at and self.off > self.at:
            refuse(
                gettext_noop("{off} off from {at} on gives more than the goods cost."),
                off=str(self.off),
                at=str(self.at),
            )
        if self.claim_from and self.claim_until and self.claim_from >= self.claim_until:
            refuse(gettext_noop("The time for claiming ends before it starts."))
        if self.claim_from and self.ends_at and self.claim_from >= self.ends_at:
            refuse(gettext_noop("The coupon can be claimed only after it has ended."))
        return self

    def compile(self, currency: str) -> OrderRule:
        at = minor(self.at, currency) if self.at is not None else 0
        off = minor(self.off, currency) if self.off is not None else 0
        rule = OrderRule(
            self,
            currency,
            tiers=[(at, off, rate(self.percent_off) if self.percent_off is not None else 0)],
            cap=minor(self.cap, currency) if self.cap is not None else None,
            claim=claim_gate(
                self.key,
                code=self.code,
                must_hold=self.must_hold,
                claim_from=self.claim_from,
                claim_until=self.claim_until,
                valid_days=self.valid_days,
            ),
        )
        if self.platform_percent is None and self.issuer == "platform":
            rule.platform_rate = ONE
        return rule


class RedPacket(OrderPromotion):
    """红包: an amount off, from ``at`` on; paid by the platform unless ``platform_percent`` says otherwise."""

    default_lane: ClassVar[str] = "red_packet"
    default_platform: ClassVar[int] = ONE
    kind: Literal["red_packet"]
    off: Positive
    at: NotNegative | None = None
    must_hold: bool = False

    def compile(self, currency: str) -> OrderRule:
        at = minor(self.at, currency) if self.at is not None else 0
        claim = claim_gate(
            self.key, code="", must_hold=self.must_hold, claim_from=None, claim_until=None, valid_days=None
        )
        return OrderRule(self, currency, tiers=[(at, minor(self.off, currency), 0)], claim=claim)


class Points(OrderPromotion):
    """积分: every ``points`` are worth ``worth``, up to ``max_percent`` of what is to be paid, as many as help."""

    default_lane: ClassVar[str] = "points"
    kind: Literal["points"]
    points: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    worth: Positive
    max_percent: Percent = Decimal(100)
    at: NotNegative | None = None
    cap: Positive | None = None

    @model_validator(mode="after")
    def _cap(self) -> Points:
        if self.cap is not None and self.cap < self.worth:
            refuse(
                gettext_noop("The cap {cap} is below the first reduction {off}."),
                cap=str(self.cap),
                off=str(self.worth),
            )
        return self

    def compile(self, currency: str) -> PointsRule:
        return PointsRule(
            self,
            currency,
            step=self.points,
            worth=minor(self.worth, currency),
            share=rate(self.max_percent),
            at=minor(self.at, currency) if self.at is not None else 0,
            cap=minor(self.cap, currency) if self.cap is not None else None,
        )
