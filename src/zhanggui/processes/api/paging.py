"""Opaque cursors over ascending or descending numbers."""

from __future__ import annotations

import base64
import binascii

from django.utils.translation import gettext as _

from zhanggui.processes.api.problems import Refused


def write(kind: str, number: int) -> str:
    return base64.urlsafe_b64encode(f"{kind}:{number}".encode()).decode().rstrip("=")


def read(kind: str, cursor: str) -> int | None:
    """The number behind a cursor of this kind of list; None for an empty cursor. Raises :class:`Refused`."""
    if not cursor:
        return None
    try:
        given, _colon, number = (
            base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(":")
        )
        if given == kind and number.isascii() and number.isdigit() and len(number) <= 18:
            return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise bad_cursor()


def bad_cursor() -> Refused:
    field = {"field": "query.cursor", "code": "bad_cursor", "detail": _("Take it from the answer before.")}
    return Refused(400, "bad_cursor", _("This cursor was not handed out by this list."), [field])
