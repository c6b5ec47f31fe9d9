"""What the pages share: uploads on disk, amounts people type, days, refusals as messages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.goods.catalog.operations import GoodsRefused
from zhanggui.goods.listings.operations import IllegalTransition, ListingRefused
from zhanggui.goods.pricing.operations import PriceRefused
from zhanggui.kernel.money import Money
from zhanggui.processes.goods import words

REFUSALS = (GoodsRefused, ListingRefused, PriceRefused, IllegalTransition)


def shop_ids(request: HttpRequest) -> frozenset[int]:
    return request.shop_ids  # type: ignore[attr-defined]


def shops(request: HttpRequest) -> list[ShopInfo]:
    """The shops in which the reader holds the permission of this view."""
    return [s for s in accounts.shops(request.user) if s.id in shop_ids(request)]


def may(request: HttpRequest, permission: str, shop_id: int | None = None) -> bool:
    return accounts.can(request.user, permission, shop_id)


def need_shop(request: HttpRequest, shop_id: int | None) -> None:
    if shop_id is not None and shop_id not in shop_ids(request):
        raise Http404


@contextmanager
def folder() -> Iterator[Path]:
    """A private folder for the time of one request."""
    place = Path(settings.HOME) / "tmp"
    place.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="goods-", dir=place) as name:
        yield Path(name)


@contextmanager
def uploaded(file: UploadedFile | Any) -> Iterator[Path]:
    """An uploaded file on disk, under a name of ours with its own ending."""
    with folder() as place:
        ending = "".join(c for c in Path(file.name or "").suffix if c.isalnum() or c == ".")[:8]
        path = place / f"upload{ending}"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        yield path


def download(path: Path, name: str) -> FileResponse:
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def refuse(request: HttpRequest, error: Exception) -> None:
    """Say what a room refused."""
    if isinstance(error, IllegalTransition):
        messages.warning(request, words.reason("edited_meanwhile", {}))
    else:
        messages.warning(request, words.refusal(error))


def minor(text: str, currency: str) -> int | None:
    """An amount as typed, exact; None when it is none."""
    plain = unicodedata.normalize("NFKC", text).replace("¥", "").replace(",", "").replace("元", "").strip()
    try:
        value = Decimal(plain)
        return Money.of(value, currency).minor if value.is_finite() and abs(value) < 10**12 else None
    except (InvalidOperation, ValueError):
        return None


def major(amount: int | None, currency: str) -> str:
    """An amount for an input field."""
    return "" if amount is None else str(Money(amount, currency).amount)


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        return None


def moment(text: str, zone: str) -> datetime | None:
    """A local time of a form in a shop's zone."""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(zone)) if text.strip() else None
    except ValueError:
        return None


def number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def zone_of(shop: ShopInfo | None) -> str:
    return shop.zone if shop else timezone.get_current_timezone_name()
