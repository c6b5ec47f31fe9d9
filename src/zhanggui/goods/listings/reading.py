"""Data of this room that is shipped as files: limits of the channels, layouts of bulk files."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from zhanggui.goods.listings.domain.layouts import Layout, check
from zhanggui.goods.listings.domain.limits import KEYS, Limit


@cache
def _document(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("zhanggui.goods.listings").joinpath(name).read_text("utf-8"))


@cache
def shipped_limits(channel: str) -> dict[str, Limit]:
    """What is shipped about a channel. Raises ``ValueError`` on a key nobody knows."""
    rows = _document("limits.toml").get(channel, {})
    strange = sorted(set(rows) - set(KEYS))
    if strange:
        raise ValueError(f"limits.toml: unknown keys {', '.join(strange)}")
    return {key: Limit(row["value"], row["confidence"]) for key, row in rows.items()}


@cache
def shipped_layout(channel: str) -> Layout:
    """The layout shipped for a channel, else our own sheet."""
    document = _document("layouts.toml")
    row = document.get(channel, document["default"])
    return Layout(row["name"], row["format"], check(row["columns"]), channel in document)
