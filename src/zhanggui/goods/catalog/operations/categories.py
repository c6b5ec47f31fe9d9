"""The own category tree and what its nodes are called on the channels."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import transaction

from zhanggui.goods.catalog.domain.texts import visible
from zhanggui.goods.catalog.models import Category, CategoryMapping, Product
from zhanggui.goods.catalog.operations.errors import GoodsRefused, NotThere
from zhanggui.goods.catalog.operations.scores import refresh_scores
from zhanggui.kernel.records import CHANNELS

DEEPEST = 8
_STEP = re.compile(r"\s*(?:>|＞|»|/)\s*")


def split_path(text: str) -> list[str]:
    """``服饰 > 女装 / 连衣裙`` → its names from the root."""
    return [name for name in (visible(part).text for part in _STEP.split(text)) if name]


def ensure_category(path: str) -> Category:
    """The node at a path of names, made where it is missing. Raises ``GoodsRefused`` when too deep or too long."""
    names = split_path(path)
    if not names or len(names) > DEEPEST or any(len(n) > 120 for n in names):
        raise GoodsRefused("category_path", value=path[:80], deepest=DEEPEST)
    parent: Category | None = None
    for name in names:
        node = Category.objects.filter(parent=parent, name=name).first()
        if node is None:
            node = Category.objects.create(parent=parent, name=name, path="/")
            node.path = f"{parent.path if parent else '/'}{node.pk}/"
            node.save(update_fields=["path"])
        parent = node
    if parent is None:
        raise GoodsRefused("category_path", value=path[:80], deepest=DEEPEST)
    return parent


def map_category(
    *, category_id: int, channel: str, platform_id: str, platform_path: str = "", required: Sequence[str] = ()
) -> None:
    """Say what a node is on a channel; an empty ``platform_id`` removes the mapping. Scores of its goods follow."""
    if channel not in CHANNELS:
        raise GoodsRefused("channel_unknown", channel=channel)
    with transaction.atomic():
        node = Category.objects.filter(pk=category_id).first()
        if node is None:
            raise NotThere("category", id=category_id)
        if platform_id.strip():
            CategoryMapping.objects.update_or_create(
                category=node,
                channel=channel,
                defaults={
                    "platform_id": platform_id.strip()[:200],
                    "platform_path": visible(platform_path).text[:500],
                    "required": [visible(r).text[:100] for r in required][:100],
                },
            )
        else:
            CategoryMapping.objects.filter(category=node, channel=channel).delete()
        refresh_scores(Product.objects.filter(category=node).values_list("pk", flat=True))
