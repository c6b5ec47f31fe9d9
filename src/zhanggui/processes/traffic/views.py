"""The page of traffic."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhanggui.foundation.accounts.access import requires
from zhanggui.processes.traffic import content


@require_GET
@requires("traffic.view")
def traffic(request: HttpRequest) -> HttpResponse:
    """Visitors, where they come from, and adverts by campaign, for the shops and days of the address."""
    return render(request, "traffic/traffic.html", {"view": content.page(request)})
