"""Simulates the shops and writes their files, ``manifest.json`` and ``expected.json`` into one folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from zhanggui.kernel.records import CHANNELS
from zhanggui.kernel.split import split
from zhanggui.trade.channels.sample import attention
from zhanggui.trade.channels.sample.layouts import (
    amazon,
    douyin,
    jd,
    kuaishou,
    lazada,
    pinduoduo,
    shopee,
    shopify,
    taobao,
    tiktok,
    traffic,
    wechat,
    woocommerce,
    xiaohongshu,
)
from zhanggui.trade.channels.sample.problems import LEAST_DAYS, LEAST_ORDERS, PLACES, Planter
from zhanggui.trade.channels.sample.sheets import EventSink, FileSpec, OrderSink, Written
from zhanggui.trade.channels.sample.tally import FileTally, Seen, ShopTally
from zhanggui.trade.channels.sample.truth import Plan
from zhanggui.trade.channels.sample.world import END_TIME, World

LAYOUTS: Final[dict[str, ModuleType]] = {
    "taobao": taobao,
    "jd": jd,
    "pinduoduo": pinduoduo,
    "douyin": douyin,
    "shopify": shopify,
    "kuaishou": kuaishou,
    "xiaohongshu": xiaohongshu,
    "wechat": wechat,
    "woocommerce": woocommerce,
    "amazon": amazon,
    "shopee": shopee,
    "lazada": lazada,
    "tiktok": tiktok,
}

#: The last day when none is asked for: a fixed date, because the same command must always write the same bytes.
END_DATE: Final = date(2026, 6, 30)

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Result:
    """What was written: the two documents and the number of data rows."""

    manifest: dict[str, Any]
    expected: dict[str, Any]
    files: int
    rows: int


Report = Callable[[str, int, int], None]


def plans(channel: str, *, seed: int, days: int, orders: int, end: date) -> list[Plan]:
    """The shops of a channel; ``orders`` are shared over them."""
    layout = LAYOUTS[channel]
    first_day = end - timedelta(days=days - 1)
    last = datetime.combine(end, END_TIME)
    early = last - timedelta(days=max(1, days // 4) if days > 1 else 0, hours=9)
    early = max(early, datetime.combine(first_day, time(12)))
    position = list(LAYOUTS).index(channel)
    shops = layout.SHOPS
    counts = split(orders, [1] * len(shops))
    known = CHANNELS[channel]
    found = []
    for number, ((name, traits, *place), count) in enumerate(zip(shops, counts, strict=True)):
        currency, zone = place or (known.currency, known.zone)
        found.append(
            Plan(
                seed=seed,
                channel=channel,
                shop=name,
                ordinal=(position * 6 + number + seed * 7) % 89 + 10,
                orders=count,
                first_day=first_day,
                last_day=end,
                moments=(early, last),
                traits=traits,
                currency=currency,
                zone=zone,
            )
        )
    return found


def _latest(found: Sequence[tuple[FileSpec, Seen]], grains: tuple[str, ...]) -> Seen | None:
    best: tuple[FileSpec, Seen] | None = None
    for spec, seen in found:
        if spec.grain in grains and (best is None or spec.exported_at >= best[0].exported_at):
            best = spec, seen
    return best[1] if best else None


def write_shop(
    plan: Plan, folder: Path, report: Report | None = None, planter: Planter | None = None
) -> tuple[list[Written], ShopTally]:
    """Simulates one shop and writes its files in one pass over its orders; ``planter`` adds problems."""
    folder.mkdir(parents=True, exist_ok=True)
    specs: list[FileSpec] = LAYOUTS[plan.channel].specs(plan)
    order_sinks = [OrderSink(folder, spec) for spec in specs if spec.rows is not None]
    event_sinks = [EventSink(folder, spec) for spec in specs if spec.events is not None]
    tally, till = ShopTally(), attention.Till()
    world = World(plan)
    for done, order in enumerate(planter.orders(world) if planter else world.orders(), start=1):
        found = []
        for sink in order_sinks:
            seen = sink.take(order)
            if seen is not None:
                found.append((sink.spec, seen))
        for event_sink in event_sinks:
            if planter is None or event_sink.spec.kind == "refunds" or planter.is_settled(order):
                event_sink.take(order)
        if found:
            facts = _latest(found, ("order", "both")) or _latest(found, ("items",))
            if facts is not None:
                tally.take(facts, _latest(found, ("items", "both")) or facts)
                till.take(order, facts)
        if report and done % 5000 == 0:
            report(plan.shop, done, plan.orders)
    written = [file for sink in order_sinks for file in sink.close()]
    written += [file for event_sink in event_sinks for file in event_sink.close()]
    written += _reports(plan, till, tally, folder, planter)
    for file in written:
        tally.take_file(file.spec.kind, file.tally)
    return written, tally


def _reports(
    plan: Plan, till: attention.Till, tally: ShopTally, folder: Path, planter: Planter | None
) -> list[Written]:
    """The shop's reports of visitors and adverts, where its platform's layouts are known."""
    layout = traffic.LAYOUTS.get(plan.channel)
    if layout is None:
        return []
    days = attention.days_of(plan, till)
    if planter is not None:
        days = planter.days(days)
    number = [name for name, *_ in LAYOUTS[plan.channel].SHOPS].index(plan.shop)
    reports = layout(plan, days, number)
    attention.tell(tally, days, visits=reports.visits, window=reports.window)
    return [report.write(folder, plan) for report in reports.files if report.rows]


def describe(plan: Plan, file: Written, name: str) -> dict[str, Any]:
    """The manifest's line of one file."""
    spec = file.spec
    form = spec.form
    return {
        "path": name,
        "channel": plan.channel,
        "shop": plan.shop,
        "kind": spec.kind,
        "layout": spec.layout,
        "container": form.container,
        "encoding": form.encoding if form.container != "xlsx" else None,
        "exported_at": spec.exported_at.isoformat(),
        "grain": spec.grain,
        "paid_basis": spec.paid_basis if spec.rows else None,
        "quirks": list(spec.quirks),
    }


