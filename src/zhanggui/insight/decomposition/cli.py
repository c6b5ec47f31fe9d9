"""``zhanggui explain`` and ``zhanggui explain-file``: a change taken apart, from the metric store or from a file."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.insight.decomposition.contracts import ENTERED, LEFT, MIX, Explanation
from zhanggui.insight.decomposition.domain.errors import CannotExplain, PartsDiffer, number
from zhanggui.insight.decomposition.domain.explain import explain
from zhanggui.insight.decomposition.domain.waterfall import waterfall
from zhanggui.insight.decomposition.queries.gmv import GmvExplanation, explain_gmv
from zhanggui.insight.decomposition.reading import read
from zhanggui.insight.metrics.domain.errors import CannotMeasure
from zhanggui.kernel.money import exponent


def explain_command(
    metric: Annotated[str, typer.Argument(help="gmv (M041, the paid amount)")],
    first: Annotated[str, typer.Option("--from", help="First day, e.g. 2026-11-08.")],
    last: Annotated[str, typer.Option("--to", help="Last day, included.")],
    before_first: Annotated[str, typer.Option("--against-from", help="First day of the period compared with.")],
    before_last: Annotated[str, typer.Option("--against-to", help="Its last day, included.")],
    by: Annotated[str, typer.Option(help="channel or shop: adds the mix line.")] = "",
    method: Annotated[str, typer.Option(help="shapley | lmdi | chain")] = "shapley",
    order: Annotated[str, typer.Option(help="For chain: names in the order of substitution, with commas.")] = "",
    shop: Annotated[list[str] | None, typer.Option(help="Name or id of a shop; again for more.")] = None,
    basis: Annotated[str, typer.Option(help="people, orders, or auto: people where visitors are known.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say what moved the paid amount between two periods: visitors, conversion, value per buyer, mix."""
    if metric.strip().lower() not in ("gmv", "m041"):
        raise typer.BadParameter(_("gmv is the amount that can be explained"), param_hint="METRIC")
    after = _day(first, "--from"), _day(last, "--to")
    before = _day(before_first, "--against-from"), _day(before_last, "--against-to")
    try:
        found = explain_gmv(
            shop_ids=_shop_ids(shop or []),
            before=before,
            after=after,
            by=by,
            method=method,  # type: ignore[arg-type]  # what is none is refused there, by name
            order=[name.strip() for name in order.split(",") if name.strip()] or None,
            basis=basis,
        )
    except PartsDiffer as error:
        hint = _("What the orders alone tell can be explained with --basis orders.")
        error.spoken(_)
        error.args = (f"{error.args[0]} {hint}",)
        raise
    except (CannotExplain, CannotMeasure) as error:
        raise error.spoken(_) from None
    if as_json:
        typer.echo(json.dumps(as_gmv_document(found), ensure_ascii=False, indent=2))
        return
    _print(found.explanation)
    for text in gmv_notes(found):
        Console().print(text, markup=False, highlight=False)


def as_gmv_document(found: GmvExplanation) -> dict[str, Any]:
    """The JSON form of an explanation over the store: that of a file, with what it rests on."""
    return {
        **as_document(found.explanation),
        "basis": found.basis,
        "by": found.by or None,
        "period_before": {"from": found.before[0].isoformat(), "to": found.before[1].isoformat()},
        "period_after": {"from": found.after[0].isoformat(), "to": found.after[1].isoformat()},
        "without_traffic": list(found.without_traffic),
        "left_out": list(found.left_out),
        "partial": list(found.partial),
        "notes": gmv_notes(found),
    }


def gmv_notes(found: GmvExplanation) -> list[str]:
    """What a reader of the explanation must know, in the language of the moment."""
    notes = []
    if found.basis == "people":
        notes.append(_("Visitors and buyers are counted once per shop and day; so is the value per buyer."))
    elif found.without_traffic:
        notes.append(
            _("Told by orders × value per order: visitors or buyers of %(shops)s are not known on every day.")
            % {"shops": ", ".join(found.without_traffic)}
        )
    if found.left_out:
        notes.append(_("Nothing is known of %(shops)s; they are left out.") % {"shops": ", ".join(found.left_out)})
    if found.partial:
        notes.append(_("Files of %(shops)s end inside a day.") % {"shops": ", ".join(found.partial)})
    return notes


def _shop_ids(texts: list[str]) -> frozenset[int]:
    shops = accounts.shops(include_inactive=True)
    if not texts:
        return frozenset(s.id for s in shops)
    named = {s.name: s.id for s in shops} | {str(s.id): s.id for s in shops}
    for text in texts:
        if text not in named:
            raise typer.BadParameter(_("there is no shop “%(shop)s”") % {"shop": text}, param_hint="--shop")
    return frozenset(named[text] for text in texts)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(_("must be a day such as 2026-11-01"), param_hint=option) from None


