"""The tag library ``ui`` (always loaded): exact numbers, moments, icons and states in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.numbers import get_currency_name
from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from zhanggui.foundation.ui import charts
from zhanggui.foundation.ui.domain import formats
from zhanggui.foundation.ui.status import Status
from zhanggui.foundation.ui.status import status as status_of
from zhanggui.kernel.records import CHANNELS

register = template.Library()


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _decimal(value: Any) -> Decimal | int | None:
    if value is None or value == "":
        return None
    if isinstance(value, (int, Decimal)):
        return value
    if isinstance(value, str):
        return Decimal(value)
    raise TypeError(f"not an exact number: {value!r}; pass an int, a Decimal or text")


def _minor(value: Any) -> int | None:
    found = _decimal(value)
    return found if found is None or isinstance(found, int) else int(str(found))


@register.simple_tag
def money(minor: Any, currency: str | None = None) -> str:
    """``{% money order.paid order.currency %}``: minor units, exact; a dash for unknown. Takes ``Money`` too."""
    if hasattr(minor, "minor") and hasattr(minor, "currency"):
        minor, currency = minor.minor, minor.currency
    return formats.money(_minor(minor), currency or "", _language())


@register.filter("money")
def money_filter(minor: Any, currency: str | None = None) -> str:
    """``{{ order.paid|money:order.currency }}``."""
    return money(minor, currency)


@register.simple_tag
def money_compact(minor: Any, currency: str) -> str:
    """``{% money_compact 12843000 "CNY" %}``: ¥12.8万, CN¥128.4K; whole below 100,000."""
    return formats.money_compact(_minor(minor), currency, _language())


@register.simple_tag
def number(value: Any, digits: int | None = None) -> str:
    """``{% number 1042 %}``, ``{% number ratio 2 %}``."""
    return formats.number(_decimal(value), _language(), digits)


@register.filter("number")
def number_filter(value: Any, digits: int | None = None) -> str:
    return number(value, digits)


@register.simple_tag
def number_compact(value: Any) -> str:
    """``{% number_compact 128430 %}``: 12.8万, 128.4K."""
    return formats.number_compact(_decimal(value), _language())


@register.simple_tag
def percent(ratio: Any, digits: int = 1) -> str:
    """``{% percent ratio %}``: a ratio (0.031) as 3.1%."""
    return formats.percent(_decimal(ratio), _language(), digits)


@register.filter("percent")
def percent_filter(ratio: Any, digits: int = 1) -> str:
    return percent(ratio, digits)


@register.simple_tag
def moment(value: datetime | None, zone: str = "", seconds: bool = False) -> str:
    """``{% moment order.paid_at shop.zone %}``: in the shop's time zone, UTC on hover."""
    if value is None or value == "":
        return formats.MISSING
    zone = zone or settings.TIME_ZONE
    utc = value.astimezone(UTC)
    return format_html(
        '<time class="zg-num" datetime="{}" title="{}">{}</time>',
        utc.isoformat(timespec="seconds"),
        f"{utc:%Y-%m-%d %H:%M:%S} UTC · {zone}",
        formats.moment(value, zone, seconds=seconds),
    )


@register.simple_tag
def ago(value: datetime | None, now: datetime | None = None) -> str:
    """``{% ago job.started_at %}``: 3 小时前; the moment on hover."""
    if value is None:
        return formats.MISSING
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.astimezone(UTC).isoformat(timespec="seconds"),
        formats.moment(value, settings.TIME_ZONE, seconds=True),
        formats.ago(value, now or timezone.now(), _language()),
    )


@register.simple_tag
def day(value: date | None, style: str = "iso") -> str:
    """``{% day date "long" %}``: styles iso, short, long, full."""
    return formats.day(value, _language(), style)


@register.simple_tag
def days(first: date, last: date) -> str:
    """``{% days scope.first scope.last %}``: a span of days."""
    return formats.days(first, last, _language())


@cache
def icon_names() -> frozenset[str]:
    """The icons of the sprite."""
    return frozenset((Path(__file__).parents[1] / "icons.txt").read_text(encoding="utf-8").split())


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """``{% icon "truck" %}``: decoration, hidden from readers of the screen; with ``label`` it speaks.

    An icon outside ``foundation/ui/icons.txt`` raises: add its name there and run ``scripts/vendor.py``.
    """
    return _icon(name, str(label), css)


@lru_cache(maxsize=4096)
def _icon(name: str, label: str, css: str) -> SafeString:
    if name not in icon_names():
        raise template.TemplateSyntaxError(f"no icon {name!r} in the sprite; see foundation/ui/icons.txt")
    href = f"{static('vendor/tabler-icons/sprite.svg')}#{name}"
    classes = f"zg-icon zg-icon-{name} {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, href
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', classes, href)


@register.simple_tag
def state(value: str | None, kind: str = "line") -> Status:
    """``{% state line.status "line" as s %}``: label, tone and icon of a state."""
    return status_of(kind, value)


@register.simple_tag
def channel_name(code: str) -> str:
    """``{% channel_name shop.channel %}``: 淘宝/天猫, Taobao/Tmall."""
    channel = CHANNELS.get(code)
    if channel is None:
        return code
    return channel.name_zh if _language().lower().startswith("zh") else channel.name_en


