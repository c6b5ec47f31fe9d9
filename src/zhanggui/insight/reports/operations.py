"""Writes of reports: make one, and what the clock makes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from zhanggui.insight.reports import queries
from zhanggui.insight.reports.contracts import Kind, Report, StoredReport
from zhanggui.insight.reports.domain.codec import to_plain
from zhanggui.insight.reports.models import Mailing, ReportRow


def make(
    *, kind: Kind, day: date, shop_ids: frozenset[int], scheduled: bool = False, now: datetime | None = None
) -> StoredReport:
    """Write the report of the period around ``day`` and keep it as a new version; the old ones stay.

    Raises ``CannotMeasure`` of the metric store: no shop, no data, a period before the first data.
    """
    moment = now or timezone.now()
    report = queries.of_facts(kind=kind, day=day, shop_ids=shop_ids, now=moment)
    return keep(report=report, shop_ids=shop_ids, made_at=moment, scheduled=scheduled)


def keep(*, report: Report, shop_ids: frozenset[int], made_at: datetime, scheduled: bool = False) -> StoredReport:
    """Keep a report. Two at the same moment get two versions."""
    scope = queries.scope_of(shop_ids)
    for attempt in range(5):
        same = ReportRow.objects.filter(kind=report.kind, first=report.first, scope=scope)
        version = (same.aggregate(n=Max("version"))["n"] or 0) + 1
        try:
            with transaction.atomic():
                row = ReportRow.objects.create(
                    kind=report.kind, first=report.first, last=report.last, scope=scope, version=version,
                    as_of=report.as_of, made_at=made_at, scheduled=scheduled, content=to_plain(report),
                )  # fmt: skip
            return StoredReport(row.pk, version, made_at, report)
        except IntegrityError:
            if attempt == 4:
                raise
    raise AssertionError("unreachable")


def scheduled_report(*, kind: Kind, day: date, shop_ids: frozenset[int], now: datetime) -> StoredReport:
    """The report the clock wrote for the period around ``day``, made now if it did not yet. Raises as :func:`make`."""
    first = _first(kind, day)
    row = (
        ReportRow.objects.filter(kind=kind, first=first, scope=queries.scope_of(shop_ids), scheduled=True)
        .order_by("id")
        .first()
    )
    return queries.stored(row) if row else make(kind=kind, day=day, shop_ids=shop_ids, scheduled=True, now=now)


def note_mailing(*, report: StoredReport, zone: str, person_id: int) -> bool:
    """Take the right to mail this report to a person; False when it was taken before."""
    if Mailing.objects.filter(
        kind=report.report.kind, first=report.report.first, zone=zone, person_id=person_id
    ).exists():
        return False
    Mailing.objects.create(
        kind=report.report.kind, first=report.report.first, zone=zone, person_id=person_id, report_id=report.id
    )
    return True


def _first(kind: Kind, day: date) -> date:
    from zhanggui.insight.reports.domain.periods import days_of

    return days_of(kind, day)[0]
