"""Who tries to sign in, from where, and what is said when the door is closed for a while."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 -- a value to count by, nothing is bound to it


def client_address(request: HttpRequest) -> str:
    """The caller's address. Behind ``ZHANGGUI_PROXIES`` own proxies it is the entry which the outermost of them
    wrote into X-Forwarded-For, counted from the right: what stands further left was sent by the caller and may be
    made up.
    """
    hops: int = settings.ZHANGGUI_PROXIES
    found = request.META.get("REMOTE_ADDR") or ""
    if hops > 0:
        entries = [e.strip() for e in request.headers.get("X-Forwarded-For", "").split(",") if e.strip()]
        if len(entries) >= hops:
            found = entries[-hops]
    found = found.strip("[]")
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        host = found.rpartition(":")[0].strip("[]")
        try:
            return str(ipaddress.ip_address(host))
        except ValueError:
            return UNKNOWN_ADDRESS


def username(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name somebody tries to sign in with, as the account table would know it."""
    given = (credentials or {}).get("username") or request.POST.get("login") or ""
    return str(given).strip().lower()[:150]


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of a closed door, with the time it stays closed."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    reply = render(request, "accounts/locked.html", {"minutes": minutes}, status=429)
    reply["Retry-After"] = str(minutes * 60)
    return reply
