"""``zhanggui explain-file``: a change of a product, taken apart, from a file of factor values."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from zhanggui.insight.decomposition.contracts import ENTERED, LEFT, MIX, Explanation
from zhanggui.insight.decomposition.domain.errors import CannotExplain, number
from zhanggui.insight.decomposition.domain.explain import explain
from zhanggui.insight.decomposition.domain.waterfall import waterfall
from zhanggui.insight.decomposition.reading import read
from zhanggui.kernel.money import exponent


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
    if several:
        console.print(
            _("“%(name)s” is the sum over segments; who came by two of them counts twice.")
            % {"name": found.factors[0].name},
            markup=False,
        )
