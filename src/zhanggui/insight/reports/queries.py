"""Reads of reports: a new one from today's facts, and those that were kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from zhanggui.insight.metrics.contracts import BehindPage
from zhanggui.insight.metrics.domain.errors import CannotMeasure
from zhanggui.insight.metrics.queries import rows_behind
from zhanggui.insight.metrics.queries.state import State, now_state
from zhanggui.insight.reports import reading
from zhanggui.insight.reports.contracts import Kind, Number, Report, StoredReport
from zhanggui.insight.reports.domain.build import build
from zhanggui.insight.reports.domain.codec import from_plain
from zhanggui.insight.reports.models import ReportRow

__all__ = ["CannotMeasure", "behind", "get", "listed", "of_facts", "scope_of"]


def of_facts(*, kind: Kind, day: date, shop_ids: frozenset[int], now: datetime, state: State | None = None) -> Report:
    """The report of the period around ``day`` from the facts as they are. Raises ``CannotMeasure``."""
    return build(reading.facts(state or now_state(shop_ids), kind=kind, day=day, now=now))


def scope_of(shop_ids: frozenset[int] | Sequence[int]) -> str:
    """
    >>> scope_of(frozenset({12, 3}))
    '3,12'
    """
    return ",".join(str(i) for i in sorted(shop_ids))


def stored(row: ReportRow) -> StoredReport:
    return StoredReport(row.pk, row.version, row.made_at, from_plain(row.content))


def get(*, report_id: int, shop_ids: frozenset[int]) -> StoredReport | None:
    """The report, if every shop in it may be seen."""
    row = ReportRow.objects.filter(pk=report_id).first()
    return stored(row) if row is not None and _seen(row.scope, shop_ids) else None


def listed(*, shop_ids: frozenset[int], kind: str = "", limit: int = 100) -> list[StoredReport]:
    """Kept reports whose every shop may be seen, newest days first; the newest version of each first."""
    rows = ReportRow.objects.order_by("-last", "kind", "-id")
    if kind:
        rows = rows.filter(kind=kind)
    scopes = [s for s in ReportRow.objects.values_list("scope", flat=True).distinct() if _seen(s, shop_ids)]
    return [stored(r) for r in rows.filter(scope__in=scopes)[:limit]]


def _seen(scope: str, shop_ids: frozenset[int]) -> bool:
    return {int(i) for i in scope.split(",") if i} <= shop_ids


def behind(number: Number, *, shop_ids: frozenset[int], part: str = "", offset: int = 0) -> BehindPage:
    """The rows a number adds up from, as known now. Raises ``CannotMeasure`` (``NotByRows`` among them)."""
    first, last = _days(number)
    return rows_behind(
        metric=number.metric, shop_ids=shop_ids, first=first, last=last,
        where={k: list(v) for k, v in number.where.items()}, part=part, offset=offset,
    )  # fmt: skip


def _days(number: Number) -> tuple[date, date]:
    if number.first is None or number.last is None:
        raise ValueError("a number that was computed from others has no rows")
    return number.first, number.last
