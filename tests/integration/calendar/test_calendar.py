"""The room over a real database: queries, announcements taken in, the command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from zhanggui.config.cli import run
from zhanggui.foundation.audit import queries as audit
from zhanggui.foundation.calendar import operations, queries
from zhanggui.foundation.calendar.contracts import BadDocument, OutOfRange
from zhanggui.foundation.calendar.domain.rules import add_months
from zhanggui.foundation.calendar.domain.working_days import WorkingDays
from zhanggui.foundation.calendar.models import Announcement

pytestmark = [pytest.mark.data, pytest.mark.django_db]

DOCUMENT = """
[[window]]
campaign = "double_11"
year = 2026
channel = "jd"
platform = "JD"
status = "announced"
source = "made-up notice"
known_on = 2026-09-20
phases = [
    { code = "presale", zh = "预售", en = "Presale", first = 2026-10-08, opens = 20:00:00, last = 2026-10-12 },
    { code = "sale", zh = "正式售卖", en = "Sale", first = 2026-10-13, last = 2026-11-12 },
]

[[days_off]]
year = 2027
off = [[2027-01-01, 2027-01-03], [2027-02-05, 2027-02-11]]
make_up = [2027-02-20]
source = "made-up notice"
known_on = 2026-11-25
"""


@pytest.fixture
def until_2026(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if the package knew no notice after that of 2026, whatever it knows when this runs."""
    days = queries.shipped_days()
    cut = WorkingDays(days.days_off, days.make_up, frozenset(y for y in days.known_years if y <= 2026))
    monkeypatch.setattr(queries, "shipped_days", lambda: cut)
    queries._merged.cache_clear()
    yield
    queries._merged.cache_clear()


def test_events_of_a_span_that_crosses_new_year() -> None:
    found = queries.events(date(2027, 12, 20), date(2028, 1, 26))
    assert [(e.code, e.year) for e in found] == [
        ("C36", 2027),
        ("C37", 2027),
        ("C05", 2028),
        ("C01", 2028),
        ("C02", 2028),
        ("C03", 2028),
        ("C04", 2028),
        ("C06", 2028),
        ("C07", 2028),
    ]


def test_a_season_is_found_from_any_of_its_days() -> None:
    assert [e.code for e in queries.events(date(2027, 12, 30), date(2027, 12, 30))] == ["C05"]
    assert [e.code for e in queries.events(date(2028, 1, 18), date(2028, 1, 18))] == ["C05"]
    assert queries.events(date(2028, 1, 17), date(2028, 1, 17)) == queries.events(date(2028, 1, 18), date(2028, 1, 18))


def test_no_event_is_lost_between_the_months() -> None:
    found = set()
    for n in range(100 * 12):
        first = add_months(date(2000, 1, 1), n)
        found |= {(e.code, e.year) for e in queries.events(first, add_months(first, 1) - timedelta(days=1))}
    assert {(f"C{n:02}", year) for n in range(1, 38) for year in range(2000, 2100)} <= found


def test_tasks_of_today_name_their_event() -> None:
    found = {(t.code, t.event, t.year) for t in queries.tasks(date(2026, 11, 18), date(2026, 11, 18))}
    assert ("review", "C31", 2026) in found
    assert ("select_goods", "C07", 2027) in found
    assert ("select_goods", "C14", 2027) not in found


def test_the_last_years_are_covered_and_others_refused() -> None:
    assert [e.code for e in queries.events(date(2100, 12, 25), date(2100, 12, 31))] == ["C37"]
    for first, last in [(date(1999, 12, 31), date(2000, 1, 1)), (date(2100, 12, 31), date(2101, 1, 1))]:
        with pytest.raises(OutOfRange):
            queries.events(first, last)


def test_an_announcement_replaces_the_default_and_leaves_one_audit_line() -> None:
    span = (date(2026, 10, 1), date(2026, 10, 31))
    before = queries.phases(*span, channel="jd")
    assert {p.status for p in before if p.campaign == "double_11"} == {"assumed"}
    assert operations.announce(text=DOCUMENT, actor_id=7)
    after = [p for p in queries.phases(*span, channel="jd") if p.campaign == "double_11"]
    assert [(p.code, p.first, p.status) for p in after] == [
        ("presale", date(2026, 10, 8), "announced"),
        ("sale", date(2026, 10, 13), "announced"),
    ]
    theme = [t for t in queries.tasks(*span, channel="jd") if (t.code, t.event) == ("theme_on", "C31")]
    assert [t.starts for t in theme] == [date(2026, 10, 8)]
    entry = audit.entries(limit=1)[0]
    assert (entry.action, entry.actor_id) == ("calendar.announced", 7)
    assert entry.detail["windows"] == ["double_11 2026 jd announced"]
    assert entry.detail["days_off"] == [2027]
    assert entry.detail["sources"] == ["made-up notice"]


