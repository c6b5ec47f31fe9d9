"""One look at the lake on behalf of a detector: which shops, up to which moment, and rows as dictionaries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.lake import queries as lake
from zhanggui.foundation.loop.contracts import Scan, Words, change_source, find_action
from zhanggui.insight.metrics import queries as metrics
from zhanggui.kernel.period import Period, business_day


@change_source("lake")
def lake_changed() -> str:
    """Moves when a row of any table in the lake did."""
    snap = lake.snapshot()
    return snap.id


class Look:
    """The lake as it is now, and for every shop the moment up to which its files speak.

    What is *late* is judged by that moment, not by the clock on the wall: a shop whose newest file is three days old
    has not lost a parcel because nobody told of its arrival.
    """

    def __init__(self, scan: Scan, *kinds: str) -> None:
        self.scan = scan
        self.shops: dict[int, ShopInfo] = {s.id: s for s in scan.shops}
        self.db = lake.connect()
        untils: dict[int, datetime] = {}
        for cover in metrics.coverage(shop_ids=scan.shop_ids):
            if cover.kind in (kinds or ("orders", "items")):
                known = untils.get(cover.shop_id)
                untils[cover.shop_id] = max(known, cover.until) if known else cover.until
        #: Shop → moment up to which its files of these kinds speak.
        self.at = {shop: min(scan.now, until) for shop, until in untils.items()}
        #: Shop → its last whole business day.
        self.day = {shop: business_day(at, self.shops[shop].zone) - timedelta(days=1) for shop, at in self.at.items()}
        self._lacking: set[int] = set()
        for table in {"visits", "ads"} & set(kinds):
            self._until_reported(table)

    def _until_reported(self, table: str) -> None:
        """Reports of visitors and adverts tell whole days, and often not when they were made: the last day they tell
        is the last day known."""
        found = self.db.execute(f"SELECT shop_id, max(day) FROM {table} WHERE day IS NOT NULL GROUP BY 1").fetchall()  # noqa: S608  # nosec B608
        lasts = dict(found)
        for shop in list(self.at):
            if shop not in lasts:
                continue
            zone = self.shops[shop].zone
            self.day[shop] = min(lasts[shop], business_day(self.scan.now, zone))
            self.at[shop] = min(self.at[shop], Period.of_days(self.day[shop], self.day[shop], zone).ends_at)

    @property
    def seen(self) -> list[int]:
        """Shops that can be looked at, as long as nothing was found lacking."""
        return sorted(shop for shop in self.at if shop not in self._lacking)

    def lacks(self, what: Words, shops: Iterable[int]) -> None:
        """Say that these shops were not looked at, and what is needed; what was found there before is left alone."""
        left = dict.fromkeys(shops, 0)
        for shop in left:
            self._lacking.add(shop)
            self.scan.cannot_tell(shop)
        if left:
            self.scan.looked_at(what, left)

    def without_files(self, what: Words) -> None:
        """Say so for the shops that never had a file of these kinds."""
        self.lacks(what, sorted(set(self.shops) - set(self.at)))

    def rows(self, sql: str, *values: Any, back: int = 0) -> list[dict[str, Any]]:
        """Rows of a question over ``scope`` (shop_id, seen_at, day); ``{month}`` keeps files older than ``back``
        days shut. Nothing is asked when no shop can be looked at."""
        shops = self.seen
        if not shops:
            return []
        scope = ", ".join(
            f"({shop}, TIMESTAMPTZ '{self.at[shop].isoformat()}', DATE '{self.day[shop].isoformat()}')"
            for shop in shops
        )
        first = min(self.day[shop] for shop in shops) - timedelta(days=back)
        text = sql.replace("{month}", f"month >= '{first:%Y-%m}'")
        cursor = self.db.execute(f"WITH scope(shop_id, seen_at, day) AS (VALUES {scope}) {text}", list(values))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def period(self, shop: int, days: int) -> str:
        """The last ``days`` whole days of a shop, as evidence names them."""
        last = self.day[shop]
        return f"{last - timedelta(days=days - 1)}/{last}"


def as_ratio(value: Fraction | float, digits: int = 4) -> Decimal:
    """A ratio as exact text wants it."""
    exact = Fraction(value)
    scaled = round(exact * 10**digits)
    return Decimal(scaled) / (10**digits)


def address(name: str, *args: object, **query: str) -> str:
    """An address of another room; empty while no room offers it."""
    try:
        base = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    return f"{base}?{urlencode(query)}" if query else base


def offered(code: str, params: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """An act to offer beside a finding, where an action of that name is registered here."""
    return (code, params) if find_action(code) else None


def order_case(order_no: str, minor: int | None, currency: str) -> dict[str, Any]:
    return {"ref": order_no, "target": order_no, "due": None, "minor": minor, "currency": currency, "note": ""}
