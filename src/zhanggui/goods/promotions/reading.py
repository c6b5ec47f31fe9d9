"""Baskets, promotions, facts and returns from JSON (docs/reference/promotion-json.md): every refusal has its path."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from zhanggui.goods.promotions.contracts import Basket, Facts, Line, Returned
from zhanggui.goods.promotions.domain.common import Promotion
from zhanggui.goods.promotions.domain.registry import KINDS, PROMOTIONS
from zhanggui.goods.promotions.domain.values import (
    ConfigurationRefused,
    Currency,
    NotNegative,
    Text,
    gettext_noop,
    minor,
    rate,
)

Problem = tuple[str, str, dict[str, Any]]
Count = Annotated[int, Field(strict=True, ge=0, le=10**12)]
Key = Annotated[str, Field(min_length=1, max_length=200)]
TaxPercent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=4, allow_inf_nan=False)]


class DocumentRefused(ConfigurationRefused):
    """A JSON document that cannot be used; ``document`` says which."""

    def __init__(self, document: str, problems: list[Problem]) -> None:
        self.document = document
        super().__init__(problems)


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LineDocument(_Document):
    """One line of a basket. ``price`` is that of one piece before any promotion."""

    id: Annotated[str, Field(max_length=200, description="Unique in the basket; its position when left out.")] = ""
    sku: Key
    price: NotNegative
    qty: Annotated[int, Field(strict=True, ge=1, le=10**9)]
    product: Annotated[str, Field(max_length=200)] = ""
    categories: tuple[Text, ...] = ()
    brand: Annotated[str, Field(max_length=200)] = ""
    shop: Annotated[str, Field(max_length=200, description="The basket's shop when left out.")] = ""
    tax_rate: Annotated[TaxPercent | None, Field(description="Percent; the basket's when left out.")] = None
    tax_included: Annotated[bool | None, Field(description="The basket's when left out.")] = None


class BasketDocument(_Document):
    """A basket: lines and freight in one currency."""

    currency: Currency
    channel: Annotated[str, Field(max_length=200)] = ""
    shop: Annotated[str, Field(max_length=200)] = ""
    tax_rate: TaxPercent = Decimal(0)
    tax_included: bool = True
    freight: Annotated[
        NotNegative | dict[str, NotNegative],
        Field(description="Of the basket, or by shop.", union_mode="left_to_right"),
    ] = Decimal(0)
    lines: Annotated[tuple[LineDocument, ...], Field(min_length=1, max_length=10_000)]


class FloorDocument(_Document):
    sku: Key
    channel: str = ""
    price: NotNegative


class FactsDocument(_Document):
    """What is known about the buyer and the world. All of it may be left out."""

    now: Annotated[AwareDatetime | None, Field(description="The moment of the purchase; the present.")] = None
    tier: str | None = None
    orders_before: Count | None = None
    segments: tuple[Text, ...] = ()
    codes: tuple[Text, ...] = ()
    coupons: Annotated[
        dict[str, AwareDatetime | None] | tuple[Text, ...],
        Field(description="Coupons held: promotion → moment claimed, or a list of promotions."),
    ] = ()
    points: Count = 0
    uses_by_buyer: dict[str, Count] = {}
    uses_total: dict[str, Count] = {}
    spent: Annotated[dict[str, NotNegative], Field(description="Promotion → discounts given so far.")] = {}
    units_by_buyer: Annotated[dict[str, dict[str, Count]], Field(description="Promotion → SKU → pieces.")] = {}
    units_sold: Annotated[dict[str, dict[str, Count]], Field(description="Promotion → SKU → pieces.")] = {}
    gift_stock: Annotated[dict[str, Count], Field(description="SKU → pieces left; not listed: no limit.")] = {}
    floors: Annotated[
        dict[str, NotNegative] | tuple[FloorDocument, ...],
        Field(description="SKU → lowest price of a piece, or a list with channels."),
    ] = ()
    groups: Annotated[dict[str, Count], Field(description="Promotion → people in the group the buyer joined.")] = {}
    cuts: Annotated[dict[str, NotNegative], Field(description="Promotion → cut off the price of a piece.")] = {}
    deposits: Annotated[tuple[Text, ...], Field(description="Presales whose deposit is paid.")] = ()
    shared_by: str = ""


class ReturnDocument(_Document):
    """Pieces that come back: of ``line``, or of the ``gift`` with that SKU. An exchange moves no money."""

    line: str = ""
    gift: str = ""
    qty: Annotated[int, Field(strict=True, ge=1, le=10**9)]
    exchange: bool = False


RETURNS: TypeAdapter[list[list[ReturnDocument]]] = TypeAdapter(list[list[ReturnDocument]])


def parsed(document: str, text: str) -> Any:
    """JSON with exact numbers: 19.9 is nineteen point nine. Raises ``DocumentRefused``."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_each_once)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise DocumentRefused(document, [(where, gettext_noop("This is not JSON."), {})]) from None
    except _Twice as error:
        text_ = gettext_noop("The field “{field}” stands twice.")
        raise DocumentRefused(document, [("", text_, {"field": error.args[0]})]) from None
    except ValueError:
        raise DocumentRefused(document, [("", gettext_noop("This is not JSON."), {})]) from None
    except RecursionError:
        raise DocumentRefused(document, [("", gettext_noop("This is nested too deeply."), {})]) from None


