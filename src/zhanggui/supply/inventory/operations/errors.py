"""What stock refuses, by name. Each text is one sentence for people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from zhanggui.supply.inventory.contracts import Objection


class StockError(Exception):
    """Something about stock that cannot be done; nothing was booked."""


class UnknownSku(StockError):
    def __init__(self, sku: str) -> None:
        super().__init__(_("There is no SKU “%(sku)s” in stock.") % {"sku": sku})
        self.sku = sku


class UnknownPlace(StockError):
    def __init__(self, code: str) -> None:
        super().__init__(_("There is no place “%(code)s”.") % {"code": code})
        self.code = code


class NotEnoughStock(StockError):
    """More is wanted than is there."""

    def __init__(self, sku: str, place: str, has: int, wants: int) -> None:
        text = _("%(sku)s at %(place)s: %(has)d there, %(wants)d wanted.")
        super().__init__(text % {"sku": sku, "place": place, "has": has, "wants": wants})
        self.sku, self.place, self.has, self.wants = sku, place, has, wants


class PeriodClosed(StockError):
    def __init__(self, until: datetime) -> None:
        text = _("Everything before %(until)s is closed; book it with a later moment.")
        super().__init__(text % {"until": until.isoformat(timespec="minutes")})
        self.until = until


class KeyReused(StockError):
    """An idempotency key that was booked for something else."""

    def __init__(self, key: str) -> None:
        super().__init__(_("The key “%(key)s” was already booked for something else.") % {"key": key})
        self.key = key


class AlreadyReversed(StockError):
    def __init__(self, movement_id: int) -> None:
        super().__init__(_("Movement %(id)d is reversed already, or is a reversal itself.") % {"id": movement_id})


class Stopped(StockError):
    """Input that is wrong or suspicious; ``objections`` say what and whether a person may approve it."""

    def __init__(self, objections: tuple[Objection, ...]) -> None:
        super().__init__(" ".join(sentence(o) for o in objections[:5]))
        self.objections = objections


class WorldMoved(StockError):
    """Between the preview and now somebody booked: look again."""

    def __init__(self) -> None:
        super().__init__(_("Stock has changed since the preview; look at it again."))


class SamePerson(StockError):
    """Who counted does not approve."""

    def __init__(self) -> None:
        super().__init__(_("Somebody other than the person who counted has to approve this."))


class CountClosed(StockError):
    def __init__(self) -> None:
        super().__init__(_("This count is posted or dropped already."))


class BadRule(StockError):
    """A bundle, unit or channel rule that makes no sense."""


def sentence(objection: Objection) -> str:
    """An objection in the reader's language, with its row, column and value."""
    texts = {
        "unknown_sku": _("%(sku)s is not a SKU in stock."),
        "unknown_place": _("“%(value)s” is not a place."),
        "not_a_number": _("%(sku)s: “%(value)s” is not a number."),
        "negative": _("%(sku)s: %(value)s is below zero; a quantity never is."),
        "not_whole": _("%(sku)s: %(value)s is not a whole number of base units."),
        "too_large": _("%(sku)s: %(value)s is too large to be a quantity."),
        "unknown_unit": _("%(sku)s: the unit “%(value)s” is not known; known are %(known)s."),
        "bad_date": _("%(sku)s: “%(value)s” is not a date."),
        "lot_date_differs": _("%(sku)s: lot “%(lot)s” is known with another expiry date."),
        "expired": _("%(sku)s: the lot expired on %(value)s; approved, it goes to quarantine."),
        "short_life": _("%(sku)s: the lot expires on %(value)s, less than a third of its shelf life is left."),
        "over_receipt": _("%(sku)s: %(value)s arrived, %(ordered)s were expected."),
        "half_to_zero": _(
            "%(to_zero)s of %(had)s SKUs would go to zero: more likely a wrong file than an empty house."
        ),
        "repeated": _("%(sku)s stands twice in the file for the same lot and place."),
        "empty": _("%(sku)s: the quantity is missing; missing is not zero."),
        "no_sku": _("The SKU is missing."),
        "bundle": _("%(sku)s is a bundle: count what is in it."),
        "bad_cost": _("%(sku)s: “%(value)s” is not an amount of money."),
    }
    values: dict[str, Any] = {"sku": objection.sku, "value": objection.value, **objection.detail}
    text = texts[objection.code] % values
    if objection.row is not None:
        text = _("Row %(row)d: %(text)s") % {"row": objection.row, "text": text}
    return text
