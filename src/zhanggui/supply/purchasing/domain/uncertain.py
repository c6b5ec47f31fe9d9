"""Stock when demand is uncertain: newsvendor, (r, Q), (s, S), base stock, safety stock.

Same conventions as :mod:`lots`. ``holding`` and ``stockout`` are per unit and period (unit of time) unless said
otherwise. Sources: Snyder & Shen, Fundamentals of Supply Chain Theory, 2nd ed., ch. 4–5; Silver, Pyke & Peterson,
Inventory Management and Production Planning and Scheduling, 3rd ed., ch. 7; Zheng & Federgruen 1991 (s, S);
Federgruen & Zheng 1992 (r, Q); Hadley & Whitin 1963; Ehrhardt & Mosier 1984.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, erfc, exp, lgamma, log, pi, sqrt

from zhanggui.supply.purchasing.domain.lots import BadInput, above_zero, eoq, eoq_backorders, not_below_zero

_NARROWINGS = 200


@dataclass(frozen=True, slots=True)
class Level:
    """Stock up to ``level``; expected ``cost`` per period."""

    level: float
    cost: float


@dataclass(frozen=True, slots=True)
class ReorderLot:
    """At ``reorder_point`` order ``quantity``; expected ``cost`` per unit of time."""

    reorder_point: float
    quantity: float
    cost: float


@dataclass(frozen=True, slots=True)
class Band:
    """At or below ``reorder_point`` order up to ``order_up_to``. ``cost`` None: not known by the approximation."""

    reorder_point: float
    order_up_to: float
    cost: float | None


@dataclass(frozen=True, slots=True)
class Safety:
    """``level`` = ``expected_demand`` + ``safety_stock``, with the safety factor ``z``."""

    z: float
    expected_demand: float
    safety_stock: float
    level: float


def density(z: float) -> float:
    return exp(-z * z / 2) / sqrt(2 * pi)


def above(z: float) -> float:
    """The standard normal's probability above z, exact in the far tail too."""
    return 0.5 * erfc(z / sqrt(2))


