"""Why a question about numbers is refused. Every error is one sentence; its template is translated at the edge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self


def gettext_noop(text: str) -> str:
    """Marks a text for the catalogue; rules themselves speak English."""
    return text


class CannotMeasure(ValueError):
    """Base of all refusals. ``values`` fill the placeholders, those named in ``words`` are words of the
    catalogue; ``code`` is the word of the API."""

    code = "cannot_measure"
    template = gettext_noop("This question cannot be answered.")
    words: tuple[str, ...] = ()

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.say(lambda text: text))

    def say(self, translate: Callable[[str], str]) -> str:
        return translate(self.template) % {
            name: translate(str(value)) if name in self.words else value for name, value in self.values.items()
        }

    def spoken(self, translate: Callable[[str], str]) -> Self:
        """The same error, its text in the user's language."""
        self.args = (self.say(translate),)
        return self


class NoMetric(CannotMeasure):
    code = "no_metric"
    template = gettext_noop("Name at least one metric; “zhanggui metrics” lists them.")


class UnknownMetric(CannotMeasure):
    code = "unknown_metric"
    template = gettext_noop("There is no metric “%(metric)s”; “zhanggui metrics” lists them.")


class NeedsFacts(CannotMeasure):
    """The metric is defined, but the product does not hold its facts."""

    code = "needs_facts"
    template = gettext_noop("%(metric)s (%(name)s) cannot be computed yet: it needs %(needs)s.")

    def __init__(self, *, needs_zh: str = "", name_zh: str = "", **values: object) -> None:
        self.in_chinese = {**values, "needs": needs_zh, "name": name_zh}
        super().__init__(**values)

    def say(self, translate: Callable[[str], str]) -> str:
        text = translate(self.template)
        return text % (self.values if text == self.template else self.in_chinese)


class UnknownDimension(CannotMeasure):
    code = "unknown_dimension"
    template = gettext_noop("There is no dimension “%(dimension)s”; there are %(known)s.")


class DimensionLacking(CannotMeasure):
    code = "dimension_lacking"
    template = gettext_noop(
        "%(metric)s cannot be told by %(dimension)s: its facts do not hold it. It can be told by %(known)s."
    )


class DimensionTwice(CannotMeasure):
    code = "dimension_twice"
    template = gettext_noop("The dimension “%(dimension)s” is asked for twice.")


class BadFilter(CannotMeasure):
    code = "bad_filter"
    template = gettext_noop("“%(value)s” is no value of %(dimension)s: %(known)s.")


class EmptyPeriod(CannotMeasure):
    code = "empty_period"
    template = gettext_noop("The period is empty: it ends on %(last)s, before it starts on %(first)s.")


class BeforeFirstData(CannotMeasure):
    code = "before_first_data"
    template = gettext_noop("The period ends on %(last)s; the first data is of %(begins)s.")


class NoData(CannotMeasure):
    code = "no_data"
    words = ("table",)
    template = gettext_noop("There is no data of “%(table)s” for these shops yet.")


class NoShop(CannotMeasure):
    code = "no_shop"
    template = gettext_noop("There is no shop to measure.")


class ShopNotVisible(CannotMeasure):
    code = "shop_not_visible"
    template = gettext_noop("There is no shop “%(shop)s” that you may see.")


class MixedCurrencies(CannotMeasure):
    code = "mixed_currencies"
    template = gettext_noop(
        "These shops sell in %(currencies)s, which are never added. Ask by currency, choose one, or give dated rates "
        "such as %(example)s."
    )


class RateMissing(CannotMeasure):
    code = "rate_missing"
    template = gettext_noop("There is no rate of %(currency)s for %(day)s; the first one given is of %(begins)s.")


class BadRate(CannotMeasure):
    code = "bad_rate"
    template = gettext_noop("“%(rate)s” is no dated rate; write USD=7.1@2026-10-01.")


class NotAdditive(CannotMeasure):
    code = "not_additive"
    template = gettext_noop("%(metric)s must not be summed over %(dimension)s: %(reason)s.")

    def __init__(self, *, reason_zh: str = "", **values: object) -> None:
        self.in_chinese = {**values, "reason": reason_zh}
        super().__init__(**values)

    def say(self, translate: Callable[[str], str]) -> str:
        text = translate(self.template)
        return text % (self.values if text == self.template else self.in_chinese)


class UnknownComparison(CannotMeasure):
    code = "unknown_comparison"
    template = gettext_noop("There is no comparison “%(compare)s”; choose previous, year or aligned.")


class UnknownEngine(CannotMeasure):
    code = "unknown_engine"
    template = gettext_noop("There is no engine “%(engine)s”; choose duckdb, spark or clickhouse.")


class EngineMissing(CannotMeasure):
    code = "engine_missing"
    template = gettext_noop("The engine %(engine)s is not installed: %(reason)s.")


class TooManyRows(CannotMeasure):
    code = "too_many_rows"
    template = gettext_noop("The answer would have more than %(limit)s rows; ask a shorter period or fewer dimensions.")


class NotByRows(CannotMeasure):
    code = "not_by_rows"
    words = ("reason",)
    template = gettext_noop("%(metric)s has no rows behind it that add up: %(reason)s")
