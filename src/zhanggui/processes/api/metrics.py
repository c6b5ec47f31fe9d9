"""Numbers: the dictionary, any metric by any dimension, the rows behind a number."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from zhanggui.foundation.accounts.access import requires
from zhanggui.insight.metrics import queries, replies
from zhanggui.insight.metrics.domain.arithmetic import parse_rate
from zhanggui.insight.metrics.domain.errors import CannotMeasure, UnknownMetric
from zhanggui.processes.api.common import shop_ids
from zhanggui.processes.api.fields import Limit, Words
from zhanggui.processes.api.problems import PROBLEMS, Refused, not_found

router = Router(tags=["metrics"])

Name = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
Filter = Annotated[str, Field(max_length=300, pattern=r"^[a-z]+=[^\x00]*$", examples=["channel=taobao"])]
Amount = int | str | None


class MetricOut(Schema):
    id: str
    name: str
    name_zh: str
    name_en: str
    formula: str
    unit: str
    kind: str
    grain: str
    additivity: str = Field(description="A adds, S over items only, D distinct, R ratio, Q quantile, N never")
    null_rule: str
    refund_basis: str
    clock: str
    sources: list[str]
    source: str
    up_is: str
    needs: str = Field(description="what is missing to compute it; empty when it can be asked")
    seed: str


class MetricsOut(Schema):
    items: list[MetricOut]


class CellOut(Schema):
    value: Amount = Field(description="minor units for money, exact decimal text for fractions, null unknown")
    numerator: Amount
    denominator: Amount
    unknown: int
    missing_shops: list[str]
    partial_shops: list[str]
    assumed_shops: list[str]
    why: str


class ChangeOut(Schema):
    absolute: Amount
    relative: Amount
    comparable: bool


class AnswerRowOut(Schema):
    keys: dict[str, str | None]
    currency: str | None
    values: dict[str, CellOut]
    before: dict[str, CellOut]
    changes: dict[str, ChangeOut]


class CompletenessOut(Schema):
    shop_id: str
    shop: str
    channel: str
    table: str
    state: str
    first: str | None
    until: str | None
    missing: list[str]
    partial: list[str]


class RateOut(Schema):
    currency: str
    value: Amount
    since: str = Field(alias="from")


class AnswerOut(Schema):
    metrics: list[MetricOut]
    by: list[str]
    where: dict[str, list[str]]
    first: str = Field(alias="from")
    last: str = Field(alias="to")
    before_from: str | None
    before_to: str | None
    rows: list[AnswerRowOut]
    total: AnswerRowOut | None
    zones: list[str]
    as_of: str | None
    known_shops: int
    shops: int
    completeness: list[CompletenessOut]
    rates: list[RateOut]
    engine: str


class BehindOut(Schema):
    metric: str
    part: str
    table: str
    columns: list[str]
    rows: list[list[str | int | bool | None]]
    amount: int
    count: int
    next_offset: int | None


class Asked(Schema):
    first: date = Field(alias="from")
    last: date = Field(alias="to", description="included")
    where: Annotated[list[Filter], Field(max_length=50)] = Field([], description="dimension=value, repeated")

    def filters(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for text in self.where:
            dimension, _equals, value = text.partition("=")
            found.setdefault(dimension, []).append(value)
        return found


class MeasureQuery(Asked):
    metric: Annotated[list[Name], Field(max_length=30)] = Field(..., description="ids, repeated")
    by: Annotated[list[Name], Field(max_length=6)] = Field([], description="dimensions, repeated")
    compare: Literal["previous", "year", "aligned"] | None = None
    rate: Annotated[list[Name], Field(max_length=50)] = Field([], description="USD=7.1@2026-10-01, repeated")
    currency: Annotated[str, Field(pattern="^([A-Z]{3})?$")] = ""


class RowsQuery(Asked):
    part: Literal["", "numerator", "denominator"] = ""
    table: Name = ""
    limit: Limit = 100
    offset: Annotated[int, Field(ge=0, le=10**9)] = 0


class ListQuery(Schema):
    q: Words = Field("", description="part of an id, a name or a formula")


def _refused(error: CannotMeasure) -> Refused:
    if isinstance(error, UnknownMetric):
        return Refused(404, error.code, error.say(_))
    return Refused(422, error.code, error.say(_))


@router.get("/metrics", response={200: MetricsOut, **PROBLEMS}, summary="The metric dictionary")
@requires("metrics.view")
def list_metrics(request: HttpRequest, query: Query[ListQuery]) -> dict[str, Any]:
    language = get_language() or "en"
    return {"items": [replies.definition(m, language) for m in queries.definitions(search=query.q)]}


@router.get(
    "/metrics/measure", response={200: AnswerOut, **PROBLEMS}, by_alias=True, summary="Measure metrics by dimensions"
)
@requires("metrics.view")
def measure(request: HttpRequest, query: Query[MeasureQuery]) -> dict[str, Any]:
    """Days are business days of each shop; missing is null, never 0. 422 says in a sentence what cannot be answered."""
    try:
        found = queries.measure(
            metrics=query.metric,
            shop_ids=shop_ids(request),
            first=query.first,
            last=query.last,
            by=query.by,
            where=query.filters(),
            compare=query.compare,
            rates=[parse_rate(text) for text in query.rate],
            currency=query.currency,
        )
    except CannotMeasure as error:
        raise _refused(error) from None
    return replies.answer(found, get_language() or "en", _)


@router.get("/metrics/{metric_id}", response={200: MetricOut, **PROBLEMS}, summary="One definition")
@requires("metrics.view")
def get_metric(request: HttpRequest, metric_id: str) -> dict[str, Any]:
    try:
        return replies.definition(queries.definition(metric_id), get_language() or "en")
    except UnknownMetric:
        raise not_found() from None


@router.get("/metrics/{metric_id}/rows", response={200: BehindOut, **PROBLEMS}, summary="The rows behind a number")
@requires("metrics.view")
def get_rows(request: HttpRequest, metric_id: str, query: Query[RowsQuery]) -> dict[str, Any]:
    """`amount` of the rows adds up to the number exactly; a ratio has a numerator and a denominator."""
    try:
        page = queries.rows_behind(
            metric=metric_id,
            shop_ids=shop_ids(request),
            first=query.first,
            last=query.last,
            where=query.filters(),
            part=query.part,
            table=query.table,
            limit=query.limit,
            offset=query.offset,
        )
    except CannotMeasure as error:
        raise _refused(error) from None
    return replies.behind(page)
