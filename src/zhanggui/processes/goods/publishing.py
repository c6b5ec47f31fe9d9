"""From draft to channel: the guard and the checks, the bulk file, the price history, and reading back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

import polars as pl
import python_calamine
from django.db import transaction

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.goods.catalog import queries as library
from zhanggui.goods.listings import operations as listings
from zhanggui.goods.listings import queries as listing_queries
from zhanggui.goods.listings.contracts import BulkFile, CheckInfo, Content, PriceWord, Seen
from zhanggui.goods.pricing import operations as pricing
from zhanggui.goods.pricing import queries as prices
from zhanggui.goods.pricing.contracts import PriceInput
from zhanggui.kernel.money import exponent
from zhanggui.processes.goods import articles


def price_words(shop_id: int, content: Content) -> list[PriceWord]:
    """The guard's word on every price of a content. A price that stands in the price centre was decided already."""
    wanted = [
        PriceInput(sku_id, amount, content.currency, shop_id=shop_id) for sku_id, amount in content.prices.items()
    ]
    found = []
    for judged in prices.judge_prices(wanted):
        one = judged.wanted
        approved = prices.approved_price(sku_id=one.sku_id, shop_id=shop_id, amount=one.amount, currency=one.currency)
        reasons = tuple({**asdict(r), "numbers": dict(r.numbers)} for r in judged.verdict.reasons)
        found.append(PriceWord(one.sku_id, one.amount, judged.verdict.verdict, reasons, approved))
    return found


def check(*, listing_id: int, actor_id: int | None, expected_revision: int | None = None) -> CheckInfo:
    """Every check on the current revision, the guard over its prices included."""
    found = listing_queries.listing(listing_id)
    if found is None or found.revision is None:
        raise listings.ListingRefused("not_there", id=listing_id)
    return listings.check_listing(
        listing_id=listing_id,
        prices=price_words(found.shop_id, found.revision.content),
        actor_id=actor_id,
        expected_revision=expected_revision or found.revision.number,
    )


def ask_for_prices(*, listing_id: int, actor_id: int | None) -> str:
    """Bring the prices of a listing that the guard stopped before another person; returns the batch's state.

    Once they stand in the price centre the check lets them pass.
    """
    found = listing_queries.listing(listing_id)
    if found is None or found.revision is None or not found.revision.content.prices:
        raise listings.ListingRefused("not_there", id=listing_id)
    done = pricing.set_prices(wanted=_wanted(found.shop_id, found.revision.content), source="listing",
                              actor_id=actor_id, name=f"{found.product_code} r{found.revision.number}")  # fmt: skip
    return done.state


def _wanted(shop_id: int, content: Content) -> list[PriceInput]:
    """Prices that do not stand in the price centre yet."""
    return [
        PriceInput(sku_id, amount, content.currency, shop_id=shop_id)
        for sku_id, amount in content.prices.items()
        if not prices.approved_price(sku_id=sku_id, shop_id=shop_id, amount=amount, currency=content.currency)
    ]


def publish(*, listing_ids: Sequence[int], channel: str, folder: Path, actor_id: int | None) -> tuple[BulkFile, Path]:
    """Reviewed listings of one channel go out as its bulk file; they wait to be read back.

    The file, the states and the price history are one transaction: when a price the guard would stop now turns up,
    nothing goes out. Raises what the rooms raise.
    """
    list_prices: dict[int, int] = {}
    with transaction.atomic():
        for listing_id in listing_ids:
            found = listing_queries.listing(listing_id)
            if found is None or found.revision is None:
                raise listings.ListingRefused("not_there", id=listing_id)
            for sku, now in prices.prices_now(found.revision.content.prices, shop_id=found.shop_id).items():
                if now.list is not None and now.currency == found.revision.content.currency:
                    list_prices[sku] = now.list
        made = listings.write_bulk_file(
            listing_ids=listing_ids, channel=channel, path=folder / f"listings-{channel}", list_prices=list_prices
        )
        for listing_id in listing_ids:
            _send(listing_id, actor_id, made.name)
    return made, folder / made.name


def _send(listing_id: int, actor_id: int | None, note: str) -> None:
    found = listing_queries.listing(listing_id)
    if found is None or found.revision is None:
        raise listings.ListingRefused("not_there", id=listing_id)
    wanted = _wanted(found.shop_id, found.revision.content)
    if wanted:
        done = pricing.set_prices(wanted=wanted, source="listing", actor_id=actor_id, name=found.product_code)
        if done.state != "applied":
            raise listings.ListingRefused("price_moved", id=listing_id)
    if found.state == "reviewed":
        listings.mark_published(
            listing_id=listing_id, actor_id=actor_id, note=note, expected_revision=found.revision.number
        )


