"""What every promotion states, whatever its kind: who, where, when, how often, paid by whom, beside what."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zhanggui.goods.promotions.domain.values import (
    Currency,
    Moment,
    Pieces,
    Positive,
    Text,
    gettext_noop,
    minor,
    refuse,
)

if TYPE_CHECKING:
    from zhanggui.goods.promotions.domain.rules import Rule

Lane = Literal[
    "item_price",
    "item_offer",
    "add_on",
    "shop_order",
    "shop_coupon",
    "cross_shop",
    "platform_coupon",
    "red_packet",
    "points",
    "freight",
    "gift",
    "rebate",
]
OrderLane = Literal["shop_order", "shop_coupon", "cross_shop", "platform_coupon", "red_packet"]
Base = Literal["list", "item", "current"]
OnReturn = Literal["keep", "clawback", "reprice"]


class Typed(BaseModel):
    """A part of a configuration: unknown fields are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Scope(Typed):
    """Which lines an offer reaches. Of ``skus``, ``products``, ``categories``, ``brands`` one match is enough; with
    none of them every line is reached. ``shops`` must hold besides; what is excluded stays out."""

    skus: tuple[Text, ...] = ()
    products: tuple[Text, ...] = ()
    categories: tuple[Text, ...] = ()
    brands: tuple[Text, ...] = ()
    shops: tuple[Text, ...] = ()
    exclude_skus: tuple[Text, ...] = ()
    exclude_products: tuple[Text, ...] = ()
    exclude_categories: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _some_line_is_left(self) -> Scope:
        for named, out in (("skus", "exclude_skus"), ("products", "exclude_products")):
            both = sorted(set(getattr(self, named)) & set(getattr(self, out)))
            if both:
                refuse(gettext_noop("“{value}” is both included and excluded."), value=both[0])
        return self


class Audience(Typed):
    """Who may use an offer; empty means everybody."""

    tiers: tuple[Text, ...] = ()
    segments: tuple[Text, ...] = ()
    first_order: bool = False


class Promotion(Typed):
    """The base of every kind. ``starts_at`` is included, ``ends_at`` is not; both with their time zone."""

    default_lane: ClassVar[str]
    default_platform: ClassVar[int] = 0

    key: Annotated[str, Field(min_length=1, max_length=100, description="Names the promotion; unique in the set.")]
    name: Annotated[str, Field(max_length=200)] = ""
    currency: Annotated[Currency | None, Field(description="ISO 4217; the basket's when left out.")] = None
    priority: Annotated[int, Field(ge=-1_000_000, le=1_000_000, description="Higher goes first between equals.")] = 0
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    channels: tuple[Text, ...] = ()
    scope: Scope = Scope()
    audience: Audience = Audience()
    platform_percent: Annotated[
        Decimal | None, Field(ge=0, le=100, description="Share of the discount the platform pays.")
    ] = None
    stackable: Annotated[bool, Field(description="May share pieces with other stackable offers of its lane.")] = False
    excludes: Annotated[tuple[Lane, ...], Field(description="Lanes whose offers must not touch the same pieces.")] = ()
    per_person: Annotated[Pieces | None, Field(description="Uses (orders) per buyer.")] = None
    total_uses: Annotated[Pieces | None, Field(description="Uses (orders) of all buyers.")] = None
    budget: Annotated[Positive | None, Field(description="Sum of discounts of all buyers.")] = None
    on_return: OnReturn = "keep"

    @property
    def lane(self) -> str:
        return self.default_lane

    @model_validator(mode="after")
    def _common(self) -> Promotion:
        if self.starts_at and self.ends_at and self.starts_at >= self.ends_at:
            refuse(gettext_noop("It ends before it starts."))
        if self.lane in self.excludes:
            refuse(gettext_noop("An offer cannot exclude its own lane “{lane}”."), lane=self.lane)
        if self.platform_percent is not None and (self.platform_percent * 10_000) % 1:
            refuse(gettext_noop("A percentage has at most four decimals."))
        currency = self.currency
        if currency is not None:
            for path, amount in amounts(self):
                try:
                    minor(amount, currency)
                except ValueError:
                    refuse(
                        gettext_noop("{field}: {amount} has more decimals than {currency} allows."),
                        field=path,
                        amount=str(amount),
                        currency=currency,
                    )
        return self

    def compile(self, currency: str) -> Rule:
        """The rule that prices with this configuration."""
        raise NotImplementedError


class OrderPromotion(Promotion):
    """An offer on the sum of its lines. ``threshold_base``: what counts towards the threshold, ``item`` (after item
    prices, item offers and add-ons, before any order offer), ``current`` (after every earlier lane) or ``list``."""

    lane_: Annotated[OrderLane | None, Field(alias="lane", description="Lane, if not the one of its kind.")] = None
    threshold_base: Base = "item"

    @property
    def lane(self) -> str:
        return self.lane_ or self.default_lane


def amounts(model: BaseModel, path: str = "") -> list[tuple[str, Decimal]]:
    """Every amount of money in a configuration, with its path; percentages are not money.

    >>> from zhanggui.goods.promotions.domain.kinds.order import Tier
    >>> amounts(Tier(at="100", off="20"))
    [('at', Decimal('100')), ('off', Decimal('20'))]
    """
    found: list[tuple[str, Decimal]] = []
    for name in type(model).model_fields:
        found += _amounts(getattr(model, name), f"{path}.{name}" if path else name)
    return found


def _amounts(value: Any, path: str) -> list[tuple[str, Decimal]]:
    if isinstance(value, Decimal):
        return [] if "percent" in path else [(path, value)]
    if isinstance(value, BaseModel):
        return amounts(value, path)
    if isinstance(value, tuple):
        return [found for i, item in enumerate(value) for found in _amounts(item, f"{path}[{i}]")]
    return []
