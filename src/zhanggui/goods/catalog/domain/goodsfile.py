"""The goods file: its columns, and judging its rows against the library. Rows in, plan out; nothing is written here."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from zhanggui.goods.catalog.domain.codes import BadCode, barcode_key, clean_barcode, clean_code, code_key
from zhanggui.goods.catalog.domain.texts import BadText, clean_title, visible
from zhanggui.kernel.money import exponent

#: canonical name → (Chinese head, English head)
COLUMNS: Final[dict[str, tuple[str, str]]] = {
    "code": ("商家编码", "SKU code"),
    "product_code": ("货号", "Product code"),
    "title": ("商品名称", "Title"),
    "variant": ("规格", "Variant"),
    "barcode": ("条码", "Barcode"),
    "brand": ("品牌", "Brand"),
    "category": ("类目", "Category"),
    "unit": ("单位", "Unit"),
    "weight_grams": ("重量(克)", "Weight (g)"),
    "is_active": ("在售", "Active"),
    "attributes": ("属性", "Attributes"),
    "cost": ("成本", "Cost"),
    "cost_currency": ("成本币种", "Cost currency"),
}
#: Columns of the product, which every row of the product must agree on.
OF_PRODUCT: Final = ("title", "brand", "category", "attributes")
CLEAR: Final = "-"
_YES: Final = frozenset({"是", "yes", "y", "true", "1", "在售", "active", "on"})
_NO: Final = frozenset({"否", "no", "n", "false", "0", "停售", "inactive", "off"})
LARGEST_AMOUNT: Final = 10**15


@dataclass(frozen=True, slots=True)
class Known:
    """One SKU of the library with everything a file can say of it."""

    sku_id: int
    product_id: int
    values: Mapping[str, Any]
    barcode_key: str | None


@dataclass(frozen=True, slots=True)
class Reject:
    row: int
    column: str
    value: str
    reason: str
    numbers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One row that changes something: ``columns`` maps name to [before, after]; ``sku_id`` None makes a new SKU."""

    row: int
    code: str
    product_code: str
    sku_id: int | None
    columns: Mapping[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    rows: int
    same: int
    steps: tuple[Step, ...]
    rejects: tuple[Reject, ...]

    @property
    def digest(self) -> str:
        """Names exactly these differences, before values included: a library that moved gives another digest."""
        text = json.dumps(
            [[s.code, s.product_code, dict(s.columns)] for s in self.steps], ensure_ascii=False, sort_keys=True
        )
        return hashlib.sha256(text.encode()).hexdigest()


class NoHeader(ValueError):
    """The file has no row with a code column; ``found`` are the heads of its first row."""

    def __init__(self, found: Sequence[str]) -> None:
        self.found = tuple(found)
        super().__init__(f"no code column among {', '.join(found) or 'nothing'}")


class TwiceInHeader(ValueError):
    """Two columns say the same thing."""


def heads(cells: Sequence[Any]) -> dict[str, int]:
    """Canonical column → position, whatever the language, case, blanks and bracket width of the heads.

    Unknown columns are left alone. Raises :class:`NoHeader`, :class:`TwiceInHeader`.
    """
    known = {_head(word): name for name, pair in COLUMNS.items() for word in (*pair, name)}
    found: dict[str, int] = {}
    for position, cell in enumerate(cells):
        name = known.get(_head(str(cell or "")))
        if name is None:
            continue
        if name in found:
            raise TwiceInHeader(name)
        found[name] = position
    if "code" not in found:
        raise NoHeader([str(c) for c in cells if c not in (None, "")][:20])
    return found


def _head(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).replace("_", "")


def cell_text(value: Any) -> str:
    """A cell as text. Whole numbers lose ``.0``; raises ``ValueError`` for a number that lost digits (over 15)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        if abs(value) >= 10**15 or value != value:
            raise ValueError("number_not_text")
        return str(int(value)) if value == int(value) else repr(value)
    text = str(value).strip()
    return text[1:].strip() if text.startswith("'") else text


def plan(
    rows: Sequence[tuple[int, Sequence[Any]]],
    positions: Mapping[str, int],
    known: Mapping[str, Known],
    products: Mapping[str, Mapping[str, Any]],
    barcodes: Mapping[str, str],
    *,
    currency: str = "CNY",
) -> Plan:
    """What a file would do. ``rows``: (row number, cells); ``known``: code key → SKU; ``products``: product key →
    its columns; ``barcodes``: barcode key → code key of its SKU.

    An empty cell leaves a column as it is, ``-`` clears it. A code that stands twice, a barcode with a wrong digit
    or of another SKU, rows of one product that disagree: each is a reject with row, column, value and reason.
    """
    rejects: list[Reject] = []
    steps: list[Step] = []
    same = count = 0
    first_row: dict[str, int] = {}
    file_barcodes: dict[str, int] = {}
    of_product: dict[str, dict[str, tuple[int, Any]]] = {}
    moved = _moved_barcodes(rows, positions)
    for number, cells in rows:
        texts: dict[str, str] = {}
        bad = len(rejects)
        for name, at in positions.items():
            value = cells[at] if at < len(cells) else None
            try:
                texts[name] = cell_text(value)
            except ValueError:
                rejects.append(Reject(number, name, str(value), "number_not_text"))
        if not any(texts.values()) and len(rejects) == bad:
            continue
        count += 1
        try:
            code = clean_code(texts.get("code", ""))
        except BadCode as error:
            if not any(r.row == number and r.column == "code" for r in rejects[bad:]):
                rejects.append(
                    Reject(number, "code", texts.get("code", "")[:80], f"code_{error.reason}", error.numbers)
                )
            continue
        key = code_key(code)
        if key in first_row:
            rejects.append(Reject(number, "code", code, "code_twice", {"first_row": first_row[key]}))
            continue
        first_row[key] = number
        held = known.get(key)
        values = _values(number, texts, rejects, currency)
        product_code = _product_code(number, texts, held, code, rejects)
        if product_code is None:
            continue
        product_key = code_key(product_code)
        _one_voice(number, product_key, values, of_product, rejects)
        if values.get("barcode"):
            own = barcode_key(values["barcode"])
            owner = barcodes.get(own)
            if own in file_barcodes:
                rejects.append(
                    Reject(number, "barcode", values["barcode"], "barcode_twice", {"first_row": file_barcodes[own]})
                )
            elif owner is not None and owner != key and owner not in moved:
                rejects.append(Reject(number, "barcode", values["barcode"], "barcode_taken", {"code": owner}))
            file_barcodes.setdefault(own, number)
        before = dict(held.values) if held else dict(products.get(product_key, {}))
        if (
            held is None
            and len(rejects) == bad
            and not (values.get("title") or before.get("title") or _told(of_product, product_key))
        ):
            rejects.append(Reject(number, "title", "", "title_empty"))
        if len(rejects) > bad:
            continue
        columns = {n: [before.get(n), v] for n, v in values.items() if before.get(n) != v}
        if held is None:
            columns = {"code": [None, code], **columns}
        if "cost" in columns or ("cost_currency" in columns and (held is None or before.get("cost") is not None)):
            columns.setdefault("cost", [before.get("cost"), values.get("cost", before.get("cost"))])
        elif "cost_currency" in columns:
            columns.pop("cost_currency")
        if columns:
            steps.append(Step(number, code, product_code, held.sku_id if held else None, columns))
        else:
            same += 1
    return Plan(count, same, tuple(steps), tuple(rejects))


def _moved_barcodes(rows: Sequence[tuple[int, Sequence[Any]]], positions: Mapping[str, int]) -> set[str]:
    """Code keys whose barcode the file itself changes: their old one is free for another row."""
    at_code, at_bar = positions["code"], positions.get("barcode")
    found: set[str] = set()
    if at_bar is None:
        return found
    for _number, cells in rows:
        try:
            bar = cell_text(cells[at_bar] if at_bar < len(cells) else None)
            if bar:
                found.add(code_key(cell_text(cells[at_code] if at_code < len(cells) else None)))
        except ValueError:
            continue
    return found


def _told(of_product: Mapping[str, Mapping[str, tuple[int, Any]]], key: str) -> Any:
    return of_product.get(key, {}).get("title", (0, None))[1]


def _product_code(
    number: int, texts: Mapping[str, str], held: Known | None, code: str, rejects: list[Reject]
) -> str | None:
    given = texts.get("product_code", "")
    own = str(held.values["product_code"]) if held else code
    if not given:
        return own
    try:
        cleaned = clean_code(given)
    except BadCode as error:
        rejects.append(Reject(number, "product_code", given[:80], f"code_{error.reason}", error.numbers))
        return None
    if held is not None and code_key(cleaned) != code_key(own):
        rejects.append(Reject(number, "product_code", cleaned, "sku_elsewhere", {"product": own}))
        return None
    return cleaned


def _one_voice(
    number: int,
    product_key: str,
    values: Mapping[str, Any],
    of_product: dict[str, dict[str, tuple[int, Any]]],
    rejects: list[Reject],
) -> None:
    said = of_product.setdefault(product_key, {})
    for name in OF_PRODUCT:
        if name in values:
            first = said.setdefault(name, (number, values[name]))
            if first[1] != values[name]:
                rejects.append(Reject(number, name, str(values[name])[:80], "rows_disagree", {"first_row": first[0]}))


def _values(number: int, texts: Mapping[str, str], rejects: list[Reject], currency: str) -> dict[str, Any]:
    """The columns a row states, cleaned; what cannot be taken becomes a reject."""
    values: dict[str, Any] = {}

    def no(name: str, reason: str, **numbers: Any) -> None:
        rejects.append(Reject(number, name, texts[name][:80], reason, numbers))

    for name in ("brand", "unit", "variant", "category"):
        if texts.get(name):
            text = "" if texts[name] == CLEAR else visible(texts[name]).text
            longest = {"brand": 120, "unit": 20, "variant": 500, "category": 800}[name]
            if len(text) > longest:
                no(name, "text_too_long", length=len(text), longest=longest)
            elif name == "category":
                values[name] = " > ".join(p for p in (visible(x).text for x in text.replace("＞", ">").split(">")) if p)
            else:
                values[name] = text
    if texts.get("title"):
        try:
            values["title"] = clean_title(texts["title"]).text
        except BadText as error:
            no("title", f"title_{error.reason}", **error.numbers)
    if texts.get("barcode"):
        if texts["barcode"] == CLEAR:
            values["barcode"] = None
        else:
            try:
                values["barcode"] = clean_barcode(texts["barcode"])
            except BadCode as error:
                no("barcode", f"barcode_{error.reason}", **error.numbers)
    if texts.get("weight_grams"):
        weight = _number(texts["weight_grams"])
        if texts["weight_grams"] == CLEAR:
            values["weight_grams"] = None
        elif weight is None or weight < 0 or weight != weight.to_integral_value() or weight > 10**9:
            no("weight_grams", "not_whole_grams")
        else:
            values["weight_grams"] = int(weight)
    if texts.get("is_active"):
        word = texts["is_active"].casefold()
        if word in _YES or word in _NO:
            values["is_active"] = word in _YES
        else:
            no("is_active", "not_yes_or_no")
    if texts.get("attributes"):
        pairs = {} if texts["attributes"] == CLEAR else parse_attributes(texts["attributes"])
        if pairs is None:
            no("attributes", "attributes_form")
        else:
            values["attributes"] = pairs
    _cost(texts, values, currency, no)
    return values


def _cost(texts: Mapping[str, str], values: dict[str, Any], currency: str, no: Any) -> None:
    unit = texts.get("cost_currency", "").upper() or currency
    if len(unit) != 3 or not unit.isascii() or not unit.isalpha():
        no("cost_currency", "currency_unknown")
        return
    if texts.get("cost"):
        amount = _number(texts["cost"])
        minor = None if amount is None else amount.scaleb(exponent(unit))
        if minor is None or minor < 0 or minor > LARGEST_AMOUNT:
            no("cost", "not_an_amount")
        elif minor != minor.to_integral_value():
            no("cost", "too_many_decimals", digits=exponent(unit))
        else:
            values["cost"], values["cost_currency"] = int(minor), unit


def _number(text: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace("¥", "").replace("元", "").strip()
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < 10**15 else None


def parse_attributes(text: str) -> dict[str, str] | None:
    """``颜色=红; 材质=棉`` → a dictionary; None when a part has no name or no value.

    >>> parse_attributes("颜色=红；材质：棉")
    {'颜色': '红', '材质': '棉'}
    """
    found: dict[str, str] = {}
    for part in text.replace("；", ";").replace("\n", ";").split(";"):
        if not part.strip():
            continue
        name, mark, value = part.replace("＝", "=").replace("：", "=").partition("=")
        name, value = visible(name).text, visible(value).text
        if not mark or not name or not value or len(name) > 100 or len(value) > 1000:
            return None
        found[name] = value
    return found


def write_attributes(attributes: Mapping[str, str]) -> str:
    """The reverse of :func:`parse_attributes`; separators inside values become commas."""
    return "; ".join(f"{k}={v.replace(';', '，').replace('；', '，')}" for k, v in attributes.items())
