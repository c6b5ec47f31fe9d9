"""``zhanggui stock follow``: the order book into the stock ledger, beside the commands of stock itself."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from zhanggui.processes.stock.operations import follow_orders
from zhanggui.supply.inventory.cli import app

__all__ = ["app", "follow"]


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
