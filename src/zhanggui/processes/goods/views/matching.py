"""Articles of orders waiting to be matched, and the goods file going out and coming back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.foundation.accounts.access import requires
from zhanggui.goods.catalog import operations, queries
from zhanggui.goods.catalog.exports import write_goods_file
from zhanggui.processes.goods import articles, words
from zhanggui.processes.goods.views import common

PER_PAGE = 30
SURE = 90


@require_GET
@requires("goods.view")
def match(request: HttpRequest) -> HttpResponse:
    shops = {s.id: s for s in common.shops(request)}
    wanted = common.number(request.GET.get("of"))
    ids = frozenset(shops) & {wanted} if wanted else frozenset(shops)
    state = request.GET.get("state", "open")
    state = state if state in ("open", "matched", "dismissed") else "open"
    page = max(common.number(request.GET.get("page")) or 1, 1)
    found = queries.drafts(shop_ids=ids, state=state, offset=(page - 1) * PER_PAGE, limit=PER_PAGE + 1)
    rows = []
    for draft in found[:PER_PAGE]:
        best = draft.suggestions[0] if draft.suggestions else None
        rows.append(
            {
                "draft": draft,
                "shop": shops[draft.shop_id].name,
                "price": words.money(draft.price, draft.currency),
                "best": best,
                "options": [
                    (s.sku_id, f"{s.code} · {s.title} {s.variant} · {s.score}", _why(s)) for s in draft.suggestions
                ],
                "why": _why(best) if best else "",
                "sure": best is not None and best.score >= SURE,
            }
        )
    counts = queries.count_drafts(shop_ids=ids)
    tabs = [
        ("open", _("To match"), counts["open"]), ("matched", _("Matched"), counts["matched"]),
        ("dismissed", _("Put aside"), counts["dismissed"]),
    ]  # fmt: skip
    view = {
        "rows": rows, "tabs": tabs, "state": state, "page": page, "more": len(found) > PER_PAGE,
        "may_edit": common.may(request, "goods.edit"), "shops": list(shops.values()), "of": wanted,
    }  # fmt: skip
    return render(request, "goods/match.html", {"view": view})


def _why(s: Any) -> str:
    text = str(words.MATCH_REASONS.get(s.reason, s.reason))
    if s.shared:
        text += ": " + " ".join(s.shared)
    if s.clash:
        text += " · " + _("differs: %(what)s") % {"what": " ".join(s.clash)}
    return text


@require_POST
@requires("goods.edit")
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm, put aside, take up again or make new, for the drafts that were ticked."""
    post = request.POST
    ids = [int(v) for v in post.getlist("draft") if v.isdigit()]
    act, shops = post.get("act", "match"), common.shop_ids(request)
    try:
        if act in ("dismiss", "take_up"):
            operations.dismiss_drafts(draft_ids=ids, shop_ids=shops, dismissed=act == "dismiss")
        elif act == "reopen":
            for draft_id in ids:
                draft = queries.draft(draft_id, shop_ids=shops)
                if draft is not None:
                    operations.reopen_match(shop_id=draft.shop_id, draft_id=draft_id, actor_id=request.user.pk)
        elif act == "create" and len(ids) == 1:
            operations.create_from_draft(
                draft_id=ids[0], code=post.get("code", ""), shop_ids=shops, actor_id=request.user.pk
            )
        else:
            matches = []
            for draft_id in ids:
                chosen = post.get(f"code-{draft_id}", "").strip()
                sku = queries.sku_by_code(chosen) if chosen else None
                if chosen and sku is None:
                    messages.warning(request, words.reason("sku_unknown", {}) + f" {chosen}")
                    return redirect("goods-match")
                target = sku.sku_id if sku else common.number(post.get(f"sku-{draft_id}"))
                if target:
                    matches.append((draft_id, target))
            if matches:
                count = operations.confirm_matches(matches=matches, shop_ids=shops, actor_id=request.user.pk)
                messages.success(request, _("%(count)s articles matched.") % {"count": count})
    except common.REFUSALS as error:
        common.refuse(request, error)
    return redirect("goods-match")


@require_POST
@requires("goods.edit")
def collect(request: HttpRequest) -> HttpResponse:
    found = articles.collect_articles(shop_ids=common.shop_ids(request))
    told = {"new": found.new, "updated": found.updated, "known": found.known}
    messages.success(request, _("%(new)s new articles, %(updated)s refreshed, %(known)s known already.") % told)
    return redirect("goods-match")


@require_POST
@requires("goods.edit")
def stages(request: HttpRequest) -> HttpResponse:
    articles.refresh_stages(today=timezone.localdate())
    messages.success(request, _("Life stages were computed from the sales of the last year."))
    return redirect("goods")


@require_GET
@requires("goods.view")
def file_page(request: HttpRequest) -> HttpResponse:
    return render(request, "goods/file.html", {"view": {"may_edit": common.may(request, "goods.edit")}})


@require_GET
@requires("goods.edit")
def file_out(request: HttpRequest) -> FileResponse:
    with common.folder() as place:
        path = place / "goods.xlsx"
        write_goods_file(path, chinese=(get_language() or "").startswith("zh"))
        return common.download(path, f"goods-{timezone.localtime():%Y%m%d-%H%M}.xlsx")


@require_POST
@requires("goods.edit")
def file_in(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        raise Http404
    try:
        with common.uploaded(file) as path:
            found = operations.preview_goods_file(path=path, name=file.name or "goods.xlsx", actor_id=request.user.pk)
    except common.REFUSALS as error:
        common.refuse(request, error)
        return redirect("goods-file")
    return redirect("goods-file-preview", found.upload_id or 0)


@require_GET
@requires("goods.edit")
def file_preview(request: HttpRequest, upload_id: int) -> HttpResponse:
    found = queries.upload(upload_id)
    if found is None:
        raise Http404
    currency = "CNY"
    differences = [
        {
            "row": d.row, "code": d.code, "is_new": d.kind == "new",
            "columns": [
                (str(words.COLUMNS.get(c, c)), words.told(c, pair[0], currency), words.told(c, pair[1], currency))
                for c, pair in d.columns.items()
            ],
        }
        for d in found.differences
    ]  # fmt: skip
    rejects = [
        {
            "row": r.row, "column": str(words.COLUMNS.get(r.column, r.column)), "value": r.value,
            "reason": words.reason(r.reason, r.numbers),
        }
        for r in found.rejects
    ]  # fmt: skip
    open_ = bool(found.plan_digest)
    view = {
        "found": found, "differences": differences, "rejects": rejects, "is_open": open_,
        "may_apply": open_ and not found.rejected and (found.new or found.changed),
    }  # fmt: skip
    return render(request, "goods/file_preview.html", {"view": view})


@require_POST
@requires("goods.edit")
def file_apply(request: HttpRequest, upload_id: int) -> HttpResponse:
    try:
        found = operations.apply_goods_file(upload_id=upload_id, actor_id=request.user.pk)
    except common.REFUSALS as error:
        common.refuse(request, error)
        return redirect("goods-file-preview", upload_id)
    messages.success(
        request, _("%(new)s SKUs added, %(changed)s changed.") % {"new": found.new, "changed": found.changed}
    )
    return redirect("goods")
