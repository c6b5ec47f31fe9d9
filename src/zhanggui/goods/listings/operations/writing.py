"""Write a listing: drafts, the history of its steps, and the one place where its state changes."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.goods.catalog import queries as catalog
from zhanggui.goods.catalog.domain.texts import BadText, clean_html, clean_title, visible
from zhanggui.goods.listings.domain import states
from zhanggui.goods.listings.domain.content import Content
from zhanggui.goods.listings.models import Event, Listing, Revision
from zhanggui.goods.listings.operations.errors import ListingRefused, Moved
from zhanggui.kernel.statetable import IllegalTransition

MOST_IMAGES, MOST_ATTRIBUTES = 300, 300


def locked(listing_id: int) -> Listing:
    row = Listing.objects.select_for_update().filter(pk=listing_id).first()
    if row is None:
        raise ListingRefused("not_there", id=listing_id)
    return row


def step(listing: Listing, command: str, *, actor_id: int | None, note: str = "", **columns: Any) -> None:
    """Move a locked listing by a command and write who, when, from, command, to and why.

    Raises ``IllegalTransition`` for a command its state does not allow.
    """
    before = listing.state
    listing.state = states.TABLE.next(before, command)
    listing.changed_at = timezone.now()
    for name, value in columns.items():
        setattr(listing, name, value)
    listing.save()
    Event.objects.create(
        listing=listing,
        at=listing.changed_at,
        actor_id=actor_id,
        before=before,
        command=command,
        after=listing.state,
        revision=listing.revision,
        note=note[:2000],
    )


def open_listing(*, shop_id: int, product_id: int, actor_id: int | None) -> int:
    """The listing of a product in a shop, made with the library's own words when it is not there yet.

    Raises ``ListingRefused``: no such shop or product.
    """
    held = Listing.objects.filter(shop_id=shop_id, product_id=product_id).values_list("pk", flat=True).first()
    if held is not None:
        return held
    shop, product = accounts.shop(shop_id), catalog.product(product_id)
    if shop is None or product is None:
        raise ListingRefused("not_there", id=product_id)
    text = next((t for t in product.channel_texts if t.channel == shop.channel), None)
    mapped = catalog.category_mapping(product.category_id, shop.channel) if product.category_id else None
    content = Content(
        title=(text.title if text and text.title else product.title),
        description=(text.description if text and text.description else product.description),
        category=mapped[0] if mapped else "",
        attributes=product.attributes,
        images=tuple(m.id for m in product.media if m.kind == "main"),
        currency=shop.currency,
    )
    try:
        with transaction.atomic():
            listing = Listing.objects.create(shop_id=shop_id, product_id=product_id)
            _write(listing, content, actor_id)
    except IntegrityError:  # somebody else opened it a moment earlier
        return Listing.objects.values_list("pk", flat=True).get(shop_id=shop_id, product_id=product_id)
    return listing.pk


def edit_listing(
    *, listing_id: int, content: Content, actor_id: int | None, expected_revision: int | None = None
) -> tuple[int, tuple[str, ...]]:
    """Write a new revision; returns its number and what was neutralised. An equal content writes nothing.

    Locks the listing; whatever its state, it is a draft afterwards, unless nothing changed. Raises ``Moved`` when
    somebody else has edited it meanwhile, ``ListingRefused`` for content that cannot be kept.
    """
    with transaction.atomic():
        listing = locked(listing_id)
        if expected_revision is not None and listing.revision != expected_revision:
            raise Moved("edited_meanwhile", revision=listing.revision)
        return _write(listing, content, actor_id)


def _write(listing: Listing, content: Content, actor_id: int | None) -> tuple[int, tuple[str, ...]]:
    shop, product = accounts.shop(listing.shop_id), catalog.product(listing.product_id)
    if shop is None or product is None:
        raise ListingRefused("not_there", id=listing.pk)
    kept, removed = clean(content, {s.sku_id for s in product.skus}, {m.id for m in product.media}, shop.currency)
    last = listing.revisions.order_by("-number").first()
    if last is not None and last.digest == kept.digest:
        return last.number, removed
    number = (last.number if last else 0) + 1
    Revision.objects.create(
        listing=listing,
        number=number,
        content=kept.plain(),
        digest=kept.digest,
        removed=list(removed),
        edited_by_id=actor_id,
    )
    step(listing, states.EDIT, actor_id=actor_id, revision=number)
    return number, removed


def clean(content: Content, sku_ids: set[int], media_ids: set[int], currency: str) -> tuple[Content, tuple[str, ...]]:
    """A content that may be kept, and what was taken out. Raises ``ListingRefused``."""
    try:
        title, body = clean_title(content.title), clean_html(content.description)
    except BadText as error:
        raise ListingRefused(f"title_{error.reason}", **error.numbers) from error
    point = visible(content.selling_point)
    if len(point.text) > 500:
        raise ListingRefused("selling_point_too_long", length=len(point.text))
    if content.currency != currency:
        raise ListingRefused("currency", given=content.currency, expected=currency)
    strange = sorted(set(content.prices) - sku_ids)
    if strange:
        raise ListingRefused("sku_elsewhere", id=strange[0])
    if any(type(p) is not int or not 0 < p <= 10**15 for p in content.prices.values()):
        raise ListingRefused("amount_range")
    lost = sorted(set(content.images) - media_ids)
    if lost or len(content.images) > MOST_IMAGES:
        raise ListingRefused("image_elsewhere", id=lost[0] if lost else len(content.images))
    attributes = {visible(k).text[:100]: visible(v).text[:1000] for k, v in content.attributes.items()}
    if len(attributes) > MOST_ATTRIBUTES:
        raise ListingRefused("attributes_too_many", count=len(attributes))
    kept = Content(
        title.text,
        body.text,
        point.text,
        visible(content.category).text[:200],
        {k: v for k, v in attributes.items() if k and v},
        tuple(dict.fromkeys(content.images)),
        dict(content.prices),
        content.currency,
    )
    return kept, tuple(dict.fromkeys((*title.removed, *point.removed, *body.removed)))


__all__ = ["IllegalTransition", "clean", "edit_listing", "locked", "open_listing", "step"]
