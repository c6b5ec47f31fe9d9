"""The morning mail: what needs a person today, once a day, when a mail server is configured."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.loop import labels, queries, reading
from zhanggui.foundation.loop import operations as loop
from zhanggui.foundation.loop.queries import Wanted
from zhanggui.foundation.ui.domain import formats
from zhanggui.kernel.period import business_day

log = logging.getLogger(__name__)

#: Findings a mail names.
NAMED = 8


def send_due(*, now: datetime | None = None) -> int:
    """Send today's digest to everybody who has not got it and has an address; returns how many were sent.

    Nothing before ``DIGEST_HOUR``, nothing without a mail server, nothing to somebody with nothing to do. A mail that
    could not be sent is tried again at the next call.
    """
    moment = now or timezone.now()
    if not settings.EMAIL_HOST or timezone.localtime(moment).hour < settings.DIGEST_HOUR:
        return 0
    sent = 0
    for person_id, address, language in _addresses():
        try:
            with transaction.atomic(), translation.override(language or settings.LANGUAGE_CODE):
                told = text(person_id, moment)
                if told is None or not loop.note_digest(
                    person_id=person_id, day=business_day(moment, settings.TIME_ZONE)
                ):
                    continue
                send_mail(told[0], told[1], settings.DEFAULT_FROM_EMAIL, [address])
                sent += 1
        except IntegrityError:  # another worker was faster
            continue
        except OSError:
            log.exception("the digest for person %s could not be sent; it is tried again", person_id)
    return sent


def _addresses() -> list[tuple[int, str, str]]:
    """(person, address, language) of everybody named in ``ZHANGGUI_DIGEST_TO``; names nobody bears are logged."""
    found = []
    for name, address in settings.DIGEST_TO.items():
        person = accounts.person_by_username(name)
        if person is None:
            log.warning("ZHANGGUI_DIGEST_TO names %s, who is not here", name)
        elif person.is_active:
            found.append((person.id, address, person.language))
    return found


def text(person_id: int, now: datetime) -> tuple[str, str] | None:
    """Subject and body for one person in the language at hand; None when nothing needs them."""
    from zhanggui.desk import words

    viewer = reading.actor_by_id(person_id)
    local = timezone.localtime(now)
    wanted = Wanted(
        now=now,
        day_end=local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1),
        viewer=viewer,
        shop_ids=viewer.shop_ids,
    )
    counted = queries.counts(wanted)
    waiting = queries.to_approve_count(viewer=viewer, now=now)
    if not counted.total and not waiting:
        return None
    day = formats.day(local.date(), labels.language())
    subject = ngettext(
        "Today at %(day)s: %(n)s finding needs you", "Today at %(day)s: %(n)s findings need you", counted.total
    ) % {"day": day, "n": counted.total}
    values = {"now": counted.sections["now"], "today": counted.sections["today"], "week": counted.sections["week"]}
    lines = [_("Due now: %(now)s · Today: %(today)s · This week: %(week)s") % values, ""]
    names = {s.id: s.name for s in accounts.shops()}
    for f in queries.list_findings(wanted, limit=NAMED):
        parts = [labels.text(f.sentence), f.detail, names.get(f.shop_id or 0, "")]
        parts.append(words.clock(f.due_at, now) if f.due_at else "")
        parts.append(labels.number(f.stake_minor, "money", f.stake_currency) if f.stake_minor is not None else "")
        lines.append("- " + " · ".join(p for p in parts if p))
    if waiting:
        lines += ["", _("Waiting for your approval: %(n)s") % {"n": waiting}]
    if settings.PUBLIC_URL:
        lines += ["", _("Open the list: %(url)s") % {"url": settings.PUBLIC_URL + "/"}]
    return subject, "\n".join(lines) + "\n"
