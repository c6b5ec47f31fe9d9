"""The price centre: a price and its guard, batches that wait, files, fees, methods, stop-loss lists."""

# ruff: noqa: E501  contexts of pages read best one line an entry

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.goods.catalog import queries as library
from zhanggui.goods.pricing import operations, queries
from zhanggui.goods.pricing.contracts import BatchInfo, Judged, PriceInput
from zhanggui.goods.pricing.domain import methods, stoploss
from zhanggui.kernel.money import exponent
from zhanggui.processes.goods import articles, words
from zhanggui.processes.goods.views import common


@require_GET
@requires("prices.view")
def centre(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:100]
    names = {s.id: s.name for s in accounts.shops(include_inactive=True)}
    people: set[int] = set()
    waiting, recent = queries.batches(state="waiting"), queries.batches(limit=15)
    for batch in (*waiting, *recent):
        people |= {p for p in (batch.proposed_by, batch.decided_by) if p}
    who = accounts.names(people)
    found = library.find_skus(q, limit=30) if q else []
    held = queries.prices_now([s.sku_id for s in found])
    view = {
        "q": q,
        "found": [{"sku": s, "price": _money(held.get(s.sku_id), "shown"), "floor": _money(held.get(s.sku_id), "floor")}
                  for s in found],
        "waiting": [_batch(b, names, who) for b in waiting],
        "recent": [_batch(b, names, who) for b in recent if b.state != "waiting"],
        "cases": [_case(c) for c in queries.stop_losses()],
        "templates": [
            {"row": t, "channel": words.channel(t.channel), "shop": names.get(t.shop_id or 0, ""),
             "lines": ", ".join(_fee(line) for line in t.lines)}
            for t in queries.fee_templates()
        ],
        "channels": sorted({(s.channel, words.channel(s.channel)) for s in common.shops(request)}),
        "may_edit": common.may(request, "prices.edit"),
    }  # fmt: skip
    return render(request, "goods/prices.html", {"view": view})


def _fee(line: Any) -> str:
    return f"{line['name']} {line['rate'] if line['kind'] == 'rate' else words.money(line.get('amount'), 'CNY')}"


def _money(now: Any, name: str) -> str:
    return words.money(getattr(now, name), now.currency) if now else "—"


def _batch(batch: BatchInfo, shops: dict[int, str], who: dict[int, str]) -> dict[str, Any]:
    return {
        "info": batch, "state": words.BATCH_STATES[batch.state], "verdict": words.VERDICTS[batch.verdict],
        "proposed_by": who.get(batch.proposed_by or 0, ""), "decided_by": who.get(batch.decided_by or 0, ""),
        "rows": [
            {
                "row": r, "shop": shops.get(r.shop_id or 0, ""), "kind": str(words.KINDS[r.kind]),
                "before": words.money(r.before, r.currency), "after": words.money(r.amount, r.currency),
                "verdict": words.VERDICTS[r.verdict],
                "reasons": [
                    (words.VERDICTS[x.verdict], words.guard(x.code, x.numbers, r.currency)) for x in r.reasons
                ],
            }
            for r in batch.rows
        ],
    }  # fmt: skip


def _case(case: Any) -> dict[str, Any]:
    sku = next(iter(library.sku_rows([case.sku_id])), None)
    return {
        "info": case, "sku": sku, "wrong": words.money(case.wrong, case.currency),
        "right": words.money(case.right, case.currency), "done": sum(s.done_at is not None for s in case.steps),
        "steps": len(case.steps),
    }  # fmt: skip


def _sku(sku_id: int) -> Any:
    found = next(iter(library.sku_rows([sku_id])), None)
    if found is None:
        raise Http404
    return found


