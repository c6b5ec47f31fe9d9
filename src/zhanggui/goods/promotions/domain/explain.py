"""Why each promotion was applied or refused, with its numbers, and what would have to be added for more."""

from __future__ import annotations

from typing import Any

from zhanggui.goods.promotions.contracts import Hint, Verdict
from zhanggui.goods.promotions.domain.outcome import Outcome
from zhanggui.goods.promotions.domain.rules import (
    AddOnRule,
    FreightRule,
    GiftRule,
    GroupRule,
    OrderRule,
    PointsRule,
    PriceRule,
    RebateRule,
    Rule,
    UnitRule,
)
from zhanggui.goods.promotions.domain.search import Application, Offer


def explain(o: Outcome, totals: dict[int, int], platform: dict[int, int]) -> tuple[list[Verdict], list[Hint]]:
    """A verdict for every promotion except rebates that are open, and the hints, in order of rank."""
    verdicts: list[Verdict] = []
    hints: list[Hint] = []
    done = {application.offer.rule.rank: application for application in o.applied}
    for i, rule in enumerate(o.prepared.rules):
        if i in o.refusals:
            reason, numbers = o.refusals[i]
            verdicts.append(Verdict(rule.key, rule.kind, rule.lane_name, False, reason, 0, 0, numbers))
            continue
        if isinstance(rule, RebateRule):
            continue
        if isinstance(rule, GiftRule):
            reason, numbers = o.gift_notes.get(i, ("no_line_in_scope", {}))
            _gift_hint(rule, reason, numbers, hints)
            verdicts.append(Verdict(rule.key, rule.kind, rule.lane_name, reason == "applied", reason, 0, 0, numbers))
            continue
        if isinstance(rule, PriceRule):
            reason, numbers = _price(o, i, rule)
        elif i in done:
            reason, numbers = "applied", _applied(o, done[i])
        elif i in o.offers:
            reason, numbers = _refused(o, o.offers[i])
        else:
            reason, numbers = "no_line_in_scope", {}
        if i in o.offers and reason in ("applied", "below_threshold"):
            _hint(o, o.offers[i], done.get(i), hints)
        verdicts.append(
            Verdict(
                rule.key,
                rule.kind,
                rule.lane_name,
                reason == "applied",
                reason,
                totals.get(i, 0),
                platform.get(i, 0),
                numbers,
            )
        )
    verdicts += [
        Verdict(p.key, str(getattr(p, "kind", "")), p.lane, False, "other_currency", 0, 0, {"currency": p.currency})
        for p in o.prepared.foreign
    ]
    return verdicts, hints


def _price(o: Outcome, i: int, rule: PriceRule) -> tuple[str, dict[str, Any]]:
    pieces = sum(count for _part, by, _saved, count in o.parts.priced if by == i)
    numbers: dict[str, Any] = {}
    if i in o.parts.short:
        numbers["left"] = o.parts.short[i]
    if i in o.parts.cuts:
        numbers["floor_cut"] = o.parts.cuts[i]
    if pieces:
        numbers["pieces"] = pieces
        saved = any(saved for _part, by, saved, _count in o.parts.priced if by == i)
        return ("applied" if saved else "floor"), numbers
    reached = {at for at, line in enumerate(o.lines) if i in o.prepared.match(line)[0]}
    if not reached:
        return "no_line_in_scope", {}
    if i in o.parts.short:
        return "quota_used_up", {"unit": "pieces", **numbers}
    winners = {o.prepared.rules[by].key for part, by, _saved, _count in o.parts.priced if o.parts.line[part] in reached}
    return ("better_price", {"by": sorted(winners)}) if winners else ("no_gain", {})


def _applied(o: Outcome, application: Application) -> dict[str, Any]:
    rule = application.offer.rule
    numbers: dict[str, Any] = {}
    if isinstance(rule, UnitRule):
        numbers["times"] = application.times
        numbers["pieces"] = sum(application.taken.values())
    else:
        numbers["have"] = application.measure
        numbers["need"], numbers["pieces"] = _need(rule, application.measure)
    if application.cut:
        numbers["floor_cut"] = application.cut
    return numbers


def _need(rule: Rule, measure: int) -> tuple[int, bool]:
    """The threshold that counts for ``measure`` (the highest reached, else the first) and whether in pieces."""
    if isinstance(rule, OrderRule):
        reached = [tier[0] for tier in rule.tiers if measure >= tier[0]]
        return (reached[-1] if reached else rule.tiers[0][0]), rule.pieces
    if isinstance(rule, FreightRule):
        return rule.at, rule.pieces
    assert isinstance(rule, AddOnRule)
    return rule.at, False


