"""Reads of the claims checker: texts in, verdicts out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from zhanggui.law.claims import reading
from zhanggui.law.claims.contracts import AllowEntry, PackInfo, UnknownName, Verdict
from zhanggui.law.claims.models import AllowedTerm


def check(
    text: str,
    *,
    category: str | None = None,
    channel: str | None = None,
    on: date | None = None,
    kind: str | None = None,
    allow: Sequence[AllowEntry] | None = None,
) -> Verdict:
    """Judge one text by the rules in force ``on`` a day (today when None).

    ``category`` is a code or Chinese name of ``domain/categories.py`` (None: guessed from the words), ``channel`` a
    platform code, ``kind`` one of ``contracts.KINDS`` (None: an advertisement). ``allow`` takes the place of the stored
    allow-list. Raises ``UnknownName`` for a category
    or channel that nobody knows; never for any text.
    """
    return check_many([text], category=category, channel=channel, on=on, kind=kind, allow=allow)[0]


def check_many(
    texts: Iterable[str],
    *,
    category: str | None = None,
    channel: str | None = None,
    on: date | None = None,
    kind: str | None = None,
    allow: Sequence[AllowEntry] | None = None,
) -> list[Verdict]:
    """``check`` for many texts; the allow-list is read once."""
    day = on or timezone.localdate()
    entries = allowed(day) if allow is None else [e for e in allow if e.starts_on <= day <= e.expires_on]
    checker = reading.checker(day)
    return [checker.check(text, category=category, channel=channel, kind=kind, allow=entries) for text in texts]


def explained(error: UnknownName) -> str:
    """One sentence for people: what is unknown, and which names there are."""
    return _("“%(name)s” is unknown; known are: %(list)s") % {"name": error.name, "list": ", ".join(error.known)}


def allowed(on: date) -> list[AllowEntry]:
    """Entries of the allow-list that hold on a day."""
    found = AllowedTerm.objects.filter(starts_on__lte=on, expires_on__gte=on, ended_on__isnull=True)
    return [_entry(row) for row in found]


def allow_list() -> list[AllowEntry]:
    """Every entry that was not ended, expired ones included, the next to expire first."""
    return [_entry(row) for row in AllowedTerm.objects.filter(ended_on__isnull=True)]


def rule_packs(on: date | None = None) -> list[PackInfo]:
    return reading.pack_infos(on or timezone.localdate())


def _entry(row: AllowedTerm) -> AllowEntry:
    return AllowEntry(row.pk, row.term, row.category, row.channel, row.owner, row.reason, row.starts_on, row.expires_on)
