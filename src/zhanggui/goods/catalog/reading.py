"""Data of this room that is shipped as a file: the weights of completeness, per channel."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from zhanggui.goods.catalog.domain.completeness import PARTS, Weight


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(resources.files("zhanggui.goods.catalog").joinpath("weights.toml").read_text("utf-8"))


@cache
def weights(channel: str) -> dict[str, Weight]:
    """The weights of a channel: the default lines, replaced by the channel's own. Raises ``ValueError`` on a part
    nobody knows."""
    document = _document()
    lines = {**document["default"], **document.get("channel", {}).get(channel, {})}
    strange = sorted(set(lines) - set(PARTS))
    if strange:
        raise ValueError(f"weights.toml: unknown parts {', '.join(strange)}")
    return {k: Weight(v) if isinstance(v, int) else Weight(v["points"], v["need"]) for k, v in lines.items()}