class _Twice(Exception):
    pass


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key)
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def read_promotions(value: Any) -> list[Promotion]:
    """A list of promotions, or an object with ``promotions`` and, for all of them, ``currency``."""
    common = None
    path = ""
    if isinstance(value, dict):
        unknown = sorted(set(value) - {"promotions", "currency"})
        if unknown or "promotions" not in value:
            field = unknown[0] if unknown else "promotions"
            text = _WORDS["extra_forbidden"] if unknown else _WORDS["missing"]
            raise DocumentRefused("promotions", [(field, text, {})])
        common, value, path = value.get("currency"), value["promotions"], "promotions"
    if not isinstance(value, list):
        raise DocumentRefused("promotions", [(path, gettext_noop("A list of promotions is expected."), {})])
    if common is not None:
        value = [{"currency": common, **row} if isinstance(row, dict) else row for row in value]
    value = [_kind(row) for row in value]
    try:
        return PROMOTIONS.validate_python(value)
    except ValidationError as error:
        raise DocumentRefused("promotions", problems(error, path)) from None


#: What shopkeepers call the kinds.
CHINESE_KINDS = {
    "限时折扣": "timed_discount",
    "秒杀": "flash_sale",
    "拼团": "group_buy",
    "砍价": "bargain",
    "助力": "bargain",
    "会员价": "member_price",
    "会员折扣": "tier_discount",
    "预售": "presale",
    "第N件": "nth_item",
    "买M送N": "buy_m_get_n",
    "组合": "bundle",
    "套餐": "bundle",
    "加价购": "add_on",
    "满减": "full_reduction",
    "满折": "full_discount",
    "优惠券": "coupon",
    "跨店满减": "cross_shop_reduction",
    "红包": "red_packet",
    "积分": "points",
    "包邮": "free_freight",
    "满赠": "full_gift",
    "分享返利": "share_rebate",
}


def _kind(row: Any) -> Any:
    if isinstance(row, dict) and row.get("kind") in CHINESE_KINDS:
        return {**row, "kind": CHINESE_KINDS[row["kind"]]}
    return row


def read_basket(value: Any) -> Basket:
    """A basket in minor units. Raises ``DocumentRefused``."""
    try:
        document = BasketDocument.model_validate(value)
    except ValidationError as error:
        raise DocumentRefused("basket", problems(error)) from None
    exact = _Exact("basket", document.currency)
    freight = document.freight if isinstance(document.freight, dict) else {"": document.freight}
    lines = tuple(
        Line(
            id=line.id or str(i + 1),
            sku=line.sku,
            price=exact(line.price, f"lines[{i}].price"),
            qty=line.qty,
            product=line.product,
            categories=line.categories,
            brand=line.brand,
            shop=line.shop or document.shop,
            tax_rate=rate(line.tax_rate if line.tax_rate is not None else document.tax_rate),
            tax_included=line.tax_included if line.tax_included is not None else document.tax_included,
        )
        for i, line in enumerate(document.lines)
    )
    fees = tuple((shop, exact(amount, "freight")) for shop, amount in sorted(freight.items()) if amount)
    seen: set[str] = set()
    for i, line in enumerate(lines):
        if line.id in seen:
            text = gettext_noop("The line id “{id}” stands twice.")
            exact.problems.append((f"lines[{i}].id", text, {"id": line.id}))
        seen.add(line.id)
    exact.done()
    return Basket(document.currency, lines, document.channel, fees)


def read_facts(value: Any, currency: str, *, now: datetime) -> Facts:
    """Facts in minor units of ``currency``; ``now`` where they name no moment. Raises ``DocumentRefused``."""
    try:
        d = FactsDocument.model_validate(value)
    except ValidationError as error:
        raise DocumentRefused("facts", problems(error)) from None
    exact = _Exact("facts", currency)
    floors = (
        {("", sku): exact(price, f"floors.{sku}") for sku, price in d.floors.items()}
        if isinstance(d.floors, dict)
        else {(row.channel, row.sku): exact(row.price, f"floors[{i}].price") for i, row in enumerate(d.floors)}
    )
    found = Facts(
        now=(d.now or now).astimezone(UTC),
        tier=d.tier,
        orders_before=d.orders_before,
        segments=frozenset(d.segments),
        codes=frozenset(d.codes),
        coupons=d.coupons if isinstance(d.coupons, dict) else dict.fromkeys(d.coupons),
        points=d.points,
        uses_by_buyer=d.uses_by_buyer,
        uses_total=d.uses_total,
        spent={key: exact(amount, f"spent.{key}") for key, amount in d.spent.items()},
        units_by_buyer={(key, sku): n for key, by in d.units_by_buyer.items() for sku, n in by.items()},
        units_sold={(key, sku): n for key, by in d.units_sold.items() for sku, n in by.items()},
        gift_stock=d.gift_stock,
        floors=floors,
        groups=d.groups,
        cuts={key: exact(amount, f"cuts.{key}") for key, amount in d.cuts.items()},
        deposits=frozenset(d.deposits),
        shared_by=d.shared_by,
    )
    exact.done()
    return found


