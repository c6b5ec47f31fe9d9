"""Spend counted once, whatever reports tell it again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zhanggui.traffic.ads.domain.counting import Told, count_once


def told(id: int, thing: tuple[str | None, ...], spent: int | None, *, grain: str = "campaign_no",
         level: str = "campaign", basis: str = "advertised", window: int | None = None,
         view: str | None = None) -> Told:  # fmt: skip
    return Told(id, grain, level, basis, thing, window, view, spent)


def test_windows_repeat_the_spend_and_the_longest_counts() -> None:
    rows = [told(1, ("a",), 500, window=1), told(2, ("a",), 500, window=15), told(3, ("b",), 70, window=15)]
    counted = count_once(rows)
    assert counted.ids == {2, 3}
    assert [s.spent for s in counted.statements] == [570]


def test_a_finer_report_that_leaves_spend_out_does_not_count() -> None:
    rows = [
        told(1, ("a",), 500),
        told(2, ("a", "k1"), 300, grain="campaign_no+keyword", level="keyword"),
        told(3, ("a", "k2"), 120, grain="campaign_no+keyword", level="keyword"),
    ]
    counted = count_once(rows)
    assert counted.ids == {1}
    assert [(s.grain, s.spent, s.counted) for s in counted.statements] == [
        ("campaign_no", 500, True),
        ("campaign_no+keyword", 420, False),
    ]


def test_a_coarser_report_taken_too_early_gives_way_to_the_complete_one() -> None:
    rows = [
        told(1, (), 100, grain="account", level="account"),
        told(2, ("a",), 90),
        told(3, ("b",), 60),
    ]
    assert count_once(rows).ids == {2, 3}


def test_equal_sums_are_taken_from_the_coarser_report_by_what_was_advertised() -> None:
    rows = [
        told(1, ("a", "x"), 80, grain="campaign_no+sku_no", level="sku", basis="ordered"),
        told(2, ("a", "x"), 80, grain="campaign_no+sku_no", level="sku"),
        told(3, ("a", "x"), 80, grain="campaign_no+item_no", level="item"),
    ]
    assert count_once(rows).ids == {3}
    assert count_once(rows[:2]).ids == {2}


def test_the_same_campaigns_named_by_two_layouts_are_not_added() -> None:
    rows = [told(1, ("77",), 500), told(2, ("Summer",), 500, grain="campaign")]
    assert len(count_once(rows).ids) == 1


def test_nothing_told_counts_nothing_and_unknown_spend_is_no_error() -> None:
    assert count_once([]).ids == frozenset()
    assert count_once([told(1, ("a",), None)]).ids == {1}


_THINGS = st.sampled_from([("a",), ("b",), ("c",)])
_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["campaign_no", "campaign_no+keyword", "account"]),
        _THINGS,
        st.sampled_from([None, 1, 15]),
        st.sampled_from(["click", None]),
        st.integers(0, 1000),
    ),
    max_size=25,
)


@given(_ROWS, st.randoms(use_true_random=False))
def test_the_sum_is_that_of_the_fullest_report_in_any_order(rows: list[tuple], random: object) -> None:  # type: ignore[type-arg]
    made = [
        told(n, thing, spent, grain=grain, level="account" if grain == "account" else "campaign", window=w, view=v)
        for n, (grain, thing, w, v, spent) in enumerate(rows)
    ]
    counted = count_once(made)
    sums: dict[str, dict[tuple[str | None, ...], int]] = {}
    for row in made:
        of_grain = sums.setdefault(row.grain, {})
        of_grain[row.thing] = max(of_grain.get(row.thing, 0), row.spent or 0)
    chosen = [row for row in made if row.id in counted.ids]
    assert sum(row.spent or 0 for row in chosen) == max((sum(s.values()) for s in sums.values()), default=0)
    assert len({(row.grain, row.thing) for row in chosen}) == len(chosen)
    random.shuffle(made)  # type: ignore[attr-defined]
    assert count_once(made) == counted
