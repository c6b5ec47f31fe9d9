"""Why a change is not explained. Every error is one sentence; its template is translated at the edge."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Self


def gettext_noop(text: str) -> str:
    """Marks a text for the catalogue; rules themselves speak English."""
    return text


class CannotExplain(ValueError):
    """Base of all refusals. ``values`` fill the placeholders; those named in ``words`` are words of the catalogue."""

    template = gettext_noop("This change cannot be explained.")
    words: tuple[str, ...] = ()

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.say(lambda text: text))

    def say(self, translate: Callable[[str], str]) -> str:
        values = {k: translate(str(v)) if k in self.words else v for k, v in self.values.items()}
        return translate(self.template) % values

    def spoken(self, translate: Callable[[str], str]) -> Self:
        """The same error, its text in the user's language."""
        self.args = (self.say(translate),)
        return self


class UnknownMethod(CannotExplain):
    template = gettext_noop("There is no method “%(method)s”; choose shapley, lmdi or chain.")


class ChainBroken(CannotExplain):
    """Two neighbours of the identity do not meet by their definitions."""

    template = gettext_noop(
        "“%(left)s” and “%(right)s” do not match: %(left)s ends in %(ends_in)s, %(right)s is per %(is_per)s. "
        "Their product is not an amount."
    )
    words = ("ends_in", "is_per")


class ChainStart(CannotExplain):
    template = gettext_noop("The chain begins with “%(name)s”, which is a ratio; it must begin with a count.")


class TotalNotReached(CannotExplain):
    template = gettext_noop(
        "“%(left)s” and “%(right)s” do not match: the chain ends in %(ends_in)s, the total is %(is_per)s."
    )
    words = ("ends_in", "is_per")


class PartsDiffer(CannotExplain):
    """Two neighbours meet by name, but not in their numbers."""

    template = gettext_noop(
        "“%(left)s” and “%(right)s” do not match in period %(period)s%(segment)s: "
        "%(left)s has %(ends_in)s above the line, %(right)s has %(is_per)s below it."
    )


class LastPartDiffers(CannotExplain):
    template = gettext_noop(
        "“%(left)s” and “%(right)s” do not match in period %(period)s%(segment)s: "
        "%(left)s has %(ends_in)s above the line, the total is %(is_per)s."
    )


class ProductDiffers(CannotExplain):
    template = gettext_noop(
        "“%(product)s” and “%(total)s” do not match in period %(period)s%(segment)s: "
        "the product is %(found)s, the total says %(stated)s, and at most %(tolerance)s may come from rounding. "
        "Factors written as quotients (350/10000) show which pair is wrong."
    )


class ValueMissing(CannotExplain):
    template = gettext_noop(
        "“%(name)s” is missing in period %(period)s%(segment)s. Missing is not zero: write 0 where there was none."
    )


class RowMissing(CannotExplain):
    template = gettext_noop(
        "Period %(period)s has no row for “%(segment)s”. Missing is not zero: write a row with 0 where there was none."
    )


class RowTwice(CannotExplain):
    template = gettext_noop("Period %(period)s has two rows for “%(segment)s”.")


class NegativeCount(CannotExplain):
    template = gettext_noop("“%(name)s” is %(value)s in period %(period)s%(segment)s; a count cannot be negative.")


class NeedsPositive(CannotExplain):
    template = gettext_noop(
        "LMDI needs factors above zero, but “%(name)s” is %(value)s in period %(period)s%(segment)s. Use shapley."
    )


class BadOrder(CannotExplain):
    template = gettext_noop("The order must name each of %(names)s once; it says: %(given)s.")


class NoFactors(CannotExplain):
    template = gettext_noop("An identity needs at least two different factors; found: %(names)s.")


class ReservedName(CannotExplain):
    template = gettext_noop("“%(name)s” is the name of a line of the result and cannot name a factor.")


class OrderNotUsed(CannotExplain):
    template = gettext_noop("An order is for the method chain; %(method)s does not depend on one.")


def number(value: Fraction) -> str:
    """A number for a sentence: exact when it ends, otherwise with six digits behind the point.

    >>> number(Fraction(7, 200)), number(Fraction(1, 3)), number(Fraction(98000))
    ('0.035', '0.333333…', '98000')
    """
    places = 0
    while places < 6 and (value * 10**places).denominator != 1:
        places += 1
    scaled = value * 10**places
    exact = scaled.denominator == 1
    whole, digits = divmod(abs(int(scaled)), 10**places)
    text = f"{'-' if value < 0 else ''}{whole}" + (f".{digits:0{places}d}" if places else "")
    return text if exact else text + "…"


def of_segment(segment: str) -> str:
    """How a sentence names the segment; nothing when there is only the whole."""
    return f" ({segment})" if segment else ""
