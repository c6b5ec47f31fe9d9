"""The fast path for benchmarks: one Taobao item list (layout of 2019–2022, GB18030) with exactly N lines.

Same goods, ids, identities and status texts as the simulator's, but a plainer life of the orders: evenly spread
over the days, no timeline kept. Paid amounts are net of refunds, as in that layout. Constant memory.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from zhanggui.kernel.records import CHANNELS
from zhanggui.trade.channels.sample.forms import yuan
from zhanggui.trade.channels.sample.generate import Report, Result, clear, describe, documents
from zhanggui.trade.channels.sample.layouts.taobao.columns import ITEMS_2019
from zhanggui.trade.channels.sample.layouts.taobao.rows import STATUS
from zhanggui.trade.channels.sample.sheets import FileSpec, Form, Written
from zhanggui.trade.channels.sample.tally import FileTally, ShopTally
from zhanggui.trade.channels.sample.truth import Plan, Traits
from zhanggui.trade.channels.sample.world import END_TIME, World

SHOP: Final = "青屿大卖场"
_CHUNK: Final = 20_000
_CLOCK: Final = tuple(f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86_400))


def write_item_list(
    target: Path, *, seed: int, lines: int, days: int, end: date, report: Report | None = None
) -> Result:
    """Writes the list, ``manifest.json`` and ``expected.json`` into ``target``; ``lines`` data rows."""
    first_day = end - timedelta(days=days - 1)
    moment = datetime.combine(end, END_TIME)
    known = CHANNELS["taobao"]
    plan = Plan(
        seed=seed,
        channel="taobao",
        shop=SHOP,
        ordinal=10 + seed % 80,
        orders=lines,
        first_day=first_day,
        last_day=end,
        moments=(moment,),
        traits=Traits(),
        currency=known.currency,
        zone=known.zone,
    )
    clear(target)
    folder = target / f"taobao-{SHOP}"
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"ExportOrderDetailList{moment:%Y%m%d%H%M}"
    form = Form(ITEMS_2019, encoding="gb18030")
    spec = FileSpec(
        stem, "items", "taobao.items.2019", form, moment, grain="items", quirks=("null_words", "paid_net_of_refunds")
    )
    tally = _write(folder / f"{stem}.csv", plan, lines, report)
    file_tally = FileTally(
        rows=lines,
        orders=tally.orders,
        lines=lines,
        paid_orders=tally.paid_orders,
        paid_amount=tally.paid_amount,
        refunded_amount=tally.refunded_amount,
        order_states=tally.states,
        line_states=tally.line_states,
    )
    written = Written(folder / f"{stem}.csv", spec, file_tally)
    name = f"{folder.name}/{written.path.name}"
    about: dict[str, Any] = {"seed": seed, "days": days, "orders": lines, "end_date": end.isoformat()}
    return documents(
        target,
        about,
        shops=[(plan, folder.name, tally)],
        files=[(describe(plan, written, name), name, file_tally)],
    )


def _write(path: Path, plan: Plan, lines: int, report: Report | None) -> ShopTally:
    rng = Random(f"{plan.seed}/bulk").random  # noqa: S311  # nosec B311
    goods = []
    for listing in World(plan).listings:
        sku = listing.sku
        attributes = ";".join(f"{name}：{value}" for name, value in sku.attributes)
        title = sku.title.replace('"', '""')
        head = f'","{title}","{yuan(listing.price)}","'
        tail = f'","{sku.sku_code}","{attributes}","null","null","'
        goods.append((listing.price, head, tail, f'","{sku.sku_code}","'))
    kinds = len(goods)
    start = datetime.combine(plan.first_day, time())
    span = int((plan.moments[0] - start).total_seconds()) - 700  # the last payment comes before the export
    dates = [f"{plan.first_day + timedelta(days=n)} " for n in range((plan.last_day - plan.first_day).days + 2)]
    tally = ShopTally()
    order_states: Counter[str] = Counter()
    line_states: Counter[str] = Counter()
    days: dict[str, list[int]] = {day: [0, 0] for day in dates}
    prefix, offset, pool = plan.ordinal * 10**9, int(rng() * 10**9), max(12, lines // 2)
    written = index = paid_orders = paid_total = refunded_total = pieces = 0
    with path.open("wb") as file:
        file.write(('"' + '","'.join(ITEMS_2019) + '"\r\n').encode("gb18030"))
        rows: list[str] = []
        while written < lines:
            dice = rng()
            count = min(1 if dice < 0.85 else 2 if dice < 0.95 else 3, lines - written)
            second = written * span // lines
            day, clock = divmod(second, 86_400)
            created = dates[day] + _CLOCK[clock]
            serial = prefix + (index * 387_420_489 + offset) % 10**9
            index += 1
            buyer = int(rng() * pool) % 10_000
            main = f"35{serial:011d}{index * 7919 % 100:02d}{buyer:04d}"
            fate = rng()
            age = span - second
            if fate < 0.06:
                state = "created" if age < 86_400 and fate < 0.04 else "cancelled"
                paid_at, payment = "null", "null"
            else:
                state = "paid" if age < 86_400 else "shipped" if age < 6 * 86_400 else "completed"
                if fate < 0.1:
                    state = "refunded"
                paid_day, paid_clock = divmod(second + 5 + int(fate * 600), 86_400)
                paid_at = dates[paid_day] + _CLOCK[paid_clock]
                payment = f"{dates[day][:4]}{dates[day][5:7]}{dates[day][8:10]}{serial:014d}{buyer:06d}"
            text = STATUS[state]
            order_states[state] += 1
            line_states[state] += count
            due_total = back_total = 0
            first = int(fate * 1_000_003) % kinds
            for number in range(count):
                price, head, tail, code = goods[(first + number * 13) % kinds]
                qty = 1 if dice < 0.7 else 2
                pieces += qty
                due = price * qty * (100 - int(fate * 97) % 4 * 5) // 100
                due_total += due
                sub = main if count == 1 else f"36{serial:011d}{number:02d}{buyer:04d}"
                if state == "refunded":
                    back, refund, back_text = due, "退款成功", yuan(due)
                elif state == "completed" and fate > 0.98:
                    back = due // 5
                    refund, back_text = "退款成功", yuan(back)
                else:
                    back, refund, back_text = 0, "没有申请退款", "无退款申请"
                back_total += back
                shown = yuan(due - back) if payment != "null" else "0.00"
                rows.append(
                    f'"{sub}","{main}{head}{qty}{tail}{text}{code}{payment}","{yuan(due)}","{shown}","{refund}",'
                    f'"{back_text}","{created}","{paid_at}"\r\n'
                )
            written += count
            if payment != "null":
                paid_orders += 1
                paid_total += due_total
                refunded_total += back_total
                sums = days[dates[paid_day]]
                sums[0] += 1
                sums[1] += due_total
            if len(rows) >= _CHUNK:
                file.write("".join(rows).encode("gb18030"))
                rows.clear()
                if report:
                    report(SHOP, written, lines)
        file.write("".join(rows).encode("gb18030"))
    tally.orders, tally.lines, tally.qty = index, lines, pieces
    tally.paid_orders, tally.paid_amount, tally.refunded_amount = paid_orders, paid_total, refunded_total
    tally.states, tally.line_states = order_states, line_states
    tally.days = {day.strip(): sums for day, sums in days.items() if sums[0]}
    return tally
