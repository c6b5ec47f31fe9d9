"""The count on the bell: what calls this reader now, and what waits for their yes."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from zhanggui.desk import looking
from zhanggui.foundation.loop import queries as loop
from zhanggui.foundation.loop import reading
from zhanggui.foundation.loop.queries import Wanted
from zhanggui.foundation.ui import scope

#: The bell on every page may be this many seconds behind.
KEPT_SECONDS = 30


def count(request: HttpRequest) -> int | None:
    """Findings that ask for something now and proposals that wait for this reader; None when none."""
    shops = "-".join(str(s.id) for s in scope.visible_shops(request))
    key = f"desk-notices:{request.user.pk}:{hash(shops)}"
    known = cache.get(key)
    if known is None:
        now = timezone.now()
        looking.catch_up(now)
        viewer = reading.actor(request.user)
        wanted = Wanted(now=now, day_end=now + timedelta(days=1), viewer=viewer, shop_ids=viewer.shop_ids)
        known = loop.counts(wanted).urgent + loop.to_approve_count(viewer=viewer, now=now)
        cache.set(key, known, KEPT_SECONDS)
    return known or None