def explain_file_command(
    file: Annotated[Path, typer.Argument(help="FILE.csv or FILE.json with factor values", exists=True, dir_okay=False)],
    method: Annotated[str, typer.Option(help="shapley | lmdi | chain")] = "shapley",
    order: Annotated[str, typer.Option(help="For chain: names in the order of substitution, with commas.")] = "",
    currency: Annotated[str | None, typer.Option(help="ISO code, or none for plain counts; default CNY.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say what moved an amount between two periods: visitors, conversion, value, mix.

    Columns: period (before, after), segment, the factors in the order of the chain, total. Quotients such as
    350/10000 let the parts of neighbours be checked.
    """
    try:
        case = read(file, currency=currency)
        found = explain(
            factors=case.factors,
            rows=case.rows,
            total=case.total,
            currency=case.currency,
            method=method,  # type: ignore[arg-type]  # what is none is refused there, by name
            order=[name.strip() for name in order.split(",") if name.strip()] or None,
        )
    except CannotExplain as error:
        raise error.spoken(_) from None
    if as_json:
        typer.echo(json.dumps(as_document(found), ensure_ascii=False, indent=2))
    else:
        _print(found)


def as_document(found: Explanation) -> dict[str, Any]:
    """The JSON form. Amounts are minor units, beside them decimal text; ratios are decimal text."""

    def money(amount: int) -> dict[str, Any]:
        return {"minor": amount, "amount": _amount(amount, found.currency)}

    names = [effect.name for effect in found.effects]
    return {
        "method": found.method,
        "order": list(found.order) if found.order else None,
        "currency": found.currency or None,
        "total": found.total,
        "before": money(found.before),
        "after": money(found.after),
        "change": money(found.change),
        "factors": [{"name": f.name, "before": _ratio(f.before), "after": _ratio(f.after)} for f in found.factors],
        "effects": [
            {"name": e.name, **money(e.amount), "share": None if e.share is None else f"{e.share:.4f}"}
            for e in found.effects
        ],
        "segments": [
            {
                "segment": s.segment,
                "fate": s.fate,
                "before": money(s.before),
                "after": money(s.after),
                "effects": {name: money(amount) for name, amount in zip(names, s.amounts, strict=True)},
            }
            for s in found.segments
        ],
        "waterfall": [
            {"name": bar.name, "kind": bar.kind, "start": bar.start, "end": bar.end} for bar in waterfall(found)
        ],
    }


def _amount(amount: int, currency: str) -> str:
    places = exponent(currency) if currency else 0
    return f"{Decimal(amount).scaleb(-places):.{places}f}"


def _ratio(value: Fraction | None) -> str | None:
    return None if value is None else number(value).removesuffix("…")


def _signed(amount: int, currency: str) -> str:
    return f"{Decimal(_amount(amount, currency)):+,}"


def _print(found: Explanation) -> None:
    console = Console()
    special = {MIX: _("Mix between segments"), ENTERED: _("New segments"), LEFT: _("Segments that left")}
    unit = f" {found.currency}" if found.currency else ""
    console.print(
        f"{_amount(found.before, found.currency)} → {_amount(found.after, found.currency)}{unit}"
        f"  ({_signed(found.change, found.currency)})",
        markup=False,
        highlight=False,
    )
    if found.order:
        console.print(
            _("Chain substitution, in this order: %(order)s. Another order gives other effects.")
            % {"order": " → ".join(special.get(name, name) for name in found.order)},
            markup=False,
        )
    several = len(found.segments) > 1
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for head in [_("Effect"), _("Share"), *(s.segment for s in found.segments if several)]:
        table.add_column(head, justify="right", overflow="fold")
    for i, effect in enumerate(found.effects):
        share = "—" if effect.share is None else f"{effect.share:+.1%}"
        cells = [_signed(s.amounts[i], found.currency) for s in found.segments if several]
        table.add_row(special.get(effect.name, effect.name), _signed(effect.amount, found.currency), share, *cells)
    table.add_row(
        _("Together"),
        _signed(found.change, found.currency),
        "",
        *(_signed(s.after - s.before, found.currency) for s in found.segments if several),
    )
    console.print(table)
    if several and found.factors[0].name != "M047":  # an order is of one shop
        console.print(
            _("“%(name)s” is the sum over segments; who came by two of them counts twice.")
            % {"name": found.factors[0].name},
            markup=False,
        )
