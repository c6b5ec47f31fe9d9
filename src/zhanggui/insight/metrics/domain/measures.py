"""What is summed and counted, and how metrics are made of it: the computable half of the dictionary, as data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from zhanggui.insight.metrics.domain.asking import Agg, Any, Cond, Where

#: Tables and the clock a day comes from.
ORDERS, LINES, REFUNDS, SETTLEMENT, VISITS, ADS = "orders", "lines", "refunds", "settlement", "visits", "ads"


@dataclass(frozen=True, slots=True)
class Measure:
    """One sum or count over one table.

    ``day``: the day column that puts a row into the period. ``unknown``: which rows do not tell it (counted beside the
    value). ``item``: the measure that takes its place when articles are asked for. ``told``: distinct people as a
    platform counted them within one day and one row: they may serve as parts of a ratio, summed by day, but are no
    number of people over several. ``rest``: by article, what the lines do not tell (freight, lines without an amount)
    is shown as an article of its own, so that the parts add up to the whole. ``zero``: what nobody tells counts as
    nothing (and is counted beside it).
    """

    name: str
    table: str
    day: str
    agg: Agg
    money: bool = False
    unknown: Where | None = None
    item: str = ""
    told: bool = False
    rest: bool = False
    zero: bool = False
    channels: tuple[str, ...] = ()

    @property
    def distinct(self) -> bool:
        return self.agg.op == "distinct"


@dataclass(frozen=True, slots=True)
class Sum:
    """``plus`` − ``minus``."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """A metric that is a sum, a count or distinct ids. ``exact``: None while any row does not tell."""

    of: Sum
    exact: bool = False

    @property
    def parts(self) -> tuple[Sum, ...]:
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Ratio:
    """``over`` ÷ ``under`` × ``times``, or 1 minus that. ``exact``: None while any row does not tell."""

    over: Sum
    under: Sum
    times: int = 1
    one_minus: bool = False
    exact: bool = False

    @property
    def parts(self) -> tuple[Sum, ...]:
        return (self.over, self.under)


@dataclass(frozen=True, slots=True)
class Spread:
    """The median, the mean or the 90th percentile (nearest rank) of a column of whole seconds, in hours."""

    table: str
    day: str
    seconds: str
    what: Literal["median", "mean", "p90"]
    where: Where = ()


@dataclass(frozen=True, slots=True)
class Buyers:
    """A metric of buyers' histories (M090–M099), answered from purchase days. ``n``: its days."""

    what: Literal["new", "repeat", "window", "cohort", "returning", "returning_paid", "gap", "retained", "churned"]
    n: int = 0


@dataclass(frozen=True, slots=True)
class Shares:
    """A metric of the distribution of one measure over a column: ``share``, ``hhi``, ``pareto`` or ``top``."""

    what: Literal["share", "hhi", "pareto", "top"]
    of: str
    over: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Profit:
    """A metric that needs what goods cost."""

    what: Literal["gross", "margin", "cm1", "cm2", "cm3", "break_even", "adjusted", "roi", "ad_roi"]


Formula = Total | Ratio | Spread | Buyers | Shares | Profit


def _c(column: str, op: str, *values: str | int | bool) -> Cond:
    return Cond(column, op, values)  # type: ignore[arg-type]


_PAID: Final = (_c("paid_day", "not_null"),)
_BACK_UNKNOWN: Final = (_c("was_refunded", "eq", True), _c("refunded_to_date", "null"))
_OWED: Final = _c("status", "in", "paid", "allocated")
_GONE: Final = _c("shipped_at", "not_null")
_DUE: Final = (Any(((_GONE,), (_OWED,))),)
#: Replaced by the moment of asking.
NOW: Final = "@now"
_LATE: Final = (
    Any(
        (
            (_c("shipped_at", "gt_col", "ship_deadline_at"),),
            (_c("shipped_at", "null"), _OWED, _c("ship_deadline_at", "lt", NOW)),
        )
    ),
)
_SUCCESS: Final = (_c("state", "eq", "success"),)
_NO_MONEY: Final = ("exchange", "repair", "resend", "reject")
_ALL_DEVICES: Final = _c("device", "eq", "all")


