"""Reads of the lake: what is offered, what lies there now, and an engine over it."""

from zhanggui.foundation.lake.queries.engine import connect
from zhanggui.foundation.lake.queries.offered import source, sources
from zhanggui.foundation.lake.queries.states import snapshot

__all__ = ["connect", "snapshot", "source", "sources"]
