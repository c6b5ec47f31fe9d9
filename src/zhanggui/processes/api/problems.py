"""The one error format of the API (RFC 9457): ``application/problem+json``.

``type`` is ``urn:zhanggui:problem:<code>``, ``title`` the phrase of the HTTP status, ``detail`` one sentence in the
reader's language, ``errors`` the fields at fault. The gate in front of the API answers in the same shape.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db.utils import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:zhanggui:problem:"


class FieldError(Schema):
    field: str = Field(description="Where: `body.reason`, `query.limit`, `header.Idempotency-Key` …")
    code: str
    detail: str


class Problem(Schema):
    type: str
    title: str
    status: int
    code: str
    detail: str
    permission: str | None = Field(None, description="The permission that is missing, with status 403.")
    errors: list[FieldError] | None = None


class Refused(Exception):
    """Ends an operation with a problem; ``detail`` is one translated sentence."""

    def __init__(self, status: int, code: str, detail: str, errors: Sequence[dict[str, str]] = ()) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.errors = status, code, detail, list(errors)


def not_found() -> Refused:
    return Refused(404, "not_found", _("There is nothing here, or it is not yours to see."))


def reply(status: int, code: str, detail: str, errors: Sequence[dict[str, str]] = ()) -> JsonResponse:
    body: dict[str, Any] = {
        "type": TYPE + code,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


#: Problems any operation may answer with; used as ``response={200: …, **PROBLEMS}``.
PROBLEMS: dict[Any, Any] = {frozenset({400, 401, 403, 404, 422, 503}): Problem}
WRITE_PROBLEMS: dict[Any, Any] = {frozenset({400, 401, 403, 404, 409, 413, 422, 503}): Problem}


def install(api: NinjaAPI) -> None:
    """Make ``api`` answer every failure as a problem. Faults of the product itself stay faults (and are logged)."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        return reply(error.status, error.code, error.detail, error.errors)

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return refused(request, not_found())

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        answer = reply(401, "sign_in_required", _("Sign in first, or send an API token."))
        answer["WWW-Authenticate"] = "Bearer"
        return answer

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = [_field_error(item) for item in error.errors]
        return reply(422, "invalid", _("Some values are missing or not valid; “errors” names them."), fields)

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return reply(413, "too_big", _("The request is larger than this server takes; send it in parts."))

    @api.exception_handler(HttpError)
    def plain(request: HttpRequest, error: HttpError) -> HttpResponse:
        if error.status_code == 400:
            return reply(400, "malformed", _("The request cannot be read."))
        return reply(error.status_code, "refused", str(error))

    @api.exception_handler(OperationalError)
    def busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
        if "locked" not in str(error):
            raise error
        log.warning("the database was busy: %s", request.path)
        answer = reply(503, "busy", _("The books are being written to; try again in a moment."))
        answer["Retry-After"] = "5"
        return answer


def _field_error(item: dict[str, Any]) -> dict[str, str]:
    place = [str(part) for part in item.get("loc", ())]
    place[:1] = [{"form": "body", "file": "body"}.get(place[0], place[0])] if place else []
    if len(place) > 2 and place[1] in ("query", "body"):  # the name of the parameter that gathers them
        del place[1]
    kind = str(item.get("type", "invalid"))
    return {"field": ".".join(place), "code": kind, "detail": _sentence(kind, item.get("ctx") or {})}


def _sentence(kind: str, context: dict[str, Any]) -> str:
    if kind == "missing":
        return _("This value is required.")
    if kind in ("literal_error", "enum"):
        return _("It must be one of: %(values)s.") % {"values": str(context.get("expected", ""))}
    if kind.startswith("int"):
        return _("A whole number is expected here.")
    if kind.startswith(("datetime", "timezone")):
        return _("A moment with its time zone is expected here, such as 2026-11-11T00:00:00Z.")
    if kind.startswith(("greater", "less")):
        return _("The number is too small or too large.")
    if kind == "string_too_long":
        return _("It may have at most %(count)s characters.") % {"count": context.get("max_length", "")}
    if kind == "string_too_short":
        return _("It must not be empty.")
    return _("This value is not valid.")