def _orders() -> list[Measure]:
    def count(name: str, day: str, *where: Cond | Any, item: str = "", channels: tuple[str, ...] = ()) -> Measure:
        return Measure(name, ORDERS, day, Agg(name, "count", "", where), item=item, channels=channels)

    def money(name: str, day: str, column: str, *where: Cond | Any, item: str = "", rest: bool = False) -> Measure:
        unknown = (*where, _c(column, "null"))
        return Measure(name, ORDERS, day, Agg(name, "sum", column, where), True, unknown, item, rest=rest)

    named = Agg("named_orders", "count", "buyer_key")
    jd = ("jd",)
    return [
        money("placed", "created_day", "payable"),
        money("paid", "paid_day", "buyer_paid", item="line_paid", rest=True),
        replace(money("deal", "paid_day", "deal_amount"), channels=jd),
        replace(
            money("deal_same_day", "paid_day", "deal_amount", _c("cancelled_day", "eq_col", "paid_day")), channels=jd
        ),
        money("completed", "completed_day", "buyer_paid", item="line_completed", rest=True),
        Measure("back", ORDERS, "paid_day", Agg("back", "sum", "refunded_to_date"), True, _BACK_UNKNOWN, "line_back",
                rest=True, zero=True),
        count("orders", "paid_day", item="item_orders"),
        Measure("orders_with_amount", ORDERS, "paid_day", Agg("orders_with_amount", "count", "buyer_paid"),
                item="item_orders"),
        Measure("orders_with_qty", ORDERS, "paid_day", Agg("orders_with_qty", "count", "qty"), item="item_orders"),
        Measure("units", ORDERS, "paid_day", Agg("units", "sum", "qty"), False, (_c("qty", "null"),), "line_units"),
        Measure("buyers", ORDERS, "paid_day", Agg("buyers", "distinct", "buyer_key"), False,
                (_c("buyer_key", "null"),), "line_buyers"),
        Measure("named_orders", ORDERS, "paid_day", named, False, (_c("buyer_key", "null"),), "line_named_orders"),
        Measure("ordering_buyers", ORDERS, "created_day", Agg("ordering_buyers", "distinct", "buyer_key"), False,
                (_c("buyer_key", "null"),)),
        Measure("ordering_paid_buyers", ORDERS, "created_day",
                Agg("ordering_paid_buyers", "distinct", "buyer_key", _PAID), False),
        count("refunded_orders", "paid_day", _c("was_refunded", "eq", True), item="line_refunded_orders"),
        count("cancelled_early", "paid_day", _c("status", "in", "cancelled", "closed", "refunded"),
              _c("shipped_at", "null")),
        count("due", "ship_deadline_day", *_DUE),
        count("late", "ship_deadline_day", *_DUE, *_LATE),
    ]  # fmt: skip


def _lines() -> list[Measure]:
    def amount(name: str, day: str, column: str, *where: Cond | Any, unknown: Where | None = None) -> Measure:
        unknown = (*where, _c(column, "null")) if unknown is None else unknown
        return Measure(name, LINES, day, Agg(name, "sum", column, where), True, unknown)

    both = (_c("list_amount", "not_null"), _c("line_paid", "not_null"))
    return [
        amount("line_paid", "paid_day", "line_paid"),
        amount("line_completed", "completed_day", "line_paid"),
        replace(amount("line_back", "paid_day", "line_back",
                       unknown=(_c("line_refunded", "eq", True), _c("line_back", "null"))), zero=True),
        Measure("line_units", LINES, "paid_day", Agg("line_units", "sum", "qty"), False, (_c("qty", "null"),)),
        Measure("item_orders", LINES, "paid_day", Agg("item_orders", "distinct", "order_key")),
        Measure("line_named_orders", LINES, "paid_day",
                Agg("line_named_orders", "distinct", "order_key", (_c("buyer_key", "not_null"),))),
        Measure("line_buyers", LINES, "paid_day", Agg("line_buyers", "distinct", "buyer_key"), False,
                (_c("buyer_key", "null"),)),
        Measure("line_refunded_orders", LINES, "paid_day",
                Agg("line_refunded_orders", "distinct", "order_key", (_c("line_refunded", "eq", True),))),
        amount("list", "paid_day", "list_amount", *both,
               unknown=(Any(((_c("list_amount", "null"),), (_c("line_paid", "null"),))),)),
        amount("paid_of_list", "paid_day", "line_paid", *both, unknown=()),
        Measure("shipped_units", LINES, "shipped_day", Agg("shipped_units", "sum", "qty"), False, (_c("qty", "null"),)),
    ]  # fmt: skip


def _refunds() -> list[Measure]:
    with_money = (Any(((_c("refunded", "not_null"),), (_c("kind", "null"),), (_c("kind", "not_in", *_NO_MONEY),))),)
    came_back = (
        _c("kind", "eq", "return_refund"),
        Any((_SUCCESS, (_c("returned_day", "not_null"),))),
    )
    return [
        Measure("refunds", REFUNDS, "finished_day", Agg("refunds", "sum", "refunded", _SUCCESS), True,
                (*_SUCCESS, *with_money, _c("refunded", "null"))),
        Measure("returned_units", REFUNDS, "came_back_day", Agg("returned_units", "sum", "qty", came_back), False,
                (*came_back, _c("qty", "null"))),
        Measure("disputes", REFUNDS, "applied_day",
                Agg("disputes", "count", "", (_c("state", "eq", "arbitration"),))),
    ]  # fmt: skip