def _search(rises: Callable[[float], bool], low: float, high: float) -> float:
    """Where ``rises`` turns true between two bounds."""
    for _step in range(_NARROWINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if rises(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2


def z_of(service: float) -> float:
    """The standard normal quantile. Raises :class:`BadInput` outside (0, 1)."""
    if not 0 < service < 1:
        raise BadInput("service", service, "must lie between 0 and 1")
    return _search(lambda z: above(z) <= 1 - service, -40.0, 40.0)


def unit_loss(z: float) -> float:
    """E[(Z − z)⁺] of the standard normal."""
    return density(z) - z * above(z)


def _second_loss(z: float) -> float:
    """½ E[((Z − z)⁺)²] of the standard normal."""
    return ((z * z + 1) * above(z) - z * density(z)) / 2


def newsvendor_normal(*, holding: float, stockout: float, mean: float, sd: float) -> Level:
    """S = μ + z σ with Φ(z) = p/(h+p); cost (h+p) φ(z) σ. ``holding`` per unit left over, ``stockout`` per unit short.
    Snyder & Shen §4.3.2, example 4.3."""
    above_zero(holding=holding, stockout=stockout, sd=sd)
    z = z_of(stockout / (holding + stockout))
    return Level(mean + z * sd, (holding + stockout) * density(z) * sd)


def poisson(mean: float) -> list[float]:
    """Probabilities of 0, 1, 2 … far enough that what is left out is below 1e-15."""
    not_below_zero(mean=mean)
    if mean == 0:
        return [1.0]
    last = int(mean + 10 * sqrt(mean) + 30)
    return [exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(last + 1)]


def _expected(level: int, holding: float, stockout: float, chances: Sequence[float]) -> float:
    return sum(
        p * (holding * (level - k) if k <= level else stockout * (k - level)) for k, p in enumerate(chances) if p
    )


def newsvendor_poisson(*, holding: float, stockout: float, mean: float) -> Level:
    """The smallest whole S with F(S) ≥ p/(h+p) under Poisson demand (Snyder & Shen §4.3.2.7, example 4.7)."""
    above_zero(holding=holding, stockout=stockout, mean=mean)
    chances, ratio = poisson(mean), stockout / (holding + stockout)
    reached = accumulate(chances)
    level = next((k for k, share in enumerate(reached) if share >= ratio - 1e-12), len(chances) - 1)
    return Level(level, _expected(level, holding, stockout, chances))


def newsvendor_empirical(*, holding: float, stockout: float, demands: Sequence[float]) -> Level:
    """Over observed (or simulated) demands, each as likely: the smallest one with F(S) ≥ p/(h+p)."""
    above_zero(holding=holding, stockout=stockout)
    if not demands:
        raise BadInput("demands", [], "must not be empty")
    not_below_zero(**{f"demands[{n}]": value for n, value in enumerate(demands)})
    ordered = sorted(demands)
    place = ceil(stockout / (holding + stockout) * len(ordered) - 1e-9)
    level = ordered[max(place, 1) - 1]
    cost = sum(holding * max(level - d, 0) + stockout * max(d - level, 0) for d in ordered) / len(ordered)
    return Level(level, cost)


def rq_normal(
    *, fixed_cost: float, holding: float, stockout: float, demand: float, demand_sd: float, lead_time: float
) -> ReorderLot:
    """The exact best (r, Q) for normal lead-time demand, ``stockout`` per unit short and unit of time.

    With g(y) the cost rate at inventory position y, cost(r, Q) = (Kλ + ∫ g over r…r+Q) / Q. At the optimum
    g(r) = g(r+Q) = cost, so the cost c is the one where ∫(c − g) between the two crossings equals Kλ
    (Zheng 1992; Snyder & Shen §5.2). Solved by bisection.
    """
    above_zero(fixed_cost=fixed_cost, holding=holding, stockout=stockout, demand=demand)
    above_zero(demand_sd=demand_sd, lead_time=lead_time)
    mean, sd, both = demand * lead_time, demand_sd * sqrt(lead_time), holding + stockout

    def rate(y: float) -> float:
        return holding * (y - mean) + both * sd * unit_loss((y - mean) / sd)

    def area(low: float, high: float) -> float:
        straight = holding * ((high - mean) ** 2 - (low - mean) ** 2) / 2
        return straight + both * sd * sd * (_second_loss((low - mean) / sd) - _second_loss((high - mean) / sd))

    middle = newsvendor_normal(holding=holding, stockout=stockout, mean=mean, sd=sd)

    def crossings(cost: float) -> tuple[float, float]:
        low = _search(lambda y: rate(y) <= cost, mean - cost / stockout - sd, middle.level)
        high = _search(lambda y: rate(y) >= cost, middle.level, mean + cost / holding + sd)
        return low, high

    def enough(cost: float) -> bool:
        low, high = crossings(cost)
        return cost * (high - low) - area(low, high) >= fixed_cost * demand

    waits = eoq_backorders(fixed_cost=fixed_cost, holding=holding, stockout=stockout, demand=demand).cost
    cost = _search(enough, middle.cost, middle.cost + 2 * waits)
    low, high = crossings(cost)
    return ReorderLot(low, high - low, cost)


def rq_cost(
    *, reorder_point: float, quantity: float, fixed_cost: float, holding: float, stockout: float, demand: float,
    demand_sd: float, lead_time: float,
) -> float:  # fmt: skip
    """The exact expected cost of any (r, Q) in the model of :func:`rq_normal`."""
    above_zero(quantity=quantity, holding=holding, stockout=stockout, demand=demand)
    above_zero(demand_sd=demand_sd, lead_time=lead_time)
    mean, sd = demand * lead_time, demand_sd * sqrt(lead_time)
    a, b = (reorder_point - mean) / sd, (reorder_point + quantity - mean) / sd
    area = holding * sd * sd * (b * b - a * a) / 2 + (holding + stockout) * sd * sd * (
        _second_loss(a) - _second_loss(b)
    )
    return (fixed_cost * demand + area) / quantity


def rq_approximate(
    *, fixed_cost: float, holding: float, stockout: float, demand: float, demand_sd: float, lead_time: float
) -> ReorderLot:
    """Hadley & Whitin's iteration, ``stockout`` per unit short (however long): Q = √(2λ(K + p n(r))/h) and
    F(r) = 1 − Qh/(pλ) in turn; cost h(r − λL + Q/2) + Kλ/Q + pλ n(r)/Q (Snyder & Shen §5.3.1, the
    expected-inventory-level approximation). Raises :class:`BadInput` when shortage is too cheap to be avoided."""
    above_zero(fixed_cost=fixed_cost, holding=holding, stockout=stockout, demand=demand)
    above_zero(demand_sd=demand_sd, lead_time=lead_time)
    mean, sd = demand * lead_time, demand_sd * sqrt(lead_time)
    quantity, point = eoq(fixed_cost=fixed_cost, holding=holding, demand=demand).quantity, mean
    for _step in range(_NARROWINGS):
        share = quantity * holding / (stockout * demand)
        if share >= 1:
            raise BadInput("stockout", stockout, "is so low that no stock pays")
        point = mean + sd * z_of(1 - share)
        missing = sd * unit_loss((point - mean) / sd)
        following = sqrt(2 * demand * (fixed_cost + stockout * missing) / holding)
        settled = abs(following - quantity) <= 1e-12 * quantity
        quantity = following
        if settled:
            break
    missing = sd * unit_loss((point - mean) / sd)
    cost = holding * (point - mean + quantity / 2) + (fixed_cost + stockout * missing) * demand / quantity
    return ReorderLot(point, quantity, cost)


def rq_poisson(*, fixed_cost: float, holding: float, stockout: float, demand: float, lead_time: float) -> ReorderLot:
    """The exact best whole (r, Q) for Poisson demand: start at the cheapest position and widen to the cheaper side
    as long as the mean cost falls (Federgruen & Zheng 1992; Snyder & Shen §5.5)."""
    above_zero(fixed_cost=fixed_cost, holding=holding, stockout=stockout, demand=demand, lead_time=lead_time)
    chances = poisson(demand * lead_time)
    best = newsvendor_poisson(holding=holding, stockout=stockout, mean=demand * lead_time)
    mean = demand * lead_time

    def rate(y: int) -> float:
        return stockout * (mean - y) if y < 0 else _expected(y, holding, stockout, chances)

    low = high = int(best.level)
    total, quantity = fixed_cost * demand + best.cost, 1
    left, right = rate(low - 1), rate(high + 1)
    while min(left, right) < total / quantity:
        total += min(left, right)
        quantity += 1
        if left < right:
            low -= 1
            left = rate(low - 1)
        else:
            high += 1
            right = rate(high + 1)
    return ReorderLot(low - 1, quantity, total / quantity)


def ss_discrete(
    *, fixed_cost: float, holding: float, stockout: float, chances: Sequence[float],
    cover_chances: Sequence[float] | None = None,
) -> Band:  # fmt: skip
    """The exact best (s, S) under periodic review; ``chances[k]``: probability that a period's demand is k.

    ``cover_chances``: demand over lead time + one period (default: no lead time). Zheng & Federgruen, Operations
    Research 39 (1991) 654–665; Snyder & Shen §4.4.4.
    """
    not_below_zero(fixed_cost=fixed_cost)
    above_zero(holding=holding, stockout=stockout)
    if abs(sum(chances) - 1) > 1e-6 or min(chances) < 0 or chances[0] >= 1:
        raise BadInput("chances", list(chances)[:5], "must be probabilities that add up to 1")
    cover = cover_chances or chances
    mean = sum(k * p for k, p in enumerate(cover))
    rates: dict[int, float] = {}

    def rate(y: int) -> float:
        if y not in rates:
            rates[y] = stockout * (mean - y) if y < 0 else _expected(y, holding, stockout, cover)
        return rates[y]

    visits = [1 / (1 - chances[0])]  # expected number of periods spent j below S

    def visited(j: int) -> float:
        while len(visits) <= j:
            n = len(visits)
            steps = range(1, min(n, len(chances) - 1) + 1)
            visits.append(sum(chances[k] * visits[n - k] for k in steps) * visits[0])
        return visits[j]

    def cost(s: int, top: int) -> float:
        times = [visited(j) for j in range(top - s)]
        return (fixed_cost + sum(m * rate(top - j) for j, m in enumerate(times))) / sum(times)

    start = 0
    while rate(start + 1) < rate(start):
        start += 1
    best, s = start, start - 1
    while cost(s, best) > rate(s):
        s -= 1
    lowest, top = cost(s, best), best + 1
    while rate(top) <= lowest:
        if cost(s, top) < lowest:
            best = top
            while s + 1 < best and cost(s, best) <= rate(s + 1):
                s += 1
            lowest = cost(s, best)
        top += 1
    return Band(s, best, lowest)


def ss_poisson(*, fixed_cost: float, holding: float, stockout: float, mean: float, lead_time: float = 0) -> Band:
    """:func:`ss_discrete` for Poisson demand of ``mean`` per period and a lead time of whole periods."""
    above_zero(mean=mean)
    not_below_zero(lead_time=lead_time)
    return ss_discrete(
        fixed_cost=fixed_cost, holding=holding, stockout=stockout, chances=_whole(poisson(mean)),
        cover_chances=_whole(poisson(mean * (lead_time + 1))),
    )  # fmt: skip


def _whole(chances: Sequence[float]) -> list[float]:
    total = sum(chances)
    return [p / total for p in chances]


def ss_power(
    *, fixed_cost: float, holding: float, stockout: float, mean: float, sd: float, lead_time: float = 0
) -> Band:
    """The power approximation of (s, S) by Ehrhardt & Mosier 1984 with S = s + Q, as in Snyder & Shen §4.4.5,
    equations 4.77–4.80, example 4.7. Meant for Q well above the mean demand; :func:`ss_discrete` is exact."""
    above_zero(fixed_cost=fixed_cost, holding=holding, stockout=stockout, mean=mean, sd=sd)
    not_below_zero(lead_time=lead_time)
    wait_mean, wait_sd = mean * (lead_time + 1), sd * sqrt(lead_time + 1)
    quantity = 1.30 * mean**0.494 * (fixed_cost / holding) ** 0.506 * (1 + (wait_sd / mean) ** 2) ** 0.116
    z = sqrt(quantity * holding / (wait_sd * stockout))
    point = 0.973 * wait_mean + wait_sd * (0.183 / z + 1.063 - 2.192 * z)
    return Band(point, point + quantity, None)


def base_stock(
    *, holding: float, stockout: float, mean: float, sd: float, lead_time: float = 0, review: float = 1
) -> Level:
    """Order up to S every ``review`` periods with no fixed cost: the newsvendor over lead time + review
    (Snyder & Shen §4.3.4); cost at the end of a period before the next goods arrive."""
    not_below_zero(lead_time=lead_time, review=review)
    above_zero(sd=sd, cover=lead_time + review)
    cover = lead_time + review
    return newsvendor_normal(holding=holding, stockout=stockout, mean=mean * cover, sd=sd * sqrt(cover))


def safety_stock(
    *, service: float, mean: float, sd: float, lead_time: float, lead_time_sd: float = 0, review: float = 0
) -> Safety:
    """M145 and M146: z √((L+R) σ_d² + d² σ_L²) above d (L+R). ``review`` 0: continuous review, the level is the
    reorder point; above 0: (R, S), the level is the order-up-to level. ``service``: chance of no shortage in a cycle
    (Silver, Pyke & Peterson §7.10)."""
    not_below_zero(mean=mean, sd=sd, lead_time=lead_time, lead_time_sd=lead_time_sd, review=review)
    z, cover = z_of(service), lead_time + review
    extra = z * sqrt(cover * sd * sd + mean * mean * lead_time_sd * lead_time_sd)
    return Safety(z, mean * cover, extra, mean * cover + extra)


def reorder_point_observed(
    *, service: float, mean: float, sd: float, lead_times: Sequence[float], review: float = 0
) -> Safety:
    """The reorder point over lead times as they were observed: the ``service`` quantile of the mixture of normals
    N(d(l+R), (l+R)σ²), each l as likely. No symmetric spread is assumed of the lead time."""
    above_zero(sd=sd)
    not_below_zero(mean=mean, review=review)
    if not lead_times:
        raise BadInput("lead_times", [], "must not be empty")
    covers = [lead + review for lead in lead_times]
    above_zero(**{f"lead_times[{n}]": value for n, value in enumerate(covers)})
    z = z_of(service)
    ends = [mean * c + side * sd * sqrt(c) for c in covers for side in (-40, 40)]

    def served(level: float) -> bool:
        short = sum(above((level - mean * c) / (sd * sqrt(c))) for c in covers) / len(covers)
        return short <= 1 - service

    expected = mean * sum(covers) / len(covers)
    level = _search(served, min(ends), max(ends))
    return Safety(z, expected, level - expected, level)


def fill_rate(*, reorder_point: float, quantity: float, mean: float, sd: float, lead_time: float) -> float:
    """M143 expected of (r, Q): 1 − expected units short in a cycle ÷ Q (Silver, Pyke & Peterson §7.7.8), between 0
    and 1; with what is still short from the cycle before taken off."""
    above_zero(quantity=quantity, sd=sd, lead_time=lead_time)
    wait, spread = mean * lead_time, sd * sqrt(lead_time)
    low, high = (reorder_point - wait) / spread, (reorder_point + quantity - wait) / spread
    return 1 - spread * (unit_loss(low) - unit_loss(high)) / quantity


def reorder_point_for_fill_rate(*, target: float, quantity: float, mean: float, sd: float, lead_time: float) -> Safety:
    """The reorder point whose :func:`fill_rate` is ``target``."""
    if not 0 < target < 1:
        raise BadInput("target", target, "must lie between 0 and 1")
    above_zero(quantity=quantity, sd=sd, lead_time=lead_time)
    wait, spread = mean * lead_time, sd * sqrt(lead_time)

    def filled(point: float) -> bool:
        return fill_rate(reorder_point=point, quantity=quantity, mean=mean, sd=sd, lead_time=lead_time) >= target

    point = _search(filled, wait - quantity - 40 * spread, wait + 40 * spread)
    return Safety((point - wait) / spread, wait, point - wait, point)
