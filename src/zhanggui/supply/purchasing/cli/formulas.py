"""``zhanggui stock-formula``: the textbook formulas of stock, one subcommand each."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from zhanggui.supply.purchasing.domain.formulas import FORMULAS
from zhanggui.supply.purchasing.domain.lots import BadInput


def _helps() -> dict[str, str]:
    return {
        "eoq": _("Economic order quantity."),
        "eoq-backorders": _("Economic order quantity when buyers wait."),
        "epq": _("Economic production quantity: goods arrive little by little."),
        "discount-all-units": _("Quantity discount on every unit."),
        "discount-incremental": _("Quantity discount on the units above each break."),
        "wagner-whitin": _("The cheapest orders for demand known by period."),
        "silver-meal": _("Quick orders for demand known by period."),
        "newsvendor-normal": _("One order for a season, normal demand."),
        "newsvendor-poisson": _("One order for a season, Poisson demand."),
        "newsvendor-empirical": _("One order for a season, demands as observed."),
        "rq": _("Reorder point and lot, exact, normal demand."),
        "rq-approximate": _("Reorder point and lot, Hadley and Whitin; shortage cost per unit."),
        "rq-poisson": _("Reorder point and lot, exact, Poisson demand."),
        "rq-cost": _("What a given reorder point and lot cost."),
        "ss": _("Reorder point and order-up-to level, exact, demand by its probabilities."),
        "ss-poisson": _("Reorder point and order-up-to level, exact, Poisson demand."),
        "ss-power": _("Reorder point and order-up-to level, power approximation."),
        "base-stock": _("Order-up-to level without a fixed cost."),
        "safety-stock": _("Safety stock and reorder point for a service level."),
        "reorder-point": _("Reorder point over lead times as observed."),
        "fill-rate": _("Share of demand served from the shelf."),
        "reorder-point-fill-rate": _("Reorder point for a share of demand served from the shelf."),
    }


def _options() -> dict[str, str]:
    return {
        "fixed_cost": _("Cost of one order."),
        "holding": _("Cost of holding a unit for one unit of time."),
        "holding_rate": _("Cost of holding, per unit of value and of time."),
        "stockout": _("Cost of a unit short."),
        "demand": _("Units wanted per unit of time."),
        "demand_sd": _("Standard deviation of demand per unit of time."),
        "production": _("Units arriving per unit of time."),
        "breaks": _("Where each price begins, from 0, with commas."),
        "prices": _("Price of each bracket, with commas."),
        "demands": _("Demands, with commas."),
        "chances": _("Probabilities of 0, 1, 2 … units, with commas."),
        "cover_chances": _("Probabilities over lead time and review, with commas."),
        "mean": _("Mean demand per period."),
        "sd": _("Standard deviation of demand per period."),
        "lead_time": _("Lead time in periods."),
        "lead_time_sd": _("Standard deviation of the lead time."),
        "lead_times": _("Observed lead times, with commas."),
        "review": _("Periods between two looks."),
        "service": _("Chance of no shortage in a cycle, e.g. 0.95."),
        "target": _("Share of demand served, e.g. 0.98."),
        "reorder_point": _("Order when stock is here or below."),
        "quantity": _("Units per order."),
    }


def numbers(text: str, name: str) -> list[float]:
    """A list typed with commas."""
    try:
        return [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise typer.BadParameter(_("must be numbers, with commas"), param_hint=f"--{name.replace('_', '-')}") from None


def _command(name: str, formula: Callable[..., Any]) -> Callable[..., None]:
    given = inspect.signature(formula).parameters
    lists = {key for key, parameter in given.items() if "Sequence" in str(parameter.annotation)}

    def command(as_json: bool, **values: Any) -> None:
        asked = {k: numbers(v, k) if k in lists and v is not None else v for k, v in values.items()}
        try:
            answer = formula(**asked)
        except BadInput as error:
            hint = "--" + error.name.partition("[")[0].replace("_", "-")
            raise typer.BadParameter(f"{error.value}: {_reason(error.reason)}", param_hint=hint) from None
        document = asdict(answer) if is_dataclass(answer) and not isinstance(answer, type) else {"value": answer}
        if as_json:
            typer.echo(json.dumps({"formula": name, "given": asked, **document}))
            return
        for key, value in document.items():
            shown = "—" if value is None else _plain(value)
            typer.echo(f"{key.replace('_', ' ')}: {shown}")

    texts = _options()
    parameters, hints = [], {}
    for key, parameter in given.items():
        kind: Any = str if key in lists else float
        if parameter.default is None:
            kind = kind | None
        hints[key] = Annotated[kind, typer.Option("--" + key.replace("_", "-"), help=texts[key])]
        parameters.append(
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=parameter.default, annotation=hints[key])
        )
    hints["as_json"] = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
    parameters.append(
        inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=hints["as_json"])
    )
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = hints
    return command


def _plain(value: Any) -> str:
    return ", ".join(_plain(v) for v in value) if isinstance(value, tuple) else f"{value:,.6g}"


def _reason(reason: str) -> str:
    texts = {
        "must be above zero": _("must be above zero"),
        "must not be below zero": _("must not be below zero"),
        "must lie between 0 and 1": _("must lie between 0 and 1"),
        "must not be empty": _("must not be empty"),
        "must be above the demand": _("must be above the demand"),
        "must be as many as the prices": _("must be as many as the prices"),
        "must rise from 0": _("must rise from 0"),
        "must fall": _("must fall"),
        "is so low that no stock pays": _("is so low that no stock pays"),
        "must be probabilities that add up to 1": _("must be probabilities that add up to 1"),
    }
    return texts[reason]


formulas_app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for _name, _formula in FORMULAS.items():
    formulas_app.command(_name, help=_helps()[_name])(_command(_name, _formula))
