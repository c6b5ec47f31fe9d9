"""``zhanggui price``: the price of a basket, and what is paid back."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.table import Table

from zhanggui.goods.promotions.contracts import Evaluation, RefundResult
from zhanggui.goods.promotions.domain.evaluate import evaluate
from zhanggui.goods.promotions.domain.prepare import prepare
from zhanggui.goods.promotions.domain.refunds import ReturnRefused, refund
from zhanggui.goods.promotions.domain.values import ConfigurationRefused
from zhanggui.goods.promotions.labels import reason
from zhanggui.goods.promotions.reading import (
    parsed,
    read_basket,
    read_facts,
    read_promotions,
    read_returns,
    schema,
)
from zhanggui.goods.promotions.replies import money, numbers, written, written_refund


class PriceRefused(Exception):
    """A document cannot be used; every problem with its place."""


def price_command(
    basket: Annotated[Path | None, typer.Option(help="What is bought: lines, channel, freight.")] = None,
    promotions: Annotated[Path | None, typer.Option(help="The promotions to price with.")] = None,
    facts: Annotated[Path | None, typer.Option(help="Buyer, moment, coupons held, quotas used.")] = None,
    returns: Annotated[Path | None, typer.Option(help="What comes back: also print the refunds.")] = None,
    show_schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of all documents and stop.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Price a basket under promotions: the least the buyer may pay, who pays the discounts, and why."""
    if show_schema:
        typer.echo(json.dumps(schema(), ensure_ascii=False, indent=2))
        return
    if basket is None or promotions is None:
        raise typer.BadParameter(_("is needed"), param_hint="--basket" if basket is None else "--promotions")
    try:
        bought = read_basket(_load("basket", basket))
        prepared = prepare(read_promotions(_load("promotions", promotions)), bought.currency)
        now = datetime.now(UTC).replace(microsecond=0)
        known = read_facts(_load("facts", facts) if facts is not None else {}, bought.currency, now=now)
        steps = read_returns(_load("returns", returns)) if returns is not None else []
        found = evaluate(bought, prepared, known)
        refunds: list[RefundResult] = []
        for step in steps:
            refunds.append(refund(found, step, refunds))
    except ConfigurationRefused as error:
        _refused(error)
    if as_json:
        answer = {**written(found), "now": known.now.isoformat()}
        if returns is not None:
            answer["refunds"] = [written_refund(r, found.currency) for r in refunds]
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    _print(found, refunds)


def _load(document: str, path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise PriceRefused(_("{file} is not a text file in UTF-8.").format(file=path)) from None
    return parsed(document, text)


def _refused(error: ConfigurationRefused) -> NoReturn:
    document = "returns" if isinstance(error, ReturnRefused) else getattr(error, "document", "promotions")
    sentences = [f"{document}{_at(path)}: {_(text).format(**values)}" for path, text, values in error.problems]
    raise PriceRefused("\n".join(sentences))


def _at(path: str) -> str:
    return path if path.startswith("[") else f" {path}" if " " in path else f".{path}" if path else ""


def _print(e: Evaluation, refunds: list[RefundResult]) -> None:
    console = Console(highlight=False)

    def cash(amount: int) -> str:
        return money(amount, e.currency)

    table = Table(box=None, pad_edge=False)
    for i, head in enumerate((_("Line"), _("SKU"), _("Pieces"), _("List"), _("Discount"), _("Paid"))):
        table.add_column(head, justify="left" if i < 2 else "right")
    for line in e.lines:
        table.add_row(
            line.id,
            line.sku,
            str(line.qty),
            cash(line.list_amount),
            cash(line.list_amount - line.paid),
            cash(line.paid),
        )
    console.print(table)
    if e.freight:
        off = sum(share.amount for share in e.freight_shares)
        console.print(_("Freight {amount}, {off} off").format(amount=cash(e.freight), off=cash(off)), markup=False)
    if e.tax_added:
        console.print(_("Tax {amount}").format(amount=cash(e.tax_added)), markup=False)
    text = _("To pay {amount} {currency}; discounts {merchant} by the merchant, {platform} by the platform.")
    console.print(
        text.format(amount=cash(e.payable), currency=e.currency, merchant=cash(e.merchant), platform=cash(e.platform)),
        markup=False,
    )
    if e.presales:
        text = _("{now} now, {later} later.")
        console.print(text.format(now=cash(e.pay_now), later=cash(e.pay_later)), markup=False)
    for gift in e.gifts:
        console.print(_("Gift: {qty} × {sku}").format(qty=gift.qty, sku=gift.sku), markup=False)
    for v in e.verdicts:
        why = reason(v.reason, numbers(v.numbers, e.currency))
        amount = f"−{cash(v.amount)}  " if v.amount else ""
        console.print(f"{'✓' if v.applied else '·'} {v.promotion}: {amount}{why}", markup=False)
    for hint in e.hints:
        if hint.unit == "pieces":
            more = ngettext("{n} more piece", "{n} more pieces", hint.need).format(n=hint.need)
        else:
            more = cash(hint.need)
        if hint.gift:
            gain = _("to get {gift}").format(gift=hint.gift)
        else:
            gain = _("to save {amount}").format(amount=cash(hint.gain))
        text = _("{promotion}: add {more} {gain}.")
        console.print(text.format(promotion=hint.promotion, more=more, gain=gain), markup=False)
    if not e.exact:
        print(_("The search met its limit: this is the best outcome found, not proven the best."), file=sys.stderr)
    for at, step in enumerate(refunds, 1):
        lost = sum(c.amount for c in step.clawbacks)
        text = _("Return {at}: {amount} paid back ({lost} of discounts taken back).")
        console.print(text.format(at=at, amount=cash(step.amount), lost=cash(lost)), markup=False)
