"""Months: names, bounds in a zone, the months of many moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.lake.contracts import BOOL, DAY, INT, TEXT, Table, month_period
from zhanggui.foundation.lake.contracts import UTC as MOMENT
from zhanggui.foundation.lake.domain.months import month_named, months_of, name_of, next_month
from zhanggui.kernel.period import business_day

ZONES = ("Asia/Shanghai", "UTC", "America/New_York", "Asia/Jakarta", "Europe/Berlin")
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))


@given(moment=MOMENTS, zone=st.sampled_from(ZONES))
def test_a_moment_lies_in_the_period_of_its_month_and_in_no_neighbour(moment: datetime, zone: str) -> None:
    month = business_day(moment, zone).replace(day=1)
    assert moment in month_period(month, zone)
    assert moment not in month_period(next_month(month), zone)
    assert month_period(month, zone).ends_at == month_period(next_month(month), zone).starts_at


@given(moments=st.lists(st.none() | MOMENTS, max_size=8), zone=st.sampled_from(ZONES))
def test_the_months_of_many_moments_are_those_of_each(moments: list[datetime | None], zone: str) -> None:
    series = pl.Series("at", moments, dtype=pl.Datetime("us", "UTC"))
    each = {None if at is None else business_day(at, zone).replace(day=1) for at in moments}
    assert months_of([series], zone) == each


def test_a_month_begins_at_midnight_of_the_shop_also_where_clocks_change() -> None:
    march = month_period(date(2026, 3, 1), "America/New_York")
    assert march.ends_at - march.starts_at == timedelta(days=31) - timedelta(hours=1)
    assert march.starts_at.astimezone(ZoneInfo("America/New_York")).hour == 0


@pytest.mark.parametrize("name", ["2026-11", "0999-01", "undated"])
def test_names_lead_back(name: str) -> None:
    assert name_of(month_named(name)) == name


@pytest.mark.parametrize("name", ["2026-1", "2026-13", "2026", "", "26-11", "2026-11-01", "Undated"])
def test_other_names_are_no_months(name: str) -> None:
    with pytest.raises(ValueError):
        month_named(name)


GOOD = {"name": "t", "grain": "g", "key": ("shop_id", "no"), "columns": {"no": TEXT, "at": MOMENT}, "month_of": "day",
        "days": {"day": "at"}}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"columns": {"no": TEXT, "at": "money"}},
        {"columns": {"no": TEXT, "at": DAY}},
        {"columns": {"no": TEXT, "at": MOMENT, "shop_id": INT}},
        {"columns": {"no": TEXT, "at": MOMENT, "day": DAY}},
        {"key": ("shop_id", "number")},
        {"key": ()},
        {"month_of": "at"},
        {"name": "two words"},
    ],
)
def test_a_description_that_does_not_fit_together_is_refused(change: dict[str, object]) -> None:
    Table(**GOOD)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="does not fit together"):
        Table(**{**GOOD, **change})  # type: ignore[arg-type]


def test_the_fingerprint_tells_columns_and_their_meaning() -> None:
    one = Table(**GOOD)  # type: ignore[arg-type]
    assert one.schema == {"shop_id": INT, "channel": TEXT, "day": DAY, "no": TEXT, "at": MOMENT}
    assert Table(**{**GOOD, "notes": "other words"}).fingerprint == one.fingerprint  # type: ignore[arg-type]
    more = Table(**{**GOOD, "columns": {"no": TEXT, "at": MOMENT, "paid": BOOL}})  # type: ignore[arg-type]
    assert more.fingerprint != one.fingerprint