# ---- reading back

_HEADS: Final = {
    "product_no": r"^(商品id|宝贝id|产品id|productid|itemid|id|handle|商品编号|numiid)$",
    "product_code": r"^(货号|款号|商品编码|商家编码\(商品\)|outerid|productcode|spu编码)$",
    "title": r"^(商品标题|宝贝标题|标题|商品名称|title|productname|itemname)$",
    "sku_code": r"^(商家编码|sku编码|sku商家编码|规格编码|variantsku|sellersku|sku|merchantcode)$",
    "price": r"^(价格|售价|一口价|sku价格|商品价格|price|variantprice|拼单价|单价)(\(元\))?$",
    "status": r"^(状态|商品状态|在架状态|status|published)$",
}  # fmt: skip
_ON: Final = ("在售", "上架", "出售中", "on_sale", "active", "true", "已上架", "onsale", "已发布", "published")
_OFF: Final = (
    "下架",
    "仓库中",
    "off_sale",
    "archived",
    "draft",
    "false",
    "已下架",
    "违规下架",
    "封禁",
    "banned",
    "删除",
)


@dataclass(frozen=True, slots=True)
class ReadBackRow:
    """What was found for one listing: ``state`` equal, differs, or not_published."""

    listing_id: int
    product_code: str
    state: str
    differences: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class ReadBackReport:
    rows: tuple[ReadBackRow, ...]
    #: Products of the file that are no listing of ours, and published listings the file does not hold.
    unknown: int
    missing: int
    rejects: tuple[tuple[int, str, str], ...] = ()


class NoGoodsFile(ValueError):
    """A file in which no product can be recognised; ``found`` are its heads."""

    def __init__(self, found: Sequence[str]) -> None:
        self.found = tuple(found)
        super().__init__(", ".join(found))


def read_back_file(*, path: Path, shop_id: int, name: str, actor_id: int | None) -> ReadBackReport:
    """Compare a channel's goods file (csv, xlsx, xls) with what was published in a shop.

    Rows are found by the channel's product number, else by our codes; heads are recognised by words, not by place.
    Raises :class:`NoGoodsFile`.
    """
    shop = accounts.shop(shop_id)
    if shop is None:
        raise listings.ListingRefused("not_there", id=shop_id)
    heads, rows = _table(path)
    at = {}
    for position, head in enumerate(heads):
        plain = "".join(unicodedata.normalize("NFKC", head).casefold().split()).replace("_", "")
        for field, pattern in _HEADS.items():
            if field not in at and re.match(pattern, plain):
                at[field] = position
                break
    if "title" not in at or not {"product_no", "product_code", "sku_code"} & set(at):
        raise NoGoodsFile(heads[:20])
    codes = library.sku_ids_of({_at(r, at, "sku_code") for _, r in rows} - {""})
    skus = {s.sku_id: s for start in range(0, len(codes), 500)
            for s in library.sku_rows(list(codes.values())[start : start + 500])}  # fmt: skip
    shown: dict[str, dict[str, Any]] = {}
    rejects: list[tuple[int, str, str]] = []
    last = ""
    for number, row in rows:
        sku = skus.get(codes.get(_at(row, at, "sku_code"), -1))
        product = _product_of(row, at, sku)
        key = f"#{product}" if product else _at(row, at, "product_no") or last
        if not key:
            rejects.append((number, "product_no", "product_unknown"))
            continue
        last = key
        one = shown.setdefault(key, {"title": None, "prices": {}, "status": None, "no": ""})
        one["title"] = one["title"] or _at(row, at, "title") or None
        one["no"] = one["no"] or _at(row, at, "product_no")
        one["status"] = one["status"] or _status(_at(row, at, "status"))
        text = _at(row, at, "price")
        if sku is not None and text:
            amount = _minor(text, shop.currency)
            if amount is None:
                rejects.append((number, "price", "not_an_amount"))
            else:
                one["prices"][sku.sku_id] = amount
    return _compare(shop_id, shown, name, actor_id, tuple(rejects))


