"""``zhanggui measure`` and ``zhanggui metrics``: numbers and their definitions on the command line."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.insight.metrics import queries, replies
from zhanggui.insight.metrics.contracts import Answer, AnswerRow, Cell, Metric
from zhanggui.insight.metrics.domain.arithmetic import parse_rate
from zhanggui.insight.metrics.domain.errors import CannotMeasure, gettext_noop
from zhanggui.kernel.money import exponent

#: Words of the tables: dimensions and kinds of facts.
WORDS = (
    gettext_noop("shop"), gettext_noop("channel"), gettext_noop("currency"), gettext_noop("province"),
    gettext_noop("product"), gettext_noop("sku"), gettext_noop("category"), gettext_noop("source"),
    gettext_noop("device"), gettext_noop("campaign"), gettext_noop("tool"), gettext_noop("window"),
    gettext_noop("view"), gettext_noop("reason"), gettext_noop("kind"), gettext_noop("day"), gettext_noop("week"),
    gettext_noop("month"), gettext_noop("weekday"), gettext_noop("hour"), gettext_noop("orders"),
    gettext_noop("refunds"), gettext_noop("settlement"), gettext_noop("visits"), gettext_noop("ads"),
)  # fmt: skip


def measure_command(
    metrics: Annotated[str, typer.Argument(help="Ids with commas, e.g. M041,M050.")],
    first: Annotated[str, typer.Option("--from", help="First day, e.g. 2026-11-01.")],
    last: Annotated[str, typer.Option("--to", help="Last day, included.")],
    by: Annotated[str, typer.Option(help="Dimensions with commas, e.g. channel,day.")] = "",
    where: Annotated[list[str] | None, typer.Option(help="dimension=value; again for more.")] = None,
    compare: Annotated[str | None, typer.Option(help="previous, year or aligned.")] = None,
    rate: Annotated[list[str] | None, typer.Option(help="A dated rate: USD=7.1@2026-10-01; again for more.")] = None,
    currency: Annotated[str, typer.Option(help="The currency that rates lead into.")] = "",
    engine: Annotated[str, typer.Option(help="duckdb, spark or clickhouse; else ZHANGGUI_ENGINE.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure any metric by any dimension, with its definition, freshness and completeness."""
    days = _day(first, "--from"), _day(last, "--to")
    filters: dict[str, list[str]] = {}
    for text in where or []:
        dimension, equals, value = text.partition("=")
        if not equals:
            raise typer.BadParameter(_("write dimension=value"), param_hint="--where")
        filters.setdefault(dimension.strip(), []).append(value.strip())
    try:
        found = queries.measure(
            metrics=_list(metrics),
            shop_ids=frozenset(s.id for s in accounts.shops(include_inactive=True)),
            first=days[0],
            last=days[1],
            by=_list(by),
            where=filters,
            compare=compare,
            rates=[parse_rate(text) for text in rate or []],
            currency=currency.upper(),
            engine=engine,
        )
    except CannotMeasure as error:
        raise error.spoken(_) from None
    if as_json:
        typer.echo(json.dumps(replies.answer(found, get_language() or "en", _), ensure_ascii=False, indent=2))
    else:
        _print(found)


def metrics_command(
    metric: Annotated[str, typer.Argument(help="One id, or a word to look for.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """The metric dictionary: all of it, one definition, or those that contain a word."""
    language = get_language() or "en"
    try:
        found = [queries.definition(metric)] if metric else []
    except CannotMeasure as error:
        found = list(queries.definitions(search=metric))
        if not found:
            raise error.spoken(_) from None
    whole = len(found) == 1
    found = found or list(queries.definitions())
    if as_json:
        told: Any = [replies.definition(m, language) for m in found]
        typer.echo(json.dumps(told[0] if whole else told, ensure_ascii=False, indent=2))
    elif whole:
        _print_one(found[0], language)
    else:
        table = Table(box=None, pad_edge=False)
        for head in (_("Id"), _("Name"), _("Kind"), _("Formula")):
            table.add_column(head)
        for m in found:
            formula = m.formula(language) if m.computable else _("needs %(what)s") % {"what": m.needs(language)}
            table.add_row(m.id, m.name(language), m.additivity, formula)
        Console().print(table)


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(_("must be a day such as 2026-11-01"), param_hint=option) from None


def _print_one(m: Metric, language: str) -> None:
    for head, text in (
        (_("Id"), m.id),
        (_("Name"), f"{m.name_zh} · {m.name_en}"),
        (_("Formula"), m.formula(language)),
        (_("Unit"), m.unit),
        (_("Grain"), m.grain),
        (_("Adds up"), m.additivity),
        (_("Empty when"), m.null_rule(language)),
        (_("Refunds"), m.refunds(language)),
        (_("From"), m.source(language)),
        (_("Needs"), m.needs(language)),
    ):
        if text:
            typer.echo(f"{head}: {text}")


def _print(found: Answer) -> None:
    console = Console()
    language = get_language() or "en"
    table = Table(box=None, pad_edge=False)
    for dimension in found.by:
        table.add_column(_(dimension))
    for m in found.metrics:
        table.add_column(f"{m.id} {m.name(language)}", justify="right")
        if found.before_days:
            table.add_column(_("change"), justify="right")
    rows = [*found.rows, *([found.total] if found.total and found.by else [])]
    for row in rows:
        keys = [k if k is not None else "—" for k in row.keys] or ([_("total")] if found.by else [])
        keys += [""] * (len(found.by) - len(keys))
        table.add_row(*keys, *_cells(found, row))
    console.print(table)
    for m in found.metrics:
        console.print(f"{m.id}: {m.formula(language)} · {_('refunds')}: {m.refunds(language)}", markup=False)
    told = {"known": found.known_shops, "shops": found.shops, "zones": ", ".join(found.zones)}
    console.print(_("%(known)d of %(shops)d shops known on every day · days of %(zones)s") % told, markup=False)
    for c in found.completeness:
        if c.missing:
            text = _("%(shop)s (%(table)s): nothing known of %(days)d days, from %(first)s")
            console.print(
                text % {"shop": c.name, "table": _(c.table), "days": len(c.missing), "first": c.missing[0]},
                markup=False,
            )


def _cells(found: Answer, row: AnswerRow) -> list[str]:
    texts = []
    for m in found.metrics:
        cell = row.cells.get(m.id)
        texts.append(_shown(cell, m, row.currency) if cell else "—")
        if found.before_days:
            delta = row.deltas.get(m.id)
            change = delta.relative if delta and m.unit != "percent" else delta.absolute if delta else None
            texts.append(f"{float(change):+.1%}" if change is not None else "—")
    return texts


def _shown(cell: Cell, m: Metric, currency: str) -> str:
    mark = "*" if cell.missing or cell.partial or cell.unknown else ""
    if cell.value is None:
        return "—" + mark
    if m.unit == "money":
        amount = Decimal(cell.value).scaleb(-exponent(currency or "CNY"))
        return f"{amount:,} {currency}{mark}"
    if m.unit == "percent":
        return f"{Decimal(cell.value) * 100:.2f} %{mark}"
    return (f"{cell.value:,}" if isinstance(cell.value, int) else f"{cell.value:,.2f}") + mark
