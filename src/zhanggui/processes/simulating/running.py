"""The whole simulation: documents in, one answer out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.goods.catalog import facts as catalog
from zhanggui.goods.promotions import queries as promotions
from zhanggui.processes.simulating.baskets import Reader
from zhanggui.processes.simulating.replay import PROCESSES, Draft, moment_of, replay, replay_in_turn
from zhanggui.processes.simulating.report import described

MOST_DRAFTS: Final = 5
UPLIFTS: Final = (Decimal(0), Decimal("0.1"), Decimal("0.3"))
STACK_PERCENT: Final = 40


class CannotSimulate(Exception):
    """The simulation cannot be made; the text is for the user, one problem a line."""


@dataclass(frozen=True)
class Wanted:
    """What to replay. Days are business days of each shop, both included. ``price``: ``unit`` or ``list``.

    ``facts``: the document of docs/reference/promotion-json.md, taken to hold for every buyer. ``stack_percent``: two
    offers or more that take a larger part of an order than this are listed.
    """

    first: date
    last: date
    shop_ids: frozenset[int]
    currency: str = ""
    price: str = "unit"
    facts: Any = None
    uplifts: tuple[Decimal, ...] = UPLIFTS
    stack_percent: int = STACK_PERCENT
    processes: int = PROCESSES
    skus_shown: int | None = None


def simulate(drafts: Sequence[tuple[str, Any]], wanted: Wanted) -> dict[str, Any]:
    """Replay the paid orders of a period under each draft (name, parsed promotion document).

    Reads only. Raises :class:`CannotSimulate` with every problem of the documents.
    """
    if not 1 <= len(drafts) <= MOST_DRAFTS:
        raise CannotSimulate(_("Between one and five drafts can be compared."))
    if wanted.first > wanted.last:
        raise CannotSimulate(_("The period ends before it starts."))
    shops = [s for s in accounts.shops(include_inactive=True) if s.id in wanted.shop_ids]
    if not shops:
        raise CannotSimulate(_("There is no shop to replay."))
    read = [(name, _promotions(name, document)) for name, document in drafts]
    currency = wanted.currency or _currency([p for _name, many in read for p in many], shops)
    made = [_draft(name, many, wanted, shops, currency) for name, many in read]
    reader = Reader(shops, wanted.first, wanted.last, currency, wanted.price)
    in_turn = any(d.limited or d.facts.gift_stock for d in made)
    if in_turn:
        if any(_personal(d) for d in made):
            reader.know_buyers()
        tallies, priced = replay_in_turn(made, reader.in_turn(), currency, stack_percent=wanted.stack_percent)
    else:
        tallies, priced = replay(
            made, reader.bites(), currency, stack_percent=wanted.stack_percent, processes=wanted.processes
        )
    seen = reader.seen
    costs = _costs(currency)
    return {
        "currency": currency,
        "from": wanted.first.isoformat(),
        "to": wanted.last.isoformat(),
        "shops": [s.name for s in shops],
        "basket_price": wanted.price,
        "before": "the same baskets without any offer",
        "uplifts_are": "assumed",
        "orders_read": seen.orders,
        "orders_replayed": seen.orders - sum(seen.left_out.values()),
        "left_out": [
            {"reason": reason, "orders": count, "order_nos": seen.named[reason]}
            for reason, count in sorted(seen.left_out.items())
        ],
        "lines_of_gifts_not_priced": seen.gift_lines,
        "lines_with_the_other_price": seen.other_price,
        "orders_without_freight": seen.unknown_freight,
        "orders_of_unknown_buyers": seen.unknown_buyers if in_turn and any(_personal(d) for d in made) else None,
        "baskets_priced": priced,
        "in_order_of_time": in_turn,
        "drafts": [
            {
                "name": draft.name,
                "at": draft.facts.now.isoformat(),
                "limits": draft.limited,
                "not_open": _not_open(draft),
                **described(tally, costs, wanted.uplifts, currency, skus_shown=wanted.skus_shown),
            }
            for draft, tally in zip(made, tallies, strict=True)
        ],
    }


def _promotions(name: str, document: Any) -> tuple[promotions.Promotion, ...]:
    try:
        return tuple(promotions.read_promotions(document))
    except promotions.ConfigurationRefused as error:
        raise CannotSimulate(refusal(name, error)) from None


def _draft(
    name: str, many: tuple[promotions.Promotion, ...], wanted: Wanted, shops: list[ShopInfo], currency: str
) -> Draft:
    start = datetime.combine(wanted.first, time(), ZoneInfo(shops[0].zone))
    at = moment_of(many, start).astimezone(UTC)
    try:
        promotions.prepare(many, currency)
        facts = promotions.read_facts(wanted.facts if wanted.facts is not None else {}, currency, now=at)
    except promotions.ConfigurationRefused as error:
        raise CannotSimulate(refusal(name, error)) from None
    return Draft(name, many, replace(facts))


def refusal(name: str, error: promotions.ConfigurationRefused) -> str:
    """Every problem of a document on a line: name, JSON path, sentence."""
    return "\n".join(
        f"{name}{'' if path.startswith('[') or not path else ' '}{path}: {_(text).format(**values)}"
        for path, text, values in error.problems
    )


def _currency(configurations: list[promotions.Promotion], shops: list[ShopInfo]) -> str:
    """The one currency the drafts name, else the one of the shops."""
    found = {p.currency for p in configurations if p.currency} or {s.currency for s in shops}
    if len(found) != 1:
        text = _("Several currencies meet here ({list}): say which one with --currency.")
        raise CannotSimulate(text.format(list=", ".join(sorted(found))))
    return found.pop()


def _costs(currency: str) -> dict[str, int]:
    """Code → the newest cost known of a piece: a draft lies ahead."""
    rows = catalog.cost_rows()
    return {r["code"]: r["unit_cost"] for r in rows if r["to_day"] is None and r["currency"] == currency}


def _personal(draft: Draft) -> bool:
    return any("per_person" in text or "per_buyer" in text for text in _fields(draft))


def _fields(draft: Draft) -> list[str]:
    return [p.model_dump_json(exclude_none=True) for p in draft.promotions]


def _not_open(draft: Draft) -> list[str]:
    """Promotions that are closed at the moment the draft is priced: they change nothing in this answer."""
    now = draft.facts.now
    return sorted(
        p.key for p in draft.promotions if (p.starts_at and now < p.starts_at) or (p.ends_at and now >= p.ends_at)
    )
