"""How fresh the data is: the dot in the frame, and the page that says what is missing and how to bring it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhanggui.desk import bringing, detectors, words
from zhanggui.desk.contracts import KindState, ShopState
from zhanggui.desk.domain import freshness as rules
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.ui import scope
from zhanggui.foundation.ui.domain import formats
from zhanggui.foundation.ui.frame import Freshness
from zhanggui.foundation.ui.navigation import address
from zhanggui.insight.metrics import queries as metrics
from zhanggui.insight.metrics.contracts import FileCover
from zhanggui.kernel.records import CHANNELS

TONES = {"ok": "ok", "late": "warn", "very_late": "bad", "never": "bad"}


def covers(request: HttpRequest, shops: list[ShopInfo]) -> list[FileCover]:
    """What the files of these shops reach, read once per request."""
    known: list[FileCover] | None = getattr(request, "desk_covers", None)
    if known is None:
        known = metrics.coverage(shop_ids=frozenset(s.id for s in scope.visible_shops(request)))
        request.desk_covers = known  # type: ignore[attr-defined]
    ids = {s.id for s in shops}
    return [c for c in known if c.shop_id in ids]


def in_frame(request: HttpRequest) -> Freshness | None:
    """The data time in the top bar: up to when every shop can be trusted, and who is late."""
    shops: list[ShopInfo] = scope.visible_shops(request)
    if not shops:
        return None
    now = timezone.now()
    states = detectors.states(shops, covers(request, shops), now)
    url = address("freshness") or ""
    if all(s.orders.state == "never" for s in states):
        return Freshness("bad", _("No data yet"), url)
    return Freshness(_tone(states), _text(states, now), url)


def _tone(states: list[ShopState]) -> str:
    late = rules.late_shops(states)
    if not late:
        return "ok"
    return "bad" if any(s.orders.state == "very_late" for s in late) or len(late) == len(states) else "warn"


def _text(states: list[ShopState], now: datetime) -> str:
    until, late = rules.reach(states), rules.late_shops(states)
    if until is None:
        newest = max(s.orders.until for s in states if s.orders.until is not None)
        return _("Data ends %(moment)s") % {"moment": _moment(newest, now)}
    text = _("Data %(moment)s") % {"moment": _moment(until, now)}
    if not late:
        return text
    if len(late) == 1 or len({s.channel for s in late}) == 1:
        who = channel_name(late[0].channel)
        return _("%(text)s (%(who)s %(late)s)") % {
            "text": text,
            "who": who,
            "late": words.lateness(late[0].orders.until, now),
        }
    return _("%(text)s (%(n)s shops late)") % {"text": text, "n": len(late)}


def _moment(moment: datetime, now: datetime) -> str:
    """The time of today, else day and time without the year."""
    full = formats.moment(moment, settings.TIME_ZONE)
    today = formats.moment(now, settings.TIME_ZONE)
    return full[11:] if full[:10] == today[:10] else full[5:]


def channel_name(code: str) -> str:
    channel = CHANNELS.get(code)
    if channel is None:
        return code
    return channel.name_zh if (get_language() or "zh").startswith("zh") else channel.name_en


@dataclass(frozen=True)
class Late:
    """One late shop in the small card of the first page."""

    name: str
    tone: str
    icon: str
    label: str
    how: str


@dataclass(frozen=True)
class Reach:
    """How far the data of the shops on the first page reaches: the late ones, and one sentence about the others."""

    late: list[Late]
    text: str


#: Late shops the small card names.
LATE_SHOWN = 4


def reach(request: HttpRequest, shops: list[ShopInfo], now: datetime) -> Reach:
    """Which shops are late and how to bring them up to date."""
    states = detectors.states(shops, covers(request, shops), now)
    names = {s.id: s.name for s in shops}
    late = rules.late_shops(states)
    lines = []
    for state in late[:LATE_SHOWN]:
        cell = _cell(state.channel, state.orders, now)
        lines.append(Late(names[state.shop_id], cell.tone, cell.icon, cell.label, " › ".join(cell.path)))
    until = rules.reach(states)
    if until is None:
        return Reach(lines, _("No shop has current order data.") if states else _("No shop is chosen."))
    values = {"n": len(states) - len(late), "all": len(states), "moment": formats.moment(until, settings.TIME_ZONE)}
    return Reach(lines, _("%(n)s of %(all)s shops are current; all of these reach %(moment)s.") % values)


@dataclass(frozen=True)
class Cell:
    """One kind of file of one shop, in words."""

    kind: str
    name: str
    state: KindState
    tone: str
    icon: str
    label: str
    path: tuple[str, ...]
    readable: bool


@dataclass(frozen=True)
class Row:
    shop: ShopInfo
    cells: list[Cell]

    @property
    def to_do(self) -> list[Cell]:
        """What to bring: order files that are late or never came, other kinds only once they were brought."""
        return [
            c
            for c in self.cells
            if c.path and (c.state.state in ("late", "very_late") or (c.kind == "orders" and c.state.state == "never"))
        ]


@dataclass(frozen=True)
class Guide:
    """How to export from one channel: kind of file and menu path."""

    channel: str
    paths: list[tuple[str, str]]


def guides(channels: list[str]) -> list[Guide]:
    """What to download where, for the channels that have a back office."""
    return [
        Guide(c, [(words.kind_name(w.kind), " › ".join(w.path)) for w in bringing.ways(c)])
        for c in channels
        if bringing.ways(c)
    ]


@dataclass(frozen=True)
class FreshnessPage:
    rows: list[Row]
    guide_lines: list[Guide]
    late: int
    now: datetime
    zone: str
    import_url: str


def page(request: HttpRequest, shops: list[ShopInfo], *, may_import: bool) -> FreshnessPage:
    """Shop by shop and kind by kind, the ones that need something first."""
    now = timezone.now()
    states = {s.shop_id: s for s in detectors.states(shops, covers(request, shops), now)}
    late = rules.late_shops(states.values())
    order = {s.shop_id: n for n, s in enumerate(late)}
    ranked = sorted(shops, key=lambda s: (order.get(s.id, len(order)), s.name))
    channels = list(dict.fromkeys(s.channel for s in ranked))
    return FreshnessPage(
        rows=[Row(shop, [_cell(shop.channel, k, now) for k in states[shop.id].kinds]) for shop in ranked],
        guide_lines=guides(channels),
        late=len(late),
        now=now,
        zone=settings.TIME_ZONE,
        import_url=(address("imports") or "") if may_import else "",
    )


def _cell(channel: str, state: KindState, now: datetime) -> Cell:
    way = bringing.way(channel, state.kind)
    tone, icon = TONES[state.state], "circle-check"
    if state.state == "never":
        required = state.kind == "orders"
        tone, icon = ("bad", "circle-dashed") if required else ("idle", "circle-dashed")
        label = _("never brought") if required or way is not None else _("not read from this platform")
    elif state.state == "ok":
        label = _("current")
    else:
        icon = "clock"
        label = words.lateness(state.until, now)
    return Cell(
        kind=state.kind,
        name=words.kind_name(state.kind),
        state=state,
        tone=tone,
        icon=icon,
        label=label,
        path=way.path if way else (),
        readable=way is not None or state.state != "never" or channel == "other",
    )
