"""``zhanggui simulate``: what a draft campaign would have cost on the orders of a past period."""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.goods.promotions import queries as promotions
from zhanggui.processes.simulating.running import MOST_DRAFTS, CannotSimulate, Wanted, refusal, simulate


def simulate_command(
    draft: Annotated[Path, typer.Argument(help="The promotions of the draft.", exists=True, dir_okay=False)],
    first: Annotated[str, typer.Option("--from", help="First day of payment, e.g. 2026-10-01.")],
    last: Annotated[str, typer.Option("--to", help="Last day, included.")],
    shop: Annotated[list[str] | None, typer.Option(help="Only this shop; again for more.")] = None,
    compare: Annotated[
        list[Path] | None,
        typer.Option(help="Another draft, same baskets; again for more.", exists=True, dir_okay=False),
    ] = None,
    facts: Annotated[
        Path | None, typer.Option(help="What is taken to hold for every buyer.", exists=True, dir_okay=False)
    ] = None,
    uplift: Annotated[str, typer.Option(help="Assumed growth of volume, with commas.")] = "0,0.1,0.3",
    price: Annotated[str, typer.Option(help="unit or list: the price of a piece before offers.")] = "unit",
    currency: Annotated[str, typer.Option(help="Needed when drafts or shops have several.")] = "",
    stack_above: Annotated[int, typer.Option(min=0, max=100, help="Percent off from which stacks are listed.")] = 40,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Replay real orders under a draft campaign: cost by funder, margin, floor breaches, stacks, break-even."""
    paths = [draft, *(compare or [])]
    if len(paths) > MOST_DRAFTS:
        raise typer.BadParameter(_("at most five drafts, the first one included"), param_hint="--compare")
    if price not in ("unit", "list"):
        raise typer.BadParameter(_("must be unit or list"), param_hint="--price")
    if currency and currency not in promotions.CURRENCIES:
        raise typer.BadParameter(_("is no currency in use"), param_hint="--currency")
    wanted = Wanted(
        first=_day(first, "--from"),
        last=_day(last, "--to"),
        shop_ids=_shops(shop or []),
        currency=currency,
        price=price,
        facts=_load(facts) if facts is not None else None,
        uplifts=_uplifts(uplift),
        stack_percent=stack_above,
    )
    found = simulate([(path.name, _load(path)) for path in paths], wanted)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    _print(found)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(_("must be a day such as 2026-10-01"), param_hint=option) from None


def _uplifts(text: str) -> tuple[Decimal, ...]:
    try:
        found = tuple(dict.fromkeys(Decimal(part.strip()) for part in text.split(",")))
        if all(u.is_finite() and -1 <= u <= 100 for u in found):
            return found
    except InvalidOperation:
        pass
    raise typer.BadParameter(_("must be numbers from -1 to 100 with commas, e.g. 0,0.1,0.3"), param_hint="--uplift")


def _shops(names: list[str]) -> frozenset[int]:
    every = accounts.shops(include_inactive=True)
    if not names:
        return frozenset(s.id for s in every)
    for name in names:
        if name not in {s.name for s in every}:
            raise CannotSimulate(_("There is no shop “%(name)s”.") % {"name": name})
    return frozenset(s.id for s in every if s.name in names)


def _load(path: Path) -> Any:
    try:
        return promotions.parsed(path.name, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise CannotSimulate(_("{file} is not a text file in UTF-8.").format(file=path)) from None
    except promotions.ConfigurationRefused as error:
        raise CannotSimulate(refusal(path.name, error)) from None


def _print(found: dict[str, Any]) -> None:
    console = Console(highlight=False)
    none = "–"

    def say(text: str) -> None:
        console.print(text, markup=False)

    text = _("{n} of {all} paid orders replayed, {currency}; baskets at {price}, compared with no offers.")
    price = _("list prices") if found["basket_price"] == "list" else _("unit prices")
    say(text.format(n=found["orders_replayed"], all=found["orders_read"], currency=found["currency"], price=price))
    for left in found["left_out"]:
        text = _("Left out: {n} orders, {reason} ({examples}).")
        say(text.format(n=left["orders"], reason=left["reason"], examples=", ".join(left["order_nos"][:3])))
    drafts = found["drafts"]
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for draft in drafts:
        table.add_column(draft["name"], justify="right", overflow="fold")
    rows: list[tuple[str, list[Any]]] = [
        (_("Orders that change"), [f"{d['orders_changed']} ({_percent(d['share_changed'])})" for d in drafts]),
        (_("Before offers"), [d["before_offers"] for d in drafts]),
        (_("Paid by buyers"), [d["paid_by_buyers"] for d in drafts]),
        (_("Cost to the merchant"), [d["cost"]["merchant"] for d in drafts]),
        (_("Cost to the platform"), [d["cost"]["platform"] for d in drafts]),
        (_("Gifts (pieces)"), [sum(g["units"] for g in d["gifts"]) for d in drafts]),
        (_("Margin before"), [d["margin"]["before"] for d in drafts]),
        (_("Margin after"), [d["margin"]["after"] for d in drafts]),
        (_("Pieces without a known cost"), [d["margin"]["units_without_cost"] for d in drafts]),
        (_("Break-even uplift"), [_percent(d["margin"]["break_even_uplift"]) for d in drafts]),
        (_("SKUs below their floor"), [len(d["floor_breaches"]) for d in drafts]),
        (_("Orders with surprising stacks"), [d["surprising_stacks"]["orders"] for d in drafts]),
    ]
    for at, outcome in enumerate(drafts[0]["outcomes"]):
        head = _("Margin at {uplift} more (assumed)").format(uplift=_percent(outcome["uplift"]))
        rows.append((head, [d["outcomes"][at]["margin"] for d in drafts]))
    for head, cells in rows:
        table.add_row(head, *(none if cell is None else str(cell) for cell in cells))
    console.print(table)
    for draft in drafts:
        if draft["not_open"]:
            text = _("{name}: not open at {at}: {keys}.")
            line = text.format(name=draft["name"], at=draft["at"], keys=", ".join(draft["not_open"]))
            print(line, file=sys.stderr)
        for stack in draft["surprising_stacks"]["shown"][:3]:
            text = _("{name}: {offers} met in {n} orders, up to {share} off ({order}).")
            say(
                text.format(
                    name=draft["name"],
                    offers=" + ".join(stack["promotions"]),
                    n=stack["orders"],
                    share=_percent(stack["largest_share"]),
                    order=stack["order_no"],
                )
            )
        for breach in draft["floor_breaches"][:3]:
            text = _("{name}: {sku} sold at {lowest}, below its floor {floor} ({n} pieces).")
            say(
                text.format(
                    name=draft["name"], sku=breach["sku"], lowest=breach["lowest"], floor=breach["floor"],
                    n=breach["units"],
                )
            )  # fmt: skip


def _percent(share: str | None) -> str | None:
    return None if share is None else f"{Decimal(share) * 100:.2f}".rstrip("0").rstrip(".") + " %"
