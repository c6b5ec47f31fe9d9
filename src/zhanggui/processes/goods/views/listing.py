"""Listings: editor, check, review, publishing, reading back."""

# ruff: noqa: E501  contexts of pages read best one line an entry

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.goods.catalog import queries as library
from zhanggui.goods.catalog.domain.goodsfile import parse_attributes, write_attributes
from zhanggui.goods.listings import operations, queries
from zhanggui.goods.listings.contracts import Content, ListingInfo
from zhanggui.goods.listings.domain import limits, states
from zhanggui.processes.goods import publishing, words
from zhanggui.processes.goods.views import common

PER_PAGE = 50
GROUPS = (
    ("work", ("draft", "rejected")), ("review", ("checked",)), ("ready", ("reviewed",)),
    ("live", ("published", "monitored", "differs")), ("down", ("taken_down",)),
)  # fmt: skip


@require_GET
@requires("goods.view")
def listings(request: HttpRequest) -> HttpResponse:
    shops = {s.id: s for s in common.shops(request)}
    counts = queries.count_by_state(shop_ids=frozenset(shops))
    names = {
        "work": _("Drafts"), "review": _("To review"), "ready": _("Approved"), "live": _("Live"),
        "down": _("Taken down"),
    }  # fmt: skip
    group = request.GET.get("group", "")
    group = group if group in names else next((g for g, of in GROUPS if sum(counts.get(s, 0) for s in of)), "work")
    wanted = dict(GROUPS)[group]
    page = max(common.number(request.GET.get("page")) or 1, 1)
    found = queries.listings(shop_ids=frozenset(shops), states=wanted, offset=(page - 1) * PER_PAGE, limit=PER_PAGE + 1)
    view = {
        "rows": [
            {"row": r, "shop": shops[r.shop_id].name, "channel": shops[r.shop_id].channel,
             "state": words.LISTING_STATES[r.state]}
            for r in found[:PER_PAGE]
        ],
        "tabs": [(g, names[g], sum(counts.get(s, 0) for s in of)) for g, of in GROUPS],
        "group": group, "page": page, "more": len(found) > PER_PAGE, "shops": list(shops.values()),
        "may_publish": common.may(request, "listings.edit"), "is_empty": not counts,
    }  # fmt: skip
    return render(request, "goods/listings.html", {"view": view})


def _found(request: HttpRequest, listing_id: int) -> ListingInfo:
    found = queries.listing(listing_id, shop_ids=common.shop_ids(request))
    if found is None or found.revision is None:
        raise Http404
    return found


@require_POST
@requires("listings.edit")
def start(request: HttpRequest) -> HttpResponse:
    shop_id, product_id = common.number(request.POST.get("shop")), common.number(request.POST.get("product"))
    common.need_shop(request, shop_id)
    try:
        made = operations.open_listing(shop_id=shop_id or 0, product_id=product_id or 0, actor_id=request.user.pk)
    except common.REFUSALS as error:
        common.refuse(request, error)
        return redirect("goods-listings")
    return redirect("goods-listing", made)


@require_GET
@requires("goods.view")
def listing(request: HttpRequest, listing_id: int) -> HttpResponse:
    found = _found(request, listing_id)
    shop, product = accounts.shop(found.shop_id), library.product(found.product_id)
    if shop is None or product is None or found.revision is None:
        raise Http404
    content = found.revision.content
    people = {found.revision.edited_by, *(e.actor_id for e in found.events), *(r.reviewer_id for r in found.reviews)}
    names = accounts.names([p for p in people if p])
    skus = {s.sku_id: s for s in product.skus}
    known = queries.limits_of(shop.channel)
    most = known.get("title_max")
    counts = str(known["title_counts"].value) if "title_counts" in known else limits.DISPLAY
    own = request.user.pk in found.editors
    view = {
        "listing": found, "shop": shop, "product": product, "content": content,
        "state": words.LISTING_STATES[found.state],
        "attributes": write_attributes(content.attributes),
        "prices": [
            {"sku": s, "value": common.major(content.prices.get(s.sku_id), shop.currency)} for s in product.skus
        ],
        "images": [{"info": m, "chosen": m.id in content.images} for m in product.media if m.kind == "main"],
        "title_length": limits.length(content.title, counts), "title_max": most.value if most else None,
        "editor": names.get(found.revision.edited_by or 0, ""), "is_own": own,
        "changes": [_change(c, skus, shop.currency) for c in found.changes], "was_published": found.published is not None,
        "check": _check(found), "reviews": [
            {"row": r, "who": names.get(r.reviewer_id, ""), "text": "；".join(r.reasons)} for r in found.reviews[:3]
        ],
        "events": [
            {"at": e.at, "who": names.get(e.actor_id or 0, ""), "what": str(words.COMMANDS.get(e.command, e.command)),
             "note": e.note, "revision": e.revision}
            for e in found.events
        ],
        "read_backs": [
            {"at": b.at, "source": b.source if b.source != "orders" else _("orders"),
             "rows": [_seen(d, skus, shop.currency) for d in b.differences]}
            for b in found.read_backs[:5]
        ],
        "may_edit": common.may(request, "listings.edit", shop.id),
        "may_review": common.may(request, "listings.review", shop.id),
        "may": {command: (found.state, command) in states.TABLE.transitions for command in states.COMMANDS},
        "layout": queries.layout_of(shop.channel), "channel_name": words.channel(shop.channel),
        "price_stopped": any(f.area == "price" and f.verdict == "block" for f in found.check.findings)
        if found.check
        else False,
    }  # fmt: skip
    return render(request, "goods/listing.html", {"view": view})


