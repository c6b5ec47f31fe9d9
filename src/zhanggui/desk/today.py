"""The page *Today*, put together for one reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhanggui.desk import bringing, detectors, freshness, links, notices, words
from zhanggui.desk.contracts import Finding, Group
from zhanggui.desk.domain import findings as rules
from zhanggui.desk.domain import limits
from zhanggui.desk.numbers import Numbers, language
from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.ui import scope as scopes
from zhanggui.foundation.ui.domain import formats
from zhanggui.foundation.ui.domain import scope as scope_rules
from zhanggui.foundation.ui.scope import Scope
from zhanggui.insight.metrics import queries as metrics
from zhanggui.insight.metrics.contracts import Board, FileCover
from zhanggui.kernel.money import Money
from zhanggui.kernel.period import business_day
from zhanggui.trade.orders import queries as orders
from zhanggui.trade.orders.contracts import OrderFilter

#: Findings of one section that are shown before "show all".
SHOWN_AT_FIRST = 5


@dataclass(frozen=True)
class CaseLine:
    text: str
    href: str
    money: Money | None
    due: str
    note: str


@dataclass(frozen=True)
class ShopLine:
    """One shop inside a finding that several shops share."""

    name: str
    text: str
    href: str


@dataclass(frozen=True)
class FindingLine:
    """A finding as the page shows it."""

    key: str
    kind: str
    tone: str
    icon: str
    sentence: str
    detail: str
    why: str
    where: str
    channel: str
    money: list[Money]
    money_how: str
    money_is_least: bool
    due_at: datetime | None
    clock: str
    over: bool
    href: str
    act: str
    cases: list[CaseLine]
    shops: list[ShopLine]


@dataclass(frozen=True)
class Section:
    """Findings that come due together."""

    title: str
    lines: list[FindingLine]

    @property
    def first(self) -> list[FindingLine]:
        return self.lines[:SHOWN_AT_FIRST]

    @property
    def more(self) -> list[FindingLine]:
        return self.lines[SHOWN_AT_FIRST:]


@dataclass(frozen=True)
class TodayPage:
    now: datetime
    zone: str
    today: date
    sections: list[Section]
    checked: list[str]
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
        """What waits, in one line: Overdue 8 · Due soon 3 · To look at 6."""
        return " · ".join(f"{s.title} {len(s.lines)}" for s in self.sections) if not self.first_run else ""


def page(request: HttpRequest) -> TodayPage:
    """Everything the first page shows; one board, one pass of the detectors."""
    now = timezone.now()
    scope = scopes.of(request)
    visible: list[ShopInfo] = scopes.visible_shops(request)
    shops = [s for s in visible if s.id in scope.shop_ids]
    covers = freshness.covers(request, shops)
    detected = detectors.detect(request.user, shops, covers, now=now)
    board, scope, note = _board(request, scope, shops, covers)
    first_run = _is_empty(visible, shops, covers)
    names = {s.id: s for s in shops}
    groups = rules.ranked(detected.found if not first_run else _without_never(detected.found), _home(shops))
    if scope.all_shops:
        notices.remember(request, len(rules.ranked(rules.urgent(detected.found), "")))
    numbers = None
    if board is not None and not first_run:
        numbers = Numbers(
            board,
            shops,
            currency=request.GET.get("currency", ""),
            may_see_orders=accounts.can(request.user, "orders.view"),
        )
    held = {role for roles in _roles(request, shops) for role in roles}
    return TodayPage(
        now=now,
        zone=settings.TIME_ZONE,
        today=business_day(now, settings.TIME_ZONE),
        sections=_sections([_line(g, names, now) for g in groups], now),
        checked=words.looked_at(detected.looked),
        numbers=numbers,
        reach=freshness.reach(request, shops, now),
        guides=_guides(visible) if first_run else [],
        note=note if not first_run else "",
        first_run=first_run,
        no_shops=not visible and not accounts.can(request.user, "shops.manage"),
        calls_nobody=not any(k.roles & held for k in rules.KINDS.values()),
        currencies=_currencies(request, numbers) if numbers else [],
    )


def _roles(request: HttpRequest, shops: Sequence[ShopInfo]) -> list[frozenset[str]]:
    return [frozenset(g.role for g in accounts.grants(request.user))] if shops else []


def _home(shops: Sequence[ShopInfo]) -> str:
    """The currency most shops keep: the one in which findings are ranked by money."""
    kept = sorted(s.currency for s in shops)
    return max(kept, key=kept.count) if kept else ""


def _is_empty(visible: Sequence[ShopInfo], shops: Sequence[ShopInfo], covers: Sequence[FileCover]) -> bool:
    """No file of any kind, and no order: nothing has been brought yet."""
    if not visible:
        return True
    if covers or len(shops) < len(visible):
        return False
    ids = frozenset(s.id for s in shops)
    return not orders.list_orders(shop_ids=ids, limit=1).rows


def _without_never(found: Sequence[Finding]) -> list[Finding]:
    """On the first-run page the guide says what to bring; the finding would only repeat it."""
    return [f for f in found if f.kind != "never_orders"]


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


def _sections(lines: Sequence[FindingLine], now: datetime) -> list[Section]:
    """Past their deadline, due before the day or the warning time is over, and the rest."""
    soon = max(_day_end(now), now + limits.DUE_SOON)
    over = [l for l in lines if l.due_at is not None and l.due_at <= now]
    today = [l for l in lines if l.due_at is not None and now < l.due_at <= soon]
    rest = [l for l in lines if l not in over and l not in today]
    found = [Section(_("Overdue"), over), Section(_("Due soon"), today), Section(_("To look at"), rest)]
    return [s for s in found if s.lines]


def _day_end(now: datetime) -> datetime:
    local = timezone.localtime(now)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _line(group: Group, shops: dict[int, ShopInfo], now: datetime) -> FindingLine:
    kind, one = rules.KINDS[group.kind], group.one
    ids = [f.shop_id for f in group.findings]
    first = shops.get(ids[0])
    return FindingLine(
        key=group.findings[0].key if one else f"{group.kind}:*",
        kind=group.kind,
        tone=kind.tone,
        icon=kind.icon,
        sentence=words.sentence(group, zone=first.zone if first else settings.TIME_ZONE, now=now, language=language()),
        detail=_detail(one) if one else "",
        why=_why(one) if one else "",
        where=first.name if one and first else "",
        channel=first.channel if one and first else "",
        money=list(group.money),
        money_how=words.money_how(group.findings[0].money_how),
        money_is_least=group.money_is_least,
        due_at=group.due_at,
        clock=words.clock(group.due_at, now) if group.due_at else "",
        over=group.due_at is not None and group.due_at <= now,
        href=links.of_finding(one) if one else links.of_kind(group.kind, ids),
        act=words.action(group.kind),
        cases=[_case(one, n, now) for n in range(len(one.cases))] if one else [],
        shops=[] if one else [_shop(f, shops, now) for f in group.findings],
    )


def _detail(finding: Finding) -> str:
    """The one file a file finding is about."""
    return finding.cases[0].ref if finding.kind.startswith("file_") and finding.counts["files"] == 1 else ""


def _why(finding: Finding) -> str:
    """Why that one file failed, in its own sentence."""
    return finding.cases[0].note if finding.kind in ("file_failed", "file_waiting") and _detail(finding) else ""


def _case(finding: Finding, number: int, now: datetime) -> CaseLine:
    case = finding.cases[number]
    due = words.clock(case.due_at, now) if case.due_at else ""
    return CaseLine(case.ref, links.of_case(finding.kind, case), case.money, due, case.note)


def _shop(finding: Finding, shops: dict[int, ShopInfo], now: datetime) -> ShopLine:
    shop = shops[finding.shop_id]
    alone = Group(finding.kind, (finding,), finding.due_at, finding.counts, finding.money)
    text = words.sentence(alone, zone=shop.zone, now=now, language=language())
    return ShopLine(shop.name, text, links.of_finding(finding))
