"""One product, one SKU, and the tree."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from zhanggui.goods.catalog import contracts
from zhanggui.goods.catalog.domain.bundles import expand
from zhanggui.goods.catalog.domain.codes import BadCode, code_key
from zhanggui.goods.catalog.domain.lifestage import Good
from zhanggui.goods.catalog.domain.matching import fold
from zhanggui.goods.catalog.models import Category, CategoryMapping, Change, Component, Product, Sku, Upload
from zhanggui.goods.catalog.queries.library import bundle_parts, category_names
from zhanggui.goods.catalog.queries.listing import _holding, sku_rows


def product(product_id: int, *, today: date | None = None) -> contracts.ProductInfo | None:
    """A product with its SKUs, media, papers and channel texts; None when it is not there."""
    row = Product.objects.select_related("brand").filter(pk=product_id).first()
    if row is None:
        return None
    skus = sku_rows(list(row.skus.order_by("code_key").values_list("pk", flat=True)), today=today)
    media = row.media.filter(is_current=True).order_by("kind", "position", "pk")
    return contracts.ProductInfo(
        id=row.pk,
        code=row.code,
        title=row.title,
        brand=row.brand.name if row.brand else "",
        category_id=row.category_id,
        category=category_names().get(row.category_id, "") if row.category_id else "",
        description=row.description,
        attributes=row.attributes,
        score=row.score,
        scores=row.scores,
        missing=row.missing,
        skus=tuple(skus),
        media=tuple(
            contracts.MediaInfo(
                m.pk,
                m.kind,
                m.sha256,
                m.name,
                m.mime,
                m.size,
                m.width,
                m.height,
                m.version,
                m.rights,
                m.rights_holder,
                m.licence_no,
                m.expires_date,
                m.position,
            )
            for m in media
        ),
        documents=tuple(
            contracts.DocumentInfo(d.pk, d.kind, d.number, d.issuer, d.valid_from, d.valid_to, d.sha256, d.name)
            for d in row.documents.order_by("kind", "pk")
        ),
        channel_texts=tuple(
            contracts.ChannelTextInfo(t.channel, t.title, t.description) for t in row.channel_texts.order_by("channel")
        ),
        updated_at=row.updated_at,
    )


def product_id_of(code: str) -> int | None:
    """The product with this code, whatever its letter case, or None."""
    try:
        return Product.objects.filter(code_key=code_key(code)).values_list("pk", flat=True).first()
    except BadCode:
        return None


def sku_by_code(code: str) -> contracts.SkuRow | None:
    """The SKU with this merchant code, whatever its letter case, or None."""
    try:
        pk = Sku.objects.filter(code_key=code_key(code)).values_list("pk", flat=True).first()
    except BadCode:
        return None
    return sku_rows([pk])[0] if pk else None


def sku_ids_of(codes: Iterable[str]) -> dict[str, int]:
    """Code as given → SKU id; codes that are not there are left out."""
    keys = {}
    for code in codes:
        try:
            keys[code] = code_key(code)
        except BadCode:
            continue
    wanted = sorted(set(keys.values()))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        found |= dict(Sku.objects.filter(code_key__in=wanted[start : start + 500]).values_list("code_key", "pk"))
    return {code: found[key] for code, key in keys.items() if key in found}


def find_skus(q: str, limit: int = 12) -> list[contracts.SkuRow]:
    """SKUs whose codes or names hold every word of ``q``, for pickers; an equal code comes first."""
    words = fold(q).split()
    if not words:
        return []
    rows = Sku.objects.filter(is_active=True)
    for word in words:
        rows = rows.filter(pk__in=_holding(word))
    ids = list(rows.order_by("code_key").values_list("pk", flat=True)[:limit])
    exact = sku_by_code(q)
    if exact is not None:
        ids = [exact.sku_id, *(i for i in ids if i != exact.sku_id)][:limit]
    return sku_rows(ids)


def components(sku_id: int) -> list[contracts.ComponentInfo]:
    """What a bundle is made of, one level."""
    rows = Component.objects.filter(bundle_id=sku_id).select_related("part__product").order_by("part__code_key")
    return [contracts.ComponentInfo(c.part_id, c.part.code, c.part.product.title, c.qty) for c in rows]


def expand_bundle(sku_id: int, pieces: int = 1) -> dict[int, int]:
    """Single SKUs in so many pieces of a SKU, nested bundles opened; a single item is itself."""
    return expand(sku_id, bundle_parts(), pieces)


def costs(sku_id: int) -> list[contracts.CostInfo]:
    """Costs of a SKU, newest start first."""
    rows = Sku.objects.get(pk=sku_id).costs.order_by("-starts_date", "-pk")
    return [
        contracts.CostInfo(c.amount, c.currency, c.starts_date, c.source, c.recorded_at, c.recorded_by_id) for c in rows
    ]


def roles(sku_id: int) -> list[contracts.RoleInfo]:
    """Roles of a SKU over time, newest first."""
    rows = Sku.objects.get(pk=sku_id).roles.order_by("-starts_date")
    return [contracts.RoleInfo(r.role, r.main_push, r.starts_date, r.ends_date) for r in rows]


def history(product_id: int, limit: int = 50) -> list[contracts.ChangeInfo]:
    """What was changed, newest first."""
    rows = Change.objects.filter(product_id=product_id).select_related("sku").order_by("-at", "-pk")[:limit]
    return [contracts.ChangeInfo(c.at, c.actor_id, c.source, c.sku.code if c.sku else "", c.columns) for c in rows]


def categories() -> list[contracts.CategoryInfo]:
    """The tree in order of full names."""
    names = category_names()
    mapped: dict[int, dict[str, str]] = {}
    for category, channel, platform in CategoryMapping.objects.values_list("category_id", "channel", "platform_id"):
        mapped.setdefault(category, {})[channel] = platform
    rows = [
        contracts.CategoryInfo(pk, parent, name, names[pk], path.count("/") - 2, mapped.get(pk, {}))
        for pk, parent, name, path in Category.objects.values_list("pk", "parent_id", "name", "path")
    ]
    return sorted(rows, key=lambda c: c.full_name)


def category_mapping(category_id: int, channel: str) -> tuple[str, str, tuple[str, ...]] | None:
    """(platform id, platform path, required attributes) of a node on a channel, its own or its parents'."""
    path = Category.objects.filter(pk=category_id).values_list("path", flat=True).first()
    if path is None:
        return None
    ids = [int(step) for step in path.split("/") if step]
    found = {m.category_id: m for m in CategoryMapping.objects.filter(category_id__in=ids, channel=channel)}
    for pk in reversed(ids):
        if pk in found:
            return found[pk].platform_id, found[pk].platform_path, tuple(found[pk].required)
    return None