def _change(change: Any, skus: dict[int, Any], currency: str) -> dict[str, Any]:
    before, after = change.before, change.after
    if change.field == "prices":
        before, after = (
            ", ".join(
                f"{skus[int(k)].code if int(k) in skus else k} {words.money(v, currency)}" for k, v in side.items()
            )
            for side in (before, after)
        )
    elif change.field == "images":
        before, after = (_("%(count)s images") % {"count": len(side)} for side in (before, after))
    else:
        before, after = (words.told(change.field, side) for side in (before, after))
    return {
        "name": str(words.FIELDS.get(change.field, change.field)), "pieces": change.pieces, "before": before,
        "after": after,
    }  # fmt: skip


def _seen(row: tuple[str, Any, Any], skus: dict[int, Any], currency: str) -> dict[str, str]:
    field, before, after = row
    head, _colon, sku = field.partition(":")
    if head == "price":
        code = skus[int(sku)].code if sku.isdigit() and int(sku) in skus else sku
        return {
            "name": f"{words.FIELDS['price']} {code}", "before": words.money(before, currency),
            "after": words.money(after, currency),
        }  # fmt: skip
    return {"name": str(words.FIELDS.get(head, head)), "before": str(before), "after": str(after)}


def _check(found: ListingInfo) -> dict[str, Any] | None:
    if found.check is None:
        return None
    return {
        "verdict": words.VERDICTS[found.check.verdict], "at": found.check.checked_at,
        "findings": [
            {
                "verdict": words.VERDICTS[f.verdict], "area": str(words.AREAS.get(f.area, f.area)),
                "text": words.finding(f.area, f.code, f.numbers, f.text),
            }
            for f in found.check.findings
        ],
    }  # fmt: skip


