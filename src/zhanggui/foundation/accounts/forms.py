"""Forms of people, shops, tokens and the own account. The rules are in ``operations``; a form only asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.accounts.domain.permissions import ROLES
from zhanggui.foundation.accounts.labels import PERMISSION_NAMES, ROLE_NAMES
from zhanggui.foundation.accounts.operations import AccountsError
from zhanggui.kernel.records import CHANNELS

_ROLE_CHOICES = [(code, ROLE_NAMES[code]) for code in ROLES]
_COMMON_ZONES = ("Asia/Shanghai", "UTC", "Asia/Manila", "Asia/Jakarta", "Asia/Singapore", "Asia/Tokyo", "Europe/Berlin")


def try_form(form: forms.Form, act: Callable[[], Any]) -> Any:
    """What ``act`` returns; a refusal lands at the form field it names and None comes back."""
    try:
        return act()
    except AccountsError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def _shop_choices(shops: Iterable[ShopInfo]) -> list[tuple[str, Any]]:
    return [("", _("All shops, also later ones")), *((str(s.id), s.name) for s in shops)]


def _channel_choices() -> list[tuple[str, str]]:
    zh = (get_language() or "").startswith("zh")
    return [(c.code, c.name_zh if zh else c.name_en) for c in CHANNELS.values()]


def _zone_choices() -> list[tuple[str, str]]:
    rest = sorted(z for z in available_timezones() if "/" in z and z not in _COMMON_ZONES and not z.startswith("Etc/"))
    return [(z, z) for z in (*_COMMON_ZONES, *rest)]


class RoleForm(forms.Form):
    """One more role for a person."""

    role = forms.ChoiceField(label=pgettext_lazy("of a person", "Role"), choices=_ROLE_CHOICES, initial="OPS")
    shop = forms.ChoiceField(label=pgettext_lazy("a role", "For"), required=False)

    def __init__(self, *args: Any, shops: Iterable[ShopInfo], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shop"].choices = _shop_choices(shops)  # type: ignore[attr-defined]

    def shop_id(self) -> int | None:
        chosen = self.cleaned_data["shop"]
        return int(chosen) if chosen else None


class InviteForm(RoleForm):
    """A new person with a first role."""

    name = forms.CharField(label=_("Sign-in name"), max_length=150, help_text=_("Letters, digits and @ . + - _"))
    display_name = forms.CharField(label=_("Name to show"), max_length=80, required=False)
    field_order = ("name", "display_name", "role", "shop")


class ShopForm(forms.Form):
    """A shop; the currency and time zone of its channel are taken when left empty."""

    name = forms.CharField(label=pgettext_lazy("of a shop", "Name"), max_length=120)
    channel = forms.ChoiceField(label=_("Channel"))
    currency = forms.CharField(
        label=_("Currency"), max_length=3, required=False, help_text=_("Empty: the one of the channel.")
    )
    zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Decides where the shop's business day begins and ends.")
    )
    is_active = forms.BooleanField(label=_("Sells at present"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = _channel_choices()  # type: ignore[attr-defined]
        self.fields["zone"].choices = [("", _("The one of the channel")), *_zone_choices()]  # type: ignore[attr-defined]


class ProfileForm(forms.Form):
    """The own name and language."""

    display_name = forms.CharField(label=_("Name to show"), max_length=80, required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("As the browser asks")), *settings.LANGUAGES]
    )


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    scopes = forms.MultipleChoiceField(label=_("It may"), widget=forms.CheckboxSelectMultiple)
    shops = forms.MultipleChoiceField(
        label=_("In these shops"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: all your shops."),
    )
    days = forms.TypedChoiceField(
        label=_("Works for"),
        coerce=int,
        initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("one year")), (0, _("until revoked"))],
    )

    def __init__(self, *args: Any, scopes: Iterable[str], visible: Iterable[ShopInfo], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(code, PERMISSION_NAMES[code]) for code in scopes]
        self.fields["scopes"].choices = names  # type: ignore[attr-defined]
        self.fields["shops"].choices = [(str(s.id), s.name) for s in visible]  # type: ignore[attr-defined]


class AuditFilterForm(forms.Form):
    """Which audit entries to show."""

    actor = forms.IntegerField(required=False, min_value=0)
    action = forms.CharField(required=False, max_length=60)
    q = forms.CharField(required=False, max_length=200)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
