"""What every operation needs: its shops, and errors in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import get_language

from zhanggui.processes.api.schemas import ErrorOut


def shop_ids(request: HttpRequest) -> frozenset[int]:
    """The shops in which the caller holds the permission of this operation."""
    found: frozenset[int] = request.shop_ids  # type: ignore[attr-defined]
    return found


def chosen_shops(request: HttpRequest, wanted: list[str]) -> frozenset[int]:
    """``shop_id`` of the address, narrowed to what the caller may see; no ``shop_id`` means all of them."""
    mine = shop_ids(request)
    if not wanted:
        return mine
    return mine & {int(text) for text in wanted if text.isascii() and text.isdigit() and len(text) <= 18}


def chinese() -> bool:
    return (get_language() or "").startswith("zh")


def told(error: Mapping[str, Any], detail: str = "") -> ErrorOut:
    return ErrorOut(code=str(error.get("code", "")), detail=detail or str(error.get("zh" if chinese() else "en", "")))


def in_the_readers_language(view: Callable[..., Any]) -> Callable[..., Any]:
    """Without a wish in the request, a token speaks the language of its person."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        stored = getattr(request.user, "language", "")
        if request.headers.get("Accept-Language") or stored not in dict(settings.LANGUAGES):
            return view(request, *args, **kwargs)
        with translation.override(stored):
            return view(request, *args, **kwargs)

    return spoken
