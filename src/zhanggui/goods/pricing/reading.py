"""Data of this room that is shipped as a file: the limits of the guard."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from zhanggui.goods.pricing.domain.guard import Policy


@cache
def policy() -> Policy:
    """The limits of the guard."""
    return Policy(**tomllib.loads(resources.files("zhanggui.goods.pricing").joinpath("policy.toml").read_text("utf-8")))
