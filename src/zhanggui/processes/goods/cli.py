"""``zhanggui goods`` and ``zhanggui check-price``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.goods.catalog import exports, operations, queries
from zhanggui.goods.catalog.contracts import GoodsFilter, Preview
from zhanggui.goods.pricing import queries as prices
from zhanggui.goods.pricing.contracts import Judged, PriceInput
from zhanggui.goods.pricing.domain.guard import KINDS
from zhanggui.kernel.money import Money
from zhanggui.processes.goods import articles, words

app = typer.Typer(add_completion=False, no_args_is_help=True)
AS_JSON = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def _print(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


@app.command("list")
def list_command(
    q: Annotated[str, typer.Option("--search", help="Words or codes that must all occur.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    cursor: Annotated[str, typer.Option(help="The next_cursor of the page before.")] = "",
    as_json: AS_JSON = False,
) -> None:
    """SKUs of the library, a page at a time."""
    try:
        page = queries.list_goods(where=GoodsFilter(q=q), limit=limit, cursor=cursor)
    except queries.BadCursor as error:
        raise typer.BadParameter(_("This cursor was not handed out by this list."), param_hint="--cursor") from error
    held = prices.prices_now([r.sku_id for r in page.rows])
    if as_json:
        rows = [
            asdict(r) | {"price": held[r.sku_id].shown if r.sku_id in held else None,
                         "currency": held[r.sku_id].currency if r.sku_id in held else None}
            for r in page.rows
        ]  # fmt: skip
        _print({"items": rows, "next_cursor": page.next_cursor})
        return
    table = Table(box=None, pad_edge=False)
    for head in (_("SKU code"), _("Title"), _("Variant"), _("Price"), _("Completeness")):
        table.add_column(head)
    for r in page.rows:
        now = held.get(r.sku_id)
        price = words.money(now.shown, now.currency) if now else "—"
        table.add_row(r.code, r.title, r.variant, price, "—" if r.score is None else str(r.score))
    Console().print(table)


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing.")] = False,
    as_json: AS_JSON = False,
) -> None:
    """Take a goods file (xlsx) back: whole, or not at all when a cell cannot be taken."""
    try:
        found = operations.import_goods_file(path=file, name=file.name, actor_id=None, dry_run=dry_run)
    except operations.GoodsRefused as error:
        raise typer.BadParameter(words.refusal(error), param_hint="FILE") from error
    if as_json:
        _print(_preview(found, dry_run))
    else:
        told = {"new": found.new, "changed": found.changed, "same": found.same, "rejected": found.rejected}
        typer.echo(_("%(new)s new, %(changed)s changed, %(same)s as before, %(rejected)s cells refused") % told)
        for r in found.rejects:
            column = words.COLUMNS.get(r.column, r.column)
            typer.echo(f"{r.row} · {column} · {r.value} · {words.reason(r.reason, r.numbers)}", err=True)
    if found.rejected:
        raise typer.Exit(1)


def _preview(found: Preview, dry_run: bool) -> dict[str, Any]:
    value = asdict(found) | {"applied": not dry_run and not found.rejected}
    for reject in value["rejects"]:
        reject["detail"] = words.reason(reject["reason"], reject["numbers"])
    return value


@app.command("export")
def export_command(
    out: Annotated[Path, typer.Option("--out", help="FILE.xlsx")],
    as_json: AS_JSON = False,
) -> None:
    """Write every SKU into a goods file (xlsx) that can be changed and brought back."""
    if out.suffix.casefold() != ".xlsx":
        raise typer.BadParameter(_("The file must end with .xlsx."), param_hint="--out")
    rows = exports.write_goods_file(out, chinese=(get_language() or "").startswith("zh"))
    if as_json:
        _print({"file": str(out), "rows": rows})
    else:
        typer.echo(_("%(rows)s rows written to %(path)s") % {"rows": f"{rows:,}", "path": out})


@app.command("match")
def match_command(
    confirm_from: Annotated[
        int | None, typer.Option("--confirm-from", min=90, max=100, help="Confirm suggestions of this score and above.")
    ] = None,
    as_json: AS_JSON = False,
) -> None:
    """Collect articles of the orders and suggest SKUs; suggestions are confirmed only when asked for, by code."""
    collected = articles.collect_articles()
    every = frozenset(s.id for s in accounts.shops())
    confirmed = 0
    while confirm_from:
        sure = queries.drafts(shop_ids=every, least_score=confirm_from, limit=500)
        pairs = [(d.id, d.suggestions[0].sku_id) for d in sure if d.suggestions]
        if not pairs:
            break
        confirmed += operations.confirm_matches(matches=pairs, shop_ids=every, actor_id=None)
    found = queries.drafts(shop_ids=every, limit=200)
    counts = queries.count_drafts(shop_ids=every)
    if as_json:
        _print({"collected": asdict(collected), "confirmed": confirmed, "counts": counts,
                "drafts": [asdict(d) for d in found]})  # fmt: skip
        return
    told = {"new": collected.new, "updated": collected.updated, "known": collected.known}
    typer.echo(_("%(new)s new articles, %(updated)s refreshed, %(known)s known already.") % told)
    for d in found[:50]:
        best = d.suggestions[0] if d.suggestions else None
        why = f"{best.code} {best.score} {words.MATCH_REASONS.get(best.reason, best.reason)}" if best else "—"
        typer.echo(f"{d.title} {d.sku_text} → {why}")


@app.command("stages")
def stages_command(as_json: AS_JSON = False) -> None:
    """Compute life stages from the sales of the last year and say what the portfolio lacks."""
    from zhanggui.goods.catalog.domain.lifestage import portfolio_findings

    counts = articles.refresh_stages(today=timezone.localdate())
    found = portfolio_findings(queries.portfolio())
    if as_json:
        _print({"stages": counts, "findings": [asdict(f) for f in found]})
        return
    for stage, count in counts.items():
        typer.echo(f"{words.STAGES.get(stage, stage)}: {count}")


def check_price_command(
    sku: Annotated[str, typer.Option(help="SKU code.")],
    price: Annotated[str, typer.Option(help="The new price, in major units.")],
    shop: Annotated[str | None, typer.Option(help="Name of the shop; every shop when left out.")] = None,
    kind: Annotated[str, typer.Option(help=f"One of: {', '.join(KINDS)}.")] = "sale",
    currency: Annotated[str | None, typer.Option(help="Three letters; the shop's when left out.")] = None,
    as_json: AS_JSON = False,
) -> None:
    """Ask the price guard about a new price; changes nothing. Exit 1 when it stops the price."""
    found = queries.sku_by_code(sku)
    if found is None:
        raise typer.BadParameter(words.reason("sku_unknown", {}), param_hint="--sku")
    where = accounts.shop_by_name(shop) if shop else None
    if shop and where is None:
        raise typer.BadParameter(words.reason("shop_unknown", {}), param_hint="--shop")
    if kind not in KINDS:
        raise typer.BadParameter(words.reason("kind_unknown", {}), param_hint="--kind")
    held = prices.price_in(found.sku_id, shop_id=where.id if where else None)
    unit = currency or (where.currency if where else held.currency if held else found.cost_currency or "CNY")
    try:
        amount = Money.of(price, unit).minor
    except (ArithmeticError, ValueError) as error:
        raise typer.BadParameter(words.reason("not_an_amount", {}), param_hint="--price") from error
    judged = prices.judge_prices([PriceInput(found.sku_id, amount, unit, kind, where.id if where else None)])[0]
    if as_json:
        _print(judged_json(judged))
    else:
        typer.echo(f"{found.code} {words.money(amount, unit)}: {words.VERDICTS[judged.verdict.verdict][0]}")
        for r in judged.verdict.reasons:
            typer.echo(f"  {words.VERDICTS[r.verdict][0]} · {words.guard(r.code, r.numbers, unit)}")
    if judged.verdict.needs_approval:
        raise typer.Exit(1)


def judged_json(judged: Judged) -> dict[str, Any]:
    """The guard's word as plain data: verdict, reasons with numbers and sentence, the world it was judged in."""
    one, world = judged.wanted, judged.world
    return {
        "sku": judged.code, "shop_id": None if one.shop_id is None else str(one.shop_id), "kind": one.kind,
        "price": one.amount, "currency": one.currency, "before": judged.before, "verdict": judged.verdict.verdict,
        "needs_approval": judged.verdict.needs_approval,
        "reasons": [
            {"verdict": r.verdict, "code": r.code, "numbers": dict(r.numbers),
             "detail": words.guard(r.code, r.numbers, one.currency)}
            for r in judged.verdict.reasons
        ],
        "world": {
            "cost": world.cost, "floor": world.floor, "current": world.current, "list_price": world.list_price,
            "median_30d": world.median_30d, "others": dict(world.others), "lowest_stacked": world.lowest_stacked,
            "fees": world.fees,
        },
    }  # fmt: skip


__all__ = ["app", "check_price_command", "judged_json"]
