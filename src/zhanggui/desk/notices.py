"""The count on the bell: what calls this reader now."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from zhanggui.desk import detectors, freshness
from zhanggui.desk.domain import findings as rules
from zhanggui.foundation.ui import scope

#: Counting asks several rooms; the bell on every page may be this many seconds behind.
KEPT_SECONDS = 30


def _key(request: HttpRequest) -> str:
    shops = "-".join(str(s.id) for s in scope.visible_shops(request))
    return f"desk-notices:{request.user.pk}:{hash(shops)}"


def count(request: HttpRequest) -> int | None:
    """Lines of the first page that ask for something now: overdue, nearly due, failed or stale; None when none."""
    key = _key(request)
    known = cache.get(key)
    if known is None:
        shops = scope.visible_shops(request)
        covers = freshness.covers(request, shops)
        found = detectors.detect(request.user, shops, covers, now=timezone.now(), with_money=False).found
        known = remember(request, len(rules.ranked(rules.urgent(found), "")))
    return known or None


def remember(request: HttpRequest, number: int) -> int:
    cache.set(_key(request), number, KEPT_SECONDS)
    return number