@require_GET
@requires("prices.view")
def sku(request: HttpRequest, sku_id: int) -> HttpResponse:
    """One SKU: what holds in every shop, what is left of it, its history, and a new price with the guard's word."""
    found = _sku(sku_id)
    shops = common.shops(request)
    names = {s.id: s.name for s in accounts.shops(include_inactive=True)}
    chosen = next((s for s in shops if s.id == common.number(request.GET.get("shop"))), None)
    general = queries.price_in(sku_id, shop_id=None)
    currency = chosen.currency if chosen else (general.currency if general else found.cost_currency or "CNY")
    lines: list[dict[str, Any]] = []
    for shop in shops:
        now = queries.price_in(sku_id, shop_id=shop.id)
        if now is None or now.shown is None or now.currency != shop.currency:
            lines.append({"shop": shop, "now": None, "left": None})
            continue
        left = queries.margin_of(sku_id, now.shown, shop_id=shop.id)
        lines.append(
            {
                "shop": shop, "now": {k: words.money(getattr(now, k), now.currency) for k in ("sale", "promo", "list", "floor")},
                "fees": words.money(left.fee_total, now.currency) if "fees" not in left.unknown else "—",
                "left": words.money(left.margin, now.currency), "rate": words.percent(left.margin_rate),
            }
        )  # fmt: skip
    history = queries.history(sku_id, limit=50)
    who = accounts.names([p.recorded_by for p in history if p.recorded_by])
    view = {
        "sku": found, "currency": currency, "shops": shops, "chosen": chosen, "lines": lines,
        "cost": words.money(found.cost, found.cost_currency) if found.cost is not None else "—",
        "kinds": [(k, str(v)) for k, v in words.KINDS.items()],
        "history": [
            {"row": p, "kind": str(words.KINDS[p.kind]), "shop": names.get(p.shop_id or 0, ""),
             "amount": words.money(p.amount, p.currency) if p.amount is not None else _("ended"),
             "who": who.get(p.recorded_by or 0, "")}
            for p in history
        ],
        "judged": _preview(request, sku_id, currency, chosen), "asked": request.GET,
        "methods": _methods(request, found, chosen, currency), "competitors": [
            {"row": c, "amount": words.money(c.amount, c.currency)} for c in queries.competitors(sku_id)
        ],
        "general": general, "may_edit": common.may(request, "prices.edit"), "zone": common.zone_of(chosen),
    }  # fmt: skip
    return render(request, "goods/price.html", {"view": view})


def _input(data: Any, sku_id: int, currency: str, shop: ShopInfo | None) -> PriceInput | None:
    amount = common.minor(data.get("price", ""), currency)
    kind = data.get("kind", "sale")
    if amount is None or amount <= 0 or kind not in words.KINDS:
        return None
    zone = common.zone_of(shop)
    return PriceInput(
        sku_id, amount, currency, kind, shop.id if shop else None, common.moment(data.get("starts", ""), zone),
        common.moment(data.get("ends", ""), zone),
    )  # fmt: skip


def judged_words(judged: Judged) -> dict[str, Any]:
    one, world = judged.wanted, judged.world
    facts = [
        (_("Cost"), world.cost), (_("Floor price"), world.floor), (_("Price of now"), world.current),
        (_("30-day median"), world.median_30d), (str(words.KINDS["list"]), world.list_price),
        (_("Lowest with all offers"), world.lowest_stacked), (_("Fees"), world.fees),
    ]  # fmt: skip
    return {
        "verdict": words.VERDICTS[judged.verdict.verdict], "amount": words.money(one.amount, one.currency),
        "before": words.money(judged.before, one.currency), "stops": judged.verdict.needs_approval,
        "reasons": [
            (words.VERDICTS[r.verdict], words.guard(r.code, r.numbers, one.currency)) for r in judged.verdict.reasons
        ],
        "facts": [(name, words.money(value, world.currency)) for name, value in facts],
    }  # fmt: skip


def _preview(request: HttpRequest, sku_id: int, currency: str, shop: ShopInfo | None) -> dict[str, Any] | None:
    if not request.GET.get("price", "").strip():
        return None
    one = _input(request.GET, sku_id, currency, shop)
    if one is None:
        messages.warning(request, words.reason("not_an_amount", {}))
        return None
    return judged_words(queries.judge_prices([one])[0])


