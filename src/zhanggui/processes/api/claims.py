"""Texts in, verdicts out: the claims checker for other programs."""

from __future__ import annotations

from datetime import date as Day  # a field below is called date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import BeforeValidator, Field

from zhanggui.foundation.accounts.access import requires
from zhanggui.law.claims import queries
from zhanggui.law.claims.contracts import UnknownName
from zhanggui.processes.api.problems import WRITE_PROBLEMS, Refused

router = Router(tags=["claims"])


def _written(value: object) -> object:
    """A day is written out: pydantic would also take seconds since 1970."""
    if value is not None and not isinstance(value, (str, Day)):
        raise ValueError("not a date")
    return value


class ClaimsIn(Schema):
    texts: list[Annotated[str, Field(max_length=50_000)]] = Field(min_length=1, max_length=100)
    category: str | None = Field(
        None, max_length=40, description="Category of the goods; null: guessed from the words."
    )
    channel: str | None = Field(None, max_length=40)
    date: Annotated[Day | None, BeforeValidator(_written)] = Field(
        None, description="The day whose law is asked; null: today."
    )
    kind: Literal["ad", "chat", "notice", "label"] = "ad"


class BasisOut(Schema):
    law: str
    article: str
    in_force: Day


class AllowedOut(Schema):
    owner: str
    reason: str
    expires_on: Day


class FindingOut(Schema):
    start: int = Field(description="Offset of the first character in the text as given.")
    end: int = Field(description="Offset after the last character.")
    span: list[int]
    text: str
    term: str
    class_: str = Field(alias="class")
    rule: str
    step: int
    severity: Literal["block", "review", "info"]
    basis: BasisOut
    suggestion: str
    replacement: str
    proof: str
    exempt: str = ""
    allowed: AllowedOut | None = None


class VerdictOut(Schema):
    text: str
    verdict: Literal["violation", "review", "ok"]
    findings: list[FindingOut]
    exempt: list[FindingOut] = Field(description="Lawful look-alikes with their reason.")


class VerdictsOut(Schema):
    items: list[VerdictOut]


@router.post(
    "/claims/check",
    response={200: VerdictsOut, **WRITE_PROBLEMS},
    by_alias=True,
    summary="Check texts before they go out",
)
@requires("compliance.view")
def check(request: HttpRequest, payload: ClaimsIn) -> dict[str, Any]:
    try:
        verdicts = queries.check_many(
            payload.texts, category=payload.category, channel=payload.channel, on=payload.date, kind=payload.kind
        )
    except UnknownName as error:
        said = queries.explained(error)
        fault = {"field": f"body.{error.field}", "code": "unknown", "detail": said}
        raise Refused(422, "invalid", said, [fault]) from error
    return {"items": [verdict.as_json() for verdict in verdicts]}
