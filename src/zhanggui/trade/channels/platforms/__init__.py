"""One folder per platform: layouts of its exports, its status words, its limits; found by their set of headers."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

from zhanggui.trade.channels.domain.profiles import Profile

#: Turns a parsed JSON document into flat records (header → text), or None when it is not this shape.
Flattener = Callable[[Any], list[dict[str, str]] | None]


def _collect() -> tuple[tuple[Profile, ...], tuple[Flattener, ...]]:
    profiles: list[Profile] = []
    flatteners: list[Flattener] = []
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        module = importlib.import_module(f"{__name__}.{info.name}")
        profiles.extend(getattr(module, "PROFILES", ()))
        flatteners.extend(getattr(module, "FLATTENERS", ()))
    names = [(p.channel, p.name) for p in profiles]
    repeated = {n for n in names if names.count(n) > 1}
    if repeated:
        raise ValueError(f"profiles with the same name: {sorted(repeated)}")
    return tuple(profiles), tuple(flatteners)


PROFILES, FLATTENERS = _collect()
