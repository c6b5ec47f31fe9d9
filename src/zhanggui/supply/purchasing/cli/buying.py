"""``zhanggui purchasing``: suppliers, purchase orders, receipts, and what to order."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from zhanggui.kernel.money import Money
from zhanggui.supply.purchasing import operations, queries
from zhanggui.supply.purchasing.contracts import Arrived, OrderInfo, Suggestion, WantedLine
from zhanggui.supply.purchasing.operations import PurchasingError
from zhanggui.supply.purchasing.reading import BadForecast, outlooks

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def _out(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def _told(as_json: bool, text: str, **what: object) -> None:
    if as_json:
        _out(what)
    else:
        typer.echo(text)


def _table(heads: list[str], rows: list[list[object]]) -> None:
    table = Table(box=None, pad_edge=False)
    for n, head in enumerate(heads):
        table.add_column(head, justify="left" if n == 0 else "right")
    for row in rows:
        table.add_row(*("—" if cell is None else str(cell) for cell in row))
    Console().print(table)


def _money(text: str, currency: str, option: str) -> int:
    try:
        return Money.of(Decimal(text), currency).minor
    except (ValueError, InvalidOperation):
        raise typer.BadParameter(
            _("“%(text)s” is not an amount of money") % {"text": text}, param_hint=option
        ) from None


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(_("must be a date, e.g. 2026-11-11"), param_hint=option) from None


def _whole(text: str, option: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise typer.BadParameter(_("“%(text)s” is not a whole number") % {"text": text}, param_hint=option)
    return int(text)


@app.command("supplier", help="Add or change a supplier.")
def supplier(
    code: Annotated[str, typer.Argument()],
    lead_days: Annotated[int, typer.Option(min=0, help="Days from order to arrival, as promised.")],
    name: Annotated[str, typer.Option()] = "",
    as_json: AsJson = False,
) -> None:
    operations.put_supplier(code=code, name=name, lead_days=lead_days)
    _told(as_json, _("Supplier %(code)s is kept.") % {"code": code}, supplier=code)


@app.command("quote", help="Note what a supplier asks for a SKU.")
def quote(
    code: Annotated[str, typer.Argument(help="The supplier.")],
    sku: Annotated[str, typer.Argument()],
    price: Annotated[str, typer.Option(help="Per piece, e.g. 12.50.")],
    currency: Annotated[str, typer.Option()] = "CNY",
    moq: Annotated[int, typer.Option(min=0, help="Smallest order.")] = 0,
    pack: Annotated[int, typer.Option(min=1, help="Pieces per pack.")] = 1,
    rank: Annotated[int, typer.Option(min=1, help="1 is the first choice, higher ones stand by.")] = 1,
    as_json: AsJson = False,
) -> None:
    minor = _money(price, currency, "--price")
    operations.put_quote(supplier=code, sku=sku, price=minor, currency=currency, moq=moq, pack=pack, rank=rank)
    _told(as_json, _("The quote is kept."), supplier=code, sku=sku)


@app.command("suppliers", help="Suppliers with their record of 90 days and grade.")
def suppliers(as_json: AsJson = False) -> None:
    found = queries.suppliers()
    if as_json:
        _out([asdict(s) for s in found])
        return
    heads = [_("Supplier"), _("On time"), _("Quality"), _("Delivered"), _("Score"), _("Grade"), _("New orders")]
    verdicts = {"ok": _("yes"), "new": _("yes, too little known"), "warn": _("with a warning"), "block": _("blocked")}
    rows: list[list[object]] = []
    for s in found:
        ratios = [None if r is None else f"{r:.1%}" for r in (s.score.on_time, s.score.quality, s.score.fill)]
        points = None if s.score.score is None else f"{s.score.score:.1f}"
        rows.append([s.code, *ratios, points, s.score.grade, verdicts[s.score.verdict]])
    _table(heads, rows)


@app.command("order", help="Open a draft order: SKU=QUANTITY@PRICE …")
def order(
    number: Annotated[str, typer.Argument()],
    lines: Annotated[list[str], typer.Argument(help="SKU=QUANTITY@PRICE, the price per piece.")],
    supplier: Annotated[str, typer.Option()],
    due: Annotated[str, typer.Option(help="Day on which it should arrive.")],
    currency: Annotated[str, typer.Option()] = "CNY",
    reason: Annotated[str, typer.Option(help="Why a blocked supplier is used all the same.")] = "",
    as_json: AsJson = False,
) -> None:
    wanted = []
    for text in lines:
        sku, equals, rest = text.rpartition("=")
        qty, at, price = rest.partition("@")
        if not (equals and at and sku):
            raise typer.BadParameter(_("“%(text)s” is not SKU=QUANTITY@PRICE") % {"text": text}, param_hint="LINES")
        wanted.append(WantedLine(sku, _whole(qty, "LINES"), _money(price, currency, "LINES")))
    verdict = operations.open_order(
        supplier=supplier, number=number, lines=wanted, due_on=_day(due, "--due"), currency=currency, override=reason
    )
    if verdict == "warn":
        typer.echo(_("Mind: this supplier has a poor record (zhanggui purchasing suppliers)."), err=True)
    _told(as_json, _("Order %(number)s is a draft.") % {"number": number}, order=number, state="draft", grade=verdict)


@app.command("place", help="The order went out to the supplier.")
def place(number: Annotated[str, typer.Argument()], as_json: AsJson = False) -> None:
    operations.place_order(number=number)
    _told(as_json, _("Order %(number)s is placed.") % {"number": number}, order=number, state="ordered")


@app.command("cancel", help="Cancel an order of which nothing has come.")
def cancel(number: Annotated[str, typer.Argument()], as_json: AsJson = False) -> None:
    operations.cancel_order(number=number)
    _told(as_json, _("Order %(number)s is cancelled.") % {"number": number}, order=number, state="cancelled")


@app.command("close", help="Close an order whose rest will not come.")
def close(number: Annotated[str, typer.Argument()], as_json: AsJson = False) -> None:
    operations.close_order(number=number)
    _told(as_json, _("Order %(number)s is closed.") % {"number": number}, order=number, state="closed")


@app.command("receive", help="Book a delivery: SKU=ARRIVED or SKU=ARRIVED/ACCEPTED …")
def receive(
    number: Annotated[str, typer.Argument()],
    lines: Annotated[list[str], typer.Argument(help="SKU=ARRIVED or SKU=ARRIVED/ACCEPTED.")],
    paper: Annotated[str, typer.Option(help="Number of the delivery note; the same one again changes nothing.")],
    lot: Annotated[str, typer.Option()] = "",
    expires: Annotated[str, typer.Option(help="Last day of the lot.")] = "",
    approve: Annotated[bool, typer.Option("--approve", help="Take more than ordered, or a short-lived lot.")] = False,
    as_json: AsJson = False,
) -> None:
    expires_on = _day(expires, "--expires") if expires else None
    arrived = []
    for text in lines:
        sku, equals, rest = text.rpartition("=")
        came, slash, good = rest.partition("/")
        if not (equals and sku):
            raise typer.BadParameter(_("“%(text)s” is not SKU=ARRIVED/ACCEPTED") % {"text": text}, param_hint="LINES")
        qty = _whole(came, "LINES")
        arrived.append(Arrived(sku, qty, _whole(good, "LINES") if slash else qty, lot, expires_on))
    state = operations.receive_order(number=number, paper=paper, arrived=arrived, approve=approve)
    text = _("Booked; order %(number)s is now: %(state)s.") % {"number": number, "state": _states()[state]}
    _told(as_json, text, order=number, state=state)


def _states() -> dict[str, str]:
    return {
        "draft": _("draft"), "ordered": _("ordered"), "partly": _("partly received"), "received": _("received"),
        "closed": _("closed"), "cancelled": _("cancelled"),
    }  # fmt: skip


@app.command("orders", help="Purchase orders, newest first.")
def orders(
    state: Annotated[str, typer.Option(help="draft, ordered, partly, received, closed or cancelled.")] = "",
    as_json: AsJson = False,
) -> None:
    if state and state not in _states():
        raise typer.BadParameter(_("must be one of %(list)s") % {"list": ", ".join(_states())}, param_hint="--state")
    found = queries.orders(state=state)
    if as_json:
        _out([{**asdict(o), "total": o.total} for o in found])
        return
    heads = [_("Order"), _("Supplier"), _("State"), _("Due"), _("Amount"), _("Accepted")]
    _table(heads, [_row(o) for o in found])


def _row(o: OrderInfo) -> list[object]:
    accepted = f"{sum(line.accepted for line in o.lines)}/{sum(line.qty for line in o.lines)}"
    return [o.number, o.supplier, _states()[o.state], o.due_on, Money(o.total, o.currency), accepted]


@app.command("suggest", help="What to order, from a daily forecast file of zhanggui forecast.")
def suggest(
    forecast: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="unique_id (the SKU), ds, mean, q0.5 …")
    ],
    budget: Annotated[str, typer.Option(help="Most to spend, e.g. 20000.")] = "",
    currency: Annotated[str, typer.Option(help="Of the budget; quotes in others are left out.")] = "CNY",
    role: Annotated[list[str] | None, typer.Option(help="SKU=core, seasonal, fashion or long_tail.")] = None,
    as_json: AsJson = False,
) -> None:
    try:
        asked = outlooks(forecast)
    except BadForecast as error:
        raise PurchasingError(_reason(error.reason) % {"detail": error.detail}) from None
    roles = dict(text.rpartition("=")[::2] for text in role or [])
    found, left = queries.suggestions(
        outlooks=asked, roles=roles, currency=currency, budget=_money(budget, currency, "--budget") if budget else None
    )
    if as_json:
        rows = [{**asdict(s), "position": s.position, "supplier": code} for s, code in found]
        _out({"suggestions": rows, "left_out": [{"sku": sku, "reason": why} for sku, why in left]})
        return
    heads = [
        "SKU", _("Supplier"), _("There"), _("Coming"), _("Days"), _("Demand"), _("Safety stock"), _("Reorder point"),
        _("Order up to"), _("Order"), _("Why"),
    ]  # fmt: skip
    _table(heads, [_line(s, code) for s, code in found])
    for sku, why in left:
        typer.echo(f"{sku}: {_left(why)}", err=True)


def _line(s: Suggestion, code: str) -> list[object]:
    why = ", ".join(_marks().get(mark, mark) for mark in s.reasons)
    return [
        s.sku, code, s.available, s.inbound, s.protect_days, f"{s.expected:.1f}", f"{s.safety_stock:.1f}",
        s.reorder_point, s.order_up_to, s.order, why or None,
    ]  # fmt: skip


def _marks() -> dict[str, str]:
    return {
        "on_demand": _("bought on demand"),
        "moq": _("smallest order"),
        "pack": _("whole packs"),
        "shelf_life": _("shelf life"),
        "moq_beyond_shelf_life": _("the smallest order would spoil"),
        "budget": _("budget"),
        "cost_unknown": _("cost unknown"),
        "coverage_low": _("month covered too little"),
        "coverage_high": _("month covered too much"),
    }


def _left(why: str) -> str:
    texts = {
        "unknown_sku": _("not kept in stock"),
        "no_quote": _("no active supplier quotes it"),
        "currency": _("quoted in another currency than the stock or the budget"),
        "role": _("the role is not core, seasonal, fashion or long_tail"),
        "forecast": _("the forecast has values that are no demand"),
    }
    return texts[why]


def _reason(code: str) -> str:
    texts = {
        "unreadable": _("The forecast cannot be read: %(detail)s."),
        "columns": _("The forecast lacks the columns: %(detail)s."),
        "days": _("The days of %(detail)s do not follow one another."),
        "values": _("The forecast has values that are no numbers: %(detail)s."),
    }
    return texts[code]
