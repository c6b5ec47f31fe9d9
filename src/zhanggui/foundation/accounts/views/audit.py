"""The audit log: filter, proof, export. It is shown here because who may read it is decided in this room."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.foundation.accounts import queries
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.accounts.forms import AuditFilterForm
from zhanggui.foundation.accounts.labels import ACTION_NAMES
from zhanggui.foundation.accounts.models import User
from zhanggui.foundation.audit import operations as audit_writes
from zhanggui.foundation.audit import queries as audit
from zhanggui.foundation.audit.contracts import Break, EntryInfo, Filter

PAGE = 50


def _filter(form: AuditFilterForm) -> Filter:
    data = form.cleaned_data if form.is_valid() else {}
    zone = timezone.get_current_timezone()

    def start(day: Any) -> datetime | None:
        return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC) if day else None

    until = data.get("until")
    return Filter(
        actor_id=data.get("actor"),
        action=data.get("action") or None,
        subject=data.get("q") or None,
        since=start(data.get("since")),
        until=start(until + timedelta(days=1)) if until else None,
    )


def _rows(found: list[EntryInfo]) -> list[dict[str, Any]]:
    ids = {e.actor_id for e in found if e.actor_id is not None}
    ids |= {int(e.subject[5:]) for e in found if e.subject.startswith("user:") and e.subject[5:].isdigit()}
    people = queries.names(ids)
    shops = {f"shop:{s.id}": s.name for s in queries.shops(include_inactive=True)}
    names = {**{f"user:{i}": name for i, name in people.items()}, **shops}
    return [
        {
            "entry": e,
            "actor": people.get(e.actor_id, "") if e.actor_id is not None else "",
            "action": ACTION_NAMES.get(e.action, e.action),
            "subject": names.get(e.subject, e.subject),
            "detail": json.dumps(e.detail, ensure_ascii=False, sort_keys=True) if e.detail else "",
        }
        for e in found
    ]


def break_text(found: Break) -> str:
    """One place where the chain does not hold, in the reader's language."""
    texts = {
        "changed": _("Record %(seq)s was changed after it was written."),
        "missing": _("Records from %(seq)s on are missing."),
        "unlinked": _("Record %(seq)s does not follow the one before it."),
        "truncated": _("The end of the log, from record %(seq)s on, was cut off."),
        "anchor": _("Record %(seq)s is not the one that was noted down."),
    }
    return texts[found.kind] % {"seq": found.seq}


@requires("audit.view")
@require_GET
def audit_page(request: HttpRequest) -> HttpResponse:
    """Entries, newest first; the cursor is the number of the last entry shown."""
    form = AuditFilterForm(request.GET)
    cursor = request.GET.get("cursor", "")
    found = audit.entries(_filter(form), before=int(cursor) if cursor.isdigit() else None, limit=PAGE + 1)
    shown = found[:PAGE]
    context = {
        "form": form,
        "rows": _rows(shown),
        "next": str(shown[-1].seq) if len(found) > PAGE else "",
        "first": bool(cursor),
        "actions": [(a, ACTION_NAMES.get(a, a)) for a in audit.actions()],
        "people": [(p.id, p.display_name) for p in queries.people()],
        "head": audit.head(),
    }
    return render(request, "accounts/audit.html", context)


@requires("audit.view")
@require_POST
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Check the whole chain and say what was found."""
    found = [break_text(b) for b in audit.verify()]
    return render(request, "accounts/audit_proof.html", {"breaks": found, "head": audit.head()})


@requires("audit.export")
@require_POST
def audit_export(request: HttpRequest) -> StreamingHttpResponse:
    """The entries of the filter as JSON lines; that it was exported is an entry itself."""
    chosen = _filter(AuditFilterForm(request.POST))
    audit_writes.record(
        actor_id=cast(User, request.user).pk,
        action="audit.exported",
        subject="audit",
        detail={"action": chosen.action, "subject": chosen.subject, "actor_id": chosen.actor_id},
    )
    reply = StreamingHttpResponse(
        (line.encode() for line in audit.export_lines(chosen)), content_type="application/x-ndjson; charset=utf-8"
    )
    reply["Content-Disposition"] = 'attachment; filename="audit.jsonl"'
    return reply
