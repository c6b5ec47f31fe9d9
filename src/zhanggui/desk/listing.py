"""The list of findings as the page shows it: who asks, sections, lines, and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhanggui.desk import links, words
from zhanggui.desk.detectors import in_language
from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.accounts.labels import ROLE_NAMES
from zhanggui.foundation.loop import labels, reading
from zhanggui.foundation.loop import queries as loop
from zhanggui.foundation.loop.contracts import Actor, FindingInfo, OutcomeInfo, ProposalInfo, find_kind, kinds
from zhanggui.foundation.loop.queries import Wanted
from zhanggui.kernel.money import Money

#: Findings of one section that are shown before "more".
SHOWN_AT_FIRST = 8
PER_PAGE = 30
#: What was done is told of for so long.
DONE_FOR = timedelta(days=7)
TONES = {"bad": "bad", "warn": "warn", "info": "info"}


@dataclass(frozen=True)
class Asked:
    """Who looks, at which shops, through whose eyes, and what of it is shown."""

    now: datetime
    viewer: Actor
    shops: Mapping[int, ShopInfo]
    wanted: Wanted
    role: str
    mine: bool
    roles: list[tuple[str, str]]
    query: str

    def href(self, **changes: str) -> str:
        pairs = {"role": self.role, "mine": "1" if self.mine else "", **changes}
        parts = [self.query, urlencode({k: v for k, v in pairs.items() if v})]
        joined = "&".join(p for p in parts if p)
        return f"{reverse('today')}?{joined}" if joined else reverse("today")

    @property
    def role_tabs(self) -> list[tuple[str, str, bool]]:
        """Name, address, current: everybody's eyes, each role, the reader's own."""
        tabs = [(pgettext("findings", "All"), self.href(role="", mine=""), not self.role and not self.mine)]
        tabs += [(name, self.href(role=code, mine=""), self.role == code) for code, name in self.roles]
        tabs.append((_("Mine"), self.href(role="", mine="1"), self.mine))
        return tabs


@dataclass(frozen=True)
class CaseLine:
    text: str
    href: str
    money: Money | None
    due: str
    note: str


@dataclass(frozen=True)
class FindingLine:
    """A finding as the page shows it."""

    id: int
    kind: str
    title: str
    tone: str
    icon: str
    sentence: str
    detail: str
    why: str
    where: str
    channel: str
    zone: str
    money: list[Money]
    money_how: str
    money_is_least: bool
    due_at: datetime | None
    due_is_certain: bool
    clock: str
    over: bool
    href: str
    act: str
    can_do: bool
    state: str
    state_name: str
    assignee: str
    is_mine: bool
    cases: list[CaseLine]

    @property
    def can_take(self) -> bool:
        return self.state in ("open", "assigned", "snoozed") and not (self.state == "taken" and self.is_mine)

    @property
    def is_active(self) -> bool:
        return self.state in ("open", "assigned", "taken")


@dataclass(frozen=True)
class Section:
    """Findings that come due together: the first lines, and how many there are."""

    code: str
    title: str
    lines: list[FindingLine]
    total: int
    more: str = ""

    @property
    def rest(self) -> int:
        return self.total - len(self.lines)


@dataclass(frozen=True)
class Off:
    """A detector that is switched off, as the notice tells it."""

    code: str
    title: str
    since: datetime
    because: str


@dataclass(frozen=True)
class DoneLine:
    """What was done, and what came of it so far."""

    id: int
    sentence: str
    state: str
    tone: str
    icon: str
    outcome: str


@dataclass(frozen=True)
class Side:
    """What stands beside the list."""

    to_approve: list[DoneLine]
    done: list[DoneLine]


def asked(request: HttpRequest, shops: Sequence[ShopInfo], now: datetime, *, all_shops: bool) -> Asked:
    """Who asks for what. A role is looked through only by who holds it, or who looks after the house."""
    viewer = reading.actor(request.user)
    keeper = bool(viewer.roles_at(None) & {"OWN", "ADM"})
    reading.load()
    called = frozenset(role for kind in kinds().values() for role in kind.roles)
    held = (called if keeper else viewer.any_roles & called) or frozenset[str]()
    role = request.GET.get("role", "")
    role = role if role in held else ""
    known = {s.id: s for s in shops}
    wanted = Wanted(
        now=now,
        day_end=_day_end(now),
        viewer=viewer,
        shop_ids=frozenset(known),
        role=role,
        mine=request.GET.get("mine") == "1",
        home=_home(shops),
    )
    query = "" if all_shops else urlencode([("shop", str(s)) for s in sorted(known)])
    names = [(code, str(ROLE_NAMES[code])) for code in ROLE_NAMES if code in held]
    return Asked(now, viewer, known, wanted, role, wanted.mine, names if len(names) > 1 else [], query)


def sections(asked: Asked, without: frozenset[str] = frozenset()) -> list[Section]:
    """Every section that has something, with its first lines."""
    titles = {
        loop.NOW: _("Due now"),
        loop.TODAY: pgettext("due", "Today"),
        loop.WEEK: _("This week"),
        loop.LATER: _("Later"),
    }
    wanted = asked.wanted
    if without:
        wanted = replace(wanted, kinds=frozenset(kinds()) - without)
    counted = loop.counts(wanted).sections
    found = []
    for code, title in titles.items():
        if counted.get(code):
            lines = section_lines(replace(asked, wanted=wanted), code, limit=SHOWN_AT_FIRST)
            found.append(Section(code, title, lines, counted[code], _more(asked, code, len(lines), counted[code])))
    return found


def section_page(asked: Asked, code: str, offset: int) -> Section:
    """The next lines of a section."""
    total = loop.counts(asked.wanted).sections.get(code, 0)
    lines = section_lines(asked, code, offset=offset, limit=PER_PAGE)
    return Section(code, "", lines, total, _more(asked, code, offset + len(lines), total))


def section_lines(asked: Asked, code: str, *, offset: int = 0, limit: int = SHOWN_AT_FIRST) -> list[FindingLine]:
    found = loop.list_findings(replace(asked.wanted, section=code), limit=limit, offset=offset)
    return lines(found, asked)


def lines(found: Sequence[FindingInfo], asked: Asked) -> list[FindingLine]:
    names = accounts.names(f.assignee_id for f in found if f.assignee_id is not None)
    return [line(f, asked, names) for f in found]


def line(f: FindingInfo, asked: Asked, names: Mapping[int, str] | None = None) -> FindingLine:
    """One finding in the reader's words."""
    kind = find_kind(f.kind)
    shop = asked.shops.get(f.shop_id) if f.shop_id is not None else None
    zone = shop.zone if shop else settings.TIME_ZONE
    known = names if names is not None else accounts.names([f.assignee_id] if f.assignee_id else [])
    money = [Money(f.stake_minor, f.stake_currency)] if f.stake_minor is not None and f.stake_currency else []
    single = f.detail and len(f.cases) == 1
    return FindingLine(
        id=f.id,
        kind=f.kind,
        title=labels.kind_title(f.kind),
        tone=TONES[f.severity],
        icon=kind.icon if kind else "alert-triangle",
        sentence=labels.text(f.sentence, zone),
        detail=f.detail,
        why=labels.text(f.why, zone) or (_note(f.cases[0]) if single else ""),
        where=shop.name if shop else "",
        channel=shop.channel if shop else "",
        zone=zone,
        money=money,
        money_how=labels.text(f.stake_how, zone),
        money_is_least=f.stake_is_least,
        due_at=f.due_at,
        due_is_certain=f.due_is_certain,
        clock=words.clock(f.due_at, asked.now) if f.due_at else "",
        over=f.due_at is not None and f.due_at < asked.now,
        href=f.href,
        act=words.action(f.kind),
        can_do=bool(f.act_code)
        and any(a.code == f.act_code for a in loop.offered(viewer=asked.viewer, shop_id=f.shop_id)),
        state=f.state,
        state_name=labels.state_name(f.state),
        assignee=known.get(f.assignee_id, "") if f.assignee_id else "",
        is_mine=f.assignee_id is not None and f.assignee_id == asked.viewer.id,
        cases=[_case(f, c, asked.now) for c in f.cases],
    )


