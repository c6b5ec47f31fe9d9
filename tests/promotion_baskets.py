"""Random small baskets and promotions, as the JSON of the reference; the same ones for the same seed."""

from __future__ import annotations

import random
from typing import Any

OWN = {"full_reduction": "shop_order", "full_discount": "shop_order", "points": "points", "nth_item": "item_offer",
       "cross_shop_reduction": "cross_shop", "buy_m_get_n": "item_offer", "bundle": "item_offer"}  # fmt: skip
LANES = ("item_offer", "shop_order", "shop_coupon", "cross_shop", "platform_coupon", "points")


def money(dice: random.Random, low: int, high: int) -> str:
    cents = dice.randint(low, high)
    if dice.random() < 0.5:
        cents = max(500, cents // 500 * 500)
    return f"{cents // 100}.{cents % 100:02d}"


def basket(dice: random.Random) -> dict[str, Any]:
    lines = []
    for i in range(dice.randint(1, 4)):
        price = "0" if dice.random() < 0.04 else money(dice, 100, 20000)
        lines.append({"id": f"L{i}", "sku": dice.choice("ABCD"), "price": price, "qty": dice.randint(1, 4),
                      "categories": dice.sample(["x", "y"], dice.randint(0, 2))})  # fmt: skip
    found: dict[str, Any] = {"currency": "CNY", "lines": lines}
    if dice.random() < 0.3:
        found["freight"] = money(dice, 500, 2000)
    return found


def facts(dice: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {"now": "2026-11-11T00:00:00+08:00"}
    if dice.random() < 0.4:
        found["tier"] = dice.choice(["gold", "silver"])
    if dice.random() < 0.4:
        found["points"] = dice.randint(0, 5000)
    if dice.random() < 0.25:
        found["floors"] = {sku: money(dice, 500, 9000) for sku in dice.sample("ABCD", 2)}
    return found


def promotions(dice: random.Random, most: int = 5) -> list[dict[str, Any]]:
    return [promotion(dice, f"p{i}") for i in range(dice.randint(1, most))]


def percent(dice: random.Random) -> str:
    return dice.choice(["5", "10", "12.5", "20", "33.3", "50", "100"])


def promotion(dice: random.Random, key: str) -> dict[str, Any]:
    p: dict[str, Any] = {"key": key, "priority": dice.randint(0, 2)}
    kind = dice.choice(
        ["timed_discount", "member_price", "tier_discount", "flash_sale", "nth_item", "nth_item", "buy_m_get_n",
         "bundle", "bundle", "add_on", "full_reduction", "full_reduction", "full_discount", "full_discount", "coupon",
         "coupon", "coupon", "cross_shop_reduction", "red_packet", "points", "free_freight"]
    )  # fmt: skip
    p["kind"] = kind
    if dice.random() < 0.4:
        p["scope"] = {"skus": dice.sample("ABCD", dice.randint(1, 3))}
    elif dice.random() < 0.2:
        p["scope"] = {"categories": [dice.choice("xy")]}
    elif dice.random() < 0.1:
        p["scope"] = {"exclude_skus": [dice.choice("ABCD")]}
    globals()[f"_{kind}"](dice, p)
    if dice.random() < 0.12:
        p["excludes"] = [dice.choice(LANES)]
        issued = "platform_coupon" if p.get("issuer") else "shop_coupon"
        if p["excludes"] == [p.get("lane", issued if kind == "coupon" else OWN.get(kind))]:
            del p["excludes"]
    order = kind in ("full_reduction", "full_discount", "coupon", "cross_shop_reduction", "red_packet", "points")
    if order and dice.random() < 0.25:
        p["stackable"] = True
    if order and dice.random() < 0.3:
        p["threshold_base"] = dice.choice(["list", "current"])
    if order and dice.random() < 0.1:
        p["budget"] = money(dice, 1000, 5000)
    return p


def _timed_discount(dice: random.Random, p: dict[str, Any]) -> None:
    if dice.random() < 0.5:
        p["percent_off"] = percent(dice)
    else:
        p["amount_off"] = money(dice, 100, 3000)


def _prices(dice: random.Random, quota: bool) -> list[dict[str, Any]]:
    rows = []
    for sku in dice.sample("ABCD", dice.randint(1, 2)):
        row: dict[str, Any] = {"sku": sku, "price": money(dice, 100, 15000)}
        if quota:
            row["quota"] = dice.randint(1, 4)
        rows.append(row)
    return rows


def _member_price(dice: random.Random, p: dict[str, Any]) -> None:
    p["prices"] = _prices(dice, quota=False)


def _flash_sale(dice: random.Random, p: dict[str, Any]) -> None:
    number = int(p["key"][1:])
    p["prices"] = [{**row, "sku": "ABCD"[number % 4]} for row in _prices(dice, quota=True)[:1]]
    days = dice.choice(["10 11", "10 12", "11 12", "12 13"]) if number < 4 else "14 15"
    p["starts_at"], p["ends_at"] = (f"2026-11-{day}T00:00:00+08:00" for day in days.split())


def _tier_discount(dice: random.Random, p: dict[str, Any]) -> None:
    p["tiers"] = [{"tier": "gold", "percent_off": percent(dice)}]


def _nth_item(dice: random.Random, p: dict[str, Any]) -> None:
    p["n"] = dice.randint(2, 4)
    if dice.random() < 0.7:
        p["percent_off"] = percent(dice)
    else:
        p["price"] = money(dice, 100, 2000)
    p["same_sku"] = dice.random() < 0.3
    if dice.random() < 0.3:
        p["max_times"] = dice.randint(1, 2)


def _buy_m_get_n(dice: random.Random, p: dict[str, Any]) -> None:
    p["m"], p["n"] = dice.randint(1, 3), dice.randint(1, 2)
    p["same_sku"] = dice.random() < 0.3


def _bundle(dice: random.Random, p: dict[str, Any]) -> None:
    if dice.random() < 0.5:
        p["any"] = dice.randint(2, 4)
    else:
        skus = dice.sample("ABCD", 2)
        p["items"] = [{"sku": skus[0], "qty": dice.randint(1, 2)}, {"sku": skus[1]}]
        p.pop("scope", None)
    p["price"] = money(dice, 500, 20000)


def _add_on(dice: random.Random, p: dict[str, Any]) -> None:
    p["at"] = money(dice, 1000, 20000)
    p["items"] = [{"sku": dice.choice("ABCD"), "price": money(dice, 100, 3000)}]
    p["most"] = dice.randint(1, 3)
    p.pop("scope", None)


def _tiers(dice: random.Random) -> list[dict[str, Any]]:
    if dice.random() < 0.3:
        return [{"pieces": 2, "off": money(dice, 100, 1000)}, {"pieces": 4, "off": money(dice, 1100, 3000)}]
    return [
        {"at": dice.choice(["50", "100", "99.5"]), "off": money(dice, 100, 2000)},
        {"at": dice.choice(["200", "300"]), "off": money(dice, 2100, 9000)},
    ]


def _full_reduction(dice: random.Random, p: dict[str, Any]) -> None:
    if dice.random() < 0.4:
        p["every"] = {"at": dice.choice(["50", "100"]), "off": money(dice, 100, 2000)}
        if dice.random() < 0.5:
            p["cap"] = money(dice, 2000, 6000)
    else:
        p["tiers"] = _tiers(dice)


_cross_shop_reduction = _full_reduction


def _full_discount(dice: random.Random, p: dict[str, Any]) -> None:
    p["tiers"] = [{"at": dice.choice(["50", "100"]), "percent_off": dice.choice(["5", "10"])},
                  {"at": "200", "percent_off": dice.choice(["15", "33.3"])}]  # fmt: skip
    if dice.random() < 0.4:
        p["cap"] = money(dice, 500, 6000)


def _coupon(dice: random.Random, p: dict[str, Any]) -> None:
    if dice.random() < 0.3:
        p["issuer"] = "platform"
    if dice.random() < 0.6:
        p["at"] = dice.choice(["100", "150", "200"])
    if dice.random() < 0.6:
        p["off"] = money(dice, 100, 5000)
    else:
        p["percent_off"] = percent(dice)
        if dice.random() < 0.5:
            p["cap"] = money(dice, 500, 6000)
    if dice.random() < 0.1:
        p["lane"] = "shop_order"


def _red_packet(dice: random.Random, p: dict[str, Any]) -> None:
    p["off"] = money(dice, 100, 1000)


def _points(dice: random.Random, p: dict[str, Any]) -> None:
    p["points"], p["worth"] = 100, dice.choice(["1", "0.5"])
    p["max_percent"] = dice.choice(["5", "30", "100"])


def _free_freight(dice: random.Random, p: dict[str, Any]) -> None:
    p["at"] = dice.choice(["50", "99"])
    p.pop("scope", None)
