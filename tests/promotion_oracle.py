"""An obvious, slow second answer to the price of a basket: try everything, keep what leaves least to pay.

Written from docs/algorithms/promotions.md on plain dictionaries (the JSON of the reference), sharing no code with the
engine. Pieces are real list entries here, percentages are fractions, and no branch is ever cut off. Fits baskets of a
few lines with a few pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

ORDER = ("item_offer", "add_on", "shop_order", "shop_coupon", "cross_shop", "platform_coupon", "red_packet", "points",
         "freight")  # fmt: skip
PRICE_KINDS = ("timed_discount", "flash_sale", "group_buy", "bargain", "member_price", "tier_discount", "presale")
LANE = {
    "nth_item": "item_offer", "buy_m_get_n": "item_offer", "bundle": "item_offer", "add_on": "add_on",
    "full_reduction": "shop_order", "full_discount": "shop_order", "coupon": "shop_coupon",
    "cross_shop_reduction": "cross_shop", "red_packet": "red_packet", "points": "points", "free_freight": "freight",
}  # fmt: skip


def cents(amount: Any) -> int:
    value = Fraction(str(amount)) * 100
    assert value.denominator == 1
    return int(value)


def nearest(value: Fraction | int) -> int:
    whole = int(value)
    return whole + 1 if value - whole >= Fraction(1, 2) else whole


def fair(amount: int, weights: list[int]) -> list[int]:
    """Largest remainders, written from the rule."""
    total = sum(weights)
    exact = [Fraction(amount * weight, total) for weight in weights]
    shares = [int(x) for x in exact]
    while sum(shares) < amount:
        best = max(range(len(weights)), key=lambda i: (exact[i] - int(exact[i]) if shares[i] == int(exact[i]) else -1,
                                                       weights[i], -i))  # fmt: skip
        shares[best] += 1
    return shares


@dataclass(frozen=True)
class State:
    cur: tuple[int, ...]
    item: tuple[int, ...] | None
    free: tuple[int, ...]
    touched: tuple[frozenset[str], ...]
    barred: tuple[frozenset[str], ...]


class Oracle:
    def __init__(self, basket: dict[str, Any], promotions: list[dict[str, Any]], facts: dict[str, Any]) -> None:
        self.facts = facts
        self.lines = sorted(basket["lines"], key=lambda line: line["id"])
        now = datetime.fromisoformat(facts["now"])
        mine = [
            p
            for p in promotions
            if datetime.fromisoformat(p.get("starts_at", facts["now"])) <= now
            and ("ends_at" not in p or now < datetime.fromisoformat(p["ends_at"]))
        ]
        self.promotions = sorted(mine, key=lambda p: (-p.get("priority", 0), p["key"]))
        self.rank = {p["key"]: i for i, p in enumerate(self.promotions)}
        self.parts: list[tuple[dict[str, Any] | None, int, int, int, Any]] = []  # line, pieces, listed, amount, price
        self._first_lane()
        self.floors = [
            min(cents(facts.get("floors", {}).get(line["sku"], 0)) * qty, listed) if line else 0
            for line, qty, listed, _a, _p in self.parts
        ]
        self.parts = [
            (line, qty, listed, max(amount, self.floors[i]), price)
            for i, (line, qty, listed, amount, price) in enumerate(self.parts)
        ]
        if basket.get("freight"):
            self.parts.append((None, 0, cents(basket["freight"]), cents(basket["freight"]), None))
            self.floors.append(0)

    # -- first lane --------------------------------------------------------------------------------------------

    def _price_of(self, p: dict[str, Any], line: dict[str, Any]) -> tuple[Fraction, Any] | None:
        base = cents(line["price"])
        tier = self.facts.get("tier")
        if p["kind"] == "tier_discount":
            for row in p["tiers"]:
                if row["tier"] == tier:
                    return base * (1 - Fraction(row["percent_off"]) / 100), ("rate", Fraction(row["percent_off"]) / 100)
            return None
        if p["kind"] == "member_price" and not tier:
            return None
        for row in p.get("prices", ()):
            if row["sku"] == line["sku"]:
                return Fraction(cents(row["price"])), ("fixed", cents(row["price"]))
        if "percent_off" in p:
            return base * (1 - Fraction(p["percent_off"]) / 100), ("rate", Fraction(p["percent_off"]) / 100)
        if "amount_off" in p:
            return Fraction(max(0, base - cents(p["amount_off"]))), ("off", cents(p["amount_off"]))
        return None

    def _first_lane(self) -> None:
        sold: dict[tuple[str, str], int] = {}
        by_line: dict[str, list[str]] = {}
        for line in sorted(self.lines, key=lambda line: (-cents(line["price"]), line["id"])):
            pieces = []
            for _ in range(line["qty"]):
                choice, lowest = "", Fraction(cents(line["price"]))
                for p in self.promotions:
                    if p["kind"] not in PRICE_KINDS or not self.reaches(p, line):
                        continue
                    found = self._price_of(p, line)
                    if found is None or found[0] >= lowest:
                        continue
                    for row in p.get("prices", ()):
                        quota = row.get("quota") if row["sku"] == line["sku"] else None
                        if quota is not None and sold.get((p["key"], line["sku"]), 0) >= quota:
                            break
                    else:
                        choice, lowest = p["key"], found[0]
                pieces.append(choice)
                sold[choice, line["sku"]] = sold.get((choice, line["sku"]), 0) + 1
            by_line[line["id"]] = pieces
        for line in self.lines:
            pieces = by_line[line["id"]]
            for choice in dict.fromkeys(pieces):
                qty = pieces.count(choice)
                listed = cents(line["price"]) * qty
                amount = listed
                if choice:
                    p = next(p for p in self.promotions if p["key"] == choice)
                    found = self._price_of(p, line)
                    assert found is not None
                    how, value = found[1]
                    if how == "fixed":
                        saved = listed - value * qty
                    else:
                        saved = min(value * qty, listed) if how == "off" else nearest(listed * value)
                    amount = listed - saved
                self.parts.append((line, qty, listed, amount, choice or None))

    # -- scope and lanes ---------------------------------------------------------------------------------------

    def reaches(self, p: dict[str, Any], line: dict[str, Any]) -> bool:
        scope = p.get("scope", {})
        if line["sku"] in scope.get("exclude_skus", ()):
            return False
        named = scope.get("skus", []) + scope.get("categories", [])
        return (
            not named
            or line["sku"] in scope.get("skus", ())
            or bool(set(line.get("categories", ())) & set(scope.get("categories", ())))
        )

    def lane(self, p: dict[str, Any]) -> str:
        if p["kind"] == "coupon" and p.get("issuer") == "platform":
            return p.get("lane", "platform_coupon")
        return p.get("lane", LANE.get(p["kind"], "item_price"))

    def scope(self, p: dict[str, Any]) -> list[int]:
        """The parts an offer works on."""
        if p["kind"] == "free_freight":
            return [i for i, part in enumerate(self.parts) if part[0] is None]
        found = []
        for i, (line, *_rest) in enumerate(self.parts):
            if line is None:
                continue
            if (p["kind"] == "bundle" and "items" in p) or p["kind"] == "add_on":
                if line["sku"] in [item["sku"] for item in p["items"]]:
                    found.append(i)
            elif self.reaches(p, line):
                found.append(i)
        return found

    # -- trying everything -------------------------------------------------------------------------------------

    def best(self) -> tuple[int, set[tuple[int, ...]]]:
        """(least to pay, the amounts by line of every outcome that reaches it), freight last."""
        start = self.start()
        least: int | None = None
        found: set[tuple[int, ...]] = set()
        for state in self._through(start, 0):
            pay = sum(state.cur)
            if least is None or pay < least:
                least, found = pay, set()
            if pay == least:
                found.add(self.by_line(state.cur))
        assert least is not None
        return least, found

    def start(self) -> State:
        return State(
            tuple(part[3] for part in self.parts),
            None,
            tuple(part[1] for part in self.parts),
            tuple(frozenset(["item_price"]) if part[4] else frozenset() for part in self.parts),
            tuple(
                frozenset(next(p for p in self.promotions if p["key"] == part[4]).get("excludes", ()))
                if part[4]
                else frozenset()
                for part in self.parts
            ),
        )

    def by_line(self, cur: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(
            sum(cur[i] for i, part in enumerate(self.parts) if part[0] is line) for line in [*self.lines, None]
        )

    def _through(self, state: State, at: int) -> Iterator[State]:
        if at == len(ORDER):
            yield state
            return
        lane = ORDER[at]
        if lane in ("add_on", "shop_order"):
            state = State(state.cur, state.cur, state.free, state.touched, state.barred)
        offers = [p for p in self.promotions if self.lane(p) == lane and p["kind"] not in PRICE_KINDS]
        for after in {*self._sequences(state, lane, offers, (), frozenset(), frozenset())}:
            yield from self._through(after, at + 1)

    def _sequences(
        self,
        state: State,
        lane: str,
        offers: list[dict[str, Any]],
        so_far: tuple[dict[str, Any], ...],
        hard: frozenset[int],
        soft: frozenset[int],
    ) -> Iterator[State]:
        yield state
        for p in offers:
            if any(p is earlier for earlier in so_far):
                continue
            stackable = p.get("stackable", False)
            if stackable and any(q.get("stackable") and self.rank[q["key"]] > self.rank[p["key"]] for q in so_far):
                continue
            blocked = hard if stackable else hard | soft
            open_ = [
                i
                for i in self.scope(p)
                if i not in blocked
                and lane not in state.barred[i]
                and not state.touched[i] & set(p.get("excludes", ()))
            ]
            for shares, taken, left in self._applied(p, state, open_, offers):
                cut = [(i, min(share, state.cur[i] - self.floors[i])) for i, share in shares]
                total = sum(share for _i, share in cut)
                if total <= 0 or total > cents(p.get("budget", 10**9)) - cents(
                    self.facts.get("spent", {}).get(p["key"], 0)
                ):
                    continue
                cur = list(state.cur)
                for i, share in cut:
                    cur[i] -= share
                touched = tuple(t | {lane} if i in taken else t for i, t in enumerate(state.touched))
                barred = tuple(b | set(p.get("excludes", ())) if i in taken else b for i, b in enumerate(state.barred))
                after = State(tuple(cur), state.item, left, touched, barred)
                pieces_only = lane == "item_offer"
                yield from self._sequences(
                    after,
                    lane,
                    offers,
                    (*so_far, p),
                    hard if pieces_only or stackable else hard | taken,
                    soft | taken if stackable and not pieces_only else soft,
                )

    def _applied(
        self, p: dict[str, Any], state: State, open_: list[int], offers: list[dict[str, Any]]
    ) -> Iterator[tuple[list[tuple[int, int]], frozenset[int], tuple[int, ...]]]:
        if self.lane(p) == "item_offer":
            yield from self._pieces(p, state, open_, offers)
            return
        if p["kind"] == "add_on":
            yield from self._add_on(p, state, open_)
            return
        if not open_:
            return
        counted = open_
        if p["kind"] == "free_freight":
            counted = [i for i, part in enumerate(self.parts) if part[0] is not None and self.reaches(p, part[0])]
            if not counted:
                return
        column = {"item": state.item, "current": state.cur, "list": tuple(part[2] for part in self.parts)}[
            p.get("threshold_base", "item")
        ]
        assert column is not None
        money = sum(column[i] for i in counted)
        pieces = sum(self.parts[i][1] for i in counted)
        current = sum(state.cur[i] for i in open_)
        discount = min(self._discount(p, money, pieces, current), current)
        if discount > 0:
            shares = fair(discount, [state.cur[i] for i in open_])
            yield list(zip(open_, shares, strict=True)), frozenset(open_), state.free

    def _discount(self, p: dict[str, Any], money: int, pieces: int, current: int) -> int:
        def measure(row: dict[str, Any]) -> tuple[int, int]:
            return (pieces, row["pieces"]) if "pieces" in row else (money, cents(row.get("at", 0)))

        def percent(row: dict[str, Any]) -> int:
            return nearest(current * Fraction(row["percent_off"]) / 100)

        kind = p["kind"]
        off = 0
        if kind in ("full_reduction", "cross_shop_reduction"):
            for row in p.get("tiers", ()):
                have, need = measure(row)
                if have >= need:
                    off = max(off, cents(row["off"]))
            if "every" in p:
                have, need = measure(p["every"])
                off = have // need * cents(p["every"]["off"])
        elif kind == "full_discount":
            for row in p["tiers"]:
                have, need = measure(row)
                if have >= need:
                    off = max(off, percent(row))
        elif kind == "free_freight":
            have, need = measure(p)
            off = current if have >= need else 0
        else:
            have, need = measure(p)
            if have < need:
                return 0
            if kind == "points":
                steps = 0
                while (
                    (steps + 1) * p["points"] <= self.facts.get("points", 0)
                    and (steps + 1) * cents(p["worth"]) <= current * Fraction(str(p.get("max_percent", 100))) / 100
                    and (steps + 1) * cents(p["worth"]) <= cents(p.get("cap", 10**9))
                ):
                    steps += 1
                return steps * cents(p["worth"])
            off = percent(p) if "percent_off" in p else cents(p["off"])
        return min(off, cents(p["cap"])) if "cap" in p else off

    def _add_on(
        self, p: dict[str, Any], state: State, open_: list[int]
    ) -> Iterator[tuple[list[tuple[int, int]], frozenset[int], tuple[int, ...]]]:
        prices = {row["sku"]: cents(row["price"]) for row in p["items"]}
        assert state.item is not None
        others = sum(
            state.item[i]
            for i, part in enumerate(self.parts)
            if part[0] is not None and part[0]["sku"] not in prices and self.reaches(p, part[0])
        )
        if others < cents(p["at"]):
            return
        left = p.get("most", 1)
        shares = []
        ranked = sorted(
            open_,
            key=lambda i: (prices[self.parts[i][0]["sku"]] - Fraction(self.parts[i][3], self.parts[i][1]), i),
        )
        for i in ranked:
            qty = self.parts[i][1]
            count = min(qty, left)
            saving = nearest(Fraction(state.cur[i] * count, qty)) - prices[self.parts[i][0]["sku"]] * count
            if count and saving > 0:
                shares.append((i, saving))
                left -= count
        if shares:
            yield shares, frozenset(i for i, _s in shares), state.free

    # -- pieces ------------------------------------------------------------------------------------------------

    def _pieces(
        self, p: dict[str, Any], state: State, open_: list[int], offers: list[dict[str, Any]]
    ) -> Iterator[tuple[list[tuple[int, int]], frozenset[int], tuple[int, ...]]]:
        pieces = sorted(
            ((Fraction(self.parts[i][3], self.parts[i][1]), i) for i in open_ for _ in range(state.free[i])),
            key=lambda piece: (-piece[0], piece[1]),
        )
        groups = self._groups(p, pieces)
        if "max_times" in p:
            groups = groups[: p["max_times"]]
        fewest = 1 if self._wanted(p, offers) else len(groups)
        for times in range(len(groups), max(fewest, 1) - 1, -1):
            chosen = groups[:times]
            worth: dict[int, Fraction] = {}
            cheap: dict[int, list[Fraction]] = {}
            left = list(state.free)
            for group in chosen:
                tail = group[len(group) - self._tail(p) :] if self._tail(p) else []
                for price, i in group:
                    worth[i] = worth.get(i, Fraction(0)) + price
                    left[i] -= 1
                for price, i in tail:
                    cheap.setdefault(i, []).append(price)
            if p["kind"] == "bundle":
                saving = nearest(sum(worth.values()) - cents(p["price"]) * times)
                if saving <= 0:
                    continue
                parts = sorted(worth)
                scale = 1
                for value in worth.values():
                    scale *= value.denominator
                shares = list(zip(parts, fair(saving, [int(worth[i] * scale) for i in parts]), strict=True))
            elif "price" in p:
                shares = [
                    (i, max(0, nearest(sum(prices)) - cents(p["price"]) * len(prices))) for i, prices in cheap.items()
                ]
            else:
                off = Fraction(p.get("percent_off", 100)) / 100
                shares = [(i, nearest(sum(prices) * off)) for i, prices in cheap.items()]
            yield sorted(shares), frozenset(worth), tuple(left)

    def _tail(self, p: dict[str, Any]) -> int:
        return {"nth_item": 1, "buy_m_get_n": p.get("n", 0), "bundle": 0}[p["kind"]]

    def _groups(self, p: dict[str, Any], pieces: list[tuple[Fraction, int]]) -> list[list[tuple[Fraction, int]]]:
        if p["kind"] == "bundle" and "items" in p:
            stacks = {
                item["sku"]: [piece for piece in pieces if self.parts[piece[1]][0]["sku"] == item["sku"]]
                for item in p["items"]
            }
            found = []
            while all(len(stacks[item["sku"]]) >= item.get("qty", 1) for item in p["items"]):
                group = []
                for item in p["items"]:
                    group += [stacks[item["sku"]].pop(0) for _ in range(item.get("qty", 1))]
                if sum(price for price, _i in group) <= cents(p["price"]):
                    break
                found.append(group)
            return found
        size = {"nth_item": p.get("n", 0), "buy_m_get_n": p.get("m", 0) + p.get("n", 0), "bundle": p.get("any", 0)}[
            p["kind"]
        ]
        rows = [pieces]
        if p.get("same_sku"):
            by: dict[str, list[tuple[Fraction, int]]] = {}
            for piece in pieces:
                by.setdefault(self.parts[piece[1]][0]["sku"], []).append(piece)
            rows = sorted(by.values(), key=lambda row: (-row[0][0], self.parts[row[0][1]][0]["sku"]))
        found = []
        for row in rows:
            for start in range(0, len(row) - size + 1, size):
                group = row[start : start + size]
                if p["kind"] == "bundle" and sum(price for price, _i in group) <= cents(p["price"]):
                    break
                found.append(group)
        return found

    def _wanted(self, p: dict[str, Any], offers: list[dict[str, Any]]) -> bool:
        """Whether another item offer that could apply reaches one of its parts."""
        mine = set(self.scope(p))
        return any(q is not p and mine & set(self.scope(q)) and self._could(q) for q in offers)

    def _could(self, q: dict[str, Any]) -> bool:
        start = self.start()
        open_ = [
            i
            for i in self.scope(q)
            if "item_offer" not in start.barred[i] and not start.touched[i] & set(q.get("excludes", ()))
        ]
        found = self._pieces(q, start, open_, [])
        return any(sum(share for _i, share in shares) > 0 for shares, _taken, _left in found)
