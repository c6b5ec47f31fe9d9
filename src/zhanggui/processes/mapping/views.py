"""The mapping page: first rows, one line per canonical column, a live preview, a name; and the saved layouts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.audit import operations as audit
from zhanggui.foundation.files import queries as files
from zhanggui.processes.forms import ShopForm
from zhanggui.processes.importing import handing, waiting
from zhanggui.processes.mapping import form as forms
from zhanggui.processes.mapping import words
from zhanggui.processes.mapping.looking import Look, look
from zhanggui.processes.mapping.preview import Preview, masked, preview, sample
from zhanggui.trade.channels import operations as channels_ops
from zhanggui.trade.channels import queries as channels
from zhanggui.trade.channels.contracts import LayoutInfo, Unreadable
from zhanggui.trade.channels.domain.guesses import suggest


@dataclass(frozen=True)
class Subject:
    """What is mapped: a failed file of a shop, a waiting file, or a saved layout with the file it was made from."""

    source: str
    id: int
    name: str
    sha256: str
    shop: ShopInfo | None
    layout: LayoutInfo | None = None


@dataclass(frozen=True)
class MappingPage:
    subject: Subject
    look: Look
    shown_rows: list[list[str]]
    form: forms.FormPage
    preview: Preview | None
    shop_form: ShopForm | None
    kept: bool
    name_problem: str = ""


def _language() -> str:
    return get_language() or "zh-hans"


def _subject(request: HttpRequest, source: str, source_id: int) -> Subject:
    """The file or layout, within what the person may see; 404 otherwise."""
    allowed: frozenset[int] = request.shop_ids  # type: ignore[attr-defined]
    if source == "file":
        info = channels.imported_file(source_id, shop_ids=allowed)
        if info is not None:
            return Subject(source, source_id, info.name, info.sha256, accounts.shop(info.shop_id))
    elif source == "waiting":
        whose = None if accounts.can(request.user, "settings.view") else request.user.pk
        kept = waiting.file(source_id, actor_id=whose)
        if kept is not None:
            return Subject(source, source_id, kept.name, kept.sha256, None)
    elif source == "layout":
        found = next((item for item in channels.layouts() if item.id == source_id), None)
        if found is not None:
            example: Any = found.mapping.get("example") or {}
            return Subject(source, source_id, str(example.get("name", "")), str(example.get("sha256", "")), None, found)
    raise Http404


@contextmanager
def _kept(subject: Subject) -> Iterator[Path | None]:
    """A copy of the file to look at; None when it is not kept any more (a layout outlives its example)."""
    if not subject.sha256 or files.stored(subject.sha256) is None:
        yield None
        return
    with sample(subject.sha256) as path:
        yield path


def _look(subject: Subject, path: Path | None) -> Look:
    if path is not None:
        return look(path, subject.name)
    stored: Any = subject.layout.mapping if subject.layout else {}
    headers = stored.get("headers") or list(dict.fromkeys((stored.get("columns") or {}).values()))
    return Look(tuple(headers), (), 1, "", "")


def _page(
    request: HttpRequest, subject: Subject, path: Path | None, mapping: dict[str, Any], *, judged: bool
) -> MappingPage:
    seen = _look(subject, path)
    page = forms.page(mapping, seen, judged=judged)
    made = None
    if path is not None and not forms.problems_of(mapping, seen.headers):
        made = preview(path, subject.name, mapping, subject.shop, _language())
    shown = _masked_rows(seen, mapping)
    hidden = replace(seen, rows=tuple(tuple(row) for row in shown))
    if seen.rows:
        page = forms.page(mapping, hidden, judged=judged)
    shop_form = None
    if subject.source == "waiting":
        shop_form = ShopForm(request.POST or None, **_shop_choices(request))
    return MappingPage(subject, hidden, shown, page, made, shop_form, path is not None)


def _shop_choices(request: HttpRequest) -> dict[str, Any]:
    return {
        "shops": handing.shops_to_import_into(request.user),
        "language": _language(),
        "may_add": handing.may_add_shop(request.user),
    }


def _masked_rows(seen: Look, mapping: dict[str, Any]) -> list[list[str]]:
    """The first rows with personal cells masked, as everywhere."""
    personal: dict[str, str] = {}
    for guess in (suggest(seen.headers), mapping):
        personal |= {header: name for name, header in guess["columns"].items() if forms.is_personal(name)}
        personal.update(dict.fromkeys((guess.get("options") or {}).get("personal") or (), ""))
    return [
        [
            masked(personal[header], cell) if header in personal and cell else cell
            for header, cell in zip(seen.headers, row, strict=True)
        ]
        for row in seen.rows
    ]


@require_http_methods(["GET", "POST"])
@requires("import.run")
def map_columns(request: HttpRequest, source: str, source_id: int) -> HttpResponse:
    """Show the page; save what was posted as a layout and import the file through it."""
    subject = _subject(request, source, source_id)
    try:
        with _kept(subject) as path:
            seen = _look(subject, path)
            if request.method == "POST":
                mapping = forms.read(request.POST, seen.headers)
                return _save(request, subject, path, seen, mapping)
            mapping = _start(subject, seen)
            page = _page(request, subject, path, mapping, judged=False)
    except Unreadable as error:
        messages.warning(request, error.zh if _language().startswith("zh") else error.en)
        return redirect("imports")
    return render(request, "processes/map.html", {"view": page})


def _start(subject: Subject, seen: Look) -> dict[str, Any]:
    """The saved mapping, or a guess by the words of the headers."""
    if subject.layout is not None:
        saved: Any = subject.layout.mapping
        parts = {"columns": saved.get("columns") or {}, "constants": saved.get("constants") or {}}
        return {**saved, **parts, "options": saved.get("options") or {}, "name": subject.layout.name}
    guess = suggest(seen.headers)
    guess["name"] = Path(subject.name).stem[:60]
    guess["channel"] = subject.shop.channel if subject.shop else "other"
    return guess


def _save(
    request: HttpRequest, subject: Subject, path: Path | None, seen: Look, mapping: dict[str, Any]
) -> HttpResponse:
    page = _page(request, subject, path, mapping, judged=True)
    own_id = subject.layout.id if subject.layout else None
    if not mapping["name"]:
        page = replace(page, name_problem=_("Give the layout a name."))
    elif any(item.name == mapping["name"] and item.id != own_id for item in channels.layouts()):
        page = replace(page, name_problem=_("Another layout has this name already."))
    shop_ok = page.shop_form is None or page.shop_form.is_valid()
    if page.name_problem or not page.form.usable or not shop_ok:
        return render(request, "processes/map.html", {"view": page}, status=422)
    kept = {**mapping, "headers": list(seen.headers), "example": {"sha256": subject.sha256, "name": subject.name}}
    channels_ops.save_layout(
        name=mapping["name"],
        channel=mapping["channel"],
        kind=mapping["kind"],
        mapping=kept,
        actor_id=request.user.pk,
    )
    if subject.layout is not None and subject.layout.name != mapping["name"]:
        channels_ops.delete_layout(layout_id=subject.layout.id)
    audit.record(
        actor_id=request.user.pk,
        action="layout.save",
        subject=f"layout:{mapping['name']}",
        detail={"kind": mapping["kind"], "channel": mapping["channel"], "columns": mapping["columns"]},
    )
    if subject.layout is not None:
        messages.success(request, _("The layout “%(name)s” was saved.") % {"name": mapping["name"]})
        return redirect("layouts")
    shop_name, channel = page.shop_form.target() if page.shop_form else (None, None)
    if subject.shop is not None:
        shop_name = subject.shop.name
    job_id = handing.enqueue(
        user=request.user, sha256=subject.sha256, name=subject.name, shop_name=shop_name, channel=channel
    )
    return redirect("import-job", job_id)


@require_POST
@requires("import.run")
def preview_columns(request: HttpRequest, source: str, source_id: int) -> HttpResponse:
    """The form and the preview again, after a choice was changed."""
    subject = _subject(request, source, source_id)
    try:
        with _kept(subject) as path:
            headers = _look(subject, path).headers
            mapping = forms.read(request.POST, headers)
            if "redraw" in request.GET and not mapping["columns"]:
                known = forms.known(mapping)
                mapping["columns"] = {n: h for n, h in forms.guessed(mapping["kind"], headers).items() if n in known}
            page = _page(request, subject, path, mapping, judged=True)
    except Unreadable as error:
        return HttpResponse(error.zh if _language().startswith("zh") else error.en, status=422)
    template = "processes/fragments/redrawn.html" if "redraw" in request.GET else "processes/fragments/preview.html"
    return render(request, template, {"view": page})


@dataclass(frozen=True)
class LayoutRow:
    info: LayoutInfo
    kind: str
    columns: int


@require_GET
@requires("import.view")
def layouts(request: HttpRequest) -> HttpResponse:
    rows = [
        LayoutRow(item, str(words.KINDS.get(item.kind, item.kind)), len(_columns(item))) for item in channels.layouts()
    ]
    return render(request, "processes/layouts.html", {"rows": rows})


def _columns(item: LayoutInfo) -> dict[str, str]:
    found: Any = item.mapping.get("columns") or {}
    return found


@require_POST
@requires("import.run")
def delete_layout(request: HttpRequest, layout_id: int) -> HttpResponse:
    found = next((item for item in channels.layouts() if item.id == layout_id), None)
    if found is None:
        raise Http404
    channels_ops.delete_layout(layout_id=layout_id)
    audit.record(actor_id=request.user.pk, action="layout.delete", subject=f"layout:{found.name}", detail={})
    messages.success(
        request, _("The layout “%(name)s” was deleted. What was imported through it stays.") % {"name": found.name}
    )
    return redirect("layouts")
