"""The list of goods, and one product with everything known of it."""

# ruff: noqa: E501  contexts of pages read best one line an entry

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.files import queries as files
from zhanggui.goods.catalog import operations, queries
from zhanggui.goods.catalog.contracts import GoodsFilter, ProductInput, SkuInput, SkuRow
from zhanggui.goods.catalog.domain.goodsfile import parse_attributes, write_attributes
from zhanggui.goods.listings import queries as listings
from zhanggui.goods.pricing import queries as prices
from zhanggui.kernel.records import CHANNELS
from zhanggui.processes.goods import words
from zhanggui.processes.goods.views import common
from zhanggui.processes.orderhub.filters import Choice

PER_PAGE = 50


@dataclass(frozen=True)
class Row:
    """A SKU with its words; ``scores`` are (channel, points, tone)."""

    sku: SkuRow
    role: str
    stage: str
    stage_tone: str
    scores: list[tuple[str, int, str]]
    price: str
    cost: str


@dataclass(frozen=True)
class ListPage:
    rows: list[Row]
    next_cursor: str
    previous_cursor: str
    count_text: str
    choices: list[Choice]
    q: str
    narrowed: bool
    is_empty: bool
    open_drafts: int
    sees_prices: bool


def _row(sku: SkuRow, price: Any, sees_prices: bool) -> Row:
    tones = {"introduction": "info", "growth": "ok", "maturity": "idle", "decline": "warn"}
    return Row(
        sku=sku,
        role=str(words.ROLES.get(sku.role or "", "")),
        stage=str(words.STAGES.get(sku.stage or "", "")),
        stage_tone=tones.get(sku.stage or "", "idle"),
        scores=[
            (words.channel(c), s, "ok" if s >= 80 else "warn" if s >= 60 else "bad") for c, s in sku.scores.items()
        ],
        price=words.money(price.shown, price.currency) if price and sees_prices else "—",
        cost=words.money(sku.cost, sku.cost_currency) if sees_prices and sku.cost is not None else "—",
    )


def read_filter(request: HttpRequest) -> GoodsFilter:
    get = request.GET
    score = common.number(get.get("score"))
    return GoodsFilter(
        q=get.get("q", "").replace("\x00", "").strip()[:100],
        roles=frozenset(r for r in get.getlist("role") if r in words.ROLES),
        stages=frozenset(s for s in get.getlist("stage") if s in words.STAGES),
        category_id=common.number(get.get("category")),
        score_below=score,
        active={"no": False, "all": None}.get(get.get("active", ""), True),
        bundle=True if get.get("bundle") == "yes" else None,
        main_push="push" in get.getlist("role"),
        without_role="none" in get.getlist("role"),
    )


def _choices(request: HttpRequest, where: GoodsFilter) -> list[Choice]:
    roles = [(k, str(v)) for k, v in words.ROLES.items()]
    roles += [("push", _("Main push")), ("none", _("Without a role"))]
    nodes = [(str(c.id), c.full_name) for c in queries.categories()][:300]
    return [
        Choice("role", _("Role"), roles, request.GET.getlist("role")),
        Choice("stage", _("Life stage"), [(k, str(v)) for k, v in words.STAGES.items()], list(where.stages)),
        Choice("category", _("Category"), nodes, [str(where.category_id or "")], multiple=False),
        Choice(
            "score", _("Completeness"), [("60", _("below 60")), ("80", _("below 80")), ("100", _("not complete"))],
            [str(where.score_below or "")], multiple=False,
        ),
        Choice(
            "active", _("On sale"), [("no", _("not on sale")), ("all", _("all"))], [request.GET.get("active", "")],
            multiple=False,
        ),
    ]  # fmt: skip


@require_GET
@requires("goods.view")
def goods(request: HttpRequest) -> HttpResponse:
    where = read_filter(request)
    sort = request.GET.get("sort", "")
    sort = sort if sort in queries.SORTS else "-id"
    try:
        page = queries.list_goods(where=where, sort=sort, cursor=request.GET.get("cursor", ""), limit=PER_PAGE)
    except queries.BadCursor:
        page = queries.list_goods(where=where, sort=sort, limit=PER_PAGE)
    sees = common.may(request, "prices.view")
    held = prices.prices_now([r.sku_id for r in page.rows]) if sees else {}
    count = queries.count_goods(where=where)
    narrowed = where != GoodsFilter(active=where.active) or where.active is not True
    context = ListPage(
        rows=[_row(r, held.get(r.sku_id), sees) for r in page.rows],
        next_cursor=page.next_cursor,
        previous_cursor=page.previous_cursor,
        count_text=_("%(count)s SKUs") % {"count": f"{count.number:,}{'+' if count.capped else ''}"},
        choices=_choices(request, where),
        q=where.q,
        narrowed=narrowed,
        is_empty=not page.rows and not narrowed,
        open_drafts=queries.count_drafts(shop_ids=common.shop_ids(request))["open"],
        sees_prices=sees,
    )
    template = "goods/fragments/list.html" if getattr(request, "htmx", False) else "goods/goods.html"
    return render(request, template, {"view": context})


