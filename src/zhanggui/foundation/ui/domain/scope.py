"""Which shops and which days a page is about, read from its address.

The address is ``?shop=1&shop=2&from=2026-11-01&to=2026-11-11&compare=previous``. ``period=yesterday`` is understood
too, for links that should move with the calendar; ``from`` and ``to`` win over it. Whatever cannot be used is left
out and reported in ``Scope.ignored``, so that a page can say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from zhanggui.kernel.period import Period

TODAY, YESTERDAY, LAST7, LAST30 = "today", "yesterday", "last7", "last30"
THIS_MONTH, LAST_MONTH, CUSTOM = "this_month", "last_month", "custom"
#: In the order in which a chooser shows them.
PRESETS: Final = (TODAY, YESTERDAY, LAST7, LAST30, THIS_MONTH, LAST_MONTH)
PREVIOUS, YEAR, NONE = "previous", "year", "none"
COMPARISONS: Final = (PREVIOUS, YEAR, NONE)
#: The names of the address parameters that carry a scope.
KEYS: Final = ("shop", "from", "to", "period", "compare")
#: The longest span one page may ask for.
MAX_DAYS: Final = 3 * 366


@dataclass(frozen=True, slots=True)
class Ignored:
    """One part of the address that was not used, and why: ``unknown``, ``not_visible``, ``reversed``, ``too_long``."""

    key: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Shops and business days of one page.

    ``shop_ids`` are always within what the reader may see; ``all_shops`` says that no choice was made.
    ``first`` and ``last`` are business days in ``zone``, both included; ``period`` is the same span as moments.
    ``before`` is the span compared with, or None; ``before_first`` and ``before_last`` are its days.
    """

    shop_ids: frozenset[int]
    all_shops: bool
    zone: str
    preset: str
    first: date
    last: date
    today: date
    compare: str
    before_first: date | None
    before_last: date | None
    ignored: tuple[Ignored, ...] = ()

    @property
    def period(self) -> Period:
        return Period.of_days(self.first, self.last, self.zone)

    @property
    def before(self) -> Period | None:
        if self.before_first is None or self.before_last is None:
            return None
        return Period.of_days(self.before_first, self.before_last, self.zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_open(self) -> bool:
        """Whether the period is still running, so that its numbers are "so far"."""
        return self.last >= self.today

    def query(self) -> list[tuple[str, str]]:
        """The address parameters that bring this scope back."""
        shops = [] if self.all_shops else [("shop", str(i)) for i in sorted(self.shop_ids)]
        return [*shops, ("from", self.first.isoformat()), ("to", self.last.isoformat()), ("compare", self.compare)]


def preset_days(preset: str, today: date) -> tuple[date, date]:
    """First and last business day of a preset, both included.

    "Last 7 days" are the seven whole days before today: today is not over and would bend every average.

    >>> preset_days("last7", date(2026, 11, 22))
    (datetime.date(2026, 11, 15), datetime.date(2026, 11, 21))
    >>> preset_days("last_month", date(2026, 3, 31))
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    """
    day = timedelta(days=1)
    if preset == TODAY:
        return today, today
    if preset == YESTERDAY:
        return today - day, today - day
    if preset == LAST7:
        return today - 7 * day, today - day
    if preset == LAST30:
        return today - 30 * day, today - day
    if preset == THIS_MONTH:
        return today.replace(day=1), today
    if preset == LAST_MONTH:
        end = today.replace(day=1) - day
        return end.replace(day=1), end
    raise KeyError(preset)


def preset_of(first: date, last: date, today: date) -> str:
    """The preset whose days these are, or ``custom``."""
    return next((p for p in PRESETS if preset_days(p, today) == (first, last)), CUSTOM)


def compared(first: date, last: date, compare: str) -> tuple[date, date] | None:
    """The days to compare with, both included; None for ``none``.

    ``previous``: the same number of days just before; for whole calendar months the months before, for a month up
    to a day the month before up to that day. ``year``: the same days one year earlier (29 February becomes the 28th).

    >>> compared(date(2026, 3, 1), date(2026, 3, 31), "previous")
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    >>> compared(date(2026, 3, 1), date(2026, 3, 30), "previous")
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    >>> compared(date(2026, 11, 15), date(2026, 11, 21), "previous")
    (datetime.date(2026, 11, 8), datetime.date(2026, 11, 14))
    """
    if compare == NONE:
        return None
    if compare == YEAR:
        return _year_before(first), _year_before(last)
    whole_months = first.day == 1 and _ends_month(last)
    if whole_months:
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        return _months_before(first, months), first - timedelta(days=1)
    if first.day == 1 and last.day > 1 and (first.year, first.month) == (last.year, last.month):
        end_of_month = first - timedelta(days=1)
        return end_of_month.replace(day=1), end_of_month.replace(day=min(last.day, end_of_month.day))
    days = (last - first).days + 1
    return first - timedelta(days=days), first - timedelta(days=1)


def parse(
    query: Mapping[str, Sequence[str]],
    *,
    visible: Mapping[int, str],
    today_in: Mapping[str, date],
    zone: str,
    default: str = YESTERDAY,
    default_compare: str = PREVIOUS,
) -> Scope:
    """The scope an address asks for, limited to what the reader may see.

    ``query`` maps parameter names to their values; ``visible`` maps the ids of the reader's shops to their time zone;
    ``today_in`` gives the current business day per time zone; ``zone`` is the business time zone. When every chosen
    shop keeps the same time zone, that one decides the days. A choice of shops that are all out of reach leaves
    nothing rather than everything.
    """
    ignored: list[Ignored] = []
    shop_ids, all_shops = _shops(query.get("shop", ()), visible, ignored)
    zones = {visible[i] for i in shop_ids}
    zone = zones.pop() if len(zones) == 1 else zone
    today = today_in[zone]

    preset = _one_of(query, "period", PRESETS, default, ignored)
    first, last = _days(query, *preset_days(preset, today), ignored)
    preset = preset_of(first, last, today)
    compare = _one_of(query, "compare", COMPARISONS, default_compare, ignored)
    before = compared(first, last, compare)
    return Scope(
        shop_ids=shop_ids,
        all_shops=all_shops,
        zone=zone,
        preset=preset,
        first=first,
        last=last,
        today=today,
        compare=compare,
        before_first=before[0] if before else None,
        before_last=before[1] if before else None,
        ignored=tuple(ignored),
    )


def _shops(values: Iterable[str], visible: Mapping[int, str], ignored: list[Ignored]) -> tuple[frozenset[int], bool]:
    asked = [part.strip() for value in values for part in value.split(",") if part.strip()]
    if not asked:
        return frozenset(visible), True
    found: set[int] = set()
    for text in asked:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
        if number is not None and number in visible:
            found.add(number)
        else:
            ignored.append(Ignored("shop", text, "not_visible" if number is not None else "unknown"))
    return frozenset(found), False


def _one_of(
    query: Mapping[str, Sequence[str]], key: str, allowed: Sequence[str], default: str, ignored: list[Ignored]
) -> str:
    value = _last(query, key)
    if not value:
        return default
    if value in allowed:
        return value
    ignored.append(Ignored(key, value, "unknown"))
    return default


def _days(query: Mapping[str, Sequence[str]], first: date, last: date, ignored: list[Ignored]) -> tuple[date, date]:
    start, end = _date(query, "from", ignored), _date(query, "to", ignored)
    if start is None or end is None:
        only = start or end  # one end alone is a single day
        if only is None:
            return first, last
        start = end = only
    if end < start:
        ignored.append(Ignored("to", end.isoformat(), "reversed"))
        return first, last
    if (end - start).days >= MAX_DAYS:
        ignored.append(Ignored("from", start.isoformat(), "too_long"))
        return end - timedelta(days=MAX_DAYS - 1), end
    return start, end


def _date(query: Mapping[str, Sequence[str]], key: str, ignored: list[Ignored]) -> date | None:
    value = _last(query, key)
    if not value:
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        ignored.append(Ignored(key, value, "unknown"))
        return None
    return found


def _last(query: Mapping[str, Sequence[str]], key: str) -> str:
    values = query.get(key, ())
    return values[-1].strip() if values else ""


def _ends_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _months_before(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
