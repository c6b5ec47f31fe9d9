"""Writes of the price centre."""

from zhanggui.goods.pricing.operations.errors import NoBatch, PriceRefused, SamePerson, WorldMoved
from zhanggui.goods.pricing.operations.facts import record_competitor, set_exchange_rate, set_fee_template
from zhanggui.goods.pricing.operations.prices import (
    approve_batch,
    end_price,
    import_price_file,
    read_price_file,
    reject_batch,
    set_prices,
    submit_batch,
)
from zhanggui.goods.pricing.operations.stoploss import close_stop_loss, complete_step, open_stop_loss

__all__ = [
    "NoBatch",
    "PriceRefused",
    "SamePerson",
    "WorldMoved",
    "approve_batch",
    "close_stop_loss",
    "complete_step",
    "end_price",
    "import_price_file",
    "open_stop_loss",
    "read_price_file",
    "record_competitor",
    "reject_batch",
    "set_exchange_rate",
    "set_fee_template",
    "set_prices",
    "submit_batch",
]