def _may_do(f: FindingInfo, asked: Asked) -> bool:
    if not f.act_code:
        return False
    return any(a.code == f.act_code for a in loop.offered(viewer=asked.viewer, shop_id=f.shop_id))


def _case(f: FindingInfo, case: Mapping[str, Any], now: datetime) -> CaseLine:
    due = datetime.fromisoformat(case["due"]) if case.get("due") else None
    minor, currency = case.get("minor"), str(case.get("currency") or "")
    return CaseLine(
        text=str(case.get("ref", "")),
        href=str(case.get("href") or "") or links.of_case(f.kind, str(case.get("target", ""))),
        money=Money(int(minor), currency) if minor is not None and currency else None,
        due=words.clock(due, now) if due else "",
        note=_note(case),
    )


def _note(case: Mapping[str, Any]) -> str:
    note = case.get("note") or ""
    return in_language(note) if isinstance(note, Mapping) else str(note)


def checked(asked: Asked) -> list[str]:
    """What was looked at for this reader's roles, line by line, for the page with nothing to do."""
    found = []
    for state in loop.detector_states():
        roles = frozenset(r for code in state.kinds for r in getattr(find_kind(code), "roles", ()))
        if state.last_run_at is None or state.off_at is not None or not roles & asked.viewer.any_roles:
            continue
        for told in state.checked:
            shops = told.get("shops", {})
            count = sum(int(n) for shop, n in shops.items() if int(shop) in asked.shops)
            values = {**told.get("values", {})} | ({"n": count} if "n" in told.get("values", {}) else {})
            found.append(labels.text({**told, "values": values}))
    return found


