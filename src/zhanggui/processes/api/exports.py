"""The ledgers as files, streamed: canonical columns, money in minor units, personal fields masked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.audit import operations as audit
from zhanggui.processes.api.common import chosen_shops
from zhanggui.processes.api.orders import OrderQuery, ShopIds
from zhanggui.processes.api.problems import PROBLEMS
from zhanggui.processes.exporting import export_table

router = Router(tags=["exports"])

TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
#: How the answer stands in the OpenAPI document.
ANSWER = {"responses": {200: {"description": "The file", "content": dict.fromkeys(TYPES.values(), _FILE)}}}


class TableQuery(Schema):
    shop_id: ShopIds = []
    format: Literal["csv", "parquet", "xlsx"] = Field("csv", description="csv carries a byte order mark")


class OrderTableQuery(OrderQuery):
    format: Literal["csv", "parquet", "xlsx"] = Field("csv", description="csv carries a byte order mark")


def _send(request: HttpRequest, table: str, query: Any, filters: Any = None) -> FileResponse:
    folder = Path(settings.HOME) / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="export-", dir=folder) as place:
        path = Path(place) / f"{table}.{query.format}"
        written = export_table(table=table, out=path, shop_ids=chosen_shops(request, query.shop_id), filters=filters)
        file = path.open("rb")  # stays readable after its name is gone
    audit.record(
        actor_id=request.user.pk,
        action=f"{table}.export",
        subject=table,
        detail={"rows": written["rows"], "format": query.format, "by": "api"},
    )
    name = f"{table}-{timezone.now():%Y%m%d-%H%M%S}.{query.format}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[query.format])


def _operation(table: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return router.get(f"/exports/{table}", response={**PROBLEMS}, openapi_extra=ANSWER, summary=f"The {table} table")


@_operation("orders")
@requires("orders.export")
def export_orders(request: HttpRequest, query: Query[OrderTableQuery]) -> FileResponse:
    return _send(request, "orders", query, query.order_filter())


@_operation("lines")
@requires("orders.export")
def export_lines(request: HttpRequest, query: Query[OrderTableQuery]) -> FileResponse:
    return _send(request, "lines", query, query.order_filter())


@_operation("refunds")
@requires("orders.export")
def export_refunds(request: HttpRequest, query: Query[TableQuery]) -> FileResponse:
    return _send(request, "refunds", query)


@_operation("settlement")
@requires("settlement.export")
def export_settlement(request: HttpRequest, query: Query[TableQuery]) -> FileResponse:
    return _send(request, "settlement", query)


@_operation("visits")
@requires("traffic.view")
def export_visits(request: HttpRequest, query: Query[TableQuery]) -> FileResponse:
    return _send(request, "visits", query)


@_operation("ads")
@requires("traffic.view")
def export_ads(request: HttpRequest, query: Query[TableQuery]) -> FileResponse:
    return _send(request, "ads", query)
