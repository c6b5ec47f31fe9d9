"""One role per period: placing a new span among the spans of a SKU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from zhanggui.goods.catalog.domain.lifestage import ROLES


class UnknownRole(ValueError):
    """Not one of the four roles."""


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open; ``ends_date`` None: until further notice."""

    role: str
    main_push: bool
    starts_date: date
    ends_date: date | None = None


def place(spans: Sequence[Span], new: Span) -> list[Span]:
    """The spans after ``new`` is given: what it covers is cut away, so that every day has at most one role.

    Without an end the new span lasts until further notice and replaces whatever was planned after its start.

    >>> place([Span("profit", False, date(2026, 1, 1))], Span("traffic", True, date(2026, 3, 1), date(2026, 4, 1)))
    ... # doctest: +ELLIPSIS
    [Span(role='profit', ... ends_date=datetime.date(2026, 3, 1)), Span(role='traffic', ...), Span(role='profit', ...)]
    """
    if new.role not in ROLES:
        raise UnknownRole(new.role)
    if new.ends_date is not None and new.ends_date <= new.starts_date:
        raise ValueError("a role ends after it starts")
    after: list[Span] = [new]
    for span in spans:
        if span.starts_date < new.starts_date:
            ends = new.starts_date if span.ends_date is None else min(span.ends_date, new.starts_date)
            after.append(replace(span, ends_date=ends))
        if new.ends_date is not None and (span.ends_date is None or span.ends_date > new.ends_date):
            after.append(replace(span, starts_date=max(span.starts_date, new.ends_date)))
    return sorted(after, key=lambda s: s.starts_date)
