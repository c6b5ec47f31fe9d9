"""Writes of the product library."""

from zhanggui.goods.catalog.operations.bundles import set_components
from zhanggui.goods.catalog.operations.categories import ensure_category, map_category
from zhanggui.goods.catalog.operations.drafts import (
    collect,
    confirm_matches,
    create_from_draft,
    dismiss_drafts,
    refresh_suggestions,
    reopen_match,
)
from zhanggui.goods.catalog.operations.errors import DuplicateCode, GoodsRefused, NotClean, NotThere, PlanMoved
from zhanggui.goods.catalog.operations.goodsfile import apply_goods_file, import_goods_file, preview_goods_file
from zhanggui.goods.catalog.operations.media import add_document, add_media, remove_media
from zhanggui.goods.catalog.operations.products import save_product, set_channel_text
from zhanggui.goods.catalog.operations.roles import assign_role, set_cost, set_stages
from zhanggui.goods.catalog.operations.scores import channels_in_use, mark_priced, refresh_scores

__all__ = [
    "DuplicateCode",
    "GoodsRefused",
    "NotClean",
    "NotThere",
    "PlanMoved",
    "add_document",
    "add_media",
    "apply_goods_file",
    "assign_role",
    "channels_in_use",
    "collect",
    "confirm_matches",
    "create_from_draft",
    "dismiss_drafts",
    "ensure_category",
    "import_goods_file",
    "map_category",
    "mark_priced",
    "preview_goods_file",
    "refresh_scores",
    "refresh_suggestions",
    "remove_media",
    "reopen_match",
    "save_product",
    "set_channel_text",
    "set_components",
    "set_cost",
    "set_stages",
]