@register.simple_tag
def sparkline(values: Sequence[Any], label: str = "") -> SafeString:
    """A small line of values (None: a gap) drawn on the server."""
    path, last = charts.spark_path(list(values), width=96, height=28)
    if not path:
        return SafeString("")
    dot = format_html('<circle cx="{}" cy="{}" r="2"/>', *last) if last else ""
    return format_html(
        '<svg class="zg-spark" viewBox="0 0 96 28" preserveAspectRatio="none" {}><path d="{}"/>{}</svg>',
        format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"'),
        path,
        dot,
    )


@register.simple_tag(takes_context=True)
def sort_head(context: Context, key: str, current: str = "") -> dict[str, str]:
    """Where a click on the head of column ``key`` leads, and how it is sorted now (``ascending``, ``descending``).

    The address carries ``sort=key`` (ascending) or ``sort=-key``; numbers and moments are asked for from the top
    first by naming the key with a minus.
    """
    request = context.get("request")
    name = key.lstrip("-")
    now = (request.GET.get("sort") if request is not None else None) or current
    state_now = "ascending" if now == name else "descending" if now == f"-{name}" else ""
    if state_now == "":
        following = key
    else:
        following = f"-{name}" if state_now == "ascending" else name
    if request is None:
        return {"href": f"?sort={following}", "state": state_now}
    query = request.GET.copy()
    for gone in ("page", "cursor"):
        query.pop(gone, None)
    query["sort"] = following
    return {"href": f"?{query.urlencode()}", "state": state_now}


@register.simple_tag
def page_range(page: Page[Any]) -> list[int | None]:
    """The page numbers a pager shows, None for a gap: 1 … 4 5 6 … 20."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [n if isinstance(n, int) else None for n in numbers]


@register.simple_tag
def unit_name(unit: charts.Unit) -> str:
    """The unit of a chart in words."""
    if unit.kind == "money":
        return get_currency_name(unit.currency, locale=formats.locale(_language()))
    return gettext("Percent") if unit.kind == "percent" else gettext("Count")


@register.simple_tag
def chart_rows(chart: charts.Chart) -> list[dict[str, Any]]:
    """The rows of a chart's table: text for reading, ``value`` in major units for the CSV."""
    return [
        {"label": row[0], "cells": [_chart_cell(v, u) for v, u in zip(row[1:], chart.units, strict=True)]}
        for row in chart.rows
    ]


def _chart_cell(value: charts.Value, unit: charts.Unit) -> dict[str, str]:
    if value is None:
        return {"value": "", "text": formats.MISSING}
    if unit.kind == "money":
        return {
            "value": str(Decimal(value).scaleb(-unit.scale)),
            "text": formats.money(int(value), unit.currency, _language()),
        }
    if unit.kind == "percent":
        return {"value": str(value), "text": formats.percent(value, _language(), unit.digits or 1)}
    return {"value": str(value), "text": formats.number(value, _language(), unit.digits or None)}


@register.simple_tag
def dressed(field: BoundField) -> SafeString:
    """A form field with the classes of the house, marked when it has an error and tied to its help and errors."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        css = ""
    else:
        css = "form-select" if isinstance(widget, Select) else "form-control"
    css = " ".join(part for part in (widget.attrs.get("class", ""), css, "is-invalid" if field.errors else "") if part)
    attrs: dict[str, str | bool] = {"class": css} if css else {}
    if field.errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_error"}
    elif field.help_text:
        attrs["aria-describedby"] = f"{field.auto_id}_helptext"
    return field.as_widget(attrs=attrs)


@register.simple_tag(takes_context=True)
def without(context: Context, *keys: str) -> str:
    """``{% without "status" "page" %}``: this address's parameters without some; ``?`` when none is left."""
    request = context["request"]
    query = request.GET.copy()
    for key in keys:
        query.pop(key, None)
    return f"?{query.urlencode()}"


@register.simple_tag
def delta_parts(change: Any, up_is: str = "good", digits: int = 1, points: bool = False) -> dict[str, str]:
    """What a change looks like: sign, text, meaning in words, and ``good``, ``worse`` or ``flat``.

    ``change`` is a ratio (0.06 is +6%), or a difference of ratios with ``points`` (−0.004 is −0.4 pt).
    ``up_is`` says whether more is ``good``, ``bad`` or ``none`` of both.
    """
    value = _decimal(change)
    if value is None:
        return {"tone": "none", "icon": "", "text": formats.MISSING, "meaning": gettext("Nothing to compare with")}
    exact = Decimal(value)
    shown = round(exact * 100, digits)
    if shown == 0:
        tone, mark, meaning = "flat", "", gettext("Unchanged")
    else:
        up = shown > 0
        mark = "arrow-up" if up else "arrow-down"
        tone = "flat" if up_is == "none" else "good" if up == (up_is == "good") else "worse"
        meaning = {
            "good": gettext("Better"),
            "worse": gettext("Worse"),
            "flat": gettext("Up") if up else gettext("Down"),
        }[tone]
    body = formats.number(abs(shown), _language(), digits)
    if shown == 0:
        text = meaning
    else:
        text = gettext("%(value)s pt") % {"value": body} if points else f"{body}%"
    return {"tone": tone, "icon": mark, "text": text, "meaning": meaning}