def _methods(request: HttpRequest, found: Any, shop: ShopInfo | None, currency: str) -> list[dict[str, Any]]:
    """What the three methods would ask, each with endings; a method that lacks its facts says so."""
    text = request.GET.get("rate", "").strip() or "30"
    try:
        rate = Decimal(text) / 100
    except InvalidOperation:
        rate = Decimal("0.3")
    lines = queries.fee_lines(shop_id=shop.id, channel=shop.channel, day=timezone.localdate()) if shop else None
    cost = found.cost if found.cost_currency == currency else None
    seen = [c.amount for c in queries.competitors(found.sku_id, since=timezone.localdate() - timedelta(days=90))
            if c.currency == currency]  # fmt: skip
    answers: dict[int, int] = {}
    for part in request.GET.get("answers", "").replace("；", ";").replace("，", ";").split(";"):
        price, _mark, buyers = part.replace("：", ":").partition(":")
        amount, count = common.minor(price, currency), common.number(buyers)
        if amount and count is not None:
            answers[amount] = count
    tries = [
        (_("Cost plus %(rate)s%% margin") % {"rate": text}, lambda: methods.cost_plus(cost, rate, lines or ())
         if cost is not None else _none("cost")),
        (_("Competition"), lambda: methods.competition(seen)),
        (_("Value to the buyer"), lambda: methods.value_based(answers, cost, lines or ())
         if cost is not None else _none("cost")),
    ]  # fmt: skip
    now = queries.price_in(found.sku_id, shop_id=shop.id if shop else None)
    rows: list[dict[str, Any]] = []
    for name, ask in tries:
        try:
            done = ask()
        except methods.NoPrice as error:
            rows.append({"name": name, "amount": "", "why": _LACKING.get(error.reason, "")})
            continue
        ends = methods.endings(done.amount, minor_digits=exponent(currency), floor=now.floor if now else None)
        rows.append(
            {
                "name": name, "amount": words.money(done.amount, currency), "plain": common.major(done.amount, currency),
                "endings": [(words.money(v, currency), common.major(v, currency)) for v in dict.fromkeys(ends.values())],
                "why": "",
            }
        )  # fmt: skip
    for row in rows:
        if row["why"]:
            row["why"] = _(row["why"])
    return rows


def _none(reason: str) -> Any:
    raise methods.NoPrice(reason)


_LACKING = {
    "cost": gettext_noop("The cost is not known."),
    "no_competitor_price": gettext_noop("No price of a competitor in the last 90 days."),
    "no_answers": gettext_noop("Say how many would buy at which price, e.g. 99:120; 129:80."),
    "no_profitable_price": gettext_noop("Every price loses money."),
    "rates_eat_everything": gettext_noop("Fees and margin leave nothing."),
    "rate_range": gettext_noop("A margin lies between 0 and 100."),
    "bad_answers": gettext_noop("Say how many would buy at which price, e.g. 99:120; 129:80."),
}


@require_POST
@requires("prices.edit")
def set_price(request: HttpRequest, sku_id: int) -> HttpResponse:
    _sku(sku_id)
    shop_id = common.number(request.POST.get("shop"))
    common.need_shop(request, shop_id)
    shop = accounts.shop(shop_id) if shop_id else None
    one = _input(request.POST, sku_id, request.POST.get("currency", "CNY"), shop)
    if one is None:
        messages.warning(request, words.reason("not_an_amount", {}))
        return redirect("goods-price", sku_id)
    try:
        done = operations.set_prices(
            wanted=[one], source="page", actor_id=request.user.pk, note=request.POST.get("note", "")
        )
    except common.REFUSALS as error:
        common.refuse(request, error)
        return redirect("goods-price", sku_id)
    return _told(request, done.state, done.batch_id)


def _told(request: HttpRequest, state: str, batch_id: int | None) -> HttpResponse:
    if state == "applied":
        messages.success(request, _("The price is in force."))
    elif state == "waiting":
        messages.warning(request, _("The guard stopped it. It waits until somebody else approves it."))
    return redirect("goods-batch", batch_id or 0)


