"""What is paid back when goods return: the split made at the purchase holds, and what is kept must still deserve it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zhanggui.goods.promotions.contracts import (
    Clawback,
    Evaluation,
    Gift,
    RefundResult,
    Returned,
)
from zhanggui.goods.promotions.domain.evaluate import evaluate
from zhanggui.goods.promotions.domain.outcome import Outcome
from zhanggui.goods.promotions.domain.rules import (
    AddOnRule,
    FreightRule,
    GiftRule,
    OrderRule,
    Pile,
    PointsRule,
    UnitRule,
)
from zhanggui.goods.promotions.domain.search import Application, State
from zhanggui.goods.promotions.domain.values import ConfigurationRefused, gettext_noop


class ReturnRefused(ConfigurationRefused):
    """Something comes back that was not bought, or more of it than is still there."""


def refund(evaluation: Evaluation, returned: Sequence[Returned], before: Sequence[RefundResult] = ()) -> RefundResult:
    """The refund of one step of a return; ``before`` are the steps so far, in order. For orders paid in full.

    Never below zero, and over all steps never more than what was paid; when everything is back, gifts included, the
    steps add up to ``payable`` exactly. Policies (``keep``, ``clawback``, ``reprice``) are those of the promotions.

    Raises ``ReturnRefused``.
    """
    o: Outcome = evaluation.basis
    back, gifts_back = _counted(evaluation, before, returned)
    goods = sum(front(line.paid, back[line.id], line.qty) for line in evaluation.lines)
    tax = sum(front(line.tax, back[line.id], line.qty) for line in evaluation.lines if not line.tax_included)
    everything = all(back[line.id] == line.qty for line in evaluation.lines)
    freight = evaluation.freight - sum(share.amount for share in evaluation.freight_shares) if everything else 0
    clawbacks = () if everything else _clawbacks(evaluation, o, back, goods + tax)
    missing = _missing_gifts(evaluation, o, back, gifts_back)
    due = goods + tax + freight - sum(c.amount for c in clawbacks) - sum(g.qty * (g.value or 0) for g in missing)
    paid_out = sum(step.amount for step in before)
    total = min(max(due, paid_out), evaluation.payable)
    return RefundResult(
        amount=total - paid_out,
        due_total=due,
        goods=goods,
        tax=tax,
        freight=freight,
        clawbacks=clawbacks,
        gifts_missing=missing,
        points_returned=_points(evaluation, o, back) - sum(step.points_returned for step in before),
        limited="not_below_zero" if due < paid_out else "",
        returned=tuple(returned),
    )


def front(amount: int, pieces: int, of: int) -> int:
    """The part of an amount that the first ``pieces`` carry; the odd minor units lie on the first ones.

    >>> [front(100, n, 3) for n in range(4)]
    [0, 34, 67, 100]
    """
    each, more = divmod(amount, of)
    return pieces * each + min(pieces, more)


def _counted(
    evaluation: Evaluation, before: Sequence[RefundResult], returned: Sequence[Returned]
) -> tuple[dict[str, int], dict[str, int]]:
    """Pieces back by line and by gift, over all steps. Exchanged pieces are not back."""
    bought = {line.id: line.qty for line in evaluation.lines}
    given: dict[str, int] = {}
    for gift in evaluation.gifts:
        given[gift.sku] = given.get(gift.sku, 0) + gift.qty
    back = dict.fromkeys(bought, 0)
    gifts = dict.fromkeys(given, 0)
    for step in [*(row for result in before for row in result.returned), *returned]:
        counts, most, name = (gifts, given, step.gift) if step.gift else (back, bought, step.line)
        if name not in most:
            raise ReturnRefused([("", gettext_noop("“{name}” is not part of this order."), {"name": name})])
        if step.qty < 1 or counts[name] + step.qty > most[name]:
            text = gettext_noop("{qty} of “{name}” cannot come back: {left} are left.")
            values = {"qty": step.qty, "name": name, "left": most[name] - counts[name]}
            raise ReturnRefused([("", text, values)])
        if not step.exchange:
            counts[name] += step.qty
    return back, gifts


def _clawbacks(evaluation: Evaluation, o: Outcome, back: dict[str, int], share: int) -> tuple[Clawback, ...]:
    if not any(back.values()):
        return ()
    repricing = sorted(
        v.promotion
        for v in evaluation.verdicts
        if v.applied and any(r.key == v.promotion and r.promotion.on_return == "reprice" for r in o.prepared.rules)
    )
    if repricing:
        lines = tuple(
            replace(line, qty=line.qty - back[line.id]) for line in o.basket.lines if line.qty > back[line.id]
        )
        kept = evaluate(replace(o.basket, lines=lines, freight=()), o.prepared, o.facts)
        paid = sum(line.paid for line in evaluation.lines) + evaluation.tax_added
        lost = share - (paid - kept.payable)
        return (Clawback(repricing[0], lost, "reprice"),) if lost > 0 else ()
    found = []
    state: State | None = o.state
    while state is not None:
        application = state.application
        if application is not None and application.offer.rule.promotion.on_return == "clawback":
            assert state.before is not None
            lost = _lost(o, application, state.before, back)
            if lost > 0:
                found.append(Clawback(application.offer.rule.key, lost, "clawback"))
        state = state.before
    return tuple(sorted(found, key=lambda c: c.promotion))


def _lost(o: Outcome, application: Application, before: State, back: dict[str, int]) -> int:
    """What the kept goods carry of a discount beyond what they deserve of it, by the amounts it saw when granted."""
    rule = application.offer.rule
    parts = o.parts

    def kept(amount: int, part: int) -> int:
        line = o.lines[parts.line[part]]
        return amount - front(amount, back[line.id], line.qty)

    shares = application.shares or []
    if isinstance(rule, FreightRule):
        carried = sum(amount for _part, amount in shares)
    else:
        carried = sum(kept(amount, part) for part, amount in shares)
    if isinstance(rule, UnitRule):
        return carried - _deserved_pieces(o, application, rule, back)
    item = (o.state.item or o.search.first).amounts
    column = {"item": item, "list": parts.listed, "current": before.amounts()}[rule.base]
    counted = application.parts if isinstance(rule, OrderRule) else application.offer.counted
    if getattr(rule, "pieces", False):
        column = parts.qty
    measure = sum(kept(column[part], part) for part in counted)
    if isinstance(rule, OrderRule):
        amounts = before.amounts()
        current = sum(kept(amounts[part], part) for part in application.parts)
        return carried - rule.discount(measure, current, application.offer.limit)
    assert isinstance(rule, (AddOnRule, FreightRule))
    return 0 if measure >= rule.at else carried


def _deserved_pieces(o: Outcome, application: Application, rule: UnitRule, back: dict[str, int]) -> int:
    """What an item offer gives for the pieces that are kept and that no other item offer took."""
    parts = o.parts
    others: dict[int, int] = {}
    for other in o.applied:
        if other is not application:
            for part, count in other.taken.items():
                others[part] = others.get(part, 0) + count
    left = dict(back)
    piles: list[Pile] = []
    for part in application.offer.parts:
        line = o.lines[parts.line[part]]
        gone = min(left[line.id], parts.qty[part])
        left[line.id] -= gone
        free = min(parts.qty[part] - gone, parts.qty[part] - others.get(part, 0))
        if free > 0:
            piles.append((part, free, parts.amount[part], parts.qty[part], line.sku))
    times = min(rule.times(piles) if piles else 0, application.times)
    return sum(rule.take(piles, times)[1].values()) if times else 0


def _missing_gifts(
    evaluation: Evaluation, o: Outcome, back: dict[str, int], gifts_back: dict[str, int]
) -> tuple[Gift, ...]:
    """Gifts the kept goods no longer deserve and that did not come back, by promotions that say so."""
    if not any(back.values()):
        return ()
    rules = {rule.key: rule for rule in o.prepared.rules}
    came = dict(gifts_back)
    item = (o.state.item or o.search.first).amounts
    found = []
    for gift in evaluation.gifts:
        rule = rules[gift.promotion]
        assert isinstance(rule, GiftRule)
        deserved = gift.qty
        if rule.promotion.on_return != "keep":
            column = {"item": item, "list": o.parts.listed, "current": o.state.amounts()}[rule.base]
            column = o.parts.qty if rule.pieces else column
            measure = 0
            for part in range(o.parts.freight_from):
                line = o.lines[o.parts.line[part]]
                if rule.reaches(line):
                    measure += column[part] - front(column[part], back[line.id], line.qty)
            deserved = min(gift.qty, rule.given(measure).get(gift.sku, 0))
        short = max(0, gift.qty - deserved)
        returned = min(short, came.get(gift.sku, 0))
        came[gift.sku] = came.get(gift.sku, 0) - returned
        if short > returned:
            found.append(replace(gift, qty=short - returned))
    return tuple(found)


def _points(evaluation: Evaluation, o: Outcome, back: dict[str, int]) -> int:
    """Points that come back with their goods: the share of the points on the lines returned, rounded down."""
    if not evaluation.points_used:
        return 0
    keys = {a.offer.rule.key for a in o.applied if isinstance(a.offer.rule, PointsRule)}
    total = gone = 0
    for line in evaluation.lines:
        for share in line.shares:
            if share.promotion in keys:
                total += share.amount
                gone += front(share.amount, back[line.id], line.qty)
    return evaluation.points_used * gone // total if total else 0
