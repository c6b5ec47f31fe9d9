"""WooCommerce: answers of the REST interface, and the CSV layouts of plugins and of Analytics."""

from zhanggui.trade.channels.platforms.woocommerce.advanced import ADVANCED
from zhanggui.trade.channels.platforms.woocommerce.analytics import ANALYTICS
from zhanggui.trade.channels.platforms.woocommerce.rest import REST, flatten
from zhanggui.trade.channels.platforms.woocommerce.webtoffee import WEBTOFFEE

PROFILES = (REST, WEBTOFFEE, ADVANCED, ANALYTICS)
FLATTENERS = (flatten,)
