"""Words for codes of the goods rooms: roles, stages, parts, states, reasons of refusals, findings and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from zhanggui.foundation.ui.domain import formats
from zhanggui.kernel.records import CHANNELS

Words = Mapping[str, Promise]

ROLES: Final[Words] = {
    "traffic": pgettext_lazy("product role", "Traffic"),
    "profit": pgettext_lazy("product role", "Profit"),
    "image": pgettext_lazy("product role", "Image"),
    "activity": pgettext_lazy("product role", "Activity"),
}
STAGES: Final[Words] = {
    "introduction": pgettext_lazy("life stage", "Introduction"),
    "growth": pgettext_lazy("life stage", "Growth"),
    "maturity": pgettext_lazy("life stage", "Maturity"),
    "decline": pgettext_lazy("life stage", "Decline"),
}
PARTS: Final[Words] = {
    "title": gettext_lazy("title"),
    "description": gettext_lazy("description"),
    "brand": gettext_lazy("brand"),
    "category": gettext_lazy("category"),
    "channel_category": gettext_lazy("category of the platform"),
    "channel_title": gettext_lazy("title for the platform"),
    "attributes": gettext_lazy("attributes"),
    "main_images": gettext_lazy("main images"),
    "detail_images": gettext_lazy("detail images"),
    "video": gettext_lazy("video"),
    "barcode": gettext_lazy("barcode"),
    "price": gettext_lazy("price"),
    "cost": gettext_lazy("cost"),
    "weight": gettext_lazy("weight"),
    "documents": gettext_lazy("papers"),
    "valid_rights": gettext_lazy("valid rights"),
}
#: state of a listing → (word, tone, icon)
LISTING_STATES: Final[Mapping[str, tuple[Promise, str, str]]] = {
    "draft": (pgettext_lazy("listing", "Draft"), "idle", "edit"),
    "checked": (pgettext_lazy("listing", "To review"), "warn", "eye"),
    "rejected": (pgettext_lazy("listing", "Sent back"), "bad", "arrow-back-up"),
    "reviewed": (pgettext_lazy("listing", "Approved"), "info", "check"),
    "published": (pgettext_lazy("listing", "Published, not seen yet"), "move", "send"),
    "monitored": (pgettext_lazy("listing", "Live as approved"), "ok", "circle-check"),
    "differs": (pgettext_lazy("listing", "Live, but different"), "bad", "alert-triangle"),
    "taken_down": (pgettext_lazy("listing", "Taken down"), "idle", "player-stop"),
}
COMMANDS: Final[Words] = {
    "edit": gettext_lazy("edited"),
    "pass_check": gettext_lazy("checked"),
    "fail_check": gettext_lazy("checked, to be mended"),
    "approve": gettext_lazy("approved"),
    "reject": gettext_lazy("sent back"),
    "publish": gettext_lazy("published"),
    "confirm": gettext_lazy("read back, as approved"),
    "differ": gettext_lazy("read back, different"),
    "take_down": gettext_lazy("taken down"),
}
BATCH_STATES: Final[Mapping[str, tuple[Promise, str, str]]] = {
    "preview": (pgettext_lazy("prices", "Preview"), "idle", "eye"),
    "waiting": (pgettext_lazy("prices", "Waits for approval"), "warn", "clock"),
    "applied": (pgettext_lazy("prices", "In force"), "ok", "circle-check"),
    "rejected": (pgettext_lazy("prices", "Rejected"), "bad", "circle-x"),
    "withdrawn": (pgettext_lazy("prices", "Withdrawn"), "idle", "arrow-back-up"),
}
VERDICTS: Final[Mapping[str, tuple[Promise, str, str]]] = {
    "pass": (pgettext_lazy("verdict", "Fine"), "ok", "circle-check"),
    "warn": (pgettext_lazy("verdict", "Look again"), "warn", "alert-triangle"),
    "block": (pgettext_lazy("verdict", "Stopped"), "bad", "hand-stop"),
}
KINDS: Final[Words] = {
    "sale": pgettext_lazy("price kind", "Standard price"),
    "promo": pgettext_lazy("price kind", "Promotion price"),
    "list": pgettext_lazy("price kind", "List price"),
    "floor": pgettext_lazy("price kind", "Floor price"),
}
MEDIA: Final[Words] = {
    "main": gettext_lazy("Main image"),
    "detail": gettext_lazy("Detail image"),
    "white": gettext_lazy("White ground"),
    "scene": gettext_lazy("Scene"),
    "size": gettext_lazy("Size chart"),
    "video": gettext_lazy("Video"),
    "certificate": gettext_lazy("Certificate"),
}
RIGHTS: Final[Words] = {
    "own": gettext_lazy("Own work"),
    "licensed": gettext_lazy("Licensed"),
    "supplier": gettext_lazy("From the supplier"),
    "unknown": gettext_lazy("Rights not stated"),
}
AREAS: Final[Words] = {
    "claims": gettext_lazy("Advertising law"),
    "limits": gettext_lazy("Platform limits"),
    "completeness": gettext_lazy("Completeness"),
    "rights": gettext_lazy("Rights"),
    "price": pgettext_lazy("goods", "Price"),
}
AGAINST: Final[Words] = {
    "median_30d": gettext_lazy("the 30-day median"),
    "current": gettext_lazy("the price of now"),
    "list_price": gettext_lazy("the list price"),
}
FIELDS: Final[Words] = {
    "title": gettext_lazy("Title"),
    "selling_point": gettext_lazy("Selling point"),
    "description": gettext_lazy("Description"),
    "category": gettext_lazy("Category"),
    "attributes": gettext_lazy("Attributes"),
    "images": gettext_lazy("Images"),
    "prices": gettext_lazy("Prices"),
    "currency": gettext_lazy("Currency"),
    "status": gettext_lazy("State"),
    "price": pgettext_lazy("goods", "Price"),
}
COLUMNS: Final[Words] = {
    "code": gettext_lazy("SKU code"),
    "product_code": gettext_lazy("Product code"),
    "title": gettext_lazy("Title"),
    "variant": gettext_lazy("Variant"),
    "barcode": gettext_lazy("Barcode"),
    "brand": gettext_lazy("Brand"),
    "category": gettext_lazy("Category"),
    "unit": gettext_lazy("Unit"),
    "weight_grams": gettext_lazy("Weight (g)"),
    "is_active": gettext_lazy("On sale"),
    "attributes": gettext_lazy("Attributes"),
    "cost": gettext_lazy("Cost"),
    "cost_currency": gettext_lazy("Cost currency"),
    "shop": gettext_lazy("Shop"),
    "kind": gettext_lazy("Price kind"),
    "price": pgettext_lazy("goods", "Price"),
    "currency": gettext_lazy("Currency"),
    "starts_at": gettext_lazy("Starts"),
    "ends_at": gettext_lazy("Ends"),
    "components": gettext_lazy("Components"),
    "role": gettext_lazy("Role"),
    "description": gettext_lazy("Description"),
    "axes": gettext_lazy("Variant"),
    "product_no": gettext_lazy("Product number"),
}
STEPS: Final[Words] = {
    "take_down": gettext_lazy("Take the product off sale"),
    "pause_ads": gettext_lazy("Pause its adverts"),
    "stop_offers": gettext_lazy("Stop coupons and offers on it"),
    "hold_orders": gettext_lazy("Hold the affected orders before they ship"),
    "right_price": gettext_lazy("Put the right price in force and have it approved"),
    "list_orders": gettext_lazy("Go through the list of affected orders"),
    "tell_owner": gettext_lazy("Tell the owner: number of orders, amount, cause"),
    "talk_platform": gettext_lazy("Report it to the platform and ask for its procedure"),
    "notice_buyers": gettext_lazy("Write to the buyers with the approved text"),
    "decide_shipping": gettext_lazy("Decide: ship, settle or cancel by agreement"),
    "read_back": gettext_lazy("Read the price back from the platform"),
    "review": gettext_lazy("Find the cause and close the gap"),
}
MATCH_REASONS: Final[Words] = {
    "code": gettext_lazy("same SKU code"),
    "barcode": gettext_lazy("same barcode"),
    "product_code": gettext_lazy("same product code"),
    "words": gettext_lazy("same words"),
    "by_hand": gettext_lazy("chosen by hand"),
}
LIMITS: Final[Words] = {
    "title_min": gettext_lazy("The title is shorter than %(limit)s (it has %(length)s)."),
    "title_max": gettext_lazy("The title is longer than %(limit)s (it has %(length)s)."),
    "title_emoji": gettext_lazy("The title holds emoji."),
    "description_min": gettext_lazy("The description is shorter than %(limit)s characters (it has %(length)s)."),
    "description_max": gettext_lazy("The description is longer than %(limit)s characters (it has %(length)s)."),
    "images_min": gettext_lazy("%(count)s main images, at least %(limit)s are asked for."),
    "images_max": gettext_lazy("%(count)s main images, at most %(limit)s are taken."),
    "image_min_px": gettext_lazy("An image has a side of %(pixels)s px, at least %(limit)s are asked for."),
    "image_max_bytes": gettext_lazy("An image has %(bytes)s bytes, at most %(limit)s are taken."),
    "image_square": gettext_lazy("An image is not square (%(width)s × %(height)s)."),
    "price_min": gettext_lazy("A price is below what the platform takes."),
    "price_max": gettext_lazy("A price is above what the platform takes."),
    "skus_max": gettext_lazy("%(count)s variants, at most %(limit)s are taken."),
}
#: Why the price guard warns or stops. Amounts arrive written as money.
GUARD: Final[Words] = {
    "wrong_currency": gettext_lazy("The price is in %(given)s, this shop sells in %(expected)s."),
    "not_positive": gettext_lazy("A price must be above zero."),
    "floor_below_cost": gettext_lazy("The floor %(price)s is below the cost %(cost)s."),
    "below_floor": gettext_lazy("%(price)s is below the floor %(floor)s."),
    "below_cost": gettext_lazy("%(price)s is below the cost %(cost)s."),
    "loss_after_fees": gettext_lazy(
        "After fees of %(fees)s and the cost %(cost)s nothing is left: %(margin)s a piece."
    ),
    "thin_margin": gettext_lazy("Only %(margin)s a piece is left (%(percent)s%%)."),
    "stacked_below_floor": gettext_lazy("With all offers a buyer pays %(stacked)s, below the floor %(floor)s."),
    "stacked_below_cost": gettext_lazy("With all offers a buyer pays %(stacked)s, below the cost %(cost)s."),
    "decimal_shift": gettext_lazy("%(price)s looks like %(reference)s (%(against)s) with the decimal point moved."),
    "lost_digit": gettext_lazy("%(price)s looks like %(reference)s (%(against)s) with a digit missing or too many."),
    "currency_swapped": gettext_lazy("%(price)s looks like %(reference)s (%(against)s) typed in %(currency)s."),
    "unit_swapped": gettext_lazy(
        "%(price)s looks like the price of a pack of %(pieces)s against %(reference)s (%(against)s)."
    ),
    "drop": gettext_lazy("%(percent)s%% below %(against)s (%(reference)s)."),
    "rise": gettext_lazy("%(percent)s%% above %(against)s (%(reference)s)."),
    "far_above_cost": gettext_lazy("%(times)s times the cost %(cost)s, and there is no earlier price to compare with."),
    "above_list": gettext_lazy("%(price)s is above the list price %(list_price)s."),
    "below_other_channel": gettext_lazy("%(percent)s%% below %(shop)s, which asks %(other)s."),
    "above_other_channel": gettext_lazy("%(percent)s%% above %(shop)s, which asks %(other)s."),
    "floor_unknown": gettext_lazy("Neither floor nor cost is known, so a loss cannot be seen."),
    "no_history": gettext_lazy("There is no earlier price to compare with."),
}
_MONEY: Final = (
    "price", "cost", "floor", "fees", "margin", "stacked", "reference", "list_price", "other", "left",
)  # fmt: skip
FINDINGS: Final[Words] = {
    "score": gettext_lazy("Completeness is %(score)s of 100; missing: %(missing)s."),
    "required_attributes": gettext_lazy("The platform asks here for: %(missing)s."),
    "media_expired": gettext_lazy("The licence of “%(name)s” ended on %(expired)s."),
    "media_rights_unknown": gettext_lazy("Nobody has stated the rights to “%(name)s”."),
    "document_expired": gettext_lazy("“%(name)s” ended on %(expired)s."),
    "price_missing": gettext_lazy("No price for: %(codes)s."),
    "price_not_judged": gettext_lazy("The price of %(code)s has not been judged by the guard."),
    "price_blocked": gettext_lazy("The guard stopped the price of %(code)s."),
}
#: Refusals of the rooms and reasons of rejected cells.
REFUSALS: Final[Words] = {
    "title_empty": gettext_lazy("There is no title."),
    "title_too_long": gettext_lazy("The title has %(length)s characters; at most %(longest)s are kept."),
    "description_too_long": gettext_lazy("The description has %(length)s characters; at most %(longest)s are kept."),
    "selling_point_too_long": gettext_lazy("The selling point is longer than 500 characters."),
    "code_empty": gettext_lazy("There is no code."),
    "code_too_long": gettext_lazy("The code has more than 64 characters."),
    "code_control": gettext_lazy("The code holds control characters."),
    "code_twice": gettext_lazy("This code stands in row %(first_row)s already."),
    "duplicate": gettext_lazy("Somebody else has just used this code or barcode."),
    "sku_elsewhere": gettext_lazy("This SKU belongs to another product."),
    "barcode_not_digits": gettext_lazy("A barcode has digits only."),
    "barcode_length": gettext_lazy("A barcode has 8, 12, 13 or 14 digits."),
    "barcode_check_digit": gettext_lazy("The check digit is wrong; it should be %(expected)s."),
    "barcode_taken": gettext_lazy("This barcode belongs to %(code)s."),
    "barcode_twice": gettext_lazy("This barcode stands in row %(first_row)s already."),
    "rows_disagree": gettext_lazy("Row %(first_row)s says something else about the same product."),
    "number_not_text": gettext_lazy("The spreadsheet has rounded this number; make the cell text."),
    "text_too_long": gettext_lazy("The text has %(length)s characters; at most %(longest)s are kept."),
    "not_whole_grams": gettext_lazy("Weights are whole grams."),
    "not_yes_or_no": gettext_lazy("Write yes or no."),
    "attributes_form": gettext_lazy("Write attributes as name=value; name=value."),
    "attributes_too_many": gettext_lazy("There are too many attributes."),
    "attribute_too_long": gettext_lazy("An attribute is longer than %(longest)s characters."),
    "not_an_amount": gettext_lazy("This is not an amount."),
    "amount_in_doubt": gettext_lazy("It is not clear which figure is meant; write it without thousands separators."),
    "too_many_decimals": gettext_lazy("The amount has more decimals than its currency."),
    "currency_unknown": gettext_lazy("Write a currency of three letters."),
    "currency": gettext_lazy("This shop sells in another currency."),
    "weight_negative": gettext_lazy("A weight cannot be below zero."),
    "category_path": gettext_lazy("Write a category as names from the root, joined by >, at most eight deep."),
    "channel_unknown": gettext_lazy("There is no such platform."),
    "bundle_cycle": gettext_lazy("The bundle would contain itself: %(path)s."),
    "bundle_qty": gettext_lazy("Pieces are whole numbers from one up."),
    "media_too_large": gettext_lazy("The file has %(bytes)s bytes; at most %(largest)s are taken."),
    "media_empty": gettext_lazy("The file is empty."),
    "media_not_an_image": gettext_lazy("This is no PNG, JPEG, GIF, WebP or MP4."),
    "media_too_many_pixels": gettext_lazy("The image is too large: %(width)s × %(height)s."),
    "media_kind": gettext_lazy("Choose what the file shows."),
    "media_rights": gettext_lazy("Choose whose work the file is."),
    "document_kind": gettext_lazy("Say what paper it is."),
    "document_dates": gettext_lazy("The paper ends before it begins."),
    "role_unknown": gettext_lazy("Choose one of the four roles."),
    "role_dates": gettext_lazy("A role ends after it starts."),
    "cost": gettext_lazy("This cost cannot be used."),
    "file_too_large": gettext_lazy("The file is too large."),
    "file_not_xlsx": gettext_lazy("This is no spreadsheet that can be read."),
    "file_no_header": gettext_lazy("No row with a code column was found in the first twenty."),
    "file_column_twice": gettext_lazy("Two columns say the same thing."),
    "file_too_many_rows": gettext_lazy("The file has too many rows."),
    "file_applied_already": gettext_lazy("This file has been applied already."),
    "file_has_rejects": gettext_lazy("The file has cells that cannot be taken; nothing was changed."),
    "library_moved": gettext_lazy("The goods have changed since the preview; look at the file again."),
    "product": gettext_lazy("This product is not there any more."),
    "sku": gettext_lazy("This SKU is not there."),
    "draft": gettext_lazy("This article is not there any more."),
    "upload": gettext_lazy("This file is not there any more."),
    "mapping_start": gettext_lazy("The new match must begin after the one before."),
    "not_there": gettext_lazy("It is not there any more."),
    "edited_meanwhile": gettext_lazy("Somebody else has changed it meanwhile; look again."),
    "same_person": gettext_lazy("Who wrote it cannot approve it; somebody else has to look."),
    "not_checked": gettext_lazy("This version has no passed check."),
    "reason_missing": gettext_lazy("Say why."),
    "note_empty": gettext_lazy("Say why."),
    "no_two_person_proof": gettext_lazy("This version has not been approved by another person."),
    "not_reviewed": gettext_lazy("Only approved listings go out."),
    "other_channel": gettext_lazy("A file holds listings of one platform."),
    "nothing_to_write": gettext_lazy("There is nothing to write."),
    "price_moved": gettext_lazy("The guard stops a price of it now; check it again."),
    "image_elsewhere": gettext_lazy("An image does not belong to this product."),
    "amount_range": gettext_lazy("An amount must be above zero."),
    "kind_unknown": gettext_lazy("There is no such kind of price."),
    "period": gettext_lazy("The end must come after the start."),
    "period_over": gettext_lazy("The time of a price is over already."),
    "sku_unknown": gettext_lazy("There is no SKU with this code."),
    "shop_unknown": gettext_lazy("There is no shop with this name."),
    "time_unreadable": gettext_lazy("This time cannot be read; write 2026-11-11 00:00."),
    "ends_before_start": gettext_lazy("The end must come after the start."),
    "price_twice": gettext_lazy("The same price stands further up already."),
    "no_prices": gettext_lazy("There is no price."),
    "no_batch": gettext_lazy("This has been decided already."),
    "world_moved": gettext_lazy("Something the guard looks at has changed; it was judged anew, look again."),
    "stop_loss_open": gettext_lazy("A stop-loss list for it is open already."),
    "steps_open": gettext_lazy("%(count)s steps are still open."),
    "no_step": gettext_lazy("There is no such step."),
    "product_unknown": gettext_lazy("This row names no product."),
    "nothing_seen": gettext_lazy("The file tells nothing of it."),
    "not_published": gettext_lazy("It has not been published yet."),
}


def refusal(error: Any) -> str:
    """One sentence about what a room refused."""
    return reason(getattr(error, "reason", ""), getattr(error, "numbers", {}))


def reason(code: str, numbers: Mapping[str, Any]) -> str:
    words = REFUSALS.get(code)
    return _filled(words, numbers) if words is not None else _("This cannot be done (%(code)s).") % {"code": code}


def guard(code: str, numbers: Mapping[str, Any], currency: str) -> str:
    """One sentence about a reason of the guard, amounts written as money."""
    language = get_language() or "zh-hans"
    told: dict[str, Any] = dict(numbers)
    for name in _MONEY:
        if isinstance(told.get(name), int):
            told[name] = formats.money(told[name], currency, language)
    if "against" in told:
        told["against"] = str(AGAINST.get(str(told["against"]), told["against"]))
    words = GUARD.get(code)
    return _filled(words, told) if words is not None else code


def finding(area: str, code: str, numbers: Mapping[str, Any], text: str) -> str:
    """One sentence about a finding of a check."""
    told = dict(numbers)
    if area == "claims":
        where = str(FIELDS.get(str(told.get("where")), told.get("where", "")))
        law = " ".join(str(told.get(k, "")) for k in ("law", "article")).strip()
        return _("%(where)s: “%(text)s” — %(law)s. %(suggestion)s") % {
            "where": where, "text": text, "law": law, "suggestion": told.get("suggestion", ""),
        }  # fmt: skip
    if area == "limits":
        said = _filled(LIMITS[code], told) if code in LIMITS else code
        sure = told.get("confidence") in ("own", "N")
        return said if sure else _("%(sentence)s Not confirmed by the platform.") % {"sentence": said}
    if area == "price" and code in GUARD:
        said = guard(code, told, str(told.get("currency", "CNY")))
        return _("%(code)s: %(sentence)s") % {"code": told.get("code", ""), "sentence": said}
    if "missing" in told and not isinstance(told["missing"], str):
        told["missing"] = _(", ").join(str(PARTS.get(m, m)) for m in told["missing"]) or "—"
    if code == "score" and told.get("score") is None:
        told["score"] = "—"
    return _filled(FINDINGS[code], told) if code in FINDINGS else code


def _filled(words: Any, numbers: Mapping[str, Any]) -> str:
    text = str(words)
    try:
        return text % dict(numbers) if "%" in text else text
    except (KeyError, ValueError):
        return text.replace("%%", "%")


def channel(code: str) -> str:
    one = CHANNELS.get(code)
    if one is None:
        return code
    return one.name_zh if (get_language() or "").startswith("zh") else one.name_en


def money(minor: int | None, currency: str) -> str:
    return "—" if minor is None else formats.money(minor, currency, get_language() or "zh-hans")


def told(column: str, value: Any, currency: str = "CNY") -> str:
    """A value of a history or preview as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column == "cost" and isinstance(value, int):
        return money(value, currency)
    if isinstance(value, dict):
        return "; ".join(f"{k}={v}" for k, v in value.items()) or "—"
    return str(value)


def percent(rate: Decimal | None) -> str:
    return "—" if rate is None else f"{(rate * 100).quantize(Decimal('0.1'))}%"
