"""The price of a basket: ``evaluate`` and what it is made of."""

from __future__ import annotations

from collections.abc import Sequence

from zhanggui.goods.promotions.contracts import (
    Basket,
    Evaluation,
    Facts,
    Gift,
    Line,
    LineResult,
    Presale,
    Share,
    Verdict,
)
from zhanggui.goods.promotions.domain.common import Promotion
from zhanggui.goods.promotions.domain.explain import explain
from zhanggui.goods.promotions.domain.kinds.price import Presale as PresaleConfiguration
from zhanggui.goods.promotions.domain.outcome import Outcome
from zhanggui.goods.promotions.domain.parts import Parts, checked, price_parts
from zhanggui.goods.promotions.domain.prepare import Prepared, prepare
from zhanggui.goods.promotions.domain.rules import (
    AddOnRule,
    FreightRule,
    GiftRule,
    OrderRule,
    PointsRule,
    PriceRule,
    RebateRule,
    Refusal,
    UnitRule,
)
from zhanggui.goods.promotions.domain.search import Offer, Search, Stage, State, mask_of, spread
from zhanggui.goods.promotions.domain.values import ONE, half_up
from zhanggui.kernel.money import CurrencyMismatch


def evaluate(basket: Basket, promotions: Prepared | Sequence[Promotion], facts: Facts) -> Evaluation:
    """Price ``basket`` under ``promotions`` as the world stands in ``facts``: the least the buyer may have to pay.

    Pure: the same arguments give the same answer, whatever the order of lines and promotions. ``promotions`` may be
    prepared once and used for many baskets. Among outcomes of equal price the one whose offers have the higher
    priority, then the smaller key, is taken, lane by lane.

    Raises ``BasketRefused``, ``ConfigurationRefused`` and ``CurrencyMismatch``.
    """
    prepared = promotions if isinstance(promotions, Prepared) else prepare(promotions, basket.currency)
    if prepared.currency != basket.currency:
        raise CurrencyMismatch(f"the promotions are in {prepared.currency}, the basket in {basket.currency}")
    return _answer(_priced(basket, prepared, facts))


def _priced(basket: Basket, prepared: Prepared, facts: Facts) -> Outcome:
    lines = checked(basket)
    rules = prepared.rules
    refusals: dict[int, Refusal] = {}
    for i, rule in enumerate(rules):
        if rule.always:
            continue
        refusal = rule.gate(basket, facts)
        if refusal is not None:
            refusals[i] = refusal
    candidates: list[list[int]] = []
    others: list[tuple[int, ...]] = []
    for line in lines:
        prices, rest = prepared.match(line)
        candidates.append([i for i in prices if i not in refusals])
        others.append(rest)
    parts = price_parts(lines, candidates, prepared, basket, facts)
    offers = _offers(prepared, basket, facts, lines, parts, others, refusals)
    search = Search(parts, lines, prepared.guarded)
    _most(search, offers)
    state = search.run(_stages([offer for offer in offers.values() if offer.most > 0], prepared.guarded))
    applied = state.applications()
    state.amounts()  # works out every share
    outcome = Outcome(prepared, basket, facts, lines, parts, refusals, offers, applied, state, search, [], {})
    _give(outcome, others)
    return outcome


