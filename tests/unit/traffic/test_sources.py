"""Sources told as wholes and parts, and what they yield."""

from __future__ import annotations

from fractions import Fraction

from zhanggui.traffic.visits.domain.sources import SourceFigures, told_again, yields


def test_a_part_counts_only_where_its_whole_is_not_told() -> None:
    paths = ["付费", "付费 > 快车", "免费 > 搜索", "免费 > 搜索 > 词"]
    assert told_again(paths) == {"付费 > 快车", "免费 > 搜索 > 词"}


def test_shares_add_up_and_concentration_is_theirs() -> None:
    rows = [SourceFigures("paid", 20, 1, 500), SourceFigures("search", 60, 3, 900), SourceFigures("other", 20, 0, 0)]
    found, concentration = yields(rows)
    assert [r.figures.source for r in found] == ["search", "other", "paid"]
    assert sum(r.share or 0 for r in found) == 1
    assert found[0].conversion == Fraction(1, 20)
    assert found[0].visitor_value == 15
    assert concentration is not None
    assert (concentration.source, concentration.largest) == ("search", Fraction(3, 5))
    assert concentration.hhi == Fraction(11, 25)


def test_unknown_visitors_have_no_share_and_nothing_is_no_concentration() -> None:
    found, concentration = yields([SourceFigures("paid", None, 2, 500)])
    assert (found[0].share, found[0].conversion, found[0].visitor_value) == (None, None, None)
    assert concentration is None
    assert yields([]) == ([], None)


def test_a_source_that_brings_nobody_has_no_conversion() -> None:
    found, _ = yields([SourceFigures("live", 0, 0, 0), SourceFigures("search", 5, 0, 0)])
    assert [(r.share, r.conversion) for r in found] == [(1, 0), (0, None)]
