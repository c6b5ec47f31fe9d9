"""Who is away and who decides in their place; the installation's own approval rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhanggui.foundation.accounts.domain.permissions import ROLES
from zhanggui.foundation.audit import operations as audit
from zhanggui.foundation.loop.contracts import Actor
from zhanggui.foundation.loop.domain.policy import Rule
from zhanggui.foundation.loop.models import Absence, Given, PolicyRule
from zhanggui.foundation.loop.operations.errors import LoopError, MayNot


class BadAbsence(LoopError):
    code = "bad_absence"


class BadRule(LoopError):
    code = "bad_rule"


def set_absence(
    *, person_id: int, deputy_id: int | None, starts_at: datetime, ends_at: datetime, actor: Actor, reason: str = ""
) -> int:
    """Somebody will be away (their own word, or the owner's). Raises :class:`BadAbsence`, :class:`MayNot`."""
    if actor.id != person_id and not _manages(actor):
        raise MayNot("permission")
    if ends_at <= starts_at:
        raise BadAbsence(_("An absence ends after it begins."))
    if deputy_id == person_id:
        raise BadAbsence(_("Nobody stands in for themselves."))
    with transaction.atomic():
        row = Absence.objects.create(
            person_id=person_id, deputy_id=deputy_id, starts_at=starts_at, ends_at=ends_at, reason=reason.strip()[:200]
        )
        audit.record(
            actor_id=actor.id,
            action="loop.absence_set",
            subject=f"user:{person_id}",
            detail={"deputy": deputy_id, "from": starts_at.isoformat(), "to": ends_at.isoformat()},
        )
    return int(row.pk)


def end_absence(*, absence_id: int, actor: Actor, now: datetime) -> None:
    """Back earlier than planned."""
    with transaction.atomic():
        row = Absence.objects.select_for_update().filter(pk=absence_id).first()
        if row is None or (row.person_id != actor.id and not _manages(actor)):
            raise MayNot("permission")
        if row.starts_at >= now:
            row.delete()
        elif row.ends_at > now:
            row.ends_at = now
            row.save(update_fields=["ends_at"])
        audit.record(actor_id=actor.id, action="loop.absence_ended", subject=f"user:{row.person_id}", detail={})


def set_policy(*, rules: Iterable[Rule], actor: Actor) -> None:
    """Replace the installation's own approval rules; the defaults stay behind them.

    Raises :class:`MayNot`; :class:`BadRule` for a rule that nobody could fulfil.
    """
    if not _manages(actor):
        raise MayNot("permission")
    found = list(rules)
    for rule in found:
        if rule.approvers not in (0, 1, 2) or (rule.approvers and not rule.roles) or rule.roles - set(ROLES):
            raise BadRule(_("“%(name)s”: 0, 1 or 2 approvers, and roles that exist.") % {"name": rule.name})
        if rule.max_money is not None and len(rule.currency) != 3:
            raise BadRule(_("“%(name)s”: a bound of money needs its currency.") % {"name": rule.name})
    with transaction.atomic():
        PolicyRule.objects.all().delete()
        PolicyRule.objects.bulk_create(
            [
                PolicyRule(
                    position=n,
                    action=r.action,
                    approvers=r.approvers,
                    roles=sorted(r.roles),
                    max_items=r.max_items,
                    max_money=r.max_money,
                    currency=r.currency,
                    irreversible=r.irreversible,
                    name=r.name,
                )
                for n, r in enumerate(found)
            ]
        )
        audit.record(actor_id=actor.id, action="loop.policy_changed", subject="loop", detail={"rules": len(found)})


def _manages(actor: Actor) -> bool:
    return bool(actor.roles_at(None) & {"OWN", "ADM"})


def note_digest(*, person_id: int, day: date) -> bool:
    """Remember that a person is sent the digest of a day; False when they were already."""
    _row, made = Given.objects.get_or_create(person_id=person_id, day=day)
    return made
