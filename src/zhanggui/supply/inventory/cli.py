"""``zhanggui stock``: the shelf from the command line."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.supply.inventory import operations as stock
from zhanggui.supply.inventory import queries
from zhanggui.supply.inventory.contracts import ReceiptLine
from zhanggui.supply.inventory.domain import sharing, simulation
from zhanggui.supply.inventory.reading import read

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


def document(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def say(text: str) -> None:
    typer.echo(text)


def _plain(value: Any) -> Any:
    return dataclasses.asdict(value)


def _table(heads: list[str], rows: list[list[object]]) -> None:
    table = Table(box=None, pad_edge=False)
    for n, head in enumerate(heads):
        table.add_column(head, justify="left" if n == 0 else "right")
    for row in rows:
        table.add_row(*("—" if cell is None else str(cell) for cell in row))
    Console().print(table)


def _moment(text: str, option: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(_("must be a date or moment, e.g. 2026-11-11T08:00"), param_hint=option) from None
    return found if found.tzinfo else found.replace(tzinfo=timezone.get_default_timezone())


@app.command("show", help=_("What stands where."))
def show(
    sku: Annotated[str, typer.Option(help="Only this SKU, with its places and lots.")] = "", as_json: AsJson = False
) -> None:
    lines = queries.stock_lines(skus=[sku] if sku else None)
    if sku and not lines:
        raise stock.UnknownSku(sku)
    places = queries.balances(sku=sku) if sku else []
    if as_json:
        rows = [{**_plain(line), "available": line.available, "short": line.short} for line in lines]
        document({"items": rows, "places": [_plain(p) for p in places]})
        return
    _table(
        ["SKU", _("On hand"), _("Reserved"), _("Available"), _("Quarantine")],
        [[l.sku, l.on_hand, l.reserved, l.available, l.quarantined] for l in lines],
    )
    if places:
        _table([_("Place"), _("Lot"), _("Pieces")], [[p.place, p.lot, p.qty] for p in places])


@app.command("receive", help=_("Book goods that arrived from a supplier."))
def receive(
    sku: Annotated[str, typer.Argument()],
    qty: Annotated[str, typer.Argument()],
    source: Annotated[str, typer.Option(help="The paper it came with; the same paper twice is one receipt.")],
    unit: Annotated[str, typer.Option()] = "",
    lot: Annotated[str, typer.Option()] = "",
    expires: Annotated[str, typer.Option(help="Expiry date of the lot.")] = "",
    cost: Annotated[int | None, typer.Option(help="Cost of all of it in minor units.")] = None,
    ordered: Annotated[int | None, typer.Option(help="Pieces still expected.")] = None,
    place: Annotated[str, typer.Option()] = "MAIN",
    new: Annotated[bool, typer.Option("--new", help="Make the SKU when it is not known.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="I have looked at what was objected to.")] = False,
    as_json: AsJson = False,
) -> None:
    if new:
        stock.put_item(sku=sku)
    try:
        expires_on = date.fromisoformat(expires) if expires else None
    except ValueError:
        raise typer.BadParameter(_("must be a date, e.g. 2026-11-11"), param_hint="--expires") from None
    line = ReceiptLine(sku, qty, unit, lot, expires_on, cost, ordered)
    done = stock.receive_goods(lines=[line], source=source, place=place, approve=approve)
    _done(done, as_json)


def _done(done: stock.Posted, as_json: bool) -> None:
    if as_json:
        document({"movements": list(done.ids), "new": done.new, "repeated": done.repeated})
    else:
        say(
            _("%(new)d movements booked, %(repeated)d were booked before.")
            % {"new": done.new, "repeated": done.repeated}
        )


@app.command("count", help=_("Bring the book to a counted table (csv or xlsx): shown first, booked with --apply."))
def count(
    file: File,
    complete: Annotated[bool, typer.Option("--complete", help="What is not in the table is zero.")] = False,
    known_only: Annotated[bool, typer.Option("--known-only", help="Refuse SKUs that are not known.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Book it.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="I have looked at what was objected to.")] = False,
    as_json: AsJson = False,
) -> None:
    rows = read(file)
    own: dict[str, Any] = {"rows": rows, "complete": complete, "add_new": not known_only}
    plan = stock.plan_levels(**own)
    done = stock.apply_levels(**own, token=plan.token, source=file.name, approve=approve) if apply else None
    if as_json:
        told = _plain(plan) | {"sentences": [stock.sentence(o) for o in plan.objections]}
        document(told | {"booked": None if done is None else done.new})
        return
    changed = [r for r in plan.rows if r.difference]
    _table(["SKU", _("Place"), _("Book"), _("Counted"), _("Difference")],
           [[r.sku, r.place, r.book, r.level, f"{r.difference:+d}"] for r in changed])  # fmt: skip
    for objection in plan.objections:
        say(stock.sentence(objection))
    if done is not None:
        _done(done, False)
    else:
        say(_("Nothing was booked; --apply books it."))


@app.command("verify", help=_("Rebuild every balance from the ledger and compare."))
def verify(as_json: AsJson = False) -> None:
    found = queries.verify()
    if as_json:
        document(_plain(found) | {"ok": found.ok})
    else:
        for m in found.mismatches:
            say(f"{m.cache} {m.key}: {m.ledger} ≠ {m.cached}")
        say(_("%(moves)d movements and %(entries)d promises replayed, %(wrong)d differences.")
            % {"moves": found.movements, "entries": found.entries, "wrong": len(found.mismatches)})  # fmt: skip
    if not found.ok:
        raise typer.Exit(1)


@app.command("as-of", help=_("What stood where at a past moment, by either clock."))
def as_of(
    at: Annotated[str, typer.Option(help="When it happened, e.g. 2026-11-11T08:00.")] = "",
    known: Annotated[str, typer.Option(help="As far as was known then.")] = "",
    sku: Annotated[str, typer.Option()] = "",
    as_json: AsJson = False,
) -> None:
    found = queries.as_of(occurred=_moment(at, "--at"), recorded=_moment(known, "--known"), skus=[sku] if sku else None)
    if as_json:
        document({"at": at or None, "known": known or None, "items": [_plain(p) for p in found]})
    else:
        _table(["SKU", _("Place"), _("Lot"), _("Pieces")], [[p.sku, p.place, p.lot, p.qty] for p in found])


@app.command("ats", help=_("What each shop may show, and how many pieces could be sold twice."))
def ats(sku: Annotated[str, typer.Option()] = "", as_json: AsJson = False) -> None:
    mine = frozenset(s.id for s in accounts.shops())
    found = queries.available_to_sell(shop_ids=mine, skus=[sku] if sku else None)
    risk = sum(one.could_oversell for one in found)
    if as_json:
        document({"could_oversell": risk, "items": [_plain(one) for one in found]})
        return
    rows: list[list[object]] = [
        [one.sku, o.shop, o.shown, o.exposure, o.target, o.push] for one in found for o in one.offers
    ]
    _table(["SKU", _("Shop"), _("Shown"), _("May still sell"), _("Share"), _("Write")], rows)
    say(_("%(count)d pieces could be sold twice.") % {"count": risk})


@app.command("simulate-oversell", help=_("Try channels with delays, losses and repeats against the rules."))
def simulate_oversell(
    seeds: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    pieces: Annotated[int, typer.Option(min=1)] = 60,
    channels: Annotated[int, typer.Option(min=1, max=50)] = 4,
    ticks: Annotated[int, typer.Option(min=1)] = 500,
    as_json: AsJson = False,
) -> None:
    rows = []
    for mode in (sharing.STRICT, sharing.SHARED, simulation.NAIVE):
        runs = [
            simulation.simulate(seed=seed, stock=pieces, channels=channels, ticks=ticks, mode=mode)
            for seed in range(seeds)
        ]
        rows.append(
            {
                "mode": mode,
                "worlds": seeds,
                "sold": sum(r.sold for r in runs),
                "oversold": sum(r.oversold for r in runs),
                "could_have_oversold": max(r.worst_risk for r in runs),
                "writes": sum(r.writes for r in runs),
                "messages": sum(r.messages for r in runs),
            }
        )
    if as_json:
        document({"stock": pieces, "channels": channels, "ticks": ticks, "modes": rows})
    else:
        _table([_("Mode"), _("Sold"), _("Oversold"), _("Could have oversold")],
               [[r["mode"], r["sold"], r["oversold"], r["could_have_oversold"]] for r in rows])  # fmt: skip


@app.command("expire", help=_("Close reservations whose time is up and take expired lots off the shelves."))
def expire(as_json: AsJson = False) -> None:
    orders = stock.expire_reservations(limit=10_000)
    lots = stock.quarantine_expired()
    if as_json:
        document({"orders": orders, "lots": lots.new})
    else:
        say(_("%(orders)d orders let go, %(lots)d lots taken off the shelf.") % {"orders": orders, "lots": lots.new})