@pytest.mark.usefixtures("until_2026")
def test_a_notice_taken_in_makes_its_year_certain() -> None:
    assert not queries.working_days().kind(date(2027, 2, 20)).is_certain
    operations.announce(text=DOCUMENT, actor_id=None)
    kind = queries.working_days().kind(date(2027, 2, 20))
    assert (kind.is_working, kind.is_certain, kind.reason) == (True, True, "make_up")
    assert queries.working_days().kind(date(2026, 10, 10)).reason == "make_up"


def test_the_same_announcement_twice_changes_nothing() -> None:
    assert operations.announce(text=DOCUMENT, actor_id=None)
    entries = len(audit.entries(limit=100))
    assert not operations.announce(text=DOCUMENT, actor_id=None)
    assert Announcement.objects.count() == 1
    assert len(audit.entries(limit=100)) == entries


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not toml", "no TOML document"),
        ("", "an empty document"),
        ("[[windows]]\nyear = 2026", "not windows"),
        (DOCUMENT.replace("double_11", "double_13"), "no campaign 'double_13'"),
        (DOCUMENT.replace("make_up = [2027-02-20]", "make_up = [2027-02-06]"), "do not fit the notice for 2027"),
        (DOCUMENT.replace("make_up = [2027-02-20]", "make_up = [2028-02-20]"), "2028"),
        ("window = 5", "window = 5 is no list"),
    ],
)
def test_a_document_with_one_wrong_part_changes_nothing(text: str, message: str) -> None:
    with pytest.raises(BadDocument, match=message):
        operations.announce(text=text, actor_id=None)
    assert not Announcement.objects.exists()


def test_a_span_near_a_lunar_event_is_compared_by_it() -> None:
    assert queries.moving_anchor(date(2026, 2, 1), date(2026, 2, 10)) == "C07"
    assert queries.moving_anchor(date(2027, 12, 28), date(2027, 12, 31)) == "C07"
    assert queries.moving_anchor(date(2026, 9, 10), date(2026, 9, 20)) == "C27"
    assert queries.moving_anchor(date(2026, 11, 1), date(2026, 11, 11)) is None
    found = queries.align(date(2026, 9, 10), date(2026, 9, 20), anchor="C27")
    assert (found.other_first, found.other_last) == (date(2025, 9, 21), date(2025, 10, 1))


# The command


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHANGGUI_LANG", "en")


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(["calendar", *arguments])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


@pytest.mark.usefixtures("english")
def test_the_command_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = call(capsys, "--from", "2025-05-10", "--to", "2025-06-18", "--channel", "jd", "--json")
    answer = json.loads(text)
    assert code == 0
    assert [(e["code"], e["starts"]) for e in answer["events"]] == [
        ("C14", "2025-05-11"),
        ("C15", "2025-05-20"),
        ("C16", "2025-05-31"),
        ("C17", "2025-06-01"),
        ("C19", "2025-06-15"),
        ("C18", "2025-06-18"),
    ]
    presale = next(p for p in answer["phases"] if p["campaign"] == "618")
    assert (presale["starts_at"], presale["status"]) == ("2025-05-13T12:00:00+00:00", "announced")
    assert answer["working_days"] == {"count": 27, "is_certain": True}


@pytest.mark.usefixtures("english")
def test_the_command_as_text(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    code, text = call(capsys, "--from", "2026-08-20", "--to", "2026-08-31")
    assert code == 0
    assert "2026-08-27" in text
    assert "Ghost Festival (no promotion)" in text
    assert "Working days: 8" in text
    assert "Provisional" not in text


@pytest.mark.usefixtures("english", "until_2026")
def test_the_command_says_what_is_provisional(capsys: pytest.CaptureFixture[str]) -> None:
    _code, text = call(capsys, "--from", "2027-02-01", "--to", "2027-02-10")
    assert "Provisional" in text


@pytest.mark.usefixtures("english")
def test_the_command_takes_in_an_announcement(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "notice.toml"
    path.write_text(DOCUMENT, encoding="utf-8")
    arguments = ("--from", "2026-10-08", "--to", "2026-10-08", "--load", str(path), "--json")
    assert json.loads(call(capsys, *arguments)[1])["loaded"] is True
    again = json.loads(call(capsys, *arguments)[1])
    assert again["loaded"] is False
    assert [p["channel"] for p in again["phases"] if p["code"] == "presale"] == ["kuaishou", "jd"]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--from", "tomorrow"), 2, "tomorrow is not a date"),
        (("--from", "2026-02-01", "--to", "2026-01-01"), 2, "before the first"),
        (("--from", "1999-01-01", "--to", "1999-02-01"), 2, "covers 2000 to 2100"),
        (("--channel", "tmall"), 2, "known channels: taobao"),
        (("--load", "nowhere.toml"), 1, "nowhere.toml"),
    ],
)
def test_the_command_used_wrongly_says_why(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, message: str
) -> None:
    found, text = call(capsys, *arguments)
    assert found == code
    assert message in text
    assert len(text.strip().splitlines()) == 1


@pytest.mark.usefixtures("english")
def test_a_file_that_is_no_announcement_says_why(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "notice.toml"
    path.write_bytes("中文".encode("gb18030"))
    assert call(capsys, "--load", str(path)) == (1, "notice.toml is not UTF-8 text\n")
