"""When a file was exported, as far as its name tells."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_UNIX = re.compile(r"(?<!\d)(1[4-9]\d{8})(?!\d)")
_MOMENT = re.compile(
    r"(20[12]\d)[-_.年]?(0[1-9]|1[0-2])[-_.月]?(0[1-9]|[12]\d|3[01])日?[-_ T]?"
    # a second day is the end of a span, not a time of day
    r"(?!20[12]\d[-_.年]?(?:0[1-9]|1[0-2])[-_.月]?(?:0[1-9]|[12]\d|3[01]))"
    r"([01]\d|2[0-3])[-_:.]?([0-5]\d)(?:[-_:.]?([0-5]\d))?"
)


def exported_at(name: str, zone: str) -> datetime | None:
    """The moment written into a platform's file name, in ``zone``; leading UNIX seconds as Douyin writes also count.

    None when there is no unmistakable moment; a bare day is not one.

    >>> exported_at("商品报表_20260701_110309.csv", "Asia/Shanghai").isoformat()
    '2026-07-01T03:03:09+00:00'
    >>> exported_at("orders.csv", "Asia/Shanghai") is None
    True
    """
    seconds = _UNIX.search(name)
    if seconds is not None:
        return datetime.fromtimestamp(int(seconds.group(1)), UTC)
    match = _MOMENT.search(name)
    if match is None:
        return None
    year, month, day, hour, minute = (int(g) for g in match.groups()[:5])
    try:
        local = datetime(year, month, day, hour, minute, int(match.group(6) or 0), tzinfo=ZoneInfo(zone))
    except ValueError:
        return None
    return local.astimezone(UTC)
