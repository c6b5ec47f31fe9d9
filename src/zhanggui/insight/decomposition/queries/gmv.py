"""The paid amount of two periods, taken apart from what the metric store knows.

The identity of people, ``M041 = M001 × M024 × M050``, holds on one consistent set only (metrics §3.1): visitors and
paying buyers are told per shop and day, so buyers are counted once per shop and day here, in M050 too. What a platform
says of its paying buyers and what the imported orders say must agree, or the explanation is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.insight.decomposition.contracts import Cell, Explanation, Method, Row
from zhanggui.insight.decomposition.domain.errors import CannotExplain, gettext_noop
from zhanggui.insight.decomposition.domain.explain import explain
from zhanggui.insight.decomposition.domain.identities import PEOPLE
from zhanggui.insight.metrics import queries as metrics
from zhanggui.insight.metrics.contracts import AnswerRow
from zhanggui.insight.metrics.domain.errors import BeforeFirstData, NoData
from zhanggui.kernel.money import exponent

Basis = Literal["auto", "people", "orders"]
BASES: Final[tuple[Basis, ...]] = ("auto", "people", "orders")
BY: Final = ("", "channel", "shop")
#: Orders × value per order: what the orders alone tell.
ORDERS: Final = ("M047", "M051")


class UnknownBasis(CannotExplain):
    template = gettext_noop("There is no basis “%(basis)s”; choose auto, people or orders.")


class UnknownBy(CannotExplain):
    template = gettext_noop("A change can be taken apart by channel or shop, not by “%(by)s”.")


class SalesMissing(CannotExplain):
    """A shop whose orders are not known on a day of either period."""

    template = gettext_noop("Orders of %(shop)s are not known on %(day)s. Missing is not zero: import them first.")


class AmountsUnknown(CannotExplain):
    template = gettext_noop("Orders of %(shop)s on %(day)s do not tell their amount, so no change can be explained.")


class SeveralCurrencies(CannotExplain):
    template = gettext_noop("These shops sell in %(currencies)s, which are never added. Choose shops of one currency.")


class TrafficMissing(CannotExplain):
    """The identity of people was asked for by name, and visitors or buyers are not told."""

    template = gettext_noop(
        "Visitors or buyers of %(shops)s are not told on every day of both periods. Use the basis orders, or import "
        "the traffic reports."
    )


@dataclass(frozen=True, slots=True)
class GmvExplanation:
    """``basis``: people or orders. ``without_traffic``: shops whose visitors or buyers are not told on every day, for
    which ``orders`` was taken. ``left_out``: shops no day of either period is known of; they are in no number here.
    ``partial``: shops whose files end inside a day of a period."""

    explanation: Explanation
    basis: Literal["people", "orders"]
    by: str
    before: tuple[date, date]
    after: tuple[date, date]
    without_traffic: tuple[str, ...]
    left_out: tuple[str, ...]
    partial: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _ShopDay:
    """One shop and day. ``buyers`` None: orders without a buyer. ``visitors`` None: no report."""

    shop_id: int
    period: int
    day: str
    currency: str
    paid: int
    orders: int
    buyers: int | None
    visitors: int | None
    platform_buyers: int | None
    partial: bool


def explain_gmv(
    *,
    shop_ids: frozenset[int],
    before: tuple[date, date],
    after: tuple[date, date],
    by: str = "",
    method: Method = "shapley",
    order: Sequence[str] | None = None,
    basis: str = "auto",
) -> GmvExplanation:
    """What moved the paid amount (M041) from the days ``before`` to the days ``after`` (both ends included).

    ``by``: "", ``channel`` or ``shop``; with two segments or more the line *mix* stands beside the factors. ``basis``:
    ``people`` (visitors × pay conversion × value per buyer), ``orders`` (orders × value per order), or ``auto``:
    people where every shop tells its visitors and buyers on every day, else orders, said in ``without_traffic``.

    Raises ``CannotExplain`` (missing days, several currencies, a pair that does not match) and what ``measure``
    raises.
    """
    if basis not in BASES:
        raise UnknownBasis(basis=basis)
    if by not in BY:
        raise UnknownBy(by=by)
    shops = {s.id: s for s in accounts.shops(include_inactive=True)}
    told = [*_shop_days(shop_ids, 0, before), *_shop_days(shop_ids, 1, after)]
    names = {i: shops[i].name for i in shops}
    seen = {d.shop_id for d in told if isinstance(d, _ShopDay)}
    asked = {d.shop_id if isinstance(d, _ShopDay) else d[0] for d in told}
    silent = asked - seen if seen else frozenset()
    days = _selling((d for d in told if isinstance(d, _ShopDay) or d[0] not in silent), names)
    currencies = sorted({d.currency for d in days if d.currency})
    if len(currencies) > 1:
        raise SeveralCurrencies(currencies=", ".join(currencies))
    lacking = tuple(sorted({names[d.shop_id] for d in days if None in (d.buyers, d.visitors, d.platform_buyers)}))
    if basis == "people" and lacking:
        raise TrafficMissing(shops=", ".join(lacking))
    used: Literal["people", "orders"] = "people" if basis != "orders" and not lacking else "orders"
    segment = {
        i: {"": "", "channel": s.channel, "shop": s.name}[by] for i, s in shops.items() if by in ("", "channel", "shop")
    }
    currency = currencies[0] if currencies else "CNY"
    found = explain(
        factors=PEOPLE if used == "people" else ORDERS,
        rows=_rows(days, segment, used, 10 ** exponent(currency)),
        total="M041",
        currency=currency,
        method=method,
        order=order,
    )
    return GmvExplanation(
        found, used, by, before, after, lacking if basis == "auto" else (),
        tuple(sorted(names[i] for i in silent)),
        tuple(sorted({names[d.shop_id] for d in days if d.partial})),
    )  # fmt: skip


def _selling(days: Iterable[_ShopDay | tuple[int, str, str]], names: Mapping[int, str]) -> list[_ShopDay]:
    """The days, if all are known; one that is not refuses the whole."""
    found = []
    for d in days:
        if isinstance(d, _ShopDay):
            found.append(d)
        elif d[2] == "unknown":
            raise AmountsUnknown(shop=names[d[0]], day=d[1])
        else:
            raise SalesMissing(shop=names[d[0]], day=d[1])
    return found


def _shop_days(
    shop_ids: frozenset[int], period: int, days: tuple[date, date]
) -> Iterable[_ShopDay | tuple[int, str, str]]:
    answer = metrics.measure(
        metrics=["M041", "M047", "M048"], shop_ids=shop_ids, first=days[0], last=days[1], by=["shop", "day"]
    )
    traffic = _traffic(shop_ids, days)
    for row in answer.rows:
        shop_id, day = int(row.keys[0] or 0), str(row.keys[1])
        paid, orders, buyers = (row.cells[m] for m in ("M041", "M047", "M048"))
        if paid.missing or orders.value is None:
            yield shop_id, day, "missing"
        elif paid.value is None or paid.unknown:
            yield shop_id, day, "unknown"
        else:
            visitors, platform = traffic.get((shop_id, day), (None, None))
            told = None if buyers.value is None or buyers.unknown else int(buyers.value)
            yield _ShopDay(
                shop_id, period, day, row.currency, int(paid.value), int(orders.value), told, visitors, platform,
                bool(paid.partial),
            )  # fmt: skip


def _traffic(shop_ids: frozenset[int], days: tuple[date, date]) -> dict[tuple[int, str], tuple[int | None, int | None]]:
    """(shop, day) → visitors and paying buyers as the platform told them; empty where no report exists at all."""
    try:
        answer = metrics.measure(
            metrics=["M001", "M024"], shop_ids=shop_ids, first=days[0], last=days[1], by=["shop", "day"]
        )
    except (NoData, BeforeFirstData):
        return {}
    return {(int(r.keys[0] or 0), str(r.keys[1])): _people(r) for r in answer.rows}


def _people(row: AnswerRow) -> tuple[int | None, int | None]:
    visitors, conversion = row.cells["M001"], row.cells["M024"]
    if visitors.value is None or visitors.missing:
        return None, None
    if visitors.value == 0:
        return 0, 0
    if conversion.numerator is None or conversion.missing:
        return int(visitors.value), None
    return int(visitors.value), int(conversion.numerator)


def _rows(days: Iterable[_ShopDay], segment: Mapping[int, str], basis: str, scale: int) -> list[Row]:
    sums: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0] * 5)
    for d in days:
        for n, value in enumerate((d.paid, d.orders, d.buyers or 0, d.visitors or 0, d.platform_buyers or 0)):
            sums[segment[d.shop_id], d.period][n] += value
    for name in {name for name, _period in sums}:  # a shop that has days in one period only has none in the other
        for period in (0, 1):
            _ = sums[name, period]
    rows = []
    for (name, period), (paid, orders, buyers, visitors, platform) in sorted(sums.items()):
        amount = Fraction(paid, scale)
        cells: tuple[Cell, ...]
        if basis == "people":
            cells = (
                Cell(Fraction(visitors)),
                Cell(Fraction(platform), Fraction(visitors)),
                Cell(amount, Fraction(buyers)),
            )
        else:
            cells = (Cell(Fraction(orders)), Cell(amount, Fraction(orders)))
        rows.append(Row(period, name, cells, paid, orders))
    return rows
