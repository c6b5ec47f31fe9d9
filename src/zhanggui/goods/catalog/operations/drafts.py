"""Articles of orders become drafts; a person says which SKU they are; the answer is remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import rjieba
from django.db import transaction
from django.utils import timezone

from zhanggui.goods.catalog.contracts import ArticleSeen, Collected, ProductInput, SkuInput
from zhanggui.goods.catalog.domain.codes import code_key
from zhanggui.goods.catalog.domain.matching import Goods, Identity, Index, Seen
from zhanggui.goods.catalog.models import ArticleSku, Draft, Sku
from zhanggui.goods.catalog.operations.errors import GoodsRefused, NotThere
from zhanggui.goods.catalog.operations.marking import mark_categories, mark_costs
from zhanggui.goods.catalog.operations.products import save_product
from zhanggui.goods.catalog.operations.texts import bites

#: A mapping without a known start holds for every order seen before it was made.
BEGINNING = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def digest(identity: Identity) -> str:
    """128 bits of what names an article within its shop."""
    text = "\x1f".join(asdict(identity).values())
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def identity_of(article: ArticleSeen) -> Identity:
    return Identity.of(
        {
            "product_no": article.product_no,
            "sku_no": article.sku_no,
            "outer_product_code": article.outer_product_code,
            "outer_sku_code": article.outer_sku_code,
            "sku_text": article.sku_text,
            "title": article.title,
        }
    )


def index() -> Index:
    """The active SKUs, ready to be matched against."""
    rows = Sku.objects.filter(is_active=True).values_list(
        "pk", "code", "product__code", "product__title", "variant", "barcode"
    )
    goods = (Goods(pk, code, product, title, variant, bar or "") for pk, code, product, title, variant, bar in rows)
    return Index(goods, rjieba.cut)


def collect(*, articles: Iterable[ArticleSeen], catalogue: Index | None = None) -> Collected:
    """Make or refresh drafts of articles that are not matched yet, each with its suggestions.

    Harmless when repeated. A dismissed draft stays dismissed; its figures are refreshed. One transaction per bite.
    """
    asked = catalogue or index()
    new = updated = known = 0
    wanted: dict[tuple[int, str], ArticleSeen] = {}
    for article in articles:
        key = (article.shop_id, digest(identity_of(article)))
        held = wanted.get(key)
        if held is None or (article.last_sold_at or BEGINNING) >= (held.last_sold_at or BEGINNING):
            wanted[key] = article
    for keys in bites(sorted(wanted)):
        with transaction.atomic():
            digests = {d for _, d in keys}
            matched = set(
                ArticleSku.objects.filter(digest__in=digests, ends_at__isnull=True).values_list("shop_id", "digest")
            )
            drafts = {(d.shop_id, d.digest): d for d in Draft.objects.filter(digest__in=digests)}
            made, changed = [], []
            for key in keys:
                if key in matched:
                    known += 1
                    continue
                draft = drafts.get(key)
                if draft is None:
                    draft = Draft(shop_id=key[0], digest=key[1])
                    made.append(draft)
                else:
                    changed.append(draft)
                _fill(draft, wanted[key])
                if draft.state == Draft.OPEN:
                    _suggest(draft, asked)
            Draft.objects.bulk_create(made)
            Draft.objects.bulk_update(changed, [*_FILLED, "suggestions", "score"], batch_size=200)
            new, updated = new + len(made), updated + len(changed)
    return Collected(new, updated, known)


_FILLED = (
    "product_no", "sku_no", "outer_product_code", "outer_sku_code", "title", "sku_text", "lines", "pieces", "currency",
    "price", "last_sold_at",
)  # fmt: skip


def _fill(draft: Draft, article: ArticleSeen) -> None:
    for name in _FILLED:
        setattr(draft, name, getattr(article, name))


def _suggest(draft: Draft, asked: Index) -> None:
    seen = Seen(draft.title, draft.sku_text, draft.outer_sku_code, draft.outer_product_code)
    found = asked.suggest(seen)
    draft.suggestions = [asdict(s) for s in found]
    draft.score = found[0].score if found else 0


def refresh_suggestions() -> int:
    """Suggest anew for every open draft, after the library has grown; returns how many drafts were looked at."""
    asked = index()
    ids = list(Draft.objects.filter(state=Draft.OPEN).values_list("pk", flat=True))
    for bite in bites(ids):
        drafts = list(Draft.objects.filter(pk__in=bite, state=Draft.OPEN))
        for draft in drafts:
            _suggest(draft, asked)
        Draft.objects.bulk_update(drafts, ["suggestions", "score"], batch_size=200)
    return len(ids)


def confirm_matches(
    *,
    matches: Sequence[tuple[int, int]],
    shop_ids: frozenset[int],
    actor_id: int | None,
    pieces: int = 1,
    starts_at: datetime | None = None,
) -> int:
    """A person says that these drafts are these SKUs: ``(draft_id, sku_id)``. All of them or none.

    Without ``starts_at`` a first mapping holds from the beginning, a later one from now; the one before ends there.
    Locks the drafts. Raises ``NotThere`` (draft outside the shops, no such SKU), ``GoodsRefused``.
    """
    if pieces < 1:
        raise GoodsRefused("bundle_qty")
    now = timezone.now()
    with transaction.atomic():
        wanted = dict(matches)
        drafts = {
            d.pk: d
            for d in Draft.objects.select_for_update().filter(pk__in=wanted, shop_id__in=shop_ids).order_by("pk")
        }
        skus = set(Sku.objects.filter(pk__in=set(wanted.values())).values_list("pk", flat=True))
        for draft_id, sku_id in wanted.items():
            if draft_id not in drafts:
                raise NotThere("draft", id=draft_id)
            if sku_id not in skus:
                raise NotThere("sku", id=sku_id)
            draft = drafts[draft_id]
            hint = next((s for s in draft.suggestions if s["sku_id"] == sku_id), None)
            _remember(draft, sku_id, pieces, hint, starts_at, now, actor_id)
            draft.state = Draft.MATCHED
            draft.save(update_fields=["state"])
        mark_costs()
        mark_categories()
    return len(wanted)


def _remember(
    draft: Draft,
    sku_id: int,
    pieces: int,
    hint: dict[str, Any] | None,
    starts_at: datetime | None,
    now: datetime,
    actor_id: int | None,
) -> None:
    held = ArticleSku.objects.filter(shop_id=draft.shop_id, digest=draft.digest, ends_at__isnull=True).first()
    starts = starts_at or (now if held else BEGINNING)
    if held is not None:
        if (held.sku_id, held.pieces) == (sku_id, pieces):
            return
        if starts <= held.starts_at:
            raise GoodsRefused("mapping_start", starts_at=held.starts_at.isoformat())
        ArticleSku.objects.filter(pk=held.pk).update(ends_at=starts)
    identity = Identity.of(
        {
            "product_no": draft.product_no,
            "sku_no": draft.sku_no,
            "outer_product_code": draft.outer_product_code,
            "outer_sku_code": draft.outer_sku_code,
            "sku_text": draft.sku_text,
            "title": draft.title,
        }
    )
    ArticleSku.objects.create(
        shop_id=draft.shop_id,
        digest=draft.digest,
        **asdict(identity),
        sku_id=sku_id,
        pieces=pieces,
        score=hint["score"] if hint else None,
        reason=str(hint["reason"]) if hint else "by_hand",
        starts_at=starts,
        confirmed_by_id=actor_id,
        confirmed_at=now,
    )


def reopen_match(*, shop_id: int, draft_id: int, actor_id: int | None) -> None:
    """A match was wrong: its mapping ends now and the draft is open again. Raises ``NotThere``."""
    now = timezone.now()
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(pk=draft_id, shop_id=shop_id, state=Draft.MATCHED).first()
        if draft is None:
            raise NotThere("draft", id=draft_id)
        held = ArticleSku.objects.filter(shop_id=shop_id, digest=draft.digest, ends_at__isnull=True).first()
        if held is not None:
            ArticleSku.objects.filter(pk=held.pk).update(ends_at=max(now, held.starts_at))
        draft.state = Draft.OPEN
        draft.save(update_fields=["state"])
        mark_costs()
        mark_categories()


def dismiss_drafts(*, draft_ids: Sequence[int], shop_ids: frozenset[int], dismissed: bool = True) -> int:
    """Put drafts aside (a freight line, a gift card), or take them up again."""
    before, after = (Draft.OPEN, Draft.DISMISSED) if dismissed else (Draft.DISMISSED, Draft.OPEN)
    return Draft.objects.filter(pk__in=draft_ids, shop_id__in=shop_ids, state=before).update(state=after)


def create_from_draft(
    *, draft_id: int, code: str, shop_ids: frozenset[int], actor_id: int | None, title: str | None = None
) -> int:
    """A draft that is none of our SKUs becomes one, under a code of ours, and is matched to it; returns the SKU's id.

    Raises ``NotThere``, ``GoodsRefused``, ``DuplicateCode``.
    """
    with transaction.atomic():
        draft = Draft.objects.filter(pk=draft_id, shop_id__in=shop_ids, state=Draft.OPEN).first()
        if draft is None:
            raise NotThere("draft", id=draft_id)
        save_product(
            product=ProductInput(code=draft.outer_product_code or code, title=title or draft.title or code),
            skus=[SkuInput(code=code, variant=draft.sku_text)],
            actor_id=actor_id,
            source="draft",
        )
        sku = Sku.objects.get(code_key=code_key(code))
        confirm_matches(matches=[(draft_id, sku.pk)], shop_ids=shop_ids, actor_id=actor_id)
    return sku.pk
