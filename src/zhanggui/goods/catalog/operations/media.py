"""Images, videos and papers of a product, with the right to use them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.db import transaction

from zhanggui.foundation.files import operations as files
from zhanggui.goods.catalog.domain.media import KINDS, BadMedia, inspect
from zhanggui.goods.catalog.domain.texts import visible
from zhanggui.goods.catalog.models import Change, Document, Media, Product
from zhanggui.goods.catalog.operations.errors import GoodsRefused, NotThere
from zhanggui.goods.catalog.operations.scores import refresh_scores

RIGHTS = ("own", "licensed", "supplier", "unknown")
LARGEST_PAPER = 20 * 1024 * 1024


def add_media(
    *,
    product_id: int,
    path: Path,
    name: str,
    kind: str = "main",
    rights: str = "unknown",
    rights_holder: str = "",
    licence_no: str = "",
    expires_date: date | None = None,
    replaces_id: int | None = None,
    actor_id: int | None,
) -> int:
    """Keep an image or video in the file store; with ``replaces_id`` it becomes the next version of that one.

    Raises ``GoodsRefused``: ``media_too_large`` (with bytes and the limit), ``media_not_an_image``,
    ``media_too_many_pixels``, ``media_empty``, ``media_kind``, ``media_rights``; ``NotThere``.
    """
    if kind not in KINDS:
        raise GoodsRefused("media_kind", value=kind)
    if rights not in RIGHTS:
        raise GoodsRefused("media_rights", value=rights)
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(512 * 1024)
    try:
        shape = inspect(head, size)
    except BadMedia as error:
        raise GoodsRefused(f"media_{error.reason}", **error.numbers) from error
    stored = files.keep(path=path, name=name)
    with transaction.atomic():
        product = Product.objects.select_for_update().filter(pk=product_id).first()
        if product is None:
            raise NotThere("product", id=product_id)
        old = Media.objects.filter(pk=replaces_id, product=product).first() if replaces_id else None
        if replaces_id and old is None:
            raise NotThere("media", id=replaces_id)
        if old is not None:
            Media.objects.filter(pk=old.pk).update(is_current=False)
        row = Media.objects.create(
            product=product,
            kind=old.kind if old else kind,
            sha256=stored.sha256,
            name=stored.name,
            mime=shape.mime,
            size=stored.size,
            width=shape.width,
            height=shape.height,
            position=old.position if old else product.media.filter(is_current=True, kind=kind).count(),
            version=old.version + 1 if old else 1,
            replaces=old,
            rights=rights,
            rights_holder=visible(rights_holder).text,
            licence_no=visible(licence_no).text,
            expires_date=expires_date,
            added_by_id=actor_id,
        )
        Change.objects.create(product=product, columns={f"media.{row.kind}": [None, row.name]}, actor_id=actor_id)
        refresh_scores([product.pk])
    return row.pk


def remove_media(*, media_id: int, actor_id: int | None) -> None:
    """Take an image out of use; the row and its bytes stay for the history. Raises ``NotThere``."""
    with transaction.atomic():
        row = Media.objects.select_for_update().filter(pk=media_id, is_current=True).first()
        if row is None:
            raise NotThere("media", id=media_id)
        row.is_current = False
        row.save(update_fields=["is_current"])
        columns = {f"media.{row.kind}": [row.name, None]}
        Change.objects.create(product_id=row.product_id, columns=columns, actor_id=actor_id)
        refresh_scores([row.product_id])


def add_document(
    *,
    product_id: int,
    kind: str,
    number: str = "",
    issuer: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    path: Path | None = None,
    name: str = "",
    actor_id: int | None,
) -> int:
    """A paper of a product, with its file where there is one. Raises ``GoodsRefused`` (``document_dates``,
    ``media_too_large``, ``document_kind``), ``NotThere``."""
    if not kind.strip() or len(kind) > 40:
        raise GoodsRefused("document_kind", value=kind[:40])
    if valid_from and valid_to and valid_to < valid_from:
        raise GoodsRefused("document_dates", valid_from=str(valid_from), valid_to=str(valid_to))
    if path is not None and path.stat().st_size > LARGEST_PAPER:
        raise GoodsRefused("media_too_large", bytes=path.stat().st_size, largest=LARGEST_PAPER)
    stored = files.keep(path=path, name=name) if path is not None else None
    with transaction.atomic():
        product = Product.objects.select_for_update().filter(pk=product_id).first()
        if product is None:
            raise NotThere("product", id=product_id)
        row = Document.objects.create(
            product=product,
            kind=kind.strip(),
            number=visible(number).text,
            issuer=visible(issuer).text,
            valid_from=valid_from,
            valid_to=valid_to,
            sha256=stored.sha256 if stored else "",
            name=stored.name if stored else "",
        )
        columns = {f"document.{row.kind}": [None, row.number or row.name]}
        Change.objects.create(product=product, columns=columns, actor_id=actor_id)
        refresh_scores([product.pk])
    return row.pk
