"""The page *Today*, put together for one reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhanggui.desk import bringing, freshness, listing, looking, words
from zhanggui.desk.listing import Section
from zhanggui.desk.numbers import Numbers, language
from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.ui import scope as scopes
from zhanggui.foundation.ui.domain import formats
from zhanggui.foundation.ui.domain import scope as scope_rules
from zhanggui.foundation.ui.scope import Scope
from zhanggui.insight.metrics import queries as metrics
from zhanggui.insight.metrics.contracts import Board, FileCover
from zhanggui.kernel.period import business_day
from zhanggui.trade.orders import queries as orders
from zhanggui.trade.orders.contracts import OrderFilter


@dataclass(frozen=True)
class TodayPage:
    now: datetime
    zone: str
    today: date
    asked: listing.Asked
    sections: list[Section]
    checked: list[str]
    off: list[listing.Off]
    side: listing.Side
    numbers: Numbers | None
    reach: freshness.Reach
    guides: list[freshness.Guide] = field(default_factory=list)
    note: str = ""
    first_run: bool = False
    no_shops: bool = False
    calls_nobody: bool = False
    currencies: list[tuple[str, str, bool]] = field(default_factory=list)

    @property
    def clock_words(self) -> dict[str, str]:
        return words.clock_words()

    @property
    def summary(self) -> str:
        """What waits, in one line: Due now 8 · Today 3 · This week 6."""
        return " · ".join(f"{s.title} {s.total}" for s in self.sections) if not self.first_run else ""


def page(request: HttpRequest) -> TodayPage:
    """Everything the first page shows: one board, one page of the list per section."""
    now = timezone.now()
    scope = scopes.of(request)
    visible: list[ShopInfo] = scopes.visible_shops(request)
    shops = [s for s in visible if s.id in scope.shop_ids]
    looking.catch_up(now)
    covers = freshness.covers(request, shops)
    board, scope, note = _board(request, scope, shops, covers)
    first_run = _is_empty(visible, shops, covers)
    asked = listing.asked(request, shops, now, all_shops=scope.all_shops)
    sections = listing.sections(asked, without=frozenset({"never_orders"}) if first_run else frozenset())
    numbers = None
    if board is not None and not first_run:
        numbers = Numbers(
            board,
            shops,
            currency=request.GET.get("currency", ""),
            may_see_orders=accounts.can(request.user, "orders.view"),
        )
    return TodayPage(
        now=now,
        zone=settings.TIME_ZONE,
        today=business_day(now, settings.TIME_ZONE),
        asked=asked,
        sections=sections,
        checked=listing.checked(asked) if not sections else [],
        off=listing.switched_off(request),
        side=listing.side(asked),
        numbers=numbers,
        reach=freshness.reach(request, shops, now),
        guides=_guides(visible) if first_run else [],
        note=note if not first_run else "",
        first_run=first_run,
        no_shops=not visible and not accounts.can(request.user, "shops.manage"),
        calls_nobody=listing.calls_nobody(asked),
        currencies=_currencies(request, numbers) if numbers else [],
    )


def _is_empty(visible: Sequence[ShopInfo], shops: Sequence[ShopInfo], covers: Sequence[FileCover]) -> bool:
    """No file of any kind, and no order: nothing has been brought yet."""
    if not visible:
        return True
    if covers or len(shops) < len(visible):
        return False
    ids = frozenset(s.id for s in shops)
    return not orders.list_orders(shop_ids=ids, limit=1).rows


def _board(
    request: HttpRequest, scope: Scope, shops: Sequence[ShopInfo], covers: Sequence[FileCover]
) -> tuple[Board | None, Scope, str]:
    """The board of the scope. Without days in the address and without orders yesterday: of the last day with paid
    orders, and a sentence that says so."""
    allowed = accounts.visible_shop_ids(request.user, "metrics.view")
    ids = frozenset(s.id for s in shops) & allowed
    if not ids:
        return None, scope, ""
    board = _read(ids, scope, covers)
    asked = any(request.GET.get(key) for key in ("from", "to", "period"))
    if asked or board.total.values["M047"].now:
        return board, scope, ""
    newest = orders.list_orders(shop_ids=ids, where=OrderFilter(), sort="paid", limit=1).rows
    if not newest or newest[0].paid_at is None:
        return board, scope, ""
    zone = next((s.zone for s in shops if s.id == newest[0].shop_id), scope.zone)
    day = business_day(newest[0].paid_at, zone)
    if day == scope.last:
        return board, scope, ""
    moved = _moved(scope, day)
    request.ui_scope = moved  # type: ignore[attr-defined]
    text = _("Nothing was paid yesterday in the data at hand; this is %(day)s, the last day with data.")
    return _read(ids, moved, covers), moved, text % {"day": formats.day(day, language(), "long")}


def _moved(scope: Scope, day: date) -> Scope:
    before = scope_rules.compared(day, day, scope.compare)
    return replace(
        scope,
        first=day,
        last=day,
        preset=scope_rules.preset_of(day, day, scope.today),
        before_first=before[0] if before else None,
        before_last=before[1] if before else None,
    )


def _read(ids: frozenset[int], scope: Scope, covers: Sequence[FileCover]) -> Board:
    return metrics.day_board(
        shop_ids=ids,
        first=scope.first,
        last=scope.last,
        before_first=scope.before_first,
        before_last=scope.before_last,
        files=covers,
    )


def _currencies(request: HttpRequest, numbers: Numbers) -> list[tuple[str, str, bool]]:
    """Currency, its address, whether it is shown; none with a single currency."""
    if len(numbers.currencies) < 2:
        return []
    found = []
    for currency in numbers.currencies:
        query = request.GET.copy()
        query["currency"] = currency
        found.append((currency, f"{reverse('today')}?{query.urlencode()}", currency == numbers.currency))
    return found


def _guides(visible: Sequence[ShopInfo]) -> list[freshness.Guide]:
    """What to download where: for the reader's own channels, for all of them when there is no shop yet."""
    own = list(dict.fromkeys(s.channel for s in visible))
    return freshness.guides(own or list(bringing.WAYS))