def _visits() -> list[Measure]:
    def told(name: str, column: str, *where: Cond | Any, people: bool = False, money: bool = False) -> Measure:
        return Measure(name, VISITS, "day", Agg(name, "sum", column, where), money, (*where, _c(column, "null")),
                       told=people)  # fmt: skip

    found = [
        told("views", "views"),
        told("visits", "visits"),
        told("impressions", "impressions"),
        told("dwell_seconds", "dwell_seconds"),
        told("visit_orders", "orders", _c("visits", "not_null")),
        told("visits_with_orders", "visits", _c("orders", "not_null")),
        told("visitors", "visitors", people=True),
        told("favourite_users", "favourite_users", people=True),
        told("stayers", "stayers", _c("dwell_seconds", "not_null"), people=True),
        told("bounces", "bounces", people=True),
        told("bounce_base", "bounce_base", people=True),
    ]
    # parts of ratios: only rows that tell both
    for over, under in (
        ("views", "visitors"), ("new_visitors", "visitors"), ("favourite_users", "visitors"),
        ("cart_users", "visitors"), ("order_buyers", "cart_users"), ("order_buyers", "visitors"),
        ("pay_buyers", "visitors"),
    ):  # fmt: skip
        both = (_c(over, "not_null"), _c(under, "not_null"))
        lacking: Where = (Any(((_c(over, "null"),), (_c(under, "null"),))),)
        name = f"{over}/{under}"
        found += [
            Measure(name, VISITS, "day", Agg(name, "sum", over, both), False, lacking, told=True),
            Measure(f"{name}:under", VISITS, "day", Agg(f"{name}:under", "sum", under, both), False, None, told=True),
        ]
    for over in ("pay_buyers/visitors",):
        for part in ("", ":under"):
            own = next(f for f in found if f.name == over + part)
            found.append(replace(own, name="jd:" + over + part, agg=replace(own.agg, name="jd:" + over + part),
                                 channels=("jd",)))  # fmt: skip
    return found


#: What a sale costs beside the goods, and what is paid to those who brought the buyer.
_FEES: Final = ("commission", "tech_fee", "logistics", "freight", "insurance", "penalty", "tax")
_CREATORS: Final = ("creator_commission", "affiliate_commission")


def _costs() -> list[Measure]:
    """Over lines joined with the table of costs; they exist only where there is one."""
    found = [
        Measure("line_cost", LINES, "paid_day", Agg("line_cost", "sum", "line_cost"), True, (_c("line_cost", "null"),)),
        Measure("line_handling", LINES, "paid_day", Agg("line_handling", "sum", "line_handling"), True,
                (_c("line_handling", "null"),)),
    ]  # fmt: skip
    for book in ("settlement", "ledger"):
        own = _c("book", "eq", book)
        for name, where in (
            ("fees", (own, _c("subject", "in", *_FEES))),
            ("creators", (own, _c("subject", "in", *_CREATORS))),
            ("return_freight", (own, _c("subject", "in", "logistics", "freight"), _c("refund_no", "not_null"))),
            ("entries", (own,)),
        ):
            agg = Agg(f"{name}:{book}", "sum", "amount", where)
            found.append(Measure(f"{name}:{book}", SETTLEMENT, "entry_day", agg, True))
    return found


def _ads() -> list[Measure]:
    def sum_of(name: str, column: str, *where: Cond | Any, money: bool = False) -> Measure:
        return Measure(name, ADS, "day", Agg(name, "sum", column, where), money, (*where, _c(column, "null")))

    def pair(over: str, under: str, money: tuple[bool, bool]) -> list[Measure]:
        both = (_c(over, "not_null"), _c(under, "not_null"))
        lacking: Where = (Any(((_c(over, "null"),), (_c(under, "null"),))),)
        name = f"ad:{over}/{under}"
        return [
            Measure(name, ADS, "day", Agg(name, "sum", over, both), money[0], lacking),
            Measure(f"{name}:under", ADS, "day", Agg(f"{name}:under", "sum", under, both), money[1]),
        ]

    return [
        sum_of("spend", "spend", money=True),
        *pair("clicks", "impressions", (False, False)),
        *pair("spend", "clicks", (True, False)),
        *pair("spend", "impressions", (True, False)),
        *pair("spend", "orders", (True, False)),
        *pair("attributed_amount", "spend", (True, True)),
    ]


MEASURES: Final[dict[str, Measure]] = {
    m.name: m for m in (*_orders(), *_lines(), *_refunds(), *_visits(), *_ads(), *_costs())
}


def _total(name: str, *minus: str, exact: bool = False) -> Total:
    return Total(Sum((name,), minus), exact)