def _refused(o: Outcome, offer: Offer) -> tuple[str, dict[str, Any]]:
    rule, search, state = offer.rule, o.search, o.state
    numbers: dict[str, Any] = {}
    if isinstance(rule, UnitRule):
        pieces = sum(o.parts.qty[part] for part in offer.parts)
        if offer.most == 0:
            size = rule.size if isinstance(rule, GroupRule) else None
            return "too_few_pieces", {"have": pieces, "need": size, "unit": "pieces"}
    else:
        counted = offer.counted
        measure = search.measure(rule, counted, offer.counted_scope, state, getattr(rule, "pieces", False))
        need, in_pieces = _need(rule, measure)
        numbers = {"have": measure, "need": need, "pieces": in_pieces}
        if measure < need:
            return "below_threshold", numbers
    rivals = sorted(a.offer.rule.key for a in o.applied if a.offer.rule.lane == rule.lane and offer.scope & a.mask)
    if rivals:
        return "better_offer", {**numbers, "by": rivals}
    barring = sorted(
        a.offer.rule.key
        for a in o.applied
        if (a.offer.rule.excludes >> rule.lane & 1 or rule.excludes >> a.offer.rule.lane & 1) and offer.scope & a.mask
    )
    barring += sorted(
        {
            o.prepared.rules[by].key
            for part, by, _saved, _count in o.parts.priced
            if offer.scope >> part & 1 and (o.prepared.rules[by].excludes >> rule.lane & 1 or rule.excludes & 1)
        }
    )
    if barring:
        return "excluded", {**numbers, "by": barring}
    if offer.left is not None and offer.most > offer.left:
        return "budget_short", {**numbers, "left": offer.left, "amount": offer.most}
    left = state.amounts()
    room = sum(left[part] - (o.parts.floor[part] if o.parts.floor is not None else 0) for part in offer.parts)
    if room <= 0:
        return ("floor" if o.parts.floor is not None and any(o.parts.floor) else "nothing_left"), numbers
    return ("not_best" if offer.most else "no_gain"), numbers


def _gift_hint(rule: GiftRule, reason: str, numbers: dict[str, Any], hints: list[Hint]) -> None:
    if reason not in ("below_threshold", "applied"):
        return
    have = numbers["have"]
    unit = "pieces" if rule.pieces else "money"
    for at, gifts in rule.tiers:
        if at > have:
            hints.append(Hint(rule.key, unit, at - have, 0, gifts[0][0]))
            return


def _hint(o: Outcome, offer: Offer, application: Application | None, hints: list[Hint]) -> None:
    rule, state = offer.rule, o.state
    given = application.total if application is not None else 0
    if isinstance(rule, GroupRule):
        if not rule.per_sku and not rule.together:
            _group_hint(o, offer, rule, application, hints)
        return
    if isinstance(rule, (PointsRule, UnitRule)):
        return
    pieces = bool(getattr(rule, "pieces", False))
    unit = "pieces" if pieces else "money"
    measure = (
        application.measure
        if application is not None
        else o.search.measure(rule, offer.counted, offer.counted_scope, state, pieces)
    )
    if isinstance(rule, OrderRule):
        if rule.every:
            at = rule.tiers[0][0]
            upper = (measure // at + 1) * at
        else:
            higher = [tier[0] for tier in rule.tiers if tier[0] > measure]
            if not higher:
                return
            upper = higher[0]
        left = state.amounts()
        current = sum([left[part] for part in offer.parts]) + given
        if not pieces:
            current += upper - measure
        gain = min(rule.discount(upper, current, offer.limit), current) - given
    elif measure < getattr(rule, "at", 0):
        upper = getattr(rule, "at", 0)
        if isinstance(rule, FreightRule):
            gain = sum([state.amounts()[part] for part in offer.parts])
            gain = gain if rule.cap is None else min(gain, rule.cap)
        else:
            assert isinstance(rule, AddOnRule)
            would = o.search.add_on(offer, rule, o.search.start, 0, need=0)
            gain = would.total if would is not None else 0
    else:
        return
    if gain > 0:
        hints.append(Hint(rule.key, unit, upper - measure, gain))


def _group_hint(o: Outcome, offer: Offer, rule: GroupRule, application: Application | None, hints: list[Hint]) -> None:
    """More pieces like the cheapest one would fill another group."""
    piles = o.search.piles(offer, o.search.start)
    if not piles:
        return
    times = rule.times(piles)
    need = rule.size - sum(pile[1] for pile in piles) % rule.size
    part, free, amount, qty, sku = piles[-1]
    piles[-1] = (part, free + need, amount, qty, sku)
    if rule.times(piles) > times:
        before = application.total if application is not None else 0
        gain = sum(rule.take(piles, times + 1)[1].values()) - before
        if gain > 0:
            hints.append(Hint(rule.key, "pieces", need, gain))