@require_GET
@requires("prices.view")
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    found = queries.batch(batch_id)
    if found is None:
        raise Http404
    names = {s.id: s.name for s in accounts.shops(include_inactive=True)}
    who = accounts.names([p for p in (found.proposed_by, found.decided_by) if p])
    view = {
        "batch": _batch(found, names, who), "is_own": found.proposed_by == request.user.pk,
        "may_edit": common.may(request, "prices.edit"), "may_approve": common.may(request, "proposals.approve"),
    }  # fmt: skip
    return render(request, "goods/batch.html", {"view": view})


@require_POST
@requires("prices.edit")
def submit(request: HttpRequest, batch_id: int) -> HttpResponse:
    try:
        done = operations.submit_batch(batch_id=batch_id, actor_id=request.user.pk)
    except common.REFUSALS as error:
        common.refuse(request, error)
        return redirect("goods-batch", batch_id)
    return _told(request, done.state, batch_id)


@require_POST
@requires("proposals.approve")
def decide(request: HttpRequest, batch_id: int) -> HttpResponse:
    note = request.POST.get("note", "")
    try:
        if request.POST.get("act") == "approve":
            operations.approve_batch(batch_id=batch_id, actor_id=int(request.user.pk or 0), note=note)
            messages.success(request, _("The price is in force."))
        else:
            operations.reject_batch(batch_id=batch_id, actor_id=request.user.pk, note=note)
    except common.REFUSALS as error:
        common.refuse(request, error)
    return redirect("goods-batch", batch_id)


@require_POST
@requires("prices.edit")
def price_file(request: HttpRequest) -> HttpResponse:
    """A price file: rejects stop it, everything else is previewed with the guard's word on every row."""
    file = request.FILES.get("file")
    if file is None:
        raise Http404
    try:
        with common.uploaded(file) as path:
            done = operations.import_price_file(
                path=path, name=file.name or "prices.xlsx", zone=timezone.get_current_timezone_name(),
                actor_id=request.user.pk,
            )  # fmt: skip
    except common.REFUSALS as error:
        common.refuse(request, error)
        return redirect("goods-prices")
    if done.rejects:
        rows = [
            {"row": r.row, "column": str(words.COLUMNS.get(r.column, r.column)), "value": r.value,
             "reason": words.reason(r.reason, {})}
            for r in done.rejects[:200]
        ]  # fmt: skip
        view = {"name": file.name, "rejects": rows, "count": len(done.rejects)}
        return render(request, "goods/price_rejects.html", {"view": view}, status=422)
    return redirect("goods-batch", done.batch_id or 0)


@require_POST
@requires("prices.edit")
def fees(request: HttpRequest) -> HttpResponse:
    """A fee template, one ``name rate%`` or ``name amount`` a line."""
    lines: list[dict[str, Any]] = []
    for text in request.POST.get("lines", "").splitlines():
        name, _blank, value = text.strip().rpartition(" ")
        if not text.strip():
            continue
        if value.endswith("%"):
            lines.append({"name": name, "kind": "rate", "rate": value})
        else:
            amount = common.minor(value, "CNY")
            lines.append({"name": name, "kind": "fixed", "amount": amount if amount is not None else -1})
    try:
        operations.set_fee_template(
            name=request.POST.get("name", ""), channel=request.POST.get("channel", ""), lines=lines,
            starts_date=common.day(request.POST.get("starts", "")) or timezone.localdate(),
            source=request.POST.get("source", ""), actor_id=request.user.pk,
        )  # fmt: skip
    except common.REFUSALS as error:
        if error.reason.startswith("fee_"):
            messages.warning(request, _("Write one fee a line: its name, then 5% or an amount."))
        else:
            common.refuse(request, error)
    return redirect("goods-prices")


