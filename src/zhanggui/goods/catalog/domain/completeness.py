"""How complete a product is for a channel: weighted points, and what is missing.

The weights are data: ``weights.toml`` is the default, a channel may replace lines of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one product, as counts and flags; ``channel_title`` etc. are of the channel asked about."""

    title: bool = False
    description: bool = False
    brand: bool = False
    category: bool = False
    channel_category: bool = False
    channel_title: bool = False
    attributes: int = 0
    main_images: int = 0
    detail_images: int = 0
    video: bool = False
    skus: int = 0
    skus_with_barcode: int = 0
    skus_with_price: int = 0
    skus_with_cost: int = 0
    skus_with_weight: int = 0
    documents: int = 0
    expired: int = 0


@dataclass(frozen=True, slots=True)
class Weight:
    """``points`` for one part; ``need`` is how many of it make it whole (images, attributes)."""

    points: int
    need: int = 1


@dataclass(frozen=True, slots=True)
class Score:
    """``score`` in whole points of a hundred, rounded down; ``missing`` parts, heaviest first."""

    score: int
    missing: tuple[str, ...] = field(default_factory=tuple)


PARTS: Final = (
    "title", "description", "brand", "category", "channel_category", "channel_title", "attributes", "main_images",
    "detail_images", "video", "barcode", "price", "cost", "weight", "documents", "valid_rights",
)  # fmt: skip


def completeness(facts: Facts, weights: Mapping[str, Weight]) -> Score:
    """Points reached ÷ points possible, in hundredths rounded down: 100 means nothing is missing.

    Parts that count SKUs are shares of the SKUs; a product without SKUs has none of them. Weights of zero ask nothing.

    >>> completeness(Facts(title=True, main_images=2), {"title": Weight(60), "main_images": Weight(40, need=4)})
    Score(score=80, missing=('main_images',))
    """
    possible = sum(w.points for w in weights.values())
    if possible <= 0:
        return Score(100)
    # exact in units of points × 1,000,000: shares are counted, never floats
    reached = 0
    missing: list[tuple[int, str]] = []
    for part, weight in weights.items():
        if weight.points <= 0:
            continue
        have, need = _share(part, facts, weight.need)
        reached += weight.points * 1_000_000 * min(have, need) // need
        if have < need:
            missing.append((-weight.points, part))
    return Score(reached * 100 // (possible * 1_000_000), tuple(part for _, part in sorted(missing)))


def _share(part: str, facts: Facts, need: int) -> tuple[int, int]:
    if part in {"barcode", "price", "cost", "weight"}:
        return getattr(facts, f"skus_with_{part}"), max(facts.skus, 1)
    if part == "valid_rights":
        return (0 if facts.expired else 1), 1
    value = getattr(facts, part)
    return (need if value else 0, need) if isinstance(value, bool) else (value, need)
