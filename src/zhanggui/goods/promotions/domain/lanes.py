"""The order in which offers take effect, as data. An offer of a later lane works on what earlier lanes left."""

from __future__ import annotations

from typing import Final

#: Lane → what it holds, in the order of effect.
LANES: Final[dict[str, str]] = {
    "item_price": "the price of a piece: the lowest one holds, nobody declines it",
    "item_offer": "offers over pieces: N-th piece, buy M get N, bundles; a piece pays for one of them",
    "add_on": "cheaper extra goods beside others",
    "shop_order": "reductions of the order by the shop",
    "shop_coupon": "coupons of the shop",
    "cross_shop": "reductions across shops",
    "platform_coupon": "coupons of the platform",
    "red_packet": "red packets",
    "points": "points",
    "freight": "free freight",
    "gift": "gifts: never change what is paid",
    "rebate": "share rebate: paid to the sharer, never changes what is paid",
}

INDEX: Final[dict[str, int]] = {name: i for i, name in enumerate(LANES)}

#: Lanes in which an offer may be put by its configuration instead of the lane of its kind.
ORDER_LANES: Final = ("shop_order", "shop_coupon", "cross_shop", "platform_coupon", "red_packet")

ITEM_PRICE, ITEM_OFFER, ADD_ON = INDEX["item_price"], INDEX["item_offer"], INDEX["add_on"]
SHOP_ORDER, FREIGHT, GIFT, REBATE = INDEX["shop_order"], INDEX["freight"], INDEX["gift"], INDEX["rebate"]
