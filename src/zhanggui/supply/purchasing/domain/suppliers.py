"""How good a supplier is (M148, R207, R208), and what follows from it."""

from __future__ import annotations

from typing import Final

from zhanggui.supply.purchasing.contracts import Score, SupplierRecord
from zhanggui.supply.purchasing.domain.lots import BadInput

#: Weights of the three ratios in the score.
WEIGHTS: Final = {"on_time": 40, "quality": 40, "fill": 20}
#: Grade A from, grade B from; below that C.
GRADES: Final = (("A", 90.0), ("B", 75.0))
#: New orders are blocked below this score, or below this share of accepted units.
BLOCK_SCORE, BLOCK_QUALITY = 60.0, 0.80
#: Fewer lines than this say too little for a grade.
ENOUGH_LINES: Final = 5


def _ratio(part: int, whole: int) -> float | None:
    return min(1.0, part / whole) if whole > 0 else None


def score(record: SupplierRecord) -> Score:
    """Ratios, score 0–100 (weights of missing ratios fall away), grade, and verdict: ``ok``, ``warn`` (grade C),
    ``block``, or ``new`` (too little known to grade). Raises :class:`BadInput` for counts below zero."""
    for name in ("lines", "on_time", "ordered", "delivered", "received", "accepted"):
        if getattr(record, name) < 0:
            raise BadInput(name, getattr(record, name), "must not be below zero")
    ratios = {
        "on_time": _ratio(record.on_time, record.lines),
        "quality": _ratio(record.accepted, record.received),
        "fill": _ratio(record.delivered, record.ordered),
    }
    known = {name: value for name, value in ratios.items() if value is not None}
    weight = sum(WEIGHTS[name] for name in known)
    points = 100 * sum(WEIGHTS[n] * v for n, v in known.items()) / weight if weight else None
    if points is None or record.lines < ENOUGH_LINES:
        return Score(ratios["on_time"], ratios["quality"], ratios["fill"], points, None, "new")
    grade = next((letter for letter, least in GRADES if points >= least - 1e-9), "C")
    quality = ratios["quality"]
    blocked = points < BLOCK_SCORE or (quality is not None and quality < BLOCK_QUALITY)
    verdict = "block" if blocked else "warn" if grade == "C" else "ok"
    return Score(ratios["on_time"], ratios["quality"], ratios["fill"], points, grade, verdict)
