"""Writes of listings."""

from zhanggui.goods.listings.operations.bulk import save_layout, set_limit, write_bulk_file
from zhanggui.goods.listings.operations.checking import check_listing
from zhanggui.goods.listings.operations.errors import ListingRefused, Moved, SamePerson
from zhanggui.goods.listings.operations.reviewing import (
    approve_listing,
    mark_published,
    read_back_listing,
    reject_listing,
    take_down,
)
from zhanggui.goods.listings.operations.writing import IllegalTransition, edit_listing, open_listing

__all__ = [
    "IllegalTransition",
    "ListingRefused",
    "Moved",
    "SamePerson",
    "approve_listing",
    "check_listing",
    "edit_listing",
    "mark_published",
    "open_listing",
    "read_back_listing",
    "reject_listing",
    "save_layout",
    "set_limit",
    "take_down",
    "write_bulk_file",
]
