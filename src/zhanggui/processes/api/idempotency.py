"""Writes that are safe to send again: the same ``Idempotency-Key`` gets the same answer for a day."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Status

from zhanggui.foundation.vault import operations as vault
from zhanggui.processes.api.problems import Refused
from zhanggui.processes.models import GivenAnswer

KEPT = timedelta(days=1)
HEADER = "Idempotency-Key"
_KEY = re.compile(r"^[\x21-\x7e]{1,200}$")

#: status and JSON body of a successful answer
Answer = tuple[int, dict[str, Any]]


def once(request: HttpRequest, response: HttpResponse, payload: object, act: Callable[[], Answer]) -> Status[Any]:
    """Do ``act`` unless this caller's key was used for the same request before; then give that answer again.

    The write and its stored answer are one transaction. Only successes are stored, encrypted. Raises
    :class:`Refused`: 400 for a malformed key, 422 for a key that was used for another request.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return Status(*act())
    if not _KEY.match(key):
        field = {"field": f"header.{HEADER}", "code": "pattern", "detail": _("1 to 200 printable ASCII characters.")}
        raise Refused(400, "bad_idempotency_key", _("The idempotency key is not valid."), [field])
    actor_id = request.user.pk or 0
    digest = _digest(request, payload)
    now = timezone.now()
    with transaction.atomic():
        GivenAnswer.objects.filter(created_at__lt=now - KEPT).delete()
        try:
            with transaction.atomic():
                row = GivenAnswer.objects.create(actor_id=actor_id, key=key, request=digest, created_at=now)
        except IntegrityError:
            known = GivenAnswer.objects.get(actor_id=actor_id, key=key)
            if known.request != digest:
                text = _("This idempotency key was already used for another request.")
                raise Refused(422, "idempotency_key_reused", text) from None
            response["Idempotency-Replayed"] = "true"
            return Status(int(known.status or 200), vault.open_sealed(known.body or b""))
        status, body = act()
        row.status, row.body = status, vault.seal(body)
        row.save(update_fields=["status", "body"])
    return Status(status, body)


def _digest(request: HttpRequest, payload: object) -> str:
    text = json.dumps([request.method, request.path, payload], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
