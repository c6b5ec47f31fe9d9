"""Kinds over groups of pieces: a piece pays for one of them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from zhanggui.goods.promotions.domain.common import Promotion, Typed
from zhanggui.goods.promotions.domain.rules import AddOnRule, BundleRule, GroupRule
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

Group = Annotated[int, Field(strict=True, ge=2, le=1000)]


class NthItem(Promotion):
    """第N件: of every ``n`` pieces, dearest first, the last one is cheaper by ``percent_off`` or costs ``price``."""

    default_lane: ClassVar[str] = "item_offer"
    kind: Literal["nth_item"]
    n: Group
    percent_off: Percent | None = None
    price: NotNegative | None = None
    same_sku: Annotated[bool, Field(description="Count the pieces of each SKU apart.")] = False
    max_times: Pieces | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> NthItem:
        if (self.percent_off is None) == (self.price is None):
            refuse(gettext_noop("Give exactly one of {fields}."), fields="percent_off, price")
        return self

    def compile(self, currency: str) -> GroupRule:
        return GroupRule(
            self,
            currency,
            size=self.n,
            tail=1,
            rate=rate(self.percent_off) if self.percent_off is not None else 0,
            price=minor(self.price, currency) if self.price is not None else None,
            per_sku=self.same_sku,
            max_times=self.max_times,
        )


class BuyMGetN(Promotion):
    """买M送N: of every M + N pieces, dearest first, the last N are free."""

    default_lane: ClassVar[str] = "item_offer"
    kind: Literal["buy_m_get_n"]
    m: Annotated[int, Field(strict=True, ge=1, le=1000)]
    n: Annotated[int, Field(strict=True, ge=1, le=1000)]
    same_sku: bool = False
    max_times: Pieces | None = None

    def compile(self, currency: str) -> GroupRule:
        return GroupRule(
            self,
            currency,
            size=self.m + self.n,
            tail=self.n,
            rate=1_000_000,
            per_sku=self.same_sku,
            max_times=self.max_times,
        )


class BundleItem(Typed):
    sku: Text
    qty: Pieces = 1


class Bundle(Promotion):
    """组合/套餐: ``items`` together, or ``any`` pieces of the scope, for ``price``."""

    default_lane: ClassVar[str] = "item_offer"
    kind: Literal["bundle"]
    items: tuple[BundleItem, ...] = ()
    any: Group | None = None
    price: Positive
    max_times: Pieces | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Bundle:
        if bool(self.items) == (self.any is not None):
            refuse(gettext_noop("Give exactly one of {fields}."), fields="items, any")
        skus = [item.sku for item in self.items]
        if len(set(skus)) < len(skus):
            refuse(gettext_noop("A SKU stands twice in the bundle; give its quantity."))
        if self.items and sum(item.qty for item in self.items) < 2:
            refuse(gettext_noop("A bundle holds at least two pieces."))
        return self

    def compile(self, currency: str) -> GroupRule | BundleRule:
        price = minor(self.price, currency)
        if self.any is not None:
            return GroupRule(
                self, currency, size=self.any, tail=0, price=price, together=True, max_times=self.max_times
            )
        return BundleRule(self, currency, {item.sku: item.qty for item in self.items}, price, self.max_times)


class AddOnPrice(Typed):
    sku: Text
    price: Positive


class AddOn(Promotion):
    """加价购: with ``at`` worth of other goods (of the scope), up to ``most`` pieces of ``items`` at their prices."""

    default_lane: ClassVar[str] = "add_on"
    kind: Literal["add_on"]
    at: NotNegative
    items: Annotated[tuple[AddOnPrice, ...], Field(min_length=1)]
    most: Pieces | None = 1

    @model_validator(mode="after")
    def _each_once(self) -> AddOn:
        skus = [item.sku for item in self.items]
        twice = sorted({sku for sku in skus if skus.count(sku) > 1})
        if twice:
            refuse(gettext_noop("“{sku}” has two prices."), sku=twice[0])
        return self

    def compile(self, currency: str) -> AddOnRule:
        prices = {item.sku: minor(item.price, currency) for item in self.items}
        return AddOnRule(self, currency, prices, minor(self.at, currency), self.most)