def documents(
    target: Path,
    about: dict[str, Any],
    *,
    shops: Sequence[tuple[Plan, str, ShopTally]],
    files: Sequence[tuple[dict[str, Any], str, FileTally]],
) -> Result:
    """Writes ``manifest.json`` and ``expected.json``; shops come with their folder, files with their manifest line."""
    by_channel: dict[str, dict[str, dict[str, int]]] = {}
    expected_shops: dict[str, Any] = {}
    for plan, _, tally in shops:
        found = tally.report()
        expected_shops[plan.shop] = {"channel": plan.channel, "currency": plan.currency, "zone": plan.zone, **found}
        by_day = by_channel.setdefault(plan.channel, {})
        for day, sums in found["days"].items():
            total = by_day.setdefault(f"{day} {plan.currency}", {"paid_orders": 0, "paid_amount": 0})
            total["paid_orders"] += sums["paid_orders"]
            total["paid_amount"] += sums["paid_amount"]
    head = {"version": VERSION, **about}
    manifest = {
        **head,
        "shops": [
            {"channel": plan.channel, "name": plan.shop, "currency": plan.currency, "zone": plan.zone, "folder": folder}
            for plan, folder, _ in shops
        ],
        "files": [line for line, _, _ in files],
    }
    expected = {
        **head,
        "files": {name: tally.report() for _, name, tally in files},
        "shops": expected_shops,
        "channels": {channel: {"days": dict(sorted(found.items()))} for channel, found in by_channel.items()},
    }
    for name, document in (("manifest.json", manifest), ("expected.json", expected)):
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        (target / name).write_text(text, encoding="utf-8", newline="\n")
    return Result(manifest, expected, len(files), sum(tally.rows for _, _, tally in files))


def clear(target: Path) -> None:
    """Makes the folder and removes the files an earlier sample listed in its manifest; nothing else is touched."""
    target.mkdir(parents=True, exist_ok=True)
    manifest = target / "manifest.json"
    if not manifest.is_file():
        return
    for file in json.loads(manifest.read_text(encoding="utf-8")).get("files", []):
        path = target / file["path"]
        if path.resolve().is_relative_to(target.resolve()):
            path.unlink(missing_ok=True)


def write_all(
    target: Path,
    *,
    seed: int,
    days: int,
    orders: int,
    channels: Sequence[str] | None = None,
    end: date = END_DATE,
    report: Report | None = None,
    problems: bool = False,
) -> Result:
    """Writes ``orders`` orders per channel into ``target``, one folder per shop.

    ``problems``: plants the known problems of ``problems.PLACES`` and tells them in ``problems.json``. Raises
    ``ValueError`` for an unknown channel, numbers below 1, or too small a sample to plant problems in.
    """
    chosen = list(channels) if channels else list(LAYOUTS)
    for channel in chosen:
        if channel not in LAYOUTS:
            raise ValueError(f"unknown channel {channel!r}; known: {', '.join(LAYOUTS)}")
    if days < 1 or orders < 1:
        raise ValueError("days and orders must be at least 1")
    if problems and (days < LEAST_DAYS or orders < LEAST_ORDERS):
        raise ValueError(f"problems need at least {LEAST_DAYS} days and {LEAST_ORDERS} orders per channel")
    clear(target)
    planters: list[Planter] = []
    shops: list[tuple[Plan, str, ShopTally]] = []
    files: list[tuple[dict[str, Any], str, FileTally]] = []
    for channel in chosen:
        for number, plan in enumerate(plans(channel, seed=seed, days=days, orders=orders, end=end)):
            folder = target / f"{channel}-{plan.shop}"
            planter = Planter(plan, number) if problems else None
            if planter is not None:
                planters.append(planter)
            written, tally = write_shop(plan, folder, report, planter)
            shops.append((plan, folder.name, tally))
            for file in written:
                name = f"{folder.name}/{file.path.name}"
                files.append((describe(plan, file, name), name, file.tally))
    about = {"seed": seed, "days": days, "orders": orders, "end_date": end.isoformat()}
    if problems:
        _tell_problems(target, about, planters)
    return documents(target, about, shops=shops, files=files)


def _tell_problems(target: Path, about: dict[str, Any], planters: Sequence[Planter]) -> None:
    document = {
        "version": VERSION,
        **about,
        "shops": [p.plan.shop for p in planters],
        "kinds": sorted({kind for kinds in PLACES.values() for kind in kinds}),
        "problems": [one.report() for p in planters for one in p.planted.values()],
    }
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (target / "problems.json").write_text(text, encoding="utf-8", newline="\n")
