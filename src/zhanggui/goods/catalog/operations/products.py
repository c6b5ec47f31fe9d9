"""Products, their SKUs and channel texts, one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhanggui.goods.catalog.contracts import ProductInput, SkuInput
from zhanggui.goods.catalog.domain.codes import BadCode, barcode_key, clean_barcode, clean_code, code_key
from zhanggui.goods.catalog.domain.texts import BadText, clean_html, clean_title, visible
from zhanggui.goods.catalog.models import Brand, Category, Change, ChannelText, Product, Sku
from zhanggui.goods.catalog.operations.categories import ensure_category
from zhanggui.goods.catalog.operations.errors import DuplicateCode, GoodsRefused, NotThere
from zhanggui.goods.catalog.operations.marking import mark_categories
from zhanggui.goods.catalog.operations.scores import refresh_scores
from zhanggui.goods.catalog.operations.texts import refresh_texts
from zhanggui.kernel.records import CHANNELS

MOST_ATTRIBUTES, LONGEST_ATTRIBUTE = 200, 1000


def save_product(
    *, product: ProductInput, skus: Iterable[SkuInput] = (), actor_id: int | None, source: str = "page"
) -> int:
    """Create or change a product by its code, and SKUs of it by theirs; returns the product's id.

    Locks the product. Harmless when repeated: an equal save changes nothing and writes no history. Raises
    ``GoodsRefused`` (``title``, ``description``, ``code``, ``barcode``, ``attributes`` with the reason) and
    ``DuplicateCode`` when a code belongs to another product.
    """
    try:
        with transaction.atomic():
            row, changes = _product(product)
            history = [Change(product=row, columns=changes, actor_id=actor_id, source=source)] if changes else []
            touched = [_sku(row, one) for one in skus]
            history += [
                Change(product=row, sku=sku, columns=columns, actor_id=actor_id, source=source)
                for sku, columns in touched
                if columns
            ]
            if history:
                Change.objects.bulk_create(history)
                Product.objects.filter(pk=row.pk).update(updated_at=timezone.now())
                refresh_texts(row.skus.values_list("pk", flat=True))
                if any("category" in change.columns for change in history):
                    mark_categories()
            refresh_scores([row.pk])
            return row.pk
    except IntegrityError as error:
        raise DuplicateCode("duplicate", code=product.code) from error


def _product(given: ProductInput) -> tuple[Product, dict[str, list[Any]]]:
    code = _code(given.code)
    key = code_key(code)
    row = Product.objects.select_for_update().filter(code_key=key).first()
    values = product_values(given)
    if row is None:
        if not values.get("title"):
            raise GoodsRefused("title_empty", code=code)
        row = Product(code=code, code_key=key)
    changes = _change(row, values)
    if row.pk is None:
        changes = {"code": [None, code], **changes}
    if changes:
        row.save()
    return row, changes


def product_values(given: ProductInput) -> dict[str, Any]:
    """Columns to write, cleaned; columns not given are absent. Raises ``GoodsRefused``."""
    values: dict[str, Any] = {}
    if given.title is not None:
        try:
            values["title"] = clean_title(given.title).text
        except BadText as error:
            raise GoodsRefused(f"title_{error.reason}", **error.numbers) from error
    if given.description is not None:
        try:
            values["description"] = clean_html(given.description).text
        except BadText as error:
            raise GoodsRefused(f"description_{error.reason}", **error.numbers) from error
    if given.attributes is not None:
        values["attributes"] = clean_attributes(given.attributes)
    if given.brand is not None:
        name = visible(given.brand).text[:120]
        values["brand"] = Brand.objects.get_or_create(name=name)[0] if name else None
    if given.category is not None:
        values["category"] = ensure_category(given.category) if given.category.strip() else None
    return values


def clean_attributes(given: dict[str, str]) -> dict[str, str]:
    """Names and values on one line, empty ones left out. Raises ``GoodsRefused`` when there are too many."""
    if len(given) > MOST_ATTRIBUTES:
        raise GoodsRefused("attributes_too_many", count=len(given), most=MOST_ATTRIBUTES)
    cleaned = {visible(str(k)).text: visible(str(v)).text for k, v in given.items()}
    if any(len(k) > 100 or len(v) > LONGEST_ATTRIBUTE for k, v in cleaned.items()):
        raise GoodsRefused("attribute_too_long", longest=LONGEST_ATTRIBUTE)
    return {k: v for k, v in cleaned.items() if k and v}


def _sku(product: Product, given: SkuInput) -> tuple[Sku, dict[str, list[Any]]]:
    code = _code(given.code)
    row = Sku.objects.select_for_update().filter(code_key=code_key(code)).first()
    if row is None:
        row = Sku(product=product, code=code, code_key=code_key(code))
    elif row.product_id != product.pk:
        raise DuplicateCode("sku_elsewhere", code=code, product=row.product.code)
    changes = _change(row, sku_values(given))
    key = row.barcode_key
    taken = (
        Sku.objects.exclude(pk=row.pk).filter(barcode_key=key).values_list("code", flat=True).first() if key else None
    )
    if taken:
        raise DuplicateCode("barcode_taken", barcode=row.barcode, code=taken)
    if row.pk is None:
        changes = {"code": [None, code], **changes}
    if changes:
        row.updated_at = timezone.now()
        row.save()
    return row, changes


def sku_values(given: SkuInput) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if given.axes is not None:
        values["axes"] = clean_attributes(given.axes)
        if given.variant is None:
            values["variant"] = " / ".join(values["axes"].values())
    if given.variant is not None:
        values["variant"] = visible(given.variant).text[:500]
    if given.barcode is not None:
        try:
            digits = clean_barcode(given.barcode) if given.barcode.strip() else None
        except BadCode as error:
            raise GoodsRefused(f"barcode_{error.reason}", value=error.value, **error.numbers) from error
        values["barcode"], values["barcode_key"] = digits, barcode_key(digits) if digits else None
    if given.unit is not None:
        values["unit"] = visible(given.unit).text[:20]
    if given.weight_grams is not None:
        if given.weight_grams < 0:
            raise GoodsRefused("weight_negative", value=given.weight_grams)
        values["weight_grams"] = given.weight_grams
    if given.is_active is not None:
        values["is_active"] = given.is_active
    return values


def _code(text: str) -> str:
    try:
        return clean_code(text)
    except BadCode as error:
        raise GoodsRefused(f"code_{error.reason}", value=error.value, **error.numbers) from error


def _change(row: Any, values: dict[str, Any]) -> dict[str, list[Any]]:
    changes = {}
    for column, after in values.items():
        before = getattr(row, column)
        if before != after:
            setattr(row, column, after)
            if column != "barcode_key":
                changes[column] = [_told(before), _told(after)]
    return changes


def _told(value: Any) -> Any:
    return value.name if isinstance(value, (Brand, Category)) else value


def set_channel_text(
    *, product_id: int, channel: str, title: str, description: str = "", actor_id: int | None
) -> tuple[str, ...]:
    """What a channel shows where it differs from the library; both empty removes it.

    Returns what was neutralised (invisible characters, scripts). Raises ``GoodsRefused``, ``NotThere``.
    """
    if channel not in CHANNELS:
        raise GoodsRefused("channel_unknown", channel=channel)
    try:
        name = clean_title(title) if title.strip() else None
        body = clean_html(description)
    except BadText as error:
        raise GoodsRefused(f"title_{error.reason}", **error.numbers) from error
    with transaction.atomic():
        product = Product.objects.select_for_update().filter(pk=product_id).first()
        if product is None:
            raise NotThere("product", id=product_id)
        old = ChannelText.objects.filter(product=product, channel=channel).first()
        before = [old.title, old.description] if old else ["", ""]
        after = [name.text if name else "", body.text]
        if before != after:
            ChannelText.objects.filter(product=product, channel=channel).delete()
            if any(after):
                ChannelText.objects.create(product=product, channel=channel, title=after[0], description=after[1])
            columns = {f"{channel}.title": [before[0], after[0]]} if before[0] != after[0] else {}
            if before[1] != after[1]:
                columns[f"{channel}.description"] = [before[1][:200], after[1][:200]]
            Change.objects.create(product=product, columns=columns, actor_id=actor_id)
            refresh_scores([product.pk])
    return (name.removed if name else ()) + body.removed
