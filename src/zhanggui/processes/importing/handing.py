"""How a file handed in by a person becomes background work: keep it, then import it within that person's rights."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.files import operations as files
from zhanggui.foundation.files.contracts import StoredFile
from zhanggui.foundation.jobs import operations as jobs
from zhanggui.processes.importing.shops import Rights
from zhanggui.processes.importing.tasks import import_stored_file

KIND = "import"


def shops_to_import_into(user: Any) -> list[ShopInfo]:
    """Active shops into which ``user`` may import, by name."""
    allowed = accounts.visible_shop_ids(user, "import.run")
    return [shop for shop in accounts.shops() if shop.id in allowed]


def may_add_shop(user: Any) -> bool:
    return accounts.can(user, "shops.manage")


def rights_of(user: Any) -> Rights:
    """Who may add shops holds every shop, those added meanwhile included; others hold what they see now."""
    if may_add_shop(user) and accounts.can(user, "import.run"):
        return Rights(None, may_add_shop=True)
    return Rights(accounts.visible_shop_ids(user, "import.run"), may_add_shop=False)


def keep(given: UploadedFile) -> StoredFile:
    """The uploaded bytes into the file store."""
    folder = Path(settings.HOME) / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="upload-", dir=folder) as place:
        path = Path(place) / "file"
        with path.open("wb") as sink:
            for chunk in given.chunks():
                sink.write(chunk)
        return files.keep(path=path, name=given.name or "file")


def enqueue(*, user: Any, sha256: str, name: str, shop_name: str | None = None, channel: str | None = None) -> int:
    """Import a kept file in the background; returns the job's id."""
    rights = rights_of(user)
    return jobs.enqueue(
        kind=KIND,
        title=name,
        task=import_stored_file,
        kwargs={
            "sha256": sha256,
            "name": name,
            "shop_name": shop_name,
            "channel": channel,
            "actor_id": user.pk,
            "shop_ids": None if rights.shop_ids is None else sorted(rights.shop_ids),
            "may_add_shop": rights.may_add_shop,
        },
        actor_id=user.pk,
    )
