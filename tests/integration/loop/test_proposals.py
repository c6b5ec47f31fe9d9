"""From a preview to an outcome: tokens, approvals, a world that moves, one execution, doubt, undo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from loop_house import HOUR, NOW, World, found, person, shop, world
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.loop import operations as loop
from zhanggui.foundation.loop import queries
from zhanggui.foundation.loop.contracts import (
    Actor,
    Failed,
    HandedOver,
    ProposalInfo,
    Reading,
    Series,
    Skipped,
    Unknown,
    measuring,
)
from zhanggui.foundation.loop.domain.policy import Rule
from zhanggui.foundation.loop.models import Item, Outcome, Proposal

pytestmark = [pytest.mark.data, pytest.mark.django_db]


class House:
    def __init__(self, made: World) -> None:
        self.world = made
        self.east: ShopInfo = shop("East")
        self.west: ShopInfo = shop("West")
        self.owner, self.ops, self.fin = person("own", "OWN"), person("ops", "OPS"), person("fin", "FIN")
        self.cs_east = person("cs", "CS", self.east)
        made.values = {"a": 1, "b": 2, "c": 3, "w": 4}
        made.shop_of = dict.fromkeys("abc", self.east.id) | {"w": self.west.id}

    def propose(self, actor: Actor | None = None, keys: str = "ab", **more: Any) -> ProposalInfo:
        params = {"keys": list(keys), "value": 9}
        return loop.propose(action="test.set", params=params, actor=actor or self.cs_east, now=NOW, **more)

    def approved(self, keys: str = "ab") -> ProposalInfo:
        made = self.propose(keys=keys)
        return loop.approve(proposal_id=made.id, actor=self.ops, token=made.token, now=NOW)

    def done(self, keys: str = "ab") -> ProposalInfo:
        return loop.execute(proposal_id=self.approved(keys).id, actor=self.ops, now=NOW)


@pytest.fixture
def house() -> Iterator[House]:
    with world() as made:
        yield House(made)


def items(proposal_id: int) -> dict[str, str]:
    return dict(Item.objects.filter(proposal_id=proposal_id).values_list("key", "state"))


def commands(proposal_id: int) -> list[str]:
    seen = queries.proposal(proposal_id=proposal_id, viewer=None)
    assert seen is not None
    return [e.command for e in seen.events]


def test_the_whole_way(house: House) -> None:
    seen = loop.preview(action="test.set", params={"keys": ["a", "b"], "value": 9}, actor=house.cs_east)
    assert [(c.key, c.before, c.after) for c in seen.changes] == [
        ("a", {"value": 1}, {"value": 9}),
        ("b", {"value": 2}, {"value": 9}),
    ]
    made = house.propose(token=seen.token)
    assert (made.state, made.approvers, made.item_count) == ("proposed", 1, 2)
    with pytest.raises(loop.NotAllowedNow):
        loop.execute(proposal_id=made.id, actor=house.ops, now=NOW)
    loop.approve(proposal_id=made.id, actor=house.ops, token=made.token, now=NOW)
    ended = loop.execute(proposal_id=made.id, actor=house.ops, now=NOW)
    assert (ended.state, house.world.values["a"], house.world.values["b"]) == ("done", 9, 9)
    assert house.world.executed == ["a", "b"]
    with pytest.raises(loop.NotAllowedNow):
        loop.execute(proposal_id=made.id, actor=house.ops, now=NOW)
    assert house.world.executed == ["a", "b"], "once"
    back = loop.undo(proposal_id=made.id, actor=house.ops, now=NOW)
    assert (back.state, house.world.values) == ("undone", {"a": 1, "b": 2, "c": 3, "w": 4})
    assert commands(made.id) == [
        "propose", "approve", "begin", "try", "succeed", "try", "succeed", "finish",
        "undo", "undo", "succeed", "undo", "succeed", "finish_undo",
    ]  # fmt: skip


def test_a_list_that_changed_since_the_preview_is_not_proposed(house: House) -> None:
    seen = loop.preview(action="test.set", params={"keys": ["a", "b"], "value": 9}, actor=house.cs_east)
    house.world.values["a"] = 5
    with pytest.raises(loop.OtherList):
        house.propose(token=seen.token)
    assert not Proposal.objects.exists()


def test_the_proposer_never_approves_and_roles_decide(house: House) -> None:
    made = house.propose(house.ops)
    with pytest.raises(loop.MayNot) as refused:
        loop.approve(proposal_id=made.id, actor=house.ops, token=made.token, now=NOW)
    assert refused.value.reason == "proposer"
    with pytest.raises(loop.MayNot) as refused:
        loop.approve(proposal_id=made.id, actor=house.cs_east, token=made.token, now=NOW)
    assert refused.value.reason == "role"
    with pytest.raises(loop.OtherList):
        loop.approve(proposal_id=made.id, actor=house.owner, token="0" * 64, now=NOW)
    assert loop.approve(proposal_id=made.id, actor=house.owner, token=made.token, now=NOW).state == "approved"


def test_lines_edited_behind_our_back_are_neither_approved_nor_done(house: House) -> None:
    made = house.propose()
    Item.objects.filter(proposal_id=made.id, key="a").update(after={"value": 1000})
    with pytest.raises(loop.OtherList):
        loop.approve(proposal_id=made.id, actor=house.ops, token=made.token, now=NOW)
    good = house.approved("c")
    Item.objects.filter(proposal_id=good.id).update(after={"value": 1000})
    with pytest.raises(loop.OtherList):
        loop.execute(proposal_id=good.id, actor=house.ops, now=NOW)
    assert house.world.executed == []


def test_two_people_where_the_policy_says_two(house: House) -> None:
    loop.set_policy(rules=[Rule("test.*", 2, frozenset({"OWN", "OPS", "FIN"}), name="two")], actor=house.owner)
    made = house.propose()
    assert made.approvers == 2
    assert loop.approve(proposal_id=made.id, actor=house.ops, token=made.token, now=NOW).state == "proposed"
    with pytest.raises(loop.MayNot) as refused:
        loop.approve(proposal_id=made.id, actor=house.ops, token=made.token, now=NOW)
    assert refused.value.reason == "twice"
    assert loop.approve(proposal_id=made.id, actor=house.fin, token=made.token, now=NOW).state == "approved"


def test_nobody_needs_to_approve_where_the_policy_says_so(house: House) -> None:
    loop.set_policy(rules=[Rule("test.*", 0, max_items=2, name="small")], actor=house.owner)
    assert house.propose().state == "approved"
    assert house.propose(keys="abc").state == "proposed"
    with pytest.raises(loop.BadRule):
        loop.set_policy(rules=[Rule("test.*", 1, frozenset(), name="nobody")], actor=house.owner)
    with pytest.raises(loop.MayNot):
        loop.set_policy(rules=[], actor=house.ops)


def test_a_deputy_approves_in_the_place_of_who_is_away(house: House) -> None:
    deputy = person("wh", "WH")
    made = house.propose(house.ops)
    with pytest.raises(loop.MayNot):
        loop.approve(proposal_id=made.id, actor=deputy, token=made.token, now=NOW)
    assert house.fin.id is not None
    loop.set_absence(person_id=house.fin.id, deputy_id=deputy.id, starts_at=NOW, ends_at=NOW + HOUR, actor=house.fin)
    assert [p.id for p in queries.to_approve(viewer=deputy, now=NOW)] == [made.id]
    assert queries.to_approve(viewer=deputy, now=NOW + HOUR) == []
    done = loop.approve(proposal_id=made.id, actor=deputy, token=made.token, now=NOW)
    assert done.approved_by == ((deputy.id, house.fin.id),)


def test_a_moved_world_refuses_with_the_difference(house: House) -> None:
    made = house.approved()
    house.world.values["b"] = 77
    ended = loop.execute(proposal_id=made.id, actor=house.ops, now=NOW)
    assert (ended.state, house.world.executed) == ("moved", [])
    assert ended.difference == (
        {
            "key": "b", "label": "b",
            "then": {"before": {"value": 2}, "after": {"value": 9}},
            "now": {"before": {"value": 77}, "after": {"value": 9}},
        },
    )  # fmt: skip
    assert set(items(made.id).values()) == {"pending"}


def test_something_that_is_gone_refuses_too(house: House) -> None:
    made = house.approved()
    del house.world.values["a"]
    ended = loop.execute(proposal_id=made.id, actor=house.ops, now=NOW)
    assert (ended.state, len(ended.difference), house.world.executed) == ("moved", 2, [])


def test_each_item_ends_by_itself(house: House) -> None:
    house.world.answers = {"a": Failed("no"), "b": Skipped("was so")}
    ended = house.done("abc")
    assert ended.state == "partly"
    assert items(ended.id) == {"a": "failed", "b": "skipped", "c": "done"}
    house.world.answers = {"a": ValueError("bad")}
    house.world.values["a"] = 1
    assert house.done("a").state == "failed"


def test_a_time_out_is_unknown_and_read_back_never_sent_again(house: House) -> None:
    house.world.answers = {"a": Unknown("timed out"), "b": TimeoutError("b")}
    house.world.readable = False
    ended = house.done()
    assert (ended.state, items(ended.id)) == ("uncertain", {"a": "unknown", "b": "unknown"})
    assert loop.verify(proposal_id=ended.id) == 0
    house.world.readable = True
    house.world.values["a"] = 9  # it had happened after all; b had not
    assert loop.verify(proposal_id=ended.id) == 2
    assert items(ended.id) == {"a": "done", "b": "failed"}
    assert house.world.executed == ["a", "b"]
    seen = queries.proposal(proposal_id=ended.id, viewer=None)
    assert seen is not None
    assert seen.state == "partly"


def test_a_third_value_stays_in_doubt_until_a_person_looks(house: House) -> None:
    house.world.answers = {"a": Unknown()}
    ended = house.done("a")
    house.world.values["a"] = 55
    assert loop.verify(proposal_id=ended.id) == 0
    item = Item.objects.get(proposal_id=ended.id)
    assert (item.state, item.seen) == ("unknown", {"value": 55})
    after = loop.settle(proposal_id=ended.id, item_id=item.pk, actor=house.ops, happened=True, reason="looked")
    assert after.state == "done"


def test_a_file_is_handed_over_and_the_next_import_tells(house: House) -> None:
    house.world.answers = {"a": HandedOver("upload it", file="12")}
    ended = house.done("a")
    assert (ended.state, items(ended.id)) == ("waiting", {"a": "waiting"})
    assert loop.verify(proposal_id=ended.id) == 0, "the old value is not a no: the file may not be uploaded yet"
    house.world.values["a"] = 9
    assert loop.verify_due() == 1
    assert items(ended.id) == {"a": "done"}


def test_a_dead_process_leaves_unknown_and_what_was_not_begun_stays_undone(house: House) -> None:
    made = house.approved("abc")
    Proposal.objects.filter(pk=made.id).update(state="executing", executor="gone:1", lease_until=NOW)
    Item.objects.filter(proposal_id=made.id, key="a").update(state="done")
    Item.objects.filter(proposal_id=made.id, key="b").update(state="trying")
    assert loop.recover(now=NOW) == [], "still alive"
    house.world.readable = False
    assert loop.recover(now=NOW + timedelta(seconds=1)) == [made.id]
    assert items(made.id) == {"a": "done", "b": "unknown", "c": "skipped"}
    assert house.world.executed == []
    house.world.readable = True
    loop.recover(now=NOW + HOUR)
    assert items(made.id) == {"a": "done", "b": "failed", "c": "skipped"}


def test_proposals_expire_and_are_then_neither_approved_nor_done(house: House) -> None:
    made, ready = house.propose(keys="a"), house.approved("b")
    late = NOW + timedelta(days=3, seconds=1)
    with pytest.raises(loop.NotAllowedNow):
        loop.approve(proposal_id=made.id, actor=house.ops, token=made.token, now=late)
    with pytest.raises(loop.NotAllowedNow):
        loop.execute(proposal_id=ready.id, actor=house.ops, now=late)
    assert loop.expire_due(now=late - timedelta(seconds=1)) == 0, "the bound is inclusive"
    assert loop.expire_due(now=late) == 2
    assert set(Proposal.objects.values_list("state", flat=True)) == {"expired"}


def test_reject_and_withdraw(house: House) -> None:
    made = house.propose()
    with pytest.raises(loop.WhyMissing):
        loop.reject(proposal_id=made.id, actor=house.ops, reason="", now=NOW)
    with pytest.raises(loop.MayNot):
        loop.reject(proposal_id=made.id, actor=house.cs_east, reason="my own", now=NOW)
    assert loop.reject(proposal_id=made.id, actor=house.ops, reason="no", now=NOW).state == "rejected"
    other = house.propose()
    with pytest.raises(loop.MayNot):
        loop.withdraw(proposal_id=other.id, actor=house.ops)
    assert loop.withdraw(proposal_id=other.id, actor=house.cs_east).state == "withdrawn"


def test_shops_of_others_are_out_of_reach(house: House) -> None:
    seen = loop.preview(action="test.set", params={"keys": ["a", "w"], "value": 9}, actor=house.cs_east)
    assert [c.key for c in seen.changes] == ["a"]
    made = house.propose(house.ops, keys="w")
    assert queries.proposal(proposal_id=made.id, viewer=house.cs_east) is None
    assert queries.proposal(proposal_id=made.id, viewer=house.owner) is not None
    with pytest.raises(loop.NotThere):
        loop.approve(proposal_id=made.id, actor=house.cs_east, token=made.token, now=NOW)
    with pytest.raises(loop.MayNot):
        loop.preview(action="test.set", params={"keys": ["a"], "value": 9}, actor=house.fin)


def test_bad_wishes_are_named(house: House) -> None:
    with pytest.raises(loop.UnknownAction):
        loop.preview(action="no.such", params={}, actor=house.ops)
    with pytest.raises(loop.BadParameters) as caught:
        loop.preview(action="test.set", params={"keys": "a", "value": "much"}, actor=house.ops)
    assert set(caught.value.fields) == {"keys", "value"}
    with pytest.raises(loop.CannotPreview):
        loop.preview(action="test.set", params={"keys": ["zz"], "value": 9}, actor=house.ops)
    house.world.values["a"] = 9
    with pytest.raises(loop.NothingToDo):
        loop.preview(action="test.set", params={"keys": ["a"], "value": 9}, actor=house.ops)


# outcomes


@pytest.fixture
def measured(house: House) -> Iterator[House]:
    from zhanggui.foundation.loop.contracts import Measurement, find_action

    spec = find_action("test.set")
    assert spec is not None
    type(spec.act).measures = Measurement("M041", timedelta(days=7), timedelta(days=14), is_money=True)
    kept = list(measuring._reader)
    yield house
    measuring._reader[:] = kept


def test_an_outcome_is_declared_before_and_measured_once_after(measured: House) -> None:
    asked: list[tuple[str, Mapping[str, Any], date, date]] = []

    def read(metric: str, scope: Mapping[str, Any], first: date, last: date) -> Reading:
        asked.append((metric, scope, first, last))
        days = (last - first).days + 1
        ours = tuple(Decimal(10_000 + 100 * (n % 3) + (2_000 if n > 14 else 0)) for n in range(days))
        others = tuple(
            Series(str(u), tuple(Decimal(5_000 + 10 * u + 50 * (n % 3)) for n in range(days))) for u in range(3)
        )
        return Reading(metric, first, (Series("east", ours),), others, "money", "CNY")

    measuring.read_with(read)
    here = measured
    here.world.found = [found("1", shop=here.east.id, roles=frozenset({"CS"}))]
    loop.run_all(codes=["test.watch"], now=NOW)
    cause = queries.list_findings(queries.Wanted(now=NOW, day_end=NOW + HOUR))[0]
    made = here.propose(finding_id=cause.id)
    loop.approve(proposal_id=made.id, actor=here.ops, token=made.token, now=NOW)
    loop.execute(proposal_id=made.id, actor=here.ops, now=NOW)
    (declared,) = queries.outcomes(viewer=None)
    assert (declared.state, declared.window_first, declared.window_last) == (
        "waiting", date(2026, 11, 12), date(2026, 11, 18),
    )  # fmt: skip
    assert loop.measure_due(now=NOW + timedelta(days=7)) == 0
    assert loop.measure_due(now=NOW + timedelta(days=8)) == 1
    assert asked == [("M041", {"shop_ids": [here.east.id]}, date(2026, 10, 28), date(2026, 11, 18))]
    assert loop.measure_due(now=NOW + timedelta(days=9)) == 0
    (said,) = queries.outcomes(viewer=None)
    assert (said.method, said.state, said.unit) == ("synthetic", "measured", "money")
    assert said.effect is not None
    assert abs(said.effect - 2_000) < 100
    (line,) = queries.detectors_earned()
    (money,) = line.recovered
    assert money.low <= money.minor <= money.high
    assert abs(money.minor - 14_000) < 700


def test_without_a_control_no_money_is_called_recovered(measured: House) -> None:
    def read(metric: str, scope: Mapping[str, Any], first: date, last: date) -> Reading:
        days = (last - first).days + 1
        return Reading(metric, first, (Series("e", tuple(Decimal(100 + n) for n in range(days))),), (), "money", "CNY")

    measuring.read_with(read)
    measured.done()
    loop.measure_due(now=NOW + timedelta(days=8))
    (said,) = queries.outcomes(viewer=None)
    assert (said.method, said.note) == ("before_after", "uncontrolled")
    lines = {line.code: line for line in queries.actions_earned()}
    assert (lines["test.set"].recovered, lines["test.set"].uncontrolled) == ((), 1)


def test_an_outcome_waits_for_the_data_of_its_last_days(measured: House) -> None:
    def read(metric: str, scope: Mapping[str, Any], first: date, last: date) -> Reading:
        return Reading(metric, first, (Series("e", tuple(Decimal(n) for n in range(18))),))

    measuring.read_with(read)
    measured.done()
    assert loop.measure_due(now=NOW + timedelta(days=9)) == 0
    assert Outcome.objects.get().state == "waiting"
    assert loop.measure_due(now=NOW + timedelta(days=16)) == 1, "after a week it is told with what there is"


def test_an_undone_act_is_not_asked_for_its_outcome(measured: House) -> None:
    ended = measured.done()
    loop.undo(proposal_id=ended.id, actor=measured.ops)
    assert queries.outcomes(viewer=None)[0].state == "withdrawn"