@dataclass(frozen=True)
class ChannelLine:
    """How a product stands on one channel."""

    channel: str
    name: str
    score: int | None
    tone: str
    missing: str
    title: str
    description: str


@dataclass(frozen=True)
class ProductPage:
    product: Any
    rows: list[Row]
    channels: list[ChannelLine]
    attributes: str
    media: list[Any]
    documents: list[Any]
    bundles: list[Any]
    listings: list[Any]
    shops: list[Any]
    history: list[Any]
    roles: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    rights: list[tuple[str, str]]
    may_edit: bool
    may_list: bool
    sees_prices: bool
    today: str


def _found(product_id: int) -> Any:
    product = queries.product(product_id)
    if product is None:
        raise Http404
    return product


@require_GET
@requires("goods.view")
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    found = _found(product_id)
    sees = common.may(request, "prices.view")
    held = prices.prices_now([s.sku_id for s in found.skus]) if sees else {}
    own = {t.channel: t for t in found.channel_texts}
    channels = []
    for code in dict.fromkeys([*found.scores, *own]):
        score = found.scores.get(code)
        missing = _(", ").join(str(words.PARTS.get(m, m)) for m in found.missing.get(code, []))
        tone = "idle" if score is None else "ok" if score >= 80 else "warn" if score >= 60 else "bad"
        text = own.get(code)
        channels.append(
            ChannelLine(
                code, words.channel(code), score, tone, missing, text.title if text else "",
                text.description if text else "",
            )
        )  # fmt: skip
    today = timezone.localdate()
    changes = queries.history(product_id)
    names = accounts.names([c.actor_id for c in changes if c.actor_id])
    shops = {s.id: s for s in common.shops(request)}
    context = ProductPage(
        product=found,
        rows=[_row(s, held.get(s.sku_id), sees) for s in found.skus],
        channels=channels,
        attributes=write_attributes(found.attributes),
        media=[
            {
                "info": m,
                "kind": str(words.MEDIA.get(m.kind, m.kind)),
                "rights": str(words.RIGHTS.get(m.rights, m.rights)),
                "expired": m.expires_date is not None and m.expires_date < today,
            }
            for m in found.media
        ],
        documents=[{"info": d, "expired": d.valid_to is not None and d.valid_to < today} for d in found.documents],
        bundles=[
            {"code": s.code, "sku_id": s.sku_id, "parts": queries.components(s.sku_id)}
            for s in found.skus
            if s.is_bundle
        ],
        listings=[
            {"row": r, "shop": shops[r.shop_id].name, "state": words.LISTING_STATES[r.state]}
            for r in listings.listings(shop_ids=frozenset(shops), product_id=product_id)
        ],
        shops=list(shops.values()),
        history=[
            {
                "at": c.at,
                "who": names.get(c.actor_id or 0, ""),
                "sku": c.sku_code,
                "text": "；".join(_told(column, pair) for column, pair in c.columns.items()),
            }
            for c in changes
        ],
        roles=[(k, str(v)) for k, v in words.ROLES.items()],
        kinds=[(k, str(v)) for k, v in words.MEDIA.items()],
        rights=[(k, str(v)) for k, v in words.RIGHTS.items()],
        may_edit=common.may(request, "goods.edit"),
        may_list=common.may(request, "listings.edit"),
        sees_prices=sees,
        today=today.isoformat(),
    )
    return render(request, "goods/product.html", {"view": context})


def _told(column: str, pair: list[Any]) -> str:
    head, _dot, tail = column.partition(".")
    if head in CHANNELS:
        name = f"{words.channel(head)} {words.FIELDS.get(tail, tail)}"
    elif head == "media":
        name = str(words.MEDIA.get(tail, tail))
    else:
        name = str(words.COLUMNS.get(column, column))
    before, after = (words.told(column, v)[:120] for v in pair)
    return f"{name}: {before} → {after}"


