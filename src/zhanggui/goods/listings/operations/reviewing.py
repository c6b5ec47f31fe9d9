"""Review by another person, publishing, reading back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from zhanggui.foundation.audit import operations as audit
from zhanggui.goods.listings.domain import states
from zhanggui.goods.listings.domain.content import Content, Seen, read_back
from zhanggui.goods.listings.models import Listing, ReadBack, Review
from zhanggui.goods.listings.operations.errors import ListingRefused, Moved, SamePerson
from zhanggui.goods.listings.operations.writing import locked, step


def editors_since_publication(listing: Listing) -> set[int | None]:
    """Everybody whose words would go out: the writers of every revision after the published one."""
    rows = listing.revisions.filter(number__gt=listing.published_revision or 0)
    found: set[int | None] = set(rows.values_list("edited_by_id", flat=True))
    current = listing.revisions.filter(number=listing.revision).values_list("edited_by_id", flat=True)
    return found | set(current)


def approve_listing(*, listing_id: int, revision: int, digest: str, reviewer_id: int, note: str = "") -> None:
    """Another person takes responsibility for exactly this revision.

    Locks the listing: an edit that came first makes this fail. Raises ``Moved`` (revision or content is not what the
    reviewer saw), ``SamePerson``, ``ListingRefused`` (the revision has no passing check), ``IllegalTransition``.
    """
    with transaction.atomic():
        listing = locked(listing_id)
        current = listing.revisions.filter(number=listing.revision).first()
        if current is None or listing.revision != revision or current.digest != digest:
            raise Moved("edited_meanwhile", revision=listing.revision)
        states.TABLE.next(listing.state, states.APPROVE)
        editors = editors_since_publication(listing)
        if not states.may_approve(reviewer_id, editors):
            raise SamePerson("same_person")
        check = listing.checks.order_by("-pk").first()
        if check is None or check.number != revision or check.verdict == "block":
            raise ListingRefused("not_checked")
        Review.objects.create(
            listing=listing,
            number=revision,
            digest=digest,
            editor_id=current.edited_by_id,
            reviewer_id=reviewer_id,
            approved=True,
            reasons=[note.strip()[:1000]] if note.strip() else [],
        )
        step(listing, states.APPROVE, actor_id=reviewer_id, note=note)
        detail = {"revision": revision, "digest": digest, "editors": sorted(e for e in editors if e is not None)}
        audit.record(actor_id=reviewer_id, action="listing.approved", subject=f"listing:{listing.pk}", detail=detail)


def reject_listing(*, listing_id: int, revision: int, reviewer_id: int, reasons: Sequence[str]) -> None:
    """Send a listing back with reasons; it is corrected before it comes again (R061). Raises ``ListingRefused``
    without a reason, ``Moved``, ``IllegalTransition``."""
    said = [r.strip()[:1000] for r in reasons if r.strip()]
    if not said:
        raise ListingRefused("reason_missing")
    with transaction.atomic():
        listing = locked(listing_id)
        current = listing.revisions.filter(number=listing.revision).first()
        if current is None or listing.revision != revision:
            raise Moved("edited_meanwhile", revision=listing.revision)
        step(listing, states.REJECT, actor_id=reviewer_id, note="\n".join(said))
        Review.objects.create(
            listing=listing,
            number=revision,
            digest=current.digest,
            editor_id=current.edited_by_id,
            reviewer_id=reviewer_id,
            approved=False,
            reasons=said,
        )


def mark_published(
    *, listing_id: int, actor_id: int | None, note: str = "", expected_revision: int | None = None
) -> int:
    """The reviewed revision has gone out to the channel (by file or by hand); it waits to be read back.

    Refused unless exactly this revision was approved by somebody who did not write it. Returns the revision.
    """
    with transaction.atomic():
        listing = locked(listing_id)
        if expected_revision is not None and listing.revision != expected_revision:
            raise Moved("edited_meanwhile", revision=listing.revision)
        states.TABLE.next(listing.state, states.PUBLISH)
        current = listing.revisions.get(number=listing.revision)
        proof = listing.reviews.filter(number=listing.revision, approved=True).order_by("-pk").first()
        if (
            proof is None
            or proof.digest != current.digest
            or not states.may_approve(proof.reviewer_id, editors_since_publication(listing))
        ):
            raise ListingRefused("no_two_person_proof")
        step(listing, states.PUBLISH, actor_id=actor_id, note=note, published_revision=listing.revision)
        return listing.revision


def read_back_listing(
    *, listing_id: int, seen: Seen, source: str, actor_id: int | None, product_no: str = ""
) -> tuple[tuple[str, object, object], ...]:
    """Compare what the channel shows with what was published; equal confirms, anything else is reported.

    Harmless when repeated. Raises ``ListingRefused`` when the source tells nothing, ``IllegalTransition``.
    """
    if seen.title is None and not seen.prices and seen.status is None:
        raise ListingRefused("nothing_seen")
    with transaction.atomic():
        listing = locked(listing_id)
        states.TABLE.next(listing.state, states.CONFIRM)
        number = listing.published_revision
        if number is None:
            raise ListingRefused("not_published")
        published = Content.of(listing.revisions.get(number=number).content)
        changes = read_back(published, seen)
        found = tuple((c.field, c.before, c.after) for c in changes)
        ReadBack.objects.create(listing=listing, source=source[:200], differences=[list(f) for f in found])
        columns = {"product_no": product_no} if product_no else {}
        step(listing, states.DIFFER if found else states.CONFIRM, actor_id=actor_id, note=source[:200], **columns)
    return found


def take_down(*, listing_id: int, actor_id: int | None, reason: str) -> None:
    """Say that the listing was taken off sale on its channel. Raises ``IllegalTransition``, ``ListingRefused``."""
    if not reason.strip():
        raise ListingRefused("reason_missing")
    with transaction.atomic():
        step(locked(listing_id), states.TAKE_DOWN, actor_id=actor_id, note=reason)
