"""Reads of listings."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.goods.listings import contracts
from zhanggui.goods.listings.domain.content import Content, differences
from zhanggui.goods.listings.domain.layouts import Layout, check
from zhanggui.goods.listings.domain.limits import Limit
from zhanggui.goods.listings.models import ChannelLimit, Listing, OwnLayout, Revision
from zhanggui.goods.listings.reading import shipped_layout, shipped_limits


def listing(listing_id: int, *, shop_ids: frozenset[int] | None = None) -> contracts.ListingInfo | None:
    """A listing with everything said about it; None when it is not there or in another shop than ``shop_ids``."""
    rows = Listing.objects.select_related("product").filter(pk=listing_id)
    if shop_ids is not None:
        rows = rows.filter(shop_id__in=shop_ids)
    row = rows.first()
    if row is None:
        return None
    current = row.revisions.filter(number=row.revision).first()
    published = row.revisions.filter(number=row.published_revision).first() if row.published_revision else None
    now, then = _revision(current), _revision(published)
    changes = () if now is None or now == then else differences(then.content if then else None, now.content)
    last = row.checks.order_by("-pk").first()
    checked = (
        contracts.CheckInfo(
            last.number,
            last.verdict,
            tuple(contracts.Finding(**f) for f in last.findings),
            last.checked_at,
            last.checked_by_id,
        )
        if last is not None and last.number == row.revision
        else None
    )
    after = row.revisions.filter(number__gt=row.published_revision or 0).values_list("edited_by_id", flat=True)
    editors = set(after) | ({now.edited_by} if now else set())
    return contracts.ListingInfo(
        id=row.pk,
        shop_id=row.shop_id,
        product_id=row.product_id,
        product_code=row.product.code,
        product_no=row.product_no,
        state=row.state,
        revision=now,
        published=then,
        changes=changes,
        check=checked,
        reviews=tuple(
            contracts.ReviewInfo(r.number, r.editor_id, r.reviewer_id, r.approved, tuple(r.reasons), r.reviewed_at)
            for r in row.reviews.order_by("-pk")[:50]
        ),
        events=tuple(
            contracts.EventInfo(e.at, e.actor_id, e.before, e.command, e.after, e.revision, e.note)
            for e in row.events.order_by("-pk")[:100]
        ),
        read_backs=tuple(
            contracts.ReadBackInfo(b.at, b.source, tuple((f, x, y) for f, x, y in b.differences))
            for b in row.read_backs.order_by("-pk")[:20]
        ),
        editors=frozenset(editors),
    )


def _revision(row: Revision | None) -> contracts.RevisionInfo | None:
    if row is None:
        return None
    return contracts.RevisionInfo(
        row.number, Content.of(row.content), row.digest, tuple(row.removed), row.edited_by_id, row.edited_at
    )


def listings(
    *,
    shop_ids: frozenset[int],
    states: Sequence[str] = (),
    product_id: int | None = None,
    offset: int = 0,
    limit: int = 50,
) -> list[contracts.ListingRow]:
    """Listings of these shops, the last changed first."""
    rows = Listing.objects.filter(shop_id__in=shop_ids).select_related("product").order_by("-changed_at", "-pk")
    if states:
        rows = rows.filter(state__in=states)
    if product_id is not None:
        rows = rows.filter(product_id=product_id)
    picked = list(rows[offset : offset + limit])
    wanted = {(r.pk, r.revision) for r in picked}
    titles = {
        (r["listing_id"], r["number"]): r["content"]["title"]
        for r in Revision.objects.filter(listing_id__in=[p for p, _ in wanted]).values(
            "listing_id", "number", "content"
        )
        if (r["listing_id"], r["number"]) in wanted
    }
    return [
        contracts.ListingRow(
            r.pk, r.shop_id, r.product_id, r.product.code, titles.get((r.pk, r.revision), r.product.title), r.state,
            r.revision, r.published_revision, r.changed_at,
        )
        for r in picked
    ]  # fmt: skip


def count_by_state(*, shop_ids: frozenset[int]) -> dict[str, int]:
    rows = Listing.objects.filter(shop_id__in=shop_ids).values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def listing_ids_of(*, shop_id: int, product_nos: Sequence[str] = (), product_ids: Sequence[int] = ()) -> dict[str, int]:
    """``product_no`` or ``#product_id`` → listing id, of one shop."""
    found: dict[str, int] = {}
    rows = Listing.objects.filter(shop_id=shop_id)
    for start in range(0, len(product_nos), 500):
        bite = [n for n in product_nos[start : start + 500] if n]
        found |= dict(rows.filter(product_no__in=bite).values_list("product_no", "pk"))
    for start in range(0, len(product_ids), 500):
        ids = product_ids[start : start + 500]
        found |= {f"#{p}": pk for p, pk in rows.filter(product_id__in=ids).values_list("product_id", "pk")}
    return found


def limits_of(channel: str) -> dict[str, Limit]:
    """The limits of a channel: what is shipped, replaced by what the merchant set."""
    own = {
        row.key: Limit(row.value, "own", row.confirmed, row.source)
        for row in ChannelLimit.objects.filter(channel=channel)
    }
    return {**shipped_limits(channel), **own}


def layout_of(channel: str) -> Layout:
    """The merchant's own template of a channel, else what is shipped."""
    own = OwnLayout.objects.filter(channel=channel).first()
    if own is not None:
        return Layout(own.name, own.format, check(own.columns), True)
    return shipped_layout(channel)


def channel_of(shop_id: int) -> str:
    shop = accounts.shop(shop_id)
    return shop.channel if shop else ""
