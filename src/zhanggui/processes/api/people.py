"""Who calls, and the shops they see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.processes.api.common import shop_ids
from zhanggui.processes.api.problems import PROBLEMS
from zhanggui.processes.api.schemas import MeOut, ShopsOut

router = Router(tags=["people and shops"])


@router.get("/me", response={200: MeOut, **PROBLEMS}, summary="Who am I, and what may I do")
@requires("home.view")
def me(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    token = request.api_token  # type: ignore[attr-defined]
    found = None
    if token is not None:
        shops = None if token.all_shops else sorted(token.shops.values_list("id", flat=True))
        found = {"name": token.name, "scopes": token.scopes, "shop_ids": shops, "expires_at": token.expires_at}
    return {
        "id": user.pk,
        "username": user.username,
        "display_name": user.get_full_name(),
        "language": user.language,
        "permissions": sorted(request.permissions),  # type: ignore[attr-defined]
        "token": found,
    }


@router.get("/shops", response={200: ShopsOut, **PROBLEMS}, summary="The shops I see")
@requires("shops.view")
def shops(request: HttpRequest) -> dict[str, Any]:
    mine = shop_ids(request)
    return {"items": [s for s in accounts.shops(include_inactive=True) if s.id in mine]}
