"""All watchers: named in ``LOOP_MODULES``; importing them registers them."""

from zhanggui.processes.watching import (  # noqa: F401
    adverts,
    brushing,
    funnel,
    idle,
    parcels,
    prices,
    refunds,
    risk,
    sales,
    settlement,
    sources,
)
