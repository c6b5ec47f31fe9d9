"""The health check of load balancers and the supervisor: answers whether this process can reach its database."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from zhanggui.foundation.accounts.access import public


@public
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """``ok`` with 200, or ``database`` with 503; no data of any shop."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
