"""The bars of a waterfall chart."""

from __future__ import annotations

from zhanggui.insight.decomposition.contracts import Bar, Explanation


def waterfall(explanation: Explanation) -> tuple[Bar, ...]:
    """The amount before, one bar per effect that starts where the one before it ends, the amount after.

    Minor units; the last effect ends at the amount after.
    """
    bars = [Bar("before", "total", 0, explanation.before)]
    level = explanation.before
    for effect in explanation.effects:
        bars.append(Bar(effect.name, "effect", level, level + effect.amount))
        level += effect.amount
    bars.append(Bar("after", "total", 0, explanation.after))
    return tuple(bars)
