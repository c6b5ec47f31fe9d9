"""``zhanggui stock follow``: the order book into the stock ledger, beside the commands of stock itself."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone
from django.utils.translation import gettext as _

from zhanggui.processes.stock import pushing
from zhanggui.processes.stock.operations import follow_orders
from zhanggui.supply.inventory import operations as stock
from zhanggui.supply.inventory.cli import app

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Shop = Annotated[int, typer.Option(help="The number of the shop.")]
Key = Annotated[str, typer.Option(help="A name for this push or reading; the same twice is once.")]


def _say(as_json: bool, document: dict[str, object], text: str) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False) if as_json else text)


@app.command("push-file", help=_("Write a shop's stock file: our own sheet, SKU and quantity."))
def push_file(out: Path, shop: Shop, key: Key, as_json: AsJson = False) -> None:
    rows = pushing.push_file(shop_id=shop, path=out, key=key)
    _say(as_json, {"rows": rows, "file": str(out)}, _("%(rows)d rows written.") % {"rows": rows})


@app.command("answer-file", help=_("Say that a stock file was uploaded, or thrown away."))
def answer_file(
    key: Key, uploaded: Annotated[bool, typer.Option("--uploaded/--dropped")], as_json: AsJson = False
) -> None:
    rows, moved = pushing.answer_file(key=key, uploaded=uploaded)
    text = _("%(rows)d rows answered; stock of %(moved)d has changed since: push again.")
    _say(as_json, {"rows": rows, "moved": moved}, text % {"rows": rows, "moved": moved})


@app.command("read-back", help=_("Compare a shop's own stock export with what it should show."))
def read_back(
    file: Path,
    shop: Shop,
    key: Key,
    at: Annotated[str, typer.Option(help="When it was exported, with zone, e.g. 2026-11-11T08:00+08:00.")],
    as_json: AsJson = False,
) -> None:
    try:
        asked_at = datetime.fromisoformat(at)
    except ValueError:
        raise typer.BadParameter(_("must be a moment, e.g. 2026-11-11T08:00+08:00"), param_hint="--at") from None
    if asked_at.tzinfo is None:
        asked_at = asked_at.replace(tzinfo=timezone.get_default_timezone())
    found, wrong = pushing.read_back_file(shop_id=shop, path=file, asked_at=asked_at, key=key, now=asked_at)
    lines = [f"{name}: {count}" for name, count in sorted(found.items())]
    _say(as_json, {"found": found, "rejected": wrong}, "\n".join([*lines, *wrong]))
    if wrong:
        raise typer.Exit(1)


def _kept(as_json: bool, **what: object) -> None:
    if as_json:
        typer.echo(json.dumps(what, ensure_ascii=False))


@app.command("rule", help=_("How much of the stock a shop is offered."))
def rule(
    shop: Shop,
    sku: Annotated[str, typer.Option(help="Only this SKU.")] = "",
    mode: Annotated[str, typer.Option(help="strict or shared")] = "strict",
    weight: Annotated[int, typer.Option()] = 1,
    exclusive: Annotated[int | None, typer.Option(help="Pieces of its own.")] = None,
    buffer: Annotated[int, typer.Option(help="Pieces kept back.")] = 0,
    as_json: AsJson = False,
) -> None:
    stock.put_channel_rule(
        shop_id=shop, sku=sku or None, mode=mode, weight=weight, exclusive_qty=exclusive, buffer_qty=buffer
    )
    _kept(as_json, shop_id=shop, sku=sku or None, mode=mode)


@app.command("alias", help=_("From now on a shop's code means this SKU."))
def alias(
    code: str,
    sku: str,
    shop: Shop,
    as_json: AsJson = False,
) -> None:
    stock.put_alias(shop_id=shop, code=code, sku=sku)
    _kept(as_json, shop_id=shop, code=code, sku=sku)


@app.command("bundle", help=_("Say what is in a bundle: SKU=pieces …; nothing makes it an ordinary SKU again."))
def bundle(
    sku: str,
    parts: Annotated[list[str] | None, typer.Argument()] = None,
    as_json: AsJson = False,
) -> None:
    found: dict[str, int] = {}
    for part in parts or []:
        code, _equals, qty = part.rpartition("=")
        if not code or not qty.isdecimal():
            raise typer.BadParameter(_("a part is SKU=pieces"))
        found[code] = int(qty)
    stock.put_bundle(sku=sku, components=found)
    _kept(as_json, sku=sku, components=found)


@app.command("follow", help=_("Carry the order book into stock: promise, ship, release, take back."))
def follow(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    done = follow_orders()
    if as_json:
        typer.echo(json.dumps(done.as_json()))
        return
    text = _(
        "%(orders)d orders looked at: %(reserved)d promised, %(shipped)d booked out, %(released)d released,"
        " %(returned)d returns in quarantine; %(short)d short, %(unmatched)d lines not matched, %(beyond)d shipped"
        " beyond the book."
    )
    typer.echo(text % {**done.as_json(), "beyond": done.beyond_book})
