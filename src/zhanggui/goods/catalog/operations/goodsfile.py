"""Take a goods file back: preview, then apply exactly what was previewed, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine
from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.files import operations as files
from zhanggui.foundation.files import queries as stored
from zhanggui.goods.catalog.contracts import Difference, Preview, Rejected
from zhanggui.goods.catalog.domain import goodsfile
from zhanggui.goods.catalog.domain.codes import barcode_key, code_key
from zhanggui.goods.catalog.models import Brand, Change, Cost, Product, Sku, Upload
from zhanggui.goods.catalog.operations.categories import ensure_category
from zhanggui.goods.catalog.operations.errors import GoodsRefused, NotClean, NotThere, PlanMoved
from zhanggui.goods.catalog.operations.marking import mark_categories, mark_costs
from zhanggui.goods.catalog.operations.scores import refresh_scores
from zhanggui.goods.catalog.operations.texts import bites, refresh_texts
from zhanggui.goods.catalog.queries.library import known_skus, product_columns

#: Rows and differences a preview keeps to show; the counts are of all.
SHOWN = 200
MOST_ROWS = 500_000
LARGEST_FILE = 100 * 1024 * 1024


def read_rows(path: Path) -> tuple[dict[str, int], list[tuple[int, list[Any]]]]:
    """Heads and rows of the first sheet that has them; row numbers as a spreadsheet shows them.

    Raises ``GoodsRefused``: ``file_not_xlsx``, ``file_too_large``, ``file_no_header``, ``file_column_twice``.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise GoodsRefused("file_too_large", bytes=path.stat().st_size, largest=LARGEST_FILE)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        sheet = book.get_sheet_by_name(names[0]).to_python(skip_empty_area=False) if names else []
    except Exception as error:  # the reader names no common ancestor of its errors
        raise GoodsRefused("file_not_xlsx") from error
    start = next((n for n, row in enumerate(sheet[:20]) if any(c not in (None, "") for c in row)), None)
    if start is None:
        raise GoodsRefused("file_no_header", found="")
    try:
        positions = goodsfile.heads(sheet[start])
    except goodsfile.NoHeader as error:
        raise GoodsRefused("file_no_header", found=", ".join(error.found)[:200]) from error
    except goodsfile.TwiceInHeader as error:
        raise GoodsRefused("file_column_twice", column=str(error)) from error
    rows = [(n, list(row)) for n, row in enumerate(sheet[start + 1 :], start + 2)]
    if len(rows) > MOST_ROWS:
        raise GoodsRefused("file_too_many_rows", rows=len(rows), most=MOST_ROWS)
    return positions, rows


def make_plan(path: Path, *, currency: str = "CNY") -> goodsfile.Plan:
    """Judge a file against the library as it is now. Writes nothing."""
    positions, rows = read_rows(path)
    known, barcodes = known_skus()
    return goodsfile.plan(rows, positions, known, product_columns(), barcodes, currency=currency)


def preview_goods_file(*, path: Path, name: str, actor_id: int | None, currency: str = "CNY") -> Preview:
    """Keep a file and say what it would do, without doing it."""
    plan = make_plan(path, currency=currency)
    kept = files.keep(path=path, name=name)
    row = Upload.objects.create(
        sha256=kept.sha256, name=kept.name, plan_digest=plan.digest, uploaded_by_id=actor_id, summary={}
    )
    found = _preview(plan, row.pk, kept.name)
    row.summary = {
        "currency": currency,
        "rows": found.rows, "new": found.new, "changed": found.changed, "same": found.same,
        "rejected": found.rejected,
        "differences": [[d.row, d.code, d.kind, d.columns] for d in found.differences],
        "rejects": [[r.row, r.column, r.value, r.reason, r.numbers] for r in found.rejects],
    }  # fmt: skip
    row.save(update_fields=["summary"])
    return found


def _preview(plan: goodsfile.Plan, upload_id: int | None, name: str) -> Preview:
    new = sum(s.sku_id is None for s in plan.steps)
    return Preview(
        upload_id,
        name,
        plan.rows,
        new,
        len(plan.steps) - new,
        plan.same,
        len(plan.rejects),
        tuple(
            Difference(s.row, s.code, "new" if s.sku_id is None else "changed", dict(s.columns))
            for s in plan.steps[:SHOWN]
        ),
        tuple(Rejected(r.row, r.column, r.value, r.reason, dict(r.numbers)) for r in plan.rejects[:SHOWN]),
        plan.digest,
    )


def apply_goods_file(*, upload_id: int, actor_id: int | None) -> Preview:
    """Apply an uploaded file whose preview was clean, in one transaction.

    The library is read again under lock: when the differences are no longer exactly those of the preview, nothing is
    written. Applying twice is refused. Raises ``NotThere``, ``NotClean``, ``PlanMoved``, ``GoodsRefused``.
    """
    with transaction.atomic():
        upload = Upload.objects.select_for_update().filter(pk=upload_id).first()
        if upload is None:
            raise NotThere("upload", id=upload_id)
        if upload.applied_at is not None:
            raise GoodsRefused("file_applied_already")
        currency = upload.summary.get("currency", "CNY")
        with stored.materialise(upload.sha256) as path:
            plan = make_plan(path, currency=currency)
        if plan.rejects:
            raise NotClean("file_has_rejects", count=len(plan.rejects))
        if plan.digest != upload.plan_digest:
            raise PlanMoved("library_moved")
        _apply(plan, actor_id)
        upload.applied_at = timezone.now()
        upload.save(update_fields=["applied_at"])
    return _preview(plan, upload_id, upload.name)


