"""Who must approve, who may, and for whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.loop.domain.policy import (
    DEFAULT,
    EXPIRES_AFTER,
    Absence,
    Rule,
    Size,
    expires_at,
    is_away,
    may_decide,
    need,
    stands_for,
)

NOW = datetime(2026, 11, 11, 8, tzinfo=UTC)
HEADS = frozenset({"OWN", "FIN"})


@given(
    st.sampled_from(["orders.hold", "prices.change", "notes.orders", "adverts.pause"]), st.integers(0, 10**6),
    st.one_of(st.none(), st.integers(0, 10**12)), st.sampled_from(["CNY", "USD", ""]), st.booleans(),
)  # fmt: skip
def test_every_proposal_has_a_rule_and_bigger_never_needs_fewer(
    action: str, items: int, money: int | None, currency: str, irreversible: bool
) -> None:
    size = Size(items, money, currency, irreversible)
    found = need(action, size)
    assert found.approvers in (0, 1, 2)
    assert not found.approvers or found.roles
    bigger = need(action, Size(items * 2, None if money is None else money * 2, currency, irreversible))
    assert bigger.approvers >= found.approvers
    assert need(action, Size(items, money, currency, True)).approvers >= found.approvers


@pytest.mark.parametrize(
    ("items", "money", "approvers"), [(200, 1_000_000, 1), (201, 1_000_000, 2), (200, 1_000_001, 2)]
)
def test_bounds_are_inclusive(items: int, money: int, approvers: int) -> None:
    assert need("prices.change", Size(items, money, "CNY")).approvers == approvers


def test_money_of_another_currency_fits_no_bound() -> None:
    assert need("prices.change", Size(1, 1, "USD")).approvers == 2


def test_the_rules_of_the_installation_come_first() -> None:
    own = Rule("prices.*", 0, max_items=3, name="ours")
    assert need("prices.change", Size(3), [own]).rule == "ours"
    assert need("prices.change", Size(4), [own]).rule != "ours"
    assert need("orders.hold", Size(1), [own]).rule == next(r.name for r in DEFAULT if r.action == "orders.hold")


def decide(person: int, roles: str = "", **others: object) -> tuple[str, int | None]:
    given_: dict[str, object] = {
        "deputised": [], "proposer_id": 1, "approved_by": frozenset(), "wanted": HEADS,
    } | others  # fmt: skip
    found = may_decide(person_id=person, roles=frozenset(roles.split()), **given_)  # type: ignore[arg-type]
    return found.reason, found.for_id


def test_the_proposer_never_approves_by_any_hand() -> None:
    assert decide(1, "OWN") == ("proposer", None)
    assert decide(1, "OWN", deputised=[(5, HEADS)]) == ("proposer", None)
    assert decide(2, "CS", deputised=[(1, HEADS)]) == ("role", None), "a deputy of the proposer"


def test_a_deputy_decides_in_the_place_of_who_is_away() -> None:
    assert decide(2, "CS") == ("role", None)
    assert decide(2, "CS", deputised=[(5, HEADS)]) == ("", 5)
    assert decide(2, "FIN", deputised=[(5, HEADS)]) == ("", None), "the own role comes first"
    assert decide(2, "CS", deputised=[(5, HEADS)], approved_by=frozenset({5})) == ("role", None)


def test_nobody_counts_twice() -> None:
    assert decide(2, "FIN", approved_by=frozenset({2})) == ("twice", None)
    assert decide(2, "FIN", approved_by=frozenset({3})) == ("", None)


def test_absences_are_half_open_and_not_inherited() -> None:
    day = timedelta(days=1)
    away = [Absence(5, 2, NOW, NOW + day), Absence(2, 7, NOW, NOW + day)]
    assert stands_for(2, away, NOW) == {5}
    assert stands_for(7, away, NOW) == {2}
    assert stands_for(2, away, NOW + day) == frozenset()
    assert stands_for(2, away, NOW - timedelta(microseconds=1)) == frozenset()
    assert is_away(5, away, NOW) == away[0]
    assert is_away(9, away, NOW) is None


def test_a_proposal_expires_with_the_deadline_it_serves() -> None:
    assert expires_at(NOW, None) == NOW + EXPIRES_AFTER
    assert expires_at(NOW, NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)
    assert expires_at(NOW, NOW - timedelta(hours=1)) == NOW + EXPIRES_AFTER
    assert expires_at(NOW, NOW + timedelta(days=9)) == NOW + EXPIRES_AFTER