@require_POST
@requires("prices.edit")
def open_case(request: HttpRequest, sku_id: int) -> HttpResponse:
    """A wrong price is live: start the list of steps."""
    post = request.POST
    shops = common.shops(request)
    shop = next((s for s in shops if s.id == common.number(post.get("shop"))), None)
    currency = post.get("currency", "CNY")
    wrong, right = common.minor(post.get("wrong", ""), currency), common.minor(post.get("right", ""), currency)
    since = common.moment(post.get("since", ""), common.zone_of(shop))
    if wrong is None or right is None or since is None:
        messages.warning(request, _("Say the wrong price, the right one, and since when it has been live."))
        return redirect("goods-price", sku_id)
    try:
        made = operations.open_stop_loss(
            sku_id=sku_id, shop_id=shop.id if shop else None, wrong=wrong, right=right, currency=currency,
            live_from=since, shop_ids=[shop.id] if shop else [s.id for s in shops], actor_id=request.user.pk,
        )  # fmt: skip
    except common.REFUSALS as error:
        common.refuse(request, error)
        return redirect("goods-price", sku_id)
    return redirect("goods-stop-loss", made)


@require_GET
@requires("prices.view")
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    found = queries.stop_loss(case_id)
    if found is None:
        raise Http404
    names = {s.id: s.name for s in accounts.shops(include_inactive=True)}
    ids = common.shop_ids(request)
    lines = articles.affected_lines(
        sku_id=found.sku_id, shop_ids=ids & {found.shop_id} if found.shop_id else ids, live_from=found.live_from,
        live_to=found.live_to, wrong=found.wrong, right=found.right,
    )  # fmt: skip
    sku_row = _sku(found.sku_id)
    cost = sku_row.cost if sku_row.cost_currency == found.currency else None
    damage = stoploss.damage(
        [{"order_no": line.order_no, "qty": line.qty, "unit_price": line.unit_price} for line in lines],
        found.right,
        cost,
    )
    who = accounts.names([s.done_by for s in found.steps if s.done_by])
    view = {
        "case": _case(found), "lines": [
            {"line": line, "price": words.money(line.unit_price, line.currency)} for line in lines[:200]
        ],
        "damage": damage, "missed": words.money(damage.missed, found.currency), "loss": words.money(damage.loss, found.currency),
        "charged": words.money(damage.charged, found.currency),
        "steps": [
            {"index": n, "step": s, "text": str(words.STEPS[s.code]), "shop": names.get(s.shop_id or 0, ""),
             "who": who.get(s.done_by or 0, ""), "late": s.done_at is None and s.due_at < timezone.now()}
            for n, s in enumerate(found.steps)
        ],
        "notice": _notice(sku_row.title, found), "may_edit": common.may(request, "prices.edit"),
    }  # fmt: skip
    return render(request, "goods/stop_loss.html", {"view": view})


def _notice(title: str, found: Any) -> str:
    """A text for the buyers: what happened, what they may choose, nothing that takes a right from them."""
    return _(
        "We are sorry: “%(title)s” was shown at a wrong price (%(wrong)s instead of %(right)s) because of a mistake of "
        "ours when entering it. Your order and your payment are safe. You may choose: we refund you in full at once, or "
        "we settle it with you individually. Please answer this message; your rights by law are not affected."
    ) % {
        "title": title, "wrong": words.money(found.wrong, found.currency),
        "right": words.money(found.right, found.currency),
    }  # fmt: skip


@require_POST
@requires("prices.edit")
def step(request: HttpRequest, case_id: int) -> HttpResponse:
    try:
        if request.POST.get("act") == "close":
            operations.close_stop_loss(case_id=case_id, actor_id=request.user.pk)
            return redirect("goods-prices")
        operations.complete_step(
            case_id=case_id, index=common.number(request.POST.get("index")) or 0, actor_id=request.user.pk,
            note=request.POST.get("note", ""),
        )  # fmt: skip
    except common.REFUSALS as error:
        common.refuse(request, error)
    return redirect("goods-stop-loss", case_id)
