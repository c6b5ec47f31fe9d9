"""The clock of reports: written every morning of the shops' zone, mailed when a mail server is configured."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone, translation
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.domain.permissions import Grant, shops_with
from zhanggui.insight.reports import operations, queries
from zhanggui.insight.reports.contracts import StoredReport
from zhanggui.insight.reports.domain import periods
from zhanggui.insight.reports.exports import document, files, markdown, words

log = logging.getLogger(__name__)


@db_periodic_task(crontab(minute="*/10"), expires=300)
def morning_reports() -> None:
    """Every ten minutes: what is due and not yet written or mailed."""
    try:
        write_due()
    except OperationalError:
        log.warning("the books were being written to; reports are written next time")


def write_due(*, now: datetime | None = None) -> tuple[int, int]:
    """Write the reports that fall due and mail them; returns (written or found, mails sent).

    Per time zone of the active shops, from ``REPORTS_HOUR`` there: yesterday's; on Monday last week's; on the 1st last
    month's. One report over all shops of the zone, and one for every other set of shops a reader of
    ``ZHANGGUI_DIGEST_TO`` may see. Shops without any data have no report. A mail is sent once per person and period.
    """
    moment = now or timezone.now()
    written = sent = 0
    zones: dict[str, set[int]] = {}
    for shop in accounts.shops():
        zones.setdefault(shop.zone, set()).add(shop.id)
    for zone, shops in sorted(zones.items()):
        local = moment.astimezone(ZoneInfo(zone))
        if local.hour < settings.REPORTS_HOUR:
            continue
        readers = _readers(shops)
        for kind in periods.KINDS:
            if not periods.falls_due(kind, local.date()):
                continue
            made: dict[frozenset[int], StoredReport] = {}
            for ids in dict.fromkeys([frozenset(shops), *(ids for _p, _a, _l, ids in readers)]):
                try:
                    day = periods.newest(kind, local.date())
                    made[ids] = operations.scheduled_report(kind=kind, day=day, shop_ids=ids, now=moment)
                    written += 1
                except queries.CannotMeasure as error:
                    log.info("no %s report of %s: %s", kind, zone, error)
            sent += _mail(made, zone, readers)
    return written, sent


def _readers(shops: set[int]) -> list[tuple[int, str, str, frozenset[int]]]:
    """(person, address, language, shops of these they may see) of those named in ``ZHANGGUI_DIGEST_TO``."""
    found = []
    for name, address in cast(Mapping[str, str], settings.DIGEST_TO).items() if settings.EMAIL_HOST else ():
        person = accounts.person_by_username(name)
        if person is None or not person.is_active:
            continue
        held = tuple(Grant(role.role, role.shop_id) for role in person.roles)
        seen = frozenset(shops_with(held, "metrics.view", shops)) & shops
        if seen:
            found.append((person.id, address, person.language, seen))
    return found


def _mail(
    made: Mapping[frozenset[int], StoredReport], zone: str, readers: list[tuple[int, str, str, frozenset[int]]]
) -> int:
    sent = 0
    for person_id, address, language, ids in readers:
        stored = made.get(ids)
        if stored is None:
            continue
        try:
            with transaction.atomic(), translation.override(language or settings.LANGUAGE_CODE):
                if operations.note_mailing(report=stored, zone=zone, person_id=person_id):
                    message(stored, address).send()
                    sent += 1
        except IntegrityError:  # another worker was faster
            continue
        except OSError:
            log.exception("a report for person %s could not be sent; it is tried again", person_id)
    return sent


def message(stored: StoredReport, address: str) -> EmailMessage:
    """The mail in the language at hand: the report as text, and as PDF where a font for it is at hand."""
    report = stored.report
    text = markdown.write(report)
    if settings.PUBLIC_URL:
        text += f"\n{settings.PUBLIC_URL}/reports/{stored.id}/\n"
    mail = EmailMessage(words.title(report), text, settings.DEFAULT_FROM_EMAIL, [address])
    try:
        mail.attach(files.name(report, "pdf"), document.pdf(report), files.TYPES["pdf"])
    except document.NoFont as error:
        log.warning("the report is mailed without its PDF: %s", error)
    return mail
