"""The one API: every room's router under ``/api/v1``, one error format, one OpenAPI document.

``docs/reference/openapi.json`` is the stored copy of the document; ``scripts/write_openapi.py`` writes it anew.
"""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from zhanggui.desk import api as loop
from zhanggui.foundation.accounts.api_auth import API_AUTH
from zhanggui.processes.api import claims, exports, imports, metrics, money, orders, people, problems, traffic
from zhanggui.processes.api.common import in_the_readers_language
from zhanggui.processes.api.idempotency import HEADER
from zhanggui.processes.goods import api as goods
from zhanggui.processes.stock import api as stock

DESCRIPTION = """\
Tokens are made on the account page and carry scopes (permission codes) and, if wanted, shops.
Ids are text, moments ISO 8601 in UTC, money whole minor units of the currency beside it; null is unknown, never zero.
Lists hand out cursors. Writes take an `Idempotency-Key`. Every failure is an `application/problem+json`."""

#: Questions too long for an address: they write nothing and take no key.
ASKED_BY_POST = {"/api/v1/claims/check", "/api/v1/prices/check", "/api/v1/proposals/preview"}
_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The same key gets the same answer for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


class HouseAPI(NinjaAPI):
    """Ninja's OpenAPI document, with problems as ``application/problem+json`` and the key of writes."""

    def get_openapi_schema(self, **wanted: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**wanted)
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "application/json" in answer.get("content", {}):
                        answer["content"] = {problems.MEDIA_TYPE: answer["content"]["application/json"]}
                if method != "get" and path not in ASKED_BY_POST:
                    operation.setdefault("parameters", []).append(_KEY)
        return document


api = HouseAPI(
    title="Zhanggui",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    auth=API_AUTH,
    docs_url=None,
)
problems.install(api)
api.add_decorator(in_the_readers_language, mode="view")
for room in (
    people.router,
    orders.router,
    money.router,
    imports.router,
    exports.router,
    claims.router,
    stock.router,
    traffic.router,
    metrics.router,
    loop.router,
    goods.router,
):
    api.add_router("", room)