def _offers(
    prepared: Prepared,
    basket: Basket,
    facts: Facts,
    lines: list[Line],
    parts: Parts,
    others: list[tuple[int, ...]],
    refusals: dict[int, Refusal],
) -> dict[int, Offer]:
    """The open rules beyond the first lane, each with the parts of this basket it reaches."""
    rules = prepared.rules
    reached: dict[int, list[int]] = {}
    for part in range(parts.freight_from):
        for i in others[parts.line[part]]:
            if i not in refusals:
                reached.setdefault(i, []).append(part)
    offers: dict[int, Offer] = {}
    for i in sorted(reached):
        rule, found = rules[i], reached[i]
        if isinstance(rule, (GiftRule, RebateRule)):
            continue
        if isinstance(rule, FreightRule):
            shops = {line.shop for line in lines}
            covered = [
                parts.freight_from + k
                for k, (shop, _amount) in enumerate(sorted(basket.freight))
                if not rule.shops or shop in rule.shops or (not shop and shops <= rule.shops)
            ]
            if covered:
                offers[i] = Offer(rule, covered, found, facts)
        elif isinstance(rule, AddOnRule):
            targets = [part for part in found if lines[parts.line[part]].sku in rule.prices]
            rest = [part for part in found if lines[parts.line[part]].sku not in rule.prices]
            if targets:
                prices = rule.prices

                def gain(part: int, prices: dict[str, int] = prices) -> tuple[int, int]:
                    price = prices[lines[parts.line[part]].sku]
                    return (-(parts.amount[part] * ONE // parts.qty[part] - price * ONE), part)

                offers[i] = Offer(rule, sorted(targets, key=gain), rest, facts)
        elif isinstance(rule, UnitRule):
            found = sorted(found, key=lambda part: (-(parts.amount[part] * ONE // parts.qty[part]), part))
            offers[i] = Offer(rule, found, found, facts)
        else:
            offers[i] = Offer(rule, found, found, facts)
    return offers


def _most(search: Search, offers: dict[int, Offer]) -> None:
    """The most each offer can give: alone, on the whole of its scope, before any other."""
    first, start = search.first, search.start
    begun = State(start, None, start.pay, first, 0, None, start.touched, start.barred)
    for offer in offers.values():
        rule = offer.rule
        if isinstance(rule, UnitRule):
            piles = search.piles(offer, start)
            times = rule.times(piles) if piles else 0
            if times:
                offer.most = sum(rule.take(piles, times)[1].values())
                offer.density = rule.density(piles)
            continue
        offer.most = search.most(offer, begun)
        if isinstance(rule, OrderRule):
            offer.rate = rule.share if isinstance(rule, PointsRule) else rule.top_rate


def _stages(offers: list[Offer], guarded: bool) -> list[Stage]:
    """Offers of a lane fall into stages: those connected by common parts stay together."""
    stages: list[Stage] = []
    lanes: dict[int, list[Offer]] = {}
    for offer in offers:
        lanes.setdefault(offer.rule.lane, []).append(offer)
    for lane in sorted(lanes):
        groups: list[tuple[int, list[Offer]]] = []
        for offer in lanes[lane]:
            mask, members = offer.scope, [offer]
            apart = []
            for group in groups:
                if group[0] & mask:
                    mask |= group[0]
                    members = group[1] + members
                else:
                    apart.append(group)
            groups = [*apart, (mask, members)]
        groups.sort(key=_first_part)
        stages += [Stage(lane, members, guarded) for _mask, members in groups]
    return stages


def _first_part(group: tuple[int, list[Offer]]) -> int:
    return group[0] & -group[0]


def _give(outcome: Outcome, others: list[tuple[int, ...]]) -> None:
    """Gifts, after everything that changes what is paid; a line earns one gift offer unless both are stackable."""
    rules, parts, facts, state = outcome.prepared.rules, outcome.parts, outcome.facts, outcome.state
    scopes: dict[int, list[int]] = {}
    for part in range(parts.freight_from):
        for i in others[parts.line[part]]:
            if isinstance(rules[i], GiftRule) and i not in outcome.refusals:
                scopes.setdefault(i, []).append(part)
    stock = dict(facts.gift_stock)
    hard = soft = 0
    for i in sorted(scopes):
        rule = rules[i]
        assert isinstance(rule, GiftRule)
        blocked = hard if rule.stackable else hard | soft
        free = [
            part
            for part in scopes[i]
            if not blocked >> part & 1
            and not (state.barred[part] >> rule.lane & 1 or state.touched[part] & rule.excludes)
        ]
        measure = outcome.search.measure(rule, free, mask_of(free), state, rule.pieces)
        whole = outcome.search.measure(rule, scopes[i], mask_of(scopes[i]), state, rule.pieces)
        reached = [tier for tier in rule.tiers if measure >= tier[0]]
        if not reached:
            first = rule.tiers[0][0]
            reason = "below_threshold" if whole < first else "better_offer"
            outcome.gift_notes[i] = (reason, {"have": measure, "need": first, "pieces": rule.pieces})
            continue
        at, gifts = reached[-1]
        wanted = rule.given(measure)
        given, short = [], []
        for sku, _qty, value in gifts:
            count = wanted[sku]
            if sku in stock:
                count = min(count, max(0, stock[sku]))
                stock[sku] -= count
                if count < wanted[sku]:
                    short.append(sku)
            if count:
                given.append(Gift(rule.key, sku, count, value))
        numbers: dict[str, object] = {"have": measure, "need": at, "pieces": rule.pieces}
        if not given:
            outcome.gift_notes[i] = ("gift_out_of_stock", {**numbers, "skus": short})
            continue
        if short:
            numbers["short"] = short
        outcome.gift_notes[i] = ("applied", numbers)
        outcome.gifts += given
        mask = sum(1 << part for part in free)
        if rule.stackable:
            soft |= mask
        else:
            hard |= mask


def _answer(o: Outcome) -> Evaluation:
    parts, lines, rules = o.parts, o.lines, o.prepared.rules
    cur = o.state.amounts()
    shares: list[dict[int, int]] = [{} for _ in lines]
    freight: dict[int, int] = {}
    totals: dict[int, int] = {}
    for part, i, saved, _pieces in parts.priced:
        if saved:
            by = shares[parts.line[part]]
            by[i] = by.get(i, 0) + saved
            totals[i] = totals.get(i, 0) + saved
    for application in o.applied:
        i = application.offer.rule.rank
        totals[i] = totals.get(i, 0) + application.total
        for part, amount in application.shares or ():
            if amount:
                line = parts.line[part]
                by = shares[line] if line >= 0 else freight
                by[i] = by.get(i, 0) + amount
    platform = {i: half_up(total * rules[i].platform_rate, ONE) for i, total in totals.items()}
    paid_by_platform = _platform(shares, freight, totals, platform, o)
    results, tax_added = _lines(o, shares, paid_by_platform)
    freight_list = sum(parts.listed[parts.freight_from :])
    goods_list = sum(parts.listed[: parts.freight_from])
    discount = sum(totals.values())
    payable = sum(cur) + tax_added
    presales = _presales(o)
    pay_now, pay_later = _when(o, payable, presales) if presales else (payable, 0)
    points = sum(
        application.total // application.offer.rule.worth * application.offer.rule.step
        for application in o.applied
        if isinstance(application.offer.rule, PointsRule)
    )
    verdicts, hints = explain(o, totals, platform)
    rebates, rebate_verdicts = _rebates(o, results)
    return Evaluation(
        currency=o.basket.currency,
        list_amount=goods_list,
        discount=discount,
        merchant=discount - sum(platform.values()),
        platform=sum(platform.values()),
        freight=freight_list,
        freight_shares=tuple(
            Share(rules[i].key, amount, paid_by_platform.get((-1, i), 0)) for i, amount in sorted(freight.items())
        ),
        tax_added=tax_added,
        payable=payable,
        pay_now=pay_now,
        pay_later=pay_later,
        points_used=points,
        lines=tuple(results),
        verdicts=tuple(sorted([*verdicts, *rebate_verdicts], key=lambda v: v.promotion)),
        hints=tuple(hints),
        gifts=tuple(o.gifts),
        presales=tuple(presales),
        rebates=tuple(rebates),
        exact=o.search.exact,
        basis=o,
    )


def _platform(
    shares: list[dict[int, int]],
    freight: dict[int, int],
    totals: dict[int, int],
    platform: dict[int, int],
    o: Outcome,
) -> dict[tuple[int, int], int]:
    """The platform's part by (line, rule), freight as line −1: split over what the lines were given."""
    found: dict[tuple[int, int], int] = {}
    for i, amount in platform.items():
        if not amount:
            continue
        places = [(line, by[i]) for line, by in enumerate(shares) if i in by]
        if i in freight:
            places.append((-1, freight[i]))
        if amount == totals[i]:
            for line, given in places:
                found[line, i] = given
        else:
            weights = [given for _line, given in places]
            for (line, _given), part in zip(places, spread(amount, weights, totals[i]), strict=True):
                found[line, i] = part
    return found


def _lines(
    o: Outcome, shares: list[dict[int, int]], platform: dict[tuple[int, int], int]
) -> tuple[list[LineResult], int]:
    parts, cur, rules = o.parts, o.state.amounts(), o.prepared.rules
    keys = [rule.key for rule in rules]
    rates = [rule.platform_rate for rule in rules]
    make = tuple.__new__  # the quick way to a named tuple; there is one for every discount of every line
    paid = [0] * len(o.lines)
    for part in range(parts.freight_from):
        paid[parts.line[part]] += cur[part]
    results = []
    added = 0
    for at, line in enumerate(o.lines):
        amount, rate = paid[at], line.tax_rate
        tax = 0
        if rate:
            tax = half_up(amount * rate, ONE + rate if line.tax_included else ONE)
            if not line.tax_included:
                added += tax
        each, more = divmod(amount, line.qty)
        units = ((more, each + 1), (line.qty - more, each)) if more else ((line.qty, each),)
        by = shares[at]
        granted = [
            make(Share, (keys[i], given, 0 if not rates[i] else given if rates[i] == ONE else platform.get((at, i), 0)))
            for i, given in by.items()
        ]
        found = (
            line.id,
            line.sku,
            line.qty,
            line.price * line.qty,
            tuple(granted),
            amount,
            tax,
            line.tax_included,
            units,
        )
        results.append(make(LineResult, found))
    return results, added


def _presales(o: Outcome) -> list[Presale]:
    pieces: dict[int, int] = {}
    for _part, i, _saved, count in o.parts.priced:
        rule = o.prepared.rules[i]
        if isinstance(rule, PriceRule) and rule.presale is not None:
            pieces[i] = pieces.get(i, 0) + count
    found = []
    for i, count in sorted(pieces.items()):
        rule = o.prepared.rules[i]
        assert isinstance(rule, PriceRule)
        assert rule.presale is not None
        terms = rule.promotion
        assert isinstance(terms, PresaleConfiguration)
        deposit, credited = rule.presale
        found.append(
            Presale(
                promotion=rule.key,
                deposit=deposit * count,
                credited=credited * count,
                deposit_paid=rule.key in o.facts.deposits,
                balance_from=terms.balance_from,
                balance_until=terms.balance_until,
            )
        )
    return found


def _when(o: Outcome, payable: int, presales: list[Presale]) -> tuple[int, int]:
    """(due now, due later) of ``payable``: before the deposit is paid the balance is due later; once it is paid,
    the deposit is no longer due."""
    paid = {p.promotion: p for p in presales}
    later = 0
    for promotion, presale in paid.items():
        if presale.deposit_paid:
            continue
        amount = sum(
            o.state.amounts()[part]
            for part, i, _saved, _count in o.parts.priced
            if o.prepared.rules[i].key == promotion
        )
        later += max(0, amount - presale.deposit)
    settled = sum(p.deposit for p in presales if p.deposit_paid)
    return max(0, payable - settled - later), later


def _rebates(o: Outcome, results: list[LineResult]) -> tuple[list[tuple[str, int]], list[Verdict]]:
    rebates, verdicts = [], []
    for i, rule in enumerate(o.prepared.rules):
        if not isinstance(rule, RebateRule) or i in o.refusals:
            continue
        paid = sum(result.paid for line, result in zip(o.lines, results, strict=True) if rule.reaches(line))
        amount = half_up(paid * rule.rate, ONE)
        if rule.cap is not None:
            amount = min(amount, rule.cap)
        numbers = {"paid": paid, "to": o.facts.shared_by}
        reason = "applied" if amount else "no_line_in_scope" if not paid else "no_gain"
        verdicts.append(Verdict(rule.key, rule.kind, rule.lane_name, bool(amount), reason, amount, 0, numbers))
        if amount:
            rebates.append((rule.key, amount))
    return rebates, verdicts
