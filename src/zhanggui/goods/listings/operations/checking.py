"""Check a draft: claims, limits of the channel, completeness, rights, and what the price guard said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.goods.catalog import queries as catalog
from zhanggui.goods.catalog.contracts import ProductInfo
from zhanggui.goods.catalog.domain.texts import plain
from zhanggui.goods.listings import contracts, queries
from zhanggui.goods.listings.domain import limits, states
from zhanggui.goods.listings.domain.content import Content
from zhanggui.goods.listings.models import Check
from zhanggui.goods.listings.operations.errors import Moved
from zhanggui.goods.listings.operations.writing import locked, step
from zhanggui.law.claims import queries as claims

#: Below this a listing is stopped, below the second it is warned of. Points of a hundred for its channel.
SCORE_BLOCK, SCORE_WARN = 20, 60


def check_listing(
    *,
    listing_id: int,
    prices: Sequence[contracts.PriceWord],
    actor_id: int | None,
    expected_revision: int | None = None,
    claims_category: str = "",
    today: date | None = None,
) -> contracts.CheckInfo:
    """Run every check on the current revision; without a blocking finding it is checked, else a draft.

    ``prices`` are the guard's words for exactly the prices of the revision; a price without a word, or with a word for
    another amount, is a blocking finding. Locks the listing. Raises ``IllegalTransition``, ``Moved``.
    """
    with transaction.atomic():
        listing = locked(listing_id)
        if expected_revision is not None and listing.revision != expected_revision:
            raise Moved("edited_meanwhile", revision=listing.revision)
        command = states.PASS
        states.TABLE.next(listing.state, command)  # refused before any work is done
        shop, product = accounts.shop(listing.shop_id), catalog.product(listing.product_id)
        content = Content.of(listing.revisions.get(number=listing.revision).content)
        if shop is None or product is None:
            raise Moved("not_there")
        found = [
            *_claims(content, shop.channel, claims_category),
            *_limits(content, shop.channel, product),
            *_completeness(product, shop.channel, content),
            *_rights(product, content, today or timezone.localdate()),
            *_prices(content, prices, product),
        ]
        found.sort(key=lambda f: f.verdict != "block")
        verdict = "block" if any(f.verdict == "block" for f in found) else "warn" if found else "pass"
        row = Check.objects.create(
            listing=listing,
            number=listing.revision,
            verdict=verdict,
            findings=[{**asdict(f), "numbers": dict(f.numbers)} for f in found],
            checked_by_id=actor_id,
        )
        step(listing, states.FAIL if verdict == "block" else states.PASS, actor_id=actor_id)
    return contracts.CheckInfo(row.number, verdict, tuple(found), row.checked_at, actor_id)


def _claims(content: Content, channel: str, category: str) -> list[contracts.Finding]:
    """Advertising law on every text the buyer reads. A violation stops; what needs a look warns the reviewer."""
    found = []
    texts = {
        "title": content.title,
        "selling_point": content.selling_point,
        "description": plain(content.description),
        "attributes": "；".join(f"{k}：{v}" for k, v in content.attributes.items()),
    }
    for where, text in texts.items():
        if not text:
            continue
        answer = claims.check(text, category=category or None, channel=channel)
        for one in answer.findings:
            stops = answer.verdict == "violation" and one.severity == "block" and one.allowed is None
            numbers = {
                "where": where, "class": one.category, "law": one.basis.law, "article": one.basis.article,
                "suggestion": one.suggestion, "proof": one.proof,
            }  # fmt: skip
            found.append(contracts.Finding("block" if stops else "warn", "claims", one.rule, numbers, one.text))
    return found


def _limits(content: Content, channel: str, product: ProductInfo) -> list[contracts.Finding]:
    known = {m.id: m for m in product.media}
    images = [limits.Image(i, known[i].width, known[i].height, known[i].size) for i in content.images if i in known]
    breaches = limits.breaches(
        queries.limits_of(channel),
        title=content.title,
        description=plain(content.description),
        images=images,
        prices=list(content.prices.values()),
    )
    return [contracts.Finding(b.verdict, "limits", b.key, b.numbers) for b in breaches]


def _completeness(product: ProductInfo, channel: str, content: Content) -> list[contracts.Finding]:
    found = []
    score = product.scores.get(channel)
    missing = list(product.missing.get(channel, []))
    if score is None or score < SCORE_WARN:
        verdict = "block" if score is not None and score < SCORE_BLOCK else "warn"
        numbers = {"score": score, "missing": missing, "block": SCORE_BLOCK, "warn": SCORE_WARN}
        found.append(contracts.Finding(verdict, "completeness", "score", numbers))
    mapped = catalog.category_mapping(product.category_id, channel) if product.category_id else None
    lacking = [name for name in (mapped[2] if mapped else ()) if not content.attributes.get(name)]
    if lacking:
        found.append(contracts.Finding("block", "completeness", "required_attributes", {"missing": lacking}))
    return found


def _rights(product: ProductInfo, content: Content, day: date) -> list[contracts.Finding]:
    """An expired licence stops; rights nobody has stated warn."""
    found = []
    for media in product.media:
        if media.id not in content.images:
            continue
        if media.expires_date is not None and media.expires_date < day:
            numbers = {"name": media.name, "expired": media.expires_date.isoformat()}
            found.append(contracts.Finding("block", "rights", "media_expired", numbers))
        elif media.rights == "unknown":
            found.append(contracts.Finding("warn", "rights", "media_rights_unknown", {"name": media.name}))
    for paper in product.documents:
        if paper.valid_to is not None and paper.valid_to < day:
            numbers = {"name": f"{paper.kind} {paper.number}".strip(), "expired": paper.valid_to.isoformat()}
            found.append(contracts.Finding("block", "rights", "document_expired", numbers))
    return found


def _prices(content: Content, words: Sequence[contracts.PriceWord], product: ProductInfo) -> list[contracts.Finding]:
    found = []
    said = {w.sku_id: w for w in words}
    active = {s.sku_id: s.code for s in product.skus if s.is_active}
    lacking = sorted(code for sku, code in active.items() if sku not in content.prices)
    if lacking or not active:
        found.append(contracts.Finding("block", "price", "price_missing", {"codes": ", ".join(lacking[:20])}))
    codes = {s.sku_id: s.code for s in product.skus}
    for sku_id, amount in content.prices.items():
        word = said.get(sku_id)
        if word is None or word.amount != amount:
            found.append(contracts.Finding("block", "price", "price_not_judged", {"code": codes[sku_id]}))
            continue
        if word.approved:
            continue
        for reason in word.reasons:
            numbers = {"code": codes[sku_id], "currency": content.currency, **reason["numbers"]}
            found.append(contracts.Finding(reason["verdict"], "price", reason["code"], numbers))
        if word.verdict == "block" and not any(r["verdict"] == "block" for r in word.reasons):
            found.append(contracts.Finding("block", "price", "price_blocked", {"code": codes[sku_id]}))
    return found
