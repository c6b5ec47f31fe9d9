"""Amazon (Seller Central reports, Orders API)."""

from zhanggui.trade.channels.platforms.amazon import traffic
from zhanggui.trade.channels.platforms.amazon.api import ITEMS_API, ORDERS_API, flatten_items, flatten_orders
from zhanggui.trade.channels.platforms.amazon.orders import ORDERS
from zhanggui.trade.channels.platforms.amazon.settlement import V1, V2
from zhanggui.trade.channels.platforms.amazon.shipments import FULFILLED, UNSHIPPED

PROFILES = (
    *(ORDERS, FULFILLED, UNSHIPPED, V1, V2, ORDERS_API, ITEMS_API),
    *(traffic.BUSINESS_DAY, traffic.BUSINESS_ITEM, traffic.SPONSORED),
)
FLATTENERS = (flatten_orders, flatten_items)
