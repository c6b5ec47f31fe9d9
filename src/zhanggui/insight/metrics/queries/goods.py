"""What goods cost and which category they are of, handed to the engine beside the facts."""

from __future__ import annotations

from zhanggui.insight.metrics.store.engines import Engine


def with_goods(engine: Engine) -> Engine:
    """The engine with the tables ``costs`` and ``categories`` where the catalogue knows them."""
    return engine
