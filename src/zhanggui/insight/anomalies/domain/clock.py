"""The steps of a series: from moments to whole numbers, so that a gap is seen and a season is counted in steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from zhanggui.insight.anomalies.contracts import DAILY, HOURLY, MONTHLY, WEEKLY, Rhythm

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
_WEEK: Final = 7 * _DAY
_MONTH: Final = 30.4375 * _DAY
#: Below this many steps per season a season says nothing, above it there is too much to learn.
_LONGEST_SEASON: Final = 2016


def steps(moments: Sequence[datetime]) -> tuple[list[int], Rhythm]:
    """Whole steps since the first moment, and the rhythm of the series. ``moments`` never fall.

    The step is the most common distance between neighbours (the shorter of equals); months are counted by the
    calendar. Hours have seasons of a day and a week, days of a week, weeks and months of a year; any other step those
    of a day and a week that are a whole number of steps.

    >>> steps([datetime(2024, 1, 1), datetime(2024, 1, 2), datetime(2024, 1, 4)])[0]
    [0, 1, 3]
    """
    gaps = Counter(round((b - a).total_seconds()) for a, b in pairwise(moments) if b > a)
    if not gaps:
        return [0] * len(moments), DAILY
    step = max(gaps, key=lambda gap: (gaps[gap], -gap))
    if 28 * _DAY <= step <= 31 * _DAY and len({m.day for m in moments}) == 1:
        return [12 * (m.year - moments[0].year) + m.month - moments[0].month for m in moments], MONTHLY
    found = [round((m - moments[0]).total_seconds() / step) for m in moments]
    known = {_HOUR: HOURLY, _DAY: DAILY, _WEEK: WEEKLY}.get(step)
    if known is not None:
        return found, known
    lengths = [length // step for length in (_DAY, _WEEK) if length % step == 0 and length // step > 1]
    lengths = [length for length in lengths if length <= _LONGEST_SEASON]
    seasons = [(), *((length,) for length in lengths[:1]), *([tuple(lengths)] if len(lengths) > 1 else [])]
    return found, Rhythm(tuple(seasons), _MONTH / step)