def import_goods_file(
    *, path: Path, name: str, actor_id: int | None, dry_run: bool = False, currency: str = "CNY"
) -> Preview:
    """Preview and, when nothing is rejected, apply in one go (command line, API). Harmless when repeated."""
    if dry_run:
        return _preview(make_plan(path, currency=currency), None, name)
    found = preview_goods_file(path=path, name=name, actor_id=actor_id, currency=currency)
    if not found.rejected and found.upload_id is not None:
        apply_goods_file(upload_id=found.upload_id, actor_id=actor_id)
    return found


def _apply(plan: goodsfile.Plan, actor_id: int | None) -> None:
    now, today = timezone.now(), timezone.localdate()
    steps = plan.steps
    products = _products(steps, now)
    brands = {b.name: b for b in Brand.objects.all()}
    nodes: dict[str, Any] = {}
    touched: dict[int, Product] = {}
    for step in steps:
        product = products[code_key(step.product_code)]
        for name in goodsfile.OF_PRODUCT:
            if name in step.columns:
                value = step.columns[name][1]
                if name == "brand":
                    if value and value not in brands:
                        brands[value] = Brand.objects.create(name=value)
                    value = brands[value] if value else None
                elif name == "category":
                    if value and value not in nodes:
                        nodes[value] = ensure_category(value)
                    value = nodes[value] if value else None
                setattr(product, name, value)
                touched[product.pk] = product
    for product in touched.values():
        product.updated_at = now
    Product.objects.bulk_update(
        list(touched.values()), ["title", "brand", "category", "attributes", "updated_at"], batch_size=150
    )
    skus = _skus(steps, products, now)
    costs, changes = [], []
    for step in steps:
        sku = skus[code_key(step.code)]
        cost = step.columns.get("cost", [None, None])[1]
        if cost is not None:
            currency = step.columns.get("cost_currency", [None, None])[1] or _currency_of(sku)
            costs.append(
                Cost(sku=sku, amount=cost, currency=currency, starts_date=today, source="file", recorded_by_id=actor_id)
            )
        changes.append(
            Change(
                product_id=sku.product_id, sku=sku, columns=dict(step.columns), source="file", at=now, actor_id=actor_id
            )
        )
    Cost.objects.bulk_create(costs, batch_size=500)
    Change.objects.bulk_create(changes, batch_size=500)
    ids = [s.pk for s in skus.values()]
    for bite in bites(sorted(touched)):
        ids += list(Sku.objects.filter(product_id__in=bite).values_list("pk", flat=True))
    refresh_texts(ids)
    if costs:
        mark_costs()
    if nodes:
        mark_categories()
    refresh_scores({s.product_id for s in skus.values()} | set(touched))


def _currency_of(sku: Sku) -> str:
    held = sku.costs.order_by("-starts_date", "-pk").values_list("currency", flat=True).first()
    return held or "CNY"


def _products(steps: tuple[goodsfile.Step, ...], now: Any) -> dict[str, Product]:
    """Product key → row, made where it is missing."""
    wanted = {code_key(s.product_code): s.product_code for s in steps}
    found: dict[str, Product] = {}
    for keys in bites(sorted(wanted)):
        found |= {p.code_key: p for p in Product.objects.select_for_update().filter(code_key__in=keys)}
    titles = {code_key(s.product_code): s.columns["title"][1] for s in steps if s.columns.get("title", [0, ""])[1]}
    made = [
        Product(code=code, code_key=key, title=titles.get(key, ""), created_at=now, updated_at=now)
        for key, code in wanted.items()
        if key not in found
    ]
    Product.objects.bulk_create(made, batch_size=500)
    return found | {p.code_key: p for p in made}


_PLAIN = ("variant", "unit", "weight_grams", "is_active")


def _skus(steps: tuple[goodsfile.Step, ...], products: dict[str, Product], now: Any) -> dict[str, Sku]:
    found: dict[str, Sku] = {}
    held = [s.sku_id for s in steps if s.sku_id is not None]
    for ids in bites(held):
        found |= {s.code_key: s for s in Sku.objects.select_for_update().filter(pk__in=ids)}
    # a barcode that moves from one SKU to another is let go before it is taken up
    freed = list(_moving(steps, found))
    for sku in freed:
        sku.barcode_key = None
    Sku.objects.bulk_update(freed, ["barcode_key"], batch_size=500)
    made: list[Sku] = []
    for step in steps:
        key = code_key(step.code)
        held_sku = found.get(key)
        product = products[code_key(step.product_code)]
        sku = held_sku or Sku(product=product, code=step.code, code_key=key, created_at=now)
        if held_sku is None:
            made.append(sku)
        for name in _PLAIN:
            if name in step.columns:
                setattr(sku, name, step.columns[name][1])
        if "barcode" in step.columns:
            sku.barcode = step.columns["barcode"][1]
            sku.barcode_key = barcode_key(sku.barcode) if sku.barcode else None
        sku.updated_at = now
    Sku.objects.bulk_update(list(found.values()), [*_PLAIN, "barcode", "barcode_key", "updated_at"], batch_size=150)
    Sku.objects.bulk_create(made, batch_size=500)
    return found | {s.code_key: s for s in made}


def _moving(steps: tuple[goodsfile.Step, ...], found: dict[str, Sku]) -> Iterator[Sku]:
    for step in steps:
        if "barcode" in step.columns and code_key(step.code) in found:
            yield found[code_key(step.code)]