def read_returns(value: Any) -> list[tuple[Returned, ...]]:
    """Steps of a return: a list of lists, or one list for one step. Raises ``DocumentRefused``."""
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        value = [value]
    try:
        steps = RETURNS.validate_python(value)
    except ValidationError as error:
        raise DocumentRefused("returns", problems(error)) from None
    for i, step in enumerate(steps):
        for j, row in enumerate(step):
            if bool(row.line) == bool(row.gift):
                text = gettext_noop("Give exactly one of {fields}.")
                raise DocumentRefused("returns", [(f"[{i}][{j}]", text, {"fields": "line, gift"})])
    return [tuple(Returned(row.line, row.qty, row.exchange, row.gift) for row in step) for step in steps]


class _Exact:
    """Major to minor units, collecting what does not fit."""

    def __init__(self, document: str, currency: str) -> None:
        self.document, self.currency = document, currency
        self.problems: list[Problem] = []

    def __call__(self, amount: Decimal, path: str) -> int:
        try:
            return minor(amount, self.currency)
        except ValueError:
            text = gettext_noop("{amount} has more decimals than {currency} allows.")
            self.problems.append((path, text, {"amount": str(amount), "currency": self.currency}))
            return 0

    def done(self) -> None:
        if self.problems:
            raise DocumentRefused(self.document, self.problems)


#: Kinds of refusal by the schema → one sentence.
_WORDS = {
    "missing": gettext_noop("This field is missing."),
    "extra_forbidden": gettext_noop("There is no such field here."),
    "greater_than": gettext_noop("Must be greater than {gt}."),
    "greater_than_equal": gettext_noop("Must be at least {ge}."),
    "less_than_equal": gettext_noop("Must be at most {le}."),
    "union_tag_invalid": gettext_noop("“{tag}” is no kind of promotion. The kinds are: {kinds}."),
    "union_tag_not_found": gettext_noop("The field “kind” is missing. The kinds are: {kinds}."),
    "literal_error": gettext_noop("Must be one of {expected}."),
    "timezone_aware": gettext_noop("A moment needs its time zone, such as 2026-11-11T00:00:00+08:00."),
    "too_short": gettext_noop("Give at least one."),
    "tuple_type": gettext_noop("A list is expected."),
    "list_type": gettext_noop("A list is expected."),
    "model_type": gettext_noop("An object is expected."),
    "model_attributes_type": gettext_noop("An object is expected."),
    "string_type": gettext_noop("Text is expected."),
    "string_too_short": gettext_noop("This text is empty."),
    "bool_type": gettext_noop("true or false is expected."),
    "bool_parsing": gettext_noop("true or false is expected."),
    "int_type": gettext_noop("A whole number is expected."),
    "int_parsing": gettext_noop("A whole number is expected."),
    "int_from_float": gettext_noop("A whole number is expected."),
    "decimal_type": gettext_noop("An amount such as “19.90” is expected."),
    "decimal_parsing": gettext_noop("An amount such as “19.90” is expected."),
    "finite_number": gettext_noop("An amount such as “19.90” is expected."),
    "decimal_max_digits": gettext_noop("This number is too long."),
    "decimal_max_places": gettext_noop("A percentage has at most four decimals."),
    "datetime_parsing": gettext_noop("A moment needs its time zone, such as 2026-11-11T00:00:00+08:00."),
    "datetime_from_date_parsing": gettext_noop("A moment needs its time zone, such as 2026-11-11T00:00:00+08:00."),
}


def problems(error: ValidationError, path: str = "") -> list[Problem]:
    """A refusal of the schema as (JSON path, sentence, values)."""
    found: list[Problem] = []
    for one in error.errors(include_url=False):
        context = dict(one.get("ctx") or {})
        template = context.pop("template", None) or _WORDS.get(one["type"])
        if template is None:
            template, context = "{message}", {"message": one["msg"]}
        found.append((json_path(one["loc"], path), str(template), {**context, "kinds": ", ".join(KINDS)}))
    return found


def json_path(location: Sequence[int | str], start: str = "") -> str:
    """Pydantic's location as a JSON path; names of kinds and of alternatives are not part of it.

    >>> json_path((0, "coupon", "off"))
    '[0].off'
    """
    path = start
    for at, step in enumerate(location):
        if isinstance(step, int):
            path += f"[{step}]"
        elif (step in KINDS and at and isinstance(location[at - 1], int)) or "[" in step or step in ("decimal",):
            continue
        else:
            path += f".{step}" if path else step
    return path


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of every document, by name."""
    documents: dict[str, TypeAdapter[Any]] = {
        "basket": TypeAdapter(BasketDocument),
        "promotions": PROMOTIONS,
        "facts": TypeAdapter(FactsDocument),
        "returns": RETURNS,
    }
    return {
        name: {"$schema": "https://json-schema.org/draft/2020-12/schema", **adapter.json_schema(mode="validation")}
        for name, adapter in documents.items()
    }