@require_POST
@requires("listings.edit")
def save(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Keep what the form says as a new revision; ``check`` runs the checks on it at once."""
    found = _found(request, listing_id)
    shop, product = accounts.shop(found.shop_id), library.product(found.product_id)
    if shop is None or product is None or found.revision is None:
        raise Http404
    post = request.POST
    attributes = parse_attributes(post.get("attributes", ""))
    if attributes is None:
        messages.warning(request, words.reason("attributes_form", {}))
        return redirect("goods-listing", listing_id)
    prices: dict[int, int] = {}
    for sku in product.skus:
        text = post.get(f"price-{sku.sku_id}", "").strip()
        if text:
            amount = common.minor(text, shop.currency)
            if amount is None:
                messages.warning(request, f"{sku.code}: " + words.reason("not_an_amount", {}))
                return redirect("goods-listing", listing_id)
            prices[sku.sku_id] = amount
    content = Content(
        title=post.get("title", ""), description=post.get("description", ""), selling_point=post.get("selling_point", ""),
        category=post.get("category", ""), attributes=attributes,
        images=tuple(int(v) for v in post.getlist("image") if v.isdigit()), prices=prices, currency=shop.currency,
    )  # fmt: skip
    try:
        number, removed = operations.edit_listing(
            listing_id=listing_id, content=content, actor_id=request.user.pk,
            expected_revision=common.number(post.get("revision")),
        )  # fmt: skip
        if removed:
            messages.info(request, _("Taken out: %(parts)s") % {"parts": ", ".join(removed)[:200]})
        if post.get("act") == "check":
            _run_check(request, listing_id, number)
    except common.REFUSALS as error:
        common.refuse(request, error)
    return redirect("goods-listing", listing_id)


def _run_check(request: HttpRequest, listing_id: int, revision: int) -> None:
    done = publishing.check(listing_id=listing_id, actor_id=request.user.pk, expected_revision=revision)
    if done.verdict == "block":
        messages.warning(request, _("Some things must be mended first; they are listed below."))
    else:
        messages.success(request, _("Checked. Now another person has to review it."))


@require_POST
@requires("listings.edit")
def ask_prices(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Bring prices the guard stopped before another person."""
    _found(request, listing_id)
    try:
        state = publishing.ask_for_prices(listing_id=listing_id, actor_id=request.user.pk)
        if state == "waiting":
            messages.success(request, _("The prices wait for approval in the price centre."))
        else:
            messages.success(request, _("The prices are in force; check the listing again."))
    except common.REFUSALS as error:
        common.refuse(request, error)
    return redirect("goods-listing", listing_id)


@require_POST
@requires("listings.review")
def review(request: HttpRequest, listing_id: int) -> HttpResponse:
    _found(request, listing_id)
    post = request.POST
    revision, note = common.number(post.get("revision")) or 0, post.get("note", "")
    try:
        if post.get("act") == "approve":
            operations.approve_listing(
                listing_id=listing_id, revision=revision, digest=post.get("digest", ""), reviewer_id=int(request.user.pk or 0),
                note=note,
            )  # fmt: skip
            messages.success(request, _("Approved. It may go out now."))
        else:
            operations.reject_listing(
                listing_id=listing_id, revision=revision, reviewer_id=int(request.user.pk or 0), reasons=[note]
            )
    except common.REFUSALS as error:
        common.refuse(request, error)
    return redirect("goods-listing", listing_id)


@require_POST
@requires("listings.edit")
def publish(request: HttpRequest) -> HttpResponse | FileResponse:
    """Approved listings of one platform as its bulk file; from then on they wait to be read back."""
    ids = [int(v) for v in request.POST.getlist("listing") if v.isdigit()]
    infos = [_found(request, i) for i in ids]
    channels = {queries.channel_of(i.shop_id) for i in infos}
    if len(channels) != 1:
        messages.warning(request, words.reason("other_channel" if channels else "nothing_to_write", {}))
        return redirect("goods-listings")
    with common.folder() as place:
        try:
            _made, path = publishing.publish(
                listing_ids=ids, channel=channels.pop(), folder=place, actor_id=request.user.pk
            )
        except common.REFUSALS as error:
            common.refuse(request, error)
            return redirect("goods-listings")
        stamp = timezone.localtime().strftime("%Y%m%d-%H%M")
        return common.download(path, f"{path.stem}-{stamp}{path.suffix}")


@require_POST
@requires("listings.edit")
def take_down(request: HttpRequest, listing_id: int) -> HttpResponse:
    _found(request, listing_id)
    try:
        operations.take_down(listing_id=listing_id, actor_id=request.user.pk, reason=request.POST.get("note", ""))
    except common.REFUSALS as error:
        common.refuse(request, error)
    return redirect("goods-listing", listing_id)


@require_POST
@requires("listings.edit")
def read_back(request: HttpRequest) -> HttpResponse:
    """A goods file of the channel, or the newest orders, against what was published."""
    shop_id = common.number(request.POST.get("shop"))
    common.need_shop(request, shop_id)
    file = request.FILES.get("file")
    try:
        if file is not None:
            with common.uploaded(file) as path:
                found = publishing.read_back_file(
                    path=path, shop_id=shop_id or 0, name=file.name or "file", actor_id=request.user.pk
                )
        else:
            found = publishing.read_back_orders(shop_id=shop_id or 0, actor_id=request.user.pk, now=timezone.now())
    except publishing.NoGoodsFile as error:
        text = _("No products were recognised. The heads are: %(heads)s")
        messages.warning(request, text % {"heads": ", ".join(error.found)[:200] or "—"})
        return redirect("goods-listings")
    except common.REFUSALS as error:
        common.refuse(request, error)
        return redirect("goods-listings")
    equal = sum(r.state == "equal" for r in found.rows)
    differs = [r.product_code for r in found.rows if r.state == "differs"]
    told = {"equal": equal, "missing": found.missing, "unknown": found.unknown}
    text = _("%(equal)s as approved, %(missing)s published ones not in it, %(unknown)s products unknown.") % told
    if differs:
        messages.warning(request, _("Different: %(codes)s") % {"codes": ", ".join(differs)[:300]} + " · " + text)
    else:
        messages.success(request, text)
    return redirect("goods-listings")
