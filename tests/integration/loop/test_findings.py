"""The list over a real database: detection, triage, return, visibility, ranking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from loop_house import HOUR, NOW, World, found, person, shop, world
from zhanggui.foundation.loop import operations as loop
from zhanggui.foundation.loop import queries, reading
from zhanggui.foundation.loop.contracts import Actor, BadDetector, FindingInfo, find_detector
from zhanggui.foundation.loop.domain import findings as rules
from zhanggui.foundation.loop.models import DetectorState, Finding
from zhanggui.foundation.loop.queries import Wanted

pytestmark = [pytest.mark.data, pytest.mark.django_db]


@pytest.fixture
def here() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture
def changing() -> Iterator[World]:
    with world(incremental=True) as made:
        yield made


def look(at: datetime = NOW, *, full: bool | None = True) -> loop.RunReport:
    (report,) = loop.run_all(codes=["test.watch"], now=at, full=full)
    return report


def listed(actor: Actor | None = None, *, at: datetime = NOW, **more: object) -> list[FindingInfo]:
    wanted = Wanted(now=at, day_end=at + 14 * HOUR, viewer=actor, home="CNY")
    return queries.list_findings(replace(wanted, **more), limit=100)  # type: ignore[arg-type]


def one(state: str | None = None) -> FindingInfo:
    row = Finding.objects.get(is_current=True)
    assert state is None or row.state == state
    return reading.finding_info(row)


def commands(finding_id: int) -> list[str]:
    return [e.command for e in queries.history(finding_id=finding_id)]


def test_a_cause_is_found_once_and_gone_by_itself(here: World) -> None:
    east = shop()
    here.found = [found("1", shop=east.id, minor=100), found("2", shop=east.id)]
    assert look().recorded.new == 2
    again = look(NOW + HOUR).recorded
    assert (again.new, again.updated, again.unchanged) == (0, 0, 2)
    here.found = [found("1", shop=east.id, minor=250)]
    third = look(NOW + 2 * HOUR).recorded
    assert (third.updated, third.gone) == (1, 1)
    (left,) = listed()
    assert (left.subject_id, left.stake_minor) == ("1", 250)
    gone = Finding.objects.get(subject_id="2")
    assert (gone.state, gone.reason_code) == ("resolved", "gone")
    assert commands(gone.pk) == ["find", "vanish"]


def test_new_numbers_never_change_what_a_person_decided(here: World) -> None:
    east = shop()
    ops = person("ops", "OPS")
    here.found = [found("1", shop=east.id, minor=100, due_at=NOW + 5 * HOUR)]
    look()
    loop.take(finding_id=one().id, actor=ops, now=NOW)
    here.found = [found("1", shop=east.id, minor=900, due_at=NOW + 9 * HOUR, severity="bad")]
    look(NOW + HOUR)
    kept = one("taken")
    assert (kept.assignee_id, kept.stake_minor, kept.severity) == (ops.id, 900, "bad")
    assert kept.due_at == NOW + 5 * HOUR, "an upgrade never extends a deadline"
    here.found = [found("1", shop=east.id, minor=900, due_at=NOW + 3 * HOUR)]
    look(NOW + 2 * HOUR)
    assert one().due_at == NOW + 3 * HOUR


def test_dismissed_stays_away_until_it_is_materially_worse(here: World) -> None:
    east = shop()
    ops = person("ops", "OPS")
    here.found = [found("1", shop=east.id, minor=1000)]
    look()
    loop.dismiss(finding_id=one().id, actor=ops, code="too_small", now=NOW)
    here.found = [found("1", shop=east.id, minor=1499)]
    look(NOW + HOUR)
    assert one("dismissed").stake_minor == 1499
    assert listed() == []
    here.found = [found("1", shop=east.id, minor=1500)]
    look(NOW + 2 * HOUR)
    back = one("open")
    assert (back.returned, back.assignee_id, back.reason) == (1, None, "")
    assert commands(back.id) == ["find", "dismiss", "worsen"]


def test_small_steps_do_not_hide_that_it_grew(here: World) -> None:
    east = shop()
    ops = person("ops", "OPS")
    here.found = [found("1", shop=east.id, minor=1000)]
    look()
    loop.dismiss(finding_id=one().id, actor=ops, code="known", now=NOW)
    for n, minor in enumerate((1200, 1400, 1600), 1):
        here.found = [found("1", shop=east.id, minor=minor)]
        look(NOW + n * HOUR)
    assert one().state == "open", "measured against what was dismissed, not against the last look"


def test_a_cause_that_comes_back_returns_and_after_a_long_quiet_is_a_new_finding_linked(here: World) -> None:
    east = shop()
    here.found = [found("1", shop=east.id)]
    look()
    first = one().id
    here.found = []
    look(NOW + HOUR)
    here.found = [found("1", shop=east.id)]
    look(NOW + 2 * HOUR)
    assert (one("open").id, one().returned) == (first, 1)
    here.found = []
    look(NOW + 3 * HOUR)
    here.found = [found("1", shop=east.id)]
    look(NOW + 3 * HOUR + rules.QUIET)
    fresh = one("open")
    assert fresh.id != first
    assert fresh.earlier_id == first
    assert [e.why for e in queries.history(finding_id=fresh.id)] == [f"again:{first}"]


def test_done_is_believed_for_a_day(here: World) -> None:
    east = shop()
    ops = person("ops", "OPS")
    here.found = [found("1", shop=east.id)]
    look()
    loop.resolve(finding_id=one().id, actor=ops, reason="shipped", now=NOW)
    look(NOW + HOUR)
    assert one().state == "resolved"
    look(NOW + timedelta(days=1))
    assert one().state == "open"


def test_a_snooze_ends_by_time_by_deadline_and_by_getting_worse(here: World) -> None:
    east = shop()
    ops = person("ops", "OPS")
    here.found = [found("1", shop=east.id, minor=100, due_at=NOW + 9 * HOUR, due_of="a")]
    look()
    with pytest.raises(loop.BadSnooze):
        loop.snooze(finding_id=one().id, actor=ops, until=NOW + 10 * HOUR, reason="later", now=NOW)
    with pytest.raises(loop.WhyMissing):
        loop.snooze(finding_id=one().id, actor=ops, until=NOW + HOUR, reason=" ", now=NOW)
    loop.snooze(finding_id=one().id, actor=ops, until=NOW + 8 * HOUR, reason="later", now=NOW)
    assert loop.wake_due(now=NOW + 7 * HOUR) == 0
    here.found = [found("1", shop=east.id, minor=100, due_at=NOW + 5 * HOUR, due_of="a")]
    look(NOW + HOUR)
    assert one("snoozed").snoozed_until == NOW + 5 * HOUR
    assert loop.wake_due(now=NOW + 5 * HOUR) == 1
    loop.snooze(finding_id=one().id, actor=ops, until=NOW + 8 * HOUR, reason="later", now=NOW + 6 * HOUR)
    here.found = [found("1", shop=east.id, minor=150, due_at=NOW + 5 * HOUR, due_of="a")]
    look(NOW + 7 * HOUR)
    assert one("open").returned == 1


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("command", ["take", "assign", "release", "snooze", "dismiss", "resolve", "reopen"])
def test_people_are_told_when_a_command_is_not_possible(here: World, state: str, command: str) -> None:
    east = shop()
    ops = person("ops", "OPS")
    here.found = [found("1", shop=east.id)]
    look()
    Finding.objects.update(state=state)
    acts = {
        "take": lambda i: loop.take(finding_id=i, actor=ops, now=NOW),
        "assign": lambda i: loop.assign(finding_id=i, actor=ops, to_id=ops.id or 0, now=NOW),
        "release": lambda i: loop.release(finding_id=i, actor=ops, now=NOW),
        "snooze": lambda i: loop.snooze(finding_id=i, actor=ops, until=NOW + HOUR, reason="r", now=NOW),
        "dismiss": lambda i: loop.dismiss(finding_id=i, actor=ops, code="known", now=NOW),
        "resolve": lambda i: loop.resolve(finding_id=i, actor=ops, now=NOW),
        "reopen": lambda i: loop.reopen(finding_id=i, actor=ops, now=NOW),
    }
    target = rules.LIFECYCLE.transitions.get((state, command))
    if target is None:
        with pytest.raises(loop.NotAllowedNow):
            acts[command](one().id)
        assert one().state == state
        assert commands(one().id) == ["find"], "a refused command leaves no trace"
    else:
        assert acts[command](one().id).state == target
        assert commands(one().id) == ["find", command]


def test_roles_and_shops_decide_what_one_sees(here: World) -> None:
    east, west = shop("East"), shop("West")
    owner, fin, wh_east = person("own", "OWN"), person("fin", "FIN"), person("wh", "WH", east)
    here.found = [
        found("1", shop=east.id),
        found("2", shop=west.id),
        found("3", shop=east.id, kind="test.odd"),
        found("4"),
        found("5", person_id=wh_east.id),
    ]
    look()
    seen = {a: sorted(f.subject_id for f in listed(a)) for a in (owner, fin, wh_east)}
    assert seen == {owner: ["1", "2", "4", "5"], fin: ["3"], wh_east: ["1", "5"]}
    for actor, numbers in seen.items():
        for row in Finding.objects.all():
            assert reading.sees(actor, row) == (row.subject_id in numbers), "one rule, written twice"
    hidden = Finding.objects.get(subject_id="2").pk
    with pytest.raises(loop.NotThere):
        loop.take(finding_id=hidden, actor=wh_east, now=NOW)
    with pytest.raises(loop.NobodyThere):
        loop.assign(finding_id=hidden, actor=owner, to_id=fin.id or 0, now=NOW)
    assert [f.subject_id for f in listed(owner, role="FIN")] == []
    assert sorted(f.subject_id for f in listed(None, role="FIN")) == ["3"]


def test_what_is_given_to_somebody_away_goes_to_the_deputy(here: World) -> None:
    east = shop()
    owner, ops, deputy = person("own", "OWN"), person("ops", "OPS"), person("wh", "WH")
    here.found = [found("1", shop=east.id)]
    look()
    assert ops.id is not None
    loop.set_absence(person_id=ops.id, deputy_id=deputy.id, starts_at=NOW, ends_at=NOW + HOUR, actor=ops)
    assert loop.assign(finding_id=one().id, actor=owner, to_id=ops.id, now=NOW).assignee_id == deputy.id
    assert loop.assign(finding_id=one().id, actor=owner, to_id=ops.id, now=NOW + HOUR).assignee_id == ops.id
    loop.set_absence(person_id=ops.id, deputy_id=None, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR, actor=owner)
    with pytest.raises(loop.NobodyThere):
        loop.assign(finding_id=one().id, actor=owner, to_id=ops.id, now=NOW + HOUR)


def test_ranked_by_deadline_and_money(here: World) -> None:
    east = shop()
    here.found = [
        found("over", shop=east.id, minor=1, due_at=NOW - HOUR),
        found("soon", shop=east.id, minor=10**9, due_at=NOW + HOUR),
        found("rich", shop=east.id, minor=500),
        found("poor", shop=east.id, minor=5),
        found("evening", shop=east.id, minor=50, due_at=NOW + 12 * HOUR),
        found("grave", shop=east.id, severity="bad"),
        found("quiet", shop=east.id, severity="info", minor=10**9),
        found("friday", shop=east.id, due_at=NOW + 72 * HOUR),
        found("far", shop=east.id, due_at=NOW + 400 * HOUR),
    ]
    look()
    order = [f.subject_id for f in listed()]
    assert order[2:] == ["grave", "rich", "evening", "poor", "friday", "quiet", "far"]
    assert [f.subject_id for f in listed(section="now")] == ["over", "soon"]
    assert [f.subject_id for f in listed(section="later")] == ["far"]
    counted = queries.counts(Wanted(now=NOW, day_end=NOW + 14 * HOUR))
    assert counted.sections == {"now": 2, "today": 4, "week": 2, "later": 1}
    assert (counted.total, counted.urgent) == (9, 8)
    pages = [
        f.id
        for n in range(5)
        for f in queries.list_findings(Wanted(now=NOW, day_end=NOW + 14 * HOUR, home="CNY"), limit=2, offset=2 * n)
    ]
    assert pages == [f.id for f in listed()]


# detectors that fail


def test_a_detector_that_raises_is_switched_off_and_its_findings_stay(here: World) -> None:
    east = shop()
    owner, ops = person("own", "OWN"), person("ops", "OPS")
    here.found = [found("1", shop=east.id)]
    look()
    here.raises = RuntimeError("no such column: price")
    assert look(NOW + HOUR).outcome == "failed"
    assert [f.subject_id for f in listed()] == ["1"]
    ((code, since, because),) = queries.off()
    assert (code, since) == ("test.watch", NOW + HOUR)
    assert "no such column" in because
    assert "RuntimeError" in DetectorState.objects.get().error
    here.raises = None
    assert look(NOW + 2 * HOUR).outcome == "off"
    assert loop.due(now=NOW + timedelta(days=9)) == []
    with pytest.raises(loop.MayNot):
        loop.switch_on(code="test.watch", actor=ops)
    loop.switch_on(code="test.watch", actor=owner)
    assert loop.due(now=NOW) == ["test.watch"]
    assert look(NOW + 3 * HOUR).outcome == "ok"


def test_a_detector_that_runs_long_is_stopped() -> None:
    with world(limit=timedelta(milliseconds=300)):
        one_ = find_detector("test.watch")
        assert one_ is not None

        def forever(_scan: object) -> list[object]:
            n = 0
            while True:
                n += 1

        object.__setattr__(one_, "detect", forever)
        report = look()
        assert report.outcome == "too_long"
        assert queries.off()[0][2] == "ran longer than 0.3 s"


def test_a_detector_stuck_in_a_query_is_stopped_too() -> None:
    from django.db import connection

    slow = (
        "SELECT pg_sleep(60)"
        if connection.vendor == "postgresql"
        else "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT count(*) FROM c"
    )
    with world(limit=timedelta(milliseconds=300)):
        one_ = find_detector("test.watch")
        assert one_ is not None

        def stuck(_scan: object) -> list[object]:
            from django.db import transaction

            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(slow)
            return []

        object.__setattr__(one_, "detect", stuck)
        assert look().outcome == "too_long"


def test_nonsense_is_refused_whole(here: World) -> None:
    east = shop()
    here.found = [found("1", shop=east.id), found("1", shop=east.id)]
    assert look().outcome == "failed"
    assert Finding.objects.count() == 0
    assert "twice" in queries.off()[0][2]


def test_an_undeclared_kind_is_the_fault_of_its_detector(here: World) -> None:
    one_ = find_detector("test.watch")
    assert one_ is not None
    with pytest.raises(BadDetector):
        one_.kind("test.other")


# incremental runs


def test_an_incremental_run_touches_only_what_it_examined(changing: World) -> None:
    east = shop()
    changing.found, changing.mark = [found("1", shop=east.id), found("2", shop=east.id)], "seq:10"
    assert look(full=None).full
    changing.found, changing.mark, changing.examined = [], "seq:12", [("order", ["2"])]
    report = look(NOW + HOUR, full=None)
    assert (report.full, report.recorded.gone) == (False, 1)
    assert changing.scans[-1].since == "seq:10"
    assert [f.subject_id for f in listed()] == ["1"], "it was not looked at, so it is not gone"
    changing.examined = []
    assert look(NOW + 2 * HOUR, full=None).recorded.gone == 0
    assert changing.scans[-1].since == "seq:12"
    full = look(NOW + timedelta(days=1), full=None)
    assert (full.full, full.recorded.gone) == (True, 1)


def test_a_failed_run_does_not_move_the_watermark(changing: World) -> None:
    shop()
    changing.mark = "seq:10"
    look(full=None)
    changing.raises = ValueError("x")
    look(NOW + HOUR, full=None)
    assert DetectorState.objects.get().mark == "seq:10"


def test_a_shop_without_data_keeps_its_findings(here: World) -> None:
    east, west = shop("East"), shop("West")
    here.found = [found("1", shop=east.id), found("2", shop=west.id)]
    look()
    here.found, here.blind = [], {west.id}
    look(NOW + HOUR)
    assert [f.subject_id for f in listed()] == ["2"]


def test_two_runs_of_one_detector_never_meet(here: World) -> None:
    DetectorState.objects.create(code="test.watch", running_until=datetime.now().astimezone() + HOUR)
    assert look().outcome == "busy"
    assert here.scans == []


def test_muted_noise_is_looked_for_and_not_shown(here: World) -> None:
    east = shop()
    owner = person("own", "OWN")
    here.found = [found("1", shop=east.id)]
    look()
    loop.mute(code="test.watch", actor=owner, reason="noise")
    assert listed() == []
    assert len(listed(muted=True)) == 1
    loop.unmute(code="test.watch", actor=owner)
    assert len(listed()) == 1


def test_precision_is_what_people_said_by_what_they_did(here: World) -> None:
    east = shop()
    ops = person("ops", "OPS")
    here.found = [found(str(n), shop=east.id) for n in range(6)]
    look()
    ids = [f.id for f in listed()]
    loop.take(finding_id=ids[0], actor=ops)
    loop.resolve(finding_id=ids[1], actor=ops)
    loop.take(finding_id=ids[2], actor=ops)
    loop.dismiss(finding_id=ids[2], actor=ops, code="wrong_numbers")
    loop.dismiss(finding_id=ids[3], actor=ops, code="not_a_problem")
    loop.dismiss(finding_id=ids[4], actor=ops, code="known")
    (line,) = queries.detectors_earned()
    assert (line.useful, line.useless, line.silent, line.mute) == (2, 2, 2, False)
    assert str(line.precision) == "0.5"
