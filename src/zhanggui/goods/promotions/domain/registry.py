"""Every kind of promotion, in the order in which its lane takes effect."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, TypeAdapter

from zhanggui.goods.promotions.domain.common import Promotion
from zhanggui.goods.promotions.domain.kinds.extra import FreeFreight, FullGift, ShareRebate
from zhanggui.goods.promotions.domain.kinds.order import (
    Coupon,
    CrossShopReduction,
    FullDiscount,
    FullReduction,
    Points,
    RedPacket,
)
from zhanggui.goods.promotions.domain.kinds.price import (
    Bargain,
    FlashSale,
    GroupBuy,
    MemberPrice,
    Presale,
    TierDiscount,
    TimedDiscount,
)
from zhanggui.goods.promotions.domain.kinds.unit import AddOn, Bundle, BuyMGetN, NthItem

#: Kind → its class.
KINDS: Final[dict[str, type[Promotion]]] = {
    "timed_discount": TimedDiscount,
    "flash_sale": FlashSale,
    "group_buy": GroupBuy,
    "bargain": Bargain,
    "member_price": MemberPrice,
    "tier_discount": TierDiscount,
    "presale": Presale,
    "nth_item": NthItem,
    "buy_m_get_n": BuyMGetN,
    "bundle": Bundle,
    "add_on": AddOn,
    "full_reduction": FullReduction,
    "full_discount": FullDiscount,
    "coupon": Coupon,
    "cross_shop_reduction": CrossShopReduction,
    "red_packet": RedPacket,
    "points": Points,
    "free_freight": FreeFreight,
    "full_gift": FullGift,
    "share_rebate": ShareRebate,
}

AnyPromotion = Annotated[
    TimedDiscount
    | FlashSale
    | GroupBuy
    | Bargain
    | MemberPrice
    | TierDiscount
    | Presale
    | NthItem
    | BuyMGetN
    | Bundle
    | AddOn
    | FullReduction
    | FullDiscount
    | Coupon
    | CrossShopReduction
    | RedPacket
    | Points
    | FreeFreight
    | FullGift
    | ShareRebate,
    Field(discriminator="kind"),
]

#: Validates one promotion or a list of them, and writes their JSON Schema.
ONE_PROMOTION: Final[TypeAdapter[Promotion]] = TypeAdapter(AnyPromotion)
PROMOTIONS: Final[TypeAdapter[list[Promotion]]] = TypeAdapter(list[AnyPromotion])  # type: ignore[arg-type]