@require_POST
@requires("goods.edit")
def save(request: HttpRequest) -> HttpResponse:
    """Create or change a product; the code of the first SKU is that of the product when none is given."""
    post = request.POST
    code = post.get("code", "").strip()
    attributes = parse_attributes(post["attributes"]) if "attributes" in post else None
    back = redirect(request.POST.get("back", "") if post.get("back", "").startswith("/goods/") else reverse("goods"))
    if "attributes" in post and attributes is None:
        messages.warning(request, words.reason("attributes_form", {}))
        return back
    skus = []
    if post.get("sku_code", "").strip():
        skus.append(
            SkuInput(
                code=post["sku_code"],
                variant=post.get("variant"),
                barcode=post.get("barcode"),
                weight_grams=common.number(post.get("weight_grams")),
            )
        )
    try:
        made = operations.save_product(
            product=ProductInput(
                code=code, title=post.get("title"), brand=post.get("brand"), category=post.get("category"),
                description=post.get("description"), attributes=attributes,
            ),
            skus=skus,
            actor_id=request.user.pk,
        )  # fmt: skip
    except common.REFUSALS as error:
        common.refuse(request, error)
        return back
    return redirect("goods-product", made)


@require_POST
@requires("goods.edit")
def role(request: HttpRequest, product_id: int) -> HttpResponse:
    post = request.POST
    starts = common.day(post.get("starts", "")) or timezone.localdate()
    for sku_id in [int(v) for v in post.getlist("sku") if v.isdigit()]:
        try:
            operations.assign_role(
                sku_id=sku_id, role=post.get("role", ""), starts_date=starts,
                ends_date=common.day(post.get("ends", "")), main_push=post.get("push") == "yes", actor_id=request.user.pk,
            )  # fmt: skip
        except common.REFUSALS as error:
            common.refuse(request, error)
            break
    return redirect("goods-product", product_id)


@require_POST
@requires("goods.edit")
def channel_text(request: HttpRequest, product_id: int) -> HttpResponse:
    post = request.POST
    try:
        removed = operations.set_channel_text(
            product_id=product_id, channel=post.get("channel", ""), title=post.get("title", ""),
            description=post.get("description", ""), actor_id=request.user.pk,
        )  # fmt: skip
        if removed:
            messages.info(request, _("Taken out: %(parts)s") % {"parts": ", ".join(removed)[:200]})
    except common.REFUSALS as error:
        common.refuse(request, error)
    return redirect("goods-product", product_id)


@require_POST
@requires("goods.edit")
def add_media(request: HttpRequest, product_id: int) -> HttpResponse:
    post, file = request.POST, request.FILES.get("file")
    if file is None:
        raise Http404
    try:
        with common.uploaded(file) as path:
            operations.add_media(
                product_id=product_id, path=path, name=file.name or "image", kind=post.get("kind", "main"),
                rights=post.get("rights", "unknown"), rights_holder=post.get("holder", ""),
                licence_no=post.get("licence", ""), expires_date=common.day(post.get("expires", "")),
                actor_id=request.user.pk,
            )  # fmt: skip
    except common.REFUSALS as error:
        common.refuse(request, error)
    return redirect("goods-product", product_id)


@require_POST
@requires("goods.edit")
def remove_media(request: HttpRequest, product_id: int, media_id: int) -> HttpResponse:
    try:
        operations.remove_media(media_id=media_id, actor_id=request.user.pk)
    except common.REFUSALS as error:
        common.refuse(request, error)
    return redirect("goods-product", product_id)


@require_GET
@requires("goods.view")
def media(request: HttpRequest, product_id: int, media_id: int) -> StreamingHttpResponse:
    """The bytes of an image, under its own type and nothing else."""
    found = queries.media_file(product_id, media_id)
    if found is None:
        raise Http404
    answer = StreamingHttpResponse(files.chunks(found.sha256), content_type=found.mime)
    answer["Content-Length"] = str(found.size)
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


@require_POST
@requires("goods.edit")
def components(request: HttpRequest, product_id: int) -> HttpResponse:
    """What a bundle is made of, one ``code × pieces`` a line; nothing makes it a single item again."""
    sku_id = common.number(request.POST.get("sku")) or 0
    parts: dict[int, int] = {}
    lines = [line.replace("×", "*").replace("x", "*").split("*") for line in request.POST.get("parts", "").splitlines()]
    ids = queries.sku_ids_of(line[0].strip() for line in lines if line[0].strip())
    for line in lines:
        code = line[0].strip()
        if not code:
            continue
        pieces = common.number(line[1]) if len(line) > 1 else 1
        if code not in ids or not pieces:
            messages.warning(request, words.reason("sku_unknown", {}) + f" {code}")
            return redirect("goods-product", product_id)
        parts[ids[code]] = parts.get(ids[code], 0) + pieces
    try:
        operations.set_components(sku_id=sku_id, components=parts, actor_id=request.user.pk)
    except common.REFUSALS as error:
        common.refuse(request, error)
    return redirect("goods-product", product_id)