def switched_off(request: HttpRequest) -> list[Off]:
    """Detectors that are off, for everybody to see: what they would have said is missing from the list."""
    found = []
    for code, since, because in loop.off():
        titles = [labels.kind_title(k) for k in _kinds_of(code)]
        found.append(Off(code, "、".join(titles[:3]) if titles else code, since, because))
    return found


def _kinds_of(code: str) -> list[str]:
    from zhanggui.foundation.loop.contracts import find_detector

    one = find_detector(code)
    return [k.code for k in one.kinds] if one else []


def side(asked: Asked) -> Side:
    """What waits for the reader's yes, and what was done lately."""
    waiting = loop.to_approve(viewer=asked.viewer, now=asked.now, limit=5)
    done = loop.recently_done(viewer=asked.viewer, since=asked.now - DONE_FOR, limit=6)
    outcomes = {o.proposal_id: o for o in loop.outcomes(viewer=None, limit=500)} if done else {}
    return Side([done_line(p) for p in waiting], [done_line(p, outcomes.get(p.id)) for p in done])


def done_line(p: ProposalInfo, outcome: OutcomeInfo | None = None) -> DoneLine:
    tone, icon = labels.STATE_TONES[p.state]
    told = outcome_text(outcome) if outcome else ""
    return DoneLine(p.id, labels.text(p.sentence), labels.state_name(p.state), tone, icon, told)


def outcome_text(o: OutcomeInfo) -> str:
    """What came of it in one line."""
    from zhanggui.foundation.ui.domain import formats

    if o.state == "withdrawn":
        return ""
    if o.state == "waiting":
        return _("measured after %(day)s") % {"day": formats.day(o.window_last, labels.language())}
    if o.effect is None or o.low is None or o.high is None:
        return str(labels.OUTCOME_NOTES.get(o.note, _("could not be measured")))
    value = o.total if o.total is not None else o.effect
    low, high = (o.total_low, o.total_high) if o.total is not None else (o.low, o.high)
    shown = [
        labels.number(str(v) if o.unit == "percent" else str(round(v or 0)), o.unit, o.currency)
        for v in (value, low, high)
    ]
    text = _("%(value)s (%(low)s to %(high)s)") % {"value": shown[0], "low": shown[1], "high": shown[2]}
    return f"{text} · {labels.METHODS[o.method]}"


def _amount(value: Decimal, o: OutcomeInfo) -> str:
    exact = str(value) if o.unit == "percent" else str(round(value) if o.unit == "money" else round(value, 2))
    return labels.number(exact, o.unit, o.currency)


def calls_nobody(asked: Asked) -> bool:
    """Whether no kind of finding calls any role of the reader."""
    return not any(k.roles & asked.viewer.any_roles for k in kinds().values())


def _more(asked: Asked, code: str, offset: int, total: int) -> str:
    if offset >= total:
        return ""
    query = asked.href().partition("?")[2]
    extra = urlencode({"offset": offset})
    return f"{reverse('finding-section', args=[code])}?{query + '&' if query else ''}{extra}"


def _home(shops: Sequence[ShopInfo]) -> str:
    """The currency most shops keep: the one in which findings are ranked by money."""
    kept = sorted(s.currency for s in shops)
    return max(kept, key=kept.count) if kept else ""


def _day_end(now: datetime) -> datetime:
    local = timezone.localtime(now)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