def portfolio(*, today: date | None = None, stock: dict[int, int] | None = None) -> list[Good]:
    """Every active SKU as ``domain.lifestage.portfolio_findings`` sees it; ``stock`` is told by who knows it."""
    day = today or timezone.localdate()
    held = stock or {}
    ids = list(Sku.objects.filter(is_active=True).values_list("pk", flat=True))
    found: list[Good] = []
    for start in range(0, len(ids), 500):
        found += [
            Good(r.sku_id, r.role, r.stage, stock=held.get(r.sku_id))
            for r in sku_rows(ids[start : start + 500], today=day)
        ]
    return found


def upload(upload_id: int) -> contracts.Preview | None:
    """A goods file that was previewed, with what was found then."""
    row = Upload.objects.filter(pk=upload_id).first()
    if row is None:
        return None
    s = row.summary
    return contracts.Preview(
        row.pk, row.name, s["rows"], s["new"], s["changed"], s["same"], s["rejected"],
        tuple(contracts.Difference(*d) for d in s["differences"]),
        tuple(contracts.Rejected(*r) for r in s["rejects"]),
        row.plan_digest if row.applied_at is None else "",
    )  # fmt: skip


def media_file(product_id: int, media_id: int) -> contracts.MediaInfo | None:
    found = product(product_id)
    return next((m for m in found.media if m.id == media_id), None) if found else None