def _compare(
    shop_id: int, shown: dict[str, dict[str, Any]], name: str, actor_id: int | None, rejects: tuple[Any, ...]
) -> ReadBackReport:
    numbers = [key for key in shown if not key.startswith("#")]
    ids = listing_queries.listing_ids_of(
        shop_id=shop_id, product_nos=numbers, product_ids=[int(k[1:]) for k in shown if k.startswith("#")]
    )
    rows = []
    for key, listing_id in ids.items():
        one = shown[key]
        found = listing_queries.listing(listing_id)
        if found is None:
            continue
        if found.state not in ("published", "monitored", "differs"):
            rows.append(ReadBackRow(listing_id, found.product_code, "not_published", ()))
            continue
        seen = Seen(one["title"], one["prices"], one["status"])
        differences = listings.read_back_listing(
            listing_id=listing_id, seen=seen, source=name, actor_id=actor_id, product_no=one["no"]
        )
        rows.append(ReadBackRow(listing_id, found.product_code, "differs" if differences else "equal", differences))
    waiting = listing_queries.listings(
        shop_ids=frozenset({shop_id}), states=("published", "monitored", "differs"), limit=10_000
    )
    missing = sum(row.id not in set(ids.values()) for row in waiting)
    return ReadBackReport(tuple(rows), len(shown) - len(ids), missing, rejects)


def read_back_orders(*, shop_id: int, actor_id: int | None, now: datetime, days: int = 14) -> ReadBackReport:
    """Compare what the newest orders show with what was published; only listings whose product number is known.

    Orders older than the publication say nothing of it: they are left out.
    """
    shop = accounts.shop(shop_id)
    if shop is None:
        raise listings.ListingRefused("not_there", id=shop_id)
    seen = articles.products_seen(shop, now.astimezone(UTC) - timedelta(days=days))
    ids = listing_queries.listing_ids_of(shop_id=shop_id, product_nos=list(seen))
    shown = {}
    for number, listing_id in ids.items():
        found = listing_queries.listing(listing_id)
        sent = next((e.at for e in found.events if e.command == "publish"), None) if found else None
        if sent is not None and seen[number].at >= sent:
            shown[number] = {"title": seen[number].title, "prices": seen[number].prices, "status": None, "no": ""}
    return _compare(shop_id, shown, "orders", actor_id, ())


def _table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    if path.suffix.casefold() in (".csv", ".tsv", ".txt"):
        raw = path.read_bytes()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
        else:
            raise NoGoodsFile([])
        frame = pl.read_csv(text.encode(), infer_schema=False, has_header=False, truncate_ragged_lines=True,
                            separator="\t" if text.count("\t") > text.count(",") else ",")  # fmt: skip
        lines = [[(c or "").strip().strip("\t").removeprefix("'") for c in row] for row in frame.iter_rows()]
    else:
        try:
            book = python_calamine.CalamineWorkbook.from_path(str(path))
            sheet = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        except Exception as error:  # the reader names no common ancestor of its errors
            raise NoGoodsFile([]) from error
        lines = [[_text(c) for c in row] for row in sheet]
    start = next((n for n, line in enumerate(lines[:20]) if sum(bool(c) for c in line) >= 2), None)
    if start is None:
        raise NoGoodsFile([])
    return lines[start], [(n, line) for n, line in enumerate(lines[start + 1 :], start + 2) if any(line)]


def _text(value: Any) -> str:
    if isinstance(value, float) and value == int(value) and abs(value) < 10**15:
        return str(int(value))
    return str(value).strip().removeprefix("'") if value is not None else ""


def _at(row: Sequence[str], at: dict[str, int], field: str) -> str:
    position = at.get(field)
    return row[position] if position is not None and position < len(row) else ""


def _product_of(row: Sequence[str], at: dict[str, int], sku: Any) -> int | None:
    if sku is not None:
        return int(sku.product_id)
    code = _at(row, at, "product_code")
    return library.product_id_of(code) if code else None


def _status(text: str) -> str | None:
    plain = text.casefold()
    if any(word in plain for word in _OFF):
        return "off_sale"
    return "on_sale" if any(word in plain for word in _ON) else None


def _minor(text: str, currency: str) -> int | None:
    plain = unicodedata.normalize("NFKC", text).replace("¥", "").replace("元", "").replace(",", "").strip()
    try:
        value = Decimal(plain).scaleb(exponent(currency))
    except InvalidOperation:
        return None
    return int(value) if value.is_finite() and value == value.to_integral_value() and 0 < value < 10**15 else None