def _ratio(over: str, under: str, **more: bool | int) -> Ratio:
    return Ratio(Sum((over,)), Sum((under,)), **more)  # type: ignore[arg-type]


def _pair(name: str, **more: int) -> Ratio:
    return _ratio(name, f"{name}:under", **more)


FORMULAS: Final[dict[str, Formula]] = {
    "M001": _total("visitors"),
    "M002": _total("views"),
    "M003": _total("visits"),
    "M004": _pair("views/visitors"),
    "M005": _ratio("bounces", "bounce_base"),
    "M006": _ratio("dwell_seconds", "stayers"),
    "M007": _pair("new_visitors/visitors"),
    "M008": Shares("share", "visitors", "source"),
    "M009": Shares("hhi", "visitors", "source"),
    "M010": _total("impressions"),
    "M011": _total("favourite_users"),
    "M012": _pair("favourite_users/visitors"),
    "M020": _pair("ad:clicks/impressions"),
    "M021": _pair("cart_users/visitors"),
    "M022": _pair("order_buyers/cart_users"),
    "M023": _pair("order_buyers/visitors"),
    "M024": _pair("pay_buyers/visitors"),
    "M025": _pair("jd:pay_buyers/visitors"),
    "M026": _ratio("ordering_paid_buyers", "ordering_buyers"),
    "M028": _ratio("visit_orders", "visits_with_orders"),
    "M040": _total("placed"),
    "M041": _total("paid"),
    "M042": _total("deal", "deal_same_day"),
    "M043": _total("completed"),
    "M044": _total("refunds"),
    "M045": Total(Sum(("paid",), ("refunds",))),
    "M046": Total(Sum(("paid",), ("back",))),
    "M047": _total("orders"),
    "M048": _total("buyers"),
    "M049": _total("units"),
    "M050": _ratio("paid", "buyers", exact=True),
    "M051": _ratio("paid", "orders_with_amount"),
    "M052": _ratio("units", "orders_with_qty"),
    "M053": _ratio("paid", "units"),
    "M054": _ratio("paid", "visitors"),
    "M055": Ratio(Sum(("list",), ("paid_of_list",)), Sum(("list",))),
    "M060": Profit("gross"),
    "M061": Profit("margin"),
    "M062": Profit("cm1"),
    "M063": Profit("cm2"),
    "M064": Profit("cm3"),
    "M067": Profit("break_even"),
    "M068": Profit("adjusted"),
    "M070": _total("spend"),
    "M071": _pair("ad:spend/clicks"),
    "M072": _pair("ad:spend/impressions", times=1000),
    "M073": _pair("ad:spend/orders"),
    "M074": Ratio(Sum(("spend",)), Sum(("@new",))),
    "M075": _pair("ad:attributed_amount/spend"),
    "M076": Profit("roi"),
    "M077": Profit("ad_roi"),
    "M079": Ratio(Sum(("paid",), ("back",)), Sum(("spend",))),
    "M080": Ratio(Sum(("spend",)), Sum(("paid",), ("back",))),
    "M082": Shares("top", "spend", "item_no", by="attributed_amount"),
    "M090": Buyers("new"),
    "M091": Buyers("repeat"),
    "M092": Buyers("window", 30),
    "M092-90": Buyers("window", 90),
    "M093": Buyers("cohort", 30),
    "M093-90": Buyers("cohort", 90),
    "M094": Buyers("returning"),
    "M095": Buyers("returning_paid"),
    "M096": Buyers("gap"),
    "M097": Buyers("retained", 1),
    "M098": Buyers("churned", 90),
    "M099": _ratio("named_orders", "buyers"),
    "M110": _ratio("refunded_orders", "orders"),
    "M111": _ratio("back", "paid"),
    "M112": _ratio("returned_units", "shipped_units"),
    "M113": _ratio("cancelled_early", "orders"),
    "M115": Spread(REFUNDS, "finished_day", "seconds_to_refund", "median", _SUCCESS),
    "M115-mean": Spread(REFUNDS, "finished_day", "seconds_to_refund", "mean", _SUCCESS),
    "M115-p90": Spread(REFUNDS, "finished_day", "seconds_to_refund", "p90", _SUCCESS),
    "M123": _ratio("disputes", "orders"),
    "M149": Shares("pareto", "line_paid", "product"),
    "M150": Ratio(Sum(("late",)), Sum(("due",)), one_minus=True),
    "M151": _ratio("late", "due"),
    "M153": Spread(ORDERS, "shipped_day", "seconds_to_ship", "median"),
    "M153-p90": Spread(ORDERS, "shipped_day", "seconds_to_ship", "p90"),
    "M153-sign": Spread(ORDERS, "delivered_day", "seconds_to_deliver", "median"),
    "M153-sign-p90": Spread(ORDERS, "delivered_day", "seconds_to_deliver", "p90"),
}
