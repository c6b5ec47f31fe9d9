"""What moved the paid amount: exact parts that add up to the change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from zhanggui.insight.decomposition import queries as decomposition
from zhanggui.insight.decomposition.contracts import Cell as Factor
from zhanggui.insight.decomposition.contracts import Row
from zhanggui.insight.decomposition.queries import CannotExplain
from zhanggui.insight.metrics.contracts import Cell
from zhanggui.insight.reports.contracts import BookFacts, Effect, Number, Sentence, Word
from zhanggui.kernel.money import exponent

Cells = Mapping[str, Cell]
Chain = Callable[[Cells, int], tuple[Factor, ...] | None]


def by_factor(book: BookFacts) -> tuple[tuple[Effect, ...], tuple[Sentence, ...]]:
    """The change by factor, or the sentence that says why it cannot be told.

    The chain that begins at visitors is taken where every shop told them; else buyers; else orders. By channel, with
    the shift between channels as its own line, where every channel tells the factors; else over all of them.
    """
    for names, cells in _CHAINS:
        for segments in (_by_channel(book), {"": (book.before.total, book.now.total)}):
            rows = _rows(book, segments, cells)
            if rows is None:
                continue
            try:
                found = decomposition.explain(factors=names, rows=rows, total="paid", currency=book.currency)
            except CannotExplain:
                continue
            return tuple(
                Effect(Word("factor", e.name), Number(e.amount, "money", book.currency, how="effect", signed=True))
                for e in found.effects
            ), ()
    return (), (Sentence("no_factors"),)


def by_channel(book: BookFacts) -> tuple[Effect, ...]:
    """The change by channel, largest first; nothing where there is one channel, or one lacks days."""
    segments = _by_channel(book)
    if len(segments) < 2:
        return ()
    found = []
    for channel, (before, now) in segments.items():
        one, two = _exact(before.get("M041")), _exact(now.get("M041"))
        if one is None or two is None:
            return ()
        amount = Number(int(two - one), "money", book.currency, how="difference", signed=True)
        found.append(Effect(Word("channel", channel), amount))
    return tuple(sorted(found, key=lambda e: (-abs(int(e.amount.value or 0)), e.name.value)))


def _by_channel(book: BookFacts) -> dict[str, tuple[Cells, Cells]]:
    channels = sorted({*book.now.by_channel, *book.before.by_channel})
    return {c: (book.before.by_channel.get(c, {}), book.now.by_channel.get(c, {})) for c in channels}


def _exact(cell: Cell | None) -> Fraction | None:
    return None if cell is None or cell.missing or cell.partial else cell.exact


def _rows(book: BookFacts, segments: Mapping[str, tuple[Cells, Cells]], cells: Chain) -> list[Row] | None:
    scale = 10 ** exponent(book.currency)
    rows = []
    for segment, sides in segments.items():
        for period, told in enumerate(sides):
            factors, paid = cells(told, scale), _exact(told.get("M041"))
            if factors is None or paid is None or paid.denominator != 1:
                return None
            rows.append(Row(period, segment, factors, total=int(paid)))
    return rows or None


def _visitors(told: Cells, scale: int) -> tuple[Factor, ...] | None:
    rate, paid = told.get("M024"), _exact(told.get("M041"))
    if rate is None or rate.missing or rate.partial or rate.unknown or paid is None:
        return None
    if rate.numerator is None or rate.denominator is None:
        return None
    return (
        Factor(rate.denominator),
        Factor(rate.numerator, rate.denominator),
        Factor(paid / scale, rate.numerator),
    )


def _buyers(told: Cells, scale: int) -> tuple[Factor, ...] | None:
    buyers, orders, paid = _exact(told.get("M048")), _exact(told.get("M047")), _exact(told.get("M041"))
    if buyers is None or orders is None or paid is None or told["M048"].unknown:
        return None
    return Factor(buyers), Factor(orders, buyers), Factor(paid / scale, orders)


def _orders(told: Cells, scale: int) -> tuple[Factor, ...] | None:
    orders, paid = told.get("M047"), _exact(told.get("M041"))
    if orders is None or orders.exact is None or paid is None:
        return None
    return Factor(orders.exact), Factor(paid / scale, orders.exact)


_CHAINS: tuple[tuple[tuple[str, ...], Chain], ...] = (
    (("visitors", "conversion", "paid_per_buyer"), _visitors),
    (("buyers", "orders_per_buyer", "paid_per_order"), _buyers),
    (("orders", "paid_per_order"), _orders),
)
